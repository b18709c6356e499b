"""What is wrong with the references of a site, and how it is told."""


def told(site, code="missing-reference"):
    return [one for one in site.build.diagnostics if one.code == code]


def test_a_missing_file_is_told_with_its_place_and_left_as_written(forge):
    site = forge({"css/a.css": "b{}\n.x{background:url(../img/logo.pgn)}", "img/logo.png": b"x"})
    (one,) = told(site)
    assert (one.path, one.line, one.column, one.severity) == ("css/a.css", 2, 19, "warning")
    assert "img/logo.pgn" in one.message and one.hint.startswith("img/logo.png")
    assert one.excerpt == ".x{background:url(../img/logo.pgn)}" and one.width == len("../img/logo.pgn")
    assert site.text("css/a.css") == "b{}\n.x{background:url(../img/logo.pgn)}"


def test_the_place_is_that_of_the_authors_text_when_minified(forge):
    site = forge({"a.css": "/* a comment */\n\n\n.x { background: url(no.png) }"}, minify=frozenset({"css"}))
    assert (told(site)[0].line, told(site)[0].column) == (4, 22)


def test_many_pages_that_miss_one_file_are_one_message(forge):
    site = forge({f"p{n}.html": "<img src=/no.png>" for n in range(7)})
    (one,) = told(site)
    assert (one.path, one.more) == ("p0.html", 6)


def test_a_file_counts_once_however_often_it_misses(forge):
    site = forge({f"p{n}.html": "<img src=no.png><img src=/no.png><img src=./no.png>" for n in range(3)})
    (one,) = told(site)
    assert (one.path, one.more) == ("p0.html", 2)


def test_strictness_makes_it_an_error_but_never_for_source_maps(forge):
    files = {"a.js": "//# sourceMappingURL=a.js.map", "a.css": "a{background:url(no.png)}"}
    assert forge(files, strict=True).codes == [("error", "missing-reference", "a.css"), ("warning", "missing-source-map", "a.js")]


def test_what_the_configuration_ignores_is_not_told(forge):
    files = {"vendor/a.css": "a{background:url(no.png)}", "mine.css": "a{background:url(vendor/no.png)}"}
    site = forge(files, ignore_missing=(("vendor/**", "*.png"),))
    assert [one.path for one in told(site)] == ["mine.css"]
    assert site.facts["vendor/a.css"].outcomes == {"ignored": 1}


def test_what_vendored_files_miss_is_a_warning_and_hides_nobodys_error(forge):
    files = {"a/vendor.css": "a{background:url(/no.png)}", "mine.css": "a{background:url(/no.png)}"}
    site = forge(files, vendored=("a/**",), strict=True)
    assert [(one.severity, one.path) for one in told(site)] == [("error", "mine.css"), ("warning", "a/vendor.css")]


def test_another_case_counts_as_missing_and_the_file_is_named(forge):
    site = forge({"index.html": "<img src=Logo.PNG>", "logo.png": b"x"})
    assert told(site)[0].hint == "logo.png differs only in case"
    assert site.text("index.html") == "<img src=Logo.PNG>"


def test_links_folders_and_optional_references_are_not_missing(forge):
    site = forge(
        {
            "index.html": '<a href="gone.pdf">x</a><iframe src="sub/"></iframe><iframe src="about"></iframe><img src="https://x.example/y.png">'
            '<script type="application/ld+json">{"image": "/no.png"}</script>',
            "sub/index.html": "",
            "about.html": "",
        }
    )
    assert not site.codes


def test_what_a_template_fills_in_is_left_and_not_missing(forge):
    html = '<img src="{{ image.url }}"><img src="/img/{% x %}.png"><script src="<%= js %>"></script><img src="${src}">'
    site = forge({"index.html": html})
    assert not site.codes
    assert site.facts["index.html"].outcomes == {"left": 4}


def test_templates_of_other_tools_are_seen_too(forge):
    html = '<img src="<?php echo $src ?>"><img src="%PUBLIC_URL%/logo.png"><img src="[% src %]"><img src="%CE%B1_%CE%B1.png">'
    site = forge({"index.html": html, "α_α.png": b"x"})
    assert not site.codes
    assert site.facts["index.html"].outcomes == {"left": 3, "rewritten": 1}
