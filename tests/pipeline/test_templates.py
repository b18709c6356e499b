"""Templates: what is written out is rewritten, what a tag names is checked, and template syntax comes out as it went in."""

import hashlib
from base64 import b64encode

import pytest
from django.template import Context, Engine

from assetforge import dialects
from assetforge.build import analyse
from assetforge.cache import Cache
from assetforge.config import Root, Templates
from assetforge.explain import explain
from assetforge.rewrite import Rewriter
from assetforge.schema import templates as templates_of
from assetforge.tally import references
from assetforge.text import Edit, Span


@pytest.fixture
def project(forge, tmp_path):
    """`project({path below templates/: text}, {path below static/: text}, dialect)`"""

    def make(templates, static, dialect, chosen=Templates(), **settings):  # noqa: B008
        files = {f"templates/{path}": text for path, text in templates.items()}
        files |= {f"static/{path}": text for path, text in static.items()} | {"static/keep.txt": ""}
        roots = (
            Root(folder=tmp_path / "site" / "templates", kind="templates", dialect=dialect, templates=chosen),
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
    assert site.facts["home.html"].outcomes["checked"] == 1


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
    assert site.facts["page.j2"].outcomes["checked"] == 1 and not site.codes
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


# -- what a project's templates call assets --------------------------------------------------------------------------------------


def chosen(dialect, **table):
    return templates_of(table, "roots[0]", dialect)


@pytest.mark.parametrize(
    ("dialect", "table", "text"),
    [
        ("django", {"tags": ["my_static"]}, "{% my_static 'gone.css' %}"),
        ("django", {"tags": {"icon": 1}}, "{% icon 'big' 'gone.css' %}"),
        ("django", {"tags": {"picture": "src"}}, "{% picture alt='x' src='gone.css' %}"),
        ("django", {"filters": ["asset"]}, "{{ 'gone.css'|asset }}"),
        ("jinja", {"functions": ["cdn"]}, "{{ cdn('gone.css') }}"),
        ("jinja", {"functions": {"theme.file": {"argument": "name"}}}, "{{ theme.file(name='gone.css') }}"),
        ("jinja", {"functions": {"u": {"argument": 1, "scope": 0, "scopes": ["static"]}}}, "{{ u('static', 'gone.css') }}"),
        ("jinja", {"filters": {"cdn": "asset", "under": "same"}}, "{{ 'gone.css'|under|cdn }}"),
        (
            "jinja",
            {"syntax": {"variable_start_string": "${", "variable_end_string": "}"}},
            "${ static('gone.css') }{{ static('x') }}",
        ),
        ("jinja", {"syntax": {"line_statement_prefix": "%%"}}, "%% set a = static('gone.css')\n"),
    ],
)
def test_what_a_project_calls_assets_is_checked(project, dialect, table, text):
    site = project({"home.html": text}, {}, dialect, chosen(dialect, **table))
    assert site.codes == [("error", "missing-reference", "home.html")]
    assert not project({"home.html": text}, {"gone.css": ""}, dialect, chosen(dialect, **table)).codes


def test_a_projects_own_variables_and_bodies(project):
    text = '{{ CDN }}a.js {% box %}<img src="/static/x.png">{% endbox %}<img src="/static/x.png">'
    site = project({"home.html": text}, {"a.js": "", "x.png": ""}, "django", chosen("django", variables=["CDN"], bodies=["box"]))
    assert site.facts["home.html"].outcomes == {"left": 2, "rewritten": 1}
    assert site.text("home.html") == text[: text.rindex("x.png")] + site.name("static/x.png") + '">'


def test_settings_are_part_of_what_a_cache_remembers(project, tmp_path):
    text = {"home.html": "{% my_static 'gone.css' %}"}
    with Cache(tmp_path / "cache") as cache:
        assert not project(text, {}, "django", cache=cache).codes
        assert project(text, {}, "django", chosen("django", tags=["my_static"]), cache=cache).codes
        assert not project(text, {}, "django", cache=cache).codes


# -- paths that are put together ---------------------------------------------------------------------------------------------------


def test_every_file_that_fits_a_pattern_is_used_and_explained(project):
    site = project({"a.html": "{% static 'js/'|add:name|add:'.js' %}"}, {"js/a.js": "", "js/b.js": "", "js/c.css": ""}, "django")
    assert site.facts["a.html"].outcomes == {"pattern": 1} and not site.codes
    assert site.outputs["a.html"].dependencies == ("static/js/a.js", "static/js/b.js")
    analysis = analyse(site.config)
    one = explain("static/js/b.js", analysis, site.build)
    assert [(mention.path, mention.line, mention.outcome, mention.url) for mention in one.referrers] == [
        ("a.html", 1, "pattern", "js/….js")
    ]
    assert explain("static/js/c.css", analysis, site.build).referrers == ()
    (mention,) = explain("a.html", analysis, site.build).references
    assert (mention.outcome, mention.target) == ("pattern", None)


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        ("<p>{{ static('jss/' ~ n ~ '.js') }}", 7, "there is a folder static/js/"),
        ("{{ static('js/%s.mjs'|format(n)) }}", 4, "static/js/ holds a.js"),
        ("{{ static('js/a.js' if x else 'js/A.js') }}", 4, "static/js/a.js differs only in case"),
        ("<img src='/static/js/{{ x }}.png'>", 11, "static/js/ holds a.js"),
    ],
)
def test_a_pattern_that_no_file_fits_is_a_warning(project, text, column, hint):
    site = project({"a.html": text}, {"js/a.js": ""}, "jinja", strict=True)
    (one,) = site.build.diagnostics
    assert (one.severity, one.code, one.line, one.column, one.hint) == ("warning", "unmatched-pattern", 1, column, hint)
    assert one.excerpt == text and one.width > 5
    assert not project({"a.html": text}, {"js/a.js": ""}, "jinja", ignore_missing=(("a.html", "static/js**"),)).codes


@pytest.mark.parametrize("text", ["{{ static(x or 'js/a.js') }}", "<img src='/media/{{ x }}.png'>", "<img src='/static/{{ x }}'>"])
def test_a_pattern_that_may_be_anything_is_no_mistake(project, text):
    assert not project({"a.html": text}, {"js/a.js": ""}, "jinja").codes


def test_what_a_written_pattern_asks_for_stays_under_its_own_name(project):
    static = {"img/a.png": "", "img/b.css": "", "js/a.js": "", "js/b.js": ""}
    text = "<img src='/static/img/{{ x }}'>{{ static('js/' ~ y) }}"
    site = project({"a.html": text}, static, "jinja", unhashed="drop")
    assert site.naming("static/img/a.png") == ("stable", "a.html refers to it where nothing may change")
    assert site.naming("static/img/b.css")[0] == site.naming("static/js/a.js")[0] == "hashed"


def test_an_address_below_no_static_folder_is_somebody_elses(project):
    site = project({"a.html": "<img src='/media/x.png'><a href='/home/'>"}, {}, "django")
    assert site.facts["a.html"].outcomes["external"] == 1 and not site.codes


# -- literal URLs ------------------------------------------------------------------------------------------------------------------


def test_literal_urls_take_the_place_of_tags_that_write_them(project):
    text = """{% load static %}<link href="{% static "css/app.css" %}"><img src="{% static 'i.svg' %}#sun">
{% static 'f.eot?#iefix' %}
{% static 'i.svg' as icon %}{{ icon }}{% static name %}{# {% static 'css/app.css' %} #}
{% compress css %}{% static 'i.svg' %}{% endcompress %}
{% verbatim %}{% static 'i.svg' %}{% endverbatim %}{% static 'robots.txt' %}{% static 'a.css?a=1&b=2' %}
{% comment %}{% static 'i.svg' %}{% endcomment %}{% include "x.html" with icon="i.svg"|static %}{% get_static_prefix %}i.svg"""
    static = {"css/app.css": "", "i.svg": "<svg/>", "f.eot": "", "robots.txt": "", "a.css": ""}
    site = project({"home.html": text}, static, "django", chosen("django", urls="literal"))
    css, svg, eot = (site.url(f"static/{name}") for name in ("css/app.css", "i.svg", "f.eot"))
    expected = text.replace('{% static "css/app.css" %}', css).replace("{% static 'i.svg' %}#", f"{svg}#")
    expected = expected.replace("{% static 'f.eot?#iefix' %}", f"{eot}?#iefix")
    assert site.text("home.html") == expected
    assert site.facts["home.html"].outcomes["rewritten"] == 3


def test_literal_urls_in_jinja_and_at_an_asset_host(project):
    text = """{{ url_for('static', filename='a.js') }}{{ static('a.js')|safe }}{{ static('a.js', v=1) }}{{ static('a.js') ~ 'x' }}
{{- static('a.js') }} {{ static('a.js') -}} x"""
    settings = {"asset_host": "https://static.example.com/"}
    site = project({"p.html": text}, {"a.js": ""}, "jinja", chosen("jinja", urls="literal"), **settings)
    url = f"https://static.example.com/static/{site.name('static/a.js')}"
    assert site.text("p.html") == url + url + text[text.index("{{ static('a.js', v") :]


def test_the_integrity_beside_a_tag_follows_its_file(project):
    css = "a { color: red }"
    value = "sha384-" + b64encode(hashlib.sha384(css.encode()).digest()).decode()
    text = f'<link rel=stylesheet href="{{% static \'a.css\' %}}" integrity="{value}">'
    site = project({"p.html": text}, {"a.css": css}, "django", minify=frozenset({"css"}))
    assert site.outputs["static/a.css"].integrity != value
    assert site.text("p.html") == text.replace(value, site.outputs["static/a.css"].integrity)
    other = text.replace("sha384-", "sha384-AAAA")
    assert project({"p.html": other}, {"a.css": css}, "django").codes == [("warning", "integrity-mismatch", "p.html")]


# -- the last look -----------------------------------------------------------------------------------------------------------------


def test_a_template_whose_syntax_an_edit_would_change_is_served_as_it_came(project, monkeypatch):
    def spoil(self, path, prepared):
        edits, outcomes = edits_of(self, path, prepared)
        return (Edit(Span(0, 0), ("{% raw %}{{",), "a pass gone wrong"), *edits) if path == "a.html" else edits, outcomes

    edits_of = Rewriter.edits
    monkeypatch.setattr(Rewriter, "edits", spoil)
    monkeypatch.setattr(dialects, "escape", lambda text, dialect: text)
    files = {"a.html": "<img src=/static/x.png>{{ a }}", "b.html": "<img src=/static/x.png>"}
    site = project(files, {"x.png": ""}, "jinja")
    assert site.text("a.html") == files["a.html"] and site.text("b.html") != files["b.html"]
    assert site.codes == [("warning", "template-changed", "a.html")]
    assert site.facts["a.html"].outcomes == {"left": 1}


def test_what_comes_in_is_escaped(project, monkeypatch):
    def add(self, path, prepared):
        edits, outcomes = edits_of(self, path, prepared)
        return (Edit(Span(3, 3), ("{{ x }}",), "a pass"), *edits) if path == "a.html" else edits, outcomes

    edits_of = Rewriter.edits
    monkeypatch.setattr(Rewriter, "edits", add)
    site = project({"a.html": "<p><img src=/static/x.png>{{ a }}"}, {"x.png": ""}, "django")
    assert Engine().from_string(site.text("a.html")).render(Context({"a": "b"})).startswith("<p>{{ x }}<img") and not site.codes


def test_places_that_depend_on_a_branch_are_left_with_the_reason(project):
    text = '<a {% if b %}title="{% endif %}" href="/static/x.png"><img src="/static/x.png">{% static "x.png" %}'
    site = project({"a.html": text}, {"x.png": ""}, "django")
    assert site.text("a.html") == text.replace('<img src="/static/x.png', f'<img src="/static/{site.name("static/x.png")}')
    (note,) = site.build.diagnostics
    assert (note.severity, note.code, note.column) == ("note", "template-branches", 4)


def test_the_report_counts_references_by_outcome(project):
    text = """{% static 'x.png' %}{% static y %}{% static 'x'|add:z %}{% javascript 'b' %}<img src="/static/x.png">
<img src="{{ q }}">"""
    site = project({"a.html": text, "b.html": text}, {"x.png": ""}, "django")
    assert site.facts["a.html"].outcomes == {"checked": 1, "pattern": 1, "rewritten": 1, "runtime": 2, "unknown": 1}
    assert references(site.build)["runtime"] == 4


@pytest.mark.parametrize(
    ("text", "codes", "hint"),
    [
        ("{% static '/css/app.css' %}", ["error"], "write it without"),
        ("{% static 'css' %}", ["error"], "static/css is a folder: a slash must end its name"),
        ("{% static 'css/' %}{% static 'css/a%20b.css' %}{% static ' css/app.css' %}", [], ""),
        ('<base href="https://other.example/"><img src="/static/gone.png">{% static "css/app.css" %}', [], ""),
        ('<base href="{{ root }}"><img src="/static/gone.png">', ["warning"], ""),
    ],
)
def test_paths_as_djangos_storage_reads_them(project, text, codes, hint):
    site = project({"a.html": text}, {"css/app.css": "", "css/a b.css": ""}, "django")
    assert [one[0] for one in site.codes] == codes
    assert [one.hint for one in site.build.diagnostics] == ([hint] if codes else [])


def test_a_url_with_branches_in_it_may_be_either(project):
    text = '<img src="/static/{% if dark %}dark{% else %}light{% endif %}.png"><img src="/static/{# c #}x{{ n }}.png">'
    site = project({"a.html": text}, {"dark.png": "", "light.png": "", "x1.png": ""}, "django", unhashed="drop")
    assert not site.codes and site.facts["a.html"].outcomes == {"pattern": 2}
    assert {site.naming(f"static/{name}.png")[0] for name in ("dark", "light", "x1")} == {"stable"}


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("a.html", True),
        ("a.j2", True),
        ("v1.2.j2", True),
        ("a.html.j2", True),
        ("A.HTML", True),
        ("nginx.conf.j2", False),
        ("app.js.jinja", False),
    ],
)
def test_texts_that_are_no_pages_are_only_copied(project, name, read):
    text = "<img src='/static/x.png'>"
    site = project({name: text}, {"x.png": ""}, "jinja")
    assert (site.text(name) != text) is read


def test_other_ways_to_write_urls(project):
    text = """<img srcset="/static/x.png 1x, {% static 'x.png' %} 2x">
<p style="background: url('{% static 'x.png' %}'), url(/static/x.png)">
<a href="/static/x.png"><link rel=stylesheet href="/static/a.css?v={% now "U" %}">
{% if a %}<img src=/static/x.png{% if b %} alt=""{% endif %}>{% endif %}
<script type=importmap>{"imports": {"a": "{% static 'm.js' %}"}}</script>
<script>fetch("{% url 'x' %}"); new Worker("/static/m.js")</script>"""
    site = project({"a.html": text}, {"x.png": "", "a.css": "", "m.js": ""}, "django")
    names = {name: site.name(f"static/{name}") for name in ("x.png", "a.css", "m.js")}
    expected = text.replace("/static/a.css", f"/static/{names['a.css']}").replace("/static/m.js", f"/static/{names['m.js']}")
    for start in ('srcset="', "url(", "src="):
        expected = expected.replace(f"{start}/static/x.png", f"{start}/static/{names['x.png']}")
    assert site.text("a.html") == expected and not site.codes
