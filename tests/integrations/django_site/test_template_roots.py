"""`manage.py assetforge` over templates: which ones, what is said of them, and what is nobody's mistake here."""

import json
from pathlib import Path

import pytest
from django_project import ADMIN, Project

BAD = "{% load static %}\n<link rel=stylesheet href=\"{% static 'css/ap.css' %}\">"
DIRS = 'TEMPLATES[0]["DIRS"] = [BASE_DIR / "templates"]\n'
JINJA = 'TEMPLATES.append({"BACKEND": "django.template.backends.jinja2.Jinja2", "NAME": "jinja", "APP_DIRS": True, %s})\n'
ASSETS = {"css/app.css": "a{color:red}", "img/sun.png": b"sun"}


def installed(project: Project, files: dict[str, str]) -> str:
    """An app of somebody else, where pip would have put it; the line of settings that brings it."""
    place = "env/lib/python3/site-packages"
    project.put({f"{place}/theirs/{name}": text for name, text in {"__init__.py": "", **files}.items()})
    return f'import sys\nsys.path.append(str(BASE_DIR / "{place}"))\nINSTALLED_APPS.append("theirs")\n'


def built(project: Project) -> set[str]:
    folder = project.folder / "build" / "templates"
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*.*") if file.is_file() and file.name != "manifest.json"}


def test_a_missing_file_fails_check_and_build_with_its_place_and_the_nearest_name(project: Project) -> None:
    project.settings(DIRS).put({"templates/shop/home.html": BAD}).write(ASSETS)
    for command in ("check", "build"):
        done = project.manage("assetforge", command, status=1)
        assert "error[missing-reference]" in done.stderr
        assert "--> templates/shop/home.html:2:39" in done.stderr
        assert "css/app.css has a similar name" in done.stderr
    assert not (project.folder / "build").exists()


def test_comments_and_what_is_not_known_before_run_time_are_no_mistakes(project: Project) -> None:
    text = "{% load static %}{% comment %}{% static 'gone.css' %}{% endcomment %}{# {% static 'gone.css' %} #}{% static name %}"
    assert "no mistakes" in project.settings(DIRS).put({"templates/a.html": text}).manage("assetforge", "check").stdout


def test_templates_of_installed_packages_miss_files_at_worst_with_a_warning(project: Project) -> None:
    more = installed(project, {"templates/theirs/x.html": BAD})
    project.settings(DIRS + more).write(ASSETS)
    said = project.manage("assetforge", "check").stderr
    assert "warning[missing-reference]" in said
    assert "--> env/lib/python3/site-packages/theirs/templates/theirs/x.html:2:39" in said
    project.put({"templates/own.html": BAD})
    said = project.manage("assetforge", "check", status=1).stderr  # theirs does not hide the project's own
    assert "error[missing-reference]" in said
    assert "--> templates/own.html:2:39" in said
    (project.folder / "templates" / "own.html").unlink()
    project.settings(DIRS + more + 'ASSETFORGE = {"strict": True}')
    assert "error[missing-reference]" in project.manage("assetforge", "check", status=1).stderr


@pytest.mark.parametrize("globs", ['["css/*.css"]', '{"shop/*.html": ["css/*.css"]}', '{"home.html": ["css/ap.css"]}'])
def test_what_may_be_missing_is_said_by_names_of_templates_and_of_files(project: Project, globs: str) -> None:
    project.settings(DIRS + f'ASSETFORGE = {{"ignore_missing": {globs}}}').put({"templates/shop/home.html": BAD}).write(ASSETS)
    assert "no mistakes" in project.manage("assetforge", "check").stdout


def test_the_admins_templates_are_in_order(project: Project) -> None:
    project.settings(apps=ADMIN).manage("assetforge", "build")
    assert "app+admin/admin/base.html" in built(project)
    assert "app+auth/registration/password_reset_subject.txt" in built(project)


def test_folders_of_jinja_are_read_as_jinja(project: Project) -> None:
    apps = ("shop",)
    project.settings(JINJA % '"DIRS": [BASE_DIR / "jinja"]', apps=apps).write(ASSETS)
    project.put(
        {
            "shop/__init__.py": "",
            "shop/jinja2/shop.html": "{{ static('css/app.css') }} {% set x = 1 %}<img src=/static/img/sun.png>",
            "shop/templates/shop.html": "{% load static %}{% static 'css/app.css' %}",
            "jinja/deep/home.html": "{% raw %}{{ static('gone.css') }}{% endraw %}",
        }
    )
    project.manage("assetforge", "build")
    assert built(project) >= {"jinja+app+shop/shop.html", "jinja+dir+jinja/deep/home.html", "app+shop/shop.html"}
    text = (project.folder / "build/templates/jinja+app+shop/shop.html").read_text()
    assert "{{ static('css/app.css') }} {% set x = 1 %}<img src=/static/img/sun." in text
    project.put({"jinja/bad.html": "{{ static('css/ap.css') }}"})
    assert "--> jinja/bad.html:1:12" in project.manage("assetforge", "check", status=1).stderr


def test_loaders_of_jinja_say_where_templates_lie(project: Project) -> None:
    loader = (
        '"OPTIONS": {"loader": jinja2.ChoiceLoader([jinja2.PrefixLoader({"p": jinja2.FileSystemLoader([BASE_DIR / "one"])}), '
        'jinja2.DictLoader({"x": "templates"}), jinja2.PackageLoader("shop", "two")])}'
    )
    project.put({"shop/__init__.py": "", "one/a.html": "a", "shop/two/b.html": "b"}).write(ASSETS)
    project.settings("import jinja2\n" + (JINJA % loader).replace('"APP_DIRS": True', '"APP_DIRS": False'), apps=("shop",))
    project.manage("assetforge", "build")
    assert built(project) == {"jinja+dir+one/a.html", "jinja+app+shop+two/b.html"}


def test_a_link_out_of_a_folder_is_followed_and_a_loop_is_not(project: Project, tmp_path: Path) -> None:
    theme = tmp_path / "theme"
    theme.mkdir()
    (theme / "t.html").write_text("t")
    project.settings(DIRS).put({"templates/a.html": "a"})
    (project.folder / "templates" / "theme").symlink_to(theme)
    (project.folder / "templates" / "loop").symlink_to(project.folder / "templates")
    project.manage("assetforge", "build")
    assert {one for one in built(project) if one.startswith("dir+")} == {"dir+templates/a.html", "dir+templates/theme/t.html"}


def test_a_folder_elsewhere_has_a_place_too(project: Project, tmp_path: Path) -> None:
    (tmp_path / "else where").mkdir()
    (tmp_path / "else where" / "a.html").write_text("a")
    project.settings(f'TEMPLATES[0]["DIRS"] = [{str(tmp_path / "else where")!r}]')
    project.manage("assetforge", "build")
    assert built(project) == {"dir+..+else~20where/a.html"}


def test_templates_are_neither_served_nor_listed_as_assets(project: Project) -> None:
    project.settings(DIRS).put({"templates/a.html": "a", "templates/b.txt": "b"}).write(ASSETS).manage("assetforge", "build")
    build = project.folder / "build"
    assert json.loads((build / "manifest.json").read_text())["assets"].keys() == {"static/css/app.css", "static/img/sun.png"}
    assert json.loads((build / "staticfiles.json").read_text())["paths"].keys() == ASSETS.keys()
    assert "dir+templates" not in (build / "nginx" / "assetforge-server.conf").read_text()


def test_explain_takes_the_name_of_a_template(project: Project) -> None:
    text = "{% load static %}{% static 'img/sun.png' %}"
    project.settings(DIRS).put({"templates/shop/home.html": text}).write(ASSETS)
    said = project.manage("assetforge", "explain", "shop/home.html").stdout
    assert "static/img/sun.png" in said
    assert "shop/home.html" in project.manage("assetforge", "explain", "img/sun.png").stdout


def test_engines_that_cannot_be_made_are_a_sentence(project: Project) -> None:
    project.settings('TEMPLATES[0]["OPTIONS"]["loaders"] = ["django.template.loaders.filesystem.Loader"]').write(ASSETS)
    done = project.run("-m", "django", "assetforge", "build")
    assert done.returncode
    assert "TEMPLATES cannot be used: app_dirs must not be set when loaders is defined" in done.stderr


def test_templates_are_not_built_where_they_would_be_served(project: Project) -> None:
    project.settings(DIRS + 'STATIC_ROOT = BASE_DIR / "build"').put({"templates/a.html": "a"})
    assert "built templates would be served" in project.manage("assetforge", "build", status=2).stderr


def test_an_engine_of_jinja_may_read_built_templates_too(project: Project) -> None:
    options = (
        'from jinja2 import FileSystemLoader\nfrom assetforge.jinja import BuiltLoader\n'
        'TEMPLATES.append({"BACKEND": "django.template.backends.jinja2.Jinja2", "NAME": "jinja", "OPTIONS": {'
        '"loader": BuiltLoader(FileSystemLoader(BASE_DIR / "jinja"), BASE_DIR / "build/templates/manifest.json")}})\n'
    )
    project.settings(options).put({"jinja/a.html": "<img src=/static/img/sun.png>{{ name }}"}).write(ASSETS).collect()
    code = (
        "from django.template import engines\nprint(json.dumps(engines['jinja'].get_template('a.html').render({'name': 'Ada'})))"
    )
    assert project.python(code) == f"<img src=/static/{project.names()['img/sun.png']}>Ada"


# -- what a project calls assets ---------------------------------------------------------------------------------------------------


def test_the_static_tag_under_another_name_is_known(project: Project) -> None:
    tags = "from django import template\nfrom django.templatetags.static import StaticNode, do_static\n"
    tags += "register = template.Library()\nregister.tag('asset', do_static)\n"
    tags += "class Own(StaticNode):\n    pass\nregister.tag('own', Own.handle_token)\n"
    project.put({"shop/__init__.py": "", "shop/templatetags/__init__.py": "", "shop/templatetags/shop.py": tags})
    project.put({"templates/a.html": "{% load shop %}{% asset 'gone.css' %}"})
    project.put({"templates/b.html": "{% load shop %}{% own 'off.css' %}"})
    said = project.settings(DIRS, apps=("shop",)).manage("assetforge", "check", status=1).stderr
    assert "--> templates/a.html:1:" in said
    assert "--> templates/b.html:1:" in said


def test_the_environment_says_its_delimiters_and_its_names(project: Project) -> None:
    project.put(
        {
            "env.py": "from django.templatetags.static import static\nfrom jinja2 import Environment\n"
            "def make(**options):\n    made = Environment(variable_start_string='[[', variable_end_string=']]', **options)\n"
            "    made.globals['picture'] = static\n    return made\n",
            "jinja/a.html": "[[ picture('gone.png') ]]\n{{ static('never.png') }}",
        }
    )
    options = '"DIRS": [BASE_DIR / "jinja"], "OPTIONS": {"environment": "env.make"}'
    said = project.settings(JINJA % options).manage("assetforge", "check", status=1).stderr
    assert "--> jinja/a.html:1:13" in said
    assert "never" not in said


def test_the_settings_name_other_tags(project: Project) -> None:
    project.put({"templates/a.html": "{% load x %}{% picture 'gone.png' %}"})
    project.settings(DIRS + 'ASSETFORGE = {"templates": {"tags": ["picture"]}}')
    assert "--> templates/a.html:1:" in project.manage("assetforge", "check", status=1).stderr


def test_tags_may_become_the_urls_they_would_write(project: Project) -> None:
    more = DIRS + 'ASSETFORGE = {"templates": {"urls": "literal"}}'
    text = "{% load static %}<img src=\"{% static 'img/sun.png' %}\">"
    project.settings(more).put({"templates/a.html": text}).write(ASSETS).manage("assetforge", "build")
    names = json.loads((project.folder / "build" / "staticfiles.json").read_text())["paths"]
    text = (project.folder / "build" / "templates" / "dir+templates" / "a.html").read_text()
    assert text == f'{{% load static %}}<img src="/static/{names["img/sun.png"]}">'


def test_mistakes_in_what_the_settings_say_of_templates_are_told(project: Project) -> None:
    done = project.settings(DIRS + 'ASSETFORGE = {"templates": {"urls": "x", "tag": []}, "outpt": 1}').manage("check", status=1)
    assert done.stderr.count("assetforge.E001") == 3
    done = project.settings('ASSETFORGE = {"templates": {"syntax": {"block_start_string": "[%"}}}').manage("check", status=1)
    assert "OPTIONS of the engine say it" in done.stderr
    more = 'STATIC_URL = "https://static.example.com/s/"\nASSETFORGE = {"templates": {"urls": "literal"}}'
    assert "STATIC_URL names a host" in project.settings(more).manage("check", status=1).stderr
