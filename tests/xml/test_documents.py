"""Feeds, sitemaps, browserconfig and their like: what is an asset in them, and which document a text is."""

import pytest

from assetforge.formats.xml import kind_of, parse
from assetforge.reference import Parsed


def found(text: str) -> list[tuple[str, str, bool]]:
    return [(one.kind, one.url, one.optional) for one in parse(text, "xml").references]


RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
     xmlns:atom="http://www.w3.org/2005/Atom"><channel>
  <link>https://example.com/page.html</link><url>no.png</url>
  <image><url> https://example.com/logo.png </url><link>https://example.com/</link></image>
  <itunes:image href="cover.jpg"/>
  <atom:link rel="self" href="feed.xml"/>
  <item><enclosure url="a.mp3" type="audio/mpeg" length="1"/><guid>g.png</guid>
    <media:content url="b.mp4" medium="video"/><media:thumbnail url="c.png"/>
    <description>&lt;img src="d.png"&gt;</description></item>
</channel></rss>"""


def test_rss() -> None:
    assert found(RSS) == [
        ("image", "https://example.com/logo.png", True),
        ("image", "cover.jpg", False),
        ("audio", "a.mp3", False),
        ("video", "b.mp4", False),
        ("image", "c.png", False),
    ]


def test_atom() -> None:
    text = """<feed xmlns="http://www.w3.org/2005/Atom"><icon>i.png</icon><logo><![CDATA[l.png]]></logo><link href="page.html"/>
      <entry><link rel="enclosure" href="https://e.org/a.zip"/><link rel="alternate" href="b.html"/></entry></feed>"""
    assert found(text) == [("image", "i.png", False), ("image", "l.png", False), ("fetch", "https://e.org/a.zip", True)]


def test_relative_urls_below_an_xml_base_are_left_alone_with_a_note() -> None:
    text = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/x/"><icon>i.png</icon><logo>https://e.org/l.png</logo></feed>"""
    assert found(text) == [("image", "https://e.org/l.png", True)]
    assert [one.code for one in parse(text, "xml").findings] == ["xml-base"]


def test_sitemap() -> None:
    text = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"
      xmlns:v="http://www.google.com/schemas/sitemap-video/1.1"><url><loc>https://e.org/page.png</loc><i:image><i:loc>https://e.org/a.png</i:loc>
      </i:image><v:video><v:thumbnail_loc>/t.png</v:thumbnail_loc><v:content_loc>/v.mp4</v:content_loc><v:player_loc>/p</v:player_loc></v:video>
      </url></urlset>"""
    assert found(text) == [("image", "https://e.org/a.png", True), ("image", "/t.png", False), ("video", "/v.mp4", False)]


def test_browserconfig() -> None:
    text = """<browserconfig><msapplication><tile><square70x70logo src="a.png"/><wide310x150logo src="/b.png"/>
      <TileImage src="c.png"/>
      <TileColor>#fff</TileColor></tile><badge><polling-uri src="badge.xml"/></badge></msapplication></browserconfig>"""
    assert found(text) == [("image", "a.png", False), ("image", "/b.png", False), ("image", "c.png", False)]


def test_opensearch() -> None:
    text = """<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/"><Image width="16">/favicon.png</Image>
      <Url template="/search.png?q={searchTerms}"/></OpenSearchDescription>"""
    assert found(text) == [("image", "/favicon.png", False)]


def test_xslt_and_the_stylesheets_of_any_document() -> None:
    inside = '<xsl:import href="b.xsl"/><img src="a.png"/>'
    sheet = f'<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform">{inside}</xsl:stylesheet>'
    assert found(sheet) == [("xslt", "b.xsl", False)]
    assert found('<?xml-stylesheet type="text/xsl" href="s.xsl"?><data><url>a.png</url></data>') == [("xslt", "s.xsl", False)]


@pytest.mark.parametrize(
    "text",
    [
        "<data><image><url>a.png</url></image><enclosure url='b.png'/></data>",
        '<project xmlns="urn:x"><icon>a.png</icon></project>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>/a.png</loc></url></urlset>',
        "",
        "no markup: a.png",
    ],
)
def test_other_documents_refer_to_nothing(text: str) -> None:
    assert parse(text, "xml") == Parsed()


def test_a_feed_that_is_not_well_formed_is_left_alone_with_a_note() -> None:
    parsed = parse(RSS.replace("</item>", "&undefined;</item>"), "xml")
    assert parsed.references == () and [one.code for one in parsed.findings] == ["xml-malformed"]


def test_an_svg_by_another_name_is_an_svg() -> None:
    assert found('<svg xmlns="http://www.w3.org/2000/svg"><image href="a.png"/></svg>') == [("image", "a.png", False)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (RSS, "feed"),
        ('\ufeff<?xml version="1.0"?>\n<!-- <urlset> -->\n<a:feed xmlns:a="http://www.w3.org/2005/Atom"/>', "feed"),
        ('<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"/>', "feed"),
        ('<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>', "other"),
        ("<urlset/>", "sitemap"),
        ("<sitemapindex>", "sitemap"),
        ("<browserconfig/>", "browserconfig"),
        ("<OpenSearchDescription/>", "opensearch"),
        ('<!DOCTYPE svg [<!ENTITY n "http://www.w3.org/2000/svg">]><svg xmlns="&n;"/>', "svg"),
        ('<html xmlns="http://www.w3.org/1999/xhtml"/>', "xhtml"),
        ("<svg/>", "other"),
        ("<html/>", "other"),
        ("", "other"),
        ("<!-- <rss>", "other"),
        ("</rss>", "other"),
        ("<rss", "other"),
    ],
)
def test_the_root_says_which_document_it_is(text: str, kind: str) -> None:
    assert kind_of(text) == kind
