"""Statements of a Django template (`django.template.defaulttags`, `loader_tags`, and what third parties write).

What must stay true: a tag that is not known and has an end tag in the file owns what lies between, and may write anything; a
variable is no hole unless `|safe`, `{% autoescape off %}` or its name says that it holds markup.
"""

import re
from collections.abc import Iterator

from assetforge.dialects.django_mentions import LONGEST, bits, value_of
from assetforge.dialects.idioms import Idioms
from assetforge.dialects.islands import Island
from assetforge.dialects.statement import (
    Construct,
    Statement,
    StatementKind,
    Statements,
    Why,
    end_names,
    names_of,
    nested,
    tags,
)
from assetforge.text import Span

_BODIES: dict[str, StatementKind] = {
    "if": "if", "ifequal": "if", "ifnotequal": "if", "ifchanged": "if", "for": "for",
    "with": "scope", "autoescape": "scope", "spaceless": "scope", "language": "scope", "localize": "scope",
    "localtime": "scope", "timezone": "scope", "cache": "scope", "utc": "scope",
    "filter": "filter", "blocktrans": "filter", "blocktranslate": "filter",
    "block": "block", "partialdef": "macro",
}  # fmt: skip
_ARMS = frozenset({"else", "elif", "empty"})
# Django's own tags that write text, addresses or a hidden field, and never an element that loads or runs.
_HARMLESS = frozenset(
    {
        "csrf_token", "url", "now", "trans", "translate", "firstof", "cycle", "lorem", "widthratio", "templatetag", "load",
        "regroup", "resetcycle", "querystring", "plural", "comment", "endcomment", "verbatim", "endverbatim", "debug",
        "get_current_language", "get_available_languages", "get_language_info", "get_language_info_list",
        "get_current_language_bidi", "get_current_timezone", "get_media_prefix", "get_static_prefix", "static",
    }
)  # fmt: skip
_WORD = re.compile(r"[\w.]+")
_SAFE = re.compile(r"\|\s*(?:safe|safeseq)(?!\w)")
# What a variable of this name holds is markup, by Django's own classes: forms, formsets, bound fields, their media.
_MARKUP: dict[str, Why] = {
    "media": "media", "form": "form", "formset": "form", "as_p": "form", "as_div": "form", "as_table": "form", "as_ul": "form",
    "management_form": "form", "field": "form", "render": "form",
}  # fmt: skip


def statements(text: str, islands: tuple[Island, ...], idioms: Idioms) -> Statements:
    """All statements of a template."""
    bodies = end_names(islands)
    return nested(_constructs(text, islands, idioms, bodies), bodies)


def _constructs(text: str, islands: tuple[Island, ...], idioms: Idioms, bodies: frozenset[str]) -> Iterator[Construct]:
    escapes = [True]  # does the engine escape what expressions write?
    for island in tags(islands):
        name = island.name
        if island.kind == "expression":
            if made := _expression(text, island.span, escapes[-1]):
                yield Construct("single", made)
        elif name in _HARMLESS:
            continue
        elif name in _ARMS:
            condition = text[island.span.start + 2 : island.span.end - 2].strip().removeprefix(name).strip()
            yield Construct("arm", Statement("if", island.span, text=condition))
        elif name.startswith("end"):
            if name == "endautoescape" and len(escapes) > 1:
                escapes.pop()
            yield Construct("close", Statement("scope", island.span), name[3:])
        elif made_tag := _tag(text, island, idioms, bodies):
            if name == "autoescape":
                escapes.append(made_tag.statement.text != "off")
            yield made_tag


def _tag(text: str, island: Island, idioms: Idioms, bodies: frozenset[str]) -> Construct | None:
    name, span = island.name, island.span
    words = bits(text, island)[1:] if span.end - span.start <= LONGEST else []
    said = [text[start:end] for start, end in words]
    argument = text[words[0].start : words[-1].end] if words else ""
    if kind := _BODIES.get(name):
        title = said[0] if said and kind in ("block", "macro") else name
        options = tuple(said[1:2]) if kind == "macro" else ()
        return Construct("open", Statement(kind, span, name=title, text=argument, words=options), name)
    if name in ("extends", "include") and words:
        return Construct("single", _loads(text, island, words, said))
    if name == "ckan_extends":
        return Construct("single", Statement("extends", span, words=("next",)))
    if name == "partial" and said:
        return Construct("single", Statement("call", span, name=said[0]))
    row = idioms.tags.get(name)
    if name not in bodies and (not island.writes or (row is not None and row.names != "bundle")):
        return None
    return Construct("open", Statement("tag", span, name=name, text=argument, why="tag"), name)


def _loads(text: str, island: Island, words: list[Span], said: list[str]) -> Statement:
    options = tuple(word for word in said[1:] if word == "only")
    given = names_of([value_of(text, words[0])], said[0])
    kind: StatementKind = "extends" if island.name == "extends" else "include"
    return Statement(kind, island.span, name=island.name, text=said[0], names=given, words=options)


def _expression(text: str, span: Span, escaped: bool) -> Statement | None:
    head = _WORD.match(text, _start(text, span), span.end - 2)
    if head and head[0] == "block.super":
        return Statement("super", span)
    why: Why = "safe" if not escaped or _SAFE.search(text, *span) else ""
    if head:
        why = _MARKUP.get(head[0].rpartition(".")[2], why)
        if "media" in head[0].split("."):
            why = "media"
    inside = text[span.start + 2 : span.end - 2].strip()
    return Statement("hole", span, text=inside, why=why) if why and inside else None


def _start(text: str, span: Span) -> int:
    at = span.start + 2
    while at < span.end and text[at].isspace():
        at += 1
    return at
