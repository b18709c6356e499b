"""The output folder: one writer at a time, whole files only, never outside.

What must stay true: a file appears under its name by rename and complete; nothing is written through a symbolic link; a second
build waits. Temporary files lie in `.assetforge-tmp/` of the folder's top (`site/`, `static/`, or the output itself), so that a
rename never crosses a file system even where `site/` is a volume of its own, and what a killed build left is one folder to
remove.
"""

import contextlib
import errno
import fcntl
import os
import shutil
import stat
import time
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from assetforge.config import LOCK_FILE, STAGING_FOLDER
from assetforge.errors import EmitError

_PAUSE = 0.05
_NO_LINKS = frozenset({errno.EPERM, errno.EMLINK, errno.EXDEV, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EACCES})


@contextlib.contextmanager
def locked(output: Path, patience: float) -> Iterator[None]:
    """Hold the output folder alone. Raises `EmitError` after `patience` seconds of waiting."""
    with explained(output, "cannot write to the output folder"):
        output.mkdir(parents=True, exist_ok=True)
        # O_NOFOLLOW: nobody's link makes us touch another file. The lock goes with the process, so a killed build holds nothing.
        handle = os.open(output / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
    try:
        _acquire(handle, output, patience)
        yield
    finally:
        os.close(handle)


def _acquire(handle: int, output: Path, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise EmitError(f"another build has held {output} for {patience:.0f} seconds; wait for it, or end it") from None
            time.sleep(_PAUSE)


@contextlib.contextmanager
def explained(place: Path | str, what: str) -> Iterator[None]:
    """Turn an OSError into a sentence."""
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0) or error.strerror or str(error)
        where = os.fsdecode(error.filename) if error.filename else str(place)
        raise EmitError(f"{what}: {where}: {reason}; the previous build still stands") from error


_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file is larger than the file system or a limit allows",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "permission denied",
    errno.EISDIR: "a folder stands in the place of a file; remove it",
}


class Folder:
    """Writes below one output folder. Use inside `locked`."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self._root = str(output)
        self._made: set[str] = set()
        self._staging: dict[str, str] = {}
        self._count = 0

    def path(self, output_path: str) -> str:
        """The absolute path of a file of the output. Raises `EmitError` where it would lie outside."""
        parts = output_path.split("/")
        if "" in parts or "." in parts or ".." in parts or "\0" in output_path or parts[0] == STAGING_FOLDER:
            raise EmitError(f"'{output_path}' is no path inside the output folder")
        return f"{self._root}/{output_path}"

    def check(self, output_paths: Iterable[str]) -> None:
        """Raises `EmitError` where a path would lie outside the output, or below a link in it."""
        parents = {path.rpartition("/")[0] for path in output_paths if self.path(path)}
        for parent in parents:
            self._lies_inside(f"{parent}/x", strict=True)

    def _lies_inside(self, output_path: str, *, strict: bool = False) -> bool:
        parent = output_path.rpartition("/")[0]
        while parent:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                if stat.S_ISLNK(os.lstat(f"{self._root}/{parent}").st_mode):
                    if strict:
                        raise EmitError(f"{self._root}/{parent} is a symbolic link; nothing is written through one: remove it")
                    return False
            parent = parent.rpartition("/")[0]
        return True

    @contextlib.contextmanager
    def listed(self, parent: str) -> Iterator[tuple[frozenset[str], int]]:
        """The names in a folder of the output, none where there is no such folder, and a handle for asking about them: together
        twice as fast as a question by path for each file."""
        try:
            handle = os.open(f"{self._root}/{parent}", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except (FileNotFoundError, NotADirectoryError):
            yield frozenset(), -1
            return
        try:
            with os.scandir(handle) as entries:
                names = frozenset(entry.name for entry in entries)
            yield names, handle
        finally:
            os.close(handle)

    def clean(self, tops: set[str]) -> None:
        """Remove what a killed build left behind."""
        for top in {"", *tops}:
            left = Path(self._root, top, STAGING_FOLDER)
            if left.is_symlink() or left.is_file():
                left.unlink()
            elif left.is_dir() and not Path(self._root, top).is_symlink():
                shutil.rmtree(left)

    def temporary(self, output_path: str) -> str:
        """A new name for a temporary file, on the file system of `output_path`."""
        top = output_path.partition("/")[0] if "/" in output_path else ""
        folder = self._staging.get(top)
        if folder is None:
            self.make_parents(f"{top}/x" if top else "x")
            folder = str(self.output / top / STAGING_FOLDER)
            Path(folder).mkdir(exist_ok=True)
            self._staging[top] = folder
        self._count += 1
        return f"{folder}/{self._count}"

    def is_temporary(self, path: str) -> bool:
        return f"/{STAGING_FOLDER}/" in path

    def close(self) -> None:
        """Remove the temporary folders."""
        for folder in self._staging.values():
            shutil.rmtree(folder, ignore_errors=True)
        self._staging.clear()

    def make_parents(self, output_path: str) -> None:
        """Make the folders above a file; none of them may be a link."""
        parent = str(PurePosixPath(output_path).parent)
        if parent == "." or parent in self._made:
            return
        self.make_parents(parent)
        full = f"{self._root}/{parent}"
        try:
            Path(full).mkdir()
        except FileExistsError:
            mode = os.lstat(full).st_mode
            if not stat.S_ISDIR(mode):
                kind = "a symbolic link" if stat.S_ISLNK(mode) else "no folder"
                raise EmitError(f"{full} is {kind}, and the build wants to write files below it; remove it") from None
        self._made.add(parent)

    def place(self, temporary: str, output_path: str) -> None:
        """Give a finished temporary file its name."""
        self.make_parents(output_path)
        Path(temporary).rename(self.path(output_path))

    def place_copy(self, source: str, output_path: str, seconds: int) -> None:
        """Another name for the bytes of `source`: a hard link, or a copy where the file system has none."""
        temporary = self.temporary(output_path)
        try:
            os.link(source, temporary, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            write(temporary, Path(source).read_bytes(), seconds)
        self.place(temporary, output_path)

    def replace(self, output_path: str, data: bytes, *, durable: bool = False) -> bool:
        """Write a small file unless it already holds `data`. Returns whether it was written."""
        target = Path(self.path(output_path))
        try:
            if not target.is_symlink() and target.read_bytes() == data:
                return False
        except OSError:
            pass
        temporary = self.temporary(output_path)
        write(temporary, data, None, durable=durable)
        self.place(temporary, output_path)
        if durable:
            _sync_folder(target.parent)
        return True

    def remove(self, output_path: str) -> bool:
        """Remove a file, and the folders that this empties. Returns whether there was one."""
        if not self._lies_inside(output_path):
            return False
        try:
            Path(self.path(output_path)).unlink()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return False
        parent = PurePosixPath(output_path).parent
        while len(parent.parts) > 1:
            try:
                (self.output / parent).rmdir()
            except OSError:
                break
            self._made.discard(str(parent))
            parent = parent.parent
        return True


def write(path: str, data: bytes, seconds: int | None, *, durable: bool = False) -> None:
    """Write a new file. `seconds`: its modification time."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
        if seconds is not None:
            os.utime(handle, (seconds, seconds))
        if durable:
            os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
