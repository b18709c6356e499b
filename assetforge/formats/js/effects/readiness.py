"""The test for a document that is ready: `if (document.readyState !== "loading") init(); else addEventListener(…, init)`.

What must stay true: a script that runs while the page is parsed finds `loading`, and so does one at the end of the body, so what
stands in the other branch does not run then. What it would do is told as deferred, beside the act `ready`; for a deferred script,
which finds `interactive`, that act says that all of it may run at once. A test that is not understood changes nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from assetforge.formats.js import syntax
from assetforge.formats.js.record import Effects
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


def settled(text: str, found: Effects, effects: Callable[[str], Effects]) -> Effects:
    """`found`, the record of `text`, with what only runs in a document that is ready told as deferred."""
    tree = syntax.parse(text) if "readyState" in text else None
    if not isinstance(tree, syntax.Tree):
        return found
    spans = list(_outermost(_dead(text, tree.root)))
    if not spans:
        return found
    loading = effects(_without(text, spans))
    if loading.opaque and not found.opaque:
        return found
    return _joined(found, loading)


def _joined(found: Effects, loading: Effects) -> Effects:
    kept = {(act.what, act.detail) for act in loading.acts}
    ready = [act for act in found.acts if act.what == "ready"]
    late = [act._replace(tier="deferred") for act in found.acts if (act.what, act.detail) not in kept and act.what != "ready"]
    acts = {*loading.acts, *ready, *late}
    defines = loading.defines | loading.lexical
    return found._replace(
        defines=loading.defines,
        defines_later=loading.defines_later | found.defines_later | (found.defines - defines),
        reads=loading.reads,
        guards=loading.guards,
        reads_later=loading.reads_later | found.reads_later | (found.reads - loading.reads),
        acts=tuple(sorted(acts, key=lambda act: (act.at, act.what, act.tier, act.detail))),
    )


def _without(text: str, spans: Iterable[tuple[Span, str]]) -> str:
    """`text` with parts replaced by nothing, at the same length and with the same lines."""
    for span, instead in spans:
        blank = re.sub(r"[^\n\r\u2028\u2029]", " ", text[span.start : span.end])
        text = text[: span.start] + instead + blank[len(instead) :] + text[span.end :]
    return text


def _outermost(spans: Iterable[tuple[Span, str]]) -> Iterator[tuple[Span, str]]:
    end = -1
    for span, instead in sorted(spans, key=lambda one: (one[0].start, -one[0].end)):
        if span.start >= end and span.end - span.start >= len(instead):
            yield span, instead
            end = span.end


def _dead(text: str, root: "Node") -> Iterator[tuple[Span, str]]:
    """What does not run in a document that loads, and what stands in its place."""
    for count, match in enumerate(_STATE.finditer(text)):
        node = root.descendant_for_byte_range(match.start(), match.end() - 1)
        if count >= _MOST or node is None:
            return
        yield from _decided(text, node)


def _decided(text: str, node: "Node") -> Iterator[tuple[Span, str]]:
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


def _short_circuit(text: str, node: "Node") -> Iterator[tuple[Span, str]]:
    """`test && run()`."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is not None and right is not None and _worth(text, left) is (_operator(node) == "||"):
        yield Span(right.start_byte, right.end_byte), "0"


def _branch(owner: "Node", worth: bool | None) -> Iterator[tuple[Span, str]]:
    if worth is None:
        return
    taken = owner.child_by_field_name("consequence")
    other = owner.child_by_field_name("alternative")
    dead = other if worth else taken
    if dead is not None and dead.type == "else_clause":
        dead = dead.named_children[-1] if dead.named_children else None
    if dead is not None:
        instead = "0" if owner.type == "ternary_expression" else "{}" if dead.type == "statement_block" else ";"
        yield Span(dead.start_byte, dead.end_byte), instead
    if worth and owner.type == "if_statement" and taken is not None and _returns(taken):
        yield from _rest(owner)


def _returns(taken: "Node") -> bool:
    last = taken.named_children[-1] if taken.type == "statement_block" and taken.named_children else taken
    return last.type == "return_statement"


def _rest(owner: "Node") -> Iterator[tuple[Span, str]]:
    """What follows a branch that returns; functions are declared all the same."""
    after = owner.next_named_sibling
    while after is not None:
        if after.type == "expression_statement":
            yield Span(after.start_byte, after.end_byte), ";"
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
