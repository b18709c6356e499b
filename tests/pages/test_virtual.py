"""One text for the pages of templates: every character is one of a template, and elements know how they stand in theirs."""

import pytest

from assetforge import dialects
from assetforge.dialects import DJANGO
from assetforge.pages.template.compose import compose
from assetforge.pages.template.loader import Template
from assetforge.pages.template.sketch import sketch
from assetforge.pages.template.virtual import Virtual, virtual

FAMILY = {
    "base.html": '<!doctype html><html><head>{{ form.media }}<script src="a.js"></script></head>'
    '<body class="{% block bc %}x{% endblock %}">{% include "nav.html" %}{% block content %}{% endblock %}'
    "{% block end %}<script src=b.js></script>{% endblock %}</body></html>",
    "nav.html": "<nav>{% if a %}<script src=c.js></script>{% else %}<script src=d.js></script>{% endif %}</nav>",
    "page.html": '{% extends "base.html" %}{% block bc %}{{ block.super }} y{% endblock %}'
    "{% block content %}<p>{{ x }}</p>{% for i in j %}<script>go({{ i }})</script>{% endfor %}{% endblock %}"
    "{% block end %}{{ block.super }}<script src=e.js>{% block inside %}{% endblock %}</script>{{ block.super }}{% endblock %}",
}
MASKED = {path: dialects.mask(text, DJANGO).text for path, text in FAMILY.items()}


def made(name: str) -> Virtual:
    templates = [Template(path, path, "django", 0, sketch(text, DJANGO)) for path, text in FAMILY.items()]
    (page,) = compose(templates, runs=True).of(name)
    return virtual(page, MASKED)


@pytest.mark.parametrize("name", FAMILY)
def test_every_character_is_one_of_a_template(name: str) -> None:
    page = made(name)
    for at, character in enumerate(page.text):
        place = page.origin(at)
        assert place is not None
        assert page.at(*place) == at
        assert character in (MASKED[place.owner][place.offset], " ")


def test_blocks_are_filled_and_both_arms_are_there() -> None:
    page = made("page.html")
    urls = [one.attribute("src") for one in page.outline.loading]
    assert urls == ["a.js", "c.js", "d.js", None, "b.js", "e.js", "b.js"]
    assert [one.parent for one in page.outline.loading][:2] == ["head", "nav"]  # what a hole leaves opens no body
    assert [page.standings[index].whole for index in range(7)] == [True] * 7  # nobody fills the block in the script


def test_elements_say_where_they_stand() -> None:
    page = made("page.html")
    steps = {index: [step.kind for step in one.placed.route] for index, one in page.standings.items()}
    assert steps[0] == [] and steps[1] == ["include", "if"] and steps[3] == ["block", "fill", "for"]
    assert page.standings[4].placed.route != page.standings[6].placed.route


def test_what_nobody_knows_is_a_place() -> None:
    page = made("page.html")
    assert [page.text[: at].count("<script") for at in page.holes] == [0]
    assert page.doubt == ""


def test_without_a_layout_nothing_is_relied_on() -> None:
    text = '{% extends layout %}{% block a %}<script src="a.js"></script>{% endblock %}'
    (page,) = compose([Template("p", "p", "django", 0, sketch(text, DJANGO))], runs=True).of("p")
    assert virtual(page, {"p": dialects.mask(text, DJANGO).text}).doubt
