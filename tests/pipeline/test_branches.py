"""Where the HTML depends on the branch that is taken is found, and nothing else is given up."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetforge.branches import fold
from assetforge.dialects import DJANGO, JINJA, Dialect, mask
from assetforge.formats.html.tokens import tokens
from assetforge.text import Span


def uncertain(text: str, dialect: Dialect = DJANGO) -> list[str]:
    found = fold(mask(text, dialect))
    assert len(found.text) == len(text)
    assert bool(found.uncertain) == bool(found.findings)
    return [text[start:end] for start, end in found.uncertain]


@pytest.mark.parametrize(
    "text",
    [
        '<a class="{% if x %}a{% else %}b{% endif %}" {% if y %}id="x"{% endif %} {% for z in y %}{{ z }}="1"{% endfor %}>',
        "<option value={% if x %}1{% else %}2{% endif %} selected{% if x %} y=z{% endif %}>",
        "{% if b %}<h1>{% else %}<p>{% endif %}",
        "{% if b %}<script>{% if c %}a < b{% endif %}</script>{% endif %}",
        '{% with a=b %}<p class="{% endwith %}x">',
        "<div{% if x %} class='a'{% elif y %} class='b'{% else %} id=z{% endif %}>",
        "<{% if a > b %}h1{% else %}h2{% endif %} class=x>",
        "{% if a %}<!-- x -->{% endif %}<!-- {% if b %} y {% endif %} -->",
        "<style>{% if a %}b{c:d}{% else %}e{f:g}{% endif %}</style>",
        "{% if a %}x{% endfor %}{% endif %}{% url 'x' %}{% endif %}",
        '<img {% if a %}src="x"{% else %}{% if b %}src="y"{% endif %}{% endif %}>',
    ],
)
def test_branches_that_leave_the_tokenizer_as_they_found_it(text: str) -> None:
    assert uncertain(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<a {% if c %}id="{{ c }}{% endif %}" href="b"><img>', ['<a {% if c %}id="{{ c }}{% endif %}" href="b">']),
        ('{% if x %}<a href="{% else %}<a class="{% endif %}x"><p>', ['{% if x %}<a href="{% else %}<a class="{% endif %}x">']),
        ("{% if x %}<style>{% endif %}a{}{% if x %}</style>{% endif %}<p>",
         ["{% if x %}<style>{% endif %}a{}{% if x %}</style>{% endif %}"]),
        ("{% if x %}<!--{% endif %} a {% if x %}-->{% endif %}<p>", ["{% if x %}<!--{% endif %} a {% if x %}-->{% endif %}"]),
        ("<p {% block a %}>{% endblock %}<b></b>", ["<p {% block a %}>{% endblock %}<b>"]),
        ("<option {% if x %}selected>{% else %}>{% endif %}a</option>", ["<option {% if x %}selected>{% else %}>{% endif %}a"]),
    ],
)  # fmt: skip
def test_branches_that_do_not(text: str, expected: list[str]) -> None:
    assert uncertain(text) == expected
    assert uncertain("<i>" + text + "<u>") in (expected, [expected[0] + "<u>"])


def test_a_macro_and_a_loop_are_branches() -> None:
    assert uncertain("<p {% macro a() %} class='{% endmacro %}><b>'>", JINJA) != []
    assert uncertain("<p {% for a in b %}x='{% endfor %}'>") != []


def test_a_span_is_certain_where_it_touches_nothing_that_is_not() -> None:
    text = "<a {% if c %}id='{% endif %}'><b>"
    found = fold(mask(text, DJANGO))
    end = text.index("<b>")
    assert found.is_certain(Span(end, len(text)))
    assert not any(found.is_certain(Span(*one)) for one in ((1, 2), (end - 1, end + 1), (0, len(text))))
    assert fold(mask("<p>", DJANGO)).is_certain(Span(0, 3))


PIECES = [
    "<a ",
    ">",
    '"',
    "x='",
    "'",
    "y",
    "{% if a %}",
    "{% else %}",
    "{% endif %}",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "/",
    "=",
]


def taken(text: str, choose: bool) -> str:
    """The text with the first branch of every statement, or without any; what goes becomes spaces."""
    parts, depth, keep = [], 0, True
    for part in text.replace("{%", "\0{%").replace("%}", "%}\0").split("\0"):
        if part == "{% if a %}":
            depth, keep = depth + 1, choose
        elif part == "{% else %}":
            keep = not choose
        elif part == "{% endif %}":
            keep = True
        parts.append(part if keep or part.startswith("{%") else " " * len(part))
    return "".join(parts)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_what_is_certain_is_tokenized_alike_in_both_branches(text: str) -> None:
    """Of one statement that is not nested: outside of the uncertain places, both branches have the same tags."""
    if text.count("{% if a %}") != 1 or text.count("{% endif %}") != 1 or text.count("{% else %}") > 1:
        return
    first, last, alternative = text.index("{% if a %}"), text.index("{% endif %}"), text.find("{% else %}")
    if last < first or (alternative >= 0 and not first < alternative < last):
        return
    found = fold(mask(text, DJANGO))
    statement = Span(first, last)
    tags = [
        {
            (one.kind, one.start, one.end)
            for one in tokens(mask(taken(text, choose), DJANGO).text)
            if one.kind in ("start", "end", "comment")
            and found.is_certain(Span(one.start, one.end))
            and (one.end <= statement.start or one.start >= statement.end)
        }
        for choose in (True, False)
    ]
    assert tags[0] == tags[1]


@pytest.mark.parametrize(
    "unit",
    [
        "{% if a %}",
        '{% if a %}"{% endif %}',
        "{% if a %}{% else %}",
        "<a {% if b %}c='",
        "{% endif %}",
        "{% block a %}<p '{% endblock %}",
        "{% for a in b %}",
        "<{% if a %}",
        "{% if a %}<!--{% else %}",
    ],
)
def test_time_grows_with_length(unit: str) -> None:
    text = unit * (60_000 // len(unit)) + "{% endif %}{% endfor %}"
    started = time.process_time()
    fold(mask(text, DJANGO))
    assert time.process_time() - started < 4
