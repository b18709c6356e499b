"""Stylesheets of pages that share a layout: which of the pages may have them at the end of the body, and what is written for that.

Each page was decided for itself, as if its templates were its own. Here it is seen what of that can be written into templates that
others have too (`mirror`). What must stay true: what is written changes no page but those that were decided for, and those get all
of what was decided; where that cannot be written the page stays as its author wrote it, and its plan says why. Pages are told apart
at run time, so one that must stay keeps none of the others.

A template that others extend gets critical CSS only where somebody saw that it is rendered itself: whatever extends it and was not
there at build time would inherit its CSS.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from assetforge.pages.plan import StylesheetPlan
from assetforge.pages.style.hindrances import Hindrance
from assetforge.pages.template.chains import extends
from assetforge.pages.template.composed import Route, Step
from assetforge.pages.template.foot import Arms, is_uneven
from assetforge.pages.template.mirror import CRITICAL, LATE, SAMPLES, Mirror, Part, Source, Tags, Unmirrored, mirror_name
from assetforge.pages.template.sketch import Sketch
from assetforge.pages.template.virtual import Virtual
from assetforge.text import Piece, Span, Syntax

_UNSEEN = frozenset({"script", "style", "link", "meta", "title", "base", "noscript", "template", "head", "html", "body"})
_EXTENDED = "others extend it, and nobody saw that it is rendered itself"
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


class _Range(NamedTuple):
    """Offsets in the layout: behind `after`, at `last` at the latest."""

    after: int
    last: int


class _Place(NamedTuple):
    """What one page wants. `moved`: its elements that move, as template and span, in order; `staying`: other stylesheets. `head`,
    `bottom`: where its critical CSS and its stylesheets may come."""

    moved: tuple[tuple[str, Span], ...]
    staying: frozenset[tuple[str, Span]]
    head: _Range
    bottom: _Range


def share(pages: Sequence[Decided], sources: Mapping[str, Source], sketches: Mapping[str, Sketch]) -> Shared:
    """What is written for `pages`, which are all that have one layout as their outermost template, open ones aside. `sources` and
    `sketches`: of every template in a chain."""
    arms = {path: Arms(sources[path].statements) for page in pages for path in page.virtual.page.uses}
    return _Family(pages, sources, sketches, arms).settled()


@dataclass
class _Family:
    pages: Sequence[Decided]
    sources: Mapping[str, Source]
    sketches: Mapping[str, Sketch]
    arms: Mapping[str, Arms]
    places: dict[int, _Place] = field(default_factory=dict)
    kept: dict[int, Hindrance] = field(default_factory=dict)
    head: int = -1
    bottom: int = -1

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

    def _keep(self, number: int, why: str) -> None:
        self.places.pop(number, None)
        self.kept[number] = Hindrance("template", why, SAMPLES if why == _EXTENDED else "")

    # -- what one page wants -----------------------------------------------------------------------------------------------------

    def _place(self, one: Decided) -> _Place:
        """Raises `Unmirrored`."""
        self._may_be_written(one)
        if is_uneven(one.virtual, self.arms):
            raise Unmirrored("what is open at its end depends on a condition")
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
        places = self._head(virtual, layout, one.plan), self._bottom(virtual, layout, one.plan)
        return _Place(tuple(moved), frozenset(staying), *places)

    def _may_be_written(self, one: Decided) -> None:
        layout = one.chain[0]
        if one.virtual.page.role == "layout" and not one.rendered:
            raise Unmirrored(_EXTENDED)
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

    def _head(self, virtual: Virtual, layout: str, plan: StylesheetPlan) -> _Range:
        """Before the first stylesheet, and behind what must stand before that."""
        origin = virtual.origin(plan.at)
        if origin is None:
            raise Unmirrored("its layout does not hold its stylesheets")
        outline = virtual.outline
        moved = (outline.loading[one.element].span.start for one in plan.decisions if one.verb == "late")
        places = [origin, *(place for at in moved if (place := virtual.origin(at)) is not None)]
        last = min(_in_layout(one.route, one.offset, layout) for one in places)
        conditions = (step.span.start for one in places for step in one.route if step.kind == "if" and step.owner == layout)
        last = min([last, *conditions])
        before = [one.span.start for one in outline.metas if one.kind == "charset"]
        before += [one.span.start for one in outline.loading if one.name != "script"]
        before += [one.tag.start for one in outline.tree.elements if one.name == "head" and one.tag.start >= 0]
        return self._range(virtual, layout, (at for at in before if at < plan.at), last)

    def _bottom(self, virtual: Virtual, layout: str, plan: StylesheetPlan) -> _Range:
        """At the end of the body, or before the block with the scripts that end it."""
        origin = virtual.origin(plan.bottom)
        if origin is None:
            raise Unmirrored("its layout does not end its body")
        last = _in_layout(origin.route, origin.offset, layout)
        last = min([last, *(step.span.start for step in origin.route if step.owner == layout and step.kind in ("block", "if"))])
        tags = (one.tag.start for one in virtual.outline.tree.elements if one.name not in _UNSEEN)
        return self._range(virtual, layout, (at for at in tags if 0 <= at < plan.bottom), last)

    def _range(self, virtual: Virtual, layout: str, before: Iterable[int], last: int) -> _Range:
        first = -1
        for at in before:
            where = virtual.origin(at)
            if where is not None:
                first = max(first, _in_layout(where.route, where.offset, layout))
        if first >= last:
            raise Unmirrored("its stylesheets, or the end of its body, stand in one block with what comes before them")
        return _Range(first, last)

    # -- what all of them want -----------------------------------------------------------------------------------------------------

    def _agree(self) -> None:
        """The places in the layout are those that fit most pages."""
        if not self.places:
            return
        layout = self.pages[0].chain[0]
        for name in ("head", "bottom"):
            ranges = {number: _ranges(one)[name] for number, one in self.places.items()}
            fitting = {at: [number for number, one in ranges.items() if self._fits(number, one, at, layout)]
                       for at in {one.last for one in ranges.values()}}  # fmt: skip
            best = max(fitting, key=lambda at: (len(fitting[at]), -at))
            for number in set(self.places) - set(fitting[best]):
                self._keep(number, "other pages of its layout have their stylesheets elsewhere")
            if name == "head":
                self.head = best
            else:
                self.bottom = best

    def _fits(self, number: int, wanted: _Range, at: int, layout: str) -> bool:
        """Has the page that place, and the place all that it must have?"""
        stretches = self.pages[number].virtual.stretches
        return wanted.after < at <= wanted.last and any(one.owner == layout and _holds(one.span, at) for one in stretches)

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
        layout = self.pages[next(iter(self.places))].chain[0]
        for path, spans in moved.items():
            tags = Tags(self.sources[path].dialect)
            for start, end in _joined(self.sources[path].text, spans, self.sources[path]):
                found.setdefault(path, []).append(Put(start, 3, (tags.not_late,)))
                found[path].append(Put(end, 0, (tags.end,)))
        found.setdefault(layout, []).extend(self._of_layout(layout, moved.get(layout, set()), mirrored))
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
        inside: tuple[Part, ...] = (tags.ask, *page.style, *self._early(page)) if late else ()
        opening, closing = tags.tag(f"block {CRITICAL}"), tags.tag("endblock")
        return Put(len(source.text), 2, (*_own_line(source), opening, *inside, closing))

    def _early(self, page: Decided) -> Iterator[Part]:
        """Preloads of the stylesheets that a page brings itself, under no condition."""
        for index in page.plan.preloads:
            placed = page.virtual.standings[index].placed
            if placed.owner == page.template and not placed.conditions:
                yield from Mirror(self.sources[placed.owner], [placed.span], preload=True).parts(placed.span)

    def _preloads(self, layout: str) -> tuple[Part, ...]:
        """Those of the layout's own, which every page has: of what stands in a block that others fill some have another."""
        source = self.sources[layout]
        filled = {name for page in self.pages for path in page.chain if path != layout for name in self._blocks(path)}
        bodies = [one.body for one in source.statements if one.kind == "block" and one.name in filled]
        spans = {
            placed.span
            for number in self.places
            for index in self.pages[number].plan.preloads
            if (placed := self.pages[number].virtual.standings[index].placed).owner == layout
            and not any(_holds(body, placed.span.start) for body in bodies)
        }
        parts = Mirror(source, sorted(spans), preload=True).parts(Span(0, len(source.text)))
        return (Tags(source.dialect).late, *parts, Tags(source.dialect).end) if parts else ()

    def _blocks(self, path: str) -> Iterator[str]:
        return (one.name for one in self.sources[path].statements if one.kind == "block")

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

    def _of_layout(self, path: str, spans: Collection[Span], mirrored: frozenset[str]) -> Iterator[Put]:
        source = self.sources[path]
        tags, mirror = Tags(source.dialect), Mirror(source, sorted(spans), mirrored)
        own = next((self.pages[number] for number in self.places if len(self.pages[number].chain) == 1), None)
        inside = (tags.ask, *own.style) if own is not None else ()
        early = self._preloads(path)
        yield Put(1 if source.text.startswith("\ufeff") else 0, 0, (tags.declare,))
        yield Put(self.head, 1, (tags.tag(f"block {CRITICAL}"), *inside, tags.tag("endblock"), *early))
        parts = mirror.parts(Span(0, len(source.text)))
        yield Put(self.bottom, 2, (tags.late, *parts, tags.end))

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
        yield Put(len(source.text), 1, (*_own_line(source), *parts))


def _own_line(source: Source) -> tuple[Part, ...]:
    """What ends the last line, where that may be a statement or a comment of its own."""
    syntax = source.dialect.syntax
    has_lines = source.dialect.name == "jinja" and (syntax.line_statement_prefix or syntax.line_comment_prefix)
    return (Syntax("\n"),) if has_lines and not source.text.endswith("\n") else ()


def _ranges(one: _Place) -> dict[str, _Range]:
    return {"head": one.head, "bottom": one.bottom}


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
