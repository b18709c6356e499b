"""A headless Chromium, driven over its debugging pipe: no driver and no library between.

The protocol (Chrome DevTools Protocol, flat sessions): JSON messages, each ended by a NUL, on the descriptors 3 and 4 of the
browser.
"""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from select import select
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-quic", "--disable-extensions", "--no-first-run", "--hide-scrollbars",
    "--mute-audio", "--force-color-profile=srgb", "--font-render-hinting=none", "--remote-debugging-pipe",
)  # fmt: skip
_PATIENCE = 30.0  # seconds
# A page that shows the time shows the same one on every visit.
_CLOCK = """{
  const Real = Date, now = 1790000000000;
  Date = class extends Real { constructor(...given) { given.length ? super(...given) : super(now); } static now() { return now; } };
}"""


def program() -> str:
    """The browser. Skips the test where there is none."""
    found = next((place for name in NAMES if (place := shutil.which(name))), None)
    if found is None:
        pytest.skip("Chromium is not installed: `apt-get install chromium`")
    return found


@dataclass(slots=True)
class Visit:
    """What a page said and asked for while it loaded."""

    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Tab:
    """One page at a time."""

    def __init__(self, browser: "Browser", session: str) -> None:
        self._browser = browser
        self._session = session
        self._idle = False
        self.visit = Visit()
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        # of the candidates of a srcset Chromium likes one that it has already: what an earlier page loaded must not count
        self.call("Network.setCacheDisabled", cacheDisabled=True)
        self.call("Page.setLifecycleEventsEnabled", enabled=True)
        self.call("Page.addScriptToEvaluateOnNewDocument", source=_CLOCK)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.call(method, session=self._session, tell=self._take, **parameters)

    def size(self, width: int, height: int) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)

    def colours(self, scheme: str) -> None:
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def open(self, url: str, *, settled: bool = True) -> Visit:
        """Load a page and wait until it is quiet. `settled`: and painted, which only a page with scripts can tell."""
        self.visit = Visit()
        self._idle = False
        self.call("Page.navigate", url=url)
        self._wait(lambda: self._idle)
        if settled:
            self.settle()
        return self.visit

    def settle(self) -> None:
        """Fonts are there, and two frames were painted."""
        self.evaluate(
            "document.fonts.ready.then(() => new Promise((done) => "
            "requestAnimationFrame(() => requestAnimationFrame(() => done(1)))))"
        )

    def until(self, expression: str) -> None:
        """Wait until a JavaScript expression is true."""
        deadline = time.monotonic() + _PATIENCE
        while not self.evaluate(expression):
            if time.monotonic() > deadline:
                raise AssertionError(f"never became true: {expression}")
            time.sleep(0.05)

    def evaluate(self, expression: str) -> Any:
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise AssertionError(f"{expression}: {answer['exceptionDetails'].get('exception', {}).get('description')}")
        return answer["result"].get("value")

    def picture(self) -> bytes:
        """The whole page as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"])

    def _wait(self, reached: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not reached():
            self._browser.pump(deadline, self._take)

    def _take(self, method: str, event: dict[str, Any]) -> None:
        visit = self.visit
        if method == "Page.lifecycleEvent" and event["name"] == "networkIdle":
            self._idle = True
        elif method == "Runtime.consoleAPICalled":
            visit.console.append(
                " ".join([event["type"], *(str(one.get("value", one.get("description"))) for one in event["args"])])
            )
        elif method == "Runtime.exceptionThrown":
            details = event["exceptionDetails"]
            visit.console.append("exception " + str(details.get("exception", {}).get("description", details["text"])))
        elif method == "Log.entryAdded":
            visit.console.append(f"{event['entry']['level']} {event['entry']['text']} {event['entry'].get('url', '')}")
        elif method == "Network.requestWillBeSent":
            visit.requests.append(event["request"]["url"])
        elif method == "Network.responseReceived" and event["response"]["status"] >= 400:
            visit.failures.append(f"{event['response']['status']} {event['response']['url']}")
        elif method == "Network.loadingFailed" and not event.get("canceled"):
            visit.failures.append(event["errorText"])


class Browser:
    """The process, and the messages to and from it."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading, self._writing = reading, writing
        self._left = b""
        self._count = 0
        self._answers: dict[int, dict[str, Any]] = {}

    def tab(self) -> Tab:
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        return Tab(self, self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])

    def call(
        self, method: str, *, session: str = "", tell: Callable[[str, dict[str, Any]], None] | None = None, **parameters: Any
    ) -> dict[str, Any]:
        self._count += 1
        number = self._count
        message = {"id": number, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._writing, data) :]
        deadline = time.monotonic() + _PATIENCE
        while number not in self._answers:
            self.pump(deadline, tell or (lambda *_: None))
        answer = self._answers.pop(number)
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def pump(self, deadline: float, tell: Callable[[str, dict[str, Any]], None]) -> None:
        """Read what has come: events are told, answers kept."""
        ready, _, _ = select([self._reading], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise AssertionError("the browser says nothing any more")
        data = os.read(self._reading, 1 << 20)
        if not data:
            raise AssertionError("the browser has ended")
        *messages, self._left = (self._left + data).split(b"\0")
        for message in map(json.loads, messages):
            if "id" in message:
                self._answers[message["id"]] = message
            else:
                tell(message["method"], message["params"])


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium with an empty profile, as long as it is wanted."""
    to_read, from_us = os.pipe()
    from_it, to_write = os.pipe()
    with tempfile.TemporaryDirectory(prefix="assetforge-chromium-", ignore_cleanup_errors=True) as profile:
        script = f'exec "$@" 3<&{to_read} 4>&{to_write}'
        command = ["bash", "-c", script, "chromium", program(), *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(
            command, pass_fds=(to_read, to_write), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        os.close(to_read)
        os.close(to_write)
        running = Browser(from_it, from_us)
        try:
            yield running
        finally:
            try:
                running.call("Browser.close")
                process.wait(10)
            except (AssertionError, OSError, subprocess.TimeoutExpired):
                process.kill()
                process.wait()
            os.close(from_it)
            os.close(from_us)
