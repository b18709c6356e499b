"""`watch` builds when an input changes, and only then."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from threading import Event, Thread

import pytest

from assetforge.settings import candidates, configure
from assetforge.watch import changes, relevant, told


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("ASSETFORGE_CACHE", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "css").mkdir()
    (tmp_path / "css/app.css").write_text("a{color:red}")
    (tmp_path / "index.html").write_text('<!doctype html><link rel="stylesheet" href="css/app.css">')
    return tmp_path


def test_only_inputs_count(site: Path) -> None:
    settings = ['roots = [{ folder = ".", prefix = "/s/" }]', 'exclude = ["*.psd", "/s/drafts/"]', 'output = "out"']
    (site / "assetforge.toml").write_text("\n".join(settings))
    is_input = relevant(configure(site))
    inputs = ["index.html", "css/new.css", "outer.css", "css/drafts/x.html"]
    others = ["out/site/index.html", ".assetforge-cache/store.sqlite", ".git/index", "a.psd", "drafts/x.html", "../else.css"]
    assert [path for path in inputs + others if is_input(os.path.normpath(site / path))] == inputs


@pytest.fixture
def groups(site: Path) -> Iterator["Queue[list[Path]]"]:
    """The groups of changes, as they come."""
    stop, found = Event(), Queue()
    config, files = configure(site), candidates(site, None)

    def listen() -> None:
        for group in changes(config, files=files, stop=stop):
            found.put(group)

    thread = Thread(target=listen)
    thread.start()
    try:
        assert found.get(timeout=20) == []
        yield found
    finally:
        stop.set()
        thread.join(20)


def test_changes_come_in_groups(site: Path, groups: "Queue[list[Path]]") -> None:
    (site / "css/app.css").write_text("a{color:blue}")
    (site / "css/new.css").write_text("b{}")
    seen: set[Path] = set()
    while len(seen) < 2:
        seen |= set(groups.get(timeout=20))
    assert seen == {site / "css/app.css", site / "css/new.css"}


def test_what_a_build_writes_is_no_change(site: Path, groups: "Queue[list[Path]]") -> None:
    (site / "build/site").mkdir(parents=True)
    (site / "build/site/index.html").write_text("x")
    (site / ".assetforge-cache").mkdir()
    (site / ".assetforge-cache/store.sqlite").write_text("x")
    time.sleep(0.5)
    (site / "index.html").unlink()
    assert groups.get(timeout=20) == [site / "index.html"]


def test_a_configuration_that_appears_or_is_replaced_is_a_change(site: Path, groups: "Queue[list[Path]]") -> None:
    file = site / "assetforge.toml"
    file.write_text("strict = true")
    assert file in groups.get(timeout=20)
    time.sleep(1)
    while not groups.empty():
        groups.get()
    (site / "new").write_text("strict = false")
    (site / "new").replace(file)
    seen: set[Path] = set()
    while file not in seen:
        seen |= set(groups.get(timeout=20))


def test_changes_are_named(site: Path) -> None:
    config = configure(site)
    assert told([], config).startswith("Watching ")
    paths = [site / "css" / f"{name}.css" for name in "abcde"]
    assert told(paths[:1], config) == "css/a.css changed"
    assert told(paths, config) == "css/a.css, css/b.css, css/c.css and 2 more changed"


def until(stream: "Queue[str]", wanted: str) -> list[str]:
    lines: list[str] = []
    while not lines or wanted not in lines[-1]:
        lines.append(stream.get(timeout=30))
    return lines


def test_the_command_rebuilds_survives_mistakes_and_ends_quietly(site: Path) -> None:
    command = [sys.executable, "-u", "-m", "assetforge", "watch", "--jobs", "1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said: Queue[str] = Queue()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said.put(line.rstrip("\n"))

    thread = Thread(target=listen)
    thread.start()
    try:
        until(said, "files written")
        (site / "css/app.css").write_text("a{color:blue}")
        rebuilt = "\n".join(until(said, "written"))
        assert "css/app.css changed" in rebuilt and "site/index.html" in rebuilt
        (site / "assetforge.toml").write_text("strikt = true")
        until(said, "unknown key `strikt`; did you mean `strict`?")
        (site / "css/app.css").write_text("a{background:url(nope.png)}")
        until(said, "1 warning")
        (site / "assetforge.toml").write_text("strict = true")
        until(said, "1 error; nothing was written")
        (site / "css/app.css").write_text("a{color:green}")
        until(said, "written")
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        thread.join(30)
        assert process.stdout is not None
        process.stdout.close()
    assert "Traceback" not in "".join(said.queue) and "KeyboardInterrupt" not in "".join(said.queue)
