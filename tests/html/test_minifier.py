"""Minifying changes comments and the length of white space, and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetforge.formats.html import minify, parse


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("<p>\n\n    <b>", "<p>\n<b>"),
        ("<p><!-- gone --><b>", "<p><b>"),
        ('<p   class="a"\n  id=b  >x</p >', '<p class="a" id=b>x</p>'),
        ('<img alt = "a"  src=b.png />', '<img alt="a" src=b.png />'),
        ("a <!-- b --> c", "a  c"),
    ],
)
def test_shortened(text: str, short: str) -> None:
    assert minify(text, "html").text == short


@pytest.mark.parametrize(
    "text",
    [
        "<p>a   b\n\n   c</p>", "<b>a</b>   <b>c</b>", "<pre>\n\n  <b>a</b>\n\n  <!-- x --></pre>",
        "<textarea>\n\n  <!-- x --></textarea>",
        "<code>\n\n  <b></b></code>", '<p style="white-space: pre">\n\n <b>', "<my-element>\n\n  <b>", "<svg><text>\n\n  <tspan>",
        "<script>\n\n  <!-- x --></script>", "<style>\n\n  <!-- x --></style>", "<!--[if IE]>  <p>  <![endif]-->",
        "<!--! licence -->",
        '<!--#include virtual="a.html" -->', "<!-- ko if: a --><p><!-- /ko -->", "<!---->", "<!--$--><p><!--/$-->",
        "<!--{{ a }}-->",
        "<<!-- x -->b>", "&am<!-- x -->p;", "<a\tb=c/>", "<p a=' b\n\n c '>", "<? php\n\n   ?>", "<noscript>\n\n  <p></noscript>",
        "<![if !IE]>", "<p a=\n\n",
    ],
)  # fmt: skip
def test_left_alone(text: str) -> None:
    short = minify(text, "html").text
    assert short == text or short == text.replace("\t", " ")


def test_xhtml_is_not_minified() -> None:
    assert minify("<p>\n\n  <b/></p>", "xhtml") == ("<p>\n\n  <b/></p>", "XHTML is not minified")


PIECES = [
    "<p>", "</p>", "<b>", "</b>", "\n   ", "   ", "text", "<!-- c -->", "<!--[if IE]>", "<![endif]-->", "<pre>", "</pre>",
    "<code>", "</code>",
    "<script>", "</script>", "<style>", "<svg>", "</svg>", "<", ">", "&am", "p;", '<img  src = "a.png"  />',
    "<a href=b.pdf  >", "<a href=c/ >",
    "<link rel=stylesheet\n\n href='a.css'>", "<p a=>", "<p a= / b>", "</", "<!", '"', "'", "=", "/", "<textarea>",
    "<p  style='white-space:pre'>",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@settings(max_examples=400)
def test_references_and_embeds_stay_and_twice_is_once(text: str) -> None:
    short = minify(text, "html")
    before, after = parse(text, "html"), parse(short.text, "html")
    assert len(short.text) <= len(text)
    assert [(one.kind, one.url) for one in before.references] == [(one.kind, one.url) for one in after.references]
    assert [(one.format, one.text.text) for one in before.embeds] == [(one.format, one.text.text) for one in after.embeds]
    assert minify(short.text, "html").text == short.text
