"""Which rules of a sheet a page can need: the sheet's selectors as an index, and what the page's own attributes name.

What must stay true: a rule is left out only if no element of the page, as it is when it is first painted, can match it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from assetforge.formats.css.media import listed
from assetforge.formats.css.needs import NOTHING, Needs, needs_of_style, needs_of_value
from assetforge.formats.css.selectors import Selectors, parse, within
from assetforge.formats.html.tree import Element, Tree
from assetforge.pages.match.matching import Index
from assetforge.pages.match.shapes import NO_CHANGES, Changes, Shape
from assetforge.pages.style.sheet import Sheet

FOLD = "fold"
_FOLD = re.compile(r"<!--\s*assetforge:\s*fold\s*-->")
# What a selector with one of these says of an element can depend on what comes after it.
_LOOKS_AHEAD = re.compile(r":(?:last|only|nth-last|has|empty)", re.IGNORECASE)


def index_of(sheet: Sheet) -> Index:
    """The selectors of a sheet's style rules, by their nodes' numbers. Made once, asked for every page."""
    read: dict[int, Selectors] = {}
    for number, node in enumerate(sheet.nodes):
        if node.kind == "style":
            inner = parse(sheet.text[node.rule.prelude.start : node.rule.prelude.end])
            around = _around(sheet, number)
            read[number] = within(inner, read[around]) if around >= 0 else inner
    return Index(read.items())


def _around(sheet: Sheet, number: int) -> int:
    """The number of the style rule that a rule is nested in, -1 if it is in none."""
    number = sheet.nodes[number].parent
    while number >= 0 and sheet.nodes[number].kind != "style":
        number = sheet.nodes[number].parent
    return number


def matched(
    sheet: Sheet, index: Index, pages: Sequence[Shape], above: Sequence[Shape] = (), changes: Changes = NO_CHANGES
) -> Mapping[int, tuple[int, ...]]:
    """The style rules that can match, with the positions of their selectors that can. `above`: `pages` without what is below the
    fold, where somebody says where that is."""
    whole = index.matched(pages, changes)
    if not above:
        return whole
    near = index.matched(above, changes)
    found = {}
    for number, positions in whole.items():
        prelude = sheet.nodes[number].rule.prelude
        parts = listed(sheet.text[prelude.start : prelude.end])
        seen = near.get(number, ())
        kept = tuple(at for at in positions if at in seen or at >= len(parts) or _LOOKS_AHEAD.search(parts[at]))
        if kept:
            found[number] = kept
    return found


def above_fold(text: str, page: Tree) -> Tree | None:
    """The part of a page above its fold: before an element with `data-assetforge="fold"`, or before the comment
    `<!-- assetforge: fold -->`. None where nobody says where the fold is."""
    mark = _FOLD.search(text)
    at = mark.start() if mark else -1
    for element in page.elements:
        if FOLD in dict(element.attributes).get("data-assetforge", "").lower().split():
            at = element.tag.start if at < 0 else min(at, element.tag.start)
            break
    if at < 0:
        return None
    return page._replace(elements=_before(page.elements, at), unscripted=_before(page.unscripted, at))


def _before(elements: tuple[Element, ...], at: int) -> tuple[Element, ...]:
    """Elements whose tags stand before `at`. One that the parser made up stays if its parent does and nothing of it is below."""
    count = next((number for number, one in enumerate(elements) if one.tag.start >= at), len(elements))
    return elements[:count]


def used(elements: Iterable[Element]) -> Needs:
    """What the attributes of a page name: `style=""`, and presentation attributes of SVG."""
    styles, others = set(), set()
    for one in elements:
        for name, value in one.attributes:
            if name == "style":
                styles.add(value)
            elif "var(" in value or "font" in name:
                others.add(value)
    found = [*map(needs_of_value, sorted(others)), *map(needs_of_style, sorted(styles))]
    if not found:
        return NOTHING
    custom = tuple(row for one in found for row in one.custom)
    dashed, words, families = (frozenset[str]().union(*parts) for parts in zip(*(one[:3] for one in found), strict=True))
    return Needs(dashed, words, families, custom)
