"""Random families of templates, rendered by the real engines: compose names the same scripts and stylesheets in the same order.

Every element has an address of its own, conditions are variables and loops have a length, so what a page must hold is known
exactly: parts under a condition that does not hold are left out, those in a loop are repeated. Nothing is rounded off.
"""

import re
from collections.abc import Callable, Iterator
from itertools import count, groupby

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment, UndefinedError

from assetforge.dialects import DJANGO, JINJA, Dialect
from assetforge.pages.template.compose import compose
from assetforge.pages.template.composed import Hole, Page, Placed
from assetforge.pages.template.loader import Template
from assetforge.pages.template.sketch import Element, sketch

FLAGS = "abcde"
BLOCKS = ("one", "two", "three", "four")
LOOPS = {"never": [], "once": ["x"], "twice": ["x", "y"]}
ELEMENT = re.compile(r'<(script|link|style)[^>]*?(?:src|href|data-id)="([^"]*)"')

Family = dict[str, str]
# What a piece of template is made of: a list of these, nested.
bodies = st.recursive(
    st.lists(st.sampled_from(["script", "link", "style", "text", "super", "include", "call"]), max_size=3),
    lambda inner: st.lists(
        st.one_of(
            st.sampled_from(["script", "link", "text", "super", "call"]),
            st.tuples(st.sampled_from(["if", "ifelse", "elif", "for", "with", "block", "callblock"]), inner, inner),
        ),
        max_size=4,
    ),
    max_leaves=8,
)


class Writer:
    """Writes one template of a dialect from nested bodies. `blocks`: names not used yet; `parts`: what may be included."""

    def __init__(self, jinja: bool, numbers: Iterator[int], name: str, parts: list[str], macros: list[str]) -> None:
        self.jinja, self.numbers, self.name, self.parts, self.macros = jinja, numbers, name, parts, macros
        self.blocks = list(BLOCKS)
        self.depth = 0  # of blocks: `super` outside of one is nothing
        self.child = False  # in a template that extends none it is an error

    def written(self, body: list[object]) -> str:
        return "".join(self.item(one) for one in body)

    def item(self, one: object) -> str:
        number = next(self.numbers)
        if isinstance(one, tuple):
            return self.statement(one[0], one[1], one[2], number)
        flat: dict[object, str] = {
            "script": f'<script src="{self.name}-{number}.js"></script>',
            "link": f'<link rel="stylesheet" href="{self.name}-{number}.css">',
            "style": f'<style data-id="{self.name}-{number}">p > a {{ color: red }}</style>',
            "text": f"<p>{number}{{{{ title }}}} < 3</p>",
            "super": ("{{ super() }}" if self.jinja else "{{ block.super }}") if self.depth and self.child else "",
            "include": f'{{% include "{self.parts[number % len(self.parts)]}" %}}' if self.parts else "",
            "call": f"{{{{ {self.macros[number % len(self.macros)]}() }}}}" if self.macros else "",
        }
        return flat[one]

    def statement(self, kind: object, first: list[object], second: list[object], number: int) -> str:
        at = number % (len(FLAGS) - 1)
        condition = FLAGS[at]
        if kind == "block":
            return self.block(first)
        if kind == "callblock" and self.macros:
            return f"{{% call {self.macros[number % len(self.macros)]}() %}}{self.written(first)}{{% endcall %}}"
        if kind == "for":
            return f"{{% for x in {sorted(LOOPS)[number % 3]} %}}{self.written(first)}{{% endfor %}}"
        if kind == "with":
            return f"{{% with v=1 %}}{self.written(first)}{{% endwith %}}" if not self.jinja else self.written(first)
        other = f"{{% else %}}{self.written(second)}" if kind != "if" else ""
        middle = f"{{% elif {FLAGS[at + 1]} %}}{self.written(second)}" if kind == "elif" else ""
        return f"{{% if {condition} %}}{self.written(first)}{middle}{other}{{% endif %}}"

    def block(self, body: list[object]) -> str:
        if not self.blocks:
            return ""
        name = self.blocks.pop()
        self.depth += 1
        inside = self.written(body)
        self.depth -= 1
        return f"{{% block {name} %}}{inside}{{% endblock %}}"


@st.composite
def families(draw: st.DrawFn, jinja: bool) -> tuple[Family, list[str]]:
    """A layout, templates that extend one another up to it, and parts that are included; the chain is `t0`, `t1` …"""
    numbers = count()
    family: Family = {}
    parts: list[str] = []
    macros: list[str] = []
    for at in range(draw(st.integers(0, 2))):
        writer = Writer(jinja, numbers, f"part{at}", list(parts), [])
        family[f"part{at}.html"] = writer.written(draw(bodies))
        parts.append(f"part{at}.html")
    head = ""
    if jinja and draw(st.booleans()):
        library = Writer(True, numbers, "lib", list(parts), [])
        family["lib.html"] = "".join(
            f"{{% macro {name}() %}}{library.written(draw(bodies.filter(_has_no_block)))}{ending}"
            for name, ending in dict.fromkeys(("f", "g"), "{{ caller() if caller }}{% endmacro %}").items()
        )
        head, macros = '{% import "lib.html" as lib with context %}{% from "lib.html" import g as h with context %}', ["lib.f", "h"]
    chain = [f"t{at}.html" for at in range(draw(st.integers(1, 4)))]
    for at, name in enumerate(chain):
        writer = Writer(jinja, numbers, name, parts, macros)
        if at == 0:
            family[name] = f"{head}<!doctype html><head>{writer.written(draw(bodies))}</head>" + "".join(
                writer.block(draw(bodies)) for _ in range(2)
            )
            continue
        writer.child = True
        blocks = "".join(writer.block(draw(bodies)) for _ in range(draw(st.integers(0, 3))))
        family[name] = f'{{% extends "{chain[at - 1]}" %}}{head}\n<script src="lost.js"></script>{blocks}'
    return family, chain


def _has_no_block(body: list[object]) -> bool:
    return all(not isinstance(one, tuple) or (one[0] != "block" and _has_no_block([*one[1], *one[2]])) for one in body)


def django(family: Family) -> Callable[[str, dict[str, object]], str]:
    from django.template import Context, Engine

    engine = Engine(loaders=[("django.template.loaders.locmem.Loader", family)])
    return lambda name, values: engine.get_template(name).render(Context(values))


def jinja(family: Family) -> Callable[[str, dict[str, object]], str]:
    environment = Environment(loader=DictLoader(family), autoescape=True)
    return lambda name, values: environment.get_template(name).render(values)


def composed(family: Family, dialect: Dialect, name: str) -> Page:
    templates = [Template(path, path, dialect.name, 0, sketch(text, dialect)) for path, text in family.items()]
    (page,) = compose(templates).of(name)
    return page


def predicted(page: Page, family: Family, values: dict[str, object]) -> list[str]:
    """The addresses of what a page loads, with these values."""
    return list(_written(page.parts, 0, family, values))


def _written(parts: tuple[Placed, ...], depth: int, family: Family, values: dict[str, object]) -> Iterator[str]:
    for step, group in groupby(parts, lambda part: part.route[depth] if len(part.route) > depth else None):
        inside = tuple(group)
        if step is None:
            for part in inside:
                assert not isinstance(part.item, Hole), part
                if isinstance(part.item, Element):
                    loading = part.item.loading
                    yield next(value for key, value in loading.attributes if key in ("src", "href", "data-id"))
            continue
        times = 1
        if step.kind == "if" and step.owner in family:
            times = int(_taken(family[step.owner][step.span.start : step.span.end], step.arm, step.text, values))
        elif step.kind == "for":
            times = len(LOOPS[step.text.split()[-1]])
        for _ in range(times):
            yield from _written(inside, depth + 1, family, values)


def _taken(tag: str, arm: int, condition: str, values: dict[str, object]) -> bool:
    """Is an arm taken? The condition of an `elif` is the letter behind that of its `if`."""
    if "caller" in tag:
        return arm == 0  # whether there is a caller is known
    first = tag.split()[2]
    if arm == 0:
        return bool(values[first])
    if values[first]:
        return False
    return bool(values[condition]) if condition else arm == 1 or not values[FLAGS[FLAGS.index(first) + 1]]


def rendered(html: str) -> list[str]:
    return [found[2] for found in ELEMENT.finditer(html)]


flags = st.fixed_dictionaries({flag: st.booleans() for flag in FLAGS}).map(lambda chosen: chosen | LOOPS | {"title": "t"})


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(families(False), flags)
def test_django_renders_what_compose_says(made: tuple[Family, list[str]], values: dict[str, object]) -> None:
    family, chain = made
    render = django(family)
    for name in chain:
        page = composed(family, DJANGO, name)
        assert predicted(page, family, values) == rendered(render(name, values)), (name, family)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(families(True), flags)
def test_jinja_renders_what_compose_says(made: tuple[Family, list[str]], values: dict[str, object]) -> None:
    family, chain = made
    render = jinja(family)
    for name in chain:
        page = composed(family, JINJA, name)
        try:
            html = render(name, values)
        except UndefinedError:  # `super()` of a block that nobody else has
            continue
        assert predicted(page, family, values) == rendered(html), (name, family)
