"""Chromium's word: with the critical CSS alone, every element of a page has the styles that it has in the end."""

import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from chromium import Browser, Tab, browser
from plain import serve_plain

from assetforge.build import build
from assetforge.config import Config, Root
from assetforge.emit import emit
from assetforge.progress import Silent

# Each page has elements with ids; what is compared are all computed styles of every element, and of their pseudo-elements.
STYLES = """JSON.stringify([...document.querySelectorAll('body, body :not(script, style, link)')].map(
    (one) => [null, '::before', '::after'].map((pseudo) => {
      const all = getComputedStyle(one, pseudo);
      return [...all].filter((name) => !name.startsWith('--')).map((name) => name + all.getPropertyValue(name)).join(';') })))"""

BODY = "<p class=a id=i>text <b>bold</b></p><ul><li>1<li class=on>2</ul><div class=card><h2>t</h2><i>x</i></div><q hidden>q</q>"
CASES = {
    "cascade": (
        '<link rel=stylesheet href="a.css"><style>p{color:lime}</style><link rel=stylesheet href="sub/b.css">',
        {
            "a.css": "p{color:red!important;margin:3px}b{color:#123456}.a b{color:#654321}",
            "sub/b.css": "p{margin:7px}b{color:#111}",
        },
    ),
    "layers": (
        '<link rel=stylesheet href="a.css"><link rel=stylesheet href="sub/b.css">',
        {
            "a.css": "@layer base,theme;@layer theme{p{color:red}b{color:red!important}}"
            "@layer base{p{color:blue}b{color:blue!important}}",
            "sub/b.css": "@layer late{p{color:lime}}@layer base{li{color:red}}@layer theme{li{color:green}}i{color:red}"
            "@layer late{i{color:blue}}",
        },
    ),
    "media": (
        '<link rel=stylesheet href="a.css"><link rel=stylesheet href="p.css" media=print>'
        '<link rel=stylesheet href="d.css" disabled><link rel=stylesheet href="m.css" media="(max-width: 500px)">',
        {
            "a.css": "@media (min-width:501px){p{color:red}}@media (max-width:500px){p{color:blue}}@media print{p{display:none}}",
            "p.css": "p{display:none}",
            "d.css": "b{display:none}",
            "m.css": "b{font-size:40px}",
        },
    ),
    "nested": (
        '<link rel=stylesheet href="a.css">',
        {
            "a.css": ".card{color:red;& h2{color:lime}> i{color:blue;&:hover{color:red}}@media (width>1px){margin:9px;"
            "h2{margin:2px}}&.off{display:none}padding:4px}.a,#z{b{color:red}}.a b{color:blue}"
            "@scope (.card) to (h2){i{font-size:30px}}",
        },
    ),
    "imports": (
        "<link rel=stylesheet href='a.css'><style>@import 'sub/i.css' layer(x) (min-width:1px);p{margin:1px}</style>",
        {
            "a.css": "@import 'sub/i.css';@import url(sub/j.css) supports(display:grid) screen;p{color:red}",
            "sub/i.css": "@import 'j.css';p{color:blue;font-size:20px}b{color:lime}",
            "sub/j.css": "@import 'i.css';b{color:red;text-decoration:underline}",
        },
    ),
    "needs": (
        '<link rel=stylesheet href="a.css">',
        {
            "a.css": ":root{--c:red;--d:var(--e);--e:7px;--f:9}p{color:var(--c);margin:var(--d)}p::before{content:'</style>{#'}"
            "@container style(--f:9){b{color:lime}}@property --p{syntax:'<length>';inherits:false;initial-value:3px}"
            "li{margin:var(--p)}@counter-style k{system:cyclic;symbols:x;suffix:' '}ul{list-style:k}"
            "@supports (display:grid){.card{display:grid}}"
            "q[hidden]{display:none}li:nth-child(2 of .on){color:red}div:has(> h2){padding:5px}li:not(.on){color:blue}",
        },
    ),
}  # fmt: skip
SIZES = ((360, 800), (1350, 940))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


def styles(tab: Tab, url: str, size: tuple[int, int]) -> list[Any]:
    tab.size(*size)
    tab.open(url)
    found: list[Any] = json.loads(tab.evaluate(STYLES))
    return found


@pytest.mark.parametrize("name", CASES)
def test_the_first_paint_is_the_last_one(name: str, chromium: Browser, tmp_path: Path) -> None:
    head, files = CASES[name]
    site, output = tmp_path / "site", tmp_path / "output"
    for path, text in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text)
    page = f"<!doctype html><html><head><meta charset=utf-8><title>t</title>{head}</head><body>{BODY}</body></html>"
    (site / "index.html").write_text(page)
    config = Config(roots=(Root(folder=site),), output=output, compress=())
    emit(build(config), config, cache=None, progress=Silent())
    built = (output / "site/index.html").read_text()
    in_head, _, in_body = built.partition("</head>")
    assert in_head.count("<style>") == 1
    assert "rel=stylesheet" not in in_head
    assert in_body.count("rel=stylesheet") == head.count("rel=stylesheet")
    with serve_plain(site) as before, serve_plain(output / "site") as after:
        assert served(after) == built
        for size in SIZES if name == "media" else SIZES[:1]:
            tab = chromium.tab()
            wanted = styles(tab, before + "/index.html", size)
            assert styles(tab, after + "/index.html", size) == wanted, "in the end"
            tab.call("Network.setBlockedURLs", urls=["*.css"])
            assert styles(tab, after + "/index.html", size) == wanted, "with the critical CSS alone"
            tab.call("Network.setBlockedURLs", urls=[])


def served(origin: str) -> str:
    with closing(http.client.HTTPConnection(origin.removeprefix("http://"))) as connection:
        connection.request("GET", "/index.html")
        return connection.getresponse().read().decode()
