"""Families of templates with scripts: decided, built, and rendered by the real engines."""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from assetforge import dialects
from assetforge.dialects import DJANGO, JINJA, Dialect
from assetforge.formats.html.outline import Outline, outline
from assetforge.formats.js.effects import effects
from assetforge.formats.js.record import Effects
from assetforge.pages.edits import carried_out
from assetforge.pages.page import Page, Source, Wish
from assetforge.pages.script import structure
from assetforge.pages.script.conflicts import Conflicts
from assetforge.pages.script.kinds import source
from assetforge.pages.script.running import Script, before, running, turns
from assetforge.pages.task import Planned
from assetforge.pages.template.compose import compose
from assetforge.pages.template.given import Text
from assetforge.pages.template.loader import Template
from assetforge.pages.template.relatives import decide
from assetforge.pages.template.sketch import Element, sketch
from assetforge.text import Span, changed, filled

Family = Mapping[str, str]
DIALECTS = {"django": DJANGO, "jinja": JINJA}


def texts_of(family: Family, dialect: Dialect, files: Family) -> dict[str, Text]:
    """The templates of a family. URLs lead to `files`, whose names are those behind the last slash of `/static/`."""
    found = {}
    for path, text in family.items():
        masked = dialects.mask(text, dialect)
        made = sketch(text, dialect)
        found[path] = Text(path, text, masked, dialect, made, _targets(text, dialect, made, files))
    return found


def _targets(text: str, dialect: Dialect, made: Any, files: Family) -> dict[Span, str]:
    found = {}
    elements = [node.item for node in made.nodes if isinstance(node.item, Element)]
    named = [name for element in elements for name in element.names]
    references = [*dialects.references(text, dialect).references, *(name for name in named if hasattr(name, "url"))]
    for one in references:
        path = one.url.removeprefix("/static/").split("?")[0]
        if path in files:
            found[one.span] = path
    return found


def decided(
    family: Family, files: Family, dialect: str = "django", sheets: Family | None = None, wish: Wish | None = None, **more: Any
) -> dict[str, Planned]:
    """What happens to each template. `files`: scripts by name; `sheets`: stylesheets by name."""
    every = {**files, **(sheets or {})}
    texts = texts_of(family, DIALECTS[dialect], every)
    candidates = more.pop("candidates", more) or None
    composed = compose([Template(path, path, dialect, 0, text.sketch) for path, text in texts.items()], candidates, runs=True)
    known = {name: Source(name, text, 0, effects(text)) for name, text in files.items()}
    watches = {name: structure.watches(text) for name, text in (sheets or {}).items()}
    return decide(composed, texts, known.get, watches.get, wish).templates


def verbs(planned: Planned) -> list[str]:
    """The decisions for the scripts of a template, in the words of the report."""
    assert planned.plan.scripts is not None
    return [f"keep:{one.reason}" if one.verb == "keep" else one.verb for one in planned.plan.scripts.decisions]


def built(family: Family, plans: Mapping[str, Planned], dialect: str = "django") -> dict[str, str]:
    """The templates with what was decided; their constructs must be those they had."""
    found = dict(family)
    nothing: Callable[[object], str] = str
    for path, planned in plans.items():
        changes = [filled(edit, nothing) for edit in carried_out(planned, ())]
        known = [dialects.Change(Span(at, to), new) for at, to, new in changes]
        assert dialects.same_constructs(family[path], known, DIALECTS[dialect]) is None, path
        found[path] = changed(family[path], changes)
    return found


# -- rendered pages ------------------------------------------------------------------------------------------------------------

Render = Callable[[str, dict[str, Any]], str]


def django(family: Family) -> Render:
    from django.template import Context, Engine

    loader = ("django.template.loaders.locmem.Loader", dict(family))
    engine = Engine(loaders=[loader], libraries={"static": "django.templatetags.static"}, builtins=["django.templatetags.static"])
    return lambda name, values: engine.get_template(name).render(Context(values))


def jinja(family: Family) -> Render:
    from jinja2 import DictLoader, Environment

    environment = Environment(loader=DictLoader(dict(family)), autoescape=True)
    environment.globals["url_for"] = lambda endpoint, filename: "/static/" + filename
    return lambda name, values: environment.get_template(name).render(values)


ENGINES: dict[str, Callable[[Family], Render]] = {"django": django, "jinja": jinja}
_effects = lru_cache(maxsize=4096)(effects)
_opaque = Effects(opaque="unknown")


def rendered_page(html: str, files: Family) -> Page:
    """A finished page whose scripts are known."""
    found = outline(html)
    return Page(name="page.html", text=html, outline=found, sources=dict(_sources(html, found, files)))


def _sources(html: str, found: Outline, files: Family) -> Any:
    for index, one in enumerate(found.loading):
        if one.name == "script":
            url = source(one)
            body = html[one.body.start : one.body.end] if url is None else files.get(url.rpartition("/static/")[2].split("?")[0])
            yield index, Source(url or "inline", body, 0, _effects(body) if body is not None else _opaque)


def called(html: str, script: Script) -> str:
    return script.url or "inline " + html[script.at :].partition(">")[2].partition("</script")[0].strip()


def flipped(before_html: str, after_html: str, files: Family) -> list[tuple[str, str, str]]:
    """Pairs of scripts that concern each other and no longer run in the order they had. Both pages must have the same scripts."""
    pages = [rendered_page(html, files) for html in (before_html, after_html)]
    scripts = [running(page, Wish()) for page in pages]
    when = [turns(one, {}, None) for one in scripts]
    names = [_numbered(html, one, order) for html, one, order in zip((before_html, after_html), scripts, when, strict=True)]
    assert sorted(names[0]) == sorted(names[1]), (before_html, after_html)
    conflicts = Conflicts(scripts[0])
    found = []
    for one, first in names[0].items():
        for other, second in names[0].items():
            if not before(when[0][first], when[0][second]) or before(when[1][names[1][one]], when[1][names[1][other]]):
                continue
            if why := conflicts.conflict(first, second):
                found.append((one, other, why.thing))
    return found


def _numbered(html: str, scripts: tuple[Script, ...], order: Mapping[Script, Any]) -> dict[str, Script]:
    """The scripts by name, those of one name told apart by the order in which they run."""
    counts: Counter[str] = Counter()
    found = {}
    for script in sorted(scripts, key=lambda one: (order[one].wave, order[one].at, order[one].number)):
        name = called(html, script)
        found[f"{name} #{counts[name]}"] = script
        counts[name] += 1
    return found
