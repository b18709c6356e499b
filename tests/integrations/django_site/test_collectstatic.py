"""`manage.py collectstatic` with this storage, for real."""

import gzip
import hashlib
import json
import os
import re
import stat
from pathlib import Path

import brotli
import pytest
from django_project import Project

PLAIN = {
    "css/app.css": "@import 'base.css';\nbody { background: url(../img/sun.png) }\n" + "/* a long comment */\n" * 40,
    "css/base.css": "a { color: red }\n" * 30,
    "img/sun.png": b"\x89PNG sun",
    "js/app.js": "console.log( 1 )\n" * 30,
}


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {file.relative_to(folder).as_posix(): (file.stat().st_mtime_ns, file.stat().st_size) for file in files}


def test_it_counts_as_django_does_and_writes_djangos_manifest(project: Project) -> None:
    said = project.write(PLAIN).collect().stdout
    assert re.search(r"4 static files copied to '.*collected', 4 post-processed\.", said)
    manifest = json.loads((project.collected / "staticfiles.json").read_text())
    assert manifest["version"] == "1.1"
    assert re.fullmatch("[0-9a-f]{12}", manifest["hash"])
    assert list(manifest["paths"]) == sorted(PLAIN)
    for name, hashed in manifest["paths"].items():
        digest = hashlib.sha256((project.collected / hashed).read_bytes()).hexdigest()[:12]
        stem, _, suffix = name.rpartition(".")
        assert hashed == f"{stem}.{digest}.{suffix}"
        assert (project.collected / name).read_bytes() == (project.assets / name).read_bytes()
    assert "base." + manifest["paths"]["css/base.css"].split(".")[1] in project.served("css/app.css")


def test_each_file_is_told_when_asked_for(project: Project) -> None:
    said = project.write(PLAIN).collect("--verbosity=2").stdout
    names = project.names()
    for name in PLAIN:
        assert f"Post-processed '{name}' as '{names[name]}'" in said


def test_a_second_run_writes_nothing_but_the_manifest(project: Project) -> None:
    project.write(PLAIN).collect()
    before = tree(project.collected)
    said = project.collect().stdout
    after = tree(project.collected)
    assert "0 static files copied" in said
    assert "4 unmodified" in said
    assert "3 post-processed" in said  # those that can hold references, as Django counts them
    assert {name for name in after if after[name] != before.get(name)} == {"staticfiles.json"}
    assert after.keys() == before.keys()


def test_a_change_renames_the_file_and_those_that_name_it_and_keeps_the_old_ones(project: Project) -> None:
    project.write(PLAIN).collect()
    before, files = project.names(), tree(project.collected)
    project.write({"css/base.css": "a { color: blue }\n"}).collect()
    after = project.names()
    assert {name for name in after if after[name] != before[name]} == {"css/base.css", "css/app.css"}
    assert files.keys() < tree(project.collected).keys()
    assert not [name for name in tree(project.collected) if re.search(r"\.[0-9a-f]{12}\.[0-9a-f]{12}\.", name)]


def test_a_dry_run_writes_nothing_and_tells_what_is_missing(project: Project) -> None:
    done = project.write(PLAIN | {"css/bad.css": "a { background: url(gone.png) }"}).collect("--dry-run")
    assert "there is no static/css/gone.png" in done.stderr
    assert "5 static files copied" in done.stdout
    assert not project.collected.exists()
    assert not (project.folder / ".assetforge-cache").exists()


def test_without_post_processing_there_are_only_copies(project: Project) -> None:
    project.write(PLAIN).collect("--no-post-process")
    assert tree(project.collected).keys() == PLAIN.keys()


def test_clear_drops_what_is_gone(project: Project) -> None:
    project.write(PLAIN).collect()
    (project.assets / "js" / "app.js").unlink()
    project.collect()
    assert "js/app.js" not in project.names()
    project.collect("--clear")
    assert not list(project.collected.glob("js/*.js*"))
    assert project.names().keys() == PLAIN.keys() - {"js/app.js"}


def test_linked_sources_are_never_written_through(project: Project) -> None:
    page = '<link rel="stylesheet" href="css/app.css">'
    project.write(PLAIN | {"page.html": page}).collect("--link")
    assert (project.collected / "css" / "app.css").is_symlink()
    assert (project.assets / "page.html").read_text() == page
    assert project.names()["css/app.css"] in project.served("page.html")


def test_twins_hold_the_same_bytes_and_stand_beside_hashed_names_alone(project: Project) -> None:
    project.write(PLAIN).collect()
    hashed = project.names()["js/app.js"]
    data = (project.collected / hashed).read_bytes()
    assert gzip.decompress((project.collected / f"{hashed}.gz").read_bytes()) == data
    assert brotli.decompress((project.collected / f"{hashed}.br").read_bytes()) == data
    assert not (project.collected / "js" / "app.js.gz").exists()
    assert not list(project.collected.glob("img/*.gz"))


def test_twins_can_be_chosen(project: Project) -> None:
    project.settings('ASSETFORGE = {"compress": ("gzip",)}').write(PLAIN).collect()
    assert {file.suffix for file in (project.collected / "js").iterdir()} == {".js", ".gz"}


def test_files_have_the_permissions_that_the_settings_say(project: Project) -> None:
    project.settings("FILE_UPLOAD_PERMISSIONS = 0o640").write(PLAIN).collect()
    for file in (one for one in project.collected.rglob("*") if one.is_file()):
        assert stat.S_IMODE(file.stat().st_mode) == 0o640, file


def test_a_page_keeps_its_name_and_is_written_again_when_its_assets_change(project: Project) -> None:
    project.write(PLAIN | {"help/index.html": '<script src="../js/app.js"></script>'}).collect()
    assert project.names()["help/index.html"] == "help/index.html"
    first = project.served("help/index.html")
    assert Path(project.names()["js/app.js"]).name in first
    project.write({"js/app.js": "console.log(2)"}).collect()
    assert Path(project.names()["js/app.js"]).name in project.served("help/index.html") != first


def test_nothing_to_collect_is_a_manifest_without_names(project: Project) -> None:
    project.collect()
    assert project.names() == {}


def test_static_files_may_answer_at_the_top_of_the_host(project: Project) -> None:
    project.settings('STATIC_URL, MEDIA_URL = "/", "/media/"\nASSETFORGE = {"stable": ["/a.css"]}')
    project.write({"a.css": "@import '/x/b.css';", "x/a.css": "a{}", "x/b.css": "b{background:url(//example.com/a.css)}"}).collect()
    assert project.names()["a.css"] == "a.css"
    assert project.names()["x/a.css"] != "x/a.css"  # the pattern is anchored
    assert f"@import '/{project.names()['x/b.css']}'" in project.served("a.css")
    assert "url(//example.com/a.css)" in project.served("x/b.css")


def test_a_killed_run_leaves_the_manifest_of_the_run_before(project: Project) -> None:
    project.write(PLAIN).collect()
    before = project.names()
    (project.folder / "killed.py").write_text(
        "import os\nfrom django.contrib.staticfiles.storage import ManifestStaticFilesStorage\n"
        "from assetforge.django import placing, storage\n"
        "class Killed(storage.ManifestStaticFilesStorage):\n"
        "    def _save(self, name, content):\n"
        "        saved = super()._save(name, content)\n"
        "        if '.assetforge-' in name: os.kill(os.getpid(), 9)\n"
        "        return saved\n"
    )
    project.settings('STORAGES = {"staticfiles": {"BACKEND": "killed.Killed"}}').write({"css/base.css": "a{color:blue}"})
    project.collect(status=-9)
    assert project.names() == before
    assert all((project.collected / name).is_file() for name in before.values())
    project.settings().collect()
    assert project.names() != before


def test_an_error_leaves_the_manifest_of_the_run_before(project: Project) -> None:
    project.write(PLAIN).collect()
    before = (project.collected / "staticfiles.json").read_bytes()
    project.settings('ASSETFORGE = {"strict": True}').write({"css/app.css": "a { background: url(../img/Sun.png) }"})
    done = project.collect(status=1)
    assert "Post-processing 'css/app.css' failed!" in done.stderr
    assert "error[missing-reference]" in done.stderr
    assert "img/sun.png differs only in case" in done.stderr
    assert "Traceback" not in done.stderr
    assert (project.collected / "staticfiles.json").read_bytes() == before


def test_what_may_be_missing_is_named_as_templates_name_it(project: Project) -> None:
    more = 'ASSETFORGE = {"strict": True, "ignore_missing": {"css/app.css": ["img/gone.png"]}}'
    project.settings(more).write({"css/app.css": "a { background: url(../img/gone.png) }"})
    assert "gone.png" not in project.collect().stderr


def test_an_unusable_setting_stops_collectstatic_before_it_copies(project: Project) -> None:
    done = project.settings('ASSETFORGE = {"minfy": False, "roots": []}').write(PLAIN).collect(status=1)
    assert "unknown key `minfy`; did you mean `minify`?" in done.stderr
    assert "`roots` has no place here" in done.stderr
    assert not project.collected.exists()


def test_of_two_files_with_one_name_the_first_finder_wins(project: Project) -> None:
    for folder, target in (("more", "vendor/a.css"), ("vendor", "a.css")):
        (project.folder / folder).mkdir()
        (project.folder / folder / "a.css").write_text("a{color:blue}")
        (project.folder / folder / "b.css").write_text(f"@import '{target}';")
    lines = 'STATICFILES_DIRS = [BASE_DIR / "assets", BASE_DIR / "more", ("vendor", BASE_DIR / "vendor")]'
    project.settings(lines).write({"a.css": "a{color:red}"}).collect()
    assert project.names().keys() == {"a.css", "b.css", "vendor/a.css", "vendor/b.css"}
    assert project.served("a.css") == "a{color:red}"
    assert project.names()["vendor/a.css"] in project.served("b.css")


@pytest.mark.parametrize("name", ["with space.css", "⊗.css", "100%25.css", "no-suffix", "a+b@c.css"])
def test_any_name_is_listed_and_written(project: Project, name: str) -> None:
    project.write({f"x/{name}": "a{color:red}"}).collect()
    assert (project.collected / project.names()[f"x/{name}"]).read_text() == "a{color:red}"


def test_a_script_that_collects_while_it_is_imported_needs_no_workers(project: Project) -> None:
    rule = "a { color: red; background: url(x.png) }\n"
    project.settings('ASSETFORGE = {"compress": False, "jobs": 2}')
    project.write({f"{number}.css": rule * 2000 + f"b{number} {{ color: red }}" for number in range(18)} | {"x.png": b"x"})
    (project.folder / "deploy.py").write_text(
        "import os, threading, time\nfrom pathlib import Path\nPath(f'ran-{os.getpid()}').touch()\n"
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"  # so nothing can be forked
        "import django\nfrom django.core.management import call_command\n"
        "django.setup()\ncall_command('collectstatic', interactive=False)\n"
    )
    done = project.run("deploy.py")
    assert done.returncode == 0, done.stderr
    assert len(project.names()) == 19
    assert len(list(project.folder.glob("ran-*"))) > 1  # workers were tried


def test_temporary_files_of_a_killed_run_go_when_they_are_old(project: Project) -> None:
    project.write(PLAIN).collect()
    old, young = project.collected / "css" / f".assetforge-{'0' * 16}", project.collected / "css" / f".assetforge-{'1' * 16}"
    old.touch()
    young.touch()
    os.utime(old, (1, 1))
    project.collect()
    assert not old.exists()
    assert young.exists()
