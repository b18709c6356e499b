"""Recording the pages of a Flask app."""

from pathlib import Path

import pytest
from flask import Blueprint, Flask, abort, render_template, render_template_string, stream_template

from assetforge.flask import Assetforge
from assetforge.flask.recorder import Recorder
from assetforge.samples import Samples

FILES = {
    "layout.html": "<!doctype html><html lang=en><body class=layout>{% block main %}{% endblock %}",
    "page.html": "{% extends 'layout.html' %}{% from 'macros.html' import card %}{% block main %}{{ card(name) }}"
    "{% include 'part.html' %}{% endblock %}",
    "macros.html": "{% macro card(name) %}<div class='card card-{{ name }}'>{{ name }}</div>{% endmacro %}",
    "part.html": "<p class=part>",
    "mail.html": "<!doctype html><body class=mail>",
    "404.html": "<!doctype html><p class=missing>",
}


def app(folder: Path, **config: object) -> Flask:
    (folder / "templates").mkdir(exist_ok=True)
    for name, text in FILES.items():
        (folder / "templates" / name).write_text(text)
    made = Flask("shop", root_path=str(folder))
    made.config.update(config)
    more = Blueprint("more", __name__, url_prefix="/more")

    @more.get("/")
    def page() -> str:
        return render_template("page.html", name="x")

    @made.get("/people/<name>/")
    def person(name: str) -> str:
        render_template("mail.html")
        text = render_template("page.html", name=name)
        render_template("part.html")
        return text

    @made.get("/stream/")
    def stream() -> object:
        return stream_template("mail.html")

    @made.get("/anonymous/")
    def anonymous() -> str:
        return render_template_string("<!doctype html><p class=anonymous>")

    @made.get("/part/")
    def part() -> str:
        return render_template("part.html")

    @made.get("/text/")
    def text() -> tuple[str, dict[str, str]]:
        return render_template("mail.html"), {"Content-Type": "text/plain"}

    @made.get("/broken/")
    def broken() -> str:
        render_template("mail.html")
        raise ValueError

    @made.get("/gone/")
    def gone() -> str:
        abort(404)

    made.register_error_handler(404, lambda error: (render_template("404.html"), 404))
    made.register_blueprint(more)
    return made


def names(made: Flask) -> list[str | None]:
    urls = ("/people/jane/", "/more/", "/none/", "/gone/", "/stream/", "/anonymous/", "/part/", "/text/")
    client = made.test_client()
    return [client.get(url).headers.get("X-Assetforge-Template") for url in urls]


EXPECTED = ["page.html", "page.html", "404.html", "404.html", None, None, None, None]


def test_pages_are_recorded_in_tests(tmp_path: Path) -> None:
    made = app(tmp_path, TESTING=True)
    Recorder(made)
    assert names(made) == EXPECTED
    known = Samples.load(tmp_path / "assetforge-samples.txt")
    assert known.templates == ("404.html", "page.html")
    assert "jane" not in known.dump()
    assert known.dump().endswith(
        "= page.html\nhtml [lang\n body .layout\n  div .card .card-*\n  div .card .card-x\n  p .part\n head\n"
    )


def test_pages_are_recorded_in_debug_mode_with_built_templates(tmp_path: Path) -> None:
    made = app(tmp_path, DEBUG=True, ASSETFORGE={"samples": "../pages.txt"})
    folder = tmp_path / "shop"
    folder.mkdir()
    made = app(folder, DEBUG=True, ASSETFORGE={"samples": "../pages.txt"}, ASSETFORGE_MANIFEST="build/manifest.json")
    Assetforge(made)
    Recorder().init_app(made)
    Recorder().init_app(made)
    assert names(made) == EXPECTED
    assert Samples.load(tmp_path / "pages.txt").templates == ("404.html", "page.html")


def test_nothing_is_recorded_in_production(tmp_path: Path) -> None:
    made = app(tmp_path)
    plain = made.jinja_env.template_class
    Recorder(made)
    assert set(names(made)) == {None}
    assert not (tmp_path / "assetforge-samples.txt").exists()
    assert made.jinja_env.template_class is plain


def test_who_says_so_records_in_production(tmp_path: Path) -> None:
    made = app(tmp_path, ASSETFORGE_RECORD=True)
    Recorder(made)
    assert names(made) == EXPECTED


def test_a_request_that_fails_leaves_nothing_to_the_next(tmp_path: Path) -> None:
    made = app(tmp_path, TESTING=True)
    Recorder(made)
    with pytest.raises(ValueError):
        made.test_client().get("/broken/")
    with made.test_client() as client:
        assert client.get("/part/").headers.get("X-Assetforge-Template") is None
        assert client.get("/more/").headers["X-Assetforge-Template"] == "page.html"
    assert Samples.load(tmp_path / "assetforge-samples.txt").templates == ("page.html",)


def test_templates_that_were_rendered_before_are_seen(tmp_path: Path) -> None:
    made = app(tmp_path, TESTING=True)
    with made.app_context():
        render_template("page.html", name="early")
    Recorder(made)
    assert made.test_client().get("/more/").headers["X-Assetforge-Template"] == "page.html"
