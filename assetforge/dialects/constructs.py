"""Is the template syntax of a text the same after its edits?

What must stay true: of a text whose edits pass, the engine sees outside the edits exactly the constructs it saw before. Text can
open a construct together with what stands beside it (`{` and `{`, `{#` and a `#}` further on in the line), so the edited text
is read again.
"""

from collections.abc import Iterable
from typing import NamedTuple

from assetforge.dialects.islands import Lexed, Token
from assetforge.text import Span, changed


class Change(NamedTuple):
    """An edit whose holes are filled."""

    span: Span
    text: str


class Difference(NamedTuple):
    """`at`: str offset in the text before. `message`: a sentence for a person."""

    at: int
    message: str


def applied(text: str, changes: Iterable[Change]) -> str:
    """`text` with changes made, in whatever order they come."""
    return changed(text, ((*span, new) for span, new in sorted(changes)))


def difference(before: Lexed, after: Lexed, changes: Iterable[Change]) -> Difference | None:
    """The first construct outside `changes` that is not what it was, or None."""
    ordered = sorted(changes)
    if after.refusal and not before.refusal:
        return Difference(_back(ordered, after.refusal.span.start), "the edited template could no longer be read")
    old = _outside(before.tokens, [change.span for change in ordered])
    new = _outside(after.tokens, _replaced(ordered))
    moved = _moved(old, ordered)
    for was, now in zip(moved, new, strict=False):
        if was != now:
            return Difference(_back(ordered, min(was.start, now.start)), "an edit would change what is template syntax")
    if len(moved) != len(new):
        rest = (moved if len(moved) > len(new) else new)[min(len(moved), len(new))]
        return Difference(_back(ordered, rest.start), "an edit would change what is template syntax")
    return None


def _outside(tokens: tuple[Token, ...], spans: list[Span]) -> list[Token]:
    """The constructs that no span holds whole."""
    found, at = [], 0
    for token in tokens:
        if token.kind in ("text", "raw"):
            continue
        while at < len(spans) and spans[at].end < token.end:
            at += 1
        if at == len(spans) or spans[at].start > token.start:
            found.append(token)
    return found


def _replaced(ordered: list[Change]) -> list[Span]:
    """Where each change's text stands afterwards."""
    found, shift = [], 0
    for (start, end), new in ordered:
        found.append(Span(start + shift, start + shift + len(new)))
        shift += len(new) - (end - start)
    return found


def _moved(tokens: list[Token], ordered: list[Change]) -> list[Token]:
    """Tokens before, where they must be afterwards. Their bounds lie in no change, or the comparison fails."""
    found, at, shift = [], 0, 0
    for token in tokens:
        while at < len(ordered) and ordered[at].span.end <= token.start:
            shift += _growth(ordered[at])
            at += 1
        end_shift, ahead = shift, at
        while ahead < len(ordered) and ordered[ahead].span.end < token.end:
            end_shift += _growth(ordered[ahead])
            ahead += 1
        found.append(token._replace(start=token.start + shift, end=token.end + end_shift))
    return found


def _growth(change: Change) -> int:
    return len(change.text) - (change.span.end - change.span.start)


def _back(ordered: list[Change], at: int) -> int:
    """An offset after the changes as one before them."""
    for change, span in reversed(list(zip(ordered, _replaced(ordered), strict=True))):
        if at >= span.end:
            return at - span.end + change.span.end
        if at >= span.start:
            return change.span.start
    return at
