"""Selectors as values: what Selectors Level 4 calls a selector list, a complex selector, a compound selector.

What must stay true: values are immutable, hashable and picklable, and equal where they select the same by construction. Names are
decoded (no escapes); those that CSS compares without case (pseudo-classes, pseudo-elements) are in lower case.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

Combinator = Literal["", " ", ">", "+", "~"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """`[name operator value case]`. `namespace`: an URL, empty for none, `*` for any."""

    name: str
    namespace: str = ""
    operator: Literal["", "=", "~=", "|=", "^=", "$=", "*="] = ""
    value: str = ""
    case: Literal["", "i", "s"] = ""


@dataclass(frozen=True, slots=True)
class PseudoClass:
    """One without selectors in it. `argument`: as written between the brackets, None where there are none. Any name, known or
    not."""

    name: str
    argument: str | None = None


@dataclass(frozen=True, slots=True)
class Is:
    """`:is()`, `:where()` and their prefixed ancestors; `&` once it is known what it stands for."""

    selectors: "Selectors"


@dataclass(frozen=True, slots=True)
class Not:
    selectors: "Selectors"


@dataclass(frozen=True, slots=True)
class Has:
    """The first compound of each selector has a combinator, which leads on from the element that is asked about."""

    selectors: "Selectors"


@dataclass(frozen=True, slots=True)
class Nth:
    """`:nth-child(step·n + offset of …)` and its family, `:first-child` and its like too. `typed`: among elements of one type."""

    step: int
    offset: int
    last: bool = False
    typed: bool = False
    of: "Selectors | None" = None


@dataclass(frozen=True, slots=True)
class Parent:
    """`&`, as long as it is not known what it stands for."""


Condition = Attribute | PseudoClass | Is | Not | Has | Nth | Parent


class Compound(NamedTuple):
    """Conditions on one element. `combinator`: what leads to it from the compound before; of the first one it is empty, or the
    selector is relative. `name`: of the element as written, None for any; `namespace`: an URL, empty for none, None for any.
    `pseudo`: the pseudo-element whose originating element this is, with what follows it (`before`, `part`), else empty."""

    combinator: Combinator = ""
    name: str | None = None
    ids: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    pseudo: str = ""
    namespace: str | None = None


class Complex(NamedTuple):
    """Compounds in the order of the text. None of them: it could not be read, and nothing is known of what it matches."""

    compounds: tuple[Compound, ...]


class Selectors:
    """A list of selectors. It matches what any of its `alternatives` does, which are in the order of the text.

    One that is plain (names, classes, ids, pseudo-classes without arguments) is read when it is first asked for: most selectors
    of a stylesheet have nothing to do with a page, and their `plain` text tells. Of others that is empty."""

    __slots__ = ("_alternatives", "_read", "plain")

    def __init__(
        self,
        alternatives: tuple[Complex, ...] | None = None,
        plain: str = "",
        read: Callable[[str], tuple[Complex, ...]] = lambda text: (),
    ) -> None:
        self._alternatives, self.plain, self._read = alternatives, plain, read

    @property
    def alternatives(self) -> tuple[Complex, ...]:
        if self._alternatives is None:
            self._alternatives = self._read(self.plain)
        return self._alternatives

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Selectors) and self.alternatives == other.alternatives)

    def __hash__(self) -> int:
        return hash(self.alternatives)

    def __reduce__(self) -> tuple[type["Selectors"], tuple[tuple[Complex, ...]]]:
        return Selectors, (self.alternatives,)

    def __repr__(self) -> str:
        return f"Selectors({self.alternatives!r})"


UNKNOWN = Complex(())
