"""Recording the pages of a Django site: its tests under both runners, its development server, its admin."""

import re
from pathlib import Path

from django_project import ADMIN, Project, loading

from assetforge.samples import Samples

_URLS = """
from django.contrib import admin
from django.core.mail import send_mail
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template import engines
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, re_path

def plain(request):
    render_to_string("mail.html", {"name": "Jane"})
    return render(request, "plain.html", {"part": render_to_string("part.html")})

def late(request):
    return TemplateResponse(request, ["none.html", "late.html"], {"name": "Jane"})

def person(request, name, number):
    return render(request, "person.html", {"name": name, "number": number})

async def asynchronous(request):
    return render(request, "plain.html", {"part": "x"})

def jinja(request):
    return render(request, "page.jinja", {"items": range(3)}, using="jinja2")

def text(request):
    return HttpResponse(render_to_string("plain.html"), content_type="text/plain")

def stream(request):
    return StreamingHttpResponse(iter([render_to_string("plain.html")]))

def fragment(request):
    return render(request, "part.html")

def anonymous(request):
    return HttpResponse(engines["django"].from_string("<!doctype html><p class=anonymous>").render({}))

def broken(request):
    raise ValueError

urlpatterns = [
    path("admin/", admin.site.urls), path("", plain), path("late/", late), path("people/<name>/<int:number>/", person),
    path("async/", asynchronous), path("jinja/", jinja), path("text/", text), path("stream/", stream), path("part/", fragment),
    path("anonymous/", anonymous), path("broken/", broken),
]
"""
_TEMPLATES = {
    "templates/layout.html": "<!doctype html><html lang=en><title>{{ name }}</title>"
    "<body class=layout>{% block main %}{% endblock %}",
    "templates/plain.html": "{% extends 'layout.html' %}{% block main %}"
    "<main class=plain>{{ part }}{% include 'part.html' %}</main>{% endblock %}",
    "templates/part.html": "<p class=part>{{ name }}</p>",
    "templates/mail.html": "<!doctype html><body class=mail>{{ name }}",
    "templates/late.html": "{% extends 'layout.html' %}{% block main %}<p class=late>{{ name }}{% endblock %}",
    "templates/person.html": "<!doctype html><body id=person-{{ name }} class='row-{{ number }} person {{ name }}'>{{ name }}",
    "templates/404.html": "<!doctype html><p class=missing>{{ request_path }}</p>",
    "templates/500.html": "<!doctype html><p class=sorry>",
    "jinja/page.jinja": "<!doctype html>{% for one in items %}<p class='jinja n{{ one }}'>{{ one }}</p>{% endfor %}",
}
_JINJA = """
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
TEMPLATES.append({"BACKEND": "django.template.backends.jinja2.Jinja2", "NAME": "jinja2", "DIRS": [BASE_DIR / "jinja"]})
TEMPLATES[0]["DIRS"] = [BASE_DIR / "templates"]
"""
_TESTS = """
from django.contrib.auth.models import User
from django.test import TestCase

class Pages(TestCase):
    def test_pages(self):
        with self.assertNumQueries(0):
            self.assertContains(self.client.get("/"), "part")
        for url in ("/late/", "/people/jane/1234567/", "/async/", "/jinja/", "/text/", "/stream/", "/part/", "/anonymous/"):
            response = self.client.get(url)
            self.assertEqual(response.status_code, 200)
            self.assertNotIn("X-Assetforge-Template", response.headers)

    def test_errors(self):
        self.assertEqual(self.client.get("/none/").status_code, 404)
        self.client.raise_request_exception = False
        self.assertEqual(self.client.get("/broken/").status_code, 500)

class Administration(TestCase):
    def test_admin(self):
        self.assertEqual(self.client.get("/admin/login/").status_code, 200)
        self.client.force_login(User.objects.create_superuser("chieftain", "chieftain@example.com", "x"))
        for name in ("amy", "bob"):
            User.objects.create_user(name, first_name="Zebulon")
        for url in ("/admin/", "/admin/auth/user/", "/admin/auth/user/add/", "/admin/auth/user/1/change/", "/admin/auth/group/"):
            self.assertEqual(self.client.get(url).status_code, 200)
"""
_FILE = "assetforge-samples.txt"
_EXPECTED = {
    "404.html", "500.html", "late.html", "page.jinja", "person.html", "plain.html",
    "admin/login.html", "admin/index.html", "admin/change_list.html", "admin/change_form.html",
    "admin/auth/user/add_form.html",
}  # fmt: skip


def site(project: Project, settings: str = "") -> Project:
    project.settings(_JINJA + settings, apps=ADMIN)
    return project.put({"urls.py": _URLS, "tests.py": _TESTS, **_TEMPLATES})


def recorded(project: Project) -> Samples:
    return Samples.load(project.folder / _FILE)


def test_django_runner_records_what_tests_render(project: Project) -> None:
    site(project, 'TEST_RUNNER = "assetforge.django.runner.RecordingRunner"\n').manage("test")
    known = recorded(project)
    assert known.diagnostics == ()
    assert set(known.templates) == _EXPECTED
    text = known.dump()
    for data in ("jane", "Jane", "chieftain", "zebulon", "Zebulon", "1234567", "example", "csrf", "anonymous", ".mail\n"):
        assert data not in text.replace("csrfmiddlewaretoken", ""), data
    assert section(text, "plain.html") == "html [lang\n body .layout\n  main .plain\n   p .part\n head"
    assert section(text, "person.html") == "html\n body #person-* .person .row-*\n head"
    assert section(text, "page.jinja") == "html\n body\n  p .jinja .n0\n  p .jinja .n1\n  p .jinja .n2\n head"
    project.manage("test")
    assert (project.folder / _FILE).read_text("utf-8") == text, "the same tests make the same file"


def section(text: str, template: str) -> str:
    found = re.search(rf"^= {re.escape(template)}\n((?:[^=].*\n)+)", text, re.MULTILINE)
    assert found is not None
    return found[1].rstrip()


def test_pytest_and_parallel_runs_make_the_same_file(project: Project) -> None:
    site(project, 'TEST_RUNNER = "assetforge.django.runner.RecordingRunner"\n').manage("test", "--parallel=2")
    text = (project.folder / _FILE).read_text("utf-8")
    assert set(recorded(project).templates) == _EXPECTED
    (project.folder / _FILE).unlink()
    spawning = "import multiprocessing\nmultiprocessing.set_start_method('spawn', force=True)\n"
    site(project, 'TEST_RUNNER = "assetforge.django.runner.RecordingRunner"\n' + spawning).manage("test", "--parallel=2")
    assert (project.folder / _FILE).read_text("utf-8") == text
    (project.folder / _FILE).unlink()
    setup = "import django\ndjango.setup()\n"
    databases = (
        "import pytest\nfrom django.test.utils import setup_databases, setup_test_environment, teardown_databases\n"
        "@pytest.fixture(scope='session', autouse=True)\ndef site():\n"
        "    setup_test_environment()\n    made = setup_databases(0, False)\n    yield\n    teardown_databases(made, 0)\n"
    )
    project.put({"conftest.py": setup + databases})
    for workers in ((), ("-n", "2", "-p", "xdist")):
        options = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "assetforge.django.recorder", *workers, "tests.py")
        done = project.run("-m", "pytest", *options)
        assert done.returncode == 0, done.stdout + done.stderr
        assert (project.folder / _FILE).read_text("utf-8") == text
        (project.folder / _FILE).unlink()


_ASK = """
from django.test import Client
import asyncio
from django.test import AsyncClient
client = Client(raise_request_exception=False)
answers = [client.get(url) for url in ("/", "/late/", "/jinja/", "/text/", "/none/", "/anonymous/")]
async def ask():
    return await AsyncClient().get("/async/")
answers.append(asyncio.run(ask()))
print(json.dumps([one.headers.get("X-Assetforge-Template") for one in answers]))
"""
_MIDDLEWARE = 'ALLOWED_HOSTS = ["*"]\nMIDDLEWARE.append("assetforge.django.recorder.RecorderMiddleware")\n'


def test_the_middleware_records_and_names_templates_in_development(project: Project) -> None:
    names = site(project, _MIDDLEWARE + "DEBUG = True\n").python(_ASK)
    assert names[:3] == ["plain.html", "late.html", "page.jinja"]
    assert names[3:] == [None, None, None, "plain.html"], "the debug page for 404 has no template"
    assert recorded(project).templates == ("late.html", "page.jinja", "plain.html")


def test_the_middleware_is_not_there_in_production(project: Project) -> None:
    assert set(site(project, _MIDDLEWARE).python(_ASK)) == {None}
    assert not (project.folder / _FILE).exists()
    ask = "from django.test import Client; Client().get('/')\nfrom django.template.backends.django import Template\n"
    assert project.python(ask + "print(json.dumps(hasattr(Template.render, '_assetforge_original')))") is False


def test_who_says_so_records_in_production(project: Project) -> None:
    site(project, _MIDDLEWARE + "ASSETFORGE_RECORD = True\nASSETFORGE = {'samples': 'shapes/pages.txt'}\n")
    (project.folder / "shapes").mkdir()
    assert project.python(_ASK)[:5] == ["plain.html", "late.html", "page.jinja", None, "404.html"]
    assert Samples.load(project.folder / "shapes/pages.txt").templates == ("404.html", "late.html", "page.jinja", "plain.html")
    imported = "from assetforge.django.configuration import configuration\n"
    found = project.python(imported + "print(json.dumps(str(configuration().samples)))")
    assert Path(found) == project.folder / "shapes/pages.txt"


def test_built_templates_keep_their_names(project: Project) -> None:
    ours = 'STORAGES["staticfiles"] = {"BACKEND": "assetforge.django.storage.ManifestStaticFilesStorage"}\n'
    site(project, loading() + ours + _MIDDLEWARE + "DEBUG = True\n").collect()
    assert project.python(_ASK)[:2] == ["plain.html", "late.html"]


def test_middleware_and_tests_together_change_nothing(project: Project) -> None:
    runner = 'TEST_RUNNER = "assetforge.django.runner.RecordingRunner"\n'
    site(project, runner + _MIDDLEWARE).put({"tests.py": _TESTS.replace("assertNotIn", "assertEqual or print")})
    project.manage("test", "tests.Pages")
    assert {"plain.html", "late.html", "page.jinja"} <= set(recorded(project).templates)


def test_recording_ends(project: Project) -> None:
    code = (
        "from django.core.handlers.base import BaseHandler\nfrom assetforge.django import recorder\n"
        "plain = BaseHandler.get_response\nrecorder.start(); recorder.start()\nduring = BaseHandler.get_response is plain\n"
        "recorder.stop(); recorder.stop()\nprint(json.dumps([during, BaseHandler.get_response is plain]))"
    )
    assert site(project).python(code) == [False, True]
