"""Files and what they refer to.

What must stay true: nothing here depends on the order of discovery. Pages are many and nothing refers to them by digest, so they
are kept packed and their links are made again when asked for; links of all other files are made once.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from assetforge.cache import unpack
from assetforge.formats import PAGES
from assetforge.importmaps import MapAt, resolve_specifier
from assetforge.prepare import Prepared
from assetforge.reference import Reference
from assetforge.resolver import Place, Resolver
from assetforge.sources import Source

# Where a URL is a module specifier, which an import map may turn (HTML Standard, resolve a module specifier).
SPECIFIERS = frozenset({"import", "export", "import()", "import.meta.resolve"})

# Somebody fills this in later: a template engine on the server, or a library in the page.
_TEMPLATE = re.compile(r"\{\{|\{%|\{#|<[%?]|\$\{|\[[\[%]|%%[A-Z_]|%[A-Z]+_[A-Z_]+%")

State = Literal[
    "found",  # the file exists
    "mapped",  # an import map of the page leads to the file; the specifier itself stays
    "prefixed",  # a prefix of an import map leads to the file; the specifier can only be replaced whole
    "folder",  # a folder, or a page without its suffix
    "external",
    "missing",
    "unknown",  # what it means depends on something that cannot be known
]


class Link(NamedTuple):
    """A reference and what it means. `target` is a path of the graph where there is one; `tried` the path that was looked for."""

    reference: Reference
    state: State
    target: str | None = None
    tried: str = ""


class Asset:
    """One file of the input: where it is, what it is, what is known of it."""

    __slots__ = ("_prepared", "format", "packed", "source")

    def __init__(self, source: Source, format: str, packed: bytes) -> None:
        self.source = source
        self.format = format
        self.packed = packed
        self._prepared: Prepared | None = None

    @property
    def page(self) -> bool:
        return self.format in PAGES

    @property
    def prepared(self) -> Prepared:
        """What its bytes say. Kept for all but pages."""
        if self._prepared is not None:
            return self._prepared
        prepared: Prepared = unpack(self.packed)
        if not self.page:
            self._prepared = prepared
        return prepared


class Graph:
    """The assets by path, sorted. `loaders` (script path → folders of the pages that load it) and `maps` (the import maps of the
    site) are filled by `survey` before links of scripts are asked for."""

    def __init__(self, assets: Iterable[Asset], resolver: Resolver) -> None:
        self.assets: dict[str, Asset] = {asset.source.path: asset for asset in sorted(assets, key=lambda one: one.source.path)}
        self.resolver = resolver
        self.loaders: Mapping[str, frozenset[str]] = {}
        self.maps: tuple[MapAt, ...] = ()
        self._links: dict[str, tuple[Link, ...]] = {}

    def base_folder(self, path: str, prepared: Prepared) -> str | None:
        """The folder relative URLs of a file resolve against; None where its base is on another host."""
        return self.resolver.base_folder(path, prepared.parsed.base)

    def links(self, path: str) -> tuple[Link, ...]:
        """The links of a file, one for each of its references and in their order."""
        known = self._links.get(path)
        if known is None:
            asset = self.assets[path]
            known = self._make_links(path, asset, asset.prepared)
            if not asset.page:
                self._links[path] = known
        return known

    def replace(self, asset: Asset) -> None:
        """Put a better reading of a file in its place, before any other is asked about it."""
        self.assets[asset.source.path] = asset
        self._links.pop(asset.source.path, None)

    def script_targets(self, path: str) -> tuple[str, ...]:
        """The scripts that a script runs in its own realm. Needs no `loaders`."""
        asset = self.assets[path]
        folder = self.base_folder(path, asset.prepared)
        wanted = (one for one in asset.prepared.parsed.references if one.base == "file" and one.kind in ("script", "module"))
        links = (self._link(one, folder, self.maps, asset) for one in wanted)
        return tuple(link.target for link in links if link.target is not None)

    def _make_links(self, path: str, asset: Asset, prepared: Prepared) -> tuple[Link, ...]:
        folder = self.base_folder(path, prepared)
        maps = self.maps
        if asset.page:
            own = prepared.parsed.import_map
            maps = (MapAt(own, folder),) if own and folder is not None else ()
        return tuple(self._link(one, folder, maps, asset) for one in prepared.parsed.references)

    def _link(self, one: Reference, folder: str | None, maps: tuple[MapAt, ...], asset: Asset) -> Link:
        if _TEMPLATE.search(one.url):
            return Link(one, "unknown")
        if one.syntax in SPECIFIERS:
            return self._module_link(one, folder, maps)
        if one.base == "document" and not asset.page:
            return self._document_link(one, asset.source.path)
        return self._place_link(one, self.resolver.place(one.url, folder))

    def _place_link(self, one: Reference, place: Place) -> Link:
        if place.path is None:
            return Link(one, "external")
        if place.exists:
            return Link(one, "found", place.path, place.path)
        if self.resolver.is_folder(place.path) or (one.kind == "document" and place.path + ".html" in self.resolver.paths):
            return Link(one, "folder", None, place.path)
        return Link(one, "missing", None, place.path)

    def _module_link(self, one: Reference, folder: str | None, maps: tuple[MapAt, ...]) -> Link:
        if one.url.startswith(("./", "../", "/")):
            place = self.resolver.place(one.url, folder)
            if place.exists:
                return Link(one, "found", place.path, place.path or "")
            if not maps:
                return self._place_link(one, place)
        meanings = {resolve_specifier(one.url, folder, at, self.resolver) for at in maps} - {None}
        if not meanings:
            is_url = one.url.startswith(("./", "../", "/"))
            return self._place_link(one, self.resolver.place(one.url, folder)) if is_url else Link(one, "external")
        if len(meanings) > 1:
            return Link(one, "unknown")
        meaning = meanings.pop()
        assert meaning is not None
        if meaning.target is None:
            return Link(one, "external")
        if meaning.target not in self.resolver.paths:
            return Link(one, "missing", None, meaning.target)
        return Link(one, "mapped" if meaning.exact else "prefixed", meaning.target, meaning.target)

    def _document_link(self, one: Reference, path: str) -> Link:
        """A script's URL that resolves against the page: known where all pages that load the script agree."""
        folders = self.loaders.get(path, frozenset())
        if one.url.startswith("/"):
            folders = frozenset({""})
        places = {self.resolver.place(one.url, folder) for folder in folders}
        there = {place for place in places if place.exists}
        if len(there) == 1:
            return self._place_link(one, there.pop())
        if there or not places:
            return Link(one, "unknown")
        return self._place_link(one, min(places, key=lambda place: place.path or ""))
