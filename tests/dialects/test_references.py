"""What templates name: one test a form that shipped projects use."""

from dataclasses import replace

import pytest

from assetforge.dialects import DJANGO, JINJA, Dialect, Filter, Function, Mention, Tag, expanded, matches, references


def mentions(text: str, dialect: Dialect) -> tuple[Mention, ...]:
    found = references(text, dialect)
    assert found.refusal is None
    for one in found.mentions:
        assert one.island.start <= one.span.start <= one.span.end <= one.island.end
        if one.reference:
            start, end = one.reference.span
            assert text[start:end] and one.reference.tail in range(start, end + 1)
    return found.mentions


def told(text: str, dialect: Dialect) -> list[tuple[str, str]]:
    """Outcome, and the path or the patterns in short."""
    return [(one.outcome, path(one)) for one in mentions(text, dialect)]


def path(one: Mention) -> str:
    if one.reference:
        return one.folder + one.reference.url
    return " | ".join("".join("*" if part is None else part for part in pattern) for pattern in one.patterns)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% static 'admin/css/base.css' %}", [("literal", "admin/css/base.css")]),
        ('{%static "a b.css"%}', [("literal", "a b.css")]),
        ("{% static 'core.css' as core_css_url %}", [("literal", "core.css")]),
        ("{% static 'icons.svg' %}#sun-fill", [("literal", "icons.svg")]),
        ("{% static 'fonts/x.eot?#iefix' %}", [("literal", "fonts/x.eot?#iefix")]),
        ("{% static jazzmin_settings.custom_css %}", [("computed", "")]),
        ('{% static settings.PREFIX|add:"css/login.css" %}', [("pattern", "*css/login.css")]),
        ('{% static "img/"|add:name|add:".png" %}', [("pattern", "img/*.png")]),
        ('{% static "a.css"|lower %}', [("computed", "")]),
        ("{% static rtl|yesno:'rtl.css,ltr.css' %}", [("pattern", "rtl.css | ltr.css")]),
        ('{% static theme|default:"css/base.css" %}', [("pattern", "* | css/base.css")]),
        ("{% static 'grappelli/' %}stylesheets/{{ x }}.css", [("pattern", "grappelli/stylesheets/*.css")]),
        ("{% static 'grappelli/' %}stylesheets/a.css'", [("literal", "grappelli/stylesheets/a.css")]),
        ('{% static "" %}"', [("folder", "")]),
        ("{% static 'img/' %}{{ name }}'", [("pattern", "img/*")]),
        ("{{ STATIC_URL }}{{ name }}'", [("folder", "*")]),
        ("{% get_static_prefix %}css/a.css", [("literal", "css/a.css")]),
        ("{% get_static_prefix as P %}<a href='{{ P }}a.css'>", [("folder", ""), ("literal", "a.css")]),
        ("{% get_media_prefix as MEDIA_URL %}{{ MEDIA_URL }}a.css", []),
        ("{{ STATIC_URL }}js/libs/modernizr.js\"", [("literal", "js/libs/modernizr.js")]),
        ("url({{ STATIC_URL }}a.png?v=1)", [("literal", "a.png?v=1")]),
        ("'{{ STATIC_URL }}' + x", [("folder", "")]),
        ("'{{ STATIC_URL }}js/{% if D %}a{% else %}b{% endif %}.js'", [("pattern", "js/*")]),
        ("{% if a %}{{ STATIC_URL }}a.js{% endif %}'", [("literal", "a.js")]),
        ('{{ "a.png"|static }}', [("literal", "a.png")]),
        ('{% include "i.html" with src=STATIC_URL|add:"i.svg" %}', [("literal", "i.svg")]),
        ("{% versioned_static 'wagtailadmin/js/x.js' %}", [("literal", "wagtailadmin/js/x.js")]),
        ("{{ form.media }}{{ media.css }}", [("computed", ""), ("computed", "")]),
        ("{% javascript 'main' %}{% vite_asset 'src/main.ts' %}", [("bundle", ""), ("bundle", "")]),
        ("{% comment %}{% static 'a' %}{% endcomment %}{# {% static 'a' %} #}", []),
        ("{% verbatim %}{% static 'a' %}{{ STATIC_URL }}a{% endverbatim %}", []),
        ("{% url 'static' %}{{ url }}{% if static %}{% endif %}", []),
        ("document.write('<script src=\"{% static 'a.js' %}\"><\\/script>')", [("literal", "a.js")]),
        ("<!--[if lt IE 9]>{% static 'html5.js' %}<![endif]-->", [("literal", "html5.js")]),
    ],
)
def test_django(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(text, DJANGO) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ url_for('static', filename='a/b.css') }}", [("literal", "a/b.css")]),
        ("{{ url_for('.static', filename='b.css') }}", [("literal", "b.css")]),
        ("{{ url_for('static', path='/css/a.css') }}", [("literal", "/css/a.css")]),
        ("{{ url_for('admin.index') }}{{ url_for(endpoint, filename='x') }}", []),
        ("{{ url_for('static', filename='js/' + ('a' if x else 'b') + '.js') }}", [("pattern", "js/a.js | js/b.js")]),
        ("{{ url_for('static', filename='img/' + p.name.lower() + '.png') }}", [("pattern", "img/*.png")]),
        ("{{ url_for('static', filename='js/' ~ x ~ '.js') }}", [("pattern", "js/*.js")]),
        ("{{ url_for('static', filename='') }}js/x.js\"", [("literal", "js/x.js")]),
        ("{{ url_for('static', filename=name) }}", [("computed", "")]),
        ("{{ static('jsi18n/{lang}/djangojs.js'|f(lang=l)) }}", [("pattern", "jsi18n/*/djangojs.js")]),
        ("{{ static('css/%s.css'|format(x)) }}{{ static('css/%s.css' % x) }}", [("pattern", "css/*.css")] * 2),
        ("{{ request.static_path('warehouse:static/dist/a-{}.css'.format(x)) }}", [("pattern", "static/dist/a-*.css")]),
        ("{{ request.static_path('warehouse:static/dist/a.css') }}", [("literal", "static/dist/a.css")]),
        ("{{ admin_static.url(filename='swatch/{swatch}/b.css'.format(swatch=config.get('S', 'd')), v='1.0') }}",
         [("pattern", "swatch/*/b.css")]),
        ("{{ admin_static.url(filename='admin/js/form.js', v='1.0.1') }}", [("literal", "admin/js/form.js")]),
        ("{% set a = static_url('a.css') %}{% if b in static('b.css') %}", [("literal", "a.css"), ("literal", "b.css")]),
        ("{{ pathto('_static/theme.js', 1) }}{{ pathto('_static/' + logo, resource=True) }}", [("literal", "_static/theme.js"),
         ("pattern", "_static/*")]),
        ("{{ pathto('search') }}{{ pathto(css, 1) }}{{ pathto('_static/theme.js', 0) }}{{ pathto('_static/theme.js', true) }}",
         [("computed", ""), ("literal", "_static/theme.js")]),
        ("{{ pathto('', 1) }}/x.css'", [("literal", "/x.css")]),
        ("{{ 'css/base.css'|url }}{{ nav.url|url }}{{ ('a' ~ '.css')|url }}", [("literal", "css/base.css"), ("pattern", "a.css")]),
        ("{{ h.url_for_static('/base/images/x.png') }}{% asset 'base/main' %}", [("literal", "/base/images/x.png"),
         ("bundle", "")]),
        ("{{ STATIC_URL ~ 'js/' ~ x }}{{ config.STATIC_URL + 'a.js' }}", [("pattern", "js/*"), ("literal", "a.js")]),
        ("{{ f([static('l.png')], {'a': static('d.png')}, k=static('k.png'))|tojson }}",
         [("literal", "l.png"), ("literal", "d.png"), ("literal", "k.png")]),
        ("{{ static(x or 'a.css') }}", [("pattern", "* | a.css")]),
        ("{{ jinja.static('a.css') }}{{ nonstatic('a.css') }}{{ 'static' }}", []),
        ("{% raw %}{{ static('a.css') }}{% endraw %}{# {{ static('a.css') }} #}", []),
        ("{% call panel(static('a.css')) %}{% trans u=static('b.css') %}{% unknown static('c.css') of 'x' %}",
         [("literal", "a.css"), ("literal", "b.css"), ("literal", "c.css")]),
        ("{{- static('a.css') -}}{%- set x = static('b.css') +%}", [("literal", "a.css"), ("literal", "b.css")]),
        ("{{ static('a' 'b' '.css') }}", [("pattern", "ab.css")]),
        ("{{ static('https://example.org/a.css') }}", [("literal", "https://example.org/a.css")]),
    ],
)  # fmt: skip
def test_jinja(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(text, JINJA) == expected


def test_the_span_is_the_path_within_its_quotes() -> None:
    text = "<link href=\"{% static 'css/app.css?v=1' %}\">"
    reference = references(text, DJANGO).references[0]
    assert text[slice(*reference.span)] == "css/app.css" and text[reference.tail : reference.span.end] == "app.css"
    assert (reference.kind, reference.syntax) == ("style", "static tag")


@pytest.mark.parametrize(
    ("text", "dialect", "written"),
    [
        (r"""{% static 'it\'s.css' %}""", DJANGO, r"it\'s.css"),
        (r"""{{ static('d\x69r/\u0061\n.css') }}""", JINJA, r"d\x69r/\u0061\n.css"),
    ],
)
def test_escapes_lead_back_to_the_file(text: str, dialect: Dialect, written: str) -> None:
    reference = references(text, dialect).references[0]
    assert text[slice(*reference.span)] == written
    assert reference.url in ("it's.css", "dir/a\n.css")


@pytest.mark.parametrize(
    ("text", "dialect", "whole"),
    [
        ("{% static 'a.css' %}", DJANGO, True),
        ("{% static 'a.css' as x %}", DJANGO, False),
        ("{{ STATIC_URL }}a.css", DJANGO, False),
        ("{{ static('a.css') }}", JINJA, True),
        ("{{ static('a.css')|safe|e }}", JINJA, True),
        ("{{ static('a.css') ~ 'x' }}", JINJA, False),
        ("{{ static('a.css')|upper }}", JINJA, False),
        ("{{ url_for('static', filename='a.css', _external=True) }}", JINJA, False),
        ("{{ static('a.css') if x else y }}", JINJA, False),
        ("{% set x = static('a.css') %}", JINJA, False),
    ],
)
def test_a_construct_that_writes_the_url_and_nothing_else(text: str, dialect: Dialect, whole: bool) -> None:
    assert mentions(text, dialect)[0].whole is whole


def test_whose_folder_it_is() -> None:
    assert mentions("{{ url_for('admin.static', filename='a.css') }}", JINJA)[0].scope == "admin.static"
    assert mentions("{{ request.static_path('warehouse:a.css') }}", JINJA)[0].scope == "warehouse"
    assert mentions("{% static 'a.css' as url %}", DJANGO)[0].variable == "url"


def test_what_a_tag_takes_is_its_own() -> None:
    text = "{% compress css %}<link href=\"{% static 'a.css' %}\">{% endcompress %}{% static 'b.css' %}"
    first, second = mentions(text, DJANGO)
    assert first.owner == "compress" and first.reference and "compress" in first.reference.locked
    assert second.owner == "" and second.reference and not second.reference.locked


def test_a_project_says_what_else_names_assets() -> None:
    django = replace(
        DJANGO,
        idioms=DJANGO.idioms.extended(
            tags={"icon": Tag(1), "picture": Tag("src")},
            prefixes=frozenset({"CDN"}),
            filters={"asset": Filter()},
            taken=frozenset({"box"}),
        ),
    )
    text = "{% icon 'big' 'i.svg' %}{% picture alt='x' src='p.png' %}{{ CDN }}c.js'{{ 'f.css'|asset }}"
    text += "{% box %}{% static 'b.css' %}{% endbox %}"
    assert [one[1] for one in told(text, django)] == ["i.svg", "p.png", "c.js", "f.css", "b.css"]
    assert mentions(text, django)[-1].owner == "box"
    jinja = replace(JINJA, idioms=JINJA.idioms.extended(functions={"theme.file": (Function("name"),)}))
    assert told("{{ theme.file(1, name='t.css') }}", jinja) == [("literal", "t.css")]
    assert told("{% icon 'big' 'i.svg' %}", DJANGO) == []


def test_patterns_are_expanded_against_the_files_there_are() -> None:
    paths = ["js/a.js", "js/b/c.js", "js/.js", "css/a.css", "img/a.png"]
    assert expanded([("js/", None, ".js")], paths) == ("js/.js", "js/a.js", "js/b/c.js")
    assert expanded([("/css/a.css?v=1",), ("img/", None, ".png?", None)], paths) == ("css/a.css", "img/a.png")
    assert matches((None,), "x") and not matches(("ab", None, "ba"), "aba") and matches(("a", None, "b", None, "c"), "a-b-c")
    assert not matches(("a", None, "b", None, "c"), "a-c") and not matches(("a",), "ab")


def test_many_alternatives_are_one_hole() -> None:
    text = "{{ static(" + " ~ ".join(["('a' if x else 'b')"] * 12) + " ~ '.css') }}"
    (one,) = mentions(text, JINJA)
    assert one.outcome == "pattern" and all(matches(pattern, "a" * 12 + ".css") for pattern in one.patterns)
