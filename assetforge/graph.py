"""Files and what they refer to.

What must stay true: nothing here depends on the order of discovery. Pages are many and nothing refers to them by digest, so they
are kept packed and their links are made again when asked for; links of all other files are made once.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple
from urllib.parse import unquote

from assetforge.cache import unpack
from assetforge.dialects import Pattern, kind_of, matches
from assetforge.formats import PAGES
from assetforge.importmaps import MapAt, is_url_like, resolve_specifier
from assetforge.names import folder_of
from assetforge.prepare import Asked, Prepared
from assetforge.reference import PATH_END, WORKERS, Reference, is_foreign
from assetforge.resolver import Place, Resolver
from assetforge.sources import Source
from assetforge.tagged import kind_fits, says_something

# Where a URL is a module specifier, which an import map may turn (HTML Standard, resolve a module specifier).
SPECIFIERS = frozenset({"import", "export", "import()", "import.meta.resolve"})

_RUNS = WORKERS | {"script", "module"}

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
    """A reference and what it means. `target` is a path of the graph where there is one; `tried` the path that was looked for.
    `candidates`: paths that what is written may also mean, as long as it stays as it is."""

    reference: Reference
    state: State
    target: str | None = None
    tried: str = ""
    candidates: tuple[str, ...] = ()


class Asset:
    """One file of the input: where it is, what it is, what is known of it."""

    __slots__ = ("_prepared", "format", "packed", "source", "template")

    def __init__(self, source: Source, format: str, packed: bytes, template: bool = False) -> None:
        self.template = template
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
    site) are filled by `survey` before links of scripts are asked for. `static`: the prefixes of static roots."""

    def __init__(self, assets: Iterable[Asset], resolver: Resolver, static: Iterable[str] = ()) -> None:
        self.assets: dict[str, Asset] = {asset.source.path: asset for asset in sorted(assets, key=lambda one: one.source.path)}
        self.resolver = resolver
        self.static = tuple(static)
        self.loaders: Mapping[str, frozenset[str]] = {}
        self.maps: tuple[MapAt, ...] = ()
        self._links: dict[str, tuple[Link, ...]] = {}
        self._fitting: dict[tuple[str | None, ...], tuple[str, ...]] = {}

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

    def fitting(self, asked: Asked) -> tuple[str, ...]:
        """The files that a template may ask for at a place that does not say one URL, sorted."""
        found = {path for pattern in asked.patterns for path in self.matches(pattern)}
        return tuple(sorted(path for path in found if kind_fits(asked.kind, kind_of(path))))

    def matches(self, pattern: Pattern) -> tuple[str, ...]:
        """The files whose paths fit a pattern, sorted; none for a pattern that says nothing."""
        known = self._fitting.get(pattern)
        if known is None:
            start = (pattern[0] or "").lstrip("/") if says_something(pattern) else None
            files = () if start is None else (path for path, asset in self.assets.items() if not asset.template)
            known = tuple(path for path in files if path.startswith(start or "") and matches(pattern, path))
            self._fitting[pattern] = known
        return known

    def expects(self, pattern: Pattern, asked: Asked) -> bool:
        """Should a pattern fit some file? One that says no more than a folder need not, and where URLs are written and nothing is
        looked up, others may answer for them."""
        start = "/" + (pattern[0] or "").lstrip("/")
        folder = max((prefix for prefix in self.static if start.startswith(prefix)), key=len, default=None)
        if folder is None and not asked.looked_up:
            return False
        return says_something(pattern, folder or "")

    def replace(self, asset: Asset) -> None:
        """Put a better reading of a file in its place, before any other is asked about it."""
        self.assets[asset.source.path] = asset
        self._links.pop(asset.source.path, None)

    def runs(self, path: str, folders: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
        """The scripts that a script runs, with the folders that their document-relative URLs mean: those of the script's own realm
        (`folders`) for modules and `importScripts`, its own folder for a worker. Needs no `loaders`."""
        asset = self.assets[path]
        folder = self.base_folder(path, asset.prepared)
        for one in asset.prepared.parsed.references:
            if one.kind in _RUNS:
                for target in self._run_targets(one, folder, folders, asset):
                    yield target, frozenset({folder_of(target)}) if one.kind in WORKERS else folders

    def _run_targets(self, one: Reference, folder: str | None, folders: frozenset[str], asset: Asset) -> Iterator[str]:
        if one.base == "file":
            link = self._link(one, folder, self.maps, asset)
            if link.target is not None:
                yield link.target
            return
        for base in {""} if one.url.startswith("/") else folders:
            place = self.resolver.place(one.url, base)
            if place.exists and place.path is not None:
                yield place.path

    def _make_links(self, path: str, asset: Asset, prepared: Prepared) -> tuple[Link, ...]:
        folder = self.base_folder(path, prepared)
        maps = self.maps
        if asset.page:
            own = prepared.parsed.import_map
            maps = (MapAt(own, folder),) if own and folder is not None else ()
        return tuple(self._link(one, folder, maps, asset) for one in prepared.parsed.references)

    def _link(self, one: Reference, folder: str | None, maps: tuple[MapAt, ...], asset: Asset) -> Link:
        # where a template's page will answer is not known
        if _TEMPLATE.search(one.url) or (asset.template and not one.url.startswith("/") and not is_foreign(one.url)):
            return Link(one, "unknown")
        if one.syntax in SPECIFIERS:
            importer = folder if asset.page else asset.source.path
            return self._module_link(one, folder, importer or "", maps)
        if one.base == "document" and not asset.page:
            return self._document_link(one, asset.source.path)
        return self._place_link(one, self.resolver.place(one.url, "" if one.deferred else folder))

    def _place_link(self, one: Reference, place: Place) -> Link:
        if place.path is None:
            if not one.deferred:
                return Link(one, "external")
            return Link(one, "missing", None, unquote(PATH_END.split(one.url)[0]).lstrip("/"))  # in the manifest or nowhere
        if place.exists:
            return Link(one, "found", place.path, place.path)
        if one.deferred and one.syntax == "static tag" and not one.url.endswith("/"):
            return Link(one, "missing", None, place.path)  # Django looks a folder up as a file, if no slash ends it
        if self.resolver.is_folder(place.path) or (one.kind == "document" and place.path + ".html" in self.resolver.paths):
            return Link(one, "folder", None, place.path)
        return Link(one, "missing", None, place.path)

    def _module_link(self, one: Reference, folder: str | None, importer: str, maps: tuple[MapAt, ...]) -> Link:
        """An import map is asked first, also about a URL (HTML Standard, resolve a module specifier)."""
        place = self.resolver.place(one.url, folder) if is_url_like(one.url) else None
        said = (resolve_specifier(one.url, importer, at, self.resolver) for at in maps)
        meanings = {meaning for meaning in said if meaning is not None}
        if not meanings:
            return Link(one, "external") if place is None else self._place_link(one, place)
        plain = (place.path,) if place is not None and place.exists and place.path is not None else ()
        if len(meanings) > 1:
            # an exact entry is rewritten in its map; behind a prefix the file is asked for by its own name
            behind = {meaning.target for meaning in meanings if not meaning.exact and meaning.target in self.resolver.paths}
            return Link(one, "unknown", candidates=tuple(sorted({*plain, *(path for path in behind if path is not None)})))
        (meaning,) = meanings
        if meaning.target is None:
            return Link(one, "external", candidates=plain)
        if meaning.target not in self.resolver.paths:
            return Link(one, "missing", None, meaning.target)
        return Link(one, "mapped" if meaning.exact else "prefixed", meaning.target, meaning.target, plain if meaning.exact else ())

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
            return Link(one, "unknown", candidates=tuple(sorted(place.path for place in there if place.path is not None)))
        return self._place_link(one, min(places, key=lambda place: place.path or ""))


def names_target(link: Link) -> bool:
    """Is the last segment, as written, the target's file name? Not where a `%2F` hides a slash, for one: then it cannot be
    replaced."""
    url = link.reference.url
    cut = PATH_END.search(url)
    written = (url[: cut.start()] if cut else url).replace("\\", "/").rpartition("/")[2]
    name = (link.target or "").rpartition("/")[2]
    return written == name or unquote(written, errors="surrogateescape") == name
