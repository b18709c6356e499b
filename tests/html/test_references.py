"""What a page refers to: each row is a place of the standard, or one that is no asset."""

import base64
import hashlib

import pytest

from assetforge.formats.html import parse
from assetforge.reference import Parsed


def found(text: str, variant: str = "html") -> list[tuple[str, str, str]]:
    """Kind, syntax and the characters that a rewrite may replace."""
    return [(one.kind, one.syntax, text[one.span.start : one.span.end]) for one in parse(text, variant).references]


def embedded(text: str, variant: str = "html") -> list[tuple[str, str]]:
    return [(one.format, one.text.text) for one in parse(text, variant).embeds]


LOADED = [
    ('<img src="a.png">', "image img src"),
    ("<IMG SRC=a.png>", "image img src"),
    ("<img src = ' a.png '>", "image img src"),
    ('<img src="a.png?v=1#x">', "image img src"),
    ('<img longdesc="a.png">', "document img longdesc"),
    ('<img lowsrc="a.png">', "image img lowsrc"),
    ('<img dynsrc="a.png">', "video img dynsrc"),
    ('<img srcset="a.png 2x">', "image img srcset"),
    ('<source srcset="a.png 2x">', "image source srcset"),
    ('<source src="a.png" type="audio/ogg">', "audio source src"),
    ('<source src="a.png">', "video source src"),
    ('<video src="a.png">', "video video src"),
    ('<video poster="a.png">', "image video poster"),
    ('<audio src="a.png">', "audio audio src"),
    ('<track src="a.png">', "track track src"),
    ('<iframe src="a.png"></iframe>', "document iframe src"),
    ('<frame src="a.png">', "document frame src"),
    ('<embed src="a.png">', "embed embed src"),
    ('<object data="a.png"></object>', "object object data"),
    ('<object archive="a.png"></object>', "object object archive"),
    ('<applet archive="a.png"></applet>', "object applet archive"),
    ('<input type=IMAGE src="a.png">', "image input src"),
    ('<body background="a.png">', "image body background"),
    ('<table background="a.png">', "image table background"),
    ('<td background="a.png">', "image td background"),
    ('<html manifest="a.png">', "manifest html manifest"),
    ('<script src="a.png"></script>', "script script src"),
    ('<script nomodule src="a.png"></script>', "script script src"),
    ('<script type=module src="a.png"></script>', "module script src"),
    ('<script type=" text/JavaScript " src="a.png"></script>', "script script src"),
    ('<script language="JavaScript1.2" src="a.png"></script>', "script script src"),
    ('<link rel=stylesheet href="a.png">', "style link href"),
    ('<link rel="alternate stylesheet" href="a.png">', "style link href"),
    ('<link rel="shortcut ICON" href="a.png">', "image link href"),
    ('<link rel=apple-touch-icon href="a.png">', "image link href"),
    ('<link rel=mask-icon href="a.png">', "image link href"),
    ('<link rel=manifest href="a.png">', "manifest link href"),
    ('<link rel=preload as=font href="a.png">', "font link href"),
    ('<link rel=preload as=style href="a.png">', "style link href"),
    ('<link rel=preload as=image imagesrcset="a.png 1x">', "image link imagesrcset"),
    ('<link rel=modulepreload href="a.png">', "module link href"),
    ('<link rel=prefetch href="a.png">', "fetch link href"),
    ('<link rel=alternate type="application/rss+xml" href="a.png">', "link link href"),
    ('<link rel=import href="a.png">', "document link href"),
    ('<link itemprop=image href="a.png">', "image link href"),
    ('<meta property="og:image" content="a.png">', "image meta og:image"),
    ('<meta property="og:video:url" content="a.png">', "video meta og:video:url"),
    ('<meta name="twitter:image" content="a.png">', "image meta twitter:image"),
    ('<meta name="msapplication-TileImage" content="a.png">', "image meta msapplication-tileimage"),
    ('<meta name="msapplication-config" content="a.png">', "fetch meta msapplication-config"),
    ('<meta itemprop="image" content="a.png">', "image meta itemprop"),
    ('<meta http-equiv=refresh content="5; URL=a.png">', "document meta refresh"),
    ("<meta http-equiv=refresh content=\"0;url = 'a.png'\">", "document meta refresh"),
    ('<meta http-equiv=refresh content="0, a.png">', "document meta refresh"),
    ('<svg><use href="a.png#i"/></svg>', "image use href"),
    ('<svg><image xlink:href="a.png"/></svg>', "image image xlink:href"),
    ('<svg><feImage href="a.png"/></svg>', "image feimage href"),
    ('<svg><linearGradient href="a.png#x"/></svg>', "image lineargradient href"),
    ('<svg><textPath href="a.png#x"/></svg>', "image textpath href"),
    ('<svg><script href="a.png"></script></svg>', "script script href"),
    ('<svg><foreignObject><img src="a.png"></foreignObject></svg>', "image img src"),
    ('<image src="a.png">', "image image src"),
    ('<a href="a.png">', "link a href"),
    ('<area href="a.png">', "link area href"),
    ('<svg><a xlink:href="a.png"></a></svg>', "link a xlink:href"),
    ('<p data-src="a.png">', "image data-src"),
    ('<p data-srcset="a.png 2x">', "image data-srcset"),
    ('<noscript><img src="a.png"></noscript>', "image img src"),
    ('<template><img src="a.png"></template>', "image img src"),
    ("<img src=a.png alt='<img src=b.png>'>", "image img src"),
    ("<img src=a.png src=b.png>", "image img src"),
    ('<p title="<img src=b.png>"><img src="a.png">', "image img src"),
]


@pytest.mark.parametrize(("text", "expected"), LOADED)
def test_loaded(text: str, expected: str) -> None:
    kind, _, syntax = expected.partition(" ")
    assert found(text) == [(kind, syntax, "a.png")]


@pytest.mark.parametrize(
    "text",
    [
        '<a href="a.html">', '<a href="a.php?x=b.png">', '<a href="https://example.com">', '<a href="/a/b/">', '<a href="#a.png">',
        '<a href="mailto:a@b.com">', '<a href="javascript:a.png">', '<a href="../1.2/">', '<a ping="a.png">',
        '<form action="a.png">', '<button formaction="a.png">', '<blockquote cite="a.png">', '<input src="a.png">',
        '<link rel=canonical href="a.png">', '<link rel="preconnect dns-prefetch" href="a.png">', '<link rel=next href="a.png">',
        '<link rel=alternate hreflang=de href="a.png">', '<link href="a.png">', '<link rel="stylesheet/less" href="a.less">',
        '<link rel=stylesheet type="text/less" href="a.less">', '<script type="text/x-template" src="a.png"></script>',
        '<meta name=description content="a.png">', '<meta http-equiv=refresh content="5">',
        '<meta http-equiv=refresh content="5a.png">',
        '<meta name="msapplication-config" content="none">', '<img src="">', '<img src="data:image/png;base64,AA==">',
        '<img src="#x">',
        '<p data-src="a.b(c).png">', '<p data-src="tab">', '<p data-srcset="a.png 1x, b 2x">', '<p data-bg="url(a.png)">',
        '<!-- <img src="a.png"> -->', '<textarea><img src="a.png"></textarea>', '<title><img src="a.png"></title>',
        '<iframe><img src="a.png"></iframe>', '<svg><linearGradient href="#x"/></svg>', '<svg><img2 src="a.png"/></svg>',
        '<img src="a.png', '</img src="a.png">',
    ],
)  # fmt: skip
def test_no_asset(text: str) -> None:
    assert found(text) == []


def test_urls_are_decoded_and_spans_are_the_authors_characters() -> None:
    text = '<img src="a&amp;b.png?c=1&copy=2">'
    (one,) = parse(text, "html").references
    assert (one.url, text[one.span.start : one.span.end]) == ("a&b.png?c=1&copy=2", "a&amp;b.png")


def test_the_tail_begins_after_the_last_slash_of_the_path() -> None:
    text = '<img src="/x/y/a.png?b/c#d/e">'
    (one,) = parse(text, "html").references
    assert text[one.tail : one.span.end] == "a.png"


def test_references_come_in_the_order_of_the_text() -> None:
    text = '<video poster=a.png src=b.mp4></video><img srcset="c.png 1x, d.png 2x" src=e.png><link href=f.css rel=stylesheet>'
    assert [url for _, _, url in found(text)] == ["a.png", "b.mp4", "c.png", "d.png", "e.png", "f.css"]


def test_a_line_break_inside_a_url_is_left_alone_with_a_note() -> None:
    parsed = parse('<img src="a\n.png">', "html")
    assert parsed.references == ()
    assert [(one.code, one.severity) for one in parsed.findings] == [("html-url-line-break", "note")]


def test_codebase_leaves_what_is_relative_to_it_alone() -> None:
    parsed = parse('<object codebase="x/" data="a.swf" archive="b.jar"></object><applet codebase=y archive=c.jar>', "html")
    assert parsed.references == ()
    assert [one.code for one in parsed.findings] == ["html-codebase", "html-codebase"]


def test_archives_are_lists() -> None:
    assert [url for *_, url in found('<object archive="a.jar b.jar">')] == ["a.jar", "b.jar"]
    assert [url for *_, url in found('<applet archive="a.jar, b.jar">')] == ["a.jar", "b.jar"]


def test_request_modes() -> None:
    text = (
        '<svg><use href="a.svg#x"/></svg><script src=b.js></script><script src=c.js crossorigin></script>'
        "<script type=module src=d.js></script><video crossorigin><track src=e.vtt></video><video><track src=f.vtt></video>"
    )
    assert [one.mode for one in parse(text, "html").references] == [
        "same-origin", "no-cors", "cors", "cors", "cors", "same-origin",
    ]  # fmt: skip


def test_lazy_loading_attributes_are_optional() -> None:
    assert [one.optional for one in parse('<img src=a.png data-src="b.png">', "html").references] == [False, True]


# -- other languages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<style>a{}</style>", [("css", "a{}")]),
        ('<style type="text/css">a{}</style><p>', [("css", "a{}")]),
        ("<style type=text/less>a{}</style>", []),
        ("<style> </style>", []),
        ("<script>a</script><script>b</script>", [("js", "a"), ("js", "b")]),
        ("<script type=MODULE>a</script>", [("js-module", "a")]),
        ("<script type=importmap>{}</script>", [("importmap", "{}")]),
        ("<script type=application/ld+json>{}</script>", [("json-ld", "{}")]),
        ("<script type=text/template><p></script>", []),
        ('<script type="text/javascript; charset=utf-8">a</script>', []),
        ("<script type>a</script>", [("js", "a")]),
        ("<script language=vbscript>a</script>", []),
        ("<script src=a.js>b</script>", []),
        ("<p style='background:url(&quot;a.png&quot;)'>", [("css-declarations", 'background:url("a.png")')]),
        ('<p style="color:rgb(0,0,0)">', []),
        ("<p onclick=\"a.src='b.png'\">", [("js-handler", "a.src='b.png'")]),
        ('<p onclick="a(1)">', []),
        ('<iframe srcdoc="&lt;img src=a.png>"></iframe>', [("html", "<img src=a.png>")]),
        ("<!--[if lt IE 9]><script src=a.js></script><![endif]-->", [("html", "<script src=a.js></script>")]),
        ("<!--[if !IE]><!--><p><!--<![endif]-->", []),
        ("<svg><style>a{b:url(c)}</style></svg>", [("css", "a{b:url(c)}")]),
        ("<svg><style>a&gt;b</style></svg>", [("css", "a>b")]),
        ("<svg><style><![CDATA[a>b]]></style></svg>", [("css", "a>b")]),
        ("<svg><script>a</script></svg>", [("js", "a")]),
        ('<svg><rect fill="url(a.svg#b)"/></svg>', [("css-value", "url(a.svg#b)")]),
        ('<svg><rect fill="rgb(0,0,0)"/></svg>', []),
        ("<style>a{}", [("css", "a{}")]),
        ("<svg><style/><text>a</text></svg>", []),
        ("<script></script><p>a</p><svg><text>b</text></svg>", []),
    ],
)
def test_embeds(text: str, expected: list[tuple[str, str]]) -> None:
    assert embedded(text) == expected


def test_downlevel_revealed_conditional_comments_are_markup() -> None:
    assert found("<![if !IE]><img src=a.png><![endif]>") == [("image", "img src", "a.png")]


def test_offsets_of_an_embed_lead_to_the_file() -> None:
    text = '<svg><style>a<![CDATA[{b:url("c.png")}]]>&gt;d</style></svg>'
    (one,) = parse(text, "html").embeds
    at = one.text.text.index("c.png")
    assert text[slice(*one.text.span(at, at + 5))] == "c.png"


# -- the page --------------------------------------------------------------------------------------------------------------


def test_the_first_base_counts() -> None:
    assert parse('<base target=x><base href=" a&amp;b/ "><base href="c/">', "html").base == "a&b/"
    assert parse('<noscript><base href="a/"></noscript><template><base href="b/"></template>', "html").base is None


def test_integrity_is_paired_with_its_reference() -> None:
    text = '<img src=x.png><script integrity="sha384-a sha512-b" src=a.js></script><link rel=stylesheet href=b.css integrity="">'
    parsed = parse(text, "html")
    ((span, index),) = parsed.integrities
    assert (text[slice(*span)], parsed.references[index].url) == ("sha384-a sha512-b", "a.js")


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("<p><script>a</script><script type=module>b</script>", "<script type=module>"),
        ("<link rel=modulepreload href=a.js><script type=module src=a.js></script>", "<link"),
        ("<script type=importmap>{}</script><script type=module>b</script>", "<script type=importmap>"),
        ("<noscript><link rel=modulepreload href=a.js></noscript><script type=module></script>", "<script type=module>"),
    ],
)
def test_an_import_map_goes_before_the_first_module(text: str, before: str) -> None:
    slot = parse(text, "html").module_slot
    assert slot is not None
    assert text.startswith(before, slot.at)
    assert (slot.refused, slot.nonce) == ("", "")


def test_a_page_without_modules_has_no_slot() -> None:
    assert parse("<script>a</script>", "html").module_slot is None


@pytest.mark.parametrize(
    ("policy", "refused"),
    [
        ("script-src 'self'", True),
        ("default-src 'self'", True),
        ("default-src 'none'; script-src 'unsafe-inline'", False),
        ("script-src 'unsafe-inline' 'nonce-other'", True),
        ("script-src 'nonce-n1'", False),
        ("script-src 'unsafe-inline'; script-src-elem 'self'", True),
        ("style-src 'self'", False),
    ],
)
def test_a_policy_may_refuse_an_import_map(policy: str, refused: bool) -> None:
    text = f'<meta http-equiv="Content-Security-Policy" content="{policy}"><script type=module nonce="n1">a</script>'
    slot = parse(text, "html").module_slot
    assert slot is not None
    assert (bool(slot.refused), slot.nonce) == (refused, "n1")


def _with_policy(policy: str, body: str) -> Parsed:
    return parse(f'{body}<meta http-equiv=content-security-policy content="{policy}">', "html")


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_a_block_whose_hash_a_policy_lists_is_locked(algorithm: str) -> None:
    digest = base64.b64encode(hashlib.new(algorithm, b"\nfetch('a.png')\n").digest()).decode()
    parsed = _with_policy(f"script-src '{algorithm}-{digest}'", "<script>\r\nfetch('a.png')\r\n</script><script>b</script>")
    assert [algorithm in one.locked for one in parsed.embeds] == [True, False]


def test_a_file_whose_integrity_or_name_a_policy_lists_is_locked() -> None:
    parsed = _with_policy(
        "script-src 'sha384-abcd' https://x.org/js/b.js",
        "<script src=a.js integrity=sha384-abcd></script><script src=js/b.js></script>"
    )
    assert [bool(one.locked) for one in parsed.references] == [True, True]
    assert parsed.integrities == ()


# -- XHTML -----------------------------------------------------------------------------------------------------------------


def test_xhtml_reads_scripts_and_styles_as_markup() -> None:
    text = (
        '<?xml version="1.0"?><?xml-stylesheet type="text/css" href="a.css"?><html xmlns="http://www.w3.org/1999/xhtml"><head>'
        "<script>//<![CDATA[\na&lt;b\n//]]></script><style>a&gt;b</style><script src='b.js'/></head><body><title/>"
        "<img src='c.png'/><svg:svg><svg:image xlink:href='d.png'/></svg:svg></body></html>"
    )
    assert embedded(text, "xhtml") == [("js", "//\na&lt;b\n//"), ("css", "a>b")]
    assert [url for *_, url in found(text, "xhtml")] == ["a.css", "b.js", "c.png", "d.png"]


def test_xhtml_keeps_the_case_of_svg_names() -> None:
    text = '<svg xmlns="…"><feImage xlink:href="a.png"/><foreignObject><img src="b.png"/></foreignObject></svg>'
    assert [url for *_, url in found(text, "xhtml")] == ["a.png", "b.png"]


def test_a_byte_order_mark_and_lone_surrogates_are_text() -> None:
    assert found("\ufeff<!DOCTYPE html>\udc80<img src=a\udcff.png>\0") == [("image", "img src", "a\udcff.png")]
