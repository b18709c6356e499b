"""Inline styles and scripts: smaller, the same page, and of templates the same constructs."""

import hashlib
import time
from base64 import b64encode

import pytest
from django.template import Context, Engine
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from assetforge import formats
from assetforge.config import Root, Templates
from assetforge.dialects import DJANGO, JINJA, Dialect, Syntax, tokens
from assetforge.inline import POSITION, STATEMENT, SYNTAX
from assetforge.prepare import prepare_text
from assetforge.templates import prepare_template
from assetforge.text import changed

NO_FOLDERS = '{"": "/static/", "static": "/static/"}'


def short(text: str, dialect: Dialect = DJANGO, languages: str = "css js") -> str:
    """The template with its inline text minified."""
    return changed(text, prepare_template(text, dialect, NO_FOLDERS, languages=languages).shortened)


def reasons(text: str, dialect: Dialect = DJANGO) -> dict[str, int]:
    return dict(prepare_template(text, dialect, NO_FOLDERS, languages="css js").inline)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<style> a { b : c ; } </style>", "<style>a{b:c}</style>"),
        ("<style>\na { color : {{ c }} ; }\n</style>", "<style>a{color: {{ c }} }</style>"),
        ("<style>.b#{{ id }} > c , d-{{ x }} { margin : 1px {{ y }}px }</style>",
         "<style>.b#{{ id }} >c,d-{{ x }} {margin:1px {{ y }}px}</style>"),
        ("<style>a { background : url( '{% static \"x.png\" %}' ) }</style>",
         "<style>a{background:url('{% static \"x.png\" %}')}</style>"),
        ("<style>@media print { #a { b : c } }</style>", "<style>@media print{ #a{b:c}}</style>"),
        ("<script> a ( ) ;  // c\n b ( ) </script>", "<script>a();b()</script>"),
        ("<script>var a = \"{% if x %}  b {% else %}c{% endif %}\" ;  b ( ) </script>",
         "<script>var a=\"{% if x %}  b {% else %}c{% endif %}\";b()</script>"),
        ("<script>f( - {{ n }} , {{ m }} .x , a_{{ k }} ) ;</script>", "<script>f(- {{ n }} , {{ m }} .x,a_{{ k }} );</script>"),
        ("<script>var a = {{ n }}\n b ( )</script>", "<script>var a= {{ n }}\nb()</script>"),
        ("<script>if ( a ) { { b ( ) } }</script>", "<script>if(a){ {b()}}</script>"),
        ("<script type=module>import  'x' ;</script>", "<script type=module>import'x';</script>"),
        ("{% verbatim %}<script>a  = '{{ b }}' ;</script>{% endverbatim %}",
         "{% verbatim %}<script>a='{{ b }}';</script>{% endverbatim %}"),
        ("<style>a { b : c }</style><p style='a : b'><script type=text/x>  a  b </script><script>  </script>",
         "<style>a{b:c}</style><p style='a : b'><script type=text/x>  a  b </script><script>  </script>"),
    ],
)  # fmt: skip
def test_smaller_bodies(text: str, expected: str) -> None:
    assert short(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<script>{% if a %} b ( ) {% endif %}</script>", STATEMENT),
        ("<script>var a = 'x{% if b %}' ;{% else %}' ;{% endif %}</script>", STATEMENT),
        ("<style>{% for a in b %} c { d : e } {% endfor %}</style>", STATEMENT),
        ("<script>{{ code }}  a ( )</script>", POSITION),
        ("<script>a ( ) ; {{ code }}</script>", POSITION),
        ("<style>{{ code }} a { b : c }</style>", POSITION),
        ("<style>a { {{ code }} ; b : c }</style>", POSITION),
        ("<script>a = {% code %} ;</script>", POSITION),
        ("<script>a ( ) ;  // {{ b }}\n c ( ) ;</script>", POSITION),
        ("<style>a { b : c } /* {{ d }} */</style>", POSITION),
        ("<script>a { b</script>", "not understood as JavaScript"),
        ("<script>a ( )  // sourceMappingURL=x</script>", "it has a source map, which a smaller text would make lie"),
        ("<script>x  = a[ b[ 0 ] ] > c ;</script>", "smaller, it would end or begin an element of the page"),
        ("<script>a( '{#' ) ; { { b } }</script>", SYNTAX),
    ],
)
def test_bodies_that_are_left_and_why(text: str, reason: str) -> None:
    assert short(text) == text
    assert reasons(text) == {reason: 1}


def test_white_space_that_jinja_takes_away_is_left_to_it() -> None:
    for text in ("<script>a = b /* c */ {{- d }} ;</script>", "<script>a = {{ d -}} /* c */ in  b</script>"):
        assert short(text, JINJA) == text
    assert short("<script>a  = '{{- d -}}' ;</script>", JINJA) == "<script>a='{{- d -}}';</script>"


def test_other_delimiters_are_not_opened() -> None:
    dialect = Dialect(name="jinja", syntax=Syntax(variable_start_string="[[", variable_end_string="]]"))
    assert short("<script>a = b[ [ 0 ] [ 1 ] ] ;</script>", dialect) == "<script>a=b[ [0][1]];</script>"


def test_what_belongs_to_a_tag_or_depends_on_a_branch_is_left() -> None:
    for text in (
        "{% compress css %}<style> a { b : c } </style>{% endcompress %}",
        "{% blocktranslate %}<script> a ( ) </script>{% endblocktranslate %}",
        "{% if x %}<style>{% else %}<style media=print>{% endif %} a { b : c } </style>",
    ):
        assert short(text) == text


def test_only_languages_that_are_minified() -> None:
    text = "<style> a { } </style><script> b ( ) </script>"
    assert short(text, languages="css") == "<style>a{}</style><script> b ( ) </script>"
    assert short(text, languages="js") == "<style> a { } </style><script>b()</script>"
    assert short(text, languages="") == text


def test_references_and_notes_keep_their_places_in_the_authors_text() -> None:
    text = "<style>\n  a { background : url( /static/x.png ) }\n</style>\n<img src=/static/y.png>{% static 'z.png' %}"
    prepared = prepare_template(text, DJANGO, NO_FOLDERS, languages="css js")
    served = changed(text, prepared.shortened)
    assert served == "<style>a{background:url(/static/x.png)}</style>\n<img src=/static/y.png>{% static 'z.png' %}"
    found = [
        (text[slice(*origin)], served[slice(*one.span)])
        for origin, one in zip(prepared.origins, prepared.parsed.references, strict=True)
    ]
    assert found == [("/static/x.png",) * 2, ("/static/y.png",) * 2, ("z.png",) * 2]


# -- what is rendered ------------------------------------------------------------------------------------------------------------

BODIES = [
    "<script>\nvar a = {{ x }} ,\n  b = [ {{ y }} , - {{ x }} + {{ x }} ] ; // c\nif (a) { f( '{{ y }}' ) }\n</script>",
    "<script>\nreturn_({{ x }}\n, {{ y }} . z)\nlet b = {{ y }}\nc ( )\n</script>",
    "<script>\nvar c = { 'a' : {{ x }} , k_{{ z }} : 1 }\n ;[ 1 ].map( d )</script>",
    "<style>\na { width : {{ x }}px ; color : {{ z }} ! important }\n#b-{{ z }} > c , d { e : f( {{ x }} , {{ z }} ) }\n</style>",
    "<style>.a { width : calc( {{ x }}px + {{ x }} * 2px ) ; --v : {{ z }} ; }</style>",
]
VALUES = [
    {"x": "-1", "y": "+2", "z": "red"}, {"x": "5", "y": "[1,2]", "z": "ab"},
    {"x": ".5", "y": "{}", "z": "x1"}, {"x": "1", "y": "g()", "z": "q"},
]  # fmt: skip


@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize("body", BODIES)
def test_both_engines_write_the_same_program_before_and_after(body: str, values: dict[str, str]) -> None:
    """What is rendered from the template and from the smaller one has the same canonical form."""
    django = [Engine(autoescape=False).from_string(text).render(Context(values)) for text in (body, short(body))]
    jinja = [Environment().from_string(text).render(values) for text in (body, short(body, JINJA))]
    assert short(body) != body and short(body, JINJA) != body
    for before, after in (django, jinja):
        format = "css" if "<style>" in body else "js"
        inside = [text.partition(">")[2].rpartition("</")[0] for text in (before, after)]
        results = [formats.minify(format, one) for one in inside]
        assert "understood" not in results[0].reason and "ends inside" not in results[0].reason
        assert canonical(format, inside[0]) == canonical(format, inside[1])


def canonical(format: str, text: str) -> object:
    if format == "css":
        from assetforge.formats.css.statements import canonical

        return canonical(text, "css")
    from assetforge.formats.js.minifier import skeleton

    return skeleton(text)


# -- pages -----------------------------------------------------------------------------------------------------------------------


def page(text: str, languages: str = "css js", html: str = "no") -> tuple[str, str]:
    """The page as served without the names of assets, and what became of inline text."""
    ready = prepare_text(text, "html", html, languages)
    prepared = ready.prepared
    served = changed(ready.text or text, prepared.shortened)
    references = formats.parse("html", served).references
    outer = [one for one in prepared.parsed.references if any(one.span == other.span for other in references)]
    assert len(outer) == len(references)
    for one, origin in zip(
        prepared.parsed.references, prepared.origins or [one.span for one in prepared.parsed.references], strict=True
    ):
        assert served[slice(*one.span)] == text[slice(*origin)]
    return served, "; ".join(f"{reason} {count}" for reason, count in prepared.inline)


def test_inline_text_of_a_page_is_minified_without_touching_the_page() -> None:
    text = "<p >  a</p ><style> a { b : url( x.png ) } </style ><img src=y.png><script> import ( './m.js' ) ; </script><p>"
    assert page(text) == (
        "<p >  a</p ><style>a{b:url(x.png)}</style ><img src=y.png><script>import('./m.js');</script><p>", "yes 2",
    )  # fmt: skip
    assert page(text, html="")[0].startswith("<p>  a</p><style>a{")
    assert page(text, "")[0] == text


def test_what_a_policy_covers_is_not_touched() -> None:
    digest = b64encode(hashlib.sha256(b" a ( ) ").digest()).decode()
    policy = f"<meta http-equiv=content-security-policy content=\"script-src 'sha256-{digest}'\">"
    served, told = page(policy + "<script> a ( ) </script><style> a { b : c } </style>")
    assert served == f"{policy}<script> a ( ) </script><style>a{{b:c}}</style>" and "policy" in told


def test_an_import_map_and_the_first_module_keep_their_places() -> None:
    text = '<style> a { } </style><script type=importmap>{"imports": {"a": "./a.js"}}</script>'
    text += "<script type=module> import 'a' </script>"
    ready = prepare_text(text, "html", "no", "css js")
    served = changed(text, ready.prepared.shortened)
    parsed = ready.prepared.parsed
    assert parsed.module_slot and served[parsed.module_slot.at :].startswith("<script type=importmap>")
    assert parsed.import_map and served[parsed.import_map.entries_at :].startswith('"a"')


def test_a_page_is_built_with_its_inline_text_minified(forge) -> None:
    html = "<style> a { b : url( x.png ) } </style><script> f ( ) </script>"
    site = forge(
        {"index.html": html, "x.png": "", "old.html": "<style> a { } </style>"}, minify=frozenset({"css"}), prehashed=("old.html",)
    )
    assert site.text("index.html") == f"<style>a{{b:url({site.name('x.png')})}}</style><script> f ( ) </script>"
    assert site.facts["index.html"].decisions == (("inline text", "1 made smaller"),)
    assert site.text("old.html") == "<style> a { } </style>"


PIECES = ["<style>", "</style>", "<script>", "</script>", " a ", "{", "}", ":", ";", "{{ x }}", "{% if y %}", "{% endif %}",
          "'", '"', "/*", "*/", "//",
          "\n", "(", ")", "=", "b", "{#", "#}", "<", "/", "script>", "{% raw %}", "{% endraw %}", "]]>", "<!--", "-->"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=24).map("".join), st.sampled_from([DJANGO, JINJA]))
def test_any_template_keeps_its_constructs(text: str, dialect: Dialect) -> None:
    served = short(text, dialect)
    assert constructs(served, dialect) == constructs(text, dialect)
    assert len(served) <= len(text)


@given(st.lists(st.sampled_from([one for one in PIECES if "%" not in one and "{{" not in one]), max_size=20).map("".join))
def test_any_page_keeps_its_elements(text: str) -> None:
    from assetforge.formats.html.tokens import tokens

    served, _ = page(text)
    names = [[(one.kind, one.name) for one in tokens(each) if one.kind in ("start", "end", "comment")] for each in (text, served)]
    assert names[0] == names[1]


def constructs(text: str, dialect: Dialect) -> list[str]:
    return [text[one.start : one.end] for one in tokens(text, dialect).tokens if one.kind not in ("text", "raw")]


@pytest.mark.parametrize("unit", ["{{ a }} ", "'{{ a }}", "{% if a %}", ": {{ a }};", "{ {", "/* {{ a }}", "{{ a }}\n", "QholeQ"])
@pytest.mark.parametrize("element", ["script", "style"])
def test_time_grows_with_length(unit: str, element: str) -> None:
    text = f"<{element}> a = {unit * (40_000 // len(unit))}</{element}>"
    started = time.process_time()
    short(text)
    assert time.process_time() - started < 5


def test_roots_say_nothing_of_inline_text() -> None:
    """Which languages are minified is one setting for files, pages and templates."""
    assert not {"minify", "inline"} & {*Templates.__slots__, *Root.__slots__}
