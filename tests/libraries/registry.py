"""Releases of packages from the npm registry, kept in a folder: `XDG_CACHE_HOME/assetforge/libraries`.

A release never changes, so what was brought once is not asked for again. Only stable releases are of interest: pages name them.
"""

import hashlib
import io
import json
import os
import re
import subprocess
import tarfile
import urllib.request
from base64 import b64decode
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from fnmatch import translate
from functools import cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

_STABLE = re.compile(r"\d+\.\d+\.\d+\Z")
_MODULE = re.compile(r"\b(?:esm|es6|module)\b")
KEPT = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "assetforge", "libraries")


class File(NamedTuple):
    """A file of a release. `path`: in the package."""

    package: str
    version: str
    path: str
    data: bytes


def releases(package: str) -> list[str]:
    """The stable versions of a package, oldest first. Raises `URLError`."""
    return sorted(_described(package), key=numbers)


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def kept(package: str, globs: Iterable[str]) -> list[File]:
    """The same of the releases that were brought before."""
    patterns = [re.compile(translate(glob)) for glob in globs]
    found = []
    for archive in KEPT.glob(f"{package.replace('/', '+')}@*.tar"):
        version = archive.stem.rpartition("@")[2]
        found += [File(package, version, path, data) for path, data in _unpacked(archive).items() if _any(patterns, path)]
    return sorted(found, key=lambda one: (numbers(one.version), one.path))


def bring(package: str, globs: Iterable[str]) -> list[File]:
    """The files of all stable releases of a package that `globs` match, by version and path. Raises `URLError` and `ValueError`
    (an archive that is not what the registry says it is)."""
    known = _described(package)
    patterns = [re.compile(translate(glob)) for glob in globs]
    versions = sorted(known, key=numbers)
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda version: _release(package, version, known[version]), versions)
        return [
            File(package, version, path, data)
            for version, files in zip(versions, found, strict=True)
            for path, data in sorted(files.items())
            if _any(patterns, path)
        ]


def _any(patterns: Iterable[re.Pattern[str]], path: str) -> bool:
    return any(_matches(pattern, path) for pattern in patterns)


def _matches(pattern: re.Pattern[str], path: str) -> bool:
    wanted = pattern.pattern.count("/") == path.count("/")
    return wanted and path.endswith(".js") and not _MODULE.search(path) and pattern.match(path) is not None


@cache
def _registry() -> str:
    """The registry that npm asks."""
    done = subprocess.run(["npm", "config", "get", "registry"], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip().rstrip("/")


def _described(package: str) -> dict[str, dict[str, str]]:
    """Version → where its archive lies and what its digest is."""
    address = f"{_registry()}/{package.replace('/', '%2F')}"
    request = urllib.request.Request(address, headers={"Accept": "application/vnd.npm.install-v1+json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        document = json.load(answer)
    return {version: row["dist"] for version, row in document["versions"].items() if _STABLE.match(version)}


def _release(package: str, version: str, dist: dict[str, str]) -> dict[str, bytes]:
    """The JavaScript files of a release."""
    kept = KEPT / f"{package.replace('/', '+')}@{version}.tar"
    if not kept.is_file():
        with urllib.request.urlopen(dist["tarball"], timeout=120) as answer:
            archive = answer.read()
        _verify(archive, dist)
        _keep(archive, kept)
    return _unpacked(kept)


def _unpacked(kept: Path) -> dict[str, bytes]:
    with tarfile.open(kept) as packed:
        return {member.name: _read(packed, member) for member in packed.getmembers()}


def _verify(archive: bytes, dist: dict[str, str]) -> None:
    algorithm, _, stated = dist.get("integrity", "").partition("-")
    if stated and hashlib.new(algorithm, archive).digest() != b64decode(stated):
        raise ValueError(f"{dist['tarball']} is not what the registry says it is")


def _keep(archive: bytes, kept: Path) -> None:
    """Scripts alone, without compression: a package may hold a hundred times as much."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_name(kept.name + ".part")
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed, tarfile.open(part, "w") as slim:
        for member in packed.getmembers():
            if member.isfile() and member.name.endswith(".js"):
                data = _read(packed, member)
                entry = tarfile.TarInfo(str(PurePosixPath(*PurePosixPath(member.name).parts[1:])))
                entry.size = len(data)
                slim.addfile(entry, io.BytesIO(data))
    part.rename(kept)


def _read(packed: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = packed.extractfile(member)
    return file.read() if file else b""
