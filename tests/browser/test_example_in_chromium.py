"""The example site in a real browser: what a reader sees, what the page became and what it said are the same before and after."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from choices import AS_WRITTEN
from chromium import Tab, browser
from served import Pair, both
from server import require_nginx

from assetforge.names import quoted
from assetforge.settings import configure

EXAMPLE = Path(__file__).resolve().parents[2] / "example_static"
PAGES = ["/", "/sky.html", "/about.html", "/gallery/", "/notes/2026/first-light.html", "/404.html"]
SIZES = [(390, 844), (820, 1180), (1440, 900)]
# Something to do on a page, and how it is seen to be done.
DEEDS = {
    "/": ("document.querySelectorAll('.faq button')[1].click()", "!document.querySelectorAll('.faq p')[1].hidden"),
    "/sky.html": (
        "document.querySelector('[data-lines]').click()",
        "performance.getEntriesByName(new URL(FIGURES, location).href).length",
    ),
    "/about.html": ("document.querySelector('[data-theme-switch]').click()", "document.documentElement.dataset.theme"),
    "/gallery/": ("document.querySelector('[data-zoom]').click()", "document.querySelector('.zoom img').complete"),
}

pytestmark = [pytest.mark.browser, pytest.mark.nginx]


_INLINE = re.compile(r"(<(script|style)\b[^>]*>).*?(?=</\2>)", re.DOTALL)
LOOKS = 3  # on a busy machine a picture is sometimes taken in the middle of a paint: only what differs every time counts


class Seen(NamedTuple):
    dom: str
    console: list[str]
    failures: list[str]
    requests: list[str]
    picture: bytes


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    require_nginx()
    # here it is about names: what else a page may become is judged in test_pages_in_chromium
    config = replace(configure(EXAMPLE, output=tmp_path_factory.mktemp("browser") / "out", cache=False), **AS_WRITTEN)
    with both(config) as pair:
        yield pair


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with browser() as running:
        yield running.tab()


@pytest.fixture(scope="module")
def unnamed(pair: Pair) -> Callable[[str], str]:
    """Puts the names of the original into what the built site said."""
    names = {
        quoted(one.output_path.rpartition("/")[2]): quoted(one.path.rpartition("/")[2])
        for one in pair.built.outputs
        if one.naming == "hashed"
    }
    pattern = re.compile("|".join(map(re.escape, names)))
    return lambda text: re.sub(r"http://127\.0\.0\.1:\d+", "http://site", pattern.sub(lambda match: names[match[0]], text))


def look(tab: Tab, url: str, unnamed: Callable[[str], str]) -> Seen:
    visit = tab.open(url)
    if url.endswith("/sky.html"):
        tab.until("!document.getElementById('chart-words').textContent.includes('Working')")
    return seen(tab, unnamed, visit.requests)


def seen(tab: Tab, unnamed: Callable[[str], str], requests: list[str]) -> Seen:
    tab.settle()
    dom = _INLINE.sub(r"\1", unnamed(tab.evaluate("document.documentElement.outerHTML")))  # their text is minified
    visit = tab.visit
    # Only what a page cannot do without: whether the preload scanner asks for a picture that is then not shown, or a font is asked
    # for before the document is read off, is a race in the browser.
    asked = sorted({url for one in requests if (url := unnamed(one)).partition("?")[0].endswith((".css", ".js"))})
    return Seen(dom, [unnamed(one) for one in visit.console], [unnamed(one) for one in visit.failures], asked, tab.picture())


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_reader_sees_no_difference(
    page: str, size: tuple[int, int], pair: Pair, tab: Tab, unnamed: Callable[[str], str], tmp_path: Path
) -> None:
    tab.size(*size)
    tab.colours("dark" if size[0] == 820 else "light")
    for _ in range(LOOKS):
        before, after = look(tab, pair.before.origin + page, unnamed), look(tab, pair.after.origin + page, unnamed)
        if after == before:
            break
    assert after.console == before.console == []
    assert after.failures == before.failures == []
    assert after.dom == before.dom
    assert after.requests == before.requests
    (tmp_path / "before.png").write_bytes(before.picture)
    (tmp_path / "after.png").write_bytes(after.picture)
    same = after.picture == before.picture  # pytest would explain how two pictures differ, byte by byte, for minutes
    assert same, f"compare the pictures in {tmp_path}"


@pytest.mark.parametrize("page", DEEDS)
def test_scripts_do_the_same(page: str, pair: Pair, tab: Tab, unnamed: Callable[[str], str]) -> None:
    tab.size(1440, 900)
    tab.colours("light")
    deed, done = DEEDS[page]
    for _ in range(LOOKS):
        before, after = _deeds(page, deed, done, pair, tab, unnamed)
        if after == before:
            break
    assert after.console == before.console == []
    assert after.dom == before.dom
    same = after.picture == before.picture
    assert same


def _deeds(page: str, deed: str, done: str, pair: Pair, tab: Tab, unnamed: Callable[[str], str]) -> list[Seen]:
    found = []
    for client in (pair.before, pair.after):
        tab.open(client.origin + page)
        tab.evaluate("localStorage.clear()")
        tab.evaluate(deed)
        figures = next(one.url for one in pair.built.outputs if one.path == "js/sky/figures.js" and one.naming == "hashed")
        tab.until(done.replace("FIGURES", repr("/js/sky/figures.js" if client is pair.before else figures)))
        found.append(seen(tab, unnamed, tab.visit.requests))
        tab.evaluate("localStorage.clear()")
    return found


def test_a_page_asks_for_immutable_names_only(pair: Pair, tab: Tab) -> None:
    """But for itself, what browsers ask for by name, and what is looked for by name."""
    known = {one.url: one.naming for one in pair.built.outputs}
    kept = {"/favicon.ico", "/site.webmanifest", "/images/hill-at-dusk-640.webp", "/js/widget.js", "/icons/icon-192.png"}
    tab.size(1440, 900)
    for page in PAGES[:-1]:
        for url in tab.open(pair.after.origin + page).requests:
            path = url.removeprefix(pair.after.origin)
            assert path in (page, *kept) or known[path.partition("?")[0]] == "hashed" or url.startswith("data:"), url
