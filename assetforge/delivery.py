"""How a page's stylesheets and scripts are delivered, for a person: decision, reason, and what would be needed to do better.

What must stay true: it says what the build does and decides nothing.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from assetforge.display import size
from assetforge.lineage import Section
from assetforge.messages import counted
from assetforge.output import Decided, PageFacts

if TYPE_CHECKING:
    from assetforge.pages.style.reasons import Reason

_LONG = 70  # characters of a URL that are shown


def sections(page: PageFacts, *, whole: bool) -> Iterator[Section]:
    """`whole`: with what would be needed to do better."""
    if page.stylesheets:
        yield Section(_stylesheets(page), tuple(row for one in page.stylesheets for row in _rows(one, whole, _taken(one, page))))
    if page.scripts:
        yield Section(_scripts(page), tuple(row for one in page.scripts for row in _rows(one, whole, "")))


def rules(reasons: "Iterable[Reason]") -> Iterator[Section]:
    """Every rule of the page's stylesheets: those that stand in the page, and those that do not."""
    every = list(reasons)
    for taken, title in ((True, "in the page"), (False, "left to the stylesheets")):
        rows = tuple((_shortened(one.sheet), _shortened(one.rule), one.why) for one in every if one.taken is taken)
        if rows:
            yield Section(f"{counted(len(rows), 'rule')} {title}", rows)


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"


def _stylesheets(page: PageFacts) -> str:
    title = f"Loads {counted(len(page.stylesheets), 'stylesheet')}"
    if page.critical:
        return f"{title}; {size(len(page.critical.encode('utf-8', 'surrogatepass')))} of CSS stand in the page"
    return f"{title}; no CSS is put into the page: {page.left[0]}" if page.left[0] else title


def _scripts(page: PageFacts) -> str:
    title = f"Has {counted(len(page.scripts), 'script')}"
    return f"{title}; none is changed: {page.left[1]}" if page.left[1] else title


def _taken(one: Decided, page: PageFacts) -> str:
    """How much of a stylesheet stands in the page."""
    taken = next(((some, of) for name, some, of in page.rules if name == one.name), None)
    return f" ({taken[0]:,} of {taken[1]:,} rules)" if taken and one.decision in ("late", "swap") else ""


def _rows(one: Decided, whole: bool, more: str) -> Iterator[tuple[str, str, str]]:
    yield _shortened(one.name), one.decision, (one.detail or one.reason) + more
    if whole and one.better:
        yield "", "", f"to do better: {one.better}"
