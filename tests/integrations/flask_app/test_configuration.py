"""What an app says of itself is what a build takes: folders, the URLs that answer for them, whose they are, and their order."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.views import View
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader, PrefixLoader
from sites import make, write

from assetforge.config import Root
from assetforge.errors import ConfigError
from assetforge.flask import Assetforge
from assetforge.flask.configuration import configuration, path_of


def app_in(folder: Path, **options: Any) -> Flask:
    make(folder, {"shop/static/app.css": "a{}", "shop/templates/page.html": ""})
    return Flask("shop", root_path=str(folder / "shop"), **options)


def blueprint_in(folder: Path, name: str, **options: Any) -> Blueprint:
    make(folder, {f"{name}/static/{name}.css": "a{}", f"{name}/templates/{name}.html": ""})
    options = {"static_folder": "static", "template_folder": "templates", "url_prefix": f"/{name}"} | options
    return Blueprint(name, name, root_path=str(folder / name), **options)


def static(app: Flask) -> list[tuple[str, str, tuple[str, ...]]]:
    """Of each static root its folder's name above `static`, prefix and scopes."""
    roots = configuration(app).config.roots
    return [(root.folder.parent.name, root.prefix, root.scopes) for root in roots if root.kind == "static"]


def templates(app: Flask) -> list[tuple[str, str, tuple[str, ...]]]:
    roots = configuration(app).config.roots
    return [(root.folder.parent.name, root.prefix, root.scopes) for root in roots if root.kind == "templates"]


def test_an_app_and_its_blueprints(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    app.register_blueprint(blueprint_in(tmp_path, "admin"))
    app.register_blueprint(blueprint_in(tmp_path, "other", static_url_path="/files"))
    assert static(app) == [
        ("shop", "/static/", ()), ("admin", "/admin/static/", ("admin",)), ("other", "/other/files/", ("other",)),
    ]  # fmt: skip
    assert templates(app) == [
        ("shop", "/app+templates/", ()), ("admin", "/admin+templates/", ("admin",)), ("other", "/other+templates/", ("other",)),
    ]  # fmt: skip
    assert {root.dialect for root in configuration(app).config.roots if root.kind == "templates"} == {"jinja"}


def test_a_blueprint_in_a_blueprint_and_twice(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    outer = blueprint_in(tmp_path, "outer")
    outer.register_blueprint(blueprint_in(tmp_path, "inner"))
    app.register_blueprint(outer)
    app.register_blueprint(outer, name="again", url_prefix="/again")
    assert set(static(app)) == {
        ("shop", "/static/", ()), ("outer", "/outer/static/", ("outer",)), ("inner", "/outer/inner/static/", ("outer.inner",)),
        ("outer", "/again/static/", ("again",)), ("inner", "/again/inner/static/", ("again.inner",)),
    }  # fmt: skip
    # whose `.static` a template means that serves two blueprints, a request decides
    assert [(folder, scopes) for folder, _, scopes in templates(app)] == [("shop", ()), ("outer", ()), ("inner", ())]


def test_every_static_url_of_the_app_is_in_the_manifest(tmp_path: Path) -> None:
    app = app_in(tmp_path, static_url_path="")
    outer = blueprint_in(tmp_path, "outer", url_prefix="/x/")
    outer.register_blueprint(blueprint_in(tmp_path, "inner", url_prefix=None, static_url_path="/y"))
    app.register_blueprint(outer)
    app.config.update(ASSETFORGE_MANIFEST="../build/manifest.json", ASSETFORGE_STRICT=True)
    Assetforge(app)
    config = configuration(app).config
    write(tmp_path, config.output, roots=config.roots)
    client = app.test_client()
    with app.test_request_context():
        for endpoint, name in (("static", "app.css"), ("outer.static", "outer.css"), ("outer.inner.static", "inner.css")):
            url = app.url_for(endpoint, filename=name)
            assert url != app.url_map.bind("localhost").build(endpoint, {"filename": name})
            with client.get(url) as response:
                assert (response.status_code, response.cache_control.immutable) == (200, True), url


def test_where_the_app_is_mounted(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    app.config["APPLICATION_ROOT"] = "/shop/"
    assert static(app) == [("shop", "/shop/static/", ())]


def test_hosts_and_subdomains_do_not_matter(tmp_path: Path) -> None:
    app = app_in(tmp_path, host_matching=True, static_host="static.example")
    app.add_url_rule("/static/<path:filename>", "other.page", host="<name>.example", view_func=lambda name, filename: "")
    assert static(app) == [("shop", "/static/", ())]
    app = app_in(tmp_path, subdomain_matching=True)
    app.config["SERVER_NAME"] = "shop.example"
    app.register_blueprint(blueprint_in(tmp_path, "admin", subdomain="<name>"))
    assert static(app) == [("shop", "/static/", ()), ("admin", "/admin/static/", ("admin",))]


def test_a_url_that_a_request_decides_is_left_out_and_told(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    app.register_blueprint(blueprint_in(tmp_path, "admin", url_prefix="/<language>"))
    assert static(app) == [("shop", "/static/", ())]
    (note,) = configuration(app).notes
    assert note.startswith("the files of admin.static are not built: their URLs (/<language>/static/<path:filename>) have parts")


def test_what_is_not_there_is_no_mistake(tmp_path: Path) -> None:
    app = Flask("shop", root_path=str(tmp_path), static_folder="static", template_folder="templates")
    app.register_blueprint(Blueprint("own", "own", root_path=str(tmp_path)))
    app.add_url_rule("/v2/static", "own.static", lambda: "")
    with pytest.raises(ConfigError, match="neither static files nor templates"):
        configuration(app)
    app = app_in(tmp_path, static_folder=None)
    assert static(app) == []


def test_a_view_of_ones_own_that_is_called_static(tmp_path: Path) -> None:
    class Odd(View):
        def dispatch_request(self) -> str:
            return ""

    app = app_in(tmp_path, static_folder=None)
    app.add_url_rule("/static", view_func=Odd.as_view("static"))
    app.add_url_rule("/odd/static", view_func=Odd.as_view("odd.static".replace(".", "_")))
    assert static(app) == []


def test_folders_that_several_share(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    for name in ("one", "two"):
        shared = str(tmp_path / "shop/templates")
        app.register_blueprint(blueprint_in(tmp_path, name, template_folder=shared, static_folder=str(tmp_path / "shop/static")))
    assert templates(app) == [("shop", "/app+templates/", ())]
    assert static(app) == [("shop", "/static/", ()), ("shop", "/one/static/", ("one",)), ("shop", "/two/static/", ("two",))]


def test_names_that_are_no_names_of_folders(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    make(tmp_path, {"x/é t/page.html": "<img src=/static/app.css>"})
    app.register_blueprint(Blueprint("a/b c", "x", root_path=str(tmp_path / "x"), template_folder="é t"))
    assert templates(app)[1] == ("x", "/a~2fb~20c+~c3~a9~20t/", ("a/b c",))
    config = configuration(app).config
    write(tmp_path, config.output, roots=config.roots)
    assert b"app." in (config.output / "templates/a~2fb~20c+~c3~a9~20t/page.html").read_bytes()


def test_two_folders_behind_one_url(tmp_path: Path) -> None:
    """Flask asks the one whose rule came first, and so does the build."""
    app = app_in(tmp_path)
    app.register_blueprint(blueprint_in(tmp_path, "part", url_prefix=None))
    make(tmp_path, {"part/static/app.css": "never{}"})
    assert static(app) == [("shop", "/static/", ()), ("part", "/static/", ("part",))]
    config = configuration(app).config
    write(tmp_path, config.output, roots=config.roots)
    assert (config.output / "static/app.css").read_text() == "a{}"


def test_loaders_of_the_apps_own(tmp_path: Path) -> None:
    make(tmp_path, {"theme/templates/x.html": "", "other/templates/y.html": ""})
    app = app_in(tmp_path)
    assert app.jinja_loader is not None
    named = PrefixLoader({"theme": FileSystemLoader(tmp_path / "theme/templates")})
    last = FileSystemLoader([tmp_path / "other/templates", "/no"])
    app.jinja_loader = ChoiceLoader([app.jinja_loader, named, DictLoader({}), last])
    Assetforge(app)
    assert templates(app) == [
        ("shop", "/app+templates/", ()), ("theme", "/app+templates+2/theme/", ()), ("other", "/app+templates+3/", ()),
    ]  # fmt: skip
    config, notes = configuration(app)
    assert notes == ("the templates of a DictLoader are not built: they lie in no folder",)
    names = ("theme/x.html", "x.html", "y.html", "app.css", "/app.css", "../static/app.css")
    paths = ("app+templates+2/theme/x.html", "x.html", "app+templates+3/y.html", "static/app.css", "/app.css", "../static/app.css")
    assert tuple(path_of(name, config) for name in names) == paths
    app.jinja_env.loader = FileSystemLoader(tmp_path / "theme/templates")
    assert templates(app) == [("theme", "/app+templates/", ())]


def test_choices_and_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASSETFORGE_CACHE", raising=False)
    app = app_in(tmp_path)
    config = configuration(app).config
    assert (config.output, config.cache) == (tmp_path / "shop/build", tmp_path / "shop/.assetforge-cache")
    app.config["ASSETFORGE_MANIFEST"] = tmp_path / "srv/manifest.json"
    assert configuration(app).config.output == tmp_path / "srv"
    app.config["ASSETFORGE"] = {"output": Path("../out"), "cache": False, "stable": ("static/widget.js",), "compress": {"br"}}
    config = configuration(app).config
    assert (config.output, config.cache, config.stable, config.compress) == (tmp_path / "out", None, ("static/widget.js",), ("br",))
    assert configuration(app, strict=True, output=tmp_path / "x").config.output == tmp_path / "x"
    monkeypatch.setenv("ASSETFORGE_CACHE", str(tmp_path / "kept"))
    app.config["ASSETFORGE"] = {}
    assert configuration(app).config.cache == tmp_path / "kept"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"roots": ["static"]}, "ASSETFORGE: `roots` has no place here: the app and its blueprints say where their files lie"),
        ({"stabel": []}, "ASSETFORGE: unknown key `stabel`; did you mean `stable`?"),
        ({"templates": {"syntax": {}}}, "ASSETFORGE: `templates.syntax` has no place here"),
        ({"templates": {"tag": []}, "stabel": []}, "ASSETFORGE: unknown key `templates.tag`; did you mean `tags`?"),
        (["stable"], "ASSETFORGE: the setting must be a dict, not a list"),
        ({"output": "static"}, "contains the input"),
    ],
)
def test_mistakes(tmp_path: Path, table: object, said: str) -> None:
    app = app_in(tmp_path)
    app.config["ASSETFORGE"] = table
    with pytest.raises(ConfigError) as caught:
        configuration(app)
    assert said in str(caught.value)


def test_what_came_with_packages_is_nobodys_to_repair(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    app.register_blueprint(blueprint_in(tmp_path / "site-packages", "ad[m]in"))
    assert configuration(app).config.vendored == (r"/ad\[m]in/static/**", "/ad~5bm~5din+templates/**")
    installed = app_in(tmp_path / "site-packages")
    installed.register_blueprint(blueprint_in(tmp_path, "own"))
    assert configuration(installed).config.vendored == ()


def test_what_flask_admin_says(tmp_path: Path) -> None:
    """Where its files lie, whatever the endpoint is, and which layout its templates extend."""
    app = app_in(tmp_path)
    app.register_blueprint(blueprint_in(tmp_path, "backend"))
    app.extensions["admin"] = [SimpleNamespace(endpoint="backend", theme=SimpleNamespace(base_template="admin/own.html"))]
    assert static(app)[1] == ("backend", "/backend/static/", ("backend", "admin"))
    (language,) = {root.templates for root in configuration(app).config.roots if root.kind == "templates"}
    assert language.candidates == (("admin_base_template", ("admin/own.html",)),)
    app.extensions["admin"].append(SimpleNamespace(endpoint="other", base_template="admin/base.html"))
    assert static(app)[1] == ("backend", "/backend/static/", ("backend",))
    (language,) = {root.templates for root in configuration(app).config.roots if root.kind == "templates"}
    assert language.candidates == (("admin_base_template", ("admin/base.html", "admin/own.html")),)
    app.config["ASSETFORGE"] = {"templates": {"candidates": {"admin_base_template": ["mine.html"]}}}
    (language,) = {root.templates for root in configuration(app).config.roots if root.kind == "templates"}
    assert language.candidates == (("admin_base_template", ("mine.html",)),)


def test_the_language_of_the_templates(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    app.jinja_options = {"variable_start_string": "[[", "variable_end_string": "]]", "trim_blocks": True}
    app.config["ASSETFORGE"] = {"templates": {"functions": ("cdn_url",), "urls": "literal"}}
    (language,) = {root.templates for root in configuration(app).config.roots if root.kind == "templates"}
    assert language.syntax == (("trim_blocks", True), ("variable_end_string", "]]"), ("variable_start_string", "[["))
    assert (language.urls, [row[0] for row in language.functions]) == ("literal", ["cdn_url"])
    make(tmp_path, {"shop/templates/page.html": "[[ cdn_url('nothing.css') ]] {{ cdn_url('no.css') }}"})
    config = configuration(app).config
    built = write(tmp_path, config.output, roots=config.roots)
    assert [(one.code, one.line, one.column) for one in built.diagnostics] == [("missing-reference", 1, 13)]


def test_a_root_of_the_configuration_is_one(tmp_path: Path) -> None:
    root = configuration(app_in(tmp_path)).config.roots[0]
    assert root == Root(folder=tmp_path / "shop/static", prefix="/static/", kind="static")
