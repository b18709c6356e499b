"""`manage.py assetforge build|check|explain`."""

import json

from django_project import Project

FILES = {"css/app.css": "a { background: url(../img/sun.png) }", "img/sun.png": b"sun", "robots.txt": "x", "js/.hidden.js": "x"}


def test_build_writes_a_folder_of_its_own(project: Project) -> None:
    said = project.write(FILES).manage("assetforge", "build").stdout
    build = project.folder / "build"
    assert "files written" in said
    assets = json.loads((build / "manifest.json").read_text())["assets"]
    assert assets.keys() == {"static/css/app.css", "static/img/sun.png", "static/robots.txt"}  # dot files are not collected
    assert (build / assets["static/css/app.css"]["output_path"]).is_file()
    assert assets["static/css/app.css"]["url"].startswith("/static/css/app.")
    assert (build / "nginx" / "assetforge-server.conf").is_file()
    assert not project.collected.exists()


def test_build_makes_the_names_of_collectstatic(project: Project) -> None:
    project.write(FILES).collect()
    project.manage("assetforge", "build", "--output", "elsewhere")
    built = json.loads((project.folder / "elsewhere" / "staticfiles.json").read_text())
    assert built["paths"] == project.names()


def test_a_dry_build_writes_no_output(project: Project) -> None:
    project.write(FILES).manage("assetforge", "build", "--dry-run")
    assert not (project.folder / "build").exists()


def test_check_fails_on_what_is_missing(project: Project) -> None:
    assert "no mistakes" in project.write(FILES).manage("assetforge", "check").stdout
    done = project.write({"css/bad.css": "a { background: url(gone.png) }"}).manage("assetforge", "check", status=1)
    assert "error[missing-reference]" in done.stderr
    assert "static/css/bad.css:1:21" in done.stderr


def test_explain_takes_the_name_that_templates_use(project: Project) -> None:
    said = project.write(FILES).manage("assetforge", "explain", "img/sun.png").stdout
    assert "static/css/app.css:1:21" in said
    assert "rewritten to the digest name" in said


def test_explain_takes_a_file_and_a_hashed_url(project: Project) -> None:
    project.write(FILES).collect()
    assert "static/css/app.css" in project.manage("assetforge", "explain", "assets/css/app.css").stdout
    url = f"/static/{project.names()['css/app.css']}"
    assert "static/css/app.css" in project.manage("assetforge", "explain", url).stdout


def test_explain_says_what_it_does_not_know(project: Project) -> None:
    assert "'gone.css'" in project.write(FILES).manage("assetforge", "explain", "gone.css", status=1).stderr


def test_a_wrong_setting_ends_with_status_1_before_anything_runs(project: Project) -> None:
    done = project.settings('ASSETFORGE = {"outpt": "x"}').manage("assetforge", "build", status=1)
    assert "did you mean `output`?" in done.stderr
