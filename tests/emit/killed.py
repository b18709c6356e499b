"""Kill an emit at every step that changes the disk, and look at what is left. Run by `test_failures.py`, in a process without
threads: each emit is a fork that ends itself with SIGKILL.

    python killed.py FOLDER
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import handmade

from assetforge.config import Config
from assetforge.emit import emit, folder, staging
from assetforge.output import Build
from assetforge.progress import Silent


def main(top: Path) -> None:
    old, new = _old(), _new()
    run(old, handmade.config(top / "old", compress=("gzip",)))
    run(new, handmade.config(top / "new", compress=("gzip",)))
    expected = served(top / "new")
    steps = 0
    while True:
        steps += 1
        here = top / f"at{steps}"
        shutil.copytree(top / "old", here)
        config = handmade.config(here, compress=("gzip",))
        killed = _run_until(steps, new, config)
        wrong = handmade.untrue(config.output) + _half(config.output, old, new)
        assert not wrong, f"killed at step {steps}: {wrong}"
        run(new, config)
        assert served(here) == expected | _only_old(top, expected), f"the build after step {steps} differs"
        assert not list(config.output.rglob(".assetforge-tmp"))
        shutil.rmtree(here)
        if not killed:
            break
    print(steps)


def _old() -> Build:
    return handmade.build(
        [
            *handmade.asset("app.css", handmade.CSS),
            *handmade.asset("gone.js", handmade.JS),
            handmade.page("index.html", handmade.PAGE),
            handmade.page("gone.html", handmade.PAGE + b"gone"),
            handmade.output("robots.txt", b"User-agent: *\n" * 30, "stable"),
        ]
    )


def _new() -> Build:
    return handmade.build(
        [
            *handmade.asset("app.css", handmade.CSS + b"b{}"),
            *handmade.asset("new/app.js", handmade.JS + b"//"),
            handmade.page("index.html", handmade.PAGE + b"new"),
            handmade.page("gone/index.html", handmade.PAGE + b"here again"),
            handmade.output("robots.txt", b"User-agent: bot\n" * 30, "stable"),
        ]
    )


def run(build: Build, config: Config) -> None:
    config.output.parent.mkdir(exist_ok=True)
    emit(build, config, cache=None, progress=Silent())


def served(folder: Path) -> dict[str, bytes]:
    site = folder / "build"
    files = (path for path in site.rglob("*") if path.is_file() and not path.name.startswith(".assetforge"))
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in files}


def _only_old(top: Path, expected: dict[str, bytes]) -> dict[str, bytes]:
    """Hashed files of the build before stay."""
    hashed = {one.output_path for one in _old().outputs if one.naming == "hashed"}
    return {path: data for path, data in served(top / "old").items() if path.removesuffix(".gz") in hashed and path not in expected}


def _half(output: Path, old: Build, new: Build) -> list[str]:
    """Files under their names that are neither of the one build nor of the other."""
    whole: dict[str, set[bytes]] = {}
    for one in (*old.outputs, *new.outputs):
        whole.setdefault(one.output_path, set()).add(one.content.read())
    return [path for path, known in whole.items() if (output / path).is_file() and (output / path).read_bytes() not in known]


def _run_until(step: int, build: Build, config: Config) -> bool:
    """Returns whether the emit was killed before it was done."""
    child = os.fork()
    if child == 0:
        _arm(step)
        run(build, config)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), status
    return status != 0


def _arm(step: int) -> None:
    left = [step]

    def armed(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **options)

        return call

    on_paths = [(Path, name) for name in ("rename", "unlink", "mkdir", "rmdir")]
    for owner, name in (*on_paths, (os, "link"), (os, "write"), (os, "utime")):
        setattr(owner, name, armed(getattr(owner, name)))
    folder.shutil.rmtree = armed(shutil.rmtree)
    assert staging.write is folder.write


if __name__ == "__main__":
    main(Path(sys.argv[1]))
