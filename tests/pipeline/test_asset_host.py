"""Assets on another host, and what must stay on the page's own."""

HOST = "https://static.example.com/"


def test_every_hashed_asset_is_asked_for_on_the_host(forge):
    site = forge(
        {
            "index.html": '<link rel=stylesheet href="css/a.css?v=1"><a href="x.pdf">x</a>',
            "css/a.css": "b{background:url(../x.png)}",
            "x.png": "",
            "x.pdf": "",
        },
        asset_host=HOST,
    )
    assert site.url("css/a.css").startswith(HOST + "css/a.")
    assert site.text("index.html") == f'<link rel=stylesheet href="{site.url("css/a.css")}?v=1"><a href="x.pdf">x</a>'
    assert site.text("css/a.css") == f"b{{background:url({site.url('x.png')})}}"


def test_workers_and_what_starts_them_stay_at_the_origin(forge):
    site = forge(
        {
            "index.html": "<script type=module src=js/main.js></script>",
            "js/main.js": 'import "./start.js"; import "./plain.js"',
            "js/start.js": 'new Worker(new URL("./work.js", import.meta.url))',
            "js/work.js": "",
            "js/plain.js": "",
        },
        asset_host=HOST,
    )
    assert site.text("index.html") == f"<script type=module src=js/{site.name('js/main.js')}></script>"
    assert site.text("js/main.js") == f'import "./{site.name("js/start.js")}"; import "{site.url("js/plain.js")}"'
    assert site.text("js/start.js") == f'new Worker(new URL("./{site.name("js/work.js")}", import.meta.url))'


def test_sprites_that_use_refers_to_stay_at_the_origin(forge):
    html = '<svg><use href="icons.svg#sun"/></svg><img src="icons.svg">'
    site = forge({"index.html": html, "icons.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>"}, asset_host=HOST)
    assert f'<use href="{site.name("icons.svg")}#sun"/>' in site.text("index.html")
    assert f'<img src="{site.url("icons.svg")}">' in site.text("index.html")


def test_a_stylesheet_whose_filter_must_be_of_the_same_origin_stays_there_with_those_that_import_it(forge):
    site = forge(
        {
            "index.html": "<link rel=stylesheet href=a.css><link rel=stylesheet href=c.css>",
            "a.css": '@import "b.css";',
            "b.css": "p{filter:url(f.svg#blur)}",
            "c.css": "",
            "f.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        },
        asset_host=HOST,
    )
    assert site.text("a.css") == f'@import "{site.name("b.css")}";'
    assert f"href={site.name('a.css')}>" in site.text("index.html")
    assert f"href={site.url('c.css')}>" in site.text("index.html")
