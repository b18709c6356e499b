"""`@import` rules, media queries that match a screen, and what a block needs of other rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetforge.formats.css.imports import imported
from assetforge.formats.css.media import listed, matches_screen
from assetforge.formats.css.needs import dashed_names, families, family, needs, needs_of_style, wants_font
from assetforge.formats.css.rules import outline


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('@import "a.css";', ("a.css", None, "", "")),
        ("@import 'a b.css' screen;", ("a b.css", None, "", "screen")),
        ("@import url(a.css);", ("a.css", None, "", "")),
        ("@import URL( a.css ) layer;", ("a.css", "", "", "")),
        ('@import url("a.css") layer(x.y) supports(display:grid) screen and (width>1px),print;',
         ("a.css", "x.y", "(display:grid)", "screen and (width>1px),print")),
        ("@import url(a\\29.css) supports(not (a:b));", ("a).css", None, "(not (a:b))", "")),
        ("@import/**/'a.css'/**/layer(b)/**/(width>1px);", ("a.css", "b", "", "(width>1px)")),
        ("@import 'a.css' (min-width:1px) layer(x);", ("a.css", None, "", "(min-width:1px) layer(x)")),
        ("@import src('a.css');", ("a.css", None, "", "")),
    ],
)  # fmt: skip
def test_an_import_says_what_and_when(rule: str, expected: tuple[str, str | None, str, str]) -> None:
    found = imported(rule, outline(rule)[0])
    assert found is not None
    assert (found.url, found.layer, found.supports, found.media) == expected
    assert rule[found.at : found.at + 1] in ("a",)


@pytest.mark.parametrize("rule", ["@import;", "@import a.css;", "@import url(a b);", "@import layer(x) 'a.css';", "@import );"])
def test_an_import_that_is_not_understood_is_none(rule: str) -> None:
    assert imported(rule, outline(rule)[0]) is None


@pytest.mark.parametrize(
    ("queries", "expected"),
    [
        ("", True), ("screen", True), ("ALL", True), ("print", False), ("speech,tv", False), ("print, screen", True),
        ("only screen and (min-width:1px)", True), ("only print", False), ("not print", True), ("not screen", False),
        ("not all", False), ("not screen and (color)", True), ("(min-width:1px)", True), ("not (hover)", True),
        ("print and (color)", False), ("\\70rint", False), ("/**/print", False), ("(-ms-high-contrast:active)", False),
        ("screen\\9", False), ("projection,(width:1px)", True), ("(prefers-color-scheme:dark)", True), ("nonsense(", False),
    ],
)  # fmt: skip
def test_media_that_no_screen_matches(queries: str, expected: bool) -> None:
    assert matches_screen(queries) is expected


def test_lists_are_split_at_commas_outside_of_brackets() -> None:
    assert listed("a,b(c,d),[e=','] f") == ["a", "b(c,d)", "[e=','] f"]
    assert listed("a\\,b,c/*,*/") == ["a\\,b", "c/*,*/"]


def test_a_block_needs_custom_properties_animations_and_fonts() -> None:
    text = ".a{color:var(--x,var(--y));animation:spin 1s,--z;font:12px/1 'Open Sans',serif;--own:var(--q) 'A';--b:{c:d};content:x}"
    found = needs(text, outline(text)[0])
    assert found.dashed == {"--x", "--y", "--z"}
    assert {"spin", "x"} <= found.words
    assert found.families == {"12px/1 open sans", "serif"}
    assert [(one.name, one.needs.dashed) for one in found.custom] == [("--own", {"--q"}), ("--b", frozenset())]
    assert wants_font(found.families, "open sans")
    assert not wants_font(found.families, "open")


@pytest.mark.parametrize(
    ("value", "name", "expected"),
    [
        ('"Font Awesome 5 Free"', "Font Awesome 5 Free", True),
        ("Font  Awesome, serif", "'font awesome'", True),
        ("a\\62 c", "abc", True),
        ("bold 1em/1.2 \"My Font\"!important", "My Font", True),
        ("My Font Two", "My Font", False),
        ("Lato", "Lato", True),
        ("Latot", "Lato", False),
        ("var(--f,Lato)", "Lato", True),
    ],
)
def test_font_lists_name_their_families(value: str, name: str, expected: bool) -> None:
    assert wants_font(families(value), family(name)) is expected


def test_style_attributes_are_blocks() -> None:
    found = needs_of_style("color:var(--a);font-family:Lato,serif;--b:1")
    assert found.dashed == {"--a"}
    assert wants_font(found.families, "lato")
    assert [one.name for one in found.custom] == ["--b"]


def test_names_with_dashes_are_decoded() -> None:
    assert dashed_names("var(--a) style(--\\62 : 1) x--c --d") == {"--a", "--b", "--d"}


@given(st.text(alphabet="@import url('\")(,;:{}-\\a/*\n\udc80\0", max_size=60))
def test_no_text_raises(text: str) -> None:
    matches_screen(text)
    assert ",".join(listed(text)) == text
    needs_of_style(text)
    for rule in outline("@import " + text):
        imported("@import " + text, rule)
