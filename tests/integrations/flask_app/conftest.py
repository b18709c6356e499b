"""A Flask app in a folder, with a blueprint, built into an output beside it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask
from sites import make, write

from assetforge.config import Root
from assetforge.manifest import Manifest

FILES = {
    "shop/static/css/app.css": "a{background:url(../img/sun.svg)}",
    "shop/static/img/sun.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "shop/static/img/a b é.svg": "<svg xmlns='http://www.w3.org/2000/svg' id='b'/>",
    "shop/static/robots.txt": "User-agent: *",
    "shop/static/site.webmanifest": '{"icons": [{"src": "img/sun.svg"}]}',
    "shop/admin/static/admin.css": "b{color:red}",
}


class Site:
    """Files and their builds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = folder / "build"
        self.manifest_file = self.output / "manifest.json"
        make(folder, FILES)

    def build(self, *, output: Path | None = None, mounted_at: str = "", **choices: Any) -> Manifest:
        roots = (
            Root(folder=self.folder / "shop/static", prefix=f"{mounted_at}/static/", kind="static"),
            Root(folder=self.folder / "shop/admin/static", prefix=f"{mounted_at}/admin/static/", kind="static"),
        )
        output = output or self.output
        write(self.folder, output, roots=roots, **choices)
        return Manifest.load(output / "manifest.json")

    def change(self, name: str, text: str | None) -> None:
        file = self.folder / "shop" / name
        if text is None:
            file.unlink()
        else:
            make(self.folder, {f"shop/{name}": text})

    def app(self, *, debug: bool = False, **config: Any) -> Flask:
        """The app without the extension, configured for it."""
        app = Flask("shop", root_path=str(self.folder / "shop"))
        app.debug = debug
        app.config["ASSETFORGE_MANIFEST"] = os.path.join("..", "build", "manifest.json")
        app.config.update(config)
        app.register_blueprint(admin(self.folder))
        return app


def admin(folder: Path) -> Blueprint:
    return Blueprint("admin", "shop.admin", root_path=str(folder / "shop/admin"), url_prefix="/admin", static_folder="static")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "project")


@pytest.fixture
def url_in() -> Callable[..., str]:
    """`url_in(app, endpoint, **values)`: what a template of the app gets from `url_for` during a request."""

    def render(app: Flask, endpoint: str, *, script_name: str = "", at: str = "/", **values: Any) -> str:
        with app.test_request_context(at, environ_overrides={"SCRIPT_NAME": script_name}):
            template = app.jinja_env.from_string("{{ url_for(endpoint, **values)|safe }}")
            return template.render(endpoint=endpoint, values=values)

    return render
