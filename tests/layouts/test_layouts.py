"""Stylesheets of templates: pages get their critical CSS and have the stylesheets at their end, in the order they had, and whatever
cannot is written as it was."""

from pathlib import Path

import pytest
from written_templates import Engine, in_order, parts, plain, site, spoken

from assetforge import dialects
from assetforge.config import Stylesheets
from assetforge.dialects import DJANGO, JINJA

CSS = {
    "a.css": "p{color:red}b{color:blue}.never{color:red}",
    "b.css": "i{color:red}h1{color:red;background:url(img/x.png)}h2{color:lime}",
    "c.css": "u{color:red}p{margin:1px}",
    "img/x.png": "x",
}
BASE = (
    "(load)<!doctype html><html><head><meta charset=utf-8><title>x</title>[a.css]{% if user %}[b.css]{% endif %}"
    "{% block css %}[c.css media=print]{% endblock %}<meta name=x></head>"
    "<body><p>hi {{ name }}{% block content %}{% endblock %}</p>{% block js %}{% endblock %}</body></html>"
)
PAGE = "{% extends 'base.html' %}(load){% block content %}<b>b</b>{% endblock %}"
ENGINES = pytest.mark.parametrize("engine", ["django", "jinja"])
CONTEXTS = ({}, {"user": "ada"}, {"more": 1}, {"user": "ada", "more": 1})


def made(folder: Path, engine: Engine, files: dict[str, str], **more: object):  # type: ignore[no-untyped-def]
    return site(folder, engine, spoken(engine, CSS | files), **more)  # type: ignore[arg-type]


@ENGINES
def test_a_page_of_a_layout_has_its_stylesheets_at_the_end(engine: Engine, tmp_path: Path) -> None:
    built = made(tmp_path, engine, {"base.html": BASE, "page.html": PAGE})
    assert built.decision("page.html") == "late"
    head, body = parts(built.page("page.html"))
    assert head == ["<style>p{color:red}b{color:blue}</style>", '<link rel="preload" as="style" href="/static/a.css">']
    assert body == [
        '<link rel="stylesheet"  href="/static/a.css">', '<link rel="stylesheet" media=print href="/static/c.css">'
    ]  # fmt: skip


@ENGINES
def test_whatever_holds_the_page_says_the_same_in_the_same_order(engine: Engine, tmp_path: Path) -> None:
    files = {
        "base.html": BASE,
        "page.html": PAGE,
        "mid.html": "{% extends 'base.html' %}(load)"
        "{% block css %}(super)[b.css id=m]{% if more %}[c.css id=n]{% endif %}{% endblock %}",
        "deep.html": "{% extends 'mid.html' %}(load){% block css %}<style>h2{margin:0}</style>(super)[a.css id=d]{% endblock %}",
        "over.html": "{% extends 'mid.html' %}(load)"
        "{% block css %}[a.css id=o]{% endblock %}{% block content %}<h2>h{% endblock %}",
        "none.html": "{% extends 'mid.html' %}{% block css %}{% endblock %}",
    }
    built = made(tmp_path, engine, files)
    assert {name: built.decision(name) == "late" for name in files} == {
        "base.html": False, "mid.html": False, "page.html": True, "deep.html": True, "over.html": True, "none.html": True,
    }  # fmt: skip
    for name in files:
        for context in CONTEXTS:
            before, after = built.original(name, **context), built.page(name, **context)
            assert plain(after) == plain(before), (name, context)
            late = built.decision(name) == "late"
            written = in_order(after)
            assert written[1:] == in_order(before) if late else written == in_order(before), (name, context)
            in_head = [one for one in parts(after)[0] if one.startswith("<link") and "preload" not in one]
            assert not in_head if late else in_head, (name, context)


@ENGINES
def test_a_template_that_nobody_knew_is_written_as_it_was(engine: Engine, tmp_path: Path) -> None:
    files = {"base.html": BASE, "page.html": PAGE, "mid.html": PAGE, "leaf.html": "{% extends 'mid.html' %}"}
    built = made(tmp_path, engine, files)
    stranger = spoken(engine, {"new.html": "{% extends 'mid.html' %}(load){% block css %}(super)[b.css]{% endblock %}"})
    for templates in (built.before, built.after):
        templates.update(stranger)
    for context in CONTEXTS:
        assert in_order(built.page("new.html", **context)) == in_order(built.original("new.html", **context))
        assert not parts(built.page("new.html", **context))[1]


@ENGINES
def test_one_page_that_must_stay_keeps_no_other(engine: Engine, tmp_path: Path) -> None:
    stays = "{% extends 'page.html' %}{% block js %}<script>document.styleSheets[0].disabled = true</script>{% endblock %}"
    samples = "= page.html\nhtml\n body\n  p\n   b\n"
    files = {"base.html": BASE, "page.html": PAGE, "other.html": PAGE, "stays.html": stays}
    built = made(tmp_path, engine, files, samples=samples)
    assert [built.decision(name) == "late" for name in ("page.html", "other.html", "stays.html")] == [True, True, False]
    assert "inserts styles, looks at stylesheets" in built.decision("stays.html")
    for context in CONTEXTS:
        assert in_order(built.page("stays.html", **context)) == in_order(built.original("stays.html", **context))
        assert not [one for one in parts(built.page("stays.html", **context))[0] if one.startswith("<style")]
        assert parts(built.page("page.html", **context))[1]


@ENGINES
def test_rules_of_a_stylesheet_under_a_condition_stand_under_it(engine: Engine, tmp_path: Path) -> None:
    arms = "{% if user == 'ada' %}[b.css]{% elif more %}[c.css]{% else %}[b.css id=e]{% endif %}"
    base = BASE.replace("{% if user %}[b.css]{% endif %}", arms)
    page = "{% extends 'base.html' %}{% block content %}<i>i</i>{% endblock %}"
    built = made(tmp_path, engine, {"base.html": base, "page.html": page})
    found = {str(context): parts(built.page("page.html", **context))[0][0] for context in CONTEXTS}
    assert list(found.values()) == [
        "<style>p{color:red}i{color:red}</style>", "<style>p{color:red}i{color:red}</style>",
        "<style>p{color:red}p{margin:1px}</style>", "<style>p{color:red}i{color:red}</style>",
    ]  # fmt: skip
    for context in CONTEXTS:
        after = built.page("page.html", **context)
        assert in_order(after)[1:] == in_order(built.original("page.html", **context))


@ENGINES
@pytest.mark.parametrize("condition", ["user|length", "name"])
def test_a_condition_that_may_mean_something_else_is_not_said_again(engine: Engine, condition: str, tmp_path: Path) -> None:
    bound = {"django": "{% now 'Y' as name %}", "jinja": "{% set name = 1 %}"}[engine]
    page = "{% extends 'base.html' %}(load){% block css %}" + bound + "{% if " + condition + " %}[b.css]{% endif %}{% endblock %}"
    built = made(tmp_path, engine, {"base.html": BASE, "page.html": page})
    assert "under the condition" in built.decision("page.html")
    assert in_order(built.page("page.html")) == in_order(built.original("page.html"))


@ENGINES
@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("{% for one in more %}[b.css]{% endfor %}", "which may write it any number of times"),
        ("<link rel=stylesheet href='{{ more }}'>", "its URL is computed"),
        ("<style>p { color: {{ more }} }</style>", "a part of a <style> is computed"),
        ("{{ more|safe }}[b.css]", "a part of the template in or before its head is not known"),
        ("{% include 'sheets.html' %}", "stands in templates/sheets.html"),
        ("<script src=https://elsewhere.example/x.js></script>", "still blocks the first paint"),
        ("[b.css data-assetforge=blocking]", "its author wants it to block"),
        ("{# assetforge_late #}", "has a name that begins with assetforge_late"),
    ],
)
def test_what_cannot_be_written_twice_stays_and_says_why(engine: Engine, head: str, why: str, tmp_path: Path) -> None:
    files = {"base.html": BASE.replace("<meta name=x>", head), "page.html": PAGE, "sheets.html": "(load)[b.css]"}
    built = made(tmp_path, engine, files, minify=frozenset())
    assert why in built.decision("page.html")
    context = {"more": "x"}
    assert built.page("page.html", **context).split("/static/")[0] == built.original("page.html", **context).split("/static/")[0]
    assert in_order(built.page("page.html", **context)) == in_order(built.original("page.html", **context))


@ENGINES
def test_unknown_parts_are_known_from_samples(engine: Engine, tmp_path: Path) -> None:
    files = {"base.html": BASE, "page.html": PAGE.replace("<b>b</b>", "{{ more|safe }}")}
    built = made(tmp_path / "without", engine, files)
    assert "not known inserts styles" in built.decision("page.html")
    assert "record samples" in built.facts["page.html"].stylesheets[0].better
    built = made(tmp_path / "with", engine, files, samples="= page.html\nhtml\n body\n  p\n   b\n   u\n")
    assert built.facts["page.html"].critical == "p{color:red}b{color:blue}"
    assert len(parts(built.page("page.html", more="<b>x</b>"))[1]) == 2
    built = made(tmp_path / "script", engine, files, samples="= page.html\nhtml\n body\n  p\n   script [src\n")
    assert built.decision("page.html") != "late"


@ENGINES
def test_a_page_without_a_layout_is_its_own(engine: Engine, tmp_path: Path) -> None:
    built = made(tmp_path, engine, {"alone.html": BASE})
    assert built.decision("alone.html") == "late"
    for context in CONTEXTS:
        after = built.page("alone.html", **context)
        assert plain(after) == plain(built.original("alone.html", **context))
        assert in_order(after)[1:] == in_order(built.original("alone.html", **context))


@ENGINES
def test_text_that_looks_like_syntax_is_written_as_it_stands(engine: Engine, tmp_path: Path) -> None:
    odd = "p::before{content:'{{ name }}{% if %}{# x #}</style>'}@media (width>1px){p{color:red}}"
    built = made(tmp_path, engine, {"base.html": BASE, "page.html": PAGE, "a.css": odd})
    style = parts(built.page("page.html"))[0][0]
    assert style == r"<style>p::before{content:'{{ name }}{% if %}{# x #}<\/style>'}@media (width>1px){p{color:red}}</style>"
    assert built.built.diagnostics == ()


@ENGINES
def test_a_nonce_is_what_the_configuration_says_or_else_the_author(engine: Engine, tmp_path: Path) -> None:
    files = {"base.html": BASE, "page.html": PAGE}
    built = made(tmp_path / "said", engine, files, stylesheets=Stylesheets(nonce="{{ request.csp_nonce }}"))
    assert parts(built.page("page.html", request={"csp_nonce": "r4"}))[0][0].startswith('<style nonce="r4">p{')
    files["base.html"] = BASE.replace("[a.css]", "[a.css nonce='{{ nonce }}']")
    built = made(tmp_path / "written", engine, files)
    head, body = parts(built.page("page.html", nonce="r5"))
    assert head[0].startswith('<style nonce="r5">p{')
    assert "nonce='r5'" in head[1]
    assert "nonce='r5'" in body[0]


@ENGINES
def test_policies_name_every_text_that_conditions_leave(engine: Engine, tmp_path: Path) -> None:
    import hashlib
    from base64 import b64encode

    built = made(tmp_path, engine, {"base.html": BASE, "page.html": PAGE.replace("<b>", "<h2>")})
    for context in CONTEXTS:
        html = built.page("page.html", **context)
        text = html[html.index("<style>") + 7 : html.index("</style>")]
        assert "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode() in built.facts["page.html"].styles
    assert len(built.facts["page.html"].styles) == 2


@ENGINES
def test_a_url_in_a_tag_with_a_block_is_said_again_without_the_block(engine: Engine, tmp_path: Path) -> None:
    words = {"django": "{% static 'a.css' %}", "jinja": "{{ url_for('static', filename='a.css') }}"}[engine]
    link = '<link rel="stylesheet" href="{% block sheet %}' + words + '{% endblock %}">'
    other = "{% extends 'base.html' %}(load){% block sheet %}" + words.replace("a.css", "b.css") + "{% endblock %}"
    files = {"base.html": BASE.replace("[a.css]", link), "page.html": PAGE, "other.html": other}
    built = made(tmp_path, engine, files)
    assert built.decision("page.html") == "late"
    assert "not written by one template alone" in built.decision("other.html")
    for name in ("page.html", "other.html"):
        assert [one for one in in_order(built.page(name)) if one.startswith("<link")] == in_order(built.original(name))


@ENGINES
def test_templates_are_read_as_before_outside_of_what_is_put_in(engine: Engine, tmp_path: Path) -> None:
    built = made(tmp_path, engine, {"base.html": BASE, "page.html": PAGE})
    dialect = DJANGO if engine == "django" else JINJA
    for name, text in built.before.items():
        constructs = [(one.kind, text[one.start : one.end]) for one in dialects.tokens(text, dialect).tokens if one.kind != "text"]
        after = built.after[name]
        found = dialects.tokens(after, dialect).tokens
        left = iter([(one.kind, after[one.start : one.end]) for one in found if one.kind != "text"])
        assert all(one in left for one in constructs), name  # in their order


@ENGINES
def test_with_blocking_stylesheets_wanted_nothing_is_written(engine: Engine, tmp_path: Path) -> None:
    built = made(tmp_path, engine, {"base.html": BASE, "page.html": PAGE}, stylesheets=Stylesheets(delivery="blocking"))
    assert built.after["page.html"] == built.before["page.html"]


@ENGINES
def test_a_budget_that_is_too_small_leaves_the_page(engine: Engine, tmp_path: Path) -> None:
    built = made(tmp_path, engine, {"base.html": BASE, "page.html": PAGE}, stylesheets=Stylesheets(budget=10))
    assert "more than the budget of 10" in built.decision("page.html")
    assert built.after["page.html"] == built.before["page.html"]
