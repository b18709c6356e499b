"""`assetforge explain` of a template: its layout, what its pages load in order, under which conditions, and who else has it."""

from pathlib import Path

import pytest

from assetforge.cli import main
from assetforge.errors import ConfigError
from assetforge.settings import load

SETTINGS = """
[[roots]]
folder = "templates"
prefix = "/templates/"
kind = "templates"
dialect = "django"
candidates = { "widget.template" = ["nav.html"], user_card = ["card.html"] }
[[roots]]
folder = "static"
kind = "static"
"""
FILES = {
    "assetforge.toml": SETTINGS,
    "templates/base.html": """<!doctype html>
<html><head>
<link rel="stylesheet" href="{% block sheet %}{% static "css/app.css" %}{% endblock %}">
{% block css %}<link rel="stylesheet" href="/static/css/two.css">{% endblock %}
</head><body>
{% include widget.template %}
{% if debug %}<script src="{% static 'js/a.js' %}"></script>{% else %}<script src="{% static 'js/b.js' %}" defer></script>\
{% endif %}
{% block scripts %}{{ form.media }}{% endblock %}
</body></html>
""",
    "templates/home.html": """{% extends "base.html" %}
{% block sheet %}{% static "css/two.css" %}{% endblock %}
{% block css %}{{ block.super }}<style>p { color: red }</style>{% endblock %}
{% block scripts %}{% for x in xs %}{% include x %}{% endfor %}{% user_card %}{% endblock %}
""",
    "templates/nav.html": "<nav><script>nav()</script></nav>",
    "templates/card.html": "<script src=/static/js/a.js></script>",
    "static/css/app.css": "a{}", "static/css/two.css": "b{}", "static/js/a.js": "a()", "static/js/b.js": "b()",
}  # fmt: skip


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.delenv("ASSETFORGE_CACHE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], path: str) -> list[str]:
    capsys.readouterr()
    assert main(["explain", path]) == 0
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def section(lines: list[str], title: str) -> list[str]:
    """The rows below a title."""
    start = lines.index(title) + 1
    return lines[start : lines.index("", start) if "" in lines[start:] else None]


def test_a_page_is_told_with_its_layout_in_order(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "templates/home.html")
    assert "template a page" in lines
    assert "Page: templates/base.html › templates/home.html" in lines
    assert section(lines, "Document") == [
        "templates/base.html:2:7 <head>", "templates/base.html:5:1 </head>", "templates/base.html:5:8 <body>",
        "templates/base.html:9:1 </body>",
    ]  # fmt: skip
    assert section(lines, "Stylesheets, in the order of the cascade") == [
        "templates/base.html:3:1 link static/css/two.css a block of templates/home.html",
        "templates/base.html:4:16 link static/css/two.css block css, super",
        "templates/home.html:3:33 style inline, 16 characters block css",
    ]
    assert section(lines, "Scripts, in document order") == [
        "templates/nav.html:1:6 script inline, 5 characters include templates/nav.html",
        "templates/base.html:7:15 script static/js/a.js if debug",
        "templates/base.html:7:71 script defer static/js/b.js else (7:1)",
        "templates/card.html:1:1 script static/js/a.js block scripts, include templates/card.html",
    ]
    assert section(lines, "May write more") == [
        "templates/home.html:4:37 x which template is not known block scripts, for x in xs"
    ]
    assert section(lines, "Not known")[0].startswith("templates/home.html:4:37 note[dynamic-template] include x:")


def test_a_layout_and_a_part_say_who_has_them(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "templates/base.html")
    assert "template a layout: a whole page that others extend" in lines
    assert section(lines, "Extended by 1 template") == ["templates/home.html"]
    lines = told(capsys, "templates/nav.html")
    assert "template a part of other templates" in lines and "By itself: templates/nav.html" in lines
    assert section(lines, "Included by 1 template") == ["templates/base.html"]
    assert "Has a part in 2 templates that are rendered" in lines


def test_what_is_told_is_the_same_from_a_cache(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = told(capsys, "templates/home.html")
    assert (site / ".assetforge-cache").is_dir()
    assert told(capsys, "templates/home.html") == first


def test_candidates_are_a_table_of_lists(site: Path) -> None:
    (root, _) = load(site / "assetforge.toml").roots
    assert root.templates.candidates == (("user_card", ("card.html",)), ("widget.template", ("nav.html",)))
    for wrong, said in (('["a"]', "must be a table"), ('{ x = "a.html" }', "must be a list"), ("{ x = [1] }", "must be a string")):
        (site / "assetforge.toml").write_text(SETTINGS.replace(SETTINGS.splitlines()[6], f"candidates = {wrong}"))
        with pytest.raises(ConfigError, match=said):
            load(site / "assetforge.toml")
