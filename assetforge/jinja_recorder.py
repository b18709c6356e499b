"""Jinja in any framework: records which elements the pages of each template have, in development and while tests run.

Starlette and FastAPI:

    from assetforge.jinja_recorder import RecorderMiddleware

    templates = Jinja2Templates("templates")
    if app.debug:
        app.add_middleware(RecorderMiddleware, environment=templates.env, file="assetforge-samples.txt")

Anywhere else, around whatever answers a request:

    recorder = Recorder("assetforge-samples.txt")
    recorder.watch(environment)
    with recorder.request() as request:
        text = environment.get_template("page.html").render()
        request.take(text)

The file is `samples` of the configuration, or `assetforge-samples.txt` beside it (`assetforge.samples` tells what it holds). What
must stay true: nothing here is imported unless the application does, which is for development; a page is recorded as it is sent,
and sent as it is, but for the header `X-Assetforge-Template`, by which `assetforge sample` knows its template. Pages that are sent
in pieces while they are made are not recorded.
"""

import contextlib
import os
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from assetforge.samples.answers import HEADER, charset_of, is_page, text_of
from assetforge.samples.recording import Recording
from assetforge.samples.renderings import Renderings, rendered, watched

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]


class Request:
    """A request that is watched."""

    def __init__(self, recording: Recording, renderings: Renderings) -> None:
        self._recording = recording
        self._renderings = renderings

    def take(self, text: str, private: Iterable[object] = ()) -> str | None:
        """Record the page that the request is answered with. Its template; None where it is no page of one. `private`: values that
        came with the request, such as the arguments in its path."""
        template = self._renderings.template_of(text) if self._renderings.done else None
        if template is not None:
            self._recording.take(template, text, private)
        return template


class Recorder:
    """Records into `file`, which need not exist."""

    def __init__(self, file: str | os.PathLike[str]) -> None:
        self._recording = Recording(Path(os.path.abspath(file)))

    def watch(self, environment: Any) -> None:
        """Watch what an environment renders from now on."""
        plain = environment.template_class
        if issubclass(plain, _Watched):
            return
        environment.template_class = type(plain.__name__, (_Watched, plain), {})
        if environment.cache is not None:
            environment.cache.clear()  # templates that are made already are of the class before

    @contextlib.contextmanager
    def request(self) -> Iterator[Request]:
        """Within it, one request is answered."""
        with watched() as renderings:
            yield Request(self._recording, renderings)


class RecorderMiddleware:
    """For ASGI. `environment`: Jinja's, or several."""

    def __init__(self, app: Callable[..., Awaitable[None]], *, environment: Any, file: str | os.PathLike[str]) -> None:
        self._app = app
        self._recorder = Recorder(file)
        for one in environment if isinstance(environment, (list, tuple)) else (environment,):
            self._recorder.watch(one)

    async def __call__(self, scope: MutableMapping[str, Any], receive: _Receive, send: _Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with self._recorder.request() as request:
            await self._app(scope, receive, _Answer(scope, request, send))


class _Watched:
    """A template that is watched."""

    name: str | None

    def render(self, *arguments: Any, **values: Any) -> str:
        plain: Callable[..., str] = super().render  # type: ignore[misc]
        return rendered(self.name, lambda: plain(*arguments, **values))

    async def render_async(self, *arguments: Any, **values: Any) -> str:
        plain: Callable[..., Awaitable[str]] = super().render_async  # type: ignore[misc]
        text = await plain(*arguments, **values)
        return rendered(self.name, lambda: text)


class _Answer:
    """Stands before `send`: keeps the start of a page until its text is there."""

    def __init__(self, scope: MutableMapping[str, Any], request: Request, send: _Send) -> None:
        self._scope = scope
        self._request = request
        self._send = send
        self._start: _Message | None = None

    async def __call__(self, message: _Message) -> None:
        if message["type"] == "http.response.start" and is_page(message["status"], _header(message, "content-type")):
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None:
            if message["type"] == "http.response.body" and not message.get("more_body"):
                self._take(start, message.get("body", b""))
            await self._send(start)
        await self._send(message)

    def _take(self, start: _Message, body: bytes) -> None:
        charset = charset_of(_header(start, "content-type"))
        text = text_of(body, charset, _header(start, "content-encoding"))
        template = self._request.take(text, dict(self._scope.get("path_params", {})).values()) if text else None
        if template is not None:
            start["headers"] = [*start.get("headers", ()), (HEADER.lower().encode(), quote(template).encode())]


def _header(start: _Message, name: str) -> str:
    return next((value.decode("latin-1") for key, value in start.get("headers", ()) if key.decode("latin-1").lower() == name), "")
