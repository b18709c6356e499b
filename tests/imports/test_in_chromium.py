"""Random trees of imports, and chains of packages, in a browser: every element looks as it did before any sheet was put into
another."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import Browser, browser
from plain import serve_plain

from assetforge.build import build
from assetforge.config import Config, Root, Scripts, Stylesheets
from assetforge.emit import emit
from assetforge.progress import Silent

pytestmark = pytest.mark.browser

CASES = 30
FOLDERS = ("", "a/", "a/b/", "c/")
ELEMENTS = "<p id=e1 class=x>1<b id=e2>2</b></p><div id=e3 class='x y'><i id=e4 class=y>4</i></div>"
SELECTORS = ("p", "#e2", ".x", ".y", "div > i", ":root", "body *", ".x::before", "p, .y", "a:unknown(", "#e1 #e2")
LAYERS = ("", " layer", " layer(m)", " layer(n)", " layer(m.n)", ' layer("no")', " layer(initial)")
SUPPORTS = ("", "", " supports(display: grid)", " supports(not (display: grid))", " supports((color: red) and (width: 1px))",
            " supports(selector(a > b))", " supports(garbage)")  # fmt: skip
MEDIA = ("", "", "", " screen", " print", " (min-width: 600px)", " not all", " screen, print", " (width >= 600px) and (color)",
         " tv")  # fmt: skip
STARTS = ("", "", "", '@charset "utf-8";', "\ufeff", "<!--", "@layer n, m;", "/* @import 'x.css'; */", ";", "@unknown x;")
ENDS = ("", "", "", "\n", "b { color: tan", "@media screen { i { width: 7px", "junk", "/* open", "};", "-->", "@layer z",
        ".q{content:'")  # fmt: skip
COLOURS = ("red", "green", "blue", "teal", "tan", "navy", "pink", "gold")
# What an element of a frame looks like, hashes in names and the server left out.
LOOK = """(() => {
  const plain = (value) => value.replace(/http:\\/\\/[^/]*/g, "").replace(/\\.[0-9a-f]{12}(?=\\.)/g, "");
  return [...document.querySelectorAll("iframe")].map((frame) =>
    [...frame.contentDocument.querySelectorAll("html, body, body *")].map((element) => ["", "::before"].map((pseudo) => {
      const style = frame.contentWindow.getComputedStyle(element, pseudo);
      return [element.id, pseudo, style.color, style.width, style.zIndex, style.animationName, style.animationDuration,
              style.content, style.getPropertyValue("--v"), style.fontFamily, plain(style.backgroundImage)].join(" ");
    })));
})()"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


def looks(chromium: Browser, folder: Path, address: str = "/index.html") -> list[Any]:
    """How all frames of a site look, on a screen and printed."""
    with serve_plain(folder) as url:
        tab = chromium.tab()
        tab.size(1200, 800)
        tab.open(url + address)
        found = []
        for medium in ("screen", "print"):
            tab.call("Emulation.setEmulatedMedia", media=medium)
            found += tab.evaluate(LOOK)
    return found


def built(folder: Path, output: Path, minify: frozenset[Any], imports: Any = "flatten") -> dict[str, int]:
    """Build a site; gives how many imports of all its sheets had which outcome."""
    config = Config(
        roots=(Root(folder=folder),),
        output=output,
        minify=minify,
        compress=(),
        jobs=1,
        stylesheets=Stylesheets(delivery="blocking", imports=imports),
        scripts=Scripts(policy="off"),
    )
    made = build(config)
    emit(made, config, cache=None, progress=Silent())
    counts: dict[str, int] = {}
    for fact in made.facts:
        for outcome, count in fact.outcomes.items():
            counts[outcome] = counts.get(outcome, 0) + count
    return counts


def rule(dice: random.Random, depth: int = 0) -> str:
    if depth < 2 and dice.random() < 0.2:
        heads = ("@layer m", "@layer n", "@layer", "@media screen", "@media (min-width: 600px)", "@supports (color: red)")
        head = dice.choice(heads)
        return f"{head} {{ {rule(dice, depth + 1)} {rule(dice, depth + 1)} }}"
    if dice.random() < 0.1:
        return f"@keyframes k {{ to {{ color: {dice.choice(COLOURS)} }} }}"
    important = dice.choice(("", "", "", " !important"))
    said = dice.choice((
        f"color: {dice.choice(COLOURS)}{important}",
        f"width: {dice.randrange(100)}px{important}",
        f"z-index: {dice.randrange(100)}; animation: k {dice.randrange(2, 9)}s linear -1s paused",
        f"--v: {dice.randrange(100)}; content: 'é{dice.randrange(9)}'",
        f"background: url(IMG/{dice.choice('mn')}.png){important}",
    ))  # fmt: skip
    return f"{dice.choice(SELECTORS)} {{ {said} }}"


def sheet(dice: random.Random, folder: str, names: list[str], own: int) -> str:
    """A stylesheet that mostly imports later ones."""
    up = "../" * folder.count("/")
    lines = [dice.choice(STARTS) if dice.random() < 0.3 else ""]
    candidates = names[own + 1 :] if dice.random() < 0.95 else names
    for _ in range(dice.choice((0, 1, 1, 2, 3)) if candidates else 0):
        address = up + dice.choice(candidates)
        written = dice.choice((f'"{address}"', f"url({address})", f"url('{address}')"))
        if dice.random() < 0.03:
            written = '"missing.css"'
        hard = dice.random() < 0.1
        layer = dice.choice(LAYERS) if hard else dice.choice(LAYERS[:5])
        lines.append(f"@import {written}{layer}{dice.choice(SUPPORTS)}{dice.choice(MEDIA)};")
        if dice.random() < 0.05:
            lines.append(rule(dice))
    if dice.random() < 0.2:
        lines.append("@layer n, z;")
    lines += [rule(dice) for _ in range(dice.randrange(5))]
    text = "\n".join(lines).replace("IMG/", up + "img/")
    return text + (dice.choice(ENDS) if dice.random() < 0.3 else "")


def write_case(folder: Path, dice: random.Random) -> None:
    names = ["main.css", *(f"{dice.choice(FOLDERS)}s{number}.css" for number in range(dice.randrange(1, 7)))]
    for number, name in enumerate(names):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        text = sheet(dice, name.rpartition("/")[0] + "/" if "/" in name else "", names, number)
        file.write_text(text.replace("é", "e") if dice.random() < 0.5 else text, "utf-8")
    (folder / "img").mkdir()
    for name in "mn":
        (folder / f"img/{name}.png").write_bytes(name.encode())
    own = dice.choice(("", "<style>.x { color: olive }</style>", "<style>@layer n { #e1 { width: 3px } }</style>"))
    (folder / "index.html").write_text(f"<!DOCTYPE html><meta charset=utf-8><link rel=stylesheet href=main.css>{own}{ELEMENTS}")


@pytest.mark.parametrize(("seed", "minify"), [(1, frozenset()), (2, frozenset({"css"}))], ids=["as written", "minified"])
def test_random_trees_look_as_they_did(chromium: Browser, tmp_path: Path, seed: int, minify: frozenset[Any]) -> None:
    dice = random.Random(seed)
    site = tmp_path / "site"
    for number in range(CASES):
        (site / f"case{number}").mkdir(parents=True)
        write_case(site / f"case{number}", dice)
    frames = (f"<iframe src=case{number}/index.html width={width}></iframe>" for number in range(CASES) for width in (300, 900))
    (site / "index.html").write_text("<!DOCTYPE html>" + "".join(frames))
    counts = built(site, tmp_path / "out", minify)
    assert counts["inlined"] > CASES / 2
    before, after = looks(chromium, site), looks(chromium, tmp_path / "out" / "site")
    assert len(before) == 4 * CASES
    for number, (one, other) in enumerate(zip(before, after, strict=True)):
        case = site / f"case{number % (2 * CASES) // 2}"
        said = {file.name: file.read_text("utf-8") for file in sorted(case.rglob("*.css"))}
        assert one == other, json.dumps(said, indent=1)
