"""The outline of a page: what it loads, where, and what stands around it."""

import pytest

from assetforge.formats.html.outline import outline
from assetforge.text import Span

PAGE = """<!DOCTYPE html><html><head><meta charset=utf-8><base href="/b/"><meta name=referrer content=origin>
<meta http-equiv="Content-Security-Policy" content="script-src 'self'">
<link rel="stylesheet" href=a.css><link rel=icon href=i.png><style media=print>p{}</style>
<script src="a.js?x=1&amp;y=2" data-x></script></head>
<body onload="go()"><template><script>t</script><style>i{}</style></template>
<svg><script href=s.js /><style>q</style></svg>
<form name=f id=g></form><iframe src=x></iframe><img name=pic id="" onerror=boom()>
<!--[if !IE]><!--><script>revealed</script><!--<![endif]-->
<script>1</script>
<!-- over --><script src=z.js></script>
</body></html>
"""


@pytest.fixture(scope="module")
def page():
    return outline(PAGE)


def spelled(page, name):
    return [PAGE[one.span.start : one.span.end] for one in page.loading if one.name == name]


def test_scripts_in_document_order_with_their_whole_elements(page):
    assert spelled(page, "script") == [
        '<script src="a.js?x=1&amp;y=2" data-x></script>', "<script>t</script>", "<script href=s.js />",
        "<script>revealed</script>", "<script>1</script>", "<script src=z.js></script>",
    ]  # fmt: skip


def test_stylesheets_and_no_other_links(page):
    assert spelled(page, "link") == ["<link rel=\"stylesheet\" href=a.css>"]
    assert spelled(page, "style") == ["<style media=print>p{}</style>", "<style>i{}</style>", "<style>q</style>"]


def test_attributes_are_decoded_and_bodies_are_spans(page):
    first = page.loading[2]
    assert (first.attribute("src"), first.attribute("data-x"), first.attribute("defer")) == ("a.js?x=1&y=2", "", None)
    scripts = [one.body for one in page.loading if one.name == "script"]
    assert [PAGE[body.start : body.end] for body in scripts] == ["", "t", "", "revealed", "1", ""]


def test_what_neither_runs_nor_applies_is_said_to_be_inert(page):
    assert [PAGE[one.body.start : one.body.end] for one in page.loading if one.inert] == ["t", "i{}"]
    assert [one.foreign for one in page.loading if one.name == "script"] == [False, False, True, False, False, False]


def test_a_condition_for_internet_explorer_is_known(page):
    assert [PAGE[one.body.start : one.body.end] for one in page.loading if one.conditional] == ["revealed"]


def test_scripts_at_the_end_are_those_that_nothing_follows(page):
    assert [one.at_end for one in page.loading if one.name == "script"] == [False, False, False, True, True, True]


def test_metas_handlers_frames_and_named_elements(page):
    assert [(one.kind, one.value) for one in page.metas] == [
        ("charset", "utf-8"), ("base", "/b/"), ("referrer", "origin"), ("csp", "script-src 'self'"),
    ]  # fmt: skip
    handlers = [(one.element, one.attribute, one.code) for one in page.handlers]
    assert handlers == [("body", "onload", "go()"), ("img", "onerror", "boom()")]
    assert [PAGE[at : at + 7] for at in page.frames] == ["<iframe"]
    assert {name: PAGE[at : at + 5] for name, at in page.ids.items()} == {"f": "<form", "g": "<form", "pic": "<img "}


def test_a_script_that_never_ends_reaches_the_end_of_the_text():
    (only,) = outline("<body><script>a</scrip>").loading
    assert (only.span, only.body) == (Span(6, 23), Span(14, 23))


@pytest.mark.parametrize(("text", "fragment"), [("<p>x<script></script>", True), ("<!doctype html><p>", False), ("<body>", False)])
def test_a_text_without_a_root_of_its_own_is_a_fragment(text, fragment):
    assert outline(text).fragment is fragment
