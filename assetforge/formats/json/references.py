"""The variants of the JSON room, one row each, and the note for a text that is no JSON."""

from collections.abc import Callable

from assetforge.formats.json import importmap, jsonld, webmanifest
from assetforge.formats.json.tokens import Broken, Node, scan
from assetforge.reference import Finding, Parsed
from assetforge.text import Span

_VARIANTS: dict[str, Callable[[str, list[Node]], Parsed]] = {
    "webmanifest": webmanifest.parse,
    "importmap": importmap.parse,
    "json-ld": jsonld.parse,
}


def parse(text: str, variant: str) -> Parsed:
    """The references of `text`; none, and a note, where it is not JSON."""
    read = _VARIANTS.get(variant)
    if read is None:
        return Parsed()
    nodes = scan(text)
    if isinstance(nodes, Broken):
        span = Span(nodes.at, min(nodes.at + 1, len(text)))
        finding = Finding("json-invalid", "note", span, "not valid JSON from here on: the whole text is left alone")
        return Parsed(findings=(finding,))
    return read(text, nodes)
