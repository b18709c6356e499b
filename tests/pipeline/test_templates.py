"""Templates: what is written out is rewritten, what a tag names is checked, and template syntax comes out as it went in."""

import pytest

from assetforge.config import Root


@pytest.fixture
def project(forge, tmp_path):
    """`project({path below templates/: text}, {path below static/: text}, dialect)`"""

    def make(templates, static, dialect, **settings):
        files = {f"templates/{path}": text for path, text in templates.items()}
        files |= {f"static/{path}": text for path, text in static.items()} | {"static/keep.txt": ""}
        roots = (
            Root(folder=tmp_path / "site" / "templates", kind="templates", dialect=dialect),
            Root(folder=tmp_path / "site" / "static", prefix="/static/", kind="static"),
        )
        return forge(files, roots=roots, **settings)

    return make


def test_a_django_template_keeps_its_tags_and_gets_literal_urls(project):
    text = """{% extends "base.html" %}{% load static %}
{% block css %}<link rel="stylesheet" href="{% static "css/app.css" %}">
<link rel=stylesheet href="/static/css/app.css?v={{ v }}">{% endblock %}
<img src="/static/{{ picture }}"><img src="{{ x }}"><p class="{% if a %}b{% endif %}" style="background: url(/static/x.png)">
<style>p { background: url(/static/x.png) }</style>{# /static/x.png #}{% comment %}{% static "gone.css" %}{% endcomment %}"""
    site = project({"home.html": text}, {"css/app.css": "", "x.png": ""}, "django")
    css, png = site.name("static/css/app.css"), site.name("static/x.png")
    expected = text.replace("/static/css/app.css?v", f"/static/css/{css}?v").replace("url(/static/x.png)", f"url(/static/{png})")
    assert site.text("home.html") == expected
    assert not site.codes
    assert site.facts["home.html"].outcomes["kept"] == 1


def test_a_tag_that_names_no_file_is_an_error_with_its_place(project):
    site = project({"home.html": "<p>\n{% static 'css/ap.css' %}"}, {"css/app.css": ""}, "django")
    (one,) = site.build.diagnostics
    assert (one.severity, one.code, one.path, one.line, one.column) == ("error", "missing-reference", "home.html", 2, 12)
    assert "static/css/app.css" in one.hint


def test_what_the_configuration_ignores_is_no_error(project):
    ignored = (("*", "static/css/*"),)
    assert not project({"home.html": "{% static 'css/ap.css' %}"}, {}, "django", ignore_missing=ignored).codes


def test_a_jinja_template(project):
    text = """{% raw %}{{ "/static/x.png" }}{% endraw %}<img src="/static/x.png">
<script src="{{ url_for('static', filename='a.js') }}"></script>{{ url_for('shop.static', filename='b.js') }}
{%- for i in items -%}<img src="{{ i }}">{%- endfor -%}{# url_for('static', filename='gone.js') #}"""
    site = project({"page.j2": text}, {"x.png": "", "a.js": ""}, "jinja")
    assert site.text("page.j2") == text.replace('src="/static/x.png"', f'src="/static/{site.name("static/x.png")}"')
    assert site.facts["page.j2"].outcomes["kept"] == 1 and not site.codes
    missing = project({"p.html": "{{ url_for('static', filename='b.js') }}"}, {}, "jinja")
    assert missing.codes == [("error", "missing-reference", "p.html")]


def test_a_module_that_a_tag_names_carries_its_digest_all_the_same(project):
    html = "<script type=module src=\"{% static 'm.js' %}\"></script>"
    site = project({"home.html": html}, {"m.js": "import './n.js'", "n.js": ""}, "django", unhashed="drop")
    assert site.naming("static/m.js")[0] == site.naming("static/n.js")[0] == "hashed"


def test_relative_urls_mean_nothing_before_the_page_has_an_address(project):
    site = project({"sub/home.html": "<img src=x.png><img src=../static/x.png>"}, {"x.png": ""}, "django")
    assert site.text("sub/home.html") == "<img src=x.png><img src=../static/x.png>"
    assert site.facts["sub/home.html"].outcomes == {"left": 2} and not site.codes


def test_a_template_that_cannot_be_read_is_left_with_the_reason(project):
    site = project({"home.html": "{% raw %}<img src=/static/x.png>"}, {"x.png": ""}, "jinja")
    assert site.text("home.html") == "{% raw %}<img src=/static/x.png>"
    assert [one.severity for one in site.build.diagnostics] == ["note"]


def test_other_files_below_the_templates_are_copied(project):
    site = project({"mail.txt": "{{ x }} /static/x.png", "app.js": "var u = {{ u }};"}, {"x.png": ""}, "django")
    assert site.naming("mail.txt") == site.naming("app.js") == ("stable", "it is a template")
    assert site.text("app.js") == "var u = {{ u }};"


def test_text_that_belongs_to_a_tag_is_left_alone(project):
    text = '{% compress css %}<link rel="stylesheet" href="/static/a.css">{% endcompress %}'
    assert project({"home.html": text}, {"a.css": ""}, "django").text("home.html") == text


def test_a_path_behind_the_folders_url_is_a_warning_when_missing_and_keeps_its_file_reachable(project):
    text = "{{ STATIC_URL }}a.js {% load static %}{% get_static_prefix %}b.js"
    site = project({"home.html": text}, {"a.js": ""}, "django", unhashed="drop")
    assert site.codes == [("warning", "missing-reference", "home.html")]
    assert site.naming("static/a.js") == ("stable", "home.html refers to it where nothing may change")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("{{ static('f.eot?#iefix') }}", []),
        ("{{ asset_url('static/f.eot') }}", []),
        ("{{ asset_url('f.eot') }}", ["error"]),
        ("{{ 'css/theme.css'|url }}{{ pathto('_static/x.js') }}{{ admin_static.url(filename='x.css') }}", []),
        ("{{ request.static_path('app:static/x.css') }}{{ url_for('shop.static', filename='x.css') }}", []),
    ],
)
def test_helpers_that_take_another_folders_paths_are_not_checked_against_this_one(project, text, codes):
    site = project({"page.html": text}, {"f.eot": b"x"}, "jinja")
    assert [one[0] for one in site.codes] == codes
