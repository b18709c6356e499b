r"""XML as tokens that tile the text (XML 1.0, fifth edition), and the way from raw characters to what they mean.

What must stay true: every character belongs to exactly one token; one pass, and no pattern can back up over what it passed (all
quantifiers are possessive), so five megabytes on one line or an opening that never closes cost one look. The tokenizer is strict
where that is cheap: the first thing that cannot be XML ends it with a `broken` token, because it ends an XML parser as well.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from assetforge.text import Decoded

WHITE = "[ \t\r\n]"
NAME = r"[^\s<>/=&'\"!?\[\]]++"
VALUE = r"""(?:"[^"<]*+"|'[^'<]*+')"""
_ATTRIBUTE = re.compile(rf"{WHITE}++({NAME}){WHITE}*+={WHITE}*+({VALUE})")
_START = re.compile(rf"<({NAME})((?:{WHITE}++{NAME}{WHITE}*+={WHITE}*+{VALUE})*+){WHITE}*+(/?+)>")
_END = re.compile(rf"</({NAME}){WHITE}*+>")
_PI = re.compile(r"<\?([^\s?>]++)")
_SUBSET = re.compile(r"""[\]"']|<!--|<\?""")
_CLOSERS = {'"': '"', "'": "'", "<!--": "-->", "<?": "?>"}
_DOCTYPE = re.compile(r"""<!DOCTYPE(?:[^\["'>]++|"[^"]*+"|'[^']*+')*+""")
_DOCTYPE_END = re.compile(rf"{WHITE}*+>")
_ENTITY = re.compile(rf"""<!ENTITY{WHITE}++(%{WHITE}++)?+({NAME}){WHITE}++(?:"([^"]*+)"|'([^']*+)'|(SYSTEM|PUBLIC))""")
_SPECIAL = re.compile(r"&(?:#([0-9]{1,9}+)|#x([0-9a-fA-F]{1,8}+)|([^\s&;<#]{1,64}+));|\r\n|[\r\n\t]")

ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}

TokenKind = Literal["start", "empty", "end", "text", "cdata", "comment", "pi", "doctype", "broken"]


class Token(NamedTuple):
    """One token. `name`: of the element or the instruction's target. `inner_start`, `inner_end`: the attributes of a tag, the
    content of a comment, CDATA section or instruction, the internal subset of a document type."""

    kind: TokenKind
    start: int
    end: int
    name: str = ""
    inner_start: int = 0
    inner_end: int = 0


class Attribute(NamedTuple):
    """An attribute; `start..end` is its value without the quotes."""

    name: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """The tokens of `text`: they tile it, and a `broken` one, if any, is the last."""
    at, size = (1 if text.startswith("\ufeff") else 0), len(text)
    if at:
        yield Token("text", 0, 1, "", 0, 1)
    while at < size:
        if text[at] != "<":
            end = text.find("<", at)
            token = Token("text", at, size if end < 0 else end, "", at, size if end < 0 else end)
        else:
            token = _markup(text, at)
        yield token
        at = token.end


def _markup(text: str, at: int) -> Token:
    """The token that begins with the `<` at `at`."""
    if match := _START.match(text, at):
        return Token("empty" if match[3] else "start", at, match.end(), match[1], *match.span(2))
    if match := _END.match(text, at):
        return Token("end", at, match.end(), match[1])
    if text.startswith("<!--", at):
        return _until(text, at, "comment", at + 4, "-->")
    if text.startswith("<![CDATA[", at):
        return _until(text, at, "cdata", at + 9, "]]>")
    if match := _PI.match(text, at):
        return _until(text, at, "pi", match.end(), "?>", match[1])
    if match := _DOCTYPE.match(text, at):
        return _doctype(text, at, match.end())
    return Token("broken", at, len(text))


def _until(text: str, at: int, kind: TokenKind, inner: int, closing: str, name: str = "") -> Token:
    end = text.find(closing, inner)
    if end < 0:
        return Token("broken", at, len(text))
    return Token(kind, at, end + len(closing), name, inner, end)


def _doctype(text: str, at: int, end: int) -> Token:
    inner = (end, end)
    if text.startswith("[", end):
        bracket = _subset_end(text, end + 1)
        if bracket < 0:
            return Token("broken", at, len(text))
        inner, end = (end + 1, bracket), bracket + 1
    closed = _DOCTYPE_END.match(text, end)
    return Token("doctype", at, closed.end(), "", *inner) if closed else Token("broken", at, len(text))


def _subset_end(text: str, at: int) -> int:
    """Where the `]` of an internal subset stands, -1 where it has none. What never closes ends the search at once."""
    while match := _SUBSET.search(text, at):
        if match[0] == "]":
            return match.start()
        closer = _CLOSERS[match[0]]
        at = text.find(closer, match.end())
        if at < 0:
            return -1
        at += len(closer)
    return -1


def attributes(text: str, tag: Token) -> list[Attribute]:
    """The attributes of a start tag, in its order."""
    found = _ATTRIBUTE.finditer(text, tag.inner_start, tag.inner_end)
    return [Attribute(match[1], match.start(2) + 1, match.end(2) - 1) for match in found]


def entities(text: str, doctype: Token) -> dict[str, str | None]:
    """The entities that a document type's internal subset declares: their text where it is plain, else None (external, or made of
    other entities). Parameter entities stand under `%`: they may declare more."""
    declared: dict[str, str | None] = {}
    for match in _ENTITY.finditer(text, doctype.inner_start, doctype.inner_end):
        parameter, name, double, single, _ = match.groups()
        value = double if double is not None else single
        plain = value is not None and not re.search("[&%<]", value)
        # the first declaration binds (XML 1.0, 4.2)
        declared.setdefault("%" if parameter else name, value if plain else None)
    return declared


def decode(text: str, start: int, end: int, *, attribute: bool = True) -> Decoded | None:
    """What `text[start:end]` means: references resolved, white space as the standard reads it (3.3.3, 2.11). None where an entity
    of the document's own, or one that nobody declared, stands in it: its characters have no place in the file."""
    raw = text[start:end]
    if "&" not in raw and "\r" not in raw and not (attribute and ("\n" in raw or "\t" in raw)):
        return Decoded(raw, start)
    offsets: list[int] = []
    parts: list[str] = []
    at = start
    changed = False
    for match in _SPECIAL.finditer(text, start, end):
        value = _meaning(match, attribute)
        if value is None:
            return None
        changed = changed or value != match[0]
        parts += (text[at : match.start()], value)
        offsets += range(at, match.start())
        offsets += (match.start(),) * len(value)
        at = match.end()
    if not changed:
        return Decoded(raw, start)
    parts.append(text[at:end])
    offsets += range(at, end + 1)
    return Decoded("".join(parts), start, tuple(offsets))


def _meaning(match: "re.Match[str]", attribute: bool) -> str | None:
    decimal, hexadecimal, name = match.groups()
    if name:
        return ENTITIES.get(name)
    if decimal or hexadecimal:
        code = int(decimal) if decimal else int(hexadecimal, 16)
        return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else None
    if attribute:
        return " "
    return "\n" if match[0].startswith("\r") else match[0]


def expand(text: str, start: int, end: int, declared: Mapping[str, str | None]) -> str | None:
    """An attribute's value with the document's own entities in it, where they are plain: for names of namespaces."""
    raw = text[start:end]
    if "&" not in raw:
        return raw

    def replace(match: "re.Match[str]") -> str:
        value = _meaning(match, True)
        own = declared.get(match[3]) if match[3] else None
        return value if value is not None else own if own is not None else "\0"

    value = _SPECIAL.sub(replace, raw)
    return None if "\0" in value else value
