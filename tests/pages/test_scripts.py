"""The schedule of a page's scripts: every decision follows from what its scripts do and where they stand."""

import json
import os
from pathlib import Path

import pytest
from script_pages import ROWS, Row
from scripted import page, verbs

from assetforge.formats.js.record import Act, Effects
from assetforge.pages.page import Page, Pin, Wish
from assetforge.pages.script.scripts import MOST, schedule

HEAD = "<!doctype html><html><head><title>t</title>{}</head><body><p>one</p>{}</body></html>"
SHARED = os.environ.get("ASSETFORGE_SCRIPT_CASES", "")


def built(head: str, body: str = "", **more: object) -> Page:
    return page(HEAD.format(head, body), **more)  # type: ignore[arg-type]


def decided(given: Page, **wish: object) -> list[str]:
    return verbs(schedule(given, Wish(**wish)))  # type: ignore[arg-type]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_script_is_decided_by_what_it_does(row: Row) -> None:
    assert verbs(schedule(page(row.text, row.scripts))) == row.expected


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_stays_says_why(row: Row) -> None:
    plan = schedule(page(row.text, row.scripts))
    assert all(one.reason and one.detail for one in plan.decisions if one.verb == "keep")


def test_the_line_of_the_cause_is_told() -> None:
    given = built("<script src=a.js></script>", scripts={"a.js": "var a = 1;\n\ndocument.write('x')"})
    assert "a.js:3" in schedule(given).decisions[0].detail


def test_the_line_of_an_inline_cause_is_of_the_page() -> None:
    given = page(
        "<!doctype html>\n<html><head>\n<script>\ndocument.documentElement.className = 'x'</script></head><body><p></body></html>"
    )
    assert "index.html:4" in schedule(given).decisions[0].detail


def test_a_dependency_says_who_needs_what() -> None:
    given = built(
        "<script src=a.js></script><script>\ndocument.documentElement.title = a</script>", scripts={"a.js": "var a = 1"}
    )  # fmt: skip
    told = schedule(given).decisions[0]
    assert (told.verb, told.reason) == ("keep", "dep")
    assert "a is needed by index.html:2" in told.detail
    assert "paint" in told.detail


# -- what is not known ---------------------------------------------------------------------------------------------------------


def test_an_unknown_script_stays_and_holds_those_before_it() -> None:
    given = built("<script src=a.js></script><script src=//x/u.js></script><script src=b.js></script>",
                  scripts={"a.js": "var a", "b.js": "var b"})  # fmt: skip
    assert decided(given) == ["keep:opaque-conflict", "keep:opaque", "defer"]


def test_a_whole_group_moves_where_that_is_wanted() -> None:
    given = built("<script src=a.js></script><script src=//x/u.js></script><script src=b.js></script>",
                  scripts={"a.js": "var a", "b.js": "var b"})  # fmt: skip
    assert decided(given, policy="group") == ["move", "move", "move"]


def test_a_group_with_an_unknown_script_keeps_its_order_to_what_stays() -> None:
    given = built(
        "<script src=//x/u.js></script><script>document.documentElement.className = 'x'</script><script src=//x/v.js></script>"
    )
    assert decided(given, policy="group") == ["keep:opaque-conflict", "keep:paint", "move"]


def test_nothing_changes_where_nothing_is_to_change() -> None:
    given = built("<script src=a.js></script><script async src=b.js></script>", scripts={"a.js": "var a"})
    assert decided(given, policy="off") == ["keep:off", "as-is"]


def test_an_unknown_async_script_behind_it_may_need_it() -> None:
    given = built("<script src=a.js></script><script async src=//x/u.js></script>", scripts={"a.js": "var a"})
    assert decided(given) == ["keep:opaque-conflict", "as-is"]


def test_an_unknown_async_script_before_it_was_never_sure_to_find_it() -> None:
    given = built("<script async src=//x/u.js></script><script src=a.js></script>", scripts={"a.js": "var a"})
    assert decided(given) == ["as-is", "defer"]


def test_a_name_that_nobody_makes_binds_nobody() -> None:
    universal = "(function () { if (typeof define === 'function' && define.amd) define([], 1) })()"
    given = built(
        f"<script src=a.js></script><script>{universal}; document.documentElement.title = 1</script>", scripts={"a.js": universal}
    )
    assert decided(given) == ["defer", "keep:paint"]
    loader = "window.define = function () {}; define.amd = {}"
    given = built(
        f"<script>{loader}</script><script src=a.js></script><script>{universal}; document.documentElement.title = 1</script>",
        scripts={"a.js": universal},
    )
    assert decided(given)[1] == "keep:dep"


def test_names_that_one_script_makes_may_be_one_object() -> None:
    """A plugin extends what others call by another name."""
    scripts = {"lib.js": "window.lib = window.L = {}", "plugin.js": "lib.more = 1", "other.js": "var other"}
    head = "<script src=lib.js></script><script src=plugin.js></script><script src=other.js></script>"
    given = built(head + "<script>document.documentElement.title = L.more</script>", scripts=scripts)
    assert decided(given) == ["keep:dep", "keep:dep", "defer", "keep:paint"]


def test_jquery_has_two_names() -> None:
    jquery = Effects(defines=frozenset({"jQuery", "$"}))
    plugin = Effects(augments=frozenset({"jQuery.fn"}), reads=frozenset({"jQuery"}))
    given = built(
        "<script src=jquery.js defer></script><script src=plugin.js></script>",
        "<p>x</p><script>$('p').plugin()</script><p>y</p>",
        scripts={"jquery.js": jquery, "plugin.js": plugin},
    )
    assert decided(given) == ["as-is", "keep:dep", "keep:dom-position"]


def test_a_page_of_too_many_scripts_is_left_alone() -> None:
    plan = schedule(built("<script>1</script>" * (MOST + 1)))
    assert {one.reason for one in plan.decisions} == {"too-many"}


# -- the author ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "expected"), [("keep", "keep:author"), ("defer", "defer"), ("async", "async"), ("inject", "inject")]
)
def test_the_author_has_the_last_word(word: str, expected: str) -> None:
    given = built(f"<script src=//x/u.js data-assetforge={word}></script>")
    assert decided(given) == [expected]


def test_the_configuration_speaks_where_the_element_does_not() -> None:
    given = built("<script src=//x/u.js></script><script src=//x/v.js data-assetforge=keep></script>")
    plan = schedule(given, Wish(words=lambda url: ("async",)))
    assert verbs(plan) == ["async", "keep:author"]


def test_the_order_of_others_is_kept_to_what_the_author_changes() -> None:
    """Its author says that `b.js` may come at any time, so what it needs must be there at once."""
    given = built("<script src=a.js></script><script src=b.js data-assetforge=async></script>",
                  scripts={"a.js": "var a = 1", "b.js": "console.log(a)"})  # fmt: skip
    assert decided(given) == ["keep:dep", "async"]


def test_a_neighbour_that_the_author_breaks_is_told() -> None:
    given = built("<script src=a.js data-assetforge=defer></script><script>document.documentElement.title = a</script>",
                  scripts={"a.js": "var a = 1"})  # fmt: skip
    plan = schedule(given)
    assert verbs(plan) == ["defer", "keep:paint"]
    assert [element for element, _ in plan.warnings] == [0]
    assert "a is needed by index.html:1" in plan.warnings[0][1]


def test_what_the_author_cannot_have_is_told() -> None:
    plan = schedule(built("<script data-assetforge=defer>console.log(1)</script>"))
    assert verbs(plan) == ["keep:cheap"]
    assert "inline" in plan.warnings[0][1]


def test_pure_takes_a_script_out_of_the_order() -> None:
    head = "<script src=a.js></script><script src=//x/u.js {}></script><script>document.documentElement.title = 1</script>"
    scripts = {"a.js": "var a = 1"}
    assert decided(built(head.format(""), scripts=scripts)) == ["keep:opaque-conflict", "keep:opaque-conflict", "keep:paint"]
    assert decided(built(head.format("data-assetforge=pure"), scripts=scripts)) == ["defer", "async", "keep:paint"]


def test_a_click_may_be_waited_for() -> None:
    given = built("<script src=a.js></script>", "<button onclick=go()>x</button>", scripts={"a.js": "function go() {}"})
    assert decided(given) == ["defer"]
    assert decided(given, before_interaction="keep") == ["keep:resource-handler"]


# -- templates -----------------------------------------------------------------------------------------------------------------


def test_a_hole_may_hold_a_script_that_needs_what_is_before_it() -> None:
    text = HEAD.format("<script src=a.js></script>", "[hole]<p>x</p>")
    given = page(text, {"a.js": "var a"}, holes=(text.index("[hole]"),))
    assert decided(given) == ["keep:template-hole"]


def test_a_hole_before_it_may_hold_a_deferred_script_that_needs_it() -> None:
    text = HEAD.format("[hole]<script src=a.js></script>", "")
    given = page(text, {"a.js": "var a"}, holes=(text.index("[hole]"),))
    assert decided(given) == ["move"]


def test_in_a_block_only_attributes_change() -> None:
    given = built("<script src=a.js></script><script src=b.js></script><script>b</script>",
                  scripts={"a.js": "var a", "b.js": "var b"},
                  allowed={0: frozenset({"keep", "defer"}), 1: frozenset({"keep", "defer"})})  # fmt: skip
    assert decided(given) == ["defer", "keep:template-hole", "keep:cheap"]


def test_a_template_can_say_why_a_script_stays() -> None:
    given = built(
        "<script src=a.js></script>", scripts={"a.js": "var a"}, pins={0: Pin("conditional-attrs", "its attributes vary")}
    )
    assert decided(given) == ["keep:conditional-attrs"]


# -- more rules ----------------------------------------------------------------------------------------------------------------


def test_a_page_of_xml_stays_as_it_is() -> None:
    assert decided(built("<script src=a.js></script>", scripts={"a.js": "var a"}, xhtml=True)) == ["keep:xhtml"]


def test_a_part_of_a_page_stays_as_it_is() -> None:
    assert decided(page("<div><script src=a.js></script></div>", {"a.js": "var a"})) == ["keep:fragment"]


def test_a_script_that_blocks_painting_on_purpose_does() -> None:
    assert decided(built("<script blocking=render src=a.js></script>", scripts={"a.js": "var a"})) == ["keep:blocking-render"]


def test_a_handler_of_the_script_itself() -> None:
    assert decided(built("<script onload=go() src=a.js></script>", scripts={"a.js": "var a"})) == ["keep:resource-handler"]


def test_what_a_handler_needs_through_others_stays_too() -> None:
    given = built(
        "<script src=a.js></script><script src=b.js></script>", "<img src=x onerror=window.failed()>",
        scripts={"a.js": "var icons = {}", "b.js": "function failed() { return icons.broken }"},
    )  # fmt: skip
    assert decided(given) == ["keep:resource-handler", "keep:resource-handler"]


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        ("<iframe src=inner.html></iframe>", "keep:frame-observer"),
        ("<iframe src=https://www.youtube.com/embed/x></iframe>", "defer"),
        ("<iframe></iframe>", "defer"),
        ("<object data=a.pdf></object>", "defer"),
        ("<iframe src=https://unknown.example/></iframe>", "keep:frame-observer"),
    ],
)
def test_frames_that_can_reach_the_page(frame: str, expected: str) -> None:
    given = built("<script src=a.js></script>", frame, scripts={"a.js": "function called() {}"})
    assert decided(given) == [expected]


def test_a_frame_of_another_site_is_known_by_the_own_origin() -> None:
    given = built("<script src=a.js></script>", "<iframe src=https://unknown.example/></iframe>", scripts={"a.js": "var a"})
    assert decided(given, origin="https://www.example.com") == ["defer"]


def test_a_ready_script_that_cannot_move_is_deferred_where_nobody_is_concerned() -> None:
    boot = "document.readyState == 'loading' ? addEventListener('DOMContentLoaded', boot) : boot(); function boot() {}"
    given = built("<script src=a.js></script><base href=/>", scripts={"a.js": boot})
    assert decided(given) == ["defer"]
    given = built("<script src=a.js></script><script src=b.js></script><base href=/>", scripts={"a.js": boot, "b.js": "boot.x = 1"})
    assert decided(given)[0] == "keep:base-position"


def test_callers_of_jquery_wait_for_the_document_to_be_ready() -> None:
    given = built("<script src=jquery.js></script><script src=app.js></script>",
                  scripts={"jquery.js": Effects(defines=frozenset({"jQuery", "$"})), "app.js": "$(function () {})"})  # fmt: skip
    assert decided(given) == ["move", "move"]


def test_a_short_script_behind_a_stylesheet_waits_for_it() -> None:
    link = "<link rel=stylesheet href=a.css>"
    given = built(f"{link}<script>var a = 1</script>", sheets={"a.css": ""})
    assert decided(given) == ["move"]
    assert decided(built("<link rel=stylesheet media=print href=a.css><script>var a = 1</script>", sheets={"a.css": ""})) == [
        "keep:cheap"
    ]


def test_several_that_leave_are_noticed_where_one_is_not() -> None:
    """With both scripts gone the paragraph is the first child; with one gone it is not."""
    body = "<div><script>shop.a</script><script>shop.b</script><p>x</p></div><p>y</p>"
    given = built("<style>p:first-child { color: red }</style><script src=a.js></script>", body, scripts={"a.js": "var shop"})
    plan = verbs(schedule(given))
    assert plan.count("move") < 3
    assert "keep:structure" in plan


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        ("//cdn.example/x.css", "keep:structure"),
        ("https://fonts.googleapis.com/css?family=X", "move"),
        ("known.css", "move"),
    ],
)
def test_a_stylesheet_that_is_not_known_may_notice_anything(sheet: str, expected: str) -> None:
    given = built(
        f"<link rel=stylesheet href={sheet}><script src=a.js></script><script>a</script>",
        scripts={"a.js": "var a"}, sheets={"known.css": ""},
    )  # fmt: skip
    assert decided(given)[0] == expected


def test_the_place_is_before_the_scripts_that_end_the_body() -> None:
    text = HEAD.format("<script src=a.js></script><script>a</script>", "<script src=end.js></script><!-- end -->")
    plan = schedule(page(text, {"a.js": "var a", "end.js": "a"}))
    assert verbs(plan) == ["move", "move", "keep:at-end"]
    assert plan.bottom == text.index("<script src=end.js>")


def test_scripts_that_end_a_part_of_the_body_can_move_along() -> None:
    text = HEAD.format("<script src=a.js></script>", "<main><p>x</p><script>a</script></main>")
    assert verbs(schedule(page(text, {"a.js": "var a"}))) == ["move", "move"]
    alone = HEAD.format("", "<main><p>x</p><script>a</script></main>")
    assert verbs(schedule(page(alone))) == ["keep:at-end"]


# -- what the stylesheets must know --------------------------------------------------------------------------------------------


def test_needs_of_stylesheets_are_told() -> None:
    reads = Effects(acts=(Act("style-read", "load"),))
    later = Effects(acts=(Act("layout-read", "deferred"),), reads=frozenset({"a"}))
    given = built(
        "<link rel=stylesheet href=a.css><script src=a.js></script><script src=b.js></script><script>1</script>",
        scripts={"a.js": reads, "b.js": later}, sheets={"a.css": ""},
    )  # fmt: skip
    plan = schedule(given)
    assert [(one.element, one.runs, one.reads, one.above) for one in plan.needs] == [
        (1, "deferred", "load", (0,)), (2, "deferred", "later", (0,)), (3, "bottom", "no", (0,)),
    ]  # fmt: skip


def test_unknown_scripts_need_all_stylesheets() -> None:
    plan = schedule(built("<link rel=stylesheet href=a.css><script src=//x/u.js></script>", sheets={"a.css": ""}))
    assert [(one.runs, one.reads, one.order) for one in plan.needs] == [("text", "load", True)]


# -- async ones ----------------------------------------------------------------------------------------------------------------


def test_async_scripts_are_sorted_where_that_is_wanted() -> None:
    given = built("<script async src=//x/a.js></script><script async data-assetforge=keep src=//x/k.js></script>",
                  "<p>x</p><script async src=//x/c.js data-assetforge=critical></script><p>y</p>")  # fmt: skip
    assert decided(given) == ["as-is", "as-is", "head"]
    plan = schedule(given, Wish(asynchronous="sort"))
    assert verbs(plan) == ["move", "as-is", "head"]
    assert plan.head == given.text.index("<head>") + len("<head>")


def test_a_critical_script_does_not_pass_what_it_may_need() -> None:
    given = built("<script>document.documentElement.title = config = 1</script>",
                  "<p>x</p><script async src=//x/c.js data-assetforge=critical></script><p>y</p>")  # fmt: skip
    plan = schedule(given)
    assert verbs(plan)[1] == "as-is"
    assert "cannot go to the head" in plan.warnings[0][1]


# -- cases from elsewhere ------------------------------------------------------------------------------------------------------


BETTER = ["keep", "move", "defer", "async"]


if SHARED:

    def test_pages_with_expected_decisions_are_decided_so_or_better() -> None:
        folder = Path(SHARED)
        failed = {}
        for case in json.loads((folder / "expected.json").read_text("utf-8"))["cases"]:
            if case["kind"] != "html":
                continue
            text = (folder / case["file"]).read_text("utf-8").replace("data-sched=", "data-assetforge=")
            files = {f"js/{file.name}": file.read_text("utf-8") for file in (folder / "js").glob("*.js")}
            told = [one.verb for one in schedule(page(text, files)).decisions]
            wanted = [one.partition(":")[0] for one in case["expect"]]
            if not (len(told) == len(wanted) and all(map(_as_good, told, wanted))):
                failed[case["file"]] = (wanted, told)
        assert failed == {}



def _as_good(told: str, wanted: str) -> bool:
    return told == wanted or (
        told in BETTER and wanted in BETTER and wanted != "keep" and BETTER.index(told) > BETTER.index(wanted)
    )
