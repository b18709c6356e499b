"""A script as lists: its nodes in the order of the text, their children, the scopes and functions they stand in.

What must stay true: one walk, no recursion, every list as long as the first. A name is bound where ECMA-262 binds it: `var` and
sloppy functions in the function, `let`, `const`, `class` in the block, a function expression's own name within it.
"""

from functools import cache
from typing import TYPE_CHECKING

from assetforge.formats.js import syntax
from assetforge.formats.js.effects.words import words

if TYPE_CHECKING:
    from tree_sitter import Node

FUNCTIONS = words("""
    function_declaration generator_function_declaration function_expression generator_function arrow_function
    method_definition class class_declaration
""")
CLASSES = frozenset({"class", "class_declaration"})
BLOCKS = frozenset({"statement_block", "for_statement", "for_in_statement", "catch_clause", "switch_body"})
LEAVES = words("""
    identifier property_identifier private_property_identifier shorthand_property_identifier
    shorthand_property_identifier_pattern statement_identifier string number regex this super undefined true false
    null import meta_property empty_statement optional_chain
""")
SKIPPED = words("comment html_comment hash_bang_line optional_chain string_fragment escape_sequence decorator")
PATTERNS = words("object_pattern array_pattern assignment_pattern rest_pattern pair_pattern object_assignment_pattern")


class Scope:
    """Names bound in a function, a block or the script itself (`outer` is None)."""

    __slots__ = ("function", "names", "outer")

    def __init__(self, outer: "Scope | None", function: int) -> None:
        self.outer = outer
        self.function = function
        self.names: dict[str, int] = {}


class Function:
    """A function, or a class (whose body is what `new` runs). Number 0 is the script itself. `parameters`: indexes of nodes."""

    __slots__ = (
        "all_arguments",
        "arguments",
        "arrow",
        "at",
        "body",
        "called",
        "constructor",
        "escapes",
        "method",
        "name",
        "number",
        "outer",
        "parameters",
        "place",
        "plain",
        "rest",
        "result",
        "scope",
        "slots",
        "strict",
        "this",
    )  # fmt: skip

    def __init__(self, number: int, outer: "Function | None", index: int, at: int) -> None:
        self.number = number
        self.outer = outer
        self.place = index
        self.at = at
        self.arrow = False
        self.strict: bool = outer.strict if outer else False
        self.parameters: list[int] = []
        self.body = -1
        self.scope: Scope | None = None
        self.slots: list[int] = []  # flow nodes of the parameters
        self.this = -1
        self.result = -1
        self.arguments = -1  # flow node of all arguments, and of the object that holds them
        self.all_arguments = -1
        self.rest = -1
        self.escapes = False
        self.plain = False  # called as `f()`
        self.method = False  # a method, stored as a property or called with `new`
        self.name: int | None = None
        self.constructor: int | None = None
        self.called = False


@cache
def kinds() -> list[str]:
    """The names of the grammar's kinds, by number."""
    language = syntax.language()
    return [language.node_kind_for_id(number) or "" for number in range(language.node_kind_count)]


class Program:
    """`nodes[i]`, `kind[i]`, `parent[i]`, `children[i]`, `scope[i]`: of the i-th node of the text."""

    def __init__(self, text: str, root: "Node") -> None:
        self.text = text
        self.nodes: list[Node] = []
        self.kind: list[str] = []
        self.parent: list[int] = []
        self.children: list[list[int]] = []
        self._list(root)
        self.functions: list[Function] = []
        self.scopes: list[Scope] = []
        self.hoisted: list[tuple[int, Scope]] = []
        self.lexical: dict[str, int] = {}  # of the script: let, const, class
        self.declared: dict[str, int] = {}  # of the script: var, function
        self.function_of: dict[int, int] = {}  # node index: number
        self._names = 0

    def _list(self, root: "Node") -> None:
        named, leaves, skipped = kinds(), LEAVES, SKIPPED
        nodes, kind, parent, children = self.nodes, self.kind, self.parent, self.children
        stack: list[Node] = [root]
        above = [-1]
        while stack:
            node = stack.pop()
            over = above.pop()
            what = named[node.kind_id]
            if what in skipped:
                continue
            index = len(nodes)
            nodes.append(node)
            kind.append(what)
            parent.append(over)
            children.append([])
            if over >= 0:
                children[over].append(index)
            if what not in leaves:
                inner = node.named_children
                if inner:
                    stack.extend(reversed(inner))
                    above.extend([index] * len(inner))

    def source(self, index: int) -> str:
        node = self.nodes[index]
        return self.text[node.start_byte : node.end_byte]

    def span(self, index: int) -> tuple[int, int]:
        node = self.nodes[index]
        return node.start_byte, node.end_byte

    def at(self, index: int) -> int:
        return self.nodes[index].start_byte
