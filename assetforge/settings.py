"""From files and options to a `Config`: `configure(site, …)`.

`assetforge.toml`, or the table `[tool.assetforge]` of a `pyproject.toml`, in the folder of the site; without either the folder
is a plain site. What must stay true: a configuration is used whole or not at all. Every mistake of a file is told in one error
that names the file, each key with what it expected and what it got, each unknown key with the one that was probably meant; and
no input may be lost to an output, so the two never share a folder (`refuse_overlaps`).

Paths in a file are relative to that file; paths of options are relative to the working folder, as a shell user expects.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from assetforge.config import CACHE_FOLDER, SAMPLES_FILE, SETTINGS_FILE, Config, Root
from assetforge.errors import ConfigError

SHARED_FILE = "pyproject.toml"
OUTPUT_FOLDER = "build"
CACHE_VARIABLE = "ASSETFORGE_CACHE"

WRITTEN = frozenset({"site", "static", "templates", "nginx", "manifest.json", "staticfiles.json", "report.json"})
"""What a build writes at the top of its output, besides names that begin with a dot."""


def configure(
    site: Path | None = None,
    *,
    file: Path | None = None,
    output: Path | None = None,
    jobs: int | None = None,
    compress: bool = True,
    strict: bool = False,
    cache: bool = True,
    result: Path | None = None,
) -> Config:
    """The configuration of `site` (default: the working folder), or of `file`, with what the command line says on top.

    `site` beside `file` is the site of a configuration that names no roots. `result` is a file that the command writes: it is not
    part of the site. Raises ConfigError.
    """
    config = _from_file(site, file) if file else _from_folder(site or Path())
    if output is not None:
        # What an earlier build wrote to the usual place stays an output.
        usual = config.output if config.output != absolute(output) and _is_output(config.output) else None
        config = replace(_excluded(config, usual, "/") if usual else config, output=absolute(output))
    if jobs is not None:
        config = replace(config, jobs=jobs)
    if strict:
        config = replace(config, strict=True)
    if not compress:
        config = replace(config, compress=())
    config = replace(config, cache=_cache_folder(config.cache)) if cache else _without_cache(config)
    if result is not None:
        config = _excluded(config, absolute(result))
    refuse_overlaps(config)
    return config


def find(folder: Path) -> Path | None:
    """The configuration of `folder`: its own file, or a shared one that has the table."""
    own, shared = folder / SETTINGS_FILE, folder / SHARED_FILE
    if own.is_file():
        return own
    if shared.is_file() and _table_of(shared) is not None:
        return shared
    return None


def candidates(site: Path | None, file: Path | None) -> frozenset[Path]:
    """The files that decide about a configuration, whether or not they exist."""
    folder = absolute(site or Path())
    return frozenset({absolute(file)} if file else {folder / SETTINGS_FILE, folder / SHARED_FILE})


def load(file: Path, *, site: Path | None = None) -> Config:
    """The configuration that `file` holds. `site` is the only root where the file names none. Raises ConfigError."""
    from assetforge.schema import Wrong, read

    table = _table_of(file)
    if table is None:
        raise ConfigError(f"{shown(file)} has no table [tool.assetforge].")
    folder = absolute(file).parent
    try:
        values = read(table, folder)
    except Wrong as wrong:
        raise ConfigError(_told(file, wrong.problems)) from None
    if site is not None and "roots" in values:
        raise ConfigError(f"{shown(file)} names its roots itself, so the folder {shown(site)} cannot be given beside it.")
    plain_config = plain(site or folder, beside=folder)
    config = _excluded(replace(plain_config, **values), absolute(file))  # a configuration is not part of the site
    return _excluded(config, values["samples"]) if "samples" in values else config


def plain(site: Path, *, beside: Path | None = None) -> Config:
    """The configuration of a plain site: one root, everything else as it is by default. Output and cache lie `beside` it."""
    if not site.exists():
        raise ConfigError(f"The folder {shown(site)} does not exist.")
    if not site.is_dir():
        raise ConfigError(f"{shown(site)} is not a folder. (A configuration is given with --config.)")
    folder = absolute(site)
    beside = beside or folder
    return Config(
        roots=(Root(folder=folder),), output=beside / OUTPUT_FOLDER, cache=beside / CACHE_FOLDER, samples=beside / SAMPLES_FILE
    )


def refuse_overlaps(config: Config) -> None:
    """Raises ConfigError where output, cache and roots would swallow one another. The output or the cache may lie inside a root
    (it is no input then), but not where files of the site already are: a library's own `build/` is input."""
    output, cache = config.output, config.cache
    if output.exists() and not output.is_dir():
        raise ConfigError(f"The output {shown(output)} is not a folder.")
    for root in config.roots:
        for folder, what in ((output, "output"), (cache, "cache")):
            if folder is not None and _within(root.folder, folder):
                raise ConfigError(f"The {what} {shown(folder)} contains the input {shown(root.folder)}. Choose another place.")
        foreign = _foreign_entry(output) if _within(output, root.folder) else None
        if foreign:
            raise ConfigError(
                f"The output {shown(output)} lies inside the site and holds a file of it ({foreign}), which no build wrote. "
                f"Choose another place with --output or the key `output`."
            )
    if cache is not None and (_within(cache, output) or _within(output, cache)):
        raise ConfigError(f"The cache {shown(cache)} and the output {shown(output)} must not lie in each other.")


def absolute(path: Path) -> Path:
    """Absolute, with symlinks resolved: only so can two places be compared. (`Path.resolve` raises for a loop.)"""
    return Path(os.path.realpath(path))


def shown(path: Path) -> str:
    """A path as a person would write it here: relative to the working folder when it lies below."""
    try:
        return str(absolute(path).relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _from_folder(site: Path) -> Config:
    file = find(site) if site.is_dir() else None
    return load(file) if file else plain(site)


def _from_file(site: Path | None, file: Path) -> Config:
    if not file.is_file():
        raise ConfigError(f"The configuration {shown(file)} does not exist.")
    return load(file, site=site)


def _table_of(file: Path) -> dict[str, Any] | None:
    """The project's table in a file, or None where a `pyproject.toml` has none. Raises ConfigError where it is no TOML."""
    import tomllib

    try:
        document = tomllib.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{shown(file)} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{shown(file)} is not valid UTF-8 (byte {error.start}).") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{shown(file)} is not valid TOML: {error}.") from None
    if file.name != SHARED_FILE:
        return document
    tool = document.get("tool")
    table = tool.get("assetforge") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"{shown(file)}: tool.assetforge must be a table.")
    return table


def literal(path: str) -> str:
    """The glob that matches exactly `path`."""
    return "".join("\\" + char if char in "*?[\\" else char for char in path)


def _cache_folder(chosen: Path | None) -> Path | None:
    """The environment says where a cache lies, not whether there is one."""
    variable = os.environ.get(CACHE_VARIABLE)
    return absolute(Path(variable)) if variable and chosen is not None else chosen


def _without_cache(config: Config) -> Config:
    """Not used is still not part of the site."""
    kept, config = config.cache, replace(config, cache=None)
    return config if kept is None else _excluded(config, kept, "/")


def _excluded(config: Config, place: Path, suffix: str = "") -> Config:
    """`config` with one place inside a root excluded. Elsewhere there is nothing to exclude."""
    for root in config.roots:
        if place != root.folder and _within(place, root.folder):
            path = literal(root.prefix + place.relative_to(root.folder).as_posix()) + suffix
            return replace(config, exclude=(*config.exclude, path))
    return config


def _within(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents


def _is_output(folder: Path) -> bool:
    """Did a build write this folder?"""
    return (folder / "manifest.json").is_file() and _foreign_entry(folder) is None


def _foreign_entry(output: Path) -> str | None:
    """The first entry of a folder that no build of this program would have written there."""
    try:
        names = sorted(entry.name for entry in os.scandir(output))
    except OSError:
        return None
    return next((name for name in names if name not in WRITTEN and not name.startswith(".")), None)


def _told(file: Path, problems: list[str]) -> str:
    if len(problems) == 1:
        return f"{shown(file)}: {problems[0]}"
    return "\n".join([f"{shown(file)} has {len(problems)} mistakes:", *(f"  {one}" for one in problems)])


def written_out(value: Any) -> Any:
    """What a TOML file would hold: a framework's settings are Python, so lists may be tuples or sets, and folders may be paths."""
    match value:
        case Mapping():
            return {str(key): written_out(item) for key, item in value.items()}
        case list() | tuple():
            return [written_out(item) for item in value]
        case set() | frozenset():
            return sorted(map(written_out, value))
        case os.PathLike():
            return os.fspath(value)
        case _:
            return value
