"""What becomes of an `@import`: put into the sheet that asks for it, or left, with the reason."""

import re
import time
from hashlib import sha384
from urllib.parse import urljoin

import pytest

from assetforge.cache import Cache
from assetforge.integrity import metadata

ENCODING = "its encoding may not be that of the importing stylesheet"
BEHIND = "it has an @import behind a rule that not every browser knows"
BRACKET = "a.css: it has a bracket or semicolon that belongs to nothing"
BETWEEN = "it has something between its rules that is no rule"
LARGE = "b { color: blue }\n" * 600


def test_a_sheet_stands_in_place_of_its_import(flat):
    site = flat({"main.css": '@import "a.css";\nb { color: red }', "a.css": "a { color: blue }\n"})
    assert site.text("main.css") == "a { color: blue }\n\nb { color: red }"
    assert site.text("a.css") == "a { color: blue }\n"
    assert site.outcomes("main.css") == {"inlined": 1} and site.reasons("main.css") == []
    assert dict(site.facts["main.css"].decisions)["imports"] == "1 put into the file"


def test_the_configuration_can_keep_them(flat):
    site = flat({"main.css": '@import "a.css";', "a.css": "a{}"}, imports="keep")
    assert site.text("main.css") == '@import "a.css";' and site.outcomes("main.css") == {"rewritten": 1}
    assert site.facts["main.css"].decisions == ()


@pytest.mark.parametrize(
    ("said", "before"),
    [
        ("screen", "@media screen{"),
        ("screen and (min-width: 3em), print", "@media screen and (min-width: 3em), print{"),
        ("supports(display: grid)", "@supports (display: grid){"),
        ("supports(not (display: grid))", "@supports (not (display: grid)){"),
        ("supports(selector(a > b))", "@supports (selector(a > b)){"),
        ("layer", "@layer{"),
        ("LAYER(a.b)", "@layer a.b{"),
        ("layer(a) supports(color: red) print", "@media print{@supports (color: red){@layer a{"),
    ],
)
def test_conditions_stand_around_the_layer(flat, said, before):
    """CSS Cascade 5, section 2.3: as if the layer were declared inside of the conditions."""
    site = flat({"main.css": f"@import url(a.css) {said};", "a.css": "a{}"})
    assert site.text("main.css") == before + "a{}" + "}" * before.count("{")


def test_imports_of_imports_are_put_in_too(flat):
    files = {"main.css": '@import "a.css" layer(x);p{}', "a.css": '@layer y; @import "b.css" print;a{}', "b.css": "b{}"}
    assert flat(files).text("main.css") == "@layer x{@layer y; @media print{b{}}a{}}p{}"


def test_layers_that_are_named_first_stay_first(flat):
    site = flat({"main.css": '@layer b, a; @import "a.css" layer(a);', "a.css": "a{}"})
    assert site.text("main.css") == "@layer b, a; @layer a{a{}}"


def test_a_sheet_that_is_imported_twice_counts_twice(flat):
    site = flat({"main.css": '@import "a.css" print;@import "b.css";@import "a.css";', "a.css": "a{}", "b.css": "b{}"})
    assert site.text("main.css") == "@media print{a{}}b{}a{}"


# -- URLs ----------------------------------------------------------------------------------------------------------------------


def test_urls_lead_where_they_did(flat):
    written = (
        "a{b:url(i.png?q#f)} b{b:url( '../i.png' )} c{b:url(gone.png)} d{b:url(/x/i.png)} e{b:url(data:,x)} f{b:url(#x)}"
        'g{b:image-set("i.png" 1x)} h{b:url(https://e.example/i.png)} i{filter:url(s.svg#f)}'
    )
    images = {"x/i.png": "1", "i.png": "2", "x/s.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>"}
    site = flat({"main.css": '@import "x/a.css";', "x/a.css": written, **images})
    text = site.text("main.css")
    found = [(one[1] or one[2]).strip("' ") for one in re.finditer(r'url\(([^)]*)\)|image-set\("([^"]*)"', text)]
    assert [urljoin("http://s/main.css", one) for one in found] == [
        "http://s/x/i.png?q#f", "http://s/i.png", "http://s/x/gone.png", "http://s/x/i.png", "data:,x", "http://s/main.css#x",
        "http://s/x/i.png", "https://e.example/i.png", "http://s/x/s.svg#f",
    ]  # fmt: skip
    assert {"x/i.png", "i.png", "x/s.svg"} == {*site.outputs["main.css"].dependencies}


def test_urls_of_a_sheet_of_the_same_folder_stay_as_written(flat):
    site = flat({"css/main.css": '@import "a.css";', "css/a.css": "a{b:url(../i.png)}", "i.png": "1",
                 "index.html": "<link rel=stylesheet href=css/main.css>"})  # fmt: skip
    assert site.text("css/main.css") == "a{b:url(../i.png)}"


def test_files_that_keep_their_names_are_found(flat):
    site = flat({"main.css": '@import "x/a.css";', "x/a.css": "a{b:url(i.png)}", "x/i.png": "1"}, stable=("x/i.png",))
    assert site.text("main.css") == "a{b:url(./x/i.png)}"


def test_with_an_asset_host_urls_are_absolute(flat):
    site = flat({"main.css": '@import "x/a.css";', "x/a.css": "a{b:url(i.png)}", "x/i.png": "1"}, asset_host="https://a.example/")
    assert site.text("main.css") == "a{b:url(https://a.example/x/i.png)}"


def test_the_name_follows_what_was_put_in(flat):
    names = {flat({"main.css": '@import "a.css";', "a.css": f"a{{color:{colour}}}"}).outputs["main.css"].url
             for colour in ("red", "blue")}  # fmt: skip
    assert len(names) == 2


def test_the_integrity_is_that_of_what_is_served(flat):
    sheet = '@import "a.css";'
    page = f'<link rel=stylesheet href=main.css integrity="{metadata(sha384(sheet.encode()).hexdigest())}">'
    site = flat({"main.css": sheet, "a.css": "a{}", "index.html": page})
    assert metadata(sha384(site.raw("main.css")).hexdigest()) in site.raw("index.html").decode()
    assert site.raw("main.css") == b"a{}"


def test_source_maps_of_others_go(flat):
    site = flat({"main.css": '@import "a.css";b{}', "a.css": "a{}\n/*# sourceMappingURL=a.css.map */", "a.css.map": "{}"})
    assert site.text("main.css") == "a{}\nb{}"


# -- what is left --------------------------------------------------------------------------------------------------------------


def test_nothing_comes_before_an_import_that_stays(flat):
    files = {"main.css": '@import "a.css";@import "https://e.example/f.css";@import "b.css";', "a.css": "a{}", "b.css": "b{}"}
    site = flat(files)
    assert site.text("main.css") == '@import "a.css";@import "https://e.example/f.css";b{}'
    assert site.reasons("main.css") == ["one behind it stays, and rules may not come before that", "it is elsewhere"]
    assert site.outcomes("main.css") == {"rewritten": 1, "external": 1, "inlined": 1}


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"main.css": '@import "gone.css";'}, "there is no such file"),
        ({"main.css": '@import "a.css" layer(initial);'}, "not every browser understands it"),
        ({"main.css": '@import "a.css" layer();'}, "not every browser understands it"),
        ({"main.css": '@import "a.css" (min-width: 0\\0);'}, "not every browser understands it"),
        ({"main.css": '@import "a.css" supports(a: "{");'}, "not every browser understands it"),
        ({"main.css": '@import "main.css";'}, "it imports itself"),
        ({"main.css": '@namespace "x";@import "a.css";'}, "it declares a namespace, which holds for all of a sheet"),
        ({"main.css": '@import "a.css";@namespace "x";'}, "it declares a namespace, which holds for all of a sheet"),
        ({"a.css": '@namespace "x";'}, "it declares a namespace, which holds for all of a sheet"),
        ({"a.css": '@import "b.css";', "b.css": '@import "a.css";'}, "stylesheets that import each other in a circle"),
        ({"a.css": '@import "//e.example/x.css";'}, "it has an import that stays: it is elsewhere"),
        ({"main.css": 'a:new{}@import "a.css";'}, BEHIND),
        ({"a.css": '@new;@import "b.css";', "b.css": ""}, BEHIND),
        ({"a.css": "é{}", "main.css": '@charset "latin1";@import "a.css";'}, ENCODING),
        ({"a.css": '@charset "latin1";é{}'}, ENCODING),
        ({"a.css": '@charset "utf-8";é{}', "main.css": '@import "a.css";ü{}'}, ENCODING),
        ({"a.css": b"/* \xe9 */a{}"}, "it is in another encoding than UTF-8"),
        ({"a.css": "a{}".encode("utf-16")}, "it is in another encoding than UTF-8"),
        ({"a.css": "<!-- a{} -->", "main.css": '@import "a.css" print;'}, "a.css: " + BETWEEN),
        ({"a.css": "a{}}b{}", "main.css": '@import "a.css" print;'}, BRACKET),
        ({"a.css": "a{};b{}", "main.css": '@import "a.css" print;'}, BRACKET),
    ],
)  # fmt: skip
def test_what_is_not_sure_is_left(flat, files, reason):
    files = {"main.css": '@import "a.css";', "a.css": "a{}"} | files
    site = flat(files)
    assert site.reasons("main.css") == [reason]
    assert site.text("main.css").encode() == files["main.css"].encode()
    assert "1 left: " + reason == dict(site.facts["main.css"].decisions)["imports"]


def test_an_import_behind_rules_is_ignored_as_browsers_do(flat):
    site = flat({"main.css": '@import "a.css";b{}@import "c.css";', "a.css": 'a{}@import "c.css";', "c.css": "c{}"})
    assert site.text("main.css") == 'a{}@import "c.css";b{}@import "c.css";'
    assert site.reasons("main.css") == ["it stands behind a rule, and browsers ignore it"]


def test_a_layer_statement_ends_the_imports(flat):
    site = flat({"main.css": '@import "a.css";@layer x;@import "c.css";', "a.css": "a{}", "c.css": "c{}"})
    assert site.text("main.css") == 'a{}@layer x;@import "c.css";'


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("b{c:d", "b{c:d}"),
        ("@media print{b{c:url(x", "@media print{b{c:url(x)}}"),
        ("b{c:'d", "b{c:'d'}"),
        ("b{}/* open", "b{}"),
        ("b{}junk", "b{}"),
        ("b{};", "b{}"),
        ("b{}}", "b{}"),
        ("@layer x", "@layer x;"),
        ("b{}\n/* closed */ ", "b{}\n/* closed */ "),
        ("", ""),
        ("junk", ""),
    ],
)
def test_what_a_sheet_leaves_open_is_closed(flat, end, said):
    site = flat({"main.css": '@import "a.css";z{}', "a.css": "a{}" + end, "x": "1"})
    assert site.text("main.css") == "a{}" + said + "z{}"


def test_encodings_agree(flat):
    declared = flat({"main.css": '@import "a.css";z{}', "a.css": '@charset "UTF-8";é{}'})
    assert declared.raw("main.css") == '@charset "utf-8";é{}z{}'.encode()
    marked = flat({"main.css": '@import "a.css";z{}', "a.css": "\ufeffé{}"})
    assert marked.raw("main.css") == '@charset "utf-8";é{}z{}'.encode()
    same = flat({"main.css": '@import "a.css";ü{}', "a.css": "é{}"})
    assert same.raw("main.css") == "é{}ü{}".encode()
    inherited = flat({"main.css": '@charset "utf-8";@import "a.css";', "a.css": '@import "b.css";', "b.css": "é{}"})
    assert inherited.raw("main.css") == '@charset "utf-8";é{}'.encode()
    ascii = flat({"main.css": '@charset "latin1";@import "a.css";', "a.css": '@charset "utf-8";a{}'})
    assert ascii.raw("main.css") == b'@charset "latin1";a{}'


@pytest.mark.parametrize(
    "script",
    [
        {"x.js": "for (const one of document.styleSheets) f(one)"},
        {"x.html": "<script>link.sheet.cssRules[0]</script>"},
        {"x.html": "<p onclick='f(document.styleSheets)'>"},
    ],
)
def test_scripts_that_look_into_stylesheets_leave_all_as_it_is(flat, script):
    [name] = script
    site = flat({"main.css": '@import "a.css";', "a.css": "a{}", **script})
    assert site.text("main.css") == '@import "a.css";'
    assert site.reasons("main.css") == [f"{name} looks into stylesheets, where an import is a rule of its own"]


@pytest.mark.parametrize(
    "script", ["f(await fetch(new URL('./main.css', import.meta.url)))", "import s from './main.css' with { type: 'css' }"]
)
def test_a_sheet_that_a_script_makes_imports_nothing(flat, script):
    """CSSOM, constructable stylesheets: `@import` is not allowed in them, and a browser drops it."""
    page = "<script type=module src=x.mjs></script>"
    site = flat({"main.css": '@import "a.css";', "a.css": "a{}", "x.mjs": script, "x.html": page})
    assert site.reasons("main.css") == ["a script reads its text, and the sheet that it makes of that imports nothing"]


def test_words_that_no_script_says_mean_nothing(flat):
    assert flat({"main.css": '@import "a.css";', "a.css": "a{}", "x.html": "<p>document.styleSheets"}).text("main.css") == "a{}"


@pytest.mark.parametrize("elsewhere", ["x/b.css", "index.html"])
def test_urls_of_custom_properties_stay_in_their_sheet(flat, elsewhere):
    """Browsers resolve them against the sheet that sets the property, or against the one that uses it."""
    files = {
        "main.css": '@import "x/a.css";', "x/a.css": "a{background:var(--i)}",
        "index.html": "<link rel=stylesheet href=main.css><link rel=stylesheet href=x/b.css>", "x/b.css": "b{}",
    }  # fmt: skip
    assert flat(files).text("main.css") == files["x/a.css"]
    setting = "p{--i:url(i.png)}"
    files[elsewhere] += f"<style>{setting}</style>" if elsewhere == "index.html" else setting
    site = flat(files)
    assert site.reasons("main.css") == ["x/a.css: it uses URLs of custom properties, which browsers resolve differently"]
    assert flat({**files, "x/a.css": setting}).reasons("main.css") == [
        "x/a.css: a custom property has a URL, which browsers resolve differently"
    ]


def test_a_query_alone_means_the_sheet_itself(flat):
    site = flat({"main.css": '@import "x/a.css";', "x/a.css": 'a{background:url("?x")}'})
    assert site.reasons("main.css") == ["x/a.css: it has a URL that is a query alone"]


def test_files_that_pass_through_unchanged_do(flat):
    files = {"main.css": '@import "a.css";', "a.css": "a{}"}
    assert flat(files, prehashed=("main.css",)).text("main.css") == files["main.css"]
    assert flat(files, prehashed=("a.css",)).reasons("main.css") == ["it passes through unchanged"]


# -- what is shared ------------------------------------------------------------------------------------------------------------


def test_a_large_sheet_that_others_load_too_is_shared(flat):
    two = {"index.html": "<link rel=stylesheet href=main.css><link rel=stylesheet href=other.css>", "other.css": '@import "a.css";'}
    files = {"main.css": '@import "a.css";', "a.css": LARGE}
    assert flat(files).text("main.css") == LARGE
    site = flat(files | two)
    assert site.reasons("main.css") == ["a.css is large and loaded by other stylesheets or pages too, which share it"]
    linked = flat(files | {"index.html": "<link rel=stylesheet href=main.css><link rel=stylesheet href=a.css>"})
    assert linked.outcomes("main.css") == {"rewritten": 1}
    assert flat(files | two | {"a.css": "a{}"}).text("other.css") == "a{}"


def test_a_large_sheet_is_not_said_twice(flat):
    site = flat({"main.css": '@import "a.css";@import "a.css";', "a.css": LARGE})
    assert site.outcomes("main.css") == {"rewritten": 1, "inlined": 1}


def test_a_sheet_that_goes_on_being_imported_has_its_own_put_in(flat):
    files = {"main.css": '@import "a.css";@import "//e.example/x.css";', "a.css": '@import "b.css";a{}', "b.css": "b{}"}
    site = flat(files)
    assert site.text("a.css") == "b{}a{}"


def test_sheets_behind_inline_imports_and_svg_are_loaded_ones(flat):
    for page in ("<style>@import 'main.css';</style>", "<svg><style>@import 'main.css';</style></svg>"):
        assert flat({"index.html": page, "main.css": '@import "a.css";', "a.css": "a{}"}).text("main.css") == "a{}"


def test_with_queries_the_file_is_the_same(flat):
    assert flat({"main.css": '@import "a.css?v=1#x";', "a.css": "a{}"}).text("main.css") == "a{}"


def test_minified_text_is_what_is_put_in(flat, tmp_path):
    files = {"main.css": '@import "x/a.css" print; z { }', "x/a.css": "a  {  background : url( i.png ) }  ", "x/i.png": "1"}
    once = flat(files, minify=frozenset({"css"})).text("main.css")
    assert once == "@media print{a{background:url(./x/i.png)}}z{}"
    with Cache(tmp_path / "cache") as cache:
        assert [flat(files, minify=frozenset({"css"}), cache=cache).text("main.css") for _ in range(2)] == [once] * 2


# -- hostile input -------------------------------------------------------------------------------------------------------------


def test_a_tree_that_doubles_at_each_step_is_bounded(flat):
    files = {f"s{n}.css": f'@import "s{n + 1}.css";@import "s{n + 1}.css" print;' for n in range(40)}
    start = time.process_time()
    site = flat(files | {"main.css": '@import "s0.css";', "s40.css": "a{}"})
    assert time.process_time() - start < 5
    assert site.reasons("main.css") and len(site.raw("s38.css")) < 1000


def test_a_long_chain_is_bounded(flat):
    files = {f"s{n}.css": f'@import "s{n + 1}.css";' for n in range(200)}
    site = flat(files | {"main.css": '@import "s0.css";', "s200.css": "a{}"})
    assert "in a chain of more than 16" in site.reasons("main.css")[0]
    assert site.text("s199.css") == '@import "s200.css";'


def test_a_circle_of_many_is_left(flat):
    files = {f"s{n}.css": f'@import "s{(n + 1) % 100}.css";' for n in range(100)}
    site = flat(files | {"main.css": '@import "s0.css";'})
    assert site.reasons("main.css") == ["stylesheets that import each other in a circle"]


@pytest.mark.parametrize(
    "text", ["a{" * 50_000, "@media x{" * 20_000, "-" * 100_000, "a " * 50_000 + "{}", '@import "b.css";' * 5_000, "/*" * 100_000,
             "--a:" * 50_000, "\0\ufffe\\" * 50_000, "a{--b:var(" * 20_000]
)  # fmt: skip
def test_hostile_sheets_take_bounded_time(flat, text):
    start = time.process_time()
    site = flat({"main.css": '@import "x/a.css";z{}', "x/a.css": text + "a{b:url(i.png)}", "b.css": "b{}"})
    assert time.process_time() - start < 20
    assert site.raw("main.css")
