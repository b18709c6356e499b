"""What the declarations of a block need from elsewhere in the stylesheets: custom properties, animations, fonts, counter styles.

What must stay true: too much rather than too little. A name that is mentioned where it could be used counts as used.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from assetforge.formats.css.rules import Declaration, Rule, declarations, outline
from assetforge.formats.css.tokens import COMMENT, IDENT, NAME, STRING, decode
from assetforge.text import Span

_WORTH_READING = re.compile(r"--|anim|font|counter|content|list-style|\\", re.IGNORECASE)
_DASHED = re.compile(rf"(?<![\w-])--(?:{NAME})*+")
_NAMING = re.compile(r"anim|list-style|content|counter")  # properties whose values name animations or counter styles
_WORD = re.compile(rf"{COMMENT}|({STRING})|({IDENT})\(?")
_SPACE = re.compile(r"[\s\"'(){};]+")
_IMPORTANT = re.compile(r"\s*!\s*important\s*\Z", re.IGNORECASE)


class Custom(NamedTuple):
    """A declaration of a custom property. `needs`: of its value, which is substituted where the property is used."""

    name: str
    span: Span
    needs: "Needs"


class Needs(NamedTuple):
    """`dashed`: names that begin with two dashes (custom properties, palettes, functions). `words`: identifiers and strings that
    could name an animation or a counter style. `families`: parts of font lists, in lower case, without quotes. `custom`: the
    block's own custom properties, whose needs are not among these."""

    dashed: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    custom: tuple[Custom, ...] = ()


NOTHING = Needs()


def needs(text: str, rule: Rule) -> Needs:
    """What a rule's own declarations need."""
    start, end = rule.block
    if not _WORTH_READING.search(text, max(start, 0), max(end, 0)):
        return NOTHING
    found = _Found()
    for one in declarations(text, rule):
        found.add(text, one)
    return found.needs()


def needs_of_value(value: str) -> Needs:
    """Of a value whose property may be any."""
    return Needs(dashed_names(value), _words(value), families(value))


def needs_of_style(value: str) -> Needs:
    """Of the value of a `style` attribute."""
    text = f"a{{{value}}}"
    found = outline(text) if _WORTH_READING.search(value) else ()
    return needs(text, found[0]) if found else NOTHING


def dashed_names(text: str) -> frozenset[str]:
    """The names with two dashes in it, decoded."""
    if "--" not in text:
        return frozenset()
    return frozenset(decode(text, *match.span()).text for match in _DASHED.finditer(text))


def families(value: str) -> frozenset[str]:
    """The parts of a font list: the first one of a `font` shorthand still has its sizes before it."""
    return frozenset(part for one in value.split(",") if (part := _plain(one)))


def family(value: str) -> str:
    """A font's name as `families` says it."""
    return _plain(value)


def wants_font(parts: Iterable[str], name: str) -> bool:
    """Is the font of this name among the parts of font lists?"""
    return any(part == name or part.endswith(" " + name) for part in parts)


def _plain(value: str) -> str:
    value = _IMPORTANT.sub("", value)
    if "\\" in value:
        value = decode(value, 0, len(value)).text
    return _SPACE.sub(" ", value.replace("/*", " /*").replace("*/", "*/ ")).strip().lower()


def _words(value: str) -> frozenset[str]:
    found = set()
    for match in _WORD.finditer(value):
        if match[1]:
            found.add(decode(value, match.start(1) + 1, match.end(1) - 1).text)
        elif match[2]:
            found.add(decode(value, *match.span(2)).text)
    return frozenset(found)


class _Found:
    def __init__(self) -> None:
        self.dashed: set[str] = set()
        self.words: set[str] = set()
        self.families: set[str] = set()
        self.custom: list[Custom] = []

    def add(self, text: str, one: Declaration) -> None:
        value = text[one.value.start : one.value.end]
        if one.name.startswith("--"):
            self.custom.append(Custom(one.name, one.span, needs_of_value(value)))
            return
        self.dashed |= dashed_names(value)
        if _NAMING.search(one.name):
            self.words |= _words(value)
        if one.name in ("font", "font-family"):
            self.families |= families(value)

    def needs(self) -> Needs:
        return Needs(frozenset(self.dashed), frozenset(self.words), frozenset(self.families), tuple(self.custom))
