"""The schedule before a real browser: a page says, shows and fails with the same before and after, on a server that takes its time.

Careless plans (defer all that can be deferred; move everything) are tried too: where a row says so, the same judge must see them.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest
from chromium import Tab, Visit, browser
from script_pages import ROWS, Row
from scripted import carried_out, page

from assetforge.pages.page import Page
from assetforge.pages.plan import ScriptDecision, ScriptPlan
from assetforge.pages.script.scripts import schedule

pytestmark = pytest.mark.browser

PAUSE, SLOW = 0.12, 0.25  # seconds: at a pause in the page, and for a script that is slow
QUIET = 120  # milliseconds after the load event, for timers and what was put in
_LOOKED_AT = """(() => {
  const scripts = document.querySelectorAll('script');
  const shown = [...document.querySelectorAll('body, body *')].filter((e) => e.localName != 'script');
  const colours = shown.map((e) => getComputedStyle(e).color);
  scripts.forEach((e) => e.remove());
  return JSON.stringify([document.documentElement.outerHTML.replace(/\\s+/g, ' ').replace(/> </g, '><'), colours]);
})()"""


class Trace(NamedTuple):
    """What a person and other scripts can tell: the console, what failed, the document without its scripts and its colours."""

    console: list[str]
    failures: list[str]
    document: str


class _Slowly(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    files: Mapping[str, str]

    def do_GET(self) -> None:
        text = self.files.get(self.path.partition("?")[0])
        if text is None:
            self.send_error(404)
            return
        kind = "text/javascript" if self.path.partition("?")[0].endswith(".js") else "text/html"
        if "slow" in self.path:
            time.sleep(SLOW)
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Connection", "close")
        self.end_headers()
        for number, part in enumerate(text.split("<!--pause-->")):
            time.sleep(PAUSE if number else 0)
            self.wfile.write(part.encode())
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def served(files: Mapping[str, str]) -> Iterator[str]:
    handler = type("Handler", (_Slowly,), {"files": files})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with browser() as running:
        yield running.tab()


def trace(tab: Tab, text: str, scripts: Mapping[str, str]) -> Trace:
    files = {f"/{name}": script for name, script in scripts.items()} | {"/index.html": text, "/favicon.ico": "", "/p.gif": ""}
    with served(files) as url:
        tab.visit = Visit()
        tab.call("Page.navigate", url=f"{url}/index.html")
        tab.until(f"document.readyState == 'complete' && location.href == '{url}/index.html'")
        tab.evaluate(f"new Promise((done) => setTimeout(done, {QUIET}))")
        document = tab.evaluate(_LOOKED_AT)
    plain = [re.sub(r"http://127\.0\.0\.1:\d+", "", line.splitlines()[0]) for line in tab.visit.console]
    failures = [re.sub(r"http://127\.0\.0\.1:\d+", "", line) for line in tab.visit.failures]
    return Trace(plain, sorted(failures), document)


@pytest.fixture(scope="module")
def as_written(tab: Tab) -> Callable[[Row], Trace]:
    """The trace of a row's page as its author wrote it, taken once."""
    taken: dict[str, Trace] = {}

    def of(row: Row) -> Trace:
        if row.name not in taken:
            taken[row.name] = trace(tab, row.text, row.scripts)
        return taken[row.name]

    return of


def careless(given: Page, how: str) -> ScriptPlan:
    """The plan of a tool that does not look: every script that could be is deferred, or moved to the end."""
    plan = schedule(given)
    loading = given.outline.loading
    decisions = []
    for one in plan.decisions:
        runs = one.verb != "as-is" and not loading[one.element].foreign
        external = loading[one.element].attribute("src") is not None
        verb = how if runs and (how == "move" or external) else "as-is"
        decisions.append(ScriptDecision(one.element, verb))  # type: ignore[arg-type]
    end = given.text.lower().rfind("</body>")
    return ScriptPlan(tuple(decisions), end if end >= 0 else len(given.text))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_browser_sees_no_difference(tab: Tab, as_written: Callable[[Row], Trace], row: Row) -> None:
    given = page(row.text, row.scripts)
    after = carried_out(given, schedule(given))
    assert trace(tab, after, row.scripts) == as_written(row)


@pytest.mark.parametrize(
    ("row", "how"), [(row, how) for row in ROWS for how in row.fails], ids=lambda one: getattr(one, "name", one)
)
def test_a_browser_sees_what_a_careless_plan_does(tab: Tab, as_written: Callable[[Row], Trace], row: Row, how: str) -> None:
    given = page(row.text, row.scripts)
    after = carried_out(given, careless(given, how))
    assert trace(tab, after, row.scripts) != as_written(row)
