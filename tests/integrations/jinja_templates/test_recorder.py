"""Recording the pages of Jinja environments: Starlette's, and any other."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jinja2 import DictLoader, Environment
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from assetforge.jinja_recorder import Recorder, RecorderMiddleware
from assetforge.samples import Samples

FILES = {
    "layout.html": "<!doctype html><html lang=en><body class=layout>{% block main %}{% endblock %}",
    "page.html": "{% extends 'layout.html' %}{% block main %}<p class='row-{{ name }} row'>{{ name }}{% endblock %}",
    "é.html": "<!doctype html><p class=accent>",
}


def environment(**options: Any) -> Environment:
    return Environment(loader=DictLoader(FILES), autoescape=True, **options)


class Client:
    """Asks an ASGI application."""

    def __init__(self, asked: Starlette) -> None:
        self._asked = asked

    def get(self, path: str, **options: Any) -> httpx.Response:
        async def answer() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self._asked), base_url="http://shop.example") as client:
                return await client.get(path, **options)

        return asyncio.run(answer())


def app(file: Path, *middleware: Middleware) -> Client:
    templates = Jinja2Templates(env=environment())
    slow = environment(enable_async=True)

    def page(request: Request) -> HTMLResponse:
        return templates.TemplateResponse(request, "page.html", {"name": request.path_params["name"]})

    async def accent(request: Request) -> HTMLResponse:
        return HTMLResponse(await slow.get_template("é.html").render_async())

    async def pieces(request: Request) -> StreamingResponse:
        async def parts() -> AsyncIterator[str]:
            yield "<!doctype html>"
            yield templates.get_template("page.html").render(name="x")

        return StreamingResponse(parts(), media_type="text/html")

    def plain(request: Request) -> PlainTextResponse:
        return PlainTextResponse(templates.get_template("page.html").render(name="x"))

    routes = [Route("/page/{name}", page), Route("/accent", accent), Route("/pieces", pieces), Route("/plain", plain)]
    recording = Middleware(RecorderMiddleware, environment=[templates.env, slow], file=file)
    return Client(Starlette(routes=routes, middleware=[recording, *middleware]))


def test_starlette_pages_are_recorded_and_name_their_templates(tmp_path: Path) -> None:
    file = tmp_path / "samples.txt"
    client = app(file)
    answers = [client.get(url) for url in ("/page/jane", "/accent", "/pieces", "/plain", "/none")]
    assert [one.headers.get("X-Assetforge-Template") for one in answers] == ["page.html", "%C3%A9.html", None, None, None]
    assert answers[0].text == environment().get_template("page.html").render(name="jane")
    assert answers[2].text.count("<p class=") == 1
    assert Samples.load(file).dump().splitlines()[1:] == [
        *("= page.html", "html [lang", " body .layout", "  p .row-* .row", " head"),
        *("= %C3%A9.html", "html", " body", "  p .accent", " head"),
    ]


def test_a_compressed_page_is_read_and_sent_as_it_is(tmp_path: Path) -> None:
    client = app(tmp_path / "samples.txt", Middleware(GZipMiddleware, minimum_size=0))
    answer = client.get("/page/jane", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["X-Assetforge-Template"] == "page.html"
    assert "jane" in answer.text


def test_any_framework_records(tmp_path: Path) -> None:
    file = tmp_path / "samples.txt"
    recorder, known = Recorder(file), environment()
    before = known.get_template("page.html")
    recorder.watch(known)
    recorder.watch(known)
    with recorder.request() as request:
        text = known.get_template("page.html").render(name="bob")
        assert request.take(text, ["bob"]) == "page.html"
    with recorder.request() as request:
        assert request.take(before.render(name="bob")) is None, "made before the environment was watched"
        assert request.take("<!doctype html><p>") is None
    assert "bob" not in file.read_text()
    assert Samples.load(file).templates == ("page.html",)


def test_watched_templates_are_still_jinjas() -> None:
    known = environment()
    plain = known.template_class
    Recorder("samples.txt").watch(known)
    template = known.get_template("page.html")
    assert isinstance(template, plain)
    assert template.render(name="x") == environment().get_template("page.html").render(name="x")
    with pytest.raises(TypeError):
        known.get_template("page.html").render(1, 2)


def test_bodies_of_other_codings_are_sent_as_they_are(tmp_path: Path) -> None:
    async def compressed(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"text/html"), (b"content-encoding", b"br")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": gzip.compress(b"x")})

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    wrapped = RecorderMiddleware(compressed, environment=environment(), file=tmp_path / "samples.txt")
    asyncio.run(wrapped({"type": "http"}, None, send))  # type: ignore[arg-type]
    assert [one["type"] for one in sent] == ["http.response.start", "http.response.body"]
    assert len(sent[0]["headers"]) == 2
