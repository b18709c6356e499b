"""Files that cannot be read, lead nowhere, or lie where they should not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sites import codes, compute, make, served, snapshot, write


def test_links_that_lead_nowhere_out_or_round_are_errors(tmp_path: Path) -> None:
    folder = make(tmp_path / "site", {"index.html": "<p>x</p>", "deep/a.css": "a{}"})
    make(tmp_path / "outside", {"secret.txt": "s"})
    (folder / "dangling.css").symlink_to("gone.css")
    (folder / "escape").symlink_to("../outside")
    (folder / "deep" / "round").symlink_to("..")
    (folder / "self").symlink_to("self")
    built = compute(folder)
    assert sorted(one[2] for one in codes(built)) == ["dangling.css", "deep/round", "escape", "self"]
    assert {one[0] for one in codes(built)} == {"error"}
    assert not any("secret" in output.path for output in built.outputs)


def test_an_unreadable_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    """Root reads everything, so another user builds."""
    folder = make(tmp_path / "site", {"index.html": '<img src="a.png">', "a.png": b"A", "b.css": "b{}"})
    (folder / "a.png").chmod(0)
    (folder / "closed").mkdir(mode=0o700)
    (folder / "closed").chmod(0)
    script = (
        "import os, pathlib, sys\n"
        f"sys.path[:0] = {[path for path in sys.path if path]!r}\n"
        "import sites\n"
        "warm, cold = map(pathlib.Path, sys.argv[1:])\n"
        "sites.compute(warm)  # another user may not even read this Python's library\n"
        "os.getuid() or (os.setgroups([]), os.setgid(65534), os.setuid(65534))\n"
        "print(sites.codes(sites.compute(cold)))"
    )
    html = '<style>a{}</style><img src="a.png"><img src="c.png">'
    warm = make(tmp_path / "warm", {"index.html": html, "a.png": b"A", "b.css": "b{}"})
    for parent in folder.parents:
        if parent.stat().st_uid == os.getuid() and "pytest" in str(parent):
            parent.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", script, str(warm), str(folder)], capture_output=True, text=True)
    (folder / "closed").chmod(0o700)
    assert done.returncode == 0, done.stderr
    assert "('error', 'unreadable', 'a.png')" in done.stdout
    assert "('error', 'unreadable', 'closed')" in done.stdout


def test_an_output_inside_the_site_is_no_input(tmp_path: Path) -> None:
    folder = make(tmp_path / "site", {"index.html": '<img src="a.png">', "a.png": b"A"})
    first = write(folder, folder / "build")
    before = snapshot(folder / "build")
    second = write(folder, folder / "build")
    assert [one.output_path for one in second.outputs] == [one.output_path for one in first.outputs]
    assert snapshot(folder / "build") == before


def test_what_is_no_regular_file_is_passed_over(tmp_path: Path) -> None:
    folder = make(tmp_path / "site", {"index.html": "<p>x</p>"})
    os.mkfifo(folder / "pipe.css")
    assert [one.path for one in compute(folder).outputs] == ["index.html"]


def test_empty_files_are_files(tmp_path: Path) -> None:
    folder = make(
        tmp_path / "site", {"index.html": '<script src="a.js"></script><img src="a.png">', "a.js": b"", "a.png": b"", "b.css": b""}
    )
    built = write(folder, tmp_path / "out", compress=("gzip", "br", "zstd"), minify=frozenset({"css", "js"}))
    assert codes(built) == []
    assert {served(built)[name].content.read() for name in ("a.js", "a.png", "b.css")} == {b""}


def test_an_empty_site_is_a_site(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    assert write(tmp_path / "site", tmp_path / "out").outputs == ()
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_a_site_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "assetforge", "build", str(tmp_path / "none")], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 2
    assert "none" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("where", ["site", "."])
def test_an_output_that_would_swallow_the_site_is_refused(where: str, tmp_path: Path) -> None:
    make(tmp_path / "site", {"index.html": "<p>x</p>"})
    command = [sys.executable, "-m", "assetforge", "build", "site", "--output", where]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert (tmp_path / "site" / "index.html").read_text() == "<p>x</p>"
