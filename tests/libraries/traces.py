"""The traces of all files of the table, made once for each content and kept in a folder, so that a run that was stopped goes on.

Some processes with a browser each: a page mostly waits. A file that does not run in any configuration (a module, a part of
something else) is kept as one that failed, and is not recorded.
"""

import hashlib
import json
import multiprocessing
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from packages import PACKAGES
from registry import KEPT, File, kept, numbers
from tracing import VERSION, Trace, Tracer, tracer

_FOLDER = KEPT.parent / f"library-traces-{VERSION}"
# What a script may do when others call it: words that say so, however its code is shortened.
_WORDS = {
    "style-insert": rb"""createElement\(\s*["'](?:style|link)["']|insertRule|addRule\(|adoptedStyleSheets|replaceSync|<style""",
    "sheets-read": rb"\.styleSheets\b|\.cssRules\b|\.sheet\b",
    "style-read": rb"getComputedStyle|currentStyle",
    "layout-read": rb"getBoundingClientRect|getClientRects|offset(?:Width|Height|Top|Left|Parent)|client(?:Width|Height)"
    rb"|scroll(?:Width|Height|Top|Left)|inner(?:Width|Height)|page[XY]Offset|\.(?:outerWidth|outerHeight|innerWidth|innerHeight|offset|position)\(",
    "document.write": rb"document\.write",
}
_MENTIONED = {what: re.compile(pattern) for what, pattern in _WORDS.items()}
_STRICT = re.compile(rb"""(?:\s++|//[^\n]*+\n|/\*(?>.*?\*/))*+["']use strict["']""", re.DOTALL)
_AGAIN = 3  # a browser that stumbles is started anew


class Traced(NamedTuple):
    """`configurations`: the traces by name: `head` and `body` with all that the package needs, `alone` without. `mentions`: of
    `_WORDS`, those that its text has. `strict`: does it begin with "use strict"? `failed`: why there is nothing."""

    configurations: dict[str, Trace]
    mentions: tuple[str, ...]
    strict: bool
    failed: str = ""


class Job(NamedTuple):
    """A content to be traced. `needs`: the contents that run before."""

    file: File
    needs: tuple[bytes, ...]
    place: Path


def jobs(package: str, files: Sequence[File]) -> list[Job]:
    """One for each content and all that it needs."""
    found: dict[Path, Job] = {}
    needed: dict[int, tuple[bytes, ...]] = {}
    for file in files:
        major = numbers(file.version)[0]
        if major not in needed:
            row = PACKAGES[package]
            needed[major] = tuple(newest(one) for one in row.older.get(major, row.needs))
        place = _place(file.data, needed[major])
        found.setdefault(place, Job(file, needed[major], place))
    return list(found.values())


def _place(data: bytes, needs: Sequence[bytes]) -> Path:
    said = hashlib.sha256(b"\0".join(hashlib.sha256(one).digest() for one in needs)).hexdigest()[:8] if needs else "alone"
    return _FOLDER / f"{hashlib.sha256(data).hexdigest()}-{said}.json"


_known: dict[str, bytes] = {}


def newest(needed: str) -> bytes:
    """The file that `package@major:path` says."""
    if needed not in _known:
        package, _, rest = needed.rpartition("@")
        major, _, path = rest.partition(":")
        releases = [one for one in kept(package, (path,)) if numbers(one.version)[0] == int(major)]
        _known[needed] = releases[-1].data
    return _known[needed]


def read(job: Job) -> Traced | None:
    """What is kept of a job."""
    if not job.place.is_file():
        return None
    said: dict[str, Any] = json.loads(job.place.read_text("utf-8"))
    configurations = {name: Trace(*one)._replace(load=_pairs(one[0]), later=_pairs(one[1])) for name, one in said["traces"].items()}
    return Traced(configurations, tuple(said["mentions"]), said["strict"], said["failed"])


def _pairs(given: list[list[str]]) -> list[tuple[str, str]]:
    return [(what, detail) for what, detail in given]


def trace_all(waiting: Sequence[Job], processes: int) -> None:
    """Trace what is not traced yet, in this order."""
    todo = [job for job in waiting if not job.place.is_file()]
    _FOLDER.mkdir(parents=True, exist_ok=True)
    context = multiprocessing.get_context("fork")
    number = context.Value("i", 0)
    workers = [context.Process(target=_work, args=(todo, number)) for _ in range(min(processes, len(todo)))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _work(todo: Sequence[Job], number: Any) -> None:
    stack = ExitStack()
    found: Tracer | None = None
    for at in _taken(number, len(todo)):
        job = todo[at]
        failed = ""
        for _ in range(_AGAIN):
            try:
                found = found or stack.enter_context(tracer())
                _keep(job, _configurations(found, job))
                break
            except (AssertionError, OSError, KeyError) as error:
                failed = f"{type(error).__name__}: {error}"[:200]
                stack.close()
                found = None
        else:
            _keep(job, {}, failed)
        if at % 100 == 0:
            print(f"{at} of {len(todo)}: {job.file.package}@{job.file.version}/{job.file.path}", file=sys.stderr, flush=True)
    stack.close()


def _taken(number: Any, count: int) -> Iterator[int]:
    while True:
        with number.get_lock():
            at: int = number.value
            number.value += 1
        if at >= count:
            return
        yield at


def _configurations(found: Tracer, job: Job) -> dict[str, Trace]:
    data = job.file.data
    traces = {
        "head": found.trace(data, "head", job.needs, whole=False),
        "body": found.trace(data, "body", job.needs, whole=True),
    }
    if job.needs:
        traces["alone"] = found.trace(data, "head", (), whole=False)
    return traces


def _keep(job: Job, traces: dict[str, Trace], failed: str = "") -> None:
    data = job.file.data
    said = {
        "traces": traces,
        "mentions": sorted(what for what, pattern in _MENTIONED.items() if pattern.search(data)),
        "strict": _STRICT.match(data) is not None,
        "failed": failed,
    }
    part = job.place.with_name(f"{job.place.name}.{os.getpid()}")
    part.write_text(json.dumps(said), "utf-8")
    part.rename(job.place)
