"""The input of a build: the files that collectstatic collected, or would collect, and the templates beside them, as the walk that
the pipeline takes.

What must stay true: it is exactly those files, each from where it was found (not the copy in STATIC_ROOT, which may be far away,
and not what older builds left there), and of two files with one name the first that the finders name, as collectstatic has it.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.apps import apps
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import Storage

from assetforge.config import Config
from assetforge.diagnostics import Diagnostic
from assetforge.django import roots
from assetforge.django.placing import local_path
from assetforge.sources import Found, Walk

Paths = Mapping[str, tuple[Storage, str]]


def found_by_finders() -> dict[str, tuple[Storage, str]]:
    """What collectstatic would collect, in its form: name → the storage that has it, and its path there."""
    staticfiles: Any = apps.get_app_config("staticfiles")
    ignored = list(staticfiles.ignore_patterns)
    found: dict[str, tuple[Storage, str]] = {}
    for finder in get_finders():
        for path, storage in finder.list(ignored):
            prefix = getattr(storage, "prefix", None)
            found.setdefault(os.path.join(prefix, path) if prefix else path, (storage, path))
    return found


@contextmanager
def walked(paths: Paths, config: Config) -> Iterator[Walk]:
    """The walk over `paths`, and over the templates that are roots of `config`. Files of a storage that is not local are fetched,
    and kept as long as the context lasts."""
    prefix = config.roots[0].prefix
    with TemporaryDirectory(prefix="assetforge-") as fetched:
        found, diagnostics = roots.found(config)
        for name in sorted(paths):
            path = prefix.lstrip("/") + name.replace("\\", "/")
            try:
                found.append(_found(path, _file(*paths[name], fetched, len(found))))
            except OSError as error:
                message = f"cannot be read: {error.strerror or error}"
                diagnostics.append(Diagnostic(path, 0, 0, "error", "unreadable", message))
        yield Walk(tuple(sorted(found)), tuple(diagnostics))


def _found(path: str, file: str) -> Found:
    status = os.stat(file)
    return Found(path, file, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def _file(storage: Storage, path: str, fetched: str, number: int) -> str:
    file = local_path(storage, path)
    if file is None:
        file = f"{fetched}/{number}"
        with storage.open(path) as source:
            Path(file).write_bytes(source.read())
    return file
