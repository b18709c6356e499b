"""How far values are followed: into whose members a script stores, what constant code does, and where following ends."""

import subprocess
import sys

import pytest

from assetforge.formats.js.effects import LONGEST, effects
from assetforge.formats.js.effects import values as limits

COPY = "function copy(t, s) { for (var k in s) t[k] = s[k]; return t } "


@pytest.mark.parametrize(
    "text",
    [
        COPY + "copy(window, lib)",
        COPY + "var root = this; copy(root, lib)",
        COPY + "function all(t) { copy(t, lib) } all(window)",
        "(function (g, f) { f(g) })(this, function (e) { for (var k in x) e[k] = x[k] })",
        "var o = { copy: function (t, s) { for (var k in s) t[k] = s[k] } }; o.copy(window, lib)",
        "function L(r) { this.r = r } L.prototype.go = function (n) { this.r[n] = 1 }; new L(window).go(q)",
        COPY + "copy(document, lib)",
        "var w = window; w[name()] = 1",
    ],
)
def test_a_store_into_the_window_or_the_document_under_any_name_is_found(text: str) -> None:
    assert effects(text).opaque in ("window[…] =", "document[…]")


@pytest.mark.parametrize(
    "text",
    [
        COPY + "copy({}, lib)",
        COPY + "copy({}, window)",
        "var L = { copy: function (t, s) { for (var k in s) t[k] = s[k] } }; L.copy(this.options, lib); L.go(document, window)",
        "L.extend = function (t) { for (var k in s) t[k] = s[k] }; L.on = function (x) { L.extend(x.a) }; L.on(document)",
    ],
)
def test_copying_from_the_window_or_into_others_is_not_opaque(text: str) -> None:
    assert effects(text).opaque == ""


def test_a_method_of_other_things_is_not_a_writer() -> None:
    dialog = "function D(e) { this.e = e } D.prototype = { open: function () {}, go: function () { this.open() } }; lib.D = D;"
    assert effects(dialog + "lib.add(document, new D(document).go())").does("document.write") is None
    assert effects("function go(d) { d.open(); d.close() } go(document)").does("document.write") is not None


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("Function('document.write(1); x = 1')()", (frozenset({"x"}), {"document.write": "load"})),
        ("function late() { return new Function('document.title') }", (frozenset({"late"}), {"dom-read": "deferred"})),
        ("var f = new Function('a', 'return foo(a)')", (frozenset({"f"}), {})),
    ],
)
def test_constant_code_is_read(text: str, record: tuple[frozenset[str], dict[str, str]]) -> None:
    found = effects(text)
    assert (found.opaque, found.defines, {act.what: act.tier for act in found.acts}) == ("", *record)


@pytest.mark.parametrize(
    "text", ["Function('with (a) b')()", "new Function(code)()", "Function('a', b)()", "Function('eval(a)')()"]
)
def test_code_that_is_not_constant_is_opaque(text: str) -> None:
    assert effects(text).opaque == "Function"


@pytest.mark.parametrize(
    "text", ["x ? a : using = 1", "var a, using = 1; using(2)", "o = { using: using }", "using = function () {}"]
)
def test_using_is_a_name_where_it_declares_nothing(text: str) -> None:
    assert effects(text).opaque == ""


@pytest.mark.parametrize(
    ("selector", "asks"),
    [
        ('link[rel="prev"]', False), ("link[rel=icon], a", False), ("p > a", False), ("link", True), ("link[href$=css]", True),
        ('link[rel~="stylesheet"]', True), ("head style", True), ("a, link[rel='alternate stylesheet']", True),
    ],
)  # fmt: skip
def test_which_selectors_ask_for_stylesheets(selector: str, asks: bool) -> None:
    found = effects(f"document.querySelector({selector!r})")
    assert (found.does("sheets-read") is not None) is asks


def test_what_elements_are_shown_to_runs_at_once() -> None:
    act = effects("document.querySelectorAll('p').forEach(function () { document.title })").acts[-1]
    assert (act.what, act.tier, act.detail) == ("dom-read", "load", "title")


@pytest.mark.parametrize("text", ["foo(document.currentScript)", "foo({ at: document.currentScript })"])
def test_a_script_that_gives_its_element_away_may_use_its_place(text: str) -> None:
    assert any(act.what == "current-script" and act.detail == "placement" for act in effects(text).acts)


def test_too_long_a_script_is_opaque() -> None:
    assert effects(" " * (LONGEST + 1)).opaque


def test_more_flows_than_are_worth_waiting_for_are_opaque(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SENT", 0)
    monkeypatch.setattr(limits, "SENT_PER_NODE", 0)
    assert effects("document.title").opaque == "more than can be followed"


_TANGLED = """
import resource
from assetforge.formats.js.effects import effects
names = "".join(f"o.k{i} = 'm{i}'; o.m{i} = function (x) {{ return w[x.k{i}](x) }}; w[o.k{i}](o); " for i in range(3000))
uses = "".join(f"window[o.k{i}] = o[o.k{i}](o.m{i}); " for i in range(3000))
effects("var o = {}, w = window; " + names + "for (var k in o) { o.any = o[k]; o[o.any](o.any) }" + uses)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_memory_is_bounded() -> None:
    done = subprocess.run([sys.executable, "-c", _TANGLED], capture_output=True, text=True, timeout=120, check=True)
    assert int(done.stdout) < 700  # megabytes
