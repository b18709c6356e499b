"""A dialect as a value: which engine reads a file, with which delimiters, and what its project calls assets."""

from dataclasses import dataclass, field
from typing import Literal

from assetforge.dialects.idioms import DJANGO as DJANGO_IDIOMS
from assetforge.dialects.idioms import JINJA as JINJA_IDIOMS
from assetforge.dialects.idioms import Idioms
from assetforge.dialects.jinja import Syntax


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """`syntax` is Jinja's alone: Django's delimiters cannot be changed. Hashing is by `key`."""

    name: Literal["plain", "django", "jinja"]
    syntax: Syntax = field(default_factory=Syntax)
    idioms: Idioms = field(default_factory=Idioms)

    def key(self) -> str:
        """The same text for the same dialect in every process: for cache keys, together with `VERSION`."""
        rows = self.idioms
        tables = [sorted(table.items()) for table in (rows.tags, rows.functions, rows.filters)]
        return repr((self.name, self.syntax, tables, sorted(rows.prefixes), sorted(rows.taken)))

    def __hash__(self) -> int:
        return hash(self.key())


PLAIN = Dialect(name="plain")
DJANGO = Dialect(name="django", idioms=DJANGO_IDIOMS)
JINJA = Dialect(name="jinja", idioms=JINJA_IDIOMS)
