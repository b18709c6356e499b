"""Places that look for an asset by its name: what is seen, and what would only be noise."""

import pytest

from assetforge.formats.js import parse
from assetforge.reference import OWN_NAME


def needles(text: str) -> set[tuple[str, str]]:
    return {(one.needle, one.match) for one in parse(text, "js").lookups}


@pytest.mark.parametrize(
    ("text", "needle", "match"),
    [
        ("document.querySelector('script[src$=\"widget.js\"]')", "widget.js", "suffix"),
        ("document.querySelector(`script[src$='widget.js']`)", "widget.js", "suffix"),
        ("$(\"script[src*='foo.js']\")", "foo.js", "substring"),
        ("$('script[src*=foo.js]').remove()", "foo.js", "substring"),
        ("$(\"link[href='css/x.css']\")", "css/x.css", "suffix"),
        ("$('link[href^=\"css/x.css\"]')", "css/x.css", "substring"),
        ("$('link[href^=\"/css/x.css\"]')", "/css/x.css", "prefix"),
        ('var S = "script[src=\\"../js/x.js\\"]"', "js/x.js", "suffix"),
        ("s.src.indexOf('m.js') > -1", "m.js", "substring"),
        ("src.includes('m.js')", "m.js", "substring"),
        ("document.currentScript.src.endsWith('/m.js')", "/m.js", "suffix"),
        ("l.getAttribute('href').replace('dark.css', 'light.css')", "dark.css", "substring"),
        ("s.src.split('app.js')[0]", "app.js", "substring"),
        ("if (s.getAttribute('src') === './k.js') {}", "k.js", "suffix"),
        ("scripts[i].src.match(/effects\\.js(\\?.*)?$/)", "effects.js", "suffix"),
        ("/(^|\\/)jquery\\.min\\.js$/.test(s.src)", "jquery.min.js", "suffix"),
        ("/jquery(\\.min)?\\.js/.test(s.src)", "jquery.min.js", "substring"),
        ("/jquery(\\.min)?\\.js/.test(s.src)", "jquery.js", "substring"),
        ("/(?:a|b)\\.css/i.exec(l.href)", "b.css", "substring"),
        ("s.src.search(/\\/lib.js/)", "/lib.js", "substring"),
        ("new RegExp('zz\\\\.js$').test(a)", "zz.js", "suffix"),
        ("s.src.indexOf('/m.js?v=') > 0", "/m.js", "substring"),
        ("RegExp('zz\\\\.js')", "zz.js", "substring"),
        ("var own = /(^|.*[\\\\\\/])ckeditor\\.js(?:\\?.*|;.*)?$/i; find(own)", "ckeditor.js", "suffix"),
        ("path = strip(path, /^(.*)marker-icon\\.png$/, 1)", "marker-icon.png", "suffix"),
        ("const OWN = [/widget(?:\\.min)?\\.js/]", "widget.js", "substring"),
        ("for (const s of document.scripts) if (/main\\.(?:js|mjs)/.test(s.src)) go(s)", "main.mjs", "substring"),
    ],
)
def test_a_search_for_a_file_name(text: str, needle: str, match: str) -> None:
    assert (needle, match) in needles(text)


@pytest.mark.parametrize(
    "text",
    [
        "name.replace(/\\.js$/, '')",
        "name.endsWith('.js')",
        "$('script[src$=\".js\"]')",
        "$('a[href*=example]')",
        "// s.src.indexOf('m.js')",
        "x = \"s.src.indexOf('m.js')\"",
        "s.src.indexOf(name + '.js')",
        "new RegExp(name + '.json')",
        "new RegExp('^' + name); x = 'a.js'",
        "text.indexOf('see m.js for more')",
        "/.*\\.js/.test(s.src)",
        "/\\w+\\.css/.test(s.src)",
        "if (lib == 'chart.js') {}",
        "const assets = { test: /\\.(?:js|css|png)$/, min: /\\.min\\.js$/ }",
        "x = '/ckeditor\\\\.js/'  // /ckeditor\\.js/",
    ],
)
def test_what_is_no_name_or_not_searched_for(text: str) -> None:
    assert needles(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        'var own = new RegExp("(^|/)" + BASENAME + "\\\\.js(\\\\?.*)?$")',
        "s.src.match(RegExp(name+'.min.js'))",
    ],
)
def test_a_pattern_with_a_computed_name_looks_for_the_script_itself(text: str) -> None:
    assert needles(text) == {(OWN_NAME, "suffix")}


def test_the_span_is_the_search() -> None:
    text = "/* x */ s.src.match(/effects\\.js$/)"
    (one,) = parse(text, "js").lookups
    assert text[one.span.start : one.span.end] == "/effects\\.js$/"


def test_a_selector_in_an_escaped_string_leads_back_to_its_place() -> None:
    text = "q('\\x61[src=\"m.js\"]')"
    (one,) = parse(text, "js").lookups
    assert text[one.span.start : one.span.end] == '[src="m.js"'


def test_readings_of_a_pattern_are_bounded() -> None:
    text = "/" + "(a|b|c|d)?" * 60 + "x\\.js/.test(s.src)"
    assert len(parse(text, "js").lookups) <= 32
