"""What the previous emit left in the output folder: `OUTPUT/.assetforge-state`.

What must stay true: the ledger is believed only together with what stands on disk (name, size, modification time, twins), and where
it is missing, foreign or damaged nothing is known and everything is written. Before own-name files are replaced, a ledger
takes its place that calls their contents unknown: a build that was killed in between leaves one that trusts none of them and still
knows that they are this tool's to remove.

It lies in the output folder and not in the cache: it speaks of that folder, and goes where the folder goes. Records end in NUL,
which no path contains; 40,000 of them are read in a twentieth of a second, which JSON is not.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple, cast

from assetforge.config import Encoding

FILE = ".assetforge-state"
_HEADER = "assetforge-state 1"
UNKNOWN = "?"


class Kept(NamedTuple):
    """One file of the output. `key`: its content's; `own`: answers under its own name, so it goes when the build no longer has it;
    `plain`: UTF-8 and declaring nothing else; `tried`: the encodings that were tried; `twins`: those that were worth it, and
    their sizes."""

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
        text = (output / FILE).read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return {}
    header, *records, rest = text.split("\0")
    if header != _HEADER or rest:
        return {}
    kept: dict[str, Kept] = {}
    for record in records:
        try:
            key, digest, size, flags, tried, twins, path = record.split(" ", 6)
            parsed = _twins(twins) if twins else ()
            kept[path] = Kept(key, digest, int(size), flags[0] == "o", flags[1] == "u", tried, parsed)
        except (ValueError, IndexError):
            return {}
    return kept


def _twins(text: str) -> tuple[tuple[Encoding, int], ...]:
    pairs = (one.split(":") for one in text.split(","))
    return tuple((cast(Encoding, name), int(size)) for name, size in pairs)


def dump(kept: Mapping[str, Kept]) -> bytes:
    """The file's bytes."""
    records = [
        f"{one.key} {one.digest} {one.size} {'o' if one.own else 'h'}{'u' if one.plain else '-'} {one.tried} "
        f"{','.join(f'{name}:{size}' for name, size in one.twins)} {path}\0"
        for path, one in sorted(kept.items())
    ]
    return "".join((_HEADER, "\0", *records)).encode("utf-8", "surrogateescape")


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
