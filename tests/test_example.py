"""The example site: small, of its own, and built without a word."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from served import Pair, asking, both, crawl_all
from server import require_nginx
from sites import served, snapshot

from assetforge.build import build
from assetforge.output import Build
from assetforge.settings import configure

EXAMPLE = Path(__file__).resolve().parent.parent / "example_static"
FILES = [
    file
    for file in sorted(EXAMPLE.rglob("*"))
    if file.is_file() and not {"build", ".assetforge-cache"} & set(file.relative_to(EXAMPLE).parts)
]
# Names that are no requests: the site's own, and those of vocabularies.
NAMES = {"lantern-hill.example", "www.w3.org", "schema.org", "www.sitemaps.org", "www.google.com"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return build(configure(EXAMPLE, output=tmp_path_factory.mktemp("example") / "out", cache=False))


def test_it_is_small() -> None:
    assert sum(file.stat().st_size for file in FILES) < 300_000


def test_it_asks_nobody_else() -> None:
    for file in FILES:
        if file.suffix in (".html", ".css", ".js", ".svg", ".xml", ".webmanifest"):
            assert set(re.findall(r"(?:https?:)?//([a-z0-9.-]+\.[a-z]{2,})", file.read_text("utf-8"))) <= NAMES, file


def test_the_command_builds_it_without_a_warning(tmp_path: Path) -> None:
    for command in ("build", "check"):
        arguments = [sys.executable, "-m", "assetforge", command, str(EXAMPLE), "--output", str(tmp_path / "out"), "--no-cache"]
        done = subprocess.run(arguments, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "warning[" not in done.stdout + done.stderr
        assert "error[" not in done.stdout + done.stderr
    assert (tmp_path / "out" / "manifest.json").is_file()
    assert (tmp_path / "out" / "nginx").is_dir()


def test_every_reference_is_understood(built: Build) -> None:
    assert built.diagnostics == ()
    assert {outcome for fact in built.facts for outcome in fact.outcomes} <= {"rewritten", "inlined", "kept", "link", "external"}


def test_names_and_reasons(built: Build) -> None:
    stable = {fact.path: fact.reason for fact in built.facts if fact.naming == "stable" and fact.format != "html"}
    assert stable == {
        ".well-known/security.txt": "it is asked for by a well-known name",
        "apple-touch-icon.png": "it is asked for by a well-known name",
        "favicon.ico": "it is asked for by a well-known name",
        "feed.xml": "it is a feed",
        "icons/icon-192.png": "the service worker sw.js lists it",
        "images/hill-at-dusk-640.webp": "the service worker sw.js lists it",
        "js/widget.js": "js/widget.js looks for “widget.js”",
        "robots.txt": "it is asked for by a well-known name",
        "site.webmanifest": "it is a web app manifest",
        "sitemap.xml": "it is a sitemap",
        "sw.js": "it is a service worker",
    }


def test_nothing_that_has_a_digest_is_asked_for_without_it(built: Build) -> None:
    """But by hyperlinks, which are addresses that people keep."""
    outputs = served(built)
    plain = {path.rpartition("/")[2] for path, output in outputs.items() if output.naming == "hashed"}
    for path, output in outputs.items():
        if path.endswith((".html", ".css", ".svg", ".webmanifest", ".xml")):
            text = re.sub(r"<a [^>]*>", "", output.content.read().decode())
            used = {name for name in plain if re.search(r"[\"'(/ ]" + re.escape(name) + r"[\"')# ?]", text)}
            assert used <= {"index.js"}, path


def test_modules_in_a_cycle_lead_to_each_other(built: Build) -> None:
    outputs = served(built)
    phase, words = outputs["js/astro/phase.js"], outputs["js/astro/words.js"]
    assert words.output_path.rpartition("/")[2] in phase.content.read().decode()
    assert phase.output_path.rpartition("/")[2] in words.content.read().decode()


def test_with_an_import_map_a_changed_leaf_renames_itself_alone(tmp_path: Path) -> None:
    names = []
    for number in range(2):
        folder = tmp_path / str(number)
        for file in FILES:
            (folder / file.relative_to(EXAMPLE)).parent.mkdir(parents=True, exist_ok=True)
            (folder / file.relative_to(EXAMPLE)).write_bytes(
                file.read_bytes() + (b"// changed\n" if number and file.name == "time.js" else b"")
            )
        config = replace(configure(folder, cache=False), modules="importmap", minify=frozenset())
        names.append({one.path: one.output_path for one in build(config).outputs if one.naming == "hashed"})
    assert [path for path in names[0] if names[0][path] != names[1][path]] == ["js/astro/time.js"]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    require_nginx()
    with both(asking(configure(EXAMPLE, output=tmp_path_factory.mktemp("example") / "out", cache=False))) as pair:
        yield pair


@pytest.mark.nginx
def test_every_reference_answers_as_before(pair: Pair) -> None:
    report = crawl_all(pair, origin="https://lantern-hill.example")
    assert report.problems == []
    assert report.followed > 100
    assert report.rewritten > 60
    assert report.immutable > 30


@pytest.mark.nginx
def test_what_never_was_is_not_found(pair: Pair) -> None:
    for path in ("/none.html", "/css/none.css", "/css/site.000000000000.css", "/js/"):
        answer = pair.after.ask(path)
        assert answer.status in (403, 404)
        assert "immutable" not in answer.headers.get("cache-control", "")


def test_a_second_build_writes_nothing(tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "assetforge", "build", str(EXAMPLE), "--output", str(tmp_path / "out"), "--quiet"]
    environment = {"ASSETFORGE_CACHE": str(tmp_path / "cache"), "PATH": "/usr/bin:/bin"}
    subprocess.run(arguments, check=True, env=environment)
    before = snapshot(tmp_path / "out"), times(tmp_path / "out")
    subprocess.run(arguments, check=True, env=environment)
    assert (snapshot(tmp_path / "out"), times(tmp_path / "out")) == before


def times(folder: Path) -> dict[Path, int]:
    return {file: file.stat().st_ctime_ns for file in folder.rglob("*") if file.is_file()}
