"""A smaller SVG is the same document: what is shown, run or licensed stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from assetforge.formats.xml import minify, parse

NS = 'xmlns="http://www.w3.org/2000/svg"'


def svg(inside: str, attributes: str = "") -> str:
    return f"<svg {NS}{attributes}>{inside}</svg>"


def test_comments_and_white_space_between_elements_go() -> None:
    head, inside = '<?xml version="1.0"?>\n<!-- made by a tool -->\n', '\n  <g>\n    <path d="M 0 0"/> <!-- x -->\n  </g>\n'
    text = f'{head}<svg {NS}  id="a" >{inside}</svg>\n'
    assert minify(text, "svg").text == f'<?xml version="1.0"?><svg {NS}  id="a" ><g><path d="M 0 0"/></g></svg>'


@pytest.mark.parametrize(
    "inside",
    [
        "<text> a <tspan> b </tspan> <tspan>c</tspan> <!-- x --> </text>",
        "<text>\n<a>\n<tspan>x</tspan>\n</a>\n</text>",
        "<style> a > b { } /* c */ </style>",
        "<style> <![CDATA[ a ]]> </style>",
        "<title> t </title><desc> <b/> </desc>",
        '<g xml:space="preserve"> <path/> <!-- x --> </g>',
        '<foreignObject> <p xmlns="http://www.w3.org/1999/xhtml"> a <b> c </b> </p> </foreignObject>',
        '<h:p xmlns:h="http://www.w3.org/1999/xhtml"> <h:b/> </h:p>',
        "<metadata> <a/> </metadata>",
        "<!--! Licence: MIT -->",
        "<!-- @license CC BY 4.0 -->",
        "<!-- Copyright 2020 -->",
        "<g> a <path/> b </g>",
    ],
)
def test_what_is_shown_or_licensed_stays(inside: str) -> None:
    assert minify(svg(f"\n{inside}\n"), "svg").text == svg(inside)


@pytest.mark.parametrize(
    "text",
    [
        svg(" <script>f(document.documentElement.firstChild)</script> "),
        svg(" <g/> ", ' onload="f()"'),
        svg(" <style>g:empty{fill:red}</style> <g> </g> "),
        f'<!DOCTYPE svg [<!ENTITY e "x">]><svg {NS}> <g/> </svg>',
        f'<?xml-stylesheet type="text/xsl" href="a.xsl"?><svg {NS}> <g/> </svg>',
        svg(" <g> "),
        svg(" <a:b/> "),
        svg(" <g/> ") + "<x/>",
        svg(" <g a='1' a='2'/> "),
        svg(" &x; <g/> "),
        " text ",
        "",
    ],
)
def test_what_cannot_be_shown_to_mean_the_same_is_left_alone_with_the_reason(text: str) -> None:
    result = minify(text, "svg")
    assert result.text == text and result.reason


@pytest.mark.parametrize("text", ["<rss> <channel/> </rss>", "<a> <b/> <!-- c --> </a>"])
def test_other_xml_is_not_minified(text: str) -> None:
    result = minify(text, "xml")
    assert result.text == text and result.reason


def test_a_declared_encoding_disturbs_nothing() -> None:
    text = f'\ufeff<?xml version="1.0" encoding="euc-kr"?>\n<svg {NS}> <text>가</text> </svg>'
    assert minify(text, "svg").text == f'\ufeff<?xml version="1.0" encoding="euc-kr"?><svg {NS}><text>가</text></svg>'


PIECES = st.sampled_from(
    ["<g>", "</g>", "<text>", "</text>", "<path/>", " ", "\n  ", "a", "<!-- c -->", "<!--! k -->", "<![CDATA[ x ]]>", "&amp;",
     "<style>", "</style>", '<g xml:space="default">', '<image href="a.png"/>', "<?p i?>"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14).map(lambda parts: svg("".join(parts))))
def test_shown_text_and_elements_are_the_same(text: str) -> None:
    small = minify(text, "svg").text
    assert minify(small, "svg").text == small
    assert [one.url for one in parse(small, "svg").references] == [one.url for one in parse(text, "svg").references]
    if small != text:
        assert _shown(small) == _shown(text)


def _shown(text: str) -> list[tuple[str, str]]:
    """Every element, with the text inside it where white space is shown."""
    root = etree.fromstring(text.encode(), etree.XMLParser(remove_comments=True))
    names = ("text", "style")
    return [
        (str(one.tag), "".join(one.itertext()) if etree.QName(one).localname in names else "") for one in root.iter(etree.Element)
    ]
