"""What deciding about one page takes, and what comes of it: values that go to a worker process and back.

What must stay true: a `PageTask` holds, by content, all that its `Planned` follows from, so equal tasks share one result.
"""

from typing import NamedTuple

from assetforge.config import Scripts, Stylesheets
from assetforge.formats.js.record import Effects
from assetforge.pages.plan import PagePlan
from assetforge.text import Change, Copy, Cut, Edit, Piece


class Settings(NamedTuple):
    """What the configuration says of pages. `origin`: of the site."""

    stylesheets: Stylesheets
    scripts: Scripts
    origin: str | None


class SheetFile(NamedTuple):
    """A stylesheet: `path` of the site, or the URL of one elsewhere whose bytes are in a local file. `urls`: what its URLs, as
    written, lead to: a hole, a literal that stands for one elsewhere, or None where it may stay as it is."""

    path: str
    file: str
    digest: str
    urls: tuple[tuple[str, Piece | None], ...]


class ScriptFile(NamedTuple):
    """A script of the site and what it does. `library`: is it one of the known libraries?"""

    path: str
    file: str
    digest: str
    effects: Effects
    library: bool = False


class Module(NamedTuple):
    """A module of the site. `imports`: the files that it imports statically, in order; `loads`: those that it may load when it runs
    (`import()`); `whole`: are these all that it imports?"""

    path: str
    imports: tuple[str, ...]
    loads: tuple[str, ...]
    whole: bool


class PageTask(NamedTuple):
    """A page. `minified`: the format whose minifier made the text that is served, empty where that is the file's own. `targets`:
    for each `<script src>` and stylesheet `<link>` that leads to a file of the site, the str offset where its URL begins in the
    text served, and the file's path; `absent`: the offsets of those that lead to no file. `inline`: what the URLs of its inline
    stylesheets lead to, as in `SheetFile`. `specifiers`: as `targets`, for what its inline modules import; `unresolved`: offsets of
    those that lead to no file of the site; `modules`: every module that it loads. `rooted`: does the page name its files from the
    root of the site?"""

    path: str
    file: str
    digest: str
    format: str
    minified: str
    shortened: tuple[Change, ...]
    targets: tuple[tuple[int, str], ...]
    absent: tuple[int, ...]
    inline: tuple[tuple[str, Piece | None], ...]
    specifiers: tuple[tuple[int, str], ...]
    unresolved: tuple[int, ...]
    modules: tuple[Module, ...]
    rooted: bool


class Planned(NamedTuple):
    """The plan of a page and what it does to the text. `edits`: what is put in; `cuts`: the elements that go to the offset
    `bottom`, in this order. `head`: what is put in at `head_at`: the critical CSS and hints; kept apart because pages share it.
    `copies`: of elements, behind them. `names`: what each element of the outline is called. `written`: of a template, what is put
    in and where, parts of its text once more among it; `inlined`: the critical CSS that its page gets, wherever it is written.
    `lifted`: the elements that go into the head, to the offset `top`."""

    plan: PagePlan
    edits: tuple[Edit, ...] = ()
    cuts: tuple[Cut, ...] = ()
    bottom: int = 0
    head_at: int = 0
    head: tuple[Piece, ...] = ()
    copies: tuple[Copy, ...] = ()
    names: tuple[str, ...] = ()
    written: tuple[tuple[int, tuple[Piece | Cut, ...]], ...] = ()
    inlined: tuple[Piece, ...] = ()
    lifted: tuple[Cut, ...] = ()
    top: int = -1
