"""Deciding about templates costs a look-up where nothing changed, and is done again where something did."""

from pathlib import Path

import pytest

from assetforge import families
from assetforge.build import build
from assetforge.cache import Cache
from assetforge.config import Config, Root

FILES = {
    "static/a.css": "p{color:red}b{color:blue}",
    "templates/base.html": (
        "{% load static %}<!doctype html><html><head><title>t</title><link rel=stylesheet href=\"{% static 'a.css' %}\"></head>"
        "<body><p>{% block content %}{% endblock %}</p></body></html>"
    ),
    "templates/page.html": "{% extends 'base.html' %}",
}


def built(folder: Path, cache: Cache) -> dict[str, str]:
    roots = (
        Root(folder=folder / "static", prefix="/static/", kind="static"),
        Root(folder=folder / "templates", prefix="/templates/", kind="templates", dialect="django"),
    )
    config = Config(roots=roots, output=folder / "out", samples=folder / "samples.txt")
    found = {one.path: one.content.read().decode() for one in build(config, cache=cache).outputs if one.page}
    cache.close()
    return found


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_what_did_not_change_is_not_decided_again(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = built(site, Cache(site / "cache"))
    assert "<style>p{color:red}</style>" in first["templates/page.html"]

    def never(*given: object) -> None:
        raise AssertionError("decided again")

    monkeypatch.setattr(families, "_decided", never)
    assert built(site, Cache(site / "cache")) == first


@pytest.mark.parametrize(
    ("file", "text", "style"),
    [
        ("static/a.css", "p{color:lime}", "p{color:lime}"),
        ("templates/page.html", "{% extends 'base.html' %}{% block content %}<b>b</b>{% endblock %}", "p{color:red}b{color:blue}"),
        ("samples.txt", "= page.html\nhtml\n body\n  b\n", "p{color:red}b{color:blue}"),
    ],
)
def test_what_changed_is(site: Path, file: str, text: str, style: str) -> None:
    built(site, Cache(site / "cache"))
    (site / file).write_text(text)
    again = built(site, Cache(site / "cache"))
    assert f"<style>{style}</style>" in again["templates/page.html"]
    assert again == built(site, Cache(None))
