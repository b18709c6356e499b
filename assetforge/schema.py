"""The keys of a configuration file, as one table: what each may hold, and the sentence when it does not.

A reader takes the value of a key and returns the value of the `Config` field, or raises `Wrong`. What must stay true: a reader
checks all of its value before it raises, so that a person repairs a file once, and it changes nothing silently.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any, get_args, get_type_hints

from assetforge.config import COMPRESSED, MINIFIED, Config, DialectName, Encoding, Language, Nginx, Root, RootKind
from assetforge.globs import check

Reader = Callable[[Any, str], Any]

_HOST = r"(?:[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?"
_ASSET_HOST = re.compile(rf"(?:https?:)?//(?:{_HOST}|\[[0-9a-f:.]+\])(?::\d+)?(?:/[^?#\s\"'<>\\]*)?", re.IGNORECASE)
_ORIGIN = re.compile(rf"https?://(?:{_HOST}|\[[0-9a-f:.]+\])(?::\d+)?/?", re.IGNORECASE)
_SERVER_NAME = re.compile(_HOST, re.IGNORECASE)
_PREFIX = re.compile(r"/(?:[^/?#\\\s]+/)*")
PRELOAD_AGE = 31536000
"""Seconds: the least max-age with which hstspreload.org takes a host."""


class Wrong(Exception):
    """A value that cannot be used, with one sentence for each reason."""

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems = list(problems)


def read(document: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The fields of `Config` that a file sets; its paths are relative to `folder`. Raises `Wrong` with all its mistakes."""
    return table(document, "", readers(folder))


def readers(folder: Path) -> dict[str, Reader]:
    """Every key of a configuration. The names are those of `Config`."""
    return {
        "roots": partial(roots, folder=folder),
        "output": partial(place, folder=folder),
        "stable": globs,
        "prehashed": globs,
        "exclude": globs,
        "ignore_missing": ignore_missing,
        "minify": minify,
        "compress": compress,
        "modules": partial(choice, options=_options(Config, "modules")),
        "unhashed": partial(choice, options=_options(Config, "unhashed")),
        "asset_host": asset_host,
        "origin": origin,
        "strict": flag,
        "jobs": partial(whole, least=1),
        "cache": partial(cache, folder=folder),
        "nginx": nginx,
    }


def table(value: Any, where: str, rows: Mapping[str, Reader]) -> dict[str, Any]:
    """A table with the keys of `rows`, read; unknown keys are mistakes."""
    if not isinstance(value, dict):
        raise _expected(where.rstrip("."), "a table", value)
    read_values, problems = {}, []
    for key, item in value.items():
        if key not in rows:
            problems.append(f"unknown key `{where}{key}`{_meant(key, rows)}")
            continue
        try:
            read_values[key] = rows[key](item, where + key)
        except Wrong as wrong:
            problems.extend(wrong.problems)
    if problems:
        raise Wrong(*problems)
    return read_values


def flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise _expected(where, "true or false", value)
    return value


def text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise _expected(where, "a string", value)
    if not value.strip() or "\0" in value:
        raise Wrong(f"`{where}` must not be empty")
    return value


def whole(value: Any, where: str, least: int = 0) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise _expected(where, f"a whole number from {least}", value)
    return value


def choice(value: Any, where: str, options: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in options:
        wrong = _expected(where, _one_of(options), value)
        wrong.problems[0] += _meant(value, options) if isinstance(value, str) else ""
        raise wrong
    return value


def listed(value: Any, where: str, item: Reader, what: str) -> tuple[Any, ...]:
    """A list whose every item `item` can read."""
    if not isinstance(value, list):
        raise _expected(where, f"a list of {what}", value)
    items, problems = [], []
    for number, one in enumerate(value):
        try:
            items.append(item(one, f"{where}[{number}]"))
        except Wrong as wrong:
            problems.extend(wrong.problems)
    if problems:
        raise Wrong(*problems)
    return tuple(items)


def glob(value: Any, where: str) -> str:
    """A pattern that `Globs` understands."""
    pattern = text(value, where)
    try:
        check(pattern)
    except ValueError as error:
        raise Wrong(f"`{where}`: {error}") from None
    return pattern


def globs(value: Any, where: str) -> tuple[str, ...]:
    return listed(value, where, glob, "globs")


def ignore_missing(value: Any, where: str) -> tuple[tuple[str, str], ...]:
    """A list of globs for what is missed, or such a list for each glob of files that refer to it."""
    if not isinstance(value, dict):
        return tuple(("**", missed) for missed in listed(value, where, glob, "globs, or a table of such lists"))
    pairs, problems = [], []
    for referrer, missed in value.items():
        name = f'{where}."{referrer}"'
        try:
            pairs += [(glob(referrer, name), one) for one in globs(missed, name)]
        except Wrong as wrong:
            problems.extend(wrong.problems)
    if problems:
        raise Wrong(*problems)
    return tuple(pairs)


def roots(value: Any, where: str, folder: Path) -> tuple[Root, ...]:
    """A folder, or a list of tables with one each."""
    if isinstance(value, str):
        return (Root(folder=_input(value, where, folder)),)
    read_roots = listed(value, where, partial(_root, folder=folder), "tables, or one folder")
    if not read_roots:
        raise Wrong(f"`{where}` must not be empty")
    for number, one in enumerate(read_roots):
        for other in read_roots[:number]:
            if one.folder == other.folder or one.folder in other.folder.parents or other.folder in one.folder.parents:
                raise Wrong(f"`{where}`: {one.folder} and {other.folder} overlap, so a file would be published twice")
            if one.prefix == other.prefix and one.kind != other.kind:
                raise Wrong(f"`{where}`: a {one.kind} and a {other.kind} root cannot both have the prefix {one.prefix}")
    return read_roots


def _root(value: Any, where: str, folder: Path) -> Root:
    rows: dict[str, Reader] = {
        "folder": partial(_input, folder=folder),
        "prefix": prefix,
        "kind": partial(choice, options=get_args(RootKind)),
        "dialect": partial(choice, options=get_args(DialectName)),
    }
    values = table({"folder": value} if isinstance(value, str) else value, where + ".", rows)
    if "folder" not in values:
        raise Wrong(f"`{where}` has no `folder`")
    if "dialect" in values and values.get("kind") != "templates":
        raise Wrong(f"`{where}` has a `dialect`, which only roots with `kind = \"templates\"` have")
    return Root(**({"prefix": "/static/"} if values.get("kind") == "static" else {}) | values)


def _input(value: Any, where: str, folder: Path) -> Path:
    path = place(value, where, folder)
    if not path.is_dir():
        raise Wrong(f"`{where}`: the folder {path} " + ("is not a folder" if path.exists() else "does not exist"))
    return path


def place(value: Any, where: str, folder: Path) -> Path:
    return Path(os.path.realpath(folder / text(value, where)))


def cache(value: Any, where: str, folder: Path) -> Path | None:
    if value is False:
        return None
    if not isinstance(value, str):
        raise _expected(where, "a folder, or false", value)
    return place(value, where, folder)


def prefix(value: Any, where: str) -> str:
    if not _PREFIX.fullmatch(text(value, where)) or {".", ".."} & set(value.split("/")):
        raise _expected(where, "a URL path that begins and ends with `/`", value)
    return str(value)


def minify(value: Any, where: str) -> frozenset[Language]:
    """True for the languages that are minified by default; a list of them; or a table of what differs from the default."""
    languages = get_args(Language)
    if isinstance(value, bool):
        return MINIFIED if value else frozenset()
    if isinstance(value, dict):
        chosen = table(value, where + ".", dict.fromkeys(languages, flag))
        return frozenset({name for name in languages if chosen.get(name, name in MINIFIED)})
    return frozenset(listed(value, where, partial(choice, options=languages), "languages, a table, true or false"))


def compress(value: Any, where: str) -> tuple[Encoding, ...]:
    if isinstance(value, bool):
        return COMPRESSED if value else ()
    chosen = listed(value, where, partial(choice, options=get_args(Encoding)), "encodings, true or false")
    return tuple(dict.fromkeys(chosen))


def asset_host(value: Any, where: str) -> str:
    """The beginning of every hashed asset's URL; ends with a slash."""
    if not _ASSET_HOST.fullmatch(text(value, where)):
        raise _expected(where, "an absolute URL such as `https://static.example.com/`", value)
    path = value.split("//", 1)[1].partition("/")[2]
    if {".", ".."} & set(path.split("/")) or "//" in path:
        raise _expected(where, "a URL whose path has no empty, `.` or `..` part", value)
    return str(value) if value.endswith("/") else f"{value}/"


def origin(value: Any, where: str) -> str:
    if not _ORIGIN.fullmatch(text(value, where)):
        raise _expected(where, "scheme and host alone, such as `https://www.example.com`", value)
    return str(value).rstrip("/").lower()


def server_name(value: Any, where: str) -> str:
    if not _SERVER_NAME.fullmatch(text(value, where)):
        raise _expected(where, "one host name such as `www.example.com`", value)
    return str(value).lower()


def nginx(value: Any, where: str) -> Nginx:
    special: dict[str, Reader] = {"server_name": server_name, "hsts_max_age": whole}
    chosen = Nginx(**table(value, where + ".", {field.name: special.get(field.name, flag) for field in fields(Nginx)}))
    if chosen.hsts_preload and not (chosen.hsts and chosen.hsts_subdomains and chosen.hsts_max_age >= PRELOAD_AGE):
        raise Wrong(f"`{where}.hsts_preload` needs `hsts`, `hsts_subdomains` and an `hsts_max_age` from {PRELOAD_AGE} (a year)")
    return chosen


def _options(owner: type, name: str) -> tuple[str, ...]:
    return get_args(get_type_hints(owner)[name])


def _one_of(options: tuple[str, ...]) -> str:
    quoted = [f'"{one}"' for one in options]
    return ", ".join(quoted[:-1]) + " or " + quoted[-1]


def _expected(where: str, what: str, got: Any) -> Wrong:
    return Wrong(f"`{where}` must be {what}, not {_described(got)}")


def _described(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return f"the number {value}"
        case str():
            return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}…"'
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return f"a {type(value).__name__}"


def _meant(word: str, known: Mapping[str, Any] | tuple[str, ...]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word.lower().replace("-", "_"), list(known), 1, 0.6)
    return f"; did you mean `{close[0]}`?" if close else f" (known: {', '.join(known)})"
