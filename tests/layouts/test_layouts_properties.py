"""Whatever templates make of a page: with its stylesheets late it says what it said, and the cascade has its order."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from written_templates import Engine, in_order, parts, plain, site, spoken

CSS = {"a.css": "p{color:red}b{color:blue}", "b.css": "i{color:red}p{margin:1px}"}
_BODIES = ("{% block content %}<i>i</i>{% endblock %}", "{% block js %}<script></script>{% endblock %}")
CONTEXTS = ({}, {"x": 1}, {"y": 1}, {"x": 1, "y": 1})


class Writer:
    """Writes templates as `draw` says. `count`: names and ids are told apart."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw, self.count = draw, 0

    def items(self, depth: int, blocks: list[str]) -> str:
        return "".join(self.item(depth, blocks) for _ in range(self.draw(st.integers(0, 3))))

    def item(self, depth: int, blocks: list[str]) -> str:
        self.count += 1
        number = self.count
        kind = self.draw(st.sampled_from(["link", "link", "style", "meta", "if", "else", "block", "print"]))
        if kind == "block" and depth < 2:
            blocks.append(f"k{number}")
            return f"{{% block k{number} %}}{self.items(depth + 1, blocks)}{{% endblock %}}"
        if kind in ("if", "else") and depth < 2:
            name = self.draw(st.sampled_from(["x", "y", "x and y", "not x"]))
            inside = self.items(depth + 1, blocks)
            other = f"{{% else %}}{self.items(depth + 1, blocks)}" if kind == "else" else ""
            return f"{{% if {name} %}}{inside}{other}{{% endif %}}"
        if kind == "style":
            return f"<style id=s{number}>b{{margin:{number}px}}</style>"
        if kind == "meta":
            return f"<meta name=m{number}>"
        sheet = self.draw(st.sampled_from(["a.css", "b.css"]))
        return f"[{sheet} id=l{number}{' media=print' if kind == 'print' else ''}]"

    def layout(self, blocks: list[str]) -> str:
        head = f"<head><meta charset=utf-8><title>t</title>{self.items(0, blocks)}</head>"
        if self.draw(st.booleans()):
            head = f"<head>{{% block head %}}<meta charset=utf-8>{self.items(1, blocks)}{{% endblock %}}</head>"
            blocks.append("head")
        body = "<p>{{ n }}{% block content %}<b>b</b>{% endblock %}</p>{% block js %}{% endblock %}"
        return f"(load)<!doctype html><html>{head}<body>{body}</body></html>"

    def child(self, parent: str, blocks: list[str]) -> str:
        text = f"{{% extends '{parent}' %}}(load)"
        for name in list(blocks):
            if self.draw(st.integers(0, 2)) == 0:
                above = "(super)" if self.draw(st.booleans()) else ""
                text += f"{{% block {name} %}}{self.items(2, blocks)}{above}{self.items(2, blocks)}{{% endblock %}}"
        return text + self.draw(st.sampled_from(["", *_BODIES]))


@st.composite
def families(draw: st.DrawFn) -> dict[str, str]:
    writer, blocks = Writer(draw), list[str]()
    files = {"base.html": writer.layout(blocks)}
    for number in range(draw(st.integers(1, 3))):
        parent = draw(st.sampled_from(sorted(files)))
        files[f"page{number}.html"] = writer.child(parent, blocks)
    return files


def authors(html: str) -> Iterator[str]:
    """The stylesheets of a page in order, the critical CSS aside."""
    return (one for one in in_order(html) if not one.startswith("<style>"))


@pytest.mark.parametrize("engine", ["django", "jinja"])
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(files=families(), samples=st.booleans())
def test_pages_say_what_they_said_in_the_order_they_had(engine: Engine, files: dict[str, str], samples: bool) -> None:
    seen = "".join(f"= {name}\nhtml\n body\n  p\n   b\n" for name in files) if samples else ""
    with tempfile.TemporaryDirectory() as folder:
        built = site(Path(folder), engine, spoken(engine, CSS | files), samples=seen, minify=frozenset())
        assert not built.built.diagnostics
        for name in files:
            late = bool(built.facts[name].stylesheets) and any(one.decision == "late" for one in built.facts[name].stylesheets)
            for context in CONTEXTS:
                before, after = built.original(name, **context), built.page(name, **context)
                assert plain(after) == plain(before)
                assert list(authors(after)) == list(authors(before))
                moved = [one for one in parts(after)[1] if one not in parts(before)[1]]
                assert late or not moved
                if moved:
                    links = [one for one in parts(after)[0] if one.startswith("<link")]
                    assert all("preload" in one or "print" in one for one in links)
