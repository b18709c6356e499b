"""What the passes over a page are given: its outline, and what is known of each script and stylesheet that it loads.

What must stay true: a `Page` is facts. What its author or the configuration wants is a `Wish`; what is decided is a `PagePlan`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from assetforge.formats.html.outline import Outline
from assetforge.formats.js.record import OPAQUE, Effects
from assetforge.pages.script.structure import Watch
from assetforge.text import Lines

Policy = Literal[
    "safe",  # a script of which something is not known stays, and all before it with it
    "group",  # such scripts may move too, together with all that they might touch, in their order
    "off",
]
Word = Literal[
    "keep",  # stays where it is
    "defer",  # trusted: deferred in place
    "move",  # trusted: goes to the bottom
    "async",  # trusted: runs whenever it is there
    "pure",  # uses nothing of the page and leaves nothing to it
    "critical",  # of the scripts that are async already: goes to the head, the others to the body
    "inject",  # is inserted by a small script, and blocks nothing
]
Doing = Literal["keep", "defer", "move", "async"]
EVERYTHING: frozenset[Doing] = frozenset({"keep", "defer", "move", "async"})


class Source(NamedTuple):
    """A script's bytes. `name`: of the file they stand in, for messages. `text`: of that file, None where it is not known; `start`:
    str offset at which the script begins in it. `effects`: what it does, with offsets from its beginning. `library`: is it one of
    the known libraries? `followed`: of a module, do the effects say what those do that it imports?"""

    name: str
    text: str | None = None
    start: int = 0
    effects: Effects = OPAQUE
    library: bool = False
    followed: bool = False

    def place(self, at: int) -> str:
        """`file:line` of an offset in the script."""
        return self.name if self.text is None or self.library else f"{self.name}:{Lines.of(self.text).place(self.start + at)[0]}"


class Pin(NamedTuple):
    """Why a script stays. As in `ScriptDecision`."""

    reason: str
    detail: str
    better: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`name`: for messages. `sources`: by index in `outline.loading`; a script that is missing there is unknown, and so opaque.
    `watches`: what the selectors of each stylesheet notice of elements that come and go, by the same index; a stylesheet that is
    missing there notices everything. `files`: by the same index, the file of the site that an element loads.

    Of a template: `holes`: offsets at which text that is not known comes in, scripts perhaps. `pins`: scripts that must stay.
    `allowed`: what may be done with a script where that is not everything. `bottom`: the offset to which scripts move, None where
    they cannot; -1 where the text of the page says it."""

    name: str
    text: str
    outline: Outline
    sources: Mapping[int, Source] = field(default_factory=dict)
    watches: Mapping[int, tuple[Watch, ...]] = field(default_factory=dict)
    files: Mapping[int, str] = field(default_factory=dict)
    holes: tuple[int, ...] = ()
    pins: Mapping[int, Pin] = field(default_factory=dict)
    allowed: Mapping[int, frozenset[Doing]] = field(default_factory=dict)
    bottom: int | None = -1


def _says_nothing(url: str) -> tuple[Word, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the configuration wants. `words`: for a script by its URL as written, where its element says nothing.
    `before_interaction`: may a script that a click on the page needs move behind the content (`allow`)? `asynchronous`: are
    scripts that are async already to be sorted: critical ones into the head, others to the bottom? `origin`: of the site
    (`https://www.example.com`), so that frames of others are recognised."""

    policy: Policy = "safe"
    words: Callable[[str], tuple[Word, ...]] = _says_nothing
    before_interaction: Literal["allow", "keep"] = "allow"
    asynchronous: Literal["keep", "sort"] = "keep"
    origin: str | None = None
