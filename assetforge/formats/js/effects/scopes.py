"""Which functions and scopes a script has, and which names they bind.

What must stay true: a name is looked for in the scopes around it, innermost first; what none of them binds is global. Walking
from one scope to the next binds and unbinds each name once, so the work is linear however deep scopes lie within each other. """

from collections.abc import Iterator

from assetforge.formats.js.effects.program import BLOCKS, CLASSES, FUNCTIONS, PATTERNS, Function, Program, Scope
from assetforge.formats.js.effects.values import Flow
from assetforge.formats.js.literals import decode

_DECLARING = frozenset({"variable_declarator", "for_in_statement", "catch_clause"})
_EARLY = frozenset({"computed_property_name", "class_heritage"})
_WORDS = ("var", "let", "const", "using")


class Binder:
    """Fills `functions`, `scopes` and what they bind."""

    def __init__(self, program: Program, flow: Flow, *, handler: bool, late: set[tuple[int, int]]) -> None:
        self.program = program
        self.flow = flow
        self.handler = handler
        self.late = late  # parts that run when the document is ready (start, end)

    def bind(self) -> None:
        program = self.program
        whole = self._function(0, None)
        top = whole.scope = Scope(None, 0)
        whole.strict = not self.handler and _strict(program, 0)
        inner: list[Scope] = [top] * len(program.kind)
        scopes = program.scopes
        for index, kind in enumerate(program.kind):
            scope = inner[program.parent[index]] if index else top
            if self.late and (span := program.span(index)) in self.late:
                self.late.discard(span)
                scope = self._part(index, scope)
            scopes.append(scope)
            if kind in FUNCTIONS:
                scope = self._enter(index, kind, scope)
            elif kind in BLOCKS and program.kind[program.parent[index]] not in FUNCTIONS:
                scope = Scope(scope, scope.function)
            elif kind == "class_static_block" or (kind == "field_definition" and self._static(index)):
                scope = Scope(scope, scope.outer.function if scope.outer else 0)
            elif kind in _EARLY and index:
                scope = self._before(index, scope)
            inner[index] = scope
            if kind in _DECLARING:
                self._declare(index, kind, scope)

    def _part(self, index: int, scope: Scope) -> Scope:
        """A part of a function that runs at another time than the rest: a function of its own, whose names are the other's."""
        outer = self.program.functions[scope.function]
        part = Function(len(self.program.functions), outer, index, self.program.at(index))
        part.arrow, part.this, part.result, part.scope = True, outer.this, outer.result, outer.scope
        self.program.functions.append(part)
        return Scope(scope, part.number)

    def _before(self, index: int, scope: Scope) -> Scope:
        """Where a computed key or a heritage is evaluated: outside the function or class that it belongs to."""
        program = self.program
        owner = program.parent[index]
        if program.kind[index] == "computed_property_name":
            if program.kind[owner] not in ("method_definition", "field_definition"):
                return scope
            owner = program.parent[owner]
            if program.kind[owner] == "class_body":
                owner = program.parent[owner]
        return program.scopes[owner]

    def _function(self, index: int, outer: Function | None) -> Function:
        flow = self.flow
        function = Function(len(self.program.functions), outer, index, self.program.at(index))
        function.result = flow.node()
        self.program.functions.append(function)
        self.program.function_of[index] = function.number
        return function

    def _enter(self, index: int, kind: str, scope: Scope) -> Scope:
        """The scope within a function or class that stands in `scope`."""
        program = self.program
        outer = program.functions[scope.function]
        function = self._function(index, outer)
        inner = function.scope = Scope(scope, function.number)
        children = program.children[index]
        first = children[0] if children else -1
        if kind in CLASSES:
            function.strict = True
            function.this = self.flow.node()
            if first >= 0 and program.kind[first] == "identifier":
                self._name(function, first, scope if kind == "class_declaration" else inner)
            return inner
        function.arrow = kind == "arrow_function"
        function.method = kind == "method_definition"
        function.body = children[-1] if children else -1
        function.strict = function.strict or _strict(program, function.body)
        function.this = outer.this if function.arrow else self.flow.node()
        for child in children[:-1] if function.arrow else children:
            if program.kind[child] == "formal_parameters":
                function.parameters = program.children[child]
            elif function.arrow:
                function.parameters = [child]
        self._parameters(function, inner)
        if first >= 0 and program.kind[first] == "identifier" and not function.arrow:
            self._name(function, first, scope if kind.endswith("declaration") else inner)
        return inner

    def _name(self, function: Function, name: int, scope: Scope) -> None:
        text = self.word(name)
        declaration = self.program.kind[function.place]
        if declaration == "class_declaration":
            node = self._bound(scope, text, lexical=True)
        elif declaration.endswith("declaration"):
            home = scope if function.strict and not self._body(scope) else self._home(scope)
            node = self._bound(home, text)
            if home is not scope:
                scope.names.setdefault(text, node)
        elif text in scope.names:
            return
        else:
            node = scope.names[text] = self.flow.node()
        function.name = node
        self.flow.put(node, function.number)

    def _parameters(self, function: Function, scope: Scope) -> None:
        for parameter in function.parameters:
            slot = self.flow.node()
            function.slots.append(slot)
            if self.program.kind[parameter] == "identifier":
                scope.names[self.word(parameter)] = slot
            else:
                for name in self.names(parameter):
                    self._bound(scope, self.word(name))

    def _declare(self, index: int, kind: str, scope: Scope) -> None:
        program = self.program
        children = program.children[index]
        if not children:
            return
        if kind == "variable_declarator":
            lexical = program.kind[program.parent[index]] != "variable_declaration"
        elif kind == "catch_clause":
            if len(children) < 2:
                return
            lexical = True
        else:
            word = program.text[program.at(index) : program.at(children[0])].rpartition("(")[2].split()
            if not word or word[0] not in _WORDS:
                return
            lexical = word[0] != "var"
        home = scope if lexical else self._home(scope)
        for name in self.names(children[0]):
            self._bound(home, self.word(name), lexical=lexical)

    def _bound(self, scope: Scope, name: str, *, lexical: bool = False) -> int:
        node = scope.names.get(name)
        if node is None:
            node = scope.names[name] = self.flow.node()
        if scope.outer is None and not self.handler:
            table = self.program.lexical if lexical else self.program.declared
            table.setdefault(name, node)
        return node

    def _home(self, scope: Scope) -> Scope:
        """Where `var` binds."""
        return self.program.functions[scope.function].scope or scope

    def _body(self, scope: Scope) -> bool:
        return self.program.functions[scope.function].scope is scope

    def _static(self, index: int) -> bool:
        source = self.program.text
        at = self.program.at(index)
        return source.startswith("static", at) and not (source[at + 6 : at + 7].isalnum() or source[at + 6 : at + 7] in "$_(=;")

    def names(self, pattern: int) -> Iterator[int]:
        """The identifiers that a pattern binds."""
        program = self.program
        waiting = [pattern]
        while waiting:
            index = waiting.pop()
            kind = program.kind[index]
            if kind in ("identifier", "shorthand_property_identifier_pattern"):
                yield index
            elif kind == "pair_pattern":
                waiting.append(program.children[index][-1])
            elif kind in ("assignment_pattern", "object_assignment_pattern"):
                waiting.append(program.children[index][0])
            elif kind in PATTERNS:
                waiting.extend(program.children[index])

    def word(self, index: int) -> str:
        return word(self.program, index)


def word(program: Program, index: int) -> str:
    """An identifier's name, escapes resolved."""
    node = program.nodes[index]
    name = program.text[node.start_byte : node.end_byte]
    return name if "\\" not in name else decode(f"'{name}'", 0, len(name) + 2).text


def _strict(program: Program, body: int) -> bool:
    """Whether a body begins with a `"use strict"` directive (ECMA-262, 11.2.1)."""
    if body < 0:
        return False
    for child in program.children[body]:
        inner = program.children[child]
        if program.kind[child] != "expression_statement" or not inner or program.kind[inner[0]] != "string":
            return False
        if program.source(inner[0])[1:-1] == "use strict":
            return True
    return False


class Names:
    """The names that are bound where one stands, kept up to date from one place to the next."""

    def __init__(self, top: Scope) -> None:
        self.scope = top
        self.bound: dict[str, int] = dict(top.names)
        self._hidden: list[list[tuple[str, int | None]]] = []
        self._depth = {id(top): 0}

    def enter(self, scope: Scope) -> dict[str, int]:
        """What is bound in `scope`."""
        if scope is self.scope:
            return self.bound
        path: list[Scope] = []
        depths = self._depth
        one = scope
        while id(one) not in depths:
            path.append(one)
            assert one.outer is not None
            one = one.outer
        while self.scope is not one:
            self._leave()
        for inner in reversed(path):
            self._push(inner)
        return self.bound

    def _push(self, scope: Scope) -> None:
        hidden: list[tuple[str, int | None]] = []
        bound = self.bound
        for name, node in scope.names.items():
            hidden.append((name, bound.get(name)))
            bound[name] = node
        self._hidden.append(hidden)
        self._depth[id(scope)] = len(self._hidden)
        self.scope = scope

    def _leave(self) -> None:
        for name, node in self._hidden.pop():
            if node is None:
                del self.bound[name]
            else:
                self.bound[name] = node
        del self._depth[id(self.scope)]
        assert self.scope.outer is not None
        self.scope = self.scope.outer
