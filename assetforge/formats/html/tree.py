"""The element tree of a page as a browser builds it, each element with its place in the text.

What must stay true: the tree is that of the HTML Standard's tree construction (another parser than ours builds it), and where an
element comes from a tag of the text, `tag` is that tag's span.
"""

from typing import Literal, NamedTuple

from assetforge.text import Span

NOWHERE = Span(-1, -1)


class Element(NamedTuple):
    """One element. `name`: local name, in lower case for HTML. `parent`: index into `Tree.elements`, -1 of the root element.
    `attributes`: as the parser reads them, the first of a name only. `tag`: its start tag in the text, `NOWHERE` for one that the
    parser made up (`<tbody>`, a missing `<head>`)."""

    name: str
    namespace: Literal["html", "svg", "math"]
    parent: int
    attributes: tuple[tuple[str, str], ...]
    tag: Span


class Tree(NamedTuple):
    """`elements`: in document order, the content of `<template>` left out. `templates`: elements inside of `<template>`, which no
    selector matches and no script of theirs runs. `bottom`: the last str offset in the body at which an element put there becomes a
    child of `<body>` and nothing but `html` and `body` is open, before the `</body>` of the tokenizer; None where there is none.
    `quirks`: is the document in quirks mode? `frameset`: has it a frameset for a body?"""

    elements: tuple[Element, ...]
    templates: tuple[Element, ...]
    bottom: int | None
    quirks: bool
    frameset: bool
