"""Which URL answers for which file: the manifest of a build, for the running site.

What must stay true: standard library only, cheap to import, and no word about the machine that built (no clock, no absolute
path), so that two machines write the same bytes. The file:

    {"version": 1,
     "roots": {"/": "site/"},
     "templates": {"templates/home.html": "9f86d0…"},   output path of a built template: SHA-256 of the bytes it was built from
     "policy": {"style-src": ["sha256-…"], "script-src": []},   what a content security policy calls the styles and scripts put in
     "assets": {"css/app.css": {
       "url": "/css/app.6098a84e6f42.css",        how a page asks for it; begins with the asset host where there is one
       "output_path": "site/css/app.6098a84e6f42.css",   relative to the manifest's folder, POSIX
       "naming": "hashed",                        hashed, prehashed (a bundler's digest) or stable
       "media_type": "text/css",
       "size": 5120,                              bytes; null for stable names
       "integrity": "sha384-…",                   Subresource Integrity; null for stable names
       "encodings": {"br": 1022, "gzip": 1201},   bytes of each twin beside it; empty for stable names
       "dependencies": ["img/sun.svg"]}}}         logical paths that its bytes name

Keys of `assets` are logical paths: the URL path of the file under its own name, without the leading slash. `roots` says which
folder of the output answers for which URL prefix. `policy` is there where the build put styles or scripts into pages or templates.
`templates` is there where the build has any, and lets a loader tell whether a
template is still the one that was built. A stable name promises no bytes: its file may be replaced while an older
manifest is still in use, so its entry has neither size nor integrity. Whatever an entry does say of bytes stays true for as long
as the file is kept.

Several releases at once: `Manifest.load(path, previous=[…])` also answers for what only the manifests of other releases know, so
that during a rolling deploy the templates of either release find their assets. A build overwrites the manifest of the build before
in the same output: copy that away first, or give each release an output of its own.

A server keeps its manifest in a `Watched`, which reads it once in production and again whenever it changes in development.
"""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from types import MappingProxyType
from typing import Any, NamedTuple

VERSION = 1
TEMPLATES = "templates/"  # the folder of the output that no URL answers for
Place = str | os.PathLike[str]
_NONE: Mapping[str, Any] = MappingProxyType({})


class ManifestError(Exception):
    """The manifest cannot be used: not JSON, not a manifest, or of a version this package does not know."""


class UnknownAsset(KeyError):
    """No such logical path in the manifest. The sentence names the nearest one."""

    def __init__(self, path: str, nearest: str | None) -> None:
        hint = f"; did you mean '{nearest}'?" if nearest else ""
        super().__init__(f"the manifest has no asset '{path}'{hint}")

    def __str__(self) -> str:
        return str(self.args[0])


class Entry(NamedTuple):
    """One asset, as the module's docstring describes it."""

    url: str
    output_path: str
    naming: str
    media_type: str
    size: int | None = None
    integrity: str | None = None
    encodings: Mapping[str, int] = _NONE
    dependencies: tuple[str, ...] = ()


class Manifest(NamedTuple):
    """Logical path -> entry. Immutable: a new build is a new file to load.

    `assets`, `roots` and `templates` are those of this build, and all that `dump` writes. `previous` holds what only other releases
    have: their entries answer like the others, but never instead of one of this build. `releases`: the roots of each of them, in
    the order in which they were named; none for one that does not exist. `policy`: sources for a content security policy, by
    directive.
    """

    assets: Mapping[str, Entry]
    roots: Mapping[str, str] = _NONE
    previous: Mapping[str, Entry] = _NONE
    templates: Mapping[str, str] = _NONE
    releases: tuple[Mapping[str, str], ...] = ()
    policy: Mapping[str, tuple[str, ...]] = _NONE

    @classmethod
    def load(cls, path: Place, *, previous: Place | Iterable[Place] = ()) -> "Manifest":
        """Read a `manifest.json`. Raises OSError where it cannot be read, `ManifestError` where it cannot be used.

        `previous`: manifests of other releases, the nearest first. Where several know a path that this build has not, the first of
        them answers. One that does not exist counts as empty, since a first deploy has none before it; one that is damaged is an
        error all the same. The files themselves must still be there: keep the output folder between builds, or serve both outputs.
        """
        manifest = cls.loads(_read(path), name=str(path))
        others: dict[str, Entry] = {}
        roots: list[Mapping[str, str]] = []
        for place in places(previous):
            try:
                other = cls.loads(_read(place), name=str(place))
            except (FileNotFoundError, NotADirectoryError):
                other = cls({})
            others = {**other.assets, **others}
            roots.append(other.roots)
        only_there = {path: entry for path, entry in others.items() if path not in manifest.assets}
        return manifest._replace(previous=only_there or _NONE, releases=tuple(roots) if any(roots) else ())

    @classmethod
    def loads(cls, data: bytes | str, *, name: str = "manifest") -> "Manifest":
        try:
            document = json.loads(data)
        except ValueError as error:
            raise ManifestError(f"{name} is not JSON: {error}") from None
        version = document.get("version") if isinstance(document, dict) else None
        if version is True or version != VERSION:
            raise ManifestError(f"{name} has format version {version!r}; this assetforge reads {VERSION}: build the site again")
        try:
            assets = {path: _entry(value) for path, value in document["assets"].items()}
            policy = {name: tuple(sources) for name, sources in document.get("policy", {}).items()}
            return cls(assets, dict(document.get("roots", {})), templates=dict(document.get("templates", {})), policy=policy)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ManifestError(f"{name} is damaged: {error!r}") from None

    def entry(self, path: str) -> Entry:
        """The entry of a logical path. Raises `UnknownAsset`, a KeyError."""
        entry = self.find(path)
        if entry is None:
            raise UnknownAsset(path, self.nearest(path))
        return entry

    def find(self, path: str) -> Entry | None:
        """The entry of a logical path, or None: of this build, else of the nearest other release."""
        return self.assets.get(path) or self.previous.get(path)

    def nearest(self, path: str) -> str | None:
        """The known path that is spelt most like this one. For error messages: it takes half a second among 10,000."""
        from difflib import get_close_matches  # only where something went wrong: difflib costs 5 ms to import

        return next(iter(get_close_matches(path, [*self.assets, *self.previous], 1)), None)

    def url(self, path: str) -> str:
        """The URL under which a page asks for the asset."""
        return self.entry(path).url

    def integrity(self, path: str) -> str | None:
        """SRI metadata (`sha384-…`), or None for a stable name: its bytes may change under the page that names it."""
        return self.entry(path).integrity

    def dump(self) -> str:
        """The file's text: sorted, one asset a line, so that two builds can be compared with `diff`."""
        dumps = json.dumps  # with `sort_keys` it would make an encoder for every call
        assets = _lines(f"{dumps(path)}: {dumps(_document(self.assets[path]))}" for path in sorted(self.assets))
        templates = _lines(f"{dumps(path)}: {dumps(self.templates[path])}" for path in sorted(self.templates))
        said = f'"templates": {templates},\n' if self.templates else ""
        if self.policy:
            said += f'"policy": {dumps({name: list(self.policy[name]) for name in sorted(self.policy)})},\n'
        return f'{{"version": {VERSION},\n"roots": {dumps(dict(sorted(self.roots.items())))},\n{said}"assets": {assets}}}\n'


def _lines(members: Iterable[str]) -> str:
    """A JSON object, one member a line."""
    lines = ",\n".join(members)
    return f"{{\n{lines}\n}}" if lines else "{}"


def _entry(value: Mapping[str, Any]) -> Entry:
    return Entry(
        url=value["url"],
        output_path=value["output_path"],
        naming=value["naming"],
        media_type=value["media_type"],
        size=value["size"],
        integrity=value["integrity"],
        encodings=dict(value["encodings"]),
        dependencies=tuple(value["dependencies"]),
    )


def _document(entry: Entry) -> dict[str, object]:
    return {
        "dependencies": sorted(entry.dependencies),
        "encodings": dict(sorted(entry.encodings.items())),
        "integrity": entry.integrity,
        "media_type": entry.media_type,
        "naming": entry.naming,
        "output_path": entry.output_path,
        "size": entry.size,
        "url": entry.url,
    }


def places(several: Place | Iterable[Place]) -> tuple[Place, ...]:
    """One path, or several: a lone string is not its characters."""
    return (several,) if isinstance(several, str | os.PathLike) else tuple(several)


def _read(path: Place) -> bytes:
    with open(path, "rb") as file:
        return file.read()


class Watched:
    """The manifest of a running site, from its file. Threads may share it.

    In production the file is read when it is first asked for, and neither read nor looked at again: a release's manifest does not
    change, and its look-ups cost no system call. With `reload`, for development, every look-up compares the file's time, size and
    inode (and those of `previous`, as in `Manifest.load`) with what was read, and reads again where they differ. `reload` may be a
    function, for servers that know only later. A manifest that could not be read is asked for again next time.
    """

    def __init__(
        self, path: Place, *, previous: Place | Iterable[Place] = (), reload: bool | Callable[[], bool] = False
    ) -> None:
        self.path = path
        self.previous = places(previous)
        self._reload: Callable[[], bool] = reload if callable(reload) else lambda: reload
        self._lock = Lock()
        self._known: tuple[_Stamps, Manifest] | None = None
        self._told: set[str] = set()

    @property
    def reload(self) -> bool:
        """Is this development?"""
        return self._reload()

    def manifest(self) -> Manifest:
        """The manifest as it is now. Raises as `Manifest.load` does."""
        known, reload = self._known, self.reload
        if known is not None and not (reload and known[0] != self._stamps()):
            return known[1]
        with self._lock:
            # Looked at before it is read: what changes in between differs from its stamp, and is read again next time.
            stamps = self._stamps() if reload else ()
            if self._known is None or (reload and self._known[0] != stamps):
                self._known = stamps, Manifest.load(self.path, previous=self.previous)
                self._told.clear()
            return self._known[1]

    def find(self, *paths: str, strict: bool = False, foreign: bool = False) -> Entry | None:
        """The entry of the first of `paths` that is known, else None, which is said once in the log `assetforge`: a file answers
        under its own name too, so an asset that no manifest names is served all the same, and better so than an error page.

        `strict`: an unknown asset is `UnknownAsset`, and a missing manifest FileNotFoundError, except in development, where nothing
        may have been built yet. `foreign`: paths below none of the build's roots are somebody else's, and nothing is said of them.
        """
        try:
            manifest = self.manifest()
        except FileNotFoundError:
            if strict and not self.reload:
                raise
            self.tell(f"there is no {os.fspath(self.path)}: assets are asked for under their own names")
            return None
        for path in paths:
            if entry := manifest.find(path):
                return entry
        ours = tuple(root for root, folder in manifest.roots.items() if not folder.startswith(TEMPLATES))
        if not foreign or any(f"/{path}".startswith(ours) for path in paths):
            self._miss(paths[-1], manifest, strict)
        return None

    def _miss(self, path: str, manifest: Manifest, strict: bool) -> None:
        if strict:
            raise UnknownAsset(path, manifest.nearest(path))
        if path not in self._told:
            self.tell(path, UnknownAsset(path, manifest.nearest(path) if self.reload else None))

    def tell(self, what: str, sentence: object = None) -> None:
        """Say `sentence` (or `what` itself) in the log `assetforge`, once for each `what` and manifest."""
        if what in self._told or len(self._told) >= _TOLD:
            return
        from logging import getLogger

        self._told.add(what)
        getLogger("assetforge").warning("%s", sentence or what)

    def _stamps(self) -> "_Stamps":
        return tuple(_stamp(place) for place in (self.path, *self.previous))


_Stamps = tuple[tuple[int, int, int] | None, ...]
_TOLD = 1000  # sentences: a path may come from a request


def _stamp(place: Place) -> tuple[int, int, int] | None:
    try:
        found = os.stat(place)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
