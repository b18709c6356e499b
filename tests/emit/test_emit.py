"""Values become files: what stands in the output after an emit, and after the next one."""

import gzip
import hashlib
import json
import os
from pathlib import Path

import brotli
import handmade
import pytest
import zstandard
from handmade import Memory

from assetforge.config import Config
from assetforge.emit import Emitted, Store, compress, emit, ledger
from assetforge.errors import EmitError
from assetforge.manifest import Manifest
from assetforge.output import Build
from assetforge.progress import Silent

_OPEN = {".gz": gzip.decompress, ".br": brotli.decompress, ".zst": zstandard.ZstdDecompressor().decompress}


def run(build: Build, config: Config, cache: Store | None = None) -> Emitted:
    return emit(build, config, cache=cache, progress=Silent())


def tree(folder: Path) -> dict[str, tuple[int, int, int, bytes]]:
    """Every file: inode, times, bytes."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            status = path.stat()
            found[path.relative_to(folder).as_posix()] = (status.st_ino, status.st_mtime_ns, status.st_ctime_ns, path.read_bytes())
    return found


def contents(folder: Path) -> dict[str, bytes]:
    """Every file that a deployment would copy."""
    return {path: one[3] for path, one in tree(folder).items() if not path.startswith(".assetforge")}


def test_every_output_has_its_bytes_and_every_twin_unpacks_to_them(tmp_path: Path) -> None:
    build, config = handmade.site(), handmade.config(tmp_path)
    emitted = run(build, config)
    for one in build.outputs:
        data = (config.output / one.output_path).read_bytes()
        assert data == one.content.read()
        for encoding, size in emitted.files[one.output_path].twins:
            suffix = compress.SUFFIX[encoding]
            packed = (config.output / (one.output_path + suffix)).read_bytes()
            assert _OPEN[suffix](packed) == data
            assert len(packed) == size <= len(data) * 0.95
    assert emitted.unchanged == 0


def test_nothing_else_lies_in_the_output(tmp_path: Path) -> None:
    build, config = handmade.site(), handmade.config(tmp_path)
    emitted = run(build, config)
    expected = {"manifest.json", "staticfiles.json", "report.json", ".assetforge-state", ".assetforge-lock"}
    expected |= {f"nginx/{name}.conf" for name in ("assetforge-http", "assetforge-server", "example")}
    for path, record in emitted.files.items():
        expected |= {path} | {path + compress.SUFFIX[encoding] for encoding, _ in record.twins}
    assert set(tree(config.output)) == expected


def test_a_second_emit_writes_nothing(tmp_path: Path) -> None:
    config, cache = handmade.config(tmp_path), Memory({})
    run(handmade.site(), config, cache)
    before, folders = tree(config.output), {path: path.stat().st_mtime_ns for path in config.output.rglob("*") if path.is_dir()}
    emitted = run(handmade.site(), config, cache)
    assert tree(config.output) == before
    assert {path: path.stat().st_mtime_ns for path in config.output.rglob("*") if path.is_dir()} == folders
    assert emitted.written == emitted.removed == ()
    assert emitted.unchanged == len(handmade.site().outputs)


def test_one_changed_page_is_all_that_is_written(tmp_path: Path) -> None:
    config = handmade.config(tmp_path)
    run(handmade.site(), config)
    before = tree(config.output)
    outputs = [one for one in handmade.site().outputs if one.path != "index.html"]
    emitted = run(handmade.build([*outputs, handmade.page("index.html", handmade.PAGE + b"new")], reasons=handmade.REASONS), config)
    after = tree(config.output)
    changed = {path for path in after if after[path] != before.get(path)} - {".assetforge-state", ".assetforge-lock"}
    assert changed == {"site/index.html", "site/index.html.br", "site/index.html.gz", "site/index.html.zst", "report.json"}
    assert emitted.written == ("site/index.html", "report.json")


def test_a_new_key_for_the_same_bytes_writes_no_page(tmp_path: Path) -> None:
    """A new version of a room gives every page a new key and most of them the same bytes."""
    config = handmade.config(tmp_path)
    before = handmade.page("index.html", handmade.PAGE)
    run(handmade.build([before]), config)
    standing = tree(config.output / "site")
    after = handmade.renewed(before)
    emitted = run(handmade.build([after]), config)
    assert tree(config.output / "site") == standing
    assert "site/index.html" not in emitted.written
    assert run(handmade.build([after]), config).written == ()


def test_a_file_that_somebody_changed_is_written_again(tmp_path: Path) -> None:
    config = handmade.config(tmp_path)
    run(handmade.site(), config)
    expected = contents(config.output)
    (config.output / "site/index.html").write_bytes(b"vandals")
    (config.output / "site/sw.js.gz").unlink()
    (config.output / "site/css/app.css").unlink()
    emitted = run(handmade.site(), config)
    assert contents(config.output) == expected
    assert set(emitted.written) == {"site/index.html", "site/sw.js", "site/css/app.css"}


def test_without_its_ledger_everything_is_written_and_equal(tmp_path: Path) -> None:
    config = handmade.config(tmp_path)
    run(handmade.site(), config)
    expected = contents(config.output)
    for damage in (b"", b"nonsense", b"assetforge-state 1\n1234" + b"{" * 99):
        (config.output / ledger.FILE).write_bytes(damage)
        assert len(run(handmade.site(), config).written) >= len(handmade.site().outputs)
        assert contents(config.output) == expected


def test_machines_agree_on_bytes_and_times(tmp_path: Path) -> None:
    """nginx makes its ETag of time and size: two servers behind one balancer must send the same."""
    times = []
    for name in ("one", "two"):
        config = handmade.config(tmp_path / name, jobs=1 if name == "one" else 3)
        (tmp_path / name).mkdir()
        run(handmade.site(), config)
        times.append({path: one[1:2] + one[3:] for path, one in tree(config.output / "site").items()})
    assert times[0] == times[1]


def test_times_follow_from_contents_and_differ_between_twins(tmp_path: Path) -> None:
    config = handmade.config(tmp_path)
    run(handmade.site(), config)
    site = config.output / "site"
    digest = hashlib.sha256(handmade.PAGE).hexdigest()
    times = [int((site / f"index.html{suffix}").stat().st_mtime) for suffix in ("", ".gz", ".br", ".zst")]
    assert times == [ledger.stamp(digest, encoding) for encoding in (None, "gzip", "br", "zstd")]
    assert len(set(times)) == 4
    assert all(1_000_000_000 <= one < 1_500_000_000 for one in times)


def test_own_name_files_that_are_gone_are_removed_and_hashed_ones_stay(tmp_path: Path) -> None:
    config = handmade.config(tmp_path)
    first = handmade.asset("old/app.css", handmade.CSS, b"/* */" + handmade.CSS)
    run(handmade.build([*first, handmade.page("gone.html", handmade.PAGE), *handmade.asset("b.js", handmade.JS)]), config)
    emitted = run(handmade.build([handmade.page("index.html", handmade.PAGE)]), config)
    left = {path for path in contents(config.output) if path.startswith("site/")}
    hashed = first[0].output_path
    assert {hashed, hashed + ".gz", hashed + ".br", hashed + ".zst", "site/index.html"} <= left
    assert not any(path.startswith(("site/gone", "site/old/app.css", "site/b.js")) for path in left)
    assert emitted.removed == ("site/b.js", "site/gone.html", "site/old/app.css")


def test_a_page_may_take_the_place_of_a_folder_and_a_folder_that_of_a_page(tmp_path: Path) -> None:
    config = handmade.config(tmp_path)
    run(handmade.build([handmade.page("about", handmade.PAGE), handmade.page("team/index.html", handmade.PAGE)]), config)
    run(handmade.build([handmade.page("about/index.html", handmade.PAGE), handmade.page("team", handmade.PAGE)]), config)
    assert (config.output / "site/about/index.html").read_bytes() == (config.output / "site/team").read_bytes() == handmade.PAGE


def test_twins_go_when_they_are_switched_off(tmp_path: Path) -> None:
    run(handmade.site(), handmade.config(tmp_path))
    config = handmade.config(tmp_path, compress=("gzip",))
    run(handmade.site(), config)
    assert not [path for path in contents(config.output) if path.endswith((".br", ".zst"))]
    run(handmade.site(), handmade.config(tmp_path, compress=()))
    assert not [path for path in contents(config.output) if path.endswith(".gz")]


def test_a_site_keeps_the_compressed_file_that_it_brings(tmp_path: Path) -> None:
    config = handmade.config(tmp_path)
    own = gzip.compress(b"theirs")
    outputs = [handmade.output("sitemap.xml", handmade.PAGE, "stable"), handmade.output("sitemap.xml.gz", own, "stable")]
    run(handmade.build(outputs), config)
    assert (config.output / "site/sitemap.xml.gz").read_bytes() == own
    assert (config.output / "site/sitemap.xml.br").exists()


def test_equal_bytes_are_stored_once(tmp_path: Path) -> None:
    config = handmade.config(tmp_path)
    run(handmade.build(handmade.asset("js/app.mjs", handmade.JS)), config)
    inodes = {path.name.rpartition(".")[2]: set() for path in (config.output / "site/js").iterdir()}  # type: dict[str, set[int]]
    for path in (config.output / "site/js").iterdir():
        inodes[path.name.rpartition(".")[2]].add(path.stat().st_ino)
    assert {suffix: len(found) for suffix, found in inodes.items()} == {"mjs": 1, "gz": 1, "br": 1, "zst": 1}


def test_where_files_cannot_be_linked_they_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    run(handmade.site(), handmade.config(tmp_path))
    expected = {path: one[1:2] + one[3:] for path, one in tree(tmp_path / "build/site").items()}
    monkeypatch.setattr(os, "link", refused)
    (tmp_path / "other").mkdir()
    run(handmade.site(), handmade.config(tmp_path / "other"))
    assert {path: one[1:2] + one[3:] for path, one in tree(tmp_path / "other/build/site").items()} == expected


def test_own_name_copies_of_other_bytes_get_gzip_alone(tmp_path: Path) -> None:
    config = handmade.config(tmp_path)
    emitted = run(handmade.site(), config)
    assert [encoding for encoding, _ in emitted.files["site/css/app.css"].twins] == ["gzip"]
    assert [encoding for encoding, _ in emitted.files["site/js/app.mjs"].twins] == ["br", "gzip", "zstd"]


def test_the_store_saves_compressing_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Memory({})
    run(handmade.site(), handmade.config(tmp_path), cache)
    expected = contents(tmp_path / "build")

    def never(*_: object) -> bytes:
        raise AssertionError("compressed again")

    monkeypatch.setattr("assetforge.emit.staging.compress", never)
    (tmp_path / "other").mkdir()
    run(handmade.site(), handmade.config(tmp_path / "other"), cache)
    assert contents(tmp_path / "other/build") == expected


def test_a_file_that_changed_since_it_was_hashed_stops_the_build(tmp_path: Path) -> None:
    config = handmade.config(tmp_path)
    run(handmade.site(), config)
    before = contents(config.output)
    wrong = handmade.with_bytes(handmade.output("new.css", b"a{}"), b"b{}")
    with pytest.raises(EmitError, match="changed while the site was being built"):
        run(handmade.build([*handmade.site().outputs, wrong]), config)
    assert contents(config.output) == before
    assert not list(config.output.rglob(".assetforge-tmp"))


@pytest.mark.parametrize("path", ["../x", "site/../../x", "/etc/x", "site//x", "site/./x", "", "site/x\0y", ".assetforge-tmp/x"])
def test_no_output_path_leads_out(tmp_path: Path, path: str) -> None:
    build = handmade.build([handmade.placed(handmade.page("x", b"x"), path)])
    with pytest.raises(EmitError, match="no path inside"):
        run(build, handmade.config(tmp_path))


@pytest.mark.parametrize("link", ["site", "site/css"])
def test_nothing_is_written_through_a_link(tmp_path: Path, link: str) -> None:
    config, elsewhere = handmade.config(tmp_path), tmp_path / "elsewhere"
    elsewhere.mkdir()
    place = config.output / link
    place.parent.mkdir(parents=True)
    place.symlink_to(elsewhere)
    with pytest.raises(EmitError, match="symbolic link"):
        run(handmade.site(), config)
    assert list(elsewhere.iterdir()) == []


def test_a_link_in_the_place_of_a_file_is_replaced_and_not_followed(tmp_path: Path) -> None:
    config, victim = handmade.config(tmp_path), tmp_path / "victim"
    victim.write_bytes(b"mine")
    (config.output / "site").mkdir(parents=True)
    (config.output / "site/index.html").symlink_to(victim)
    (config.output / "manifest.json").symlink_to(victim)
    run(handmade.site(), config)
    assert victim.read_bytes() == b"mine"
    assert (config.output / "site/index.html").read_bytes() == handmade.PAGE


NAMES = ["a b%20.css", "ü.css", "u\u0308.css", "new\nline.css", "quote\"'.css", "x" * 249 + ".css", "\udcff.css", "$a{b}.css"]


@pytest.mark.parametrize("name", NAMES)
def test_odd_names(tmp_path: Path, name: str) -> None:
    config = handmade.config(tmp_path)
    outputs = [handmade.page(name, handmade.PAGE), *([] if len(name) > 200 else handmade.asset(f"d/{name}", handmade.CSS))]
    run(handmade.build(outputs), config)
    assert Path(f"{config.output}/site/{name}").read_bytes() == handmade.PAGE
    assert run(handmade.build(outputs), config).written == ()
    json.loads((config.output / "manifest.json").read_text())


def test_the_manifest_tells_the_truth(tmp_path: Path) -> None:
    config = handmade.config(tmp_path)
    run(handmade.site(), config)
    assert handmade.untrue(config.output) == []
    manifest = Manifest.load(config.output / "manifest.json")
    assert manifest.roots == {"/": "site/"}
    assert manifest.url("css/app.css") == "/css/app.501a13d8c0fb.css"
    assert manifest.entry("sw.js").integrity is None
    assert "index.html" not in manifest.assets


def test_staticfiles_in_djangos_format(tmp_path: Path) -> None:
    config = handmade.config(tmp_path)
    run(handmade.site(), config)
    document = json.loads((config.output / "staticfiles.json").read_text())
    assert document["version"] == "1.1"
    assert document["paths"]["css/app.css"] == "css/app.501a13d8c0fb.css"
    assert document["paths"]["favicon.ico"] == "favicon.ico"
    assert document["hash"] == hashlib.md5(json.dumps(sorted(document["paths"].items())).encode()).hexdigest()[:12]


def test_pages_are_rendered_in_processes_where_there_are_many_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assetforge.emit.staging._PROCESSES_FROM", 1000)
    pages = [handmade.page(f"p{number % 7}/{number}.html", handmade.PAGE + b"%d" % (number % 150)) for number in range(200)]
    config = handmade.config(tmp_path, compress=("gzip",))
    emitted = run(handmade.build(pages), config)
    assert len(emitted.files) == 200
    for one in pages:
        assert (config.output / one.output_path).read_bytes() == one.content.read()
        assert gzip.decompress((config.output / f"{one.output_path}.gz").read_bytes()) == one.content.read()
