"""From a Flask app to a `Config`: its static folders, its blueprints and its loaders say where files lie and which URLs answer.

    app.config["ASSETFORGE"] = {                             # the keys of assetforge.toml, but `roots`
        "stable": ["static/widget.js"],
        "templates": {"functions": ["cdn_url"]},             # the keys of a root of templates, but `syntax`
    }

Output: the key `output`, else the folder of ASSETFORGE_MANIFEST, else `build/` in the app's folder. Relative paths begin at
`app.root_path`, globs match logical paths (`static/css/app.css`). What must stay true: a static folder has the URL prefix that the
app's own rule for it says, behind APPLICATION_ROOT; delimiters are those of `app.jinja_env`; folders of templates come in the order
of the loaders, each with a place of its own in the output (`templates/app+templates/`, `templates/admin+templates/`), so templates
of one name do not meet.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from flask import Flask
from flask.templating import DispatchingJinjaLoader
from werkzeug.routing import Rule

from assetforge.config import CACHE_FOLDER, SAMPLES_FILE, Config, Root, Templates
from assetforge.dialects import Syntax
from assetforge.errors import ConfigError
from assetforge.jinja import BuiltLoader, folders
from assetforge.schema import Wrong, read, templates
from assetforge.settings import CACHE_VARIABLE, OUTPUT_FOLDER, absolute, literal, refuse_overlaps, written_out

_STATIC_FILE = "<path:filename>"  # how every rule for a static folder ends
_APP = "app"  # whose templates come first
_IN_FOLDER = frozenset({"", ".", ".."})  # no part of a path that stays in its folder is one of them
_OTHER = re.compile(r"[^A-Za-z0-9._+-]|^\.")  # what is not put into a label
_INSTALLED = frozenset({"site-packages", "dist-packages"})


class Configured(NamedTuple):
    """`notes`: what the app has and the build leaves out, a sentence each."""

    config: Config
    notes: tuple[str, ...]


class _Folder(NamedTuple):
    """A folder of templates. `owner`: the app's or a blueprint's name; `below`: what stands before the names of its templates."""

    owner: str
    folder: Path
    below: str


def configuration(app: Flask, **changes: Any) -> Configured:
    """The configuration that the app makes, with `changes`. Raises `ConfigError` with all mistakes."""
    here = absolute(Path(app.root_path))
    try:
        values, language = _values(app, here)
    except Wrong as wrong:
        raise ConfigError("\n".join(f"ASSETFORGE: {problem}" for problem in wrong.problems)) from None
    notes: list[str] = []
    roots = (*static_roots(app, notes), *template_roots(app, language, notes))
    if not roots:
        raise ConfigError("the app has neither static files nor templates in folders that exist")
    values = {"output": _output(app, here), "cache": here / CACHE_FOLDER, "samples": here / SAMPLES_FILE} | values
    if (variable := os.environ.get(CACHE_VARIABLE)) and values["cache"] is not None:
        values["cache"] = absolute(Path(variable))
    values["vendored"] = (*values.get("vendored", ()), *_installed(roots, here))
    config = replace(Config(roots=roots, **values), **changes)
    refuse_overlaps(config)
    return Configured(config, tuple(notes))


def path_of(name: str, config: Config) -> str:
    """The logical path of what `name` is for the app: as `url_for` takes it, or the name of a template. Else `name` itself."""
    for root in config.roots:
        inner = name.removeprefix(root.within) if name.startswith(root.within) else ""
        if _IN_FOLDER.isdisjoint(inner.split("/")) and (root.folder / inner).is_file():
            return root.prefix[1:] + inner
    return name


def static_roots(app: Flask, notes: list[str]) -> Iterator[Root]:
    """The static folders of the app and its blueprints, each with the prefix of its URLs, in the order of the rules."""
    mounted_at = unquote(str(app.config["APPLICATION_ROOT"])).rstrip("/")
    known = set()
    for rule in app.url_map.iter_rules():
        owner, dot, name = rule.endpoint.rpartition(".")
        if name != "static":
            continue
        scaffold = app.blueprints.get(owner) if dot else app
        folder = scaffold.static_folder if scaffold is not None else None
        if folder is None or not os.path.isdir(folder):
            continue
        prefix = _prefix(rule)
        if prefix is None:
            notes.append(f"the files of {rule.endpoint} are not built: their URLs ({rule.rule}) have parts that a request decides")
            continue
        scopes = (owner, *_also_called(app, owner)) if dot else ()
        root = Root(folder=absolute(Path(folder)), prefix=mounted_at + prefix, kind="static", scopes=scopes)
        if root not in known:
            known.add(root)
            yield root


def _prefix(rule: Rule) -> str | None:
    prefix = rule.rule.removesuffix(_STATIC_FILE)
    return prefix if prefix != rule.rule and "<" not in prefix and prefix.endswith("/") else None


def template_roots(app: Flask, language: Templates, notes: list[str]) -> Iterator[Root]:
    """The folders that templates come from, in the order in which they are looked into."""
    owners: dict[tuple[Path, str], list[str]] = {}
    for one in _folders(app, notes):
        if one.folder.is_dir():
            owners.setdefault((one.folder, one.below), []).append(one.owner)
    labels: set[str] = set()
    for (folder, below), names in owners.items():
        label = _label(f"{names[0]}+{folder.name}", labels)
        scopes = (names[0],) if len(names) == 1 and names[0] in app.blueprints else ()
        yield Root(
            folder=folder,
            prefix=f"/{label}/{below}",
            kind="templates",
            dialect="jinja",
            scopes=scopes,
            templates=language,
            within=below,
        )


def _folders(app: Flask, notes: list[str]) -> Iterator[_Folder]:
    """As `DispatchingJinjaLoader` looks for them, unless the app has a loader of its own."""
    loader = app.jinja_env.loader
    loader = loader.original if isinstance(loader, BuiltLoader) else loader
    if not isinstance(loader, DispatchingJinjaLoader):
        yield from _of(_APP, loader, notes)
        return
    yield from _of(_APP, app.jinja_loader, notes)
    for name, blueprint in app.blueprints.items():
        yield from _of(name, blueprint.jinja_loader, notes)


def _of(owner: str, loader: Any, notes: list[str]) -> Iterator[_Folder]:
    found, others = folders(loader)
    for folder, below in found:
        yield _Folder(owner, absolute(Path(folder)), below)
    notes += (f"the templates of a {type(other).__name__} are not built: they lie in no folder" for other in others)


def _label(wanted: str, taken: set[str]) -> str:
    """A name for a folder of the output. With its `+` it is the beginning of no URL."""
    wanted = _OTHER.sub(lambda found: "".join(f"~{byte:02x}" for byte in os.fsencode(found[0])), wanted)
    label, number = wanted, 2
    while label in taken:
        label, number = f"{wanted}+{number}", number + 1
    taken.add(label)
    return label


def _installed(roots: tuple[Root, ...], here: Path) -> Iterator[str]:
    """Globs for what came with installed packages: nobody here can repair it. The app itself may be one of them."""
    for root in roots:
        parts = root.folder.relative_to(here).parts if root.folder.is_relative_to(here) else root.folder.parts
        if not _INSTALLED.isdisjoint(parts):
            yield f"/{literal(root.prefix[1:])}**"


def _output(app: Flask, here: Path) -> Path:
    manifest = app.config.get("ASSETFORGE_MANIFEST")
    return absolute(here / manifest).parent if manifest else here / OUTPUT_FOLDER


def _values(app: Flask, here: Path) -> tuple[dict[str, Any], Templates]:
    """The fields of `Config` that the app sets, and what its templates add to their language. Raises `Wrong`."""
    table = app.config.get("ASSETFORGE") or {}
    if not isinstance(table, Mapping):
        raise Wrong(f"the setting must be a dict, not a {type(table).__name__}")
    rest = {str(key): written_out(value) for key, value in table.items()}
    chosen = rest.pop("templates", {})
    problems = []
    if rest.pop("roots", None) is not None:
        problems.append("`roots` has no place here: the app and its blueprints say where their files lie")
    if isinstance(chosen, dict) and "syntax" in chosen:
        problems.append("`templates.syntax` has no place here: the options of `app.jinja_env` say it")
    values, language = {}, Templates()
    try:
        values = read(rest, here)
    except Wrong as wrong:
        problems += wrong.problems
    try:
        language = templates(chosen, "templates", "jinja")
    except Wrong as wrong:
        problems += wrong.problems
    if problems:
        raise Wrong(*problems)
    candidates = dict(_layouts(app)) | dict(language.candidates)
    return values, replace(language, syntax=_syntax(app), candidates=tuple(sorted(candidates.items())))


def _also_called(app: Flask, owner: str) -> tuple[str, ...]:
    """Flask-Admin's helper `admin_static` means the folder of the admin, whatever the endpoint of that is."""
    endpoints = [getattr(one, "endpoint", None) for one in app.extensions.get("admin", ())]
    return ("admin",) if endpoints == [owner] and owner != "admin" else ()


def _layouts(app: Flask) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What Flask-Admin's `{% extends admin_base_template %}` may mean: every admin of the app says it."""
    bases = (getattr(getattr(one, "theme", one), "base_template", None) for one in app.extensions.get("admin", ()))
    names = tuple(sorted({one for one in bases if isinstance(one, str)}))
    if names:
        yield "admin_base_template", names


def _syntax(app: Flask) -> tuple[tuple[str, str | bool], ...]:
    """The options of the app's environment that differ from Jinja's own."""
    options = ((field.name, getattr(app.jinja_env, field.name), field.default) for field in fields(Syntax))
    return tuple(sorted((name, value) for name, value, usual in options if value != usual))
