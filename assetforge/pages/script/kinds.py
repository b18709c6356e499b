"""What the browser makes of a `<script>`: whether it runs, and what waits for it.

The rules are those of the HTML Standard, "prepare the script element" (4.12.1.1), and of SVG 2, 16.4. What must stay true: only
`sync` is ever changed, since only it blocks the parser.
"""

from typing import Literal

from assetforge.formats.html.outline import Loading

Kind = Literal[
    "sync",  # a classic script that blocks the parser: inline, or external without `async` and `defer`
    "defer",  # an external classic script with `defer`
    "module",  # a module that is deferred: inline, or external without `async`
    "async",  # a classic script or module that runs as soon as it is there
    "event",  # `for="window" event="onload"`: runs as a sync one does
    "foreign",  # a script of SVG: blocks, and knows no `defer`
    "data",  # no JavaScript, an import map, or nothing at all
    "never",  # JavaScript that no browser of today runs: `nomodule`, `for="other"`
    "inert",  # in a `<template>`
]

_WHITE = "\t\n\f\r "
# MIME Sniffing Standard, "JavaScript MIME type": compared whole, so a parameter (`; charset=utf-8`) makes it data.
_JAVASCRIPT = frozenset({
    "application/ecmascript", "application/javascript", "application/x-ecmascript", "application/x-javascript", "text/ecmascript",
    "text/javascript", "text/javascript1.0", "text/javascript1.1", "text/javascript1.2", "text/javascript1.3", "text/javascript1.4",
    "text/javascript1.5", "text/jscript", "text/livescript", "text/x-ecmascript", "text/x-javascript",
})  # fmt: skip
_AT_LOAD = frozenset({"onload", "onload()"})

RUNS_SYNC: frozenset[Kind] = frozenset({"sync", "event", "foreign"})
RUNS_DEFERRED: frozenset[Kind] = frozenset({"defer", "module"})
RUNS: frozenset[Kind] = RUNS_SYNC | RUNS_DEFERRED | {"async"}


def kind(one: Loading) -> Kind:
    """The kind of a `<script>` of a page that is HTML."""
    if one.inert:
        return "inert"
    language = _language(one)
    if one.foreign:
        return "foreign" if language in ("classic", "module") else "data"
    if language == "data" or (one.attribute("src") is None and one.body.start == one.body.end) or one.attribute("src") == "":
        return "data"
    if language == "module":
        return "async" if one.attribute("async") is not None else "module"
    return _classic(one)


def is_external(one: Loading) -> bool:
    """Does it load its text?"""
    return source(one) is not None


def source(one: Loading) -> str | None:
    """The URL of its text. A script of SVG has `href` for `src`."""
    return (one.attribute("href") or one.attribute("xlink:href")) if one.foreign else one.attribute("src")


def _classic(one: Loading) -> Kind:
    if one.attribute("nomodule") is not None:
        return "never"
    target, event = one.attribute("for"), one.attribute("event")
    if target is not None and event is not None:
        at_load = target.strip(_WHITE).lower() == "window" and event.strip(_WHITE).lower() in _AT_LOAD
        return "event" if at_load else "never"
    if one.attribute("src") is None:
        return "sync"  # `defer` and `async` of an inline one mean nothing
    if one.attribute("async") is not None:
        return "async"
    return "defer" if one.attribute("defer") is not None else "sync"


def _language(one: Loading) -> Literal["classic", "module", "data"]:
    declared, language = one.attribute("type"), one.attribute("language")
    if declared == "" or (declared is None and not language):
        return "classic"
    mime = f"text/{language}" if declared is None else declared.strip(_WHITE)
    if mime.lower() in _JAVASCRIPT:
        return "classic"
    return "module" if mime.lower() == "module" and declared is not None else "data"
