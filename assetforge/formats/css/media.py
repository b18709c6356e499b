"""Which media query lists can match a screen (Media Queries 4).

What must stay true: a list that some browser of today matches on some screen is never said not to; what is not understood may.
"""

import re

from assetforge.formats.css.tokens import COMMENT, IDENT, TOKEN, WHITE, decode

_BLANK = rf"(?:{WHITE}++|{COMMENT})*+"
_TYPE = re.compile(rf"{_BLANK}(?:([oO][nN][lL][yY]|[nN][oO][tT])(?:{WHITE}++|{COMMENT})++)?({IDENT}){_BLANK}")
_SCREENS = frozenset({"all", "screen"})
# Of Internet Explorer and Edge before it was Chromium: no browser of today knows them, so their queries are `not all`.
_GONE = re.compile(rf"(?i)\({WHITE}*+-ms-|(?:^|{WHITE})\\0|\(\s*(?:min|max)-width:\s*0\\0\s*\)")


def matches_screen(queries: str) -> bool:
    """Can the list match a screen? An empty one matches everything."""
    return not queries.strip() or any(_matches(query) for query in listed(queries))


def listed(text: str) -> list[str]:
    """The parts of a list, which commas outside of brackets separate."""
    if "," not in text:
        return [text]
    if "(" not in text and "[" not in text and '"' not in text and "'" not in text and "/*" not in text and "\\" not in text:
        return text.split(",")
    parts, depth, start = [], 0, 0
    for match in TOKEN.finditer(text):
        kind, value = match.lastgroup, match[0]
        if kind == "function" or value in ("(", "[", "{"):
            depth += 1
        elif value in (")", "]", "}") and kind == "punctuation":
            depth = max(0, depth - 1)
        elif value == "," and kind == "punctuation" and not depth:
            parts.append(text[start : match.start()])
            start = match.end()
    parts.append(text[start:])
    return parts


def _matches(query: str) -> bool:
    if _GONE.search(query):
        return False
    match = _TYPE.match(query)
    if match is None:
        return True  # a condition without a type
    word, name = (match[1] or "").lower(), decode(query, *match.span(2)).text.lower()
    if name == "not" and not word:
        return True  # `not (condition)`
    if word == "not":
        # `not screen and (x)` is the negation of the whole
        return name not in _SCREENS or match.end() < len(query)
    return name in _SCREENS
