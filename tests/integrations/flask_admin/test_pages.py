"""Flask-Admin, built by `flask assetforge`'s own configuration: each page is the same but for names of assets, which answer."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from html import unescape
from pathlib import Path
from typing import NamedTuple

import crawl
import pytest
import server
from administered import PAGES, Administered
from flask import Flask

from assetforge.build import build
from assetforge.cache import Cache
from assetforge.config import Config, Scripts, Stylesheets
from assetforge.emit import emit
from assetforge.explain import explained, render
from assetforge.flask import Assetforge
from assetforge.flask.configuration import configuration
from assetforge.manifest import Manifest
from assetforge.output import Build
from assetforge.progress import Silent

# The libraries' own; each page is still compared.
pytestmark = [pytest.mark.filterwarnings("ignore::DeprecationWarning"), pytest.mark.filterwarnings("ignore::UserWarning")]

_TEMPLATES = {"admin+bootstrap4", "app+templates", "part+templates"}
_ASKED = re.compile(r"""["'(=](/(?:admin/|part/)?static/[^"'?#()\s>]+)""")


class Built(NamedTuple):
    folder: Path
    config: Config
    build: Build
    manifest: Manifest
    before: dict[str, str]
    after: dict[str, str]
    templates: dict[str, str]  # name → the file it was read from


def configured(folder: Path, app: Flask) -> None:
    app.config.update(ASSETFORGE_MANIFEST=str(folder / "build/manifest.json"), ASSETFORGE_STRICT=True)


@contextmanager
def administered(folder: Path, swatch: str, *, extended: bool) -> Iterator[Administered]:
    def extend(app: Flask) -> None:
        if extended:
            configured(folder, app)
            Assetforge(app)

    one = Administered(folder, swatch, extend)
    yield one
    one.close()


@pytest.fixture(scope="module", params=["default", "cerulean"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("administered")
    with administered(folder, request.param, extended=False) as original:
        before = original.pages()
        configured(folder, original.app)
        as_it_is = {"stylesheets": Stylesheets(delivery="blocking"), "scripts": Scripts(policy="off"), "minify": frozenset()}
        config, notes = configuration(original.app, cache=None, compress=(), jobs=1, strict=True, **as_it_is)
        assert notes == ()
        made = build(config)
        emit(made, config, cache=None, progress=Silent())
    with administered(folder, request.param, extended=True) as one:
        after = one.pages()
        environment = one.app.jinja_env
        read = {name: environment.get_template(name).filename or "" for name in environment.list_templates()}
    return Built(folder, config, made, Manifest.load(folder / "build/manifest.json"), before, after, read)


def test_no_template_is_wrong(built: Built) -> None:
    """With the folder of the blueprint known, each `admin_static.url('…')` is looked up, strictly."""
    assert [one for one in built.build.diagnostics if one.severity == "error" or one.path.partition("/")[0] in _TEMPLATES] == []
    by_name = {output.output_path: output for output in built.build.outputs}
    assert "templates/admin+bootstrap4/admin/base.html" in by_name
    assert "templates/app+templates/twin.html" in by_name
    assert "templates/part+templates/twin.html" in by_name


def test_the_layout_that_the_admin_chooses_is_known(built: Built) -> None:
    """So what stylesheets a page has can be told, through `{% extends admin_base_template %}`."""
    explanation = explained("admin+bootstrap4/admin/model/list.html", built.config, cache=Cache(None), progress=Silent())
    told = "\n".join(render(explanation))
    assert "admin/base.html" in told
    assert "layout is not known" not in told
    assert "admin/static/admin/css/bootstrap4/admin.css" in told


def test_every_template_comes_from_the_build(built: Built) -> None:
    assert len(built.templates) > 25
    output = str(built.folder / "build/templates")
    assert {name: file for name, file in built.templates.items() if not file.startswith(output)} == {}
    assert built.templates["twin.html"] == f"{output}/app+templates/twin.html"


def test_every_page_is_the_same_but_for_assets(built: Built) -> None:
    own_names = {entry.url: f"/{path}" for path, entry in built.manifest.assets.items()}
    for page in PAGES:
        text = _ASKED.sub(lambda match: match[0].replace(match[1], own_names.get(match[1], match[1])), built.after[page])
        assert text == built.before[page], page
        assert (built.after[page] != built.before[page]) == ("/static/" in text), page
    assert sum("/static/" in text for text in built.before.values()) > 15


def test_what_pages_ask_for_carries_a_digest(built: Built) -> None:
    """Literal URLs by the build of the template, and `url_for` by the look-up."""
    for page, html in built.after.items():
        plain = {url for url in _ASKED.findall(html) if not url.endswith("/") and not re.search(r"\.[0-9a-f]{12}\.\w+$", url)}
        assert plain == set(), page
    sun = built.manifest.url("static/img/sun.svg")
    assert built.after["/admin/"].count(sun) == 3
    assert "app <img src=" + sun in built.after["/part/"]
    assert built.manifest.url("part/static/p.svg") in built.after["/part/"]


@pytest.mark.nginx
def test_every_asset_answers(built: Built) -> None:
    """Those of the pages, and those that they lead to."""
    server.require_nginx()
    waiting = sorted({unescape(url) for html in built.after.values() for url in _ASKED.findall(html) if not url.endswith("/")})
    start, known = len(waiting), set(waiting)
    with server.serve(built.folder / "build") as origin, closing(crawl.Client(origin)) as client:
        while waiting:
            url = waiting.pop()
            answer = client.ask(url)
            path = url.partition("?")[0]
            if re.search(r"\.[0-9a-f]{12}(\.[^./]+)?$", path):
                assert answer.status == 200, url
                assert answer.headers["cache-control"] == "public, max-age=31536000, immutable", url
            else:  # what is written wrongly may not have answered before the build either
                assert (answer.status == 200) == (path[1:] in built.manifest.assets), url
            more = {one for one in crawl.references(url, answer.body, origin) if one.startswith(("/static/", "/admin/static/"))}
            waiting += sorted(more - known)
            known |= more
    assert start > 25
    assert len(known) > start
