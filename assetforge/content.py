"""Bytes of an output that are made when somebody wants them."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from assetforge import formats
from assetforge.cache import Cache, pack, unpack
from assetforge.sources import Text, decode, encode, read
from assetforge.text import Change, changed


@dataclass(frozen=True, slots=True)
class EditedContent:
    """An input file with changes made. `changes` are packed: a site may have a million of them. `minified`: the format whose
    minifier made the text that the changes count in, empty where that is the file's own text; `shortened`: changes, packed too,
    that come between the two."""

    key: str
    file: str
    digest: str
    changes: bytes = field(repr=False)
    minified: str = ""
    shortened: bytes = field(default=b"", repr=False)
    cache: Cache | None = field(default=None, repr=False, compare=False)

    def read(self) -> bytes:
        """Raises `SourceChanged` and OSError."""
        source = decode(read(self.file, self.digest))
        served = self._served(source)
        if self.shortened:
            served = changed(served, unpack(self.shortened))
        return encode(changed(served, unpack(self.changes)), source)

    def _served(self, source: Text) -> str:
        return _minified(source.text, self.digest, self.minified, self.cache)

    def __reduce__(self) -> tuple[Any, ...]:
        # a store belongs to its process
        return EditedContent, (self.key, self.file, self.digest, self.changes, self.minified, self.shortened)


def edited(
    file: str,
    digest: str,
    changes: tuple[Change, ...],
    minified: str = "",
    cache: Cache | None = None,
    shortened: tuple[Change, ...] = (),
) -> EditedContent:
    """The content of `file` (sha256 `digest`) with `shortened` and then `changes` made."""
    packed, first = pack(changes), pack(shortened) if shortened else b""
    stamp = hashlib.sha256(f"{digest} {minified} {formats.versions() if minified else ''} {len(first)} ".encode() + first + packed)
    return EditedContent(stamp.hexdigest(), file, digest, packed, minified, first, cache)


def served_text(file: str, digest: str, minified: str, cache: Cache | None = None) -> str:
    """The text that the changes of a file count in. Raises `SourceChanged` and OSError."""
    return _minified(decode(read(file, digest)).text, digest, minified, cache)


def _minified(text: str, digest: str, minified: str, cache: Cache | None) -> str:
    if not minified:
        return text
    kept = cache.read(text_key(digest, minified)) if cache else None
    return unpack_text(kept) if kept is not None else formats.minify(minified, text).text


def text_key(digest: str, minified: str) -> str:
    """Where the cache keeps the minified text of a file."""
    return f"text {digest} {minified} {formats.versions()}"


def pack_text(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def unpack_text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")
