"""A project whose admin has a widget of every kind, and every page of that admin, asked for by a script."""

from django_project import ADMIN, Project

APPS = (*ADMIN, "library")
SETTINGS = """
DATABASES["default"]["NAME"] = BASE_DIR / "db.sqlite3"
MIDDLEWARE.insert(1, "django.middleware.locale.LocaleMiddleware")
LANGUAGES = [("en", "English"), ("ar", "Arabic")]
LANGUAGE_CODE = "en"
MEDIA_ROOT = BASE_DIR / "media"
MEDIA_URL = "/media/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SILENCED_SYSTEM_CHECKS = ["models.W042"]
"""
FILES = {
    "urls.py": """
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog
urlpatterns = [
    path("admin/jsi18n-of-all/", JavaScriptCatalog.as_view()),
    path("admin/", admin.site.urls),
]
""",
    "library/__init__.py": "",
    "library/models.py": """
import uuid
from django.db import models

class Author(models.Model):
    name = models.CharField(max_length=80)
    born = models.DateField(null=True, blank=True)
    mentor = models.ForeignKey("self", models.SET_NULL, null=True, blank=True)
    def __str__(self):
        return self.name

class Tag(models.Model):
    name = models.CharField(max_length=40)
    slug = models.SlugField()
    def __str__(self):
        return self.name

class Book(models.Model):
    STATES = [("draft", "Draft"), ("out", "Published")]
    title = models.CharField(max_length=80, help_text="As on the cover")
    slug = models.SlugField()
    text = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=STATES, default="draft")
    format = models.CharField(max_length=8, choices=[("p", "Paper"), ("e", "Ebook")], default="p")
    author = models.ForeignKey(Author, models.CASCADE, related_name="books")
    editor = models.ForeignKey(Author, models.SET_NULL, null=True, blank=True, related_name="edited")
    translator = models.ForeignKey(Author, models.SET_NULL, null=True, blank=True, related_name="translated")
    readers = models.ManyToManyField(Author, blank=True, related_name="read")
    critics = models.ManyToManyField(Author, blank=True, related_name="reviewed")
    tags = models.ManyToManyField(Tag, blank=True)
    shelves = models.ManyToManyField(Tag, blank=True, related_name="shelved")
    pages = models.IntegerField(default=1)
    copies = models.PositiveBigIntegerField(default=1)
    price = models.DecimalField(max_digits=8, decimal_places=2, default=1)
    weight = models.FloatField(null=True, blank=True)
    out = models.BooleanField(default=False)
    lent = models.BooleanField(null=True)
    published = models.DateField(null=True, blank=True)
    printed = models.DateTimeField(null=True, blank=True)
    opens = models.TimeField(null=True, blank=True)
    loan = models.DurationField(null=True, blank=True)
    mail = models.EmailField(blank=True)
    site = models.URLField(blank=True)
    cover = models.FileField(upload_to="covers", blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    code = models.UUIDField(default=uuid.UUID(int=7), editable=True)
    class Meta:
        ordering = ["pk"]
    def __str__(self):
        return self.title

class Chapter(models.Model):
    book = models.ForeignKey(Book, models.CASCADE)
    title = models.CharField(max_length=80)
    date = models.DateField(null=True, blank=True)
    by = models.ForeignKey(Author, models.SET_NULL, null=True, blank=True)

class Note(models.Model):
    book = models.ForeignKey(Book, models.CASCADE)
    text = models.TextField()
    tags = models.ManyToManyField(Tag, blank=True)
""",
    "library/admin.py": """
import django
from django import forms
from django.contrib import admin
from django.db import models
from library.models import Author, Book, Chapter, Note, Tag

class Chapters(admin.TabularInline):
    model = Chapter
    extra = 2
    autocomplete_fields = ["by"]

class Notes(admin.StackedInline):
    model = Note
    extra = 1
    classes = ["collapse"]
    filter_horizontal = ["tags"]

class BookForm(forms.ModelForm):
    class Media:
        css = {"all": ["library/book.css"], "print": ["library/print.css"]}
        js = ["library/book.js"]

@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin):
    search_fields = ["name"]
    ordering = ["pk"]
    list_display = ["name", "born"]
    date_hierarchy = "born"

@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    prepopulated_fields = {"slug": ["name"]}
    list_display = ["id", "name", "slug"]
    list_editable = ["name"]

@admin.action(description="Publish them")
def publish(admin, request, books):
    books.update(out=True)

@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    form = BookForm
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}} if (5, 0) <= django.VERSION < (6, 0) else {}
    inlines = [Chapters, Notes]
    list_display = ["title", "author", "state", "out", "lent", "published", "cover"]
    list_display_links = ["title"]
    list_editable = ["state"]
    list_filter = ["state", "out", "author", ("published", admin.DateFieldListFilter), ("tags", admin.RelatedOnlyFieldListFilter)]
    list_per_page = 3
    list_max_show_all = 50
    search_fields = ["title", "author__name"]
    search_help_text = "Title or author"
    date_hierarchy = "published"
    actions = [publish]
    actions_on_bottom = True
    save_as = True
    save_on_top = True
    show_facets = admin.ShowFacets.ALWAYS if hasattr(admin, "ShowFacets") else None
    prepopulated_fields = {"slug": ["title"]}
    radio_fields = {"format": admin.HORIZONTAL}
    raw_id_fields = ["editor", "readers"]
    autocomplete_fields = ["translator", "critics"]
    filter_horizontal = ["tags"]
    filter_vertical = ["shelves"]
    readonly_fields = ["address"]
    fieldsets = [
        (None, {"fields": ["title", "slug", ("author", "editor"), "translator", "state", "format"]}),
        ("People", {"classes": ["collapse"], "fields": ["readers", "critics", "tags", "shelves"]}),
        ("All the rest", {"classes": ["wide"], "description": "<b>Careful</b>", "fields": [
            "text", "pages", "copies", "price", "weight", "out", "lent", "published", "printed", "opens", "loan", "mail", "site",
            "cover", "address", "facts", "code"]}),
    ]
""",
    # the project's own: of the same name as the admin's, which it extends
    "templates/admin/base_site.html": """{% extends "admin/base_site.html" %}{% load static %}
{% block extrastyle %}{{ block.super }}<link rel="stylesheet" href="{% static "library/book.css" %}">
<style>.site { background: url(/static/library/paper.png) }</style>{% endblock %}
{% block extrahead %}{{ block.super }}<script>window.paper = "{% static 'library/paper.png' %}"</script>{% endblock %}
""",
    "templates/admin/library/book/change_form.html": """{% extends "admin/change_form.html" %}{% load static %}
{% block object-tools-items %}{{ block.super }}<li><img src='/static/library/paper.png' srcset="/static/library/paper.png 1x,
{% static 'library/paper.png' %} 2x" alt=""></li>{% endblock %}
""",
    "templates/404.html": '{% extends "admin/404.html" %}',
}
ASSETS = {
    "library/book.css": ".x { background: url(paper.png) }",
    "library/print.css": "@import 'book.css' print;",
    "library/book.js": "import('./late.js')\n",
    "library/late.js": "export default 1\n",
    "library/paper.png": b"paper",
}
# What depends on the moment or on chance is set, so pages can be compared byte for byte.
_STILL = """
import datetime, os
from django.middleware import csrf
from django.utils import timezone
NOW = datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=datetime.timezone.utc)
timezone.now = lambda: NOW
csrf._get_new_csrf_string = lambda: "a" * 32
csrf._mask_cipher_secret = lambda secret: "b" * 64
from django.test.utils import setup_test_environment
setup_test_environment()
"""
PREPARE = (
    _STILL
    + """
from django.core.management import call_command
for app in ("library",):
    call_command("makemigrations", app, verbosity=0)
call_command("migrate", verbosity=0)
from django.contrib.auth.models import Group, Permission, User
from library.models import *
ada = User.objects.create_superuser("ada", "ada@example.com", "secret", date_joined=NOW)
bob = User.objects.create_user("bob", "bob@example.com", "secret", is_staff=True, date_joined=NOW)
bob.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
Group.objects.create(name="editors")
authors = [Author.objects.create(name=f"Author {n}", born=datetime.date(1900 + n, 1 + n % 12, 1)) for n in range(24)]
tags = [Tag.objects.create(name=f"tag {n}", slug=f"tag-{n}") for n in range(5)]
for n in range(8):
    book = Book.objects.create(
        title=f"Book {n}", slug=f"book-{n}", author=authors[n], editor=authors[1], translator=authors[2], pages=n, out=n % 2,
        published=datetime.date(2020 + n % 3, 2, 3), printed=NOW, cover="covers/a.png", address="127.0.0.1",
        facts={"a": [1, "<b>"]}, state="out" if n % 3 else "draft", lent=[None, True, False][n % 3])
    book.tags.set(tags[:2]); book.shelves.set(tags[2:]); book.critics.set(authors[:2]); book.readers.set(authors[2:4])
    Chapter.objects.create(book=book, title="One", by=authors[0]); Note.objects.create(book=book, text="A note")
print(json.dumps(True))
"""
)
PAGES = (
    _STILL
    + """
from django.contrib.auth.models import User
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.test import Client
ada, bob = User.objects.get(username="ada"), User.objects.get(username="bob")
pages = {}
client = Client(raise_request_exception=True)
def ask(name, url, *, post=None, by=client, status=200, **headers):
    # what a page does to the data is undone: each is asked for with the same
    with transaction.atomic():
        answer = by.get(url, **headers) if post is None else by.post(url, post, follow=status == 200, **headers)
        transaction.set_rollback(True)
    assert answer.status_code == status, (name, answer.status_code, answer.content[:500])
    pages[name] = answer.content.decode()
ask("login", "/admin/login/")
ask("login, refused", "/admin/login/", post={"username": "ada", "password": "wrong"})
client.force_login(ada)
A, B = "/admin/", "/admin/library/book/"
for name, url in {
    "index": A, "index, right to left": A, "app": A + "library/",
    "users": A + "auth/user/", "user": A + f"auth/user/{ada.pk}/change/",
    "user, add": A + "auth/user/add/", "user, password": A + f"auth/user/{ada.pk}/password/", "groups": A + "auth/group/",
    "group": A + "auth/group/1/change/", "group, delete": A + "auth/group/1/delete/", "password": A + "password_change/",
    "password changed": A + "password_change/done/",
    "list": B, "list, filtered": B + "?state__exact=out&out__exact=1", "list, searched": B + "?q=Book",
    "list, nothing found": B + "?q=zz",
    "list, page": B + "?p=2", "list, all": B + "?all=", "list, sorted": B + "?o=-1.2", "list, year": B + "?published__year=2020",
    "list, popup": B + "?_popup=1&_to_field=id", "add": B + "add/", "add, popup": B + "add/?_popup=1", "change": B + "1/change/",
    "change, right to left": B + "1/change/", "delete": B + "1/delete/", "history": B + "1/history/",
    "authors": A + "library/author/", "author": A + "library/author/1/change/", "author, delete": A + "library/author/1/delete/",
    "tags": A + "library/tag/", "tag, add": A + "library/tag/add/", "translations": A + "jsi18n/",
    "autocomplete": A + "autocomplete/?app_label=library&model_name=book&field_name=translator&term=Auth",
    "autocomplete, page": A + "autocomplete/?app_label=library&model_name=chapter&field_name=by&term=&page=2",
    "not found, redirected": B + "999/change/",
}.items():
    if name.startswith("not found"):
        ask(name, url, status=302)
    else:
        ask(name, url, HTTP_ACCEPT_LANGUAGE="ar" if "right to left" in name else "en")
ask("not found", A + "nothing/here/", status=404)
ask("add, mistakes", B + "add/", post={"title": ""})
ask("list, delete several", B, post={"action": "delete_selected", "_selected_action": ["1", "2"]})
ask("list, action", B, post={"action": "publish", "_selected_action": ["1", "2"]})
ask("list, nothing chosen", B, post={"action": "publish"})
ask("tag, saved", A + "library/tag/1/change/", post={"name": "new", "slug": "new"})
ask("tag, made in a popup", A + "library/tag/add/", post={"name": "new", "slug": "new", "_popup": "1"})
ask("group, deleted", A + "auth/group/1/delete/", post={"post": "yes"})
ask("password, mistakes", A + "password_change/", post={"old_password": "x"})
reader = Client(); reader.force_login(bob)
ask("reader, index", A, by=reader)
ask("reader, change", B + "1/change/", by=reader)
ask("reader, forbidden", B + "add/", by=reader, status=403)
ask("logged out", A + "logout/", post={})
ada.last_login = bob.last_login = None
ada.save(); bob.save()
from django.contrib.sessions.models import Session
Session.objects.all().delete()
print(json.dumps(pages))
"""
)


def fill(project: Project, more: str) -> Project:
    project.settings(SETTINGS + more, apps=APPS).put(FILES).write(ASSETS)
    (project.folder / "library" / "migrations").mkdir()
    (project.folder / "library" / "migrations" / "__init__.py").touch()
    return project
