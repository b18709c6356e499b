"""What all files of a site say together: one pass over every link, before anything is named.

Facts only. What follows from them is decided in `naming` and `modules`; what is wrong with them is told by `problems`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from assetforge.formats import format_of
from assetforge.graph import SPECIFIERS, Graph, Link, names_target
from assetforge.importmaps import MapAt
from assetforge.names import folder_of
from assetforge.prepare import Asked, ComputedImport, Prepared
from assetforge.reference import OWN_NAME, WORKERS, Reference
from assetforge.tagged import spoken

_SCRIPTS = frozenset({"script", "module"})
# Names under which libraries and push services expect their worker, whether or not a registration was found.
WORKER_NAMES = frozenset(
    {"sw.js", "service-worker.js", "serviceworker.js", "service_worker.js", "ngsw-worker.js", "firebase-messaging-sw.js",
     "onesignalsdkworker.js", "onesignalsdkupdaterworker.js"}
)  # fmt: skip


class Miss(NamedTuple):
    """The first place, in the order of paths, that refers to something that is not there."""

    path: str
    number: int  # which of the references of the file
    reference: Reference
    more: int  # further files that say the same
    last: str  # the last of all these files, which is counted once however often it says so


class Unmatched(NamedTuple):
    """A place in a template that asks for files by a pattern that none fits."""

    path: str
    asked: Asked
    pattern: tuple[str | None, ...]


class LookedFor(NamedTuple):
    """Something that looks for files by their names, and the file that does."""

    needle: str
    match: str
    path: str


@dataclass(slots=True)
class Survey:
    """`service_workers`, `manifests`: path → the file that declares it. `linked`: targets of hyperlinks. `left`: what references
    that stay as they are may mean; `left_modules`: those of them that import a module. `preloaded`: targets of preloads for
    `fetch()`, and `used`: of everything else (`fetched`: of what scripts may fetch); `modules`: what is imported. `missing` by
    what was tried and, since that decides how bad it is, whether it is a source map or whether the file that misses it is
    vendored. `stylesheets`: those that something else than a stylesheet loads; `rules_read`: a file with a script that looks into
    stylesheets, if there is one; `custom_urls`: files in which a custom property may have a URL."""

    service_workers: dict[str, str] = field(default_factory=dict)
    manifests: dict[str, str] = field(default_factory=dict)
    linked: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    left_modules: dict[str, str] = field(default_factory=dict)
    preloaded: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)
    lookups: dict[tuple[str, str], LookedFor] = field(default_factory=dict)
    missing: dict[tuple[str, str], Miss] = field(default_factory=dict)
    computed_imports: list[tuple[str, ComputedImport]] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)
    stylesheets: set[str] = field(default_factory=set)
    fetched: set[str] = field(default_factory=set)
    rules_read: str = ""
    custom_urls: list[str] = field(default_factory=list)


def survey(graph: Graph, is_ignored: Callable[[str, str], bool], is_vendored: Callable[[str], bool] = lambda path: False) -> Survey:
    """Look at every file once; pages first, since they say which folder a script's URLs mean and what import maps there are.
    `is_ignored(path, tried)`: may file `path` miss `tried`? `is_vendored(path)`: is a file somebody else's?"""
    seen = Survey()
    loaders: dict[str, set[str]] = defaultdict(set)
    maps: dict[MapAt, None] = {}
    pages = [path for path, asset in graph.assets.items() if asset.page]
    for path in pages:
        prepared = graph.assets[path].prepared
        folder = graph.base_folder(path, prepared)
        links = graph.links(path)
        _see(seen, path, prepared, links, is_ignored, is_vendored)
        _see_asked(seen, graph, path, prepared.asked, is_ignored)
        for link in links:
            if link.target is not None and link.reference.kind in WORKERS:
                loaders[link.target].add(folder_of(link.target))
            elif link.target is not None and folder is not None and link.reference.kind in _SCRIPTS:
                loaders[link.target].add(folder)
        if prepared.parsed.import_map is not None and folder is not None:
            maps[MapAt(prepared.parsed.import_map, folder)] = None
    for path in graph.assets:
        if path.rpartition("/")[2].lower() in WORKER_NAMES:
            loaders[path].add(folder_of(path))
    graph.maps = tuple(maps)
    graph.loaders = _spread(graph, loaders)
    for path, asset in graph.assets.items():
        if not asset.page:
            _see(seen, path, asset.prepared, graph.links(path), is_ignored, is_vendored)
    return seen


def _see_asked(
    seen: Survey, graph: Graph, path: str, places: Iterable[Asked], is_ignored: Callable[[str, str], bool]
) -> None:
    """What a template asks for by a pattern is used; where nothing is looked up, by its own name."""
    for asked in places:
        for target in graph.fitting(asked):
            seen.used.add(target)
            if not asked.looked_up:
                seen.left.setdefault(target, path)
        for pattern in asked.patterns:
            if graph.expects(pattern, asked) and not graph.matches(pattern) and not is_ignored(path, spoken(pattern, "*")):
                seen.unmatched.append(Unmatched(path, asked, pattern))
                break


def _spread(graph: Graph, loaders: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    """A module that a page's module imports runs in that page too; a worker runs in its own folder."""
    found = {path: frozenset(folders) for path, folders in loaders.items()}
    waiting = sorted(found)
    while waiting:
        path = waiting.pop()
        for target, folders in graph.runs(path, found[path]):
            known = found.get(target)
            if known is None or not folders <= known:
                found[target] = folders | (known or frozenset())
                waiting.append(target)
    return found


def imports_module(reference: Reference) -> bool:
    """Does a reference load a module? A module is known by its URL: under two names it would run twice."""
    return reference.kind == "module" or reference.syntax in SPECIFIERS


def _left(link: Link) -> tuple[str, ...]:
    """What a reference that stays as it is may mean."""
    if link.target is None or link.state == "mapped":
        return link.candidates
    stays = link.reference.locked or (link.state == "found" and not names_target(link))
    return (link.target,) if stays and link.reference.kind != "link" else ()


def _see(
    seen: Survey,
    path: str,
    prepared: Prepared,
    links: Iterable[Link],
    is_ignored: Callable[[str, str], bool],
    is_vendored: Callable[[str], bool],
) -> None:
    parsed = prepared.parsed
    for index, link in enumerate(links):
        reference, target = link.reference, link.target
        if target is not None:
            if reference.kind == "link":
                seen.linked.setdefault(target, path)
            elif reference.kind == "serviceworker":
                seen.service_workers.setdefault(target, path)
            elif reference.kind == "manifest":
                seen.manifests.setdefault(target, path)
            if reference.kind == "fetch" and reference.syntax.startswith("link"):
                seen.preloaded.setdefault(target, path)
            elif reference.kind != "link":
                seen.used.add(target)
                if reference.kind == "fetch" or reference.syntax.startswith("new URL"):
                    seen.fetched.add(target)
                if imports_module(reference):
                    seen.modules.add(target)
                elif reference.kind == "style" and format_of(path) != "css":
                    seen.stylesheets.add(target)
        for stays in _left(link):
            seen.left.setdefault(stays, path)
            if imports_module(reference):
                seen.left_modules.setdefault(stays, path)
        if target is not None:
            continue
        if link.state == "missing" and not reference.optional and reference.kind != "link":
            if is_ignored(path, link.tried):
                continue
            key = (link.tried, "map" if reference.kind == "sourcemap" else "vendored" if is_vendored(path) else "")
            first = seen.missing.get(key)
            if first is None:
                seen.missing[key] = Miss(path, index, reference, 0, path)
            elif first.last != path:
                seen.missing[key] = first._replace(more=first.more + 1, last=path)
    for lookup in parsed.lookups:
        needle = "/" + path.rpartition("/")[2] if lookup.needle == OWN_NAME else lookup.needle
        seen.lookups.setdefault((needle, lookup.match), LookedFor(needle, lookup.match, path))
    if prepared.reads_rules:
        seen.rules_read = seen.rules_read or path
    if prepared.custom_urls:
        seen.custom_urls.append(path)
    for computed in prepared.computed_imports:
        seen.computed_imports.append((path, computed))
