"""Hints announce what the page loads, in the way in which it loads it, and nothing else."""

from scripted import page

from assetforge.pages import hints
from assetforge.pages.hints import FAR, Modules, tag
from assetforge.pages.page import Page
from assetforge.pages.plan import Hint
from assetforge.pages.script.scripts import schedule
from assetforge.text import Integrity, Url


def given(head: str, body: str = "<p>x</p>", **scripts: str) -> Page:
    return page(
        f"<!doctype html><html><head>{head}</head><body>{body}</body></html>",
        {f"{name}.js": text for name, text in scripts.items()},
    )


def told(one: Page, modules: Modules | None = None) -> list[tuple[str, object, str | None]]:
    return [(hint.rel, hint.href, hint.crossorigin) for hint in hints.hints(one, schedule(one), modules or Modules())]


# -- modules -----------------------------------------------------------------------------------------------------------------

GRAPH = {"app.js": ("a.js", "b.js"), "a.js": ("c.js", "b.js"), "b.js": ("app.js",), "c.js": (), "more.js": ("c.js",)}
MODULES = Modules(path={0: "app.js", 1: "more.js"}.get, imports=lambda path: GRAPH[path], inline=lambda index: ["a.js"])


def test_all_that_modules_import_is_announced_once() -> None:
    one = given("<script type=module src=app.js></script><script type=module src=more.js></script>")
    assert told(one, MODULES) == [("modulepreload", Url(path), None) for path in ("a.js", "b.js", "c.js")]


def test_a_module_in_the_page_has_imports_too() -> None:
    one = given("<script type=module>import './a.js'</script>")
    only = Modules(imports=MODULES.imports, inline=MODULES.inline)
    assert told(one, only) == [("modulepreload", Url(path), None) for path in ("a.js", "c.js", "b.js", "app.js")]


def test_a_module_preload_asks_as_the_module_does() -> None:
    one = given("<script type=module crossorigin=use-credentials src=app.js></script>")
    assert {mode for _, _, mode in told(one, MODULES)} == {"use-credentials"}


def test_classic_scripts_and_templates_import_nothing() -> None:
    one = given("<script src=app.js></script>", "<template><script type=module src=more.js></script></template><p>")
    assert [row for row in told(one, MODULES) if row[0] == "modulepreload"] == []


# -- moved scripts -------------------------------------------------------------------------------------------------------------

MOVED = "<script src=lib.js {}></script><script>console.log(lib)</script>"
LONG = "<p>x</p>" * (FAR // 8 + 1)


def test_a_script_that_moved_far_is_announced_as_it_is_loaded() -> None:
    one = given(MOVED.format("crossorigin integrity='sha384-x' referrerpolicy=origin"), LONG, lib="var lib")
    [hint] = hints.hints(one, schedule(one), Modules())
    assert hint == Hint("preload", "lib.js", "script", "", "sha384-x", "origin", None)


def test_a_file_of_the_site_is_announced_with_its_own_digest() -> None:
    one = given(MOVED.format("integrity='sha384-x'"), LONG, lib="var lib")
    [hint] = hints.hints(one, schedule(one), Modules(path={0: "lib.js"}.get))
    assert (hint.href, hint.integrity) == (Url("lib.js"), Integrity("lib.js"))


def test_beside_a_picture_its_priority_is_low() -> None:
    one = given(MOVED.format(""), "<img src=a.png>" + LONG, lib="var lib")
    assert [hint.fetchpriority for hint in hints.hints(one, schedule(one), Modules())] == ["low"]


def test_what_is_found_in_time_is_not_announced() -> None:
    assert told(given(MOVED.format(""), lib="var lib")) == []


def test_a_deferred_script_is_not_announced() -> None:
    assert told(given("<script src=lib.js></script>", LONG, lib="var lib")) == []


# -- hosts ---------------------------------------------------------------------------------------------------------------------


def test_hosts_that_hold_up_the_first_paint_are_connected_to() -> None:
    one = given("<link rel=stylesheet href=//css.example/a.css><script src=https://js.example/u.js crossorigin></script>"
                "<script async src=https://late.example/t.js></script>")  # fmt: skip
    assert told(one) == [
        ("preconnect", "https://css.example", None), ("preconnect", "https://js.example", ""),
        ("dns-prefetch", "https://late.example", None),
    ]  # fmt: skip


def test_what_the_page_says_itself_is_not_said_again() -> None:
    one = given("<link rel=preconnect href=https://css.example/><link rel=stylesheet href=https://css.example/a.css>")
    assert told(one) == []


def test_fonts_come_from_another_host_than_their_stylesheet() -> None:
    one = given("<link rel=stylesheet href=https://fonts.googleapis.com/css?family=X>")
    assert told(one) == [("preconnect", "https://fonts.googleapis.com", None), ("preconnect", "https://fonts.gstatic.com", "")]


def test_hints_stand_behind_import_maps_and_policies() -> None:
    text = "<script type=importmap>{}</script><meta http-equiv=Content-Security-Policy content=x><script type=module>1</script>"
    one = given(text)
    assert hints.place(one.outline) == one.text.index("<script type=module>")
    assert hints.place(page("<p>x").outline) is None


def test_the_element_of_a_hint_is_escaped() -> None:
    pieces = tag(Hint("preload", 'a.js?a&b="', "script", "", Integrity("a.js"), None, "low"))
    assert "".join(map(str, pieces[:-2])).startswith(
        '<link rel="preload" href="a.js?a&amp;b=&quot;" as="script" crossorigin integrity="'
    )
    assert Integrity("a.js") in pieces
    assert pieces[-2:] == (' fetchpriority="low"', ">")
