"""`asset_url` and `asset_integrity` in an environment of Jinja alone."""

import base64
import hashlib
import logging
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import DictLoader, Environment
from sites import make, write

from assetforge.config import Root
from assetforge.jinja import Assetforge, Assets, install
from assetforge.manifest import Manifest, UnknownAsset

FILES = {"static/css/app.css": "a{color:red}", "static/robots.txt": "", "static/a b'é.svg": "<svg/>"}
LINK = "{{ asset_url('static/css/app.css') }}"


def forge(folder: Path, files: dict[str, str] = FILES, *, prefix: str = "/static/", **choices: Any) -> Manifest:
    make(folder, files)
    write(folder, folder / "build", roots=(Root(folder=folder / "static", prefix=prefix, kind="static"),), **choices)
    return Manifest.load(folder / "build" / "manifest.json")


def rendered(environment: Environment, text: str = LINK, **context: object) -> str:
    return environment.from_string(text).render(**context)


@pytest.fixture
def installed(tmp_path: Path) -> Callable[..., Environment]:
    def make_one(**options: Any) -> Environment:
        environment = Environment(autoescape=True)
        install(environment, tmp_path / "build" / "manifest.json", **options)
        return environment

    return make_one


def test_a_template_gets_url_and_integrity(tmp_path: Path, installed) -> None:
    manifest = forge(tmp_path)
    entry = manifest.entry("static/css/app.css")
    text = '<link href="{{ asset_url("static/css/app.css") }}" integrity="{{ asset_integrity("/static/css/app.css") }}">'
    assert rendered(installed(), text) == f'<link href="{entry.url}" integrity="{entry.integrity}">'
    digest = hashlib.sha384((tmp_path / "build" / entry.output_path).read_bytes()).digest()
    assert entry.integrity == "sha384-" + base64.b64encode(digest).decode()


def test_what_promises_no_bytes_has_an_empty_integrity(tmp_path: Path, installed) -> None:
    forge(tmp_path)
    text = "{{ asset_url('static/robots.txt') }} '{{ asset_integrity('static/robots.txt') }}'"
    assert rendered(Environment.overlay(installed(), autoescape=False), text) == "/static/robots.txt ''"


def test_no_url_needs_escaping(tmp_path: Path, installed) -> None:
    url = forge(tmp_path).url("static/a b'é.svg")
    assert rendered(installed(), "{{ asset_url(\"static/a b'é.svg\") }}") == url
    assert rendered(installed(), "{{ asset_url(\"static/c d'é&.svg\") }}") == "/static/c%20d%27%C3%A9%26.svg"


def test_a_fragment_or_a_query_is_no_part_of_the_path(tmp_path: Path, installed) -> None:
    files = {"static/icons.svg": "<svg/>", "static/a#b.svg": "<svg id='b'/>"}
    manifest = forge(tmp_path, files)
    text = "{{ asset_url('static/icons.svg#sun') }} {{ asset_url('/static/icons.svg?v=1#x') }} {{ asset_url('static/a#b.svg') }}"
    url = manifest.url("static/icons.svg")
    expected = [f"{url}#sun", f"{url}?v=1#x", manifest.url("static/a#b.svg")]
    assert rendered(installed(strict=True), text).split() == expected
    assert rendered(installed(prefix="/shop"), text).split() == [f"/shop{one}" for one in expected]
    whole = rendered(installed(strict=True), "{{ asset_integrity('static/icons.svg#sun') }}")
    assert whole == manifest.entry("static/icons.svg").integrity
    assert rendered(installed(), "{{ asset_url('static/no.svg#sun') }}") == "/static/no.svg#sun"


def test_by_name_in_the_list_of_extensions(tmp_path: Path) -> None:
    url = forge(tmp_path).url("static/css/app.css")
    environment = Environment(extensions=["assetforge.jinja.Assetforge"])
    with pytest.raises(RuntimeError, match=r"environment\.assetforge = Assets\("):
        rendered(environment)
    environment.assetforge = Assets(tmp_path / "build" / "manifest.json")  # type: ignore[attr-defined]
    assert rendered(environment) == rendered(environment.overlay()) == url
    environment.add_extension(Assetforge)
    assert rendered(environment) == url


def test_macros_and_includes(tmp_path: Path, installed) -> None:
    url = forge(tmp_path).url("static/css/app.css")
    environment = installed(prefix="/shop")
    environment.loader = DictLoader({"m.html": "{% macro css() %}" + LINK + "{% endmacro %}", "i.html": LINK})
    text = "{% import 'm.html' as m %}{{ m.css() }} {% include 'i.html' %} {% include 'i.html' without context %}"
    assert rendered(environment, text) == " ".join([f"/shop{url}"] * 3)


def test_the_working_folder_may_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = forge(tmp_path).url("static/css/app.css")
    environment = Environment()
    monkeypatch.chdir(tmp_path)
    install(environment, "build/manifest.json")
    monkeypatch.chdir("/")
    assert rendered(environment) == url


def test_an_unknown_asset_keeps_its_url_or_is_an_error(tmp_path: Path, installed, caplog: pytest.LogCaptureFixture) -> None:
    forge(tmp_path)
    text = "{{ asset_url('static/css/ap.css') }}{{ asset_integrity('static/css/ap.css') }}"
    assert rendered(installed(), text) == "/static/css/ap.css"
    assert caplog.record_tuples == [("assetforge", logging.WARNING, "the manifest has no asset 'static/css/ap.css'")]
    for text in ("{{ asset_url('static/css/ap.css') }}", "{{ asset_integrity('static/css/ap.css') }}"):
        with pytest.raises(UnknownAsset, match=r"did you mean 'static/css/app\.css'\?"):
            rendered(installed(strict=True), text)
    with pytest.raises(UnknownAsset):
        rendered(installed(strict=True), "{{ asset_url('elsewhere/app.css') }}")


def test_an_asset_host_takes_no_prefix(tmp_path: Path, installed) -> None:
    url = forge(tmp_path, asset_host="https://cdn.example/").url("static/css/app.css")
    assert rendered(installed(prefix="/shop")) == url
    assert url.startswith("https://cdn.example/static/css/app.")


@pytest.mark.parametrize("prefix", ["/shop", "/shop/", "shop", lambda context: "/" + context["where"]])
def test_a_prefix_may_be_given(tmp_path: Path, installed, prefix: object) -> None:
    url = forge(tmp_path).url("static/css/app.css")
    assert rendered(installed(prefix=prefix), where="shop") == f"/shop{url}"


@pytest.mark.parametrize(
    ("request_", "mounted_at"),
    [
        (SimpleNamespace(scope={"root_path": "/shop"}), "/shop"),
        (SimpleNamespace(scope={"root_path": "/shop/part", "app_root_path": "/shop"}), "/shop"),
        (SimpleNamespace(scope={}), ""),
        (SimpleNamespace(script_root="/shop"), "/shop"),
        (SimpleNamespace(script_root="/a b"), "/a%20b"),
        (SimpleNamespace(), ""),
        ("a string of the page's own", ""),
        (None, ""),
    ],
)
def test_the_request_tells_where_the_app_is_mounted(tmp_path: Path, installed, request_: object, mounted_at: str) -> None:
    url = forge(tmp_path).url("static/css/app.css")
    assert rendered(installed(), request=request_) == mounted_at + url


def test_a_build_may_know_the_prefix_itself(tmp_path: Path, installed) -> None:
    entry = forge(tmp_path, prefix="/shop/static/").entry("shop/static/css/app.css")
    text = LINK + " {{ asset_integrity('static/css/app.css') }}"
    assert rendered(installed(prefix="/shop", strict=True), text) == f"{entry.url} {entry.integrity}"


def test_two_releases(tmp_path: Path) -> None:
    old = forge(tmp_path / "1")
    new = forge(tmp_path / "2", {"static/new.css": "b{}", "static/robots.txt": ""})
    environment = Environment()
    places = [tmp_path / "0" / "manifest.json", tmp_path / "1" / "build" / "manifest.json"]
    install(environment, tmp_path / "2" / "build" / "manifest.json", previous=places, strict=True)
    assert rendered(environment) == old.url("static/css/app.css")
    assert rendered(environment, "{{ asset_url('static/new.css') }}") == new.url("static/new.css")


def test_development_sees_a_new_build_and_production_never_looks(
    tmp_path: Path, installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    development, production = installed(reload=True), installed()
    assert rendered(development) == "/static/css/app.css"
    first = forge(tmp_path).url("static/css/app.css")
    assert rendered(development) == rendered(production) == first
    second = forge(tmp_path, {"static/css/app.css": "a{color:blue}"}).url("static/css/app.css")
    assert rendered(development) == second != first
    template = production.from_string(LINK)

    def forbidden(*arguments: object, **choices: object) -> None:
        raise AssertionError("the file system was asked")

    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", forbidden)
        patch.setattr("builtins.open", forbidden)
        assert template.render() == first


async def _render(environment: Environment) -> str:
    return await environment.from_string(LINK).render_async()


def test_asynchronous_templates(tmp_path: Path) -> None:
    import asyncio

    url = forge(tmp_path).url("static/css/app.css")
    environment = Environment(enable_async=True)
    install(environment, tmp_path / "build" / "manifest.json")
    assert asyncio.run(_render(environment)) == url
