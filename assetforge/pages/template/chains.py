"""Which templates a template extends, up to the outermost.

What must stay true: where a parent is chosen at run time there is a chain for each choice; where it cannot be told the chain says
that it goes on. Chains are followed `LONGEST` steps and `MOST_CHAINS` of them for one template.
"""

from collections.abc import Iterator
from typing import NamedTuple

from assetforge.dialects.statement import NOWHERE, Statement
from assetforge.pages.template.composed import Note
from assetforge.pages.template.loader import Loader, Template
from assetforge.pages.template.sketch import Sketch
from assetforge.text import Span

LONGEST = 32
MOST_CHAINS = 16


class Chain(NamedTuple):
    """`templates`: innermost first. `choices`: expression and path of the parent that was chosen. `known`: is the last one the
    outermost? `open`: it goes on with a template that is computed, so any may follow."""

    templates: tuple[Template, ...]
    choices: tuple[tuple[str, str], ...] = ()
    known: bool = True
    open: bool = False
    notes: tuple[Note, ...] = ()


class Parent(NamedTuple):
    """`template`: None where there is none, or where (`known` false) nobody can tell. `open`: it may be any."""

    template: Template | None
    expression: str = ""
    known: bool = True
    open: bool = False
    notes: tuple[Note, ...] = ()


class Extends(NamedTuple):
    """An `extends` and the arms of the `if` around it: the span of the first tag, and the number of the arm."""

    statement: Statement
    arms: tuple[tuple[Span, int], ...]


class Chains:
    """The chains of templates, each found once."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._known: dict[str, tuple[Chain, ...]] = {}

    def of(self, template: Template) -> tuple[Chain, ...]:
        """Never empty."""
        known = self._known.get(template.path)
        if known is None:
            known = self._known[template.path] = tuple(self._find(template))
        return known

    def _find(self, template: Template) -> Iterator[Chain]:
        """In the order of the choices. On a stack: chains to follow, and such as have their end."""
        stack: list[tuple[Chain, bool]] = [(Chain((template,)), False)]
        found = 0
        while stack:
            chain, ended = stack.pop()
            if not ended:
                stack += reversed([self._longer(chain, one, several) for one, several in self._each_parent(chain)])
            elif found == MOST_CHAINS:
                said = f"it has more than {MOST_CHAINS} chains of layouts, of which no more are followed"
                yield Chain((template,), known=False, open=True, notes=(Note(template.path, Span(0, 0), "template-bulk", said),))
                return
            else:
                found += 1
                yield chain

    def _each_parent(self, chain: Chain) -> Iterator[tuple[Parent, bool]]:
        parents = list(self.parents(chain.templates[-1], chain.templates))
        return ((one, len(parents) > 1) for one in parents)

    def _longer(self, chain: Chain, parent: Parent, several: bool) -> tuple[Chain, bool]:
        """A chain with one more template, or at its end."""
        path = parent.template.path if parent.template else ""
        choices = (*chain.choices, (parent.expression, path)) if several else chain.choices
        longer = chain._replace(choices=choices, notes=(*chain.notes, *parent.notes), known=parent.known, open=parent.open)
        if parent.template is None:
            return longer, True
        return longer._replace(templates=(*chain.templates, parent.template)), False

    def parents(self, top: Template, chain: tuple[Template, ...]) -> Iterator[Parent]:
        """What may be the parent of the last of `chain`. Several where it is chosen at run time."""
        statements = extends(top.sketch)
        for one in statements:
            yield from self._parents(top, one.statement, chain)
            if not one.arms:
                return
        if not statements or not _exhaustive(statements, top.sketch):
            yield Parent(None, "no layout" if statements else "")

    def _parents(self, top: Template, one: Statement, chain: tuple[Template, ...]) -> Iterator[Parent]:
        paths = tuple(template.path for template in chain)
        if one.names is None:
            after = self._loader.next(top)
            yield Parent(after) if after and len(chain) < LONGEST else _unknown(top, one, "no template of its name is further down")
            return
        # a Django template never extends what is in its chain already, so its own name means the next one down the path
        found = self._loader.find(one.names, top, paths if top.engine == "django" else ())
        for parent in found.templates:
            if parent.path in paths or len(chain) >= LONGEST:
                said = f"{one.text} leads back to it" if parent.path in paths else "its chain of layouts is too long"
                yield _unknown(top, one, said, "template-cycle")
            else:
                yield Parent(parent, one.text)
        if not found.closed:
            yield _unknown(top, one, "it is computed: every page is a candidate", "dynamic-template")
        elif not found.templates:
            yield _unknown(top, one, "no folder of templates has it")


def _unknown(top: Template, one: Statement, why: str, code: str = "missing-template") -> Parent:
    note = Note(top.path, one.span, code, f"extends {one.text}: {why}")  # type: ignore[arg-type]
    return Parent(None, one.text, False, code == "dynamic-template", (note,))


def extends(sketch: Sketch) -> tuple[Extends, ...]:
    """The `extends` of a template, in the order of the text."""
    if not sketch.extends:
        return ()
    found = []
    open_: list[tuple[int, tuple[Span, int]]] = []
    for number, node in enumerate(sketch.nodes):
        while open_ and open_[-1][0] <= number:
            open_.pop()
        if not isinstance(node.item, Statement):
            continue
        if node.item.kind == "extends":
            found.append(Extends(node.item, tuple(arm for _, arm in open_)))
        elif node.item.kind == "if":
            open_.append((node.stop, (node.item.head, node.item.arm)))
    return tuple(found)


def _exhaustive(statements: tuple[Extends, ...], sketch: Sketch) -> bool:
    """Is there an `if` that extends something whichever arm is taken?"""
    taken: dict[Span, set[int]] = {}
    for one in statements:
        if len(one.arms) == 1:
            taken.setdefault(one.arms[0][0], set()).add(one.arms[0][1])
    for head, arms in taken.items():
        last = [
            node.item for node in sketch.nodes
            if isinstance(node.item, Statement) and node.item.kind == "if" and node.item.head == head and head != NOWHERE
        ]  # fmt: skip
        if last and not last[-1].text and arms == set(range(last[-1].arm + 1)):
            return True
    return False
