"""Exact answers against `querySelectorAll` in a real browser: real stylesheets and random selectors on real and random pages."""

import json
from collections.abc import Iterator
from random import Random

import pytest
from chromium import Tab, browser
from corpus import CASES, bring
from random_pages import listed, page

from assetforge.formats.css.rules import Rule, outline
from assetforge.formats.css.selectors import parse
from assetforge.formats.html.tree import tree
from assetforge.pages.match.element_sets import Elements, Set
from assetforge.pages.match.evaluation import Evaluation
from assetforge.pages.match.shapes import NO_CHANGES, Shape, shape

pytestmark = pytest.mark.browser

# A parser made by a script has no scripting, so what is in a noscript is elements. Answers: the names of all elements, and for each
# selector the numbers of those it finds, null where the browser knows no such selector.
_ASK = """((html, selectors) => {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const all = [...page.querySelectorAll('*')], number = new Map(all.map((one, at) => [one, at]));
  const ask = (one) => { try { return [...page.querySelectorAll(one)].map((found) => number.get(found)); } catch { return null; } };
  return JSON.stringify([all.map((one) => one.localName), selectors.map(ask)]);
})"""
# `s` in an attribute selector: Chromium does not know it.
_UNKNOWN_TO_CHROMIUM = ('" s]',)


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with browser() as running:
        tab = running.tab()
        tab.open("about:blank")
        yield tab


def check(tab: Tab, text: str, selectors: list[str]) -> int:
    """Compares all answers; the number of selectors that found something."""
    names, answers = json.loads(tab.evaluate(f"{_ASK}({json.dumps(text)}, {json.dumps(selectors)})"))
    where = _shape(text)
    assert names == [one.name for one in where.nodes]
    elements = Elements(where)
    exact, before = Evaluation(elements, None), Evaluation(elements, NO_CHANGES)
    read = [parse(one) for one in selectors]
    for written, selector, answer in zip(selectors, read, answers, strict=True):
        if answer is None:
            continue
        expected: Set = elements.set(answer)
        assert exact.selectors(selector, True) == expected, written
        assert not expected & ~before.selectors(selector, True), f"{written} may match more"
        assert not before.selectors(selector, False) & ~expected, f"{written} must match less"
    return sum(bool(answer) for answer in answers)


def _shape(text: str) -> Shape:
    found = tree(text)
    return shape(found.unscripted or found.elements, quirks=found.quirks)


@pytest.mark.parametrize("seed", range(40))
def test_random_selectors_on_random_pages(tab: Tab, seed: int) -> None:
    random = Random(seed)
    selectors = [listed(random) for _ in range(300)]
    selectors = [one for one in selectors if not any(part in one for part in _UNKNOWN_TO_CHROMIUM)]
    assert check(tab, page(random, random.choice((5, 15, 40))), selectors) > 5


@pytest.mark.network
@pytest.mark.parametrize("case", [name for name in CASES if name[0] in "sd"])
def test_selectors_of_real_stylesheets_on_real_pages(tab: Tab, case: str) -> None:
    root = bring(case)
    pages = [file.read_text("utf-8", "replace") for file in sorted(root.rglob("*.html"))[:200:20]]
    sheets = [file.read_text("utf-8", "replace") for file in sorted(root.rglob("*.css"))[:20]]
    selectors = sorted({one for css in sheets for one in _selectors(css, outline(css))})[:5_000]
    for text in pages:
        if len(text) < 300_000:
            check(tab, text, selectors)


def _selectors(css: str, rules: tuple[Rule, ...]) -> Iterator[str]:
    for rule in rules:
        if not rule.keyword:
            yield css[rule.prelude.start : rule.prelude.end]
        elif rule.keyword in ("media", "supports", "layer", "container"):
            yield from _selectors(css, rule.rules)
