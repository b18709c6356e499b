"""Plans of pages in a whole build: what they are made of, when they are made again, and that they do not depend on the machine."""

import re

import pytest

from assetforge import planning
from assetforge.build import build
from assetforge.cache import Cache
from assetforge.config import Config, Root, Scripts, Stylesheets
from assetforge.pages.task import PageTask
from assetforge.sources import decode

CSS = "body{color:#123}.hero{background:url(img/a.png)}.unused{color:red}@media print{.hero{display:none}}"
PAGE = """<!doctype html><html><head><meta charset=utf-8><title>t</title>
<link rel=stylesheet href=css/app.css>
<script src=js/lib.js></script>
</head><body><p class=hero>x</p>
</body></html>
"""
LIB = "var lib = {name: 'lib'};\n"


@pytest.fixture
def site(tmp_path):
    files = {"index.html": PAGE, "b.html": PAGE.replace("hero", "other"), "css/app.css": CSS.replace("img/", "../img/"),
             "js/lib.js": LIB, "img/a.png": "png", "plain.html": "<!doctype html><title>t</title><p>x"}  # fmt: skip
    for path, text in files.items():
        file = tmp_path / "site" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "site"


def config(site, **more):
    return Config(roots=(Root(folder=site),), output=site.parent / "out", compress=(), jobs=1, **more)


def text(built, path):
    (output,) = (one for one in built.outputs if one.path == path and one.naming != "original")
    return output.content.read().decode()


def facts(built, path):
    return next(one.page for one in built.facts if one.path == path)


def test_what_the_first_paint_needs_is_in_the_page_and_the_stylesheet_at_its_end(site):
    page = text(build(config(site)), "index.html")
    head, body = page.split("</head>")
    style = re.search("<style>(.*?)</style>", head)[1]
    assert "body{color:#123}" in style
    assert "unused" not in style
    assert "print" not in style
    assert re.search(r'url\("?\./img/a\.[0-9a-f]{12}\.png"?\)', style)
    assert re.search(r'<link rel="preload" href="\./css/app\.[0-9a-f]{12}\.css" as="style">', head)
    assert "rel=stylesheet" not in head
    assert re.search(r"<link rel=stylesheet href=css/app\.[0-9a-f]{12}\.css></body>", body.replace("\n", ""))


def test_a_script_that_blocks_gets_out_of_the_way_with_its_reference_rewritten(site):
    page = text(build(config(site)), "index.html")
    assert re.search(r"<script defer src=js/lib\.[0-9a-f]{12}\.js></script>", page)


def test_a_page_without_scripts_and_stylesheets_is_its_own_bytes(site):
    assert text(build(config(site)), "plain.html") == (site / "plain.html").read_text()


def test_what_is_left_alone_is_left_byte_for_byte(site):
    off = build(config(site, stylesheets=Stylesheets(delivery="blocking"), scripts=Scripts(policy="off")))
    page = text(off, "index.html")
    assert re.sub(r"\.[0-9a-f]{12}(?=\.)", "", page) == PAGE
    assert facts(off, "index.html") is None


def test_the_report_says_what_was_decided(site):
    found = facts(build(config(site)), "index.html")
    assert [(one.name, one.decision) for one in found.stylesheets] == [("css/app.css", "late")]
    assert [(one.name, one.decision) for one in found.scripts] == [("js/lib.js", "defer")]
    assert found.critical.startswith("body{")
    assert found.rules == (("css/app.css", 2, 4),)


def planned_pages(site, cache, monkeypatch):
    """A build, and the pages that were decided about in it."""
    done = []
    real = planning.plan_pages

    def noted(chunk):
        done.extend(one.path for one in chunk.pages if isinstance(one, PageTask))
        return real(chunk)

    monkeypatch.setattr(planning, "plan_pages", noted)
    built = build(config(site), cache=cache)
    monkeypatch.setattr(planning, "plan_pages", real)
    return built, sorted(done)


def test_an_unchanged_page_costs_a_look_up(site, monkeypatch):
    cache = Cache(None)
    first, done = planned_pages(site, cache, monkeypatch)
    assert done == ["b.html", "index.html", "plain.html"]
    second, done = planned_pages(site, cache, monkeypatch)
    assert done == []
    assert [text(second, path) for path in ("index.html", "b.html")] == [text(first, path) for path in ("index.html", "b.html")]
    assert facts(second, "index.html") == facts(first, "index.html")


@pytest.mark.parametrize(
    ("path", "more", "again"),
    [
        ("css/app.css", ".hero{margin:0}", ["b.html", "index.html"]),
        ("js/lib.js", "document.write('x')", ["b.html", "index.html"]),
        ("b.html", "<!-- x -->", ["b.html"]),
        ("img/a.png", "other bytes, same name in the stylesheet", []),
    ],
)
def test_a_page_is_decided_about_again_when_what_it_follows_from_changes(site, monkeypatch, path, more, again):
    cache = Cache(None)
    planned_pages(site, cache, monkeypatch)
    file = site / path
    file.write_text(file.read_text() + more)
    built, done = planned_pages(site, cache, monkeypatch)
    assert done == again
    assert text(built, "index.html") == text(build(config(site)), "index.html")


def test_a_lost_head_is_made_again(site, monkeypatch):
    cache = Cache(None)
    first, _ = planned_pages(site, cache, monkeypatch)
    for key in [key for key in cache._pending if key.startswith("head ")]:
        del cache._pending[key]
    second, done = planned_pages(site, cache, monkeypatch)
    assert done == ["b.html", "index.html"]
    assert text(second, "index.html") == text(first, "index.html")


def test_many_workers_decide_as_one_does(site, monkeypatch):
    for number in range(40):
        (site / f"p{number}.html").write_text(PAGE.replace("hero", f"hero n{number}"))
    alone = build(config(site))
    monkeypatch.setattr(planning, "_POOL_PAYS", 0.0)
    monkeypatch.setattr(planning, "_CHUNK", 0.01)
    together = build(Config(roots=(Root(folder=site),), output=site.parent / "out", compress=(), jobs=3))
    paths = [one.path for one in alone.outputs if one.page]
    assert len(paths) == 43
    assert [text(together, path) for path in paths] == [text(alone, path) for path in paths]


def test_a_local_copy_tells_what_a_stylesheet_of_another_site_says(site, tmp_path):
    url = "https://cdn.example/css/x.css"
    copy = tmp_path / "x.css"
    copy.write_text(".hero{background:url(b.png)}")
    (site / "c.html").write_text(PAGE.replace("css/app.css", url))
    known = build(config(site, stylesheets=Stylesheets(local=((url, copy),))))
    assert ".hero{background:url(https://cdn.example/css/b.png)}" in text(known, "c.html")
    assert f"<link rel=stylesheet href={url}></body>" in text(known, "c.html").replace("\n", "")
    unknown = facts(build(config(site)), "c.html")
    assert [one.decision for one in unknown.stylesheets] == ["keep:unknown"]
    assert "local copy" in unknown.stylesheets[0].better


def test_a_local_copy_that_the_integrity_refuses_counts_for_nothing(site, tmp_path):
    url = "https://cdn.example/css/x.css"
    copy = tmp_path / "x.css"
    copy.write_text(".hero{color:red}")
    wrong = "sha384-" + "A" * 64
    (site / "c.html").write_text(PAGE.replace("href=css/app.css", f'href={url} integrity="{wrong}"'))
    built = build(config(site, stylesheets=Stylesheets(local=((url, copy),))))
    assert [one.decision for one in facts(built, "c.html").stylesheets] == ["keep:unknown"]


def test_the_text_that_changes_count_in_is_the_text_that_is_served(site):
    (site / "m.html").write_text(PAGE.replace("<p class=hero>", "<style>\n  p  {\n margin : 0 }\n</style>\n<p class=hero>"))
    page = text(build(config(site)), "m.html")
    assert "<style>p{margin:0}</style>" in page
    assert decode(page.encode()).text.count("<p class=hero>x</p>") == 1


def test_scripts_that_stay_by_choice_still_hold_the_stylesheets_they_need(site):
    (site / "s.html").write_text(PAGE.replace("</body>", "<script>document.styleSheets[0].disabled = false</script><p>y</body>"))
    found = facts(build(config(site, scripts=Scripts(policy="off"))), "s.html")
    assert [one.decision[:5] for one in found.stylesheets] == ["keep:"]
    assert found.scripts == ()


def test_a_critical_async_script_goes_to_the_head_with_its_reference_rewritten(site):
    (site / "js/beacon.js").write_text("(function () { new Image().src = '/seen' })()")
    tag = "<script async data-assetforge=critical src=js/beacon.js></script>"
    (site / "a.html").write_text(PAGE.replace("</body>", f"{tag}<p>y</body>"))
    head, body = text(build(config(site)), "a.html").split("</head>")
    assert re.search(r"<script async data-assetforge=critical src=js/beacon\.[0-9a-f]{12}\.js></script>", head)
    assert "beacon" not in body
