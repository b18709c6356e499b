"""Assets that a Jinja template names, construct by construct."""

from collections.abc import Iterator

from assetforge.dialects.continued import continuation
from assetforge.dialects.idioms import Idioms, Tag
from assetforge.dialects.islands import Island
from assetforge.dialects.jinja import Syntax
from assetforge.dialects.jinja_expressions import Reader, Word, words
from assetforge.dialects.mentions import Mention, Prefix, Value, behind, mention, naming
from assetforge.text import Span


def mentions(text: str, islands: tuple[Island, ...], syntax: Syntax, idioms: Idioms) -> Iterator[Mention]:
    """All mentions, in the order of the text."""
    wanted = naming(_names(idioms))
    for at, island in enumerate(islands):
        if island.kind not in ("expression", "tag") or not wanted.search(text, *island.span):
            continue
        content = words(text, inside(text, island, syntax))
        if island.kind == "expression":
            found = _of_expression(text, islands, at, content, idioms)
        else:
            found = _of_tag(island, content, idioms)
        yield from sorted(found, key=lambda one: one.span)


def _names(idioms: Idioms) -> set[str]:
    """Words without which a construct names nothing."""
    filters = {name for name, row in idioms.filters.items() if row.does == "asset"}
    return {name.rpartition(".")[2] for name in (*idioms.functions, *idioms.tags, *idioms.prefixes, *filters)}


def inside(text: str, island: Island, syntax: Syntax) -> Span:
    """A construct without its delimiters and signs."""
    start, end = island.span
    if island.kind == "expression":
        start, end = start + len(syntax.variable_start_string), end - len(syntax.variable_end_string)
    elif text.startswith(syntax.block_start_string, start):
        start, end = start + len(syntax.block_start_string), end - len(syntax.block_end_string)
    else:
        start += len(syntax.line_statement_prefix or "")
    start += text[start : start + 1] in ("-", "+")
    return Span(start, max(start, end - (text[end - 1 : end] in ("-", "+") and end > start)))


def _of_expression(text: str, islands: tuple[Island, ...], at: int, inside: list[Word], idioms: Idioms) -> list[Mention]:
    island = islands[at]
    reader = Reader(inside, island.span, idioms, idioms.prefixes)
    value = reader.expression()
    alone = reader.ended
    if alone and len(value) == 1 and len(value[0]) == 1 and isinstance(value[0][0], Prefix):
        return [*reader.found, behind((value[0][0], *continuation(text, islands, at)), island.span)]
    reader.settled(value)
    _read_on(reader)
    if alone and len(reader.found) == 1 and _is_all(reader.found[0], inside, idioms):
        return [reader.found[0]._replace(whole=True)]
    return reader.found


def _is_all(found: Mention, inside: list[Word], idioms: Idioms) -> bool:
    """Is the mention the whole construct, but for filters that leave it as it is?"""
    if found.span.start != inside[0].start or found.written == "url" or found.extras:
        return False
    rest = [word.text for word in inside[:-1] if word.start >= found.span.end]
    names = rest[1::2]
    same = all(name in idioms.filters and idioms.filters[name].does == "same" for name in names)
    return all(bar == "|" for bar in rest[::2]) and len(rest) % 2 == 0 and same


def _of_tag(island: Island, inside: list[Word], idioms: Idioms) -> list[Mention]:
    row = idioms.tags.get(island.name)
    if row is not None and row.names == "bundle":
        return [Mention("bundle", f"{island.name} tag", island.span, island.span)]
    reader = Reader(inside, island.span, idioms, idioms.prefixes)
    reader.at = min(1, len(inside) - 1)  # behind the tag's name
    values = _read_on(reader)
    if row is not None:
        found = _path_of(island, row, values)
        return [*reader.found, *([found] if found else [])]
    return reader.found


def _path_of(island: Island, row: Tag, values: list[Value]) -> Mention | None:
    syntax = f"{island.name} tag"
    if row.names == "prefix":
        return behind((Prefix("", syntax, island.span),), island.span)
    if isinstance(row.argument, int) and row.argument < len(values):
        return mention(values[row.argument], syntax, island.span, island.span)
    return None


def _read_on(reader: Reader) -> list[Value]:
    """The expressions that follow, whatever stands between them."""
    values: list[Value] = []
    while not reader.ended:
        before = reader.at
        value = reader.expression()
        if reader.at == before:
            reader.at += 1
            continue
        reader.settled(value)
        values.append(value)
    return values
