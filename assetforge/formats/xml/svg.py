"""What an SVG refers to (SVG 2, and what browsers still load of SVG 1.1), HTML inside `<foreignObject>` included.

What must stay true: only elements of the SVG and XHTML namespaces count. Presentation attributes and `style` are CSS, `on*`
attributes and `<script>` are JavaScript: all are handed on as embeds. `xml:base` is not looked at: no browser does any more.
"""

import re
from collections.abc import Iterator

from assetforge.formats.xml.found import Found
from assetforge.formats.xml.roots import SVG, XHTML
from assetforge.formats.xml.tokens import Attribute
from assetforge.formats.xml.walk import Element, named
from assetforge.reference import Kind, Mode
from assetforge.text import Decoded

XLINK = "http://www.w3.org/1999/xlink"

# Without one of these no SVG refers to anything: most icons need no walk at all.
INTERESTING = re.compile(r"""href|url|src|style|script|image-set|\bon[a-z]++\s*+=|[\\]|&#|attributeName""", re.IGNORECASE)

# `href` and `xlink:href`. Resources that become part of the document are fetched with mode "same-origin" (SVG 2, 16.2).
_HREF: dict[str, tuple[Kind, Mode]] = {
    "image": ("image", "no-cors"),
    "feImage": ("image", "no-cors"),
    "cursor": ("image", "no-cors"),
    "script": ("script", "no-cors"),
    "font-face-uri": ("font", "cors"),
    "color-profile": ("fetch", "no-cors"),
    "audio": ("audio", "no-cors"),
    "video": ("video", "no-cors"),
    **dict.fromkeys(
        ("use", "linearGradient", "radialGradient", "meshgradient", "pattern", "hatch", "filter", "textPath", "mpath", "tref"),
        ("image", "same-origin"),
    ),
}
_ANIMATED = frozenset({"animate", "set"})
_ANIMATION_VALUES = frozenset({"from", "to", "by", "values"})
_PRESENTATION = frozenset(
    {
        "fill", "stroke", "filter", "mask", "mask-image", "clip-path", "cursor", "marker", "marker-start", "marker-mid",
        "marker-end", "color-profile", "background", "background-image", "shape-inside", "shape-subtract", "src",
    }
)  # fmt: skip
# HTML inside an SVG.
_HTML: dict[tuple[str, str], Kind] = {
    ("img", "src"): "image", ("input", "src"): "image", ("source", "src"): "fetch", ("video", "src"): "video",
    ("video", "poster"): "image", ("audio", "src"): "audio", ("track", "src"): "track", ("iframe", "src"): "document",
    ("embed", "src"): "embed", ("object", "data"): "object", ("body", "background"): "image",
}  # fmt: skip
_SRCSET = frozenset({("img", "srcset"), ("source", "srcset")})
_LINK_RELS: dict[str, Kind] = {"stylesheet": "style", "icon": "image", "manifest": "manifest", "modulepreload": "module"}
_JAVASCRIPT = frozenset(
    {"", "text/javascript", "application/javascript", "application/ecmascript", "text/ecmascript", "text/jscript"}
)
_FILE = re.compile(r"[^?#]*?\.(?!(?:x?html?|php|aspx?|jsp|cgi)(?:[?#]|\Z))[a-zA-Z0-9]{1,8}(?:[?#]|\Z)", re.IGNORECASE)
_OWN_FRAGMENT = re.compile(r"""\s*+url\(\s*+["']?+#[^"'()\\]*+["']?+\s*+\)[\s\w#%.,-]*+""")
_BETWEEN = re.compile(r"[\s,]*+")
_URL = re.compile(r"\S++")
_DESCRIPTORS = re.compile(r"(?:[^,(]++|\([^)]*+\)?+)*+,?+")


def opened(found: Found, element: Element) -> None:
    """The references and embeds of an element's attributes."""
    if element.parent is None and element.local == "svg" and element.namespace != SVG:
        found.note("svg-namespace", element.tag.start, element.tag.end, "no image for a browser: the root is in no SVG namespace")
    if element.namespace not in (SVG, XHTML):
        return
    own = named(found.text, element)
    values = {one.local: one.attribute for one in own if not one.namespace}
    for one in own:
        if one.local == "href" and one.namespace in ("", XLINK) and element.namespace == SVG:
            _href(found, element, one.attribute, values)
        elif not one.namespace:
            _plain(found, element, one.attribute, values)


def closed(found: Found, element: Element) -> None:
    """The text of `<style>` and `<script>`."""
    if element.namespace not in (SVG, XHTML) or element.local not in ("style", "script") or not element.pieces:
        return
    own = named(found.text, element)
    values = {one.local: found.value(one.attribute).strip().lower() for one in own if one.local in ("type", "href", "src")}
    type_ = values.pop("type", "").partition(";")[0].rstrip()
    if element.local == "style":
        if type_ in ("", "text/css"):
            found.embed(found.content(element.pieces, "the style sheet"), "css")
    elif not values and (type_ == "module" or type_ in _JAVASCRIPT):
        found.embed(found.content(element.pieces, "the script"), "js-module" if type_ == "module" else "js")


def _href(found: Found, element: Element, attribute: Attribute, values: dict[str, Attribute]) -> None:
    local = element.local
    syntax = f"{local} {attribute.name}"
    if local == "a":
        _link(found, attribute, syntax)
    url = found.decoded(attribute.start, attribute.end) if local in _HREF else None
    if url is None:
        return
    kind, mode = _HREF[local]
    if local == "script" and "type" in values and found.value(values["type"]).strip().lower() == "module":
        kind, mode = "module", "cors"
    elif "crossorigin" in values and mode == "no-cors":
        mode = "cors"
    found.add(url, kind, syntax, mode=mode)


def _link(found: Found, attribute: Attribute, syntax: str) -> None:
    """A hyperlink, if it leads to a file and not to a page."""
    url = found.decoded(attribute.start, attribute.end)
    if url and _FILE.match(url.text.strip()):
        found.add(url, "link", syntax, optional=True)


def _plain(found: Found, element: Element, attribute: Attribute, values: dict[str, Attribute]) -> None:
    """An attribute without a namespace that is no `href` of SVG."""
    name, html = attribute.name, element.namespace == XHTML
    if name == "style":
        if _may_refer(found.text, attribute):
            found.embed(found.decoded(attribute.start, attribute.end), "css-declarations")
    elif name.startswith("on") and name.isalpha():
        found.embed(found.decoded(attribute.start, attribute.end), "js-handler")
    elif html:
        _html(found, element, attribute, values)
    elif name in _PRESENTATION:
        if _may_refer(found.text, attribute):
            found.embed(found.decoded(attribute.start, attribute.end), "css-value")
    elif name in _ANIMATION_VALUES and element.local in _ANIMATED:
        _animation(found, element, attribute, values)


def _may_refer(text: str, attribute: Attribute) -> bool:
    """Can this CSS hold a URL of more than a fragment?"""
    raw = text[attribute.start : attribute.end]
    return ("(" in raw or "\\" in raw or "&" in raw) and not _OWN_FRAGMENT.fullmatch(raw)


def _animation(found: Found, element: Element, attribute: Attribute, values: dict[str, Attribute]) -> None:
    """The values that an animated `href` or `fill` takes."""
    name = found.value(values["attributeName"]).strip() if "attributeName" in values else ""
    is_href = name == "href" or name.endswith(":href")
    kind, mode = _HREF.get(element.parent.local if element.parent else "", ("image", "no-cors"))
    if not is_href and (name not in _PRESENTATION or not _may_refer(found.text, attribute)):
        return
    read = found.decoded(attribute.start, attribute.end)
    for part in _parts(read) if read else ():
        if is_href:
            found.add(part, kind, f"{element.local} {attribute.name}", mode=mode)
        else:
            found.embed(part, "css-value")


def _parts(listed: Decoded) -> list[Decoded]:
    """A list with semicolons."""
    parts, at = [], 0
    for piece in listed.text.split(";"):
        parts.append(listed.slice(at, at + len(piece)))
        at += len(piece) + 1
    return parts


def _html(found: Found, element: Element, attribute: Attribute, values: dict[str, Attribute]) -> None:
    local, name = element.local, attribute.name
    key = (local, name)
    kind = _HTML.get(key)
    mode: Mode = "cors" if "crossorigin" in values else "no-cors"
    if key == ("link", "href"):
        rels = found.value(values["rel"]).lower().split() if "rel" in values else []
        kind = next((_LINK_RELS[rel] for rel in rels if rel in _LINK_RELS), None)
    elif key == ("script", "src"):
        module = "type" in values and found.value(values["type"]).strip().lower() == "module"
        kind, mode = ("module", "cors") if module else ("script", mode)
    elif key == ("a", "href"):
        _link(found, attribute, "a href")
    if kind is not None:
        found.add(found.decoded(attribute.start, attribute.end), kind, f"{local} {name}", mode=mode)
    elif key in _SRCSET and (read := found.decoded(attribute.start, attribute.end)):
        for start, end in _candidates(read.text):
            found.add(read.slice(start, end), "image", f"{local} {name}", mode=mode)


def _candidates(text: str) -> Iterator[tuple[int, int]]:
    """Where the URLs of a `srcset` stand (HTML Standard, "parse a srcset attribute")."""
    at = _behind(_BETWEEN, text, 0)
    while at < len(text):
        end = _behind(_URL, text, at)
        stripped = end - (len(text[at:end]) - len(text[at:end].rstrip(",")))
        yield at, stripped
        at = _behind(_BETWEEN, text, end if stripped < end else _behind(_DESCRIPTORS, text, end))


def _behind(pattern: "re.Pattern[str]", text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
