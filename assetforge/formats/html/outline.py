"""What a page loads and where others could stand: its scripts and stylesheets in document order, with all that decides about them.

Facts only, from the text of one page. Decisions are made in `pages/`.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from assetforge.formats.html.tokens import Token, is_self_closing, raw_text
from assetforge.formats.html.tree import NOWHERE, Element, Tree, tree
from assetforge.text import Span

# Elements whose `name` makes them a property of the window (HTML Standard, named access on the Window object).
_NAMED = frozenset({"embed", "form", "frame", "iframe", "img", "object"})
_FRAMES = frozenset({"embed", "frame", "iframe", "object"})
_LOADING = frozenset({"link", "script", "style"})
_META = {"content-security-policy": "csp", "content-type": "charset"}
# What may follow the last scripts of a page without being content of it.
_NOTHING = re.compile(r"(?:[ \t\n\f\r]++|<!--(?:[^-]++|-(?!->))*+-->|</[a-zA-Z][^<>]*+>)*+")
_REVEALED = re.compile(r"<!--\[if[^\]]*+\](?:-->|>-->|><!-->)|<!--<!\[endif\]-->|<!\[(?:if|endif)[^>]*+>", re.IGNORECASE)
_END_TAG = re.compile(r"</[a-zA-Z][^ \t\n\f\r/>]*+[^>]*+>")
_OWN_ROOT = re.compile(r"<(?:!doctype|html|head|body|frameset)(?=[ \t\n\f\r/>])", re.IGNORECASE)


class Loading(NamedTuple):
    """An element that loads or holds a script or a stylesheet (`<script>`, `<link rel="stylesheet">` alternate or not, `<style>`).

    `span`: the element whole, its end tag included. `tag`: its start tag. `body`: the text between its tags, empty for a link.
    `attributes`: decoded, the first of a name. `number`: of the element in `tree.elements`, -1 where the tree has none of it.
    `parent`: the name of the parent element in the tree. `at_end`: nothing but white space, comments, end tags and others of
    which that is true follows up to the end of the text. `inert`: why it neither runs nor applies with scripts on (`noscript`,
    `template`), else empty. `foreign`: an element of SVG. `conditional`: between comments that Internet Explorer took for a
    condition (`<!--[if !IE]><!-->`).
    """

    name: Literal["script", "link", "style"]
    span: Span
    tag: Span
    body: Span
    attributes: tuple[tuple[str, str], ...]
    number: int
    parent: str
    at_end: bool = False
    inert: str = ""
    foreign: bool = False
    conditional: bool = False

    def attribute(self, name: str) -> str | None:
        """The decoded value of an attribute, None where it is missing."""
        return next((value for key, value in self.attributes if key == name), None)


class Meta(NamedTuple):
    """What changes the meaning of what follows it. `span`: of the tag; `value`: the `href`, or the `content`, decoded."""

    kind: Literal["base", "charset", "csp", "referrer"]
    span: Span
    value: str


class Handler(NamedTuple):
    """An `on*` attribute. `element`: the element's name; `code`: the value, decoded; `at`: str offset of the tag."""

    element: str
    attribute: str
    code: str
    at: int


class Outline(NamedTuple):
    """`loading` in document order, inert ones included. `frames`: str offsets of parser-inserted frames (iframe, frame, object,
    embed). `ids`: ids and names of elements that named access on the window finds (HTML Standard, 7.3.3), with the str offset of
    the first. `fragment`: the text has no `<html>`, `<head>` or `<body>` tag and no doctype of its own: it may be put into another
    page. `xhtml`: served as XML."""

    tree: Tree
    loading: tuple[Loading, ...]
    metas: tuple[Meta, ...]
    handlers: tuple[Handler, ...]
    frames: tuple[int, ...]
    ids: dict[str, int]
    fragment: bool
    xhtml: bool


def outline(text: str, *, xhtml: bool = False) -> Outline:
    """The outline of a page, or of a template whose syntax is masked."""
    built = tree(text)
    inert = [("template", element) for element in built.templates]
    found = [(element, number, "") for number, element in enumerate(built.elements) if element.name in _LOADING]
    found += [(element, -1, why) for why, element in inert if element.name in _LOADING]
    placed = sorted((one for one in found if one[0].tag != NOWHERE and _loads(one[0])), key=lambda one: one[0].tag)
    revealed = _revealed(text)
    loading = [_loading(text, built, element, number, why, revealed) for element, number, why in placed]
    return Outline(
        built,
        tuple(_marked_at_end(text, loading)),
        tuple(_metas(built.elements)),
        tuple(_handlers(built.elements)),
        tuple(sorted(element.tag.start for element in built.elements if element.name in _FRAMES and element.tag != NOWHERE)),
        _ids(built.elements),
        _OWN_ROOT.search(text) is None,
        xhtml,
    )


def _loads(element: Element) -> bool:
    if element.name != "link":
        return True
    rel = next((value for name, value in element.attributes if name == "rel"), "")
    return element.namespace == "html" and "stylesheet" in rel.lower().split()


def _loading(text: str, built: Tree, element: Element, number: int, inert: str, revealed: tuple[Span, ...]) -> Loading:
    foreign = element.namespace != "html"
    body, end = _body(text, element, foreign)
    return Loading(
        name=element.name,  # type: ignore[arg-type]  # one of _LOADING
        span=Span(element.tag.start, end),
        tag=element.tag,
        body=body,
        attributes=element.attributes,
        number=number,
        parent=built.elements[element.parent].name if number >= 0 and element.parent >= 0 else "",
        inert=inert,
        foreign=foreign,
        conditional=any(one.start <= element.tag.start < one.end for one in revealed),
    )


def _body(text: str, element: Element, foreign: bool) -> tuple[Span, int]:
    """The text between the tags of an element, and where its end tag ends."""
    at = element.tag.end
    if element.name == "link":
        return Span(at, at), at
    if foreign:
        if is_self_closing(text, Token("start", *element.tag, element.name, element.tag.start + 1 + len(element.name))):
            return Span(at, at), at
        close = re.compile(f"</{element.name}", re.IGNORECASE).search(text, at)
        end = close.start() if close else len(text)
    else:
        end = raw_text(text, at, element.name).end
    closing = _END_TAG.match(text, end)
    return Span(at, end), closing.end() if closing else len(text)


def _marked_at_end(text: str, loading: Iterable[Loading]) -> Iterator[Loading]:
    """`loading` with `at_end` known: nothing that is content stands between one and the next, from the last on backwards."""
    marked: list[Loading] = []
    following = len(text)
    for one in reversed(list(loading)):
        nothing = _NOTHING.match(text, one.span.end, following) if following >= 0 else None
        ends = nothing is not None and nothing.end() == following
        following = one.span.start if ends else -1
        marked.append(one._replace(at_end=ends))
    return reversed(marked)


def _revealed(text: str) -> tuple[Span, ...]:
    """What stands between the comments of a condition that browsers other than Internet Explorer see."""
    found, start = [], -1
    for match in _REVEALED.finditer(text):
        if "endif" in match[0].lower():
            if start >= 0:
                found.append(Span(start, match.start()))
            start = -1
        elif start < 0:
            start = match.end()
    return tuple(found)


def _metas(all_elements: Iterable[Element]) -> Iterator[Meta]:
    for element in all_elements:
        if element.namespace != "html" or element.name not in ("base", "meta") or element.tag == NOWHERE:
            continue
        values = dict(element.attributes)
        if element.name == "base":
            if "href" in values:
                yield Meta("base", element.tag, values["href"])
        elif "charset" in values:
            yield Meta("charset", element.tag, values["charset"])
        elif kind := _META.get(values.get("http-equiv", "").strip().lower()):
            yield Meta("csp" if kind == "csp" else "charset", element.tag, values.get("content", ""))
        elif values.get("name", "").strip().lower() == "referrer":
            yield Meta("referrer", element.tag, values.get("content", ""))


def _handlers(all_elements: Iterable[Element]) -> Iterator[Handler]:
    for element in all_elements:
        for name, value in element.attributes:
            if name.startswith("on") and len(name) > 2:
                yield Handler(element.name, name, value, element.tag.start)


def _ids(all_elements: Iterable[Element]) -> dict[str, int]:
    found: dict[str, int] = {}
    for element in all_elements:
        for name, value in element.attributes:
            if value and (name == "id" or (name == "name" and element.name in _NAMED)):
                found.setdefault(value, element.tag.start)
    return found
