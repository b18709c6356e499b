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


class ScriptPlan(NamedTuple):
    """One decision for each script of `Outline.loading`, in document order."""

    decisions: tuple[ScriptDecision, ...]


class Critical(NamedTuple):
    """The CSS that the first paint needs. `pieces`: its text, minified, with holes for the assets it names; nothing in it is escaped
    for HTML yet. `size`: characters of the text without its holes. `fonts`: paths of the fonts that it uses and a preload would
    help. `rules`: for each stylesheet (a path, or `#N` for the `<style>` at index N) how many of its rules are in, and of how many."""

    pieces: tuple[Piece, ...]
    size: int
    fonts: tuple[str, ...] = ()
    rules: tuple[tuple[str, int, int], ...] = ()


class StylesheetPlan(NamedTuple):
    """One decision for each stylesheet of `Outline.loading`, in document order. `critical`: None where nothing is inlined;
    `reason`: why the page as a whole was left alone, else empty."""

    decisions: tuple[SheetDecision, ...]
    critical: Critical | None = None
    reason: str = ""


class PagePlan(NamedTuple):
    """All passes' decisions for one page."""

    scripts: ScriptPlan | None = None
    stylesheets: StylesheetPlan | None = None
