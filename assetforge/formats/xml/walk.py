"""The elements of a document in its order, with namespaces and parents.

What must stay true: an element holds offsets, no copy of the text; nesting costs memory and no recursion; names are compared by
namespace (Namespaces in XML 1.0), never by prefix.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from assetforge.formats.xml.roots import declarations
from assetforge.formats.xml.tokens import Attribute, Token, attributes, entities, tokens

XML = "http://www.w3.org/XML/1998/namespace"
_UNKNOWN = "\0"  # a prefix that nobody declared: an error of its own, and not to be taken for "no namespace"


Scope = dict[str, list[str]]


@dataclass(slots=True, eq=False)
class Element:
    """`scope`: the namespaces, by prefix the innermost last, as they are between this element's start and its end. `declares`: the
    prefixes that it adds. `based`: it, or one around it, carries `xml:base`. `pieces`: the text and CDATA tokens directly inside,
    known when the element is closed."""

    namespace: str
    local: str
    tag: Token
    parent: "Element | None"
    scope: "Scope"
    declares: tuple[str, ...]
    based: bool
    pieces: list[Token] = field(default_factory=list)


class Named(NamedTuple):
    """An attribute with its namespace (empty: none; an attribute without a prefix has none) and its name without prefix."""

    namespace: str
    local: str
    attribute: Attribute


class Opened(NamedTuple):
    """A start tag."""

    element: Element


class Closed(NamedTuple):
    """An end tag, or the end of an empty element."""

    element: Element


class Instruction(NamedTuple):
    """A processing instruction before the root element."""

    token: Token


class Broken(NamedTuple):
    """Here the text stops being XML. Nothing follows."""

    at: int


Event = Opened | Closed | Instruction | Broken


def walk(text: str, declared: dict[str, str | None]) -> Iterator[Event]:
    """What happens in `text`, in its order. The document's own entities are put into `declared`."""
    inside: Element | None = None
    scope: Scope = {"xml": [XML]}
    rooted = False
    for token in tokens(text):
        kind = token.kind
        if kind == "text" or kind == "cdata":
            if inside is not None:
                inside.pieces.append(token)
        elif kind == "start" or kind == "empty":
            element = _element(text, token, inside, scope, declared)
            rooted = True
            yield Opened(element)
            if kind == "empty":
                yield Closed(element)
                _leave(element)
            else:
                inside = element
        elif kind == "end":
            if inside is None or inside.tag.name != token.name:
                yield Broken(token.start)
                return
            yield Closed(inside)
            _leave(inside)
            inside = inside.parent
        elif kind == "doctype":
            declared |= entities(text, token)
        elif kind == "pi" and not rooted:
            yield Instruction(token)
        elif kind == "broken":
            yield Broken(token.start)
    if inside is not None:
        yield Broken(len(text))


def _element(text: str, tag: Token, parent: Element | None, scope: Scope, declared: dict[str, str | None]) -> Element:
    declares: dict[str, str] = {}
    if text.find("xmlns", tag.inner_start, tag.inner_end) >= 0:
        declares = declarations(text, tag, declared)
        for name, namespace in declares.items():
            scope.setdefault(name, []).append(namespace)
    prefix, _, local = tag.name.rpartition(":")
    based = (parent is not None and parent.based) or text.find("xml:base", tag.inner_start, tag.inner_end) >= 0
    return Element(_namespace(scope, prefix, _UNKNOWN if prefix else ""), local, tag, parent, scope, tuple(declares), based)


def _leave(element: Element) -> None:
    for prefix in element.declares:
        element.scope[prefix].pop()


def _namespace(scope: Scope, prefix: str, otherwise: str) -> str:
    known = scope.get(prefix)
    return known[-1] if known else otherwise


def named(text: str, element: Element) -> list[Named]:
    """The attributes of an element, those that declare namespaces left out. To be asked while the element is the innermost."""
    found = []
    for attribute in attributes(text, element.tag):
        prefix, _, local = attribute.name.rpartition(":")
        if prefix != "xmlns" and attribute.name != "xmlns":
            found.append(Named(_namespace(element.scope, prefix, _UNKNOWN) if prefix else "", local, attribute))
    return found
