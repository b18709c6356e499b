"""Django's admin and Flask-Admin, their templates built and rendered by the real engines: the same scripts in the same order, and
nothing is done to a script of a template that would not be done to it in the page that was rendered."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from template_scripts import Family, built, called, decided, flipped, rendered_page, verbs

from assetforge.pages.page import Wish
from assetforge.pages.script.running import running
from assetforge.pages.script.scripts import schedule

# How much is done to a script. What costs nothing where it stands is not compared.
BOLD = {"as-is": 0, "keep": 0, "defer": 1, "move": 1, "async": 2}
IDLE = frozenset({"keep:at-end", "keep:cheap"})


def _neighbour(name: str) -> ModuleType:
    """The module of the tests of composition, which renders these pages."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def composing() -> ModuleType:
    return _neighbour("test_compose_admin")


def decisions_of(html: str, files: Family) -> dict[str, str]:
    """What is done to each script of a finished page, by its address or text; of several of one name the boldest."""
    page = rendered_page(html, files)
    plan = schedule(page)
    scripts = {script.index: script for script in running(page, Wish())}
    found: dict[str, str] = {}
    for one, word in zip(plan.decisions, _words(plan), strict=True):
        if one.element in scripts:
            name = called(html, scripts[one.element])
            if name not in found or BOLD[word.partition(":")[0]] > BOLD[found[name].partition(":")[0]]:
                found[name] = word
    return found


def _words(plan: Any) -> list[str]:
    return [f"keep:{one.reason}" if one.verb == "keep" else one.verb for one in plan.decisions]


def carried(old: str, new: str) -> dict[str, str]:
    """What was done to the scripts of a rendered page, seen from the page that comes of it."""
    found = {}
    pages = [rendered_page(html, {}) for html in (old, new)]
    known = [{called(html, one): (one, number) for number, one in enumerate(running(page, Wish()))}
             for html, page in zip((old, new), pages, strict=True)]  # fmt: skip
    for name, (one, _) in known[0].items():
        now = known[1][name][0]
        found[name] = "keep" if one.kind == now.kind else now.kind
    return found


# -- Django --------------------------------------------------------------------------------------------------------------------


def _pages(code: str, folder: Path) -> tuple[Path, dict[str, Any]]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DJANGO_")}
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    package, pages = json.loads(done.stdout)
    return Path(package), pages


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory, composing: ModuleType) -> dict[str, tuple[str, str]]:
    """Of each page of the admin its text from the templates as they are, and as they are built; and the files of its scripts."""
    folder = tmp_path_factory.mktemp("admin")
    package, pages = _pages(composing.ADMIN, folder)
    family: dict[str, str] = {}
    for app in ("admin", "auth"):
        root = package / "contrib" / app / "templates"
        family |= {file.relative_to(root).as_posix(): file.read_text("utf-8") for file in sorted(root.rglob("*.html"))}
    static = package / "contrib" / "admin" / "static"
    files = {file.relative_to(static).as_posix(): file.read_text("utf-8") for file in sorted(static.rglob("*.js"))}
    plans = decided(family, files, candidates=composing.CANDIDATES)
    for path, text in built(family, plans).items():
        (folder / "built" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "built" / path).write_text(text, "utf-8")
    code = composing.ADMIN.replace('"APP_DIRS": True,', f'"APP_DIRS": True, "DIRS": [{str(folder / "built")!r}],')
    _, after = _pages(code, folder)
    return {"files": files, "plans": plans, "pages": {label: (pages[label][1], after[label][1]) for label in pages}}  # type: ignore[dict-item]


def _without_tokens(html: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)


def test_admin_pages_have_their_scripts_in_order(admin: dict[str, Any]) -> None:
    for label, (old, new) in admin["pages"].items():
        assert flipped(_without_tokens(old), _without_tokens(new), admin["files"]) == [], label


def test_no_script_of_the_admin_is_treated_more_boldly_than_in_its_page(admin: dict[str, Any]) -> None:
    for label, (old, new) in admin["pages"].items():
        finished = decisions_of(old, admin["files"])
        for name, kind in carried(old, new).items():
            if kind != "keep" and finished[name] not in IDLE:
                assert finished[name].partition(":")[0] not in ("keep", "as-is"), (label, name, finished[name])


def test_templates_of_the_admin_say_what_their_pages_say(admin: dict[str, Any]) -> None:
    """Scripts that the templates load by a tag; those of a form's media are in no template."""
    pages = {label: decisions_of(old, admin["files"]) for label, (old, _) in admin["pages"].items()}
    compared = 0
    for path, planned in admin["plans"].items():
        for name, word in zip(planned.names, verbs(planned), strict=True):
            for finished in pages.values():
                whole = word not in ("keep:conditional-attrs", "keep:fragment")
                if whole and "/static/" + name in finished:
                    assert word.partition(":")[0] == finished["/static/" + name].partition(":")[0], (path, name)
                    compared += 1
    assert compared > 20


# -- Flask-Admin -----------------------------------------------------------------------------------------------------------------


class Folder:
    """A place of its own for the site, with the templates that come before those of the package."""

    def __init__(self, folder: Path, templates: Family) -> None:
        self._folder = folder
        for path, text in templates.items():
            (folder / "templates" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "templates" / path).write_text(text, "utf-8")

    def mktemp(self, name: str) -> Path:
        return self._folder


@pytest.fixture(scope="module")
def flask_admin(tmp_path_factory: pytest.TempPathFactory, composing: ModuleType) -> dict[str, Any]:
    """As for Django's admin."""
    package = pytest.importorskip("flask_admin", reason="Flask-Admin is not installed")
    folder = Path(package.__file__).parent
    root = folder / "templates" / "bootstrap4"
    family = {file.relative_to(root).as_posix(): file.read_text("utf-8") for file in sorted(root.rglob("*.html"))}
    static = folder / "static"
    files = {file.relative_to(static).as_posix(): file.read_text("utf-8") for file in sorted(static.rglob("*.js"))}
    candidates = {"admin_base_template": ("admin/base.html",), "theme.base_template": ("admin/base.html",)}
    plans = decided(family, files, "jinja", candidates=candidates)
    render = composing.flask_pages._get_wrapped_function()
    _, before = render(Folder(tmp_path_factory.mktemp("before"), {}))
    _, after = render(Folder(tmp_path_factory.mktemp("after"), built(family, plans, "jinja")))
    pages = {f"{number} {old[0]}": (old[1], new[1]) for number, (old, new) in enumerate(zip(before, after, strict=True))}
    return {"files": files, "plans": plans, "pages": pages}


def test_flask_admin_pages_have_their_scripts_in_order(flask_admin: dict[str, Any]) -> None:
    for label, (old, new) in flask_admin["pages"].items():
        assert flipped(old, new, flask_admin["files"]) == [], label


def test_no_script_of_flask_admin_is_treated_more_boldly_than_in_its_page(flask_admin: dict[str, Any]) -> None:
    for label, (old, new) in flask_admin["pages"].items():
        finished = decisions_of(old, flask_admin["files"])
        for name, kind in carried(old, new).items():
            if kind != "keep" and finished[name] not in IDLE:
                assert finished[name].partition(":")[0] not in ("keep", "as-is"), (label, name, finished[name])
