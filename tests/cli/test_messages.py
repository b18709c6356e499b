"""A diagnostic on the screen: right place, caret under its character, nothing that steers the terminal."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetforge.diagnostics import Diagnostic
from assetforge.messages import TAB, escaped, excerpt, render, render_all, width

MISSING = Diagnostic(
    "css/app.css",
    12,
    19,
    "warning",
    "missing-reference",
    "url() names “img/logo.pgn”, but there is no css/img/logo.pgn",
    hint="css/img/logo.png has a similar name",
    excerpt="  background: url(img/logo.pgn);",
    width=12,
    more=3,
)


def test_a_diagnostic_is_rendered_with_place_excerpt_caret_and_hint() -> None:
    assert render(MISSING) == [
        "warning[missing-reference]: url() names “img/logo.pgn”, but there is no css/img/logo.pgn",
        "  --> css/app.css:12:19",
        "   |",
        "12 |   background: url(img/logo.pgn);",
        "   |                   ^^^^^^^^^^^^",
        "   = hint: css/img/logo.png has a similar name",
        "   = and the same in 3 further files",
    ]


def test_a_diagnostic_about_a_whole_file_has_no_excerpt() -> None:
    one = Diagnostic("a/link", 0, 0, "error", "bad-symlink", "the symbolic link leads to nothing")
    assert render(one) == ["error[bad-symlink]: the symbolic link leads to nothing", " --> a/link"]


def test_a_diagnostic_without_a_file_has_no_place() -> None:
    assert render(Diagnostic("", 0, 0, "error", "cycle", "a → b → a")) == ["error[cycle]: a → b → a"]


def under(line: str, column: int, *, width: int = 1, columns: int = 60) -> str:
    """The columns of the rendered line that the carets mark, as text."""
    shown, indent, marked = excerpt(Diagnostic("f", 1, column, "note", "c", "m", excerpt=line, width=width), columns)
    cells = "".join(char + "\0" * (columns_of(char) - 1) for char in shown if columns_of(char))
    return cells[indent : indent + marked].replace("\0", "")


def columns_of(char: str) -> int:
    return width(char)


@pytest.mark.parametrize("before", ["", "abc", "\t", "\t\t ", "日本", "e\u0301", "\x00", "\u202e", "\ufeff", "\udc80", "👍", "…"])
def test_the_caret_stands_under_its_character_whatever_precedes_it(before: str) -> None:
    assert under(f"{before}XY rest", len(before) + 1, width=2) == "XY"


def test_a_tab_is_as_wide_wherever_it_stands() -> None:
    assert render(MISSING._replace(excerpt="\tx:\turl(a)", column=4, width=6))[3:5] == [
        f"12 | {' ' * TAB}x:{' ' * TAB}url(a)",
        f"   | {' ' * TAB}  {'^' * (TAB + 5)}",
    ]


def test_the_whole_of_a_wide_or_escaped_character_is_marked() -> None:
    assert under("a日b", 2) == "日"
    assert under("a\x1bb", 2) == r"\x1b"


@pytest.mark.parametrize("column", [1, 50, 200, 5000, 9990])
@pytest.mark.parametrize("columns", [20, 57, 120])
def test_a_long_line_is_cut_around_the_caret(column: int, columns: int) -> None:
    line = "x" * (column - 1) + "URL" + "y" * (10_000 - column)
    shown, _, _ = excerpt(Diagnostic("f", 1, column, "note", "c", "m", excerpt=line, width=3), columns)
    assert width(shown) <= columns
    assert under(line, column, width=3, columns=columns) == "URL"
    assert shown.startswith("…") == (column > 1)
    assert shown.endswith("…") == (column < 9980)


def test_an_excerpt_may_begin_inside_its_line() -> None:
    one = Diagnostic("f", 1, 5001, "note", "c", "m", excerpt="abcURLdef", width=3, excerpt_at=4997)
    assert render(one)[3:] == ["1 | …abcURLdef", "  |     ^^^"]


def test_what_is_marked_ends_with_the_line() -> None:
    assert under("abc", 3, width=50) == "c"
    shown, indent, marked = excerpt(Diagnostic("f", 1, 4, "note", "c", "m", excerpt="abc"), 60)
    assert (shown, indent, marked) == ("abc", 3, 1)


def test_a_line_of_five_megabytes_takes_no_time() -> None:
    one = MISSING._replace(excerpt="\t日" * 2_500_000, column=2_000_000)
    started = time.process_time()
    for _ in range(100):
        render(one)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("a\nb\tc\rd", r"a\nb\tc\rd"),
        ("\x9b31m", r"\x9b31m"),
        ("\u202egpj.exe", r"\u202egpj.exe"),
        ("\udcff", r"\xff"),
        ("\ud800", r"\ud800"),
        ("été 日本 👍", "été 日本 👍"),
    ],
)
def test_nothing_steers_the_terminal(text: str, shown: str) -> None:
    assert escaped(text) == shown


ANYTHING = st.text(st.characters(exclude_categories=()), max_size=80)


@given(ANYTHING, st.integers(0, 100), st.integers(0, 90), st.integers(20, 90))
def test_any_line_stays_one_line_without_controls_within_the_screen(line: str, column: int, wide: int, columns: int) -> None:
    one = Diagnostic(line[:9], 1, column, "error", "c", line, hint=line, excerpt=line, width=wide)
    lines = render(one, columns=columns)
    assert not any(re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e]", text) for text in lines)
    if line:
        shown, indent, marked = excerpt(one, columns)
        assert width(shown) <= columns and indent <= columns and marked >= 1


def many(count: int, code: str = "missing-reference") -> list[Diagnostic]:
    return [MISSING._replace(path=f"{at}.css", code=code) for at in range(count)]


def test_of_one_kind_only_so_many_are_shown() -> None:
    text = "\n".join(render_all([*many(30), *many(2, "other")], most=5))
    assert text.count("--> ") == 7
    assert "warning[missing-reference]: 25 more messages of this kind (--all shows them)" in text


def test_one_message_too_many_is_shown_rather_than_announced() -> None:
    assert "more message" not in "\n".join(render_all(many(6), most=5))


def test_all_are_shown_when_asked_for() -> None:
    assert "\n".join(render_all(many(30))).count("--> ") == 30
