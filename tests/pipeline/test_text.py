"""Spans, edits with holes and the way back from decoded text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetforge.errors import EditConflict
from assetforge.text import Cut, Decoded, Edit, Lines, Name, Span, changed, filled, relocated, settle


def fill(hole):
    return f"<{hole.path}>"


def apply(text, edits, fill):
    return changed(text, [filled(edit, fill) for edit in settle(edits)])


@given(st.text())
def test_no_edits_give_the_same_text(text):
    assert apply(text, (), fill) == text


@given(st.text(), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 5), st.text(max_size=4)), max_size=6))
def test_everything_outside_edits_is_untouched(text, wanted):
    edits, at = [], 0
    for start, length, new in sorted(wanted):
        start, end = min(max(start, at), len(text)), min(max(start, at) + length, len(text))
        if start >= end or start < at:
            continue
        edits.append(Edit(Span(start, end), (new,), "test"))
        at = end
    result = apply(text, edits, fill)
    for edit in reversed(edits):
        grown = sum(len(one.pieces[0]) - (one.span.end - one.span.start) for one in edits if one.span < edit.span)
        start = edit.span.start + grown
        assert result[start : start + len(edit.pieces[0])] == edit.pieces[0]
    assert len(result) == len(text) + sum(len(one.pieces[0]) - (one.span.end - one.span.start) for one in edits)


def test_a_hole_is_filled_in_its_place():
    edit = Edit(Span(4, 11), (Name("css/app.css"),), "digest")
    assert apply("css/app.css?v=1", [edit], fill) == "css/<css/app.css>?v=1"


def test_overlapping_edits_name_both_reasons():
    edits = [Edit(Span(0, 3), ("a",), "digest"), Edit(Span(2, 4), ("b",), "critical")]
    with pytest.raises(EditConflict, match=r"digest.*critical"):
        apply("abcdef", edits, fill)


def test_two_insertions_at_one_offset_conflict_but_equal_ones_count_once():
    one, other = Edit(Span(1, 1), ("x",), "a"), Edit(Span(1, 1), ("y",), "b")
    assert apply("ab", [one, one], fill) == "axb"
    with pytest.raises(EditConflict):
        apply("ab", [one, other], fill)


def test_a_decoded_text_leads_back_to_the_file():
    # `a&amp;b.css` at offset 10 of a file
    decoded = Decoded("a&b.css", 10, (10, 11, 16, 17, 18, 19, 20, 21))
    assert decoded.span(2, 7) == Span(16, 21)
    assert decoded.slice(2, 7) == Decoded("b.css", 16, (16, 17, 18, 19, 20, 21))
    assert Decoded("plain", 3).span(1, 5) == Span(4, 8)


@given(st.text(alphabet="ab\n\r"))
def test_lines_and_columns_count_from_one(text):
    lines = Lines.of(text)
    for offset in range(len(text) + 1):
        line, column = lines.place(offset)
        before = text[:offset]
        assert line == before.count("\n") + 1
        assert column == offset - (before.rfind("\n") + 1) + 1


def moved(text, edits, spans, at):
    cuts = [Cut(Span(*span), text[span[0] : span[1]]) for span in spans]
    return changed(text, [filled(edit, fill) for edit in relocated(edits, cuts, at, "move")])


def test_parts_move_in_their_order_with_the_edits_of_their_inside():
    text = "<a href=x><b src=y>mid<end>"
    digests = [Edit(Span(8, 9), (Name("X"),), "digest"), Edit(Span(17, 18), (Name("Y"),), "digest")]
    edits = [*digests, Edit(Span(19, 22), ("MID",), "other")]
    assert moved(text, edits, [(0, 10), (10, 19)], 22) == "MID<a href=<X>><b src=<Y>><end>"


def test_what_is_put_in_before_a_part_that_moves_stays():
    assert moved("ab|", [Edit(Span(0, 0), ("style ",), "critical")], [(0, 1)], 2) == "style ba|"


def test_nothing_to_move_leaves_the_edits_as_they_are():
    edits = (Edit(Span(1, 2), ("x",), "digest"),)
    assert relocated(edits, [], 3, "move") == edits


def test_an_edit_that_reaches_out_of_a_part_that_moves_is_refused():
    with pytest.raises(EditConflict):
        moved("abcdef", [Edit(Span(1, 4), ("x",), "other")], [(0, 3)], 5)


@given(st.text(min_size=8, max_size=40), st.data())
def test_moving_keeps_every_character(text, data):
    marks = sorted(data.draw(st.lists(st.integers(0, len(text) - 2), min_size=4, max_size=4, unique=True)))
    spans = [(marks[0], marks[1]), (marks[2], marks[3])]
    rest = text[: marks[0]] + text[marks[1] : marks[2]] + text[marks[3] :]
    assert moved(text, (), spans, len(text)) == rest + text[marks[0] : marks[1]] + text[marks[2] : marks[3]]
