"""Spans, edits with holes, and the one way to change a text.

What must stay true: offsets are str offsets, spans are half-open, and a text without edits comes out as it went in. A file is
never parsed and printed again, so everything outside an edit's span is the author's own characters by construction. A hole
names an asset and is filled when the digest of that asset is known; nothing is ever searched for inside finished text.

`Span` and its like are named tuples and not dataclasses: a documentation site has a million of them, and they cost a third of
the time to make and a tenth to unpickle.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assetforge.errors import EditConflict


class Span(NamedTuple):
    """Half-open range of str offsets."""

    start: int
    end: int


class Name(NamedTuple):
    """Hole: the file name of asset `path` as the last segment of a URL, percent-encoded (`app.6098a84e6f42.css`).

    The folder part of the reference stays as the author wrote it, since hashed files lie beside the originals' places.
    """

    path: str


class Url(NamedTuple):
    """Hole: the whole URL of asset `path`, percent-encoded.

    With an asset host the URL begins with it. Else it is relative to the URL of `base` (a logical path; starts with `./` or
    `../`, as a module specifier must), or root-relative where `base` is None.
    """

    path: str
    base: str | None = None


class Integrity(NamedTuple):
    """Hole: the integrity metadata of asset `path` (SRI: `sha384-…`)."""

    path: str


Hole = Name | Url | Integrity
Piece = str | Hole


class Syntax(str):
    """Text of a template that stands as it is: its author's own, tags and all, or tags that a pass puts in. Any other text that
    comes into a template is escaped, so that the template writes exactly it."""

    __slots__ = ()


class Edit(NamedTuple):
    """Replace `span` by `pieces`. `reason` names the pass that wants it: for conflicts and for `explain`."""

    span: Span
    pieces: tuple[Piece, ...]
    reason: str


class Decoded(NamedTuple):
    """A piece of a text as its language reads it, with the way back to the file.

    `text` is the decoded value (character references, escapes resolved). `start` is the str offset of its first character in
    the file. `offsets` is None where decoding changed nothing (offset = start + index); else it holds the file's offset of
    every character of `text` and, last, of the end: `len(text) + 1` entries.
    """

    text: str
    start: int
    offsets: tuple[int, ...] | None = None

    def raw(self, index: int) -> int:
        """The file's str offset of `text[index]`; `index` may be `len(text)`."""
        return self.start + index if self.offsets is None else self.offsets[index]

    def span(self, start: int, end: int) -> Span:
        """The file's span of `text[start:end]`."""
        return Span(self.raw(start), self.raw(end))

    def slice(self, start: int, end: int) -> "Decoded":
        """The part `text[start:end]`, with its own way back."""
        offsets = None if self.offsets is None else self.offsets[start : end + 1]
        return Decoded(self.text[start:end], self.raw(start), offsets)


Change = tuple[int, int, str]  # start, end, replacement: an edit whose holes are filled


def settle(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Edits in the order of the text, equal ones once.

    Raises `EditConflict` where two overlap, or both insert at one offset.
    """
    settled: list[Edit] = []
    for edit in sorted(set(edits), key=lambda edit: (edit.span, edit.reason)):
        if settled and (edit.span.start < settled[-1].span.end or edit.span == settled[-1].span):
            raise EditConflict(f"{settled[-1].reason} and {edit.reason} both change what stands at offset {edit.span.start}")
        settled.append(edit)
    return tuple(settled)


class Cut(NamedTuple):
    """A part of a text that moves. `text`: its characters."""

    span: Span
    text: str


class Copy(NamedTuple):
    """A part of a text that is said once more behind itself, between `before` and `after`."""

    cut: Cut
    before: str
    after: str


def copied(edits: Iterable[Edit], copies: Iterable[Copy], reason: str) -> Iterator[Edit]:
    """The copies, each with the edits of its inside made."""
    known = settle(edits)
    for one in copies:
        start, end = one.cut.span
        inside = [edit for edit in known if start <= edit.span.start and edit.span.end <= end]
        yield Edit(Span(end, end), (one.before, *_carried(one.cut, inside), one.after), reason)


def relocated(edits: Iterable[Edit], cuts: Sequence[Cut], at: int, reason: str) -> tuple[Edit, ...]:
    """`edits` together with the move of `cuts` to the offset `at`, where they stand in the given order, each with the edits of its
    inside made. Raises `EditConflict` as `settle` does."""
    settled = settle(edits)
    stay: list[Edit] = []
    inside: dict[Span, list[Edit]] = {cut.span: [] for cut in cuts}
    spans = sorted(inside)
    for edit in settled:
        # what is put in just before a part that moves stays where it is
        found = bisect_right(spans, edit.span.start, key=lambda span: span.start) - 1
        holds = found >= 0 and spans[found].start < edit.span.end <= spans[found].end
        (inside[spans[found]] if holds else stay).append(edit)
    if not cuts:
        return settled
    here = Span(at, at)
    before = tuple(piece for edit in stay if edit.span == here for piece in edit.pieces)  # what is put in there comes first
    stay = [edit for edit in stay if edit.span != here]
    pieces = (*before, *(piece for cut in cuts for piece in _carried(cut, inside[cut.span])))
    return settle([*stay, *(Edit(cut.span, (), reason) for cut in cuts), Edit(here, pieces, reason)])


def _carried(cut: Cut, edits: Iterable[Edit]) -> Iterator[Piece]:
    kind = type(cut.text)  # what is syntax stays syntax
    at = cut.span.start
    for edit in edits:
        yield kind(cut.text[at - cut.span.start : edit.span.start - cut.span.start])
        yield from edit.pieces
        at = edit.span.end
    yield kind(cut.text[at - cut.span.start :])


def repeated(edits: Iterable[Edit], parts: Iterable[Piece | Cut]) -> Iterator[Piece]:
    """`parts`, which say parts of the text once more, each with the edits of its inside made."""
    known = settle(edits)
    starts = [edit.span.start for edit in known]
    for part in parts:
        if not isinstance(part, Cut):
            yield part
            continue
        start, end = part.span
        first = bisect_left(starts, start)
        yield from _carried(part, (one for one in known[first : bisect_right(starts, end)] if one.span.end <= end))


def filled(edit: Edit, fill: Callable[[Hole], str]) -> Change:
    """An edit with its holes filled; `fill` says what a hole is worth."""
    pieces = (piece if isinstance(piece, str) else fill(piece) for piece in edit.pieces)
    return edit.span.start, edit.span.end, "".join(pieces)


def changed(text: str, changes: Iterable[Change]) -> str:
    """`text` with changes made, which stand in its order and do not overlap."""
    parts: list[str] = []
    at = 0
    for start, end, replacement in changes:
        parts += (text[at:start], replacement)
        at = end
    parts.append(text[at:])
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the lines of a text begin, for offset -> line and column (both from 1, columns in characters)."""

    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> "Lines":
        starts, at = [0], text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = text.find("\n", at + 1)
        return cls(text, tuple(starts))

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def excerpt(self, line: int) -> str:
        """The text of a line (from 1), without its end."""
        start = self.starts[line - 1]
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")
