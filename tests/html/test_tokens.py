"""The tokenizer: tokens tile any text, states switch as the tree builder would, passing over changes nothing."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetforge.formats.html import elements, references
from assetforge.formats.html.tokens import attributes, is_self_closing, tokens

PIECES = [
    "<", ">", "</", "/>", "<!--", "-->", "--!>", "<!", "<![CDATA[", "]]>", "<?", "?>", "=", '"', "'", "/", " ", "\n", "\0",
    "&amp;", "&",
    "<p>", "<p class=a>", '<a href="b.html#c">', '<a href="x.pdf">', "<a ", "</p>", "</a >", '<img src="a.png">', "<IMG SRC=b.png>",
    "<script>", "</script>", "<script src=a.js>", "<style>", "</style>", "<title>", "</title>", "<textarea>", "</textarea>",
    "<svg>", "</svg>", "<g/>", '<use href="s.svg#i"/>', "<foreignObject>", "</foreignObject>",
    "<math>", "</math>", "<plaintext>",
    "<noscript>", "</noscript>", "<template>", "</template>", "<style/>",
    "<iframe>", "</iframe>", '<link rel=stylesheet href="a.css">',
    '<p style="background:url(a.png)">', '<base href="/x/">', "url(a.png)", "text", "é", "\udc80", "\ufeff", "<!--[if IE]>",
    "<![endif]-->",
    '<p title="<img src=a.png>">', "<p title='", '<img srcset="a.png 1x, b.png 2x">', "<frame src=a>", "<script type=module>",
    "<video crossorigin>", "<video>", "<audio>", "<track src=a.vtt>", "<script type=module src=a.js nonce=b>",
]  # fmt: skip
MARKUP = st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=60)


def kinds(text: str, **options: object) -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in tokens(text, **options)]  # type: ignore[arg-type]


@given(MARKUP, st.booleans())
@settings(max_examples=400)
def test_tokens_tile_any_text(text: str, xml: bool) -> None:
    for skim in (None, elements.SKIM):
        at = 0
        for token in tokens(text, xml=xml, skim=skim):
            assert token.start == at < token.end
            at = token.end
        assert at == len(text)


@given(MARKUP, st.sampled_from(["html", "xhtml"]))
@settings(max_examples=400)
def test_what_is_passed_over_holds_no_reference(text: str, variant: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        fast = references.parse(text, variant)
        patch.setattr(elements, "SKIM", re.compile("(?!)"))
        assert references.parse(text, variant) == fast


@given(MARKUP)
@settings(max_examples=300)
def test_attributes_lie_inside_their_tag_and_apart(text: str) -> None:
    for token in tokens(text):
        if token.kind == "start":
            assert text[token.start] == "<" and text[token.end - 1] == ">"
            at = token.name_end
            for one in attributes(text, token):
                if one.start >= 0:
                    assert at <= one.start <= one.end < token.end
                    at = one.end


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("<script>a<b>c</script>", "a<b>c"),
        ("<script><!--<script></script>--></script>", "<!--<script></script>-->"),
        ("<script><!--</script>", "<!--"),
        ("<script><!--><script></script>", "<!--><script>"),
        ("<SCRIPT>a</ScRiPt >", "a"),
        ("<script>a</scripts></script/>", "a</scripts>"),
        ("<style><!-- </style>", "<!-- "),
        ("<title><b></title>", "<b>"),
        ("<textarea><!--</textarea>", "<!--"),
        ("<iframe><img></iframe>", "<img>"),
        ("<plaintext></plaintext>", "</plaintext>"),
    ],
)
def test_raw_text_ends_where_the_standard_ends_it(text: str, content: str) -> None:
    assert kinds(text)[1][1] == content


@pytest.mark.parametrize("text", ["<!-->a", "<!--->a", "<!---->a", "<!--b-->a", "<!--b--!>a", "<!--b--->a", "<!--<!--b-->a"])
def test_comments_end_where_the_standard_ends_them(text: str) -> None:
    assert kinds(text) == [("comment", text[:-1]), ("text", "a")]


def test_sections_are_known_in_foreign_content_only() -> None:
    assert kinds("<svg><![CDATA[>]]></svg><![CDATA[>")[1:] == [
        ("cdata", "<![CDATA[>]]>"), ("end", "</svg>"), ("bogus", "<![CDATA[>"),
    ]  # fmt: skip


def test_html_elements_break_out_of_foreign_content() -> None:
    text = "<svg><g><p><a><svg><foreignObject><i><math><mi><b><mfrac>"
    found = {one.name: one.foreign for one in tokens(text) if one.kind == "start"}
    assert found == {
        "svg": True, "g": True, "p": False, "a": False, "foreignobject": True, "i": False, "math": True, "mi": True, "b": False,
        "mfrac": False,
    }  # fmt: skip


def test_foreign_style_and_script_hold_markup() -> None:
    assert [kind for kind, _ in kinds("<svg><style>a<b></b></style></svg><style>a<b></b></style>")] == [
        "start", "start", "text", "start", "end", "end", "end", "start", "rawtext", "end",
    ]  # fmt: skip


def test_a_tag_with_thousands_of_attributes_is_one_token() -> None:
    text = "<p " + " ".join(f'a{number}="{number}>"' for number in range(3000)) + "/>x"
    (first, second) = tokens(text)
    assert (first.kind, second.kind) == ("start", "text")
    assert len(list(attributes(text, first))) == 3000
    assert is_self_closing(text, first)


def test_a_slash_in_an_unquoted_value_closes_nothing() -> None:
    for text, expected in (("<a b=c/>", False), ("<a b='c'/>", True), ("<a b/>", True), ("<a/>", True), ("<a / b>", False)):
        assert is_self_closing(text, next(tokens(text))) is expected


def test_xml_has_no_raw_text_and_keeps_the_case_of_names() -> None:
    text = "<?xml version='1.0'?><!DOCTYPE html [<!ENTITY a '>'>]><B><script>a<c/></script>"
    found = list(tokens(text, xml=True))
    assert [one.kind for one in found] == ["pi", "doctype", "start", "start", "text", "start", "end"]
    assert found[2].name == "B"
