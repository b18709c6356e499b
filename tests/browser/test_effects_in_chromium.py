"""What scripts say of libraries by reading them, against what the libraries do in a browser: nothing that a rule depends on is
missed."""

import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Browser, browser
from traps import Dynamic, Trace, trapped

from assetforge.formats.js.effects import effects
from assetforge.formats.js.record import Act, Effects

pytestmark = pytest.mark.browser

# What npm brings, the script in it, and the script that it needs before.
LIBRARIES: dict[str, tuple[str, str, str]] = {
    "jquery 1": ("jquery@1.12.4", "dist/jquery.min.js", ""),
    "jquery 2": ("jquery@2.2.4", "dist/jquery.js", ""),
    "jquery 3": ("jquery@3.7.1", "dist/jquery.min.js", ""),
    "bootstrap 3": ("bootstrap@3.4.1", "dist/js/bootstrap.min.js", "jquery 3"),
    "bootstrap 4": ("bootstrap@4.6.2", "dist/js/bootstrap.min.js", "jquery 3"),
    "bootstrap 5": ("bootstrap@5.3.3", "dist/js/bootstrap.bundle.min.js", ""),
    "popper 1": ("popper.js@1.16.1", "dist/umd/popper.min.js", ""),
    "popper 2": ("@popperjs/core@2.11.8", "dist/umd/popper.min.js", ""),
    "lodash": ("lodash@4.17.21", "lodash.min.js", ""),
    "d3": ("d3@7.9.0", "dist/d3.min.js", ""),
    "vue 2": ("vue@2.7.16", "dist/vue.min.js", ""),
    "vue 3": ("vue@3.4.38", "dist/vue.global.prod.js", ""),
    "alpine": ("alpinejs@3.14.1", "dist/cdn.min.js", ""),
    "htmx": ("htmx.org@1.9.12", "dist/htmx.min.js", ""),
    "swiper": ("swiper@11.1.9", "swiper-bundle.min.js", ""),
    "slick": ("slick-carousel@1.8.1", "slick/slick.min.js", "jquery 3"),
    "datatables": ("datatables.net@1.13.11", "js/jquery.dataTables.min.js", "jquery 3"),
    "html5shiv": ("html5shiv@3.7.3", "dist/html5shiv.min.js", ""),
    "es-module-shims": ("es-module-shims@1.10.0", "dist/es-module-shims.js", ""),
    "leaflet": ("leaflet@1.9.4", "dist/leaflet.js", ""),
    "aos": ("aos@2.3.4", "dist/aos.js", ""),
    "lazysizes": ("lazysizes@5.3.2", "lazysizes.min.js", ""),
    "owl": ("owl.carousel@2.3.4", "dist/owl.carousel.min.js", "jquery 3"),
    "prism": ("prismjs@1.29.0", "prism.js", ""),
}
SCRIPTS = {
    "a write": "var d = document; d['wri' + 'te']('<i>w</i>')",
    "a theme": "document.documentElement.classList.add(localStorage.theme || 'dark')",
    "a loader": "(function(d,s){var j=d.createElement(s),f=d.getElementsByTagName(s)[0];j.src='x.js';"
    "f.parentNode.insertBefore(j,f)})(document,'script')",
    "listeners": "addEventListener('error', f); document.addEventListener('DOMContentLoaded', f); onload = f; function f() {}",
    "reads": "document.title; document.querySelector('#app'); document.forms; document.body.firstChild;"
    "getComputedStyle(document.body).color",
    "layout": "document.documentElement.clientWidth; innerWidth; document.querySelector('html').getBoundingClientRect()",
    "globals": "let a = 1; var b; c = 2; window.d = 3; Object.defineProperty(window, 'e', { value: 1 });"
    "Array.prototype.f = 1; fetch = 1",
    "an observer": "new MutationObserver(function () {}).observe(document, { childList: true });"
    "customElements.define('x-a', class extends HTMLElement {})",
    "microtasks": "Promise.resolve().then(function () { document.title }); queueMicrotask(() => document.body)",
    "own element": "document.currentScript.parentNode.insertBefore(document.createElement('i'), document.currentScript)",
}


@pytest.fixture(scope="module")
def running() -> Iterator[Browser]:
    with browser() as found:
        yield found


def library(name: str, folder: Path) -> str:
    package, path, _ = LIBRARIES[name]
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed, and it brings the libraries")
    home = folder / name
    if not home.is_dir():
        home.mkdir()
        done = subprocess.run(["npm", "pack", "--silent", package], cwd=home, capture_output=True, text=True, timeout=300)
        if done.returncode:
            pytest.skip(f"npm cannot bring {package}: {done.stderr.strip()[-200:]}")
    with tarfile.open(home / next(home.glob("*.tgz")).name) as packed:
        inside = next(one for one in packed.getmembers() if one.name.partition("/")[2] == path)
        file = packed.extractfile(inside)
        assert file is not None
        return file.read().decode("utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("libraries")


def missed(trace: Trace, found: Effects) -> list[str]:
    """What happened and is not said. A record that is opaque says that any name may be touched; its acts are told all the same."""
    now = [act for act in found.acts if act.tier != "deferred"]
    names = [f"defines {name}" for name in sorted({*trace.defined, *trace.lexical} - found.defines - found.lexical)]
    touched = {name.partition(".")[0] for name in found.augments | found.reads | found.defines}
    touched |= {"jQuery"} & {"jQuery" for name in touched if name == "$"}
    parts = [f"augments {name}" for name in trace.augmented if name.partition(".")[0] not in touched and name != "document"]
    acts = [f"{one.what} {one.detail}" for one in trace.done if not any(covers(act, one) for act in now)]
    return acts if found.opaque else [*names, *parts, *acts]


def covers(act: Act, done: Dynamic) -> bool:
    if done.what == "listener":
        target, _, event = done.detail.partition(" ")
        there, _, said = act.detail.partition(" ")
        return target in ("created", "other") or (act.what == "listener" and there in (target, "unknown") and said in (event, "*"))
    if done.what == "dom-read":
        return act.what == "dom-read" and act.detail in (done.detail, "query", "computed")
    if done.what == "dynamic-code":
        return done.detail.startswith("return this") or act.what == "dynamic-code"
    if done.what == "dom-write":
        return act.what in ("dom-write", "paint", "script-insert")
    return act.what == done.what


@pytest.mark.parametrize("name", SCRIPTS)
def test_nothing_that_a_small_script_does_is_missed(name: str, running: Browser) -> None:
    trace = trapped(running, SCRIPTS[name])
    assert trace.done or trace.defined
    assert missed(trace, effects(SCRIPTS[name])) == []


def test_the_judge_can_fail(running: Browser) -> None:
    trace = trapped(running, "document.write('a'); window.a = 1")
    assert missed(trace, effects("b()")) == ["defines a", "document.write write"]


def test_traps_say_the_same_every_time(running: Browser) -> None:
    script = "; ".join(SCRIPTS[name] for name in ("a theme", "reads", "globals")) + "; setTimeout(function () { document.links })"
    assert trapped(running, script) == trapped(running, script)


def test_a_plugin_augments_what_stands_before_it(running: Browser) -> None:
    trace = trapped(running, "Lib.fn.x = function () {}", ["window.Lib = { fn: {} }"])
    assert (trace.defined, trace.augmented) == ((), ("Lib.fn",))


@pytest.mark.network
@pytest.mark.parametrize("name", LIBRARIES)
def test_nothing_that_a_library_does_is_missed(name: str, running: Browser, folder: Path) -> None:
    text = library(name, folder)
    needs = LIBRARIES[name][2]
    trace = trapped(running, text, [library(needs, folder)] if needs else [])
    assert missed(trace, effects(text)) == []


@pytest.mark.network
@pytest.mark.parametrize("name", ["jquery 3", "bootstrap 3", "slick"])
def test_what_does_not_write_is_not_said_to(name: str, folder: Path) -> None:
    assert effects(library(name, folder)).does("document.write") is None
