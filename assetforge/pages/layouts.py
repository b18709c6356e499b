"""Stylesheets of pages that share a layout: which of the pages may have them at the end of the body, and what is written for that.

Each page was decided for itself, as if its templates were its own. Here it is seen what of that can be written into templates that
others have too (`mirror`). What must stay true: what is written changes no page but those that were decided for, and those get all
of what was decided; where that cannot be written the page stays as its author wrote it, and its plan says why. Pages are told apart
at run time, so one that must stay keeps none of the others.

A template that others extend gets critical CSS only where somebody saw that it is rendered itself: whatever extends it and was not
there at build time would inherit its CSS.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from assetforge.pages.chains import extends
from assetforge.pages.composed import Route, Step
from assetforge.pages.hindrances import Hindrance
from assetforge.pages.mirror import CRITICAL, LATE, Mirror, Part, Source, Tags, Unmirrored, mirror_name
from assetforge.pages.plan import StylesheetPlan
from assetforge.pages.sketch import Sketch
from assetforge.pages.virtual import Virtual
from assetforge.text import Piece, Span

_UNSEEN = frozenset({"script", "style", "link", "meta", "title", "base", "noscript", "template", "head", "html", "body"})
_PLAIN = frozenset({"block", "fill", "super", "if"})


class Decided(NamedTuple):
    """One page. `plan`: what was decided for it alone. `style`: its critical CSS as an element, escaped for HTML. `rendered`: did
    somebody see that its template is rendered itself?"""

    virtual: Virtual
    plan: StylesheetPlan
    style: tuple[Piece, ...] = ()
    rendered: bool = False

    @property
    def template(self) -> str:
        return self.virtual.page.template

    @property
    def chain(self) -> tuple[str, ...]:
        return self.virtual.page.chain


class Put(NamedTuple):
    """What is put into a template at a str offset of its author's text. `rank`: of two at one place the lower comes first."""

    at: int
    rank: int
    parts: tuple[Part, ...]


class Shared(NamedTuple):
    """`puts`: by template. `kept`: numbers of pages for which nothing can be written, and why."""

    puts: dict[str, tuple[Put, ...]]
    kept: dict[int, Hindrance]


class _Place(NamedTuple):
    """What one page wants: its elements that move as (template, span), in order; offsets in the layout where its critical CSS and
    its stylesheets come; the templates whose blocks have a part in it."""

    moved: tuple[tuple[str, Span], ...]
    staying: frozenset[tuple[str, Span]]
    head: int
    bottom: int


def share(pages: Sequence[Decided], sources: Mapping[str, Source], sketches: Mapping[str, Sketch]) -> Shared:
    """What is written for `pages`, which are all that have one layout as their outermost template, open ones aside. `sources` and
    `sketches`: of every template in a chain."""
    family = _Family(pages, sources, sketches)
    return family.settled()


@dataclass
class _Family:
    pages: Sequence[Decided]
    sources: Mapping[str, Source]
    sketches: Mapping[str, Sketch]
    places: dict[int, _Place] = field(default_factory=dict)
    kept: dict[int, Hindrance] = field(default_factory=dict)

    def settled(self) -> Shared:
        """Pages are given up one after another until what is left fits together."""
        for number, one in enumerate(self.pages):
            if one.plan.critical is None:
                continue
            try:
                self.places[number] = self._place(one)
            except Unmirrored as why:
                self._keep(number, str(why))
        self._agree()
        while self.places:
            wrong = next(self._wrong(), None)
            if wrong is None:
                try:
                    return Shared(self._puts(), self.kept)
                except Unmirrored as why:
                    for number in list(self.places):
                        self._keep(number, str(why))
            else:
                self._keep(*wrong)
        return Shared({}, self.kept)

    def _keep(self, number: int, why: str, better: str = "") -> None:
        self.places.pop(number, None)
        self.kept[number] = Hindrance("template", why, better)

    # -- what one page wants -----------------------------------------------------------------------------------------------------

    def _place(self, one: Decided) -> _Place:
        """Raises `Unmirrored`."""
        self._may_be_written(one)
        virtual, layout = one.virtual, one.chain[0]
        moved, staying = [], set()
        for decision in one.plan.decisions:
            standing = virtual.standings.get(decision.element)
            if decision.verb == "late":
                if standing is None or standing.placed.filled or not standing.element.closed:
                    raise Unmirrored("a stylesheet of it is not written by one template alone")
                self._may_move(one, standing.placed.owner, standing.placed.route)
                moved.append((standing.placed.owner, standing.placed.span))
            elif standing is not None:
                staying.add((standing.placed.owner, standing.placed.span))
        if len(set(moved)) < len(moved):
            raise Unmirrored("one of its stylesheets stands in it twice")
        head = self._head(virtual, layout, one.plan)
        return _Place(tuple(moved), frozenset(staying), head, self._bottom(virtual, layout, one.plan))

    def _may_be_written(self, one: Decided) -> None:
        layout = one.chain[0]
        if len(one.chain) == 1:
            if one.virtual.page.role == "layout" and not one.rendered:
                raise Unmirrored("others extend it, and nobody saw that it is rendered itself")
            return
        if one.virtual.page.role == "layout" and not one.rendered:
            raise Unmirrored("others extend it, and nobody saw that it is rendered itself")
        if one.virtual.page.choices:
            raise Unmirrored("its layout is chosen when it is rendered")
        for path in one.chain[1:]:
            if not self._extends_plainly(path):
                raise Unmirrored(f"{path} extends {layout} under a condition")

    def _extends_plainly(self, path: str) -> bool:
        found = extends(self.sketches[path])
        return len(found) == 1 and not found[0].arms

    def _may_move(self, one: Decided, owner: str, route: Route) -> None:
        wrong = next((step for step in route if step.kind not in _PLAIN), None)
        if wrong is not None:
            raise Unmirrored(f"a stylesheet of it stands in {wrong.name or wrong.kind}, which may write it any number of times")
        for step in route:
            if step.kind == "fill" and step.owner != one.chain[0]:
                block = self.sources[step.owner].block(step.name)
                if block is None or not self.sources[step.owner].is_top(block):
                    raise Unmirrored(f"block {step.name} of {step.owner} stands in another")
            elif step.kind == "if":
                self.sources[step.owner].arms(step.span)

    def _head(self, virtual: Virtual, layout: str, plan: StylesheetPlan) -> int:
        """The offset in the layout of the first stylesheet, or of what holds it."""
        origin = virtual.origin(plan.at)
        if origin is None:
            raise Unmirrored("its layout does not hold its stylesheets")
        step = next((one for one in origin.route if one.kind == "if"), None)
        at = _in_layout(origin.route, origin.offset, layout)
        if step is not None and step.owner == layout:
            at = min(at, step.span.start)
        outline = virtual.outline
        before = [one.span.start for one in outline.metas if one.kind == "charset"]
        before += [one.span.start for one in outline.loading if one.name != "script" and one.span.start < plan.at]
        for other in before:
            where = virtual.origin(other)
            if other < plan.at and where is not None and _in_layout(where.route, where.offset, layout) >= at:
                raise Unmirrored("what must stand before its stylesheets stands in one block with them")
        return at

    def _bottom(self, virtual: Virtual, layout: str, plan: StylesheetPlan) -> int:
        """The offset in the layout of the end of the body, or of the block with the scripts that end it."""
        origin = virtual.origin(plan.bottom)
        if origin is None:
            raise Unmirrored("its layout does not end its body")
        at = _in_layout(origin.route, origin.offset, layout)
        at = min([at, *(step.span.start for step in origin.route if step.owner == layout and step.kind in ("block", "if"))])
        for one in virtual.outline.tree.elements:
            if one.tag.start < 0 or one.tag.start >= plan.bottom or one.name in _UNSEEN:
                continue
            where = virtual.origin(one.tag.start)
            if where is not None and _in_layout(where.route, where.offset, layout) >= at:
                raise Unmirrored("what ends its body stands in one block with its content")
        return at

    # -- what all of them want -----------------------------------------------------------------------------------------------------

    def _agree(self) -> None:
        """The places in the layout are those that most pages want."""
        common = Counter((one.head, one.bottom) for one in self.places.values()).most_common(1)
        for number, one in list(self.places.items()):
            if (one.head, one.bottom) != common[0][0]:
                self._keep(number, "other pages of its layout have their stylesheets elsewhere")

    def _wrong(self) -> Iterator[tuple[int, str]]:
        """Pages that do not fit together with the others."""
        moved = {element for one in self.places.values() for element in one.moved}
        for number, one in self.places.items():
            if one.staying & moved:
                yield number, "a stylesheet stays in it that moves in other pages of its layout"
        for number in self.places:
            for path in self.pages[number].chain:
                if self._says_our_names(path):
                    yield number, f"{path} has a name that begins with {LATE} or {CRITICAL}"
        filled = {self.pages[number].template: number for number in self.places if len(self.pages[number].chain) > 1}
        for other, page in enumerate(self.pages):
            above = next((path for path in page.chain[:-1] if path in filled), None)
            if other not in self.places and above is not None and not self._extends_plainly(page.template):
                yield filled[above], f"{page.template} extends it under a condition"
        if any(len(self.pages[number].chain) == 1 for number in self.places) and self._heirs():
            for number in list(self.places):
                if len(self.pages[number].chain) == 1:
                    yield number, "a template that extends it does so under a condition"

    def _heirs(self) -> bool:
        """Would a page that stays inherit what the layout says of itself, and could not be told otherwise?"""
        return any(
            number not in self.places and len(page.chain) > 1 and not self._extends_plainly(page.chain[1])
            for number, page in enumerate(self.pages)
        )

    def _says_our_names(self, path: str) -> bool:
        text = self.sources[path].text
        return LATE in text or CRITICAL in text

    # -- what is written -----------------------------------------------------------------------------------------------------------

    def _puts(self) -> dict[str, tuple[Put, ...]]:
        found: dict[str, list[Put]] = {}
        moved: dict[str, set[Span]] = {}
        for one in self.places.values():
            for owner, span in one.moved:
                moved.setdefault(owner, set()).add(span)
        mirrored = self._mirrored(moved)
        first = next(iter(self.places.values()))
        layout = self.pages[next(iter(self.places))].chain[0]
        for path, spans in moved.items():
            tags = Tags(self.sources[path].dialect)
            for start, end in _joined(self.sources[path].text, spans, self.sources[path]):
                found.setdefault(path, []).append(Put(start, 3, (tags.not_late,)))
                found[path].append(Put(end, 0, (tags.end,)))
        found.setdefault(layout, []).extend(self._of_layout(layout, first, moved.get(layout, set()), mirrored))
        for path in self._fillers(mirrored) - {layout}:
            found.setdefault(path, []).extend(self._of_template(path, moved.get(path, set()), mirrored))
        for number, page in enumerate(self.pages):
            if len(page.chain) > 1 and (number in self.places or self._inherits(page)):
                found.setdefault(page.template, []).append(self._fill(page, number in self.places))
        return {path: tuple(sorted(puts, key=lambda put: (put.at, put.rank))) for path, puts in sorted(found.items())}

    def _inherits(self, page: Decided) -> bool:
        """Would a page that stays get what a template above it says?"""
        filled = {self.pages[number].template for number in self.places}
        return any(path in filled for path in page.chain[:-1])

    def _fill(self, page: Decided, late: bool) -> Put:
        source = self.sources[page.template]
        tags = Tags(source.dialect)
        inside = (tags.ask, *page.style) if late else ()
        opening, closing = tags.tag(f"block {CRITICAL}"), tags.tag("endblock")
        return Put(len(source.text), 2, (opening, *inside, closing))

    def _mirrored(self, moved: Mapping[str, Collection[Span]]) -> frozenset[str]:
        """Blocks that hold a stylesheet which moves, in any template."""
        names = set()
        for path, spans in moved.items():
            for one in self.sources[path].statements:
                if one.kind == "block" and any(_holds(one.body, span.start) for span in spans):
                    names.add(one.name)
        return frozenset(names)

    def _fillers(self, mirrored: Collection[str]) -> set[str]:
        """Templates that a page which moves is made from and that fill a mirrored block."""
        chains = {path for number in self.places for path in self.pages[number].chain}
        return {path for path in chains if any(self.sources[path].block(name) for name in mirrored)}

    def _of_layout(self, path: str, place: _Place, spans: Collection[Span], mirrored: frozenset[str]) -> Iterator[Put]:
        source = self.sources[path]
        tags, mirror = Tags(source.dialect), Mirror(source, sorted(spans), mirrored)
        own = next((self.pages[number] for number in self.places if len(self.pages[number].chain) == 1), None)
        inside = (tags.ask, *own.style) if own is not None else ()
        yield Put(1 if source.text.startswith("\ufeff") else 0, 0, (tags.declare,))
        yield Put(place.head, 1, (tags.tag(f"block {CRITICAL}"), *inside, tags.tag("endblock")))
        parts = mirror.parts(Span(0, len(source.text)))
        yield Put(place.bottom, 2, (tags.late, *parts, tags.end))

    def _of_template(self, path: str, spans: Collection[Span], mirrored: frozenset[str]) -> Iterator[Put]:
        source = self.sources[path]
        mirror = Mirror(source, sorted(spans), mirrored)
        parts: list[Part] = []
        for one in source.statements:
            if one.kind == "block" and one.name in mirrored:
                if not source.is_top(one):
                    if not any(_holds(other.body, one.span.start) for other in source.statements
                               if other.kind == "block" and other.name in mirrored):  # fmt: skip
                        raise Unmirrored(f"block {one.name} of {path} stands in another")
                    continue
                parts += mirror.tags.block(mirror_name(one.name), mirror.parts(one.body))
        yield Put(len(source.text), 1, tuple(parts))


def _holds(span: Span, at: int) -> bool:
    return span.start <= at < span.end


def _in_layout(route: Iterable[Step], offset: int, layout: str) -> int:
    """Where in the layout a place of the page is: itself, or the tag that brings in what others write."""
    steps = list(route)
    for number, step in enumerate(steps):
        if step.kind in ("fill", "super", "self", "include", "call", "macro", "caller") or step.owner != layout:
            outer = [one for one in steps[: number + 1] if one.owner == layout]
            if step.kind in ("fill", "super", "self", "macro", "caller") and number:
                outer = [one for one in steps[:number] if one.owner == layout]
            if not outer:
                raise Unmirrored("a part of it stands in no block of its layout")
            return outer[-1].span.start
    return offset


def _joined(text: str, spans: Iterable[Span], source: Source) -> Iterator[Span]:
    """Elements with nothing but white space between them are one."""
    last: Span | None = None
    for span in sorted(spans):
        if last is not None and not text[last.end : span.start].strip():
            last = Span(last.start, span.end)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last
