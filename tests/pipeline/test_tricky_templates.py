"""Template text that was found in shipped projects and that most tools get wrong. Each case: which references are found, what is
left to the engine, and that the template comes out byte for byte but for the URLs that are written out."""

from dataclasses import replace

import pytest

from assetforge.dialects import DJANGO, JINJA, Change, Dialect, Syntax, applied, same_constructs, tokens
from assetforge.templates import prepare_template
from assetforge.text import Span

FOLDERS = '{"": "/static/", "static": "/static/", "warehouse": "/"}'
D, J = DJANGO, JINJA
ERB = replace(
    JINJA,
    syntax=Syntax(
        block_start_string="<%", block_end_string="%>", variable_start_string="<%=", variable_end_string="%>",
        comment_start_string="<%#", comment_end_string="%>",
    ),
)  # fmt: skip
CHECKED, PLAIN, LOCKED = "checked", "plain", "locked"

CASES: dict[str, tuple[Dialect, str, list[tuple[str, str]]]] = {
    "control tag glued to a raw-text element's name": (
        D, '<script{% if toolbar.csp_nonce %} nonce="{{ toolbar.csp_nonce }}"{% endif %} src="/static/a.js">if (a<b) {}</script>'
           '<img src="/static/b.png">',
        [(PLAIN, "/static/a.js"), (PLAIN, "/static/b.png")]),
    "the tag name is an expression": (
        D, """<{{ header_tag|default:'h2' }} class="x"><img src="/static/b.png"></{{ header_tag|default:'h2' }}>""",
        [(PLAIN, "/static/b.png")]),
    "part of the tag name": (D, '<h{{ hn }} class="m"><img src=/static/b.png></h{{ hn }}>', [(PLAIN, "/static/b.png")]),
    "conditional prefix of an attribute name": (
        D, '<img {% if lazy %}data-original-{% endif %}src="{{ image.file.url }}" alt=""><img src="/static/b.png">',
        [(PLAIN, "/static/b.png")]),
    "conditional prefix of an attribute name, and a written URL": (
        D, '<img {% if lazy %}data-{% endif %}src="/static/a.png"><img src="/static/b.png">', [(PLAIN, "/static/b.png")]),
    "quote opened inside the branch, closed outside": (
        D, '<a {% if copyid %}id="{{ copyid }}{% endif %}" href="/static/a.pdf"><img src="/static/b.png">',
        [(PLAIN, "/static/b.png")]),
    "path through a format filter": (
        J, "{{ static('jsi18n/{lang}/djangojs.js'|f(lang=lang)) }}", [("pattern", "jsi18n/…/djangojs.js")]),
    "format of a package's path": (
        J, "{{ request.static_path('warehouse:static/dist/css/warehouse-{}.css'.format(x)) }}",
        [("pattern", "static/dist/css/warehouse-….css")]),
    "inline if in a path": (
        J, "<script src=\"{{ static('js/' + ('a' if x else 'b') + '.js') }}\"></script>", [("pattern", "js/a.js or js/b.js")]),
    "format plus a cache-busting query": (
        J, "{{ static_url('swatch/{swatch}/bootstrap.min.css'.format(swatch=s), v='1.0') }}",
        [("pattern", "swatch/…/bootstrap.min.css")]),
    "variable|add:literal": (D, '{% static settings.PREFIX|add:"css/login.css" %}', [("pattern", "…css/login.css")]),
    "literal|add:variable": (D, '{% static "css/"|add:theme|add:".css" %}', [("pattern", "css/….css")]),
    "reference and use apart": (
        D, "{% static 'core.css' as core_css_url %}<link rel=stylesheet href=\"{{ core_css_url }}\">",
        [(CHECKED, "/static/core.css"), ("runtime", "…")]),
    "get_media_prefix": (
        D, '{% get_media_prefix as MEDIA_URL %}<img src="{{ MEDIA_URL }}a.png">', [("runtime", "…a.png")]),
    "dynamic extends": (D, '{% extends base_template %}<img src="/static/a.png">', [(PLAIN, "/static/a.png")]),
    "ckan_extends": (J, "{% ckan_extends %}{% asset 'base/main' %}<img src='/static/a.png'>",
                     [("unknown", ""), (PLAIN, "/static/a.png")]),
    "document.write": (
        D, "<script>document.write('<script src=\"{% static 'a.js' %}\"><\\/script>')</script><img src=/static/b.png>",
        [(CHECKED, "/static/a.js"), (PLAIN, "/static/b.png")]),
    "asset inside an HTML comment": (
        D, "<!--[if lt IE 9]><script src=\"{% static 'html5.js' %}\"></script><script src=\"/static/old.js\"></script><![endif]-->",
        [(CHECKED, "/static/html5.js"), (PLAIN, "/static/old.js")]),
    "prefix concatenation": (
        D, '<script src="{{ STATIC_URL }}js/libs/modernizr.js"></script>', [(LOCKED, "/static/js/libs/modernizr.js")]),
    "fragment after the tag": (D, "<use href=\"{% static 'icons.svg' %}#sun-fill\">", [(CHECKED, "/static/icons.svg")]),
    "another element per branch": (
        D, '{% if banner_is_title %}<h1>{% else %}<p>{% endif %}<img src="/static/a.png">', [(PLAIN, "/static/a.png")]),
    "a block holds only an opening tag": (
        D, '{% block maintag %}<div class="main">{% endblock %}<img src="/static/a.png">', [(PLAIN, "/static/a.png")]),
    "a macro emits only closing tags": (
        J, '{% macro panel_end() %}</div></div>{% endmacro %}<img src="/static/a.png">', [(PLAIN, "/static/a.png")]),
    "close before open across iterations": (
        D, '{% for a in b %}{% if not forloop.first %}</ul>{% endif %}<ul><img src="/static/a.png">{% endfor %}',
        [(PLAIN, "/static/a.png")]),
    "a fragment that starts in attribute position": (
        D, '{{ name }}{% if value %}="{{ value }}"{% endif %} src="/static/a.png"', []),
    "block inside an attribute value": (
        D, '<body class="{% block bodyclass %}x{% endblock %}" background="/static/a.png">', [(PLAIN, "/static/a.png")]),
    "block, tag and same-kind quotes nested": (
        D, '<link rel="stylesheet" href="{% block stylesheet %}{% static "admin/css/base.css" %}{% endblock %}">'
           "<img src=/static/a.png>",
        [(CHECKED, "/static/admin/css/base.css"), (PLAIN, "/static/a.png")]),
    "control flow inside CSS": (
        D, "<style>{% if entry == 'embedded' %}a { color: {{ colour }}; background: url(/static/a.png) }{% endif %}</style>",
        [(PLAIN, "/static/a.png")]),
    "control flow inside a script": (
        D, "<script>{% if a %}new Worker('/static/w.js');{% endif %} var x = {{ y|safe }}; new Worker('/static/v.js');</script>",
        [(PLAIN, "/static/w.js"), (PLAIN, "/static/v.js")]),
    "dead references": (
        D, "{% comment %}{% static 'a.css' %}<img src=/static/a.png>{# x #}{% endcomment %}{# {% static 'b.css' %} #}", []),
    "verbatim": (D, "{% verbatim %}{% static 'a.css' %}<img src='/static/b.png'>{% endverbatim %}", [(PLAIN, "/static/b.png")]),
    "raw": (J, "{% raw %}{{ static('a.css') }}<img src='/static/b.png'>{% endraw %}", [(PLAIN, "/static/b.png")]),
    "whitespace control": (
        J, "{%- if x -%}\n<img src='/static/b.png'>\n{%- endif +%}{{- static('a.css') -}}",
        [(PLAIN, "/static/b.png"), (CHECKED, "/static/a.css")]),
    "a bundle's name": (D, "{% javascript 'main' %}{% vite_asset \"src/main.ts\" %}", [("unknown", ""), ("unknown", "")]),
    "a body that belongs to its tag": (
        D, "{% compress js %}<script src=\"{% static 'a.js' %}\"></script><script src=\"/static/b.js\"></script>{% endcompress %}",
        [("unknown", "a.js"), (LOCKED, "/static/b.js")]),
    "addtoblock": (
        D, '{% addtoblock "js" %}<script src="/static/b.js"></script>{% endaddtoblock %}', [(LOCKED, "/static/b.js")]),
    "what a translation is looked up by": (
        D, '{% blocktranslate %}<img src="/static/b.png"> {{ x }}{% endblocktranslate %}', [(LOCKED, "/static/b.png")]),
    "custom delimiters": (
        ERB, "<% if a %><img src='/static/b.png'><%= static('a.css') %><%# static('c.css') %>{{ static('d.css') }}<% end %>",
        [(PLAIN, "/static/b.png"), (CHECKED, "/static/a.css")]),
    "JSON in an attribute": (
        J, "<div data-x='{{ items | tojson }}'><img src='/static/b.png'></div>", [(PLAIN, "/static/b.png")]),
    "a hole in a written URL": (
        D, '<img src="/static/img/{{ picture }}.png"><img src="{{ a }}"><img src="img/{{ a }}">',
        [("pattern", "/static/img/….png"), ("runtime", "…"), ("runtime", "img/…")]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_found_and_what_is_left(name: str) -> None:
    dialect, text, expected = CASES[name]
    prepared = prepare_template(text, dialect, FOLDERS, urls="literal", languages="")
    found = [
        (one.span, CHECKED if one.deferred else LOCKED if one.locked else PLAIN, one.url) for one in prepared.parsed.references
    ]
    found += [(one.span, one.outcome, one.written) for one in prepared.asked]
    assert [one[1:] for one in sorted(found)] == expected


@pytest.mark.parametrize("name", CASES)
def test_the_template_comes_out_as_it_went_in_but_for_written_urls(name: str) -> None:
    dialect, text, _ = CASES[name]
    prepared = prepare_template(text, dialect, FOLDERS)
    assert "".join(text[one.start : one.end] for one in tokens(text, dialect).tokens) == text
    plain = [one for one in prepared.parsed.references if not one.deferred and not one.locked]
    changes = [Change(Span(one.tail, one.span.end), "x.0123456789ab.png") for one in plain]
    edited = applied(text, changes)
    assert same_constructs(text, changes, dialect) is None
    assert constructs(edited, dialect) == constructs(text, dialect)
    for one in plain:
        assert text[one.span.start : one.span.end] == one.url


def constructs(text: str, dialect: Dialect) -> list[str]:
    return [text[one.start : one.end] for one in tokens(text, dialect).tokens if one.kind not in ("text", "raw")]
