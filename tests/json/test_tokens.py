"""The scanner agrees with Python's own JSON reader about what is JSON, and about every string and where it leads."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetforge.formats.json.tokens import Broken, Node, decode, scan

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
PIECES = st.sampled_from(
    [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"a"',
        '"',
        "\\",
        "1",
        "-",
        ".5",
        "e3",
        "01",
        "true",
        "nul",
        "null",
        " ",
        "\n",
        "\\u00",
        "\ufeff",
        "é",
        "\0",
    ]
)


def strings(value: Any, path: tuple[str | None, ...] = ()) -> list[tuple[tuple[str | None, ...], str]]:
    if isinstance(value, str):
        return [(path, value)]
    if isinstance(value, list):
        return [found for one in value for found in strings(one, (*path, None))]
    if isinstance(value, dict):
        return [found for key, one in value.items() for found in strings(one, (*path, key))]
    return []


def nodes(text: str) -> list[Node]:
    found = scan(text)
    assert not isinstance(found, Broken)
    return found


def is_json(text: str) -> bool:
    def refuse(constant: str) -> None:
        raise ValueError(constant)

    try:
        json.loads(text, parse_constant=refuse)
    except ValueError:
        return False
    return True


@given(VALUES, st.booleans(), st.sampled_from([None, 1]))
def test_strings_and_their_paths_are_those_that_python_reads(value: Any, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    found = [(node.path, decode(text, node.start, node.end).text) for node in nodes(text) if node.kind == "string"]
    assert found == strings(value)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_what_is_json_is_what_python_takes_for_json(text: str) -> None:
    assert isinstance(scan(text), Broken) == (not is_json(text.removeprefix("\ufeff")))


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_every_decoded_character_leads_back_to_its_place(value: str) -> None:
    text = json.dumps(value)
    decoded = decode(text, 0, len(text))
    assert decoded.text == value
    for at in range(len(value)):
        raw = text[decoded.raw(at) : decoded.raw(at + 1)]
        assert json.loads(f'"{raw}"') == value[at]
    assert decoded.raw(len(value)) == len(text) - 1


@pytest.mark.parametrize(
    ("raw", "means"),
    [
        (r'"a\/b"', "a/b"),
        (r'"\u0041"', "A"),
        (r'"\ud83d\ude00"', "😀"),
        (r'"\ud83d"', "\ufffd"),
        (r'"\ude00\ud83d"', "\ufffd\ufffd"),
        (r'"\ud83dx"', "\ufffdx"),
        (r'"\\u0041"', r"\u0041"),
        (r'"\b\f\n\r\t\""', '\b\f\n\r\t"'),
    ],
)
def test_escapes(raw: str, means: str) -> None:
    assert decode(raw, 0, len(raw)).text == means


@pytest.mark.parametrize(
    "text",
    ["", " ", "{", "[1,]", '{"a":1,}', "{a:1}", "'a'", "01", "+1", "1.", ".1", "NaN", "[1 2]", '"\t"', '"\\x"', "1 1", "]", "[}"],
)
def test_what_is_no_json_ends_the_scan(text: str) -> None:
    assert isinstance(scan(text), Broken)


def test_a_hundred_thousand_brackets_are_scanned_without_recursion() -> None:
    assert isinstance(scan("[" * 100_000), Broken)
    assert len(nodes("[" * 100_000 + "]" * 100_000)) < 200


def test_what_follows_something_deep_still_has_its_path() -> None:
    text = '{"deep": ' + '{"a":[' * 60 + "1" + "]}" * 60 + ', "icons": [{"src": "a.png"}]}'
    assert [node.path for node in nodes(text) if node.kind == "string"] == [("icons", None, "src")]
