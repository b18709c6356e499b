"""System checks, as `manage.py check` prints them."""

import os
import time

import django
import pytest
from django_project import LOADER, Project, loading

FILES = {"a.css": "a{color:red}"}


def test_a_project_that_is_in_order_has_nothing_to_hear(project: Project) -> None:
    project.write(FILES).collect()
    assert "assetforge." not in project.manage("check", "--deploy").stderr
    assert "no issues" in project.manage("check").stdout


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ('{"prehashd": []}', "unknown key `prehashd`; did you mean `prehashed`?"),
        ('{"compress": "gzip"}', "`compress` must be a list of encodings, true or false"),
        ('{"exclude": []}', "`exclude` has no place here"),
        ('["strict"]', "the setting must be a dict, not a list"),
    ],
)
def test_a_setting_that_cannot_be_used_is_an_error(project: Project, setting: str, told: str) -> None:
    done = project.settings(f"ASSETFORGE = {setting}").manage("check", status=1)
    assert "(assetforge.E001)" in done.stderr
    assert told in done.stderr


def test_all_mistakes_are_told_at_once(project: Project) -> None:
    done = project.settings('ASSETFORGE = {"jobs": 0, "strct": True, "roots": []}').manage("check", status=1)
    assert done.stderr.count("assetforge.E001") == 3


def test_settings_may_be_tuples_sets_and_paths(project: Project) -> None:
    setting = '{"stable": ("x.js",), "minify": {"css"}, "cache": BASE_DIR / "cache", "strict": True}'
    project.settings(f"ASSETFORGE = {setting}").write(FILES | {"x.js": "1"}).collect()
    assert (project.folder / "cache").is_dir()
    assert project.names()["x.js"] == "x.js"


@pytest.mark.skipif(django.VERSION < (5, 1), reason="before 5.1 Django reads STATICFILES_STORAGE")
def test_a_setting_that_django_ignores_is_told(project: Project) -> None:
    project.settings('STATICFILES_STORAGE = "assetforge.django.storage.ManifestStaticFilesStorage"')
    said = project.manage("check").stderr
    assert "(assetforge.W001) STATICFILES_STORAGE is ignored" in said


def test_a_file_hash_of_ones_own_is_told(project: Project) -> None:
    (project.folder / "own.py").write_text(
        "from assetforge.django.storage import ManifestStaticFilesStorage\n"
        "class Own(ManifestStaticFilesStorage):\n    def file_hash(self, name, content=None):\n        return 'release'\n"
    )
    project.settings('STORAGES = {"staticfiles": {"BACKEND": "own.Own"}}')
    assert "(assetforge.W002) Own.file_hash" in project.manage("check").stderr


def test_debug_in_deployment(project: Project) -> None:
    project.settings("DEBUG = True")
    assert "assetforge.W003" in project.manage("check", "--deploy").stderr
    assert "assetforge.W003" not in project.manage("check").stderr


def test_another_storage_in_deployment(project: Project) -> None:
    backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
    project.settings(f'STORAGES = {{"staticfiles": {{"BACKEND": "{backend}"}}}}')
    assert "assetforge.W004" in project.manage("check", "--deploy").stderr


def test_a_manifest_that_is_missing(project: Project) -> None:
    assert "(assetforge.W005) The manifest staticfiles.json is missing" in project.manage("check", "--deploy").stderr


def test_a_manifest_that_is_older_than_a_file(project: Project) -> None:
    project.write(FILES).collect()
    later = time.time() + 60
    os.utime(project.assets / "a.css", (later, later))
    assert "(assetforge.W006) The manifest staticfiles.json is older than a.css" in project.manage("check", "--deploy").stderr
    project.collect()
    os.utime(project.assets / "a.css", (1, 1))
    assert "assetforge.W006" not in project.manage("check", "--deploy").stderr


# -- templates -------------------------------------------------------------------------------------------------------------------

_FILESYSTEM = "django.template.loaders.filesystem.Loader"


@pytest.mark.parametrize(
    ("loaders", "id"),
    [
        ((LOADER,), ""),
        (((LOADER, [_FILESYSTEM]),), ""),
        ((("django.template.loaders.cached.Loader", [LOADER]),), ""),
        ((("django.template.loaders.locmem.Loader", {}), LOADER), ""),
        (((LOADER, _FILESYSTEM),), "assetforge.E002"),
        (((LOADER, [_FILESYSTEM], ["x"]),), "assetforge.E002"),
        ((_FILESYSTEM, LOADER), "assetforge.W007"),
    ],
)
def test_loaders_that_cannot_work_are_told(project: Project, loaders: tuple[object, ...], id: str) -> None:
    said = project.settings(loading(loaders)).run("-m", "django", "check").stderr
    assert id in said
    assert ("assetforge." in said) == bool(id)


def test_the_loader_as_a_loader_of_jinja(project: Project) -> None:
    more = f'TEMPLATES.append({{"BACKEND": "django.template.backends.jinja2.Jinja2", "OPTIONS": {{"loader": "{LOADER}"}}}})'
    assert "assetforge.E003" in project.settings(more).run("-m", "django", "check").stderr


def test_templates_that_were_not_built_or_changed(project: Project) -> None:
    project.settings(loading()).put({"templates/a.html": "a", "templates/b.html": "b"}).write(FILES)
    assert "(assetforge.W008) No templates were built" in project.manage("check", "--deploy").stderr
    assert "assetforge.W008" not in project.manage("check").stderr
    project.collect()
    assert "assetforge." not in project.manage("check", "--deploy").stderr
    later = time.time() + 60
    os.utime(project.folder / "templates" / "a.html", (later, later))  # the same bytes: a deployment may set any times
    assert "assetforge." not in project.manage("check", "--deploy").stderr
    project.put({"templates/b.html": "c", "templates/new.html": "new"})
    said = project.manage("check", "--deploy").stderr
    assert "(assetforge.W009) Built templates are older than their originals: templates/b.html and 1 more" in said
    (project.folder / "build" / "templates" / "manifest.json").write_text("[]")
    assert "(assetforge.W008) The manifest of the built templates cannot be used" in project.manage("check", "--deploy").stderr


def test_a_manifest_that_is_older_than_a_template(project: Project) -> None:
    project.settings('TEMPLATES[0]["DIRS"] = [BASE_DIR / "templates"]').put({"templates/a.html": "a"}).write(FILES).collect()
    assert "assetforge." not in project.manage("check", "--deploy").stderr
    later = time.time() + 60
    os.utime(project.folder / "templates" / "a.html", (later, later))
    assert "is older than the template templates/a.html" in project.manage("check", "--deploy").stderr
