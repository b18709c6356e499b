"""The tree of a page, where its tags stand, and where something could be put at its end."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetforge.formats.html.tokens import tokens
from assetforge.formats.html.tree import NOWHERE, Element, tree


def written(text: str, elements: tuple[Element, ...]) -> list[str]:
    """The tags of elements, as the text has them."""
    return [text[one.tag.start : one.tag.end] if one.tag != NOWHERE else one.name for one in elements]


# -- places -------------------------------------------------------------------------------------------------------------------


def test_an_element_has_its_tag_and_one_that_the_parser_made_has_none() -> None:
    text = "<!doctype html>\r\n<title>t</title>\r<table class=a><tr\n><td a='>'>x"
    assert written(text, tree(text).elements) == [
        "html", "head", "<title>", "body", "<table class=a>", "tbody", "<tr\n>", "<td a='>'>",
    ]  # fmt: skip


def test_what_the_parser_clones_has_no_tag_of_its_own() -> None:
    text = "<p><b id=x>1<p>2"
    assert written(text, tree(text).elements) == ["html", "head", "body", "<p>", "<b id=x>", "<p>", "b"]
    assert [one.attributes for one in tree(text).elements if one.name == "b"] == [(("id", "x"),)] * 2


def test_a_fourth_equal_formatting_element_is_not_reopened() -> None:
    assert [one.name for one in tree("<p><b><b><b><b>x<p>y").elements].count("b") == 7


def test_a_byte_order_mark_moves_every_place_and_nothing_else() -> None:
    text = "<!doctype html><p class=a>x</p></body>"
    plain, marked = tree(text), tree("\ufeff" + text)
    assert not marked.quirks
    assert written("\ufeff" + text, marked.elements) == written(text, plain.elements)
    assert marked.bottom == (plain.bottom or 0) + 1 == len("\ufeff<!doctype html><p class=a>x</p>")


def test_attributes_are_decoded_and_the_first_of_a_name_counts() -> None:
    text = '<p CLASS="a&amp;b" class=c title=" x \n y " hidden><svg viewbox=1 xlink:href=#a>'
    paragraph, svg = tree(text).elements[-2:]
    assert paragraph.attributes == (("class", "a&b"), ("title", " x \n y "), ("hidden", ""))
    assert (svg.namespace, svg.attributes) == ("svg", (("viewBox", "1"), ("xlink:href", "#a")))


def test_text_of_its_own_is_known_white_space_too() -> None:
    assert [one.text
    for one in tree("<div> </div><div><!-- --></div><div><b>x</b></div>").elements[3:]] == [True, False, False, True]


def test_the_content_of_templates_stands_apart() -> None:
    found = tree("<body><template><p><b></b></p><template><i></i></template></template><u></u>")
    assert [one.name for one in found.elements] == ["html", "head", "body", "template", "u"]
    assert [(one.name, one.parent) for one in found.templates] == [("p", -1), ("b", 0), ("template", -1), ("i", -1)]


def test_a_declarative_shadow_root_is_neither_of_the_document_nor_of_a_template() -> None:
    found = tree("<div><template shadowrootmode=open><script></script></template></div>")
    assert [one.name for one in found.shadows] == ["script"]
    assert found.templates == ()
    assert [one.name for one in found.elements][-1] == "div"


def test_noscript_holds_text_with_scripts_and_elements_without() -> None:
    text = "<head><noscript><img src=p></noscript><link rel=canonical></head><body><noscript><p>x</p></noscript>"
    found = tree(text)
    assert [(one.name, found.elements[one.parent].name) for one in found.elements if one.name in ("link", "img", "p")] == [
        ("link", "head")
    ]
    assert [(one.name, found.unscripted[one.parent].name) for one in found.unscripted if one.name in ("link", "img", "p")] == [
        ("img", "body"), ("link", "body"), ("p", "noscript"),
    ]  # fmt: skip
    assert tree("<p>").unscripted == ()


@pytest.mark.parametrize(
    ("doctype", "quirks"),
    [
        ("<!doctype html>", False),
        ("<!-- x -->\n<!DOCTYPE HTML>", False),
        ("", True),
        ("x<!doctype html>", True),
        ('<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">', True),
        ('<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">', False),
        ('<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">', True),
    ],
)
def test_the_doctype_decides_on_quirks_mode(doctype: str, quirks: bool) -> None:
    assert tree(f"{doctype}<p>x").quirks is quirks


# -- the bottom of the body ---------------------------------------------------------------------------------------------------

BOTTOMS = {
    "<body><p>x</p>|</body></html>": "before the end tag",
    "<p>x</p>|": "at the end of the text",
    "<body><p>x</p>|</html>": "before the end tag of the root element",
    '<p>x</p><script>"</body>"</script>|</body>': "a script may speak of the end tag",
    "<p>x</p><!-- </body> -->|</body>": "a comment may",
    '<p>x</p><script>"</body>"</script>|': "a script may, and there is none",
    "<p>x</p>|</BODY\n>\n<!-- </body> -->": "what comes after may",
    "<body>x|<div><p>y</p></body>": "an element that stays open",
    "<p>x</p>|<div><table><tr><td></div></body>": "a table that stays open",
    "<p>x</p>|</body>y": "content after the end tag",
    "<p>x<b>y</p>|</body>": "a formatting element waits to be opened again",
}
NO_BOTTOM = [
    "<p><template></body>", "<svg></body>", "<math>", "<textarea></body>", "<select></body>", "<script></body>",
    "<noscript></body>",
    "<!-- </body>", "<frameset><frame></frameset>", "<title></body>", "x<plaintext></body>", "<xmp></body>", "<iframe></body>",
]  # fmt: skip


@pytest.mark.parametrize("case", BOTTOMS, ids=BOTTOMS.values())
def test_the_bottom_is_the_last_place_where_only_the_body_is_open(case: str) -> None:
    assert tree(case.replace("|", "")).bottom == case.index("|")


@pytest.mark.parametrize("text", NO_BOTTOM)
def test_there_is_no_bottom_where_nothing_can_be_put(text: str) -> None:
    assert (tree(text).bottom, tree(text).end) == (None, None)


def test_an_element_put_at_the_bottom_is_a_child_of_the_body() -> None:
    for case in BOTTOMS:
        text = case.replace("|", "<script id=probe></script>")
        probe = next(one for one in tree(text).elements if ("id", "probe") in one.attributes)
        assert tree(text).elements[probe.parent].name == "body", case


def test_the_end_of_the_body_names_the_element_that_is_open_there() -> None:
    text = "<body><div><p>x</p></body>"
    found = tree(text)
    assert found.bottom == text.index("<div>")
    assert found.end is not None
    assert (found.end.at, found.elements[found.end.parent].name) == (text.index("</body>"), "div")
    assert tree("<p>x</p>").end == (8, 2)
    assert tree("<table><tr>").end is None


# -- any text -----------------------------------------------------------------------------------------------------------------

NAMES = ["p", "b", "a", "i", "table", "tr", "td", "div", "svg", "math", "template", "noscript", "select", "option", "font", "form",
         "script", "style", "title", "textarea", "body", "html", "head", "frameset", "li", "h1", "foreignObject", "desc",
         "br", "link"]  # fmt: skip
PIECES = st.one_of(
    st.sampled_from(NAMES).map(lambda name: f"<{name}>"),
    st.sampled_from(NAMES).map(lambda name: f"<{name} class='a b' id={name}/>"),
    st.sampled_from(NAMES).map(lambda name: f"</{name}>"),
    st.sampled_from(["x", " ", "\r\n", "\n", "<!-- x -->", "<!doctype html>", "<![CDATA[x]]>", "<", "\0", "\udc80", "\ue0e0",
    "&amp;"]),
    st.text(max_size=4),
)
SOUP = st.lists(PIECES, max_size=25).map("".join)


@settings(max_examples=400, deadline=None)
@given(SOUP)
def test_every_tag_that_an_element_has_is_a_start_tag_of_its_name_and_no_other_element_has_it(text: str) -> None:
    found = tree(text)
    starts = {token.start: token for token in tokens(text) if token.kind == "start"}
    placed = [one for one in (*found.elements, *found.templates, *found.shadows) if one.tag != NOWHERE]
    for one in placed:
        name = re.match(r"<([^ \t\n\f\r/>]+)", text[one.tag.start :])
        assert name
        wanted = {"image": "img"}.get(name[1].lower(), name[1].lower())
        assert one.name.lower() == wanted.replace("\0", "\ufffd").replace("\udc80", "\ufffd")
        assert text[one.tag.end - 1] == ">"
        if one.tag.start in starts:  # what is in a noscript is no tag to one of the two
            assert starts[one.tag.start].end == one.tag.end
    assert len({one.tag for one in placed}) == len(placed)


@settings(max_examples=300, deadline=None)
@given(SOUP)
def test_parents_come_before_their_children_and_what_is_put_at_the_bottom_lands_in_the_body(text: str) -> None:
    found = tree(text)
    for elements in (found.elements, found.templates, found.shadows, found.unscripted):
        assert all(one.parent < number for number, one in enumerate(elements))
    for place, parent in ((found.bottom, "body"),
    (found.end and found.end.at, found.end and found.elements[found.end.parent].name)):
        if place is not None:
            changed = tree(f"{text[:place]}<link id=bottom-probe>{text[place:]}")
            probe = next(one for one in changed.elements if ("id", "bottom-probe") in one.attributes)
            assert changed.elements[probe.parent].name == parent


HOSTILE = {
    "deep": "<div>" * 100_000, "deep formatting": "<b>" * 50_000, "deep tables": "<table>" * 20_000, "anchors": "<a>" * 20_000,
    "misnested": "<b><p>" * 20_000, "body ends": "</body>" * 50_000, "one line": "<p class='a b'>x</p>" * 50_000,
    "unclosed comment": "<!--" * 100_000, "attributes": "<p " + "a=b " * 50_000 + ">", "less than": "<" * 200_000,
    "unclosed at the end": "<div>" + "<p>x</p>" * 20_000, "noscript": "<noscript><p>" * 20_000, "tag": "<p " * 50_000,
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_pages_take_bounded_time(text: str) -> None:
    start = time.process_time()
    tree(text)
    assert time.process_time() - start < 10
