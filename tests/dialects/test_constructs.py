"""After edits the template syntax outside them is what it was, or the edits are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetforge.dialects import DJANGO, JINJA, PLAIN, Change, Dialect, applied, escape, same_constructs, tokens
from assetforge.text import Span

TEXT = "<link href=\"{% static 'a.css' %}\">{# c #}<style>a{b:c}</style>{{ x }}"


def change(old: str, new: str, text: str = TEXT) -> Change:
    at = text.index(old)
    return Change(Span(at, at + len(old)), new)


@pytest.mark.parametrize("dialect", [DJANGO, JINJA])
def test_edits_within_and_outside_constructs_are_fine(dialect: Dialect) -> None:
    changes = [change("a.css", "a.0123456789ab.css"), change("a{b:c}", "a{b:c;d:e}"), change("<link", "<link x")]
    assert same_constructs(TEXT, changes, dialect) is None


@pytest.mark.parametrize("dialect", [DJANGO, JINJA])
def test_a_construct_may_be_replaced_or_brought_in(dialect: Dialect) -> None:
    assert same_constructs(TEXT, [change("{% static 'a.css' %}", "/static/a.css")], dialect) is None
    assert same_constructs(TEXT, [change("a{b:c}", escape("@media print{#a{b:c}}#}", dialect))], dialect) is None


@pytest.mark.parametrize("dialect", [DJANGO, JINJA])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a{b:c}", "@media print{#a{b:c}}"),  # opens a comment that the text after it closes
        ("'a.css'", "'a' %}"),
        ("</style>", "</style>{"),  # an expression becomes something else
        ("{# c", "# c"),
    ],
)
def test_edits_that_change_other_constructs_are_refused(dialect: Dialect, old: str, new: str) -> None:
    text = TEXT + "{# d #}"
    difference = same_constructs(text, [change(old, new, text)], dialect)
    assert difference is not None and difference.message and 0 <= difference.at <= len(text)


def test_a_raw_block_that_begins_in_an_edit_is_refused() -> None:
    assert same_constructs(TEXT, [change("<link", "{% verbatim %}<link")], DJANGO) is not None
    assert same_constructs(TEXT, [change("<link", "{% raw %}<link")], JINJA) is not None


def test_files_without_a_dialect_have_no_constructs() -> None:
    assert same_constructs(TEXT, [change("a{b:c}", "{{{#")], PLAIN) is None


PIECES = ["{", "}", "%", "#", "{{ a }}", "{% b %}", "{# c #}", "x", "\n", "<", "{% raw %}", "{% endraw %}", "{% verbatim %}"]


@given(
    st.lists(st.sampled_from(PIECES), max_size=12),
    st.lists(st.tuples(st.integers(0, 11), st.lists(st.sampled_from(PIECES), max_size=3).map("".join)), max_size=3),
    st.sampled_from([DJANGO, JINJA]),
)
def test_what_passes_keeps_every_construct(pieces: list[str], edits: list[tuple[int, str]], dialect: Dialect) -> None:
    """Whole pieces are replaced: those constructs that stay are found in the result, in order."""
    starts = [sum(map(len, pieces[:at])) for at in range(len(pieces) + 1)]
    changes = tuple(Change(Span(starts[at], starts[at + 1]), new) for at, new in dict(edits).items() if at < len(pieces))
    text = "".join(pieces)
    if same_constructs(text, changes, dialect) is not None:
        return
    kept = [
        text[one.start : one.end]
        for one in tokens(text, dialect).tokens
        if one.kind not in ("text", "raw")
        and not any(each.span.start < one.end and one.start < each.span.end for each in changes)
    ]
    after = applied(text, changes)
    rest = iter(after[one.start : one.end] for one in tokens(after, dialect).tokens)
    assert all(one in rest for one in kept)


@given(st.text("{}%#ab \n", max_size=30), st.sampled_from([DJANGO, JINJA]))
def test_escaped_text_never_changes_what_follows(text: str, dialect: Dialect) -> None:
    before = "<style></style>{# c #}{{ x }}"
    edit = Change(Span(7, 7), escape(text, dialect))
    assert same_constructs(before, [edit], dialect) is None
