"""The templates of a project as input of a build: the folders that the settings' engines read, beside the static files.

What must stay true: every template that a loader with folders can find is there, under the name that `places` gives its folder, so
whatever wins at request time was built; and nothing is rendered or compiled for it. Loaders without folders (`locmem.Loader`, a
database) have no part in a build. A link is followed wherever it leads, as Django does, but into its own ancestors.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.template import engines
from django.template.backends.django import DjangoTemplates

from assetforge.config import STATE_FILE, Config, DialectName, Root
from assetforge.diagnostics import Diagnostic
from assetforge.django import places
from assetforge.django.configuration import templates
from assetforge.django.languages import dialect_of, language
from assetforge.errors import ConfigError
from assetforge.settings import literal
from assetforge.sources import IGNORED, Found

_LOADING = frozenset({"loaders", "loader", "environment"})  # options that may bring a loader of this package


class Folder(NamedTuple):
    """A folder that an engine reads templates from. `label`: its name in the output."""

    path: str
    dialect: DialectName
    label: str

    @property
    def prefix(self) -> str:
        return f"/{self.label}/"


def folders() -> tuple[Folder, ...]:
    """The folders of all engines, in the order in which they are asked. Raises `ConfigError` where TEMPLATES cannot be used."""
    return tuple(_folders(_engines()))


def _folders(known: list[Any]) -> dict[Folder, list[Any]]:
    """Each folder with the engines that read it."""
    found: dict[Folder, list[Any]] = {}
    for engine in known:
        dialect = dialect_of(engine)
        for path in map(os.path.abspath, _folders_of(engine)):
            if os.path.isdir(path):
                found.setdefault(Folder(path, dialect, places.label(path, dialect)), []).append(engine)
    return found


def built_engines() -> list[Any]:
    """The engines that read built templates. Raises `ConfigError` where TEMPLATES cannot be used."""
    if not any(not _LOADING.isdisjoint(one.get("OPTIONS") or ()) for one in settings.TEMPLATES):
        return []  # engines import every library of tags
    return [engine for engine in _engines() if _reads_built(engine)]


def _reads_built(engine: Any) -> bool:
    from assetforge.django.loader import Loader

    if dialect_of(engine) == "jinja":
        from assetforge.jinja import BuiltLoader

        return isinstance(engine.env.loader, BuiltLoader)
    return any(isinstance(one, Loader) for one in loaders(engine))


def loaders(engine: Any) -> Iterator[Any]:
    """The loaders of an engine of Django templates, and those that they wrap."""
    waiting = list(reversed(engine.engine.template_loaders)) if isinstance(engine, DjangoTemplates) else []
    while waiting:
        loader = waiting.pop()
        yield loader
        waiting += reversed(getattr(loader, "loaders", None) or ())


def with_templates(config: Config, *, strict: bool) -> Config:
    """`config` with the templates as roots. Templates of installed packages are `vendored`, unless the settings are `strict`."""
    output, published = places.output_folder(), settings.STATIC_ROOT and Path(os.path.realpath(settings.STATIC_ROOT))
    if published and output.is_relative_to(published):
        raise ConfigError(f"ASSETFORGE: `output` ({output}) lies in STATIC_ROOT, so built templates would be served to everybody")
    read = _folders(_engines())
    known = {one.label: one for one in read}.values()  # two folders of one label would be one folder
    said = templates()
    roots = tuple(
        Root(
            folder=Path(one.path),
            prefix=one.prefix,
            kind="templates",
            dialect=one.dialect,
            templates=language(read[one], said, one.dialect),
        )
        for one in known
    )
    vendored = () if strict else tuple(f"/{literal(one.label)}/**" for one in known if is_vendored(one.path))
    return replace(config, roots=(*config.roots, *roots), vendored=(*config.vendored, *vendored))


def found(config: Config) -> tuple[list[Found], list[Diagnostic]]:
    """The files of the roots of templates, and what cannot be read."""
    skip = frozenset({os.path.realpath(config.output)} | ({os.path.realpath(config.cache)} if config.cache else set()))
    walks = (_walked(str(root.folder), root.prefix[1:], skip) for root in config.roots if root.kind == "templates")
    every = [one for walk in walks for one in walk]
    return [one for one in every if isinstance(one, Found)], [one for one in every if isinstance(one, Diagnostic)]


def files(folder: Folder) -> Iterator[Found]:
    """The templates of a folder, by the names that loaders know them by."""
    output = frozenset({os.path.realpath(places.output_folder())})
    return (one for one in _walked(folder.path, "", output) if isinstance(one, Found))


def shown(diagnostics: Iterable[Diagnostic], config: Config) -> tuple[Diagnostic, ...]:
    """The same, with templates under the paths by which their authors know them."""
    roots = [root for root in config.roots if root.kind == "templates"]
    return tuple(dict.fromkeys(one._replace(path=_shown(one.path, roots)) for one in diagnostics))


def short(file: str) -> str:
    """A file as BASE_DIR sees it, where it lies there."""
    base = str(places.base_folder())
    return Path(file).relative_to(base).as_posix() if file.startswith(base + os.sep) else file


def is_vendored(folder: str) -> bool:
    """Does a folder belong to a package that somebody else wrote and an installer put there?"""
    real, base = Path(os.path.realpath(folder)), places.base_folder()
    parts = real.relative_to(base).parts if real.is_relative_to(base) else real.parts  # a project may be installed itself
    return not {"site-packages", "dist-packages"}.isdisjoint(parts)


def _engines() -> list[Any]:
    try:
        return list(engines.all())
    except Exception as error:  # whatever an engine's options raise
        raise ConfigError(f"TEMPLATES cannot be used: {error}") from None


def _folders_of(engine: Any) -> Iterator[str]:
    if isinstance(engine, DjangoTemplates):
        for loader in loaders(engine):
            if hasattr(loader, "get_dirs"):
                yield from (os.fspath(folder) for folder in loader.get_dirs() if folder)
    elif dialect_of(engine) == "jinja":
        from assetforge.jinja import folders as folders_of_jinja

        yield from (folder for folder, _ in folders_of_jinja(engine.env.loader)[0])


def _walked(top: str, prefix: str, skip: frozenset[str]) -> Iterator[Found | Diagnostic]:
    pending: list[tuple[str, str, frozenset[str]]] = [(top, prefix, frozenset({os.path.realpath(top)}))]
    while pending:
        folder, before, above = pending.pop()
        try:
            with os.scandir(folder) as scan:
                entries = [entry for entry in scan if entry.name not in IGNORED]
        except OSError as error:
            yield _unreadable(before.rstrip("/"), error)
            continue
        if any(entry.name == STATE_FILE for entry in entries):
            continue  # the output of a build
        for entry in entries:
            try:
                if entry.is_dir():
                    real = os.path.realpath(entry.path)
                    if real not in above and real not in skip:
                        pending.append((entry.path, f"{before}{entry.name}/", above | {real}))
                    continue
                status = entry.stat()
            except OSError as error:
                yield _unreadable(before + entry.name, error)
                continue
            if stat.S_ISREG(status.st_mode):
                yield Found(
                    before + entry.name, entry.path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino
                )


def _unreadable(path: str, error: OSError) -> Diagnostic:
    return Diagnostic(path, 0, 0, "warning", "unreadable", f"cannot be read, so it is not built: {error.strerror or error}")


def _shown(path: str, roots: Iterable[Root]) -> str:
    root = next((root for root in roots if f"/{path}".startswith(root.prefix)), None)
    if root is None:
        return path
    return short(os.path.join(root.folder, path[len(root.prefix) - 1 :]))
