"""Exact answers against another engine that is at hand in every test run: lexbor.

It is asked for what it knows. Left out, since it answers otherwise than Chromium does (whom `test_matching_in_chromium` asks
for all):
states of forms and links, languages, namespaces, case rules of attribute values, pages in quirks mode, lists in `:nth-child()`, and
the position of the root element, which it does not count as a first child.
"""

import re
from random import Random

import pytest
from random_pages import listed, page
from selectolax.lexbor import LexborHTMLParser

from assetforge.formats.css.selectors import parse
from assetforge.formats.html.tree import tree
from assetforge.pages.match.matching import select
from assetforge.pages.match.shapes import shape

_LEFT_OUT = re.compile(
    r":(?:root|empty|link|any-link|checked|disabled|enabled|required|optional|read-only|read-write|placeholder-shown|default|"
    r"indeterminate|defined|open|lang|dir)\b|\||\[(?:type|lang|rel|disabled|TITLE)| [is]\]| of |:has\("
)


@pytest.mark.parametrize("seed", range(20))
def test_lexbor_finds_the_same(seed: int) -> None:
    random = Random(seed)
    text = "<!doctype html>" + page(random, 30).removeprefix("<!doctype html>")
    found = tree(text)
    where = shape(found.elements)
    parser = LexborHTMLParser(text, scripting=True)
    numbers = {one.mem_id: number for number, one in enumerate(parser.css("*"))}
    assert len(numbers) == len(where.nodes)
    compared = 0
    for written in (listed(random) for _ in range(400)):
        if _LEFT_OUT.search(written):
            continue
        compared += 1
        expected = {numbers[one.mem_id] for one in parser.css(written)}
        assert {*select(parse(written), where)} - {0} == expected - {0}, written
    assert compared > 30
