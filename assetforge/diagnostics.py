"""What a build has to tell a person: values, their order, and the worst of them."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "note"]
_RANK: dict[str, int] = {"error": 0, "warning": 1, "note": 2}


class Diagnostic(NamedTuple):
    """One message. `path` is logical; `line` and `column` count from 1 (0: the whole file), columns in characters; `excerpt` is
    the line or, of a long one, the part that begins `excerpt_at` characters into it; `width` how many characters the caret
    underlines; `more` counts further files with the same message."""

    path: str
    line: int
    column: int
    severity: Severity
    code: str
    message: str
    hint: str = ""
    excerpt: str = ""
    width: int = 1
    more: int = 0
    excerpt_at: int = 0


def ordered(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Errors first, then by place. Equal ones once."""
    return tuple(sorted(set(diagnostics), key=lambda one: (_RANK[one.severity], one)))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    return any(one.severity == "error" for one in diagnostics)
