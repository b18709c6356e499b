"""The manifest: what it answers, what it refuses, and that a running site can afford to import it."""

import builtins
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from assetforge.manifest import VERSION, Entry, Manifest, ManifestError, UnknownAsset, Watched

CSS = Entry(
    url="https://static.example.com/css/app.6098a84e6f42.css",
    output_path="site/css/app.6098a84e6f42.css",
    naming="hashed",
    media_type="text/css",
    size=10,
    integrity="sha384-abc",
    encodings={"gzip": 7, "br": 5},
    dependencies=("img/b.svg", "img/a.svg"),
)
ICON = Entry(url="/favicon.ico", output_path="site/favicon.ico", naming="stable", media_type="image/x-icon")
MANIFEST = Manifest({"favicon.ico": ICON, "css/app.css": CSS}, {"/": "site/"})


def test_what_is_dumped_is_loaded_again(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(MANIFEST.dump())
    loaded = Manifest.load(tmp_path / "manifest.json")
    assert loaded.roots == {"/": "site/"}
    assert loaded.entry("favicon.ico") == ICON
    assert loaded.url("css/app.css") == CSS.url
    assert loaded.integrity("css/app.css") == "sha384-abc"
    assert loaded.integrity("favicon.ico") is None
    assert loaded.entry("css/app.css").dependencies == ("img/a.svg", "img/b.svg")


def test_equal_manifests_are_equal_bytes() -> None:
    other = Manifest(dict(reversed(MANIFEST.assets.items())), MANIFEST.roots)
    assert other.dump() == MANIFEST.dump() == Manifest.loads(MANIFEST.dump()).dump()
    assert MANIFEST.dump().isascii()
    assert json.loads(Manifest({}).dump()) == {"version": VERSION, "roots": {}, "assets": {}}


def test_names_that_are_no_text_survive() -> None:
    entry = Entry(url="/%FF.css", output_path="site/\udcff.css", naming="stable", media_type="text/css")
    assert Manifest.loads(Manifest({"\udcff.css": entry}).dump()).entry("\udcff.css") == entry


def test_an_unknown_path_is_a_key_error_that_names_the_nearest() -> None:
    with pytest.raises(KeyError) as caught:
        MANIFEST.url("css/ap.css")
    assert isinstance(caught.value, UnknownAsset)
    assert str(caught.value) == "the manifest has no asset 'css/ap.css'; did you mean 'css/app.css'?"
    with pytest.raises(UnknownAsset, match=r"has no asset 'zzz'$"):
        MANIFEST.integrity("zzz")


BAD = [
    "", "{", "[]", "1", '{"version": 2, "assets": {}}', '{"paths": {}}', '{"version": "1"}', '{"version": 1}',
    '{"version": 1, "assets": []}', '{"version": 1, "assets": {"a": 1}}', '{"version": 1, "assets": {"a": {}}}',
    '{"version": true, "assets": {}}', b"\xff\xfe\x00",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_manifest_is_refused(text: str | bytes) -> None:
    with pytest.raises(ManifestError):
        Manifest.loads(text, name="x.json")


def test_another_version_is_told() -> None:
    with pytest.raises(ManifestError, match=r"x\.json has format version 2; this assetforge reads 1"):
        Manifest.loads('{"version": 2, "assets": {}}', name="x.json")


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Manifest.load(tmp_path / "manifest.json")


def test_importing_it_brings_the_standard_library_alone() -> None:
    script = (
        "import sys; before = set(sys.modules); import assetforge.manifest\n"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))\n"
        "print(*sorted(name for name in sys.modules if name.startswith('assetforge')))"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    brought, own = result.stdout.splitlines()
    assert set(brought.split()) - {"assetforge"} <= set(sys.stdlib_module_names)
    assert own.split() == ["assetforge", "assetforge.manifest"]


# ---- several releases at once, and a file that changes


def entry(url: str) -> Entry:
    return Entry(url=url, output_path=f"site{url}", naming="hashed", media_type="text/css", size=1, integrity=f"sha384-{url}")


def release(file: Path, **urls: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(Manifest({f"{name}.css": entry(url) for name, url in urls.items()}, {"/": "site/"}).dump())
    return file


def test_what_only_another_release_knows_has_a_url(tmp_path: Path) -> None:
    first = release(tmp_path / "1" / "manifest.json", a="/a.1.css", b="/b.1.css", c="/c.1.css")
    second = release(tmp_path / "2" / "manifest.json", a="/a.2.css", b="/b.2.css")
    third = release(tmp_path / "3" / "manifest.json", a="/a.3.css")
    manifest = Manifest.load(third, previous=[second, first])
    assert [manifest.url(f"{name}.css") for name in "abc"] == ["/a.3.css", "/b.2.css", "/c.1.css"]
    assert manifest.integrity("c.css") == "sha384-/c.1.css"
    assert Manifest.load(third, previous=(first, second)).url("b.css") == "/b.1.css"
    with pytest.raises(UnknownAsset, match=r"has no asset 'cc\.css'; did you mean 'c\.css'\?"):
        manifest.url("cc.css")


def test_other_releases_are_not_part_of_this_one(tmp_path: Path) -> None:
    """Else each build would drag along all that there ever was."""
    old = release(tmp_path / "1.json", a="/a.1.css", b="/b.1.css")
    new = release(tmp_path / "2.json", a="/a.2.css")
    manifest = Manifest.load(new, previous=old)
    assert set(manifest.assets) == {"a.css"}
    assert manifest.dump() == new.read_text()
    assert set(manifest.previous) == {"b.css"}
    same = Manifest.load(new, previous=new)
    assert (same.previous, same.releases) == ({}, (same.roots,))


def test_a_first_deploy_has_no_release_before_it(tmp_path: Path) -> None:
    new = release(tmp_path / "manifest.json", a="/a.css")
    missing = [tmp_path / "0.json", tmp_path / "no folder" / "manifest.json", new / "manifest.json"]
    assert Manifest.load(new, previous=missing) == Manifest.load(new, previous=str(missing[0])) == Manifest.load(new)


def test_another_release_that_is_damaged_is_told(tmp_path: Path) -> None:
    (tmp_path / "1.json").write_text("{")
    with pytest.raises(ManifestError, match=r"1\.json is not JSON"):
        Manifest.load(release(tmp_path / "2.json", a="/a.css"), previous=[tmp_path / "1.json"])


class Calls:
    """How often the file system was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stats = self.opens = 0
        stat, opened = os.stat, builtins.open

        def counted_stat(*arguments: Any, **choices: Any) -> Any:
            self.stats += 1
            return stat(*arguments, **choices)

        def counted_open(*arguments: Any, **choices: Any) -> Any:
            self.opens += 1
            return opened(*arguments, **choices)

        monkeypatch.setattr(os, "stat", counted_stat)
        monkeypatch.setattr(builtins, "open", counted_open)


def test_production_reads_once_and_never_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = release(tmp_path / "1.json", b="/b.css"), release(tmp_path / "2.json", a="/a.1.css")
    watched = Watched(new, previous=old)
    with monkeypatch.context() as patch:
        calls = Calls(patch)
        assert [watched.manifest().url("a.css") for _ in range(3)] == ["/a.1.css"] * 3
        assert (calls.stats, calls.opens) == (0, 2)
    release(new, a="/a.22.css")
    new.unlink()
    assert watched.manifest() is watched.manifest()
    assert watched.manifest().url("a.css") == "/a.1.css"


def test_development_reads_again_what_has_changed_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = tmp_path / "1.json", release(tmp_path / "2.json", a="/a.1.css")
    watched = Watched(new, previous=[old], reload=True)
    first = watched.manifest()
    with monkeypatch.context() as patch:
        calls = Calls(patch)
        assert watched.manifest() is watched.manifest() is first
        assert calls.opens == 0
    release(old, b="/b.css")
    assert watched.manifest().url("b.css") == "/b.css"
    release(new, a="/a.2222.css")
    assert watched.manifest().url("a.css") == "/a.2222.css"


@pytest.mark.parametrize("what", ["time", "size", "inode"])
def test_each_of_time_size_and_inode_tells_a_change(tmp_path: Path, what: str) -> None:
    """A build replaces the file within the resolution of a clock, a copy keeps times, an editor keeps the inode."""
    file = release(tmp_path / "manifest.json", a="/a.1.css")
    before = file.stat()
    watched = Watched(file, reload=True)
    watched.manifest()
    text = file.read_text().replace("/a.1.css", "/a.222.css" if what == "size" else "/a.2.css")
    if what == "inode":
        (tmp_path / "new").write_text(text)
        os.utime(tmp_path / "new", ns=(before.st_atime_ns, before.st_mtime_ns))
        (tmp_path / "new").replace(file)
    else:
        file.write_text(text)
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + (what == "time")))
    assert watched.manifest().url("a.css") == ("/a.222.css" if what == "size" else "/a.2.css")


def test_a_server_may_say_late_whether_it_is_for_development(tmp_path: Path) -> None:
    file = release(tmp_path / "manifest.json", a="/a.1.css")
    development = False
    watched = Watched(file, reload=lambda: development)
    watched.manifest()
    release(file, a="/a.2.css")
    assert watched.manifest().url("a.css") == "/a.1.css"
    development = True
    assert watched.manifest().url("a.css") == "/a.2.css"


def test_a_manifest_that_is_not_there_yet_is_found_later(tmp_path: Path) -> None:
    file = tmp_path / "manifest.json"
    for watched in (Watched(file), Watched(file, reload=True)):
        with pytest.raises(FileNotFoundError):
            watched.manifest()
        assert watched.find("a.css") is None
        release(file, a="/a.css")
        assert watched.manifest().url("a.css") == "/a.css"
        file.unlink()


def test_the_first_known_path_answers(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    watched = Watched(release(tmp_path / "manifest.json", a="/a.css", b="/b.css"))
    assert watched.find("x/a.css", "b.css", "a.css") == entry("/b.css")
    assert caplog.messages == []
    assert watched.find("x/z.css", "z.css") is None
    assert watched.find("z.css") is None
    assert caplog.messages == ["the manifest has no asset 'z.css'"]
    with pytest.raises(UnknownAsset, match=r"'z\.css'; did you mean"):
        watched.find("x/z.css", "z.css", strict=True)


def test_paths_below_no_root_are_somebody_elses(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(Manifest({"static/a.css": entry("/static/a.css")}, {"/static/": "static/"}).dump())
    watched = Watched(file)
    assert watched.find("admin/a.css", strict=True, foreign=True) is None
    assert caplog.messages == []
    for path, foreign in (("static/b.css", True), ("admin/a.css", False)):
        with pytest.raises(UnknownAsset):
            watched.find(path, strict=True, foreign=foreign)


def test_the_log_is_not_filled_by_requests(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    watched = Watched(release(tmp_path / "manifest.json", a="/a.css"))
    for number in range(1500):
        assert watched.find(f"{number}.css") is None
    assert len(caplog.messages) == 1000


def test_threads_share_one_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = release(tmp_path / "manifest.json", a="/a.1.css")
    watched = Watched(file)
    loads: list[str] = []
    load = Manifest.load

    def slow(*arguments: Any, **choices: Any) -> Manifest:
        loads.append("load")
        time.sleep(0.05)
        return load(*arguments, **choices)

    monkeypatch.setattr(Manifest, "load", slow)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: watched.manifest(), range(64)))
    assert loads == ["load"]
    assert all(one is found[0] for one in found)


def test_threads_never_see_half_a_change(tmp_path: Path) -> None:
    """Every reader gets a whole manifest, and after the last change the last one."""
    file = release(tmp_path / "manifest.json", a="/a.0.css", b="/b.0.css")
    watched = Watched(file, reload=True)

    def read(_: int) -> set[str]:
        manifest = watched.manifest()
        return {manifest.url("a.css").split(".")[1], manifest.url("b.css").split(".")[1]}

    with ThreadPoolExecutor(4) as pool:
        readers = pool.map(read, range(400))
        for number in range(1, 60):
            release(tmp_path / "next", a=f"/a.{number}.css", b=f"/b.{number}.css").replace(file)
        assert {len(one) for one in readers} == {1}
    assert watched.manifest().url("a.css") == "/a.59.css"
