"""From a rendered page to the file of samples: what every recorder does.

What must stay true: several processes may record into one file at once (workers of a server, of a test run), and none loses what
another wrote: each holds the file's lock while it reads, adds and replaces it. Readers need no lock, for a file appears whole. A
page that brings nothing new, and that is nearly every one, touches no file. A recorder never breaks the page that it looks at:
where the file cannot be written the log `assetforge` says so, once.
"""

import contextlib
import fcntl
import logging
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from assetforge.formats.html.tree import tree
from assetforge.samples import Key, Samples
from assetforge.samples.names import private_words
from assetforge.samples.sample import grown

LARGEST = 20_000_000  # characters of a page
_DOCUMENT = re.compile(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_log = logging.getLogger("assetforge")


class Read(NamedTuple):
    """What a file holds, and what tells that it is still the one that was read: inode, size, time of its last change."""

    samples: Samples = Samples()
    stamp: tuple[int, int, int] = (0, 0, 0)


_NOTHING = Read()


def is_document(text: str) -> bool:
    """Is this a page, and no fragment that a script puts into one?"""
    return _DOCUMENT.search(text) is not None


def sampled(template: str, text: str, private: Iterable[object] = ()) -> Samples:
    """The samples that one page makes. `private`: values that came with its request."""
    page = tree(text[:LARGEST])
    return Samples({Key(template, page.quirks): grown(page, private_words(private))})


def add(file: Path, new: Samples, before: Read = _NOTHING) -> Read:
    """Have `file` hold `new` too. What it holds then. `before`: what it held when this was last called. Raises OSError."""
    with _held(file):
        known = before if before.stamp == _stamp(file) else Read(Samples.load(file), _stamp(file))
        if not known.samples.diagnostics and known.samples.covers(new):
            return known
        merged = known.samples.merged(new)
        return Read(Samples(merged.known), _replace(file, merged.dump().encode("utf-8", "surrogatepass")))


def _stamp(file: Path) -> tuple[int, int, int]:
    status = os.stat(file)
    return status.st_ino, status.st_size, status.st_mtime_ns


class Recording:
    """One file of samples, and what this process knows of it. Thread-safe."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._known = _NOTHING
        self._lock = Lock()
        self._told = False

    def take(self, template: str, text: str, private: Iterable[object] = ()) -> bool:
        """Record a page. Did it bring anything that this process had not seen?"""
        if not is_document(text):
            return False
        new = sampled(template, text, private)
        with self._lock:
            if self._known.samples.covers(new) and self.file.exists():
                return False
            try:
                self._known = add(self.file, new, self._known)
            except OSError as error:
                self._tell(error)
        return True

    def _tell(self, error: OSError) -> None:
        if not self._told:
            self._told = True
            _log.warning("samples of pages cannot be written to %s: %s", self.file, error.strerror or error)


@contextlib.contextmanager
def _held(file: Path) -> Iterator[None]:
    """Hold the lock on `file`. Whoever writes puts another file in its place, so after the wait it may be no longer that one."""
    while True:
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), os.stat(file)):
                    yield
                    return
        finally:
            os.close(handle)


def _replace(file: Path, data: bytes) -> tuple[int, int, int]:
    """Have `file` be a new one with `data`, whose stamp is told. As soon as it has its name another process may replace it, so the
    stamp is taken before."""
    place = Path(os.path.realpath(file))  # a link stays one
    temporary = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
    try:
        temporary.write_bytes(data)
        temporary.chmod(place.stat().st_mode & 0o777)
        stamp = _stamp(temporary)
        temporary.replace(place)
        return stamp
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
