"""What was computed once is not computed again: a store by content.

Rules: values are immutable; a key holds everything its value follows from (digest of the bytes, versions of the rooms, options),
so nothing is ever out of date; what cannot be read, or was not written by this code, is absent; losing the store costs time and
nothing else. Diagnostics are part of the values and are replayed.

One SQLite file: atomic, safe for two builds at once, and 10,000 small values are one read and not 10,000. Values carry a checksum;
structured ones are unpickled by a reader that knows the names of this package's values and no others, so a foreign file can
waste time and do nothing worse.
"""

import contextlib
import io
import pickle
import sqlite3
import threading
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_FILE = "store.sqlite"
_LIMIT = 2 * 1024**3  # bytes: beyond this the oldest half goes
_SAFE = (
    "assetforge.reference", "assetforge.text", "assetforge.diagnostics", "assetforge.prepare", "assetforge.pages.template.sketch",
    "assetforge.dialects.mentions", "assetforge.dialects.statement", "assetforge.formats.html.outline",
    "assetforge.formats.js.record", "assetforge.pages.plan", "assetforge.pages.task", "assetforge.stylesheet",
)  # fmt: skip
_BATCH = 500  # SQLite's limit on variables in one statement was 999 for long
_PENDING = 32 * 1024**2  # bytes kept back before a transaction is made


class Cache:
    """`read` and `write` bytes by key. Thread-safe. Every failure of the file is an absent value. Without a folder what is
    written is kept in memory, for one build."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        self._pending: dict[str, bytes] = {}
        self._pending_size = 0
        self._connection = _open(folder) if folder else None

    def read(self, key: str) -> bytes | None:
        """The value, or None."""
        return self.read_many((key,)).get(key)

    def read_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Those of the values that are there."""
        with self._lock:
            wanted = list(dict.fromkeys(keys))
            found = {key: self._pending[key] for key in wanted if key in self._pending}
            missing = [key for key in wanted if key not in found]
            if self._connection is None:
                return found
            for at in range(0, len(missing), _BATCH):
                part = missing[at : at + _BATCH]
                query = f"SELECT key, value FROM entry WHERE key IN ({','.join('?' * len(part))})"
                try:
                    rows = self._connection.execute(query, part).fetchall()
                except sqlite3.Error:
                    return found
                for key, framed in rows:
                    value = _unframe(framed)
                    if value is not None:
                        found[key] = value
            return found

    @property
    def is_empty(self) -> bool:
        """Is nothing kept from an earlier build?"""
        try:
            return self._connection is None or self._connection.execute("SELECT 1 FROM entry LIMIT 1").fetchone() is None
        except sqlite3.Error:
            return True

    def write(self, key: str, value: bytes) -> None:
        """Keep `value`. Written to the file in batches and at `close`."""
        with self._lock:
            self._pending[key] = value
            self._pending_size += len(value)
            if self._pending_size > _PENDING:
                self.flush()

    def flush(self) -> None:
        """Write what is pending."""
        with self._lock:
            if self._connection is None or not self._pending:
                return
            pending, self._pending, self._pending_size = self._pending, {}, 0
            rows = [(key, _frame(value)) for key, value in pending.items()]
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    self._connection.executemany("INSERT OR REPLACE INTO entry (key, value) VALUES (?, ?)", rows)
                    self._connection.execute("COMMIT")
                except sqlite3.Error:
                    self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Flush, and drop the older half when the file has grown beyond its limit."""
        with self._lock:
            self.flush()
            if self._connection is None or self.folder is None:
                return
            with contextlib.suppress(sqlite3.Error, OSError):
                if (self.folder / _FILE).stat().st_size > _LIMIT:
                    half = "SELECT rowid FROM entry ORDER BY rowid LIMIT (SELECT COUNT(*) / 2 FROM entry)"
                    self._connection.execute(f"DELETE FROM entry WHERE rowid IN ({half})")
                    self._connection.execute("VACUUM")
            self._connection.close()
            self._connection = None

    def __enter__(self) -> "Cache":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _open(folder: Path) -> sqlite3.Connection | None:
    for _ in range(2):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            ignore = folder / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n")
            connection = sqlite3.connect(folder / _FILE, timeout=10, check_same_thread=False, isolation_level=None)
            try:
                # a lost cache costs time only: no fsync
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=OFF")
                connection.execute("CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, value BLOB NOT NULL)")
            except sqlite3.Error:
                connection.close()
                raise
            return connection
        except sqlite3.OperationalError:
            return None  # locked or not writable: no cache this time
        except (sqlite3.Error, OSError):
            with contextlib.suppress(OSError):
                (folder / _FILE).unlink()
    return None


def _frame(value: bytes) -> bytes:
    return zlib.crc32(value).to_bytes(4, "big") + value


def _unframe(framed: object) -> bytes | None:
    if not isinstance(framed, bytes) or len(framed) < 4:
        return None
    value = framed[4:]
    return value if zlib.crc32(value).to_bytes(4, "big") == framed[:4] else None


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module in _SAFE and name[:1].isupper():
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no value of a cache")


def pack(value: object) -> bytes:
    """A value of named tuples, tuples, dicts, strings, numbers, as bytes."""
    return pickle.dumps(value, protocol=5)


def unpack(data: bytes) -> Any:
    """The value again, or None where the bytes are not of `pack`'s making."""
    try:
        return _Reader(io.BytesIO(data)).load()
    except Exception:  # a damaged pickle may raise anything at all
        return None
