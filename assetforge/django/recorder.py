"""Django: records which elements the pages of each template have, while people look at the site in development and while tests run.

    MIDDLEWARE = [..., "assetforge.django.recorder.RecorderMiddleware"]     # in development, as the last one
    pytest -p assetforge.django.recorder                                    # or in `addopts`; with pytest-django or without
    TEST_RUNNER = "assetforge.django.runner.RecordingRunner"                # `manage.py test`, in parallel too
    assetforge.django.recorder.start()                                      # anywhere else, before the first request

The file is `samples` of ASSETFORGE, else `assetforge-samples.txt` in BASE_DIR (`assetforge.samples` tells what it holds). Pages are
`text/html` answers of views, and of errors that have a template. The sample belongs to the outermost template whose text the answer
carries, whatever rendered it: `render()`, a TemplateResponse, `render_to_string`, the engine of Django or of Jinja.

What must stay true: the middleware is no part of a site in production: with DEBUG off it takes itself out, unless
ASSETFORGE_RECORD is True. Recording makes no query, changes no answer (the middleware adds the header `X-Assetforge-Template`, by
which `assetforge sample` knows a page's template), and keeps nothing of a request beyond it.
"""

import os
from collections.abc import Callable, Iterator
from functools import cache, wraps
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.backends import django as django_backend
from django.utils.deprecation import MiddlewareMixin

from assetforge.config import SAMPLES_FILE
from assetforge.django.places import base_folder
from assetforge.samples.answers import HEADER, is_page, text_of
from assetforge.samples.recording import Recording
from assetforge.samples.renderings import Renderings, rendered, watched

_PATCHED = "_assetforge_original"
_NAMES = ("username", "email", "first_name", "last_name")


class RecorderMiddleware(MiddlewareMixin):
    """For MIDDLEWARE in development."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        if not (settings.DEBUG or getattr(settings, "ASSETFORGE_RECORD", False)):
            raise MiddlewareNotUsed("pages are recorded in development; ASSETFORGE_RECORD = True does it everywhere")
        super().__init__(get_response)
        _watch_templates()

    def __call__(self, request: HttpRequest) -> Any:
        with watched() as renderings:
            answer = super().__call__(request)
            # a coroutine, of `__acall__`, has its own watch when it runs
            return _marked(request, answer, renderings) if isinstance(answer, HttpResponseBase) else answer

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        with watched() as renderings:
            response: Any = self.get_response(request)
            return _marked(request, await response, renderings)


def start() -> None:
    """Record every page from now on, whoever asks for it: Django's test client or a server."""
    _watch_templates()
    _patch(BaseHandler, "get_response", _recording)
    _patch(BaseHandler, "get_response_async", _recording_async)


def stop() -> None:
    """Undo `start`."""
    for name in ("get_response", "get_response_async"):
        original = getattr(getattr(BaseHandler, name), _PATCHED, None)
        if original is not None:
            setattr(BaseHandler, name, original)


def pytest_configure() -> None:
    """Of pytest, where it is told `-p assetforge.django.recorder`."""
    start()


def pytest_unconfigure() -> None:
    """Of pytest."""
    stop()


def samples_file() -> Path:
    """Where samples are kept."""
    table = getattr(settings, "ASSETFORGE", {})
    chosen = table.get("samples") if hasattr(table, "get") else None
    return Path(os.path.realpath(base_folder() / (chosen or SAMPLES_FILE)))


# -- what is watched -------------------------------------------------------------------------------------------------------------


def _watch_templates() -> None:
    """Both engines' `render`, which every way to render a template goes through but the test client's own."""
    _patch(django_backend.Template, "render", _seen)
    try:
        from django.template.backends import jinja2 as jinja_backend
    except ModuleNotFoundError:
        return
    _patch(jinja_backend.Template, "render", _seen)


def _patch(owner: type, name: str, wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    original = getattr(owner, name)
    if not hasattr(original, _PATCHED):
        made = wrap(original)
        setattr(made, _PATCHED, original)
        setattr(owner, name, made)


def _seen(render: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(render)
    def seen(self: Any, *arguments: Any, **options: Any) -> Any:
        return rendered(self.template.name, lambda: render(self, *arguments, **options))

    return seen


def _recording(get_response: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(get_response)
    def answer(self: BaseHandler, request: HttpRequest) -> HttpResponseBase:
        with watched() as renderings:
            response: HttpResponseBase = get_response(self, request)
            _record(request, response, renderings)
            return response

    return answer


def _recording_async(get_response: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(get_response)
    async def answer(self: BaseHandler, request: HttpRequest) -> HttpResponseBase:
        with watched() as renderings:
            response: HttpResponseBase = await get_response(self, request)
            _record(request, response, renderings)
            return response

    return answer


# -- what is recorded ------------------------------------------------------------------------------------------------------------


def _marked(request: HttpRequest, response: HttpResponseBase, renderings: Renderings) -> HttpResponseBase:
    template = _record(request, response, renderings)
    if template is not None:
        response.headers.setdefault(HEADER, quote(template))
    return response


def _record(request: HttpRequest, response: HttpResponseBase, renderings: Renderings) -> str | None:
    """Record an answer; the template that made it, or None where it is no page of one."""
    content_type = response.headers.get("Content-Type", "")
    if response.streaming or not renderings.done or not is_page(response.status_code, content_type):
        return None
    content: bytes = getattr(response, "content", b"")
    text = text_of(content, response.charset, response.headers.get("Content-Encoding", ""))
    template = renderings.template_of(text) if text else None
    if template is not None:
        _recording_of(samples_file()).take(template, text, _private(request))
    return template


@cache
def _recording_of(file: Path) -> Recording:
    return Recording(file)


def _private(request: HttpRequest) -> Iterator[object]:
    """What came with the request, as far as it is known already: nobody is asked for who has not been."""
    match: Any = request.resolver_match
    if match is not None:
        yield from (match.captured_kwargs or {}).values()
        yield from match.args
    user = vars(request).get("_cached_user")
    yield from (value for name in _NAMES if isinstance(value := vars(user).get(name) if user else None, str))
