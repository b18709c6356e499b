"""Styles and scripts inside of a page, minified as files are.

Why pages get faster: nobody caches inline text apart, so every page pays for it. It is expressed as changes to the page's text,
each the body of one `<style>` or `<script>`; the page around them is not looked at again. What must stay true: a body means what it
meant, as the room of its language proves (it minifies and verifies), it still ends where its element ends, and template constructs
in it are those it had, in order.

A construct in a body has a name standing for it, where a name is what it must be: in a string, in a value, in an expression. White
space beside one stays, and a line break stays a line break: what it writes may begin with a sign or end with a comment. Statements
(`{% if %}`) choose between texts, so a body that holds any outside of a string is left alone; so is one that a content security
policy covers. `style=""` is left as written: selectors and scripts see it as the value of an attribute.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from assetforge import dialects, formats
from assetforge.dialects import Dialect, Island, Masked
from assetforge.reference import Embed, Finding, Minified
from assetforge.text import Change, Span, changed

_LANGUAGES = {"css": "css", "js": "js", "js-module": "js"}
# What would end a body early, or be read as something else by the parser of the page.
_BREAKS = re.compile(r"<(?:/?(?:script|style)|!--)|-->|\]\]>", re.IGNORECASE)
_WHITE = " \t\n\f\r"
_BLANK_BEFORE, _BLANK_BEHIND = re.compile(r"[ \t\n\f\r]+\Z"), re.compile(r"[ \t\n\f\r]+")
_STRING = r"\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'"
# What may stand before a name that is an operand: an operator, an opening bracket, a word that takes one.
_TAKES_OPERAND = re.compile(r"(?:[=(\[,:?+\-*/%&|!<>~^]|(?:^|[^\w$.])(?:return|typeof|in|of|case|void|new|await|yield))\Z")
# Jinja takes the white space beside such a construct away, so what stands beside that is beside the construct.
TAKES_WHITE_SPACE = re.compile(r"\A[^\w\s'\"(\[]+-|-[^\w\s'\")\]]+\Z")
_NEAR = 40  # characters that are looked at before a name
MOST_HOLES = 9999
STATEMENT = "a statement of the template stands in it"
POSITION = "a construct of the template stands where it may be anything"
SYNTAX = "smaller, it would read as template syntax"


class Inline(NamedTuple):
    """`changes` to the text, in its order. `tally`: what became of each body (`yes`, or why not), and how often."""

    changes: tuple[Change, ...] = ()
    tally: tuple[tuple[str, int], ...] = ()
    findings: tuple[Finding, ...] = ()


NOTHING = Inline()


def shortened(
    text: str, embeds: Iterable[Embed], languages: str, masked: Masked | None = None, dialect: Dialect | None = None
) -> Inline:
    """Smaller bodies for `embeds`, the languages inside of `text`. `languages`: those to minify (`css js`). `masked` and
    `dialect`: of a template."""
    wanted = languages.split()
    changes: list[Change] = []
    findings: list[Finding] = []
    tally: Counter[str] = Counter()
    for embed in embeds:
        if _LANGUAGES.get(embed.format) not in wanted:
            continue
        span = embed.text.span(0, len(embed.text.text))
        smaller = _smaller(text, embed, span, masked, dialect)
        tally[smaller.reason or "yes"] += 1
        if not smaller.reason:
            changes.append((*span, smaller.text))
        elif smaller.reason in (STATEMENT, POSITION, SYNTAX):
            findings.append(Finding("inline-left", "note", span, f"not minified: {smaller.reason}"))
    return Inline(tuple(sorted(changes)), tuple(sorted(tally.items())), tuple(findings))


def same_constructs(before: str, after: str, dialect: Dialect) -> bool:
    """Are all constructs of the two texts alike, one by one?"""
    return _constructs(before, dialect) == _constructs(after, dialect)


def _constructs(text: str, dialect: Dialect) -> list[str]:
    lexed = dialects.tokens(text, dialect)
    return [text[one.start : one.end] for one in lexed.tokens if one.kind not in ("text", "raw")]


def _smaller(text: str, embed: Embed, span: Span, masked: Masked | None, dialect: Dialect | None) -> Minified:
    body = text[span.start : span.end]
    if embed.locked:
        return Minified(body, embed.locked)
    if embed.text.offsets is not None:
        return Minified(body, "it is written with character references")
    islands = masked.touched(span) if masked is not None else ()
    smaller = _with_holes(body, embed.format, span.start, islands) if islands else _minified(embed.format, body)
    if not smaller.reason and masked is not None and dialect is not None and not masked.raw_at(span.start):
        smaller = _apart(body, smaller.text, [text[slice(*one.span)] for one in islands], dialect)
    if smaller.reason:
        return smaller
    if _BREAKS.findall(smaller.text) != _BREAKS.findall(body):
        return Minified(body, "smaller, it would end or begin an element of the page")
    return smaller if len(smaller.text) < len(body) else Minified(body, "nothing to gain")


@lru_cache(maxsize=2048)
def _minified(format: str, body: str) -> Minified:
    """The same script stands in all pages of a site: minified once."""
    result = formats.minify(format, body)
    return result if result.text != body else Minified(body, result.reason or "nothing to gain")


# -- template constructs -------------------------------------------------------------------------------------------------------


def _with_holes(body: str, format: str, start: int, islands: tuple[Island, ...]) -> Minified:
    """`body` smaller, its constructs kept. `start`: its offset in the template."""
    prefix = _unused(body)
    if len(islands) > MOST_HOLES or not prefix:
        return Minified(body, POSITION)
    spans = [Span(one.span.start - start, one.span.end - start) for one in islands]
    names = [f"{prefix}{number:04d}" for number in range(len(spans))]
    filled = changed(body, [(*span, name) for span, name in zip(spans, names, strict=True)])
    constructs = [body[slice(*span)] for span in spans]
    if reason := _misplaced(filled, format, prefix, islands, constructs):
        return Minified(body, reason)
    smaller = _minified(format, filled)
    if smaller.reason:
        return Minified(body, smaller.reason)
    hole = re.compile(rf"{prefix}[0-9]{{4}}")
    if hole.findall(smaller.text) != names:
        return Minified(body, POSITION)
    back = dict(zip(names, constructs, strict=True))
    return Minified(hole.sub(lambda found: back[found[0]], _with_white_space(filled, smaller.text, hole)))


def _unused(body: str) -> str:
    """A beginning of names that the text does not hold."""
    return next((name for letter in "QXZJKWVYB" if (name := f"{letter}hole{letter}") not in body), "")


def _misplaced(filled: str, format: str, prefix: str, islands: tuple[Island, ...], constructs: list[str]) -> str:
    """Empty where each name stands for something that a name can stand for, else the reason why not."""
    is_css = format == "css"
    step = re.compile(rf"(?P<string>{_STRING}|/\*(?:[^*]|\*(?!/))*+\*/)|(?P<hole>{prefix}[0-9]{{4}})|(?P<end>[{{}};])|:")
    hole = re.compile(rf"{prefix}([0-9]{{4}})")
    in_value = False
    for found in step.finditer(filled):
        kind = found.lastgroup
        if kind == "end":
            in_value = False
        elif kind is None:
            in_value = True
        elif kind == "hole":
            number = int(found[0][len(prefix) :])
            island = islands[number]
            if not island.writes:
                return STATEMENT
            if TAKES_WHITE_SPACE.search(constructs[number]):
                return POSITION
            before = filled[max(0, found.start() - _NEAR) : found.start()]
            if not (in_value and is_css) and not _is_certain(before, filled[found.end() : found.end() + 1], island, is_css):
                return POSITION
        elif not _balanced([islands[int(number)] for number in hole.findall(found[0])]):
            return STATEMENT
    return ""


def _is_certain(before: str, after: str, island: Island, is_css: bool) -> bool:
    """Does a construct stand for a name, or a part of one?"""
    glued = before[-1:].isalnum() or before[-1:] in ("_", "$", "-" if is_css else "_", "#", ".") or after.isalnum() or after == "_"
    if island.kind != "expression" or (not before.strip() and not glued):
        return False
    return glued or (not is_css and _TAKES_OPERAND.search(before.rstrip(_WHITE)) is not None)


def _balanced(islands: list[Island]) -> bool:
    """Do the statements among `islands` end among them?"""
    opened: list[str] = []
    for one in islands:
        if one.writes or one.kind != "tag" or one.name in ("else", "elif", "empty"):
            continue
        if not one.name.startswith("end"):
            opened.append(one.name)
        elif not opened or opened.pop() != one.name[3:]:
            return False
    return not opened


def _with_white_space(filled: str, smaller: str, hole: re.Pattern[str]) -> str:
    """`smaller` with white space beside every name that had some."""
    parts: list[str] = []
    at = 0
    for old, new in zip(hole.finditer(filled), hole.finditer(smaller), strict=True):
        before = _BLANK_BEFORE.search(filled[max(0, old.start() - _NEAR) : old.start()])
        behind = _BLANK_BEHIND.match(filled, old.end())
        parts += (smaller[at : new.start()], _missing(before, smaller[new.start() - 1 : new.start()]), new[0])
        parts.append(_missing(behind, smaller[new.end() : new.end() + 1]))
        at = new.end()
    return "".join((*parts, smaller[at:]))


def _missing(blank: re.Match[str] | None, beside: str) -> str:
    if blank is None or (beside and beside in _WHITE):
        return ""
    return "\n" if "\n" in blank[0] or "\r" in blank[0] else " "


def _apart(body: str, smaller: str, constructs: list[str], dialect: Dialect) -> Minified:
    """`smaller` with a space where two signs that stood apart would open a construct together (`@media print{#a`)."""
    syntax = dialect.syntax
    for mark in (syntax.block_start_string, syntax.variable_start_string, syntax.comment_start_string):
        if any(mark in piece for piece in _between(smaller, constructs)):
            if len(mark) < 2 or any(mark in piece for piece in _between(body, constructs)):
                return Minified(body, SYNTAX)
            smaller = "".join(_parted(smaller, constructs, mark))
    if _constructs(smaller, dialect) != constructs or dialects.tokens(smaller, dialect).refusal:
        return Minified(body, SYNTAX)
    return Minified(smaller)


def _between(text: str, constructs: list[str]) -> Iterator[str]:
    """What stands between `constructs`, which `text` holds in their order."""
    at = 0
    for one in constructs:
        found = text.find(one, at)
        yield text[at:found]
        at = found + len(one)
    yield text[at:]


def _parted(text: str, constructs: list[str], mark: str) -> Iterator[str]:
    apart = re.compile(re.escape(mark[0]) + f"(?={re.escape(mark[1:])})")
    for piece, construct in zip(_between(text, constructs), [*constructs, ""], strict=True):
        yield apart.sub(lambda found: f"{found[0]} ", piece)
        yield construct
