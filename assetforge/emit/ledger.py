"""What the previous emit left in the output folder: `OUTPUT/.assetforge-state`.

What must stay true: the ledger is believed only together with what stands on disk (name, size, modification time, twins), and where
it is missing, foreign or damaged nothing is known and everything is written. Before own-name files are replaced, a ledger
takes its place that calls their contents unknown: a build that was killed in between leaves one that trusts none of them and still
knows that they are this tool's to remove.

It lies in the output folder and not in the cache: it speaks of that folder, and goes where the folder goes. Marshal reads 40,000
records in a fortieth of a second, and the checksum before them keeps damaged bytes from it.
"""

import marshal
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from assetforge.config import STATE_FILE, Encoding

FILE = STATE_FILE
_MARSHAL = 4  # the format's version, the same for all interpreters
_HEADER = b"assetforge-state 1\n"
UNKNOWN = "?"


class Kept(NamedTuple):
    """One file of the output. `key`: its content's; `own`: it answers under its own name, so it goes when the build no longer has
    it; `plain`: UTF-8 that declares nothing else; `tried`: the twins that were tried; `twins`: those that were worth it, and their
    sizes."""

    key: str
    digest: str
    size: int
    own: bool
    plain: bool
    tried: str
    twins: tuple[tuple[Encoding, int], ...]


def load(output: Path) -> dict[str, Kept]:
    """Output path -> record."""
    try:
        data = (output / FILE).read_bytes()
    except OSError:
        return {}
    header, body = data[: len(_HEADER) + 4], data[len(_HEADER) + 4 :]
    if header != _header(body):
        return {}
    return {row[0]: Kept._make(row[1:]) for row in marshal.loads(body)}


def dump(kept: Mapping[str, Kept]) -> bytes:
    """The file's bytes."""
    rows = [(path, *record) for path, record in sorted(kept.items())]
    body = marshal.dumps(rows, _MARSHAL)
    return _header(body) + body


def _header(body: bytes) -> bytes:
    return _HEADER + zlib.crc32(body).to_bytes(4, "big")


def unknown(paths: Iterable[str]) -> dict[str, Kept]:
    """Records of own-name files that are about to be replaced."""
    return dict.fromkeys(paths, Kept(UNKNOWN, UNKNOWN, 0, True, False, "-", ()))


def stamp(digest: str, encoding: Encoding | None = None) -> int:
    """The modification time, in seconds, of a file with this sha256, or of its twin.

    nginx makes its ETag of modification time and size. A time that follows from the bytes makes machines agree, and changes with
    them; between 2001 and 2017, it looks like any other. Each encoding is another representation and gets other digits. Whole
    seconds: not every file system keeps more.
    """
    at = _DIGITS[encoding]
    return 1_000_000_000 + int(digest[at : at + 8], 16) % 500_000_000


_DIGITS: dict[Encoding | None, int] = {None: 0, "gzip": 8, "br": 16, "zstd": 24}
