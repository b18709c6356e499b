"""Critical CSS: what a page can need is in, with all that it needs in turn, and nothing that would change the page later."""

import time
from collections.abc import Mapping

import pytest

from assetforge.formats.css.rules import outline as rules
from assetforge.formats.html.tree import tree
from assetforge.pages.match.shapes import NO_CHANGES, Changes, shapes
from assetforge.pages.plan import Critical
from assetforge.pages.style.cascade import cascade
from assetforge.pages.style.critical import DEFAULT, Options, TooLarge, compressed, critical, placed
from assetforge.pages.style.reasons import reasons
from assetforge.pages.style.selecting import above_fold, index_of, matched, used
from assetforge.pages.style.sheet import Sheet, sheet
from assetforge.reference import Reference
from assetforge.text import Piece, Url

PAGE = "<!doctype html><title>t</title><body class=top><p class=a id=i>x<b>y</b></p><ul><li>1<li>2</ul>"


def resolve(reference: Reference) -> Piece | None:
    url = reference.url
    if "://" in url:
        return None
    return "/lost/" + url if "lost" in url else Url("css/" + url.partition("?")[0].partition("#")[0])


def made(name: str, text: str) -> Sheet:
    return sheet(name, text, text, resolve)


def result(
    *sheets: str | tuple[str, str],
    page: str = PAGE,
    files: Mapping[str, str] | None = None,
    changes: Changes = NO_CHANGES,
    options: Options = DEFAULT,
    fold: bool = False,
) -> Critical | TooLarge | str:
    """The critical CSS of sheets, each a text or a text with its media, on a page; or why there is none."""
    known = {path: made(path, text) for path, text in (files or {}).items()}
    pairs = [(one, "") if isinstance(one, str) else one for one in sheets]
    whole = cascade([(made(f"css/{number}.css", text), media) for number, (text, media) in enumerate(pairs)], known.get)
    if whole.reason:
        return whole.reason
    built = tree(page)
    above = above_fold(page, built) if fold else None
    near = shapes(above) if above else ()
    return critical(
        whole, lambda one: matched(one, index_of(one), shapes(built), near, changes), options._replace(used=used(built.elements))
    )


def text(*sheets: str | tuple[str, str], **more: object) -> str:
    found = result(*sheets, **more)  # type: ignore[arg-type]
    assert isinstance(found, Critical), found
    return "".join(f"<{piece.path}>" if isinstance(piece, Url) else str(piece) for piece in found.pieces)


def reason(*sheets: str | tuple[str, str], **more: object) -> str:
    found = result(*sheets, **more)  # type: ignore[arg-type]
    assert isinstance(found, str), found
    return found


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("p{color:red}q{color:blue}", "p{color:red}"),
        (".a .z{x:y}.a b{x:y}", ".a b{x:y}"),
        ("p , q , .a{x:y}", "p,.a{x:y}"),  # what matches nothing is not in the list
        ("p,::-moz-x{x:y}", "p,::-moz-x{x:y}"),  # but an unknown one spoils the list for some browser
        ("p,q:frob{x:y}", "p,q:frob{x:y}"),
        ("p,q::before>z{x:y}", "p,q::before>z{x:y}"),  # nothing follows a pseudo-element
        ("p,q::before,z:not(.k)>i::after{x:y}", "p{x:y}"),
        ("p,> q{x:y}", "p,>q{x:y}"),
        ("p,q > > z{x:y}", "p,q> >z{x:y}"),
        ("q,z{x:y}", ""),
        ("p:hover{x:y}a:hover{x:y}", "p:hover{x:y}"),
        ("p::before{content:'}'}q::before{x:y}", "p::before{content:'}'}"),
        ("p{}", ""),
        ("p{/**/}", ""),
        ("p{color:red;;}", "p{color:red}"),
        ("p{color:red!important}", "p{color:red!important}"),
    ],
)
def test_rules_that_can_match_are_in(css: str, expected: str) -> None:
    assert text(css) == expected


def test_order_is_kept_across_sheets() -> None:
    assert text("p{color:red}b{x:y}", "p{color:blue}") == "p{color:red}b{x:y}p{color:blue}"


# -- groups ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("@media (min-width:9px){p{x:y}q{x:y}}", "@media (min-width:9px){p{x:y}}"),
        ("@media (m){q{x:y}}", ""),
        ("@media print{p{x:y}}", ""),
        ("@media screen,print{p{x:y}}", "@media screen,print{p{x:y}}"),
        ("@supports (d:g){@media (m){p{x:y}}}", "@supports (d:g){@media (m){p{x:y}}}"),
        ("@supports (d:g){@media print{p{x:y}}}", ""),
        ("@container c (width>1px){p{x:y}}", "@container c (width>1px){p{x:y}}"),
        ("@starting-style{p{x:y}}", "@starting-style{p{x:y}}"),
        ("@scope (.a) to (.b){b{x:y}}", "@scope (.a) to (.b){b{x:y}}"),
        ("@media (m){p{x:y}}@media (m){b{x:y}}", "@media (m){p{x:y}b{x:y}}"),
        ("@media (m){p{x:y}}li{x:y}@media (m){b{x:y}}", "@media (m){p{x:y}}li{x:y}@media (m){b{x:y}}"),
        ("@media (m){p{x:y}}@media (m){@supports (s){b{x:y}}}", "@media (m){p{x:y}@supports (s){b{x:y}}}"),
        ("@page{margin:0}@-ms-viewport{width:device-width}", ""),
    ],
)
def test_groups_stay_around_their_rules(css: str, expected: str) -> None:
    assert text(css) == expected


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        (".a{color:red;& b{x:y}& .z{x:y}}", ".a{color:red;& b{x:y}}"),
        (".a{& b{x:y}color:red}", ".a{& b{x:y}color:red;}"),
        (".a{.z{x:y}}", ""),
        (".a{color:red;.z{x:y}}", ".a{color:red;}"),
        (".a{&.off{x:y}}", ""),
        (".a,.z{color:red;b{x:y}}", ".a,.z{color:red;b{x:y}}"),  # nested rules have the specificity of the whole list
        (".z{color:red;.top &{x:y}}", ""),
        (".a{@media (m){color:red;b{x:y}.z{x:y}}}", ".a{@media (m){color:red;b{x:y}}}"),
        (".z{@media (m){color:red}}", ""),
        ("ul{li{x:y;&:hover{z:w}}}", "ul{li{x:y;&:hover{z:w}}}"),
        ("@media (m){.a{b{x:y}}}", "@media (m){.a{b{x:y}}}"),
    ],
)
def test_nested_rules_stay_nested(css: str, expected: str) -> None:
    assert text(css) == expected


def test_the_media_of_a_link_is_a_group_around_its_rules() -> None:
    assert text(("p{x:y}", "(max-width:9px)"), "b{x:y}") == "@media (max-width:9px){p{x:y}}b{x:y}"
    assert text(("p{display:none}", "print")) == ""


@pytest.mark.parametrize("media", ["screen}p{x:y", "(a", "screen;", "/* x", "'x'"])
def test_media_that_would_end_the_group_are_a_reason(media: str) -> None:
    assert "media" in reason(("p{x:y}", media))


# -- what rules need -----------------------------------------------------------------------------------------------------------


def test_custom_properties_are_in_if_something_uses_them() -> None:
    css = ":root{--a:1;--b:var(--c);--c:2;--d:3;color:red}p{margin:var(--b)}q{margin:var(--d)}"
    assert text(css) == ":root{--b:var(--c);--c:2;color:red}p{margin:var(--b)}"


def test_a_rule_of_unused_custom_properties_is_not_in() -> None:
    assert text(":root{--a:1;--b:2}p{x:y}") == "p{x:y}"
    assert text("@media (m){:root{--a:1}}p{x:y}") == "p{x:y}"


def test_style_attributes_and_conditions_use_custom_properties() -> None:
    assert text(":root{--a:1;--b:2}", page="<p style='margin:var(--a)'>x") == ":root{--a:1}"
    assert text(":root{--a:1}@container style(--a:1){p{x:y}}") == ":root{--a:1}@container style(--a:1){p{x:y}}"


def test_keyframes_are_in_if_an_animation_names_them() -> None:
    css = "@keyframes k{to{x:var(--v)}}@-webkit-keyframes k{to{x:y}}@keyframes z{to{x:y}}:root{--v:1;--w:k}p{animation:1s var(--w)}"
    found = text(css)
    assert "@keyframes k" in found
    assert "@-webkit-keyframes k" in found
    assert "@keyframes z" not in found
    assert "--v:1;--w:k" in found


def test_font_faces_are_in_if_a_list_names_their_family() -> None:
    face = "@font-face{font-family:%s;src:url(%s.woff2);unicode-range:U+0-7f}"
    faces = face % ("Lato", "l") + face % ("'My Icons'", "m") + face % ("Other", "o")
    found = text(faces + ":root{--f:My Icons}p{font:1em Lato,serif}b{font-family:var(--f)}")
    assert "url(<css/l.woff2>);unicode-range:U+0-7f" in found
    assert "My Icons" in found
    assert "Other" not in found


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ("url(a.woff2) format('woff2'),url(a.woff) format(\"woff\")", "url(<css/a.woff2>) format('woff2')"),
        ("local(X),url(a.eot?#i),url(a.woff2) format(woff2) , url(a.ttf)",
         "local(X),url(<css/a.eot>?#i),url(<css/a.woff2>) format(woff2)"),
        ("url(a.woff) format('woff'),url(a.ttf)", "url(<css/a.woff>) format('woff'),url(<css/a.ttf>)"),
        ("url(a.woff2) format(woff2) tech(variations),url(b.woff2) format(woff2),url(c.woff)",
         "url(<css/a.woff2>) format(woff2) tech(variations),url(<css/b.woff2>) format(woff2)"),
    ],
)  # fmt: skip
def test_sources_behind_one_that_every_browser_takes_are_not_in(sources: str, expected: str) -> None:
    css = f"@font-face{{font-family:A;src:{sources};font-display:swap}}p{{font-family:A}}"
    assert text(css) == f"@font-face{{font-family:A;src:{expected};font-display:swap}}p{{font-family:A}}"


def test_a_font_of_one_face_is_asked_for_early() -> None:
    one = "@font-face{font-family:A;src:url(a.eot),url(a.woff2)}"
    two = "@font-face{font-family:B;src:url(b.woff2)}@font-face{font-family:B;font-weight:700;src:url(c.woff2)}"
    found = result(one + two + "p{font-family:A,B}")
    assert isinstance(found, Critical)
    assert found.fonts == ("css/a.woff2",)


def test_registered_properties_and_counter_styles_are_in_if_used() -> None:
    css = "@property --a{syntax:'*';inherits:false}@property --b{syntax:'*';inherits:false}p{margin:var(--a)}"
    assert "@property --a" in text(css)
    assert "@property --b" not in text(css)
    css = "@counter-style c{system:cyclic;symbols:x}@counter-style d{system:cyclic;symbols:x}ul{list-style:c}"
    assert "@counter-style c" in text(css)
    assert "@counter-style d" not in text(css)


def test_view_transitions_are_always_in() -> None:
    assert text("@view-transition{navigation:auto}q{x:y}") == "@view-transition{navigation:auto}"


# -- layers ----------------------------------------------------------------------------------------------------------------------


def test_layers_keep_the_order_of_their_first_mention() -> None:
    css = "@layer a{q{x:y}}@layer b{p{x:y}}@layer c{q{x:y}}@layer a{p{x:z}}"
    assert text(css) == "@layer a,b,c;@layer b{p{x:y}}@layer a{p{x:z}}"


def test_no_statement_where_nothing_is_in_a_layer() -> None:
    assert text("@layer a,b;p{x:y}") == "p{x:y}"


def test_layers_of_imports_and_under_conditions_take_their_place() -> None:
    files = {"css/i.css": "@layer n{p{x:y}}"}
    css = "@layer z;@import url(i.css) layer(i) (min-width:9px);@media (m){@layer c{p{x:y}}}@layer d{p{x:y}}"
    assert text(css, files=files) == (
        "@layer z;@media (min-width:9px){@layer i,i.n;}@media (m){@layer c;}@layer d;"
        "@media (min-width:9px){@layer i{@layer n{p{x:y}}}}@media (m){@layer c{p{x:y}}}@layer d{p{x:y}}"
    )


def test_an_anonymous_layer_that_a_copy_would_reorder_is_a_reason() -> None:
    assert "anonymous" in reason("@layer{p{x:y}}@layer b{p{x:z}}")
    assert "anonymous" in reason("@layer{p{x:y!important}}")
    assert text("@layer b{p{x:z}}@layer{p{x:y}}@layer{b{x:y}}") == "@layer b;@layer b{p{x:z}}@layer{p{x:y}}@layer{b{x:y}}"


# -- imports ---------------------------------------------------------------------------------------------------------------------


def test_imports_stand_where_they_take_effect() -> None:
    files = {"css/i.css": "p{x:1}q{x:1}", "css/j.css": "@import 'i.css';b{x:2}"}
    css = "@import 'j.css' supports(a:b) screen;li{x:3}"
    assert text(css, files=files) == "@media screen{@supports (a:b){p{x:1}b{x:2}}}li{x:3}"


def test_imports_that_no_browser_follows_are_not_followed() -> None:
    files = {"css/i.css": "p{x:1}"}
    assert text("b{x:2}@import 'i.css';", files=files) == "b{x:2}"
    assert text("@import 'i.css' print;b{x:2}", files=files) == "b{x:2}"
    assert text("@import 'lost.css';b{x:2}", files=files) == "b{x:2}"


def test_imports_in_a_circle_end() -> None:
    files = {"css/i.css": "@import 'j.css';p{x:1}", "css/j.css": "@import 'i.css';b{x:2}"}
    assert text("@import 'i.css';", files=files) == "b{x:2}p{x:1}"


def test_imports_that_multiply_are_a_reason() -> None:
    files = {f"css/i{n}.css": f"@import 'i{n + 1}.css';@import 'i{n + 1}.css';" for n in range(50)} | {"css/i50.css": "p{x:y}"}
    began = time.process_time()
    assert "more than" in reason("@import 'i0.css';", files=files)
    assert time.process_time() - began < 3


def test_an_import_from_elsewhere_is_a_reason() -> None:
    assert "https://e.org/x.css" in reason("@import 'https://e.org/x.css';p{x:y}")


def test_a_namespace_is_a_reason() -> None:
    assert "namespace" in reason("@namespace svg url(http://www.w3.org/2000/svg);svg|a{x:y}")


# -- URLs ------------------------------------------------------------------------------------------------------------------------


def test_urls_become_holes_and_keep_what_is_behind_their_path() -> None:
    css = "p{a:url(i.png?v#f);b:url('data:x/y;base64,}');c:url(#id);d:url(https://e.org/x);e:url(lost.png);f:image-set('j.png' 1x)}"
    assert text(css) == (
        "p{a:url(<css/i.png>?v#f);b:url('data:x/y;base64,}');c:url(#id);d:url(https://e.org/x);"
        "e:url(/lost/lost.png);f:image-set('<css/j.png>' 1x)}"
    )


def test_a_page_gets_urls_of_its_own_place() -> None:
    found = result("p{a:url(i.png)}")
    assert isinstance(found, Critical)
    assert placed(found, "d/x.html").pieces == ("p{a:url(", Url("css/i.png", "d/x.html"), ")}")


# -- budget ----------------------------------------------------------------------------------------------------------------------


def test_over_the_budget_there_is_none() -> None:
    css = "".join(f"p{{--x{number}:{number * 7919 % 1009}}}" for number in range(400)) + "p{a:var(--x1)}"
    assert isinstance(result(css), Critical)
    large = "".join(f"p{{grid-area:n{number * 7919 % 100003}}}" for number in range(8000))
    found = result(large)
    assert isinstance(found, TooLarge)
    assert found.size > found.budget == 14_000


def test_before_that_rules_go_that_need_a_pointer() -> None:
    hover = "".join(f"p:hover{{grid-area:n{number * 7919 % 100003}}}" for number in range(8000))
    assert text("p{x:y}" + hover) == "p{x:y}"


def test_sheets_can_be_taken_whole_or_not_at_all() -> None:
    assert text("q{x:y}", options=Options(whole=frozenset({"css/0.css"}))) == "q{x:y}"
    assert text("p{x:y}", "b{x:y}", options=Options(none=frozenset({"css/0.css"}))) == "b{x:y}"


def test_size_is_what_gzip_makes_of_it() -> None:
    import gzip

    found = result("p{color:red}b{color:blue}")
    assert isinstance(found, Critical)
    exact = len(gzip.compress("".join(map(str, found.pieces)).encode(), 9))
    assert abs(compressed(found.pieces) - exact) <= 12
    assert found.rules == (("css/0.css", 2, 2),)


# -- state, fold -----------------------------------------------------------------------------------------------------------------


def test_state_that_a_script_sets_before_the_paint_is_in() -> None:
    css = ".js p{x:y}[data-theme=dark] p{x:z}.other p{x:w}"
    changes = Changes(root_classes=frozenset({"js"}), root_attributes=frozenset({"data-theme"}))
    assert text(css, changes=changes) == ".js p{x:y}[data-theme=dark] p{x:z}"


@pytest.mark.parametrize("mark", ["<!-- assetforge: fold -->", '<div data-assetforge="fold"></div>'])
def test_below_the_fold_nothing_is_needed(mark: str) -> None:
    page = f"<body><p>x</p>{mark}<q>y</q><i>z</i>"
    css = "p{x:1}q{x:2}p:last-child{x:3}p:not(:last-child){x:4}i{x:5}"
    assert text(css, page=page, fold=True) == "p{x:1}p:not(:last-child){x:4}"
    assert "q{x:2}" in text(css, page=page)


# -- hostile text ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("p{x:y", "p{x:y}"),
        ("p{x:'y", "p{x:'y'}"),
        ("p{x:url(https://e.org/", "p{x:url(https://e.org/)}"),
        ("@media (m){p{x:calc(1px + (2px", "@media (m){p{x:calc(1px + (2px))}}"),
        ("@media (m){p{x:y}", "@media (m){p{x:y}}"),
        ("p{x:y/*z", "p{x:y/*z*/}"),
        ("p{x:a\\", "p{x:a\ufffd}"),
        ("b{x:1}.a{b{x:y", "b{x:1}.a{b{x:y}}"),
        ("@scope (p){q{x:y}z:k({x", "@scope (p){z:k({x});}"),
        (".a{b{x:y}z:k('({x", ".a{b{x:y}z:k('({x');}"),
    ],
)
def test_what_the_text_does_not_close_is_closed(css: str, expected: str) -> None:
    found = text(css)
    assert found == expected
    assert all(one.closed for one in rules(found))


def test_strings_that_mean_something_elsewhere_are_kept_as_they_are() -> None:
    css = "p::before{content:'</style><script>{# {{ x }} {% y %}'}"
    assert text(css) == css


def test_bytes_that_are_no_text_are_carried() -> None:
    assert text("p{content:'\udc80'}") == "p{content:'\udc80'}"


@pytest.mark.parametrize(
    "css",
    [
        "".join(f".c{number}{{x:y}}" for number in range(100_000)),
        "p{x:y}" * 30_000,
        ",".join(["p"] * 10_000) + "{x:y}",
        " ".join(["p"] * 10_000) + "{x:y}",
        "p{" * 20_000,
        "@media (m){" * 20_000 + "p{x:y}",
        ":root{" + "".join(f"--a{number}:var(--a{number + 1});" for number in range(20_000)) + "}p{x:var(--a0)}",
        "".join(f"@keyframes k{number}{{to{{x:y}}}}" for number in range(20_000)) + "p{animation:k7}",
        "".join(f"@layer l{number}{{p{{x:y}}}}" for number in range(10_000)),
    ],
    ids=["rules", "same rules", "list", "compounds", "open", "groups", "chain", "keyframes", "layers"],
)
def test_time_is_bounded(css: str) -> None:
    began = time.process_time()
    assert result(css, options=Options(budget=10**9)) is not None
    assert time.process_time() - began < 20


# -- reasons ---------------------------------------------------------------------------------------------------------------------


def test_every_rule_has_its_reason() -> None:
    css = "p,q{font-family:A}@media (m){z{x:y}}@font-face{font-family:A;src:url(a.woff2)}@keyframes k{to{x:y}}"
    whole = cascade([(made("css/0.css", css), "")], dict[str, Sheet]().get)
    found = {one.rule: one for one in reasons(whole, lambda one: matched(one, index_of(one), shapes(tree(PAGE))))}
    assert (found["p,q"].taken, found["p,q"].why) == (True, "an element can match p")
    assert (found["@media (m) { z"].taken, found["@media (m) { z"].why) == (False, "no element of the page can match it")
    assert "font-display" in found["@font-face"].why
    assert not found["@keyframes k"].taken
