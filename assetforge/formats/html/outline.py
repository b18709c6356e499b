"""What a page loads and where others could stand: its scripts and stylesheets in document order, with all that decides about them.

Facts only, from the text of one page. Decisions are made in `pages/`.
"""

from typing import Literal, NamedTuple

from assetforge.formats.html.tree import Tree
from assetforge.text import Span


class Loading(NamedTuple):
    """An element that loads or holds a script or a stylesheet (`<script>`, `<link rel="stylesheet">` alternate or not, `<style>`).

    `span`: the element whole, its end tag included. `tag`: its start tag. `body`: the text between its tags, empty for a link.
    `attributes`: decoded, the first of a name. `number`: of the element in `tree.elements`, -1 where the tree has none of it.
    `parent`: the name of the parent element in the tree. `at_end`: nothing but white space, comments and other scripts follows
    up to the end of the body. `inert`: why it neither runs nor applies (`noscript`, `template`, `comment`), else empty.
    `foreign`: an element of SVG.
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

    def attribute(self, name: str) -> str | None:
        """The decoded value of an attribute, None where it is missing."""
        return next((value for key, value in self.attributes if key == name), None)


class Meta(NamedTuple):
    """What changes the meaning of what follows it. `span`: of the tag; `value`: the `href`, or the `content`, decoded."""

    kind: Literal["base", "charset", "csp", "referrer"]
    span: Span
    value: str


class Handler(NamedTuple):
    """An `on*` attribute. `element`: the element's name; `attribute`: in lower case; `code`: decoded; `at`: str offset of the value."""

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
