"""Module graphs: rewritten, or left to an import map."""

import json
import re

LEAF = {
    "index.html": '<script type="module" src="js/main.js"></script>',
    "js/main.js": 'import "./mid.js";',
    "js/mid.js": 'import "./leaf.js";',
    "js/leaf.js": "export let x = 1",
}


def import_map(html):
    return json.loads(re.search(r'<script type="importmap"[^>]*>(.*?)</script>', html, re.DOTALL)[1])["imports"]


def test_rewriting_renames_everything_above_a_changed_leaf(forge):
    before, after = forge(LEAF), forge(LEAF | {"js/leaf.js": "export let x = 2"})
    renamed = {path for path in LEAF if before.url(path) != after.url(path)}
    assert renamed == {"js/main.js", "js/mid.js", "js/leaf.js"}
    assert before.text("js/main.js") == f'import "./{before.name("js/mid.js")}";'


def test_with_an_import_map_a_changed_leaf_renames_itself_alone(forge):
    before = forge(LEAF, modules="importmap")
    after = forge(LEAF | {"js/leaf.js": "export let x = 2"}, modules="importmap")
    assert {path for path in LEAF if before.url(path) != after.url(path)} == {"js/leaf.js"}
    assert before.text("js/main.js") == LEAF["js/main.js"]
    assert import_map(before.text("index.html")) == {
        "./js/leaf.js": "./js/" + before.name("js/leaf.js"),
        "./js/mid.js": "./js/" + before.name("js/mid.js"),
    }
    assert before.text("index.html").index("importmap") < before.text("index.html").index('type="module"')


def test_an_existing_import_map_is_extended_and_its_values_are_hashed(forge):
    html = '<script type="importmap">{"imports": {"lib": "./js/leaf.js"}}</script><script type="module" src="js/main.js"></script>'
    site = forge({**LEAF, "index.html": html, "js/main.js": 'import "lib"; import "./mid.js"'}, modules="importmap")
    assert import_map(site.text("index.html")) == {
        "./js/leaf.js": "./js/" + site.name("js/leaf.js"),
        "./js/mid.js": "./js/" + site.name("js/mid.js"),
        "lib": "./js/" + site.name("js/leaf.js"),
    }


def test_modules_of_workers_are_rewritten_even_then(forge):
    files = LEAF | {
        "js/main.js": 'import "./mid.js"; new Worker(new URL("./work.js", import.meta.url), {type: "module"})',
        "js/work.js": 'import "./leaf.js"',
    }
    site = forge(files, modules="importmap")
    assert site.text("js/work.js") == f'import "./{site.name("js/leaf.js")}"'
    assert site.text("js/mid.js") == 'import "./leaf.js";'
    assert import_map(site.text("index.html"))["./js/leaf.js"] == "./js/" + site.name("js/leaf.js")


def test_a_page_whose_policy_forbids_inline_scripts_falls_back_to_rewriting(forge):
    meta = '<meta http-equiv="Content-Security-Policy" content="script-src \'self\'">'
    site = forge({**LEAF, "index.html": meta + LEAF["index.html"]}, modules="importmap")
    assert "importmap" not in site.text("index.html")
    assert site.text("js/main.js") == f'import "./{site.name("js/mid.js")}";'


def test_a_bare_specifier_with_an_exact_entry_stays_and_its_entry_is_hashed(forge):
    html = '<script type="importmap">{"imports": {"lib": "./js/leaf.js"}}</script><script type="module" src="js/main.js"></script>'
    site = forge({**LEAF, "index.html": html, "js/main.js": 'import "lib"'})
    assert site.text("js/main.js") == 'import "lib"'
    assert import_map(site.text("index.html")) == {"lib": "./js/" + site.name("js/leaf.js")}


def test_a_bare_specifier_behind_a_prefix_is_replaced_whole(forge):
    html = '<script type="importmap">{"imports": {"lib/": "./js/"}}</script><script type="module" src="js/main.js"></script>'
    site = forge({**LEAF, "index.html": html, "js/main.js": 'import "lib/leaf.js"'})
    assert site.text("js/main.js") == f'import "./{site.name("js/leaf.js")}"'
    assert site.outputs["js/main.js"].dependencies == ("js/leaf.js",)


def test_a_bare_specifier_without_a_map_is_left(forge):
    site = forge({**LEAF, "js/main.js": 'import "react"'})
    assert site.text("js/main.js") == 'import "react"'
    assert not site.codes


def test_a_computed_import_that_may_load_a_module_twice_is_told(forge):
    files = LEAF | {"js/main.js": 'import "./mid.js"; import(name)'}
    site = forge(files)
    assert ("warning", "computed-import", "js/main.js") in site.codes
    assert site.naming("js/leaf.js")[0] == "hashed"
    assert not forge(files, modules="importmap").codes


def test_modules_in_reach_of_a_computed_import_keep_their_names(forge):
    files = LEAF | {"js/main.js": 'import "./mid.js"; import(`./${name}.js`)'}
    site = forge(files)
    (one,) = site.build.diagnostics
    assert one.code == "computed-import" and "js/leaf.js and 1 more by its own name" in one.message
    assert site.naming("js/leaf.js") == ("stable", "a computed import() in js/main.js may load it by its own name")
    assert site.text("js/mid.js") == 'import "./leaf.js";'
    assert site.naming("js/main.js")[0] == "hashed"
    with_map = forge(files, modules="importmap")
    assert with_map.naming("js/leaf.js")[0] == "hashed" and not with_map.codes


def test_a_computed_import_of_another_folder_is_no_matter(forge):
    files = LEAF | {"js/main.js": 'import "./mid.js"; import("./locale/" + name + ".js")', "js/locale/de.js": ""}
    assert not forge(files).codes


def test_what_a_module_behind_a_computed_import_imports_counts_too(forge):
    files = LEAF | {"js/main.js": 'import "./mid.js"; import("./locale/" + name + ".js")', "js/locale/de.js": 'import "../leaf.js"'}
    (one,) = forge(files).build.diagnostics
    assert (one.code, one.path) == ("computed-import", "js/main.js")
    assert "js/leaf.js" in one.message


def test_a_module_that_comes_back_to_the_one_with_the_computed_import_loads_it_twice(forge):
    files = {"index.html": "<script type=module src=main.js></script>", "main.js": 'import("./pages/" + name + ".js")'}
    (one,) = forge(files | {"pages/a.js": 'import "../main.js"'}).build.diagnostics
    assert (one.code, one.path) == ("computed-import", "main.js") and "load main.js by its own name" in one.message


def test_an_import_map_names_what_a_computed_import_may_come_back_to(forge):
    files = {"index.html": "<script type=module src=main.js></script>", "main.js": 'import("./pages/" + name + ".js")'}
    site = forge(files | {"pages/a.js": 'import "../main.js"'}, modules="importmap")
    assert import_map(site.text("index.html")) == {"./main.js": f'./{site.name("main.js")}'}
    assert not site.codes


def test_a_computed_import_from_another_host_is_no_matter(forge):
    assert not forge(LEAF | {"js/main.js": 'import "./mid.js"; import(`https://cdn.example/x@${version}/x.js`)'}).codes


def test_a_cycle_loads_each_module_once(forge):
    site = forge({"index.html": "<script type=module src=a.js></script>", "a.js": 'import "./b.js"', "b.js": 'import "./a.js"'})
    assert site.text("a.js") == f'import "./{site.name("b.js")}"'
    assert site.text("b.js") == f'import "./{site.name("a.js")}"'
    assert site.name("a.js") in site.text("index.html")


def test_a_workers_url_resolves_against_the_page_that_loads_the_script(forge):
    site = forge(
        {"index.html": "<script src=js/app.js></script>", "js/app.js": "new Worker('work.js')", "work.js": "", "js/work.js": ""}
    )
    assert site.text("js/app.js") == f"new Worker('{site.name('work.js')}')"


def test_a_workers_url_that_pages_resolve_differently_is_left(forge):
    files = {"index.html": "<script src=js/app.js></script>", "sub/index.html": "<script src=../js/app.js></script>"}
    site = forge(files | {"js/app.js": "new Worker('work.js')", "work.js": "1", "sub/work.js": "2"})
    assert site.text("js/app.js") == "new Worker('work.js')"
    assert site.facts["js/app.js"].outcomes == {"left": 1}
