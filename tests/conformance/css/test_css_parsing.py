"""css-parsing-tests: the tokenizer against the component values that the suite expects.

The ledger is strict both ways: a case outside it must pass, a case in it must fail.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assetforge.formats.css import minify, parse
from assetforge.formats.css.tokens import Token, decode, tokens

SUITE = Path(__file__).parent / "css-parsing-tests"
CLOSERS = {"(": ")", "[": "]", "{": "}"}

# Input -> why the expectation does not hold.
LEDGER: dict[str, str] = dict.fromkeys(
    (
        "u+1 U+10 U+100 U+1000 U+10000 U+100000 U+1000000",
        "u+? u+1? U+10? U+100? U+1000? U+10000? U+100000?",
        "u+?? U+1?? U+10?? U+100?? U+1000?? U+10000??",
        "u+??? U+1??? U+10??? U+100??? U+1000???",
        "u+???? U+1???? U+10???? U+100????",
        "u+????? U+1????? U+10?????",
        "u+?????? U+1??????",
        "u+1-2 U+100000-2 U+1000000-2 U+10-200000",
        "ù+12 Ü+12 u +12 U+ 12 U+12 - 20 U+1?2 U+1?-50",
    ),
    "the suite is of 2013: since then unicode-range is no token but a value made of names, numbers and delims",
)
# Likewise tokens of their own in 2013, two delims since.
PAIRS = ("~=", "|=", "^=", "$=", "*=", "||")


def cases(name: str) -> list[tuple[str, object]]:
    flat = json.loads((SUITE / name).read_text("utf-8"))
    return list(zip(flat[::2], flat[1::2], strict=True))


def values(text: str) -> list[object]:
    """The suite's component values from the room's tokens."""
    stream = iter(list(tokens(text)))
    return list(block(text, stream, ""))


def block(text: str, stream: Iterator[Token], closer: str) -> Iterator[object]:
    for token in stream:
        raw = text[token.start : token.end]
        if closer and raw == closer:
            return
        if token.kind == "comment":
            continue
        if token.kind == "function":
            yield ["function", name(text, token, 0, 1), *block(text, stream, ")")]
        elif raw in CLOSERS:
            yield [f"{raw}{CLOSERS[raw]}", *block(text, stream, CLOSERS[raw])]
        elif token.kind == "punctuation" and raw in ")]}":
            yield ["error", raw]
        else:
            yield from one(text, token, raw)


def one(text: str, token: Token, raw: str) -> Iterator[object]:
    match token.kind:
        case "whitespace":
            yield " "
        case "ident" | "bom":
            yield ["ident", name(text, token, 0, 0)]
        case "at-keyword":
            yield ["at-keyword", name(text, token, 1, 0)]
        case "hash":
            yield ["hash", name(text, token, 1, 0)]
        case "string":
            closed = len(raw) > 1 and raw[-1] == raw[0] and (len(raw) - len(raw.rstrip("\\"))) == 0
            inner = decode(text, token.start + 1, token.end - closed).text
            yield ["string", inner if closed or not raw.endswith("\\") else inner[:-1]]
            if not closed:
                yield ["error", "eof-in-string"]
        case "bad-string":
            yield ["error", "bad-string"]
        case "bad-url":
            yield ["error", "bad-url"]
        case "url":
            closed = raw.endswith(")") and not raw.endswith("\\)")
            start = token.start + raw.index("(") + 1
            yield ["url", decode(text, start, token.end - closed).text.strip(" \t\r\n\f")]
            if not closed:
                yield ["error", "eof-in-url"]
        case "number" | "percentage" | "dimension":
            yield [token.kind, raw]
        case _:
            yield raw


def name(text: str, token: Token, skip: int, cut: int) -> str:
    return decode(text, token.start + skip, token.end - cut).text


def expected(value: object) -> object:
    """The suite's value in what the tokenizer itself says: numbers as written, hashes without their flag."""
    if not isinstance(value, list):
        return value
    match value:
        case ["number" | "percentage" as kind, raw, *_]:
            return [kind, raw + ("%" if kind == "percentage" else "")]
        case ["dimension", raw, _, _, unit]:
            return ["dimension", raw + unit]
        case ["hash", text, *_]:
            return ["hash", text]
        case [kind, *rest]:
            return [kind, *flat(rest)] if kind in ("function", "()", "[]", "{}") else [kind, *rest]
    return value


def flat(values: list[object]) -> list[object]:
    return [part for value in values for part in (value if value in PAIRS else [expected(value)])]


def same(found: object, wanted: object) -> bool:
    """Equal, units compared after their escapes are decoded."""
    if isinstance(found, list) and isinstance(wanted, list):
        if found[:1] == ["dimension"] == wanted[:1]:
            return decode(found[1], 0, len(found[1])).text == wanted[1]
        return len(found) == len(wanted) and all(map(same, found, wanted))
    return found == wanted


@pytest.mark.parametrize(("text", "wanted"), cases("component_value_list.json"))
def test_component_values(text: str, wanted: list[object]) -> None:
    agrees = same(values(text), flat(wanted))
    assert agrees != (text in LEDGER), (values(text), wanted)


def test_the_ledger_names_cases_of_the_suite() -> None:
    assert set(LEDGER) <= {text for text, _ in cases("component_value_list.json")}


@pytest.mark.parametrize("file", ["component_value_list", "declaration_list", "rule_list", "stylesheet", "blocks_contents"])
def test_every_input_of_the_suite_is_tiled_read_and_never_grows(file: str) -> None:
    for text, _ in cases(f"{file}.json"):
        assert "".join(text[token.start : token.end] for token in tokens(text)) == text
        assert all(one.span.end <= len(text) for one in parse(text).references)
        assert len(minify(text).text) <= len(text)
