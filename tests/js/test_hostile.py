"""Hostile texts: megabytes on one line, nothing terminated, brackets without end. Each is read in bounded time and without an
exception; bounds are some ten times what a slow machine needs for work that is linear, far below what anything worse would take."""

import time

import pytest

from assetforge.formats.js import minify, parse, strings, syntax

MEGABYTE = 1_000_000
HEAD = "import './a.js'\n"

HOSTILE = {
    "one line": "a=1;" * (MEGABYTE // 10),
    "open string": 'x="' + "y" * 5 * MEGABYTE,
    "open template": "x=`" + "y" * 5 * MEGABYTE,
    "open comment": "/*" + "y" * 5 * MEGABYTE,
    "open regex": "x=/" + "y" * 5 * MEGABYTE,
    "parentheses": "(" * MEGABYTE,
    "brackets": "[" * MEGABYTE,
    "braces": "{" * MEGABYTE,
    "balanced": "(" * MEGABYTE + ")" * MEGABYTE,
    "closing": ")" * (MEGABYTE // 5),
    "arrows": "(a," * (MEGABYTE // 3),
    "templates": "`${" * (MEGABYTE // 3),
    "quotes": '"' * 50_000,
    "not": "!" * (MEGABYTE // 2),
    "sum": "a" + "+a" * (MEGABYTE // 8),
    "else": "if(a);else " * 20_000,
    "blank": " " * 2 * MEGABYTE,
    "blank lines": " \n" * MEGABYTE,
    "nul": "\0" * MEGABYTE,
    "surrogates": "\udc80" * MEGABYTE,
    "holes": "[" + "," * 100_000 + "]",
    "imports": "import'./a.js';" * 10_000,
    "calls": "new URL('a.png',import.meta.url);" * 5_000,
    "searches": "x.src.match(/a\\.js$/);" * 8_000,
    "selectors": "q('[src=\"a.js\"]');" * 8_000,
    "open selectors": "'" + "[src" * (MEGABYTE // 4) + "'",
    "comparisons": 'x.src=="a.js";' * 8_000,
    "maps": "//# sourceMappingURL=\n" * 2_000 + "x",
    "dots": ".js" * 50_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_read_in_bounded_time(name: str) -> None:
    text = HEAD + HOSTILE[name] + "//.js"
    started = time.process_time()
    parsed = parse(text, "js")
    minify(text, "js")
    strings(text)
    assert time.process_time() - started < 20
    assert all(one.span.end <= len(text) for one in parsed.references)


def test_length_is_cut_off() -> None:
    text = " " * (syntax.LONGEST - 5) + "import './a.js'"
    assert isinstance(syntax.parse(text), syntax.Opaque)
    assert [note.code for note in parse(text, "js").findings] == ["not-parsed"]
    assert minify(text, "js").reason.startswith("longer than")


def test_nesting_is_cut_off() -> None:
    assert isinstance(syntax.parse("(" * (syntax.DEEPEST + 1)), syntax.Opaque)
    deep = "[" * 1000 + "]" * 1000
    assert isinstance(syntax.parse(deep), syntax.Tree)
    assert minify(deep + "\n" * 100 + " // a remark", "js").text == deep
