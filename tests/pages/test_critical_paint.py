"""Chromium's word: with the critical CSS alone, every element of a page has the styles that it has in the end."""

import http.client
import json
import random
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
from assetforge.formats.html.tree import tree
from assetforge.pages.match.shapes import shapes
from assetforge.pages.plan import Critical
from assetforge.pages.style.cascade import cascade
from assetforge.pages.style.critical import critical
from assetforge.pages.style.selecting import index_of, matched
from assetforge.pages.style.sheet import Sheet, sheet
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


# -- random cascades -----------------------------------------------------------------------------------------------------------

SIMPLE = ["p", "b", "i", "li", "ul", "div", "h2", ".a", ".on", ".card", "#i", "q", "*", ":root", "body", ".zz", "#zz", "span"]
PSEUDO = [
    ":hover", ":first-child", ":last-child", ":nth-child(2)", ":not(.on)", ":not(.a,.zz)", ":is(.a,.zz)", ":where(p)", ":has(b)",
    ":has(> h2)", ":empty", "::before", "::after", ":nth-child(odd of li)", "[class~=a]", ":only-child", "::-moz-x", ":unknown",
]  # fmt: skip
PROPERTIES = ["color", "background-color", "margin-left", "padding-top", "letter-spacing", "outline-color"]
COLOURS = ["red", "lime", "blue", "var(--c)", "var(--d,gold)", "inherit"]
LENGTHS = ["1px", "2px", "5px", "var(--n)", "calc(var(--n)*2)", "initial"]
GROUPS = [
    "@media (min-width:1px)", "@media print", "@media (max-width:1px)", "@supports (display:grid)", "@layer a", "@layer b",
    "@layer a.c", "@container style(--c:red)", "@scope (.card) to (h2)", "@starting-style",
]  # fmt: skip
OTHERS = [
    "@layer b,a;", "@keyframes k{from{color:red}to{color:var(--d)}}", "@foo;", "} ", "; ", "--x:{}",
    '@property --n{syntax:"<length>";inherits:true;initial-value:9px}',
]  # fmt: skip


def declaration(chance: random.Random) -> str:
    if chance.random() < 0.2:
        return f"--{chance.choice('cdn')}:{chance.choice(['red', 'lime', '3px', 'var(--n)', 'var(--c)'])}"
    if chance.random() < 0.1:
        return chance.choice(["content:'x'", "display:grid", "animation:k 1s paused"])
    name = chance.choice(PROPERTIES)
    return f"{name}:{chance.choice(COLOURS if 'color' in name else LENGTHS)}" + chance.choice([""] * 6 + ["!important"])


def selector(chance: random.Random, nested: bool) -> str:
    found = "&" if nested and chance.random() < 0.5 else ""
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        found += (chance.choice([" ", ">", "+", "~"]) if found else "") + chance.choice(SIMPLE) + chance.choice([""] * 12 + PSEUDO)
    return found


def rule(chance: random.Random, depth: int = 0, nested: bool = False) -> str:
    kind = chance.random()
    if depth < 3 and kind < 0.25:
        group = chance.choice([one for one in GROUPS if not (nested and one.startswith("@layer"))])
        inside = "".join(rule(chance, depth + 1, nested) for _ in range(2))
        return f"{group}{{{inside}{'color:red;' if nested else ''}}}"
    if kind < 0.3 and not nested:
        return chance.choice(OTHERS)
    selectors = ",".join(selector(chance, nested) for _ in range(chance.choice([1, 1, 2, 3])))
    body = ";".join(declaration(chance) for _ in range(2))
    if depth < 3 and chance.random() < 0.2:
        body += ";" + rule(chance, depth + 1, True) + declaration(chance)
    return f"{selectors}{{{body}}}"


APPLY = """((styles) => {
  document.querySelectorAll('style').forEach((one) => one.remove());
  for (const text of styles) document.head.append(Object.assign(document.createElement('style'), {textContent: text}));
  return [...document.querySelectorAll('html, body, body *')].flatMap((one) => [null, '::before', '::after'].map((pseudo) => {
    const all = getComputedStyle(one, pseudo);
    return NAMES.map((name) => all.getPropertyValue(name)).join();
  }));
})""".replace("NAMES", json.dumps([*PROPERTIES, "content", "display", "animation-name"]))


def test_random_cascades_look_the_same_with_their_critical_part_before_and_after(chromium: Browser) -> None:
    page = f"<!doctype html><html><head></head><body>{BODY}</body></html>"
    shape = shapes(tree(page))
    chance = random.Random(1)
    tab = chromium.tab()
    tab.evaluate(f"document.documentElement.innerHTML = {json.dumps(page[21:-7])}; document.compatMode")
    smaller = 0
    for _ in range(100):
        texts = ["".join(rule(chance) for _ in range(chance.choice([3, 8, 15]))) for _ in range(2)]
        sheets = [sheet(f"{at}.css", text, text, lambda reference: None) for at, text in enumerate(texts)]
        found = critical(
            cascade([(one, "") for one in sheets], dict[str, Sheet]().get), lambda one: matched(one, index_of(one), shape)
        )
        assert isinstance(found, Critical)
        first = "".join(map(str, found.pieces))
        whole, alone, both = (tab.evaluate(f"{APPLY}({json.dumps(styles)})") for styles in (texts, [first], [first, *texts]))
        assert alone == whole, (texts, first)
        assert both == whole, (texts, first)
        smaller += len(first) < sum(map(len, texts)) / 2
    assert smaller > 25
