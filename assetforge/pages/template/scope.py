"""What names mean while a page is put together: blocks of a chain, macros of the templates around.

What must stay true: a block is what the innermost template that has it says; a macro is looked for in the template itself, then in
its chain, then in the templates that include it, as a context hands names on.
"""

from typing import NamedTuple

from assetforge.dialects.statement import Names, Statement
from assetforge.pages.template.loader import Loader, Template

Definition = tuple[Template, int]  # a template and the number of one of its nodes


class Scope(NamedTuple):
    """One rendering: of the page, of an included template, of a macro's template. `blocks`: the definitions of each block,
    innermost first. `outer`: of the template that includes this one, whose macros it sees."""

    chain: tuple[Template, ...]
    blocks: dict[str, list[Definition]]
    outer: "Scope | None" = None


class Macros(NamedTuple):
    """What a template calls its macros, and the modules and names that it imports."""

    own: dict[str, int]
    modules: dict[str, Names]
    bound: dict[str, tuple[Names, str]]


class Index:
    """Blocks and macros of templates, each template looked through once."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._blocks: dict[str, dict[str, int]] = {}
        self._macros: dict[str, Macros] = {}

    def blocks(self, template: Template) -> dict[str, int]:
        known = self._blocks.get(template.path)
        if known is None:
            known = self._blocks[template.path] = {}
            for number, node in enumerate(template.sketch.nodes):
                if isinstance(node.item, Statement) and node.item.kind == "block":
                    known.setdefault(node.item.name, number)
        return known

    def macros(self, template: Template) -> Macros:
        known = self._macros.get(template.path)
        if known is None:
            known = self._macros[template.path] = Macros({}, {}, {})
            for number, node in enumerate(template.sketch.nodes):
                if isinstance(node.item, Statement):
                    _note_names(known, node.item, number)
        return known

    def scope(self, chain: tuple[Template, ...], outer: Scope | None = None) -> Scope:
        found: dict[str, list[Definition]] = {}
        for template in chain:
            for name, number in self.blocks(template).items():
                found.setdefault(name, []).append((template, number))
        return Scope(chain, found, outer)

    def called(self, name: str, template: Template, scope: Scope | None) -> Definition | None:
        """What a name calls: a macro of the template itself, of its chain, of the templates that include it."""
        for one in (template, *(scope.chain if scope else ())):
            if (found := self._macro_of(one, name)) is not None:
                return found
        return self.called(name, template, scope.outer) if scope is not None and scope.outer is not None else None

    def _macro_of(self, template: Template, name: str) -> Definition | None:
        macros = self.macros(template)
        if name in macros.own:
            return template, macros.own[name]
        module, _, called = name.rpartition(".")
        names, called = macros.bound.get(name) or (macros.modules.get(module), called)
        if names is None:
            return None
        for one in self._loader.find(names, template).templates:
            own = self.macros(one).own
            if called in own:
                return one, own[called]
        return None


def _note_names(known: Macros, one: Statement, number: int) -> None:
    if one.kind == "macro":
        known.own[one.name] = number
    elif one.kind == "import" and one.names is not None:
        if one.name:
            known.modules[one.name] = one.names
        for name, here in one.bound:
            known.bound[here] = one.names, name
