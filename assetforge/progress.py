"""How far a build has come, told to whoever listens. The build knows nothing of terminals."""

from typing import Protocol


class Progress(Protocol):
    """A listener. Calls come from one thread, phases one after the other."""

    def phase(self, title: str, total: int) -> None:
        """A phase begins that will `advance` `total` times (files, mostly); 0 where nobody knows."""

    def advance(self, count: int = 1) -> None:
        """`count` more are done."""


class Silent:
    """Listens to nothing."""

    def phase(self, title: str, total: int) -> None:
        pass

    def advance(self, count: int = 1) -> None:
        pass
