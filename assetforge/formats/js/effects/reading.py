"""From the lists of a program to facts: what flows where, what is called with what, which members of what are used.

What must stay true: one pass from the end of the text to its beginning, so that what stands within a node is known before the node
is; nothing recurses. Nothing is decided here about the host: uses of members wait for the values that reach them.
"""

from collections.abc import Callable

from assetforge.formats.js.effects import host
from assetforge.formats.js.effects.facts import NAMED_CALLS, Facts, Site, Use
from assetforge.formats.js.effects.members import Members
from assetforge.formats.js.effects.naming import asks_length

__all__ = ["Reader", "asks_length"]

class Reader(Members):
    """Reads a bound program into facts."""

    def read(self) -> Facts:
        program = self.program
        steps: dict[str, Callable[[int], None]] = {
            name.removeprefix("_on_"): getattr(self, name) for name in dir(self) if name.startswith("_on_")
        }
        kinds = program.kind
        self._arrows()
        for index in range(len(kinds) - 1, -1, -1):
            step = steps.get(kinds[index])
            if step is not None:
                step(index)
        return self.facts

    def _arrows(self) -> None:
        for function in self.program.functions:  # an arrow's `this` is known once what is around it is
            if function.arrow and function.outer is not None:
                function.this = function.outer.this

    # statements

    def _on_variable_declarator(self, index: int) -> None:
        children = self.program.children[index]
        if len(children) > 1:
            self.store(children[0], self.worth[children[-1]], index)

    def _on_for_in_statement(self, index: int) -> None:
        children = self.program.children[index]
        if len(children) < 2:
            return
        between = self.program.text[self.program.nodes[children[0]].end_byte : self.program.at(children[1])]
        of = between.split()[:1] == ["of"] or between.strip().startswith("of")
        self.store(children[0], self.elements(self.worth[children[1]]) if of else self._string, index)

    def _on_catch_clause(self, index: int) -> None:
        children = self.program.children[index]
        if len(children) > 1:
            self.store(children[0], self._unknown, index)

    def _on_with_statement(self, index: int) -> None:
        self.facts.opaque = ("with", self.program.at(index))

    # functions

    def _on_arrow_function(self, index: int) -> None:
        self._on_function_expression(index)

    def _on_function_expression(self, index: int) -> None:
        program = self.program
        function = program.functions[program.function_of[index]]
        for parameter, slot in zip(function.parameters, function.slots, strict=True):
            if program.kind[parameter] == "rest_pattern":
                atom, function.rest = self._literal(parameter)
                self.flow.put(slot, atom)
            if program.kind[parameter] != "identifier":
                self.store(parameter, slot, parameter)
        if function.arrow and function.body >= 0 and program.kind[function.body] != "statement_block":
            self.flow.edge(self.worth[function.body], function.result)
        self.worth[index] = self.flow.constant(function.number)

    _on_generator_function = _on_function_declaration = _on_generator_function_declaration = _on_function_expression
    _on_method_definition = _on_function_expression

    def _on_class(self, index: int) -> None:
        program = self.program
        function = program.functions[program.function_of[index]]
        atom, content = self._literal(index)
        heritage = None
        for child in program.children[index]:
            if program.kind[child] == "class_heritage":
                heritage = self.worth[child]
        for child in program.children[index]:
            if program.kind[child] == "class_body":
                self._class_body(child, function.number, content)
        site = Site(index, function.number, (), (), function.this, None, "", True)
        if heritage is not None:
            self.call(heritage, site)
        if function.constructor is not None:
            made = program.functions[function.constructor]
            self.call(self.flow.constant(made.number), site._replace(values=tuple(function.slots)))
        self.worth[index] = self.flow.constant(function.number)
        self.flow.put(function.result, atom)

    _on_class_declaration = _on_class

    def _class_body(self, index: int, number: int, content: int) -> None:
        program = self.program
        for child in program.children[index]:
            kind, children = program.kind[child], program.children[child]
            if kind == "method_definition":
                if program.kind[children[0]] == "property_identifier" and program.source(children[0]) == "constructor":
                    made = program.functions[program.function_of[child]]
                    owner = program.functions[number]
                    owner.constructor = made.number
                    owner.slots = [self.flow.node() for _ in made.slots]
                else:
                    self._method(child, content)
            elif kind == "field_definition" and len(children) > 1:
                self._member(children[0], self.worth[children[-1]], content)

    # calls

    def call(self, callee: int | None, site: Site) -> None:
        self.facts.call(self._unknown if callee is None else callee, site)

    def _on_call_expression(self, index: int) -> None:
        self._call(index, new=False)

    def _on_new_expression(self, index: int) -> None:
        self._call(index, new=True)

    def _call(self, index: int, *, new: bool) -> None:
        program = self.program
        children = program.children[index]
        callee = children[0]
        given = program.children[children[-1]] if len(children) > 1 else []
        spread = any(program.kind[one] == "spread_element" for one in given)
        used = program.kind[program.parent[index]] != "expression_statement"
        result = self.flow.node() if used or new else None
        self.worth[index] = result
        values = tuple([self.worth[one] for one in given])
        site = Site(index, self._function_at(index), values, tuple(given), -1, result, "", new, spread)
        kind = program.kind[callee]
        if kind == "import":
            self.facts.imports.append((index, site.function))
        elif kind == "super":
            self.call(None, site)
        elif new or kind not in ("member_expression", "subscript_expression"):
            if kind == "identifier" and program.source(callee) == "eval":
                self.facts.evals.append((index, site.function))
            self.call(self.worth[callee], site)
        else:
            self._call_member(callee, kind, site)

    def _call_member(self, callee: int, kind: str, site: Site) -> None:
        program = self.program
        parts = program.children[callee]
        base, key = self.worth[parts[0]], parts[-1]
        name = self.key(key) if kind == "member_expression" or program.kind[key] == "string" else None
        if name is None:
            site = site._replace(this=base)
            result = self._computed(base, key, Use("call", "", callee, site.function, self.flow.node(), None, site))
            self.call(result, site)
        elif name in ("call", "apply"):
            self._call_shifted(base, name, site, parts[0])
        elif name == "bind":
            self.flow.edge(base, site.result)
            if len(site.values) > 1:
                self.call(base, site._replace(values=site.values[1:], this=site.values[0], result=None, name="bind", shifted=True))
        else:
            self.call_named(base, name, site, callee)

    def call_named(self, base: int | None, name: str, site: Site, index: int) -> None:
        """`base.name(…)`."""
        site = site._replace(this=base, name=name)
        use = Use("call", name, index, site.function, None, None, site)
        self._use(base, use)
        self.facts.gets.setdefault(name, set()).add(site.function)
        if name in NAMED_CALLS:
            self.facts.named.append((base, use))
        if name in ("push", "unshift", "splice", "fill", "set", "add", "concat"):
            for value in site.values:
                self.flow.edge(value, self.facts.any)
        self._array_method(base, name, site)
        self.call(self.field(name), site)

    def _array_method(self, base: int | None, name: str, site: Site) -> None:
        if name in host.SAME:
            self.flow.edge(base, site.result)
        if name in host.MEMBER and site.result is not None:
            self.flow.edge(self.elements(base), site.result)
        if name in host.VISITORS and site.values and base is not None:
            shown = site._replace(values=(self.elements(base),), this=None, result=None, name="bind", shifted=True)
            self.call(site.values[0], shown)

    def _call_shifted(self, base: int | None, name: str, site: Site, index: int) -> None:
        """`f.call(this, …)` and `f.apply(this, array)`."""
        values = site.values[1:]
        if name == "apply":
            values = tuple([self.elements(value) for value in values])
        this = site.values[0] if site.values else -1
        site = site._replace(
            values=values, arguments=site.arguments[1:], this=this, spread=site.spread or name == "apply", shifted=True
        )
        program = self.program
        children = program.children[index]
        if program.kind[index] == "member_expression" and (method := self.name_of(children[-1])) in NAMED_CALLS:
            use = Use("call", method, index, site.function, None, None, site._replace(name=method))
            self._use(this if this is not None and this >= 0 else None, use)
            self.facts.named.append((this if this is not None and this >= 0 else None, use))
        self.call(base, site)
