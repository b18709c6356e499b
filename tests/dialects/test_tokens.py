"""Tokens tile any text, in time that grows with its length."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetforge.dialects import DJANGO, JINJA, PLAIN, Dialect, Syntax, escape, mask, references, same_constructs, tokens

LINES = replace(JINJA, syntax=Syntax(line_statement_prefix="#", line_comment_prefix="##"))
ERB = replace(
    JINJA,
    syntax=Syntax(
        block_start_string="<%", block_end_string="%>", variable_start_string="<%=", variable_end_string="%>",
        comment_start_string="<%#", comment_end_string="%>",
    ),
)  # fmt: skip
DIALECTS = {"plain": PLAIN, "django": DJANGO, "jinja": JINJA, "lines": LINES, "erb": ERB}
texts = st.text(st.sampled_from("{}%#<>=[]()'\"\\-+ \n\rax\ufeff\udc80\0"), max_size=60)


def kinds(text: str, dialect: Dialect) -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in tokens(text, dialect).tokens]


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
@given(text=texts)
def test_tokens_tile_the_text(dialect: Dialect, text: str) -> None:
    lexed = tokens(text, dialect)
    assert "".join(text[one.start : one.end] for one in lexed.tokens) == text
    assert all(one.start < one.end for one in lexed.tokens)
    assert same_constructs(text, (), dialect) is None
    references(text, dialect)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a{{ b }}c", [("text", "a"), ("expression", "{{ b }}"), ("text", "c")]),
        ("{% a\n %}", [("text", "{% a\n %}")]),
        ("{% if '%}' %}", [("tag", "{% if '%}"), ("text", "' %}")]),
        ("{{% a %}", [("text", "{"), ("tag", "{% a %}")]),
        ("{% verbatim x %}{{ a }}{% endverbatim %}{% endverbatim x %}",
         [("tag", "{% verbatim x %}"), ("raw", "{{ a }}{% endverbatim %}"), ("tag", "{% endverbatim x %}")]),
    ],
)  # fmt: skip
def test_django(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text, DJANGO) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ '}}' }}", [("expression", "{{ '}}' }}")]),
        ("{{ {'a': {}}}}", [("expression", "{{ {'a': {}}}}")]),
        ("{%- a -%} b", [("tag", "{%- a -%}"), ("text", " b")]),
        ("{% a\n %}", [("tag", "{% a\n %}")]),
        ("{% raw %}{{ a }}{%- endraw %}", [("tag", "{% raw %}"), ("raw", "{{ a }}"), ("tag", "{%- endraw %}")]),
        ("{# a\n #}b", [("comment", "{# a\n #}"), ("text", "b")]),
    ],
)
def test_jinja(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text, JINJA) == expected


def test_jinja_with_other_delimiters() -> None:
    assert kinds("<%= a %><% b %><%# c %>", ERB) == [("expression", "<%= a %>"), ("tag", "<% b %>"), ("comment", "<%# c %>")]


def test_line_statements() -> None:
    text = "a # b\n  # for x in (1,\n 2)\n<p>## c\n# endfor"
    assert kinds(text, LINES) == [
        ("text", "a # b\n  "), ("tag", "# for x in (1,\n 2)"), ("text", "\n<p>"), ("comment", "## c"), ("text", "\n"),
        ("tag", "# endfor"),
    ]  # fmt: skip


def test_white_space_that_a_sign_takes_away_holds_no_line_statement() -> None:
    assert ("tag", "# b") not in kinds("{% a -%}\n  # b", LINES)
    assert ("tag", "# b") in kinds("{% a %}\n  # b", LINES)


@pytest.mark.parametrize(
    "text", ["{% a", "{{ a", "{# a", "{% raw %}a", "{{ a ] }}", "{{ 'a }}", "{{ a $ b }}", "{{ (a }}", "{{ a\udc80 }}"]
)
def test_what_jinja_cannot_read_is_refused_with_its_place(text: str) -> None:
    masked = mask("<b>" + text, JINJA)
    assert masked.refusal is not None and masked.refusal.message and masked.refusal.span.start >= 3
    assert masked.text == "<b>" + text and not masked.islands
    assert references("{{ static('a.css') }}" + text, JINJA).mentions == ()


@pytest.mark.parametrize("end", ["end", "'", " %}", "1}"])
def test_delimiters_that_cannot_be_told_from_a_name_are_refused(end: str) -> None:
    assert tokens("{% a %}", replace(JINJA, syntax=Syntax(block_end_string=end))).refusal is not None


HOSTILE = [
    "{", "{{", "{%", "{#", "{% ", "{{ '", "{{ \"", "{{ (", "{% raw %}", "{% verbatim %}", "{% comment %}", "{{ a }}", "<{{ a }}",
    "</{{", "{% if %}", "<script{{ a }}", "{% static '", "{{ STATIC_URL }}", "{{ STATIC_URL }}a", "{% static '' %}a",
    "{% get_static_prefix as x %}", "{{ a|b:'", "{# #}", "# ", "## ", "\n#", "\n ##", "{% static \"a' ", "\\'", "{% compress %}",
    "{% endcompress %}", "{%-\n", "-%}\n", " ", "{% endraw %}", "{% raw", "{{ static(", "{{ static('a') }}",
    "{{ 'a' ~ ", "{{ ['a', ", "{% a '\\'", "{{ a or b if ",
]  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
@pytest.mark.parametrize("unit", HOSTILE)
def test_time_grows_with_length_and_not_with_its_square(unit: str, dialect: Dialect) -> None:
    """A megabyte of quadratic work would take minutes."""
    text = unit * (80_000 // len(unit))
    started = time.process_time()
    masked = mask(text, dialect)
    references(text, dialect, masked)
    same_constructs(text, (), dialect)
    escape(text, dialect)
    assert time.process_time() - started < 6


@pytest.mark.parametrize(
    "unit", ["{{ '", "{{ a ~ ", "{{ static('a' ~ ", "{{ (", "{{ [a, ", "{{ not - ", "{{ a|b(", "{{ 'a' if b else ", "{{ {'a': "]
)
def test_one_long_construct_takes_linear_time(unit: str) -> None:
    inside = unit[2:] * (60_000 // len(unit))
    closed = "{{" + inside + " }}"
    started = time.process_time()
    references(closed, JINJA)
    references(closed, DJANGO)
    references("{% static " + inside + " %}", DJANGO)
    assert time.process_time() - started < 6


def test_a_dialect_has_one_key_in_every_process() -> None:
    again = replace(DJANGO, idioms=replace(DJANGO.idioms, tags=dict(reversed(DJANGO.idioms.tags.items()))))
    assert again.key() == DJANGO.key() and hash(again) == hash(DJANGO)
    assert len({one.key() for one in DIALECTS.values()}) == len(DIALECTS)
    assert DJANGO.idioms.extended(prefixes=frozenset({"CDN"})) != DJANGO.idioms
