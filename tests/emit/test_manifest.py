"""The manifest: what it answers, what it refuses, and that a running site can afford to import it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assetforge.manifest import VERSION, Entry, Manifest, ManifestError, UnknownAsset

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
