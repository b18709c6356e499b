"""Where late stylesheets land: the end of the body, before the scripts and stylesheets that end it.

What must stay true: nothing that is shown comes behind the place, an element put there stays there (HTML Standard, 13.2.6.4.7), and
no selector notices it. The body itself need not be the parent: many pages leave a paragraph or a list open at their end.
"""

from collections.abc import Mapping
from typing import NamedTuple

from assetforge.formats.html.outline import Outline
from assetforge.formats.html.tree import Element
from assetforge.pages.script import structure
from assetforge.pages.script.structure import Notice, Watch

_UNSEEN = frozenset({"script", "style", "link", "meta", "title", "base", "noscript", "template", "head"})


class Landing(NamedTuple):
    """`at`: str offset. `parent`: number of the element that gets new children there."""

    at: int
    parent: int


def landing(found: Outline, bottom: int | None = None) -> Landing | None:
    """The place, None where there is none. `bottom`: where scripts go, if that is said and not found in the text."""
    place = found.tree.end
    if place is None:
        return None
    elements, at = found.tree.elements, place.at
    for one in reversed(found.loading):
        if not one.at_end or one.inert:
            break
        same = one.number >= 0 and elements[one.number].parent == place.parent
        if same and one.span.start < at:
            at = one.span.start
        elif one.span.start < at:
            break
    at = bottom if bottom is not None and 0 <= bottom <= place.at else at
    shown = any(one.tag.start >= at and one.name not in _UNSEEN for one in elements)
    return None if shown else Landing(at, place.parent)


def noticed(found: Outline, place: Landing, watches: Mapping[int, tuple[Watch, ...]]) -> Watch | None:
    """A selector that counts elements from the end of where the stylesheets land. `watches`: by index of the stylesheet; one that
    is missing watches everything."""
    watched = [
        watch
        for index, one in enumerate(found.loading)
        if one.name != "script" and one.inert != "template"
        for watch in watches.get(index, (structure.EVERYTHING,))
    ]
    if not watched:
        return None
    elements = found.tree.elements
    beside = [number for number, one in enumerate(elements) if one.parent == place.parent]
    before = [number for number in beside if elements[number].tag.start < place.at]
    for number in before:
        changes: frozenset[Notice] = frozenset({"nth-last"})
        if number == beside[-1]:
            changes |= {"last"}
        if _is_seen(elements[number]) and (watch := structure.notices(watched, elements, number, changes)):
            return watch
    return None


def _is_seen(element: Element) -> bool:
    return element.name not in _UNSEEN
