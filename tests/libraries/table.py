"""The table as text, from packages, their files and the records of those: sorted, the same for the same files.

    a line that changes with all that follows
    [records]   one JSON object a line, counted from 0
    [cdnjs]     name there, package, folders that may be its root (`.`: the package's own)
    [files]     package@version/path, record, sha256, sha384, sha512
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from packages import PACKAGES
from recording import record
from registry import File, numbers
from traces import Traced, jobs, newest, read

from assetforge.formats.js.libraries import CUT, folded
from assetforge.formats.js.record import Effects

FORMAT = 1
_ALGORITHMS = ("sha256", "sha384", "sha512")


class Recorded(NamedTuple):
    """The files of a package. `left`: those that do not run on a page as they are; `waiting`: those not traced yet."""

    files: list[tuple[File, Effects]]
    left: list[File]
    waiting: list[File]


def recorded(package: str, files: Iterable[File]) -> Recorded:
    """The records of all files of a package that were traced."""
    found = Recorded([], [], [])
    traces: dict[bytes, Traced | None] = {}
    needed: dict[int, frozenset[str]] = {}
    listed = list(files)
    for major in sorted({numbers(file.version)[0] for file in listed}):
        needed[major] = _given(package, major)
    by_place = {(job.file.data, job.needs): read(job) for job in jobs(package, listed)}
    for (data, _), traced in by_place.items():
        traces[data] = traced
    for file in listed:
        traced = traces[file.data]
        if traced is None:
            found.waiting.append(file)
            continue
        effects = record(package, traced, needed[numbers(file.version)[0]])
        if effects is None:
            found.left.append(file)
        else:
            found.files.append((file, effects))
    return found


def _given(package: str, major: int) -> frozenset[str]:
    """The globals that the scripts define which its releases of a major need."""
    row = PACKAGES[package]
    names: set[str] = set()
    for needed in row.older.get(major, row.needs):
        other, _, rest = needed.rpartition("@")
        wanted, _, path = rest.partition(":")
        traced = read(jobs(other, [File(other, f"{wanted}.0.0", path, newest(needed))])[0])
        names |= set(traced.configurations["head"].defined) if traced and traced.configurations else set()
    return frozenset(names)


def text(packages: Mapping[str, Recorded]) -> str:
    """The whole table."""
    lines = {folded(effects) for one in packages.values() for _, effects in one.files}
    number = {line: at for at, line in enumerate(sorted(lines))}
    rows = [
        (file.package, numbers(file.version), file.path, f"{number[folded(effects)]} {_digests(file.data)}")
        for one in packages.values()
        for file, effects in one.files
    ]
    listed = [f"{package}@{'.'.join(map(str, version))}/{path} {rest}" for package, version, path, rest in sorted(rows)]
    known = {name: row.cdnjs for name, row in PACKAGES.items() if row.cdnjs and name in packages}
    cdnjs = sorted(f"{there} {name} {' '.join(folder or '.' for folder in folders)}" for name, (there, *folders) in known.items())
    parts = ["[records]", *sorted(lines), "", "[cdnjs]", *cdnjs, "", "[files]", *listed, ""]
    body = "\n".join(parts)
    return f"{FORMAT} {hashlib.sha256(body.encode()).hexdigest()[:16]}\n\n{body}"


def _digests(data: bytes) -> str:
    return " ".join(b64encode(hashlib.new(name, data).digest())[:CUT].decode() for name in _ALGORITHMS)
