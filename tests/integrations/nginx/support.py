"""A served build and how to ask it, for the tests of this folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from server import serve

from assetforge.config import Config
from assetforge.emit import emit
from assetforge.output import Build
from assetforge.progress import Silent


@dataclass(frozen=True, slots=True)
class Reply:
    """`headers`: lower-case name -> every value."""

    status: int
    headers: dict[str, list[str]]
    body: bytes

    def one(self, name: str) -> str | None:
        """A header that must not stand there twice."""
        values = self.headers.get(name.lower(), [])
        assert len(values) < 2, f"{name} stands there {len(values)} times"
        return values[0] if values else None


@dataclass(frozen=True, slots=True)
class Site:
    """A served build."""

    build: Build
    config: Config
    origin: str

    def ask(self, target: str, *, method: str = "GET", **headers: str) -> Reply:
        """`target` goes out as it is; `accept_encoding` means `Accept-Encoding`."""
        parts = urlsplit(self.origin)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        try:
            connection.putrequest(method, target, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            response = connection.getresponse()
            found: dict[str, list[str]] = {}
            for name, value in response.getheaders():
                found.setdefault(name.lower(), []).append(value)
            return Reply(response.status, found, response.read())
        finally:
            connection.close()

    def url(self, path: str) -> str:
        """The path under which pages ask for an asset."""
        return next(one.url for one in self.build.outputs if one.path == path and one.naming != "original")


@contextmanager
def served(build: Build, config: Config, **more: str) -> Iterator[Site]:
    """Emit a build and serve it. `more`: lines for the `server` and `http` blocks."""
    Path(config.output).mkdir(parents=True, exist_ok=True)
    emit(build, config, cache=None, progress=Silent())
    with serve(config.output, **more) as origin:
        yield Site(build, config, origin)
