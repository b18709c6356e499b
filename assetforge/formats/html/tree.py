"""The element tree of a page as a browser builds it, each element with its place in the text.

What must stay true: the tree is that of the HTML Standard's tree construction (another parser than ours builds it), and where an
element comes from a tag of the text, `tag` is that tag's span.

The parser is turbohtml. Measured beside selectolax 1.0 (lexbor) in one run: both build every tree of html5lib-tests that needs no
script to run. On a page of 362 elements (41 kB) turbohtml takes 0.17 ms to parse and 0.2 ms to be read, lexbor 0.32 and 0.33 ms. It
tells where each tag stands; lexbor tells nothing, so every tag would have to be marked first, and a mark makes two equal tags
differ, which changes what the rule for formatting elements does (#push-onto-the-list-of-active-formatting-elements, the Noah's Ark
clause). 100,000 open `<div>` take it 0.04 s, and lexbor 29 s. Its import takes 65 ms, lexbor's 10.

Not handled: Chromium's limit of 512 open elements, a page's own `document.write`, XML.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from assetforge.formats.html.elements import RAW_TEXT
from assetforge.formats.html.tokens import tag_end, tokens
from assetforge.text import Span

if TYPE_CHECKING:
    from turbohtml import Document

NOWHERE = Span(-1, -1)

_NEWLINE = re.compile(r"\r\n?|\n")
_SURROGATE = re.compile("[\ud800-\udfff]")
_END = re.compile(r"</(?:body|html)(?=[ \t\n\f\r/>])", re.IGNORECASE)
_BODY_END = re.compile(r"</body(?=[ \t\n\f\r/>])", re.IGNORECASE)
_NOSCRIPT = re.compile(r"<noscript", re.IGNORECASE)
# Elements in which nothing may be put, and which make what follows their start tag part of them up to the end of the text.
_CLOSED_IN = frozenset({"template", "svg", "math", "noscript", "select"})
_TABLES = frozenset({"table", "tbody", "thead", "tfoot", "tr", "colgroup"})  # they foster what is put into them


class Element(NamedTuple):
    """One element. `name`: local name, in lower case for HTML. `parent`: index into `Tree.elements`, -1 of the root element.
    `attributes`: as the parser reads them, the first of a name only. `tag`: its start tag in the text, `NOWHERE` for one that the
    parser made up (`<tbody>`, a missing `<head>`, what it cloned). `text`: has it a child that is text, white space too?"""

    name: str
    namespace: Literal["html", "svg", "math"]
    parent: int
    attributes: tuple[tuple[str, str], ...]
    tag: Span
    text: bool = False


class Place(NamedTuple):
    """A place in the text, and the element (an index into `Tree.elements`) that is the parent of an element put there."""

    at: int
    parent: int


class Tree(NamedTuple):
    """`elements`: in document order, the content of `<template>` left out. `templates`: elements inside of `<template>`, which no
    selector matches and no script of theirs runs. `bottom`: the last str offset in the body at which an element put there becomes a
    child of `<body>` and nothing but `html` and `body` is open, before the `</body>` of the tokenizer; None where there is none.
    `quirks`: is the document in quirks mode? `frameset`: has it a frameset for a body?

    `elements` are those of a browser with scripting, to which the content of `<noscript>` is text. `unscripted`: all elements as a
    browser without scripting has them; empty where the page has no `<noscript>`, since then they are the same. `shadows`: elements
    of declarative shadow roots, which no selector of the document matches; scripts of theirs run. In `templates` and `shadows`
    `parent` is an index into the same tuple, -1 at the top of a template or shadow root.

    `end`: where the body ends for the tokenizer, which is `bottom` unless the page leaves an element open; None where an element
    put there would not stay there (a table, a template, a script that does not end)."""

    elements: tuple[Element, ...]
    templates: tuple[Element, ...]
    bottom: int | None
    quirks: bool
    frameset: bool
    unscripted: tuple[Element, ...] = ()
    shadows: tuple[Element, ...] = ()
    end: Place | None = None


def tree(text: str) -> Tree:
    """The tree of a page. Takes any str; the time is linear in its length."""
    # a byte order mark is no part of the input stream: here it would be text before the doctype, and so quirks mode
    mark = int(text.startswith("\ufeff"))
    page = _SURROGATE.sub("\ufffd", text[mark:])  # what a browser's decoder makes of a byte that is none of a character
    reading = _Reading(page, mark)
    elements, templates, shadows = reading.read(_parsed(page))
    unscripted: tuple[Element, ...] = ()
    if _NOSCRIPT.search(page):
        unscripted = _Reading(page, mark).read(_parsed(page, scripting=False))[0]
    frameset = any(one.name == "frameset" and one.parent == 0 for one in elements)
    at, parent = (-1, None) if frameset else _end(page)
    bottom = _bottom(page, at, parent, reading.start(_outermost(parent)) - mark)
    end = _place(at + mark, parent, reading, elements)
    bottom = None if bottom is None else bottom + mark
    return Tree(elements, templates, bottom, _is_quirky(page), frameset, unscripted, shadows, end)


def _parsed(text: str, scripting: bool = True) -> "Document":
    from turbohtml import parse

    return parse(text, scripting=scripting)


class _Reading:
    """Reads the elements of a parsed document, and finds their tags in the text."""

    __slots__ = ("_lines", "_mark", "_seen", "_text")

    def __init__(self, text: str, mark: int) -> None:
        self._text, self._mark = text, mark
        self._lines = [0, *(match.end() for match in _NEWLINE.finditer(text))]
        self._seen: set[int] = set()

    def read(self, document: "Document") -> tuple[tuple[Element, ...], tuple[Element, ...], tuple[Element, ...]]:
        """Elements of the document, of templates, of shadow roots."""
        from turbohtml import DocumentFragment, Text
        from turbohtml import Element as Node

        found: tuple[list[Element], list[Element], list[Element]] = ([], [], [])
        waiting: list[tuple[Any, int, int]] = [(node, -1, 0) for node in reversed(document.children)]
        while waiting:
            node, parent, where = waiting.pop()
            kind = type(node)
            if kind is DocumentFragment:
                waiting += [(child, -1, max(where, 1)) for child in reversed(node.children)]
            if kind is not Node:
                continue
            place = found[where]
            number = len(place)
            text = False
            for child in reversed(node.children):
                if type(child) is Text:
                    text = True
                else:
                    waiting.append((child, number, where))
            names = node.attrs
            attributes = tuple([(name, node.attr(name) or "") for name in names]) if names else ()
            place.append(Element(node.tag, _NAMESPACES[node.namespace.name], parent, attributes, self._tag(node), text))
            if node.shadow_root is not None:
                waiting += [(child, -1, where or 2) for child in reversed(node.shadow_root.children)]
        return tuple(found[0]), tuple(found[1]), tuple(found[2])

    def start(self, node: Any) -> int:
        """Where the tag of an element begins, -1 if the parser made it up."""
        if node is None or node.source_line is None:
            return -1
        return int(self._lines[node.source_line - 1] + node.source_col + self._mark)

    def _tag(self, node: Any) -> Span:
        """The start tag of an element. What the parser clones has the place of what it is cloned from."""
        start = self.start(node)
        if start < 0 or start in self._seen:
            return NOWHERE
        self._seen.add(start)
        return Span(start, tag_end(self._text, start - self._mark) + self._mark)


_NAMESPACES: dict[str, Literal["html", "svg", "math"]] = {"HTML": "html", "SVG": "svg", "MATHML": "math"}


def _is_quirky(text: str) -> bool:
    """In quirks mode a table does not end a paragraph (#parsing-main-inbody), so the parser itself knows the table of doctypes."""
    prefix = ""
    for token in tokens(text):
        if token.kind == "doctype":
            prefix = text[token.start : token.end]
        if token.kind not in ("comment", "bogus") and (token.kind != "text" or text[token.start : token.end].strip(" \t\n\f\r")):
            break
    paragraph = _parsed(f"{prefix}<p><table>").find("p")
    return paragraph is not None and bool(paragraph.children)


def _end(text: str) -> tuple[int, Any]:
    """Where the body ends for the tokenizer, and the parent of a comment put there: the current node (#insert-a-comment)."""
    guess = max((match.start() for match in _BODY_END.finditer(text)), default=-1)
    # a comment that is one there shows that the end tag is one too
    if guess >= 0 and (parent := _probe(text, guess)) is not None:
        return guess, parent
    ends: dict[str, int] = {}
    if _END.search(text):
        ends = {token.name: token.start for token in tokens(text) if token.kind == "end" and token.name in ("body", "html")}
    end = ends.get("body", ends.get("html", len(text)))
    return end, _probe(text, end)


def _bottom(text: str, end: int, parent: Any, start: int) -> int | None:
    """`start`: of the outermost element in the body that is open at `end`."""
    if parent is None or not _CLOSED_IN.isdisjoint(_open(parent)):
        return None
    if parent.tag == "body":
        return end
    if start >= 0 and getattr(_probe(text, start), "tag", "") == "body":
        return start
    places = _boundaries(text, end)
    return max((at for at, parent in _probes(text, places) if getattr(parent, "tag", "") == "body"), default=None)


def _place(at: int, parent: Any, reading: "_Reading", elements: tuple[Element, ...]) -> Place | None:
    """The place of `parent`, a node of another document, in `elements`: what stands before the probe is the same in both."""
    if parent is None or not _CLOSED_IN.isdisjoint(_open(parent)) or parent.tag in _TABLES:
        return None
    start = reading.start(parent)
    found = (number for number, one in enumerate(elements) if one.tag.start == start and one.name == parent.tag)
    number = next(found, -1)
    return Place(at, number) if number >= 0 else None


def _outermost(node: Any) -> Any:
    """The child of the body that `node` is or stands in."""
    found = node
    while node is not None and getattr(node, "tag", "body") != "body":
        found, node = node, node.parent
    return found


def _open(node: Any) -> Iterator[str]:
    """The names of the elements that are open where `node` is the current node."""
    return (one.tag for one in (node, *node.ancestors) if type(one).__name__ == "Element")


def _boundaries(text: str, end: int) -> list[int]:
    """Where a tag or a comment ends, and no raw text begins."""
    found: list[int] = []
    for token in tokens(text):
        if token.start >= end:
            break
        if token.kind in RAW_TEXT.values() and found and found[-1] == token.start:
            found.pop()
        if token.kind in ("start", "end", "comment", "bogus"):
            found.append(token.end)
    return found


def _probe(text: str, place: int) -> Any:
    """The element that is the parent of a comment put at `place`; None where it is none, or outside of the body."""
    mark = _mark(text)
    document = _parsed(f"{text[:place]}<!--{mark}-->{text[place:]}")
    body = document.find("body")
    comments = (node for nodes in (body.children if body else (), document.descendants) for node in nodes)
    node: Any = next((one for one in comments if type(one).__name__ == "Comment" and getattr(one, "data", "") == mark), None)
    inside = node is not None and type(node.parent).__name__ == "Element" and "body" in _open(node.parent)
    return node.parent if inside else None


def _probes(text: str, places: list[int]) -> Iterator[tuple[int, Any]]:
    """For each offset of `places` (in their order) at which a comment is a comment: it, and the comment's parent."""
    mark = _mark(text)
    parts: list[str] = []
    at = 0
    for place in places:
        parts += (text[at:place], f"<!--{mark}{place}-->")
        at = place
    node: Any
    for node in _parsed("".join((*parts, text[at:]))).descendants:
        if type(node).__name__ == "Comment" and node.data.startswith(mark):
            yield int(node.data.removeprefix(mark)), node.parent


def _mark(text: str) -> str:
    """A word that the text does not hold."""
    mark = "bottom"
    while mark in text:
        mark += "-"
    return mark
