"""The test for a document that is ready: `if (document.readyState !== "loading") init(); else addEventListener(…, init)`.

What must stay true: a script that runs while the page is parsed finds `loading`, and so does one at the end of the body, so what
stands in the other branch does not run then. What it would do is told as deferred, beside the act `ready`; for a deferred script,
which finds `interactive`, that act says that all of it may run at once. A test that is not understood changes nothing.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from assetforge.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_STATE = re.compile(r"(?<![\w$.])(?:(?:window|self)\s*\.\s*)?document\s*\.\s*readyState(?![\w$])")
_PLAIN_PATTERN = re.compile(r"/([\w|^$():?]*)/[a-z]*\Z")
_NOW = "loading"
_MOST = 50  # tests of a script
_STATEMENTS = frozenset({
    "if_statement", "expression_statement", "statement_block", "program", "return_statement", "variable_declarator",
    "lexical_declaration", "variable_declaration", "while_statement", "for_statement", "switch_statement", "class_body",
})  # fmt: skip
_EQUAL, _UNEQUAL = frozenset({"==", "==="}), frozenset({"!=", "!=="})


def waiting(text: str, root: "Node") -> set[tuple[int, int]]:
    """The parts of a script (start, end) that only run in a document that is ready. None lies within another."""
    if "readyState" not in text:
        return set()
    return {(span.start, span.end) for span in _outermost(_dead(text, root))}


def _outermost(spans: Iterable[Span]) -> Iterator[Span]:
    end = -1
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if span.start >= end:
            yield span
            end = span.end


def _dead(text: str, root: "Node") -> Iterator[Span]:
    """What does not run in a document that loads."""
    for count, match in enumerate(_STATE.finditer(text)):
        node = root.descendant_for_byte_range(match.start(), match.end() - 1)
        if count >= _MOST or node is None:
            return
        yield from _decided(text, node)


def _decided(text: str, node: "Node") -> Iterator[Span]:
    """What the test at `node`, or one that it is a part of, decides about."""
    test, owner = node, node.parent
    while owner is not None and owner.type not in _STATEMENTS:
        if owner.type == "binary_expression" and _operator(owner) in ("&&", "||") and owner.child_by_field_name("left") == test:
            yield from _short_circuit(text, owner)
        if owner.type == "ternary_expression" and owner.child_by_field_name("condition") == test:
            yield from _branch(owner, _worth(text, test))
        test, owner = owner, owner.parent
    if owner is not None and owner.type == "if_statement" and owner.child_by_field_name("condition") == test:
        yield from _branch(owner, _worth(text, test))


def _short_circuit(text: str, node: "Node") -> Iterator[Span]:
    """`test && run()`."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is not None and right is not None and _worth(text, left) is (_operator(node) == "||"):
        yield Span(right.start_byte, right.end_byte)


def _branch(owner: "Node", worth: bool | None) -> Iterator[Span]:
    if worth is None:
        return
    taken = owner.child_by_field_name("consequence")
    other = owner.child_by_field_name("alternative")
    dead = other if worth else taken
    if dead is not None and dead.type == "else_clause":
        dead = dead.named_children[-1] if dead.named_children else None
    if dead is not None:
        yield Span(dead.start_byte, dead.end_byte)
    if worth and owner.type == "if_statement" and taken is not None and _returns(taken):
        yield from _rest(owner)


def _returns(taken: "Node") -> bool:
    last = taken.named_children[-1] if taken.type == "statement_block" and taken.named_children else taken
    return last.type == "return_statement"


def _rest(owner: "Node") -> Iterator[Span]:
    """What follows a branch that returns; functions are declared all the same."""
    after = owner.next_named_sibling
    while after is not None:
        if after.type == "expression_statement":
            yield Span(after.start_byte, after.end_byte)
        after = after.next_named_sibling


# -- what a test is worth ------------------------------------------------------------------------------------------------------


def _operator(node: "Node") -> str:
    sign = node.child_by_field_name("operator")
    return sign.type if sign is not None else ""


def _worth(text: str, node: "Node") -> bool | None:
    """The value of a test in a document that loads, None where that is not known."""
    source = text[node.start_byte : node.end_byte]
    if node.type == "parenthesized_expression" and node.named_children:
        return _worth(text, node.named_children[0])
    if node.type == "unary_expression" and _operator(node) == "!":
        inner = _worth(text, node.named_children[0])
        return None if inner is None else not inner
    if node.type == "ternary_expression":
        arms = {_worth(text, one) for field in ("consequence", "alternative") if (one := node.child_by_field_name(field))}
        return arms.pop() if len(arms) == 1 else None
    if node.type == "binary_expression":
        return _compared(text, node)
    if node.type == "call_expression":
        return _tested(source)
    return None


def _compared(text: str, node: "Node") -> bool | None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    sign = _operator(node)
    if left is None or right is None:
        return None
    if sign in ("&&", "||"):
        decides = sign == "||"
        sides = (_worth(text, left), _worth(text, right))
        if decides in sides:
            return decides
        return None if None in sides else not decides
    first, second = (text[one.start_byte : one.end_byte] for one in (left, right))
    if left.type == "string":
        first, second = second, first
    if not _STATE.fullmatch(first) or len(second) < 2 or second[0] not in "\"'" or "\\" in second:
        return None
    equal = second[1:-1] == _NOW
    return equal if sign in _EQUAL else not equal if sign in _UNEQUAL else None


def _tested(source: str) -> bool | None:
    """`/complete|interactive/.test(document.readyState)`."""
    pattern, dot, argument = source.rpartition(".test(")
    plain = _PLAIN_PATTERN.match(pattern)
    if not dot or plain is None or not _STATE.fullmatch(argument.removesuffix(")").strip()):
        return None
    try:
        return re.search(plain[1], _NOW) is not None
    except re.error:
        return None
