"""Flask: `url_for("static", filename="css/app.css")` answers `/static/css/app.6098a84e6f42.css`, with no change to any template.

    from assetforge.flask import Assetforge

    app = Flask(__name__)
    app.config["ASSETFORGE_MANIFEST"] = "build/manifest.json"    # relative to app.root_path, or absolute
    Assetforge(app)                                              # or: assets = Assetforge(); assets.init_app(app)

`flask assetforge build` builds the static files and templates of the app and its blueprints; the app says where they lie and which
URLs answer for them (`assetforge.flask.commands`). Without it, a file names each folder with the URL it is served under:

    # assetforge.toml
    roots = [
      { folder = "shop/static", prefix = "/static/", kind = "static" },
      { folder = "shop/admin/static", prefix = "/admin/static/", kind = "static", scope = "admin" },
    ]

In development, `flask assetforge watch` builds whenever a file changes, and the next request names the new files. Before the first
build, or with ASSETFORGE_MANIFEST left out, the app serves its own files as without the extension.

Configuration, read when a URL is built, so it may come after `init_app`:

    ASSETFORGE_MANIFEST   the manifest of the build. Without it the extension does nothing.
    ASSETFORGE_PREVIOUS   a manifest or a list of them, of other releases that are served at the same time: what only they know
                          still has a URL. Those that do not exist are skipped.
    ASSETFORGE_STRICT     True: `url_for` raises KeyError, with the nearest name, for a file that the build does not know. Good for
                          tests. Otherwise (the default) such a file keeps its own URL, and the log `assetforge` says so once.
    ASSETFORGE_RELOAD     True: read the manifest again when it has changed; False: never. Default: as `app.debug`.
    ASSETFORGE_TEMPLATES  False: templates of the build are not used. Otherwise (the default) each stands in for the file it was
                          built from, as long as that file has not changed (`assetforge.jinja.BuiltLoader`).
    ASSETFORGE            a dict with choices of the build, for the command line (`assetforge.flask.configuration`).

What must stay true. The URL is Flask's own but for the file name: `_external`, `_scheme`, `_anchor`, query arguments, subdomains,
url defaults, SCRIPT_NAME and APPLICATION_ROOT keep their meaning; only an asset host replaces what stands before the path. A
logical path is the URL path, so a file is looked up with the prefix under which the application is mounted, then without. Endpoints
named `static`, of the app and of blueprints nested to any depth, are meant, and no others. Folders (`filename="img/"`) and files
below none of the build's roots (an extension's own static files) are nobody's mistake and keep their URLs.

Files: the static views also send what a build wrote. A file that the manifest names comes from beside the manifest, for a year and
immutable where its name carries a digest; a file of an earlier build comes from there too, where the app's own static folder has
none; everything else is sent as before. A web server in front should do this (OUTPUT/nginx/), and sends the compressed twins, too.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from threading import Lock
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from assetforge.jinja import BuiltLoader
from assetforge.manifest import Entry, Manifest, Watched, places

try:
    from flask import Flask, Response, has_request_context, request, send_from_directory
    from werkzeug.exceptions import NotFound
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(f"assetforge.flask needs Flask ({error}): pip install 'assetforge[flask]'", name=error.name) from None

YEAR = 31_536_000  # seconds
_SLASHES = re.compile("//+")
_NAME = "assetforge"
_DIGEST_NAMES = ("hashed", "prehashed")
_PUBLIC = ("site/", "static/")  # folders of the output that are served; templates are not


class Assetforge:
    """The extension. One may serve several apps; each has its own manifest."""

    def __init__(self, app: Flask | None = None) -> None:
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Make `app.url_for` answer with the names of the build, and its static views send them.

        Where a manifest is configured already, and this is no development server, it is read here and now: a damaged one stops the
        start rather than the first request, and workers forked later share its memory.
        """
        if _NAME in app.extensions:
            raise RuntimeError("this app has the extension assetforge already")
        assets = app.extensions[_NAME] = _Assets(app)
        plain = app.url_for

        @wraps(plain)
        def url_for(endpoint: str, **values: Any) -> str:
            url = plain(endpoint, **values)
            return assets.url(url) if _is_static(endpoint) and values.get("filename") else url

        app.url_for = url_for  # type: ignore[method-assign]
        if "jinja_env" in vars(app) and app.jinja_env.globals.get("url_for") == plain:
            app.jinja_env.globals["url_for"] = url_for  # made before: it holds the method as it was
        _prefer_built_templates(app, assets)
        app.before_request(assets.take_over)
        watched = assets.watched()
        if watched is not None and not watched.reload and os.path.exists(watched.path):
            watched.manifest()


def _prefer_built_templates(app: Flask, assets: "_Assets") -> None:
    """Flask's loader, which knows the folders of the app and its blueprints and their order, goes into a `BuiltLoader`."""
    plain = app.create_global_jinja_loader
    app.create_global_jinja_loader = lambda: BuiltLoader(plain(), assets.templates)  # type: ignore[method-assign,assignment,return-value]
    if "jinja_env" in vars(app) and app.jinja_env.loader is not None:
        app.jinja_env.loader = BuiltLoader(app.jinja_env.loader, assets.templates)


class _Assets:
    """The look-ups of one app."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = Lock()
        self._watched: tuple[tuple[object, object], Watched | None] | None = None
        self._files: tuple[Manifest, dict[str, Entry]] | None = None

    def watched(self) -> Watched | None:
        """The manifest as configured now, or None where none is."""
        config = self._app.config
        chosen = (config.get("ASSETFORGE_MANIFEST"), config.get("ASSETFORGE_PREVIOUS"))
        known = self._watched
        if known is None or known[0] != chosen:
            with self._lock:
                known = self._watched = (chosen, self._watch(*chosen))
        return known[1]

    def templates(self) -> Watched | None:
        """The manifest whose templates are used, or None."""
        return self.watched() if self._app.config.get("ASSETFORGE_TEMPLATES", True) else None

    def _watch(self, manifest: Any, previous: Any) -> Watched | None:
        if not manifest:
            return None
        root = self._app.root_path
        others = [os.path.join(root, place) for place in places(previous or ())]
        return Watched(os.path.join(root, manifest), previous=others, reload=self._reload)

    def _reload(self) -> bool:
        chosen = self._app.config.get("ASSETFORGE_RELOAD")
        return self._app.debug if chosen is None else bool(chosen)

    def url(self, url: str) -> str:
        """The URL of the asset that `url`, as Flask builds it, stands for; `url` itself where it is no asset."""
        watched = self.watched()
        scheme, host, path, query, anchor = urlsplit(url)
        if watched is None or path.endswith("/"):
            return url
        strict = bool(self._app.config.get("ASSETFORGE_STRICT"))
        decoded = _SLASHES.sub("/", unquote(path, errors="surrogateescape"))  # `filename="/css/app.css"`: servers merge them too
        entry = watched.find(*_logical(decoded, self._mounted_at()), strict=strict, foreign=True)
        if entry is None:
            return url
        if entry.url.startswith("/") and not entry.url.startswith("//"):
            path = path[: path.rfind("/") + 1] + entry.url.rpartition("/")[2]
        else:
            there = urlsplit(entry.url)
            scheme, host, path = there.scheme or scheme, there.netloc, there.path
        return urlunsplit((scheme, host, path, query, anchor))

    def _mounted_at(self) -> str:
        return request.script_root if has_request_context() else str(self._app.config["APPLICATION_ROOT"])

    def take_over(self) -> None:
        """Before a request of a static endpoint: have its view send the files of the build. Blueprints may be registered after the
        extension, so this is the first time that all views are known; and it is late enough that the app may refuse the request."""
        endpoint = request.endpoint
        if endpoint is not None and _is_static(endpoint):
            view = self._app.view_functions[endpoint]
            if not isinstance(view, _Sender):
                self._app.view_functions[endpoint] = _Sender(self, self._app.ensure_sync(view))

    def find_files(self, path: str, manifest: Manifest, watched: Watched) -> list[tuple[str, str, Entry | None]]:
        """Where the file of a URL path may lie: an output, the path below it, and the entry. The first is that of this release;
        releases need not have the same layout. Empty: under no root that is served."""
        if ".." in path.split("/"):
            return []  # no URL that anybody built
        logicals = _logical(_SLASHES.sub("/", path), request.script_root)
        found = []
        for place, roots in zip((watched.path, *watched.previous), (manifest.roots, *manifest.releases), strict=False):
            below = (_output_path(f"/{logical}", roots) for logical in logicals)
            output_path = next((one for one in below if one is not None), None)
            if output_path is not None:
                found.append((os.path.dirname(place), output_path, self._entries(manifest).get(output_path)))
        return found

    def _entries(self, manifest: Manifest) -> dict[str, Entry]:
        known = self._files
        if known is None or known[0] is not manifest:
            both = (*manifest.previous.values(), *manifest.assets.values())
            known = self._files = manifest, {entry.output_path: entry for entry in both}
        return known[1]


class _Sender:
    """A static view that knows the files of the build, around the one that knows the app's own."""

    def __init__(self, assets: _Assets, view: Callable[..., Any]) -> None:
        self._assets = assets
        self._view = view
        self.__name__ = getattr(view, "__name__", "static")
        self.__doc__ = view.__doc__

    def __call__(self, **values: Any) -> Any:
        watched = self._assets.watched()
        try:
            manifest = watched.manifest() if watched is not None else None
        except FileNotFoundError:
            manifest = None
        if watched is None or manifest is None:
            return self._view(**values)
        files = self._assets.find_files(request.script_root + request.path, manifest, watched)
        if (response := _send(one for one in files if one[2] is not None)) is not None:
            return response
        try:
            return self._view(**values)
        except NotFound:
            response = _send((output, output_path, None) for output, output_path, _ in files)
            if response is None:
                raise
            return response


def _is_static(endpoint: str) -> bool:
    return endpoint == "static" or endpoint.endswith(".static")


def _logical(path: str, mounted_at: str) -> tuple[str, ...]:
    """The logical paths that a URL path may have: as the browser sees it, and relative to where the app is mounted."""
    root = mounted_at.rstrip("/") + "/"
    whole = path[1:]
    return (whole, path[len(root) :]) if len(root) > 1 and path.startswith(root) else (whole,)


def _output_path(path: str, roots: Mapping[str, str]) -> str | None:
    """Where the file of a URL path lies below the output: in the folder of the longest root above it."""
    root = max((root for root in roots if path.startswith(root)), key=len, default=None)
    if root is None or not roots[root].startswith(_PUBLIC):
        return None
    return roots[root] + path[len(root) :]


def _send(files: Iterable[tuple[str, str, Entry | None]]) -> Response | None:
    """The first of `files` that is there. Only a name that follows from the bytes may be kept."""
    for output, output_path, entry in files:
        immutable = entry is not None and entry.naming in _DIGEST_NAMES
        try:
            # Below the folder that is served: nothing beside it can be reached.
            folder, _, name = output_path.partition("/")
            response = send_from_directory(
                os.path.join(output, folder),
                name,
                mimetype=entry.media_type if entry is not None else None,
                **({"max_age": YEAR} if immutable else {}),
            )
        except NotFound:
            continue
        if immutable:
            response.cache_control.immutable = True
        if response.mimetype != "text/html":  # fonts and modules are fetched in CORS mode, and from an asset host across origins
            response.headers.setdefault("Access-Control-Allow-Origin", "*")
        return response
    return None
