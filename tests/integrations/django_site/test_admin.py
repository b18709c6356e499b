"""The admin with this storage: its pages are those of Django's own storage but for the digests, and what they ask for is there."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest
from django_project import ADMIN, Project, without_digests

_URLCONF = "from django.contrib import admin\nfrom django.urls import path\nurlpatterns = [path('admin/', admin.site.urls)]\n"
_BACKEND = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
_PAGES = """
from django.test.utils import setup_test_environment
setup_test_environment()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.contrib.auth.models import Group, User
user = User.objects.create_superuser("ada", "ada@example.com", "secret")
Group.objects.create(name="editors")
from django.test import Client
client = Client()
pages = {"login": client.get("/admin/login/")}
client.force_login(user)
for name, url in {
    "index": "", "users": "auth/user/", "user": f"auth/user/{user.pk}/change/", "add": "auth/user/add/", "groups": "auth/group/",
    "group": "auth/group/1/change/", "delete": "auth/group/1/delete/", "history": "auth/group/1/history/",
    "password": "password_change/",
}.items():
    pages[name] = client.get(f"/admin/{url}")
print(json.dumps({name: [page.status_code, page.content.decode()] for name, page in pages.items()}))
"""
_STATIC = re.compile(r"""(?:src|href)=["']?(/static/[^"'\s>]+)|["'](/static/[^"'\s]+?)["']""")
_IN_STYLE = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)|@import\s*["']([^"']+)["']""")


@pytest.fixture(scope="module")
def admin(make_project: Callable[[], Project]) -> Project:
    project = make_project().settings('ASSETFORGE = {"compress": False}', apps=ADMIN)
    (project.folder / "urls.py").write_text(_URLCONF)
    project.collect()
    return project


@pytest.fixture(scope="module")
def pages(admin: Project) -> dict[str, str]:
    return rendered(admin)


def rendered(project: Project) -> dict[str, str]:
    pages = project.python(_PAGES)
    assert {name: status for name, (status, _) in pages.items()} == dict.fromkeys(pages, 200)
    return {name: re.sub(r'(csrfmiddlewaretoken" value|csrf[a-z]*)="[^"]+"', r"\1", html) for name, (_, html) in pages.items()}


def asked(html: str) -> set[str]:
    return {unquote(unescape(one or other)).partition("#")[0].partition("?")[0] for one, other in _STATIC.findall(html)}


def test_every_page_asks_for_digests_and_nothing_else(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        urls = {url for url in asked(html) if not url.endswith("/")}
        assert urls, name
        assert {url for url in urls if not re.search(r"\.[0-9a-f]{12}\.", url)} == set(), name


def test_everything_that_is_asked_for_is_there(admin: Project, pages: dict[str, str]) -> None:
    waiting = sorted(set().union(*map(asked, pages.values())))
    seen: set[str] = set()
    while waiting:
        url = waiting.pop()
        if url in seen or url.endswith("/"):
            continue
        seen.add(url)
        file = admin.collected / url.removeprefix("/static/")
        assert file.is_file(), url
        if file.suffix == ".css":
            found = (one or other for one, other in _IN_STYLE.findall(file.read_text("utf-8")))
            waiting += [urljoin(url, one.partition("#")[0].partition("?")[0]) for one in found if ":" not in one]
    assert len(seen) > 15
    assert any(Path(url).suffix == ".svg" for url in seen)


def test_pages_are_those_of_djangos_storage_but_for_the_digests(make_project: Callable[[], Project], pages: dict[str, str]) -> None:
    theirs = make_project().settings(f'STORAGES = {{"staticfiles": {{"BACKEND": "{_BACKEND}"}}}}', apps=ADMIN)
    (theirs.folder / "urls.py").write_text(_URLCONF)
    theirs.collect()
    expected = rendered(theirs)
    assert pages.keys() == expected.keys()
    for name, html in pages.items():
        assert timeless(html) == timeless(expected[name]), name


def timeless(html: str) -> str:
    """Without digests, and without what differs from one run to the next."""
    return re.sub(r"\d{2}:\d{2}:\d{2}|\d+\xa0\w+|pbkdf2\S+|<bdi>[^<]*</bdi>", "", without_digests(html))
