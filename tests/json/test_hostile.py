"""Hostile JSON: nothing raises, and time grows with length and not with its square."""

import time

import pytest

from assetforge.formats.json import minify, parse

UNITS = [
    "[", "{", "]", "}", '{"a":', '{"imports":', "[1,", '"', '"a",', "\\", '"\\', "\\u", '"\\u0041", ', " ", "\n", "1", "-",
    "1.", "1e", "true",
    ",", ":", "\0", "\udc80", "\ufeff", "é", '{"icons":[{"src":"a.png"}]},', "//", "/*", "\\ud83d",
]  # fmt: skip


def seconds(text: str) -> float:
    best = float("inf")
    for _ in range(2):
        start = time.process_time()
        for variant in ("webmanifest", "importmap", "json-ld"):
            parse(text, variant)
        minify(text)
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("before", ["", '{"icons":[', '["'])
def test_time_is_linear_in_repetition(unit: str, before: str) -> None:
    small, large = (before + unit * (length // len(unit)) for length in (2_000, 32_000))
    assert seconds(large) < 16 * 4 * seconds(small) + 0.1


def test_five_megabytes_on_one_line() -> None:
    text = '{"icons":[' + '{"src":"img/a.png", "sizes":"1x1"},' * 150_000 + "{}]}"
    assert len(text) > 5_000_000
    assert len(parse(text, "webmanifest").references) == 150_000
    assert len(minify(text).text) == len(text) - 150_000


@pytest.mark.parametrize(
    "text", ["", "\0", "\ufeff", "\udc80", '"\udc80"', "{}", "[]", "null", '{"imports":{"\udc80":"./\udc80.js"}}']
)
@pytest.mark.parametrize("variant", ["json", "webmanifest", "importmap", "json-ld", "sourcemap", "unknown"])
def test_the_smallest_texts(text: str, variant: str) -> None:
    parse(text, variant)
    assert minify(text, variant).text == text
