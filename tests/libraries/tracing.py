"""What a script does in a real browser: at load, and by itself afterwards.

The traps of `support/traps.js` tell what it uses of the DOM, `probe.js` which globals it reads and what it does later. A page is
opened for each configuration: in the head or in the body, with or without the scripts that it knows how to use.
"""

import json
import re
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal, NamedTuple

SUPPORT = Path(__file__).parents[1] / "support"
sys.path.insert(0, str(SUPPORT))

from chromium import Browser, browser  # noqa: E402

VERSION = 1  # of what a trace tells
_PATIENCE = 20.0  # seconds
_NAME = re.compile(rb"[A-Za-z_$][\w$]*")
_SLOT = re.compile(r"on[a-z]+\Z")


class Trace(NamedTuple):
    """`load`: acts while it ran, as pairs of what and detail. `defined`, `lexical`, `augmented`: globals; `replaced`: members of
    the document's own that it replaced. `reads`: globals that it asked for. `changed`: what is different in the document:
    `parent>name` of elements that came, with `-` before it of those that went, and `name@attribute`. `asked`: what it looked for.
    `errors`: what it threw. What has `later` in its name came by itself afterwards; that and `reads` are empty where nobody
    waited or listened."""

    load: list[tuple[str, str]]
    later: list[tuple[str, str]]
    defined: list[str]
    lexical: list[str]
    augmented: list[str]
    replaced: list[str]
    defined_later: list[str]
    reads: list[str]
    reads_later: list[str]
    changed: list[str]
    changed_later: list[str]
    asked: list[str]
    errors: list[str]


class Tracer:
    """A browser with one tab, and a server for its pages."""

    def __init__(self, running: Browser, files: dict[str, bytes], origin: str) -> None:
        self._files = files
        self._origin = origin
        self._tab = running.tab()
        self._tab.call("Emulation.setDeviceMetricsOverride", width=800, height=600, deviceScaleFactor=1, mobile=False)
        self._count = 0

    def trace(self, data: bytes, place: Literal["head", "body"], before: Sequence[bytes], *, whole: bool) -> Trace:
        """What the script `data` does behind the scripts `before`. `whole`: what it reads and what it does later too; the names
        that it might read then exist, without a value."""
        self._count += 1
        name = f"/{self._count}"
        wanted = sorted(candidates(data)) if whole else []
        files = {f"{name}/{number}.js": one for number, one in enumerate(before)}
        start = f"__probe.start({json.dumps(whole)}, {json.dumps(wanted)})"
        files |= {f"{name}/subject.js": data, f"{name}/start.js": start.encode()}
        self._files.update(files, **{name: _page(name, len(before), place).encode()})
        try:
            self._tab.call("Page.navigate", url=self._origin + name)
            seen = self._wait(name)
            lexical = self._tab.call("Runtime.globalLexicalScopeNames")["names"]
        finally:
            for one in (name, *files):
                del self._files[one]
        return _read(seen, lexical, self._origin)

    def _wait(self, name: str) -> dict[str, Any]:
        asked = f"location.pathname === {json.dumps(name)} && globalThis.__probe && __probe.done ? __probe.told() : ''"
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            with suppress(AssertionError):  # the page is not there yet
                if told := self._tab.evaluate(asked):
                    found: dict[str, Any] = json.loads(told)
                    return found
            time.sleep(0.006)
        raise TimeoutError(name)


def candidates(data: bytes) -> set[str]:
    """Every word of a script that could be the name of a global which others define."""
    names = {one.decode("ascii") for one in _NAME.findall(data) if len(one) < 60}
    return {name for name in names if not _SLOT.match(name)} | {"eval"}


def _read(seen: dict[str, Any], lexical: list[str], origin: str) -> Trace:
    load, later = seen["load"], seen["later"] or {"done": [], "defined": []}
    done = {(what, detail) for what, detail in load["done"]}
    return Trace(
        sorted(done),
        sorted({(what, detail) for what, detail in later["done"]} - done),
        sorted(load["defined"]),
        sorted(lexical),
        sorted(load["augmented"]),
        seen["replaced"],
        sorted(set(later["defined"]) - set(load["defined"])),
        seen["reads"],
        seen.get("readsLater", []),
        seen["changed"],
        seen.get("changedLater", []),
        seen["asked"],
        sorted({one.replace(origin, "") for one in load["errors"]}),
    )


def _page(name: str, before: int, place: str) -> str:
    own = "".join(f'<script data-page src="{one}"></script>' for one in ("/probe.js", "/traps.js"))
    scripts = "".join(f'<script data-page src="{name}/{number}.js"></script>' for number in range(before))
    subject = (
        f'<script data-page src="{name}/start.js"></script><script data-page src="{name}/subject.js"></script>'
        "<script data-page>__probe.stop()</script>"
    )
    head, body = (subject, "") if place == "head" else ("", subject)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>t</title>'
        '<link rel="icon" href="data:,"><style>p { color: red }</style>'
        f"<script data-page>localStorage.clear(); sessionStorage.clear()</script>{own}{scripts}{head}</head>"
        '<body class="page"><div id="app" class="one"><p>text</p><a href="#x">x</a><img alt="">'
        f'<form name="f"><input name="i"></form></div>{body}<p data-page>after</p></body></html>'
    )


@contextmanager
def tracer() -> Iterator[Tracer]:
    """A tracer as long as it is wanted."""
    files = {"/traps.js": (SUPPORT / "traps.js").read_bytes(), "/probe.js": Path(__file__).with_name("probe.js").read_bytes()}
    with _served(files) as origin, browser() as running:
        yield Tracer(running, files, origin)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    files: dict[str, bytes]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        data = self.server.files.get(self.path)
        kind = "text/javascript" if self.path.endswith(".js") else "text/html"
        self.send_response(200 if data is not None else 404)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data or b"")))
        self.end_headers()
        with suppress(ConnectionError):  # the page was closed
            self.wfile.write(data or b"")

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def _served(files: dict[str, bytes]) -> Iterator[str]:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.files = files
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
