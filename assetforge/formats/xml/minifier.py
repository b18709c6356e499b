"""An SVG without its comments and the white space between its elements.

What must stay true: nothing that is shown, run or read by its scripts changes. White space stays inside everything that shows text
or holds another language, and below `xml:space`; an SVG with scripts, event handlers, `:empty` or a document type that declares
entities is left alone; licences stay. The result is compared with the original in canonical form (Canonical XML 1.0, comments
off, the same white space aside): on any difference the original is served. Attributes, metadata and ids are never touched.
"""

import re

from assetforge.formats.xml.roots import XHTML
from assetforge.formats.xml.tokens import Token, entities, tokens
from assetforge.formats.xml.walk import XML
from assetforge.formats.xml.wellformed import tree
from assetforge.reference import Minified

_WHITE = " \t\r\n"
_LICENCE = re.compile(r"@licen[sc]e|@preserve|licen[sc]e|copyright|©|\(c\)", re.IGNORECASE)
_LOOKED_AT = re.compile(r"<(?:[\w.-]++:)?+script[\s/>]|\son[a-z]++\s*+=|:empty", re.IGNORECASE)
# Elements whose white space is shown, or is another language's.
_KEPT = frozenset(
    {
        "text", "tspan", "textPath", "tref", "altGlyph", "textArea", "flowRoot", "flowPara", "flowSpan", "flowDiv", "flowLine",
        "style", "script", "foreignObject", "title", "desc", "metadata",
    }
)  # fmt: skip
_NOT_SMALLER = "nothing to remove"


def minify(text: str, variant: str) -> Minified:
    """A smaller SVG that means the same."""
    if variant != "svg":
        return Minified(text, "only SVG is made smaller: in other XML white space may be data")
    if _LOOKED_AT.search(text):
        return Minified(text, "holds scripts or selectors that may look at its text nodes")
    small = _without(text)
    if small is None:
        return Minified(text, "not well-formed, declares entities, or is made into something else by XSLT")
    if len(small) >= len(text):
        return Minified(text, _NOT_SMALLER)
    reason = _difference(text, small)
    return Minified(text, reason) if reason else Minified(small)


def _without(text: str) -> str | None:
    """The text without what may go; None where it must be left alone."""
    parts: list[str] = []
    kept: list[bool] = []  # for every open element: does its white space stay?
    for token in tokens(text):
        kind = token.kind
        if kind == "broken" or (kind == "end" and not kept) or _rules_out(text, token):
            return None
        if not _may_go(text, token, bool(kept and kept[-1])):
            parts.append(text[token.start : token.end])
        if kind == "start":
            kept.append(bool(kept and kept[-1]) or _keeps(text, token))
        elif kind == "end":
            kept.pop()
    return "".join(parts) if not kept else None


def _rules_out(text: str, token: Token) -> bool:
    """Does this token make the document mean more than stands in it?"""
    if token.kind == "pi":
        return token.name == "xml-stylesheet" and "xsl" in text[token.start : token.end].lower()
    return token.kind == "doctype" and bool(entities(text, token))


def _may_go(text: str, token: Token, kept: bool) -> bool:
    if kept:
        return False
    if token.kind == "comment":
        return not (text.startswith("!", token.inner_start) or _LICENCE.search(text, token.inner_start, token.inner_end))
    return token.kind == "text" and not text[token.start : token.end].strip(_WHITE)


def _keeps(text: str, tag: Token) -> bool:
    """Does the white space inside this element stay? Elements of other namespaces count by their name: a prefix is no proof."""
    return tag.name.rpartition(":")[2] in _KEPT or "xml:space" in text[tag.inner_start : tag.inner_end] or _is_html(text, tag)


def _is_html(text: str, tag: Token) -> bool:
    return XHTML in text[tag.inner_start : tag.inner_end]


def _difference(before: str, after: str) -> str:
    """Why the two are not the same document; empty where they are."""
    from lxml import etree

    try:
        return "" if _canonical(before) == _canonical(after) else "the canonical form would differ"
    except (etree.LxmlError, ValueError) as error:
        return f"not well-formed ({str(error).partition(chr(10))[0]})"


def _canonical(text: str) -> bytes:
    """The canonical form without comments and without the white space that may go."""
    from lxml import etree

    root = tree(text, remove_comments=True)
    kept: set[object] = set()
    for element in root.iter(etree.Element):
        parent = element.getparent()
        name = etree.QName(element)
        space = element.get(f"{{{XML}}}space") is not None
        if parent in kept or name.localname in _KEPT or space or name.namespace == XHTML:
            kept.add(element)
        elif not (element.text or "").strip(_WHITE):
            element.text = None
        if parent is not None and parent not in kept and not (element.tail or "").strip(_WHITE):
            element.tail = None
    form: bytes = etree.tostring(root.getroottree(), method="c14n", with_comments=False)
    return form
