"""The place at the end of a layout where its scripts may go: one offset of the template for all pages that are made from it.

    feet(virtual_pages, arms, nodes)

What must stay true: on every page the place is in the body with nothing else open, and nothing but scripts stands between it and
`</body>`. It is on the straight of the layout, in no block, include or condition, so what is put there is on every page once. Where
an arm of a condition leaves an element open, nobody can say what is open at the end, and there is no place.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from assetforge.dialects.statement import NOWHERE, Statement
from assetforge.formats.html.tokens import Token, tokens
from assetforge.pages.template.composed import Route
from assetforge.pages.template.sketch import Element, Node
from assetforge.pages.template.virtual import Virtual

_VOID = frozenset({
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "image", "img", "input", "keygen", "link", "meta",
    "param", "source", "track", "wbr",
})  # fmt: skip
# Elements that others end (HTML Standard, 13.1.2.4), and those that no tag of theirs ends.
_LOOSE = frozenset({
    "html", "head", "body", "p", "li", "dt", "dd", "option", "optgroup", "tr", "td", "th", "tbody", "thead", "tfoot", "colgroup",
    "caption", "rb", "rt", "rtc", "rp",
})  # fmt: skip
_ARMS = frozenset({"if", "for"})


class Foot(NamedTuple):
    """A place of the layout `owner`."""

    owner: str
    offset: int


class Arms:
    """The conditions and loops of a template, those without any element of interest too."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        found = {one.body for one in statements if one.kind in _ARMS and one.body != NOWHERE}
        bodies = sorted(found, key=lambda one: (one.start, -one.end))
        self._bounds, self._inner = [0], [-1]
        open_: list[tuple[int, int]] = []
        for number, body in enumerate(bodies):
            while open_ and open_[-1][0] <= body.start:
                self._close(open_)
            self._mark(body.start, number)
            open_.append((body.end, number))
        while open_:
            self._close(open_)

    def _close(self, open_: list[tuple[int, int]]) -> None:
        end, _ = open_.pop()
        self._mark(end, open_[-1][1] if open_ else -1)

    def _mark(self, at: int, number: int) -> None:
        self._bounds.append(at)
        self._inner.append(number)

    def at(self, offset: int) -> int:
        """The number of the innermost arm that an offset is in, -1 where it is in none."""
        return self._inner[bisect_right(self._bounds, offset) - 1]


def feet(pages: Sequence[Virtual], arms: Mapping[str, Arms], nodes: Mapping[str, tuple[Node, ...]]) -> dict[int, Foot]:
    """By number of the page, where its scripts go; pages that have no such place are left out. `nodes`: of each template."""
    ends = {number: end for number, page in enumerate(pages) if (end := _end(page, arms)) is not None}
    layouts: dict[Foot, list[int]] = {}
    for number, end in ends.items():
        layouts.setdefault(end, []).append(number)
    found: dict[int, Foot] = {}
    for end, numbers in layouts.items():
        offset = _best(end, nodes[end.owner], [pages[number] for number in numbers])
        found.update(dict.fromkeys(numbers, Foot(end.owner, offset)))
    return found


def _end(page: Virtual, arms: Mapping[str, Arms]) -> Foot | None:
    """Where `</body>` stands."""
    tags = [one for one in page.page.tags("body", end=True) if not one.inert]
    if page.doubt or len(tags) != 1 or tags[0].route:
        return None
    one = tags[0]
    if page.outline.tree.bottom != page.at(one.owner, one.span.start) or is_uneven(page, arms):
        return None
    return Foot(one.owner, one.span.start)


def _best(end: Foot, nodes: tuple[Node, ...], pages: Sequence[Virtual]) -> int:
    """The last place on the straight that is behind the content of every page and before the scripts that end it; where there is
    none, the first that is behind the content."""
    best = end.offset
    tails = [_tail(page) for page in pages]
    for start in (end.offset, *_before(end.offset, nodes)):
        places = [page.at(end.owner, start) for page in pages]
        if not all(_is_behind(page, place, tail) for page, place, tail in zip(pages, places, tails, strict=True)):
            break
        best = start
        if all(place is not None and place <= tail for place, tail in zip(places, tails, strict=True)):
            break
    return best


def _is_behind(page: Virtual, place: int | None, tail: int) -> bool:
    """Has a place no content behind it?"""
    return place is not None and (place >= tail or not page.text[place:tail].strip(" \t\n\f\r"))


def _before(end: int, nodes: tuple[Node, ...]) -> list[int]:
    """Where the elements and statements begin that stand before `end` and in nothing else, the last first."""
    found: list[int] = []
    number = 0
    while number < len(nodes):
        item = nodes[number].item
        start = item.loading.span.start if isinstance(item, Element) else item.span.start
        if start >= end:
            break
        if isinstance(item, Statement | Element) and not nodes[number].context:
            found.append(start)
        elif not isinstance(item, Statement):
            found.clear()  # a tag of the document
        number = nodes[number].stop
    return found[::-1]


def _tail(page: Virtual) -> int:
    """Where the scripts and stylesheets begin that end the body."""
    at = page.outline.tree.bottom or 0
    for one in reversed(page.outline.loading):
        if not one.at_end or one.inert or one.parent != "body":
            break
        at = min(at, one.span.start)
    return at


# -- arms that leave elements open ---------------------------------------------------------------------------------------------


Key = tuple[Route, str, int]


def is_uneven(page: Virtual, arms: Mapping[str, Arms]) -> bool:
    """May an element be open behind a condition or loop of the page, and not where another arm is taken?"""
    open_: list[tuple[str, Key]] = []
    for token in tokens(page.text):
        if token.kind not in ("start", "end") or token.name in _VOID or token.name in _LOOSE:
            continue
        key = _key(page, token.start, arms)
        if token.kind == "start":
            if page.text[token.end - 2] != "/":
                open_.append((token.name, key))
        elif not _closes(open_, token, key):
            return True
    return any(_is_sometimes(key) for _, key in open_)


def _closes(open_: list[tuple[str, Key]], token: Token, key: Key) -> bool:
    """Is what an end tag ends always there when the tag is?"""
    at = next((at for at in range(len(open_) - 1, -1, -1) if open_[at][0] == token.name), -1)
    if at < 0:
        return not _is_sometimes(key)
    left = open_[at + 1 :]
    same = open_[at][1] == key and not any(_is_sometimes(one) and one != key for _, one in left)
    del open_[at:]
    return same


def _key(page: Virtual, at: int, arms: Mapping[str, Arms]) -> Key:
    """Under which conditions the character at `at` is in the page."""
    place = page.origin(at)
    assert place is not None
    route = tuple(step for step in place.route if step.kind in ("if", "for", "tag", "filter") or step.arms > 1)
    arm = arms[place.owner].at(place.offset)
    return route, place.owner if arm >= 0 else "", arm


def _is_sometimes(key: Key) -> bool:
    return bool(key[0]) or key[2] >= 0
