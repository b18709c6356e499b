"""What an inline script of a template does: names stand for the values that are written into it.

    effects_of(body, holes)

`var user = {{ user|tojson }}` is read as `var user = $0_`, and `"/buy/{{ id }}"` as a string that holds the name. What must stay
true: an island counts as a value only where an operand must be one, and nothing that follows from the name is believed: a global
that is called by it, an id that is asked for by it, an event of that name are not known. Statements choose between texts, so a
script that holds any is opaque.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from assetforge.formats.js.record import Act, Effects
from assetforge.text import changed

_UNKNOWN = Effects(opaque="a template writes a part of it")
_IN_TEXT = frozenset({"string_fragment", "string", "template_string", "comment"})
# Where a value stands: the parent's type, and the fields of it that are one; None for a child without a field.
_VALUES: dict[str, frozenset[str | None]] = {
    "variable_declarator": frozenset({"value"}),
    "assignment_expression": frozenset({"right"}),
    "pair": frozenset({"value"}),
    "array": frozenset({None}),
    "arguments": frozenset({None}),
    "binary_expression": frozenset({"left", "right"}),
    "ternary_expression": frozenset({"condition", "consequence", "alternative"}),
    "return_statement": frozenset({None}),
    "parenthesized_expression": frozenset({None}),
    "unary_expression": frozenset({"argument"}),
}
_EVENTS = frozenset({"listener", "handler-slot"})


class Island(NamedTuple):
    """Template syntax in a script: offsets from its beginning. `kind`: what it leaves there: `value`, `text` (a tag that writes,
    which
    is one only in a string), nothing (a comment), or `unknown`."""

    start: int
    end: int
    kind: str


def effects_of(body: str, islands: Sequence[Island]) -> Effects:
    """What a script does, with `islands` in the order of the text."""
    from assetforge.formats.js.effects import effects

    if not islands:
        return effects(body)
    if any(one.kind == "unknown" for one in islands):
        return _UNKNOWN
    mark = _mark(body)
    names = [_name(mark, number, one) for number, one in enumerate(islands)]
    if "" in names:
        return _UNKNOWN
    text = changed(body, ((one.start, one.end, name) for one, name in zip(islands, names, strict=True)))
    written = [one for one in islands if one.kind != "nothing"]
    if not _are_values(text, written):
        return _UNKNOWN
    return _believed(effects(text), mark)


def _mark(body: str) -> str:
    """The beginning of names that the script does not use."""
    mark = "$"
    while mark in body:
        mark += "$"
    return mark


def _name(mark: str, number: int, one: Island) -> str:
    """What stands for an island, of its length; empty where it is too short for that."""
    size = one.end - one.start
    if one.kind == "nothing":
        return " " * size
    name = f"{mark}{number}_"
    return name.ljust(size, "_") if len(name) <= size else ""


def _are_values(text: str, islands: Iterable[Island]) -> bool:
    """Does each stand in a string, or where a value must be?"""
    from assetforge.formats.js import syntax

    tree = syntax.parse(text)
    if isinstance(tree, syntax.Opaque) or tree.fault is not None:
        return False
    for one in islands:
        node: Any = tree.root.descendant_for_byte_range(one.start, one.end)  # the tree has a byte for every character
        if node.type in _IN_TEXT:
            if node.type != "string_fragment" and node.start_byte >= one.start:
                return False  # an island is not the quotes around it
        elif node.type != "identifier" or not _is_value(node, one):
            return False
    return True


def _is_value(node: Any, one: Island) -> bool:
    parent = node.parent
    if one.kind != "value" or parent is None or (node.start_byte, node.end_byte) != (one.start, one.end):
        return False
    fields = _VALUES.get(parent.type)
    number = next((at for at, child in enumerate(parent.children) if child == node), -1)
    return fields is not None and number >= 0 and parent.field_name_for_child(number) in fields


def _believed(found: Effects, mark: str) -> Effects:
    """A record without what follows from the names that stand for values."""
    made = found.defines | found.lexical | found.defines_later | found.augments
    asked = found.reads | found.guards | found.reads_later
    if any(mark in name for name in made) or any(mark in name and not _is_whole(name, mark) for name in asked):
        return _UNKNOWN
    return found._replace(
        reads=frozenset(name for name in found.reads if mark not in name),
        guards=frozenset(name for name in found.guards if mark not in name),
        reads_later=frozenset(name for name in found.reads_later if mark not in name),
        acts=tuple(_act(one) if mark in one.detail else one for one in found.acts),
        keys=tuple(key for key in found.keys if mark not in key[0]),
    )


def _is_whole(name: str, mark: str) -> bool:
    """Is it the name of an island and nothing else?"""
    rest = name.removeprefix(mark).rstrip("_")
    return name.startswith(mark) and rest.isdigit()


def _act(one: Act) -> Act:
    """An act whose detail an island has a part in."""
    if one.what in _EVENTS:
        return one._replace(detail=one.detail.partition(" ")[0] + " ?" if " " in one.detail else "? ?")
    return one._replace(detail="query" if one.what == "dom-read" else "")


def either(records: Sequence[Effects]) -> Effects:
    """What one of several scripts does, and nobody knows which: all that any of them does."""
    first, *others = records
    for other in others:
        first = Effects(
            opaque=first.opaque or other.opaque,
            defines=first.defines | other.defines,
            lexical=first.lexical | other.lexical,
            defines_later=first.defines_later | other.defines_later,
            augments=first.augments | other.augments,
            reads=first.reads | other.reads,
            guards=first.guards | other.guards,
            reads_later=first.reads_later | other.reads_later,
            acts=tuple(dict.fromkeys((*first.acts, *other.acts))),
            strict=first.strict and other.strict,
        )
    return first
