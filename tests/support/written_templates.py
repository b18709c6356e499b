"""A small site of templates, built, and its pages as the engines render them."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from assetforge.build import build
from assetforge.config import Config, Root, Stylesheets
from assetforge.output import Build, PageFacts

Engine = Literal["django", "jinja"]
_DIGEST = re.compile(r"\.[0-9a-f]{12}(?=\.\w+)")
_ELEMENT = re.compile(r"<link\b[^>]*>|<style\b[^>]*>.*?</style>", re.DOTALL)


class Site(NamedTuple):
    engine: Engine
    before: dict[str, str]
    after: dict[str, str]
    facts: dict[str, PageFacts]
    built: Build

    def original(self, name: str, **context: Any) -> str:
        return rendered(self.engine, self.before, name, context)

    def page(self, name: str, **context: Any) -> str:
        return rendered(self.engine, self.after, name, context)

    def decision(self, name: str) -> str:
        """`late`, or why not."""
        page = self.facts[name]
        return "late" if page.critical else page.left[0]


def site(
    folder: Path,
    engine: Engine,
    files: Mapping[str, str],
    *,
    samples: str = "",
    stylesheets: Stylesheets | None = None,
    **more: Any,
) -> Site:
    """`files`: those that end in `.html` are templates, the others lie in `/static/`."""
    before = {name: text for name, text in files.items() if name.endswith(".html")}
    for name, text in files.items():
        file = folder / ("templates" if name in before else "static") / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8", newline="")
    if samples:
        (folder / "samples.txt").write_text(samples)
    roots = (
        Root(folder=folder / "static", prefix="/static/", kind="static"),
        Root(folder=folder / "templates", prefix="/templates/", kind="templates", dialect=engine),
    )
    config = Config(
        roots=roots, output=folder / "out", samples=folder / "samples.txt", stylesheets=stylesheets or Stylesheets(), **more
    )
    built = build(config)
    after = {name: next(one for one in built.outputs if one.path == f"templates/{name}").content.read().decode() for name in before}
    facts = {one.path.removeprefix("templates/"): one.page for one in built.facts if one.page is not None}
    return Site(engine, before, after, facts, built)


def rendered(engine: Engine, templates: Mapping[str, str], name: str, context: Mapping[str, Any]) -> str:
    return _django(templates, name, context) if engine == "django" else _jinja(templates, name, context)


def _django(templates: Mapping[str, str], name: str, context: Mapping[str, Any]) -> str:
    import django
    from django.conf import settings
    from django.template import Context, Engine

    if not settings.configured:
        settings.configure(STATIC_URL="/static/", INSTALLED_APPS=["django.contrib.staticfiles"])
        django.setup()
    loaders = [("django.template.loaders.locmem.Loader", dict(templates))]
    libraries = {"static": "django.templatetags.static", "i18n": "django.templatetags.i18n"}
    engine = Engine(loaders=loaders, libraries=libraries)
    return engine.get_template(name).render(Context(dict(context)))


def _jinja(templates: Mapping[str, str], name: str, context: Mapping[str, Any]) -> str:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.DictLoader(dict(templates)), autoescape=True, undefined=jinja2.ChainableUndefined
    )
    environment.globals["url_for"] = lambda endpoint, filename: f"/static/{filename}"
    return environment.get_template(name).render(**context)


def parts(html: str) -> tuple[list[str], list[str]]:
    """What stands in the head and in the body of stylesheets and styles, digests left out."""
    head, _, body = _DIGEST.sub("", html).partition("</head>")
    return _ELEMENT.findall(head), _ELEMENT.findall(body)


def plain(html: str) -> str:
    """A page without its stylesheets, and with white space as one blank."""
    return " ".join(_ELEMENT.sub("", _DIGEST.sub("", html)).split())


def in_order(html: str) -> list[str]:
    """The stylesheets and styles of a page in the order of the cascade; critical CSS and preloads are none."""
    head, body = parts(html)
    return [one for one in (*head, *body) if "preload" not in one and not one.startswith("<style id=critical")]


SYNTAX = {
    "django": {"static": "{{% static '{}' %}}", "load": "{% load static %}", "super": "{{ block.super }}"},
    "jinja": {"static": "{{{{ url_for('static', filename='{}') }}}}", "load": "", "super": "{{ super() }}"},
}


def spoken(engine: Engine, files: Mapping[str, str]) -> dict[str, str]:
    """Templates in one of the languages: `[a.css]` is a stylesheet, `(super)` and `(load)` what these say."""
    words = SYNTAX[engine]
    found = {}
    for name, text in files.items():
        if name.endswith(".html"):
            text = re.sub(r"\[([\w./]+\.css)(?: ([^\]]*))?\]",
                          lambda one: f'<link rel="stylesheet" {one[2] or ""} href="{words["static"].format(one[1])}">', text)
            text = text.replace("(super)", words["super"]).replace("(load)", words["load"])
        found[name] = text
    return found
