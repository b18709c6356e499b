"""Jinja: `{{ asset_url("static/css/app.css") }}` and `{{ asset_integrity("static/css/app.css") }}` in any environment.

    from assetforge.jinja import install

    install(environment, "build/manifest.json")

or, where extensions are configured by name:

    environment = Environment(extensions=["assetforge.jinja.Assetforge"])
    environment.assetforge = Assets("build/manifest.json")

Starlette and FastAPI:

    templates = Jinja2Templates("templates")
    install(templates.env, "build/manifest.json", reload=app.debug)
    app.mount("/static", StaticFiles(directory="build/static"), name="static")

In templates:

    <link rel="stylesheet" href="{{ asset_url('static/css/app.css') }}"
          integrity="{{ asset_integrity('static/css/app.css') }}" crossorigin="anonymous">

Paths are logical: the URL path of a file under its own name, without the leading slash. The URL is that of the manifest, with the
prefix under which the application is mounted before it where the request says one (ASGI's `root_path`, WSGI's SCRIPT_NAME) and the
manifest has no file below that prefix. A macro sees the request only where it is imported `with context`.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from assetforge.manifest import Entry, Place, Watched, places

try:
    from jinja2 import Environment, pass_context
    from jinja2.ext import Extension
    from jinja2.runtime import Context
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(f"assetforge.jinja needs Jinja ({error}): pip install 'assetforge[jinja]'", name=error.name) from None

_SAFE = "/@+!~:"  # what a URL path may hold and no language quotes; letters, digits and `-._` go without saying


def mounted_at(context: Context) -> str:
    """The URL prefix under which the application of a template's `request` is mounted, without a slash at its end."""
    request = context.get("request")
    scope = getattr(request, "scope", None)
    if isinstance(scope, dict):  # ASGI. A sub-application has its own `root_path`; Starlette keeps that of the whole
        root = scope.get("app_root_path", scope.get("root_path", ""))
    else:  # Werkzeug
        root = getattr(request, "script_root", "")
    return root.rstrip("/") if isinstance(root, str) else ""


class Assets:
    """What the functions look up. `manifest`: the file that a build wrote.

    `previous`: manifests of other releases that are served at the same time; what only they know still has a URL. `reload`: True in
    development, to read a manifest again when it has changed; in production it is read once. `strict`: an asset that no build
    knows is a KeyError that names the nearest; otherwise it keeps its own URL, and the log `assetforge` says so once. `prefix`:
    where the application is mounted, or a function that tells it from the template's context.
    """

    def __init__(
        self,
        manifest: Place,
        *,
        previous: Place | Iterable[Place] = (),
        reload: bool | Callable[[], bool] = False,
        strict: bool = False,
        prefix: str | Callable[[Context], str] = mounted_at,
    ) -> None:
        others = [os.path.abspath(place) for place in places(previous)]
        self._watched = Watched(os.path.abspath(manifest), previous=others, reload=reload)
        self._strict = strict
        self._prefix: Callable[[Context], str] = prefix if callable(prefix) else lambda context: prefix

    def url(self, path: str, context: Context) -> str:
        """The URL of the asset with this logical path."""
        path, below = path.removeprefix("/"), self._prefix(context).strip("/")
        if below and (entry := self._known(f"{below}/{path}")):
            return entry.url  # the build knows where it is mounted
        entry = self._watched.find(path, strict=self._strict)
        url = entry.url if entry is not None else f"/{_quoted(path)}"
        is_path = url.startswith("/") and not url.startswith("//")
        return f"/{_quoted(below)}{url}" if below and is_path else url

    def integrity(self, path: str, context: Context) -> str:
        """SRI metadata (`sha384-…`); empty, which browsers take for none, where the manifest promises no bytes."""
        path, below = path.removeprefix("/"), self._prefix(context).strip("/")
        entry = (self._known(f"{below}/{path}") if below else None) or self._watched.find(path, strict=self._strict)
        return (entry.integrity if entry is not None else None) or ""

    def _known(self, path: str) -> Entry | None:
        try:
            return self._watched.manifest().find(path)
        except FileNotFoundError:
            return None


@pass_context
def asset_url(context: Context, path: str) -> str:
    """The URL under which a page asks for an asset."""
    return _assets(context).url(path, context)


@pass_context
def asset_integrity(context: Context, path: str) -> str:
    """The value of an `integrity` attribute for an asset."""
    return _assets(context).integrity(path, context)


class Assetforge(Extension):
    """Adds `asset_url` and `asset_integrity` to an environment. `environment.assetforge` is to be an `Assets`."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.extend(assetforge=None)
        environment.globals.update(asset_url=asset_url, asset_integrity=asset_integrity)


def install(environment: Environment, manifest: Place, **options: Any) -> Assets:
    """Add the functions to an environment. `options` as for `Assets`."""
    environment.add_extension(Assetforge)
    assets = Assets(manifest, **options)
    vars(environment)["assetforge"] = assets
    return assets


def _assets(context: Context) -> Assets:
    assets = getattr(context.environment, "assetforge", None)
    if not isinstance(assets, Assets):
        raise RuntimeError("the environment has no manifest: environment.assetforge = Assets('build/manifest.json')")
    return assets


def _quoted(path: str) -> str:
    return quote(path.encode("utf-8", "surrogateescape"), safe=_SAFE)
