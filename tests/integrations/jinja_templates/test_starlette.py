"""Starlette's and FastAPI's templates name the files of the build, and the files answer, whatever prefix a proxy takes away."""

import asyncio
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sites import make, write
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates
from starlette.types import ASGIApp

from assetforge.config import Root
from assetforge.jinja import install
from assetforge.manifest import Entry, Manifest

PAGE = "{{ asset_url('static/css/app.css') }} {{ asset_integrity('static/css/app.css') }}"


def fetch(app: ASGIApp, path: str, root_path: str) -> httpx.Response:
    """What a server answers that knows the application to be mounted at `root_path`; in ASGI `path` still begins with it."""

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(app, root_path=root_path)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.example") as client:
            return await client.get(path)

    return asyncio.run(get())


@pytest.fixture
def entry(tmp_path: Path) -> Entry:
    make(tmp_path, {"static/css/app.css": "a{color:red}", "templates/page.html": PAGE})
    write(tmp_path, tmp_path / "build", roots=(Root(folder=tmp_path / "static", prefix="/static/", kind="static"),))
    return Manifest.load(tmp_path / "build" / "manifest.json").entry("static/css/app.css")


@pytest.fixture
def templates(tmp_path: Path) -> Jinja2Templates:
    templates = Jinja2Templates(tmp_path / "templates")
    install(templates.env, tmp_path / "build" / "manifest.json", strict=True)
    return templates


@pytest.fixture
def app(tmp_path: Path, entry: Entry, templates: Jinja2Templates) -> Starlette:
    async def page(request: Request) -> Response:
        return templates.TemplateResponse(request, "page.html")

    files = StaticFiles(directory=tmp_path / "build" / "static")
    part = Mount("/part", routes=[Route("/page", page)])
    return Starlette(routes=[Route("/", page), part, Mount("/static", files, name="static")])


@pytest.mark.parametrize("root_path", ["", "/shop"])
@pytest.mark.parametrize("place", ["/", "/part/page"])
def test_starlette(app: Starlette, entry: Entry, root_path: str, place: str) -> None:
    url, integrity = fetch(app, root_path + place, root_path).text.split()
    assert (url, integrity) == (root_path + entry.url, entry.integrity)
    response = fetch(app, url, root_path)
    assert (response.status_code, response.text) == (200, "a{color:red}")


def test_fastapi(tmp_path: Path, entry: Entry, templates: Jinja2Templates) -> None:
    app = FastAPI()
    app.mount("/static", StaticFiles(directory=tmp_path / "build" / "static"), name="static")

    @app.get("/page")
    def page(request: Request) -> Response:
        return templates.TemplateResponse(request, "page.html")

    url = fetch(app, "/api/v1/page", "/api/v1").text.split()[0]
    assert url == f"/api/v1{entry.url}"
    assert fetch(app, url, "/api/v1").status_code == 200
