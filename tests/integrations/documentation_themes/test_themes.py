"""Themes of Sphinx and MkDocs: built templates make the same pages, and the finished pages, built as a site, lose nothing."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import server
from documents import THEMES, Theme
from served import both, crawl_all
from sites import configured, snapshot, write

from assetforge.config import Root, Scripts, Stylesheets
from assetforge.manifest import Manifest
from assetforge.output import Build

# How stylesheets and scripts are loaded is no part of this.
AS_IT_IS: dict[str, Any] = {"stylesheets": Stylesheets(delivery="blocking"), "scripts": Scripts(policy="off")}
_MOMENT = re.compile(rb"Build Date UTC : [^<\n]*|<lastmod>[^<]*</lastmod>")


class Made(NamedTuple):
    """A theme's site, in a folder of its own, and the built templates of the theme."""

    theme: Theme
    folder: Path
    html: Path
    templates: Path
    build: Build


@pytest.fixture(scope="module", params=THEMES, ids=lambda theme: theme.name)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp(request.param.name)
    html = request.param.render(folder / "original")
    built = build_templates(request.param, folder / "theme")
    yield Made(request.param, folder, html, folder / "theme/templates/theme+templates", built)


def build_templates(theme: Theme, output: Path) -> Build:
    root = Root(folder=theme.folder, prefix="/theme+templates/", kind="templates", dialect="jinja")
    built = write(theme.folder, output, roots=(root,), exclude=(".icons/", "assets/", "static/"), **AS_IT_IS)
    assert [one for one in built.diagnostics if one.severity == "error"] == []
    return built


def test_built_templates_make_the_same_pages(made: Made) -> None:
    """`pathto` and the filter `url` make URLs relative to a page that only they know: they stay, and so does every page."""
    again = made.theme.render(made.folder / "built", templates=made.templates)
    assert pages(again) == pages(made.html)
    assert len(pages(again)) >= 3


def test_what_makes_urls_of_pages_stays_a_tag(made: Made) -> None:
    """The theme refers to its own files by these alone, and each is there after the build, byte for byte."""
    names = sorted(file.relative_to(made.templates).as_posix() for file in made.templates.rglob("*.html"))
    tags = re.compile(rb"pathto\([^)]*\)|\{\{ *'[^']+' *\| *url *\}\}")
    assert sum(len(tags.findall((made.templates / name).read_bytes())) for name in names) > 3
    for name in names:
        assert tags.findall((made.templates / name).read_bytes()) == tags.findall((made.theme.folder / name).read_bytes()), name
    outcomes = sum((Counter(one.outcomes) for one in made.build.facts), Counter())
    assert outcomes["unknown"] + outcomes["runtime"] > 3
    assert outcomes["missing"] == 0


def test_a_finished_page_is_the_same_but_for_assets(made: Made) -> None:
    built = write(made.html, made.folder / "site", **AS_IT_IS)
    assert [one for one in built.diagnostics if one.severity == "error"] == []
    assets = Manifest.load(made.folder / "site/manifest.json").assets
    hashed = {path: entry.url for path, entry in assets.items() if entry.naming == "hashed"}
    own_names = {url.rpartition("/")[2]: path.rpartition("/")[2] for path, url in hashed.items()}
    assert len(own_names) > 5
    digest = re.compile(r"[^/\"'\s=(<>]+\.[0-9a-f]{12}\.\w+")
    changed = 0
    for path, data in pages(made.html).items():
        text = _MOMENT.sub(b"", (made.folder / "site/site" / path).read_bytes()).decode()
        assert digest.sub(lambda match: own_names.get(match[0], match[0]), text) == data.decode(), path
        changed += text != data.decode()
    assert changed >= 3


@pytest.mark.nginx
def test_everything_that_is_asked_for_answers(made: Made) -> None:
    """With every default: minified and compressed too."""
    server.require_nginx()
    config = configured(made.html, made.folder / "served", minify=frozenset({"css", "js", "svg", "json"}), **AS_IT_IS)
    with both(config) as pair:
        report = crawl_all(pair)
    assert report.problems == []
    assert report.rewritten > 20
    assert report.immutable > 5


def pages(html: Path) -> dict[str, bytes]:
    """The HTML files of a site, without the time at which they were made."""
    return {path: _MOMENT.sub(b"", data) for path, data in snapshot(html).items() if path.endswith(".html")}
