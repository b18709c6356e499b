"""Scripts of templates: what each rule of the scheduler for templates does, on small families of both dialects."""

import pytest
from template_scripts import ENGINES, Family, built, decided, flipped, verbs

from assetforge.pages.page import Wish

LIB, USE = "window.lib = {v: 1}", "lib.use = lib.v"
DARK = "document.documentElement.id = lib.v"
FILES = {"lib.js": LIB, "use.js": USE, "lib.min.js": LIB, "other.js": "window.other = 1", "dark.js": DARK}


def layout(head: str = "", body: str = "{% block content %}{% endblock %}", end: str = "") -> str:
    return f"<!doctype html><html><head><title>t</title>{head}</head><body>{body}{end}</body></html>"


def script(name: str, more: str = "") -> str:
    return f'<script{more} src="/static/{name}.js"></script>'


CHILD = '{% extends "base.html" %}'


def decisions(family: Family, dialect: str = "django", **more: object) -> dict[str, list[str]]:
    plans = decided(family, FILES, dialect, **more)  # type: ignore[arg-type]
    built(family, plans, dialect)
    return {path: verbs(one) for path, one in plans.items()}


# -- families ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["django", "jinja"])
def test_a_layout_and_its_pages_are_decided_together(dialect: str) -> None:
    family = {
        "base.html": layout(script("lib")),
        "plain.html": f"{CHILD}{{% block content %}}<p>x</p>{{% endblock %}}",
        "needy.html": f"{CHILD}{{% block content %}}{script('dark')}<p>x</p>{{% endblock %}}",
    }
    assert decisions(family, dialect) == {"base.html": ["keep:dep"], "needy.html": ["keep:paint"]}
    del family["needy.html"]
    assert decisions(family, dialect) == {"base.html": ["defer"]}


def test_a_tag_of_the_engine_names_the_file() -> None:
    django = {"base.html": layout('{% load static %}<script src="{% static "lib.js" %}"></script>')}
    assert decisions(django) == {"base.html": ["defer"]}
    jinja = {"base.html": layout("<script src=\"{{ url_for('static', filename='lib.js') }}\"></script>")}
    assert decisions(jinja, "jinja") == {"base.html": ["defer"]}


def test_a_url_that_is_computed_is_any_script() -> None:
    assert decisions({"base.html": layout('<script src="{{ url }}"></script>')}) == {"base.html": ["keep:opaque"]}


def test_an_inline_script_of_a_child_that_needs_the_layouts_library_stays_behind_it() -> None:
    inline = "<script>lib.start()</script><p>y</p>"
    family = {"base.html": layout(script("lib")), "page.html": f"{CHILD}{{% block content %}}{inline}{{% endblock %}}"}
    found = decisions(family)
    assert found["base.html"] == ["keep:dep"]
    assert found["page.html"][0].startswith("keep:")


def test_a_script_at_the_end_of_a_child_has_the_library_before_it() -> None:
    family = {
        "base.html": layout(script("lib"), end="{% block scripts %}{% endblock %}"),
        "page.html": f"{CHILD}{{% block content %}}<p>x</p>{{% endblock %}}"
        "{% block scripts %}<script>lib.go()</script>{% endblock %}",
    }
    plans = decided(family, FILES)
    assert {path: verbs(one) for path, one in plans.items()} == {"base.html": ["move"], "page.html": ["keep:at-end"]}
    text = built(family, plans)["base.html"]
    assert text.index("lib.js") > text.index("block content") and text.index("lib.js") < text.index("block scripts")


def test_block_super_twice_keeps_the_order_in_both_places() -> None:
    """`{{ block.super }}` doubles what stands in the layout's block: `a use a`, where only the first `a` was looked at, would be
    another order."""
    family = {
        "base.html": layout(body=f"{{% block scripts %}}{script('lib')}{{% endblock %}}<p>x</p>"),
        "page.html": f"{CHILD}{{% block scripts %}}{{{{ block.super }}}}{script('use')}{{{{ block.super }}}}<script>lib.x</script>"
        "{% endblock %}",
    }
    assert decisions(family)["base.html"][0].startswith("keep:")


def test_a_library_that_a_page_replaces_is_another_one() -> None:
    """The layout's library is not on the page whose block replaces it; the script behind it is."""
    family = {
        "base.html": layout(f"{{% block lib %}}{script('lib')}{{% endblock %}}{script('use')}"),
        "page.html": f"{CHILD}{{% block lib %}}<script>document.documentElement.id = 1; window.lib = {{}}</script>{{% endblock %}}",
    }
    found = decisions(family)
    assert found["base.html"] == ["defer", "defer"]
    assert found["page.html"][0].startswith("keep:")


def test_a_page_whose_layout_is_not_known_may_extend_any_with_its_blocks() -> None:
    base = {"base.html": layout(script("lib"))}
    computed = "{% extends layout %}{% block content %}<script>lib.go()</script>{% endblock %}"
    assert decisions({**base, "page.html": computed}) == {"base.html": ["keep:template-hole"], "page.html": ["keep:template-hole"]}
    elsewhere = "{% extends layout %}{% block another %}<script>lib.go()</script>{% endblock %}"
    assert decisions({**base, "page.html": elsewhere})["base.html"] == ["defer"]
    harmless = "{% extends layout %}{% block content %}<p>x</p>{% endblock %}"
    assert decisions({**base, "page.html": harmless})["base.html"] == ["defer"]
    missing = '{% extends "shop/base.html" %}{% block content %}<p>x</p>{% endblock %}'
    assert decisions({**base, "page.html": missing})["base.html"] == ["keep:template-hole"]


def test_candidates_make_the_layout_known() -> None:
    family = {
        "base.html": layout(script("lib")),
        "page.html": "{% extends layout %}{% block content %}<script>other()</script>{% endblock %}",
    }
    assert decisions(family, layout=("base.html",))["base.html"] == ["defer"]


# -- conditions, loops, includes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["django", "jinja"])
def test_alternatives_get_one_verb(dialect: str) -> None:
    either = f"{{% if debug %}}{script('lib')}{{% else %}}{script('lib.min')}{{% endif %}}"
    assert decisions({"p.html": layout(either)}, dialect) == {"p.html": ["defer", "defer"]}
    held = f"{{% if debug %}}{script('lib')}{{% else %}}{script('unknown')}{{% endif %}}"
    assert [one.partition(":")[0] for one in decisions({"p.html": layout(held)}, dialect)["p.html"]] == ["keep", "keep"]


def test_a_script_under_a_condition_is_not_cut() -> None:
    needed = f"{{% if x %}}{script('lib')}{{% endif %}}<script>lib.a</script>"
    assert decisions({"p.html": layout(needed, "<p>x</p>")})["p.html"][0].startswith("keep:")
    assert decisions({"p.html": layout(f"{script('lib')}<script>lib.a</script>", "<p>x</p>")})["p.html"] == ["move", "move"]


def test_scripts_in_a_loop_stay() -> None:
    text = layout(f"{{% for x in all %}}<script>var a{{{{ x }}}}</script>{script('lib')}{{% endfor %}}")
    assert decisions({"p.html": text})["p.html"] == ["keep:template-hole", "keep:template-hole"]


def test_an_include_in_a_loop_holds_its_scripts_everywhere() -> None:
    family = {
        "p.html": layout(body="{% for x in all %}{% include 'part.html' %}{% endfor %}"),
        "q.html": layout(body="{% include 'part.html' %}"),
        "part.html": script("lib") + "<p>x</p>",
    }
    assert decisions(family)["part.html"] == ["keep:template-hole"]
    del family["p.html"]
    assert decisions(family)["part.html"] == ["defer"]


def test_a_cached_part_may_be_of_yesterday() -> None:
    text = layout(f"{{% load cache %}}{{% cache 500 head %}}{script('lib')}{{% endcache %}}")
    assert decisions({"p.html": text})["p.html"] == ["keep:template-hole"]


def test_a_macro_that_is_called_twice_has_one_decision() -> None:
    family = {"p.html": "{% macro lib() %}" + script("lib") + "{% endmacro %}" + layout("{{ lib() }}", "{{ lib() }}<p>x</p>")}
    assert decisions(family, "jinja")["p.html"] == ["defer"]


# -- what is not known -----------------------------------------------------------------------------------------------------------


HOLES = ["{{ form.media }}", "{{ text|safe }}", "{% include 'none.html' %}", "{% unknown_tag %}", "{{ form }}"]


@pytest.mark.parametrize("hole", HOLES)
def test_behind_a_script_a_hole_may_hold_one_that_needs_it(hole: str) -> None:
    assert decisions({"p.html": layout(script("lib"), f"<p>{hole}</p>")})["p.html"] == ["keep:template-hole"]
    assert decisions({"p.html": layout(script("lib"), "<p>{{ text }}</p>")})["p.html"] == ["defer"]


def test_attributes_that_a_template_chooses_keep_a_script() -> None:
    chosen = '<script {% if x %}defer{% endif %} src="/static/lib.js"></script>'
    assert decisions({"p.html": layout(chosen + script("use"))})["p.html"][0] == "keep:conditional-attrs"
    nonce = '<script{% if csp_nonce %} nonce="{{ csp_nonce }}"{% endif %} src="/static/lib.js"></script>'
    assert decisions({"p.html": layout(nonce)})["p.html"] == ["keep:conditional-attrs"]
    plain = '<script nonce="{{ csp_nonce }}" src="/static/lib.js"></script>'
    assert decisions({"p.html": layout(plain)})["p.html"] == ["defer"]


def test_a_type_that_a_template_writes_may_be_any() -> None:
    text = layout('<script src="/static/lib.js"></script><script type="{{ type }}">lib.a</script>', "<p>x</p>")
    assert decisions({"p.html": text})["p.html"] == ["keep:template-hole", "keep:conditional-attrs"]


def test_a_fragment_that_a_script_fetches_stays_as_it_is() -> None:
    assert decisions({"rows.html": f"<tr><td>{script('lib')}</td></tr>"})["rows.html"] == ["keep:fragment"]
    both = {"rows.html": script("lib"), "p.html": layout(body="{% include 'rows.html' %}<p>x</p>")}
    assert decisions(both)["rows.html"] == ["defer"]
    both["more.html"] = "{% include 'rows.html' %}"
    assert decisions(both)["rows.html"] == ["keep:fragment"]


def test_the_body_of_a_foreign_tag_is_its_own() -> None:
    text = layout("{% compress js %}" + script("lib") + "{% endcompress %}")
    assert decisions({"p.html": text})["p.html"][0] in ("keep:template-tag", "keep:template-hole")


def test_handlers_that_template_syntax_may_write_hold_what_they_may_need() -> None:
    assert decisions({"p.html": layout(script("lib"), "<img {{ attributes }}>")})["p.html"] == ["keep:template-hole"]
    computed = '<img src="{{ x }}" onerror="{{ code }}">'
    assert decisions({"p.html": layout(script("lib"), computed)})["p.html"] == ["keep:template-hole"]
    quiet = layout(script("lib"), "<img src=\"{{ x }}\" onerror=\"this.src='{{ y }}'\">")
    assert decisions({"p.html": quiet})["p.html"] == ["defer"]


def test_ids_that_a_template_computes_may_be_any() -> None:
    files = {**FILES, "find.js": "document.getElementById('row-1').textContent = 1"}

    def found(body: str) -> list[str]:
        text = layout(body="<p id=x></p><script src=/static/find.js></script>" + body + "<p>y</p>")
        return verbs(decided({"p.html": text}, files)["p.html"])

    assert found("<p id='row-{{ n }}'></p>") == ["keep:dom-position"]
    assert found("<p id='col-{{ n }}'></p>") == ["defer"]


# -- inline scripts with template syntax -----------------------------------------------------------------------------------------


def test_values_that_a_template_writes_are_values() -> None:
    inline = "<script>window.user = {{ user|tojson }}; window.name_ = '{{ name }}'</script>"
    assert decisions({"p.html": layout(inline + script("lib"))}, "jinja")["p.html"] == ["keep:template-hole", "defer"]


@pytest.mark.parametrize("body", ["{{ code|safe }}", "{% if x %}lib.a(){% endif %}", "var {{ name }} = 1", "{{ name }}(1)"])
def test_code_that_a_template_writes_may_be_any(body: str) -> None:
    assert decisions({"p.html": layout(script("lib") + f"<script>{body}</script>", "<p>x</p>")})["p.html"] == [
        "keep:opaque-conflict", "keep:opaque",
    ]  # fmt: skip


# -- moving ----------------------------------------------------------------------------------------------------------------------


def test_what_moves_stays_on_one_straight() -> None:
    pair = f"{script('lib')}<script>lib.a</script>"
    assert decisions({"p.html": layout(pair, "<p>x</p>")})["p.html"] == ["move", "move"]
    in_block = layout(f"{{% block head %}}{pair}{{% endblock %}}", "<p>x</p>")
    assert all(one.startswith("keep:") for one in decisions({"p.html": in_block})["p.html"])
    included = {"p.html": layout("{% include 'head.html' %}", "<p>x</p>"), "head.html": pair}
    assert all(one.startswith("keep:") for one in decisions(included)["head.html"])


def test_where_an_arm_leaves_an_element_open_nothing_moves() -> None:
    pair = f"{script('lib')}<script>lib.a</script>"
    open_arm = "{% if wide %}<div>{% endif %}<p>x</p>{% if wide %}</div>{% endif %}"
    assert all(one.startswith("keep:") for one in decisions({"p.html": layout(pair, open_arm)})["p.html"])
    closed = "{% if wide %}<div>x</div>{% else %}<b>y</b>{% endif %}"
    assert decisions({"p.html": layout(pair, closed)})["p.html"] == ["move", "move"]


def test_what_selectors_may_count_does_not_move() -> None:
    pair = f"{script('lib')}<script>lib.a</script>"
    style = "<style>body > p:last-child { color: red }</style>"
    text = layout(style + pair, "<p>x</p>{% if x %}<div>y</div>{% endif %}")
    assert all(one.startswith("keep:") for one in decisions({"p.html": text})["p.html"])
    text = layout("<style>.a:last-child { color: red }</style>" + pair, "<p>x</p>{% if x %}<div>y</div>{% endif %}")
    assert decisions({"p.html": text})["p.html"] == ["move", "move"]
    text = layout("<style>.a:last-child { color: red }</style>" + pair, "<p class='{{ c }}'>x</p>")
    assert all(one.startswith("keep:") for one in decisions({"p.html": text})["p.html"])


def test_syntax_that_may_mean_something_else_elsewhere_does_not_move() -> None:
    text = layout('<script src="/static/lib.js?{{ version }}"></script><script>lib.a</script>{% set version = 2 %}', "<p>x</p>")
    assert not any(one == "move" for one in decisions({"p.html": text}, "jinja")["p.html"])
    tag = layout('{% load static %}<script src="{% static "lib.js" %}"></script><script>lib.a</script>', "<p>x</p>")
    plans = decided({"p.html": tag}, FILES)
    assert verbs(plans["p.html"]) == ["move", "move"]
    assert "{% static \"lib.js\" %}\"></script><script>lib.a</script></body>" in built({"p.html": tag}, plans)["p.html"]


def test_a_verbatim_body_is_not_cut() -> None:
    text = layout("{% verbatim %}" + script("lib") + "<script>lib.a = '{{ x }}'</script>{% endverbatim %}", "<p>x</p>")
    assert not any(one == "move" for one in decisions({"p.html": text})["p.html"])


# -- the author's word -----------------------------------------------------------------------------------------------------------


def test_the_authors_word_counts() -> None:
    kept = layout(script("lib", " data-assetforge=keep"))
    assert decisions({"p.html": kept})["p.html"] == ["keep:author"]
    moved = layout(script("unknown", " data-assetforge=move"), "<p>x</p>")
    assert decisions({"p.html": moved})["p.html"] == ["move"]
    in_block = layout(f"{{% block a %}}{script('unknown', ' data-assetforge=move')}{{% endblock %}}", "<p>x</p>")
    assert decisions({"p.html": in_block})["p.html"] == ["keep:opaque"]
    injected = layout(script("lib", " data-assetforge=inject"))
    assert decisions({"p.html": injected})["p.html"][0].startswith("keep:")


def test_nothing_is_changed_where_scripts_are_off() -> None:
    assert decisions({"p.html": layout(script("lib"))}, wish=Wish(policy="off"))["p.html"] == ["keep:off"]


def test_globs_are_asked_for_the_file_that_a_tag_names() -> None:
    def words(url: str) -> tuple[str, ...]:
        return ("keep",) if url == "/lib.js" else ()

    text = layout('{% load static %}<script src="{% static "lib.js" %}"></script>')
    assert decisions({"p.html": text}, wish=Wish(words=words))["p.html"] == ["keep:author"]  # type: ignore[arg-type]


# -- carried out -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["django", "jinja"])
def test_rendered_pages_have_their_scripts_in_order(dialect: str) -> None:
    above = "{{ super() }}" if dialect == "jinja" else "{{ block.super }}"
    family = {
        "base.html": layout(script("lib") + "<script>lib.a</script>", end="{% block end %}" + script("use") + "{% endblock %}"),
        "page.html": f"{CHILD}{{% block content %}}{script('other')}<p>x</p>{{% endblock %}}{{% block end %}}{above}"
        "<script>lib.b</script>{% endblock %}",
    }
    plans = decided(family, FILES, dialect)
    first, second = ENGINES[dialect](family), ENGINES[dialect](built(family, plans, dialect))
    for name in family:
        old, new = first(name, {}), second(name, {})
        assert flipped(old, new, FILES) == []
        assert old != new


def test_the_comparison_sees_a_careless_edit() -> None:
    old = layout(script("lib") + "<script>lib.a</script>")
    assert flipped(old, old.replace("<script src", "<script defer src"), FILES)


def test_a_script_of_a_group_may_be_pinned_while_the_others_are_moved() -> None:
    """Three times one file: the first in an include, the last at the end of a child."""
    family = {
        "base.html": layout("{% include 'part.html' %}" + script("lib"), "<p>z</p>", "{% block four %}{% endblock %}"),
        "part.html": script("lib"),
        "page.html": f"{CHILD}{{% block four %}}{script('lib')}{{% endblock %}}",
    }
    found = decisions(family)
    assert found["page.html"] == ["keep:at-end"]
    assert found["part.html"][0].startswith("keep:")


def test_a_page_without_a_place_at_its_end_and_with_a_style() -> None:
    open_arm = "{% if wide %}<div>{% endif %}<p>x</p>{% if wide %}</div>{% endif %}"
    text = layout("<style>p:last-child { color: red }</style>" + script("lib"), open_arm)
    assert decisions({"p.html": text})["p.html"] == ["defer"]


# -- what other pages fetch ------------------------------------------------------------------------------------------------------


def test_a_fragment_that_is_fetched_while_the_page_is_parsed_may_need_a_global() -> None:
    fragment = {"rows.html": '<img src="x" onerror="lib.fail()">'}
    fetching = layout(script("lib") + "<script>fetch('/rows')</script>", "<p>x</p>")
    assert decisions({"p.html": fetching, **fragment})["p.html"][0] == "keep:fragment-observer"
    assert decisions({"p.html": layout(script("lib"), "<p>x</p>"), **fragment})["p.html"] == ["defer"]
    assert decisions({"p.html": fetching, "rows.html": "<p>x</p>"})["p.html"][0] == "defer"


def test_jinja_may_write_an_expression_as_it_is() -> None:
    """Flask escapes what stands in `.html`, and not what stands in `.j2`; a generator of documents escapes nothing."""
    assert decisions({"p.html": layout(script("lib"), "{{ title }}")}, "jinja")["p.html"] == ["defer"]
    assert decisions({"p.j2": layout(script("lib"), "{{ title }}")}, "jinja")["p.j2"] == ["keep:template-hole"]
    assert decisions({"p.html": layout(script("lib"), "{{ page.content }}")}, "jinja")["p.html"] == ["keep:template-hole"]
    assert decisions({"p.html": layout(script("lib"), '<p title="{{ page.content }}">x</p>')}, "jinja")["p.html"] == ["defer"]
