"""Spans, edits with holes and the way back from decoded text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetforge.errors import EditConflict
from assetforge.text import Decoded, Edit, Lines, Name, Span, changed, filled, settle


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
