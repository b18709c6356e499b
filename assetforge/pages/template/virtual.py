"""A page of templates as one text, which stands for every page that may be rendered from them.

    page = virtual(composed_page, {path: masked text of the template})
    page.text, page.outline         what the passes over finished pages read
    page.standings[index]           of each element of `outline.loading`: whose it is, and whether it lies in one piece
    page.origin(at), page.at(...)   from the text to the templates and back

Blocks are filled and includes stand where they are included. Both arms of an `if` are there and the body of a loop once, so a
rendered page may have less than this text and may have a part of it several times; `standings` says under which conditions. What
nobody knows is an offset in `holes`.

What must stay true: every character of the text is one of a template, and `stretches` says which. Template syntax is masked: in
tags, scripts and styles by the characters of the mask, and between tags, where text would open the body or close a head, by white
space. What cannot be relied on is in `doubt`; then nothing of the page may be changed.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from assetforge.formats.html.outline import Outline, outline
from assetforge.formats.html.tokens import tokens
from assetforge.pages.template.composed import Hole, Page, Placed, Route, Run
from assetforge.pages.template.sketch import Element
from assetforge.text import Span

MASK = re.compile("[\ue0e0\ue0e1\ue0e2]")
LONGEST = 4_000_000  # characters; a page that is longer is not followed
_BLANK = {0xE0E0: " ", 0xE0E1: " ", 0xE0E2: " "}
_NOWHERE = frozenset({"bulk", "template", "extends"})  # holes that have no place of their own


class Stretch(NamedTuple):
    """The text from the offset `at` on, up to the next one, is `span` of the template `owner`, at the end of `route`."""

    at: int
    owner: str
    span: Span
    route: Route


class Origin(NamedTuple):
    """A place in a template."""

    owner: str
    offset: int
    route: Route


class Standing(NamedTuple):
    """How an element of the page stands in its template. `placed`: as `compose` has it, with offsets of the template. `whole`: all
    of it is one piece of that template's text, in which nobody else writes, and its end tag is there."""

    placed: Placed
    whole: bool

    @property
    def element(self) -> Element:
        assert isinstance(self.placed.item, Element)
        return self.placed.item


@dataclass(frozen=True)
class Virtual:
    """`page`: what it is the text of. `standings`: by index in `outline.loading`; an element that is missing there is one of which
    nothing is known. `holes`: offsets at which anything may come in, sorted. `doubt`: why nothing of it can be relied on, empty
    where it can."""

    page: Page
    text: str
    stretches: tuple[Stretch, ...]
    outline: Outline
    standings: Mapping[int, Standing]
    holes: tuple[int, ...] = ()
    doubt: str = ""

    @cached_property
    def _starts(self) -> list[int]:
        return [one.at for one in self.stretches]

    @cached_property
    def _pieces(self) -> dict[tuple[str, Route], list[Stretch]]:
        found: dict[tuple[str, Route], list[Stretch]] = {}
        for one in self.stretches:
            found.setdefault((one.owner, one.route), []).append(one)
        return found

    def stretch(self, at: int) -> Stretch | None:
        """The stretch that holds the character at `at`; at the end of the text the last one."""
        number = bisect_right(self._starts, at) - 1
        return self.stretches[number] if number >= 0 else None

    def origin(self, at: int) -> Origin | None:
        """Whose the character at `at` is."""
        one = self.stretch(at)
        return Origin(one.owner, one.span.start + at - one.at, one.route) if one else None

    def at(self, owner: str, offset: int, route: Route = ()) -> int | None:
        """Where a character of a template stands in the page, None where it does not."""
        for one in self._pieces.get((owner, route), ()):
            if one.span.start <= offset < one.span.end:
                return one.at + offset - one.span.start
        return None

    def in_template(self, span: Span) -> Span | None:
        """A span of the page as one of the template that owns its first character; None where others write in it."""
        one = self.stretch(span.start)
        if one is None:
            return None
        shift = one.span.start - one.at
        found = Span(span.start + shift, span.end + shift)
        return found if found.end <= one.span.end else None


def virtual(page: Page, masked: Mapping[str, str]) -> Virtual:
    """The text of a page that was composed with its runs. `masked`: the masked text of each template that it uses."""
    stretches = tuple(_stretches(page.runs, masked))
    length = stretches[-1].at + stretches[-1].span.end - stretches[-1].span.start if stretches else 0
    doubt = _doubt(page)
    if length > LONGEST:
        stretches, doubt = (), f"it has more than {LONGEST:,} characters"
    text = _blanked("".join(masked[one.owner][one.span.start : one.span.end] for one in stretches))
    made = Virtual(page, text, stretches, outline(text), {}, (), doubt)
    standings = dict(_standings(made))
    holes, lost = _holes(made, standings)
    return Virtual(page, text, stretches, made.outline, standings, holes, doubt or lost)


def _doubt(page: Page) -> str:
    if not page.layout:
        return "its layout is not known"
    wrong = next((one.item for one in page.holes if isinstance(one.item, Hole) and one.item.why in _NOWHERE), None)
    return "not all of its templates can be followed" if wrong else ""


def _stretches(runs: Iterable[Run], masked: Mapping[str, str]) -> Iterator[Stretch]:
    """The runs with their places; those that touch in their template and stand in one place of it are one."""
    at = 0
    last: Stretch | None = None
    for owner, (start, end), route in runs:
        end = min(end, len(masked[owner]))
        if start >= end:
            continue
        if last and last.owner == owner and last.route == route and last.span.end == start:
            last = last._replace(span=Span(last.span.start, end))
        else:
            if last:
                yield last
            last = Stretch(at, owner, Span(start, end), route)
        at += end - start
    if last:
        yield last


def _blanked(text: str) -> str:
    """`text` with white space for template syntax that stands between tags."""
    if not MASK.search(text):
        return text
    parts: list[str] = []
    at = 0
    for token in tokens(text):
        if token.kind == "text":
            parts += (text[at : token.start], text[token.start : token.end].translate(_BLANK))
            at = token.end
    return "".join((*parts, text[at:]))


def _standings(made: Virtual) -> Iterator[tuple[int, Standing]]:
    """The elements of the outline that `compose` knows too, each at its place."""
    known = {(one.owner, one.span.start, one.route): one for one in made.page.parts if isinstance(one.item, Element)}
    for index, loading in enumerate(made.outline.loading):
        place = made.origin(loading.span.start)
        placed = known.get((place.owner, place.offset, place.route)) if place else None
        if placed is not None and isinstance(placed.item, Element) and placed.item.loading.name == loading.name:
            whole = made.in_template(loading.span) == placed.item.loading.span
            yield index, Standing(placed, whole and placed.item.closed and not placed.filled)


def _holes(made: Virtual, standings: Mapping[int, Standing]) -> tuple[tuple[int, ...], str]:
    """Where what nobody knows comes in. An element that only one of the two readings of the templates has counts, too."""
    found: set[int] = set()
    lost = ""
    seen = {(one.placed.owner, one.placed.span.start, one.placed.route) for one in standings.values()}
    for one in made.page.parts:
        if isinstance(one.item, Hole):
            known = one.item.why in _NOWHERE
        else:
            known = not isinstance(one.item, Element) or (one.owner, one.span.start, one.route) in seen
        if known or one.inert:
            continue
        at = made.at(one.owner, one.span.start, one.route)
        if at is None:
            lost = f"a part of {one.owner} is not where it should be"
        else:
            found.add(at)
    found.update(one.span.start for index, one in enumerate(made.outline.loading) if index not in standings)
    return tuple(sorted(found)), lost
