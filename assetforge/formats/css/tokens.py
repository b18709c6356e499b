r"""CSS Syntax Level 3 tokens as spans over the untouched text, and the decoding of escapes with the way back.

What must stay true: tokens tile the text (each begins where the last ended), each character is looked at a bounded number of
times, and no input raises. The text is not preprocessed as section 3.3 says, since offsets must stay the file's: newlines are
matched in all their forms (`\r\n` is one), NUL counts as the U+FFFD it becomes and lone
surrogates as the name code points they are. A byte order mark at the very
start is a token of its own.

Repetitions are possessive, so a match that fails is never tried again with a shorter repetition.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from assetforge.text import Decoded

# Fragments, for the patterns of the room. "Name code point" is any from U+0080 on (and NUL, which stands for U+FFFD). Said by what
# it is not: a class that reaches from U+0080 to the end of Unicode takes 5 ms to compile, and there are twenty of them.
NEWLINE = r"(?:\r\n|[\n\r\f])"
WHITE = r"[ \t\n\r\f]"
ESCAPE = r"\\(?:[0-9a-fA-F]{1,6}+(?:\r\n|[ \t\n\r\f])?+|[^0-9a-fA-F\n\r\f]|\Z)"
NAME_CHAR = r"[^\x01-,./:-@\[-^`{-\x7f]"  # [-0-9A-Za-z_\x00\x80-\U0010ffff]
NAME_START = r"[^\x01-@\[-^`{-\x7f]"  # [A-Za-z_\x00\x80-\U0010ffff]
NAME = rf"(?:{NAME_CHAR}++|{ESCAPE})"
IDENT = rf"(?:--|-?(?:{NAME_START}|{ESCAPE})){NAME}*+"
COMMENT = r"/\*(?:[^*]++|\*(?!/))*+(?:\*/)?+"
STRING = (
    rf'(?:"(?:[^"\\\n\r\f]++|{ESCAPE}|\\{NEWLINE})*+(?:"|\Z)'
    rf"|'(?:[^'\\\n\r\f]++|{ESCAPE}|\\{NEWLINE})*+(?:'|\Z))"
)  # fmt: skip
BAD_STRING = (
    rf'(?:"(?:[^"\\\n\r\f]++|{ESCAPE}|\\{NEWLINE})*+'
    rf"|'(?:[^'\\\n\r\f]++|{ESCAPE}|\\{NEWLINE})*+)"
)  # fmt: skip
NUMBER = r"[+-]?(?:[0-9]++(?:\.[0-9]++)?+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?+"


def letter(char: str) -> str:
    r"""A pattern for one letter of a name that has a meaning: any case, escaped or not (`u`, `U`, `\75 `, `\U`)."""
    codes = f"{ord(char.upper()):x}|{ord(char.lower()):x}"
    plain = f"[{char.lower()}{char.upper()}]"
    if char.lower() in "abcdef":  # `\a` is a hexadecimal escape
        return rf"(?:{plain}|\\0{{0,4}}(?i:{codes})(?:\r\n|[ \t\n\r\f])?+)"
    return rf"(?:{plain}|\\(?:{plain}|0{{0,4}}(?i:{codes})(?:\r\n|[ \t\n\r\f])?+))"


URL_NAME = "".join(map(letter, "url"))
URL_BODY = rf"(?:[^\"'()\\ \t\n\r\f\x01-\x08\x0b\x0e-\x1f\x7f]++|{ESCAPE})*+"
URL = rf"{URL_NAME}\({WHITE}*+(?![\"']){URL_BODY}{WHITE}*+(?:\)|\Z)"
BAD_URL = rf"{URL_NAME}\((?!{WHITE}*+[\"'])(?:[^)\\]++|\\[^\n\r\f]|\\)*+\)?+"

# Where two could match, the longer or more special stands first (section 4.3.1).
_KINDS = (
    ("whitespace", rf"{WHITE}++"),
    ("comment", COMMENT),
    ("punctuation", r"[(){}\[\]:;,]"),
    ("bom", r"\A\ufeff"),
    ("url", URL),
    ("bad-url", BAD_URL),
    ("dimension", rf"{NUMBER}{IDENT}"),
    ("percentage", rf"{NUMBER}%"),
    ("number", NUMBER),
    ("CDC", r"-->"),
    ("function", rf"{IDENT}\("),
    ("ident", IDENT),
    ("string", STRING),
    ("bad-string", BAD_STRING),
    ("hash", rf"\#{NAME}++"),
    ("at-keyword", rf"@{IDENT}"),
    ("CDO", r"<!--"),
    ("delim", r"[\s\S]"),
)
TOKEN = re.compile("|".join(f"(?P<{kind.replace('-', '_')}>{pattern})" for kind, pattern in _KINDS))
_NAMES = {kind.replace("-", "_"): kind for kind, _ in _KINDS}


class Token(NamedTuple):
    """`kind`: the specification's name; `punctuation` for `( ) { } [ ] : ; ,`; comments and the byte order mark are tokens too."""

    kind: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """The tokens of `text`, which they tile."""
    for match in TOKEN.finditer(text):
        yield Token(_NAMES[match.lastgroup or ""], match.start(), match.end())


_ESCAPED = re.compile(rf"\\(?P<digits>[0-9a-fA-F]{{1,6}}+)(?:\r\n|{WHITE})?+|(?P<line>\\{NEWLINE})|\\(?P<char>[\s\S])|\\\Z|\x00")


def decode(text: str, start: int, end: int) -> Decoded:
    r"""`text[start:end]`, the inside of a string, url or name, as CSS reads it (section 4.3.7). A line continuation vanishes."""
    if text.find("\\", start, end) < 0 and text.find("\x00", start, end) < 0:
        return Decoded(text[start:end], start)
    parts: list[str] = []
    offsets: list[int] = []
    at = start
    for match in _ESCAPED.finditer(text, start, end):
        parts.append(text[at : match.start()])
        offsets.extend(range(at, match.start()))
        value = _escaped(match)
        parts.append(value)
        offsets.extend([match.start()] * len(value))
        at = match.end()
    parts.append(text[at:end])
    offsets.extend(range(at, end + 1))
    return Decoded("".join(parts), start, tuple(offsets))


def _escaped(match: "re.Match[str]") -> str:
    if match["digits"]:
        code = int(match["digits"], 16)
        return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    if match["line"]:
        return ""
    return match["char"] if match["char"] not in (None, "\x00") else "\ufffd"
