"""What a script really does when it runs: traps on the DOM, set before it in a page of a headless Chromium.

The subject runs as a script of the page, once in the head and once in the body; what happens from its first instruction until the
next script may run (microtasks included) is recorded in the words of `assetforge.formats.js.record`. Not trapped: direct `eval`,
reads of globals, assignments to `location`.
"""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from chromium import Browser

TRAPS = Path(__file__).with_name("traps.js")


class Dynamic(NamedTuple):
    """One thing that a script did, as `Act` says it."""

    what: str
    detail: str = ""


class Trace(NamedTuple):
    """All that a script did. `defined`: properties that the global object got, `lexical`: `let`, `const` and `class`; `augmented`:
    builtin objects and globals of the scripts before it that got or changed members; `errors`: what it threw."""

    done: tuple[Dynamic, ...]
    defined: tuple[str, ...]
    lexical: tuple[str, ...]
    augmented: tuple[str, ...]
    errors: tuple[str, ...]


def trapped(running: Browser, text: str, before: Sequence[str] = ()) -> Trace:
    """What the script `text` does at load, after the scripts `before`."""
    seen = [_once(running, text, before, place) for place in ("head", "body")]
    return Trace(*(tuple(sorted({one for trace in seen for one in getattr(trace, field)})) for field in Trace._fields))


def _once(running: Browser, text: str, before: Sequence[str], place: str) -> Trace:
    files = {"/traps.js": TRAPS.read_text("utf-8"), "/subject.js": text, "/": _page(len(before), place)}
    files |= {f"/before-{number}.js": one for number, one in enumerate(before)}
    with _served(files) as origin:
        tab = running.tab()
        tab.call("Emulation.setDeviceMetricsOverride", width=800, height=600, deviceScaleFactor=1, mobile=False)
        tab.call("Page.navigate", url=origin + "/")
        tab.until("!!globalThis.__traps && __traps.finished")
        seen: dict[str, Any] = json.loads(tab.evaluate("__traps.told()"))
        lexical = tab.call("Runtime.globalLexicalScopeNames")["names"]
        tab.call("Page.close")
    known = set(seen["lexical"])
    return Trace(
        tuple(Dynamic(*one) for one in seen["done"]), tuple(seen["defined"]), tuple(one for one in lexical if one not in known),
        tuple(seen["augmented"]), tuple(one.replace(origin, "") for one in seen["errors"]),
    )  # fmt: skip


def _page(before: int, place: str) -> str:
    scripts = "".join(f'<script src="/before-{number}.js"></script>' for number in range(before))
    subject = '<script>__traps.start()</script><script src="/subject.js"></script><script>__traps.stop()</script>'
    head, body = (subject, "") if place == "head" else ("", subject)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>t</title><style>p { color: red }</style>'
        f'<script src="/traps.js"></script>{scripts}{head}</head><body class="page"><div id="app" class="one"><p>text</p>'
        f'<a href="#x">x</a><img alt=""><form name="f"><input name="i"></form></div>{body}<p>after</p></body></html>'
    )


@contextmanager
def _served(files: dict[str, str]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = files.get(self.path)
            self.send_response(200 if text is not None else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8" if self.path == "/" else "text/javascript; charset=utf-8")
            self.end_headers()
            with suppress(ConnectionError):  # the page was closed
                self.wfile.write((text or "").encode("utf-8", "surrogateescape"))

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
