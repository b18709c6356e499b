"""How bytes get into a storage under a name that somebody may be asking for.

What must stay true: in a local storage a file appears by rename, whole, with the permissions that Django's settings say; so whoever
reads meanwhile reads the old bytes or the new. Any other storage is asked to do it itself, in the order that its API allows:
delete, then save.
"""

import os
import re
import secrets
import time
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage

from assetforge.errors import EmitError

_TEMPORARY = re.compile(r"\.assetforge-[0-9a-f]{16}\Z")
_ABANDONED = 3600  # seconds: a temporary file of this age belongs to no build that still runs


def local_path(storage: Storage, name: str) -> str | None:
    """The file of a name in a local storage; None for another storage."""
    try:
        return str(storage.path(name))
    except NotImplementedError:
        return None


def replace(storage: Any, name: str, data: bytes, *, seconds: int | None = None) -> None:
    """Write a file, whether or not there is one. `seconds`: its modification time, where the storage is local. Raises `EmitError`
    where the storage gave the file another name."""
    path = local_path(storage, name)
    if path is not None:
        _rename(storage, name, path, data, seconds)
        return
    if storage.exists(name):
        storage.delete(name)
    saved = str(storage._save(name, ContentFile(data))).replace("\\", "/")
    if saved != name:
        raise EmitError(f"the storage saved '{name}' as '{saved}'; it must keep the names it is given")


def _rename(storage: Any, name: str, path: str, data: bytes, seconds: int | None) -> None:
    """Through the storage's own `_save`, which makes folders and sets permissions."""
    folder = name.rpartition("/")[0]
    temporary = storage.path(storage._save(f"{folder}/.assetforge-{secrets.token_hex(8)}".lstrip("/"), ContentFile(data)))
    try:
        if seconds is not None:
            os.utime(temporary, (seconds, seconds))
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def clean(folder: str) -> None:
    """Remove what killed builds left in a local folder."""
    with os.scandir(folder) as entries:
        left = [entry for entry in entries if _TEMPORARY.match(entry.name)]
    for entry in left:
        if time.time() - entry.stat(follow_symlinks=False).st_mtime > _ABANDONED:
            Path(entry.path).unlink(missing_ok=True)
