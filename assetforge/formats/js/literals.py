"""Strings, templates without holes and regular expressions as JavaScript reads them, with the way back to the file.

What must stay true: `Decoded.text` is the value the script sees (ECMA-262, 12.9.4), and its offsets lead to the characters of the
source that make it. Escapes that are errors in strict code only (`\\1`) are read as sloppy code reads them.
"""

import re
from collections.abc import Iterator

from assetforge.text import Decoded

_ESCAPE = re.compile(
    r"\\(?:u(?P<pair>[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|u\{(?P<point>[0-9a-fA-F]{1,8})\}|u(?P<unit>[0-9a-fA-F]{4})"
    r"|x(?P<byte>[0-9a-fA-F]{2})|(?P<octal>[0-3][0-7]{0,2}|[4-7][0-7]?)"
    r"|(?P<line>\r\n|[\r\n\u2028\u2029])|(?P<char>.))",
    re.DOTALL,
)
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
_LINE_END = re.compile(r"\r\n?")


def decode(text: str, start: int, end: int) -> Decoded:
    """The literal `text[start:end]`, quotes included in the span and not in the value."""
    inner = text[start + 1 : end - 1]
    if "\\" not in inner and (text[start] != "`" or "\r" not in inner):
        return Decoded(inner, start + 1)
    chars: list[str] = []
    offsets: list[int] = []
    for value, at in _pieces(inner, template=text[start] == "`"):
        chars.extend(value)
        offsets.extend([start + 1 + at] * len(value))
    offsets.append(end - 1)
    return Decoded("".join(chars), start + 1, tuple(offsets))


def _pieces(inner: str, *, template: bool) -> Iterator[tuple[str, int]]:
    at = 0
    for found in _ESCAPE.finditer(inner):
        yield from _plain(inner, at, found.start(), template=template)
        yield _escaped(found), found.start()
        at = found.end()
    yield from _plain(inner, at, len(inner), template=template)


def _plain(inner: str, start: int, end: int, *, template: bool) -> Iterator[tuple[str, int]]:
    """Characters that stand for themselves; a template reads every line end as a line feed (12.9.6)."""
    for at in range(start, end):
        if template and inner[at] == "\r":
            if inner[at + 1 : at + 2] != "\n":
                yield "\n", at
        else:
            yield inner[at], at


def _escaped(found: re.Match[str]) -> str:
    kind, value = found.lastgroup, found[found.lastgroup or 0]
    if kind == "line":
        return ""
    if kind == "char":
        return _NAMED.get(value, value)
    if kind == "pair":  # two code units, one character
        return (chr(int(value[:4], 16)) + chr(int(value[6:], 16))).encode("utf-16", "surrogatepass").decode("utf-16")
    code = int(value, 8 if kind == "octal" else 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"
