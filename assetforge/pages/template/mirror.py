"""What is written into templates so that a page may have its stylesheets at the end of its body.

A page that asks for it says so in the block of its critical CSS, which stands in the layout before the first stylesheet:

    base.html    {% block assetforge_critical %}{% endblock %}
                 {% if not assetforge_late %}<link rel=stylesheet href="{% static 'app.css' %}">{% endif %}
                 …
                 {% if assetforge_late %}<link rel=stylesheet href="{% static 'app.css' %}">
                 {% block assetforge_late_extra %}{% endblock %}{% endif %}</body>
    home.html    {% block extra %}{% if not assetforge_late %}<link …>{% endif %}{% endblock %}
                 {% block assetforge_late_extra %}<link …>{% endblock %}
                 {% block assetforge_critical %}… <style>…</style>{% endblock %}

What must stay true: a page whose template fills no such block, one that nobody knew of at build time above all, is written as its
author wrote it. What stands at the end of the body is the head's stylesheets in their order, under their conditions: each block of
the head that holds some has a mirror there, and each template that fills the block fills its mirror.

How a block lets the rest of the page know differs. Jinja has `namespace()`. In Django `{% cycle %}` sets its variable where that
was first set (`Context.set_upward`), and so at the top of the layout; variables of other tags end with their block.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from assetforge import dialects
from assetforge.dialects import Dialect, Masked
from assetforge.dialects.statement import NOWHERE, Statement
from assetforge.formats.html.tokens import attributes, tokens
from assetforge.text import Cut, Piece, Span, Syntax

LATE, CRITICAL = "assetforge_late", "assetforge_critical"
SAMPLES = "record samples of its pages: assetforge.django.recorder, assetforge.flask.recorder or `assetforge sample URL`"
Part = Piece | Cut
_IF = re.compile(r"\W*if\b")
_OF_A_PRELOAD = frozenset({"href", "crossorigin", "integrity", "referrerpolicy", "media", "nonce"})


class Unmirrored(Exception):
    """Why stylesheets of a template cannot stand a second time."""


class Tags:
    """The tags that are put in, in a dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._django = dialect.name == "django"
        syntax = dialect.syntax
        # `+`: no option of the environment takes white space around
        self._open = "{% " if self._django else syntax.block_start_string + ("+ " if syntax.lstrip_blocks else " ")
        self._close = " %}" if self._django else (" +" if syntax.trim_blocks else " ") + syntax.block_end_string

    def tag(self, said: str) -> Syntax:
        return Syntax(f"{self._open}{said}{self._close}")

    @property
    def declare(self) -> Syntax:
        """At the beginning of a layout."""
        return self.tag(f'cycle "" as {LATE} silent' if self._django else f"set {LATE} = namespace(on=false)")

    @property
    def ask(self) -> Syntax:
        """In a fill: this page has its stylesheets at the end."""
        return self.tag(f'cycle "on" as {LATE} silent' if self._django else f"set {LATE}.on = true")

    @property
    def late(self) -> Syntax:
        # a template may be rendered in a layout that does not have the variable
        return self.tag(f"if {LATE}" if self._django else f"if {LATE} is defined and {LATE}.on")

    @property
    def not_late(self) -> Syntax:
        return self.tag(f"if not {LATE}" if self._django else f"if not ({LATE} is defined and {LATE}.on)")

    @property
    def end(self) -> Syntax:
        return self.tag("endif")

    def block(self, name: str, inside: Iterable[Part]) -> tuple[Part, ...]:
        return self.tag(f"block {name}"), *inside, self.tag("endblock")


class Arms(NamedTuple):
    """The conditions of an `if`, up to one arm of it: `("a", "b")` is what `{% elif b %}` after `{% if a %}` means, and where the
    last is empty `{% else %}`."""

    conditions: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Source:
    """A template as its author wrote it."""

    path: str
    text: str
    dialect: Dialect
    masked: Masked
    statements: tuple[Statement, ...]

    @classmethod
    def read(cls, path: str, text: str, dialect: Dialect) -> "Source":
        masked = dialects.mask(text, dialect)
        return cls(path, text, dialect, masked, dialects.statements(text, dialect, masked).statements)

    def block(self, name: str) -> Statement | None:
        return next((one for one in self.statements if one.kind == "block" and one.name == name), None)

    @cached_property
    def starts(self) -> list[int]:
        return [one.span.start for one in self.statements]

    @cached_property
    def _branches(self) -> dict[Span, list[Statement]]:
        found: dict[Span, list[Statement]] = {}
        for one in self.statements:
            if one.kind == "if":
                found.setdefault(one.span if one.head == NOWHERE else one.head, []).append(one)
        return found

    def branches(self, head: Span) -> list[Statement]:
        """The arms of the `if` whose first tag this is."""
        return self._branches.get(head, [])

    def arms(self, head: Span) -> list[Statement]:
        """The same, of an `if` that can be said again. Raises `Unmirrored`."""
        found = self.branches(head)
        if not found or not _IF.match(self.text, found[0].span.start):
            raise Unmirrored("it stands under a condition that cannot be said again")
        return found

    def end_of(self, one: Statement) -> int:
        """Where the tag that ends a statement ends."""
        closing = next((island for island in self.masked.islands if island.span.start == one.end), None)
        return closing.span.end if closing else one.end

    def is_top(self, one: Statement) -> bool:
        """Does a statement stand in no other?"""
        return not any(other is not one and other.body != NOWHERE and other.body.start <= one.span.start < other.body.end
                       for other in self.statements)  # fmt: skip


@dataclass(frozen=True)
class Mirror:
    """The stylesheets of one template a second time. `moved`: the spans of their elements; `blocks`: names of the blocks that have
    a mirror. `preload`: links that ask for them early stand in their place."""

    source: Source
    moved: Sequence[Span]
    blocks: Collection[str] = ()
    preload: bool = False

    @property
    def tags(self) -> Tags:
        return Tags(self.source.dialect)

    def parts(self, region: Span) -> tuple[Part, ...]:
        """What stands in a region. Raises `Unmirrored`."""
        return tuple(self._parts(region))

    def _parts(self, region: Span) -> Iterator[Part]:
        at = region.start
        for start, item in self._items(region):
            if start < at:
                continue
            if isinstance(item, Span):
                yield from self._element(item)
                at = item.end
            else:
                inside, at = self._statement(item)
                yield from inside

    def _items(self, region: Span) -> list[tuple[int, Span | Statement]]:
        found: list[tuple[int, Span | Statement]] = [
            (one.start, one) for one in self.moved if region.start <= one.start and one.end <= region.end
        ]
        starts = self.source.starts
        inside = self.source.statements[bisect_left(starts, region.start) : bisect_left(starts, region.end)]
        found += [(one.span.start, one) for one in inside]
        return sorted(found, key=lambda pair: pair[0])

    def _statement(self, one: Statement) -> tuple[tuple[Part, ...], int]:
        """What a statement holds, and where it ends."""
        if one.kind == "block":
            inside = self.parts(one.body)
            return (self.tags.block(mirror_name(one.name), inside) if one.name in self.blocks else inside), one.end
        if one.kind == "super":
            return (Syntax(self.source.text[one.span.start : one.span.end]),), one.end
        if one.kind == "if":
            return self._arms(one)
        if one.body != NOWHERE and any(one.body.start <= other.start < one.body.end for other in self.moved):
            raise Unmirrored(f"a stylesheet stands in {{% {one.name or one.kind} %}}")
        return (), one.end

    def _arms(self, first: Statement) -> tuple[tuple[Part, ...], int]:
        region = self.source.branches(first.span)
        inside = [self.parts(one.body) for one in region]
        end = max(one.end for one in (first, *region))
        if not any(inside):
            return (), end
        arms = self.source.arms(first.span)
        parts: list[Part] = []
        for number, (one, held) in enumerate(zip(arms, inside, strict=True)):
            parts += (self.tags.tag(_arm(one.text, number)), *held)
        return (*parts, self.tags.end), end

    def _element(self, span: Span) -> Iterator[Part]:
        if not self.preload:
            yield from self._copy(span)
            return
        masked = self.source.masked.text[span.start : span.end]
        (tag,) = (token for token in tokens(masked) if token.kind == "start")
        yield Syntax('<link rel="preload" as="style"')
        for one in attributes(masked, tag):
            if one.name.lower() in _OF_A_PRELOAD:
                start, end = span.start + one.start, span.start + one.end
                quote = one.quote or '"'
                yield Syntax(f" {one.name.lower()}" if one.start < 0 else f" {one.name.lower()}={quote}")
                yield from self._copy(Span(start, end)) if one.start >= 0 else ()
                yield Syntax(quote if one.start >= 0 else "")
        yield Syntax(">")

    def _copy(self, span: Span) -> Iterator[Part]:
        """A part of the text, without the tags of blocks that stand in it: a block has one place."""
        at = span.start
        for one in self.source.statements:
            if one.kind == "block" and span.start <= one.span.start < span.end:
                for start, end in (one.span, Span(one.end, self.source.end_of(one))):
                    yield self._cut(at, start)
                    at = end
        yield self._cut(at, span.end)

    def _cut(self, start: int, end: int) -> Cut:
        return Cut(Span(start, end), Syntax(self.source.text[start:end]))


def mirror_name(block: str) -> str:
    """The block at the end of the body that stands for a block of the head."""
    return f"{LATE}_{block}"


def conditions(source: Source, arm: Span, number: int) -> Arms:
    """What must hold for the arm `number` of the `if` whose first tag is at `arm`. Raises `Unmirrored`."""
    return Arms(tuple(one.text for one in source.arms(arm) if one.arm <= number))


def _arm(condition: str, number: int) -> str:
    if not number:
        return f"if {condition}"
    return f"elif {condition}" if condition else "else"


def under(tags: Tags, arms: Sequence[Arms], inside: Iterable[Part]) -> tuple[Part, ...]:
    """`inside` where all conditions hold."""
    parts = tuple(inside)
    for one in reversed(arms):
        opening = (tags.tag(_arm(condition, number)) for number, condition in enumerate(one.conditions))
        parts = (*opening, *parts, tags.end)
    return parts
