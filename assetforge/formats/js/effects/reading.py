"""From the lists of a program to facts: what flows where, what is called with what, which members of what are used.

What must stay true: one pass from the end of the text to its beginning, so that what stands within a node is known before the node
is; nothing recurses. Nothing is decided here about the host: uses of members wait for the values that reach them.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from assetforge.formats.js.effects import builtins, host
from assetforge.formats.js.effects.program import CLASSES, FUNCTIONS, Program
from assetforge.formats.js.effects.scopes import Names, word
from assetforge.formats.js.effects.values import ANYTHING, LONGEST, NUMBER, STRING, UNKNOWN, Flow, Host
from assetforge.formats.js.effects.words import words
from assetforge.formats.js.literals import decode

_LENGTH = re.compile(r"\.\s*length\b")
_TESTS = frozenset({"if_statement", "while_statement", "do_statement", "for_statement", "ternary_expression"})
_TARGETS = words("""
    formal_parameters rest_pattern array_pattern object_pattern variable_declarator assignment_expression
    for_in_statement catch_clause assignment_pattern object_assignment_pattern pair_pattern
""")
_FIRST_ONLY = words("""
    variable_declarator assignment_expression for_in_statement catch_clause assignment_pattern
    object_assignment_pattern
""")
_HANDLER_SCOPE = frozenset({"write", "writeln", "body", "forms", "getElementById", "querySelector", "title", "cookie", "images"})


class Site(NamedTuple):
    """A call. `values`: flow nodes of its arguments; `arguments`: their indexes; `this`: -1 for a plain call; `name`: of the
    method, where it is one; `place`: the index of its node."""

    place: int
    function: int
    values: tuple[int | None, ...]
    arguments: tuple[int, ...]
    this: int | None
    result: int | None
    name: str = ""
    new: bool = False
    spread: bool = False
    shifted: bool = False  # by call or apply


class Use(NamedTuple):
    """A member used. `how`: get, set, call, delete; `value`: what is stored; `result`: what it is worth."""

    how: str
    name: str
    place: int
    function: int
    result: int | None = None
    value: int | None = None
    site: Site | None = None


class Dynamic(NamedTuple):
    """A member whose name is computed. `name`: "" until known."""

    use: Use
    base: int
    key: int | None
    key_index: int


class Facts:
    """All that was read."""

    def __init__(self, flow: Flow) -> None:
        self.uses: dict[int, list[Use]] = {}
        self.sites: dict[int, list[Site]] = {}
        self.elements: dict[int, list[int]] = {}
        self.dynamic: list[Dynamic] = []
        self.named: list[tuple[int | None, Use]] = []  # members whose names alone mean something
        self.fields: dict[str, int] = {}
        self.globals: dict[str, int] = {}
        self.any = flow.node()  # what arrays hold and what is stored under computed names
        self.any_host = flow.node()  # what of it is of the host
        flow.put(self.any_host, ANYTHING)
        flow.wide.add(self.any)
        self.reads: list[tuple[str, int, int, bool]] = []
        self.writes: list[tuple[str, int, int]] = []
        self.roots: list[tuple[str, str, int, int]] = []  # stores into members of a global: name, first member, function, index
        self.getters: dict[str, list[int]] = {}
        self.gets: dict[str, set[int]] = {}
        self.contents: dict[int, int] = {}  # of a literal (its atom): the flow node of all that it holds
        self.stored: set[int] = set()  # flow nodes of fields
        self.opaque: tuple[str, int] | None = None
        self.imports: list[tuple[int, int]] = []
        self.evals: list[tuple[int, int]] = []


NAMED_CALLS = frozenset(host.QUERIES) | host.INSERTERS | host.LAYOUT | words("""
    write writeln addEventListener insertRule addRule replaceSync createContextualFragment setAttribute attachEvent define
""")
NAMED_GETS = host.LAYOUT | {"classList"}
NAMED_SETS = host.CONTENT


class Reader:
    """Reads a bound program into facts."""

    def __init__(self, program: Program, flow: Flow, *, handler: bool) -> None:
        self.program = program
        self.flow = flow
        self.facts = Facts(flow)
        self.handler = handler
        self.worth: list[int | None] = [None] * len(program.kind)
        self._names = Names(program.scopes[0])
        self._own = {node: name for table in (program.declared, program.lexical) for name, node in table.items()}
        self._number = flow.constant(NUMBER)
        self._string = flow.constant(STRING)
        self._unknown = flow.constant(UNKNOWN)
        self._objects = 0
        self._lengths: set[int] | None = None
        top = program.functions[0]
        top.this = flow.constant(host.ELEMENT if handler else host.WINDOW)

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

    # names

    def _function_at(self, index: int) -> int:
        return self.program.scopes[index].function

    def _target(self, index: int) -> bool:
        """Whether an identifier is given a value and not read."""
        program = self.program
        parent = program.parent[index]
        kind = program.kind[parent]
        if kind not in _TARGETS:
            return False
        children = program.children[parent]
        if kind in _FIRST_ONLY:
            return children[0] == index
        if kind == "pair_pattern":
            return children[-1] == index
        return True

    def _on_identifier(self, index: int) -> None:
        program = self.program
        node = program.nodes[index]
        name = program.text[node.start_byte : node.end_byte]
        if "\\" in name:
            name = word(program, index)
        parent = program.parent[index]
        kind = program.kind[parent]
        if kind in FUNCTIONS and not (kind == "arrow_function" and program.children[parent][-1] == index):
            return
        bound = self._names.enter(program.scopes[index]).get(name)
        if bound is None:
            self.worth[index] = self._global(name, index, read=not self._target(index))
            return
        self.worth[index] = bound
        if bound in self._own and not self._target(index) and self._guarded(index):
            self.facts.reads.append((name, program.scopes[index].function, index, True))

    _on_shorthand_property_identifier = _on_identifier
    _on_shorthand_property_identifier_pattern = _on_identifier

    def _global(self, name: str, index: int, *, read: bool) -> int:
        facts = self.facts
        function = self._function_at(index)
        if name == "arguments" and function:
            return self._arguments(function)
        if read and not (name in builtins.WINDOWS or name == "document"):
            facts.reads.append((name, function, index, self._guarded(index)))
            if name in host.WINDOW_LAYOUT:
                self._use(self.flow.constant(host.WINDOW), Use("get", name, index, function))
        return self.global_(name)

    def global_(self, name: str) -> int:
        """The flow node of a global variable."""
        node = self.facts.globals.get(name)
        if node is None:
            flow = self.flow
            node = self.facts.globals[name] = flow.node()
            table = host.VALUES["window"]
            self.facts.stored.add(node)
            flow.put(node, table.get(name, ("global", name)))
            if name == "event":
                flow.put(node, UNKNOWN)
            elif self.handler and name in _HANDLER_SCOPE:
                flow.put(node, ("method", "document", name))
        return node

    def _arguments(self, number: int) -> int:
        function = self.program.functions[number]
        while function.arrow and function.outer is not None:
            function = function.outer
        if function.arguments < 0:
            atom, function.arguments = self._literal(function.place)
            function.all_arguments = self.flow.constant(atom)
        return function.all_arguments

    def keys_of(self, index: int) -> set[str] | None:
        """The names of an object literal's members, or None where they are not known."""
        program = self.program
        if program.kind[index] != "object":
            return None
        keys = set()
        for child in program.children[index]:
            if program.kind[child] == "spread_element":
                return None
            head = child if program.kind[child] == "shorthand_property_identifier" else program.children[child][0]
            key = self.key(head)
            if key is None:
                return None
            keys.add(key)
        return keys

    def from_length(self) -> set[int]:
        """Identifiers whose variable is given a value that is computed from a length."""
        if self._lengths is None:
            self._lengths = self._find_lengths()
        return self._lengths

    def _find_lengths(self) -> set[int]:
        program = self.program
        names = set()
        for index, kind in enumerate(program.kind):
            if kind in ("variable_declarator", "assignment_expression"):
                children = program.children[index]
                if len(children) > 1 and program.kind[children[0]] == "identifier" and asks_length(program, children[-1]):
                    names.add(program.source(children[0]))
        return {index for index, kind in enumerate(program.kind) if kind == "identifier" and program.source(index) in names}

    def _guarded(self, index: int) -> bool:
        """Whether a value is tested for being there."""
        program = self.program
        child, parent = index, program.parent[index]
        while program.kind[parent] == "parenthesized_expression":
            child, parent = parent, program.parent[parent]
        kind = program.kind[parent]
        if kind == "unary_expression":
            return program.text[program.at(parent)] in "t!"
        if kind == "binary_expression":
            return program.children[parent][0] == child and self._operator(parent) in ("||", "&&", "??", "==", "!=", "===", "!==")
        if kind in ("member_expression", "subscript_expression"):
            return False
        children = program.children[parent]
        tested = children[-1:] if kind == "do_statement" else children[:2] if kind == "for_statement" else children[:1]
        return kind in _TESTS and child in tested

    def _on_this(self, index: int) -> None:
        function = self.program.functions[self._function_at(index)]
        self.worth[index] = function.this if function.this >= 0 else self._unknown

    def _on_super(self, index: int) -> None:
        self.worth[index] = self._unknown

    # literals

    def _on_number(self, index: int) -> None:
        self.worth[index] = self._number

    def _on_string(self, index: int) -> None:
        node = self.program.nodes[index]
        start, end = node.start_byte, node.end_byte
        self.worth[index] = self._string if end - start > LONGEST else self.flow.constant(self.string(start, end))

    def string(self, start: int, end: int) -> str:
        value = self.program.text[start + 1 : end - 1]
        return decode(self.program.text, start, end).text if "\\" in value else value

    def _on_template_string(self, index: int) -> None:
        if self.program.children[index]:
            self.worth[index] = self._string
        else:
            self._on_string(index)

    def _on_object(self, index: int) -> None:
        atom, content = self._literal(index)
        for child in self.program.children[index]:
            kind = self.program.kind[child]
            if kind == "pair":
                key, value = self.program.children[child][:2]
                self._member(key, self.worth[value], content)
            elif kind == "shorthand_property_identifier":
                self._member(child, self.worth[child], content)
            elif kind == "method_definition":
                self._method(child, content)
            elif kind == "spread_element":
                self.flow.edge(self.worth[child], content)
        self.worth[index] = self.flow.constant(atom)

    def _on_array(self, index: int) -> None:
        atom, content = self._literal(index)
        for child in self.program.children[index]:
            value = self.worth[child]
            if value is not None:
                self.flow.edge(value, content)
                self.flow.edge(value, self.facts.any)
        self.worth[index] = self.flow.constant(atom)

    def _literal(self, index: int) -> tuple[int, int]:
        self._objects += 1
        atom = -self._objects
        content = self.facts.contents[atom] = self.flow.node()
        self.facts.stored.add(content)
        return atom, content

    def _member(self, key: int, value: int | None, content: int) -> None:
        """A member of a literal or class."""
        if value is None:
            return
        self.flow.edge(value, content)
        name = self.key(key)
        if name is None:
            self.flow.edge(value, self.facts.any)
            self._computed_names(key, value)
        else:
            self.flow.edge(value, self.field(name))

    def _computed_names(self, key: int, value: int) -> None:
        base = self.flow.node()
        use = Use("set", "", key, self._function_at(key), None, value)
        self.facts.dynamic.append(Dynamic(use, base, self.worth[key], key))

    def _method(self, index: int, content: int) -> None:
        """A method, getter or setter of a literal or class."""
        children = self.program.children[index]
        function = self.program.functions[self.program.function_of[index]]
        value = self.flow.constant(function.number)
        start = self.program.at(index)
        head = self.program.text[start : self.program.at(children[0])].split()
        name = self.key(children[0])
        function.escapes = True
        if "get" in head or "set" in head:
            self.facts.getters.setdefault(name or "", []).append(function.number)
        else:
            self._member(children[0], value, content)

    def key(self, index: int) -> str | None:
        """A property's name, or None where it is computed."""
        kind = self.program.kind[index]
        if kind == "string":
            node = self.program.nodes[index]
            return self.string(node.start_byte, node.end_byte)
        if kind == "computed_property_name":
            children = self.program.children[index]
            inner = children[0] if children else index
            return self.key(inner) if self.program.kind[inner] == "string" else None
        return word(self.program, index)

    def _on_computed_property_name(self, index: int) -> None:
        children = self.program.children[index]
        if children:
            self.worth[index] = self.worth[children[0]]

    def field(self, name: str) -> int:
        """The flow node of all members called `name`."""
        node = self.facts.fields.get(name)
        if node is None:
            node = self.facts.fields[name] = self.flow.node()
            self.facts.stored.add(node)
            self.flow.wide.add(node)
        return node

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

    def _operator(self, index: int) -> str:
        left, right = self.program.children[index][0], self.program.children[index][-1]
        between = self.program.text[self.program.nodes[left].end_byte : self.program.at(right)].strip()
        if len(between) < 5:
            return between
        node = self.program.nodes[index].child_by_field_name("operator")
        return node.type if node is not None else ""

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

    def _use(self, base: int | None, use: Use) -> None:
        if base is not None:
            uses = self.facts.uses.get(base)
            if uses is None:
                self.facts.uses[base] = [use]
            else:
                uses.append(use)

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

    def _on_return_statement(self, index: int) -> None:
        children = self.program.children[index]
        if children:
            self.flow.edge(self.worth[children[0]], self.program.functions[self._function_at(index)].result)

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
        self.facts.sites.setdefault(self._unknown if callee is None else callee, []).append(site)

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


def is_class(program: Program, number: int) -> bool:
    return program.kind[program.functions[number].place] in CLASSES


def created(tag: str, at: int) -> Host:
    return ("created", at, tag)


def asks_length(program: Program, index: int) -> bool:
    """Whether an index is computed from a length."""
    return _LENGTH.search(program.source(index)) is not None
