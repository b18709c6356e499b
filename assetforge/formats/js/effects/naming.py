"""What names and literals of a script are worth.

What must stay true: a name that no scope binds is global, and reading it is told; a literal's members flow to the fields of their
names. """

import re

from assetforge.formats.js.effects import builtins, host
from assetforge.formats.js.effects.facts import Dynamic, Facts, Use
from assetforge.formats.js.effects.program import FUNCTIONS, Program
from assetforge.formats.js.effects.scopes import Names, word
from assetforge.formats.js.effects.values import LONGEST, NUMBER, STRING, UNKNOWN, Flow
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


class Naming:
    """What names and literals are worth."""

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
            self.facts.store(node)
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
        self.facts.store(content)
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
            self.facts.store(node)
            self.flow.wide.add(node)
        return node

    def _use(self, base: int | None, use: Use) -> None:
        if base is not None:
            self.facts.use(base, use)

    def _operator(self, index: int) -> str:
        left, right = self.program.children[index][0], self.program.children[index][-1]
        between = self.program.text[self.program.nodes[left].end_byte : self.program.at(right)].strip()
        if len(between) < 5:
            return between
        node = self.program.nodes[index].child_by_field_name("operator")
        return node.type if node is not None else ""


def asks_length(program: Program, index: int) -> bool:
    """Whether an index is computed from a length."""
    return _LENGTH.search(program.source(index)) is not None
