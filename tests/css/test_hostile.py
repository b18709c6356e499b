"""Hostile input: nothing raises, and time grows with length and not with its square."""

import time

import pytest

from assetforge.formats.css import minify, parse
from assetforge.formats.css.tokens import tokens

UNITS = [
    "url(",
    "url(a ",
    "url('",
    "URL(\\",
    "/*",
    "/* ",
    "*/",
    "/",
    "\\",
    "\\\n",
    "\\61 ",
    "{",
    "}",
    "a{",
    "(",
    "[",
    "[[href=",
    "a(",
    ";",
    ":",
    "a:",
    ",",
    "'",
    '"',
    "'\\\n",
    "'\n",
    "@",
    "@import ",
    "@import url(",
    "@import/*",
    "@a{",
    "@media(a:b)",
    "--",
    "--x:",
    "a{--x:{",
    "a{--x:",
    "-",
    "a-",
    "a\\",
    "<!--",
    "-->",
    "1",
    "1e",
    "1e+",
    ".",
    "+.",
    "#",
    "\ufeff",
    "\x00",
    "\udc80",
    " ",
    "\n",
    "\r",
    "\x0c",
    "! ",
    "> ",
    "+ ",
    "a , ",
    "a/**/",
    "a{b:c;",
    "a{b:c}",
    "src(",
    "image-set('",
    "alphaimageloader(a=b,",
    "alphaimageloader(a='alphaimageloader(',",
    "/*# sourceMappingURL=",
    "/*! */",
    "a{;",
    "@charset ",
    "[src='x']",
    "u\\72l(",
    "url(x)",
    "a{-ms-filter:'alphaimageloader(",
    "a{b:url(x);",
    "a b/**/ ",
    "f((",
    "f(a)",
    "a:f(g(",
    "é",
    "a{b:(",
]


def seconds(text: str) -> float:
    """Processor time: the machine may be busy."""
    start = time.process_time()
    parse(text)
    minify(text)
    for _ in tokens(text):
        pass
    return time.process_time() - start


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("before", ["", "a{b:"])
def test_time_is_linear_in_repetition(unit: str, before: str) -> None:
    small, large = (before + unit * (length // len(unit)) for length in (1_500, 24_000))
    quick = min(seconds(small) for _ in range(3))
    slow = min(seconds(large), seconds(large))  # a busy machine makes any one of them slow
    assert slow < 16 * 4 * quick + 0.1


def test_megabytes_on_one_line() -> None:
    text = "a{b:c;d:url(x.png);e:f(1px , 2px)}" * 60_000
    start = time.process_time()
    assert len(parse(text).references) == 60_000
    assert time.process_time() - start < 20


def test_blocks_that_never_close() -> None:
    text = "{" * 300_000
    assert parse(text).references == ()
    assert minify(text).text == text


@pytest.mark.parametrize(
    "text", ["", " ", "\ufeff", "\0", "\ud800", "}", ";", "{}", "\\", "'", "/*", "@", "@charset", "url(", "--x:"]
)
@pytest.mark.parametrize("variant", ["css", "css-declarations", "css-value"])
def test_the_smallest_texts(text: str, variant: str) -> None:
    assert parse(text, variant).references == ()
    assert len(minify(text, variant).text) <= len(text)
