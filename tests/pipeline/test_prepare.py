"""One file made ready: languages inside languages, and minifying that changes no reference."""

import pytest

from assetforge import formats
from assetforge.prepare import prepare_text
from assetforge.reference import Minified


def references(text, format="html"):
    prepared = prepare_text(text, format, "not now").prepared
    return [(one.url, text[one.span.start : one.span.end], text[one.tail : one.span.end]) for one in prepared.parsed.references]


def test_references_of_embedded_languages_carry_the_pages_offsets():
    text = """<p style="background: url('a&amp;b/c.png')"><style>@import "x/y.css?q";</style>"""
    text += "<script type=module>import './m/n.js'</script>"
    assert references(text) == [
        ("a&b/c.png", "a&amp;b/c.png", "c.png"),
        ("x/y.css?q", "x/y.css", "y.css"),
        ("./m/n.js", "./m/n.js", "n.js"),
    ]


def test_documents_in_documents():
    text = """<iframe srcdoc="&lt;img src='i/a.png'&gt;&lt;p style='background:url(&quot;b.png&quot;)'&gt;"></iframe>"""
    assert [one[:2] for one in references(text)] == [("i/a.png", "i/a.png"), ("b.png", "b.png")]


def test_a_block_that_a_policy_covers_is_locked():
    import base64
    import hashlib

    css = "p{background:url(a.png)}"
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    text = f"""<meta http-equiv=Content-Security-Policy content="style-src 'sha256-{digest}'"><style>{css}</style><img src=b.png>"""
    parsed = prepare_text(text, "html", "not now").prepared.parsed
    assert [(one.url, bool(one.locked)) for one in parsed.references] == [("a.png", True), ("b.png", False)]


def test_the_minified_text_makes_the_same_references_and_knows_their_origins():
    text = "/* long */\n\n@import 'a.css';\n\n.x   {  background :  url( 'b.png' ) ;  }\n"
    ready = prepare_text(text, "css", "")
    assert ready.prepared.minified == "yes" and len(ready.text) < len(text)
    urls = [(one.url, ready.text[one.span.start : one.span.end]) for one in ready.prepared.parsed.references]
    assert urls == [("a.css", "a.css"), ("b.png", "b.png")]
    assert [text[span.start : span.end] for span in ready.prepared.origins] == ["a.css", "b.png"]


def test_a_minifier_that_loses_a_reference_is_not_believed(monkeypatch):
    monkeypatch.setattr(formats, "minify", lambda format, text: Minified("a{}"))
    ready = prepare_text("a { background: url(x.png) }", "css", "")
    assert ready.text is None
    assert ready.prepared.minified == "the minifier changed a reference"


def test_findings_have_line_column_and_excerpt():
    prepared = prepare_text("a{}\nb{color:red} /* open", "css", "not now").prepared
    (finding,) = prepared.findings
    assert (finding.line, finding.severity) == (2, "note")
    assert finding.excerpt == "b{color:red} /* open"


def test_the_excerpt_of_a_long_line_is_what_is_around_the_place():
    text = "x" * 100_000 + "{}" + "/* open"
    (finding,) = prepare_text(text, "css", "not now").prepared.findings
    assert len(finding.excerpt) <= 400
    assert finding.column == 100_003
    assert finding.excerpt[finding.column - 1 - finding.excerpt_at :].startswith("/* open")


@pytest.mark.parametrize("format", sorted(formats.FORMATS))
@pytest.mark.parametrize(
    "text", ["", "\ufeff", "\0", "\udcff", "<", "{", "'", "`${", "/*", "<!--", "&#", "\\", "@import", "url(", "import(", "[1,"]
)
def test_no_text_breaks_a_room(format, text):
    prepared = prepare_text(text, format, "not now").prepared
    assert prepared.parsed.embeds == ()
