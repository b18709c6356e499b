"""Tokens tile the text, and what they are is what an XML parser takes them for."""

from hypothesis import given
from hypothesis import strategies as st

from assetforge.formats.xml.tokens import attributes, decode, entities, tokens

PIECES = st.sampled_from(
    [
        "<a>", "</a>", "<a b='c'/>", '<a b="d">', "<", ">", "<!--", "-->", "<![CDATA[", "]]>", "<?x", "?>", "<!DOCTYPE a",
        "[", "]", "'", '"',
        "<!ENTITY x 'y'>", "&amp;", "&", "text", " ", "\n", "\0", "\udc80", "\ufeff", "=", "/", "é", "<é:ü>",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=16).map("".join) | st.text())
def test_tokens_tile_any_text(text: str) -> None:
    found = list(tokens(text))
    assert "".join(text[one.start : one.end] for one in found) == text
    assert all(one.end > one.start for one in found)
    assert all(one.kind != "broken" for one in found[:-1])
    assert all(one.start <= one.inner_start <= one.inner_end <= one.end for one in found if one.inner_end)


def test_each_kind() -> None:
    text = "<?xml version='1.0'?><!DOCTYPE a [<!-- ]> -->]><a b = '>' c=\"'\"><!-- <b> --><![CDATA[</a>]]>t<b/></a >"
    assert [(one.kind, text[one.start : one.end]) for one in tokens(text)] == [
        ("pi", "<?xml version='1.0'?>"),
        ("doctype", "<!DOCTYPE a [<!-- ]> -->]>"),
        ("start", "<a b = '>' c=\"'\">"),
        ("comment", "<!-- <b> -->"),
        ("cdata", "<![CDATA[</a>]]>"),
        ("text", "t"),
        ("empty", "<b/>"),
        ("end", "</a >"),
    ]


def test_attributes_are_spans_of_their_values() -> None:
    text = "<a b = 'x>y'\n c=\"\" d:e='f'/>"
    (tag,) = tokens(text)
    assert [(one.name, text[one.start : one.end]) for one in attributes(text, tag)] == [("b", "x>y"), ("c", ""), ("d:e", "f")]


def test_what_never_closes_is_one_broken_token() -> None:
    for opening in ("<a", "<a b='", "<!--", "<![CDATA[", "<?x", "<!DOCTYPE a [", "</a", "<a b>", "<a b=c>", "<!x>", "< a>"):
        assert [one.kind for one in tokens("t" + opening + " text")] == ["text", "broken"], opening


def test_references_are_decoded_with_the_way_back() -> None:
    text = "a&amp;b&#x41;&#66;\r\nc\td&quot;"
    read = decode(text, 0, len(text))
    assert read is not None
    assert read.text == 'a&bAB c d"'
    assert [text[read.raw(at) : read.raw(at + 1)] for at in range(len(read.text))] == [
        "a", "&amp;", "b", "&#x41;", "&#66;", "\r\n", "c", "\t", "d", "&quot;",
    ]  # fmt: skip
    inside = decode("a\r\nb\tc", 0, 6, attribute=False)
    assert inside is not None and inside.text == "a\nb\tc"


def test_what_only_a_declaration_explains_is_not_decoded() -> None:
    assert decode("&own;", 0, 5) is None
    assert decode("&#0;", 0, 4) is None
    assert decode("&#xD800;", 0, 8) is None


def test_the_first_declaration_of_an_entity_binds_and_only_plain_ones_are_known() -> None:
    text = """<!DOCTYPE a [<!ENTITY x "1"><!ENTITY x "2"><!ENTITY y SYSTEM "f"><!ENTITY z "&x;"><!ENTITY % p "q">]><a/>"""
    assert entities(text, next(iter(tokens(text)))) == {"x": "1", "y": None, "z": None, "%": "q"}
