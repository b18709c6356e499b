"""What was decided for a page: one field a pass, None until it decided.

What must stay true: a plan says what and why; it holds no text of the page. Elements are named by their index in
`Outline.loading`.
"""

from typing import Literal, NamedTuple

from assetforge.text import Piece

ScriptVerb = Literal[
    "as-is",  # not a parser-blocking classic script: never touched
    "keep",  # left exactly in place; `reason` says why
    "defer",  # gets a `defer` attribute where it stands
    "move",  # moves to the bottom of the body, in the order of the text
    "async",  # gets an `async` attribute
    "head",  # an async one that is critical: moves into the head
    "inject",  # is inserted by a small script in its place
]
SheetVerb = Literal[
    "as-is",  # inert, disabled, alternate, already in the body: never touched, but counts in the order
    "keep",  # blocks the first paint where it stands; `reason` says why
    "late",  # moves to the bottom of the body; its critical rules are inlined
    "swap",  # loaded by a preload that becomes the stylesheet
]


class ScriptDecision(NamedTuple):
    """`reason`: a word (`paint`, `dep`, `opaque`, `author` …); `detail`: a sentence for a person, with `file:line` where a script's
    text is the cause; `better`: what would be needed to do better, else empty."""

    element: int
    verb: ScriptVerb
    reason: str = ""
    detail: str = ""
    better: str = ""


class SheetDecision(NamedTuple):
    """As `ScriptDecision`."""

    element: int
    verb: SheetVerb
    reason: str = ""
    detail: str = ""
    better: str = ""


class StyleNeed(NamedTuple):
    """What a script that runs asks of the stylesheets. `runs`: when, once the plan is carried out: where it stands in the `text`,
    at the `bottom`, `deferred`, `async`. `reads`: does it read styles or how the page is laid out: while it runs (`load`), `later`
    only, or `no`? What is not known does. `order`: does it look at stylesheets as objects, or insert one? `above`: indexes of the
    stylesheets before it in the text, for which it waited in the page as written."""

    element: int
    runs: Literal["text", "bottom", "deferred", "async"]
    reads: Literal["load", "later", "no"]
    order: bool
    above: tuple[int, ...]


class ScriptPlan(NamedTuple):
    """One decision for each script of `Outline.loading`, in document order. `bottom`: str offset at which those that move are put,
    in the order of the text; stylesheets that move there go before them. None where nothing can be put. `head`: the same for those
    that move into the head. `needs`: of every script that runs. `warnings`: an element and a sentence, where what the author wants
    breaks an order. `reason`: why the page as a whole was left alone, else empty."""

    decisions: tuple[ScriptDecision, ...]
    bottom: int | None = None
    head: int | None = None
    needs: tuple[StyleNeed, ...] = ()
    warnings: tuple[tuple[int, str], ...] = ()
    reason: str = ""


class Critical(NamedTuple):
    """The CSS that the first paint needs. `pieces`: its text, minified, with holes for the assets it names; nothing in it is
    escaped for HTML yet. `size`: characters of the text without its holes. `fonts`: paths of the fonts that it uses and a preload
    would help. `rules`: for each stylesheet (a path, or `#N` for the `<style>` at index N) how many of its rules are in, and of how
    many."""

    pieces: tuple[Piece, ...]
    size: int
    fonts: tuple[str, ...] = ()
    rules: tuple[tuple[str, int, int], ...] = ()


class StylesheetPlan(NamedTuple):
    """One decision for each stylesheet of `Outline.loading`, in document order. `critical`: None where nothing is inlined;
    `reason`: why the page as a whole was left alone, else empty. `at`: str offset at which the critical CSS is put; `bottom`: at
    which the late ones are, before scripts that move there; -1 where nothing is. `preloads`: indexes of links that the head asks
    for early."""

    decisions: tuple[SheetDecision, ...]
    critical: Critical | None = None
    reason: str = ""
    at: int = -1
    bottom: int = -1
    preloads: tuple[int, ...] = ()


class Hint(NamedTuple):
    """A `<link>` that tells the browser early what the page needs. `href`: a URL as the page writes it, or a file of the site.
    Attributes are None where they are missing."""

    rel: Literal["preconnect", "dns-prefetch", "preload", "modulepreload"]
    href: Piece
    destination: str = ""
    crossorigin: str | None = None
    integrity: Piece | None = None
    referrerpolicy: str | None = None
    fetchpriority: str | None = None
    media: str | None = None


class PagePlan(NamedTuple):
    """All passes' decisions for one page."""

    scripts: ScriptPlan | None = None
    stylesheets: StylesheetPlan | None = None
    hints: tuple[Hint, ...] = ()
