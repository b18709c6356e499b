"""Whole pages in Chromium: with their CSS inlined, their stylesheets late and their scripts out of the way they show and do what
they did as written; and before any stylesheet is there, the first screen looks as it will.

A judge that cannot fail proves nothing: builds that somebody spoiled are caught by the same eyes.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from chromium import Tab, browser
from corpus import bring, brought
from plain import serve_plain

from assetforge.build import build
from assetforge.config import Config, Root
from assetforge.emit import emit
from assetforge.output import Build
from assetforge.progress import Silent

pytestmark = pytest.mark.browser

SIZES = ((360, 800), (1350, 940))
LOOKS = 3  # on a busy machine a picture is sometimes taken in the middle of a paint: only what differs every time counts
# Every element with a number for its computed styles, which are a lot to send; scripts, stylesheets and what stands for them are at
# other places.
SEEN = """(() => {
  const number = (text) => {
    let sum = 0;
    for (let at = 0; at < text.length; at++) sum = (Math.imul(sum, 31) + text.charCodeAt(at)) | 0;
    return sum;
  };
  const names = [...getComputedStyle(document.documentElement)].filter((name) => !name.startsWith('--'));
  const styles = (one, pseudo) => {
    const all = getComputedStyle(one, pseudo);
    if (pseudo && all.content === 'none') return 0;
    return number(names.map((name) => all.getPropertyValue(name).replace(/url\\([^)]*\\)/g, 'url')).join(';'));
  };
  return JSON.stringify([...document.querySelectorAll('*:not(head, head *, script, style, link)')].map((one) => [
    one.localName,
    [...one.attributes].filter(({name}) => !['src', 'srcset', 'href'].includes(name)).map(({name, value}) => name + '=' + value),
    [...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join(''),
    [null, '::before', '::after'].map((pseudo) => styles(one, pseudo)),
  ]));
})()"""

FILES = {
    "css/site.css": "@import 'base.css';"
    ".card{border:3px solid teal;padding:12px;border-radius:6px}.card>h2{color:teal}.card p{max-width:30ch}"
    ".unused{float:left}@media (max-width:500px){.card{padding:2px;background:#ffe}}"
    "nav a{display:inline-block;padding:4px 9px}nav a::after{content:' >'}nav a:last-child::after{content:''}",
    "css/base.css": "@layer reset,page;@layer reset{*{margin:0;box-sizing:border-box}}"
    "@layer page{body{font:16px/1.5 monospace;background:var(--ground)}}:root{--ground:#eef;--ink:#123}p{color:var(--ink)}",
    "css/dark.css": "html.dark{--ground:#112;--ink:#eee}html.dark .card{background:#223}",
    "js/tool.js": "window.tool = {count: function (name) { return document.getElementsByTagName(name).length }}",
    "js/fill.js": "document.addEventListener('DOMContentLoaded', function () {"
    " document.getElementById('out').textContent = 'paragraphs: ' + tool.count('p'); console.log('filled') })",
    "js/measure.js": "var box = document.querySelector('.card');"
    "document.getElementById('out').textContent = 'padding ' + getComputedStyle(box).paddingTop; console.log('measured')",
    "js/write.js": "document.write('<p id=written>written</p>'); console.log('wrote')",
}
LINKS = '<link rel="stylesheet" href="css/site.css"><link rel="stylesheet" href="css/dark.css">'
BODY = (
    '<nav><a href="#a">one</a><a href="#b">two</a></nav><div class="card"><h2>Title</h2><p>Text of a card.</p></div>'
    '<p id="out">nothing yet</p>'
)


def _page(head: str, body: str) -> str:
    return f"<!doctype html>\n<html><head><meta charset=utf-8><title>t</title>\n{head}\n</head>\n<body>\n{body}\n</body></html>\n"


PAGES = {
    "scripts in the head": _page(
        LINKS + '<script src="js/tool.js"></script><script src="js/fill.js"></script>', BODY
    ),
    "a theme": _page("<script>document.documentElement.className = 'dark'</script>" + LINKS, BODY),
    "a script that measures": _page(LINKS, BODY + '<script src="js/measure.js"></script>'),
    "a script that measures in the middle": _page(LINKS, BODY + '<script src="js/measure.js"></script><p>more</p>'),
    "a script that writes": _page(LINKS, BODY + '<script src="js/write.js"></script><p>more</p>'),
    "an order of inline styles": _page(
        "<style>.card{color:red}</style>" + LINKS + "<style>.card{padding:1px}.card>h2{color:purple}</style>"
        '<link rel="stylesheet" media="print" href="css/base.css">',
        BODY,
    ),
}  # fmt: skip
# Pages that nothing keeps from being shown at once.
SOON = {"scripts in the head", "a theme", "a script that measures", "an order of inline styles"}


class Look(NamedTuple):
    """`elements`: with attributes, text and styles. `said`: to the console. `picture`: of the first screen."""

    elements: Any
    said: list[str]
    picture: bytes


class Sites(NamedTuple):
    """Two servers, and the folder of the built site."""

    before: str
    after: str
    output: Path
    built: Build


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with browser() as running:
        yield running.tab()


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    folder = tmp_path_factory.mktemp("own")
    pages = {f"{name.replace(' ', '-')}.html": text for name, text in PAGES.items()}
    yield from sites(written(folder / "site", {**FILES, **pages}), folder / "output")


def written(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def sites(folder: Path, output: Path) -> Iterator[Sites]:
    config = Config(roots=(Root(folder=folder),), output=output, compress=())
    built = build(config)
    emit(built, config, cache=None, progress=Silent())
    with serve_plain(folder) as before, serve_plain(output / "site") as after:
        yield Sites(before, after, output / "site", built)


def look(tab: Tab, url: str) -> Look:
    visit = tab.open(url)
    said = [one for one in visit.console if not one.startswith(("error Failed to load", "warning The resource"))]
    # an exception says where, and files have other names
    said = [re.sub(r"\(?https?://\S+", "", one) for one in said]
    return Look(json.loads(tab.evaluate(SEEN)), said, first_screen(tab))


def first_look(tab: Tab, url: str, *, styles: bool) -> bytes:
    """The first screen for a browser that runs no scripts, with or without the stylesheets that it has to ask for."""
    tab.call("Network.setBlockedURLs", urls=["*.js*", *([] if styles else ["*.css*"])])
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.open(url, settled=False)
        pictures = [first_screen(tab), first_screen(tab)]
        while pictures[-1] != pictures[-2] and len(pictures) < 8:
            pictures.append(first_screen(tab))
        return pictures[-1]
    finally:
        tab.call("Emulation.setScriptExecutionDisabled", value=False)
        tab.call("Network.setBlockedURLs", urls=[])


def first_screen(tab: Tab) -> bytes:
    picture: str = tab.call("Page.captureScreenshot", format="png")["data"]
    return picture.encode()


def differences(tab: Tab, before: str, after: str) -> set[str]:
    """What differs between two pages, whenever one looks."""
    found = set()
    for size in SIZES:
        tab.size(*size)
        found |= lasting(lambda: _in_the_end(look(tab, before), look(tab, after)))
    return found


def first_differences(tab: Tab, before: str, after: str) -> set[str]:
    """Does the first screen differ while the stylesheets are not there yet?"""
    found = set()
    for size in SIZES:
        tab.size(*size)
        found |= lasting(
            lambda: {"first screen"} if first_look(tab, before, styles=True) != first_look(tab, after, styles=False) else set()
        )
    return found


def lasting(compare: Callable[[], set[str]]) -> set[str]:
    found = compare()
    for _ in range(LOOKS - 1):
        if found:
            found &= compare()
    return found


def _in_the_end(before: Look, after: Look) -> set[str]:
    pairs = zip(Look._fields, before, after, strict=True)
    return {name for name, one, other in pairs if one != other}


# -- as built ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_and_does_the_same(name: str, own: Sites, tab: Tab) -> None:
    page = f"/{name.replace(' ', '-')}.html"
    assert differences(tab, own.before + page, own.after + page) == set()


@pytest.mark.parametrize("name", sorted(SOON))
def test_the_first_screen_needs_no_stylesheet(name: str, own: Sites, tab: Tab) -> None:
    page = f"/{name.replace(' ', '-')}.html"
    head = (own.output / page[1:]).read_text().partition("</head>")[0]
    assert "<style>" in head
    assert 'rel="stylesheet"' not in re.sub(r"<link[^>]*media=\"print\"[^>]*>", "", head)
    assert first_differences(tab, own.before + page, own.after + page) == set()


# -- spoiled -------------------------------------------------------------------------------------------------------------------


def spoiled(sites: Sites, page: str, spoil: Callable[[str], str], folder: Path) -> Path:
    """A copy of the built site in which one page is another."""
    copy = folder / "spoiled"
    shutil.copytree(sites.output, copy)
    text = (copy / page).read_text()
    (copy / page).write_text(spoil(text))
    assert (copy / page).read_text() != text
    return copy


def without_cards(text: str) -> str:
    head, end, body = text.partition("</head>")
    return re.sub(r"\.card\{border[^}]*\}", "", head, count=1) + end + body


def measured_early(text: str) -> str:
    """The script that measures comes before the late stylesheets, and what it measures is not inlined."""
    text = without_cards(text)
    script = re.search(r"<script[^>]*></script>", text)
    assert script is not None
    rest = text.replace(script[0], "")
    at = rest.index("<link", rest.index("</head>"))
    return rest[:at] + script[0] + rest[at:]


def other_way_round(text: str) -> str:
    """The late stylesheets in another order."""
    start = text.index("</head>")
    styles = re.compile(r"<link[^>]*stylesheet[^>]*>|<style>.*?</style>", re.DOTALL)
    late = [one[0] for one in styles.finditer(text, start)]
    backwards = iter(reversed(late))
    return text[:start] + styles.sub(lambda match: next(backwards), text[start:])


def test_a_rule_that_the_first_screen_lacks_is_seen(own: Sites, tab: Tab, tmp_path: Path) -> None:
    page = "scripts-in-the-head.html"
    with serve_plain(spoiled(own, page, without_cards, tmp_path)) as origin:
        assert first_differences(tab, f"{own.before}/{page}", f"{origin}/{page}") == {"first screen"}
        assert differences(tab, f"{own.before}/{page}", f"{origin}/{page}") == set()


def test_a_script_that_measures_too_early_is_seen(own: Sites, tab: Tab, tmp_path: Path) -> None:
    page = "a-script-that-measures.html"
    with serve_plain(spoiled(own, page, measured_early, tmp_path)) as origin:
        assert "elements" in differences(tab, f"{own.before}/{page}", f"{origin}/{page}")


def test_another_order_of_the_cascade_is_seen(own: Sites, tab: Tab, tmp_path: Path) -> None:
    page = "an-order-of-inline-styles.html"
    with serve_plain(spoiled(own, page, other_way_round, tmp_path)) as origin:
        assert {"elements", "picture"} <= differences(tab, f"{own.before}/{page}", f"{origin}/{page}")


def test_a_script_that_is_lost_is_seen(own: Sites, tab: Tab, tmp_path: Path) -> None:
    page = "scripts-in-the-head.html"

    def without_tool(text: str) -> str:
        return re.sub(r"<script[^>]*tool[^>]*></script>", "", text)

    with serve_plain(spoiled(own, page, without_tool, tmp_path)) as origin:
        assert {"elements", "said"} <= differences(tab, f"{own.before}/{page}", f"{origin}/{page}")


# -- real pages ----------------------------------------------------------------------------------------------------------------

THEME = ("startbootstrap-creative@7.0.7", "bootstrap@5.2.3", "bootstrap-icons@1.5.0")
_CDN = re.compile(r"https://cdn\.jsdelivr\.net/npm/(bootstrap(?:-icons)?)@[\d.]+/")
_ELSEWHERE = re.compile(r'<(?:link|script)\b[^>]*(?:src|href)="https?:[^>]*>(?:</script>)?')


@pytest.mark.network
def test_a_boilerplate(tmp_path: Path, tab: Tab) -> None:
    for pair in sites(bring("s-h5bp"), tmp_path / "output"):
        assert differences(tab, pair.before + "/index.html", pair.after + "/index.html") == set()
        assert first_differences(tab, pair.before + "/index.html", pair.after + "/index.html") == set()


@pytest.mark.network
def test_a_theme_with_what_it_has_from_elsewhere(tmp_path: Path, tab: Tab) -> None:
    packages = brought("theme", THEME)
    site = tmp_path / "site"
    shutil.copytree(packages / "startbootstrap-creative/dist", site)
    shutil.copytree(packages / "bootstrap/dist", site / "cdn/bootstrap/dist")
    shutil.copytree(packages / "bootstrap-icons/font", site / "cdn/bootstrap-icons/font")
    page = site / "index.html"
    page.write_text(_ELSEWHERE.sub("", _CDN.sub(r"cdn/\1/", page.read_text())))
    for pair in sites(site, tmp_path / "output"):
        assert "<style>" in (pair.output / "index.html").read_text().partition("</head>")[0]
        assert differences(tab, pair.before + "/index.html", pair.after + "/index.html") == set()
        assert first_differences(tab, pair.before + "/index.html", pair.after + "/index.html") == set()
