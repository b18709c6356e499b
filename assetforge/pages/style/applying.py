"""What a browser makes of the elements that load or hold stylesheets: whether they apply, and whether the first paint waits.

The rules are those of the HTML Standard, "link type stylesheet" (4.6.7.22), "the style element" (4.2.6), and "blocking attributes"
(2.5.6). What must stay true: one that blocks is never said not to.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assetforge.formats.css.media import matches_screen
from assetforge.formats.html.outline import Loading
from assetforge.pages.style.sheet import Sheet

Role = Literal[
    "inert",  # never applies: in a `<noscript>` or `<template>`, another language, nothing to load
    "blocking",  # applies, and the first paint waits for it
    "inline",  # applies at once: a `<style>` that imports nothing
    "silent",  # does not apply, or not on a screen, but could: disabled, alternate, `media="print"`
    "body",  # stands in the body
]
_CSS = frozenset({"", "text/css"})
# What these two answer is generated: `@font-face` rules for the families in the query.
_FONT_SERVICE = re.compile(r"(?:https?:)?//(?:fonts\.googleapis\.com|fonts\.bunny\.net)/css2?\?(.*)", re.IGNORECASE | re.DOTALL)
_ICONS = re.compile(r"icons|symbols", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Styled:
    """A stylesheet's element. `index`: in `Outline.loading`."""

    index: int
    loading: Loading
    role: Role

    @property
    def media(self) -> str:
        return (self.loading.attribute("media") or "").strip()

    @property
    def title(self) -> str:
        return self.loading.attribute("title") or ""

    @property
    def is_link(self) -> bool:
        return self.loading.name == "link"


def styled(loading: tuple[Loading, ...], sheets: Mapping[int, Sheet]) -> tuple[Styled, ...]:
    """The elements of stylesheets, in document order. `sheets`: those that are known, by index."""
    return tuple(Styled(index, one, _role(one, sheets.get(index))) for index, one in enumerate(loading) if one.name != "script")


def is_alternate(one: Loading) -> bool:
    """Does it apply only if somebody chooses it (HTML Standard, 4.6.7.22: an alternative stylesheet)?"""
    return "alternate" in (one.attribute("rel") or "").lower().split() and bool(one.attribute("title"))


def is_of_font_service(one: Loading) -> bool:
    """Does it ask a service that answers with font faces and nothing else? For icons these services add a class of their own, so
    those are not meant."""
    match = _FONT_SERVICE.match(one.attribute("href") or "")
    return match is not None and _ICONS.search(match[1]) is None


def _role(one: Loading, sheet: Sheet | None) -> Role:
    if one.inert or one.foreign or _other_language(one):
        return "inert"
    if one.name == "link" and not (one.attribute("href") or "").strip():
        return "inert"
    if one.parent != "head":
        return "body"
    if one.name == "style" and (sheet is None or not sheet.imports):
        return "inline"
    # an alternative one without a title is not even loaded
    alternate = "alternate" in (one.attribute("rel") or "").lower().split()
    if one.attribute("disabled") is not None or alternate or not matches_screen(one.attribute("media") or ""):
        return "silent"
    return "blocking"


def _other_language(one: Loading) -> bool:
    kind = (one.attribute("type") or "").strip().lower()
    return (kind.partition(";")[0].rstrip() if one.name == "link" else kind) not in _CSS
