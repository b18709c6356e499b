"""Expressions, members and what is stored in them.

What must stay true: a member whose name is computed is kept until its name is known; a pattern takes apart what an expression
gives it. """


from assetforge.formats.js.effects import builtins, host
from assetforge.formats.js.effects.facts import NAMED_GETS, NAMED_SETS, Dynamic, Use
from assetforge.formats.js.effects.naming import Naming
from assetforge.formats.js.effects.scopes import word
from assetforge.formats.js.effects.values import LONGEST, NUMBER
from assetforge.formats.js.effects.words import words

_TARGETS = words("""
    formal_parameters rest_pattern array_pattern object_pattern variable_declarator assignment_expression
    for_in_statement catch_clause assignment_pattern object_assignment_pattern pair_pattern
""")


class Members(Naming):
    """What expressions are worth, and where values are put."""

    # expressions

    def _last(self, index: int) -> None:
        children = self.program.children[index]
        if children:
            self.worth[index] = self.worth[children[-1]]

    _on_parenthesized_expression = _on_sequence_expression = _on_spread_element = _on_await_expression = _last
    _on_template_substitution = _on_rest_pattern = _on_class_heritage = _last

    def _on_yield_expression(self, index: int) -> None:
        self.worth[index] = self._unknown
        self._on_return_statement(index)

    def _on_binary_expression(self, index: int) -> None:
        children = self.program.children[index]
        left, right = self.worth[children[0]], self.worth[children[-1]]
        operator = self._operator(index)
        if operator in ("||", "??"):
            self.worth[index] = self.flow.union(left, right)
        elif operator == "&&":
            self.worth[index] = right
        elif operator == "+":
            self.worth[index] = self._sum(left, right)
        elif operator not in ("==", "===", "!=", "!==", "<", ">", "<=", ">=", "in", "instanceof"):
            self.worth[index] = self._number

    def _sum(self, left: int | None, right: int | None) -> int | None:
        ones, others = self.flow.of(left), self.flow.of(right)
        if len(ones) == len(others) == 1:
            one, other = next(iter(ones)), next(iter(others))
            if isinstance(one, str) and isinstance(other, str):
                both = one + other
                return self.flow.constant(both) if len(both) <= LONGEST else self._string
            if one is NUMBER is other:
                return self._number
        return self._string

    def _on_unary_expression(self, index: int) -> None:
        if self.program.text[self.program.at(index)] in "-+~":
            self.worth[index] = self._number

    def _on_update_expression(self, index: int) -> None:
        child = self.program.children[index][0]
        self.worth[index] = self._number
        self.store(child, self._number, index)

    def _on_ternary_expression(self, index: int) -> None:
        children = self.program.children[index]
        self.worth[index] = self.flow.union(self.worth[children[1]], self.worth[children[-1]])

    # members

    def _on_member_expression(self, index: int) -> None:
        program = self.program
        children = program.children[index]
        parent = program.parent[index]
        kind = program.kind[parent]
        first = program.children[parent][0] == index
        if kind == "call_expression" and first:
            return
        if kind in _TARGETS and self._target(index):
            return
        if kind == "unary_expression" and program.text.startswith("delete", program.at(parent)):
            self._use(self.worth[children[0]], Use("delete", self.name_of(children[-1]), index, self._function_at(index)))
            return
        self.worth[index] = self.get(self.worth[children[0]], self.name_of(children[-1]), index)

    def name_of(self, index: int) -> str:
        return word(self.program, index)

    def get(self, base: int | None, name: str, index: int) -> int:
        """What `base.name` is worth."""
        function = self._function_at(index)
        facts = self.facts
        result = self.field(name)
        facts.gets.setdefault(name, set()).add(function)
        if name in host.FOLLOWED or name in host.ANYWHERE:
            joined = self.flow.node()
            self.flow.edge(result, joined)
            result = joined
            if name in host.ANYWHERE:
                self.flow.put(result, host.ANYWHERE[name])
        if base is not None or name in NAMED_GETS:
            use = Use("get", name, index, function, result)
            self._use(base, use)
            if name in NAMED_GETS:
                facts.named.append((base, use))
        return result

    def _on_subscript_expression(self, index: int) -> None:
        program = self.program
        children = program.children[index]
        parent = program.parent[index]
        kind = program.kind[parent]
        if kind == "call_expression" and program.children[parent][0] == index:
            return
        if kind in _TARGETS and self._target(index):
            return
        base, key = self.worth[children[0]], children[-1]
        if kind == "unary_expression" and program.text.startswith("delete", program.at(parent)):
            return
        if program.kind[key] == "string":
            self.worth[index] = self.get(base, self.key(key) or "", index)
        else:
            self.worth[index] = self._computed(base, key, Use("get", "", index, self._function_at(index), self.flow.node()))

    def _computed(self, base: int | None, key: int, use: Use) -> int | None:
        """A member with a computed name."""
        if base is None:
            base = self._unknown
        self.facts.dynamic.append(Dynamic(use, base, self.worth[key], key))
        self._use(base, use)
        return use.result

    def elements(self, base: int | None) -> int | None:
        """What an array or collection holds."""
        if base is None:
            return None
        result = self.flow.node()
        self.facts.elements.setdefault(base, []).append(result)
        self.flow.watched.add(base)
        return result

    # assignments

    def _on_assignment_expression(self, index: int) -> None:
        left, right = self.program.children[index][0], self.program.children[index][-1]
        self.worth[index] = self.worth[right]
        self.store(left, self.worth[right], index)

    def _on_augmented_assignment_expression(self, index: int) -> None:
        left, right = self.program.children[index][0], self.program.children[index][-1]
        operator = self._operator(index)
        if operator in ("||=", "&&=", "??="):
            value = self.worth[right]
            self.worth[index] = self.flow.union(self.worth[left], value)
        else:
            value = self.worth[index] = self._string if operator == "+=" else self._number
        self.store(left, value, index)

    def store(self, target: int, value: int | None, index: int) -> None:
        """`target = value`, whatever pattern it is."""
        program = self.program
        waiting = [(target, value)]
        while waiting:
            target, value = waiting.pop()
            kind, children = program.kind[target], program.children[target]
            if kind in ("identifier", "shorthand_property_identifier_pattern"):
                self._store_name(target, value)
            elif kind == "member_expression":
                self.store_named(self.worth[children[0]], self.name_of(children[-1]), value, target)
            elif kind == "subscript_expression":
                self._store_computed(target, children, value)
            elif kind in ("assignment_pattern", "object_assignment_pattern"):
                waiting.append((children[0], self._part(children[0], value, kind, self.worth[children[-1]])))
            elif kind == "object_pattern":
                waiting += [self._taken(child, value) for child in children]
            elif kind == "array_pattern":
                inner = self.elements(value)
                waiting += [(child, inner) for child in children]
            elif kind in ("rest_pattern", "parenthesized_expression"):
                waiting.append((children[0], value))

    def _part(self, name: int, value: int | None, kind: str, default: int | None) -> int | None:
        return self.flow.union(value, default)

    def _taken(self, child: int, source: int | None) -> tuple[int, int | None]:
        """What a member of an object pattern takes from `source`, and where to."""
        program = self.program
        kind, children = program.kind[child], program.children[child]
        if kind == "pair_pattern":
            name = self.key(children[0])
            if name is not None:
                return children[-1], self.get(source, name, child)
            key = children[0]
            return children[-1], self._computed(source, key, Use("get", "", child, self._function_at(child), self.flow.node()))
        if kind == "shorthand_property_identifier_pattern":
            return child, self.get(source, word(program, child), child)
        if kind == "object_assignment_pattern" and program.kind[children[0]] == "shorthand_property_identifier_pattern":
            return child, self.get(source, word(program, children[0]), child)
        return child, source

    def _store_name(self, target: int, value: int | None) -> None:
        name = word(self.program, target)
        node = self._names.enter(self.program.scopes[target]).get(name)
        if node is None:
            function = self._function_at(target)
            if name != "location" and not (name.startswith("on") and builtins.builtin(name)):
                self.facts.writes.append((name, function, target))
            node = self.global_(name)
            if name.startswith("on") or name in ("location", "document"):
                self._use(self.flow.constant(host.WINDOW), Use("set", name, target, function, None, value))
        elif node in self._own:
            self.facts.writes.append((name, self._function_at(target), target))
            if name.startswith("on") and self._own[node] in self.program.declared:
                self._use(self.flow.constant(host.WINDOW), Use("set", name, target, self._function_at(target), None, value))
        self.flow.edge(value, node)

    def store_named(self, base: int | None, name: str, value: int | None, index: int) -> None:
        function = self._function_at(index)
        use = Use("set", name, index, function, None, value)
        self._use(base, use)
        if name in NAMED_SETS or name.startswith("on"):
            self.facts.named.append((base, use))
        if value is not None:
            self.flow.edge(value, self.field(name))
        self._root(index, function)

    def _store_computed(self, target: int, children: list[int], value: int | None) -> None:
        base, key = self.worth[children[0]], children[-1]
        if self.program.kind[key] == "string":
            self.store_named(base, self.key(key) or "", value, target)
            return
        function = self._function_at(target)
        self.flow.edge(value, self.facts.any)
        self._computed(base, key, Use("set", "", target, function, None, value))
        self._root(target, function)

    def _root(self, index: int, function: int) -> None:
        """A store into a member of a member … of a global touches that global."""
        program = self.program
        one, first = index, ""
        for _ in range(8):
            kind = program.kind[one]
            if kind not in ("member_expression", "subscript_expression"):
                break
            last = program.children[one][-1]
            name = word(program, last) if kind == "member_expression" else ""
            one = program.children[one][0]
            if program.kind[one] == "identifier":
                bound = self._names.enter(program.scopes[one]).get(word(program, one))
                if bound is None or bound in self._own:
                    self.facts.roots.append((word(program, one), first and name, function, index))
                break
            first = name or first

    def _on_return_statement(self, index: int) -> None:
        children = self.program.children[index]
        if children:
            self.flow.edge(self.worth[children[0]], self.program.functions[self._function_at(index)].result)
