"""Elements that load by rules of their own, one function each.

A row of `LOADERS` is called for a start tag of that name, before the attributes that the tables of `elements.py` know.
"""

import re
from collections.abc import Callable

from assetforge.formats.html import elements
from assetforge.formats.html.page import WHITE, Attributes, Page
from assetforge.formats.html.tokens import Token
from assetforge.reference import Kind, Mode
from assetforge.text import Decoded, Span

# #shared-declarative-refresh-steps
_REFRESH = re.compile(
    r"[ \t\n\f\r]*+[0-9.]++(?=[ \t\n\f\r;,])[ \t\n\f\r]*+[;,]?+[ \t\n\f\r]*+(?:url[ \t\n\f\r]*+=[ \t\n\f\r]*+)?+"
    r"""(?:"([^"]*+)|'([^']*+)|([^"'].*))""",
    re.IGNORECASE | re.DOTALL,
)
_AUTHORITY = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.\-]*+:)?//[^/]*+")
_SUFFIX = re.compile(r"\.([0-9]?[a-zA-Z][a-zA-Z0-9]{0,7})\Z")
_PLAIN_URL = re.compile(r"[^\s\"'`<>{}|^\\,;()$*]+")


def mode(attributes: Attributes) -> Mode:
    """#cors-settings-attributes."""
    return "cors" if "crossorigin" in attributes else "no-cors"


def hyperlink(page: Page, span: Span, syntax: str) -> None:
    """Links to files are reported, so that a missing download is noticed; links to pages are not."""
    raw = page.text[span.start : span.end]
    if "." in raw and _leads_to_file(raw.strip(WHITE)):
        page.add(page.value(span), "link", syntax)


def _leads_to_file(url: str) -> bool:
    path = _path(url)
    authority = _AUTHORITY.match(path)
    suffix = _SUFFIX.search(path, authority.end() if authority else 0)
    return suffix is not None and suffix[1].lower() not in elements.PAGE_SUFFIXES and path[:11].lower() != "javascript:"


def asset_kind(url: str) -> Kind | None:
    """The kind of an asset by its suffix, None where `url` does not plainly name one."""
    if not _PLAIN_URL.fullmatch(url):
        return None
    before, _, suffix = _path(url).rpartition(".")
    return elements.ASSET_SUFFIXES.get(suffix.lower()) if before else None


def _path(url: str) -> str:
    return re.split(r"[?#]", url, maxsplit=1)[0]


# -- head ------------------------------------------------------------------------------------------------------------------


def _base(page: Page, tag: Token, attributes: Attributes) -> None:
    """The first `href` counts, for what stands before it too (#the-base-element)."""
    if page.base is None and "href" in attributes and not any(page.inert.values()):
        page.base = page.value(attributes["href"]).text.strip(WHITE)


def _link(page: Page, tag: Token, attributes: Attributes) -> None:
    rels = page.word(attributes, "rel").split()
    if "modulepreload" in rels:
        page.module(tag, attributes)
    if "href" not in attributes:
        return
    kind = _link_kind(rels, page.word(attributes, "type"), page.word(attributes, "as"))
    kind = kind or elements.ITEMPROPS.get(page.word(attributes, "itemprop"))
    if kind:
        found = page.add(page.value(attributes["href"]), kind, "link href", "cors" if kind == "module" else mode(attributes))
        page.integrity(attributes, found)


def _link_kind(rels: list[str], type_: str, as_: str) -> Kind | None:
    """What a `<link>` loads, None where it loads nothing."""
    if "stylesheet" in rels:
        return "style" if type_.partition(";")[0].strip() in ("", "text/css") else None
    if "modulepreload" in rels:
        kind = elements.DESTINATIONS.get(as_, "module")
        return "module" if kind == "script" else kind
    if "preload" in rels or "prefetch" in rels:
        return elements.DESTINATIONS.get(as_, "fetch")
    if "alternate" in rels and type_ in elements.FEEDS:
        return "link"
    return next((elements.LINK_RELS[rel] for rel in rels if rel in elements.LINK_RELS), None)


def _meta(page: Page, tag: Token, attributes: Attributes) -> None:
    if "content" not in attributes:
        return
    value = page.value(attributes["content"])
    equiv = page.word(attributes, "http-equiv")
    if equiv == "content-security-policy":
        page.policies.append(value.text)
    elif equiv == "refresh":
        if match := _REFRESH.match(value.text):
            page.add(value.slice(*match.span(match.lastindex or 0)), "document", "meta refresh")
    else:
        _meta_property(page, value, attributes)


def _meta_property(page: Page, value: Decoded, attributes: Attributes) -> None:
    names = page.word(attributes, "property"), page.word(attributes, "name")
    name = next((name for name in names if name in elements.META), "")
    kind = elements.META.get(name) or elements.ITEMPROPS.get(page.word(attributes, "itemprop"))
    if kind and value.text.strip(WHITE).lower() != "none":
        page.add(value, kind, f"meta {name or 'itemprop'}")


# -- scripts and styles ----------------------------------------------------------------------------------------------------


def _script(page: Page, tag: Token, attributes: Attributes) -> None:
    """#prepare-the-script-element. Where `src` is, the content is not run."""
    format = _script_format(page, attributes)
    sources = ("href", "xlink:href") if tag.foreign else ("src",)
    source = next((name for name in sources if name in attributes), "")
    page.open_block("script", "" if source else format)
    if format:
        page.nonce(attributes)
    if format in ("js-module", "importmap"):
        page.module(tag, attributes)
    if source and format in ("js", "js-module"):
        kind: Kind = "module" if format == "js-module" else "script"
        how: Mode = "cors" if kind == "module" else mode(attributes)
        page.integrity(attributes, page.add(page.value(attributes[source]), kind, f"script {source}", how))


def _script_format(page: Page, attributes: Attributes) -> str:
    """The language of a script; empty: data, which no script engine reads."""
    type_, language = page.word(attributes, "type"), page.word(attributes, "language")
    if "type" not in attributes and language:
        type_ = f"text/{language}"
    return "js" if not type_ or type_ in elements.JAVASCRIPT else elements.SCRIPT_TYPES.get(type_, "")


def _style(page: Page, tag: Token, attributes: Attributes) -> None:
    page.open_block("style", "css" if page.word(attributes, "type") in ("", "text/css") else "")


# -- body ------------------------------------------------------------------------------------------------------------------


def _hyperlink(page: Page, tag: Token, attributes: Attributes) -> None:
    if "href" in attributes:
        hyperlink(page, attributes["href"], f"{tag.name} href")


def _media(page: Page, tag: Token, attributes: Attributes) -> None:
    page.media_mode = "cors" if "crossorigin" in attributes else "same-origin"


def _source(page: Page, tag: Token, attributes: Attributes) -> None:
    if "src" in attributes:
        value, type_ = page.value(attributes["src"]), page.word(attributes, "type")
        audio = type_.startswith("audio/") or (not type_ and asset_kind(value.text) == "audio")
        page.add(value, "audio" if audio else "video", "source src", "cors" if page.media_mode == "cors" else "no-cors")


def _track(page: Page, tag: Token, attributes: Attributes) -> None:
    """#start-the-track-processing-model: without `crossorigin` on the media element a track must be of the same origin."""
    if "src" in attributes:
        page.add(page.value(attributes["src"]), "track", "track src", page.media_mode)


def _input(page: Page, tag: Token, attributes: Attributes) -> None:
    if "src" in attributes and page.word(attributes, "type") == "image":
        page.add(page.value(attributes["src"]), "image", "input src")


def _iframe(page: Page, tag: Token, attributes: Attributes) -> None:
    if "srcdoc" in attributes:
        page.embed(page.value(attributes["srcdoc"]), "html")


def _object(page: Page, tag: Token, attributes: Attributes) -> None:
    """`codebase` is the base of `data` and `archive`: with it they resolve as no other reference of the page does."""
    if "codebase" in attributes:
        page.note("html-codebase", page.value(attributes["codebase"]), f"{tag.name} codebase: what is relative to it is left alone")
        return
    if "data" in attributes and tag.name == "object":
        page.add(page.value(attributes["data"]), "object", "object data")
    if "archive" in attributes:
        value = page.value(attributes["archive"])
        for match in elements.ARCHIVES[tag.name].finditer(value.text):
            page.add(value.slice(*match.span()), "object", f"{tag.name} archive")


def _inert(page: Page, tag: Token, attributes: Attributes) -> None:
    page.inert[tag.name] += 1


Loader = Callable[[Page, Token, Attributes], None]
LOADERS: dict[str, Loader] = {
    "base": _base, "link": _link, "meta": _meta, "script": _script, "style": _style, "a": _hyperlink, "area": _hyperlink,
    "audio": _media, "video": _media, "source": _source, "track": _track, "input": _input, "iframe": _iframe,
    "object": _object, "applet": _object, "noscript": _inert, "template": _inert,
}  # fmt: skip
SVG_LOADERS: dict[str, Loader] = {"script": _script, "style": _style, "a": _hyperlink}
