"""`url_for` answers the names of the build, and everything else about a URL is as Flask has it."""

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Blueprint, Flask, render_template, render_template_string, url_for
from jinja2 import DictLoader
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client

from assetforge.flask import Assetforge
from assetforge.manifest import ManifestError, UnknownAsset

UrlIn = Callable[..., str]


def with_assets(app: Flask) -> Flask:
    Assetforge(app)
    return app


def test_a_template_gets_the_name_of_the_build(site, url_in: UrlIn) -> None:
    manifest = site.build()
    app = with_assets(site.app())
    url = url_in(app, "static", filename="css/app.css")
    assert url == manifest.url("static/css/app.css") != "/static/css/app.css"
    assert url_in(app, "static", filename="robots.txt") == "/static/robots.txt"
    with app.test_request_context():
        assert url_for("static", filename="css/app.css") == url == app.url_for(endpoint="static", filename="css/app.css")
        assert render_template_string("{{ url_for('static', filename='css/app.css') }}") == url


def test_blueprints_have_their_own_files(site, url_in: UrlIn) -> None:
    manifest = site.build()
    app = site.app()

    @app.get("/admin/page")
    def page() -> str:
        return ""

    with_assets(app)
    assert url_in(app, "admin.static", filename="admin.css") == manifest.url("admin/static/admin.css") != "/admin/static/admin.css"
    late = Blueprint("late", "late", root_path=str(site.folder), url_prefix="/static", static_folder="x", static_url_path="/")
    app.register_blueprint(late)
    assert url_in(app, "late.static", filename="css/app.css") == manifest.url("static/css/app.css")


def test_a_view_of_a_blueprint_may_leave_its_name_out(site) -> None:
    manifest = site.build()
    app = Flask("shop", root_path=str(site.folder / "shop"))
    app.config["ASSETFORGE_MANIFEST"] = str(site.manifest_file)
    assets = Assetforge()
    assets.init_app(app)
    outer = Blueprint("outer", "outer", root_path=str(site.folder / "shop"))
    inner = Blueprint("admin", "admin", root_path=str(site.folder / "shop/admin"), url_prefix="/admin", static_folder="static")
    inner.get("/page")(lambda: render_template_string("{{ url_for('.static', filename='admin.css') }}"))
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    assert app.test_client().get("/admin/page").text == manifest.url("admin/static/admin.css")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "/static/css/NAME"),
        ({"v": "1", "a": ["x", "y"]}, "/static/css/NAME?v=1&a=x&a=y"),
        ({"_anchor": "top & more"}, "/static/css/NAME#top%20&%20more"),
        ({"v": "1", "_anchor": "top"}, "/static/css/NAME?v=1#top"),
        ({"_external": True}, "http://localhost/static/css/NAME"),
        ({"_external": True, "_scheme": "https", "v": "ü"}, "https://localhost/static/css/NAME?v=%C3%BC"),
        ({"_scheme": "", "_external": True}, "//localhost/static/css/NAME"),
    ],
)
def test_the_rest_of_the_url_is_flasks(site, url_in: UrlIn, values: dict[str, object], expected: str) -> None:
    name = site.build().url("static/css/app.css").rpartition("/")[2]
    app = site.app()
    assert url_in(app, "static", filename="css/app.css", **values) == expected.replace("NAME", "app.css")
    with_assets(app)
    assert url_in(app, "static", filename="css/app.css", **values) == expected.replace("NAME", name)


def test_names_that_a_url_must_quote_are_found(site, url_in: UrlIn) -> None:
    manifest = site.build()
    url = url_in(with_assets(site.app()), "static", filename="img/a b é.svg")
    assert url == manifest.url("static/img/a b é.svg")
    assert url.startswith("/static/img/a%20b%20%C3%A9.")


def test_the_prefix_under_which_a_server_mounts_the_app_stays(site, url_in: UrlIn) -> None:
    url = site.build().url("static/css/app.css")
    app = with_assets(site.app())
    assert url_in(app, "static", script_name="/shop", filename="css/app.css") == f"/shop{url}"
    assert url_in(app, "static", script_name="/static", filename="css/app.css") == f"/static{url}"


def test_behind_a_proxy_that_takes_a_prefix_away(site) -> None:
    url = site.build().url("static/css/app.css")
    app = with_assets(site.app())
    app.get("/page")(lambda: f"{url_for('static', filename='css/app.css')} {url_for('static', filename='x/', _external=True)}")
    app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1, x_host=1, x_proto=1)  # type: ignore[method-assign]
    headers = {"X-Forwarded-Prefix": "/shop", "X-Forwarded-Host": "shop.example", "X-Forwarded-Proto": "https"}
    page = app.test_client().get("/page", headers=headers).text
    assert page == f"/shop{url} https://shop.example/shop/static/x/"


def test_an_app_inside_another(site) -> None:
    """Each with a manifest of its own or none; the inner one's URLs answer where it is mounted."""
    url = site.build().url("static/css/app.css")
    inner = with_assets(site.app())
    inner.get("/page")(lambda: url_for("static", filename="css/app.css"))
    outer = Flask("outer", root_path=str(site.folder / "shop"))
    outer.get("/page")(lambda: url_for("static", filename="css/app.css"))
    client = Client(DispatcherMiddleware(outer.wsgi_app, {"/inner": inner.wsgi_app}))
    assert client.get("/page").text == "/static/css/app.css"
    assert client.get("/inner/page").text == f"/inner{url}"
    with client.get(f"/inner{url}") as answer:
        assert (answer.status_code, answer.cache_control.immutable) == (200, True)
    with client.get(url) as answer:
        assert answer.status_code == 404


def test_static_files_on_a_host_of_their_own(site) -> None:
    url = site.build().url("static/css/app.css")
    app = Flask("shop", root_path=str(site.folder / "shop"), host_matching=True, static_host="static.example")
    app.config.update(ASSETFORGE_MANIFEST=str(site.manifest_file), ASSETFORGE_STRICT=True)
    with_assets(app)
    app.add_url_rule("/", "page", host="shop.example", view_func=lambda: url_for("static", filename="css/app.css", v="1"))
    client = app.test_client()
    assert client.get("/", base_url="https://shop.example").text == f"https://static.example{url}?v=1"
    with client.get(url, base_url="https://static.example") as answer:
        assert (answer.status_code, answer.cache_control.immutable) == (200, True)
    assert client.get(url, base_url="https://shop.example").status_code == 404


@pytest.mark.parametrize("filename", ["/css/app.css", "css//app.css"])
def test_a_slash_too_many_is_no_other_file(site, url_in: UrlIn, filename: str) -> None:
    """Werkzeug, nginx and the check of the build take it for one."""
    name = site.build().url("static/css/app.css").rpartition("/")[2]
    app = site.app(ASSETFORGE_STRICT=True)
    expected = url_in(app, "static", filename=filename).replace("app.css", name)
    with_assets(app)
    url = url_in(app, "static", filename=filename)
    assert url == expected
    with app.test_client().get(url, follow_redirects=True) as answer:
        assert (answer.status_code, answer.cache_control.immutable) == (200, True)


@pytest.mark.parametrize("name", ["a?b.css", "a#b.css", "a%20b.css", "a;b.css", "a&b.css", "a+b.css", "ä b.css", "a:b.css"])
def test_names_that_mean_something_in_a_url(site, url_in: UrlIn, name: str) -> None:
    site.change(f"static/{name}", "a{}")
    url = site.build().url(f"static/{name}")
    app = with_assets(site.app(ASSETFORGE_STRICT=True))
    assert url_in(app, "static", filename=name).rpartition("/")[2] == url.rpartition("/")[2] != name
    with app.test_client().get(url) as answer:
        assert (answer.status_code, answer.cache_control.immutable) == (200, True)


def test_without_a_context_it_is_flasks_error(site) -> None:
    site.build()
    app = with_assets(site.app())
    with pytest.raises(RuntimeError, match="SERVER_NAME"):
        app.jinja_env.from_string("{{ url_for('static', filename='css/app.css') }}").render()
    with app.app_context(), pytest.raises(RuntimeError, match="SERVER_NAME"):
        url_for("static", filename="css/app.css")


def test_macros_caches_and_loops_ask_each_time(site) -> None:
    """An imported macro sees no request, bytecode outlives a build, and a constant argument makes no constant URL."""
    app = with_assets(site.app(debug=True))
    app.jinja_env.loader = DictLoader(
        {
            "m.html": "{% macro css() %}{{ url_for('static', filename='css/app.css') }}{% endmacro %}",
            "page.html": "{% import 'm.html' as m %}{% for _ in 'ab' %}{{ m.css() }} {% endfor %}",
        }
    )
    seen = []
    for text in ("a{}", "b{}"):
        site.change("static/css/app.css", text)
        seen.append(site.build().url("static/css/app.css"))
        with app.test_request_context():
            assert render_template("page.html") == f"{seen[-1]} {seen[-1]} "
    assert seen[0] != seen[1]


def test_views_and_hooks_may_be_asynchronous(site) -> None:
    pytest.importorskip("asgiref", reason="Flask needs asgiref for async views")
    url = site.build().url("static/css/app.css")
    app = with_assets(site.app())

    @app.before_request
    async def nothing() -> None:
        return None

    @app.get("/page")
    async def page() -> str:
        return url_for("static", filename="css/app.css")

    client = app.test_client()
    assert client.get("/page").text == url
    with client.get(url) as answer:
        assert (answer.status_code, answer.cache_control.immutable) == (200, True)


def test_threads_share_one_reading(site) -> None:
    first = site.build().url("static/css/app.css")
    app = with_assets(site.app(ASSETFORGE_RELOAD=True))

    def ask(_: int) -> str:
        with app.test_request_context():
            return url_for("static", filename="css/app.css")

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(64))) == {first}
        site.change("static/css/app.css", "changed{}")
        second = site.build().url("static/css/app.css")
        assert set(pool.map(ask, range(64))) == {second}


def test_a_build_may_know_the_prefix_itself(site, url_in: UrlIn) -> None:
    manifest = site.build(mounted_at="/shop")
    app = with_assets(site.app())
    assert url_in(app, "static", script_name="/shop", filename="css/app.css") == manifest.url("shop/static/css/app.css")


def test_outside_of_a_request_the_application_root_counts(site) -> None:
    url = site.build().url("static/css/app.css")
    app = with_assets(site.app(SERVER_NAME="shop.example", APPLICATION_ROOT="/shop", PREFERRED_URL_SCHEME="https"))
    with app.app_context():
        assert url_for("static", filename="css/app.css") == f"https://shop.example/shop{url}"


def test_an_asset_host_stands_before_every_digest_name(site, url_in: UrlIn) -> None:
    manifest = site.build(asset_host="https://cdn.example/x/")
    app = with_assets(site.app())
    url = manifest.url("static/css/app.css")
    assert url.startswith("https://cdn.example/x/static/css/app.")
    assert url_in(app, "static", filename="css/app.css") == url
    assert url_in(app, "static", script_name="/shop", filename="css/app.css", v="1", _anchor="a") == f"{url}?v=1#a"
    assert url_in(app, "static", filename="css/app.css", _external=True) == url
    assert url_in(app, "static", filename="robots.txt", _external=True) == "http://localhost/static/robots.txt"


def test_static_urls_on_a_subdomain(site) -> None:
    url = site.build().url("admin/static/admin.css")
    app = Flask("shop", root_path=str(site.folder / "shop"), subdomain_matching=True)
    app.config.update(ASSETFORGE_MANIFEST=str(site.manifest_file), SERVER_NAME="shop.example")
    with_assets(app)
    app.register_blueprint(
        Blueprint("admin", "a", root_path=str(site.folder), url_prefix="/admin", static_folder="static", subdomain="my")
    )
    with app.test_request_context(base_url="http://shop.example"):
        assert url_for("admin.static", filename="admin.css") == f"http://my.shop.example{url}"


def test_other_endpoints_are_let_be(site, url_in: UrlIn) -> None:
    site.build()
    app = with_assets(site.app())
    app.add_url_rule("/static/css/<filename>", "theme", lambda filename: filename)
    app.add_url_rule("/v2/static", "v2.static", lambda: "")
    assert url_in(app, "theme", filename="app.css") == "/static/css/app.css"
    assert url_in(app, "v2.static") == "/v2/static"


def test_an_unknown_file_keeps_its_url_and_is_told_once(site, url_in: UrlIn, caplog: pytest.LogCaptureFixture) -> None:
    site.build()
    app = with_assets(site.app())
    for _ in range(3):
        assert url_in(app, "static", filename="css/ap.css") == "/static/css/ap.css"
    assert caplog.record_tuples == [("assetforge", logging.WARNING, "the manifest has no asset 'static/css/ap.css'")]
    app.debug = True
    assert url_in(app, "static", filename="css/apq.css") == "/static/css/apq.css"
    assert caplog.messages[-1] == "the manifest has no asset 'static/css/apq.css'; did you mean 'static/css/app.css'?"


def test_strict_names_the_nearest(site, url_in: UrlIn) -> None:
    site.build()
    app = with_assets(site.app(ASSETFORGE_STRICT=True))
    with pytest.raises(KeyError, match=r"has no asset 'static/css/ap\.css'; did you mean 'static/css/app\.css'\?$") as caught:
        url_in(app, "static", filename="css/ap.css")
    assert isinstance(caught.value, UnknownAsset)
    with pytest.raises(UnknownAsset, match=r"has no asset 'static/css/ap\.css'; did you mean"):
        url_in(app, "static", script_name="/shop", filename="css/ap.css")


def test_folders_and_other_peoples_files_are_no_mistakes(site, url_in: UrlIn, caplog: pytest.LogCaptureFixture) -> None:
    site.build()
    app = with_assets(site.app(ASSETFORGE_STRICT=True))
    app.register_blueprint(Blueprint("toolbar", "toolbar", url_prefix="/toolbar", static_folder="static"))
    assert url_in(app, "static", filename="img/") == "/static/img/"
    assert url_in(app, "toolbar.static", filename="t.css") == "/toolbar/static/t.css"
    assert caplog.messages == []


def test_files_of_another_release_have_a_url(site, url_in: UrlIn, tmp_path: Path) -> None:
    old = site.build(output=tmp_path / "release-1")
    site.change("static/css/app.css", None)
    site.change("static/img/sun.svg", "<svg xmlns='http://www.w3.org/2000/svg' id='new'/>")
    new = site.build()
    previous = [str(tmp_path / "never-was" / "manifest.json"), str(tmp_path / "release-1" / "manifest.json")]
    app = with_assets(site.app(ASSETFORGE_PREVIOUS=previous, ASSETFORGE_STRICT=True))
    assert url_in(app, "static", filename="css/app.css") == old.url("static/css/app.css")
    sun = url_in(app, "static", filename="img/sun.svg")
    assert sun == new.url("static/img/sun.svg") != old.url("static/img/sun.svg")


def test_development_sees_a_new_build(site, url_in: UrlIn) -> None:
    app = with_assets(site.app(debug=True))
    assert url_in(app, "static", filename="css/app.css") == "/static/css/app.css"
    first = site.build().url("static/css/app.css")
    assert url_in(app, "static", filename="css/app.css") == first
    site.change("static/css/app.css", "a{color:blue}")
    second = site.build().url("static/css/app.css")
    assert url_in(app, "static", filename="css/app.css") == second != first


def test_production_never_looks_again(site, url_in: UrlIn, monkeypatch: pytest.MonkeyPatch) -> None:
    first = site.build().url("static/css/app.css")
    app = with_assets(site.app())
    site.change("static/css/app.css", "a{color:blue}")
    site.build()
    url_in(app, "static", filename="css/app.css")

    def forbidden(*arguments: object, **choices: object) -> None:
        raise AssertionError("the file system was asked")

    with app.test_request_context(), monkeypatch.context() as patch:
        for name in ("stat", "open", "lstat", "scandir"):
            patch.setattr(os, name, forbidden)
        patch.setattr("builtins.open", forbidden)
        assert url_for("static", filename="css/app.css") == first


def test_reload_may_be_said(site, url_in: UrlIn) -> None:
    first = site.build().url("static/css/app.css")
    kept = with_assets(site.app(debug=True, ASSETFORGE_RELOAD=False))
    fresh = with_assets(site.app(ASSETFORGE_RELOAD=True))
    assert url_in(kept, "static", filename="css/app.css") == url_in(fresh, "static", filename="css/app.css") == first
    site.change("static/css/app.css", "a{color:blue}")
    second = site.build().url("static/css/app.css")
    assert url_in(kept, "static", filename="css/app.css") == first
    assert url_in(fresh, "static", filename="css/app.css") == second


def test_debug_may_be_switched_on_after_the_start(site, url_in: UrlIn) -> None:
    """`app.run(debug=True)` says it last."""
    site.build()
    app = with_assets(site.app())
    site.change("static/css/app.css", "a{color:blue}")
    second = site.build().url("static/css/app.css")
    app.debug = True
    assert url_in(app, "static", filename="css/app.css") == second


def test_configured_after_the_extension(site, url_in: UrlIn) -> None:
    url = site.build().url("static/css/app.css")
    app = Flask("shop", root_path=str(site.folder / "shop"))
    with_assets(app)
    assert url_in(app, "static", filename="css/app.css") == "/static/css/app.css"
    app.config["ASSETFORGE_MANIFEST"] = site.manifest_file
    assert url_in(app, "static", filename="css/app.css") == url


def test_an_environment_made_before_is_brought_up_to_date(site) -> None:
    url = site.build().url("static/css/app.css")
    app = site.app()
    template = app.jinja_env.from_string("{{ url_for('static', filename='css/app.css') }}")
    with_assets(app)
    with app.test_request_context():
        assert template.render() == url


def test_without_a_manifest_production_serves_own_names(site, url_in: UrlIn, caplog: pytest.LogCaptureFixture) -> None:
    app = with_assets(site.app())
    assert url_in(app, "static", filename="css/app.css") == "/static/css/app.css"
    assert url_in(app, "static", filename="css/app.css") == "/static/css/app.css"
    (told,) = caplog.messages
    assert "manifest.json: assets are asked for under their own names" in told
    url = site.build().url("static/css/app.css")
    assert url_in(app, "static", filename="css/app.css") == url


def test_strict_production_wants_a_manifest_and_strict_development_waits_for_it(site, url_in: UrlIn) -> None:
    app = with_assets(site.app(ASSETFORGE_STRICT=True))
    with pytest.raises(FileNotFoundError):
        url_in(app, "static", filename="css/app.css")
    app.debug = True
    assert url_in(app, "static", filename="css/app.css") == "/static/css/app.css"


def test_a_damaged_manifest_stops_the_start(site) -> None:
    site.manifest_file.parent.mkdir()
    site.manifest_file.write_text("{")
    with pytest.raises(ManifestError, match=r"manifest\.json is not JSON"):
        Assetforge(site.app())


def test_an_app_takes_it_once(site) -> None:
    app = with_assets(site.app())
    with pytest.raises(RuntimeError, match="has the extension assetforge already"):
        Assetforge(app)


def test_two_apps_have_two_manifests(site, url_in: UrlIn, tmp_path: Path) -> None:
    one = site.build().url("static/css/app.css")
    site.change("static/css/app.css", "a{color:blue}")
    two = site.build(output=tmp_path / "other").url("static/css/app.css")
    assets = Assetforge()
    first, second = site.app(), site.app(ASSETFORGE_MANIFEST=str(tmp_path / "other/manifest.json"))
    assets.init_app(first)
    assets.init_app(second)
    assert url_in(first, "static", filename="css/app.css") == one
    assert url_in(second, "static", filename="css/app.css") == two


@pytest.mark.parametrize(("module", "library", "more"), [("flask", "Flask", ["assetforge.jinja"]), ("jinja", "Jinja", [])])
def test_requests_are_answered_without_the_pipeline(module: str, library: str, more: list[str]) -> None:
    script = (
        f"import sys, assetforge.{module}\n"
        "print(*sorted(name for name in sys.modules if name.startswith('assetforge')))\n"
        f"del sys.modules['assetforge.{module}']; sys.modules['{module.replace('jinja', 'jinja2')}'] = None\n"
        f"try: import assetforge.{module}\n"
        "except ImportError as error: print(error)\n"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    brought, said = result.stdout.splitlines()
    assert brought.split() == sorted(["assetforge", f"assetforge.{module}", "assetforge.manifest", *more])
    assert said.startswith(f"assetforge.{module} needs {library} (")
    assert said.endswith(f"pip install 'assetforge[{module}]'")
