"""Deciding about pages: how each page's scripts and stylesheets are delivered.

    effects of the scripts that pages run → plans, page by page, in worker processes

What must stay true: a plan follows from the bytes of the page, of the stylesheets and scripts that it loads, from what their URLs
lead to, and from the settings: its key in the cache says all of these, so an unchanged page costs a look-up. Nothing depends on
the order of pages or on the number of workers.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin

from assetforge import formats
from assetforge.cache import Cache, pack, unpack
from assetforge.config import Config
from assetforge.formats.js.libraries import EFFECTS, by_digest
from assetforge.formats.js.record import OPAQUE, Effects
from assetforge.graph import SPECIFIERS, Asset, Graph, Link, names_target
from assetforge.names import quoted
from assetforge.pages.task import Module, PageTask, Planned, ScriptFile, Settings, SheetFile
from assetforge.parallel import cores, in_processes
from assetforge.progress import Progress
from assetforge.sources import decode, read
from assetforge.text import Piece, Url

if TYPE_CHECKING:
    from assetforge.pages.style.reasons import Reason

VERSION = 1  # of what `pages` decides: part of every key
_PLANNED = frozenset({"html"})
_IN_CSS = frozenset({"url()", "src()", "@import", "image-set()"})  # how references of inline stylesheets are written
_IN_TEXT = _IN_CSS | SPECIFIERS
_LOADS = frozenset({"script", "style", "module"})
_STATIC = frozenset({"import", "export"})
_EFFECTS_SPEED = 6e5  # bytes a second and core
_PAGES_SPEED = 2e6
_EACH = 0.002  # seconds for a page, however small
_POOL_PAYS = 0.6  # seconds of work
_CHUNK = 0.1  # seconds of work in one task for a worker


class Chunk(NamedTuple):
    """Work for one worker: pages, and every file that any of them loads."""

    pages: tuple[PageTask, ...]
    sheets: tuple[SheetFile, ...]
    scripts: tuple[ScriptFile, ...]
    settings: Settings


class Plans:
    """The plans of pages, packed: a site has many. What pages have in common in their heads is kept once."""

    def __init__(self) -> None:
        self._rows: dict[str, bytes] = {}
        self._heads: dict[str, tuple[Piece, ...]] = {}

    def add(self, path: str, row: bytes, head: str, pieces: tuple[Piece, ...] | None) -> None:
        self._rows[path] = row
        if pieces is not None:
            self._heads.setdefault(head, pieces)

    def of(self, path: str) -> Planned | None:
        """The plan of a page, None where nothing was planned."""
        row = self._rows.get(path)
        if row is None:
            return None
        head, planned = unpack(row)
        whole: Planned = planned._replace(head=self._heads[head]) if head else planned
        return whole


def plans(graph: Graph, config: Config, cache: Cache, progress: Progress) -> Plans:
    """The plans of all pages. Templates are no pages: theirs are made in `families`."""
    found = Plans()
    settings = Settings(config.stylesheets, config.scripts, config.origin)
    if not wanted(config):
        return found
    elsewhere = Elsewhere(config)
    sheets, stamp = Sheets(graph), f"{_stamp(settings)} {elsewhere.key}"
    tasks = {path: _task(graph, asset) for path, asset in graph.assets.items() if asset.format in _PLANNED and not asset.template}
    keys = {path: _key(task, graph, sheets, stamp) for path, task in tasks.items()}
    kept = cache.read_many(keys.values())
    heads = {path: str(unpack(kept[key])[0]) for path, key in keys.items() if key in kept}
    texts = cache.read_many({"head " + head for head in heads.values() if head})
    todo = [path for path in tasks if path not in heads or (heads[path] and "head " + heads[path] not in texts)]
    for path in tasks.keys() - set(todo):
        text = texts.get("head " + heads[path])
        found.add(path, kept[keys[path]], heads[path], unpack(text) if text is not None else None)
    progress.phase("Deciding about pages", len(todo))
    scripts = scripts_of(graph, (tasks[path] for path in todo), config, cache, progress)
    chunks = list(_chunks([tasks[path] for path in todo], graph, sheets, scripts, settings, elsewhere if todo else None))
    for path, (row, head, pieces) in zip(todo, _run(chunks, config, progress), strict=True):
        cache.write(keys[path], row)
        if pieces is not None:
            cache.write("head " + head, pack(pieces))
        found.add(path, row, head, pieces)
    return found


def wanted(config: Config) -> bool:
    """Is there anything to decide about?"""
    return config.stylesheets.delivery != "blocking" or config.scripts.policy != "off"


def _stamp(settings: Settings) -> str:
    return f"{VERSION} {EFFECTS} {formats.versions()} {settings!r}"


def _task(graph: Graph, asset: Asset) -> PageTask:
    prepared = asset.prepared
    source = asset.source
    every = graph.links(source.path)
    links = [link for link in every if link.reference.kind in _LOADS and link.reference.syntax not in _IN_TEXT]
    modules = [(link.reference.span.start, link.target) for link in every if link.reference.kind == "module" and link.target]
    specifiers = {link.reference.span.start: link for link in every if link.reference.syntax in SPECIFIERS}
    return PageTask(
        source.path,
        source.file,
        source.digest,
        asset.format,
        asset.format if prepared.minified == "yes" else "",
        prepared.shortened,
        tuple((link.reference.span.start, link.target) for link in links if link.target is not None),
        tuple(link.reference.span.start for link in links if link.state == "missing"),
        tuple(sorted({link.reference.url: _elsewhere(link) for link in every if link.reference.syntax in _IN_CSS}.items())),
        tuple((at, path) for at, path in modules if at in specifiers),
        tuple(at for at, link in specifiers.items() if link.target is None),
        _imports(graph, (path for _, path in modules)),
        any(link.reference.url.startswith("/") for link in links),
    )


def _imports(graph: Graph, roots: Iterable[str]) -> tuple[Module, ...]:
    """What modules import, and what those import."""
    found: dict[str, Module] = {}
    waiting = list(roots)
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        links = [link for link in graph.links(path) if link.reference.syntax in SPECIFIERS]
        targets = {
            static: tuple(dict.fromkeys(one.target for one in links if (one.reference.syntax in _STATIC) is static and one.target))
            for static in (True, False)
        }
        whole = all(link.target for link in links) and not graph.assets[path].prepared.computed_imports
        found[path] = Module(path, targets[True], targets[False], whole)
        waiting += (*targets[True], *targets[False])
    return tuple(found[path] for path in sorted(found))


def _key(task: PageTask, graph: Graph, sheets: "Sheets", stamp: str) -> str:
    loaded = [(path, sheets.key(path) if _is_sheet(graph, path) else _digest(graph, path)) for _, path in task.targets]
    loaded += [(one.path, _digest(graph, one.path)) for one in task.modules]
    said = f"{stamp} {task._replace(file='')!r} {loaded!r}"
    return "plan " + hashlib.sha256(said.encode("utf-8", "surrogateescape")).hexdigest()


def _is_sheet(graph: Graph, path: str) -> bool:
    return graph.assets[path].format == "css"


def _digest(graph: Graph, path: str) -> str:
    return graph.assets[path].source.digest


class Sheets:
    """The stylesheets of a site as the passes over pages read them."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._rows: dict[str, SheetFile] = {}
        self._keys: dict[str, str] = {}

    def file(self, path: str) -> SheetFile:
        known = self._rows.get(path)
        if known is None:
            source = self._graph.assets[path].source
            links = self._graph.links(path)
            urls = {link.reference.url: _elsewhere(link) for link in links if link.reference.kind != "link"}
            known = self._rows[path] = SheetFile(path, source.file, source.digest, tuple(sorted(urls.items())))
        return known

    def imported(self, path: str) -> tuple[str, ...]:
        """`path` and every stylesheet that it imports, sorted; they may import each other in a circle."""
        reached, waiting = {path}, [path]
        while waiting:
            for link in self._graph.links(waiting.pop()):
                target = link.target if link.reference.kind == "style" else None
                if target is not None and target not in reached and _is_sheet(self._graph, target):
                    reached.add(target)
                    waiting.append(target)
        return tuple(sorted(reached))

    def key(self, path: str) -> str:
        """Changes with a stylesheet's bytes, with what its URLs lead to, and with those of all that it imports."""
        known = self._keys.get(path)
        if known is None:
            rows = [self.file(one) for one in self.imported(path)]
            said = repr([(one.path, one.digest, one.urls) for one in rows])
            known = self._keys[path] = hashlib.sha256(said.encode("utf-8", "surrogateescape")).hexdigest()
        return known


def _elsewhere(link: Link) -> Piece | None:
    """What stands for a URL of a stylesheet when the text around it stands in a page."""
    if link.state == "found" and link.target is not None:
        # a file that the stylesheet asks for by another spelling keeps that one: else it would be loaded twice
        return Url(link.target) if names_target(link) else "/" + quoted(link.target)
    return "/" + quoted(link.tried) if link.state in ("missing", "folder") else None


def scripts_of(
    graph: Graph, tasks: Iterable[PageTask], config: Config, cache: Cache, progress: Progress
) -> dict[str, ScriptFile]:
    """What every script of these pages does."""
    named = {path for task in tasks for path in (*(path for _, path in task.targets), *(one.path for one in task.modules))}
    return programs(graph, named, config, cache)


def programs(graph: Graph, named: Iterable[str], config: Config, cache: Cache) -> dict[str, ScriptFile]:
    """What the scripts among these files of the site do."""
    paths = sorted({path for path in named if graph.assets[path].format in ("js", "js-module")})
    known = {path: effects for path in paths if (effects := by_digest(_digest(graph, path))) is not None}
    keys = {path: f"effects {_digest(graph, path)} {EFFECTS} {formats.versions()}" for path in paths if path not in known}
    kept = cache.read_many(keys.values())
    todo = [path for path in keys if keys[path] not in kept]
    sources = [graph.assets[path].source for path in todo]
    jobs = cores(config.jobs) if sum(one.size for one in sources) / _EFFECTS_SPEED > _POOL_PAYS else 1
    longest_first = sorted(sources, key=lambda one: (-one.size, one.path))
    results = in_processes(effects_of, [(one.file, one.digest) for one in longest_first], jobs)
    for source, row in zip(longest_first, results, strict=True):
        kept[keys[source.path]] = row
        cache.write(keys[source.path], row)
    found = {**known, **{path: unpack(kept[key]) or OPAQUE for path, key in keys.items()}}
    return {path: _script(graph, path, found[path], library=path in known) for path in paths}


def _script(graph: Graph, path: str, effects: Effects, *, library: bool) -> ScriptFile:
    source = graph.assets[path].source
    return ScriptFile(path, source.file, source.digest, effects, library)


def effects_of(file: tuple[str, str]) -> bytes:
    """What the script in a file (with its sha256) does, packed. Raises `SourceChanged` and OSError."""
    from assetforge.formats.js.effects import effects

    return pack(effects(decode(read(*file)).text))


class Elsewhere:
    """Files with the bytes of stylesheets and scripts of other sites, as the configuration names them. Raises OSError."""

    def __init__(self, config: Config) -> None:
        self._sheets = [(url, file, _sha256(file)) for url, file in config.stylesheets.local]
        self._scripts = [(url, file, _sha256(file)) for url, file in config.scripts.local]
        self.key = repr([(url, digest) for url, _, digest in (*self._sheets, *self._scripts)])

    def sheets(self) -> tuple[SheetFile, ...]:
        """Their URLs are relative to where they come from."""
        found = []
        for url, file, digest in self._sheets:
            references = formats.parse("css", decode(read(str(file), digest)).text).references
            urls = {one.url: urljoin(url, one.url) for one in references}
            found.append(SheetFile(url, str(file), digest, tuple(sorted(urls.items()))))
        return tuple(found)

    def scripts(self) -> tuple[ScriptFile, ...]:
        return tuple(self._script(url, str(file), digest) for url, file, digest in self._scripts)

    def _script(self, url: str, file: str, digest: str) -> ScriptFile:
        known = by_digest(digest)
        effects = known if known is not None else unpack(effects_of((file, digest))) or OPAQUE
        return ScriptFile(url, file, digest, effects, known is not None)


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _chunks(
    tasks: Sequence[PageTask],
    graph: Graph,
    sheets: Sheets,
    scripts: Mapping[str, ScriptFile],
    settings: Settings,
    elsewhere: Elsewhere | None,
) -> Iterator[Chunk]:
    styles, programs = (elsewhere.sheets(), elsewhere.scripts()) if elsewhere else ((), ())
    part: list[PageTask] = []
    weight = 0.0
    for task in tasks:
        cost = graph.assets[task.path].source.size / _PAGES_SPEED + _EACH
        if part and weight + cost > _CHUNK:
            yield _with(_chunk(part, graph, sheets, scripts, settings), styles, programs)
            part, weight = [], 0.0
        part.append(task)
        weight += cost
    if part:
        yield _with(_chunk(part, graph, sheets, scripts, settings), styles, programs)


def _with(chunk: Chunk, sheets: tuple[SheetFile, ...], scripts: tuple[ScriptFile, ...]) -> Chunk:
    return chunk._replace(sheets=(*chunk.sheets, *sheets), scripts=(*chunk.scripts, *scripts))


def _chunk(
    tasks: Sequence[PageTask], graph: Graph, sheets: Sheets, scripts: Mapping[str, ScriptFile], settings: Settings
) -> Chunk:
    loaded = {path for task in tasks for path in (*(path for _, path in task.targets), *(one.path for one in task.modules))}
    styles = {one for path in loaded if _is_sheet(graph, path) for one in sheets.imported(path)}
    return Chunk(
        tuple(tasks),
        tuple(sheets.file(path) for path in sorted(styles)),
        tuple(scripts[path] for path in sorted(loaded) if path in scripts),
        settings,
    )


def reasons_of(path: str, graph: Graph, config: Config, cache: Cache, progress: Progress) -> "tuple[Reason, ...]":
    """Why each rule of a page's stylesheets stands in the page or does not. Raises `SourceChanged` and OSError."""
    from assetforge.pages.planner import rule_reasons

    task, settings = _task(graph, graph.assets[path]), Settings(config.stylesheets, config.scripts, config.origin)
    scripts = scripts_of(graph, (task,), config, cache, progress)
    (chunk,) = _chunks([task], graph, Sheets(graph), scripts, settings, Elsewhere(config))
    return rule_reasons(task, chunk.sheets, chunk.scripts, settings)


def _run(chunks: Sequence[Chunk], config: Config, progress: Progress) -> Iterator[tuple[bytes, str, tuple[Piece, ...] | None]]:
    jobs = cores(config.jobs) if len(chunks) * _CHUNK > _POOL_PAYS else 1
    for results in in_processes(plan_pages, chunks, jobs):
        progress.advance(len(results))
        yield from results


def plan_pages(chunk: Chunk) -> list[tuple[bytes, str, tuple[Piece, ...] | None]]:
    """Of each page its plan without the head, packed with the head's key; the key, and the head itself, None where the page has
    none. Raises `SourceChanged` and OSError."""
    from assetforge.pages.planner import planned

    results = []
    for task in chunk.pages:
        whole = planned(task, chunk.sheets, chunk.scripts, chunk.settings)
        head = hashlib.sha256(repr(whole.head).encode("utf-8", "surrogatepass")).hexdigest() if whole.head else ""
        results.append((pack((head, whole._replace(head=()))), head, whole.head or None))
    return results
