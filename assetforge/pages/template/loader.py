"""Which template a name means, as the frameworks' loaders have it.

Folders are searched in the order of the configuration and the first that has a name wins (Django's `DIRS` and app directories,
Jinja's `ChoiceLoader`). A Django template that extends its own name means the next one down the path: no template extends one that
is already in its chain (`ExtendsNode.find_template`); ckan's `{% ckan_extends %}` says so outright. Names that begin with `./` or
`../` are relative in Django (`construct_relative_path`) and nothing special in Jinja.

What must stay true: a name that is computed is what the configuration says it may be, or what the known part of it leaves over
among all templates; else it is unknown, and never guessed.
"""

import posixpath
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from assetforge.dialects import Pattern, expanded
from assetforge.dialects.statement import Names
from assetforge.pages.template.sketch import Sketch

MOST_CHOICES = 32  # templates that one computed name may mean; with more of them it counts as unknown


class Template(NamedTuple):
    """A template that loaders find. `name`: what templates call it (`admin/base.html`); `path`: logical; `engine`: the name of its
    dialect, since engines do not load each other's; `root`: the number of its folder in the order of search."""

    name: str
    path: str
    engine: str
    root: int
    sketch: Sketch


class Found(NamedTuple):
    """`templates`: what a name may mean. `closed`: nothing else can be meant. `missing`: names that no folder has."""

    templates: tuple[Template, ...]
    closed: bool
    missing: tuple[str, ...] = ()


class Loader:
    """All templates by engine and name. `candidates`: for an expression as written, the names that it may be."""

    def __init__(self, templates: Iterable[Template], candidates: Mapping[str, tuple[str, ...]]) -> None:
        self._by_name: dict[tuple[str, str], list[Template]] = {}
        self._candidates = candidates
        for one in sorted(templates, key=lambda one: (one.root, one.path)):
            self._by_name.setdefault((one.engine, one.name), []).append(one)
        self._names: dict[str, list[str]] = {}
        for engine, name in self._by_name:
            self._names.setdefault(engine, []).append(name)
        self._expanded: dict[tuple[str, Pattern], tuple[str, ...]] = {}

    def first(self, engine: str, name: str, but: Collection[str] = ()) -> Template | None:
        """The template that a name means, were those with paths in `but` not there."""
        return next((one for one in self._by_name.get((engine, name), ()) if one.path not in but), None)

    def next(self, template: Template) -> Template | None:
        """The template of the same name further down the path."""
        same = self._by_name[template.engine, template.name]
        return next((one for one in same if one.root > template.root), None)

    def declared(self, expression: str) -> bool:
        """Does the configuration say what an expression may be?"""
        return _tight(expression) in self._candidates

    def find(self, names: Names, by: Template, but: Collection[str] = ()) -> Found:
        """What `names`, written in `by`, may mean."""
        declared = self._candidates.get(_tight(names.expression))
        if declared is not None:
            names = Names((*((name,) for name in names.literals), *((name,) for name in declared)), names.expression)
        found: dict[str, Template] = {}
        missing: list[str] = []
        closed = True
        for pattern in names.patterns:
            literal = pattern[0] if len(pattern) == 1 else None
            choices = (literal,) if literal is not None else self._matching(by.engine, pattern)
            closed = closed and choices is not None
            for name in choices or ():
                one = self.first(by.engine, _absolute(name, by), but)
                if one is None:
                    missing.append(name)
                    continue
                found[one.path] = one
            if names.first and found and literal is not None:
                break  # of a list the first that exists is taken
        if names.first and found:
            missing.clear()
        return Found(tuple(found.values()), closed, tuple(missing))

    def _matching(self, engine: str, pattern: Pattern) -> tuple[str, ...] | None:
        """The names that a computed one may be, None where that cannot be said."""
        key = engine, pattern
        if key not in self._expanded:
            self._expanded[key] = expanded((pattern,), self._names.get(engine, ())) if any(pattern) else ()
        names = self._expanded[key]
        return names if 0 < len(names) <= MOST_CHOICES else None


def _tight(expression: str) -> str:
    """An expression as the configuration writes it: one space where the template has white space."""
    return " ".join(expression.split())


def _absolute(name: str, by: Template) -> str:
    """Django's relative names are relative to the folder of the template that says them."""
    if by.engine != "django" or not name.startswith(("./", "../")):
        return name
    return posixpath.normpath(posixpath.join(posixpath.dirname(by.name.lstrip("/")), name))
