"""Where the HTML of a template depends on the branch that is taken.

`{% if copy %}id="{{ copy }}{% endif %}">` opens a quote in one branch and none in the other, so what the text behind it is, nobody
can say. Such places are left alone, with the reason. What must stay true: where nothing is told, the tokenizer is in the same state
at the beginning of a statement, at each of its alternatives and at its end, so it reads all else alike whichever branches are
taken, and one walk over the whole text says what every page of it is. Linear: the text is tokenized once, and twice more where a
statement is uneven.

A statement that always runs once (`with`, `filter`) may leave any state behind. A block that a child replaces, a macro and a loop
that may not run at all are branches.
"""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from assetforge.dialects import Island, Masked
from assetforge.formats.html.tokens import Token, attributes, tokens
from assetforge.reference import Finding
from assetforge.text import Span, changed

_ONCE = frozenset(
    {
        "with", "spaceless", "autoescape", "filter", "language", "localize", "localtime", "timezone", "cache", "trans",
        "blocktrans", "blocktranslate", "raw", "verbatim", "comment",
    }
)  # fmt: skip
_FORKS = frozenset({"if", "for", "ifchanged", "ifequal", "ifnotequal", "while"})
_ALTERNATIVES = frozenset({"else", "elif", "empty"})
_LAST = frozenset({"else", "empty"})  # the alternative that is taken where no other is
_RAW = frozenset({"rcdata", "rawtext", "script", "plaintext"})


class Statement(NamedTuple):
    """`bounds`: its islands, from the opening tag over the alternatives to the closing one."""

    name: str
    bounds: list[Island]

    @property
    def span(self) -> Span:
        return Span(self.bounds[0].span.start, self.bounds[-1].span.end)


class Fold(NamedTuple):
    """`text`: for an HTML tokenizer, offsets as ever. `uncertain`: spans that are read otherwise in another branch, in order;
    nothing in them may be edited."""

    text: str
    uncertain: tuple[Span, ...] = ()
    findings: tuple[Finding, ...] = ()

    def is_certain(self, span: Span) -> bool:
        found = bisect_right(self.uncertain, span.start, key=lambda one: one.start) - 1
        before = self.uncertain[found] if found >= 0 else Span(0, 0)
        after = self.uncertain[found + 1] if found + 1 < len(self.uncertain) else Span(span.end + 1, span.end + 1)
        return before.end <= span.start and after.start >= span.end


def fold(masked: Masked) -> Fold:
    """`masked` as a text that reads alike in every branch but for what is told."""
    statements = list(_statements(masked))
    uneven = list(_uneven(masked.text, statements)) if statements else []
    if not uneven:
        return Fold(masked.text)
    first = changed(masked.text, _blanks(uneven, keep_first=True))
    last = changed(masked.text, _blanks(uneven, keep_first=False))
    spans = [one.span for one in uneven]
    why = "leaves the HTML open in one branch and not in another, so what stands here is left as it is"
    findings = tuple(Finding("template-branches", "note", one.bounds[0].span, f"{{% {one.name} %}} {why}") for one in uneven)
    return Fold(first, tuple(_merged([*spans, *_differing(first, last, _merged(spans))])), findings)


def _statements(masked: Masked) -> Iterator[Statement]:
    """Statements with an end, inner ones first, and none that always runs once."""
    tags = [one for one in masked.islands if one.kind == "tag"]
    ended = {one.name[3:] for one in tags if one.name.startswith("end")} - _ONCE
    opened: list[Statement] = []
    forks: list[Statement] = []
    for tag in tags:
        if tag.name in ended:
            opened.append(Statement(tag.name, [tag]))
            if tag.name in _FORKS:
                forks.append(opened[-1])
        elif tag.name in _ALTERNATIVES and forks:
            forks[-1].bounds.append(tag)
        elif tag.name.startswith("end") and tag.name[3:] in ended:
            yield from _closed(tag, opened, forks)


def _closed(tag: Island, opened: list[Statement], forks: list[Statement]) -> Iterator[Statement]:
    """The statement that `tag` ends. What was opened inside of it and never closed is no statement."""
    name = tag.name[3:]
    while opened:
        one = opened.pop()
        if forks and forks[-1] is one:
            forks.pop()
        if one.name == name:
            one.bounds.append(tag)
            yield one
            return


def _uneven(text: str, statements: list[Statement]) -> Iterator[Statement]:
    states = _states(text, sorted({bound.span.start for one in statements for bound in one.bounds}))
    for one in statements:
        if len({states[bound.span.start] for bound in one.bounds}) > 1:
            yield one


def _states(text: str, offsets: list[int]) -> dict[int, tuple[str, str]]:
    """In which state the tokenizer comes to each of `offsets`, which are sorted."""
    found: dict[int, tuple[str, str]] = {}
    at = 0
    for token in tokens(text):
        inside = []
        while at < len(offsets) and offsets[at] < token.end:
            inside.append(offsets[at])
            at += 1
        if inside:
            found.update(_in_tag(text, token, inside) if token.kind in ("start", "end") else _in_other(token, inside))
        if at == len(offsets):
            break
    return found


def _in_other(token: Token, offsets: list[int]) -> Iterator[tuple[int, tuple[str, str]]]:
    kind = "data" if token.kind == "text" else token.kind
    for offset in offsets:
        yield offset, (kind, token.name if token.kind in _RAW else "")


def _in_tag(text: str, token: Token, offsets: list[int]) -> Iterator[tuple[int, tuple[str, str]]]:
    """Between attributes, or in the value of one."""
    values = [(one.start, one.end + bool(one.quote), one.quote) for one in attributes(text, token) if one.start >= 0]
    at = 0
    for offset in offsets:
        while at < len(values) and values[at][1] <= offset:
            at += 1
        inside = at < len(values) and values[at][0] <= offset
        yield offset, ("value", values[at][2]) if inside else (token.kind, token.name)


def _blanks(uneven: list[Statement], *, keep_first: bool) -> Iterator[tuple[int, int, str]]:
    """Changes that leave one branch of each statement."""
    spans = []
    for _name, bounds in uneven:
        branches = [Span(one.span.end, other.span.start) for one, other in pairwise(bounds)]
        closes = len(bounds) > 2 and bounds[-2].name in _LAST  # without it the last branch is that nothing is taken
        kept = 0 if keep_first else len(branches) - 1 if closes else None
        spans += [branch for number, branch in enumerate(branches) if number != kept]
    for start, end in _merged(spans):
        yield start, end, " " * (end - start)


def _differing(first: str, last: str, uneven: list[Span]) -> list[Span]:
    """What the two readings do not agree on, and the tokens that an uneven statement has a part in."""
    one, other = set(tokens(first)), set(tokens(last))
    found = [Span(token.start, token.end) for token in one ^ other]
    at = 0
    for token in sorted(one & other, key=lambda token: token.start):
        while at < len(uneven) and uneven[at].end <= token.start:
            at += 1
        if at < len(uneven) and uneven[at].start < token.end:
            found.append(Span(token.start, token.end))
    return found


def _merged(spans: list[Span]) -> list[Span]:
    """`spans` sorted, those that touch as one; empty ones are left out."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(end, found[-1].end))
        elif start < end:
            found.append(Span(start, end))
    return found
