"""Bringing the input in: digests of files that changed, parsing of bytes that were never seen.

What a build of a site with one changed file costs is decided here: files whose size, times and inode are those of the last build
are not read, and bytes that were parsed before are not parsed again.
"""

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence

from assetforge import dialects, formats, prepare
from assetforge.cache import Cache, pack, unpack
from assetforge.config import Config
from assetforge.content import pack_text, text_key
from assetforge.diagnostics import Diagnostic
from assetforge.formats import FORMATS, PAGES, format_of
from assetforge.globs import Globs
from assetforge.graph import Asset, Graph
from assetforge.names import folder_of
from assetforge.naming import is_service_worker
from assetforge.output_paths import OutputPaths
from assetforge.parallel import cores, in_processes, in_threads
from assetforge.prepare import Ready, Task
from assetforge.progress import Progress
from assetforge.sources import RACY, Found, Source, decode, digest_file, read
from assetforge.survey import Survey
from assetforge.templates import NOT_MINIFIED, is_page, prepare_any, scopes_of

_THREADS_PAY = 4 * 1024**2  # bytes to hash
_TOGETHER = 16  # files that one thread hashes in a go
# Bytes a second and core, roughly: to parse and minify, and only to parse. Decides whether a pool of processes pays.
_SPEED: Mapping[str, tuple[float, float]] = {"js": (2e6, 3e6), "js-module": (2e6, 3e6), "css": (2e6, 16e6)}
_OTHER_SPEED = 5e6, 8e6
_EACH = 0.0003  # seconds for a file, however small
_POOL_PAYS = 0.6  # seconds of work
_CHUNK = 0.05  # seconds of work in one task for a worker


def digests(found: Sequence[Found], config: Config, cache: Cache, progress: Progress) -> tuple[list[Source], list[Diagnostic]]:
    """The sources with their digests, by path, and what could not be read."""
    key = "index " + site_key(config)
    known = unpack(kept) if (kept := cache.read(key)) else None
    index: dict[str, tuple[object, ...]] = known if isinstance(known, dict) else {}
    done: dict[str, Source] = {}
    for one in found:
        row = index.get(one.path)
        if row is not None and row[:4] == one[2:]:
            done[one.path] = Source(one.path, one.file, one.size, str(row[4]), str(row[5]))
    todo = [one for one in found if one.path not in done]
    progress.phase("Reading", len(todo))
    jobs = cores(config.jobs) if sum(one.size for one in todo) > _THREADS_PAY else 1
    problems: list[Diagnostic] = []
    # one at a time, a thread costs more than hashing a small file does
    for results in in_threads(_digest_all, [todo[at : at + _TOGETHER] for at in range(0, len(todo), _TOGETHER)], jobs):
        progress.advance(len(results))
        for result in results:
            if isinstance(result, Source):
                done[result.path] = result
            else:
                problems.append(result)
    if todo or len(index) != len(found):
        cache.write(key, pack(_index(found, done)))
    return [done[one.path] for one in found if one.path in done], problems


def _digest_all(found: Sequence[Found]) -> list[Source | Diagnostic]:
    return [digest_file(one) for one in found]


def _index(found: Sequence[Found], done: Mapping[str, Source]) -> dict[str, tuple[object, ...]]:
    """As git does with its index: a file as young as the index itself is not trusted to have been read for the last time."""
    newest = max((max(one.mtime_ns, one.ctime_ns) for one in found), default=0)
    horizon = time.time_ns() - RACY
    trusted = found if newest < horizon else [one for one in found if max(one.mtime_ns, one.ctime_ns) < horizon]
    return {one.path: (*one[2:], done[one.path].digest, done[one.path].integrity) for one in trusted if one.path in done}


def site_key(config: Config) -> str:
    """What tells the roots of a configuration from others, in the keys of a cache."""
    roots = "\0".join(f"{root.folder}\0{root.prefix}\0{root.kind}" for root in config.roots)
    return hashlib.sha256(roots.encode("utf-8", "surrogateescape")).hexdigest()


def assets(sources: Sequence[Source], config: Config, cache: Cache, progress: Progress) -> list[Asset]:
    """Every source, parsed and minified."""
    prehashed = Globs(config.prehashed)
    places = OutputPaths(config.roots)
    scopes = {root.prefix: scopes_of(config.roots, root) for root in reversed(config.roots) if root.kind == "templates"}
    tasks: dict[str, Task] = {}
    rows: list[tuple[Source, str, bool]] = []
    for source in sources:
        root = places.root(source.path)
        dialect = root.dialect if root.kind == "templates" else "plain"
        format = format_of(source.path) if dialect == "plain" else _template_format(source.path)
        rows.append((source, format, root.kind == "templates"))
        if FORMATS[format].room is not None:
            reason = why_not_minified(source.path, format, config, prehashed)
            reason = NOT_MINIFIED if root.kind == "templates" else reason
            task = Task(source.file, source.digest, format, reason, inlined(source.path, format, config, prehashed))
            if dialect != "plain":
                task = task._replace(dialect=dialect, scopes=scopes[root.prefix], templates=root.templates)
            tasks[source.path] = task
    packed = _prepared(tasks, {source.path: source.size for source in sources}, config, cache, progress)
    opaque = pack(prepare.OPAQUE)
    return [Asset(source, format, packed.get(source.path, opaque), template) for source, format, template in rows]


def _template_format(path: str) -> str:
    return "html" if is_page(path) else "opaque"


def why_not_minified(path: str, format: str, config: Config, prehashed: Globs) -> str:
    """Empty where a file is to be minified, else the reason against it."""
    language = FORMATS[format].minifies
    if language is None:
        return "this format is not minified"
    if language not in config.minify:
        return "the configuration says so"
    if ".min." in path[path.rfind("/") + 1 :]:
        return "its name says that it is minified"
    return "its name carries a bundler's digest" if prehashed.match(path) else ""


def inlined(path: str, format: str, config: Config, prehashed: Globs) -> str:
    """The languages whose text inside of a page is minified. A page that passes through stays as it is."""
    if format not in PAGES or prehashed.match(path):
        return ""
    return " ".join(language for language in ("css", "js") if language in config.minify)


def _prepared(
    tasks: Mapping[str, Task], sizes: Mapping[str, int], config: Config, cache: Cache, progress: Progress
) -> dict[str, bytes]:
    stamp = f"{prepare.VERSION} {dialects.VERSION} {formats.versions()}"
    keys = {path: f"{task.key()} {stamp}" for path, task in tasks.items()}
    kept = cache.read_many(keys.values())
    done = {path: kept[key] for path, key in keys.items() if key in kept}
    todo: dict[str, str] = {}  # equal bytes are prepared once
    for path, key in keys.items():
        if path not in done:
            todo.setdefault(key, path)
    progress.phase("Parsing and minifying", len(todo))
    made: dict[str, bytes] = {}
    costs = {path: _cost(tasks[path].format, sizes[path], minified=not tasks[path].minify) for path in todo.values()}
    order = sorted(costs, key=lambda path: -costs[path])  # longest first, so that no core waits at the end for a last large file
    for path, (packed, text) in zip(order, _run([(tasks[path], costs[path]) for path in order], config, progress), strict=True):
        made[keys[path]] = packed
        cache.write(keys[path], packed)
        if text is not None:
            cache.write(text_key(tasks[path].digest, tasks[path].format), text)
    return {path: done[path] if path in done else made[key] for path, key in keys.items()}


def _run(tasks: Sequence[tuple[Task, float]], config: Config, progress: Progress) -> Iterable[tuple[bytes, bytes | None]]:
    chunks: list[list[Task]] = [[]]
    weight = 0.0
    for task, cost in tasks:
        if weight + cost > _CHUNK and chunks[-1]:
            chunks.append([])
            weight = 0.0
        chunks[-1].append(task)
        weight += cost
    jobs = cores(config.jobs) if sum(cost for _, cost in tasks) > _POOL_PAYS else 1
    for results in in_processes(_work, chunks, jobs):
        progress.advance(len(results))
        yield from results


def _cost(format: str, size: int, *, minified: bool) -> float:
    if FORMATS[format].room is None:
        return 0.0
    return size / _SPEED.get(format, _OTHER_SPEED)[not minified] + _EACH


def _work(tasks: Sequence[Task]) -> list[tuple[bytes, bytes | None]]:
    return [_packed(prepare_any(task)) for task in tasks]


def _packed(ready: Ready) -> tuple[bytes, bytes | None]:
    return pack(ready.prepared), pack_text(ready.text) if ready.text is not None else None


def reread_manifests(graph: Graph, survey: Survey, config: Config, cache: Cache) -> bool:
    """A JSON file is a web app manifest where a page says so. Was there one that had not been read as such?"""
    paths = [path for path in survey.manifests if graph.assets[path].format == "json"]
    for path in paths:
        source = graph.assets[path].source
        minify = why_not_minified(path, "webmanifest", config, Globs(config.prehashed))
        ready = prepare.prepare(Task(source.file, source.digest, "webmanifest", minify))
        graph.replace(Asset(source, "webmanifest", pack(ready.prepared)))
        if ready.text is not None:
            cache.write(text_key(source.digest, "webmanifest"), pack_text(ready.text))
    return bool(paths)


def precached(graph: Graph, survey: Survey, cache: Cache) -> dict[str, str]:
    """Files that a service worker's script names in its strings → that script. It may fetch them by these names at install time and
    answer for them later, so pages must ask for the same names."""
    found: dict[str, str] = {}
    waiting = sorted(path for path in graph.assets if is_service_worker(path, survey))
    seen = set(waiting)
    while waiting:
        path = waiting.pop()
        asset = graph.assets[path]
        folder = folder_of(path)
        for url in _strings(asset.source, cache):
            place = graph.resolver.place(url, folder)
            if place.exists and place.path is not None and place.path != path:
                found.setdefault(place.path, path)
        for target, _ in graph.runs(path, frozenset({folder})):
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return found


def _strings(source: Source, cache: Cache) -> tuple[str, ...]:
    key = f"strings {source.digest} {formats.versions()}"
    kept = unpack(value) if (value := cache.read(key)) else None
    if kept is None:
        from assetforge.formats.js import strings

        kept = tuple(dict.fromkeys(one.url for one in strings(decode(read(source.file, source.digest)).text)))
        cache.write(key, pack(kept))
    return tuple(kept)
