"""A build of templates carries out what was decided about their scripts, and says so; what did not change is not decided again."""

from pathlib import Path
from typing import Any

import pytest
from sites import make

from assetforge import build as building
from assetforge import scheduling
from assetforge.cache import Cache
from assetforge.config import Config, Root, Scripts
from assetforge.output import Build

FILES = {
    "templates/base.html": """{% load static %}<!doctype html>
<html><head><title>t</title>
<script>window . config  =  { "colour" : "red"  ,  "number" : 1 }</script>
<script src="{% static 'lib.js' %}"></script>
</head><body>{% block content %}{% endblock %}
{% block end %}{% endblock %}
</body></html>""",
    "templates/home.html": '{% extends "base.html" %}{% block content %}<p>x</p>{% endblock %}'
    "{% block end %}<script>lib.go(config)</script>{% endblock %}",
    "templates/rows.html": '{% load static %}<tr><td><script src="{% static \'lib.js\' %}"></script></td></tr>',
    "static/lib.js": "window.lib = {go() {}}; console.log(config)",
}


def built(folder: Path, cache: Cache | None = None, **choices: Any) -> Build:
    roots = (
        Root(folder=folder / "templates", kind="templates", dialect="django"),
        Root(folder=folder / "static", prefix="/static/", kind="static"),
    )
    return building.build(Config(roots=roots, output=folder / "out", **choices), cache=cache)


def text(made: Build, path: str) -> str:
    return next(one for one in made.outputs if one.path == path).content.read().decode()


def rows(made: Build, path: str) -> list[str]:
    facts = next(one for one in made.facts if one.path == path)
    return [one.decision for one in facts.page.scripts] if facts.page else []


def test_what_moves_takes_its_tag_along_and_inline_text_is_minified_first(tmp_path: Path) -> None:
    made = built(make(tmp_path, FILES))
    assert [one.code for one in made.diagnostics if one.severity != "note"] == []
    base = text(made, "base.html")
    moved = "<script src=\"{% static 'lib.js' %}\"></script>{% block end %}"
    assert moved in base and base.count("<script") == 2
    assert base.index('config={"colour":"red","number":1}') < base.index("</head>") < base.index(moved)
    assert text(made, "home.html") == FILES["templates/home.html"]


def test_the_report_has_a_row_for_each_script_of_a_template(tmp_path: Path) -> None:
    made = built(make(tmp_path, FILES))
    assert rows(made, "base.html") == ["keep:cheap", "move"]
    assert rows(made, "home.html") == ["keep:at-end"]
    assert rows(made, "rows.html") == ["keep:fragment"]


def test_where_scripts_are_off_templates_are_as_they_were(tmp_path: Path) -> None:
    made = built(make(tmp_path, FILES), scripts=Scripts(policy="off"))
    assert text(made, "base.html").index("lib.js") < text(made, "base.html").index("</head>")


def test_urls_that_replace_tags_move_along(tmp_path: Path) -> None:
    from dataclasses import replace

    from assetforge.config import Templates

    folder = make(tmp_path, FILES)
    literal = replace(Root(folder=folder / "templates", kind="templates", dialect="django"), templates=Templates(urls="literal"))
    roots = (literal, Root(folder=folder / "static", prefix="/static/", kind="static"))
    made = building.build(Config(roots=roots, output=folder / "out"))
    base = text(made, "base.html")
    assert "static 'lib.js'" not in base and 'src="/static/lib.' in base[base.index("block content") :]


def test_what_is_as_it_was_is_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, cache = make(tmp_path, FILES), Cache(tmp_path / "cache")
    first = built(folder, cache)
    decided: list[str] = []
    schedule = scheduling.schedule

    def counted(page: Any, wish: Any) -> Any:
        decided.append(page.name)
        return schedule(page, wish)

    monkeypatch.setattr(scheduling, "schedule", counted)
    assert text(built(folder, cache), "base.html") == text(first, "base.html")
    assert decided == []
    (folder / "templates/other.html").write_text("<!doctype html><html><body><script src='/static/lib.js'></script></body></html>")
    built(folder, cache)
    assert set(decided) == {"other.html"}
    (folder / "static/lib.js").write_text("document.documentElement.id = 1")
    changed = built(folder, cache)
    assert rows(changed, "base.html")[1] == "keep:paint"
