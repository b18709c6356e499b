"""The statements of a template: what it extends, which blocks it fills, what it includes, calls, repeats and chooses between.

They come in the order of the text, each with the span of its body, so that their nesting is that of their spans. What must stay
true: what writes into the page and is not understood is a `hole`; a condition is text and is never evaluated; names that are
computed keep their unknown parts (`None` in a pattern), and nothing is guessed in their place.

What is no statement: an expression whose value the engine escapes (`{{ title }}`), and tags that write neither element nor script.
"""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from assetforge.dialects.islands import Island
from assetforge.dialects.mentions import Pattern, Prefix, Value
from assetforge.reference import Finding
from assetforge.text import Decoded, Span

StatementKind = Literal[
    "extends",  # `names`, or `next`: the template of the same name further down the path
    "block",
    "super",  # the same block one step further out; `level` of them
    "self",  # another block of the page, once more
    "include",
    "import",  # `name`: the alias of the module, or empty; `bound`: (name in it, name here)
    "macro",  # a body that is written elsewhere: `{% macro %}`, `{% partialdef %}`, `{% set x %}…{% endset %}`
    "call",  # of a macro, or of what is none; a body is what `caller` writes
    "caller",
    "if",  # one arm; `text`: its condition, empty for the last
    "for",  # arm 0 is the loop, arm 1 what is written where there is nothing to repeat
    "scope",  # a body that is written as it stands: `with`, `cache`, `autoescape`
    "filter",  # a body whose text a filter changes
    "tag",  # a body that belongs to a tag which nobody here knows
    "hole",  # may write anything: `name` is the tag, empty for an expression
]
Why = Literal["", "tag", "safe", "media", "form", "call"]
NOWHERE = Span(-1, -1)
DEEPEST = 60  # open statements; a template that nests deeper is not followed


class Names(NamedTuple):
    """Which templates an expression may name. `patterns`: its alternatives, in their order; one of a single str is a literal, and
    `(None,)` is anything. `first`: of the alternatives the first that exists is meant (a list). `expression`: as written."""

    patterns: tuple[Pattern, ...]
    expression: str
    first: bool = False

    @property
    def literals(self) -> tuple[str, ...]:
        """The names that are written out."""
        return tuple(one[0] for one in self.patterns if len(one) == 1 and one[0] is not None)

    @property
    def closed(self) -> bool:
        """Are all alternatives written out?"""
        return len(self.literals) == len(self.patterns)


class Statement(NamedTuple):
    """`span`: the tag or expression that opens it. `body`: what lies between that and the tag that ends it, `NOWHERE` where it has
    none. `head`: the span of the first tag of its arms, by which the arms of one `if` are known. `words`: `required`, `scoped`,
    `ignore missing`, `only`, `without context`, `inline`, `next`, `capture`. `why`: what makes a hole of it."""

    kind: StatementKind
    span: Span
    body: Span = NOWHERE
    name: str = ""
    text: str = ""
    arm: int = 0
    head: Span = NOWHERE
    names: Names | None = None
    words: tuple[str, ...] = ()
    bound: tuple[tuple[str, str], ...] = ()
    level: int = 1
    why: Why = ""

    @property
    def end(self) -> int:
        """Where what belongs to it ends."""
        return max(self.span.end, self.body.end)


class Statements(NamedTuple):
    """All statements of a template. `refusal`: why they cannot be relied on; then there are none."""

    statements: tuple[Statement, ...] = ()
    refusal: Finding | None = None


Role = Literal["single", "open", "arm", "close"]


class Construct(NamedTuple):
    """What one island is: a statement whose body is not known yet, and its part in the nesting. `opener`: the name of the tag that
    its end tag answers to."""

    role: Role
    statement: Statement
    opener: str = ""


def nested(constructs: Iterable[Construct], bodies: frozenset[str]) -> Statements:
    """Statements with their bodies. `bodies`: names of tags that have an end tag somewhere; one without its own has none."""
    made: list[Statement] = []
    stack: list[tuple[int, str]] = []  # index and opener of what is open
    for role, statement, opener in constructs:
        if role == "single":
            made.append(statement)
        elif role == "open":
            if opener not in bodies and statement.kind != "tag":
                return _refused(statement.span, f"{{% {opener} %}} is never closed")
            if opener in bodies:
                stack.append((len(made), opener))
            made.append(statement if opener in bodies else statement._replace(kind="hole"))
            if len(stack) > DEEPEST:
                return _refused(statement.span, f"its tags are nested deeper than {DEEPEST}")
        elif role == "arm":
            if stack:
                _next_arm(made, stack, statement)
        elif any(name == opener for _, name in stack):
            problem = _close(made, stack, opener, statement.span.start)
            if problem is not None:
                return problem
        else:
            return _refused(statement.span, f"{{% end{opener} %}} ends nothing")
    while stack:
        problem = _leave(made, *stack.pop())
        if problem is not None:
            return problem
    return Statements(tuple(made))


def _next_arm(made: list[Statement], stack: list[tuple[int, str]], arm: Statement) -> None:
    at, opener = stack[-1]
    before = made[at]
    if before.kind not in ("if", "for", "tag"):
        return
    made[at] = _ended(before, arm.span.start)
    stack[-1] = (len(made), opener)
    head = before.span if before.head == NOWHERE else before.head
    made.append(arm._replace(kind=before.kind, name=before.name, arm=before.arm + 1, head=head))


def _close(made: list[Statement], stack: list[tuple[int, str]], opener: str, at: int) -> Statements | None:
    while True:
        index, name = stack.pop()
        if name == opener:
            made[index] = _ended(made[index], at)
            return None
        if (problem := _leave(made, index, name)) is not None:
            return problem


def _leave(made: list[Statement], index: int, opener: str) -> Statements | None:
    """A tag that was never closed: one of the engine's own is a mistake, one of somebody else has no body here."""
    if made[index].kind != "tag":
        return _refused(made[index].span, f"{{% {opener} %}} is never closed")
    made[index] = made[index]._replace(kind="hole")
    return None


def _ended(one: Statement, at: int) -> Statement:
    return one._replace(body=Span(one.span.end, max(at, one.span.end)), head=one.span if one.head == NOWHERE else one.head)


def _refused(span: Span, why: str) -> Statements:
    return Statements(refusal=Finding("template-syntax", "note", span, f"{why}, so what the template consists of is not known"))


def end_names(islands: Iterable[Island]) -> frozenset[str]:
    """Names of the tags that something ends."""
    return frozenset(one.name[3:] for one in islands if one.kind == "tag" and one.name.startswith("end"))


def names_of(values: Iterable[Value], expression: str, *, first: bool = False) -> Names:
    """The names that any of `values` may be."""
    patterns = dict.fromkeys(_pattern(form) for value in values for form in value)
    return Names(tuple(patterns), expression, first)


def _pattern(form: Iterable[Decoded | Prefix | None]) -> Pattern:
    parts: list[str | None] = []
    for part in form:
        piece = part.text if isinstance(part, Decoded) else None
        if piece is not None and parts and parts[-1] is not None:
            parts[-1] += piece
        elif piece is not None or not parts or parts[-1] is not None:
            parts.append(piece)
    return tuple(parts)


def tags(islands: Iterable[Island]) -> Iterator[Island]:
    """Islands that may be statements."""
    return (one for one in islands if one.kind in ("tag", "expression"))
