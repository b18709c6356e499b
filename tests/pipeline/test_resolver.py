"""URLs to logical paths."""

import pytest

from assetforge.resolver import EXTERNAL, Place, Resolver

PATHS = (
    "index.html", "css/app.css", "img/a b.png", "img/50%.png", "img/ünï.png", "docs/index.html", "docs/x.html", "js/App.js",
    "img/+plus@2x.png",
)  # fmt: skip


@pytest.fixture
def resolver():
    return Resolver(PATHS, ("https://example.com/",))


@pytest.mark.parametrize(
    ("url", "folder", "path"),
    [
        ("css/app.css", "", "css/app.css"),
        ("../css/app.css", "docs/", "css/app.css"),
        ("../../../css/app.css", "docs/", "css/app.css"),  # never above the top
        ("./css/./app.css", "", "css/app.css"),
        ("css/x/../app.css?v=1#y", "", "css/app.css"),
        ("/css/app.css", "docs/deep/", "css/app.css"),
        ("css//app.css", "", "css/app.css"),
        ("css\\app.css", "", "css/app.css"),
        ("img/a%20b.png", "", "img/a b.png"),
        ("img/a b.png", "", "img/a b.png"),
        ("img/50%25.png", "", "img/50%.png"),
        ("img/50%.png", "", "img/50%.png"),
        ("img/%C3%BCn%C3%AF.png", "", "img/ünï.png"),
        ("img/+plus@2x.png", "", "img/+plus@2x.png"),
        ("css/a\npp.css", "", "css/app.css"),  # the URL parser drops newlines
        ("https://example.com/css/app.css", "docs/", "css/app.css"),
        ("//example.com/css/app.css", "docs/", "css/app.css"),
        ("%2e%2e/css/app.css", "docs/", "css/app.css"),
    ],
)
def test_what_a_url_means(resolver, url, folder, path):
    assert resolver.place(url, folder) == Place(path, True)


@pytest.mark.parametrize(
    "url", ["https://cdn.example.net/x.js", "//cdn.example.net/x.js", "ftp:x", "https://example.com.evil.net/css/app.css"]
)
def test_another_host_is_external(resolver, url):
    assert resolver.place(url, "") == EXTERNAL


def test_case_must_match_and_the_file_is_named(resolver):
    assert resolver.place("js/app.js", "") == Place("js/app.js", False)
    assert resolver.nearest("js/app.js") == ("js/App.js", "differs only in case")


def test_normal_forms_differ_and_the_file_is_named(resolver):
    nfd = "img/u\u0308ni\u0308.png"
    assert not resolver.place(nfd, "").exists
    assert resolver.nearest(nfd) == ("img/ünï.png", "differs only in Unicode normalisation")


def test_the_nearest_file_is_one_of_that_name_or_a_likely_slip(resolver):
    assert resolver.nearest("styles/app.css") == ("css/app.css", "lies elsewhere")
    assert resolver.nearest("css/ap.css") == ("css/app.css", "has a similar name")
    assert resolver.nearest("video/nothing.mp4") is None


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("js/controls", "js/controls.js"),  # as bundlers let people write it
        ("js/ios.enter", "js/ios.enter.js"),
        ("img/star.svg", "img/star.png"),
        ("js/app.js.map", "js/app.min.js.map"),
        ("js/controls.js.map", None),  # not the script that says so
    ],
)
def test_a_hint_is_of_the_same_kind_or_name(path, near):
    resolver = Resolver(["js/controls.js", "js/ios.enter.js", "img/star.png", "js/app.min.js.map", "js/control.jss"], ())
    found = resolver.nearest(path)
    assert (found and found[0]) == near


def test_base_urls(resolver):
    assert resolver.base_folder("docs/x.html", None) == "docs/"
    assert resolver.base_folder("docs/x.html", "/img/") == "img/"
    assert resolver.base_folder("docs/x.html", "../") == ""
    assert resolver.base_folder("docs/x.html", "sub/page.html") == "docs/sub/"
    assert resolver.base_folder("docs/x.html", "https://example.com/img/x") == "img/"
    assert resolver.base_folder("docs/x.html", "https://cdn.example.net/") is None
    assert resolver.place("a.png", None) == EXTERNAL


def test_names_that_are_not_utf8_are_found():
    resolver = Resolver(["img/\udce9t\udce9.png"], ())
    assert resolver.place("img/%E9t%E9.png", "").exists


def test_what_lies_beside_the_prefixes_of_all_roots_is_somebody_elses() -> None:
    resolver = Resolver(["static/a.css"], (), ("/static/",))
    assert resolver.place("/media/a.png", "static/").path is None
    assert resolver.place("/static/b.css", "static/").path == "static/b.css"
    assert resolver.place("../../a.css", "static/css/deep/") == Place("static/a.css", exists=True)
    assert resolver.place("../../x.png", "static/css/") == Place("x.png", exists=False)  # written relative: meant as the site's own
