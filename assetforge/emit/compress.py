"""Compressed twins: `app.css.gz`, `app.css.br`, `app.css.zst` beside `app.css`, made once, so that a server need not compress.

What must stay true: a twin is there only where it is at least 5 % smaller than the file, and its bytes follow from the file's
bytes and this module alone: no clock, no name, no operating system in them. So twins are cached by the digest of what they hold.

Brotli 11 packs 0.7 MB a second and core where gzip 9 packs 23: it is nearly all of a cold build. Hence the cache, and hence
`wanted`: own-name copies, which only scripts and other sites ask for, get gzip alone.
"""

import struct
import zlib
from collections.abc import Callable, Iterable
from typing import Protocol

from assetforge.config import Encoding

SUFFIX: dict[Encoding, str] = {"gzip": ".gz", "br": ".br", "zstd": ".zst"}  # what nginx's static modules look for
MINIMUM = 128  # bytes: below, headers outweigh any gain
_WORTH = 0.95
VERSION: dict[Encoding, str] = {"gzip": "g9a", "br": "b11a", "zstd": "z19a"}  # level, and a letter that moves when parameters do
# No extra flags but "slowest", no name, no time; operating system 255, "unknown" (RFC 1952, 2.3.1), where zlib would put its own.
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"


class Store(Protocol):
    """Bytes by key, kept from build to build. Asked from the main thread only."""

    def read(self, key: str) -> bytes | None:
        """The value, or None."""

    def write(self, key: str, value: bytes) -> None:
        """Keep a value."""


def twin_key(digest: str, encoding: Encoding) -> str:
    """Where the store keeps the twin of the bytes with this sha256. The value is empty where a twin was not worth it."""
    return f"twin:{encoding}:{VERSION[encoding]}:{digest}"


def wanted(encodings: Iterable[Encoding], *, size: int, compressible: bool, rare: bool) -> tuple[Encoding, ...]:
    """The encodings worth trying for a file of `size` bytes. `rare`: an own-name copy whose bytes are nobody else's."""
    if not compressible or size < MINIMUM:
        return ()
    return tuple(one for one in encodings if one == "gzip" or not rare)


def compress(data: bytes, encoding: Encoding) -> bytes:
    """The twin of `data`, or nothing where it is not at least 5 % smaller. Releases the interpreter lock while it works."""
    packed = _ENCODERS[encoding](data)
    return packed if len(packed) <= len(data) * _WORTH else b""


def _gzip(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9)
    trailer = struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)
    return b"".join((_GZIP_HEADER, packer.compress(data), packer.flush(), trailer))


def _brotli(data: bytes) -> bytes:
    import brotli  # type: ignore[import-untyped]  # it has no stubs

    # No larger window than the data needs: the reader allocates it. 24 is the largest that every browser takes (RFC 7932, 9.1).
    window = min(24, max(16, len(data).bit_length()))
    packed: bytes = brotli.compress(data, mode=brotli.MODE_TEXT, quality=11, lgwin=window)
    return packed


def _zstd(data: bytes) -> bytes:
    import zstandard

    # Level 19 has a window of 8 MB, the most that RFC 9659 lets a browser be asked for.
    return zstandard.ZstdCompressor(level=19, write_checksum=False, write_content_size=True).compress(data)


_ENCODERS: dict[Encoding, Callable[[bytes], bytes]] = {"gzip": _gzip, "br": _brotli, "zstd": _zstd}

# Seconds per megabyte, roughly: what takes longest is started first, so that no core waits at the end for a last large file.
_COST: dict[Encoding, float] = {"br": 1.5, "zstd": 0.35, "gzip": 0.045}


def cost(size: int, encoding: Encoding) -> float:
    """How long a twin takes, for ordering only."""
    return size * _COST[encoding]
