"""Random families of templates with random scripts, built and rendered by the real engines: every page has the scripts it had, and
those that concern each other run in the order they had, whichever conditions hold and however often a loop runs."""

from collections import Counter
from collections.abc import Iterator
from itertools import count

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from template_scripts import ENGINES, Family, built, decided, flipped

FILES = {
    "a.js": "var a = 1", "b.js": "var b = 1", "c.js": "window.c = a", "ab.js": "b.x = a", "ready.js": "var r = document.readyState",
    "beacon.js": "navigator.sendBeacon('/x')", "free.js": "var free = 2", "dom.js": "document.getElementById('p1').hidden = 1",
}  # fmt: skip
INLINE = (
    "var a = 2", "b.y = 1", "c", "document.documentElement.id = 1", "var d = '{{ title }}'", "document.addEventListener('x', f)",
    "var a = a || {{ number }}", "document.write(1)", "",
)  # fmt: skip
FLAGS = "vwxyz"
LOOPS = {"never": [], "once": ["1"], "twice": ["1", "2"]}
VALUES = st.fixed_dictionaries({flag: st.booleans() for flag in FLAGS}).map(lambda one: one | LOOPS | {"title": "t", "number": "3"})
CHANGED: Counter[str] = Counter()

leaves = st.one_of(
    st.tuples(st.just("file"), st.sampled_from(sorted(FILES)), st.sampled_from(["", "", "", " defer", " async"])),
    st.tuples(st.just("inline"), st.sampled_from(INLINE), st.just("")),
    st.sampled_from(["text", "open", "super", "include"]).map(lambda one: (one, "", "")),
)
bodies = st.recursive(
    st.lists(leaves, max_size=3),
    lambda inner: st.lists(
        st.one_of(leaves, st.tuples(st.sampled_from(["if", "either", "for", "block", "block"]), inner, inner)), max_size=4
    ),
    max_leaves=7,
)


class Writer:
    """Writes one template. `blocks`: names left for it; `part`: what it may include."""

    def __init__(self, dialect: str, numbers: Iterator[int], part: str, child: bool) -> None:
        self.dialect, self.numbers, self.part, self.child = dialect, numbers, part, child
        self.blocks = ["one", "two", "three", "four"]
        self.depth = 0

    def written(self, body: list[tuple[str, object, object]]) -> str:
        return "".join(self.item(*one) for one in body)

    def item(self, kind: str, first: object, second: object) -> str:
        number = next(self.numbers)
        if kind == "file":
            return f'<script{second} src="/static/{first}"></script>'
        if kind == "inline":
            return f"<script>{first}</script>"
        if kind in ("if", "either"):
            other = f"{{% else %}}{self.written(second)}" if kind == "either" else ""  # type: ignore[arg-type]
            return f"{{% if {FLAGS[number % 5]} %}}{self.written(first)}{other}{{% endif %}}"  # type: ignore[arg-type]
        if kind == "for":
            return f"{{% for i in {sorted(LOOPS)[number % 3]} %}}{self.written(first)}{{% endfor %}}"  # type: ignore[arg-type]
        if kind == "block":
            return self.block(first)  # type: ignore[arg-type]
        flat = {
            "text": f"<p id=p{number % 3}>{{{{ title }}}}</p>", "open": "<div><i>x</i></div>",
            "super": ("{{ super() }}" if self.dialect == "jinja" else "{{ block.super }}") if self.depth and self.child else "",
            "include": f'{{% include "{self.part}" %}}' if self.part else "",
        }  # fmt: skip
        return flat[kind]

    def block(self, body: list[tuple[str, object, object]]) -> str:
        if not self.blocks:
            return ""
        name = self.blocks.pop()
        self.depth += 1
        inside = self.written(body)
        self.depth -= 1
        return f"{{% block {name} %}}{inside}{{% endblock %}}"


@st.composite
def families(draw: st.DrawFn, dialect: str) -> Family:
    numbers = count()
    family = {"part.html": Writer(dialect, numbers, "", False).written(draw(bodies))}
    base = Writer(dialect, numbers, "part.html", False)
    head, main = base.written(draw(bodies)), base.written(draw(bodies))
    end = base.block(draw(bodies))
    family["base.html"] = f"<!doctype html><html><head>{head}</head><body>{main}<p>z</p>{end}</body></html>"
    for name in ("t1.html", "t2.html"):
        child = Writer(dialect, numbers, "part.html", True)
        child.blocks = draw(st.permutations(["four", "three", "two", "one"]))
        above = "base.html" if name == "t1.html" else draw(st.sampled_from(["base.html", "t1.html"]))
        blocks = "".join(child.block(draw(bodies)) for _ in range(draw(st.integers(0, 3))))
        family[name] = f'{{% extends "{above}" %}}{blocks}'
    return family


def check(family: Family, dialect: str, values: dict[str, object]) -> None:
    from jinja2 import UndefinedError

    plans = decided(family, FILES, dialect)
    CHANGED.update(one.verb for plan in plans.values() if plan.plan.scripts for one in plan.plan.scripts.decisions)
    made = built(family, plans, dialect)
    first, second = ENGINES[dialect](family), ENGINES[dialect](made)
    for name in family:
        if name == "part.html":
            continue
        try:
            old = first(name, values)
        except UndefinedError:  # `super()` of a block that nobody else has
            continue
        new = second(name, values)
        assert flipped(old, new, FILES) == [], (name, old, new)


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW, phases=[Phase.generate])
@given(families("django"), VALUES)
def test_pages_of_django_run_their_scripts_in_order(family: Family, values: dict[str, object]) -> None:
    check(family, "django", values)


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW, phases=[Phase.generate])
@given(families("jinja"), VALUES)
def test_pages_of_jinja_run_their_scripts_in_order(family: Family, values: dict[str, object]) -> None:
    check(family, "jinja", values)
