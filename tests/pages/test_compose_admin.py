"""Pages of Django's admin and of Flask-Admin, as their engines render them: what compose says of their templates is what they hold.

A part that stands under nothing must be there; one under a condition must be there where the engine took that arm, as it told us,
and must not where it did not; the body of a loop may come any number of times; at a hole anything may. The order and the identity
(address, or text) of all scripts and stylesheets must be those of the page.
"""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from assetforge.dialects import DJANGO, JINJA, Dialect, Mention
from assetforge.pages.template.compose import compose
from assetforge.pages.template.composed import Composition, Hole, Page, Placed, Step
from assetforge.pages.template.loader import Template
from assetforge.pages.template.sketch import Element, sketch

ADMIN = """
import json, django
from django.conf import settings
settings.configure(
    SECRET_KEY="tests", ALLOWED_HOSTS=["testserver"], ROOT_URLCONF="urls", USE_TZ=True, STATIC_URL="/static/",
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib." + one for one in ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
        "OPTIONS": {"debug": True, "context_processors": [
            "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]},
    }],
)
django.setup()
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.template import VariableDoesNotExist
from django.template.defaulttags import IfNode
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import path
import types, sys

setup_test_environment()
urls = sys.modules["urls"] = types.ModuleType("urls")
call_command("migrate", verbosity=0)
user = User.objects.create_superuser("ada", "ada@example.com", "secret")
Group.objects.create(name="editors")
taken = {}

def render(self, context):
    arm = -1
    for number, (condition, nodes) in enumerate(self.conditions_nodelists):
        try:
            holds = condition is None or condition.eval(context)
        except VariableDoesNotExist:
            holds = False
        if holds:
            arm = number
            break
    if self.token.position:  # not in the templates of widgets, which another engine renders
        taken.setdefault(f"{self.origin.template_name}:{self.token.position[0]}", set()).add(arm)
    return self.conditions_nodelists[arm][1].render(context) if arm >= 0 else ""

IfNode.render = render
class Inline(admin.TabularInline):
    model = User.groups.through
class Permissions(admin.ModelAdmin):
    list_filter, search_fields, list_editable, list_per_page, date_hierarchy = ["content_type"], ["name"], ["codename"], 5, None
    list_display = ["name", "codename"]
    prepopulated_fields = {"codename": ["name"]}
admin.site.register(Permission, Permissions)
admin.site.unregister(Group)
admin.site.register(Group, type("Groups", (admin.ModelAdmin,), {"inlines": [Inline], "filter_horizontal": ["permissions"]}))
urls.urlpatterns = [path("admin/", admin.site.urls)]

client, pages = Client(), {}
def see(name, url):
    taken.clear()
    response = client.get("/admin/" + url)
    assert response.status_code == 200, (url, response.status_code)
    pages[name] = [response.templates[0].name, response.content.decode(), {key: sorted(arms) for key, arms in taken.items()}]

see("login", "login/")
client.force_login(user)
for name, url in {
    "index": "", "app": "auth/", "users": "auth/user/", "user": f"auth/user/{user.pk}/change/", "add": "auth/user/add/",
    "popup": "auth/group/add/?_popup=1", "groups": "auth/group/", "group": "auth/group/1/change/",
    "delete": "auth/group/1/delete/", "history": "auth/group/1/history/", "password": "password_change/",
    "set": f"auth/user/{user.pk}/password/", "permissions": "auth/permission/?q=a", "permission": "auth/permission/add/",
}.items():
    see(name, url)
print(json.dumps([str(django.__path__[0]), pages]))
"""
# What the admin's own tags render, as `InclusionAdminNode` and `inclusion_tag` say.
CANDIDATES = {
    "submit_row": ("admin/submit_line.html",),
    "change_form_object_tools": ("admin/change_form_object_tools.html",),
    "change_list_object_tools": ("admin/change_list_object_tools.html",),
    "search_form": ("admin/search_form.html",),
    "date_hierarchy": ("admin/date_hierarchy.html",),
    "admin_actions": ("admin/actions.html",),
    "pagination": ("admin/pagination.html",),
    "prepopulated_fields_js": ("admin/prepopulated_fields_js.html",),
    "inline_admin_formset.opts.template": ("admin/edit_inline/tabular.html", "admin/edit_inline/stacked.html"),
}
Key = tuple[str, str]  # element, and its address or text; an empty one is anything


class Loads(HTMLParser):
    """Scripts and stylesheets of a finished page, by the standard library's parser."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Key] = []
        self._inline: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "link" and "stylesheet" in values.get("rel", ""):
            self.found.append((tag, values.get("href", "")))
        elif tag == "script" and "src" in values:
            self.found.append((tag, values["src"]))
        elif tag in ("script", "style"):
            self._inline = ""
            self.found.append((tag, ""))

    def handle_data(self, data: str) -> None:
        if self._inline is not None:
            self._inline += data

    def handle_endtag(self, tag: str) -> None:
        if self._inline is not None:
            self.found[-1] = (tag, self._inline.strip())
        self._inline = None


class Expected:
    """What a page may be, as a machine over the elements that were found: from a set of places in them to the places where what was
    read may end. `arms`: which arms of a condition were taken."""

    def __init__(self, page: Page, texts: dict[str, str], arms: "Arms", found: list[Key]) -> None:
        self._texts, self._arms, self._found = texts, arms, found
        self.sure = 0  # elements that must be there
        self.matches = len(found) in self._read(page.parts, 0, frozenset({0}), True)

    def _read(self, parts: tuple[Placed, ...], depth: int, places: frozenset[int], sure: bool) -> frozenset[int]:
        for step, group in groupby(parts, lambda part: part.route[depth] if len(part.route) > depth else None):
            inside = tuple(group)
            if step is None:
                for part in inside:
                    places = self._part(part, places, sure)
                continue
            known = self._known(step)
            if known is False:
                continue
            after = self._read(inside, depth + 1, places, sure and known is True)
            if known is None:
                after |= places
                while step.kind in ("for", "filter", "tag") and (more := self._read(inside, depth + 1, after, False)) - after:
                    after |= more
            places = after
        return places

    def _known(self, step: Step) -> bool | None:
        if step.kind == "if":
            return self._arms.taken(step)
        return None if step.kind in ("for", "filter", "tag") or step.arms > 1 else True

    def _part(self, part: Placed, places: frozenset[int], sure: bool) -> frozenset[int]:
        if isinstance(part.item, Hole):
            return frozenset(range(min(places), len(self._found) + 1)) if places else places
        if not isinstance(part.item, Element) or part.inert:
            return places
        self.sure += sure
        element = part.item
        return frozenset(at + 1 for at in places if at < len(self._found) and self._fits(element, part.owner, self._found[at]))

    def _fits(self, element: Element, owner: str, key: Key) -> bool:
        name, said = element.loading.name, key[1]
        if key[0] != name or element.content != "known":
            return key[0] == name
        if element.loading.attribute("src" if name == "script" else "href") is None:
            return said == self._texts[owner][element.loading.body.start : element.loading.body.end].strip()
        (named,) = element.names
        if not isinstance(named, Mention):
            return said == named.url
        assert named.reference is not None
        return said == "/static/" + named.reference.url


class Arms:
    def taken(self, step: Step) -> bool | None:
        raise NotImplementedError


def composition(roots: list[Path], dialect: Dialect, candidates: dict[str, tuple[str, ...]]) -> tuple[Composition, dict[str, str]]:
    """All templates below the roots, which have paths like `0/admin/base.html`."""
    templates, texts = [], {}
    for number, root in enumerate(roots):
        for file in sorted(root.rglob("*.html")):
            name = file.relative_to(root).as_posix()
            texts[f"{number}/{name}"] = text = file.read_text("utf-8")
            templates.append(Template(name, f"{number}/{name}", dialect.name, number, sketch(text, dialect)))
    return compose(templates, candidates), texts


def page_of(composed: Composition, name: str) -> Page:
    return next(page for page in composed.pages if page.name == name)


# -- Django --------------------------------------------------------------------------------------------------------------------


class Recorded(Arms):
    """What Django's own nodes did, by name of the template and offset of the tag."""

    def __init__(self, recorded: dict[str, list[int]]) -> None:
        self._recorded = recorded

    def taken(self, step: Step) -> bool | None:
        arms = self._recorded.get(f"{step.owner.partition('/')[2]}:{step.span.start}", [])
        return None if len(arms) > 1 and step.arm in arms else step.arm in arms


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DJANGO_")}
    folder = tmp_path_factory.mktemp("admin")
    done = subprocess.run([sys.executable, "-c", ADMIN], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    package, pages = json.loads(done.stdout)
    return Path(package), pages


@pytest.fixture(scope="module")
def of_admin(admin: tuple[Path, dict[str, Any]]) -> tuple[Composition, dict[str, str]]:
    package, _ = admin
    apps = [package / "contrib" / app / "templates" for app in ("admin", "auth")]
    return composition([*apps, package / "forms" / "templates"], DJANGO, CANDIDATES)


def test_admin_pages_hold_what_compose_says(
    admin: tuple[Path, dict[str, Any]], of_admin: tuple[Composition, dict[str, str]]
) -> None:
    composed, texts = of_admin
    sure = 0
    for label, (name, html, arms) in admin[1].items():
        page = page_of(composed, name)
        assert page.layout and page.role in ("page", "layout"), name
        expected = Expected(page, texts, Recorded(arms), Loads(html).found)
        assert expected.matches, (label, name, Loads(html).found)
        sure += expected.sure
    assert sure > 80


def test_the_comparison_fails_where_an_element_is_missing_or_in_another_place(
    admin: tuple[Path, dict[str, Any]], of_admin: tuple[Composition, dict[str, str]]
) -> None:
    composed, texts = of_admin
    name, html, arms = admin[1]["user"]
    found = Loads(html).found
    first = [found[1], found[0], *found[2:]]
    for wrong in (found[1:], first, [*found[:2], ("link", "/static/other.css"), *found[2:]]):
        assert not Expected(page_of(composed, name), texts, Recorded(arms), wrong).matches


def test_login_fills_a_block_of_the_admin_with_a_stylesheet_of_its_own(of_admin: tuple[Composition, dict[str, str]]) -> None:
    composed, _ = of_admin
    page = page_of(composed, "admin/login.html")
    assert page.chain == ("0/admin/base.html", "0/admin/base_site.html", "0/admin/login.html")
    own = [one for one in page.stylesheets if one.owner == "0/admin/login.html"]
    assert [one.blocks for one in own] == [("extrastyle",)]
    assert {one.template for one in composed.family("0/admin/base_site.html")} >= {"0/admin/login.html", "0/admin/index.html"}


# -- Flask-Admin -----------------------------------------------------------------------------------------------------------------


class Evaluated(Arms):
    """Conditions of the page itself, by Jinja. Those in macros and loops, and arms behind the first, depend on more."""

    def __init__(self, environment: Any, context: dict[str, Any]) -> None:
        self._environment, self._context = environment, context

    def taken(self, step: Step) -> bool | None:
        if step.arm or "lib.html" in step.owner or not step.text:
            return None
        try:
            return bool(self._environment.compile_expression(step.text)(**self._context))
        except Exception:  # names that only a macro or a loop knows
            return None


@pytest.fixture(scope="module")
def flask_pages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, list[tuple[str, str, dict[str, Any]]]]:
    """The environment, and of each page its template, its HTML and the context."""
    pytest.importorskip("flask_admin", reason="Flask-Admin is not installed")
    import flask
    from flask_admin import Admin
    from flask_admin.contrib.fileadmin import FileAdmin
    from flask_admin.contrib.sqla import ModelView
    from flask_sqlalchemy import SQLAlchemy

    folder = tmp_path_factory.mktemp("files")
    (folder / "a.txt").write_text("a")
    app = flask.Flask("site", root_path=str(folder))
    app.config |= {"SECRET_KEY": "tests", "SQLALCHEMY_DATABASE_URI": "sqlite://", "TESTING": True}
    database = SQLAlchemy(app)

    class Item(database.Model):  # type: ignore[name-defined,misc]
        id = database.Column(database.Integer, primary_key=True)
        name = database.Column(database.String)
        day = database.Column(database.Date)

    class Items(ModelView):
        can_view_details = edit_modal = True
        column_filters = column_searchable_list = column_editable_list = ("name",)

    admin = Admin(app, name="shop")
    seen: list[tuple[str, str, dict[str, Any]]] = []
    with app.app_context():
        database.create_all()
        database.session.add(Item(name="one"))
        database.session.commit()
        admin.add_view(Items(Item, database))
        admin.add_view(FileAdmin(str(folder), "/files/", name="Files"))
        told: list[tuple[str, dict[str, Any]]] = []
        with flask.template_rendered.connected_to(lambda _, template, context: told.append((template.name, dict(context))), app):
            client = app.test_client()
            for path in ("", "item/", "item/new/", "item/edit/?id=1", "item/details/?id=1", "fileadmin/", "fileadmin/upload/"):
                answer = client.get("/admin/" + path)
                assert answer.status_code == 200, path
                seen.append((told[-1][0], answer.text, told[-1][1]))
    return app.jinja_env, seen


def test_flask_admin_pages_hold_what_compose_says(flask_pages: tuple[Any, list[tuple[str, str, dict[str, Any]]]]) -> None:
    import flask_admin

    environment, pages = flask_pages
    folder = Path(flask_admin.__file__).parent / "templates" / "bootstrap4"
    candidates = {"admin_base_template": ("admin/base.html",), "theme.base_template": ("admin/base.html",)}
    composed, texts = composition([folder], JINJA, candidates)
    sure = 0
    for name, html, context in pages:
        page = page_of(composed, name)
        found = [(tag, re.sub(r"^/admin/static/|\?v=.*", "", said) if tag != "style" else said) for tag, said in Loads(html).found]
        expected = Expected(page, texts, Evaluated(environment, context), [(tag, _static(said)) for tag, said in found])
        assert expected.matches, (name, found)
        sure += expected.sure
    assert sure > 30


def _static(said: str) -> str:
    return "/static/" + said if re.fullmatch(r"[\w./-]+\.(?:js|css)", said) else said
