"""The template loader: built templates in production, the originals while developing, and everything that Django promises of its
own loaders."""

from collections.abc import Callable
from typing import Any

import pytest
from django_project import LOADER, Project, loading

FILESYSTEM, APPS = "django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"
FILES = {
    # a URL that is written out gets a digest: so a built template can be told from its original
    "templates/home.html": "{% extends 'layout.html' %}{% block body %}<img src=/static/sun.png>{% endblock %}",
    "templates/layout.html": "<body>{% block body %}{% endblock %}</body>",
    "templates/shop/cart.html": (
        "{% extends 'shop/cart.html' %}{% block top %}<img src=/static/sun.png>{{ block.super }}{% endblock %}"
    ),
    "templates/mail.txt": "Dear {{ name }},\r\nyours",
    "templates/deep/er/page.html": "deep <img src=/static/sun.png>",
    "shop/__init__.py": "",
    "shop/templates/shop/cart.html": "<p>{% block top %}shop <img src=/static/moon.png>{% endblock %}</p>",
    "shop/templates/home.html": "never: the project has one of that name",
    "news/__init__.py": "",
    "news/templates/shop/cart.html": "never: the shop comes first",
    "news/templates/news.html": "news <img src=/static/sun.png>",
}
ASSETS = {"sun.png": b"sun", "moon.png": b"moon"}
_RENDER = """
from django.template.loader import get_template
def told(name):
    template = get_template(name)
    return [template.template.origin.name, template.render({"name": "Ada"})]
"""


def render(project: Project, *names: str, before: str = "") -> dict[str, Any]:
    """Name → the origin of the template, in the project, and what it renders."""
    code = f"{before}\n{_RENDER}\nprint(json.dumps({{name: told(name) for name in {names!r}}}))"
    return {name: [origin.removeprefix(f"{project.folder}/"), text] for name, (origin, text) in project.python(code).items()}


def raises(project: Project, name: str) -> str:
    code = f"""{_RENDER}
try:
    told({name!r})
except Exception as error:
    print(json.dumps([type(error).__name__, str(error)]))
"""
    return ": ".join(project.python(code))


def filled(project: Project, loaders: object = (LOADER,), more: str = "") -> Project:
    project.settings(loading(loaders) + more, apps=("shop", "news"))
    return project.put(FILES).write(ASSETS)


@pytest.fixture(scope="module")
def shop(make_project: Callable[[], Project]) -> Project:
    project = filled(make_project())
    project.collect()
    return project


def image(project: Project, name: str) -> str:
    return f"<img src=/static/{project.names()[name]}>"


def test_production_reads_built_templates_and_origins_are_the_originals(shop: Project) -> None:
    sun, moon = image(shop, "sun.png"), image(shop, "moon.png")
    assert sun != "<img src=/static/sun.png>"
    names = ("home.html", "shop/cart.html", "mail.txt", "deep/er/page.html", "news.html")
    assert render(shop, *names) == {
        "home.html": ["templates/home.html", f"<body>{sun}</body>"],
        "shop/cart.html": ["templates/shop/cart.html", f"<p>{sun}shop {moon}</p>"],
        "mail.txt": ["templates/mail.txt", "Dear Ada,\nyours"],
        "deep/er/page.html": ["templates/deep/er/page.html", f"deep {sun}"],
        "news.html": ["news/templates/news.html", f"news {sun}"],
    }


def test_development_reads_the_originals(shop: Project) -> None:
    found = render(shop, "home.html", "shop/cart.html", before="from django.conf import settings\nsettings.DEBUG = True")
    assert found["home.html"] == ["templates/home.html", "<body><img src=/static/sun.png></body>"]
    assert found["shop/cart.html"][1] == "<p><img src=/static/sun.png>shop <img src=/static/moon.png></p>"


def test_without_a_build_the_originals_are_read_and_the_log_says_so_once(project: Project) -> None:
    code = f"{_RENDER}\nprint(json.dumps([told(name)[1] for name in ('home.html', 'news.html')]))"
    done = filled(project).run("-c", f"import json, django\ndjango.setup()\n{code}")
    assert "<img src=/static/sun.png>" in done.stdout
    assert done.stderr.count("no templates were built") == 1


@pytest.mark.parametrize(
    "loaders",
    [
        ((LOADER, [FILESYSTEM, APPS]),),
        (("django.template.loaders.cached.Loader", [LOADER]),),
        ((LOADER, [("django.template.loaders.cached.Loader", [FILESYSTEM, APPS])]),),
        (("django.template.loaders.locmem.Loader", {"own.html": "own"}), (LOADER, [FILESYSTEM]), (LOADER, [APPS])),
        ((LOADER, [("django.template.loaders.locmem.Loader", {"own.html": "own"}), FILESYSTEM, APPS]),),
    ],
)
def test_loaders_may_be_nested_as_one_likes(project: Project, loaders: object) -> None:
    filled(project, loaders).collect()
    sun, moon = image(project, "sun.png"), image(project, "moon.png")
    found = render(project, "home.html", "shop/cart.html")
    assert [text for _, text in found.values()] == [f"<body>{sun}</body>", f"<p>{sun}shop {moon}</p>"]
    if "own.html" in str(loaders):
        assert render(project, "own.html")["own.html"] == ["own.html", "own"]


def test_originals_need_not_be_there(project: Project) -> None:
    filled(project).collect()
    for name in ("templates/home.html", "templates/layout.html"):
        (project.folder / name).unlink()
    assert image(project, "sun.png") in render(project, "home.html")["home.html"][1]


def test_a_template_that_is_new_since_the_build_is_an_error_that_says_what_to_do(project: Project) -> None:
    filled(project).collect()
    project.put({"templates/new.html": "new"})
    said = raises(project, "new.html")
    assert said.startswith("NotBuilt: ")
    assert f"{project.folder}/templates/new.html is not among the built templates" in said
    assert "manage.py collectstatic" in said
    assert raises(project, "nowhere.html") == "TemplateDoesNotExist: nowhere.html"
    project.collect()
    assert render(project, "new.html")["new.html"][1] == "new"


def test_a_new_template_does_not_let_another_of_its_name_through(project: Project) -> None:
    filled(project).collect()
    project.put({"templates/news.html": "the project's, which comes first"})
    assert raises(project, "news.html").startswith("NotBuilt: ")


def test_a_damaged_build_is_an_error(project: Project) -> None:
    filled(project).collect()
    (project.folder / "build" / "templates" / "manifest.json").write_text("{")
    assert "is not JSON" in raises(project, "home.html")


def test_several_engines_read_their_own(project: Project) -> None:
    more = (
        'TEMPLATES += [{"BACKEND": TEMPLATES[0]["BACKEND"], "NAME": "second",'
        ' "DIRS": [BASE_DIR / "other", BASE_DIR / "templates/deep"],'
        f' "OPTIONS": {{"loaders": ["{LOADER}"]}}}}]\n'
    )
    filled(project, more=more).put({"other/home.html": "other <img src=/static/moon.png>"}).collect()
    code = (
        "from django.template import engines\n"
        "print(json.dumps([engines['django'].get_template('home.html').render(), "
        "engines['second'].get_template('home.html').render(), engines['second'].get_template('er/page.html').render()]))"
    )
    sun, moon = image(project, "sun.png"), image(project, "moon.png")
    assert project.python(code) == [f"<body>{sun}</body>", f"other {moon}", f"deep {sun}"]


def test_autoreload_watches_the_originals_and_a_reset_forgets(shop: Project) -> None:
    code = """
from django.template import autoreload, engines
loader = engines["django"].engine.template_loaders[0]
engines["django"].get_template("home.html")
before = len(loader.get_template_cache)
autoreload.reset_loaders()
print(json.dumps([sorted(map(str, autoreload.get_template_directories())), before, len(loader.get_template_cache), loader._known]))
"""
    folders, before, after, known = shop.python(code)
    assert folders == [f"{shop.folder}/{name}" for name in ("news/templates", "shop/templates", "templates")]
    assert (before > 0, after, known) == (True, 0, False)


def test_debug_pages_show_the_original_and_every_place_that_was_tried(shop: Project) -> None:
    code = """
from django.template import engines, TemplateDoesNotExist
engine = engines["django"].engine
try:
    engine.get_template("gone.html")
except TemplateDoesNotExist as error:
    tried = [[origin.name, origin.loader_name, status] for origin, status in error.tried]
print(json.dumps([tried, engine.get_template("shop/cart.html").origin.loader_name]))
"""
    tried, loader = shop.python(code)
    folders = [f"{shop.folder}/{name}/gone.html" for name in ("templates", "shop/templates", "news/templates")]
    assert tried == [[name, LOADER, "Source does not exist"] for name in folders]
    assert loader == LOADER


def test_requests_import_no_more_than_the_manifest(shop: Project) -> None:
    code = f"""
import sys
{_RENDER}
told("home.html")
from django.contrib.staticfiles.storage import staticfiles_storage
staticfiles_storage.url("sun.png")
print(json.dumps(sorted(name for name in sys.modules if name.split(".")[0] == "assetforge")))
"""
    names = shop.python(code)
    assert set(names) == {
        "assetforge", "assetforge.manifest", "assetforge.django", "assetforge.django.apps", "assetforge.django.checks",
        "assetforge.django.loader", "assetforge.django.places", "assetforge.django.storage", "assetforge.django.template_checks",
    }  # fmt: skip


# -- what is built, and where ----------------------------------------------------------------------------------------------------


def test_each_folder_keeps_its_own_place(shop: Project) -> None:
    folder = shop.folder / "build" / "templates"
    files = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert files == {
        "manifest.json", "dir+templates/home.html", "dir+templates/layout.html", "dir+templates/mail.txt",
        "dir+templates/shop/cart.html", "dir+templates/deep/er/page.html",
        "app+shop/shop/cart.html", "app+shop/home.html", "app+news/shop/cart.html", "app+news/news.html",
    }  # fmt: skip
    assert not (shop.folder / "build" / "manifest.json").exists()


def test_collectstatic_builds_no_templates_without_the_loader(project: Project) -> None:
    filled(project, (FILESYSTEM, APPS)).collect()
    assert not (project.folder / "build").exists()


def test_a_dry_run_and_a_failed_one_write_no_templates(project: Project) -> None:
    filled(project).collect("--dry-run")
    assert not (project.folder / "build").exists()
    project.put({"templates/bad.html": "{% load static %}{% static 'sum.png' %}"})
    done = project.collect(status=1)
    assert "error[missing-reference]" in done.stderr
    assert "templates/bad.html:1:29" in done.stderr
    assert "sun.png has a similar name" in done.stderr
    assert not (project.folder / "build").exists()


def test_what_no_build_brings_any_more_goes(project: Project) -> None:
    filled(project).collect()
    kept = project.folder / "build" / "templates" / "mine.html"
    kept.write_text("nobody's")
    (project.folder / "templates" / "deep" / "er" / "page.html").unlink()
    project.collect()
    assert not (project.folder / "build" / "templates" / "dir+templates" / "deep").exists()
    assert kept.exists()
    assert raises(project, "deep/er/page.html").startswith("TemplateDoesNotExist")


def test_the_command_and_collectstatic_build_the_same_templates(project: Project) -> None:
    def templates() -> dict[str, bytes]:
        folder = project.folder / "build" / "templates"
        return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}

    filled(project).collect()
    collected = templates()
    project.manage("assetforge", "build")
    assert templates() == collected
    project.collect()
    assert templates() == collected
    assert "nothing changed" in project.manage("assetforge", "build").stdout


def test_a_template_of_another_encoding_comes_back(project: Project) -> None:
    project.settings(loading() + 'TEMPLATES[0]["OPTIONS"]["file_charset"] = "latin-1"')
    (project.folder / "templates").mkdir()
    (project.folder / "templates" / "a.html").write_bytes("é <img src=/static/sun.png>".encode("latin-1"))
    project.write(ASSETS).collect()
    assert render(project, "a.html")["a.html"][1] == f"é {image(project, 'sun.png')}"
