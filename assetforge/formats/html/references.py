"""What a page refers to, what other languages it holds, and where it can take an import map.

One walk over the tokens, in the order of the text. Most of a page is text and links to pages, which the pattern engine passes over
(`elements.SKIM`): d-postgresql is read at 47 MB/s, all tokens of it at 21.

Not followed: hyperlinks to pages, `ping`, `action` and `formaction` (addresses people and forms go to), `cite`, and what a script
makes of an attribute that no standard names, save the common ones of lazy loading.
"""

import re

from assetforge.formats.html import elements
from assetforge.formats.html.loaders import LOADERS, SVG_LOADERS, asset_kind, hyperlink, mode
from assetforge.formats.html.page import WHITE, Attributes, Page
from assetforge.formats.html.srcset import candidates
from assetforge.formats.html.tokens import Token, is_self_closing, tokens
from assetforge.reference import Mode, Parsed
from assetforge.text import Decoded, Span

_CONDITIONAL = re.compile(r"[ \t\n\f\r]*+\[if[^\]]*+\]>")
_STYLESHEET = re.compile(r"""<\?xml-stylesheet(?=[ \t\r\n])|[ \t\r\n]href[ \t\r\n]*+=[ \t\r\n]*+(?:"([^"]*+)"|'([^']*+)')""")
# What loads from a style: `url()`, `src()`, `image-set()`, and `AlphaImageLoader(src=)`; or any of it behind an escape.
_LOADS = re.compile(r"url\(|src|set\(|behavior|\\|&", re.IGNORECASE)
# What makes the script of a handler worth a look: a string may stand in it, or stylesheets are looked into.
_TELLING = re.compile("[\"'`&]|styleSheets|cssRules")


def parse(text: str, variant: str) -> Parsed:
    """References, embeds and findings of a page."""
    page = Page(text, variant == "xhtml")
    for token in tokens(text, xml=page.xml, skim=elements.SKIM):
        kind = token.kind
        if kind == "start":
            _start_tag(page, token)
        elif kind == "end":
            _end_tag(page, token)
        elif kind in ("text", "cdata"):
            page.content(token)
        elif kind in ("script", "rawtext"):  # the end tag may be passed over
            page.content(token)
            page.close_block(token.name)
        elif kind == "run":  # an empty element's end tag lies in it
            page.close_block()
        elif kind == "comment":
            _comment(page, token)
        elif kind == "pi":
            _instruction(page, token)
    page.close_block()
    return page.parsed()


def _start_tag(page: Page, tag: Token) -> None:
    attributes = page.attributes(tag)
    if page.xml:
        local = tag.name.rpartition(":")[2]
        tag = tag._replace(name=elements.SVG_LOWER.get(local, local))
    if tag.foreign:
        _svg(page, tag, attributes)
    else:
        if not page.xml:
            page.close_block()  # of a foreign script or style that this element broke out of
        if loader := LOADERS.get(tag.name):
            loader(page, tag, attributes)
        for attribute, span in attributes.items():
            _html_attribute(page, tag.name, attribute, span, attributes)
    for attribute, span in attributes.items():
        _any_attribute(page, attribute, span)
    if (tag.foreign or page.xml) and tag.name in ("script", "style") and is_self_closing(page.text, tag):
        page.close_block()


def _end_tag(page: Page, tag: Token) -> None:
    name = tag.name.rpartition(":")[2] if page.xml else tag.name
    if page.inert.get(name):
        page.inert[name] -= 1
    page.close_block(None if name in elements.BREAKOUT and not page.xml else name)


def _html_attribute(page: Page, element: str, attribute: str, span: Span, attributes: Attributes) -> None:
    """An attribute that the tables know."""
    if kind := elements.URLS.get((element, attribute)):
        page.add(page.value(span), kind, f"{element} {attribute}", mode(attributes))
    elif (element, attribute) in elements.SRCSETS:
        value = page.value(span)
        for start, end in candidates(value.text):
            page.add(value.slice(start, end), "image", f"{element} {attribute}", mode(attributes))
    elif attribute in elements.LAZY:
        _lazy(page, page.value(span), attribute)


def _lazy(page: Page, value: Decoded, attribute: str) -> None:
    """A script reads this: it is taken for URLs only where each plainly names an asset."""
    left, right = len(value.text) - len(value.text.lstrip(WHITE)), len(value.text.rstrip(WHITE))
    spans = list(candidates(value.text)) if elements.LAZY[attribute] else [(left, max(left, right))]
    kinds = [asset_kind(value.text[start:end]) for start, end in spans]
    for (start, end), kind in zip(spans, kinds, strict=True):
        if kind and None not in kinds:
            page.add(value.slice(start, end), kind, attribute, optional=True)


def _any_attribute(page: Page, attribute: str, span: Span) -> None:
    """Attributes of all elements that hold a style or a script; only where something in them may load."""
    if attribute == "style":
        if _LOADS.search(page.text, span.start, span.end):
            page.embed(page.value(span), "css-declarations")
    elif attribute.startswith("on") and "." in (raw := page.text[span.start : span.end]) and _TELLING.search(raw):
        page.embed(page.value(span), "js-handler")


def _svg(page: Page, tag: Token, attributes: Attributes) -> None:
    if loader := SVG_LOADERS.get(tag.name):
        loader(page, tag, attributes)
    for attribute, span in attributes.items():
        if attribute in elements.SVG_PRESENTATION and _LOADS.search(page.text, span.start, span.end):
            page.embed(page.value(span), "css-value")
        elif attribute in ("href", "xlink:href") and (kind := elements.SVG_URLS.get(tag.name)):
            how: Mode = "same-origin" if tag.name in elements.SVG_SAME_ORIGIN else mode(attributes)
            page.add(page.value(span), kind, f"{tag.name} {attribute}", how)
        elif attribute == "xlink:href" and tag.name == "a" and "href" not in attributes:
            hyperlink(page, span, "a xlink:href")


def _comment(page: Page, token: Token) -> None:
    """Conditional comments: what versions of Internet Explorer read as markup."""
    start, end = token.start + 4, max(token.start + 4, token.end - 3)
    match = _CONDITIONAL.match(page.text, start, end)
    if match and (close := page.text.rfind("<![endif]", match.end(), end)) > match.end():
        page.embed(Decoded(page.text[match.end() : close], match.end()), "html")


def _instruction(page: Page, token: Token) -> None:
    """`<?xml-stylesheet href="…"?>` (https://www.w3.org/TR/xml-stylesheet/)."""
    if not _STYLESHEET.match(page.text, token.start, token.end):
        return
    found = _STYLESHEET.search(page.text, token.start + 15, token.end)
    if found and found.lastindex:
        page.add(page.value(Span(*found.span(found.lastindex))), "style", "xml-stylesheet href")
