"""The admin with its stylesheets at the end of the body: what pages say is as it was, in the end and at the first paint.

Its theme script sets an attribute before the first paint and so stays, and the first paint waits for it: all pages are left alone.
Where somebody says that it may be deferred, pages whose stylesheets are all known get critical CSS, and those that forms or lists
bring more stylesheets into stay as they are."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import Browser, Tab, browser
from django_project import Project, loading
from library_site import APPS, PAGES, PREPARE, SETTINGS, fill
from plain import serve_plain
from written_templates import in_order, parts

_PLAIN = ("django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader")
_RECORDING = 'MIDDLEWARE.append("assetforge.django.recorder.RecorderMiddleware")\nASSETFORGE_RECORD = True\n'
_DEFERRED = 'ASSETFORGE = {"scripts": {"defer": ["**/theme.js"]}}\n'
_LATE = ("index", "index, right to left", "app", "password", "password changed", "history")
_DIGEST = re.compile(r"\.[0-9a-f]{12}(?=\.\w+)")
_LOADED = re.compile(r"<(script|style)\b[^>]*>.*?</\1>|<link\b[^>]*>", re.DOTALL)
STYLES = """JSON.stringify([...document.querySelectorAll('body, body :not(script, style, link)')].map(
    (one) => [null, '::before', '::after'].map((pseudo) => {
      const all = getComputedStyle(one, pseudo);
      return [...all].filter((name) => !name.startsWith('--')).map((name) => name + all.getPropertyValue(name)).join(';') })))"""
SIZES = ((360, 800), (768, 1024), (1350, 940))


@pytest.fixture(scope="module")
def site(make_project: Callable[[], Project]) -> Project:
    project = fill(make_project(), loading())
    project.python(PREPARE)
    return project


@pytest.fixture(scope="module")
def pages(site: Project) -> dict[str, dict[str, str]]:
    """Every page from templates as they came, recorded on the way, and from built ones."""
    asked = {}
    for name, more in {
        "original": loading(_PLAIN) + _RECORDING, "built": loading(), "deferred": loading() + _DEFERRED,
    }.items():  # fmt: skip
        site.settings(SETTINGS + more, apps=APPS).collect()
        asked[name] = site.python(PAGES)
    return asked


def plain(html: str) -> str:
    return " ".join(_LOADED.sub("", _DIGEST.sub("", html)).split())


def styles(html: str) -> list[str]:
    return [one.replace(" ", "") for one in in_order(html) if not one.startswith("<style>")]


@pytest.mark.parametrize("how", ["built", "deferred"])
def test_pages_say_what_they_said(pages: dict[str, dict[str, str]], how: str) -> None:
    assert len(pages[how]) > 40
    for name, html in pages[how].items():
        assert plain(html) == plain(pages["original"][name]), name
        assert styles(html) == styles(pages["original"][name]), name


def test_pages_whose_stylesheets_are_known_get_critical_css(pages: dict[str, dict[str, str]]) -> None:
    late = {name for name, html in pages["deferred"].items() if "<style>" in html.partition("</head>")[0] and parts(html)[1]}
    assert late >= set(_LATE)
    assert not late & {"list", "change", "login", "user, add", "delete"}
    assert not [name for name, html in pages["built"].items() if parts(html)[1]]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.mark.parametrize("name", _LATE)
def test_the_first_paint_is_the_last_one(
    name: str, site: Project, pages: dict[str, dict[str, str]], chromium: Browser, tmp_path: Path
) -> None:
    (tmp_path / "static").symlink_to(site.collected)
    for how in ("original", "deferred"):
        (tmp_path / f"{how}.html").write_text(pages[how][name], "utf-8")
    with serve_plain(tmp_path) as origin:
        tab = chromium.tab()
        assert seen(tab, f"{origin}/deferred.html", scripts=True) == seen(tab, f"{origin}/original.html", scripts=True)
        tab.call("Emulation.setScriptExecutionDisabled", value=True)
        for size in SIZES:
            tab.size(*size)
            wanted = seen(tab, f"{origin}/original.html"), picture(tab)
            tab.call("Network.setBlockedURLs", urls=["*.css"])
            assert seen(tab, f"{origin}/deferred.html") == wanted[0], size
            assert picture(tab) == wanted[1], size
            tab.call("Network.setBlockedURLs", urls=[])


def seen(tab: Tab, url: str, *, scripts: bool = False) -> Any:
    """The computed styles of every element."""
    tab.open(url, settled=scripts)
    return json.loads(tab.evaluate(STYLES))


def picture(tab: Tab) -> str:
    """The first viewport, without a caret that blinks."""
    tab.evaluate("document.activeElement && document.activeElement.blur()")
    return str(tab.call("Page.captureScreenshot", format="png")["data"])
