"""The file of samples: what it holds and what it never holds, and how two become one."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from pages_of_elements import PAGES, SETS

from assetforge.formats.html.tree import tree
from assetforge.pages.match.shapes import HOLE, Node
from assetforge.samples import Samples
from assetforge.samples.recording import sampled

PAGE = """<!doctype html>
<html lang="en"><head><title>Jane's account</title></head>
<body class="account dark-mode" id="top"><h1>Hello Jane</h1>
<ul class="list"><li class="item item-1234" data-user="jane"><a href="/users/jane/">Jane</a></li>
<li class="item item-9876">x</li></ul>
<svg viewBox="0 0 1 1"><path d="M0"/></svg></body></html>"""

FILE = """\
# Written by assetforge (samples, format 1), to be committed: elements of pages, no text, no values.
= account/home.html
html [lang
 body #top .account .dark-mode
  h1
  svg|svg [viewBox
   svg|path
  ul .list
   li .item .item-* [data-user
    a [href
 head
"""


Pages = list[tuple[str, str]]  # template, text


def samples(pages: Pages) -> Samples:
    return Samples().merged(*(sampled(template, page) for template, page in pages))


def test_a_page_is_lines() -> None:
    assert sampled("account/home.html", PAGE).dump() == FILE


def test_lines_are_a_shape() -> None:
    (shape,) = Samples.read(FILE).shapes("account/home.html")
    assert shape == sampled("account/home.html", PAGE).shapes("account/home.html")[0]
    assert (shape.exact, shape.quirks) == (False, False)
    assert shape.nodes[0] == Node("html", "", -1, (("lang", HOLE),), True)
    assert shape.nodes[4:6] == (Node("path", "svg", 3, (), True), Node("ul", "", 1, (("class", "list"),), True))
    assert shape.nodes[6] == Node("li", "", 5, (("class", f"item item-{HOLE}"), ("data-user", HOLE)), True)


def test_without_samples_there_is_no_shape() -> None:
    known = Samples.read(FILE)
    assert (known.shapes("other.html"), known.digest("other.html"), known.templates) == ((), "", ("account/home.html",))


def test_pages_in_quirks_mode_are_apart(tmp_path: Path) -> None:
    known = samples([("a.html", "<!doctype html><p class=A>"), ("a.html", "<p class=B><table>")])
    assert [one.quirks for one in known.shapes("a.html")] == [False, True]
    assert known.templates == ("a.html",)
    assert Samples.read(known.dump()).known.keys() == known.known.keys()


@settings(max_examples=25, deadline=None)
@given(SETS)
def test_what_is_written_is_read(pages: Pages) -> None:
    known = samples(pages)
    again = Samples.read(known.dump())
    assert again.diagnostics == ()
    assert again.dump() == known.dump()
    assert {one: again.digest(one) for one in again.templates} == {one: known.digest(one) for one in known.templates}
    assert [again.shapes(one) for one in again.templates] == [known.shapes(one) for one in known.templates]


@settings(max_examples=25, deadline=None)
@given(SETS, SETS, SETS)
def test_files_merge_in_any_order(first: Pages, second: Pages, third: Pages) -> None:
    a, b, c = samples(first), samples(second), samples(third)
    merged = a.merged(b, c).dump()
    assert merged == c.merged(a).merged(b).dump() == b.merged(c.merged(a), a).dump() == samples([*third, *first, *second]).dump()
    assert a.merged(a).dump() == a.dump()
    assert a.merged(b).covers(a)
    # so does git, which joins lines (`merge=union`), and so do both sides of a conflict
    assert Samples.read(a.dump() + b.dump()).dump() == a.merged(b).dump()


@settings(max_examples=40, deadline=None)
@given(PAGES)
def test_no_data_of_a_page_is_in_the_file(page: str) -> None:
    """`q…z` stands in each text, value, comment, and in names for data."""
    assert re.search(r"q\d+z", page)
    assert not re.search(r"q\d|\d{4}", sampled("a.html", page).dump())


def test_text_that_nobody_escaped_is_not_in_the_file() -> None:
    page = '<!doctype html><p>Write to <jane@example.com> or <Jane Doe> at <a href="x"secret=1 jane>y</a><p title=a"bob" smith>'
    text = sampled("a.html", page).dump().lower()
    assert not re.search("jane|doe|example|secret|bob|smith", text)


def test_words_of_the_request_are_not_in_the_file() -> None:
    page = "<!doctype html><body class='user-jane'><p id=about-jane><p class=jane>"
    text = sampled("a.html", page, ["jane"]).dump()
    assert "jane" not in text
    assert " body .user-*\n  p #about-*\n  p .\n" in text


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("   p .too-deep", "no element"),
        (" p .a [title=x", "no element"),
        (' <p class="a">', "no element"),
        (" p #a #b", "no element"),
        (" p  .a", "no element"),
        (" jane .a", "no element"),
        ("=", "no name"),
        ("= ", "no name"),
        ("= a.html ~5", "no name"),
        ("= a.html quirky", "no name"),
        ("<<<<<<< HEAD", "conflict"),
        ("=======", "conflict"),
        (">>>>>>> branch: a b", "conflict"),
        ("\x00\ufffd", "no element"),
    ],
)
def test_a_line_that_is_none_is_told(line: str, message: str) -> None:
    known = Samples.read(f"= a.html\nhtml\n{line}\n", "assetforge-samples.txt")
    assert [(one.path, one.line, one.severity, one.code) for one in known.diagnostics] == [
        ("assetforge-samples.txt", 3, "warning", "sample")
    ]
    assert message in known.diagnostics[0].message
    assert len(known.shapes("a.html")[0].nodes) == 1


def test_what_stands_below_a_bad_line_goes_with_it() -> None:
    known = Samples.read("= a.html\nhtml\n body\n  jane\n   p .a\n  p .b\n= \nhtml .c\n= b.html\nhtml .d\n")
    assert [one.line for one in known.diagnostics] == [4, 5, 7, 8]
    assert known.dump().splitlines()[1:] == ["= a.html", "html", " body", "  p .b", "= b.html", "html .d"]


def test_both_sides_of_a_conflict_are_read() -> None:
    text = "= a.html\nhtml\n body\n<<<<<<< HEAD\n  p .mine\n=======\n  p .theirs\n   b\n>>>>>>> main\n  p .shared\n"
    found = Samples.read(text).dump().splitlines()
    assert found[2:] == ["html", " body", "  p .mine", "  p .shared", "  p .theirs", "   b"]


def test_line_ends_of_other_systems_are_read() -> None:
    assert Samples.read("\ufeff" + FILE.replace("\n", "\r\n")).dump() == FILE


def test_names_of_templates_come_back() -> None:
    names = ["a b.html", "é\n.html", "100%.html", "= x", "a\udc80.html", "quirks ~1"]
    known = samples([(name, PAGE) for name in names])
    assert Samples.read(known.dump()).templates == known.templates == tuple(sorted(names))


def test_digests_follow_what_is_known() -> None:
    one, other = sampled("a.html", PAGE), sampled("a.html", PAGE.replace("list", "other-list"))
    assert one.digest("a.html") != one.merged(other).digest("a.html") == other.merged(one).digest("a.html")
    assert re.fullmatch("[0-9a-f]{64}", one.digest("a.html"))
    assert one.digest("a.html") == sampled("a.html", PAGE.replace("Jane", "Bob")).digest("a.html")


def test_no_file_is_no_sample(tmp_path: Path) -> None:
    assert Samples.load(tmp_path / "none").known == Samples.load(None).known == {}
    (tmp_path / "bytes").write_bytes(b"= a.html\nhtml .\xff\xfe\n\x00\n")
    assert len(Samples.load(tmp_path / "bytes").diagnostics) == 2


def test_quirks_are_those_of_the_tree() -> None:
    assert tree("<p>").quirks and not tree(PAGE).quirks
