"""Many at once, in order: results come in the order of the items, whatever ran first, so no output can depend on the machine.

Processes serve what holds the interpreter lock (parsing, rendering), threads what releases it (hashing, compression). A pool costs
a fifth of a second before it does anything: the caller says what the work weighs, and little work is done in place. Who knows early
that there will be much calls `start_workers`, and most of that time passes while something else is done.

The libraries behind it take 15 ms to import, a tenth of a build with one changed file: whoever needs a pool imports them then.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
    from multiprocessing.context import BaseContext

_WORKERS = "assetforge.workers"
_WATCH = 0.5  # seconds between two looks at the parent
T = TypeVar("T")
R = TypeVar("R")


class WorkerLost(OSError):
    """A worker process ended before its work was done."""


def cores(jobs: int | None) -> int:
    """How many workers to use: `jobs`, or as many as this process may run on."""
    if jobs:
        return jobs
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def start_workers() -> None:
    """Where workers are forked from a process of their own, start it, unless it runs, and have it import `assetforge.workers` in
    the background."""
    context = _context()
    if context.get_start_method() == "forkserver":
        from multiprocessing import forkserver

        context.set_forkserver_preload([_WORKERS])
        forkserver.ensure_running()


def processes(jobs: int) -> "ProcessPoolExecutor":
    """A pool of worker processes. They end when this one does, however it ends."""
    from concurrent.futures import ProcessPoolExecutor

    context = _context()
    if context.get_start_method() == "fork":
        import_module(_WORKERS)
    else:
        start_workers()
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_end_with, initargs=(os.getpid(),))


def _end_with(parent: int) -> None:
    """A worker whose parent was killed waits for work for ever, and holds what it inherited: the lock of an output, for one."""

    def watch() -> None:
        while _lives(parent):
            time.sleep(_WATCH)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # somebody else's: then it lives
    return True


def threads(jobs: int) -> "ThreadPoolExecutor":
    """A pool of threads."""
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(jobs, thread_name_prefix="assetforge")


def _context() -> "BaseContext":
    import multiprocessing

    methods = multiprocessing.get_all_start_methods()
    # A fork of a process with threads may hang, and on macOS system libraries start some unseen. Without any it is safe, and saves
    # the fifth of a second that another interpreter takes to start and to import what this one has imported already.
    if sys.platform == "linux" and _threads() == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")


def _threads() -> int:
    """How many threads this process has, those that libraries started included."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return threading.active_count() + 1  # nothing is known of the others


def in_processes(function: Callable[[T], R], items: Sequence[T], jobs: int) -> Iterator[R]:
    """`function` of each item, in worker processes. `function` and items must pickle. Raises `WorkerLost`."""
    if jobs < 2 or len(items) < 2:
        yield from map(function, items)
        return
    from concurrent.futures.process import BrokenProcessPool

    with processes(min(jobs, len(items))) as pool:
        try:
            yield from _in_order(pool, function, items, jobs * 4)
        except BrokenProcessPool:
            raise WorkerLost("a worker process ended, perhaps for lack of memory; --jobs 1 does without them") from None


def in_threads(function: Callable[[T], R], items: Sequence[T], jobs: int) -> Iterator[R]:
    """`function` of each item, in threads."""
    if jobs < 2 or len(items) < 2:
        yield from map(function, items)
        return
    with threads(min(jobs, len(items))) as pool:
        yield from _in_order(pool, function, items, jobs * 64)


def _in_order(pool: "Executor", function: Callable[[T], R], items: Sequence[T], window: int) -> Iterator[R]:
    """A bounded number is under way, so results that nobody took yet do not fill the memory."""
    waiting = iter(items)
    pending: list[Future[R]] = [pool.submit(function, item) for item in islice(waiting, window)]
    try:
        while pending:
            yield pending.pop(0).result()
            pending.extend(pool.submit(function, item) for item in islice(waiting, 1))
    finally:
        for future in pending:
            future.cancel()
