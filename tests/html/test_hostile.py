"""Time grows no faster than the text, whatever the text."""

import time
from collections.abc import Callable
from functools import partial

import pytest

from assetforge.formats.html import minify, parse

# Inputs that make a careless tokenizer slow: each a function of a length.
HOSTILE: dict[str, Callable[[int], str]] = {
    "less-than signs": lambda n: "<" * n,
    "open start tags": lambda n: "<a " * (n // 3),
    "open end tags": lambda n: "</a " * (n // 4),
    "end tag openers": lambda n: "</" * (n // 2),
    "open comments": lambda n: "<!--" * (n // 4),
    "comments": lambda n: "<!---->a" * (n // 8),
    "comment ends": lambda n: "<!--" + "--!" * (n // 3),
    "open declarations": lambda n: "<!" * (n // 2),
    "open value": lambda n: "<a b='" + "x" * n,
    "open values": lambda n: "<a b='" * (n // 6),
    "values without end": lambda n: "<p " + "a='b'" * (n // 5),
    "attributes": lambda n: "<p " + "a=b " * (n // 4) + ">",
    "equals signs": lambda n: "<p " + "= " * (n // 2),
    "slashes": lambda n: "<p" + "/" * n,
    "white space in a tag": lambda n: "<p" + " " * n,
    "names and white space": lambda n: "<p" + (" a" + " " * 50) * (n // 52),
    "long class": lambda n: '<p class="' + "x" * n,
    "known attributes": lambda n: "<p " + 'class="a" ' * (n // 10) + "onclick",
    "ampersands": lambda n: '<p style="url(' + "&" * n + '">',
    "number": lambda n: '<img src="&#' + "9" * n + '">',
    "zeros": lambda n: '<img src="&#x' + "0" * n + '">',
    "names": lambda n: '<img src="' + "&" + "a" * n + '">',
    "srcset commas": lambda n: '<img srcset="' + "," * n + '">',
    "srcset candidates": lambda n: '<img srcset="' + "a 1x," * (n // 5) + '">',
    "srcset parentheses": lambda n: '<img srcset="a ' + "(" * n + '">',
    "srcset trailing commas": lambda n: '<img srcset="' + "a" + "," * n + '">',
    "script escapes": lambda n: "<script>" + "<!--<script>" * (n // 12),
    "script ends": lambda n: "<script><!--" + "<script></script " * (n // 17),
    "titles": lambda n: "<title>" * (n // 7),
    "textareas": lambda n: "<textarea></textarea" * (n // 20),
    "open elements": lambda n: "<svg>" + "<g>" * (n // 6) + "</p>" * (n // 8),
    "closing elements": lambda n: "<svg>" + "<g>" * (n // 6) + "</x>" * (n // 8),
    "breakouts": lambda n: "<svg><g><p>" * (n // 11),
    "sections": lambda n: "<svg>" + "<![CDATA[" * (n // 9),
    "conditional comments": lambda n: "<!--[if" * (n // 7) + "]>",
    "conditional comment ends": lambda n: "<!--[if IE]>" + "<![endif]" * (n // 9),
    "refresh": lambda n: '<meta http-equiv=refresh content="' + "0;" + " " * n + '">',
    "rels": lambda n: '<link href=a rel="' + "a " * (n // 2) + '">',
    "link": lambda n: '<a href="' + "../" * (n // 3) + '.">',
    "dots": lambda n: '<a href="' + "." * n + '">',
    "policy": lambda n: '<meta http-equiv=content-security-policy content="' + "'sha256-a';" * (n // 11) + '">',
    "instruction": lambda n: "<?xml-stylesheet " + " href=" * (n // 6) + "?>",
    "doctype": lambda n: "<!DOCTYPE a [" + "]" * n,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_parsing_takes_time_in_proportion_to_the_text(name: str) -> None:
    for variant in ("html", "xhtml"):
        _check(HOSTILE[name], partial(parse, variant=variant))


@pytest.mark.parametrize("name", HOSTILE)
def test_minifying_takes_time_in_proportion_to_the_text(name: str) -> None:
    _check(HOSTILE[name], partial(minify, variant="html"))


def test_a_line_of_five_megabytes_is_read_in_seconds() -> None:
    text = '<p class="a">text <a href="b.html">c</a> <img src="d.png">' * (5_000_000 // 58)
    start = time.process_time()
    assert len(parse(text, "html").references) == 5_000_000 // 58
    assert time.process_time() - start < 10


def _check(hostile: Callable[[int], str], read: Callable[[str], object]) -> None:
    """Four times the text: a quadratic pattern takes sixteen times as long, a linear one four; the bound lies between.
    Processor time and not the clock's, the best of two; what takes a few milliseconds only is noise."""
    once, more = (_best(read, hostile(length)) for length in (10_000, 40_000))
    assert more < 8 * once + 0.03


def _best(read: Callable[[str], object], text: str) -> float:
    times = []
    for _ in range(2):
        start = time.process_time()
        read(text)
        times.append(time.process_time() - start)
    return min(times)
