"""The tokenizer: every token of the specification, tiling, and the decoding of escapes with the way back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetforge.formats.css.tokens import decode, tokens

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("aeurl-_\\\"'()[]{}:;,.#@!/*<>+~=%019 \t\n\r\f\0\ufeff\u2028\udc80")),
        st.characters(),
    ),
    max_size=60,
)


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind, text[token.start : token.end]) for token in tokens(text)]


@settings(deadline=None)
@given(TEXTS)
def test_any_text_is_tiled(text: str) -> None:
    at = 0
    for token in tokens(text):
        assert token.start == at < token.end
        at = token.end
    assert at == len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-->", [("CDC", "-->")]),
        ("a-->", [("ident", "a--"), ("delim", ">")]),
        ("1-->", [("dimension", "1--"), ("delim", ">")]),
        ("<!--a", [("CDO", "<!--"), ("ident", "a")]),
        ("1e3em", [("dimension", "1e3em")]),
        ("1em", [("dimension", "1em")]),
        ("1.", [("number", "1"), ("delim", ".")]),
        ("+.5%", [("percentage", "+.5%")]),
        ("--x", [("ident", "--x")]),
        ("#1a", [("hash", "#1a")]),
        ("# a", [("delim", "#"), ("whitespace", " "), ("ident", "a")]),
        ("@\\6d edia", [("at-keyword", "@\\6d edia")]),
        ("url( a\\ b )", [("url", "url( a\\ b )")]),
        ("U\\52 l(a)", [("url", "U\\52 l(a)")]),
        ("url( 'a')", [("function", "url("), ("whitespace", " "), ("string", "'a'"), ("punctuation", ")")]),
        ("url(a b)c", [("bad-url", "url(a b)"), ("ident", "c")]),
        ("url(a(\\))c", [("bad-url", "url(a(\\))"), ("ident", "c")]),
        ("curl(a)", [("function", "curl("), ("ident", "a"), ("punctuation", ")")]),
        ('"a\\\r\nb"', [("string", '"a\\\r\nb"')]),
        ('"\\61\nb"', [("string", '"\\61\nb"')]),
        ('"a\nb', [("bad-string", '"a'), ("whitespace", "\n"), ("ident", "b")]),
        ("'a", [("string", "'a")]),
        ("/**/*/**", [("comment", "/**/"), ("delim", "*"), ("comment", "/**")]),
        ("a\\", [("ident", "a\\")]),
        ("a\0é\ud800", [("ident", "a\0é\ud800")]),
        ("\\\n", [("delim", "\\"), ("whitespace", "\n")]),
        ("\ufeffa\ufeff", [("bom", "\ufeff"), ("ident", "a\ufeff")]),
    ],
)
def test_tokens_of_the_specification(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a\\20 b", "a b"),
        ("\\000061b", "ab"),
        ("\\0000611", "a1"),
        ("\\0 ", "\ufffd"),
        ("\\d800 x", "\ufffdx"),
        ("\\110000x", "\ufffdx"),
        ("\\61\r\nb", "ab"),
        ("a\\\r\nb", "ab"),
        ("a\\\nb", "ab"),
        ("\\(\\'", "('"),
        ("a\0", "a\ufffd"),
        ("a\\", "a\ufffd"),
    ],
)
def test_escapes_are_decoded(text: str, value: str) -> None:
    assert decode(text, 0, len(text)).text == value


def test_decoded_characters_lead_back_to_where_they_stand() -> None:
    text = "x'\\66oo\\\nbar'"
    decoded = decode(text, 2, len(text) - 1)
    assert decoded.text == "foobar"
    assert [text[decoded.raw(at)] for at in range(6)] == ["\\", "o", "o", "b", "a", "r"]
    assert decoded.raw(6) == len(text) - 1


def test_text_without_escapes_needs_no_offsets() -> None:
    assert decode("x'foo'", 2, 5).offsets is None


@settings(deadline=None)
@given(TEXTS)
def test_decoding_keeps_offsets_in_order(text: str) -> None:
    decoded = decode(text, 0, len(text))
    offsets = [decoded.raw(at) for at in range(len(decoded.text) + 1)]
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(text)
