"""The check knows what is wrong with a plan, rule by rule; it is asked about plans that nobody made."""

import pytest
from script_pages import ROWS, Row
from scripted import page

from assetforge.pages.page import Page, Wish
from assetforge.pages.plan import ScriptDecision, ScriptPlan, ScriptVerb
from assetforge.pages.script import proof, scripts
from assetforge.pages.script.running import running
from assetforge.pages.script.scripts import schedule

HEAD = "<!doctype html><html><head><title>t</title>{}</head><body><p>one</p>{}</body></html>"


def objection(given: Page, *verbs: ScriptVerb) -> str:
    indexes = [index for index, one in enumerate(given.outline.loading) if one.name == "script"]
    decisions = tuple(ScriptDecision(index, verb) for index, verb in zip(indexes, verbs, strict=False))
    return proof.objection(given, ScriptPlan(decisions, given.text.index("</body>")), running(given, Wish()))


def two(first: str, second: str, between: str = "", body: str = "") -> Page:
    return page(
        HEAD.format(f"<script src=a.js></script>{between}<script src=b.js></script>", body), {"a.js": first, "b.js": second}
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_no_plan_needs_the_check(row: Row) -> None:
    assert schedule(page(row.text, row.scripts)).reason == ""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("var a", "a"),
        ("a", "var a"),
        ("var a", "if (typeof a == 'function') a()"),
        ("let a", "a"),
        ("Array.prototype.a = 1", "console.log(1)"),
        ("console.log(1)", "console.log(2)"),
        ("localStorage.a = 1", "localStorage.b = 1"),
        ("addEventListener('load', function () {})", "onload = function () {}"),
        ("window.onerror = function () {}", "null.x"),
        ("eval(x)", "var b"),
        ("var a", "var j = document.createElement('script'); j.src = 'x.js'; document.head.appendChild(j)"),
        ("var a", "setTimeout(function () { a() })"),
    ],
)
def test_an_order_that_is_lost_is_found(first: str, second: str) -> None:
    given = two(first, second)
    assert "no longer runs before" in objection(given, "defer", "keep")
    assert objection(given, "keep", "keep") == ""


def test_an_order_that_does_not_matter_may_be_lost() -> None:
    assert objection(two("var a", "var b"), "defer", "keep") == ""


def test_a_script_may_ask_for_its_own_element() -> None:
    given = page(
        HEAD.format("<script src=a.js></script>", "<script id=me src=b.js></script><p>two</p>"),
        {"a.js": "var a", "b.js": "document.getElementById('me').dataset.x"},
    )
    assert objection(given, "defer", "keep") == ""
    asks = page(given.text, {"a.js": "document.getElementById('me')", "b.js": "var b"})
    assert "an element" in objection(asks, "defer", "keep")


def test_a_script_that_is_left_out_is_found() -> None:
    assert "decision" in objection(two("var a", "var b"), "defer")


def test_a_verb_without_meaning_is_found() -> None:
    assert "means nothing" in objection(page(HEAD.format("<script>1</script>", "")), "defer")
    assert "not looked at" in objection(page(HEAD.format("<script>1</script>", "")), "as-is")


@pytest.mark.parametrize(
    ("text", "verb", "why"),
    [
        ("document.write('x')", "move", "behind the page"),
        ("document.documentElement.className = 'x'", "move", "first paint"),
        ("addEventListener('load', function () {})", "async", "others may need it|may miss"),
        ("var all = document.scripts; all[all.length - 1].src", "defer", "for itself"),
    ],
)
def test_what_one_script_cannot_bear_is_found(text: str, verb: ScriptVerb, why: str) -> None:
    given = page(HEAD.format("<script src=a.js></script>", ""), {"a.js": text})
    assert any(one in objection(given, verb) for one in why.split("|"))


def test_what_a_move_crosses_is_found() -> None:
    given = page(HEAD.format("<script src=a.js></script><base href=/x/>", ""), {"a.js": "var a"})
    assert "base" in objection(given, "move")
    assert objection(given, "defer") == ""


def test_styles_that_come_before_a_script_now_are_found() -> None:
    given = page(
        HEAD.format("<script src=a.js></script><style>a{}</style>", ""), {"a.js": "getComputedStyle(document.documentElement)"}
    )
    assert "styles" in objection(given, "defer")


def test_a_handler_that_may_come_early_is_found() -> None:
    given = page(HEAD.format("<script src=a.js></script>", "<img src=x onerror=failed()>"), {"a.js": "function failed() {}"})
    assert "failed" in objection(given, "defer")


def test_a_page_whose_plan_is_objected_to_keeps_everything_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    given = two("var a", "var b")
    assert [one.verb for one in schedule(given).decisions] == ["defer", "defer"]
    monkeypatch.setattr(scripts.proof, "objection", lambda *given: "it is wrong")
    plan = schedule(given)
    assert [(one.verb, one.reason) for one in plan.decisions] == [("keep", "unproven")] * 2
    assert plan.reason == "unproven"
    assert "it is wrong" in plan.decisions[0].detail
