"""Templates put together: what a page loads, in which order, through which blocks and under which conditions."""

import pickle
import time
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetforge.cache import pack, unpack
from assetforge.dialects import DJANGO, JINJA, Dialect, Mention
from assetforge.pages.template.compose import compose
from assetforge.pages.template.composed import Composition, Hole, Page, Placed
from assetforge.pages.template.expansion import MOST_PARTS
from assetforge.pages.template.loader import Template
from assetforge.pages.template.sketch import Element, sketch

BOTH = pytest.mark.parametrize("dialect", [DJANGO, JINJA], ids=["django", "jinja"])
Candidates = Mapping[str, tuple[str, ...]]


def put_together(files: dict[str, str], dialect: Dialect, candidates: Candidates | None = None) -> Composition:
    """`files`: name → text. `1:name` lies in the second folder of the search, and so on."""
    templates = []
    for path, text in files.items():
        root, mark, name = path.partition(":")
        templates.append(Template(name or path, path, dialect.name, int(root) if mark else 0, sketch(text, dialect)))
    composed = compose(templates, candidates)
    assert compose(reversed(templates), candidates) == composed
    assert pickle.loads(pickle.dumps(composed)) == composed
    return composed


def page(files: dict[str, str], name: str, dialect: Dialect, candidates: Candidates | None = None) -> Page:
    (one,) = put_together(files, dialect, candidates).of(name)
    return one


def script(name: str) -> str:
    return f'<script src="{name}.js"></script>'


def told(part: Placed) -> str:
    """An element by its address, a hole by its reason in brackets."""
    if isinstance(part.item, Hole):
        return f"({part.item.why})"
    assert isinstance(part.item, Element)
    urls = [
        one.reference.url if isinstance(one, Mention) and one.reference else getattr(one, "url", "?") for one in part.item.names
    ]
    return " or ".join(urls) or part.item.content


def loads(one: Page) -> list[str]:
    return [told(part) for part in one.parts if isinstance(part.item, Element | Hole)]


def under(one: Page) -> dict[str, tuple[str, ...]]:
    """What each element stands in, in short."""
    parts = (part for part in one.parts if isinstance(part.item, Element))
    return {told(part): tuple(f"{step.kind} {step.text or step.name}".strip() for step in part.route) for part in parts}


def super_of(dialect: Dialect) -> str:
    return "{{ block.super }}" if dialect is DJANGO else "{{ super() }}"


# -- extends and blocks ------------------------------------------------------------------------------------------------------


@BOTH
def test_blocks_are_filled_from_the_inside_and_super_is_where_it_is_called(dialect: Dialect) -> None:
    files = {
        "base.html": f"<head>{{% block css %}}{script('base')}{{% endblock %}}{script('end')}</head>",
        "site.html": f"{{% extends 'base.html' %}}{{% block css %}}{super_of(dialect)}{script('site')}{{% endblock %}}",
        "home.html": f"{{% extends 'site.html' %}}{{% block css %}}{script('home')}{super_of(dialect)}{{% endblock %}}",
        "own.html": f"{{% extends 'site.html' %}}{{% block css %}}{script('own')}{{% endblock %}}lost {script('lost')}",
    }
    composed = put_together(files, dialect)
    (home,), (own,) = composed.of("home.html"), composed.of("own.html")
    assert home.chain == ("base.html", "site.html", "home.html") and home.layout
    assert loads(home) == ["home.js", "base.js", "site.js", "end.js"]
    assert [part.owner for part in home.scripts] == ["home.html", "base.html", "site.html", "base.html"]
    assert [part.blocks for part in home.scripts] == [("css",), ("css",), ("css",), ()]
    assert loads(own) == ["own.js", "end.js"]
    text = files["home.html"]
    assert text[slice(*home.scripts[0].span)] == script("home")


@BOTH
def test_a_block_of_the_child_inside_another_block_fills_that_of_the_layout(dialect: Dialect) -> None:
    files = {
        "base.html": f"<body>{{% block a %}}{{% block b %}}{script('base')}{{% endblock %}}{{% endblock %}}",
        "home.html": f"{{% extends 'base.html' %}}{{% block a %}}{{% block b %}}{script('b')}{{% endblock %}}"
        f"{script('a')}{{% endblock %}}",
        "deep.html": f"{{% extends 'home.html' %}}{{% if x %}}{{% block b %}}{script('deep')}{{% endblock %}}{{% endif %}}",
    }
    assert loads(page(files, "home.html", dialect)) == ["b.js", "a.js"]
    assert under(page(files, "deep.html", dialect)) == {
        "deep.js": ("block a", "fill a", "block b", "fill b"),  # the `if` of a child around a block means nothing
        "a.js": ("block a", "fill a"),
    }


@BOTH
def test_what_stands_before_extends_is_written_first(dialect: Dialect) -> None:
    files = {"base.html": f"<body>{script('base')}", "home.html": f"{script('first')}{{% extends 'base.html' %}}{script('lost')}"}
    assert loads(page(files, "home.html", dialect)) == ["first.js", "base.js"]


def test_a_block_may_hold_the_address() -> None:
    files = {
        "base.html": """<link rel="stylesheet" href="{% block css %}{% static "base.css" %}{% endblock %}" """
        """class="{% block c %}{% endblock %}">""",
        "home.html": "{% extends 'base.html' %}{% block css %}{% static 'home.css' %}{% endblock %}",
        "dark.html": "{% extends 'base.html' %}{% block css %}{% if d %}{% static 'd.css' %}{% else %}"
        "{% static 'l.css' %}{% endif %}{% endblock %}",
        "free.html": "{% extends 'base.html' %}{% block css %}{{ theme.css }}{% endblock %}",
        "class.html": "{% extends 'base.html' %}{% block c %}wide{% endblock %}",
    }
    seen = {name: page(files, name, DJANGO).stylesheets[0] for name in files}
    contents = {name: (told(part), part.item.content, part.filled) for name, part in seen.items()}  # type: ignore[union-attr]
    assert contents == {
        "base.html": ("base.css", "known", ""),
        "home.html": ("home.css", "known", "home.html"),
        "dark.html": ("d.css or l.css", "choice", "dark.html"),
        "free.html": ("computed", "computed", "free.html"),
        "class.html": ("base.css", "known", "class.html"),
    }


def test_a_layout_chosen_by_a_condition_makes_a_page_for_each() -> None:
    files = {
        "a.html": f"<body>{script('a')}{{% block x %}}{{% endblock %}}",
        "b.html": f"<body>{{% block x %}}{{% endblock %}}{script('b')}",
        "home.html": f"{{% extends 'a.html' if ajax else 'b.html' %}}{{% block x %}}{script('x')}{{% endblock %}}",
        "list.html": f"{{% extends ['gone.html', 'b.html', 'a.html'] %}}{{% block x %}}{script('x')}{{% endblock %}}",
        "arms.html": f"{{% if ajax %}}{{% extends 'a.html' %}}{{% endif %}}<body>{{% block x %}}{script('x')}{{% endblock %}}",
    }
    composed = put_together(files, JINJA)
    assert [(one.choices[0][1], loads(one)) for one in composed.of("home.html")] == [
        ("a.html", ["a.js", "x.js"]),
        ("b.html", ["x.js", "b.js"]),
    ]
    assert [loads(one) for one in composed.of("list.html")] == [["x.js", "b.js"]]  # the first that exists
    assert [(one.choices[0][1], loads(one)) for one in composed.of("arms.html")] == [("a.html", ["a.js", "x.js"]), ("", ["x.js"])]
    assert composed.extended["a.html"] == ("arms.html", "home.html")


@BOTH
def test_a_computed_layout_is_what_the_configuration_says_or_unknown(dialect: Dialect) -> None:
    files = {
        "a.html": f"<body>{script('a')}{{% block x %}}{{% endblock %}}",
        "home.html": f"{{% extends base_template %}}{{% block x %}}{script('x')}{{% block y %}}"
        f"{script('y')}{{% endblock %}}{{% endblock %}}",
        "more.html": f"{{% extends 'home.html' %}}{{% block y %}}{script('z')}{{% endblock %}}{{% block q %}}"
        f"{script('q')}{{% endblock %}}",
    }
    composed = put_together(files, dialect)
    (home,) = composed.of("home.html")
    assert (home.layout, home.role, loads(home)) == (False, "layout", ["(extends)", "x.js", "y.js"])
    assert [note.code for note in home.notes] == ["dynamic-template"] and "every page is a candidate" in home.notes[0].message
    assert loads(composed.of("more.html")[0]) == ["(extends)", "x.js", "z.js", "q.js"]
    assert {one.template for one in composed.family("a.html")} == {"a.html", "home.html", "more.html"}
    declared = page(files, "home.html", dialect, {"base_template": ("a.html",)})
    assert (declared.layout, declared.notes, loads(declared)) == (True, (), ["a.js", "x.js", "y.js"])


def test_a_part_of_the_name_leaves_over_the_templates_that_fit() -> None:
    files = {
        "base/wide.html": f"<body>{script('wide')}",
        "base/slim.html": f"<body>{script('slim')}",
        "other.html": "<body>",
        "home.html": "{% extends 'base/' ~ kind ~ '.html' %}",
    }
    pages = put_together(files, JINJA).of("home.html")
    assert [(one.chain[0], loads(one)) for one in pages] == [("base/slim.html", ["slim.js"]), ("base/wide.html", ["wide.js"])]


@BOTH
def test_a_layout_that_no_folder_has(dialect: Dialect) -> None:
    files = {"home.html": f"{{% extends 'gone.html' %}}{{% block x %}}{script('x')}{{% endblock %}}"}
    one = page(files, "home.html", dialect)
    assert (one.layout, one.role, loads(one)) == (False, "page", ["(extends)", "x.js"])
    assert [(note.code, note.owner) for note in one.notes] == [("missing-template", "home.html")]
    composed = put_together(files | {"other.html": "<body>"}, dialect)
    assert [page.template for page in composed.family("other.html")] == ["other.html"]  # it is none that is here


# -- loaders -----------------------------------------------------------------------------------------------------------------


def test_the_first_folder_that_has_a_name_wins() -> None:
    files = {
        "1:base.html": f"<body>{script('second')}",
        "0:base.html": f"<body>{script('first')}",
        "1:home.html": "{% extends 'base.html' %}",
    }
    assert loads(page(files, "1:home.html", DJANGO)) == ["first.js"]


def test_a_django_template_that_extends_its_own_name_means_the_next_one() -> None:
    child = "{{% extends 'base.html' %}}{{% block x %}}{{{{ block.super }}}}{}{{% endblock %}}"
    files = {
        "0:base.html": child.format(script("mine")),
        "1:base.html": child.format(script("app")),
        "2:base.html": f"<body>{{% block x %}}{script('admin')}{{% endblock %}}",
        "2:page.html": "{% extends 'base.html' %}",
    }
    composed = put_together(files, DJANGO)
    (one,) = composed.of("2:page.html")
    assert one.chain == ("2:base.html", "1:base.html", "0:base.html", "2:page.html")
    assert loads(one) == ["admin.js", "app.js", "mine.js"]


def test_ckan_extends_the_same_name_further_down() -> None:
    files = {
        "0:base.html": f"{{% ckan_extends %}}{{% block x %}}{{{{ super() }}}}{script('mine')}{{% endblock %}}",
        "1:base.html": f"<body>{{% block x %}}{script('core')}{{% endblock %}}",
    }
    assert loads(page(files, "0:base.html", JINJA)) == ["core.js", "mine.js"]


def test_relative_names_of_django() -> None:
    files = {
        "shop/base.html": f"<body>{script('base')}{{% block x %}}{{% endblock %}}",
        "shop/list/page.html": "{% extends '../base.html' %}{% block x %}{% include './row.html' %}{% endblock %}",
        "shop/list/row.html": script("row"),
    }
    assert loads(page(files, "shop/list/page.html", DJANGO)) == ["base.js", "row.js"]


def test_engines_do_not_load_each_others_templates() -> None:
    django = Template("base.html", "d/base.html", "django", 0, sketch(f"<body>{script('django')}", DJANGO))
    jinja = Template("home.html", "j/home.html", "jinja", 1, sketch("{% extends 'base.html' %}", JINJA))
    (one,) = compose([django, jinja]).of("j/home.html")
    assert not one.layout and not one.scripts


@BOTH
def test_a_template_that_leads_back_to_itself(dialect: Dialect) -> None:
    files = {"a.html": "{% extends 'b.html' %}", "b.html": "{% extends 'a.html' %}"}
    one = page(files, "a.html", dialect)
    assert not one.layout and [note.code for note in one.notes] == ["missing-template" if dialect is DJANGO else "template-cycle"]


# -- includes ----------------------------------------------------------------------------------------------------------------


@BOTH
def test_includes_are_written_in_place_with_their_own_layouts(dialect: Dialect) -> None:
    files = {
        "home.html": f"<body>{script('a')}{{% for x in xs %}}{{% include 'card.html' %}}{{% endfor %}}"
        f"{script('b')}{{% block t %}}{{% endblock %}}",
        "card.html": f"{{% extends 'frame.html' %}}{{% block t %}}{script('card')}{{% endblock %}}",
        "frame.html": f"<div>{{% block t %}}{{% endblock %}}{script('frame')}",
    }
    composed = put_together(files, dialect)
    (one,) = composed.of("home.html")
    assert loads(one) == ["a.js", "card.js", "frame.js", "b.js"]
    assert under(one)["card.js"] == (
        f"for {'x in xs'}", "include 'card.html'", "block t", "fill t",
    )  # fmt: skip
    assert [step.kind for step in one.scripts[1].conditions] == ["for"]
    assert composed.included == {"card.html": ("home.html",)}
    assert composed.roles == {"home.html": "page", "card.html": "part", "frame.html": "part"}
    assert {two.template for two in composed.family("frame.html")} == {"home.html", "card.html", "frame.html"}


@BOTH
def test_a_computed_include_is_a_hole_unless_it_is_declared(dialect: Dialect) -> None:
    files = {"home.html": "<body>{% include widget.template %}", "a.html": script("a"), "b.html": script("b")}
    one = page(files, "home.html", dialect)
    assert loads(one) == ["(include)"] and [note.code for note in one.notes] == ["dynamic-template"]
    two = page(files, "home.html", dialect, {"widget.template": ("a.html", "b.html")})
    assert loads(two) == ["a.js", "b.js"] and not two.notes
    assert [(part.route[0].arm, part.route[0].arms) for part in two.scripts] == [(0, 2), (1, 2)]
    assert all(part.conditions for part in two.scripts)


def test_includes_of_lists_and_missing_ones() -> None:
    files = {"a.html": script("a"), "home.html": "{% include ['gone.html', 'a.html'] %}"}
    assert loads(page(files, "home.html", JINJA)) == ["a.js"]
    files["home.html"] = "{% include 'gone.html' ignore missing with context %}"
    one = page(files, "home.html", JINJA)
    assert (loads(one), one.notes) == (["(include)"], ())
    files["home.html"] = "{% include 'gone.html' %}"
    assert [note.code for note in page(files, "home.html", JINJA).notes] == ["missing-template"]


@BOTH
def test_a_template_that_includes_itself_is_written_once(dialect: Dialect) -> None:
    files = {
        "home.html": "{% include 'tree.html' %}",
        "tree.html": f"{script('leaf')}{{% if kids %}}{{% include 'tree.html' %}}{{% endif %}}",
    }
    assert loads(page(files, "home.html", dialect)) == ["leaf.js", "(recursion)"]


def test_a_tag_that_renders_a_template_may_be_declared() -> None:
    files = {"home.html": "<body>{% submit_row %}{% other %}", "row.html": script("row")}
    assert loads(page(files, "home.html", DJANGO)) == ["(tag)", "(tag)"]
    assert loads(page(files, "home.html", DJANGO, {"submit_row": ("row.html",)})) == ["row.js", "(tag)"]


def test_partials_of_django_6() -> None:
    files = {
        "card.html": f"{{% partialdef face %}}{script('face')}{{% endpartialdef %}}{{% partial face %}}"
        f"{{% partialdef b inline %}}{script('b')}{{% endpartialdef %}}",
        "home.html": "<body>{% include 'card.html#face' %}",
    }
    assert loads(page(files, "card.html", DJANGO)) == ["face.js", "b.js"]
    assert loads(page(files, "home.html", DJANGO)) == ["face.js"]


# -- macros ------------------------------------------------------------------------------------------------------------------


def test_macros_are_written_where_they_are_called() -> None:
    files = {
        "lib.html": f"{{% macro css(x) %}}{script('css')}{{% endmacro %}}{{% macro panel() %}}"
        f"{script('in')}{{{{ caller() }}}}{script('out')}{{% endmacro %}}"
        f"{{% macro both() %}}{{{{ css() }}}}{{{{ css() }}}}{{% endmacro %}}",
        "home.html": "{% import 'lib.html' as lib with context %}{% from 'lib.html' import panel as p, both %}<body>"
        f"{{{{ lib.css(1) }}}}{{% call(u) p() %}}{script('mine')}{{% endcall %}}"
        f"{{{{ both() }}}}{{{{ unknown() }}}}{{{{ lib.gone() }}}}"
        f"{{% macro late() %}}{script('never')}{{% endmacro %}}",
    }
    one = page(files, "home.html", JINJA)
    assert loads(one) == ["css.js", "in.js", "mine.js", "out.js", "css.js", "css.js", "(call)", "(call)"]
    assert under(one)["mine.js"] == ("call p", "macro panel", "caller")
    assert one.scripts[2].owner == "home.html" and one.uses == {"home.html", "lib.html"}


def test_a_block_sees_the_macros_that_its_layout_imports() -> None:
    files = {
        "lib.html": f"{{% macro js() %}}{script('lib')}{{% endmacro %}}",
        "base.html": "{% import 'lib.html' as lib %}<body>{% block x %}{% endblock %}{% include 'part.html' %}",
        "home.html": "{% extends 'base.html' %}{% block x %}{{ lib.js() }}{% endblock %}",
        "part.html": "{{ lib.js() if lib else other() }}",
    }
    one = page(files, "home.html", JINJA)
    assert loads(one) == ["lib.js", "lib.js", "(call)"]
    assert [step.kind for step in one.parts[-1].conditions] == ["if"]


def test_what_a_set_block_holds_is_written_where_the_variable_is() -> None:
    files = {
        "home.html": f"<body>{{% set tail %}}{script('tail')}{{% endset %}}"
        f"{script('first')}{{{{ tail }}}}{{{{ self.x() }}}}{{% block x %}}{script('x')}{{% endblock %}}"
    }
    assert loads(page(files, "home.html", JINJA)) == ["first.js", "tail.js", "x.js", "x.js"]


# -- conditions and holes ----------------------------------------------------------------------------------------------------


@BOTH
def test_the_arms_of_a_condition_are_known_by_its_place(dialect: Dialect) -> None:
    text = f"<body>{{% if a == 1 %}}{script('a')}{{% elif b %}}{script('b')}{{% else %}}{script('c')}{{% endif %}}"
    steps = [part.route[0] for part in page({"home.html": text}, "home.html", dialect).scripts]
    assert [(step.kind, step.text, step.arm) for step in steps] == [("if", "a == 1", 0), ("if", "b", 1), ("if", "", 2)]
    assert {text[slice(*step.span)] for step in steps} == {"{% if a == 1 %}"}


@BOTH
def test_alternatives_may_share_their_end_tag(dialect: Dialect) -> None:
    text = "{% if debug %}<script src=a.js>{% else %}<script src=b.js>{% endif %}</script><style>p {}</style>"
    one = page({"home.html": text}, "home.html", dialect)
    assert loads(one) == ["a.js", "b.js", "known"]
    assert [part.item.closed for part in one.scripts] == [False, True]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ form.media }}{{ form }}{{ field }}", ["(media)", "(form)", "(form)"]),
        ("{{ x }}{{ x|safe }}{{ x|default:'|safe' }}", ["(safe)", "(safe)"]),
        ("{% autoescape off %}{{ x }}{% endautoescape %}{{ x }}", ["(safe)"]),
        ("{% csrf_token %}{% url 'x' %}{% trans 'x' %}{% static 'x.js' %}{% now 'Y' as y %}{% load x %}", []),
        ("{% foo %}{% foo as x %}{% render_bundle 'main' %}", ["(tag)", "(tag)"]),
        ("{% compress js %}<script src=a.js></script>{% endcompress %}", ["(tag)", "a.js"]),
        ("{% addtoblock 'js' %}<script src=a.js></script>{% endaddtoblock %}{% render_block 'js' %}", ["(tag)", "a.js", "(tag)"]),
        ("{% comment %}<script src=a.js></script>{% include 'x' %}{% endcomment %}{# <script src=b.js></script> #}", []),
        ("{% verbatim %}<script src=a.js></script>{{ x|safe }}{% endverbatim %}", ["a.js"]),
        ("<!--[if lt IE 9]><script src=a.js></script>{% include 'x' %}<![endif]-->", []),
        ("<title>{{ x|safe }}{% foo %}</title><p title='{{ x|safe }}{% foo %}'>", []),
        ("<script>{{ x|safe }}{% if a %}b{% endif %}</script>", ["computed"]),
        ("<script{% if toolbar.csp_nonce %} nonce={{ n }}{% endif %} src=a.js></script>", ["a.js"]),
        ("<script {{ attrs }} src=a.js></script><script src='{{ x }}'></script>", ["a.js", "computed"]),
        ("{% block main %}<div class='main'>{% endblock %}{% if t %}<h1>{% else %}<p>{% endif %}"
        "<script src=a.js></script>", ["a.js"]),
        ("{% if not forloop.first %}</ul>{% endif %}<link rel='alternate stylesheet' href=a.css>", ["a.css"]),
        ("{% static 'a.css' as a %}<link rel=stylesheet href='{{ a }}'>", ["a.css"]),
        ("{% if a %}{% if b %}{% endif %}", ["(template)"]),
        ("{% verbatim %}", ["(template)"]),
    ],
)  # fmt: skip
def test_what_a_django_template_may_write(text: str, expected: list[str]) -> None:
    assert loads(page({"home.html": text}, "home.html", DJANGO)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ x }}{{ x|safe }}{{ render(x) }}{{ url_for('x') }}{{ _('x') }}{{ x.get('a') }}", ["(safe)", "(call)"]),
        ("{% autoescape false %}{{ x }}{% endautoescape %}{{ x }}", ["(safe)"]),
        ("{% raw %}<script src=a.js></script>{{ x() }}{% endraw %}", ["a.js"]),
        ("{%- if a -%}<script src=a.js></script>{%- endif -%}{# <script> #}", ["a.js"]),
        ("{% asset 'main' %}{% set x = 1 %}{% do x.append(1) %}{% trans %}x{% endtrans %}", ["(tag)"]),
        ("{% macro panel_end() %}</div></div>{% endmacro %}{{ panel_end() }}<script src=a.js></script>", ["a.js"]),
        ("<style>{% if entry == 'embedded' %}a { color: {{ c }} }{% endif %}</style>", ["computed"]),
        ("<div data-x='{{ items | tojson }}'><noscript><link rel=stylesheet href=a.css></noscript></div>", ["a.css"]),
        ("{{ a() if b else c() }}", ["(call)", "(call)"]),
        ("{{ 'a'|f(x=g()) is h(1) }}", ["(call)"]),
    ],
)  # fmt: skip
def test_what_a_jinja_template_may_write(text: str, expected: list[str]) -> None:
    assert loads(page({"home.html": text}, "home.html", JINJA)) == expected


def test_attributes_and_contents_say_what_template_syntax_has_a_part_in() -> None:
    text = (
        "<script src='a.js' async></script><script src='{% static \"b.js\" %}?v=1' data-x='{{ x }}'></script>"
        "<script {% if x %}defer{% endif %} src='{% static \"js/\"|add:x %}'></script><script>var a = '{{ a }}'</script>"
        "<noscript><style>p {}</style></noscript>"
    )
    one = page({"home.html": text}, "home.html", DJANGO)
    elements = [part.item for part in one.parts if isinstance(part.item, Element)]
    assert [(element.content, element.syntax) for element in elements] == [
        ("known", "none"), ("known", "values"), ("pattern", "names"), ("computed", "none"), ("known", "none"),
    ]  # fmt: skip
    assert [part.inert for part in one.stylesheets] == ["noscript"]
    assert elements[0].loading.attributes == (("src", "a.js"), ("async", ""))
    assert elements[1].loading.attribute("data-x") == "{{ x }}"


def test_elements_in_the_text_of_a_script_are_none() -> None:
    files = {
        "base.html": "<script>{% block js %}{% endblock %}</script><title>{% block t %}{% endblock %}</title>",
        "home.html": "{% extends 'base.html' %}{% block js %}if (a<b) document.write('<link rel=stylesheet href=x>'){% endblock %}",
        "bad.html": "{% extends 'base.html' %}{% block js %}</script><script src=x.js></script>{% endblock %}",
    }
    home = page(files, "home.html", DJANGO)
    assert loads(home) == ["computed"] and home.scripts[0].filled == "home.html"
    assert loads(page(files, "bad.html", DJANGO)) == ["computed", "(raw)"]


def test_a_page_says_who_owns_the_tags_of_the_document() -> None:
    files = {
        "base.html": "<!doctype html><html><head>{% block head %}{% endblock %}"
        "</head><body onload='go()'>{% include 'foot.html' %}",
        "home.html": "{% extends 'base.html' %}{% block head %}<base href=/x/>{% endblock %}",
        "foot.html": "<iframe src=x></iframe></body></html>",
    }
    one = page(files, "home.html", DJANGO)
    owners = {(name, end): [part.owner for part in one.tags(name, end=end)] for name in ("head", "body") for end in (False, True)}
    assert owners == {
        ("head", False): ["base.html"],
        ("head", True): ["base.html"],
        ("body", False): ["base.html"],
        ("body", True): ["foot.html"],
    }
    assert [part.owner for part in one.tags("base")] == ["home.html"] and [part.owner for part in one.tags("iframe")] == [
        "foot.html"
    ]


def test_roles() -> None:
    files = {
        "base.html": "<html>{% block x %}{% endblock %}",
        "home.html": "{% extends 'base.html' %}",
        "part.html": "<p>",
        "whole.html": "<html>{% include 'part.html' %}",
        "piece.html": "<p>answer</p>",
    }
    roles = {"base.html": "layout", "home.html": "page", "part.html": "part", "whole.html": "page", "piece.html": "fragment"}
    assert put_together(files, DJANGO).roles == roles


# -- bounds ------------------------------------------------------------------------------------------------------------------


def test_includes_that_multiply_are_cut_off_and_say_so() -> None:
    files = {f"{at}.html": f"{{% include '{at + 1}.html' %}}" * 4 for at in range(12)} | {"12.html": script("x")}
    templates = [Template(name, name, "django", 0, sketch(text, DJANGO)) for name, text in files.items()]
    began = time.process_time()
    one = compose(templates).of("0.html")[0]
    assert time.process_time() - began < 20
    assert len(one.parts) <= MOST_PARTS + 1 and told(one.parts[-1]) == "(bulk)"
    assert "template-bulk" in {note.code for note in one.notes}


def test_chains_that_multiply_are_cut_off_and_say_so() -> None:
    files = {f"{at}{side}.html": f"{{% extends '{at + 1}a.html' if x else '{at + 1}b.html' %}}" for at in range(8) for side in "ab"}
    files |= {"8a.html": "<body>", "8b.html": "<body>"}
    pages = put_together(files, JINJA).of("0a.html")
    assert len(pages) <= 17 and not all(one.layout for one in pages)
    assert "template-bulk" in {note.code for one in pages for note in one.notes}


@BOTH
def test_deep_nesting_is_refused_and_wide_texts_are_linear(dialect: Dialect) -> None:
    deep = "{% if x %}" * 500 + "{% endif %}" * 500
    assert loads(page({"home.html": deep}, "home.html", dialect)) == ["(template)"]
    for piece in (
        "<script>{% if x %}</script>{% endif %}",
        "{% if x %}<script>{% endif %}",
        "{% block %}<",
        "{{ f( }}",
        "{% foo %}{% endfoo %}",
    ):
        times = []
        for count in (500, 2_000):
            began = time.process_time()
            sketch(piece * count, dialect)
            times.append(time.process_time() - began)
        assert times[1] < 12 * times[0] + 0.1, piece


ATOMS = [
    "{% extends 'a' %}", "{% extends x %}", "{% block b %}", "{% endblock %}", "{% if x %}", "{% else %}",
    "{% endif %}", "{% for x in y %}", "{% endfor %}", "{% include 'b' %}", "{{ block.super }}", "{{ super() }}",
    "{{ f(g()) if x }}", "{% macro f() %}", "{% endmacro %}", "{% call f() %}", "{% endcall %}",
    "{% import 'b' as f %}", "{% set x %}", "{% endset %}", "{% foo %}", "{% endfoo %}", "{% include [", "{{ (",
    "<script>", "</script>", "<script src='", "'>", "<style>", "</style>", "<!--", "-->",
    "<link rel=stylesheet href=", ">", "\"", "\udc80", "\0", "<noscript>", "</noscript>", "<title>", "{%", "%}", "{{",
    "}}", "<", " ", "x",
]  # fmt: skip


@BOTH
@settings(deadline=None)
@given(texts=st.lists(st.lists(st.sampled_from(ATOMS), max_size=14).map("".join), min_size=1, max_size=3))
def test_any_templates_can_be_put_together(texts: list[str], dialect: Dialect) -> None:
    files = dict(zip("abc", texts, strict=False))
    composed = put_together(files, dialect)
    for one in composed.pages:
        for part in one.parts:
            text = files[part.owner]
            assert 0 <= part.span.start <= part.span.end <= len(text)
            if isinstance(part.item, Element):
                assert text[part.span.start :].lower().startswith("<" + part.item.loading.name)


def test_a_sketch_survives_the_cache() -> None:
    found = sketch(
        "<script src={% static 'a.js' %}></script>{% if x %}{% include 'a' ~ b %}{{ f()|safe }}{% endif %}<style>a{}</style>", JINJA
    )
    assert found.nodes and unpack(pack(found)) == found
