"""What an SVG refers to, and the languages inside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetforge.formats.xml import parse
from assetforge.reference import Parsed

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'


def svg(inside: str, attributes: str = "") -> str:
    return f"<svg {NS}{attributes}>{inside}</svg>"


def found(text: str) -> list[tuple[str, str, str]]:
    return [(one.kind, one.mode, one.url) for one in parse(text, "svg").references]


def embeds(text: str) -> list[tuple[str, str]]:
    return [(one.format, one.text.text) for one in parse(text, "svg").embeds]


def notes(text: str) -> list[str]:
    return [one.code for one in parse(text, "svg").findings]


@pytest.mark.parametrize(
    ("markup", "kind", "mode"),
    [
        ('<image href="x.png"/>', "image", "no-cors"),
        ('<image xlink:href="x.png"/>', "image", "no-cors"),
        ('<image href="x.png" crossorigin=""/>', "image", "cors"),
        ('<feImage href="x.png"/>', "image", "no-cors"),
        ('<use href="x.png#id"/>', "image", "same-origin"),
        ('<linearGradient xlink:href="x.png#id"/>', "image", "same-origin"),
        ('<pattern href="x.png#id"/>', "image", "same-origin"),
        ('<textPath href="x.png#id"/>', "image", "same-origin"),
        ('<script href="x.png"/>', "script", "no-cors"),
        ('<script type="module" href="x.png"/>', "module", "cors"),
        ('<font-face-uri href="x.png"/>', "font", "cors"),
        ('<a href="x.png"/>', "link", "no-cors"),
    ],
)
def test_href(markup: str, kind: str, mode: str) -> None:
    ((actual_kind, actual_mode, url),) = found(svg(markup))
    assert (actual_kind, actual_mode, url.partition("#")[0]) == (kind, mode, "x.png")


@pytest.mark.parametrize(
    "markup",
    [
        '<use href="#id"/>',
        '<image href="data:image/png,x"/>',
        '<image x:href="a.png" xmlns:x="urn:x"/>',
        '<x:image href="a.png" xmlns:x="urn:x"/>',
        '<image xmlns="" href="a.png"/>',
        '<a href="page.html"/>',
        '<a href="/folder/"/>',
        '<a href="mailto:a@b.c"/>',
        '<rect href="a.png"/>',
        '<!-- <image href="a.png"/> -->',
        '<text><![CDATA[<image href="a.png"/>]]></text>',
        '<g fill="url(#a)" style="fill:red"/>',
        '<g data-src="a.png"/>',
        '<style type="text/x-other">a{b:url(c.png)}</style>',
        '<script type="text/template">import "./a.js"</script>',
        "<style/><style></style><style> </style>",
        "<style><!-- a{b:url(c.png)} --></style>",
    ],
)
def test_what_refers_to_nothing(markup: str) -> None:
    assert parse(svg(markup), "svg") == Parsed()


def test_prefixes_are_resolved_and_not_believed() -> None:
    text = '<s:svg xmlns:s="http://www.w3.org/2000/svg" xmlns:l="http://www.w3.org/1999/xlink"><s:image l:href="a.png"/></s:svg>'
    assert found(text) == [("image", "no-cors", "a.png")]
    inner = svg('<g xmlns:xlink="urn:x"><image xlink:href="no.png"/></g><image xlink:href="a.png"/>')
    assert found(inner) == [("image", "no-cors", "a.png")]


def test_a_namespace_that_an_entity_spells_is_known() -> None:
    text = (
        '<!DOCTYPE svg [<!ENTITY s "http://www.w3.org/2000/svg"><!ENTITY l "http://www.w3.org/1999/xlink">]>'
        '<svg xmlns="&s;" xmlns:xlink="&l;"><image xlink:href="a.png"/></svg>'
    )
    assert found(text) == [("image", "no-cors", "a.png")]


def test_a_url_that_holds_an_entity_of_the_document_is_left_alone_with_a_note() -> None:
    text = f'<!DOCTYPE svg [<!ENTITY e "a.png">]><svg {NS}><image href="&e;"/><image href="b.png"/></svg>'
    assert found(text) == [("image", "no-cors", "b.png")]
    assert notes(text) == ["xml-entity"]


def test_spans_lead_to_the_characters_of_the_file() -> None:
    text = svg('<image href=" img/a&amp;b.png?x=1&amp;y=2#z "/>')
    (one,) = parse(text, "svg").references
    assert one.url == "img/a&b.png?x=1&y=2#z"
    assert text[one.span.start : one.span.end] == "img/a&amp;b.png"
    assert text[one.tail : one.span.end] == "a&amp;b.png"


def test_css_and_scripts_are_handed_on() -> None:
    text = svg(
        '<style>a{b:url(c.png)}</style><style type="text/css">\n<![CDATA[ a > b{} ]]>\n</style><script>f(1)</script>'
        '<script type="module"><![CDATA[import "./a.js"]]></script>'
        '<g style="fill:url(a.svg#b)" mask="url(m.svg#x)" onclick="f(&quot;x&quot;)"/>',
        ' onload="g()"',
    )
    assert embeds(text) == [
        ("js-handler", "g()"),
        ("css", "a{b:url(c.png)}"),
        ("css", " a > b{} "),
        ("js", "f(1)"),
        ("js-module", 'import "./a.js"'),
        ("css-declarations", "fill:url(a.svg#b)"),
        ("css-value", "url(m.svg#x)"),
        ("js-handler", 'f("x")'),
    ]


def test_offsets_of_embeds_are_those_of_the_file() -> None:
    text = svg("<style><![CDATA[a{b:url(c.png)}]]></style><g style='a:url(&quot;d.png&quot;)'/>")
    css, declarations = parse(text, "svg").embeds
    assert css.text.start == text.index("a{b")
    at = declarations.text.text.index("d.png")
    assert declarations.text.span(at, at + 5) == (text.index("d.png"), text.index("d.png") + 5)


def test_a_sheet_in_several_pieces_is_left_alone_with_a_note() -> None:
    text = svg("<style>a{b:url(c<![CDATA[d.png)}]]></style>")
    assert embeds(text) == [] and notes(text) == ["xml-pieces"]


def test_a_script_with_href_has_no_text_of_its_own() -> None:
    assert embeds(svg('<script href="a.js">ignored()</script>')) == []


def test_animated_references() -> None:
    text = svg(
        '<image href="a.png"><animate attributeName="href" values="b.png; c.png" to="d.png"/></image>'
        '<g><set attributeName="fill" to="url(e.svg#x)"/><animate attributeName="x" values="1;2"/></g>'
    )
    assert [url for _, _, url in found(text)] == ["a.png", "b.png", "c.png", "d.png"]
    assert embeds(text) == [("css-value", "url(e.svg#x)")]


def test_html_inside_a_foreign_object() -> None:
    text = svg(
        f'<foreignObject><body {XHTML} style="background:url(z.png)"><img src="a.png" srcset="b.png 1x, c.png?x=1,2 2x,d.png"/>'
        '<video src="e.mp4" poster="f.png"/><link rel="stylesheet" href="g.css"/><link rel="next" href="h.html"/>'
        '<script src="i.js"/><style>a{}</style><p onclick="j()"/><a href="k.pdf"/></body></foreignObject>'
    )
    assert found(text) == [
        ("image", "no-cors", "a.png"),
        ("image", "no-cors", "b.png"),
        ("image", "no-cors", "c.png?x=1,2"),
        ("image", "no-cors", "d.png"),
        ("video", "no-cors", "e.mp4"),
        ("image", "no-cors", "f.png"),
        ("style", "no-cors", "g.css"),
        ("script", "no-cors", "i.js"),
        ("link", "no-cors", "k.pdf"),
    ]
    assert embeds(text) == [("css-declarations", "background:url(z.png)"), ("css", "a{}"), ("js-handler", "j()")]


@pytest.mark.parametrize(
    ("attributes", "kind", "mode"),
    [
        ('type="text/css" href="a.css"', "style", "no-cors"),
        ("href='a.css'", "style", "no-cors"),
        ('type="text/xsl" href="a.css"', "xslt", "same-origin"),
        ('type="application/xslt+xml" href="a.css"', "xslt", "same-origin"),
    ],
)
def test_stylesheet_instructions(attributes: str, kind: str, mode: str) -> None:
    assert found(f"<?xml version='1.0'?>\n<?xml-stylesheet {attributes}?>\n" + svg("")) == [(kind, mode, "a.css")]


def test_a_stylesheet_instruction_counts_before_the_root_alone() -> None:
    assert parse(svg('<?xml-stylesheet href="a.css"?>'), "svg").references == ()


@pytest.mark.parametrize(
    "text",
    [
        svg('<image href="a.png">'),
        svg('<image href="a.png"/></g>'),
        svg('<image href="a.png"/>&nbsp;'),
        svg('<image href="a.png" href="b.png"/>'),
        svg('<image href="a.png"/>') + "<svg/>",
        svg('<image href="a.png"/>') + "text",
        svg('<image href="a.png"/>')[:-6],
        svg('<image href="a.png"/><!-- -- -->'),
        "text " + svg('<image href="a.png"/>'),
    ],
)
def test_what_is_not_well_formed_is_left_alone_with_a_note(text: str) -> None:
    assert found(text) == [] and notes(text) == ["xml-malformed"]


def test_a_root_without_a_namespace_is_noted() -> None:
    text = '<svg><image href="a.png"/></svg>'
    assert found(text) == [] and notes(text) == ["svg-namespace"]


@pytest.mark.parametrize("encoding", ["euc-kr", "UTF-16", "iso-8859-1", "utf-8", "no-such-encoding"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_declared_encoding_disturbs_nothing(encoding: str, mark: str) -> None:
    text = f'{mark}<?xml version="1.0" encoding="{encoding}" standalone=\'yes\'?>' + svg('<text>가é</text><image href="가.png"/>')
    (one,) = parse(text, "svg").references
    assert text[one.span.start : one.span.end] == one.url == "가.png"


def test_bytes_that_were_no_text_disturb_nothing() -> None:
    text = svg('<text>\udcff\udc80</text><image href="a\udc80.png"/>')
    assert found(text) == [("image", "no-cors", "a\udc80.png")]


MARKUP = st.sampled_from(
    [
        f"<svg {NS}>", "</svg>", '<image href="a.png"/>', "<style>", "</style>", "a{b:url(c.png)}", "<![CDATA[", "]]>",
        "<!--", "-->",
        '<g style="',
        '">', "url(", "&amp;", "&x;", "<?xml-stylesheet href='a.css'?>", "<script>", "</script>", " ", "\n", "\0",
        "\udc80", "<", ">",
        '<!DOCTYPE svg [<!ENTITY x "y">]>', f"<p {XHTML} srcset='a 1x,b'/>", "<use xlink:href='b.svg#c'/>",
    ]
)  # fmt: skip


@given(st.lists(MARKUP, max_size=14).map("".join) | st.text(), st.sampled_from(["svg", "xml"]))
def test_any_text_is_read(text: str, variant: str) -> None:
    parsed = parse(text, variant)
    for one in parsed.references:
        assert 0 <= one.span.start <= one.tail <= one.span.end <= len(text)
    for embed in parsed.embeds:
        assert 0 <= embed.text.raw(0) <= embed.text.raw(len(embed.text.text)) <= len(text)
    for finding in parsed.findings:
        assert 0 <= finding.span.start <= finding.span.end <= len(text) and finding.severity == "note"


PATH = st.text(
    min_size=1, alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="/\\?# :\ufffe\uffff")
)


@given(PATH, st.booleans())
def test_a_rewritten_reference_reads_as_rewritten(name: str, numeric: bool) -> None:
    escaped = "".join(f"&#{ord(one)};" if numeric or one in "&<>\"'" else one for one in name)
    text = svg(f'<image href="i/{escaped}?q"/>')
    parsed = parse(text, "svg")
    assert [one.url for one in parsed.references] == [f"i/{name}?q".strip(" \t\n\f\r")]
    one = parsed.references[0]
    again = text[: one.tail] + "new.png" + text[one.span.end :]
    assert [one.url for one in parse(again, "svg").references] == ["i/new.png?q"]
