"""Whatever URL a page got, the app itself can send the file, and lets browsers keep exactly what may be kept."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask, abort, render_template_string, request
from flask.testing import FlaskClient
from sites import write

from assetforge.config import Root
from assetforge.flask import Assetforge
from assetforge.manifest import Manifest

IMMUTABLE = "public, max-age=31536000, immutable"


class Client(FlaskClient):
    """Reads each response to its end, which closes the file."""

    def open(self, *arguments: Any, **choices: Any) -> Any:
        return super().open(*arguments, **{"buffered": True} | choices)


@pytest.fixture
def client_of() -> Callable[[Flask], FlaskClient]:
    def start(app: Flask) -> FlaskClient:
        Assetforge(app)
        app.test_client_class = Client
        return app.test_client()

    return start


def test_every_url_of_a_page_answers(site, client_of) -> None:
    manifest = site.build()
    app = site.app()

    @app.get("/")
    def page() -> str:
        return render_template_string(
            "{{ url_for('static', filename='css/app.css') }} {{ url_for('static', filename='robots.txt') }}"
            " {{ url_for('admin.static', filename='admin.css') }} {{ url_for('static', filename='img/a b é.svg') }}"
        )

    client = client_of(app)
    urls = client.get("/").text.split()
    assert {client.get(url).status_code for url in urls} == {200}
    assert [client.get(url).headers["Cache-Control"] for url in urls] == [IMMUTABLE, "no-cache", IMMUTABLE, IMMUTABLE]
    css = client.get(urls[0])
    assert css.mimetype == "text/css"
    assert css.data == (site.output / manifest.entry("static/css/app.css").output_path).read_bytes()
    assert f"url(../img/{manifest.url('static/img/sun.svg').rpartition('/')[2]})" in css.text
    assert css.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(urls[0], headers={"If-None-Match": css.headers["ETag"]}).status_code == 304
    assert client.head(urls[0]).status_code == 200


def test_own_names_are_sent_as_before(site, client_of) -> None:
    site.build()
    site.change("static/css/app.css", "edited{}")
    response = client_of(site.app(SEND_FILE_MAX_AGE_DEFAULT=60)).get("/static/css/app.css")
    assert (response.text, response.headers["Cache-Control"]) == ("edited{}", "public, max-age=60")


def test_stable_names_have_the_bytes_of_the_build(site, client_of) -> None:
    manifest = site.build()
    response = client_of(site.app()).get("/static/site.webmanifest")
    assert manifest.url("static/img/sun.svg").rpartition("/")[2] in response.text
    assert (response.mimetype, response.headers["Cache-Control"]) == ("application/manifest+json", "no-cache")


def test_files_of_earlier_builds_stay_and_are_asked_for_again(site, client_of) -> None:
    old = site.build().url("static/css/app.css")
    site.change("static/css/app.css", "a{color:blue}")
    new = site.build().url("static/css/app.css")
    client = client_of(site.app())
    assert client.get(new).headers["Cache-Control"] == IMMUTABLE
    response = client.get(old)
    assert (response.status_code, response.mimetype, response.headers["Cache-Control"]) == (200, "text/css", "no-cache")


def test_another_release_has_its_own_output(site, client_of, tmp_path: Path) -> None:
    old = site.build(output=tmp_path / "release-1")
    site.change("static/css/app.css", None)
    site.change("static/img/sun.svg", "<svg xmlns='http://www.w3.org/2000/svg' id='new'/>")
    site.build()
    client = client_of(site.app(ASSETFORGE_PREVIOUS=str(tmp_path / "release-1" / "manifest.json")))
    gone, replaced = client.get(old.url("static/css/app.css")), client.get(old.url("static/img/sun.svg"))
    assert (gone.status_code, gone.headers["Cache-Control"]) == (200, IMMUTABLE)
    assert (replaced.status_code, replaced.headers["Cache-Control"]) == (200, "no-cache")


def test_a_release_with_another_layout(site, client_of, tmp_path: Path) -> None:
    """With one static folder fewer, the files of a release lie one folder higher."""
    roots = (Root(folder=site.folder / "shop/static", prefix="/static/", kind="static"),)
    write(site.folder, tmp_path / "release-1", roots=roots)
    old = Manifest.load(tmp_path / "release-1/manifest.json")
    site.change("static/img/sun.svg", None)
    site.change("static/css/app.css", "a{color:blue}")
    site.build()
    client = client_of(site.app(ASSETFORGE_PREVIOUS=[tmp_path / "0/manifest.json", tmp_path / "release-1/manifest.json"]))
    for path, kept in (("static/img/sun.svg", True), ("static/css/app.css", False)):
        response = client.get(old.url(path))
        assert (response.status_code, response.cache_control.immutable) == (200, kept), path


def test_nothing_else_is_reachable(site, client_of) -> None:
    site.build()
    client = client_of(site.app())
    for path in (
        "/static/../../manifest.json", "/static/%2e%2e/%2e%2e/manifest.json", "/static/../admin/static/admin.css",
        "/static/css/app.000000000000.css", "/static/css", "/static/%2fetc/passwd", "/static/..%5c..%5cmanifest.json",
        "/static/%00",
    ):  # fmt: skip
        response = client.get(path, follow_redirects=True)
        assert response.status_code == 404, path
        assert "immutable" not in response.headers.get("Cache-Control", "")


def test_templates_in_the_output_are_not_files_of_the_site(site, client_of) -> None:
    site.build()
    text = site.manifest_file.read_text().replace('"/static/": "static/static/"', '"/static/": "templates/"')
    assert text != site.manifest_file.read_text()
    site.manifest_file.write_text(text)
    (site.output / "templates").mkdir()
    (site.output / "templates" / "secret.html").write_text("{{ secret }}")
    assert client_of(site.app()).get("/static/secret.html").status_code == 404


def test_below_a_prefix(site, client_of) -> None:
    url = site.build().url("static/css/app.css")
    client = client_of(site.app())
    assert client.get(url, environ_overrides={"SCRIPT_NAME": "/shop"}).headers["Cache-Control"] == IMMUTABLE


def test_below_a_prefix_that_the_build_knows(site, client_of) -> None:
    url = site.build(mounted_at="/shop").url("shop/static/css/app.css")
    client = client_of(site.app())
    response = client.get(url.removeprefix("/shop"), environ_overrides={"SCRIPT_NAME": "/shop"})
    assert (response.status_code, response.headers["Cache-Control"]) == (200, IMMUTABLE)


def test_the_app_may_refuse(site, client_of) -> None:
    """Hooks of the app run before, whether they were registered before the extension or after it."""
    url = site.build().url("static/css/app.css")
    app = site.app()
    client = client_of(app)

    @app.before_request
    def guard() -> None:
        if "token" not in request.args:
            abort(403)

    assert [client.get(url).status_code, client.get(f"{url}?token=1").status_code, client.get(url).status_code] == [403, 200, 403]


def test_an_app_whose_server_sends_the_files(site, client_of, tmp_path: Path) -> None:
    """The manifest alone came along: the app answers as it would without the extension."""
    url = site.build().url("static/css/app.css")
    site.manifest_file.rename(tmp_path / "manifest.json")
    client = client_of(site.app(ASSETFORGE_MANIFEST=str(tmp_path / "manifest.json")))
    assert client.get("/static/css/app.css").status_code == 200
    assert client.get(url).status_code == 404


def test_before_the_first_build(site, client_of) -> None:
    client = client_of(site.app(debug=True))
    assert client.get("/static/css/app.css").status_code == 200
    assert client.get("/static/nothing.css").status_code == 404
    url = site.build().url("static/css/app.css")
    assert client.get(url).headers["Cache-Control"] == IMMUTABLE


def test_a_view_of_ones_own_for_static_files_is_asked(site, client_of) -> None:
    site.build()
    app = site.app()
    own = Blueprint("own", "own", url_prefix="/own")
    own.add_url_rule("/static/<path:filename>", "static", lambda filename: f"made up: {filename}")
    app.register_blueprint(own)
    assert client_of(app).get("/own/static/x.css").text == "made up: x.css"
