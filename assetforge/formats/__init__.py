"""The table of formats: which room reads a file, and as which variant.

A new format is one package, one row in `FORMATS`, one row a suffix in `SUFFIXES`, and a folder of cases. Rooms never import each
other: a language inside a language is reported as an `Embed`, and `prepare.py` asks the next room.

A room has `VERSION: int`, `parse(text, variant) -> Parsed` and, where `minifies` names a language, `minify(text, variant) ->
Minified`. Rooms are imported when a file of theirs must be read, so a build that finds everything in its cache imports none.
"""

import os
import sys
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from assetforge.reference import Minified, Parsed


class Format(NamedTuple):
    """`room`: module below this package, None for files that are never looked into. `minifies`: the name of the setting."""

    room: str | None
    variant: str = ""
    minifies: str | None = None


FORMATS: dict[str, Format] = {
    "html": Format("html", "html", "html"),
    "xhtml": Format("html", "xhtml"),
    "css": Format("css", "css", "css"),
    "css-declarations": Format("css", "css-declarations"),
    "css-value": Format("css", "css-value"),
    "js": Format("js", "js", "js"),
    "js-module": Format("js", "js-module", "js"),
    "js-handler": Format("js", "js-handler"),
    "svg": Format("xml", "svg", "svg"),
    "xml": Format("xml", "xml"),
    "json": Format("json", "json", "json"),
    "webmanifest": Format("json", "webmanifest", "json"),
    "importmap": Format("json", "importmap"),
    "json-ld": Format("json", "json-ld"),
    "opaque": Format(None),
}

SUFFIXES: dict[str, str] = {
    ".html": "html", ".htm": "html", ".shtml": "html", ".xhtml": "xhtml", ".xht": "xhtml",
    ".css": "css",
    ".js": "js", ".mjs": "js-module",
    ".svg": "svg",
    ".xml": "xml", ".rss": "xml", ".atom": "xml", ".rdf": "xml", ".xsl": "xml", ".xslt": "xml",
    ".json": "json", ".webmanifest": "webmanifest",
}  # fmt: skip

_LIBRARIES = ("lxml-", "rcssmin-", "rjsmin-", "tree_sitter-", "tree_sitter_javascript-")
PAGES = frozenset({"html", "xhtml"})


def format_of(path: str) -> str:
    """The format of a file by the suffix of its name, `opaque` where no room reads it."""
    name = path[path.rfind("/") + 1 :]
    at = name.rfind(".")
    return SUFFIXES.get(name[at:].lower(), "opaque") if at > 0 else "opaque"


def parse(format: str, text: str) -> Parsed:
    """What the room of `format` finds in `text`."""
    row = FORMATS[format]
    return _room(row.room).parse(text, row.variant) if row.room else Parsed()


def minify(format: str, text: str) -> Minified:
    """`text` smaller, by the room of `format`, which must be one that minifies."""
    row = FORMATS[format]
    result: Minified = _room(row.room).minify(text, row.variant)
    return result


@cache
def versions() -> str:
    """The versions of all rooms and of the libraries they ask: part of every cache key, since a page holds other languages."""
    rooms = sorted({row.room for row in FORMATS.values() if row.room})
    return " ".join((*(f"{room}{_room(room).VERSION}" for room in rooms), *_installed()))


def _installed() -> list[str]:
    """The libraries as their folders of metadata are called, `rcssmin-1.3.0.dist-info`. (`importlib.metadata` takes 50 ms to
    import, and the libraries themselves more.)"""
    found: set[str] = set()
    for folder in sys.path:
        with suppress(OSError):
            found.update(name for name in os.listdir(folder or ".") if name.endswith(".dist-info") and name.startswith(_LIBRARIES))
    return sorted(found)


def _room(room: str | None) -> Any:
    return import_module(f"assetforge.formats.{room}")
