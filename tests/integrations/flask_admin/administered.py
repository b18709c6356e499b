"""An app with tables and a folder to administer, in every shape that Flask-Admin has a template for."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import flask_admin
from flask import Blueprint, Flask, flash, render_template
from flask_admin import AdminIndexView, BaseView, expose
from flask_admin.actions import action
from flask_admin.contrib import rediscli
from flask_admin.contrib.fileadmin import FileAdmin
from flask_admin.contrib.sqla import ModelView
from flask_admin.menu import MenuLink
from flask_admin.theme import Bootstrap4Theme
from flask_sqlalchemy import SQLAlchemy
from sites import make

FILES = {
    "shop/static/css/shop.css": "body{background:url(../img/sun.svg)}",
    "shop/static/js/shop.js": "console.log(1)",
    "shop/static/img/sun.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "shop/templates/admin/index.html": (
        "{% extends 'admin/master.html' %}"
        "{% block head_css %}{{ super() }}<link rel=stylesheet href=/static/css/shop.css>{% endblock %}"
        "{% block body %}<img src='/static/img/sun.svg'><p style='background:url(/static/img/sun.svg)'>"
        "<img src={{ url_for('static', filename='img/sun.svg') }}>{{ super() }}"
        "<img src='{{ url_for('part.static', filename='p.svg') }}'>{% endblock %}"
    ),
    "shop/templates/own.html": (
        "{% import 'admin/layout.html' as layout with context %}{% extends admin_base_template %}"
        "{% block tail %}<script src=\"/static/js/shop.js\"></script>{{ super() }}{% endblock %}"
        "{% block body %}{{ layout.messages() }}{% include 'twin.html' %}{% endblock %}"
    ),
    # two templates of one name: the app's own counts, for views of the blueprint too
    "shop/templates/twin.html": "app <img src=/static/img/sun.svg>",
    "shop/part/templates/twin.html": "part <img src=/part/static/p.svg>",
    "shop/part/templates/part.html": "{% include 'twin.html' %}<img src='{{ url_for('.static', filename='p.svg') }}'>",
    "shop/part/static/p.svg": "<svg xmlns='http://www.w3.org/2000/svg' id='p'/>",
    "files/readme.txt": "read me",
    "files/folder/inner.txt": "inner",
}
PAGES = (
    "/admin/", "/admin/own/", "/part/",
    "/admin/item/", "/admin/item/?search=a&flt0_0=a", "/admin/item/?page_size=1&page=1&sort=0",
    "/admin/item/new/", "/admin/item/edit/?id=1", "/admin/item/details/?id=1",
    "/admin/item/new/?modal=True", "/admin/item/edit/?id=1&modal=True", "/admin/item/details/?id=1&modal=True",
    "/admin/maker/", "/admin/maker/new/", "/admin/maker/edit/?id=1", "/admin/maker/details/?id=1",
    "/admin/fileadmin/", "/admin/fileadmin/b/folder", "/admin/fileadmin/upload/", "/admin/fileadmin/mkdir/",
    "/admin/fileadmin/mkdir/?modal=True", "/admin/fileadmin/rename/?path=readme.txt", "/admin/fileadmin/edit/?path=readme.txt",
    "/admin/console/",
)  # fmt: skip


class Items(ModelView):
    can_view_details = create_modal = edit_modal = details_modal = can_export = True
    column_editable_list = ("name",)
    column_searchable_list = ("name",)
    column_filters = ("name", "day")
    page_size = 2
    can_set_page_size = True

    @action("copy", "Copy", "Really?")
    def copy(self, ids: list[str]) -> None: ...


class Makers(ModelView):
    can_view_details = True


class Own(BaseView):
    @expose("/")
    def index(self) -> str:
        flash("said once")
        return self.render("own.html")


class Files(FileAdmin):
    editable_extensions = ("txt",)
    rename_modal = mkdir_modal = upload_modal = True


class Redis:
    """As much as the console asks of one."""

    def delete(self, *names: str) -> int:
        """Delete keys."""
        return len(names)


class Administered:
    """`swatch`: one of the bootstrap themes. `extend` is given the app before anything is registered."""

    def __init__(self, folder: Path, swatch: str, extend: Callable[[Flask], object]) -> None:
        if not (folder / "files").exists():  # pages show the times of files
            make(folder, FILES)
        self.app = app = Flask("shop", root_path=str(folder / "shop"))
        app.config.update(SECRET_KEY="secret", SQLALCHEMY_DATABASE_URI="sqlite://", DEBUG=False)
        extend(app)
        app.register_blueprint(self._part(folder))
        self.database = SQLAlchemy(app)
        self._fill(app, folder, swatch)

    def _part(self, folder: Path) -> Blueprint:
        root = str(folder / "shop/part")
        part = Blueprint("part", "part", root_path=root, url_prefix="/part", static_folder="static", template_folder="templates")
        part.get("/")(lambda: render_template("part.html"))
        return part

    def _fill(self, app: Flask, folder: Path, swatch: str) -> None:
        maker, item = self._tables()
        theme = Bootstrap4Theme(swatch=swatch, fluid=True)
        index = AdminIndexView(menu_icon_type="fa", menu_icon_value="x")
        admin = flask_admin.Admin(app, name="shop", theme=theme, index_view=index)
        admin.add_view(Items(item, self.database, category="Things"))
        makers = type("Makers", (Makers,), {"inline_models": (item,)})
        admin.add_view(makers(maker, self.database, category="Things"))
        admin.add_view(Own(endpoint="own"))
        admin.add_view(Files(str(folder / "files"), "/files/", name="Files", endpoint="fileadmin"))
        admin.add_view(rediscli.RedisCli(Redis(), endpoint="console"))
        admin.add_link(MenuLink(name="Elsewhere", url="https://elsewhere.example/"))
        with app.app_context():
            self.database.create_all()
            self.database.session.add(maker(id=1, name="m"))
            self.database.session.add_all(item(id=at, name=f"a{at}", day=datetime(2020, 1, at), maker_id=1) for at in (1, 2, 3))
            self.database.session.commit()

    def _tables(self) -> tuple[Any, Any]:
        database = self.database

        def columns(**more: Any) -> dict[str, Any]:
            key = database.Column(database.Integer, primary_key=True)
            return {"id": key, "name": database.Column(database.String(80)), "__str__": lambda self: self.name, **more}

        maker = type("Maker", (database.Model,), columns())
        more = {
            "day": database.Column(database.DateTime),
            "done": database.Column(database.Boolean),
            "maker_id": database.Column(database.ForeignKey("maker.id")),
            "maker": database.relationship("Maker", backref="items"),
        }
        return maker, type("Item", (database.Model,), columns(**more))

    def pages(self) -> dict[str, str]:
        """Every page, which must answer."""
        client = self.app.test_client()
        found = {page: client.get(page) for page in PAGES}
        failed = {page: response.status for page, response in found.items() if response.status_code != 200}
        assert not failed, failed
        return {page: response.text for page, response in found.items()}

    def close(self) -> None:
        with self.app.app_context():
            self.database.session.remove()
            self.database.engine.dispose()
