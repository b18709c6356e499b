"""Hostile input: nothing raises, and time grows with length and not with its square."""

import time
from collections.abc import Callable

import pytest

from assetforge.formats.css import minify, parse
from assetforge.formats.css.tokens import tokens

UNITS = [
    "url(", "url(a ", "url('", "URL(\\", "/*", "/* ", "*/", "/", "\\", "\\\n", "\\61 ", "{", "}", "a{", "(", "[", "[[href=", "a(", ";", ":", "a:", ",", "'",
    '"', "'\\\n", "'\n", "@", "@import ", "@import url(", "@import/*", "@a{", "@media(a:b)", "--", "--x:", "a{--x:{", "a{--x:", "-", "a-", "a\\", "<!--", "-->",
    "1", "1e", "1e+", ".", "+.", "#", "\ufeff", "\0", "\udc80", " ", "\n", "\r", "\f", "! ", "> ", "+ ", "a , ", "a/**/", "a{b:c;", "a{b:c}", "src(", "image-set('",
    "alphaimageloader(a=b,", "alphaimageloader(a='alphaimageloader(',", "/*# sourceMappingURL=", "/*! */", "a{;", "@charset ", "[src='x']", "u\\72l(",
    "url(x)", "a{-ms-filter:'alphaimageloader(", "a{b:url(x);", "a b/**/ ", "f((", "f(a)", "a:f(g(", "é", "a{b:(",
]  # fmt: skip


def seconds(work: Callable[[str], object], text: str) -> float:
    best = float("inf")
    for _ in range(2):
        start = time.perf_counter()
        work(text)
        best = min(best, time.perf_counter() - start)
    return best


def read(text: str) -> None:
    parse(text)
    minify(text)
    minify(text, "css-declarations")
    for _ in tokens(text):
        pass


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("before", ["", "a{b:"])
def test_time_is_linear_in_repetition(unit: str, before: str) -> None:
    small, large = (before + unit * (length // len(unit)) for length in (2_000, 32_000))
    assert seconds(read, large) < 16 * 4 * seconds(read, small) + 0.05


def test_five_megabytes_on_one_line() -> None:
    text = "a{b:c;d:url(x.png);e:f(1px , 2px)}" * 150_000
    start = time.perf_counter()
    assert len(parse(text).references) == 150_000
    assert time.perf_counter() - start < 20


def test_a_million_open_blocks() -> None:
    text = "{" * 1_000_000
    assert parse(text).references == ()
    assert minify(text).text == text


@pytest.mark.parametrize("text", ["", " ", "\ufeff", "\0", "\ud800", "}", ";", "{}", "\\", "'", "/*", "@", "@charset", "url(", "--x:"])
@pytest.mark.parametrize("variant", ["css", "css-declarations", "css-value"])
def test_the_smallest_texts(text: str, variant: str) -> None:
    assert parse(text, variant).references == ()
    assert len(minify(text, variant).text) <= len(text)
