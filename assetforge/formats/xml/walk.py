"""The elements of a document in its order, with namespaces and parents.

What must stay true: an element holds offsets, no copy of the text; nesting costs memory and no recursion; names are compared by
namespace (Namespaces in XML 1.0), never by prefix.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from assetforge.formats.xml.roots import declarations
from assetforge.formats.xml.tokens import Attribute, Token, attributes, entities, tokens

XML = "http://www.w3.org/XML/1998/namespace"


@dataclass(slots=True, eq=False)
class Element:
    """`pieces`: the text and CDATA tokens directly inside, known when the element is closed."""

    namespace: str
    local: str
    tag: Token
    parent: "Element | None"
    namespaces: dict[str, str]
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
    rooted = False
    for token in tokens(text):
        kind = token.kind
        if kind == "text" or kind == "cdata":
            if inside is not None:
                inside.pieces.append(token)
        elif kind == "start" or kind == "empty":
            element = _element(text, token, inside, declared)
            rooted = True
            yield Opened(element)
            if kind == "empty":
                yield Closed(element)
            else:
                inside = element
        elif kind == "end":
            if inside is None or inside.tag.name != token.name:
                yield Broken(token.start)
                return
            yield Closed(inside)
            inside = inside.parent
        elif kind == "doctype":
            declared |= entities(text, token)
        elif kind == "pi" and not rooted:
            yield Instruction(token)
        elif kind == "broken":
            yield Broken(token.start)
    if inside is not None:
        yield Broken(len(text))


def _element(text: str, tag: Token, parent: Element | None, declared: dict[str, str | None]) -> Element:
    namespaces = parent.namespaces if parent else {"xml": XML}
    if text.find("xmlns", tag.inner_start, tag.inner_end) >= 0:
        namespaces = namespaces | declarations(text, tag, declared)
    prefix, _, local = tag.name.rpartition(":")
    # a prefix that nobody declared is an error of its own; here it only must not be taken for "no namespace"
    return Element(namespaces.get(prefix, "\0" if prefix else ""), local, tag, parent, namespaces)


def named(text: str, element: Element) -> list[Named]:
    """The attributes of an element, those that declare namespaces left out."""
    found = []
    for attribute in attributes(text, element.tag):
        prefix, _, local = attribute.name.rpartition(":")
        if prefix != "xmlns" and attribute.name != "xmlns":
            found.append(Named(_namespace(element.namespaces, prefix), local, attribute))
    return found


def _namespace(namespaces: Mapping[str, str], prefix: str) -> str:
    return namespaces.get(prefix, "\0") if prefix else ""
