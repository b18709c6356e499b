"""A module is known by its URL: under two names it would run twice, so all who import it must say the same."""

import base64
import hashlib


def policy(script):
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"<meta http-equiv=Content-Security-Policy content=\"script-src 'self' 'sha256-{digest}'\">"


def test_what_a_locked_block_imports_keeps_its_name_for_everybody(forge):
    inline = 'import {s} from "./state.js"; s.n++'
    html = f"{policy(inline)}<script type=module>{inline}</script><script type=module src=main.js></script>"
    site = forge({"index.html": html, "main.js": 'import "./state.js"', "state.js": "export let s = {n: 0}"})
    assert site.naming("state.js") == ("stable", "index.html imports it where nothing may change")
    assert site.text("main.js") == 'import "./state.js"'


def test_what_a_bundle_that_stays_unchanged_imports_keeps_its_name(forge):
    site = forge({"b-123.js": 'import "./state.js"', "main.js": 'import "./state.js"', "state.js": ""}, prehashed=("b-*.js",))
    assert site.naming("state.js") == ("stable", "b-123.js passes through unchanged and imports it")
    assert site.text("main.js") == 'import "./state.js"'


def test_what_pages_resolve_differently_keeps_its_name(forge):
    page = '<script type=importmap>{{"imports": {{"lib/": "./{}/"}}}}</script><script type=module src=m.js></script>'
    files = {"m.js": 'import "lib/a.js"', "v1/a.js": "1", "v2/a.js": "2"}
    site = forge(files | {"one.html": page.format("v1"), "two.html": page.format("v2")})
    assert site.text("m.js") == 'import "lib/a.js"'
    assert site.naming("v1/a.js")[0] == site.naming("v2/a.js")[0] == "stable"


def test_a_map_that_turns_a_url_is_asked_before_the_file(forge):
    html = '<script type=importmap>{"imports": {"./js/a.js": "./js/b.js"}}</script><script type=module src=js/m.js></script>'
    for modules in ("rewrite", "importmap"):
        site = forge({"index.html": html, "js/m.js": 'import "./a.js"', "js/a.js": "1", "js/b.js": "2"}, modules=modules)
        assert site.text("js/m.js") == 'import "./a.js"'
        assert f'"./js/a.js": "./js/{site.name("js/b.js")}"' in site.text("index.html")


def test_a_map_that_turns_a_folder_is_followed(forge):
    html = '<script type=importmap>{"imports": {"/js/": "/v2/"}}</script><script type=module src=m.js></script>'
    site = forge({"index.html": html, "m.js": 'import "/js/a.js"', "js/a.js": "1", "v2/a.js": "2"})
    assert site.text("m.js") == f'import "./v2/{site.name("v2/a.js")}"'


def test_a_scope_may_be_one_file(forge):
    html = (
        '<script type=importmap>{"imports": {"lib/": "./v1/"}, "scopes": {"/js/m.js": {"lib/": "./v2/"}}}</script>'
        "<script type=module src=js/m.js></script><script type=module src=js/n.js></script>"
    )
    files = {"js/m.js": 'import "lib/a.js"', "js/n.js": 'import "lib/a.js"', "v1/a.js": "1", "v2/a.js": "2"}
    site = forge(files | {"index.html": html})
    assert site.text("js/m.js") == f'import "../v2/{site.name("v2/a.js")}"'
    assert site.text("js/n.js") == f'import "../v1/{site.name("v1/a.js")}"'
    assert f'"/js/{site.name("js/m.js")}": ' in site.text("index.html")


def test_with_an_import_map_a_specifier_with_a_query_is_rewritten(forge):
    html = '<script type=module src="m.js?v=3"></script><script type=module>import "./m.js?v=3"; import "./n.js"</script>'
    site = forge({"index.html": html, "m.js": "", "n.js": ""}, modules="importmap")
    assert site.text("index.html").count(f"{site.name('m.js')}?v=3") == 2
    assert 'import "./n.js"' in site.text("index.html")


def test_with_an_asset_host_specifiers_are_rewritten_after_all(forge):
    files = {"index.html": "<script type=module src=m.js></script>", "m.js": 'import "./leaf.js"', "leaf.js": ""}
    site = forge(files, modules="importmap", asset_host="https://cdn.example/")
    assert site.text("m.js") == f'import "{site.url("leaf.js")}"'
    assert site.facts["index.html"].decisions == (("import map", "none: modules come from the asset host"),)


def test_a_page_that_answers_at_any_url_gets_a_map_from_the_root(forge):
    files = {"404.html": "<script type=module src=/js/m.js></script>", "js/m.js": 'import "./leaf.js"', "js/leaf.js": ""}
    site = forge(files, modules="importmap")
    assert f'"/js/leaf.js": "{site.url("js/leaf.js")}"' in site.text("404.html")


def test_worklets_have_no_map_even_when_a_page_starts_them(forge):
    html = '<script type=module>import "./a.js"; ctx.audioWorklet.addModule("js/w.js")</script>'
    site = forge({"index.html": html, "a.js": "", "js/w.js": 'import "./leaf.js"', "js/leaf.js": ""}, modules="importmap")
    assert site.text("js/w.js") == f'import "./{site.name("js/leaf.js")}"'


def test_import_scripts_resolves_against_the_worker(forge):
    files = {
        "index.html": "<script>new Worker('w.js')</script>",
        "w.js": "importScripts('lib/a.js')",
        "lib/a.js": "importScripts('b.js')",
        "b.js": "right",
        "lib/b.js": "wrong",
    }
    site = forge(files)
    assert site.text("lib/a.js") == f"importScripts('{site.name('b.js')}')"
    assert not site.codes


def test_a_colon_in_a_name_makes_no_scheme(forge):
    site = forge({"index.html": '<img src="a%3Ab.png">', "a:b.png": b"x"})
    assert 'src="a%3Ab.' in site.text("index.html")


def test_a_preload_for_a_fetch_stays_with_the_fetch(forge):
    html = '<link rel=preload as=fetch href=d.json crossorigin><script>fetch("d.json")</script>'
    site = forge({"index.html": html, "d.json": "{}"})
    assert "href=d.json" in site.text("index.html")
    dropped = forge({"index.html": html, "d.json": "{}"}, unhashed="drop")
    assert dropped.naming("d.json") == ("stable", "index.html preloads it for a fetch()")


def test_what_is_left_is_never_dropped(forge):
    files = {"index.html": "<script src=js/app.js></script>", "sub/index.html": "<script src=../js/app.js></script>"}
    files |= {"js/app.js": "new Worker('work.js')", "work.js": "1", "sub/work.js": "2"}
    site = forge(files, unhashed="drop")
    assert site.naming("work.js") == site.naming("sub/work.js") == ("stable", "js/app.js refers to it where nothing may change")


def test_a_file_with_an_integrity_stays_at_the_origin_unless_it_is_fetched_with_cors(forge):
    said = "sha256-" + base64.b64encode(hashlib.sha256(b"1").digest()).decode()
    html = f'<script src=a.js integrity="{said}"></script><script src=b.js integrity="{said}" crossorigin></script>'
    site = forge({"index.html": html + "<object data=c.svg></object>", "a.js": "1", "b.js": "1", "c.svg": "<svg/>"}, asset_host="https://cdn.example/")
    assert f"src={site.name('a.js')} " in site.text("index.html")
    assert f"src={site.url('b.js')} " in site.text("index.html")
    assert f"data={site.name('c.svg')}>" in site.text("index.html")
