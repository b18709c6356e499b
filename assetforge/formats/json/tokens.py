r"""JSON as a flat list of nodes with spans (RFC 8259).

What must stay true: one pass, no recursion (brackets nested a hundred thousand deep are only a long list), and the grammar to the
letter: the first thing that is not JSON ends the scan, because whoever reads the file ends there too. A byte order mark at the
start is skipped, as the Encoding Standard's UTF-8 decode does.
"""

import re
from typing import Literal, NamedTuple

from assetforge.text import Decoded

STRING = r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"'
SCALAR = r"-?+(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?+[0-9]++)?+|true|false|null"
_TOKEN = re.compile(rf"[ \t\n\r]*+(?:({STRING})|([{{}}\[\],:])|({SCALAR}))")
_REST = re.compile(r"[ \t\n\r]*+\Z")
_ESCAPE = re.compile(r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))")
_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_CLOSING = {"{": "}", "[": "]"}
_DEEPEST = 64  # nothing that is looked for lies deeper; a path is copied for every level above

NodeKind = Literal["{", "[", "}", "]", "key", "string", "scalar"]
Path = tuple[str | None, ...]


class Node(NamedTuple):
    """One piece of a JSON text. `path`: the keys that lead to it, None for a place in an array; a key's own path ends in it.
    `start`, `end`: the token's offsets, quotes included."""

    kind: NodeKind
    path: Path
    start: int
    end: int


class Broken(NamedTuple):
    """Where a text stops being JSON."""

    at: int


def decode(text: str, start: int, end: int) -> Decoded:
    """A string token without its quotes, as JSON reads it. Half a surrogate pair becomes U+FFFD, as it does in a URL."""
    start, end = start + 1, end - 1
    if "\\" not in text[start:end]:
        return Decoded(text[start:end], start)
    parts: list[str] = []
    offsets: list[int] = []
    at = start
    for match in _ESCAPE.finditer(text, start, end):
        parts += (text[at : match.start()], _escaped(match))
        offsets += range(at, match.start())
        offsets.append(match.start())
        at = match.end()
    parts.append(text[at:end])
    offsets += range(at, end + 1)
    return Decoded("".join(parts), start, tuple(offsets))


def _escaped(match: "re.Match[str]") -> str:
    high, low, code, short = match.groups()
    if high:
        return chr(0x10000 + ((int(high, 16) & 0x3FF) << 10) + (int(low, 16) & 0x3FF))
    if code:
        value = int(code, 16)
        return "\ufffd" if 0xD800 <= value <= 0xDFFF else chr(value)
    return _SHORT.get(short, short)


def scan(text: str) -> list[Node] | Broken:
    """The nodes of `text` in its order, those nested deeper than anything of interest left out."""
    nodes: list[Node] = []
    open_: list[tuple[str, Path]] = []  # the open brackets, each with its path
    path: Path = ()  # of the next value
    state = "value"  # what may come: value, first (value or `]`), key, first key (key or `}`), colon, after (`,` or closing)
    at = 1 if text.startswith("\ufeff") else 0
    while match := _TOKEN.match(text, at):
        group = match.lastindex or 0
        start, end = match.span(group)
        at, token = end, text[start]
        deep = len(open_) > _DEEPEST
        if group == 1 and state in ("key", "first key"):
            if not deep:
                path = (*open_[-1][1], decode(text, start, end).text)
                nodes.append(Node("key", path, start, end))
            state = "colon"
        elif group != 2 or token in "{[":
            if state not in ("value", "first"):
                return Broken(start)
            if not deep:
                nodes.append(Node(_KINDS.get(token, "scalar"), path, start, end))
            if group != 2:
                state = "after"
            else:
                open_.append((token, path))
                state = "first key" if token == "{" else "first"
                path = path if token == "{" or deep else (*path, None)
        elif token == ":" and state == "colon":
            state = "value"
        elif token == "," and state == "after" and open_:
            bracket, path = open_[-1]
            state = "key" if bracket == "{" else "value"
            path = path if bracket == "{" or deep else (*path, None)
        elif token in "}]" and open_ and _CLOSING[open_[-1][0]] == token and state in ("after", _MAY_CLOSE[token]):
            path = open_.pop()[1]
            if len(open_) <= _DEEPEST:
                nodes.append(Node("}" if token == "}" else "]", path, start, end))
            state = "after"
        else:
            return Broken(start)
        if not open_:
            return nodes if _REST.match(text, at) else Broken(at)
    return Broken(at)


_KINDS: dict[str, NodeKind] = {"{": "{", "[": "[", '"': "string"}
_MAY_CLOSE = {"}": "first key", "]": "first"}
