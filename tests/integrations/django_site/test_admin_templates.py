"""Every page of the admin, from built templates and from the original ones: the same bytes but for asset URLs, and everything that
a page asks for is served by nginx with the generated configuration."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from html import unescape
from urllib.parse import unquote, urljoin

import crawl
import pytest
from django_project import Project, loading
from library_site import APPS, PAGES, PREPARE, SETTINGS, fill
from server import require_nginx, serve

_PLAIN = ("django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader")
_NO_PASSES = '"stylesheets": {"delivery": "blocking"}, "scripts": {"policy": "off"}'
_STATIC = re.compile(r"/static/[^\"'\s<>()&?#,\\]+")
_DIGEST = re.compile(r"\.[0-9a-f]{12}(?=\.[^./]*$)")
_INLINE = re.compile(r"(<(?:script|style)\b[^>]*>).*?(?=</(?:script|style))", re.DOTALL)
_CSS_URL = re.compile(r"""url\(\s*["']?([^"')]+?)["']?\s*\)|@import\s*["']([^"']+)["']""")
_JS_URL = re.compile(r"""\bimport\s*\(?\s*["']([^"']+)["']""")

Pages = dict[str, str]


@pytest.fixture(scope="module")
def site(make_project: Callable[[], Project]) -> Project:
    """The admin, its static files collected and its templates built."""
    project = fill(make_project(), loading())
    project.python(PREPARE)
    return project


@pytest.fixture(scope="module")
def pages(site: Project) -> dict[str, Pages]:
    """Every page from templates as they came, and from built ones: as their inline scripts and styles came, and with these
    minified. What moves stylesheets and scripts about is switched off: it changes pages on purpose."""
    asked = {}
    for name, settings in {
        "original": loading(_PLAIN),
        "with digests": loading() + f'ASSETFORGE = {{"minify": False, {_NO_PASSES}}}\n',
        "built": loading() + f"ASSETFORGE = {{{_NO_PASSES}}}\n",
    }.items():
        site.settings(SETTINGS + settings, apps=APPS).collect()
        asked[name] = site.python(PAGES)
    return asked


def plain(html: str) -> str:
    """A page with every asset asked for by its own name."""
    return _STATIC.sub(lambda found: _DIGEST.sub("", found[0]), html)


def test_pages_are_the_same_bytes_but_for_asset_urls(pages: dict[str, Pages]) -> None:
    built, original = pages["with digests"], pages["original"]
    assert built.keys() == original.keys()
    assert len(built) > 45
    for name, html in built.items():
        assert plain(html) == plain(original[name]), name


def test_minified_they_differ_in_inline_scripts_and_styles_besides(pages: dict[str, Pages]) -> None:
    built, original = pages["built"], pages["original"]
    for name, html in built.items():
        assert _INLINE.sub(r"\1", plain(html)) == _INLINE.sub(r"\1", plain(original[name])), name
        assert len(html) <= len(pages["with digests"][name]), name


def test_the_pages_came_from_built_templates(site: Project, pages: dict[str, Pages]) -> None:
    paper = f"/static/{site.names()['library/paper.png']}"
    assert f".site {{ background: url({paper}) }}" in pages["with digests"]["index"]
    assert ".site { background: url(/static/library/paper.png) }" in pages["original"]["index"]
    for name in ("built", "with digests"):
        assert f"<img src='{paper}' srcset=\"{paper} 1x" in pages[name]["change"]


def test_pages_are_what_they_are_taken_for(pages: dict[str, Pages]) -> None:
    built = pages["built"]
    for name, sign in {
        "change": "admin-autocomplete", "history": "change-history", "delete": "delete-confirmation", "login": "id_username",
        "logged out": "logged-out", "list": "changelist-filter", "autocomplete": '"results"', "not found": "not-found",
        "index, right to left": 'dir="rtl"', "list, year": "change-list", "add, mistakes": "errorlist",
        "tag, made in a popup": "popup_response",
        "list, delete several": "delete-selected-confirmation", "reader, change": "readonly",
    }.items():  # fmt: skip
        assert sign in built[name] or sign.replace("-", " ") in built[name].lower(), name


@pytest.mark.nginx
def test_everything_that_pages_ask_for_is_served(site: Project, pages: dict[str, Pages]) -> None:
    require_nginx()
    site.manage("assetforge", "build")
    urls = {url for html in pages["built"].values() for url in asked(html)}
    assert len(urls) > 45
    hashed = {f"/static/{name}" for name in site.names().values()}
    assert urls <= hashed
    with serve(site.folder / "build") as origin, closing(crawl.Client(origin)) as client:
        waiting, seen = sorted(urls), set[str]()
        while waiting:
            url = waiting.pop()
            if url not in seen:
                seen.add(url)
                answer = client.ask(url)
                assert answer.status == 200, url
                assert "immutable" in answer.headers["cache-control"], url
                waiting += named(url, answer)
    assert {url.rpartition(".")[2] for url in seen} >= {"css", "js", "svg", "png"}
    assert any("/late." in url for url in seen)


def asked(html: str) -> Iterator[str]:
    """Every asset of a page: in attributes, in inline styles and scripts, in the texts of JSON answers. Folders are no assets."""
    for found in _STATIC.findall(unescape(html)):
        if not found.endswith("/"):
            yield unquote(found)


def named(url: str, answer: crawl.Answer) -> Iterator[str]:
    """What a stylesheet or a script asks for."""
    pattern = {"css": _CSS_URL, "js": _JS_URL}.get(url.rpartition(".")[2])
    for found in pattern.finditer(answer.body.decode()) if pattern else ():
        target = next(part for part in found.groups() if part)
        if ":" not in target and "#" not in target[:1]:
            yield urljoin(url, target.partition("#")[0].partition("?")[0])
