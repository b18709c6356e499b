"""Which files keep their names, and that everything still finds them."""

import pytest


def test_pages_and_well_known_names_are_stable(forge):
    files = dict.fromkeys(
        [
            "index.html",
            "robots.txt",
            "favicon.ico",
            ".well-known/security.txt",
            "browserconfig.xml",
            "sw.js",
            "CNAME",
            "x.php",
            "a.webmanifest",
        ],
        "",
    )
    site = forge(files | {"a.webmanifest": "{}", "browserconfig.xml": "<browserconfig/>", "css/app.css": ""})
    assert {path: site.naming(path)[0] for path in files} == dict.fromkeys(files, "stable")
    assert site.naming("css/app.css") == ("hashed", "nothing asks for it by name")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<rss version='2.0'><channel/></rss>", "it is a feed"),
        ("<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>", "it is a sitemap"),
    ],
)
def test_feeds_and_sitemaps_are_known_by_their_root_element(forge, text, reason):
    assert forge({"data/any.xml": text}).naming("data/any.xml") == ("stable", reason)


def test_a_json_file_that_a_page_calls_its_manifest_is_one(forge):
    site = forge({"index.html": '<link rel=manifest href="m.json">', "m.json": '{"icons": [{"src": "i.png"}]}', "i.png": b"x"})
    assert site.naming("m.json")[0] == "stable"
    assert site.name("i.png") in site.text("m.json")


def test_a_registered_service_worker_and_its_precache_list_keep_their_names(forge):
    site = forge(
        {
            "index.html": "<script>navigator.serviceWorker.register('/worker-of-mine.js')</script>"
            "<link rel=stylesheet href=css/a.css>",
            "worker-of-mine.js": "importScripts('js/list.js'); self.x = ['./js/app.js', '/css/a.css'];",
            "js/list.js": "self.list = [{url: '/img/logo.png', revision: '1'}];",
            "js/app.js": "",
            "css/a.css": "",
            "css/b.css": "",
            "img/logo.png": b"p",
        }
    )
    assert site.naming("worker-of-mine.js") == ("stable", "it is a service worker")
    for path in ("js/app.js", "css/a.css"):
        assert site.naming(path) == ("stable", "the service worker worker-of-mine.js lists it")
    assert site.naming("img/logo.png") == ("stable", "the service worker js/list.js lists it")
    assert site.naming("css/b.css")[0] == "hashed"
    assert "css/a.css" in site.text("index.html")


def test_a_name_that_a_script_looks_for_is_kept_and_no_other(forge):
    site = forge(
        {
            "index.html": '<script src="js/widget.js"></script>'
            """<script>document.querySelector('script[src$="widget.js"]').dataset</script>""",
            "js/widget.js": "",
            "js/other.js": "",
        }
    )
    assert site.naming("js/widget.js") == ("stable", "index.html looks for “widget.js”")
    assert site.naming("js/other.js")[0] == "hashed"
    assert "js/widget.js" in site.text("index.html")


def test_a_look_up_that_finds_the_hashed_name_too_keeps_nothing(forge):
    site = forge({"a.css": 'img[src$=".png"]{color:red} img[src*="icons/"]{color:red}', "icons/x.png": b"x"})
    assert site.naming("icons/x.png")[0] == "hashed"


def test_prehashed_files_pass_through_unchanged(forge):
    files = {
        "index.html": "<script src=assets/index-4f9a2c1e.js></script>",
        "assets/index-4f9a2c1e.js": "import './x.js'",
        "assets/x.js": "  ",
    }
    site = forge(files, prehashed=("assets/index-*.js",))
    assert site.naming("assets/index-4f9a2c1e.js")[0] == "prehashed"
    assert site.text("assets/index-4f9a2c1e.js") == "import './x.js'"
    assert "assets/index-4f9a2c1e.js" in site.text("index.html")
    assert site.naming("assets/x.js") == ("stable", "assets/index-4f9a2c1e.js passes through unchanged and imports it")


def test_own_names_hold_the_original_bytes(forge):
    site = forge({"a.css": "a{background:url(x.png)}", "x.png": b"png"})
    originals = {one.path: one for one in site.build.outputs if one.naming == "original"}
    assert originals["a.css"].content.read() == b"a{background:url(x.png)}"
    assert originals["a.css"].url == "/a.css"
    assert site.text("a.css") == f"a{{background:url({site.name('x.png')})}}"


def test_dropped_own_names_spare_what_is_still_asked_for_by_them(forge):
    site = forge(
        {
            "index.html": "<a href=files/manual.pdf>manual</a><img src=x.png>",
            "files/manual.pdf": b"%PDF",
            "x.png": b"x",
        },
        unhashed="drop",
    )
    assert not [one for one in site.build.outputs if one.naming == "original"]
    assert site.naming("files/manual.pdf") == ("stable", "index.html links to it")
    assert site.naming("x.png")[0] == "hashed"


def test_dropped_own_names_spare_what_a_bundle_that_stays_unchanged_names(forge):
    files = {"main-0a1b2c3d.css": "a{background:url(x.png)}", "x.png": b"x"}
    site = forge(files, prehashed=("main-*.css",), unhashed="drop")
    assert site.naming("x.png") == ("stable", "main-0a1b2c3d.css passes through unchanged and refers to it")


def test_a_hashed_name_that_exists_already_is_an_error(forge):
    first = forge({"a.css": "x"})
    again = forge({"a.css": "x", first.name("a.css"): "something else"})
    assert ("error", "name-collision", "a.css") in again.codes


def test_same_input_in_another_place_gives_the_same_names(forge, tmp_path):
    files = {"index.html": "<script type=module src=a.js></script>", "a.js": "import './b.js'", "b.js": "import './a.js'"}
    one = forge(files)
    (tmp_path / "site").rename(tmp_path / "elsewhere")
    other = forge(files)
    assert {path: out.url for path, out in one.outputs.items()} == {path: out.url for path, out in other.outputs.items()}


@pytest.mark.parametrize("name", ["app.0123456789ab.css", "v/0.0123456789ab", "a.b.abcdefabcdef.js"])
def test_a_name_that_only_looks_hashed_is_an_error_until_it_is_called_prehashed(forge, name):
    assert ("error", "looks-hashed", name) in forge({name: "x"}).codes
    assert not forge({name: "x"}, prehashed=(name,)).codes


@pytest.mark.parametrize("name", ["a.0123456789a.css", "a.0123456789abc.css", "a.0123456789AB.css", "a.0123456789ab.min.css"])
def test_other_forms_are_no_matter(forge, name):
    assert not forge({name: "x"}).codes


def test_templates_keep_their_names_and_get_the_names_of_assets(forge, tmp_path):
    from assetforge.config import Root

    roots = (
        Root(folder=tmp_path / "site" / "templates", kind="templates"),
        Root(folder=tmp_path / "site" / "static", prefix="/static/", kind="static"),
    )
    html = "{# a #}<link rel=stylesheet href=/static/a.css>"
    files = {"templates/mail/a.txt": "x", "templates/base.html": html, "static/a.css": ""}
    site = forge(files, roots=roots)
    assert site.naming("mail/a.txt") == ("stable", "it is a template")
    assert site.text("base.html") == f"{{# a #}}<link rel=stylesheet href={site.url('static/a.css')}>"
    assert site.outputs["base.html"].output_path == "templates/base.html"
    assert site.outputs["static/a.css"].output_path.startswith("static/a.")


def test_a_script_that_looks_for_itself_by_a_computed_pattern_keeps_its_name(forge):
    own = '(function (name) { var own = new RegExp("(^|/)" + name + "\\\\.js(\\\\?.*)?$"); })("Math")'
    site = forge({"index.html": "<script src=js/Math.js?config=x></script>", "js/Math.js": own, "js/aMath.js": ""})
    assert site.naming("js/Math.js") == ("stable", "js/Math.js looks for “/Math.js”")
    assert site.naming("js/aMath.js")[0] == "hashed"


def test_a_pattern_in_a_variable_keeps_the_name_that_it_matches(forge):
    site = forge({"js/editor.js": "var own = /(^|.*[\\\\\\/])editor\\.js(?:\\?.*|;.*)?$/i; find(own)", "icon.png": b"x"})
    assert site.naming("js/editor.js")[0] == "stable"


def test_a_twin_that_the_site_brings_goes_where_it_would_answer_for_a_changed_page(forge):
    files = {"index.html": "<img src=x.png>", "index.html.gz": b"old", "x.png": b"x", "about.html": "", "about.html.gz": b"same"}
    site = forge(files)
    written = {one.output_path for one in site.build.outputs}
    assert "site/index.html.gz" not in written and "site/about.html.gz" in written
