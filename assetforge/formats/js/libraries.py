"""What well-known libraries do when they run, looked up: by the digest of their bytes, by `integrity`, by a URL that names a
release.

What must stay true: a row stands for bytes. A URL is only known where the address names one release of one file, which never
changes (`@3.7.1`, not `@3` or `@latest`), so what is served there is what was recorded. What is not sure is not known, and None.

The table `libraries.txt` is written by `python -m tests.libraries`, which ran every one of these files in a browser; it is text,
sorted, and short: digests are cut to 96 bits. It is read when it is first asked.
"""

import base64
import json
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from assetforge.formats.js.effects import VERSION
from assetforge.formats.js.record import Act, Effects

TABLE = Path(__file__).with_name("libraries.txt")
CUT = 16  # characters of base64 that are kept of a digest
_NAMES = ("defines", "lexical", "defines_later", "augments", "reads", "guards", "reads_later")
_ROW = re.compile(rb"\n\S+ (\d+) (\S{16}) \S{16} \S{16}(?=\n)")
_STRENGTH = ("sha256", "sha384", "sha512")  # and the order of the digests in a row
_TOKEN = re.compile(r"(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+)={0,2}(?:\?\S*)?\Z")
_VERSION = r"(?P<version>\d+\.\d+\.\d+)"
_PATH = r"(?P<path>[\w.-]+(?:/[\w.-]+)*\.js)"
_PACKAGE = r"(?P<package>(?:@[a-z\d][\w.-]*/)?[a-z\d][\w.-]*)"


class Place(NamedTuple):
    """Where files of releases are served. `url`: what stands behind the scheme, whole; `package` and `path`: whose file it is,
    where the groups of the same names do not say so (`{}`: the group `path`)."""

    url: re.Pattern[str]
    package: str = ""
    path: str = "{}"


def _place(url: str, package: str = "", path: str = "{}") -> Place:
    return Place(re.compile(url + r"\Z", re.ASCII), package, path)


_BOOTSTRAP = r"(?:stackpath|maxcdn|netdna)\.bootstrapcdn\.com"
_DATATABLES = rf"cdn\.datatables\.net/{_VERSION}/js/(?P<path>"
PLACES: tuple[Place, ...] = (
    _place(rf"cdn\.jsdelivr\.net/npm/{_PACKAGE}@{_VERSION}/{_PATH}"),
    _place(rf"unpkg\.com/{_PACKAGE}@{_VERSION}/{_PATH}"),
    _place(rf"ajax\.googleapis\.com/ajax/libs/jquery/{_VERSION}/(?P<path>jquery(?:\.slim)?(?:\.min)?\.js)", "jquery", "dist/{}"),
    _place(rf"ajax\.googleapis\.com/ajax/libs/jqueryui/{_VERSION}/(?P<path>jquery-ui(?:\.min)?\.js)", "jquery-ui-dist"),
    _place(rf"ajax\.googleapis\.com/ajax/libs/angularjs/{_VERSION}/(?P<path>angular(?:\.min)?\.js)", "angular"),
    _place(rf"code\.jquery\.com/jquery-{_VERSION}(?P<path>(?:\.slim)?(?:\.min)?\.js)", "jquery", "dist/jquery{}"),
    _place(rf"code\.jquery\.com/jquery-migrate-{_VERSION}(?P<path>(?:\.min)?\.js)", "jquery-migrate", "dist/jquery-migrate{}"),
    _place(rf"code\.jquery\.com/ui/{_VERSION}/(?P<path>jquery-ui(?:\.min)?\.js)", "jquery-ui-dist"),
    _place(rf"{_BOOTSTRAP}/bootstrap/{_VERSION}/(?P<path>js/bootstrap(?:\.bundle)?(?:\.min)?\.js)", "bootstrap", "dist/{}"),
    _place(rf"use\.fontawesome\.com/releases/v{_VERSION}/(?P<path>js/all\.js)", "@fortawesome/fontawesome-free"),
    _place(rf"{_DATATABLES}(?:jquery\.)?dataTables(?:\.min)?\.js)", "datatables.net", "js/{}"),
    _place(rf"{_DATATABLES}dataTables\.bootstrap(?:\.min)?\.js)", "datatables.net-bs", "js/{}"),
    _place(rf"{_DATATABLES}dataTables\.bootstrap4(?:\.min)?\.js)", "datatables.net-bs4", "js/{}"),
    _place(rf"{_DATATABLES}dataTables\.bootstrap5(?:\.min)?\.js)", "datatables.net-bs5", "js/{}"),
)  # fmt: skip
_CDNJS = re.compile(rf"cdnjs\.cloudflare\.com/ajax/libs/(?P<name>[\w.-]+)/{_VERSION}/{_PATH}\Z", re.ASCII)


def version() -> str:
    """Changes with the table; part of the key of whatever follows from it."""
    with TABLE.open("rb") as file:
        return file.readline().decode("ascii").strip()


EFFECTS = f"{VERSION} {version()}"  # of all that is known of scripts, analysed or looked up


def by_digest(sha256: str) -> Effects | None:
    """What the file with this sha256, in hex, does."""
    return _record(_digests().get(_cut(bytes.fromhex(sha256))))


@lru_cache(maxsize=1024)
def by_integrity(metadata: str) -> Effects | None:
    """What a file does that `integrity` metadata accepts. (SRI, 3.3.4: the strongest algorithm alone counts; of several values each
    is accepted, so they must be of files that do the same.)"""
    tokens = [match.groups() for match in map(_TOKEN.match, metadata.split()) if match]
    if not tokens:
        return None
    strongest = max((algorithm for algorithm, _ in tokens), key=_STRENGTH.index)
    found = {_row_with(strongest, value) for algorithm, value in tokens if algorithm == strongest}
    return _record(found.pop()) if len(found) == 1 else None


@lru_cache(maxsize=1024)
def by_url(url: str) -> Effects | None:
    """What the file at a URL does, which must be absolute, or lack only its scheme."""
    scheme, colon, rest = url.strip("\t\n\f\r ").partition("//")
    if not colon or scheme.lower() not in ("", "https:", "http:"):
        return None
    return next((_record(number) for key in _keys(rest.partition("#")[0]) if (number := _row_of(key)) is not None), None)


def _keys(address: str) -> Iterator[str]:
    """The files of packages that an address may mean, `package@version/path`."""
    for place in PLACES:
        if match := place.url.match(address):
            package = place.package or match["package"]
            yield from _forms(f"{package}@{match['version']}/", place.path.format(match["path"]), exact=not place.package)
    if match := _CDNJS.match(address):
        for package, folders in _cdnjs().get(match["name"], ()):
            for folder in folders:
                yield from _forms(f"{package}@{match['version']}/", folder + match["path"], exact=False)


def _forms(release: str, path: str, *, exact: bool) -> Iterator[str]:
    """The file, and what it was shortened from: some places shorten files themselves where a release has no short form."""
    yield release + path
    if not exact and path.endswith(".min.js"):
        yield release + path.removesuffix(".min.js") + ".js"


# -- the table -----------------------------------------------------------------------------------------------------------------


@cache
def _table() -> bytes:
    return TABLE.read_bytes()


@cache
def _digests() -> dict[bytes, int]:
    return {digest: int(number) for number, digest in _ROW.findall(_table())}


@cache
def _section(name: str) -> list[str]:
    """The lines below `[name]`, up to an empty one."""
    return _table().partition(f"\n[{name}]\n".encode())[2].partition(b"\n\n")[0].decode("utf-8").split("\n")


@cache
def _cdnjs() -> dict[str, list[tuple[str, list[str]]]]:
    """By name on cdnjs: packages, and the folders in them that may be the root there."""
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for line in _section("cdnjs"):
        name, package, *folders = line.split(" ")
        found.setdefault(name, []).append((package, [folder.removeprefix(".") for folder in folders]))
    return found


def _row_of(key: str) -> int | None:
    at = _table().find(f"\n{key} ".encode())
    return _number(at + 1) if at >= 0 else None


def _row_with(algorithm: str, value: str) -> int | None:
    digest = value.replace("-", "+").replace("_", "/")[:CUT].encode()
    if algorithm == "sha256":
        return _digests().get(digest) if len(digest) == CUT else None
    at = _table().find(b" " + digest) if len(digest) == CUT else -1
    while at >= 0:
        start = _table().rfind(b"\n", 0, at) + 1
        fields = _table()[start : _table().find(b"\n", at)].split(b" ")
        if len(fields) == 5 and fields[2 + _STRENGTH.index(algorithm)] == digest:
            return int(fields[1])
        at = _table().find(b" " + digest, at + 1)
    return None


def _number(start: int) -> int:
    return int(_table()[start : _table().find(b"\n", start)].split(b" ")[1])


def _cut(digest: bytes) -> bytes:
    return base64.b64encode(digest)[:CUT]


@lru_cache(maxsize=1024)
def _record(number: int | None) -> Effects | None:
    return None if number is None else unfold(_section("records")[number])


# -- records as text -----------------------------------------------------------------------------------------------------------


def folded(effects: Effects) -> str:
    """A record as one line of JSON, without what is empty. Places in the text are left out: files that do the same share a
    record."""
    said: dict[str, object] = {name: " ".join(sorted(names)) for name in _NAMES if (names := getattr(effects, name))}
    acts = sorted({(act.what, act.tier, act.detail) for act in effects.acts})
    said |= {"acts": [list(act) for act in acts]} if acts else {}
    said |= {"strict": True} if effects.strict else {}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def unfold(line: str) -> Effects:
    """The record that a line says."""
    said = json.loads(line)
    names: dict[str, Any] = {name: frozenset(said[name].split(" ")) for name in _NAMES if name in said}
    acts = tuple(Act(what, tier, detail) for what, tier, detail in said.get("acts", ()))
    return Effects(acts=acts, strict=said.get("strict", False), **names)
