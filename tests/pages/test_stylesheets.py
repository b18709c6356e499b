"""How the stylesheets of a page are delivered, and why not."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from assetforge.formats.html.outline import outline
from assetforge.formats.js.effects import effects
from assetforge.formats.js.record import Effects
from assetforge.pages.match.shapes import shapes
from assetforge.pages.page import Page, Source
from assetforge.pages.plan import Critical, SheetDecision, StylesheetPlan
from assetforge.pages.script.scripts import schedule
from assetforge.pages.script.structure import watches
from assetforge.pages.style.cascade import Cascade
from assetforge.pages.style.critical import Options, TooLarge, critical
from assetforge.pages.style.selecting import index_of, matched
from assetforge.pages.style.sheet import sheet
from assetforge.pages.style.stylesheets import Delivery, Styling, decide
from assetforge.text import Url

FILES = {"a.css": "p{color:red}", "b.css": "p{color:blue}", "q.css": "p{x:y}", "f.css": "@font-face{font-family:x}"}
LINK = '<link rel="stylesheet" href="a.css">'


def page(head: str, body: str = "<p>x</p>", root: str = "<!doctype html><html>") -> str:
    return f"{root}<head><meta charset=utf-8><title>t</title>{head}</head><body>{body}</body></html>"


def planned(
    text: str,
    *,
    files: Mapping[str, str] = FILES,
    scripts: Mapping[str, str] | None = None,
    delivery: Delivery | None = None,
    empty: frozenset[int] = frozenset(),
    xhtml: bool = False,
) -> StylesheetPlan:
    """The plan of a page. `scripts`: texts of external scripts by URL."""
    found = outline(text, xhtml=xhtml)
    sheets = {}
    for index, one in enumerate(found.loading):
        href = one.attribute("href") or ""
        if one.name == "link" and href in files:
            sheets[index] = sheet(href, href, files[href], lambda reference: Url(reference.url))
        elif one.name == "style":
            body = text[slice(*one.body)]
            sheets[index] = sheet(f"#{index}", body, body, lambda reference: Url(reference.url))

    def make(whole: Cascade, options: Options) -> Critical | TooLarge:
        return critical(whole, lambda one: matched(one, index_of(one), shapes(found.tree)), options)

    styling = Styling(
        sheets=sheets,
        critical=make,
        unknown={
            index: "its bytes are not known"
            for index, one in enumerate(found.loading)
            if one.name == "link" and index not in sheets
        },
        empty=empty,
        find=lambda path: sheet(path, path, files[path], lambda reference: Url(reference.url)) if path in files else None,
    )  # fmt: skip
    own = Page(
        name="index.html",
        text=text,
        outline=found,
        sources=dict(_sources(text, found.loading, scripts or {})),
        watches={index: watches(one.text) for index, one in sheets.items()},
    )
    return decide(own, schedule(own), styling, delivery or Delivery(), Options())


def _sources(text: str, loading: object, scripts: Mapping[str, str]) -> object:
    for index, one in enumerate(loading):  # type: ignore[arg-type, var-annotated]
        if one.name == "script":
            url = one.attribute("src")
            body = text[slice(*one.body)] if url is None else scripts.get(url)
            yield index, Source(url or "index.html", body, 0, effects(body) if body is not None else Effects(opaque="unknown"))


def verbs(plan: StylesheetPlan) -> list[str]:
    return [one.verb for one in plan.decisions]


def css(plan: StylesheetPlan) -> str:
    assert plan.critical is not None, plan
    return "".join(map(str, plan.critical.pieces))


def left(plan: StylesheetPlan, reason: str) -> SheetDecision:
    """The decision that stands for this reason, on a page that was left alone."""
    assert plan.critical is None, plan
    assert plan.reason
    assert "late" not in verbs(plan)
    found = [one for one in plan.decisions if one.reason == reason]
    assert found, plan
    return found[0]


# -- rule 1: order -------------------------------------------------------------------------------------------------------------


def test_a_stylesheet_goes_to_the_end_and_its_rules_into_the_page() -> None:
    text = page(LINK)
    plan = planned(text)
    assert verbs(plan) == ["late"]
    assert css(plan) == "p{color:red}"
    assert text[plan.at :].startswith(LINK)
    assert text[plan.bottom :] == "</body></html>"
    assert plan.preloads == (0,)


def test_all_that_follows_the_first_moved_one_moves_in_its_order() -> None:
    plan = planned(page("<style>b{x:y}</style>" + LINK + "<style>p{color:lime}</style><link rel=stylesheet href=b.css>"))
    assert verbs(plan) == ["as-is", "late", "late", "late"]
    assert css(plan) == "p{color:red}p{color:lime}p{color:blue}"
    assert plan.preloads == (1, 3)


def test_a_style_behind_a_link_wins_before_and_after() -> None:
    """Peers leave the style in the head and put the link behind it, which inverts the cascade."""
    plan = planned(page(LINK + "<style>p{color:blue}</style>"))
    assert verbs(plan) == ["late", "late"]
    assert css(plan).endswith("p{color:blue}")


def test_styles_alone_block_nothing() -> None:
    assert left(planned(page("<style>p{x:y}</style>")), "before").verb == "as-is"


def test_a_style_that_imports_blocks_and_moves() -> None:
    plan = planned(page("<style>@import 'a.css';p{z:w}</style>"))
    assert verbs(plan) == ["late"]
    assert css(plan) == "p{color:red}p{z:w}"


# -- rule 3: scripts that insert or look at stylesheets --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    [
        "var s=document.createElement('style');document.head.appendChild(s)",
        "document.styleSheets[0].insertRule('p{}')",
        "setTimeout(function(){var l=document.createElement('link');document.head.appendChild(l)})",
    ],
)
def test_styles_that_scripts_insert_stay_behind(script: str) -> None:
    plan = planned(page(LINK, f"<p>x</p><script>{script}</script>"))
    assert verbs(plan) == ["swap"]
    assert plan.decisions[0].reason == "style-order"
    assert css(plan) == "p{color:red}"
    assert plan.bottom == -1


def test_with_a_script_that_also_reads_styles_nothing_is_done() -> None:
    script = "document.head.appendChild(document.createElement('style'));document.title=getComputedStyle(document.body).color"
    left(planned(page(LINK, f"<p>x</p><script>{script}</script>")), "style-order")


def test_an_unknown_script_may_do_anything() -> None:
    left(planned(page(LINK, "<p>x</p><script src=unknown.js></script>")), "style-order")
    left(planned(page(LINK, "<p>x</p><script src=unknown.js async></script>")), "style-order")


def test_an_author_can_vouch_for_a_script() -> None:
    assert verbs(planned(page(LINK, "<p>x</p><script src=unknown.js data-assetforge=pure></script>"))) == ["late"]


# -- rule 4: scripts that stay -------------------------------------------------------------------------------------------------


def test_a_script_that_measures_where_it_stands_keeps_its_styles() -> None:
    body = "<div id=d></div><script>d=getComputedStyle(document.body).color</script><p>x</p>"
    left(planned(page(LINK, body)), "pinned")


def test_a_script_at_the_end_waits_for_the_stylesheets_before_it() -> None:
    text = page(LINK, "<p>x</p><script>window.h=document.body.offsetHeight</script>")
    plan = planned(text)
    assert verbs(plan) == ["late"]
    assert text[plan.bottom :].startswith("<script>")


def test_a_script_that_stays_and_asks_for_the_element_pins_it() -> None:
    head = '<link rel=stylesheet href=a.css id=theme><script>document.getElementById("theme").dataset.x=1</script>'
    plan = planned(page(head))
    assert plan.critical is None or verbs(plan) == ["swap"]
    assert "late" not in verbs(plan)


def test_stylesheets_of_the_body_keep_the_last_word() -> None:
    plan = planned(page(LINK, "<p>x</p><style>p{color:lime}</style><p>y</p>"))
    assert verbs(plan) == ["swap", "as-is"]  # where it stands, in its order
    text = page(LINK, "<p>x</p><style>p{color:lime}</style>")
    plan = planned(text)
    assert verbs(plan) == ["late", "as-is"]
    assert text[plan.bottom :].startswith("<style>")


def test_stylesheets_in_noscript_stay() -> None:
    plan = planned(page(LINK + "<noscript><link rel=stylesheet href=b.css></noscript>"))
    assert verbs(plan)[0] == "late"
    assert "as-is" in verbs(plan)[1:] or len(verbs(plan)) == 1
    assert css(plan) == "p{color:red}"


# -- rule 5: place -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("meta", "reason"),
    [
        ("<base href=/x/>", "base-position"),
        ("<meta name=referrer content=origin>", "referrer-position"),
        ("<meta http-equiv=Content-Security-Policy content=\"img-src 'self'\">", "csp-position"),
    ],
)
def test_nothing_moves_across_what_changes_its_meaning(meta: str, reason: str) -> None:
    plan = planned(page(LINK + meta))
    assert verbs(plan) == ["swap"]
    assert plan.decisions[0].reason == reason
    assert verbs(planned(page(meta + LINK))) == ["late"]


def test_selectors_that_count_elements_of_the_body() -> None:
    files = {"a.css": "body>p:last-child{color:red}p{x:y}"}
    plan = planned(page(LINK, "<p>x</p>"), files=files)
    assert verbs(plan) == ["swap"]
    assert plan.decisions[0].reason == "structure"
    assert verbs(planned(page(LINK, "<div><p>x</p></div>"), files={"a.css": "div>p:last-child{x:y}"})) == ["late"]


def test_nothing_moves_into_an_element_that_is_open() -> None:
    start = "<!doctype html><head>" + LINK + "</head><body><p>x"
    assert planned(start + "<table><tr>").decisions[0].reason == "no-place"
    assert planned(start + "<svg>").decisions[0].reason == "no-place"
    assert verbs(planned(start)) == ["late"]  # but a paragraph takes them
    assert planned(start).bottom == len(start)


def test_pages_that_are_no_pages_are_left() -> None:
    left(planned(LINK + "<p>x"), "no-page")
    left(planned(page(LINK), xhtml=True), "no-page")


def test_pages_whose_format_says_where_styles_stand_are_left() -> None:
    left(planned(page(LINK, root="<!doctype html><html amp>")), "no-page")


# -- rule 6: attributes --------------------------------------------------------------------------------------------------------


def test_media_travels_and_is_a_group_of_the_copy() -> None:
    plan = planned(page('<link rel=stylesheet href=a.css media="(min-width:9px)">'))
    assert css(plan) == "@media (min-width:9px){p{color:red}}"


def test_print_sheets_contribute_nothing_and_keep_their_place_in_the_order() -> None:
    plan = planned(page(LINK + "<link rel=stylesheet href=b.css media=print>"))
    assert verbs(plan) == ["late", "late"]
    assert css(plan) == "p{color:red}"
    assert plan.preloads == (0,)
    assert verbs(planned(page("<link rel=stylesheet href=b.css media=print>" + LINK))) == ["as-is", "late"]
    assert verbs(planned(page("<link rel=stylesheet href=b.css media=print>"))) == ["as-is"]


def test_disabled_sheets_contribute_nothing() -> None:
    plan = planned(page(LINK + "<link rel=stylesheet href=b.css disabled>"))
    assert verbs(plan) == ["late", "late"]
    assert css(plan) == "p{color:red}"


def test_alternatives_that_somebody_may_choose_are_a_reason() -> None:
    head = "<link rel=stylesheet href=a.css title=A><link rel='alternate stylesheet' href=b.css title=B>"
    left(planned(page(head)), "style-sets")


def test_an_alternative_without_a_title_is_never_loaded() -> None:
    plan = planned(page(LINK + "<link rel='alternate stylesheet' href=b.css>"))
    assert verbs(plan) == ["late", "late"]
    assert css(plan) == "p{color:red}"


def test_other_languages_are_no_stylesheets() -> None:
    plan = planned(page(LINK + "<style type=text/less>p{color:lime}</style>"))
    assert verbs(plan) == ["late", "as-is"]
    assert css(plan) == "p{color:red}"


def test_a_policy_against_inline_styles() -> None:
    meta = "<meta http-equiv=Content-Security-Policy content=\"style-src 'self'\">"
    assert "policy" in left(planned(page(meta + LINK)), "csp").detail


# -- rule 7: all or nothing --------------------------------------------------------------------------------------------------------


def test_one_stylesheet_whose_bytes_are_not_known_undoes_it() -> None:
    plan = planned(page(LINK + "<link rel=stylesheet href=https://e.org/x.css>"))
    decision = left(plan, "unknown")
    assert decision.element == 1
    assert plan.decisions[0].reason == "all-or-nothing"


def test_one_that_declares_fonts_only_does_not() -> None:
    plan = planned(page("<link rel=stylesheet href=https://e.org/x.css>" + LINK), empty=frozenset({0}))
    assert verbs(plan) == ["late", "late"]
    assert css(plan) == "p{color:red}"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://fonts.googleapis.com/css?family=Lato:300,400", "late"),
        ("//fonts.googleapis.com/css2?family=Lato&display=swap", "late"),
        ("https://fonts.bunny.net/css?family=lato", "late"),
        ("https://fonts.googleapis.com/icon?family=Material+Icons", "keep"),  # these bring a class along
        ("https://fonts.googleapis.com/css2?family=Material+Symbols+Outlined", "keep"),
        ("https://fonts.googleapis.com.example.org/css?family=Lato", "keep"),
    ],
)
def test_services_that_answer_with_font_faces_are_known(url: str, expected: str) -> None:
    text = page(f'<link rel=stylesheet href="{url}">' + LINK)
    assert verbs(planned(text)) == [expected] * 2
    assert verbs(planned(text, delivery=Delivery(fonts="declared"))) == ["keep", "keep"]


def test_a_script_that_blocks_in_the_head_undoes_it() -> None:
    scripts = {"k.js": "document.write('x')"}
    decision = left(planned(page("<script src=k.js></script>" + LINK), scripts=scripts), "blocking-script")
    assert "k.js" in decision.detail
    left(planned(page(LINK, "\n<!-- x --><script src=k.js></script><p>x</p>"), scripts=scripts), "blocking-script")


@pytest.mark.parametrize("content", ["<div></div>", "<div id=root> <!-- x --> </div>", "<style>p{x:y}</style>"])
def test_nor_may_one_that_blocks_before_anything_is_there_to_paint(content: str) -> None:
    scripts = {"k.js": "document.write('x')"}
    left(planned(page(LINK, content + "<script src=k.js></script><p>x</p>"), scripts=scripts), "blocking-script")


@pytest.mark.parametrize("content", ["<p>x</p>", "text", "<div><img src=x></div>"])
def test_one_behind_content_does_not_undo_it(content: str) -> None:
    text = page(LINK, content + "<script src=k.js></script><p>x</p>")
    assert verbs(planned(text, scripts={"k.js": "document.write('x')"})) == ["late"]
    if content != "text":  # which stands nowhere else than in the body's own tag
        bare = text.replace("<body>", "").replace("</body>", "").replace("<head>", "").replace("</head>", "")
        assert verbs(planned(bare, scripts={"k.js": "document.write('x')"})) == ["late"]


def test_a_script_that_is_deferred_does_not() -> None:
    assert verbs(planned(page("<script src=k.js defer></script>" + LINK), scripts={"k.js": "var a=1"})) == ["late"]


# -- rule 8: budget ----------------------------------------------------------------------------------------------------------------


def test_over_the_budget_the_page_is_left() -> None:
    decision = left(planned(page(LINK), delivery=Delivery(budget=10)), "budget")
    assert "10" in decision.detail
    assert "fold" in decision.better


# -- rule 9: place of the style ------------------------------------------------------------------------------------------------


def test_the_style_comes_behind_the_charset() -> None:
    text = f"<!doctype html><html><head>{LINK}<meta charset=utf-8></head><body><p>x</body></html>"
    plan = planned(text)
    assert text[: plan.at].endswith("<meta charset=utf-8>")


# -- the author's word ---------------------------------------------------------------------------------------------------------


def test_an_author_may_keep_a_stylesheet_blocking() -> None:
    text = page('<link rel=stylesheet href=a.css data-assetforge="blocking"><link rel=stylesheet href=b.css>')
    assert left(planned(text), "author").element == 0


def test_an_author_may_have_all_or_nothing_of_a_stylesheet_in_the_page() -> None:
    files = {"a.css": "q{x:y}", "b.css": "p{x:y}"}
    head = '<link rel=stylesheet href=a.css data-assetforge=critical><link rel=stylesheet href=b.css data-assetforge=late>'
    plan = planned(page(head), files=files)
    assert css(plan) == "q{x:y}"
    assert verbs(plan) == ["late", "late"]


def test_the_configuration_speaks_where_the_element_does_not() -> None:
    wants = Delivery(words=lambda name: ("blocking",) if name == "a.css" else ())
    left(planned(page(LINK), delivery=wants), "author")
    assert verbs(planned(page(LINK.replace(">", " data-assetforge=late>")), delivery=wants)) == ["late"]


def test_blocking_and_swap_are_policies() -> None:
    left(planned(page(LINK), delivery=replace(Delivery(), policy="blocking")), "blocking")
    assert verbs(planned(page(LINK), delivery=replace(Delivery(), policy="swap"))) == ["swap"]
