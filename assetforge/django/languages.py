"""What the templates of a project call assets: the tags and globals of its engines, and `templates` of ASSETFORGE.

    ASSETFORGE = {"templates": {"tags": ["asset"], "urls": "literal"}}

The keys are those of a root of templates in `assetforge.toml`. What must stay true: what an engine says is not to be said again, so
`{% static %}` under another name is known, and so are an environment's delimiters.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from django.template.backends.django import DjangoTemplates
from django.templatetags import static

from assetforge.config import DialectName, Templates
from assetforge.dialects import Syntax

_NOT_DJANGOS = ("syntax", "functions")


def language(engines: list[Any], chosen: Templates, dialect: DialectName) -> Templates:
    """What the templates of `engines`, all of one dialect, call assets, with what the settings add."""
    if dialect == "django":
        known = {name for name, *_ in chosen.tags} | {"static"}
        tags = {(name, 0, "path") for engine in engines for name in _static_tags(engine) if name not in known}
        plain = {name: getattr(Templates(), name) for name in _NOT_DJANGOS}
        return replace(chosen, tags=tuple(sorted({*chosen.tags, *tags}, key=repr)), **plain)
    named = {name for name, *_ in chosen.functions} | {"static"}
    functions = {(name, 0, None, (), "path") for engine in engines for name in _static_functions(engine) if name not in named}
    return replace(
        chosen, syntax=_syntax(engines[0].env), functions=tuple(sorted({*chosen.functions, *functions}, key=repr)), tags=chosen.tags
    )


def dialect_of(engine: Any) -> DialectName:
    """The language of an engine's templates; `plain` where it is neither Django's nor Jinja's."""
    return "django" if isinstance(engine, DjangoTemplates) else "jinja" if hasattr(engine, "env") else "plain"


def _static_tags(engine: DjangoTemplates) -> Iterator[str]:
    """Names under which libraries register `{% static %}`."""
    for library in (*engine.engine.template_builtins, *engine.engine.template_libraries.values()):
        for name, tag in library.tags.items():
            owner = getattr(tag, "__self__", None)
            if tag is static.do_static or (isinstance(owner, type) and issubclass(owner, static.StaticNode)):
                yield name


def _static_functions(engine: Any) -> Iterator[str]:
    """Names under which an environment has `static()`."""
    known: Mapping[str, Any] = engine.env.globals
    for name, value in known.items():
        if value is static.static:
            yield name


def _syntax(environment: Any) -> tuple[tuple[str, str | bool], ...]:
    """The options of an environment that differ from Jinja's own."""
    plain = Syntax()
    found = ((one.name, getattr(environment, one.name, getattr(plain, one.name))) for one in fields(Syntax))
    return tuple(sorted((name, value) for name, value in found if value is not None and value != getattr(plain, name)))
