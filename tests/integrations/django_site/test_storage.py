"""What a running site asks the storage, and storages of one's own."""

import subprocess
import sys

import pytest
from django_project import ADMIN, Project, without_digests

FILES = {"css/app.css": "a { color: red }", "js/app.js": "alert(1)", "fonts/f.eot": b"eot", "fonts/f.svg": "<svg/>"}
URLS = ["css/app.css", "css/app.css?v=1", "css/app.css#x", "fonts/f.eot?#iefix", "fonts/f.svg?a#b", "folder/", "folder/?query"]
_URLS = f"""
from django.templatetags.static import static
print(json.dumps([static(name) for name in {URLS!r}]))
"""


def test_urls_keep_queries_and_fragments(project: Project) -> None:
    project.write(FILES).collect()
    names = project.names()
    assert project.python(_URLS) == [
        f"/static/{names['css/app.css']}",
        f"/static/{names['css/app.css']}?v=1",
        f"/static/{names['css/app.css']}#x",
        f"/static/{names['fonts/f.eot']}?#iefix",
        f"/static/{names['fonts/f.svg']}?a#b",
        "/static/folder/",
        "/static/folder/?query",
    ]


def test_while_debug_is_on_every_name_is_its_own(project: Project) -> None:
    project.settings("DEBUG = True").write(FILES).collect()
    said = dict(zip(URLS, project.python(_URLS), strict=True))
    del said["fonts/f.eot?#iefix"]  # Django adds a second question mark here
    assert said == {url: f"/static/{url}" for url in said}


def test_urls_are_those_that_djangos_own_storage_gives_but_for_the_digest(project: Project) -> None:
    backend = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    project.write(FILES).collect()
    ours = project.python(_URLS)
    project.settings(f'STORAGES = {{"staticfiles": {{"BACKEND": "{backend}"}}}}').collect("--clear")
    theirs = project.python(_URLS)
    assert [without_digests(url) for url in ours] == [without_digests(url) for url in theirs]


def test_another_host_serves_the_same_names(project: Project) -> None:
    css = "a { background: url(https://cdn.example.com/s/img/x.png) }"
    project.settings('STATIC_URL = "https://cdn.example.com/s/"').write({"app.css": css, "img/x.png": b"x"}).collect()
    names = project.names()
    assert project.python('from django.templatetags.static import static\nprint(json.dumps(static("app.css")))') == (
        f"https://cdn.example.com/s/{names['app.css']}"
    )
    assert f"https://cdn.example.com/s/{names['img/x.png']}" in project.served("app.css")


def test_form_media_names_the_digests(project: Project) -> None:
    project.write(FILES).collect()
    code = 'from django.forms import Media\nprint(json.dumps(str(Media(css={"all": ["css/app.css"]}, js=["js/app.js"]))))'
    media = project.python(code)
    assert project.names()["css/app.css"] in media
    assert project.names()["js/app.js"] in media


_MISSING = """
from django.contrib.staticfiles.storage import staticfiles_storage as storage
storage.manifest_strict = {strict}
try:
    print(json.dumps(storage.url("{name}")))
except ValueError as error:
    print(json.dumps(str(error)))
"""


def test_a_name_that_is_not_listed_raises_as_django_does(project: Project) -> None:
    project.write(FILES).collect()
    code = _MISSING.format(strict=True, name="gone.css")
    assert project.python(code) == "Missing staticfiles manifest entry for 'gone.css'"


def test_without_strictness_a_file_that_is_there_answers_under_its_own_name(project: Project) -> None:
    project.write(FILES).collect()
    (project.collected / "late.css").write_text("a{color:red}")
    assert project.python(_MISSING.format(strict=False, name="late.css")) == "/static/late.css"
    assert "could not be found" in project.python(_MISSING.format(strict=False, name="gone.css"))


_OWN = """
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage
from assetforge.django.storage import ManifestFilesMixin, ManifestStaticFilesStorage
from pathlib import Path

class Elsewhere(ManifestStaticFilesStorage):
    manifest_name = "names.json"
    def __init__(self, *args, **kwargs):
        super().__init__(*args, manifest_storage=FileSystemStorage(location="private"), **kwargs)

class Chosen(ManifestStaticFilesStorage):
    def file_hash(self, name, content=None):
        return None if name and name.startswith("js/") else super().file_hash(name, content)

class Bucket(ManifestFilesMixin, Storage):
    # no path(): as far away as a bucket; what is asked of it is written down
    base = Path("bucket")
    def _save(self, name, content):
        with open("asked", "a") as log:
            log.write(f"save {name}\\n")
        file = self.base / name
        file.parent.mkdir(parents=True, exist_ok=True)
        assert not file.exists(), name
        file.write_bytes(content.read())
        return name
    def _open(self, name, mode="rb"):
        return ContentFile((self.base / name).read_bytes())
    def exists(self, name):
        return (self.base / name).exists()
    def delete(self, name):
        (self.base / name).unlink()
    def url(self, name, force=False):
        return super().url(name, force)

class Renaming(Bucket):
    def _save(self, name, content):
        return super()._save(name + ".renamed" if name.count(".") == 2 else name, content)
"""


def own(project: Project, name: str, more: str = "") -> Project:
    (project.folder / "own.py").write_text(_OWN)
    return project.settings(f'STORAGES = {{"staticfiles": {{"BACKEND": "own.{name}"}}}}\n{more}').write(FILES)


def test_the_manifest_may_lie_elsewhere_under_another_name(project: Project) -> None:
    own(project, "Elsewhere").collect()
    assert (project.folder / "private" / "names.json").is_file()
    assert not list(project.collected.glob("*.json"))
    assert project.python(_URLS)[0].startswith("/static/css/app.")
    assert project.python(_URLS)[0] != "/static/css/app.css"


def test_a_file_hash_of_none_keeps_the_name(project: Project) -> None:
    own(project, "Chosen").collect()
    assert project.names()["js/app.js"] == "js/app.js"
    assert project.names()["css/app.css"] != "css/app.css"


def test_a_storage_without_paths_is_written_through_its_api(project: Project) -> None:
    page = {"page.html": '<link rel="stylesheet" href="css/app.css">'}
    own(project, "Bucket").write(page).collect()
    bucket = project.folder / "bucket"
    project.collected = bucket
    names = project.names()
    assert names.keys() == FILES.keys() | page.keys()
    assert all((bucket / name).is_file() for name in names.values())
    assert names["css/app.css"] in (bucket / "page.html").read_text()
    assert not list(bucket.rglob("*.gz"))
    asked = (project.folder / "asked").read_text().splitlines()
    assert asked[-1] == "save staticfiles.json"
    assert max(map(asked.index, (f"save {name}" for name in names.values()))) < len(asked) - 1


def test_what_a_storage_without_paths_has_is_not_sent_again(project: Project) -> None:
    own(project, "Bucket").collect()
    (project.folder / "asked").unlink()
    project.collect()
    sent = (project.folder / "asked").read_text()
    assert not [name for name in FILES if f"save {name.partition('.')[0]}." in sent and f"save {name}\n" not in sent]
    hashed = [line for line in sent.splitlines() if line.removeprefix("save ") not in (*FILES, "staticfiles.json")]
    assert hashed == []


def test_a_storage_without_paths_gets_twins_where_they_are_asked_for(project: Project) -> None:
    own(project, "Bucket", 'ASSETFORGE = {"compress": ["gzip"]}').write({"css/long.css": "a { color: red }\n" * 99}).collect()
    assert list((project.folder / "bucket" / "css").glob("long.*.css.gz"))


def test_a_storage_that_changes_names_is_told_so(project: Project) -> None:
    done = own(project, "Renaming").collect(status=1)
    assert "it must keep the names it is given" in done.stderr
    assert not (project.folder / "bucket" / "staticfiles.json").exists()


def test_a_request_needs_nothing_of_this_package_but_the_storage(project: Project) -> None:
    project.settings('ASSETFORGE = {"compress": False}', apps=ADMIN).write(FILES).collect()
    code = """
import sys
from django.templatetags.static import static
static("css/app.css")
print(json.dumps(sorted(name for name in sys.modules if name.partition(".")[0] == "assetforge")))
"""
    loaded = project.python(code)
    assert "assetforge.django.storage" in loaded
    half = {"assetforge", "assetforge.manifest", "assetforge.django"}
    half |= {f"assetforge.django.{name}" for name in ("apps", "checks", "storage", "template_checks")}
    assert set(loaded) <= half


@pytest.mark.parametrize("module", ["", ".manifest", ".build", ".settings", ".cli"])
def test_the_package_does_without_django(module: str) -> None:
    code = f"import sys, assetforge{module}\nassert 'django' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
