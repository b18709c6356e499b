"""What matching needs to know of a page, and no text: names, attributes and nesting of its elements.

What must stay true: equal structure gives equal shapes, and equal shapes equal digests, whatever the pages say. A shape may know
less than the page: values that no selector asks for are left out, and one that is made from a template has holes. A hole is
`HOLE` in a name or value: any characters could stand there.
"""

import hashlib
import json
import re
from collections.abc import Container, Iterable
from typing import NamedTuple

from assetforge.formats.html.tree import Element, Tree

# The private-use characters that stand for template syntax in a masked text: an expression; a tag, which writes nothing itself; a
# comment. A caller that knows of a tag which writes puts the first in its place.
HOLE, _TAG, _COMMENT = "\ue0e0", "\ue0e1", "\ue0e2"
_HOLES = re.compile("\ue0e0+")
_SYNTAX = re.compile("[\ue0e0-\ue0e2]")
_WORDS = re.compile(r"[^ \t\n\f\r]+")


class Changes(NamedTuple):
    """What scripts may do to elements before the first paint, as the caller knows it. `classes`, `ids`, `attributes`: names that
    any element may get or lose. `root_classes`, `root_attributes`: that `<html>` and `<body>` may. `anything`: all of that,
    whatever the name."""

    classes: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    root_classes: frozenset[str] = frozenset()
    root_attributes: frozenset[str] = frozenset()
    anything: bool = False


NO_CHANGES = Changes()


class Node(NamedTuple):
    """One element. `namespace`: `svg`, `math`, or empty for HTML. `attributes`: in the order of their names; `HOLE` for a value
    that is not known, and for a name where any attribute may be. `text`: has it a child that is text?"""

    name: str
    namespace: str
    parent: int
    attributes: tuple[tuple[str, str], ...]
    text: bool


class Shape(NamedTuple):
    """A page's elements in document order. `exact`: what it says is so; else elements and attributes may be there or not, as those
    of a template that statements stand around."""

    nodes: tuple[Node, ...]
    quirks: bool = False
    exact: bool = True


class Asked(NamedTuple):
    """What selectors ask for. `attributes`: names; `values`: names of attributes whose values they ask for; `text`: whether an
    element is empty. Classes and ids aside: `classes` and `ids`, in lower case."""

    classes: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    text: bool = True


def shapes(page: Tree) -> tuple[Shape, ...]:
    """The shapes of a finished page: as browsers see it with scripts, and where that is another one, without."""
    trees = (page.elements, page.unscripted) if page.unscripted else (page.elements,)
    return tuple([shape(elements, quirks=page.quirks) for elements in trees])


def shape(elements: Iterable[Element], *, quirks: bool = False) -> Shape:
    """The shape of a finished page with all that it knows."""
    return Shape(tuple([_node(one) for one in elements]), quirks)


def template_shape(elements: Iterable[Element], *, quirks: bool = False) -> Shape:
    """The shape of a page whose text is a masked template."""
    return Shape(tuple([_template_node(one) for one in elements]), quirks, exact=False)


def recorded_shape(elements: Iterable[Element], *, values: Container[str] = (), quirks: bool = False) -> Shape:
    """A shape without any value but ids, classes, and those of attributes in `values`."""
    kept = []
    for one in elements:
        known = [(name, value if name in ("class", "id") or name in values else HOLE) for name, value in one.attributes]
        kept.append(_node(one)._replace(attributes=tuple(sorted(known))))
    return Shape(tuple(kept), quirks)


def reduced(page: Shape, asked: Asked) -> Shape:
    """`page` as far as the selectors that ask for `asked` can tell. Pages that differ in nothing else become equal."""
    nodes = []
    for one in page.nodes:
        attributes = tuple([(name, kept) for name, value in one.attributes if (kept := _asked_for(name, value, asked)) is not None])
        nodes.append(Node(one.name, one.namespace, one.parent, attributes, one.text and asked.text))
    return Shape(tuple(nodes), page.quirks, page.exact)


def digest(page: Shape) -> str:
    """Names a shape: SHA-256, in hexadecimal."""
    return hashlib.sha256(json.dumps(page, separators=(",", ":")).encode()).hexdigest()


def words(value: str) -> list[str]:
    """The parts of a list that white space separates, as in `class`."""
    return _WORDS.findall(value)


def _node(one: Element) -> Node:
    attributes = one.attributes if len(one.attributes) < 2 else tuple(sorted(one.attributes))
    return Node(one.name, "" if one.namespace == "html" else one.namespace, one.parent, attributes, one.text)


def _template_node(one: Element) -> Node:
    if not any(_SYNTAX.search(name + value) for name, value in one.attributes) and not _SYNTAX.search(one.name):
        return _node(one)._replace(text=one.text)
    attributes: dict[str, str] = {}
    for name, value in one.attributes:
        name = _HOLES.sub(HOLE, name.replace(_TAG, "").replace(_COMMENT, ""))
        if HOLE in name:
            attributes[HOLE] = HOLE
        elif name:
            value = _HOLES.sub(HOLE, value.replace(_COMMENT, ""))
            attributes[name] = _classes(value) if name == "class" else HOLE if _TAG in value else value
    written = HOLE if _SYNTAX.search(one.name) else one.name
    return _node(one)._replace(name=written, attributes=tuple(sorted(attributes.items())))


def _classes(value: str) -> str:
    """`btn{% if x %}-big{% endif %}` is `btn`, `-big`, or both together."""
    found = []
    for word in words(re.sub(f"{_TAG}+", _TAG, value)):
        parts = [part for part in word.split(_TAG) if part]
        found += parts
        if len(parts) > 1:
            found.append("".join(parts))
    return " ".join(dict.fromkeys(found))


def _asked_for(name: str, value: str, asked: Asked) -> str | None:
    """What is kept of an attribute's value; None where nothing asks for the attribute."""
    if HOLE in name:
        return value
    lower = name.lower()
    if lower in asked.values:
        return value
    if lower == "class":
        kept = [word for word in words(value) if HOLE in word or word.lower() in asked.classes]
        return " ".join(sorted(set(kept))) if kept or lower in asked.attributes else None
    if lower == "id" and (HOLE in value or value.lower() in asked.ids):
        return value
    return "" if lower in asked.attributes else None
