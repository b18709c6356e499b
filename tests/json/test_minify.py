"""A smaller JSON text has the same tokens; what is no JSON stays as it is."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetforge.formats.json import minify, parse

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.sampled_from([None, 1, "\t"]))
def test_the_smaller_text_means_the_same(value: Any, indent: int | str | None) -> None:
    text = json.dumps(value, indent=indent)
    small = minify(text).text
    assert json.loads(small) == value
    assert small == json.dumps(value, separators=(",", ":"))


def test_spelling_stays() -> None:
    text = '{ "a" : 1.0e+2, "a" : -0, "b" : "\\u0041\\/  x" , "big": 123456789012345678901234567890 }\n'
    assert minify(text).text == '{"a":1.0e+2,"a":-0,"b":"\\u0041\\/  x","big":123456789012345678901234567890}'


def test_a_byte_order_mark_stays() -> None:
    assert minify("\ufeff[ 1 ]").text == "\ufeff[1]"


def test_a_number_of_ten_thousand_digits_is_json() -> None:
    assert minify("[ " + "1" * 10_000 + " ]").text == "[" + "1" * 10_000 + "]"


@pytest.mark.parametrize(
    "text",
    ["", " ", "[1, ]", "{ 'a': 1 }", "[ NaN ]", "[ -Infinity ]", "// c\n{ }", "[ 1 ] x", '[ "\n" ]', "[ 01 ]", "\ufeff\ufeff[ ]"],
)
def test_what_is_no_json_stays(text: str) -> None:
    result = minify(text)
    assert result.text == text and result.reason


def test_what_is_nested_too_deep_to_be_checked_stays() -> None:
    text = "[ " * 100_000 + "] " * 100_000
    assert minify(text) == (text, "nested too deep to be checked")


@given(st.text(max_size=60) | st.text(alphabet='{}[]:,"\\u0e-+.1tfn \n', max_size=60))
def test_minifying_twice_changes_nothing_more(text: str) -> None:
    small = minify(text).text
    assert minify(small).text == small
    assert len(small) <= len(text)


def test_references_are_the_same_after_it() -> None:
    text = '{\n  "icons": [ { "src" : "a b.png" } ]\n}\n'
    small = minify(text, "webmanifest").text
    assert [one.url for one in parse(small, "webmanifest").references] == ["a b.png"]
    assert small == '{"icons":[{"src":"a b.png"}]}'
