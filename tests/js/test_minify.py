"""A smaller script that means the same. Each known way to corrupt a script is a case here: rjsmin's result is refused where it is
wrong, and what comes out instead is right."""

import pytest
import rjsmin
from hypothesis import given
from hypothesis import strategies as st

from assetforge.formats.js import minifier, minify

PAD = "\n/* a comment, so that there is something to gain */\nvar   x   =   1;\n"


def smaller(text: str) -> str:
    result = minify(text, "js")
    assert result.reason == ""
    assert len(result.text) < len(text)
    return result.text


def left(text: str) -> str:
    result = minify(text, "js")
    assert result.text == text
    return result.reason


CORRUPTED = [
    ("a=`${ `x  y` }`", "a=`${ `x  y` }`"),
    ("a=`${ b ? `\n  <i>  </i>\n` : '' }`", "a=`${ b ? `\n  <i>  </i>\n` : '' }`"),
    ("f = l => /^ {2,}/.test(l)", "f=l=>/^ {2,}/.test(l)"),
    ("typeof / {2,}a/", "typeof/ {2,}a/"),
    ("switch (a) { case / {2,}a/: }", "switch(a){case/ {2,}a/:}"),
    ("if (a) b; else / {2,}a/.test(c)", "if(a)b;else/ {2,}a/.test(c)"),
    ("async function f() { await / {2,}a/ }", "async function f(){await/ {2,}a/}"),
    ("function* f() { yield / {2,}a/ }", "function*f(){yield/ {2,}a/}"),
    ("a in / {2,}a/", "a in/ {2,}a/"),
    ("for (a of / {2,}a/.exec(b));", "for(a of/ {2,}a/.exec(b));"),
    ("f(... / {2,}a/.exec(b))", "f(.../ {2,}a/.exec(b))"),
    ("class A{#a\n#b=1}", "class A{#a\n#b=1}"),
    ("class A {\n  static\n  a\n}", "class A{static\na}"),
    ("function f(){return/*\n*/1}", "function f(){return\n1}"),
    ("a = 1 .toString()", "a=1 .toString()"),
    ("a = 1\n.toString()", "a=1\n.toString()"),
    ("/a/ in b", "/a/ in b"),
    ("var \\u0061b", "var \\u0061b"),
    ("a()\n'use'\nb", "a()\n'use'\nb"),
    ("a\n`b`", "a\n`b`"),
    ("a\n/b/  g", "a\n/b/g"),
    ("a\n++\nb", "a\n++\nb"),
    ("a\n.5.toFixed()", "a\n.5.toFixed()"),
    ("a < ! --b", "a< !--b"),
]


@pytest.mark.parametrize(("text", "expected"), CORRUPTED, ids=[text for text, _ in CORRUPTED])
def test_what_is_easily_corrupted_comes_out_right(text: str, expected: str) -> None:
    assert smaller(PAD + text) == "var x=1;" + expected


REFUSED = [
    "a=`${ `x  y` }`",
    "f = l => /^ {2,}/.test(l)",
    "typeof / {2,}a/",
    "switch (a) { case / {2,}a/: }",
    "if (a) b; else / {2,}a/.test(c)",
    "f(... / {2,}a/.exec(b))",
    "class A{#a\n#b=1}",
    "function f(){return/*\n*/1}",
    "a = 1 .toString()",
    "/a/ in b",
    "var \\u0061b",
]


@pytest.mark.parametrize("text", REFUSED)
def test_the_check_refuses_what_rjsmin_makes_of_it(text: str) -> None:
    text = PAD + text
    corrupted = rjsmin.jsmin(text, keep_bang_comments=True)
    assert minifier.skeleton(corrupted) != minifier.skeleton(text)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("a\nb", "ab"),
        ("a\n++b", "a++b"),
        ("a + ++b", "a+++b"),
        ("a - -b", "a--b"),
        ("return\nx", "return x"),
        ("a\n(b)", "a(b)"),
        ("'a  b'", "'a b'"),
        ("`a\n b`", "`a\nb`"),
        ("/a  b/", "/a b/"),
        ("/*! a */x", "x"),
        ("a;b", "a\nb"),
        ("yield\nx", "yield x"),
        ("break\na", "break a"),
        ("async\nfunction f(){}", "async function f(){}"),
        ("class A{get\na(){}}", "class A{geta(){}}"),
    ],
)
def test_the_check_tells_programs_apart(text: str, other: str) -> None:
    assert minifier.skeleton(text) != minifier.skeleton(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if (a) {\n  b( c , d ) ;\n}\nelse\n{\n  e\n}\n", "if(a){b(c,d);}\nelse\n{e}"),
        ("a = b +\n  c -\n  d /\n  e", "a=b+c-d/e"),
        ("a\n  .b()\n  .c()", "a.b().c()"),
        ("a = b\n  ? c\n  : d", "a=b?c:d"),
        ("x = [\n  1,\n  2\n]", "x=[1,2]"),
        ("a + +b; a - -b; a + ++b; a-- - b", "a+ +b;a- -b;a+ ++b;a-- -b"),
        ("a  \r\nb  \rc", "a\nb\nc"),
        ("var  a\t=\v1", "var a=1"),
        ("a // b\nc /* d */ e; f", None),
        ("let a = 1 // b\nlet c /* d */ = 2", "let a=1\nlet c=2"),
        ("x = /[/]  \\/  /g .test(y)", "x=/[/]  \\/  /g.test(y)"),
        ("\ufeffvar  a  =  'é'", "\ufeffvar a='é'"),
    ],
)
def test_white_space_and_comments_go(text: str, expected: str | None) -> None:
    assert minify(text, "js").text == (text if expected is None else expected)


@pytest.mark.parametrize(
    "comment", ["/*! Licence\n * of two lines */", "/** @license MIT */", "// @preserve this", "//! short", "//# sourceURL=app.js"]
)
def test_licences_and_names_for_debuggers_stay(comment: str) -> None:
    text = f"// gone, since it says nothing to anybody\n{comment}\nvar   a   =   1\n/* gone as well */"
    assert smaller(text) == f"{comment}\nvar a=1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("function f() { return /*! x */ 1 }  // more", "function f(){return/*! x */1}"),
        ("a = b / /*! x */ c  // more", "a=b/ /*! x */c"),
        ("if (a) { b //! x\n }  // more", "if(a){b//! x\n}"),
    ],
)
def test_a_licence_in_the_middle_changes_nothing(text: str, expected: str) -> None:
    assert smaller(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("class A {\n  get\n  *a() {}\n}" + PAD, "not understood as JavaScript"),
        ("var a = ;" + PAD, "not understood as JavaScript"),
        ("var   a\n//# sourceMappingURL=a.map" + PAD, "it has a source map"),
        ("/*@cc_on @*/ var   a" + PAD, "conditional compilation"),
        ("#!/usr/bin/env node" + PAD, "an HTML-like comment or a hashbang line"),
        ("<!-- x" + PAD, "an HTML-like comment or a hashbang line"),
        ("x" + PAD + "--> y", "an HTML-like comment or a hashbang line"),
        ("a = <b>   c   </b>" + PAD, "JSX"),
        ("f = () => {}\n/ foo   /g" + PAD, "a slash after an arrow function"),
        ("a = '\x01'   ;" + PAD, "control characters"),
        ("(" * 6000 + PAD * 100, "brackets nested deeper"),
        ("var a=1;b=2;c(d,e)", "already small"),
        ("", "already small"),
    ],
)
def test_what_is_left_alone_and_why(text: str, reason: str) -> None:
    assert left(text).startswith(reason)


def test_a_handler_is_left_alone() -> None:
    assert minify("return   f( this )", "js-handler").text == "return   f( this )"


def test_bytes_that_are_no_text_survive() -> None:
    assert smaller("var  a  =  '\udcff\udc80 '  // \udcfe") == "var a='\udcff\udc80 '"


def test_minified_text_is_not_minified_again() -> None:
    once = smaller("function  f( a , b ) {\n  return  a + b\n}\n" * 20)
    assert left(once) == "already small"


TOKENS = st.sampled_from(
    [
        *["a", "b", "1", "1.", ".5", "'s  s'", "`t  t`", "/r  r/g", "+", "-", "++", "--", "/", "*", "=", "=>", "(", ")", "[", "]"],
        *["{", "}", ";", ",", ".", "?", ":", "<", ">", "!", "return", "typeof", "in", "class A", "get", "static", "#p", "async"],
        *["function", "yield", "...", "/*c*/", "/*\n*/", "//c\n", "/*! k */", "\\u0061", "é", "\u00a0", "\udc80"],
    ]
)


@given(st.lists(st.tuples(TOKENS, st.sampled_from(["", " ", "  ", "\n", "\n\n", "\t"])), max_size=16))
def test_any_text_keeps_its_literals_and_its_skeleton(parts: list[tuple[str, str]]) -> None:
    text = "".join(token + blank for token, blank in parts) + PAD
    result = minify(text, "js")
    if result.reason:
        assert result.text == text
    else:
        assert len(result.text) < len(text)
        assert minifier.skeleton(result.text) == minifier.skeleton(text)
    assert minify(result.text, "js").text == result.text
