"""Hides template syntax from an HTML tokenizer without moving an offset.

Each island becomes private-use characters, which are no HTML syntax: they may stand in a name, a value or a text and end none. What
must stay true: length and offsets stay, and where the page has a tag the mask has one. Private-use characters alone would not do,
since they are letters to a tokenizer; three places get another character:

- `<{{ tag }} class=…>`: a tag's name begins with a letter, so the first character is `x` where a tag plainly follows;
- `<script{% if nonce %} nonce=…`, `selected{% endif %}>`: where a name ends and a tag that writes nothing follows, its first
  character is a space; so is that of anything glued to a name that is nothing but whole (`<script{{ attrs }}>`), and that of an
  include (`<div{% include "attrs.html" %}>`);
- `{% if lazy %}src=…`: where such a tag stands alone before a name, its last character is a space.

`data-original-{% endif %}src=…` is glued on both sides and stays one name, and `value={% if x %}1` one value; but in
`{% if x %}async{% else %}defer` the `else` stands between two names, since its `if` stood apart. Bodies of raw blocks
are the page's own text and stay as they are.
"""

import re
from collections.abc import Container

from assetforge.dialects.islands import Body, Island, Masked
from assetforge.reference import Finding
from assetforge.text import Span

EXPRESSION, TAG, COMMENT = "\ue0e0", "\ue0e1", "\ue0e2"
_FILLING = {"expression": EXPRESSION, "tag": TAG, "comment": COMMENT}

# Names that no other name of HTML begins with: elements whose content is raw text, and those that load.
_WHOLE = (
    "script|style|textarea|title|iframe|noembed|noframes|noscript|xmp|plaintext|link|img|input|source|video|audio|embed|object|"
    "svg|image|track|body|html"
)
_LONGEST = 14  # of these names, with `</`
_WHOLE_NAME = re.compile(rf"</?(?:{_WHOLE})\Z", re.IGNORECASE)
_ANY_NAME = re.compile(r"<[a-zA-Z][a-zA-Z0-9]*+\Z")
_ANGLE = re.compile(r"[<>]")
_ALTERNATIVES = frozenset({"else", "elif", "empty"})
_STATEMENTS = frozenset({"if", "for", "with", "block"})
_ENDS_NAME = frozenset(" \t\n\f\r/>")
_STARTS_NAME = frozenset(" \t\n\f\r\"'")
_AROUND = frozenset(" \t\n\f\r\"'>()[]{},;=#?&+") | {""}


def mask(text: str, islands: tuple[Island, ...], refusal: Finding | None, taken: Container[str]) -> Masked:
    """`text` with its islands hidden. `taken`: tags whose body is theirs."""
    if refusal is not None:
        return Masked(text, refusal=refusal)
    hidden = [island for island in islands if island.kind != "raw"]
    if not hidden:
        return Masked(text, islands)
    parts: list[str] = []
    at = 0
    fillings = _fillings(text, hidden)
    for island, filling in zip(hidden, fillings, strict=True):
        start, end = island.span
        parts += (text[at:start], filling)
        at = end
    parts.append(text[at:])
    return Masked("".join(parts), islands, _bodies(islands, taken))


def _fillings(text: str, hidden: list[Island]) -> list[str]:
    """What each island becomes. Islands that touch share what stands before the first and after the last of them."""
    found: list[str] = []
    opened: list[tuple[str, bool]] = []  # the open statements, and whether each stands apart from what is before it
    count, at = len(hidden), 0
    while at < count:
        (start, end), kind, _, _ = hidden[at]
        before, after = text[start - 1 : start] if start else "", text[end : end + 1]
        if before in _AROUND and after in _AROUND and (at + 1 == count or hidden[at + 1].span.start != end):
            # nine of ten: between white space, tags and quotes, where no name is
            found.append(_FILLING[kind] * (end - start))
            if kind == "tag":
                _follow(hidden[at], not before or before in _STARTS_NAME or after in _STARTS_NAME, opened)
            at += 1
            continue
        last = at
        while last + 1 < count and hidden[last + 1].span.start == hidden[last].span.end:
            last += 1
        chain = [_FILLING[one.kind] * (one.span.end - one.span.start) for one in hidden[at : last + 1]]
        start, end = hidden[at].span.start, hidden[last].span.end
        before, after = text[start - 1 : start] if start else "", text[end : end + 1]
        apart = not before or before in _STARTS_NAME
        separates = _separates(hidden[at], opened)
        if _opens_tag(text, hidden, at, last):
            chain[0] = "x" + chain[0][1:]
        elif _is_name(before):
            ends = after in _ENDS_NAME and separates is not False and not hidden[at].writes
            between = separates and hidden[at].name in _ALTERNATIVES
            if ends or between or _follows_whole_name(text, hidden[at], after):
                chain[0] = " " + chain[0][1:]
            if between and _is_name(after):
                chain[-1] = chain[-1][:-1] + " "
        elif apart and _is_name(after) and not hidden[last].writes:
            chain[-1] = chain[-1][:-1] + " "
        apart = apart or after in _STARTS_NAME or chain[0][0] == " "
        for one in hidden[at : last + 1]:
            _follow(one, apart, opened)
        found += chain
        at = last + 1
    return found


def _separates(island: Island, opened: list[tuple[str, bool]]) -> bool | None:
    """Of a tag that belongs to an open statement: does that stand apart from what is before it, and so between two names? None for
    any other island."""
    if island.kind != "tag" or not opened:
        return None
    name, apart = opened[-1]
    return apart if island.name in _ALTERNATIVES or island.name == "end" + name else None


def _follow(island: Island, apart: bool, opened: list[tuple[str, bool]]) -> None:
    if island.kind != "tag":
        return
    if island.name in _STATEMENTS:
        opened.append((island.name, apart))
    elif opened and island.name == "end" + opened[-1][0]:
        opened.pop()


def _is_name(character: str) -> bool:
    return character.isalnum() or character in ("-", "_", ":", "@", ".")


def _opens_tag(text: str, hidden: list[Island], first: int, last: int) -> bool:
    """Do the islands stand for the name of a tag, and not for the right side of a comparison? Then a `>` comes before the next
    `<`, islands aside."""
    start, at = hidden[first].span.start, hidden[last].span.end
    if text[start - 1 : start] != "<" and (start < 2 or text[start - 2 : start] != "</"):
        return False
    following = last + 1
    while mark := _ANGLE.search(text, at):
        while following < len(hidden) and hidden[following].span.end <= mark.start():
            following += 1
        if following == len(hidden) or mark.start() < hidden[following].span.start:
            return mark[0] == ">"
        at = hidden[following].span.end
    return False


def _follows_whole_name(text: str, island: Island, after: str) -> bool:
    """`<script{{ attrs }}>`, `<div{% include "attrs.html" %}>`; not `<style{% if x %}d-thing`, which goes on."""
    if _is_name(after):
        return False
    start = island.span.start
    pattern = _ANY_NAME if island.name == "include" else _WHOLE_NAME
    return pattern.search(text, max(0, start - _LONGEST), start) is not None


def _bodies(islands: tuple[Island, ...], taken: Container[str]) -> tuple[Body, ...]:
    """What lies between a tag of `taken` and its end, from the outermost tag on."""
    found: list[Body] = []
    name, start, depth = "", 0, 0
    for island in islands:
        if island.kind != "tag":
            continue
        if not depth and island.name in taken:
            name, start, depth = island.name, island.span.end, 1
        elif depth and island.name == name:
            depth += 1
        elif depth and island.name == "end" + name:
            depth -= 1
            if not depth:
                found.append(Body(Span(start, island.span.start), name))
    return tuple(found)
