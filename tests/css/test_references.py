"""What a stylesheet refers to, construct by construct: spans, kinds, modes, look-ups, and what is no reference."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetforge.formats.css import parse
from assetforge.reference import Parsed, Reference


def found(text: str, variant: str = "css") -> list[tuple[str, str, str]]:
    return [(one.url, one.kind, one.syntax) for one in parse(text, variant).references]


def only(text: str, variant: str = "css") -> Reference:
    references = parse(text, variant).references
    assert len(references) == 1
    return references[0]


def test_span_covers_the_path_and_tail_its_last_segment() -> None:
    text = "a{b:url( i/x.png?q#f )}"
    one = only(text)
    assert text[one.span.start : one.span.end] == "i/x.png"
    assert text[one.tail : one.span.end] == "x.png"
    assert one.url == "i/x.png?q#f"


@pytest.mark.parametrize(
    "value", ["url(x.png)", "url('x.png')", 'URL( "x.png" )', "u\\72 l(x.png)", "url(/* c */'x.png')", "url(\\78.png)"]
)
def test_url_in_every_form(value: str) -> None:
    assert found(f"a{{background:{value}}}") == [("x.png", "image", "url()")]


@pytest.mark.parametrize(
    "text",
    [
        "@import 'x.css';",
        '@import"x.css" layer(a) supports(background:url(no.png)) screen;',
        "@import url(x.css);",
        "@IMPORT url('x.css') print;",
        "@\\69mport url( x.css ) layer;",
        "\ufeff@charset 'utf-8';/* c */@import/* c */url(x.css)",
        "<!-- @import 'x.css';",
        "@import src('x.css');",
    ],
)
def test_import(text: str) -> None:
    assert found(text) == [("x.css", "style", "@import")]


def test_font_face_sources_are_fonts_fetched_with_cors() -> None:
    text = "@media screen{@font-face{src:local('a'),url(a.eot?#iefix) format('eot'),url('a.woff2')}}"
    assert found(text) == [("a.eot?#iefix", "font", "url()"), ("a.woff2", "font", "url()")]
    assert {one.mode for one in parse(text).references} == {"cors"}


def test_image_set_strings() -> None:
    text = "a{b:image-set('x.avif' type('image/avif'),\"y.png\" 2x,url(z.png) 3x);c:-WEBKIT-image-set('w.png' 1x)}"
    assert [url for url, *_ in found(text)] == ["x.avif", "y.png", "z.png", "w.png"]


def test_src_function_in_a_declaration() -> None:
    assert found("a{b:src('x.png')}") == [("x.png", "image", "src()")]


@pytest.mark.parametrize(
    "value",
    [
        "filter:progid:DXImageTransform.Microsoft.AlphaImageLoader(sizingMethod='crop', src='i/x.png')",
        "-ms-filter:\"progid:DXImageTransform.Microsoft.AlphaImageLoader(src='i/x.png')\"",
        "filter:progid:DXImageTransform.Microsoft.AlphaImageLoader(src=i/x.png,enabled=true)",
    ],
)
def test_alpha_image_loader_is_relative_to_the_page(value: str) -> None:
    text = f"a{{{value}}}"
    one = only(text)
    assert (one.url, one.base, one.syntax) == ("i/x.png", "document", "AlphaImageLoader()")
    assert text[one.tail : one.span.end] == "x.png"


def test_behavior_is_relative_to_the_page() -> None:
    assert only("a{behavior:url(x.htc)}").base == "document"


@pytest.mark.parametrize(
    "name", ["filter", "backdrop-filter", "-webkit-mask", "mask-image", "clip-path", "marker-end", "fill", "--custom"]
)
def test_parts_of_svg_documents_must_be_same_origin(name: str) -> None:
    assert only(f"a{{{name}:url(f.svg#x)}}").mode == "same-origin"


@pytest.mark.parametrize(
    ("name", "mode"), [("mask", "cors"), ("-webkit-mask-image", "cors"), ("shape-outside", "cors"), ("cursor", "no-cors")]
)
def test_whole_images_have_the_mode_of_their_property(name: str, mode: str) -> None:
    assert only(f"a{{{name}:url(f.svg)}}").mode == mode


def test_custom_properties_hold_references() -> None:
    assert found(":root{--a:url(x.png);--b:{c:url(y.png)}}") == [("x.png", "image", "url()"), ("y.png", "image", "url()")]


@pytest.mark.parametrize(
    "text",
    [
        "@property --x{syntax:'<image>';initial-value:url(x.png)}",
        "@counter-style c{symbols:url(x.png)}",
        "a{&:hover{content:url(x.png)}}",
        "@layer a{@media print{b{c:url(x.png)}}}",
        "a{b:cross-fade(url(x.png),red)}",
    ],
)
def test_references_in_other_blocks(text: str) -> None:
    assert found(text) == [("x.png", "image", "url()")]


@pytest.mark.parametrize(
    "text",
    [
        "@namespace svg url(x.png);",
        "@namespace 'x.png';",
        "@document url(x.png){}",
        "@-moz-document url-prefix('x.png'){}",
        "@supports (background:url(x.png)){}",
        "@charset 'x.png';",
        "@import;url(x.png){}",
        "a{b:'url(x.png)'}",
        'a{b:"\\"url(x.png)"}',
        "/* url(x.png) @import 'x.png' */",
        "a{b:curl(x.png)}",
        "a{b:#url(x.png)}",
        "a{b:\\61 url(x.png)}",
        "a{b:url(#x)}",
        "a{b:url()}",
        "a{b:url('')}",
        "a{b:url(data:image/png;base64,AA==)}",
        "a{b:url(data:image/svg+xml;utf8,<svg/*xmlns=x*/>)}",
        "url(x.png){}",
        "a{b url(x.png){}}",
        "a{b:format('x.png') local('x.png')}",
        "a{b:type('x.png')}",
        "a{filter:alpha(src='x.png')}",
    ],
)
def test_what_is_no_reference(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        'a{b:url(data:x;y/*,{"});c:url(ok.png)}'.replace('"', ""),
        "a{b:'\\'{';c:url(ok.png)}",
        ".a\\{b{c:url(ok.png)}",
        ".a\\/\\*b{c:url(ok.png)}",
        "a{b:c(;);d:url(ok.png)}",
        "}}a{b:url(ok.png)}",
        "a{b:url(//h/*x);c:url(ok.png)}",
    ],
)
def test_what_only_looks_like_structure_does_not_mislead(text: str) -> None:
    assert "ok.png" in [url for url, *_ in found(text)]


def test_absolute_urls_are_reported() -> None:
    assert [url for url, *_ in found("a{b:url(//h/x.png) url(https://h/y.png) url(/z.png)}")] == [
        "//h/x.png",
        "https://h/y.png",
        "/z.png",
    ]


def test_only_the_last_source_map_counts() -> None:
    text = "/*# sourceMappingURL=a.map */a{}/*# sourceMappingURL=b.map */"
    assert found(text) == [("b.map", "sourcemap", "sourceMappingURL")]
    assert found("a{b:'/*# sourceMappingURL=a.map */'}") == []


def test_references_come_in_the_order_of_the_text() -> None:
    text = "/*# sourceMappingURL=a.map */a{b:url(x.png)}"
    assert [url for url, *_ in found(text)] == ["a.map", "x.png"]


def test_style_attribute_and_presentation_attribute() -> None:
    assert found("background:url('x.png');b:c", "css-declarations") == [("x.png", "image", "url()")]
    assert only("url(f.svg#x)", "css-value").mode == "same-origin"
    assert only("fill:url(f.svg#x)", "css-declarations").mode == "same-origin"
    assert found("--x:{a:url(x.png)}", "css-declarations") == [("x.png", "image", "url()")]


@pytest.mark.parametrize(
    ("selector", "needle", "match"),
    [
        ("a[href$='.pdf']", ".pdf", "suffix"),
        ("img[src^=icons\\/]", "icons/", "prefix"),
        ('[srcset*="x" i]', "x", "substring"),
        ("[data = x\\.swf]", "x.swf", "equal"),
        ("[poster~='x']", "x", "equal"),
        ("[src|='img']", "img", "prefix"),
        ("use[xlink|href='x.svg']", "x.svg", "equal"),
        ("use[*|href='x.svg']", "x.svg", "equal"),
        ("use[xlink\\:href$='.svg']", ".svg", "suffix"),
        ("[|src='x']", "x", "equal"),
        (":not([SRC='x'])", "x", "equal"),
    ],
)
def test_attribute_selectors_are_look_ups(selector: str, needle: str, match: str) -> None:
    text = f"@media print{{{selector}{{b:c}}}}"
    (one,) = parse(text).lookups
    assert (one.needle, one.match) == (needle, match)
    assert text[one.span.start] == "[" and text[one.span.end - 1] == "]"


@pytest.mark.parametrize(
    "text",
    [
        "[data-src='x']{}",
        "[src]{}",
        "[src='']{}",
        "a{b:[src='x']}",
        "/*[src='x']*/a{}",
        "a{b:'[src=x]'}",
        "@supports selector([src='x']){}",
    ],
)
def test_what_is_no_look_up(text: str) -> None:
    assert parse(text).lookups == ()


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("a{} /* x", "/* x"),
        ("a{b:'x\n}", "'x"),
        ("a{b:url(x y)}", "x y)"),
        ("a{b:url(x", "x"),
        ("a{b:url('x", "'x"),
        ("a{b:url(x'y)}", "x'y)"),
    ],
)
def test_what_browsers_cannot_read_is_left_alone_with_a_note(text: str, part: str) -> None:
    result = parse(text)
    assert result.references == ()
    assert [(one.severity, text[one.span.start : one.span.end]) for one in result.findings] == [("note", part)]


def test_after_a_broken_string_or_url_reading_goes_on() -> None:
    assert found("a{b:url(x y);c:'z\n;d:url(ok.png)}") == [("ok.png", "image", "url()")]


def test_an_escaped_slash_that_would_swallow_the_new_name_is_left_alone() -> None:
    assert found("a{b:url(x\\2fy.png)}") == []
    assert found("a{b:url(x\\2f y.png)}") == [("x/y.png", "image", "url()")]


@settings(deadline=None)
@given(
    st.text(alphabet=st.sampled_from(list("urlsrc@importsrc[]{}()=;:'\"\\/*-#. \n\0\udc80\ufeff")), max_size=80),
    st.sampled_from(["css", "css-declarations", "css-value"]),
)
def test_any_text_is_read_and_spans_lie_inside_it(text: str, variant: str) -> None:
    result: Parsed = parse(text, variant)
    for one in result.references:
        assert 0 <= one.span.start <= one.tail <= one.span.end <= len(text)
    spans = [one.span for one in result.references]
    assert spans == sorted(spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))
