"""Programs that run in turns, their times, and how they are told."""

import ctypes
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ASSETFORGE = (sys.executable, "-m", "assetforge")
_ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER of Linux


@dataclass(frozen=True, slots=True)
class Options:
    runs: int
    megabytes: int


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a program. `cpu`: its seconds on all cores, workers included, which a busy machine disturbs less; `memory`: the
    most that it and its workers held at once, in bytes."""

    seconds: float
    cpu: float
    memory: int


@dataclass(frozen=True, slots=True)
class Program:
    """`before` prepares each run and is not measured."""

    command: Sequence[str]
    folder: Path
    before: Callable[[], None] = lambda: None
    environment: Mapping[str, str] | None = None


class Failed(Exception):
    """A program ended with an error: the benchmark says so and goes on."""


def run(program: Program, *, memory: bool = False) -> Run:
    program.before()
    environment = {**os.environ, **(program.environment or {})}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what pip installed is compiled: so is this then, from its second run on
    start = time.perf_counter()
    process = subprocess.Popen(
        program.command, cwd=program.folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    peak, watcher = [0], None
    if memory:
        watcher = threading.Thread(target=_watch, args=(process.pid, peak), daemon=True)
        watcher.start()
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if watcher is not None:
        watcher.join()
    if process.returncode:
        raise Failed(f"{' '.join(program.command[:4])} …: {said.decode(errors='replace').strip()[-300:]}")
    return Run(seconds, usage.ru_utime + usage.ru_stime + _left_behind(), max(peak[0], usage.ru_maxrss * 1024))


def adopt_orphans() -> None:
    """Have processes whose parent ended become children of this one, so that their time is not lost: workers are children of a
    process that the program does not wait for. Linux alone can; elsewhere `cpu` lacks the workers."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0)


def _left_behind() -> float:
    """Wait for what a program left behind; its seconds on all cores."""
    spent = 0.0
    while True:
        try:
            _, _, usage = os.wait3(0)
        except ChildProcessError:
            return spent
        spent += usage.ru_utime + usage.ru_stime


def in_turns(programs: Mapping[str, Program], runs: int, *, unmeasured: int = 0) -> dict[str, list[Run]]:
    """Every program `runs` times, one after the other and again, so that what the machine does besides falls on all of them."""
    found: dict[str, list[Run]] = {name: [] for name in programs}
    for number in range(unmeasured + runs):
        for name, program in programs.items():
            if found[name] is None:
                continue
            try:
                one = run(program)
            except Failed as error:
                print(f"  could not run {name}: {error}")
                continue
            if number >= unmeasured:
                found[name].append(one)
    return {name: values for name, values in found.items() if values}


def seconds(runs: Sequence[Run]) -> float:
    return median(one.seconds for one in runs)


def tell(title: str, found: Mapping[str, Sequence[Run]], own: str, peer: str, wanted: float, *, others: Sequence[str] = ()) -> None:
    """One line for each program, and the ratio against what was wanted."""
    print(f"\n{title}")
    for name, values in found.items():
        print(
            f"  {name:58} {seconds(values):8.3f} s   {median(one.cpu for one in values):8.3f} s of CPU"
            f"   ({', '.join(f'{one.seconds:.3f}' for one in values)})"
        )
    if own in found and peer in found:
        ratio = seconds(found[own]) / seconds(found[peer])
        verdict = "holds" if ratio <= wanted else "DOES NOT HOLD"
        work = median(one.cpu for one in found[own]) / median(one.cpu for one in found[peer])
        print(f"  ratio {own} / {peer}: {ratio:.2f}, wanted at most {wanted:g}: {verdict} (of CPU: {work:.2f})", flush=True)


def clear(*folders: Path) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _watch(pid: int, peak: list[int]) -> None:
    """What a process and its descendants hold, every tenth of a second. Pages that they share count once."""
    while Path(f"/proc/{pid}").exists():
        peak[0] = max(peak[0], sum(_held(one) for one in _family(pid)))
        time.sleep(0.1)


def _family(pid: int) -> list[int]:
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                waiting += map(int, task.read_text().split())
            except OSError:
                continue
    return found


def _held(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)
