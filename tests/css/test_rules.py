"""The outline of a stylesheet: what is a rule and where it ends, error recovery included."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetforge.formats.css.rules import NOWHERE, Rule, declarations, outline


def shown(text: str, rules: tuple[Rule, ...]) -> list[object]:
    """Keyword, prelude, block and inner rules of each rule."""
    return [
        (
            one.keyword,
            text[slice(*one.prelude)],
            None if one.block == NOWHERE else text[slice(*one.block)] if not one.rules else shown(text, one.rules),
        )
        for one in rules
    ]


def rules(text: str) -> list[object]:
    return shown(text, outline(text))


def test_style_rules_and_statements_are_told_with_their_places() -> None:
    text = '@charset "utf-8";\n@import url(x.css) screen;\n/* a { } */ a , b:hover { color: red } p{}'
    assert rules(text) == [
        ("charset", '"utf-8"', None), ("import", "url(x.css) screen", None), ("", "a , b:hover", " color: red "), ("", "p", ""),
    ]  # fmt: skip
    assert [text[slice(*one.span)] for one in outline(text)][2:] == ["a , b:hover { color: red }", "p{}"]


def test_groups_hold_rules_and_other_at_rules_do_not() -> None:
    text = "@MEDIA (a){x{}@supports (b){y{}}}@font-face{font-family:z}@keyframes k{from{a:b}to{c:d}}@layer a.b,c;@layer{q{}}"
    assert rules(text) == [
        ("media", "(a)", [("", "x", ""), ("supports", "(b)", [("", "y", "")])]),
        ("font-face", "", "font-family:z"),
        ("keyframes", "k", "from{a:b}to{c:d}"),
        ("layer", "a.b,c", None),
        ("layer", "", [("", "q", "")]),
    ]


@pytest.mark.parametrize("name", ["container c (width>1px)", "scope (.a) to (.b)", "starting-style", "-moz-document url()"])
def test_every_group_of_the_specifications_is_looked_into(name: str) -> None:
    (rule,) = outline(f"@{name}{{a{{}}}}")
    assert [one.keyword for one in rule.rules] == [""]


def test_nested_rules_stand_between_declarations() -> None:
    text = ".a{color:red;&:hover{x:y}.b &{z:w}> i{}b:hover{q:r}@media (m){color:blue;u{}}--x:{a:b};top:0}"
    (rule,) = outline(text)
    assert [(one.keyword, text[slice(*one.prelude)]) for one in rule.rules] == [
        ("", "&:hover"), ("", ".b &"), ("", "> i"), ("", "b:hover"), ("media", "(m)"),
    ]  # fmt: skip
    assert [one.name for one in declarations(text, rule)] == ["color", "--x", "top"]
    assert [one.name for one in declarations(text, rule.rules[-1])] == ["color"]


# What Chromium 156 makes of the same texts, through CSSOM.
@pytest.mark.parametrize(
    ("text", "selectors"),
    [
        ("; a{} b{}", ["; a", "b"]),  # at the top a semicolon ends nothing
        ("} a{} b{}", ["} a", "b"]),
        ("@media all{color:red; a{} b{}}", ["color:red; a", "b"]),  # nor in a group
        ("@media all{<!-- b{} --> c{}}", ["<!-- b", "--> c"]),
        ("<!-- b{} --> c{}", ["b", "c"]),  # but at the top these two are skipped
        ("a{;;color:red; foo bar; b{} x}", ["a", "b"]),
        ("a{foo:{x:y} b{} }", ["a", "foo:", "b"]),
        ("a{foo:{x:y} color:red; b{} }", ["a", "foo:", "b"]),
        ("--x:hover{a{}} b{}", ["b"]),  # a custom property at the top takes its block along
        ("--x:a; b{} c{}", ["c"]),
        ("a{--x:{b{}} c;d{}}", ["a", "d"]),
        ("a{color:var(--x,}) ; b{}} c{}", ["a", "b", "c"]),
        ('a{content:"abc\n;x:y} b{}', ["a", "b"]),
        ('a{content:"abc\n}b{}', ["a", "b"]),
        ("@foo { a{} } b{}", ["b"]),
        ("@foo a; b{}", ["b"]),
        ("@media all{@foo a; b{}}", ["b"]),
        ("a{@foo;b{}}c{}", ["a", "b", "c"]),
        ("a[b='}']{}c{}", ["a[b='}']", "c"]),
        ("a:is(b{}){}c{}", ["a:is(b{})", "c"]),
        ("a\\{b{}c{}", ["a\\{b", "c"]),
        ("a/*{*/b{}c{}", ["a/*{*/b", "c"]),
        ("a{b:url(data:;{}x}y)}c{}", ["a", "c"]),
        ("a{b:url(x y {)}c{}", ["a", "c"]),
        ("a{b:u\\72l(;{)}c{}", ["a", "c"]),
        ("a{b:xurl({)}c{}", ["a"]),  # no url: the brace opens a block that never ends
        ("@import url(x;{}y);a{}", ["a"]),
        ("\ufeffa{}", ["a"]),
    ],
)
def test_errors_are_recovered_from_as_browsers_do(text: str, selectors: list[str]) -> None:
    found: list[str] = []

    def walk(rules: tuple[Rule, ...]) -> None:
        for one in rules:
            if not one.keyword:
                found.append(text[slice(*one.prelude)])
            walk(one.rules)

    walk(outline(text))
    assert found == selectors


@pytest.mark.parametrize(
    "text", ["a{b:c", "a{b:'c", "a{b:url(c", "@media x{a{b:c}", "@media x{a{b:c", "@font-face{a:b", "a{b{c:d}", "a{b:c /* d"]
)
def test_a_rule_that_the_text_ends_in_is_told_as_such(text: str) -> None:
    (rule,) = outline(text)
    assert not rule.closed
    assert rule.span == (0, len(text))


def test_an_end_without_its_semicolon_ends_a_statement() -> None:
    assert [one.keyword for one in outline("@layer a")] == ["layer"]
    assert outline("a") == ()
    assert outline("a{}b") == outline("a{}")


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("color:red;BACKGROUND : blue ", [("color", "red"), ("background", "blue")]),
        ("--X: { a: b; c } ;--Y:;d:e!important", [("--X", "{ a: b; c }"), ("--Y", ""), ("d", "e!important")]),
        ("*zoom:1;_height:2;c\\6flor:red", [("*zoom", "1"), ("_height", "2"), ("color", "red")]),
        ("a:url(x;y);b:'c;d';e:f(g;h)", [("a", "url(x;y)"), ("b", "'c;d'"), ("e", "f(g;h)")]),
        ("/* x:y */ a /**/ : b; ;; junk; c:d", [("a", "b"), ("c", "d")]),
        ("a:b;@apply x;c:d", [("a", "b"), ("c", "d")]),
    ],
)
def test_declarations_have_names_and_values(block: str, expected: list[tuple[str, str]]) -> None:
    text = f"p{{{block}}}"
    (rule,) = outline(text)
    assert [(one.name, text[slice(*one.value)]) for one in declarations(text, rule)] == expected


PARTS = [
    "a", ".k", "{", "}", "{", "}", ";", ":", "(", ")", "[", "]", " ", "\n", '"', "'", "/*", "*/", "@media all", "@layer x", "@foo",
    "--x", "--x:", "color:red;", "a{b:c}", "&", "url(", "url(x)", "<!--", "-->", "\\", "\ufeff", "\0", "\udc80", "é", "!important",
]  # fmt: skip
SOUP = st.lists(st.sampled_from(PARTS), max_size=40).map("".join)


def check(text: str, rules: tuple[Rule, ...], start: int, end: int) -> None:
    at = start
    for one in rules:
        assert at <= one.span.start < one.span.end <= end
        assert one.span.start <= one.prelude.start <= one.prelude.end <= one.span.end
        at = one.span.end
        if one.block != NOWHERE:
            assert one.prelude.end <= one.block.start <= one.block.end <= one.span.end
            check(text, one.rules, *one.block)
            for declared in declarations(text, one):
                assert one.block.start <= declared.span.start < declared.value.start <= declared.value.end <= one.block.end


@given(SOUP)
def test_rules_and_what_lies_between_tile_any_text(text: str) -> None:
    check(text, outline(text), 0, len(text))


@given(SOUP)
def test_a_closed_rule_is_the_same_rule_alone(text: str) -> None:
    for one in outline(text):
        if one.closed and text[one.span.start : one.span.start + 1] not in (";", "}"):
            alone = text[slice(*one.span)]
            assert shown(alone, outline(alone)) == shown(text, (one,))


HOSTILE = {
    "rules": "a{b:c}" * 100_000,
    "selector": ",".join([".a .b"] * 10_000) + "{c:d}",
    "compound": ".a" * 10_000 + "{c:d}",
    "unclosed blocks": "a{" * 100_000,
    "unclosed groups": "@media x{" * 100_000,
    "unclosed brackets": "a(" * 100_000,
    "unclosed quotes": "a{b:'" * 50_000,
    "unclosed comments": "a{/*" * 50_000,
    "bad strings": "a{b:'\n" * 50_000,
    "semicolons": ";" * 300_000,
    "closing braces": "}" * 300_000,
    "escapes": "\\" * 300_000,
    "urls": "url(" * 60_000,
    "declarations": "a{" + "b:c;" * 100_000 + "}",
    "custom": "a{" + "--b:{c:d};" * 50_000 + "}",
    "nested": "a{" + "b{c:d}" * 50_000 + "}",
    "mixed brackets": "a[(]){" * 40_000,
    "at signs": "@" * 200_000,
    "bytes": "a{b:\udc80}\0" * 40_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_is_bounded_on_hostile_text(name: str) -> None:
    text = HOSTILE[name]
    began = time.process_time()
    found = outline(text)
    for one in found[:10]:
        list(declarations(text, one))
    assert time.process_time() - began < 5


def test_the_cost_of_unclosed_brackets_grows_with_the_text_and_no_faster() -> None:
    def cost(text: str) -> float:
        began = time.process_time()
        outline(text)
        return time.process_time() - began

    for part in ("a(b[c", "a{b:'c", "a{b{c:d}", "a{b:url(c"):
        small, large = min(cost(part * 4_000) for _ in range(3)), min(cost(part * 16_000) for _ in range(3))
        assert large < 12 * small + 0.05, part
