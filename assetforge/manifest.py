"""Which URL answers for which file: the manifest of a build, for the running site.

What must stay true: standard library only, cheap to import, and no word about the machine that built (no clock, no absolute
path), so that two machines write the same bytes. The file:

    {"version": 1,
     "roots": {"/": "site/"},
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
folder of the output answers for which URL prefix. A stable name promises no bytes: its file may be replaced while an older
manifest is still in use, so its entry has neither size nor integrity. Whatever an entry does say of bytes stays true for as long
as the file is kept.
"""

import json
import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

VERSION = 1
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
    """Logical path -> entry. Immutable: a new build is a new file to load."""

    assets: Mapping[str, Entry]
    roots: Mapping[str, str] = _NONE

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Manifest":
        """Read a `manifest.json`. Raises OSError where it cannot be read, `ManifestError` where it cannot be used."""
        from pathlib import Path  # 5 ms that who has the text already need not pay

        return cls.loads(Path(path).read_bytes(), name=str(path))

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
            return cls(assets, dict(document.get("roots", {})))
        except (AttributeError, KeyError, TypeError) as error:
            raise ManifestError(f"{name} is damaged: {error!r}") from None

    def entry(self, path: str) -> Entry:
        """The entry of a logical path. Raises `UnknownAsset`, a KeyError."""
        try:
            return self.assets[path]
        except KeyError:
            raise UnknownAsset(path, _nearest(path, self.assets)) from None

    def url(self, path: str) -> str:
        """The URL under which a page asks for the asset."""
        return self.entry(path).url

    def integrity(self, path: str) -> str | None:
        """SRI metadata (`sha384-…`), or None for a stable name: its bytes may change under the page that names it."""
        return self.entry(path).integrity

    def dump(self) -> str:
        """The file's text: sorted, one asset a line, so that two builds can be compared with `diff`."""
        dumps = json.dumps  # with `sort_keys` it would make an encoder for every call
        lines = [f"{dumps(path)}: {dumps(_document(self.assets[path]))}" for path in sorted(self.assets)]
        body = "{\n" + ",\n".join(lines) + "\n}" if lines else "{}"
        return f'{{"version": {VERSION},\n"roots": {dumps(dict(sorted(self.roots.items())))},\n"assets": {body}}}\n'


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


def _nearest(path: str, paths: Mapping[str, Entry]) -> str | None:
    from difflib import get_close_matches  # only where something went wrong: difflib costs 5 ms to import

    return next(iter(get_close_matches(path, paths, 1)), None)
