"""From Django's settings to a `Config`: the dict ASSETFORGE, with the keys of `assetforge.toml`.

What must stay true: what Django says already has no second place to be said (where files lie, which URL answers for them), so those
keys are refused with the name of the setting; every other mistake is told as for a file, and all of them at once. Globs are over
the names that `{% static %}` takes: `vendor/**`, not `static/vendor/**`.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from assetforge.config import CACHE_FOLDER, Config, Root
from assetforge.errors import ConfigError
from assetforge.schema import Wrong, read
from assetforge.settings import CACHE_VARIABLE, OUTPUT_FOLDER, literal

_DJANGO_SAYS = {
    "roots": "the staticfiles finders say which files there are (STATICFILES_DIRS, STATICFILES_FINDERS)",
    "asset_host": "STATIC_URL says where static files are served from",
    "unhashed": "collectstatic copies every file under its own name",
    "exclude": "`collectstatic --ignore` leaves files out, and `stable` lets files keep their names",
    "modules": "import maps belong to pages, and static files have none",
}
_GLOBS = ("stable", "prehashed")


def configuration(**changes: Any) -> Config:
    """The configuration that the settings make, with `changes`. Raises `ConfigError` with all mistakes."""
    try:
        values = _values()
    except Wrong as wrong:
        raise ConfigError("\n".join(f"ASSETFORGE: {problem}" for problem in wrong.problems)) from None
    folder = base_folder()
    origin, prefix = static_url()
    values = {"output": folder / OUTPUT_FOLDER, "cache": folder / CACHE_FOLDER, "origin": origin} | values
    variable = os.environ.get(CACHE_VARIABLE)
    if variable and values["cache"] is not None:
        values["cache"] = Path(os.path.realpath(variable))
    values |= _below(prefix.lstrip("/"), values)
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


def static_url() -> tuple[str | None, str]:
    """The origin of STATIC_URL, None where it has none, and its path with a slash at both ends, as the files' URLs have it."""
    parts = urlsplit(settings.STATIC_URL)
    path = "/" + unquote(parts.path, errors="surrogateescape").strip("/")
    origin = f"{parts.scheme or 'https'}://{parts.netloc}".lower() if parts.netloc else None
    return origin, path if path == "/" else path + "/"


def base_folder() -> Path:
    """Where relative paths begin: BASE_DIR, which most projects have, or the folder beside STATIC_ROOT, or the working folder."""
    base, root = getattr(settings, "BASE_DIR", None), settings.STATIC_ROOT
    return Path(os.path.realpath(base or (Path(root).parent if root else Path())))


def _values() -> dict[str, Any]:
    table = _table()
    refused = [f"`{key}` has no place here: {_DJANGO_SAYS[key]}" for key in table if key in _DJANGO_SAYS]
    try:
        values = read({key: value for key, value in table.items() if key not in _DJANGO_SAYS}, base_folder())
    except Wrong as wrong:
        raise Wrong(*refused, *wrong.problems) from None
    if refused:
        raise Wrong(*refused)
    return values


def _table() -> dict[str, Any]:
    table = getattr(settings, "ASSETFORGE", {})
    if not isinstance(table, Mapping):
        raise Wrong(f"the setting must be a dict, not a {type(table).__name__}")
    return {str(key): _plain(value) for key, value in table.items()}


def _plain(value: Any) -> Any:
    """What a TOML file would hold: settings are Python, so lists may be tuples or sets, and folders may be paths."""
    match value:
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case set() | frozenset():
            return sorted(map(_plain, value))
        case os.PathLike():
            return os.fspath(value)
        case _:
            return value


def _below(prefix: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Globs over names as globs over logical paths, which begin with the path of STATIC_URL."""
    found: dict[str, Any] = {key: tuple(_anchored(prefix, one) for one in values[key]) for key in _GLOBS if key in values}
    if "ignore_missing" in values:
        pairs = values["ignore_missing"]
        found["ignore_missing"] = tuple((_anchored(prefix, by), _anchored(prefix, missed)) for by, missed in pairs)
    return found


def _anchored(prefix: str, glob: str) -> str:
    """A pattern without a slash before its end matches at any depth and is left as it is."""
    return "/" + literal(prefix) + glob.lstrip("/") if "/" in glob[:-1] else glob
