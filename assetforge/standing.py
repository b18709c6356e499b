"""Nothing changed: say so at once.

Most deploys change nothing, or one file. When every input file has the size, times and inode it had when the last build read it,
and every file of the output those that build left, then that build stands, and its diagnostics are told again. What must stay true:
anything else, however small, means an ordinary build, which finds out what to do by content.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

from assetforge import __version__, formats
from assetforge.cache import Cache, pack, unpack
from assetforge.config import LOCK_FILE, STAGING_FOLDER, Config
from assetforge.diagnostics import Diagnostic
from assetforge.sources import RACY, Walk

_SETTINGS = tuple(field.name for field in fields(Config))
_NOT_OURS = frozenset({LOCK_FILE, STAGING_FOLDER})


class Standing(NamedTuple):
    """A build that is still true. `files`: how many outputs it has."""

    diagnostics: tuple[Diagnostic, ...]
    files: int


def recall(walked: Walk, config: Config, cache: Cache) -> Standing | None:
    """The last build of this configuration, if nothing changed since."""
    kept = cache.read(_key(config))
    known = unpack(kept) if kept is not None else None
    if known is None:
        return None
    inputs, output, diagnostics, files = known
    if inputs != _inputs(walked, config) or output != _output(config):
        return None
    return Standing(diagnostics, files)


def remember(walked: Walk, started_ns: int, diagnostics: tuple[Diagnostic, ...], files: int, config: Config, cache: Cache) -> None:
    """Note what the input was when it was read (`started_ns`: just before) and what the output is now. An input file so young
    that it may have changed again within one tick of its file system's clock is not to be relied on: then nothing is noted."""
    newest = max((max(one.mtime_ns, one.ctime_ns) for one in walked.found), default=0)
    if newest < started_ns - RACY:
        cache.write(_key(config), pack((_inputs(walked, config), _output(config), diagnostics, files)))


def now_ns() -> int:
    """The time to compare file times with. It never reaches an output."""
    return time.time_ns()


def _key(config: Config) -> str:
    # sets have no order of their own: their repr differs from process to process
    settings = [sorted(value) if isinstance(value, frozenset) else value for value in (getattr(config, one) for one in _SETTINGS)]
    identity = f"{__version__} {formats.versions()} {settings!r}"
    return "standing " + hashlib.sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()


def _inputs(walked: Walk, config: Config) -> str:
    rows = "\n".join(f"{one.path}\0{one.file}\0{one[2:]}" for one in walked.found)
    said = f"{rows}{walked.diagnostics}{[_times(file) for file in beside(config)]}"
    return hashlib.sha256(said.encode("utf-8", "surrogateescape")).hexdigest()


def beside(config: Config) -> tuple[Path, ...]:
    """Files that a build reads and that are no part of the site, whether they are there or not."""
    local = (file for _, file in (*config.stylesheets.local, *config.scripts.local))
    return (*local, *([config.samples] if config.samples else []))


def _times(file: Path) -> tuple[int, ...]:
    try:
        status = os.stat(file)
    except OSError:
        return ()
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _output(config: Config) -> str:
    digest = hashlib.sha256()
    for row in _rows(str(config.output)):
        digest.update(row.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _rows(top: str) -> Iterator[str]:
    pending = [top]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder) as scan:
                entries = sorted((entry for entry in scan if entry.name not in _NOT_OURS), key=lambda entry: entry.name)
        except OSError as error:
            yield f"{folder}\0{error.errno}\n"
            continue
        yield f"{folder}\n"
        for entry in entries:
            status = entry.stat(follow_symlinks=False)
            if entry.is_dir(follow_symlinks=False):
                pending.append(entry.path)
                continue
            yield f"{entry.name}\0{status.st_mode}\0{status.st_size}\0{status.st_mtime_ns}\n"
