"""What a page refers to, what other languages it holds, and where it can take an import map.

One walk over the tokens, in the order of the text. What must stay true: a span leads to the author's characters of exactly one URL;
where the value of an attribute is not plainly a URL (white space inside, a base of its own) it is left alone with a note.

Not followed: hyperlinks to pages, `ping`, `action` and `formaction` (addresses people and forms go to), `cite`, and what a script
makes of an attribute that no standard names, save the common ones of lazy loading.
"""

import re
from collections.abc import Iterator

from assetforge.formats.html import elements
from assetforge.formats.html.charrefs import decode
from assetforge.formats.html.policy import Policy
from assetforge.formats.html.srcset import candidates
from assetforge.formats.html.tokens import ATTRIBUTE, Token, tokens
from assetforge.reference import Embed, Finding, IntegrityValue, Kind, Mode, ModuleSlot, Parsed, Reference, reference
from assetforge.text import Decoded, Span

Attributes = dict[str, Span]  # by name (lower case in HTML), the raw value; the first of a name counts

_BREAKS = re.compile(r"[\t\n\r]")
_REFRESH = re.compile(
    r"""[ \t\n\f\r]*+[0-9.]++[ \t\n\f\r]*+[;,]?[ \t\n\f\r]*+(?:url[ \t\n\f\r]*+=[ \t\n\f\r]*+)?(?:"([^"]*+)|'([^']*+)|([^"'].*))""",
    re.IGNORECASE | re.DOTALL,
)
_CONDITIONAL = re.compile(r"[ \t\n\f\r]*+\[if[^\]]*+\]>")
_STYLESHEET_PI = re.compile(r"""<\?xml-stylesheet[ \t\r\n](?:[^>]*?[ \t\r\n])?href[ \t\r\n]*+=[ \t\r\n]*+(?:"([^"]*+)"|'([^']*+)')""")
_FILE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*://[^/]*+/?(.*)|//[^/]*+/?(.*)|(.*)", re.DOTALL)
_SUFFIX = re.compile(r"\.([0-9]?[a-zA-Z][a-zA-Z0-9]{0,7})\Z")
_QUOTES = re.compile("[\"'`]")
_PLAIN_URL = re.compile(r"[^\s\"'`<>{}|^\\,;()$*]+")


def parse(text: str, variant: str) -> Parsed:
    """References, embeds and findings of a page."""
    page = _Page(text, variant == "xhtml")
    for token in tokens(text, xml=page.xml, skim=elements.SKIM):
        page.see(token)
    return page.parsed()


class _Page:
    """One walk: what was found so far."""

    def __init__(self, text: str, xml: bool) -> None:
        self.text, self.xml = text, xml
        self.references: list[Reference] = []
        self.embeds: list[Embed] = []
        self.integrities: list[tuple[Span, Span, str]] = []  # of the attribute, of the reference, the value
        self.findings: list[Finding] = []
        self.policies: list[str] = []
        self.base: str | None = None
        self.module_at: int | None = None
        self.nonce: Span | None = None
        self.inert = {"noscript": 0, "template": 0}
        self.media_mode: Mode = "same-origin"
        self.block: tuple[str, str] | None = None  # element and format of the open script or style
        self.pieces: list[Decoded] = []

    # -- tokens -------------------------------------------------------------------------------------------------------------

    def see(self, token: Token) -> None:
        kind = token.kind
        if kind == "start":
            self.start_tag(token)
        elif kind == "end":
            if token.name in self.inert and self.inert[token.name]:
                self.inert[token.name] -= 1
            if self.block and token.name == self.block[0]:
                self.end_block()
        elif kind in ("script", "rawtext"):
            if self.block:
                self.pieces.append(Decoded(self.text[token.start : token.end], token.start))
                self.end_block()
        elif kind in ("text", "cdata"):
            if self.block:
                self.pieces.append(self.content(token))
        elif kind == "comment":
            self.comment(token)
        elif kind == "pi" and (match := _STYLESHEET_PI.match(self.text, token.start, token.end)):
            self.add(self.value(Span(*match.span(match.lastindex or 1))), "style", "xml-stylesheet")

    def content(self, token: Token) -> Decoded:
        if token.kind == "text":
            return decode(self.text, token.start, token.end, attribute=False, xml=self.xml)
        end = token.end - 3 if self.text.endswith("]]>", token.start, token.end) else token.end
        return Decoded(self.text[token.start + 9 : end], token.start + 9)

    def end_block(self) -> None:
        (_, format), pieces = self.block or ("", ""), self.pieces
        self.block, self.pieces = None, []
        text = pieces[0] if len(pieces) == 1 else _joined(pieces)
        if text.text.strip():
            self.embeds.append(Embed(text, format))

    def comment(self, token: Token) -> None:
        """Conditional comments: what versions of Internet Explorer read as markup."""
        start, end = token.start + 4, token.end - 3
        match = _CONDITIONAL.match(self.text, start, max(start, end))
        if match and (close := self.text.rfind("<![endif]", match.end(), end)) > match.end():
            self.embeds.append(Embed(Decoded(self.text[match.end() : close], match.end()), "html"))

    # -- attributes ---------------------------------------------------------------------------------------------------------

    def value(self, span: Span) -> Decoded:
        return decode(self.text, *span, attribute=True, xml=self.xml)

    def string(self, attributes: Attributes, name: str) -> str:
        span = attributes.get(name)
        return self.value(span).text.strip(" \t\n\f\r") if span else ""

    def attributes(self, tag: Token) -> Attributes:
        found: Attributes = {}
        for match in ATTRIBUTE.finditer(self.text, tag.name_end, tag.end - 1):
            name = match[1] if self.xml else match[1].lower()
            if name not in found:
                group = match.lastindex or 1
                found[name] = Span(*match.span(group)) if group > 1 else Span(match.end(1), match.end(1))
        return found

    def add(
        self, value: Decoded, kind: Kind, syntax: str, mode: Mode = "no-cors", optional: bool = False
    ) -> Reference | None:
        """Report one URL, unless white space stands in it: the URL parser removes that, so its span is not its text."""
        if _BREAKS.search(value.text.strip(" \t\n\f\r")):
            if not optional and kind != "link":
                self.note("html-url-white-space", value, f"{syntax}: white space inside the URL: left alone")
            return None
        found = reference(value, kind, syntax, mode=mode, optional=optional)
        if found:
            self.references.append(found)
        return found

    def note(self, code: str, value: Decoded, message: str) -> None:
        self.findings.append(Finding(code, "note", value.span(0, len(value.text)), message))

    def embed(self, value: Decoded, format: str) -> None:
        self.embeds.append(Embed(value, format))

    # -- elements -----------------------------------------------------------------------------------------------------------

    def start_tag(self, tag: Token) -> None:
        name = tag.name
        if self.xml:
            name = name.rpartition(":")[2]
            name = elements.SVG_LOWER.get(name, name)
        attributes = self.attributes(tag)
        if tag.foreign:
            self.svg(name, attributes, tag)
        else:
            if special := _SPECIAL.get(name):
                special(self, tag, attributes)
            for attribute, span in attributes.items():
                self.html(name, attribute, span, attributes)
        for attribute, span in attributes.items():
            self.anywhere(attribute, span)

    def html(self, name: str, attribute: str, span: Span, attributes: Attributes) -> None:
        """An attribute of an HTML element that the tables know."""
        if kind := elements.URLS.get((name, attribute)):
            if attribute == "data" and "codebase" in attributes:
                return
            self.add(self.value(span), kind, f"{name} {attribute}", self.mode(name, attributes))
        elif (name, attribute) in elements.SRCSETS:
            value = self.value(span)
            for start, end in candidates(value.text):
                self.add(value.slice(start, end), "image", f"{name} {attribute}", self.mode(name, attributes))
        elif attribute in elements.LAZY:
            self.lazy(attribute, span)

    def mode(self, name: str, attributes: Attributes) -> Mode:
        if name == "track":
            return self.media_mode
        return "cors" if "crossorigin" in attributes else "no-cors"

    def lazy(self, attribute: str, span: Span) -> None:
        value = self.value(span)
        if elements.LAZY[attribute]:
            parts = [value.slice(start, end) for start, end in candidates(value.text)]
        else:
            left = len(value.text) - len(value.text.lstrip(" "))
            parts = [value.slice(left, max(left, len(value.text.rstrip(" "))))]
        kinds = [_asset_kind(part.text) for part in parts]
        for part, kind in zip(parts, kinds, strict=True):
            if kind and None not in kinds:
                self.add(part, kind, attribute, optional=True)

    def anywhere(self, attribute: str, span: Span) -> None:
        """Attributes of all elements that hold a style or a script."""
        raw = self.text[span.start : span.end]
        if attribute == "style":
            if "(" in raw or "&" in raw or "\\" in raw:
                self.embed(self.value(span), "css-declarations")
        elif attribute.startswith("on") and "." in raw and ("&" in raw or _QUOTES.search(raw)):
            self.embed(self.value(span), "js-handler")

    def svg(self, name: str, attributes: Attributes, tag: Token) -> None:
        for attribute, span in attributes.items():
            if attribute in elements.SVG_PRESENTATION and "(" in self.text[span.start : span.end]:
                self.embed(self.value(span), "css-value")
        if name in ("script", "style"):
            self.open_block(name, attributes, tag)
        kind = elements.SVG_URLS.get(name)
        for attribute in ("href", "xlink:href"):
            span = attributes.get(attribute)
            if span and kind:
                mode: Mode = "same-origin" if name in elements.SVG_SAME_ORIGIN else "no-cors"
                if name == "script" and self.string(attributes, "type").lower() == "module":
                    kind, mode = "module", "cors"
                self.add(self.value(span), kind, f"{name} {attribute}", mode)
            elif span and name == "a":
                self.hyperlink(span, f"a {attribute}")

    def hyperlink(self, span: Span, syntax: str) -> None:
        """Links to files are reported, so that a missing download is noticed; links to pages are not."""
        raw = self.text[span.start : span.end]
        if "." in raw and _leads_to_file(raw):
            self.add(self.value(span), "link", syntax)

    # -- scripts and styles -------------------------------------------------------------------------------------------------

    def open_block(self, name: str, attributes: Attributes, tag: Token) -> None:
        type_ = self.string(attributes, "type").lower()
        if name == "style":
            self.block = ("style", "css") if type_ in ("", "text/css") else None
            return
        format = _script_format(type_, self.string(attributes, "language").lower(), attributes)
        if not self.nonce and format and attributes.get("nonce", Span(0, 0))[0] < attributes.get("nonce", Span(0, 0))[1]:
            self.nonce = attributes["nonce"]
        if format in ("js-module", "importmap"):
            self.module(tag)
        external = "src" in attributes or (tag.foreign and ("href" in attributes or "xlink:href" in attributes))
        self.block = (name, format) if format and not external else None

    def module(self, tag: Token) -> None:
        if self.module_at is None and not any(self.inert.values()):
            self.module_at = tag.start

    def integrity(self, attributes: Attributes, found: Reference | None) -> None:
        span = attributes.get("integrity")
        if found and span and (value := self.text[span.start : span.end]).strip():
            self.integrities.append((span, found.span, value))

    # -- result -------------------------------------------------------------------------------------------------------------

    def parsed(self) -> Parsed:
        if self.block:
            self.end_block()
        policy = Policy(self.policies)
        references = sorted(self.references, key=lambda one: one.span)
        embeds = tuple(self.embeds)
        if self.policies:
            locks = {one[1]: policy.covers_integrity(one[2]) for one in self.integrities}
            references = [one._replace(locked=locks.get(one.span) or policy.covers_name(one.url)) for one in references]
            embeds = tuple(one._replace(locked=_lock(policy, one)) for one in embeds)
        index = {one.span: at for at, one in enumerate(references) if not one.locked} if self.integrities else {}
        return Parsed(
            references=tuple(references),
            embeds=embeds,
            integrities=tuple(IntegrityValue(span, index[of]) for span, of, _ in self.integrities if of in index),
            findings=tuple(self.findings),
            base=self.base,
            module_slot=self.slot(policy),
        )

    def slot(self, policy: Policy) -> ModuleSlot | None:
        if self.module_at is None:
            return None
        nonce = self.nonce or Span(0, 0)
        raw = self.text[nonce.start : nonce.end]
        return ModuleSlot(self.module_at, policy.refuses_inline_script(self.value(nonce).text), raw)


# -- elements with rules of their own ------------------------------------------------------------------------------------------


def _base(page: _Page, tag: Token, attributes: Attributes) -> None:
    if page.base is None and "href" in attributes and not any(page.inert.values()):
        page.base = page.string(attributes, "href")


def _link(page: _Page, tag: Token, attributes: Attributes) -> None:
    rels = page.string(attributes, "rel").lower().split()
    type_ = page.string(attributes, "type").lower()
    if "modulepreload" in rels:
        page.module(tag)
    if "href" not in attributes:
        return
    kind = _link_kind(rels, type_, page.string(attributes, "as").lower())
    itemprop = elements.ITEMPROPS.get(page.string(attributes, "itemprop"))
    if kind or itemprop:
        mode: Mode = "cors" if "crossorigin" in attributes or kind == "module" else "no-cors"
        page.integrity(attributes, page.add(page.value(attributes["href"]), kind or itemprop or "image", "link href", mode))


def _link_kind(rels: list[str], type_: str, as_: str) -> Kind | None:
    """What a `<link>` loads, None where it loads nothing."""
    if "stylesheet" in rels:
        return "style" if type_ in ("", "text/css") or type_.startswith("text/css;") else None
    if "modulepreload" in rels:
        kind = elements.DESTINATIONS.get(as_, "module")
        return "module" if kind == "script" else kind
    if "preload" in rels or "prefetch" in rels:
        return elements.DESTINATIONS.get(as_, "fetch")
    if "alternate" in rels and type_ in elements.FEEDS:
        return "link"
    return next((elements.LINK_RELS[rel] for rel in rels if rel in elements.LINK_RELS), None)


def _meta(page: _Page, tag: Token, attributes: Attributes) -> None:
    span = attributes.get("content")
    if not span:
        return
    value = page.value(span)
    equiv = page.string(attributes, "http-equiv").lower()
    if equiv == "content-security-policy":
        page.policies.append(value.text)
    elif equiv == "refresh":
        if (match := _REFRESH.match(value.text)) and match.lastindex:
            page.add(value.slice(*match.span(match.lastindex)), "document", "meta refresh")
    else:
        names = (page.string(attributes, "property").lower(), page.string(attributes, "name").lower())
        kind = next((elements.META[name] for name in names if name in elements.META), None)
        kind = kind or elements.ITEMPROPS.get(page.string(attributes, "itemprop"))
        if kind and value.text.strip().lower() != "none":
            page.add(value, kind, f"meta {names[0] or names[1] or 'itemprop'}")


def _script(page: _Page, tag: Token, attributes: Attributes) -> None:
    page.open_block("script", attributes, tag)
    format = _script_format(
        page.string(attributes, "type").lower(), page.string(attributes, "language").lower(), attributes
    )
    if "src" in attributes and format in ("js", "js-module"):
        kind: Kind = "module" if format == "js-module" else "script"
        mode: Mode = "cors" if kind == "module" or "crossorigin" in attributes else "no-cors"
        page.integrity(attributes, page.add(page.value(attributes["src"]), kind, "script src", mode))


def _style(page: _Page, tag: Token, attributes: Attributes) -> None:
    page.open_block("style", attributes, tag)


def _source(page: _Page, tag: Token, attributes: Attributes) -> None:
    if "src" in attributes:
        type_ = page.string(attributes, "type").lower()
        kind = _asset_kind(page.string(attributes, "src").partition("?")[0])
        audio = type_.startswith("audio/") or (not type_.startswith("video/") and kind == "audio")
        page.add(page.value(attributes["src"]), "audio" if audio else "video", "source src", page.mode("source", attributes))


def _input(page: _Page, tag: Token, attributes: Attributes) -> None:
    if "src" in attributes and page.string(attributes, "type").lower() == "image":
        page.add(page.value(attributes["src"]), "image", "input src")


def _hyperlink(page: _Page, tag: Token, attributes: Attributes) -> None:
    if "href" in attributes:
        page.hyperlink(attributes["href"], f"{tag.name} href")


def _iframe(page: _Page, tag: Token, attributes: Attributes) -> None:
    if "srcdoc" in attributes:
        page.embed(page.value(attributes["srcdoc"]), "html")


def _media(page: _Page, tag: Token, attributes: Attributes) -> None:
    page.media_mode = "cors" if "crossorigin" in attributes else "same-origin"


def _object(page: _Page, tag: Token, attributes: Attributes) -> None:
    """`codebase` is the base of `data` and `archive`: with it they resolve to what no other reference of the page resolves to."""
    if "codebase" in attributes:
        page.note("html-codebase", page.value(attributes["codebase"]), f"{tag.name} codebase: what is relative to it is left alone")
    elif "archive" in attributes:
        value = page.value(attributes["archive"])
        for match in elements.ARCHIVES[tag.name].finditer(value.text):
            page.add(value.slice(*match.span()), "object", f"{tag.name} archive")


def _inert(page: _Page, tag: Token, attributes: Attributes) -> None:
    page.inert[tag.name] += 1


_SPECIAL = {
    "a": _hyperlink, "area": _hyperlink, "base": _base, "link": _link, "meta": _meta, "script": _script, "style": _style,
    "source": _source, "input": _input, "iframe": _iframe, "audio": _media, "video": _media, "object": _object, "applet": _object,
    "noscript": _inert, "template": _inert,
}  # fmt: skip


# -- values ----------------------------------------------------------------------------------------------------------------


def _script_format(type_: str, language: str, attributes: Attributes) -> str:
    """https://html.spec.whatwg.org/multipage/scripting.html#prepare-the-script-element: what a script block holds; empty: data."""
    if "type" not in attributes and language:
        type_ = f"text/{language}"
    if not type_ or type_ in elements.JAVASCRIPT:
        return "js"
    return elements.SCRIPT_TYPES.get(type_, "")


def _leads_to_file(url: str) -> bool:
    path = re.split(r"[?#]", url, maxsplit=1)[0].strip(" \t\n\f\r")
    match = _FILE.fullmatch(path)
    suffix = _SUFFIX.search((match and (match[1] or match[2] or match[3] or "")) or "")
    return suffix is not None and suffix[1].lower() not in elements.PAGE_SUFFIXES and not path.lower().startswith("javascript:")


def _asset_kind(url: str) -> Kind | None:
    """The kind of an asset by its suffix, None where `url` does not plainly name one."""
    if not _PLAIN_URL.fullmatch(url):
        return None
    path = re.split(r"[?#]", url, maxsplit=1)[0]
    return elements.ASSET_SUFFIXES.get(path.rpartition(".")[2].lower()) if "." in path else None


def _lock(policy: Policy, embed: Embed) -> str:
    if embed.format == "html" and policy.has_hashes:
        return "a content security policy of the page may list what it holds"
    return policy.covers(embed.text.text)


def _joined(pieces: list[Decoded]) -> Decoded:
    """Text in several pieces (character references, CDATA sections) as one."""
    if not pieces:
        return Decoded("", 0)
    offsets: list[int] = []
    for piece in pieces:
        offsets += (piece.raw(at) for at in range(len(piece.text)))
    offsets.append(pieces[-1].raw(len(pieces[-1].text)))
    return Decoded("".join(piece.text for piece in pieces), offsets[0], tuple(offsets))
