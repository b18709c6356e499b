"""Module specifiers and import maps (HTML Standard, "resolve a module specifier"), over logical paths."""

from typing import NamedTuple

from assetforge.names import folder_of
from assetforge.reference import ImportMap, is_foreign
from assetforge.resolver import Resolver

Entries = tuple[tuple[str, str | None], ...]


class MapAt(NamedTuple):
    """An import map and the folder its relative URLs resolve against: that of its page's base URL."""

    map: ImportMap
    folder: str


class Meaning(NamedTuple):
    """What an import map makes of a specifier. `target`: the logical path, None on another host. `exact`: by an entry for this very
    specifier, so whoever rewrites the entry need not touch the specifier."""

    target: str | None
    exact: bool


def is_url_like(specifier: str) -> bool:
    """Is the specifier a URL? Else it is bare, and means nothing without an import map."""
    return specifier.startswith(("/", "./", "../")) or is_foreign(specifier)


def resolve_specifier(specifier: str, importer: str, at: MapAt, resolver: Resolver) -> Meaning | None:
    """What map `at` makes of `specifier` in the module `importer` (a logical path; of an inline module its base folder); None
    where it says nothing."""
    key = _key(specifier, folder_of(importer), resolver)
    scopes = [(_key(prefix, at.folder, resolver), entries) for prefix, entries in at.map.scopes]
    here = "/" + importer
    inside = [one for one in scopes if one[0] == here or (one[0].endswith("/") and here.startswith(one[0]))]
    for _, entries in sorted(inside, key=lambda scope: -len(scope[0])):
        meaning = _look_up(key, entries, at.folder, resolver)
        if meaning is not None:
            return meaning
    return _look_up(key, at.map.imports, at.folder, resolver)


def _key(specifier: str, folder: str | None, resolver: Resolver) -> str:
    """URL-like specifiers are compared as URLs, bare ones as they are."""
    if not is_url_like(specifier):
        return specifier
    place = resolver.place(specifier, folder)
    return specifier if place.path is None else "/" + place.path


def _look_up(key: str, entries: Entries, folder: str, resolver: Resolver) -> Meaning | None:
    best: tuple[str, str] | None = None
    for written, value in entries:
        entry = _key(written, folder, resolver)
        if entry == key:
            return Meaning(resolver.place(value, folder).path, True) if value is not None and is_url_like(value) else None
        prefixed = value is not None and entry.endswith("/") and value.endswith("/") and key.startswith(entry)
        if value is not None and prefixed and (best is None or len(entry) > len(best[0])):
            best = (entry, value)
    if best is None or not is_url_like(best[1]):
        return None
    return Meaning(resolver.place(best[1] + key[len(best[0]) :], folder).path, False)
