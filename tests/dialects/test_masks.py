"""The mask keeps every offset, and shows an HTML tokenizer the tags that the page has. Each case was found in a shipped project."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetforge.dialects import DJANGO, JINJA, PLAIN, Dialect, mask
from assetforge.formats.html.tokens import Token, attributes, tokens
from assetforge.text import Span


def tags(text: str, dialect: Dialect) -> list[Token]:
    masked = mask(text, dialect)
    assert masked.refusal is None
    assert len(masked.text) == len(text)
    return [token for token in tokens(masked.text) if token.kind in ("start", "end")]


def values(text: str, dialect: Dialect, name: str) -> list[str]:
    """The values of attribute `name`, as the template has them."""
    masked = mask(text, dialect)
    return [
        text[one.start : one.end]
        for token in tags(text, dialect)
        for one in attributes(masked.text, token)
        if one.name == name
    ]


def names(text: str, dialect: Dialect) -> list[str]:
    return [("/" if token.kind == "end" else "") + token.name for token in tags(text, dialect)]


def test_a_tag_glued_to_the_name_of_a_raw_text_element() -> None:
    text = """<script{% if toolbar.csp_nonce %} nonce="{{ toolbar.csp_nonce }}"{% endif %} src="a.js">if (a<b) {}</script><p>"""
    assert names(text, DJANGO) == ["script", "/script", "p"]
    assert values(text, DJANGO, "src") == ["a.js"]
    assert values(text, DJANGO, "nonce") == ["{{ toolbar.csp_nonce }}"]


@pytest.mark.parametrize("name", ["script", "style", "textarea", "title", "STYLE"])
def test_attributes_glued_to_the_name_of_a_raw_text_element(name: str) -> None:
    assert names(f"<{name}{{{{ attrs }}}}><p></{name}><i>", JINJA) == [name.lower(), "/" + name.lower(), "i"]


def test_a_comment_glued_to_a_name() -> None:
    assert values("<link{# the theme #} href='a.css'>", JINJA, "href") == ["a.css"]


def test_a_name_that_goes_on_behind_a_raw_text_elements_name() -> None:
    assert "style" not in names("<style{% if x %}d-input{% endif %}><b>", DJANGO)


@pytest.mark.parametrize("head", ["{{ header_tag|default:'h2' }}", "{% if a > b %}h1{% else %}h2{% endif %}", "{{ t }}{{ u }}-x"])
def test_an_expression_for_the_name_of_a_tag(head: str) -> None:
    text = f'<{head} class="a" {{% if b < c %}}{{% endif %}}href="x">t</{head}>'
    assert [token.kind for token in tags(text, DJANGO)] == ["start", "end"]
    assert values(text, DJANGO, "class") == ["a"]


def test_a_comparison_is_no_tag() -> None:
    assert names("<p>if a <{{ n }} or {{ m }}<{{ n }} <b>x</b>", DJANGO) == ["p", "b", "/b"]


def test_an_expression_within_the_name_of_a_tag() -> None:
    text = '<h{{ hn }} class="module-heading"></h{{ hn }}>'
    assert [token.kind for token in tags(text, JINJA)] == ["start", "end"]
    assert values(text, JINJA, "class") == ["module-heading"]


def test_a_conditional_prefix_of_an_attributes_name() -> None:
    text = '<img {% if lazy %}data-original-{% endif %}src="{{ image.file.url }}" alt="x">'
    assert values(text, DJANGO, "src") == []
    assert values(text, DJANGO, "alt") == ["x"]


def test_a_conditional_attribute_keeps_its_name() -> None:
    text = '<img {% if lazy %}src="a.png"{% else %}src="b.png"{% endif %}alt="x">'
    assert values(text, DJANGO, "src") == ["a.png", "b.png"]
    text = '<script src="a.js"{% if x %} defer{% elif y %} async{% else %} nomodule{% endif %}></script>'
    masked = mask(text, DJANGO).text
    found = {one.name for token in tags(text, DJANGO) for one in attributes(masked, token)}
    assert {"src", "defer", "async", "nomodule"} <= found
    text = "<script {% if x %}async{% else %}defer{% endif %} src=a.js></script>"
    masked = mask(text, DJANGO).text
    assert {"async", "defer", "src"} <= {one.name for token in tags(text, DJANGO) for one in attributes(masked, token)}


def test_a_quote_opened_inside_a_branch_and_closed_outside() -> None:
    text = '<a {% if copyid %}id="{{ copyid }}{% endif %}"><b>'
    assert names(text, DJANGO) == ["a", "b"]
    assert values(text, DJANGO, "id") == ["{{ copyid }}{% endif %}"]


def test_quotes_of_the_same_kind_nested_in_an_attribute() -> None:
    text = '<link rel="stylesheet" href="{% block stylesheet %}{% static "admin/css/base.css" %}{% endblock %}"><p>'
    assert names(text, DJANGO) == ["link", "p"]
    assert values(text, DJANGO, "href") == ['{% block stylesheet %}{% static "admin/css/base.css" %}{% endblock %}']
    assert values('<a href="{% url "x" %}" class="b">', DJANGO, "class") == ["b"]
    assert values("<body class=\"{% block bodyclass %}{{ a|default:'<b>' }}{% endblock %}\">", DJANGO, "class")


def test_an_unquoted_value_stays_one() -> None:
    text = "<option value={% if x %}1{% else %}2{% endif %} selected>"
    assert values(text, DJANGO, "value") == ["{% if x %}1{% else %}2{% endif %}"]
    assert values("<a href={{ url }}>", JINJA, "href") == ["{{ url }}"]


def test_json_in_an_attribute() -> None:
    assert values("""<div data-x='{{ items | tojson }}' id="{{ {'a': "b"}['a'] }}">""", JINJA, "data-x") == ["{{ items | tojson }}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% if banner_is_title %}<h1>{% else %}<p>{% endif %}", ["h1", "p"]),
        ('{% block maintag %}<div class="main">{% endblock %}', ["div"]),
        ("{% if not forloop.first %}</ul>{% endif %}", ["/ul"]),
        ('{{ name }}{% if value %}="{{ value|stringformat:"s" }}"{% endif %}', []),
        ("""{% for a in b %} {{ a }}="<{{ a }}"{% endfor %}""", []),
        ("<style>{% if entry == 'embedded' %}a{color:{{ colour }}}{% endif %}</style><b>", ["style", "/style", "b"]),
        ("""<script>document.write('<script src="{% static "x.js" %}"><\\/script>')</script><b>""", ["script", "/script", "b"]),
        ("<!--[if lt IE 9]>{% static '-->.js' %}<b><![endif]--><i>", ["i"]),
        ("{% comment %}<b>{# {% endcomment %} #}{% endcomment %}<i>", ["i"]),
        ("{% comment %}<b>{% verbatim %}{% endcomment %}{% endverbatim %}<u>{% endcomment %}<i>", ["i"]),
        ("{% verbatim %}<b>{{ <u> }}{% endverbatim %}<i>", ["b", "u", "i"]),
        ("{# <b> #}<i>{#\n<u> #}", ["i", "u"]),
        ('<input type="{{ t }}"{% if v != None %} value="{{ v }}"{% endif %}{% include "attrs.html" %}>', ["input"]),
    ],
)
def test_the_tags_of_django_templates(text: str, expected: list[str]) -> None:
    assert names(text, DJANGO) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% macro panel_end() %}</div></div>{% endmacro %}", ["/div", "/div"]),
        ("{% raw %}<b>{{ <u> }}{% endraw %}<i>", ["b", "u", "i"]),
        ("{#- <b>\n -#}<i>", ["i"]),
        ("{{ '}}<b>' }}<i>", ["i"]),
        ("{%- if a > b -%}<b>{%- endif +%}", ["b"]),
        ("{{ {'a': {'b': '<u>'}}['a'] }}<i>", ["i"]),
    ],
)
def test_the_tags_of_jinja_templates(text: str, expected: list[str]) -> None:
    assert names(text, JINJA) == expected


def test_islands_say_what_they_are() -> None:
    text = "{{ a }}{% if b %}{# c #}{% comment %}{{ d }}{% endcomment %}{% verbatim %}{{ e }}{% endverbatim %}"
    found = [(text[slice(*one.span)], one.kind, one.name) for one in mask(text, DJANGO).islands]
    assert found == [
        ("{{ a }}", "expression", ""),
        ("{% if b %}", "tag", "if"),
        ("{# c #}", "comment", ""),
        ("{% comment %}{{ d }}{% endcomment %}", "comment", "comment"),
        ("{% verbatim %}", "tag", "verbatim"),
        ("{{ e }}", "raw", "verbatim"),
        ("{% endverbatim %}", "tag", "endverbatim"),
    ]


def test_what_is_the_authors_own() -> None:
    masked = mask("ab{{ c }}de{% raw %}{{ f }}{% endraw %}", JINJA)
    assert masked.is_plain(Span(0, 2)) and masked.is_plain(Span(2, 2)) and masked.is_plain(Span(9, 11))
    assert not masked.is_plain(Span(1, 3)) and not masked.is_plain(Span(4, 4)) and not masked.is_plain(Span(8, 10))
    assert masked.is_plain(Span(20, 27)) and masked.raw_at(20) and not masked.raw_at(0)
    assert [one.kind for one in masked.touched(Span(0, 20))] == ["expression", "tag"]


def test_the_body_of_a_tag_that_takes_it() -> None:
    text = "a{% compress css %}b{% compress css %}c{% endcompress %}d{% endcompress %}e{% addtoblock 'js' %}f{% endaddtoblock %}"
    masked = mask(text, DJANGO)
    assert [text[slice(*one.span)] for one in masked.bodies] == ["b{% compress css %}c{% endcompress %}d", "f"]
    assert [masked.owner(text.index(one)) for one in "abcdef"[:1] + "f"] == ["", "addtoblock"]


def test_files_without_a_dialect_are_as_they_are() -> None:
    masked = mask("{{ a }}{% b", PLAIN)
    assert masked.text == "{{ a }}{% b" and not masked.islands and masked.is_plain(Span(0, 7))


PIECES = [
    "<", "</", ">", "<script", "</script>", "<a ", ' href="', "'", "=", " ", "x", "{{ a }}", "{% if b %}", "{% else %}",
    "{% endif %}", "{# c #}", "{% comment %}", "{% endcomment %}", "{% verbatim %}", "{% endverbatim %}", "{%", "{{", "}}",
    "{% raw %}", "{% endraw %}", "\n", "é", "\ue0e0", "\udc80",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join), st.sampled_from([DJANGO, JINJA, PLAIN]))
def test_only_islands_change_and_nothing_moves(text: str, dialect: Dialect) -> None:
    masked = mask(text, dialect)
    assert len(masked.text) == len(text)
    hidden = {at for one in masked.islands if one.kind != "raw" for at in range(*one.span)}
    assert all(character == masked.text[at] for at, character in enumerate(text) if at not in hidden)
    assert not {masked.text[at] for at in hidden} - set("\ue0e0\ue0e1\ue0e2x ")
    assert [one.span for one in masked.islands] == sorted(one.span for one in masked.islands)
    if masked.refusal:
        assert masked.text == text


def test_a_tag_that_assigns_writes_nothing() -> None:
    assert values('<html {% get_current_language as L %}lang="{{ L }}">', DJANGO, "lang") == ["{{ L }}"]
    assert values("""<i class={% cycle 'a' 'b' as row %}>""", DJANGO, "class") == ["{% cycle 'a' 'b' as row %}"]


def test_an_include_of_attributes_and_conditional_attributes_in_a_row() -> None:
    assert names("<div{% include 'attrs.html' %}><p>", DJANGO) == ["div", "p"]
    text = '<input id="x"{% if a %} disabled{% endif %}{% if b %} checked{% endif %}>'
    masked = mask(text, DJANGO).text
    assert {"disabled", "checked"} <= {one.name for token in tags(text, DJANGO) for one in attributes(masked, token)}
