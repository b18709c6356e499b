"""Where scripts can go: the place at the end of the body, and which of them can come there without a change to the page.

What must stay true: the place is in the body and nothing else is open (HTML Standard, 13.2.6.4.7), so what is put there becomes a
child of the body; on the way there a script crosses nothing that changes its URL, its right to run or its referrer; and no
selector notices that it left its parent, nor that it came to the body.
"""

import re
from collections.abc import Iterable, Sequence

from assetforge.formats.html.outline import Loading, Meta
from assetforge.formats.html.tree import Element
from assetforge.pages.page import Page, Pin
from assetforge.pages.script import structure
from assetforge.pages.script.running import Script
from assetforge.pages.script.structure import Notice, Watch

# In these a newline right behind the start tag vanishes (13.2.6.4.7), so a script that leaves may take one along.
_EATS_NEWLINE = frozenset({"pre", "listing", "textarea"})
_UNSEEN = frozenset({"link", "meta", "script", "style", "template", "title"})
# Services whose stylesheets hold font faces, and a class for icons.
_FONTS = re.compile(r"(?:https?:)?//(?:fonts\.googleapis\.com|fonts\.bunny\.net|use\.typekit\.net)/", re.IGNORECASE)
_CROSSING = {
    "base": ("base-position", "a <base> behind it would change its URL"),
    "csp": ("csp-position", "a content security policy behind it would judge it"),
    "referrer": ("referrer-position", "a referrer policy behind it would be sent with its request"),
}
_NO_PLACE = Pin(
    "no-safe-insertion-point",
    "at the end of the page something other than the body is open, so nothing can be moved there",
    "close the elements that are open at the end of the page",
)


def bottom(page: Page) -> int | None:
    """The str offset where moved scripts go: before the scripts and stylesheets that end the body, else at the end of the body.
    None where there is no safe one."""
    if page.bottom is None or page.bottom >= 0:
        return page.bottom
    at = page.outline.tree.bottom
    if at is None:
        return None
    for one in reversed(page.outline.loading):
        if not one.at_end or one.inert or not (one.parent == "body" or one.span.start > at):
            break
        if one.parent == "body" and one.span.start < at:
            at = one.span.start
    return at


def _unknown(sheet: Loading) -> tuple[Watch, ...]:
    """What a stylesheet that nobody read may notice."""
    return () if _FONTS.match((sheet.attribute("href") or "").strip()) else (structure.EVERYTHING,)


class Moving:
    """Asks of one page's scripts whether they can move."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.bottom = bottom(page)
        sheets = {index: page.watches.get(index, _unknown(page.outline.loading[index])) for index in self._sheets()}
        self._watched = {watch: index for index, watched in reversed(sheets.items()) for watch in watched}
        self._siblings = _siblings(page.outline.tree.elements)

    def _sheets(self) -> Iterable[int]:
        return (
            index
            for index, one in enumerate(self._page.outline.loading)
            if one.name != "script" and one.inert != "template"
        )  # fmt: skip

    def why_not(self, script: Script) -> Pin | None:
        """Why this script cannot move, whatever other scripts do. None where it can."""
        one = self._page.outline.loading[script.index]
        if self.bottom is None:
            return _NO_PLACE
        if one.span.start >= self.bottom:
            return Pin("at-end", "it stands at the end of the body already")
        if one.number < 0 or not _is_closed(self._page.text, one):
            return Pin("malformed", "its element is not closed, or not in the document's own tree")
        if one.parent in _EATS_NEWLINE:
            return Pin("structure", f"it stands in a <{one.parent}>, of which it keeps a first newline")
        return self._crossing(one) or self._noticed([one])

    def why_not_leave(self, script: Script) -> Pin | None:
        """Why it cannot leave its place, wherever it goes."""
        one = self._page.outline.loading[script.index]
        if one.number < 0 or not _is_closed(self._page.text, one) or one.parent in _EATS_NEWLINE:
            return Pin("structure", "its element cannot be taken out")
        return self._noticed([one], come=False)

    def why_not_together(self, scripts: Sequence[Script]) -> Pin | None:
        """As `why_not`, for scripts each of which can move alone."""
        return self._noticed([self._page.outline.loading[script.index] for script in scripts])

    def _crossing(self, one: Loading) -> Pin | None:
        met: Meta | None = next(
            (meta for meta in self._page.outline.metas if meta.kind in _CROSSING and one.span.end <= meta.span.start), None
        )
        if met is None:
            return None
        reason, why = _CROSSING[met.kind]
        return Pin(reason, why, "put the element that says so before the scripts")

    def _noticed(self, leaving: Sequence[Loading], come: bool = True) -> Pin | None:
        elements = self._page.outline.tree.elements
        if not self._watched or not leaving:
            return None
        for number, changes in self._changes(leaving, come):
            if watch := structure.notices(self._watched, elements, number, changes):
                return self._structure(watch, changes)
        return None

    def _structure(self, watch: Watch, changes: frozenset[Notice]) -> Pin:
        sheet = self._page.outline.loading[self._watched[watch]]
        name = (sheet.attribute("href") or "").strip() or "a <style>"
        if watch == structure.EVERYTHING:
            why = f"{name}, of which nothing is known, may count the elements beside it"
            return Pin("structure", why, "keep a copy of that stylesheet with the site, so that it can be read")
        why = f"without it where it stands, a selector of {name} ({structure.said(watch, changes)}) may match other elements"
        return Pin("structure", why, "put the script where no element stands beside it, or write the selector with a class")

    def _changes(self, leaving: Sequence[Loading], come: bool) -> Iterable[tuple[int, frozenset[Notice]]]:
        """What changes for the elements that stay, by number in the tree."""
        elements = self._page.outline.tree.elements
        gone = {one.number for one in leaving}
        parents = {elements[number].parent for number in gone}
        body = next((number for number, one in enumerate(elements) if one.name == "body" and one.parent == 0), -1)
        for parent in sorted(parents | {body}):
            if parent < 0 or elements[parent].name == "head":
                continue  # nothing in a head is shown
            was = self._siblings.get(parent, [])
            stay = [number for number in was if number not in gone]
            is_now = self._joined(stay, sorted(gone)) if parent == body and come else stay
            for number, changes in _noticeable(was, is_now, gone):
                if elements[number].name not in _UNSEEN:
                    yield number, changes
            if not is_now and not elements[parent].text:
                yield parent, frozenset({"empty"})

    def _joined(self, stay: list[int], coming: list[int]) -> list[int]:
        """The body's children with those that come to it at its bottom."""
        assert self.bottom is not None
        elements = self._page.outline.tree.elements
        first = next((at for at, number in enumerate(stay) if elements[number].tag.start >= self.bottom), len(stay))
        return [*stay[:first], *coming, *stay[first:]]


def _noticeable(was: list[int], is_now: list[int], gone: set[int]) -> Iterable[tuple[int, frozenset[Notice]]]:
    then = {number: at for at, number in enumerate(was)}
    for at, number in enumerate(is_now):
        if number in gone:
            continue
        old, left, left_then = then[number], len(is_now) - at, len(was) - then[number]
        changes: set[Notice] = set()
        if old != at:
            changes |= {"nth", "after"}
        if (old == 0) != (at == 0):
            changes.add("first")
        if left != left_then:
            changes.add("nth-last")
        if (left == 1) != (left_then == 1):
            changes.add("last")
        if (was[old - 1] if old else -1) != (is_now[at - 1] if at else -1):
            changes.add("next")
        if changes:
            yield number, frozenset(changes)


def _siblings(elements: tuple[Element, ...]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for number, element in enumerate(elements):
        found.setdefault(element.parent, []).append(number)
    return found


def _is_closed(text: str, one: Loading) -> bool:
    return one.span.end > one.body.end and text[one.body.end : one.body.end + 2] == "</"
