"""Puts the templates of one page together: blocks are filled, includes and macros are written where they are called.

What must stay true: parts come in the order of the rendered page; what an inner template overrides is not among them, and what it
keeps with `block.super` stands where that is called; both arms of an `if` are there, each under its condition, and the body of a
loop is there once. Everything is bounded: a template in itself is followed once, a page to `MOST_PARTS` parts and `MOST_NODES`
nodes; where that cuts something off there is a hole.
"""

from collections.abc import Callable
from typing import NamedTuple

from assetforge.dialects.statement import NOWHERE, Names, Statement
from assetforge.pages.template.chains import Chain, Chains, Extends, extends
from assetforge.pages.template.composed import Hole, Note, Placed, Route, Run, Step, Why
from assetforge.pages.template.loader import Loader, Template
from assetforge.pages.template.scope import Definition, Index, Scope
from assetforge.pages.template.sketch import INERT, SILENT, Context, Element, Node, Sketch
from assetforge.text import Span

MOST_PARTS = 4_000
MOST_NODES = 20_000
DEEPEST = 80  # steps of a route


class Frame(NamedTuple):
    """Where the walk is. `block`: the name of the block whose text this is, and which of its definitions. `caller`: the frame and
    node of the call block whose body `caller()` writes, and what was being written around it."""

    scope: Scope
    template: Template
    route: Route = ()
    context: Context = ""
    block: tuple[str, int] | None = None
    caller: "tuple[Frame, int, frozenset[tuple[str, int]]] | None" = None


class Expansion:
    """One page in the making. `parts`, `uses` and `notes` are filled by `page`, and `runs` where they are wanted."""

    def __init__(self, loader: Loader, chains: Chains, index: Index, runs: bool = False) -> None:
        self.parts: list[Placed] = []
        self.runs: list[Run] | None = [] if runs else None
        self.uses: set[str] = set()
        self.notes: dict[Note, None] = {}
        self._loader, self._chains, self._index = loader, chains, index
        self._active: set[tuple[str, int]] = set()  # templates (-1) and macros that are being written
        self._nodes = 0

    def page(self, chain: Chain) -> None:
        """Write the page of a chain."""
        self.notes.update(dict.fromkeys(chain.notes))
        self._active.add((chain.templates[0].path, -1))
        self._render(chain, self._index.scope(chain.templates), (), "")

    def _render(self, chain: Chain, scope: Scope, route: Route, context: Context) -> None:
        self.uses |= {template.path for template in chain.templates}
        for template in chain.templates[:-1]:  # what stands before its `extends` is written first
            self._walk(Frame(scope, template, route, context), 0, _before_extends(template.sketch))
        top = chain.templates[-1]
        frame = Frame(scope, top, route, context)
        if top.sketch.refusal is not None:
            self._hole(frame, "template", Span(0, 0), top.path)
            self._note(top, top.sketch.refusal.span, "template-syntax", top.sketch.refusal.message)
        elif chain.known:
            self._walk(frame, 0, len(top.sketch.nodes))
        else:
            self._loose_blocks(frame, extends(top.sketch))

    def _loose_blocks(self, frame: Frame, found: tuple[Extends, ...]) -> None:
        """The blocks of a chain whose outermost template is not known: the outer ones, in the order of their texts."""
        one = found[0].statement if found else None
        self._hole(frame, "extends", one.span if one else Span(0, 0), text=one.text if one else "")
        written: set[str] = set()
        for template in reversed(frame.scope.chain):
            nodes, number = template.sketch.nodes, 0
            while number < len(nodes):
                item = nodes[number].item
                if isinstance(item, Statement) and item.kind == "block":
                    if item.name not in written:
                        self._block(frame._replace(template=template), nodes[number], number)
                    written |= _names_within(nodes, number)
                    number = nodes[number].stop
                else:
                    number += 1

    # -- the walk ----------------------------------------------------------------------------------------------------------------

    def _walk(self, frame: Frame, start: int, stop: int) -> None:
        nodes, number = frame.template.sketch.nodes, start
        area = _area(nodes, start, stop)
        at = area.start
        while number < stop:
            node = nodes[number]
            self._nodes += 1
            if len(self.parts) >= MOST_PARTS or self._nodes > MOST_NODES:
                self._overflow(frame)
                return
            if isinstance(node.item, Statement):
                at = self._run(frame, at, node.item.span.end)
                if write := _WRITERS.get(node.item.kind):
                    write(self, _inside(frame, node), node, number)
                at = max(at, node.item.end)
            else:
                self._place(_inside(frame, node), node, number)
            number = node.stop
        self._run(frame, at, area.end)

    def _run(self, frame: Frame, start: int, end: int) -> int:
        """Text of the template up to `end`, where what others write begins."""
        if self.runs is not None and 0 <= start < end:
            self.runs.append(Run(frame.template.path, Span(start, end), frame.route))
        return max(start, end)

    def _overflow(self, frame: Frame) -> None:
        last = self.parts[-1].item if self.parts else None
        if not (isinstance(last, Hole) and last.why == "bulk"):
            self.parts.append(Placed(Hole("bulk", Span(0, 0)), frame.template.path, frame.route))
            said = f"a page of more than {MOST_PARTS:,} parts is not followed to its end"
            self._note(frame.template, Span(0, 0), "template-bulk", said)

    def _within(self, frame: Frame, step: Step, start: int, stop: int) -> None:
        """Walk nodes under one more step."""
        if len(frame.route) >= DEEPEST:
            self._hole(frame, "recursion", step.span, step.name)
            return
        self._walk(frame._replace(route=(*frame.route, step)), start, stop)

    def _place(self, frame: Frame, node: Node, number: int) -> None:
        item = node.item
        assert not isinstance(item, Statement)
        if frame.context in SILENT:
            ends = isinstance(item, Element) and (frame.context == "tag" or item.loading.name != "link")
            if ends and frame.context != "comment":
                self._add(Placed(Hole("raw", item.loading.span), frame.template.path, frame.route))  # type: ignore[union-attr]
            return
        inert: Context = frame.context if frame.context in INERT else ""
        filled = ""
        if isinstance(item, Element):
            item, filled = self._filled(frame, item, number)
        self._add(Placed(item, frame.template.path, frame.route, inert, filled))

    def _filled(self, frame: Frame, item: Element, number: int) -> tuple[Element, str]:
        """An element as the page has it: blocks inside of its tag or its text may be filled by other templates."""
        nodes, filled = frame.template.sketch.nodes, ""
        for inner in range(number + 1, len(nodes)):
            one = nodes[inner].item
            if not isinstance(one, Statement):
                if _start(one) >= item.loading.span.end:
                    break
                continue
            if one.span.start >= item.loading.span.end:
                break
            definition = frame.scope.blocks.get(one.name, [])[:1] if one.kind == "block" else []
            if definition and definition[0] != (frame.template, inner):
                filled = definition[0][0].path
                item = _refilled(item, one, nodes[inner].context, definition[0])
        return item, filled

    def _add(self, part: Placed) -> None:
        self.uses.add(part.owner)
        self.parts.append(part)

    def _hole(self, frame: Frame, why: Why, span: Span, name: str = "", text: str = "") -> None:
        if frame.context not in SILENT:
            inert: Context = frame.context if frame.context in INERT else ""
            self._add(Placed(Hole(why, span, name, text), frame.template.path, frame.route, inert))

    def _note(self, template: Template, span: Span, code: str, message: str) -> None:
        self.notes[Note(template.path, span, code, message)] = None  # type: ignore[arg-type]

    # -- blocks ------------------------------------------------------------------------------------------------------------------

    def _block(self, frame: Frame, node: Node, number: int) -> None:
        one = node.item
        assert isinstance(one, Statement)
        self._definition(frame, "block", one, 0, (frame.template, number))

    def _super(self, frame: Frame, node: Node, number: int) -> None:
        one = node.item
        if frame.block is not None and isinstance(one, Statement):
            name, level = frame.block
            self._definition(frame, "super", one._replace(name=name), level + one.level, None)

    def _self(self, frame: Frame, node: Node, number: int) -> None:
        if isinstance(node.item, Statement):
            self._definition(frame, "self", node.item, 0, None)

    def _definition(self, frame: Frame, kind: str, one: Statement, level: int, here: Definition | None) -> None:
        definitions = frame.scope.blocks.get(one.name, [])
        if here is not None and frame.template not in frame.scope.chain:
            definitions = [here]
        if level >= len(definitions):
            return
        template, number = definitions[level]
        node = template.sketch.nodes[number]
        route = (*frame.route, Step(kind, frame.template.path, one.span, one.name))  # type: ignore[arg-type]
        inner = Frame(frame.scope, template, route, frame.context, (one.name, level), frame.caller)
        self.uses.add(template.path)
        if (template, number) == here:
            self._walk(inner, number + 1, node.stop)
        elif isinstance(node.item, Statement):
            self._within(inner, Step("fill", template.path, node.item.span, one.name), number + 1, node.stop)

    # -- includes ----------------------------------------------------------------------------------------------------------------

    def _include(self, frame: Frame, node: Node, number: int) -> None:
        if isinstance(node.item, Statement) and node.item.names is not None:
            self._included(frame, node.item, node.item.names)

    def _included(self, frame: Frame, one: Statement, names: Names) -> None:
        found = self._loader.find(names, frame.template)
        if found.missing and self._partials(frame, one, found.missing):
            return
        chains = [chain for template in found.templates for chain in self._chains.of(template)]
        unknown = not found.closed or bool(found.missing)
        for arm, chain in enumerate(chains):
            inner = chain.templates[0]
            arms = len(chains) + unknown
            step = Step("include", frame.template.path, one.span, inner.path, names.expression, arm, arms)
            key = (inner.path, -1)
            if key in self._active or len(frame.route) >= DEEPEST:
                self._hole(frame, "recursion", one.span, inner.path, names.expression)
                continue
            self._active.add(key)
            self.notes.update(dict.fromkeys(chain.notes))
            outer = None if "without context" in one.words else frame.scope
            self._render(chain, self._index.scope(chain.templates, outer), (*frame.route, step), frame.context)
            self._active.discard(key)
        if unknown:
            self._hole(frame, "include", one.span, text=names.expression)
        if not found.closed:
            said = "it is computed, and the configuration declares no candidates"
            self._note(frame.template, one.span, "dynamic-template", f"{one.name} {names.expression}: {said}")
        elif found.missing and "ignore missing" not in one.words:
            said = f"no folder of templates has {found.missing[0]}"
            self._note(frame.template, one.span, "missing-template", f"{one.name} {names.expression}: {said}")

    def _partials(self, frame: Frame, one: Statement, names: tuple[str, ...]) -> bool:
        """`{% include "card.html#face" %}` (Django 6): a partial of another template. Is that what all the names are?"""
        wanted = [self._partial(frame.template, name) for name in names]
        if None in wanted:
            return False
        for arm, definition in enumerate(wanted):
            assert definition is not None
            template, number = definition
            self.uses.add(template.path)
            scope = self._index.scope((template,), frame.scope)
            step = Step("include", frame.template.path, one.span, template.path, one.text, arm, len(wanted))
            node = template.sketch.nodes[number]
            self._within(Frame(scope, template, frame.route, frame.context), step, number + 1, node.stop)
        return True

    def _partial(self, by: Template, name: str) -> Definition | None:
        base, mark, partial = name.partition("#")
        found = self._loader.find(Names(((base,),), ""), by).templates if mark and by.engine == "django" else ()
        return next(((one, number) for one in found if (number := self._index.macros(one).own.get(partial)) is not None), None)

    # -- macros ------------------------------------------------------------------------------------------------------------------

    def _call(self, frame: Frame, node: Node, number: int) -> None:
        one = node.item
        assert isinstance(one, Statement)
        step = Step("call", frame.template.path, one.span, one.name)
        called = self._index.called(one.name, frame.template, frame.scope)
        if called is None:
            if one.why or one.body != NOWHERE:
                self._hole(frame, "call", one.span, one.name, one.text)
            self._within(frame, step, number + 1, node.stop)
            return
        template, at = called
        macro = template.sketch.nodes[at]
        assert isinstance(macro.item, Statement)
        if (template.path, at) in self._active:
            self._hole(frame, "recursion", one.span, one.name)
            return
        around = frozenset(self._active)
        self._active.add((template.path, at))
        self.uses.add(template.path)
        captured = "capture" in macro.item.words
        scope = frame.scope if template in frame.scope.chain else self._index.scope((template,), frame.scope)
        caller = frame.caller if captured else (frame, number, around) if one.body != NOWHERE else None
        block = frame.block if captured else None
        inner = Frame(scope, template, (*frame.route, step), frame.context, block, caller)
        self._within(inner, Step("macro", template.path, macro.item.span, macro.item.name), at + 1, macro.stop)
        self._active.discard((template.path, at))

    def _caller(self, frame: Frame, node: Node, number: int) -> None:
        if frame.caller is None:  # called without a body: the macro does not come here, or fails
            return
        by, at, around = frame.caller
        active, self._active = self._active, set(around)
        step = Step("caller", frame.template.path, _span(node))
        inner = by._replace(route=frame.route, context=frame.context)
        self._within(inner, step, at + 1, by.template.sketch.nodes[at].stop)
        self._active = active

    def _inline(self, frame: Frame, node: Node, number: int) -> None:
        """A macro is written where it is called; only `{% partialdef name inline %}` where it stands, too."""
        one = node.item
        if isinstance(one, Statement) and "inline" in one.words:
            self._within(frame, Step("macro", frame.template.path, one.span, one.name), number + 1, node.stop)

    # -- the rest ----------------------------------------------------------------------------------------------------------------

    def _under(self, frame: Frame, node: Node, number: int) -> None:
        one = node.item
        assert isinstance(one, Statement)
        span = one.span if one.head == NOWHERE else one.head
        step = Step(one.kind, frame.template.path, span, one.name, one.text, one.arm)  # type: ignore[arg-type]
        if one.kind == "tag" and not one.arm:
            self._unknown(frame, node, number)
        self._within(frame, step, number + 1, node.stop)

    def _unknown(self, frame: Frame, node: Node, number: int) -> None:
        """A tag that nobody here knows; the configuration may say which template it renders."""
        one = node.item
        assert isinstance(one, Statement)
        if one.name and self._loader.declared(one.name):
            self._included(frame, one, Names((), one.name))
        else:
            self._hole(frame, one.why or "tag", one.span, one.name, one.text)


_WRITERS: dict[str, Callable[[Expansion, Frame, Node, int], None]] = {
    "block": Expansion._block, "super": Expansion._super, "self": Expansion._self, "include": Expansion._include,
    "call": Expansion._call, "caller": Expansion._caller, "macro": Expansion._inline, "if": Expansion._under,
    "for": Expansion._under, "scope": Expansion._under, "filter": Expansion._under, "tag": Expansion._under,
    "hole": Expansion._unknown,
}  # fmt: skip


def _inside(frame: Frame, node: Node) -> Frame:
    """The context of a node in the page: what stands in a comment is in it whatever is around that."""
    if frame.context == node.context or not node.context or frame.context in SILENT:
        return frame
    return frame._replace(context=node.context)


def _area(nodes: tuple[Node, ...], start: int, stop: int) -> Span:
    """The text that nodes stand in: the body of the one before them, else that of the template."""
    if not start:
        return Span(0, _start(nodes[stop].item) if stop < len(nodes) else _END)
    around = nodes[start - 1].item
    return around.body if isinstance(around, Statement) else NOWHERE


_END = 1 << 62  # behind any text


def _span(node: Node) -> Span:
    return node.item.loading.span if isinstance(node.item, Element) else node.item.span


def _start(item: object) -> int:
    span: Span = item.loading.span if isinstance(item, Element) else item.span  # type: ignore[attr-defined]
    return span.start


def _before_extends(sketch: Sketch) -> int:
    """How many nodes stand before what extends."""
    found = extends(sketch)
    start = min((one.arms[0][0].start if one.arms else one.statement.span.start for one in found), default=0)
    return next((number for number, node in enumerate(sketch.nodes) if _span(node).start >= start), len(sketch.nodes))


def _names_within(nodes: tuple[Node, ...], number: int) -> set[str]:
    inside = (node.item for node in nodes[number : nodes[number].stop])
    return {one.name for one in inside if isinstance(one, Statement) and one.kind == "block"}


def _refilled(item: Element, block: Statement, context: Context, definition: Definition) -> Element:
    """An element whose URL, or whose text, another template's block writes."""
    if context != "tag":
        return item._replace(content="computed")
    template, number = definition
    if item.names and not any(block.body.start <= one.span.start < block.body.end for one in item.names):
        return item  # the block writes another attribute
    content, names = dict(template.sketch.values).get(_span(template.sketch.nodes[number]).start, ("computed", ()))
    return item._replace(content=content, names=names)
