"""From Django's settings to a `Config`: the dict ASSETFORGE, with the keys of `assetforge.toml`.

What must stay true: what Django says already has no second place to be said (where files lie, which URL answers for them), so those
keys are refused with the name of the setting; every other mistake is told as for a file, and all of them at once. Globs are over
the names that `{% static %}` takes, `vendor/**` and not `static/vendor/**`, and over the names of templates.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from assetforge import schema
from assetforge.config import CACHE_FOLDER, SAMPLES_FILE, Config, Root, Stylesheets, Templates
from assetforge.django.places import base_folder, output_folder
from assetforge.errors import ConfigError
from assetforge.schema import Wrong
from assetforge.settings import CACHE_VARIABLE, literal, written_out

_DJANGO_SAYS = {
    "roots": "the staticfiles finders say which files there are (STATICFILES_DIRS, STATICFILES_FINDERS)",
    "asset_host": "STATIC_URL says where static files are served from",
    "unhashed": "collectstatic copies every file under its own name",
    "exclude": "`collectstatic --ignore` leaves files out, and `stable` lets files keep their names",
    "modules": "import maps belong to pages, and static files have none",
}
_GLOBS = ("stable", "prehashed", "vendored")


def configuration(**changes: Any) -> Config:
    """The configuration that the settings make, with `changes`. Raises `ConfigError` with all mistakes."""
    try:
        values = _values()
    except Wrong as wrong:
        raise ConfigError("\n".join(f"ASSETFORGE: {problem}" for problem in wrong.problems)) from None
    folder = base_folder()
    origin, prefix = static_url()
    places = {"output": output_folder(), "cache": folder / CACHE_FOLDER, "samples": folder / SAMPLES_FILE}
    values = {**places, "origin": origin, **values}
    variable = os.environ.get(CACHE_VARIABLE)
    if variable and values["cache"] is not None:
        values["cache"] = Path(os.path.realpath(variable))
    values |= _below(prefix.lstrip("/"), values)
    if "imports" not in _table().get("stylesheets", {}):
        # what was collected is what Django's own storage would have, under other names
        values["stylesheets"] = replace(values.get("stylesheets", Stylesheets()), imports="keep")
    return replace(Config(roots=(Root(folder=folder, prefix=prefix, kind="static"),), **values), **changes)


def problems() -> list[str]:
    """What is wrong with ASSETFORGE, one sentence for each mistake."""
    try:
        _values()
    except Wrong as wrong:
        return list(wrong.problems)
    return []


def says_compress() -> bool:
    """Do the settings say anything about compressed twins?"""
    return "compress" in _table()


def templates() -> Templates:
    """What the settings add to the language of templates. Raises `ConfigError` with all mistakes."""
    try:
        return _templates(_table())
    except Wrong as wrong:
        raise ConfigError("\n".join(f"ASSETFORGE: {problem}" for problem in wrong.problems)) from None


def _templates(given: Mapping[str, Any]) -> Templates:
    chosen = schema.templates(given.get("templates", {}), "templates", "jinja")
    if chosen.syntax:
        raise Wrong("`templates.syntax` has no place here: OPTIONS of the engine say it")
    if chosen.urls == "literal" and static_url()[0] is not None:
        raise Wrong("`templates.urls` cannot be \"literal\": STATIC_URL names a host, which only the tag writes")
    return chosen


def says_strict() -> bool:
    """Do the settings themselves ask for strictness? (`check` is strict by itself.)"""
    return bool(_table().get("strict", False))


def static_url() -> tuple[str | None, str]:
    """The origin of STATIC_URL, None where it has none, and its path with a slash at both ends, as the files' URLs have it."""
    parts = urlsplit(settings.STATIC_URL)
    path = "/" + unquote(parts.path, errors="surrogateescape").strip("/")
    origin = f"{parts.scheme or 'https'}://{parts.netloc}".lower() if parts.netloc else None
    return origin, path if path == "/" else path + "/"


def _values() -> dict[str, Any]:
    table = _table()
    wrong = [f"`{key}` has no place here: {_DJANGO_SAYS[key]}" for key in table if key in _DJANGO_SAYS]
    values: dict[str, Any] = {}
    try:
        _templates(table)
    except Wrong as found:
        wrong += found.problems
    try:
        own = ("templates", *_DJANGO_SAYS)
        values = schema.read({key: value for key, value in table.items() if key not in own}, base_folder())
    except Wrong as found:
        wrong += found.problems
    if wrong:
        raise Wrong(*wrong)
    return values


def _table() -> dict[str, Any]:
    table = getattr(settings, "ASSETFORGE", {})
    if not isinstance(table, Mapping):
        raise Wrong(f"the setting must be a dict, not a {type(table).__name__}")
    return {str(key): written_out(value) for key, value in table.items()}


def _below(prefix: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Globs over names as globs over logical paths, which begin with the path of STATIC_URL."""
    found: dict[str, Any] = {key: tuple(_anchored(prefix, one) for one in values[key]) for key in _GLOBS if key in values}
    if "ignore_missing" in values:
        found["ignore_missing"] = tuple(
            (by, _anchored(prefix, missed)) for one, missed in values["ignore_missing"] for by in _referring(prefix, one)
        )
    return found


def _referring(prefix: str, glob: str) -> tuple[str, ...]:
    """A glob over names of static files and of templates, which lie in folders with a `+` in their names."""
    anchored = _anchored(prefix, glob)
    return (glob,) if anchored == glob else (anchored, "/*+*/" + glob.lstrip("/"))


def _anchored(prefix: str, glob: str) -> str:
    """A pattern without a slash before its end matches at any depth and is left as it is."""
    return "/" + literal(prefix) + glob.lstrip("/") if "/" in glob[:-1] else glob
