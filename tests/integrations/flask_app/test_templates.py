"""An app renders built templates, and Flask's own order of folders decides which file a name means."""

import os
from pathlib import Path

import pytest
from flask import Blueprint, Flask, render_template
from jinja2 import ChoiceLoader, DictLoader
from sites import make, write

from assetforge.flask import Assetforge
from assetforge.flask.configuration import configuration
from assetforge.manifest import Manifest

FILES = {
    "shop/static/app.css": "a{color:red}",
    "shop/templates/page.html": "{% extends 'base.html' %}{% block body %}{% include 'part.html' %}{% endblock %}",
    "shop/templates/base.html": "<link rel=icon href=/static/app.css>{% block body %}{% endblock %}",
    "shop/admin/templates/part.html": "admin <img src=/static/app.css>",
    "shop/admin/templates/base.html": "never",
    "shop/admin/static/admin.css": "b{}",
    "shop/late/templates/part.html": "late <img src=/static/app.css>",
}


def app_in(folder: Path, **config: object) -> Flask:
    make(folder, FILES)
    app = Flask("shop", root_path=str(folder / "shop"))
    app.config.update({"ASSETFORGE_MANIFEST": "../build/manifest.json"} | config)
    for name in ("admin", "late"):
        root = str(folder / "shop" / name)
        static = "static" if name == "admin" else None
        blueprint = Blueprint(
            name, name, root_path=root, url_prefix=f"/{name}", template_folder="templates", static_folder=static
        )
        app.register_blueprint(blueprint)
    app.get("/")(lambda: render_template("page.html"))
    return app


def build(app: Flask) -> str:
    """The URL of `app.css`."""
    config, _ = configuration(app, cache=None, compress=(), minify=frozenset(), jobs=1)
    write(Path(app.root_path), config.output, roots=config.roots)
    return Manifest.load(config.output / "manifest.json").url("static/app.css")


def page(app: Flask) -> str:
    return app.test_client().get("/").text


def test_a_page_of_several_folders(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    Assetforge(app)
    url = build(app)
    assert page(app) == f"<link rel=icon href={url}>admin <img src={url}>"
    file = app.jinja_env.get_template("part.html").filename or ""
    assert os.path.samefile(file, tmp_path / "build/templates/admin+templates/part.html")
    (tmp_path / "shop/admin/templates/part.html").unlink()
    app = app_in(tmp_path / "other", ASSETFORGE_MANIFEST=str(tmp_path / "build/manifest.json"))
    (tmp_path / "other/shop/admin/templates/part.html").unlink()
    Assetforge(app)
    assert page(app) == f"<link rel=icon href={url}>late <img src={url}>"


def test_an_environment_that_was_made_before(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    url = build(app)
    assert app.jinja_env.get_template("part.html").filename == str(tmp_path / "shop/admin/templates/part.html")
    Assetforge(app)
    assert page(app) == f"<link rel=icon href={url}>admin <img src={url}>"


def test_templates_may_be_left_out(tmp_path: Path) -> None:
    app = app_in(tmp_path, ASSETFORGE_TEMPLATES=False)
    Assetforge(app)
    build(app)
    assert page(app) == "<link rel=icon href=/static/app.css>admin <img src=/static/app.css>"


def test_development_reads_what_was_edited(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    app.debug = True
    Assetforge(app)
    assert page(app) == "<link rel=icon href=/static/app.css>admin <img src=/static/app.css>"
    url = build(app)
    assert page(app) == f"<link rel=icon href={url}>admin <img src={url}>"
    make(tmp_path, {"shop/admin/templates/part.html": "edited, <img src=/static/app.css>"})
    assert page(app) == f"<link rel=icon href={url}>edited, <img src=/static/app.css>"
    make(tmp_path, {"shop/templates/part.html": "new"})
    app.jinja_env.cache.clear()  # Flask, too, finds a new file of an older name only when it looks again
    assert page(app) == f"<link rel=icon href={url}>new"


def test_flask_explains_how_it_looks_for_templates(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = app_in(tmp_path, EXPLAIN_TEMPLATE_LOADING=True)
    Assetforge(app)
    url = build(app)
    with caplog.at_level("INFO"):
        assert page(app) == f"<link rel=icon href={url}>admin <img src={url}>"
    assert "Locating template 'part.html'" in caplog.text


def test_a_loader_of_the_apps_own(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    assert app.jinja_loader is not None
    app.jinja_loader = ChoiceLoader([DictLoader({"part.html": "made up"}), app.jinja_loader])
    Assetforge(app)
    _, notes = configuration(app)
    assert notes == ("the templates of a DictLoader are not built: they lie in no folder",)
    url = build(app)
    assert page(app) == f"<link rel=icon href={url}>made up"


def test_templates_of_the_output_are_not_served(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    Assetforge(app)
    build(app)
    client = app.test_client()
    for path in ("/app+templates/page.html", "/static/../app+templates/page.html", "/templates/app+templates/page.html"):
        assert client.get(path).status_code == 404


def test_requests_of_production_ask_for_no_file_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = app_in(tmp_path)
    Assetforge(app)
    build(app)
    expected = page(app)

    def forbidden(*arguments: object, **choices: object) -> None:
        raise AssertionError("the file system was asked")

    with monkeypatch.context() as patch:
        for name in ("stat", "open"):
            patch.setattr(os, name, forbidden)
        patch.setattr("builtins.open", forbidden)
        assert page(app) == expected
