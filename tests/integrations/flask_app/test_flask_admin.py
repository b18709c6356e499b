"""Flask-Admin, whose blueprint brings its own static files: every page is the same but for names of assets, and these answer."""

import re
from collections.abc import Iterator
from pathlib import Path

import flask_admin
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_admin.contrib.fileadmin import FileAdmin
from flask_admin.contrib.sqla import ModelView
from flask_sqlalchemy import SQLAlchemy
from sites import write

from assetforge.config import Root
from assetforge.flask import Assetforge
from assetforge.manifest import Manifest

# The libraries' own; each page is still compared.
pytestmark = [pytest.mark.filterwarnings("ignore::DeprecationWarning"), pytest.mark.filterwarnings("ignore::UserWarning")]

PAGES = (
    "/admin/", "/admin/item/", "/admin/item/new/", "/admin/item/edit/?id=1", "/admin/item/details/?id=1",
    "/admin/fileadmin/", "/admin/fileadmin/upload/",
)  # fmt: skip


class Items(ModelView):
    can_view_details = True
    create_modal = True
    column_editable_list = ("name",)
    column_filters = ("name", "day")


class Administered:
    """An app with a table and a folder to administer."""

    def __init__(self, folder: Path) -> None:
        self.app = app = Flask("shop", root_path=str(folder))
        app.config.update(SECRET_KEY="secret", SQLALCHEMY_DATABASE_URI="sqlite://")
        self.database = database = SQLAlchemy(app)
        columns = {
            "id": database.Column(database.Integer, primary_key=True),
            "name": database.Column(database.String(80)),
            "day": database.Column(database.DateTime),
        }
        item = type("Item", (database.Model,), columns)
        admin = flask_admin.Admin(app, name="shop")
        admin.add_view(Items(item, database))
        admin.add_view(FileAdmin(str(folder), "/files/", name="Files"))
        with app.app_context():
            database.create_all()
            database.session.add(item(name="a"))
            database.session.commit()

    def close(self) -> None:
        with self.app.app_context():
            self.database.session.remove()
            self.database.engine.dispose()


@pytest.fixture
def clients(tmp_path: Path) -> Iterator[tuple[FlaskClient, FlaskClient]]:
    (tmp_path / "files").mkdir()
    folder = Path(flask_admin.__file__).parent / "static"
    write(folder, tmp_path / "build", roots=(Root(folder=folder, prefix="/admin/static/", kind="static"),))
    before, after = Administered(tmp_path / "files"), Administered(tmp_path / "files")
    after.app.config.update(ASSETFORGE_MANIFEST=str(tmp_path / "build" / "manifest.json"), ASSETFORGE_STRICT=True)
    Assetforge(after.app)
    yield before.app.test_client(), after.app.test_client()
    before.close()
    after.close()


def test_every_page_is_the_same_but_for_assets_and_these_answer(tmp_path: Path, clients: tuple[FlaskClient, FlaskClient]) -> None:
    before, after = clients
    manifest = Manifest.load(tmp_path / "build" / "manifest.json")
    own_names = {entry.url: f"/{path}" for path, entry in manifest.assets.items()}
    wanted: set[str] = set()
    for page in PAGES:
        expected, found = before.get(page), after.get(page)
        assert (expected.status_code, found.status_code) == (200, 200), page
        urls = set(re.findall(r'(?:src|href)="(/admin/static/[^"?]+)', found.text))
        assert all(manifest.find(own_names[url][1:]) for url in urls)
        text = re.sub("/admin/static/[^\"'?]+", lambda match: own_names.get(match[0], match[0]), found.text)
        assert text == expected.text, page
        assert text != found.text, page
        wanted |= urls
    assert len(wanted) > 15
    for url in sorted(wanted):
        with after.get(url) as response:
            assert (response.status_code, response.cache_control.immutable) == (200, True), url
