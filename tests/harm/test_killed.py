"""A build that is killed, or that meets another one, leaves an output whose pages and manifest are true."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest
from sites import make, snapshot

PAGES, ASSETS = 40, 60


def site(folder: Path, generation: int) -> Path:
    """Pages and assets that all change with the generation."""
    links = "".join(f'<link rel="stylesheet" href="css/{n}.css">' for n in range(ASSETS))
    files: dict[str, str | bytes] = {f"page-{n}.html": f"<!doctype html>{links}<p>{generation}" + "x" * 3000 for n in range(PAGES)}
    files |= {
        f"css/{n}.css": f"p::after {{ content: '{generation} {n}' }} a {{ background: url(../img/{n}.svg) }}" for n in range(ASSETS)
    }
    files |= {f"img/{n}.svg": f'<svg xmlns="http://www.w3.org/2000/svg"><text>{generation} {n}</text></svg>' for n in range(ASSETS)}
    return make(folder, files)


def command(folder: Path, output: Path) -> list[str]:
    return [
        sys.executable,
        "-m",
        "assetforge",
        "build",
        str(folder),
        "--output",
        str(output),
        "--quiet",
        "--no-cache",
        "--jobs",
        "1",
    ]


def references(page: bytes) -> Iterator[str]:
    for part in page.decode().split('href="')[1:]:
        yield part.partition('"')[0]


def check(output: Path) -> None:
    """Whatever a page or the manifest names is there, and is what its name says."""
    top = output / "site"
    for page in sorted(top.glob("*.html")):
        for url in references(page.read_bytes()):
            assert (top / unquote(urljoin("/", url)).lstrip("/")).is_file(), f"{page.name} names {url}, and it is not there"
    if (output / "manifest.json").exists():
        for path, entry in json.loads((output / "manifest.json").read_bytes())["assets"].items():
            file = output / entry["output_path"]
            assert file.is_file(), f"the manifest names {path}, and it is not there"
            if entry["naming"] == "hashed":
                assert hashlib.sha256(file.read_bytes()).hexdigest()[:12] in file.name, f"{file.name} is not its bytes"
                for suffix in (".gz", ".br", ".zst"):
                    twin = file.with_name(file.name + suffix)
                    assert not twin.exists() or twin.stat().st_size, f"{twin.name} is empty"


@pytest.mark.parametrize("seed", range(8))
def test_killed_at_any_moment(seed: int, tmp_path: Path) -> None:
    output = tmp_path / "out"
    subprocess.run(command(site(tmp_path / "site", 0), output), check=True)
    check(output)
    site(tmp_path / "site", 1)
    start = time.monotonic()
    subprocess.run(command(tmp_path / "site", tmp_path / "measure"), check=True)
    whole = time.monotonic() - start
    build = subprocess.Popen(command(tmp_path / "site", output))
    time.sleep(whole * random.Random(seed).uniform(0.3, 1.0))
    build.send_signal(signal.SIGKILL)
    build.wait()
    check(output)
    subprocess.run(command(tmp_path / "site", output), check=True)
    check(output)
    fresh = snapshot(tmp_path / "measure" / "site")
    assert {name: data for name, data in snapshot(output / "site").items() if name in fresh} == fresh


def test_two_builds_at_once_on_one_output(tmp_path: Path) -> None:
    """Both end well, and what stands is one build's, whole."""
    output = tmp_path / "out"
    site(tmp_path / "a", 1)
    site(tmp_path / "b", 2)
    builds = [subprocess.Popen(command(tmp_path / name, output), stderr=subprocess.PIPE) for name in "abab"]
    for build in builds:
        _, said = build.communicate(timeout=120)
        assert build.returncode == 0, said
    check(output)
    generations = {page.read_bytes().partition(b"<p>")[2][:1] for page in (output / "site").glob("*.html")}
    assert len(generations) == 1


def test_a_read_only_output_is_a_clear_error(tmp_path: Path) -> None:
    """A file stands where the folder should be: refused for root too."""
    site(tmp_path / "site", 0)
    (tmp_path / "out").write_text("not a folder")
    done = subprocess.run(command(tmp_path / "site", tmp_path / "out"), capture_output=True, text=True)
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert "out" in done.stderr
    assert (tmp_path / "out").read_text() == "not a folder"


def test_a_full_disk_leaves_the_previous_build(tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk: writing fails in the middle."""
    output = tmp_path / "out"
    subprocess.run(command(site(tmp_path / "site", 0), output), check=True)
    before = snapshot(output / "site")
    make(site(tmp_path / "site", 1), {"large.css": "a{}" * 400_000})
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)); from assetforge.cli import main; sys.exit(main())"
    )
    arguments = command(tmp_path / "site", output)[3:]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    check(output)
    now = snapshot(output / "site")
    assert {name: now.get(name) for name in before} == before
