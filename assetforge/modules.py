"""Import maps in place of rewritten specifiers (`modules = "importmap"`).

Rewriting puts the digest of every imported module into its importers, so one changed leaf renames all above it. With an import map
the specifiers stay, the page says which URL has which hashed file, and a changed leaf renames itself alone.

Workers and worklets take no import map (HTML Standard: only a window has one), nor does a page whose CSP would block an inline one:
every module that runs in such a place has its specifiers rewritten, for everybody, and the map agrees with that.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from assetforge.graph import SPECIFIERS, Graph, Link
from assetforge.importmaps import is_url_like
from assetforge.names import quoted, relative
from assetforge.naming import Decision
from assetforge.prepare import Prepared
from assetforge.reference import PATH_END, WORKERS
from assetforge.text import Edit, Piece, Span, Url

REASON = "import map"
_WORKLET = "addModule"


class ModulePlan(NamedTuple):
    """`kept`: files whose specifiers stay as they are. `entries`: page → modules its import map must name, sorted."""

    kept: frozenset[str] = frozenset()
    entries: Mapping[str, tuple[str, ...]] = {}


def plan(graph: Graph, decisions: Mapping[str, Decision]) -> ModulePlan:
    """Which files keep their specifiers, and what each page's import map must then say."""
    imports: dict[str, tuple[str, ...]] = {}
    mapless: set[str] = set()
    pages: dict[str, tuple[str, ...]] = {}
    for path, asset in graph.assets.items():
        links = graph.links(path)
        mapless.update(link.target for link in links if link.target is not None and _has_no_map(link, asset.page))
        if asset.page:
            prepared = asset.prepared
            roots = tuple(link.target for link in links if link.target and link.reference.kind in ("module", "script"))
            if refusal(graph, path, prepared):
                mapless.update(roots)
            else:
                pages[path] = roots
        else:
            imports[path] = _specified(links)
    rewritten = _closure(mapless, imports)
    entries: dict[str, tuple[str, ...]] = {}
    kept: set[str] = set()
    for path, roots in pages.items():
        reached = _closure(roots, imports)
        kept |= reached - rewritten
        specified = set(_specified(graph.links(path)))
        specified.update(target for one in reached - rewritten for target in imports.get(one, ()))
        if any(graph.assets[one].prepared.computed_imports for one in (path, *reached)):
            # what is loaded so may import the page's own modules by their plain names
            specified.update(link.target for link in graph.links(path) if link.target and link.reference.kind == "module")
        entries[path] = tuple(sorted(one for one in specified if decisions[one].naming == "hashed"))
    return ModulePlan(frozenset(kept | pages.keys()), entries)


def refusal(graph: Graph, path: str, prepared: Prepared) -> str:
    """Why a page cannot take an import map; empty when it can."""
    parsed = prepared.parsed
    if parsed.module_slot is None:
        return "it loads no module"
    if parsed.module_slot.refused and parsed.import_map is None:
        return parsed.module_slot.refused
    if graph.base_folder(path, prepared) is None:
        return "its base is on another host"
    return ""


def map_edit(graph: Graph, path: str, prepared: Prepared, entries: Iterable[str]) -> Edit | None:
    """The edit that gives a page its import map, or extends the one it has."""
    parsed, slot = prepared.parsed, prepared.parsed.module_slot
    folder = graph.base_folder(path, prepared) or ""
    present = _present(graph, prepared, folder)
    # a page that answers at any URL (404.html) loads its modules from the root, and its map must speak so too
    base = None if _is_rooted(graph.links(path)) else folder
    pieces: list[Piece] = []
    for entry in entries:
        if entry not in present:
            key = "/" + quoted(entry) if base is None else relative(entry, base)
            pieces += [",\n" if pieces else "", f'"{key}": "', Url(entry, base), '"']
    if not pieces or slot is None:
        return None
    if parsed.import_map is None:
        nonce = f' nonce="{slot.nonce}"' if slot.nonce else ""
        before, after, at = f'<script type="importmap"{nonce}>{{"imports": {{', "}}</script>\n", slot.at
    else:
        comma = "," if parsed.import_map.followed else ""
        bare = not parsed.import_map.has_imports
        before, after, at = ('"imports": {' if bare else ""), ("}" if bare else "") + comma, parsed.import_map.entries_at
    return Edit(Span(at, at), (before, *pieces, after), REASON)


def _is_rooted(links: Iterable[Link]) -> bool:
    return any(link.reference.kind == "module" and link.reference.url.startswith("/") for link in links)


def _present(graph: Graph, prepared: Prepared, folder: str) -> set[str | None]:
    """The files that the page's own map speaks of already: the author's word stands."""
    own = prepared.parsed.import_map
    keys = (key for key, _ in own.imports if is_url_like(key)) if own else ()
    return {graph.resolver.place(key, folder).path for key in keys}


def is_mappable(link: Link) -> bool:
    """Can an import map say which file a specifier means? One with a query is another module, and is rewritten."""
    reference = link.reference
    return reference.syntax in SPECIFIERS and link.state == "found" and not PATH_END.search(reference.url)


def _has_no_map(link: Link, page: bool) -> bool:
    kind, syntax = link.reference.kind, link.reference.syntax
    return kind in WORKERS or syntax == _WORKLET or (kind == "module" and not page and syntax not in SPECIFIERS)


def _specified(links: Iterable[Link]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(link.target for link in links if link.target is not None and is_mappable(link)))


def _closure(roots: Iterable[str], imports: Mapping[str, tuple[str, ...]]) -> set[str]:
    reached, waiting = set(), list(roots)
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting.extend(imports.get(path, ()))
    return reached
