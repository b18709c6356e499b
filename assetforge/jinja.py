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

Built templates. Where the build had templates, `install` puts a `BuiltLoader` before the environment's loader. What must stay true:
the environment's own loader says which file a name means, so its order, and templates of one name, keep their meaning; the built
text stands in for exactly that file, and only while that file has the bytes that it was built from. An edited template, one that
the build never saw and one in development before the first build are used as they are.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any
from urllib.parse import quote

from assetforge.manifest import TEMPLATES, Entry, Manifest, Place, Watched, places

try:
    from jinja2 import (
        BaseLoader,
        ChoiceLoader,
        Environment,
        FileSystemLoader,
        PackageLoader,
        PrefixLoader,
        Template,
        TemplateNotFound,
        pass_context,
    )
    from jinja2.ext import Extension
    from jinja2.runtime import Context
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(f"assetforge.jinja needs Jinja ({error}): pip install 'assetforge[jinja]'", name=error.name) from None

_PATH_END = re.compile(r"[?#]")
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
        self.watched = Watched(os.path.abspath(manifest), previous=others, reload=reload)
        self._strict = strict
        self._prefix: Callable[[Context], str] = prefix if callable(prefix) else lambda context: prefix

    def url(self, path: str, context: Context) -> str:
        """The URL of the asset with this logical path."""
        below = self._prefix(context).strip("/")
        path, rest = self._parted(path, below)
        if below and (entry := self._known(f"{below}/{path}")):
            return entry.url + rest  # the build knows where it is mounted
        entry = self.watched.find(path, strict=self._strict)
        url = (entry.url if entry is not None else f"/{_quoted(path)}") + rest
        is_path = url.startswith("/") and not url.startswith("//")
        return f"/{_quoted(below)}{url}" if below and is_path else url

    def integrity(self, path: str, context: Context) -> str:
        """SRI metadata (`sha384-…`); empty, which browsers take for none, where the manifest promises no bytes."""
        below = self._prefix(context).strip("/")
        path, _ = self._parted(path, below)
        entry = (self._known(f"{below}/{path}") if below else None) or self.watched.find(path, strict=self._strict)
        return (entry.integrity if entry is not None else None) or ""

    def _parted(self, path: str, below: str) -> tuple[str, str]:
        """A logical path, and the query or fragment behind it (`icons.svg#sun`). A file may have such a character in its name."""
        path = path.removeprefix("/")
        end = _PATH_END.search(path)
        if end is None or self._known(path) or (below and self._known(f"{below}/{path}")):
            return path, ""
        return path[: end.start()], path[end.start() :]

    def _known(self, path: str) -> Entry | None:
        try:
            return self.watched.manifest().find(path)
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


def install(environment: Environment, manifest: Place, *, templates: bool = True, **options: Any) -> Assets:
    """Add the functions to an environment, and let its loader prefer built templates unless `templates` is False. `options` as for
    `Assets`."""
    environment.add_extension(Assetforge)
    assets = Assets(manifest, **options)
    vars(environment)["assetforge"] = assets
    loader = environment.loader
    if templates and loader is not None:
        original = loader.original if isinstance(loader, BuiltLoader) else loader
        environment.loader = BuiltLoader(original, lambda: assets.watched)
    return assets


# -- templates -------------------------------------------------------------------------------------------------------------

_Source = tuple[str, str | None, Callable[[], bool] | None]
_ENCODINGS = ("utf-8", "utf-8-sig", "latin-1")  # what loaders are told to read; ASCII is put into all of them alike


class _NoSource(RuntimeError):
    """The loader has compiled templates only."""


class BuiltLoader(BaseLoader):
    """`original`, with the templates of a build in the place of those they were built from.

    `manifest`: the file that the build wrote, or a function that tells a `Watched` (None: the originals are used). `reload`: True
    in development, to see a new build. Where a template's own file did not come along to the server, the built one answers by its
    name, if only one has it.
    """

    def __init__(
        self,
        original: BaseLoader,
        manifest: Place | Callable[[], Watched | None],
        *,
        reload: bool | Callable[[], bool] = False,
    ) -> None:
        self.original = original
        watched = None if callable(manifest) else Watched(os.path.abspath(manifest), reload=reload)
        self._watched: Callable[[], Watched | None] = manifest if callable(manifest) else lambda: watched
        self._known: tuple[Manifest, Mapping[str, tuple[str, ...]]] | None = None

    def get_source(self, environment: Environment, template: str) -> _Source:
        """As `BaseLoader.get_source`."""
        watched, manifest = self._now()
        try:
            text, file, fresh = self._original_source(environment, template)
        except TemplateNotFound:
            alone = _alone(template, watched, manifest)
            if alone is None:
                raise
            text, file, fresh = *alone, None
        else:
            if watched is not None and manifest is not None:
                text, file = self._built(template, text, file, watched, manifest) or (text, file)
        return text, file, lambda: (fresh is None or fresh()) and self._now()[1] is manifest

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:
        """As `BaseLoader.load`. Templates that were compiled ahead are run as they are."""
        try:
            return super().load(environment, name, globals)
        except _NoSource:
            return self.original.load(environment, name, globals)

    def list_templates(self) -> list[str]:
        """As `BaseLoader.list_templates`: those of the original loader."""
        return self.original.list_templates()

    def _now(self) -> tuple[Watched | None, Manifest | None]:
        watched = self._watched()
        try:
            return watched, watched.manifest() if watched is not None else None
        except FileNotFoundError:
            return watched, None

    def _original_source(self, environment: Environment, template: str) -> _Source:
        try:
            return self.original.get_source(environment, template)
        except RuntimeError as error:  # `BaseLoader.get_source` of one without source access, a `ModuleLoader`
            raise _NoSource(str(error)) from error

    def _built(
        self, template: str, text: str, file: str | None, watched: Watched, manifest: Manifest
    ) -> tuple[str, str] | None:
        """The text and the file that were built from the template that `text` is; None where nothing was."""
        data = _bytes(text, file)
        found = self._paths(manifest).get(hashlib.sha256(data).hexdigest(), ())
        ends = (f"/{template}", f"/{os.path.basename(file or template)}")  # not every loader takes names for paths
        output_path = next((path for end in ends for path in found if path.endswith(end)), None)
        if output_path is None:
            if not watched.reload and any(path.endswith(f"/{template}") for path in manifest.templates):
                watched.tell(template, f"the template {template} is not the one that was built, and is used as it is")
            return None
        place = os.path.join(os.path.dirname(watched.path), output_path)
        try:
            with open(place, "rb") as built:
                changed = _decoded(built.read(), data, text)
        except FileNotFoundError:
            watched.tell(place, f"there is no {place}: the template {template} is used as it is")
            return None
        return (changed, place) if changed is not None else None

    def _paths(self, manifest: Manifest) -> Mapping[str, tuple[str, ...]]:
        """Output paths by the digest of what they were built from."""
        known = self._known
        if known is None or known[0] is not manifest:
            paths: dict[str, tuple[str, ...]] = {}
            for path, digest in manifest.templates.items():
                paths[digest] = (*paths.get(digest, ()), path)
            known = self._known = manifest, paths
        return known[1]


def folders(loader: BaseLoader | None) -> tuple[list[tuple[str, str]], list[BaseLoader]]:
    """The folders that a loader reads, in its order, each with what stands before the names of its templates; and the loaders
    inside of it that read no folder."""
    found: list[tuple[str, str]] = []
    others: list[BaseLoader] = []
    waiting: list[tuple[BaseLoader | None, str]] = [(loader, "")]
    while waiting:
        one, below = waiting.pop()
        match one:
            case None:
                pass
            case BuiltLoader():
                waiting.append((one.original, below))
            case FileSystemLoader():
                found += ((os.fspath(folder), below) for folder in one.searchpath)
            case PackageLoader() if os.path.isdir(one._template_root):
                found.append((one._template_root, below))
            case ChoiceLoader():
                waiting += ((inner, below) for inner in reversed(one.loaders))
            case PrefixLoader() if one.delimiter == "/":
                waiting += ((inner, f"{below}{name}/") for name, inner in reversed(tuple(one.mapping.items())))
            case _:
                others.append(one)
    return found, others


def _alone(template: str, watched: Watched | None, manifest: Manifest | None) -> tuple[str, str] | None:
    """The built template of this name, where just one root has it."""
    if watched is None or manifest is None:
        return None
    folders = {folder for folder in manifest.roots.values() if folder.startswith(TEMPLATES)}
    found = [folder + template for folder in sorted(folders) if folder + template in manifest.templates]
    place = os.path.join(os.path.dirname(watched.path), found[0]) if len(found) == 1 else None
    if place is None or not os.path.exists(place):
        return None
    with open(place, encoding="utf-8") as file:
        return file.read(), place


def _bytes(text: str, file: str | None) -> bytes:
    """The bytes that a loader made `text` of."""
    try:
        if file is not None:
            with open(file, "rb") as original:
                return original.read()
    except OSError:
        pass  # not every loader's name of a file is one
    return text.encode("utf-8", "surrogateescape")


def _decoded(built: bytes, original: bytes, text: str) -> str | None:
    """What the loader that made `text` of `original` would make of `built`; None where that is not certain."""
    for encoding in _ENCODINGS:
        try:
            read = original.decode(encoding)
            for newlines in (str, _universal):
                if newlines(read) == text:
                    return newlines(built.decode(encoding))
        except UnicodeDecodeError:
            continue
    return None


def _universal(text: str) -> str:
    """As `open` reads it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


# -- contexts --------------------------------------------------------------------------------------------------------------


def _assets(context: Context) -> Assets:
    assets = getattr(context.environment, "assetforge", None)
    if not isinstance(assets, Assets):
        raise RuntimeError("the environment has no manifest: environment.assetforge = Assets('build/manifest.json')")
    return assets


def _quoted(path: str) -> str:
    return quote(path.encode("utf-8", "surrogateescape"), safe=_SAFE)
