"""What feeds, sitemaps, browserconfig and other small documents refer to: a table, one row a place.

What must stay true: pages (`link`, `loc`, actions) are addresses that people keep and no assets, so they have no row. In a document
with `xml:base` relative URLs mean something else than they seem to, and are left alone with a note (RFC 4287, section 2).
"""

from typing import NamedTuple

from assetforge.formats.xml.found import Found
from assetforge.formats.xml.roots import RSS_1, DocumentKind
from assetforge.formats.xml.tokens import Attribute
from assetforge.formats.xml.walk import Element, named
from assetforge.reference import Kind, is_foreign
from assetforge.text import Decoded

ATOM = "http://www.w3.org/2005/Atom"
MEDIA = "http://search.yahoo.com/mrss"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PLAY = "http://www.google.com/schemas/play-podcasts/1.0"
SITEMAP_IMAGE = "http://www.google.com/schemas/sitemap-image/1.1"
SITEMAP_VIDEO = "http://www.google.com/schemas/sitemap-video/1.1"
XSLT = "http://www.w3.org/1999/XSL/Transform"
OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1"


class Row(NamedTuple):
    """`attribute`: the attribute that holds the URL, empty where it is the element's text. `kind` None: as the `type` or
    `medium` attribute says. `parent`, `rel`: what it must stand in, or have as `rel`, to count."""

    kind: Kind | None
    attribute: str = ""
    parent: str = ""
    rel: str = ""


_TILES = ("square70x70logo", "square150x150logo", "wide310x150logo", "square310x310logo", "TileImage")
_Rows = dict[tuple[str, str], Row]
_EVERYWHERE: _Rows = {(XSLT, "import"): Row("xslt", "href"), (XSLT, "include"): Row("xslt", "href")}
ROWS: dict[DocumentKind, _Rows] = {
    "feed": {
        ("", "enclosure"): Row(None, "url"),
        **{(namespace.rstrip("/"), "url"): Row("image", parent="image") for namespace in ("", *RSS_1)},
        (MEDIA, "content"): Row(None, "url"),
        (MEDIA, "thumbnail"): Row("image", "url"),
        (ITUNES, "image"): Row("image", "href"),
        (PLAY, "image"): Row("image", "href"),
        (ATOM, "link"): Row(None, "href", rel="enclosure"),
        (ATOM, "logo"): Row("image"),
        (ATOM, "icon"): Row("image"),
    },
    "sitemap": {
        (SITEMAP_IMAGE, "loc"): Row("image"),
        (SITEMAP_VIDEO, "thumbnail_loc"): Row("image"),
        (SITEMAP_VIDEO, "content_loc"): Row("video"),
    },
    "browserconfig": {("", tile): Row("image", "src") for tile in _TILES},
    "opensearch": {(OPENSEARCH, "Image"): Row("image")},
    "other": _EVERYWHERE,
}
_FAMILIES: dict[str, Kind] = {"image": "image", "audio": "audio", "video": "video"}


def opened(found: Found, element: Element, kind: DocumentKind) -> None:
    """The reference in an element's attributes."""
    row = _row(element, kind)
    if row is None or not row.attribute:
        return
    values = {one.attribute.name: one.attribute for one in named(found.text, element)}
    attribute = values.get(row.attribute)
    if attribute is None or (row.rel and _value(found, values, "rel") != row.rel):
        return
    url = found.decoded(attribute.start, attribute.end)
    said = _value(found, values, "type") or _value(found, values, "medium")
    resource = row.kind or _FAMILIES.get(said.partition("/")[0], "fetch")
    _add(found, element, url, resource, f"{element.tag.name} {row.attribute}")


def closed(found: Found, element: Element, kind: DocumentKind) -> None:
    """The reference that an element's text is."""
    row = _row(element, kind)
    if row is None or row.attribute or row.kind is None or not element.pieces:
        return
    if row.parent and (element.parent is None or element.parent.local != row.parent):
        return
    url = found.content(element.pieces, f"<{element.tag.name}>")
    _add(found, element, url, row.kind, element.tag.name)


def _row(element: Element, kind: DocumentKind) -> Row | None:
    return ROWS.get(kind, {}).get((element.namespace.rstrip("/"), element.local))


def _value(found: Found, values: dict[str, Attribute], name: str) -> str:
    return found.value(values[name]).strip().lower() if name in values else ""


def _add(found: Found, element: Element, url: Decoded | None, kind: Kind, syntax: str) -> None:
    if url is None:
        return
    if element.based and not is_foreign(url.text.strip()):
        tag = element.tag
        found.note("xml-base", tag.start, tag.end, "a relative URL below an xml:base: left alone")
        return
    if kind == "xslt":
        found.add(url, kind, syntax, mode="same-origin")
    else:
        found.add_listed(url, kind, syntax)
