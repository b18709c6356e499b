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

from assetforge.config import (
    COMPRESSED,
    MINIFIED,
    Config,
    DialectName,
    Encoding,
    Language,
    Nginx,
    Root,
    RootKind,
    Scripts,
    Stylesheets,
    Templates,
)
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
        "vendored": globs,
        "minify": minify,
        "compress": compress,
        "modules": partial(choice, options=_options(Config, "modules")),
        "unhashed": partial(choice, options=_options(Config, "unhashed")),
        "asset_host": asset_host,
        "origin": origin,
        "strict": flag,
        "jobs": partial(whole, least=1),
        "cache": partial(cache, folder=folder),
        "samples": partial(place, folder=folder),
        "stylesheets": partial(stylesheets, folder=folder),
        "scripts": partial(scripts, folder=folder),
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
            if one.prefix == other.prefix and (one.dialect, one.templates) != (other.dialect, other.templates):
                raise Wrong(f"`{where}`: the template languages of two roots with the prefix {one.prefix} must be the same")
    return read_roots


def _root(value: Any, where: str, folder: Path) -> Root:
    rows: dict[str, Reader] = {
        "folder": partial(_input, folder=folder),
        "prefix": prefix,
        "kind": partial(choice, options=get_args(RootKind)),
        "dialect": partial(choice, options=get_args(DialectName)),
        "scope": scopes,
        **TEMPLATES,
    }
    values = table({"folder": value} if isinstance(value, str) else value, where + ".", rows)
    if "folder" not in values:
        raise Wrong(f"`{where}` has no `folder`")
    for key in ("dialect", *TEMPLATES):
        if key in values and values.get("kind") != "templates":
            raise Wrong(f"`{where}` has a `{key}`, which only roots with `kind = \"templates\"` have")
    if "scope" in values and values.get("kind", "site") == "site":
        raise Wrong(f"`{where}` has a `scope`, which only roots with `kind = \"static\"` or `kind = \"templates\"` have")
    values["scopes"] = values.pop("scope", ())
    chosen = Templates(**{key: values.pop(key) for key in TEMPLATES if key in values})
    language = fitting(chosen, values.get("dialect", "plain"), where)
    return Root(**({"prefix": "/static/"} if values.get("kind") == "static" else {}) | values, templates=language)


def scopes(value: Any, where: str) -> tuple[str, ...]:
    """One name of a blueprint or package, or a list of them. The `.static` of Flask's endpoints may be said or left out."""
    names = (text(value, where),) if isinstance(value, str) else listed(value, where, text, "names, or one name")
    return tuple(dict.fromkeys(name.removesuffix(".static") for name in names))


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


def stylesheets(value: Any, where: str, folder: Path) -> Stylesheets:
    """A table of the choices for stylesheets of pages."""
    special: dict[str, Reader] = {
        "delivery": partial(choice, options=_options(Stylesheets, "delivery")),
        "imports": partial(choice, options=_options(Stylesheets, "imports")),
        "budget": whole,
        "local": partial(local, folder=folder),
        "nonce": text,
    }
    return Stylesheets(**table(value, where + ".", {field.name: special.get(field.name, globs) for field in fields(Stylesheets)}))


def scripts(value: Any, where: str, folder: Path) -> Scripts:
    """A table of the choices for scripts of pages."""
    special: dict[str, Reader] = {
        "policy": partial(choice, options=_options(Scripts, "policy")),
        "local": partial(local, folder=folder),
        "interaction": partial(choice, options=_options(Scripts, "interaction")),
        "sort": flag,
    }
    return Scripts(**table(value, where + ".", {field.name: special.get(field.name, globs) for field in fields(Scripts)}))


def local(value: Any, where: str, folder: Path) -> tuple[tuple[str, Path], ...]:
    """A table from URLs of files elsewhere to files with their bytes."""
    if not isinstance(value, dict):
        raise _expected(where, "a table from URLs to files", value)
    pairs, problems = [], []
    for address, file in value.items():
        try:
            found = place(file, f'{where}."{address}"', folder)
            if not found.is_file():
                raise Wrong(f'`{where}."{address}"`: there is no file {found}')
            pairs.append((address, found))
        except Wrong as wrong:
            problems.extend(wrong.problems)
    if problems:
        raise Wrong(*problems)
    return tuple(sorted(pairs))


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


# -- templates ---------------------------------------------------------------------------------------------------------------


def templates(value: Any, where: str, dialect: str) -> Templates:
    """What a table of the keys of `TEMPLATES` says of templates in `dialect`."""
    return fitting(Templates(**table(value, where + ".", TEMPLATES)), dialect, where)


def fitting(chosen: Templates, dialect: str, where: str) -> Templates:
    """`chosen`, if templates of the dialect can have it."""
    given = [field.name for field in fields(Templates) if getattr(chosen, field.name) != getattr(Templates(), field.name)]
    unfit = {"plain": given, "django": [key for key in given if key in ("syntax", "functions")]}.get(dialect, [])
    if unfit:
        raise Wrong(*(f"`{where}` has `{key}`, which templates with the dialect `{dialect}` do not have" for key in unfit))
    return chosen


def syntax(value: Any, where: str) -> tuple[tuple[str, str | bool], ...]:
    """Options of `jinja2.Environment`, which refuses delimiters that begin alike; and no closing one may go on as a name does."""
    chosen: dict[str, str | bool] = table(value, where + ".", _SYNTAX)
    merged = _DELIMITERS | {key: one for key, one in chosen.items() if isinstance(one, str)}
    starts = {merged[key] for key in ("block_start_string", "variable_start_string", "comment_start_string")}
    problems = [f"`{where}`: blocks, variables and comments must begin differently"] if len(starts) < 3 else []
    wordlike = [key for key in ("block_end_string", "variable_end_string") if re.match(r"[\w\s'\"]", merged[key])]
    problems += [f"`{where}.{key}` must not begin with a letter, a digit, white space or a quote" for key in wordlike]
    if problems:
        raise Wrong(*problems)
    return tuple(sorted(chosen.items()))


def named_rows(value: Any, where: str, name: re.Pattern[str], row: Reader, bare: Any) -> tuple[Any, ...]:
    """Rows by name, sorted: a table, or a list of names that have the row `bare` each."""
    if not isinstance(value, dict):
        value = dict.fromkeys(listed(value, where, partial(word, pattern=name), "names, or a table"), bare)
    rows, problems = [], []
    for key, one in value.items():
        try:
            rows.append((word(key, where, name), *row(one, f"{where}.{key}")))
        except Wrong as wrong:
            problems.extend(wrong.problems)
    if problems:
        raise Wrong(*problems)
    return tuple(sorted(rows))


def candidates(value: Any, where: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """A table: an expression or a tag, as templates write it, and the names of templates that it may mean."""
    if not isinstance(value, dict):
        raise _expected(where, "a table of lists of template names", value)
    rows, problems = [], []
    for key, names in value.items():
        try:
            rows.append((" ".join(text(key, where).split()), listed(names, f'{where}."{key}"', text, "template names")))
        except Wrong as wrong:
            problems.extend(wrong.problems)
    if problems:
        raise Wrong(*problems)
    return tuple(sorted(rows))


def word(value: Any, where: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(text(value, where)):
        raise _expected(where, "a name as templates write it", value)
    return str(value)


def words(value: Any, where: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(sorted(set(listed(value, where, partial(word, pattern=pattern), "names"))))


def argument(value: Any, where: str) -> int | str:
    """The position of an argument, from 0, or its keyword."""
    if isinstance(value, str):
        return word(value, where, _VARIABLE)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _expected(where, "the position of an argument, from 0, or its keyword", value)
    return value


def _tag_row(value: Any, where: str) -> tuple[int | str, str]:
    if not isinstance(value, dict):
        return argument(value, where), "path"
    chosen = table(value, where + ".", {"argument": argument, "names": partial(choice, options=("path", "prefix", "bundle"))})
    return chosen.get("argument", 0), chosen.get("names", "path")


def _function_row(value: Any, where: str) -> tuple[int | str, int | None, tuple[str, ...], str]:
    if not isinstance(value, dict):
        return argument(value, where), None, (), "path"
    rows: dict[str, Reader] = {
        "argument": argument,
        "scope": whole,
        "scopes": partial(words, pattern=_SCOPE),
        "names": partial(choice, options=("path", "bundle")),
    }
    chosen = table(value, where + ".", rows)
    if ("scope" in chosen) != ("scopes" in chosen):
        raise Wrong(f"`{where}` needs `scope`, an argument's position, and `scopes`, its values, together")
    return chosen.get("argument", 0), chosen.get("scope"), chosen.get("scopes", ()), chosen.get("names", "path")


def _filter_row(value: Any, where: str) -> tuple[str]:
    return (choice(value, where, ("asset", "braces", "percent", "same")),)


_VARIABLE = re.compile(r"\w+")
_DOTTED = re.compile(r"\w+(?:\.\w+)*")
_TAG_NAME = re.compile(r"[^\s'\"%{}|]+")
_SCOPE = re.compile(r"[\w.\-]+")
_DELIMITERS = {
    "block_start_string": "{%", "block_end_string": "%}", "variable_start_string": "{{", "variable_end_string": "}}",
    "comment_start_string": "{#", "comment_end_string": "#}",
}  # fmt: skip
_SYNTAX: dict[str, Reader] = {
    **dict.fromkeys((*_DELIMITERS, "line_statement_prefix", "line_comment_prefix"), text),
    **dict.fromkeys(("trim_blocks", "lstrip_blocks"), flag),
}
TEMPLATES: dict[str, Reader] = {
    "urls": partial(choice, options=_options(Templates, "urls")),
    "syntax": syntax,
    "tags": partial(named_rows, name=_TAG_NAME, row=_tag_row, bare=0),
    "functions": partial(named_rows, name=_DOTTED, row=_function_row, bare=0),
    "filters": partial(named_rows, name=_DOTTED, row=_filter_row, bare="asset"),
    "variables": partial(words, pattern=_VARIABLE),
    "bodies": partial(words, pattern=_TAG_NAME),
    "candidates": candidates,
}
"""The keys that a root of templates has besides: what its project calls assets. The names are those of `Templates`."""
