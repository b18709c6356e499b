"""A template loader that reads built templates where Django's own loaders read the originals.

    TEMPLATES = [{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {"loaders": ["assetforge.django.loader.Loader"]},      # in the place of APP_DIRS
    }]

Other loaders are named as for Django's `cached.Loader`; without a list they are the two that APP_DIRS stands for:

    "loaders": [("assetforge.django.loader.Loader", ["django.template.loaders.filesystem.Loader", "shop.loaders.Themes"])]

The wrapped loaders go on saying which files a name may mean, and in which order; this one looks up what a build made of the file
that was found. So overriding, `{% extends %}` of the same name, debug pages (which show the original's path) and autoreload are as
without it. While DEBUG is on the originals are read, and so they are where nothing was built yet. Else the built ones count and no
others: a template that is not among them is an error that says what to do, since the page might name assets of another release.
What is none of a build's files (a database, a `locmem.Loader`, a folder that the build did not know) is read by its own loader.

Templates are compiled once, as with the loaders that Django takes by itself (`cached.Loader`, which this one is). What must stay
true: a request imports nothing of this package but `places` and `manifest`.
"""

import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.template import Origin, TemplateDoesNotExist
from django.template.loaders import cached

from assetforge.django import places

USUAL = ("django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader")
_HOW = "run `manage.py collectstatic` or `manage.py assetforge build`"


class NotBuilt(ImproperlyConfigured):
    """A template exists, but is not among those that were built."""


class Found(Origin):
    """A file that one of the wrapped loaders found. `source`: how that loader calls it."""

    def __init__(self, source: Origin, loader: "Loader") -> None:
        super().__init__(name=source.name, template_name=source.template_name, loader=loader)
        self.source = source


class Loader(cached.Loader):
    """`loaders`: those to find the originals with, as OPTIONS["loaders"] names them."""

    def __init__(self, engine: Any, loaders: Sequence[Any] = USUAL) -> None:
        super().__init__(engine, loaders)
        self._build: _Build | None = None
        self._known = False

    def get_template_sources(self, template_name: str) -> Iterator[Origin]:
        for source in super().get_template_sources(template_name):
            yield Found(source, self)

    def get_contents(self, origin: Any) -> str:
        build = None if settings.DEBUG else self._last()
        path = build.path(origin.name) if build else None
        if build is None or path is None:
            source: Any = origin.source if isinstance(origin, Found) else origin
            return str(source.loader.get_contents(source))
        if path not in build.templates:
            if os.path.exists(origin.name):
                raise NotBuilt(f"{origin.name} is not among the built templates in {build.place}: {_HOW}")
            raise TemplateDoesNotExist(origin)
        with open(build.place / path, encoding=self.engine.file_charset) as stream:
            return stream.read()

    def reset(self) -> None:
        """Forget what was compiled and what was read of the build."""
        super().reset()
        self._known = False

    def _last(self) -> "_Build | None":
        """The build that stood when the first template was asked for."""
        if not self._known:
            templates = places.built_templates()
            folders = {os.path.abspath(folder) for folder in self.get_dirs() if folder}
            self._build = None if templates is None else _Build(places.templates_folder(), templates, folders)
            self._known = True
            if templates is None:
                logging.getLogger("assetforge").warning("no templates were built, so the originals are used: %s", _HOW)
        return self._build


class _Build:
    """A build as one loader sees it."""

    def __init__(self, place: Path, templates: Mapping[str, str], folders: Iterable[str]) -> None:
        self.place = place
        self.templates = templates
        known = {path.partition("/")[0] for path in templates}
        labels = {folder: places.label(folder) for folder in folders}
        self._folders = {folder: f"{label}/" for folder, label in labels.items() if label in known}

    def path(self, file: str) -> str | None:
        """Where the build has what it made of `file`, or would have it; None where that lies in no folder that it knows."""
        folder = os.path.dirname(file)
        while folder not in self._folders:
            folder, below = os.path.dirname(folder), folder
            if folder == below:
                return None
        return self._folders[folder] + Path(file).relative_to(folder).as_posix()
