"""Character references, where `html.unescape` is wrong and where offsets matter."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetforge.formats.html.charrefs import decode


@pytest.mark.parametrize(
    ("raw", "attribute", "text"),
    [
        ("?a=1&copy=2", "?a=1&copy=2", "?a=1©=2"),
        ("&ampx", "&ampx", "&x"),
        ("&amp;copy=", "&copy=", "&copy="),
        ("&notit;", "&notit;", "¬it;"),
        ("&notin;", "∉", "∉"),
        ("&not", "¬", "¬"),
        ("&AMP", "&", "&"),
        ("&#128;&#x80&#0;&#xD800;&#x110000;", "€€\ufffd\ufffd\ufffd", "€€\ufffd\ufffd\ufffd"),
        ("&#;&#x;&;&", "&#;&#x;&;&", "&#;&#x;&;&"),
        ("&#" + "0" * 9000 + "65;", "A", "A"),
        ("&#" + "9" * 9000 + ";", "\ufffd", "\ufffd"),
    ],
)
def test_references_are_decoded_by_the_rules_of_their_place(raw: str, attribute: str, text: str) -> None:
    assert decode(raw, 0, len(raw), attribute=True).text == attribute
    assert decode(raw, 0, len(raw), attribute=False).text == text


def test_a_text_without_references_has_no_offsets() -> None:
    assert decode("..a & b..", 2, 7, attribute=True) == ("a & b", 2, None)


def test_offsets_lead_back_to_the_reference() -> None:
    raw = "x&amp;y&#x41;z"
    decoded = decode(f"__{raw}__", 2, 2 + len(raw), attribute=True)
    assert decoded.text == "x&yAz"
    assert [f"__{raw}__"[slice(*decoded.span(at, at + 1))] for at in range(5)] == ["x", "&amp;", "y", "&#x41;", "z"]


def test_xml_knows_no_names_without_semicolon() -> None:
    assert decode("&amp;&copy &lt", 0, 14, attribute=True, xml=True).text == "&&copy &lt"


@given(st.text(alphabet="&#xX;09aAmpltgcoy= ", max_size=30))
def test_text_is_decoded_as_the_standard_library_does(raw: str) -> None:
    """Outside attributes; but for NUL and control characters, which `html.unescape` drops."""
    if "&#" not in raw:
        assert decode(raw, 0, len(raw), attribute=False).text == html.unescape(raw)


@given(st.text(alphabet="&#xX;09aAmpltgcoy= ", max_size=30), st.booleans())
def test_offsets_are_one_a_character_and_one_more(raw: str, attribute: bool) -> None:
    decoded = decode(raw, 0, len(raw), attribute=attribute)
    if decoded.offsets is not None:
        assert len(decoded.offsets) == len(decoded.text) + 1
        assert list(decoded.offsets) == sorted(decoded.offsets)
        assert (decoded.offsets[0], decoded.offsets[-1]) == (0, len(raw))
