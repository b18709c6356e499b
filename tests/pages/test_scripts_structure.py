"""Selectors notice elements that come and go: no notice is missed, and few are made up."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetforge.formats.html.tree import tree
from assetforge.pages.script.structure import ALL, EVERYTHING, Notice, notices, watches

PAGE = "<!doctype html><body class=page><div id=box class='a b'><p>1<p class=c>2</div><footer>x</footer>"


def noticed(css: str, name: str, *changes: Notice) -> bool:
    elements = tree(PAGE).elements
    number = next(number for number, one in enumerate(elements) if one.name == name)
    return notices(watches(css), elements, number, frozenset(changes)) is not None


@pytest.mark.parametrize(
    ("css", "change"),
    [
        ("footer:last-child{}", "last"),
        (":last-child{}", "last"),
        ("body > *:last-child{}", "last"),
        ("FOOTER:LAST-CHILD{}", "last"),
        ("footer:only-child{}", "last"),
        ("footer:nth-last-child(2n + 1){}", "nth-last"),
        ("footer:nth-child(2 of .x){}", "nth"),
        ("div + footer{}", "next"),
        ("* ~ footer{}", "after"),
        (":not(div) ~ footer{}", "after"),
        ("footer:empty{}", "empty"),
        ("footer:not(:first-child){}", "first"),
        ("body > :is(x, footer:first-child){}", "first"),
        ("@media screen { @layer x { footer:first-child{} } }", "first"),
        (".x { & > footer:first-child {} }", "first"),
        (r"foote\72 :last-child{}", "last"),
        ("div:has(+ footer){}", "next"),
        ("footer/**/:last-child{}", "last"),
        ("footer:last-child::after{}", "last"),
        ("footer:last-child > p{}", "last"),
        ("a, footer:last-child{}", "last"),
        ("[data-x='}:']+footer{}", "next"),
        ("a:last-child ! b{}", "last"),
    ],
)
def test_what_notices(css: str, change: Notice) -> None:
    assert noticed(css, "footer", change)


@pytest.mark.parametrize(
    ("css", "change"),
    [
        ("footer{}", "last"),
        ("footer:first-child{}", "last"),
        ("li:last-child{}", "last"),
        (".menu :last-child{}", "last"),
        ("div > :last-child{}", "last"),
        (".x:last-child{}", "last"),
        ("#x:last-child{}", "last"),
        ("div ~ footer{}", "after"),
        ("footer:last-of-type{}", "last"),
        ("footer:nth-of-type(2){}", "nth"),
        (".menu * + *:last-child{}", "last"),
        ("@keyframes x { 0% { color: red } }", "last"),
        (".t > :not(:last-child) > :first-child > * {}", "first"),
    ],
)
def test_what_does_not_notice(css: str, change: Notice) -> None:
    assert not noticed(css, "footer", change)


def test_classes_and_ids_are_looked_at_on_the_way_up() -> None:
    assert noticed("#box p:first-child{}", "p", "first")
    assert noticed(".page .a.b > p:first-child{}", "p", "first")
    assert not noticed(".other p:first-child{}", "p", "first")


def test_a_sheet_without_such_selectors_is_not_read() -> None:
    assert watches("a { color: red } @media print { b { top: 0 } }") == ()


@given(st.text(alphabet=":()[]{}+~>,.#*& \\'\"/aforchild-lsti\n@"))
def test_no_text_makes_it_fail(css: str) -> None:
    assert all(one.notices <= ALL for one in watches(css))


def test_a_selector_that_cannot_be_read_notices_everything() -> None:
    assert EVERYTHING in watches("a:first-child ! b {}")


def test_time_is_linear_in_hostile_sheets() -> None:
    def cost(times: int) -> float:
        css = "a:first-child b " * times + "{}" + ":is(" * times + "{}"
        start = time.process_time()
        watches(css)
        return time.process_time() - start

    cost(1_000)
    assert cost(40_000) < max(40 * cost(4_000), 1.0)
