"""What an `@import` rule asks for: a stylesheet, and under which conditions (CSS Cascade 5, section 2).

What must stay true: a rule whose prelude is not understood whole gives None, never half a condition.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from assetforge.formats.css.rules import Rule
from assetforge.formats.css.tokens import COMMENT, TOKEN, URL_BODY, URL_NAME, WHITE, decode

_BLANK = rf"(?:{WHITE}++|{COMMENT})*+"
_BARE = re.compile(rf"{URL_NAME}\({WHITE}*+({URL_BODY}){WHITE}*+\)")
_LAYER_NAME = re.compile(r"[^\s(){}\[\],;\"']+")


class Import(NamedTuple):
    """`url`: decoded. `layer`: its name, empty for an anonymous one, None for none. `supports`: a condition for `@supports`;
    `media`: a media query list; both empty where there is none. `at`: str offset of the URL in the text."""

    url: str
    layer: str | None
    supports: str
    media: str
    at: int


def imported(text: str, rule: Rule) -> Import | None:
    """What an `@import` rule says; None where it is not understood."""
    start, end = rule.prelude
    words = _words(text, start, end)
    if words is None or not words or not (address := _address(text, words)):
        return None
    url, at, taken = address
    layer: str | None = None
    supports = ""
    if taken < len(words) and (said := _layer(text, words[taken])) is not None:
        layer, taken = said, taken + 1
    if taken < len(words) and (inner := _argument(text, words[taken], "supports")) is not None:
        supports, taken = f"({inner})", taken + 1
    media = text[words[taken].start : end].strip() if taken < len(words) else ""
    return Import(url, layer, supports, media, at)


class _Word(NamedTuple):
    """A component value: a token, or a function with all that is in its brackets."""

    kind: str
    start: int
    end: int


def _words(text: str, start: int, end: int) -> list[_Word] | None:
    """The component values of a prelude; None where brackets do not match."""
    words: list[_Word] = []
    opened: list[tuple[str, int]] = []
    for match in TOKEN.finditer(text, start, end):
        kind, value = match.lastgroup or "", match[0]
        if kind in ("bad_url", "bad_string"):
            return None
        if kind == "function" or value in ("(", "[", "{"):
            opened.append(("function" if kind == "function" else "block", match.start()))
        elif value in (")", "]", "}") and kind == "punctuation":
            if not opened:
                return None
            kind, begun = opened.pop()
            if not opened:
                words.append(_Word(kind, begun, match.end()))
        elif not opened and kind not in ("whitespace", "comment"):
            words.append(_Word(kind, match.start(), match.end()))
    return None if opened else words


def _address(text: str, words: Sequence[_Word]) -> tuple[str, int, int] | None:
    """The URL, its offset, and how many words it took."""
    first = words[0]
    if first.kind == "string":
        return decode(text, first.start + 1, first.end - 1).text, first.start + 1, 1
    if first.kind == "url" and (match := _BARE.fullmatch(text, first.start, first.end)):
        return decode(text, *match.span(1)).text, match.start(1), 1
    argument = _argument(text, first, "url")
    if argument is None:
        argument = _argument(text, first, "src")
    if argument and argument[0] in "\"'" and argument[-1] == argument[0] and len(argument) > 1:
        at = text.index(argument, first.start) + 1
        return decode(text, at, at + len(argument) - 2).text, at, 1
    return None


def _layer(text: str, word: _Word) -> str | None:
    if word.kind == "ident" and decode(text, word.start, word.end).text.lower() == "layer":
        return ""
    inner = _argument(text, word, "layer")
    return inner if inner and _LAYER_NAME.fullmatch(inner) else None


def _argument(text: str, word: _Word, name: str) -> str | None:
    """What stands in the brackets of the function `name`, None where the word is not that function."""
    if word.kind != "function":
        return None
    bracket = text.index("(", word.start, word.end)
    if decode(text, word.start, bracket).text.lower() != name:
        return None
    return text[bracket + 1 : word.end - 1].strip()
