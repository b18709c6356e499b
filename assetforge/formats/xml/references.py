"""The walk over a document, and who reads its elements.

What must stay true: a document with candidates is asked for well-formedness by a real parser before any of them is reported; one
without candidates costs no parser. Nothing is ever fetched, and no entity is looked through.
"""

import re

from assetforge.formats.xml import documents, svg
from assetforge.formats.xml.found import Found
from assetforge.formats.xml.roots import DocumentKind, kind_of
from assetforge.formats.xml.tokens import Token
from assetforge.formats.xml.walk import Closed, Instruction, Opened, walk
from assetforge.formats.xml.wellformed import fault
from assetforge.reference import Finding, Kind, Mode, Parsed
from assetforge.text import Span

_PSEUDO = re.compile(r"""(?<=[ \t\r\n])([a-zA-Z]++)[ \t\r\n]*+=[ \t\r\n]*+(?:"([^"<]*+)"|'([^'<]*+)')""")
_XSLT = frozenset({"text/xsl", "text/xml", "application/xml", "application/xslt+xml"})
# Without a match the document refers to nothing that is looked for: a sitemap of pages costs one search.
_LISTED = re.compile(r"xml-stylesheet|sitemap-image|sitemap-video|XSL/Transform")
_WORTH: dict[DocumentKind, "re.Pattern[str]"] = {
    "svg": svg.INTERESTING,
    "feed": re.compile(r"xml-stylesheet|enclosure|image|thumbnail|content|logo|icon"),
    "browserconfig": re.compile("src"),
    "opensearch": re.compile("Image"),
}


def parse(text: str, variant: str) -> Parsed:
    """The references and embeds of a document; none, and a note, where it is not well-formed."""
    kind: DocumentKind = "svg" if variant == "svg" else kind_of(text)
    if not _WORTH.get(kind, _LISTED).search(text):
        return Parsed()
    found = Found(text)
    broken = _walk(found, kind)
    if not (found.references or found.embeds or found.findings):
        return Parsed()
    message = "the markup breaks off here" if broken is not None else fault(text)
    if message:
        at = broken if broken is not None else 0
        note = f"not well-formed XML ({message}): no browser shows it, and it is left alone"
        return Parsed(findings=(Finding("xml-malformed", "note", Span(at, min(at + 1, len(text))), note),))
    return found.parsed()


def _walk(found: Found, kind: DocumentKind) -> int | None:
    """Fill `found`; where the document breaks, if it does."""
    for event in walk(found.text, {}):
        if isinstance(event, Opened):
            if kind == "svg":
                svg.opened(found, event.element)
            else:
                documents.opened(found, event.element, kind)
        elif isinstance(event, Closed):
            if kind == "svg":
                svg.closed(found, event.element)
            else:
                documents.closed(found, event.element, kind)
        elif isinstance(event, Instruction):
            _stylesheet(found, event.token)
        else:
            return event.at
    return None


def _stylesheet(found: Found, token: Token) -> None:
    """`<?xml-stylesheet href="…" type="…"?>` (Associating Style Sheets with XML documents)."""
    if token.name != "xml-stylesheet":
        return
    values = {}
    for match in _PSEUDO.finditer(found.text, token.inner_start, token.inner_end):
        values[match[1]] = match.span(2 if match[2] is not None else 3)
    if "href" not in values:
        return
    start, end = values.get("type", (0, 0))
    type_ = found.text[start:end].partition(";")[0].strip().lower()
    kind: Kind = "xslt" if type_ in _XSLT else "style"
    mode: Mode = "same-origin" if kind == "xslt" else "no-cors"
    if type_ in _XSLT or type_ in ("", "text/css"):
        found.add(found.decoded(*values["href"]), kind, "xml-stylesheet", mode=mode)
