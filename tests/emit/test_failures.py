"""Whatever goes wrong while an emit writes, the build before it stands and its manifest is true."""

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import handmade
import pytest

from assetforge.config import Config
from assetforge.emit import emit
from assetforge.emit.folder import locked
from assetforge.errors import EmitError
from assetforge.output import Build
from assetforge.progress import Silent


def run(build: Build, config: Config, patience: float = 10) -> None:
    emit(build, config, cache=None, progress=Silent(), patience=patience)


def served(output: Path) -> dict[str, bytes]:
    files = (path for path in output.rglob("*") if path.is_file() and not path.name.startswith(".assetforge"))
    return {path.relative_to(output).as_posix(): path.read_bytes() for path in files}


def changed_site() -> Build:
    """The sample with other bytes in every file."""
    return handmade.build(
        [
            *handmade.asset("css/app.css", handmade.CSS + b"b{}", b"/* */" + handmade.CSS),
            *handmade.asset("js/app.mjs", handmade.JS + b"//"),
            handmade.output("favicon.ico", handmade.ICON[::-1], "stable"),
            handmade.page("index.html", handmade.PAGE + b"new"),
        ]
    )


def test_killed_at_any_step_the_build_before_stands(tmp_path: Path) -> None:
    """Each step that changes the disk is one at which an emit is killed: the manifest that is there stays true, no file is half
    a file, and the next emit comes to the same output as if nothing had happened."""
    command = [sys.executable, "-W", "error", str(Path(__file__).with_name("killed.py")), str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stdout + result.stderr
    assert int(result.stdout) > 50


@pytest.mark.parametrize("at", [1, 2, 5, 9])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int, code: int) -> None:
    config = handmade.config(tmp_path, compress=("gzip",))
    run(handmade.site(), config)
    before = served(config.output)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", _failing(os.write, at, code))
        with pytest.raises(EmitError) as caught:
            run(changed_site(), config)
    assert "the disk is full" in str(caught.value) or code != errno.ENOSPC
    assert "the previous build still stands" in str(caught.value)
    assert served(config.output) == before
    assert not list(config.output.rglob(".assetforge-tmp"))
    run(changed_site(), config)
    assert handmade.untrue(config.output) == []


@pytest.mark.parametrize("at", range(1, 14, 3))
def test_a_rename_that_fails_leaves_a_true_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    config = handmade.config(tmp_path, compress=("gzip",))
    run(handmade.site(), config)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", _failing(Path.rename, at, errno.EIO))
        with pytest.raises(EmitError):
            run(changed_site(), config)
    assert handmade.untrue(config.output) == []
    run(changed_site(), config)
    (tmp_path / "clean").mkdir()
    run(changed_site(), handmade.config(tmp_path / "clean", compress=("gzip",)))
    assert served(tmp_path / "clean/build").items() <= served(config.output).items()


def test_a_limit_on_file_sizes_is_told(tmp_path: Path) -> None:
    """A real limit of the system, met in the middle of a file."""
    script = (
        "import resource, signal, sys; from pathlib import Path; import handmade\n"
        "from assetforge.emit import emit; from assetforge.progress import Silent\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"
        "emit(handmade.site(), handmade.config(Path(sys.argv[1])), cache=None, progress=Silent())\n"
    )
    here = str(Path(__file__).parent)
    result = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, cwd=here, timeout=60)
    assert "EmitError: cannot write the output" in result.stderr
    assert "larger than the file system or a limit allows" in result.stderr
    assert served(tmp_path / "build") == {}


def test_a_read_only_output_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = handmade.config(tmp_path)
    real = os.open

    def refuse(path: Any, flags: int, *rest: Any, **options: Any) -> int:
        if flags & (os.O_CREAT | os.O_WRONLY | os.O_RDWR):
            raise OSError(errno.EROFS, "Read-only file system", path)
        return real(path, flags, *rest, **options)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(EmitError, match=r"cannot write to the output folder.*read-only"):
        run(handmade.site(), config)


def test_an_output_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "build").write_text("something else")
    with pytest.raises(EmitError, match="cannot write to the output folder"):
        run(handmade.site(), handmade.config(tmp_path))


def test_a_foreign_folder_in_the_place_of_a_file_is_told(tmp_path: Path) -> None:
    config = handmade.config(tmp_path)
    (config.output / "site/index.html/mine").mkdir(parents=True)
    with pytest.raises(EmitError, match="a folder stands in the place of a file"):
        run(handmade.site(), config)
    assert (config.output / "site/index.html/mine").is_dir()


def test_what_a_killed_build_left_is_cleaned_away(tmp_path: Path) -> None:
    config = handmade.config(tmp_path)
    for top in (config.output, config.output / "site"):
        (top / ".assetforge-tmp").mkdir(parents=True)
        (top / ".assetforge-tmp" / "7").write_bytes(b"half")
    run(handmade.site(), config)
    assert not list(config.output.rglob(".assetforge-tmp"))


def test_a_second_build_waits_for_the_first_and_then_gives_up(tmp_path: Path) -> None:
    config = handmade.config(tmp_path)
    with locked(config.output, 1), pytest.raises(EmitError, match="another build has held"):
        run(handmade.site(), config, patience=0.2)
    run(handmade.site(), config)


def test_two_builds_at_once_leave_one_of_them(tmp_path: Path) -> None:
    config = handmade.config(tmp_path, compress=("gzip",))
    builds = [handmade.site(), changed_site()]
    errors: list[BaseException] = []

    def work(build: Build) -> None:
        try:
            for _ in range(3):
                run(build, config)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(build,)) for build in builds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert handmade.untrue(config.output) == []
    found = served(config.output)
    assert any(all(found.get(one.output_path) == one.content.read() for one in build.outputs) for build in builds)


def test_an_interrupted_build_is_forgotten_when_its_files_are_gone_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that only a failed build had is removed by the next one that has it not."""
    config = handmade.config(tmp_path, compress=("gzip",))
    first = handmade.build([handmade.page("index.html", handmade.PAGE)])
    second = handmade.build([handmade.page("a.html", handmade.PAGE + b"a"), handmade.page("index.html", handmade.PAGE)])
    run(first, config)
    with monkeypatch.context() as patch:
        patch.setattr("assetforge.emit.configuration", _failing(lambda *_: {}, 1, errno.EIO))
        with pytest.raises(EmitError):
            run(second, config)
    assert (config.output / "site/a.html").exists()
    run(first, config)
    assert not (config.output / "site/a.html").exists()
    assert not (config.output / "site/a.html.gz").exists()


def _failing(function: Callable[..., Any], at: int, code: int) -> Callable[..., Any]:
    left = [at]

    def call(*args: Any, **options: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise OSError(code, os.strerror(code))
        return function(*args, **options)

    return call
