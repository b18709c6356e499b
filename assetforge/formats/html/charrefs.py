"""Character references decoded by the rules of HTML, with the way back to the file.

https://html.spec.whatwg.org/multipage/parsing.html#character-reference-state. `html.unescape` is no use here: it knows no attribute
values (`?a=1&copy=2` is a query of two parameters there) and no offsets. What must stay true: without a reference in it a text is
returned as it stands, and no offsets are made.
"""

import re
from html.entities import html5

from assetforge.text import Decoded

_REFERENCE = re.compile(r"&(?:#(?:[xX]0*+([0-9a-fA-F]*+)|0*+([0-9]*+));?+|([a-zA-Z][a-zA-Z0-9]*+;?+))")
_DIGITS = re.compile(r"&#(?:[xX][0-9a-fA-F]|[0-9])")
_LONGEST_LEGACY = max(len(name) for name in html5 if name[-1] != ";")
_XML = {"amp;", "lt;", "gt;", "quot;", "apos;"}

# Numeric references to C1 controls mean windows-1252 (#numeric-character-reference-end-state).
_C1 = dict(zip(
    (0x80, *range(0x82, 0x8D), 0x8E, *range(0x91, 0x9D), 0x9E, 0x9F),
    "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ",
    strict=True,
))  # fmt: skip


def decode(text: str, start: int, end: int, *, attribute: bool, xml: bool = False) -> Decoded:
    """`text[start:end]` as the parser reads it. `attribute`: it is an attribute's value. `xml`: names need their semicolon."""
    raw = text[start:end]
    if "&" not in raw:
        return Decoded(raw, start)
    pieces: list[str] = []
    offsets: list[int] = []
    at = 0
    for match in _REFERENCE.finditer(raw):
        value, length = _value(match, raw, attribute, xml)
        if not length:
            continue
        begin = match.start()
        pieces += (raw[at:begin], value)
        offsets += range(start + at, start + begin)
        offsets += [start + begin] * len(value)
        at = begin + length
    if not pieces:
        return Decoded(raw, start)
    pieces.append(raw[at:])
    offsets += range(start + at, end + 1)
    return Decoded("".join(pieces), start, tuple(offsets))


def _value(match: re.Match[str], raw: str, attribute: bool, xml: bool) -> tuple[str, int]:
    """What a reference stands for and how many characters it takes; no characters: it is none."""
    hexadecimal, decimal, name = match.groups()
    if name is None:
        if not _DIGITS.match(raw, match.start()):
            return "", 0
        return _character(hexadecimal, decimal), match.end() - match.start()
    if name[-1] == ";" and name in html5:
        return html5[name], len(name) + 1
    return ("", 0) if xml else _legacy(name, raw, match.start() + 1, attribute)


def _legacy(name: str, raw: str, at: int, attribute: bool) -> tuple[str, int]:
    """A name of the first days, which needs no semicolon: the longest that `name` begins with."""
    for length in range(min(len(name), _LONGEST_LEGACY), 1, -1):
        if name[:length] in html5:
            follows = raw[at + length : at + length + 1]
            if attribute and (follows == "=" or (follows.isascii() and follows.isalnum())):
                return "", 0
            return html5[name[:length]], length + 1
    return "", 0


def _character(hexadecimal: str | None, decimal: str | None) -> str:
    digits, radix = (decimal, 10) if hexadecimal is None else (hexadecimal, 16)
    code = int(digits or "0", radix) if digits is not None and len(digits) < 9 else 0
    if code in _C1:
        return _C1[code]
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd"
