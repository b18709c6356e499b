"""Tokens of a template, and the islands of template syntax in it.

What must stay true: tokens tile the text (each begins where the one before ended, the last ends with the text), and islands are in
the order of the text and do not overlap. A token says what the template's own lexer sees; an island says what is not the author's
HTML: Django's `{% comment %}…{% endcomment %}` is many tokens and one island.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from assetforge.reference import Finding
from assetforge.text import Span

TokenKind = Literal[
    "text",
    "expression",  # {{ … }}
    "tag",  # {% … %}, a line statement
    "comment",  # {# … #}, a line comment
    "raw",  # text between {% verbatim %} or {% raw %} and its end: nothing in it is template syntax
]
IslandKind = Literal["expression", "tag", "comment", "raw"]


class Token(NamedTuple):
    """`start..end`: from the first character of the opening delimiter to the last of the closing one. `name`: the first word of a
    tag. White space that a `-` takes away belongs to the text beside it."""

    kind: TokenKind
    start: int
    end: int
    name: str = ""


class Lexed(NamedTuple):
    """`refusal`: why the tokens cannot be relied on (the framework itself fails to read the text, or it cannot be read with
    certainty); the tokens tile the text all the same, what was not understood being text."""

    tokens: tuple[Token, ...]
    refusal: Finding | None = None


class Island(NamedTuple):
    """Template syntax. `kind`: `expression`, `tag`, `comment` (a block comment is one island with all that is in it), or `raw`: the
    body of a raw block, which is the page's own text and therefore not masked. `name`: the first word of a tag, `comment` for a
    block comment, `raw` or `verbatim` for a body. `writes`: may it put text into the page where it stands? `{% if %}` does not."""

    span: Span
    kind: IslandKind
    name: str = ""
    writes: bool = True


class Body(NamedTuple):
    """Text that a tag takes as its own (`{% compress css %}…{% endcompress %}`): nothing in it is edited. `span`: without the
    two tags."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class Masked:
    """A text in which an HTML tokenizer may run: offsets are those of the template.

    `text`: every island but raw bodies replaced by characters that are no HTML syntax. What stands inside an island is filling:
    no edit may touch it. `refusal`: as in `Lexed`; then `text` is the template as it is and nothing of it may be edited.
    """

    text: str
    islands: tuple[Island, ...] = ()
    bodies: tuple[Body, ...] = ()
    refusal: Finding | None = None
    _hidden: tuple[Island, ...] = field(init=False, repr=False, compare=False)
    _starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        hidden = tuple(island for island in self.islands if island.kind != "raw")
        object.__setattr__(self, "_hidden", hidden)
        object.__setattr__(self, "_starts", tuple(island.span.start for island in hidden))

    def touched(self, span: Span) -> tuple[Island, ...]:
        """The masked islands that share a character with `span`, or that an empty span lies inside of."""
        first = max(0, bisect_right(self._starts, span.start) - 1)
        found = []
        for island in self._hidden[first:]:
            if island.span.start >= max(span.end, span.start + 1):
                break
            if island.span.end > span.start and (island.span.start < span.start or span.start < span.end):
                found.append(island)
        return tuple(found)

    def is_plain(self, span: Span) -> bool:
        """Are all characters of `span` the author's own?"""
        return not self.touched(span)

    def owner(self, at: int) -> str:
        """The tag that the text at `at` belongs to (`compress`), empty where it is nobody's."""
        found = bisect_right(self.bodies, at, key=lambda body: body.span.start) - 1
        return self.bodies[found].name if found >= 0 and at < self.bodies[found].span.end else ""

    def raw_at(self, at: int) -> bool:
        """Is `at` in the body of a raw block? Text put there must not be escaped."""
        found = bisect_right(self.islands, at, key=lambda island: island.span.start) - 1
        near = self.islands[max(0, found - 1) : found + 1]  # the end of one is the start of the next
        return any(one.kind == "raw" and one.span.start <= at <= one.span.end for one in near)
