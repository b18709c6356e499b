"""Whose folder a tag means is said once in the configuration, and then each file that a tag names is checked there."""

from pathlib import Path

import pytest
from sites import codes, make

from assetforge.build import build
from assetforge.errors import ConfigError
from assetforge.output import Build
from assetforge.settings import configure

FILES = {
    "static/app.css": "a{}",
    "admin/static/admin.css": "b{}",
    "admin/static/themes/dark.css": "b{}",
    "assetforge.toml": """
        cache = false
        compress = false
        roots = [
          { folder = "static", kind = "static" },
          { folder = "admin/static", kind = "static", prefix = "/admin/static/", scope = ["admin.static", "shop.ui"] },
          { folder = "templates", kind = "templates", prefix = "/app+templates/", dialect = "jinja" },
          { folder = "admin/templates", kind = "templates", prefix = "/admin+templates/", dialect = "jinja", scope = "admin" },
        ]
    """,
    "admin/templates/x.html": "",
}


def built(folder: Path, text: str, *, template: str = "templates/page.html") -> Build:
    make(folder, FILES | {"templates/x.html": "", template: text})
    return build(configure(folder))


@pytest.mark.parametrize(
    "right",
    [
        "{{ url_for('static', filename='app.css') }}",
        "{{ url_for('admin.static', filename='admin.css') }}",
        "{{ url_for('shop.ui.static', filename='admin.css') }}",
        "{{ url_for('admin.static', path='/admin.css') }}",
        "{{ admin_static.url(filename='admin.css', v='1') }}",
        "{{ request.static_path('admin:admin.css') }}",
        "{{ asset_url('admin/static/admin.css') }}",
    ],
)
def test_a_file_is_looked_for_where_its_owner_keeps_it(tmp_path: Path, right: str) -> None:
    assert codes(built(tmp_path, right)) == []
    wrong = right.replace("admin.css", "admn.css").replace("app.css", "ap.css")
    assert codes(built(tmp_path, wrong)) == [("error", "missing-reference", "app+templates/page.html")]
    other = right.replace("admin.css", "APP.css").replace("app.css", "admin.css").replace("APP.css", "app.css")
    assert codes(built(tmp_path, other)) == [("error", "missing-reference", "app+templates/page.html")]


def test_a_view_of_the_blueprint_is_taken_to_render_its_templates(tmp_path: Path) -> None:
    text = "{{ url_for('.static', filename='admin.css') }}"
    template = "admin/templates/page.html"
    assert codes(built(tmp_path, text, template=template)) == []
    wrong = built(tmp_path, text.replace("admin.css", "app.css"), template=template)
    assert codes(wrong) == [("error", "missing-reference", "admin+templates/page.html")]


@pytest.mark.parametrize(
    "unknown",
    [
        "{{ url_for('.static', filename='nothing.css') }}",  # in a template of the app: the view decides
        "{{ url_for('elsewhere.static', filename='nothing.css') }}",
        "{{ url_for(name ~ '.static', filename='nothing.css') }}",
        "{{ request.static_path('elsewhere:nothing.css') }}",
        "{{ pathto('nothing.css', 1) }}",
        "{{ 'nothing.css'|url }}",
    ],
)
def test_a_folder_that_nobody_named_is_left_to_run_time(tmp_path: Path, unknown: str) -> None:
    assert codes(built(tmp_path, unknown)) == []


def test_files_of_a_scope_count_as_asked_for(tmp_path: Path) -> None:
    result = built(tmp_path, "{{ url_for('admin.static', filename='admin.css') }}")
    (facts,) = (one for one in result.facts if one.path == "app+templates/page.html")
    assert sum(facts.outcomes.values()) == 1
    assert "missing" not in facts.outcomes


def test_with_scopes_alone_the_applications_own_folder_is_not_known(tmp_path: Path) -> None:
    make(
        tmp_path,
        {
            "ui/ui.css": "a{}",
            "templates/page.html": "{{ url_for('static', filename='nothing.css') }}{{ url_for('ui.static', filename='u.css') }}",
            "assetforge.toml": 'cache = false\nroots = [{ folder = "ui", kind = "static", scope = "ui" },'
            ' { folder = "templates", kind = "templates", prefix = "/t+/", dialect = "jinja" }]',
        },
    )
    (told,) = build(configure(tmp_path)).diagnostics
    assert (told.path, told.code) == ("t+/page.html", "missing-reference")
    assert "static/u.css" in told.message


def test_no_template_is_served_by_its_path(tmp_path: Path) -> None:
    """Below `templates/static/`, where the URLs of the static root begin."""
    roots = '{{ folder = "static", kind = "static" }}, {{ folder = "templates", kind = "templates", dialect = "jinja"{} }}'
    files = {"static/app.css": "a{}", "templates/page.html": "", "templates/static/inner.html": ""}
    make(tmp_path, files | {"assetforge.toml": f"cache = false\nroots = [{roots.format('')}]"})
    result = build(configure(tmp_path))
    assert codes(result) == [("error", "served-template", "static/inner.html")]
    assert [output.output_path for output in result.outputs if output.page] == ["templates/page.html"]
    own = ', prefix = "/templates+/"'
    make(tmp_path, {"assetforge.toml": f"cache = false\nroots = [{roots.format(own)}]"})
    result = build(configure(tmp_path))
    assert codes(result) == []
    places = [output.output_path for output in result.outputs if output.page]
    assert places == ["templates/templates+/page.html", "templates/templates+/static/inner.html"]


@pytest.mark.parametrize(
    ("root", "said"),
    [
        ('{ folder = "static", scope = "x" }', "has a `scope`, which only roots with `kind = \"static\"`"),
        ('{ folder = "static", kind = "static", scope = 1 }', "must be a list of names, or one name, not the number 1"),
        ('{ folder = "static", kind = "static", scope = [""] }', "`roots[0].scope[0]` must not be empty"),
        ('{ folder = "static", kind = "static", scop = "x" }', "did you mean `scope`?"),
    ],
)
def test_mistakes(tmp_path: Path, root: str, said: str) -> None:
    make(tmp_path, {"static/app.css": "a{}", "assetforge.toml": f"roots = [{root}]"})
    with pytest.raises(ConfigError) as caught:
        configure(tmp_path)
    assert said in str(caught.value)
