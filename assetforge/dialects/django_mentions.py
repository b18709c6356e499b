"""Assets that a Django template names.

Arguments are split as `Token.split_contents` does and read as `FilterExpression` does: a constant or a variable, then filters. What
must stay true: constants keep their way back to the file, a filter that is not known makes its result unknown, and nothing of a
comment or a verbatim block is looked at.
"""

import re
from collections.abc import Iterator

from assetforge.dialects.continued import continuation
from assetforge.dialects.idioms import Idioms, Tag
from assetforge.dialects.islands import Island
from assetforge.dialects.mentions import (
    BRACES,
    PERCENT,
    UNKNOWN,
    Mention,
    Prefix,
    Value,
    behind,
    either,
    formatted,
    joined,
    mention,
    naming,
)
from assetforge.text import Decoded, Span

_CONSTANT = r"\"[^\"\\]*+(?:\\.[^\"\\]*+)*+\"|'[^'\\]*+(?:\\.[^'\\]*+)*+'"
_BIT = re.compile(rf"(?:[^\s'\"]*+(?:(?:{_CONSTANT})[^\s'\"]*+)++)|\S++", re.DOTALL)
_HEAD = re.compile(rf"(?P<constant>{_CONSTANT})|_\((?:{_CONSTANT})\)|(?P<variable>[-+.\w]++)", re.DOTALL)
_FILTER = re.compile(
    rf"\s*+\|\s*+(?P<name>\w++)(?::(?:(?P<constant>{_CONSTANT})|_\((?:{_CONSTANT})\)|(?P<variable>[-+.\w]++)))?+", re.DOTALL
)
_KEYWORD = re.compile(r"(\w++)=")
_ESCAPE = re.compile(r"\\(['\"\\])")
MOST_PREFIXES = 64  # names of the asset folder in one file
LONGEST = 4096  # characters of a construct that is looked into: splitting one of only escaped quotes is quadratic


def mentions(text: str, islands: tuple[Island, ...], idioms: Idioms) -> Iterator[Mention]:
    """All mentions, in the order of the text."""
    prefixes = set(idioms.prefixes)
    filters = {name for name, row in idioms.filters.items() if row.does == "asset"}
    wanted = naming(("media", *idioms.tags, *prefixes, *filters))
    for at, island in enumerate(islands):
        if island.kind not in ("expression", "tag") or not wanted.search(text, *island.span):
            continue
        if island.span.end - island.span.start > LONGEST:
            continue
        if island.kind == "expression":
            yield from _of_expression(text, islands, at, idioms, prefixes)
        elif row := idioms.tags.get(island.name):
            yield from _of_tag(text, islands, at, row, idioms, prefixes)
            if row.names == "prefix":
                wanted = naming(("media", *idioms.tags, *prefixes, *filters))
        else:
            yield from _of_arguments(text, island, idioms, prefixes)


def bits(text: str, island: Island) -> list[Span]:
    """The words of a construct as Django splits them, the tag's name first."""
    start, end = island.span
    return [Span(*bit.span()) for bit in _BIT.finditer(text, start + 2, end - 2)]


def _of_tag(
    text: str, islands: tuple[Island, ...], at: int, row: Tag, idioms: Idioms, prefixes: set[str]
) -> Iterator[Mention]:
    island = islands[at]
    words = bits(text, island)
    variable = ""
    if len(words) >= 3 and text[words[-2].start : words[-2].end] == "as":
        variable = text[words[-1].start : words[-1].end]
        words = words[:-2]
    syntax = f"{island.name} tag"
    if row.names == "bundle":
        yield Mention("bundle", syntax, island.span, island.span)
    elif row.names == "prefix":
        if variable and len(prefixes) < MOST_PREFIXES:
            prefixes.add(variable)
        rest = () if variable else continuation(text, islands, at)
        yield behind((Prefix("", syntax, island.span), *rest), island.span)._replace(variable=variable)
    elif argument := _argument(text, words[1:], row):
        value = _value(text, argument, idioms, prefixes)
        found = mention(value, syntax, island.span, island.span, whole=not variable)
        if found and found.outcome == "folder" and not variable:
            prefix = Prefix(found.patterns[0][0] or "", syntax, island.span)
            found = behind((prefix, *continuation(text, islands, at)), island.span)
        if found:
            yield found._replace(variable=variable)


def _argument(text: str, words: list[Span], row: Tag) -> Span | None:
    """Where the path stands among the arguments."""
    if isinstance(row.argument, int):
        places = [word for word in words if not _KEYWORD.match(text, word.start, word.end)]
        return places[row.argument] if row.argument < len(places) else None
    for word in words:
        keyword = _KEYWORD.match(text, word.start, word.end)
        if keyword and keyword[1] == row.argument:
            return Span(keyword.end(), word.end)
    return None


def _of_expression(text: str, islands: tuple[Island, ...], at: int, idioms: Idioms, prefixes: set[str]) -> Iterator[Mention]:
    island = islands[at]
    words = bits(text, island)
    if not words:
        return
    inside = Span(words[0].start, words[-1].end)
    if filtered := _asset_filter(text, inside, island, idioms, prefixes):
        yield filtered._replace(whole=True)
        return
    form = _value(text, inside, idioms, prefixes)[0]
    if isinstance(form[0], Prefix):
        yield behind(form if len(form) > 1 else (form[0], *continuation(text, islands, at)), island.span)
    elif _MEDIA.fullmatch(text, *inside):
        yield Mention("computed", "form media", inside, island.span)


_MEDIA = re.compile(r"(?:[\w.]+\.)?media(?:\.(?:css|js|render|render_css|render_js))?(?:\|safe)?")


def _of_arguments(text: str, island: Island, idioms: Idioms, prefixes: set[str]) -> Iterator[Mention]:
    """`{% include "icon.html" with src=STATIC_URL|add:"icon.svg" %}`."""
    for word in bits(text, island)[1:]:
        keyword = _KEYWORD.match(text, word.start, word.end)
        inside = Span(keyword.end() if keyword else word.start, word.end)
        if filtered := _asset_filter(text, inside, island, idioms, prefixes):
            yield filtered
            continue
        form = _value(text, inside, idioms, prefixes)[0]
        if isinstance(form[0], Prefix):
            yield behind(form, island.span)


def _asset_filter(text: str, inside: Span, island: Island, idioms: Idioms, prefixes: set[str]) -> Mention | None:
    """`"css/app.css"|static`: the mention that the filter makes of what stands before it."""
    for one in _FILTER.finditer(text, inside.start, inside.end):
        row = idioms.filters.get(one["name"])
        if row and row.does == "asset":
            value = _value(text, Span(inside.start, one.start()), idioms, prefixes)
            return mention(value, f"{one['name']} filter", inside, island.span, pages=row.pages)
    return None


# -- values ------------------------------------------------------------------------------------------------------------------


def value_of(text: str, inside: Span) -> Value:
    """What a variable with its filters may be worth, whatever it names."""
    return _value(text, inside, Idioms(prefixes=frozenset()), set())


def _value(text: str, inside: Span, idioms: Idioms, prefixes: set[str]) -> Value:
    head = _HEAD.match(text, *inside)
    if not head:
        return UNKNOWN
    value = _operand(text, head, prefixes)
    at = head.end()
    while at < inside.end:
        applied = _FILTER.match(text, at, inside.end)
        if not applied:
            return UNKNOWN
        value = _filtered(text, value, applied, idioms, prefixes)
        at = applied.end()
    return value


def _operand(text: str, found: re.Match[str], prefixes: set[str]) -> Value:
    if found["constant"]:
        return ((constant(text, Span(*found.span("constant"))),),)
    if found["variable"] and found["variable"].rpartition(".")[2] in prefixes:
        return ((Prefix("", found["variable"], Span(*found.span("variable"))),),)
    return UNKNOWN


def _filtered(text: str, value: Value, applied: re.Match[str], idioms: Idioms, prefixes: set[str]) -> Value:
    name = applied["name"]
    if name == "add":
        return joined(value, _operand(text, applied, prefixes))
    if name in ("default", "default_if_none"):
        return either(value, _operand(text, applied, prefixes))
    if name == "yesno" and applied["constant"]:
        return _choices(constant(text, Span(*applied.span("constant"))))
    row = idioms.filters.get(name)
    if row and row.does != "asset":
        return value if row.does == "same" else formatted(value, BRACES if row.does == "braces" else PERCENT)
    return UNKNOWN


def _choices(listed: Decoded) -> Value:
    """`yesno:"on.css,off.css"`."""
    value: Value = ()
    at = 0
    for choice in listed.text.split(","):
        value += ((listed.slice(at, at + len(choice)),),)
        at += len(choice) + 1
    return value if len(value) <= 3 else UNKNOWN


def constant(text: str, quoted: Span) -> Decoded:
    """A constant without its quotes and with its escapes resolved (`unescape_string_literal`)."""
    start, end = quoted.start + 1, quoted.end - 1
    raw = text[start:end]
    if "\\" not in raw:
        return Decoded(raw, start)
    quote = text[quoted.start]
    characters: list[str] = []
    offsets: list[int] = []
    at = 0
    for one in _ESCAPE.finditer(raw):
        if one[1] not in (quote, "\\"):
            continue
        characters += (*raw[at : one.start()], one[1])
        offsets += range(start + at, start + one.start() + 1)
        at = one.end()
    characters += raw[at:]
    offsets += range(start + at, end + 1)
    return Decoded("".join(characters), start, tuple(offsets))
