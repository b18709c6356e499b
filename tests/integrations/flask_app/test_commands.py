"""`flask assetforge build|check|explain`, as a shell runs it."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from queue import Queue
from threading import Thread

import pytest
from flask import Blueprint, Flask
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader
from sites import make, snapshot

from assetforge.flask.commands import group
from assetforge.manifest import Manifest

FILES = {
    "shop/__init__.py": (
        "from flask import Blueprint, Flask, render_template\n"
        "from assetforge.flask import Assetforge\n"
        "app = Flask(__name__)\n"
        "app.config['ASSETFORGE_MANIFEST'] = '../build/manifest.json'\n"
        "Assetforge(app)\n"
        "app.register_blueprint(Blueprint('admin', 'shop.admin', root_path=app.root_path + '/admin', url_prefix='/admin',\n"
        "                                 static_folder='static', template_folder='templates'))\n"
        "app.get('/')(lambda: render_template('page.html'))\n"
    ),
    "shop/static/app.css": "a {  color: red }",
    "shop/templates/page.html": "{{ url_for('static', filename='app.css') }} <img src=/static/app.css>",
    "shop/admin/static/admin.css": "b{}",
    "shop/admin/templates/admin.html": (
        "{{ url_for('admin.static', filename='admin.css') }}\n{{ url_for('.static', filename='admin.css') }}\n"
        "{{ url_for('elsewhere.static', filename='x.css') }}"
    ),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make(tmp_path, FILES)


def flask(folder: Path, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ASSETFORGE", "FLASK"))}
    command = [sys.executable, "-W", "error", "-m", "flask", "--app", "shop", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done


def test_flask_finds_the_commands(project: Path) -> None:
    """By the entry point alone, and what the build wrote is what the app serves."""
    assert "Build, check or explain the static files" in flask(project, "--help").stdout
    done = flask(project, "assetforge", "build")
    assert "files written" in done.stdout
    manifest = Manifest.load(project / "build/manifest.json")
    page = "from shop import app; print(app.test_client().get('/').text)"
    answer = subprocess.run([sys.executable, "-c", page], cwd=project, capture_output=True, text=True, check=True).stdout
    assert answer.strip() == "{0} <img src={0}>".format(manifest.url("static/app.css"))
    assert (project / "build/nginx/assetforge-server.conf").is_file()
    assert "nothing changed" in flask(project, "assetforge", "build").stdout


def test_check_writes_nothing_and_names_the_place(project: Path) -> None:
    before = {path for path in snapshot(project) if "__pycache__" not in path and ".assetforge-cache" not in path}
    assert "no mistakes; nothing was written" in flask(project, "assetforge", "check").stdout
    make(
        project,
        {
            "shop/templates/page.html": "{{ url_for('static', filename='ap.css') }}",
            "shop/admin/templates/admin.html": (
                "{{ url_for('admin.static', filename='one.css') }}\n{{ url_for('.static', filename='two.css') }}\n"
                "{{ url_for('elsewhere.static', filename='three.css') }}{# {{ url_for('static', filename='four.css') }} #}"
            ),
        },
    )
    done = flask(project, "assetforge", "check", status=1)
    for place in ("app+templates/page.html:1:", "admin+templates/admin.html:1:", "admin+templates/admin.html:2:"):
        assert f"--> {place}" in done.stderr
    assert "static/app.css has a similar name" in done.stderr
    assert "three.css" not in "".join(line for line in done.stderr.splitlines() if "names" in line)
    assert "four.css" not in done.stderr
    after = {path for path in snapshot(project) if "__pycache__" not in path and ".assetforge-cache" not in path}
    assert before == after


def test_build_refuses_a_missing_file_too(project: Path) -> None:
    make(project, {"shop/admin/templates/admin.html": "{{ url_for('.static', filename='admn.css') }}"})
    done = flask(project, "assetforge", "build", status=1)
    assert "admin/static/admin.css has a similar name" in done.stderr
    assert not (project / "build").exists()


@pytest.fixture
def app(project: Path) -> Flask:
    app = Flask("shop", root_path=str(project / "shop"))
    app.config["ASSETFORGE"] = {"output": "../build", "cache": False}
    return app


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("app.css", "static/app.css"),
        ("static/app.css", "static/app.css"),
        ("/static/app.css", "static/app.css"),
        ("page.html", "app+templates/page.html"),
        ("shop/templates/page.html", "app+templates/page.html"),
    ],
)
def test_explain(app: Flask, project: Path, monkeypatch: pytest.MonkeyPatch, asked: str, found: str) -> None:
    monkeypatch.chdir(project)
    result = app.test_cli_runner().invoke(group, ["explain", asked])
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, found)
    assert "url_for" in result.stdout


def test_explain_a_template_names_what_its_pages_consist_of(app: Flask, project: Path) -> None:
    app.jinja_loader = ChoiceLoader([app.jinja_loader, PrefixLoader({"theme": FileSystemLoader(project / "theme")})])
    make(
        project,
        {
            "theme/base.html": "<html><head><link rel=stylesheet href=/static/app.css></head>{% block body %}{% endblock %}</html>",
            "shop/templates/child.html": "{% extends 'theme/base.html' %}{% block body %}<p>{% endblock %}",
        },
    )
    result = app.test_cli_runner().invoke(group, ["explain", "child.html"])
    assert result.exit_code == 0
    assert "theme/base.html" in result.stdout
    assert "static/app.css" in result.stdout


def test_explain_what_there_is_not(app: Flask) -> None:
    result = app.test_cli_runner().invoke(group, ["explain", "ap.css"])
    assert result.exit_code == 1
    assert "there is no such file" in result.stdout


def test_options(app: Flask, project: Path) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(group, ["build", "--dry-run"]).exit_code == 0
    assert not (project / "build").exists()
    result = runner.invoke(group, ["build", "-q", "--no-compress", "--jobs", "1", "--output", str(project / "there")])
    assert (result.exit_code, result.stdout) == (0, "")
    names = set(snapshot(project / "there"))
    assert "manifest.json" in names
    assert [name for name in names if name.endswith((".gz", ".br", ".zst"))] == []


def test_what_cannot_be_used_is_a_sentence(app: Flask) -> None:
    app.config["ASSETFORGE"] = {"stabel": []}
    result = app.test_cli_runner().invoke(group, ["build"])
    assert result.exit_code == 2
    assert "unknown key `stabel`; did you mean `stable`?" in result.output
    assert "Traceback" not in result.output


def test_what_is_left_out_is_told(app: Flask) -> None:
    app.add_url_rule("/<name>/static/<path:filename>", "part.static", lambda name, filename: "")
    app.register_blueprint(Blueprint("other", "other", root_path=app.root_path, url_prefix="/<x>", static_folder="static"))
    result = app.test_cli_runner().invoke(group, ["build", "--dry-run"])
    assert "the files of other.static are not built" in result.stdout


def test_watch_builds_again_and_ends_quietly(project: Path) -> None:
    command = [sys.executable, "-u", "-m", "flask", "--app", "shop", "assetforge", "watch"]
    process = subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said: Queue[str] = Queue()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said.put(line)

    def until(wanted: str) -> None:
        while wanted not in said.get(timeout=30):
            pass

    thread = Thread(target=listen)
    thread.start()
    try:
        until("files written")
        make(project, {"shop/templates/page.html": "{{ url_for('static', filename='ap.css') }}"})
        until("1 error; nothing was written")
        make(project, {"shop/templates/page.html": "fine"})
        until("written")
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        thread.join(30)
        assert process.stdout is not None
        process.stdout.close()
    assert "Traceback" not in "".join(said.queue)


def test_commands_bring_the_pipeline_only_when_they_run() -> None:
    script = "import sys, assetforge.flask.commands; print(*sorted(name for name in sys.modules if name.startswith('assetforge')))"
    brought = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert brought == ["assetforge", "assetforge.flask", "assetforge.flask.commands", "assetforge.jinja", "assetforge.manifest"]
