"""Web app manifests, import maps and JSON-LD: what is an asset in them, and where it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetforge.formats.json import parse
from assetforge.reference import Parsed

VARIANTS = ["json", "webmanifest", "importmap", "json-ld", "sourcemap"]


def said(parsed: Parsed) -> list[tuple[str, str, str]]:
    return [(one.kind, one.syntax, one.url) for one in parsed.references]


def raw(text: str, parsed: Parsed) -> list[str]:
    return [text[one.span.start : one.span.end] for one in parsed.references]


def test_images_of_a_manifest_are_assets_and_its_pages_are_not() -> None:
    text = r"""{
      "id": "/id.png", "start_url": "/index.html", "scope": "/x/", "name": "a.png",
      "icons": [{"src": "a.png", "sizes": "1x1"}, {"src": "b\/c.png?v=1#x"}],
      "icons_localized": {"de": [{"src": "de.png"}]},
      "screenshots": [{"src": "s.png"}],
      "shortcuts": [{"url": "/s", "icons": [{"src": "t.png"}]}],
      "file_handlers": [{"action": "/open", "icons": [{"src": "f.png"}]}],
      "protocol_handlers": [{"url": "/p?x=%s"}], "share_target": {"action": "/share.png"},
      "related_applications": [{"url": "https://example.com/a"}],
      "serviceworker": {"src": "sw.js"},
      "widgets": [{"ms_ac_template": "w.json", "data": "d.json", "screenshots": [{"src": "ws.png"}], "icons": [{"src": "wi.png"}]}]
    }"""
    parsed = parse(text, "webmanifest")
    assert [(one.kind, one.url) for one in parsed.references] == [
        ("image", "a.png"),
        ("image", "b/c.png?v=1#x"),
        ("image", "de.png"),
        ("image", "s.png"),
        ("image", "t.png"),
        ("image", "f.png"),
        ("serviceworker", "sw.js"),
        ("fetch", "w.json"),
        ("fetch", "d.json"),
        ("image", "ws.png"),
        ("image", "wi.png"),
    ]
    assert raw(text, parsed)[1] == r"b\/c.png"
    assert text[parsed.references[1].tail :].startswith("c.png?v=1")
    assert parsed.references[6].mode == "same-origin"


def test_a_data_url_or_an_icon_that_is_no_string_is_no_reference() -> None:
    assert parse('{"icons": [{"src": "data:image/png,x"}, {"src": 1}, "a.png"]}', "webmanifest") == Parsed()


IMPORT_MAP = """{
  "imports": {"lib": "./lib.js", "./a.js": "/b/a.js?x#y", "b/": "./b/", "gone": null, "x": "y", "https://e.org/m.js": "../m.js"},
  "scopes": {"/s/": {"q": "/q.js"}, "./one.js": {"r": "./r/"}},
  "integrity": {"./lib.js": "sha384-a", "bare": "sha384-b", "/b/a.js": 1}
}"""


def test_both_sides_of_an_import_map_are_references() -> None:
    parsed = parse(IMPORT_MAP, "importmap")
    assert [(one.syntax, one.url, one.optional) for one in parsed.references] == [
        ("importmap", "./lib.js", False),
        ("importmap key", "./a.js", True),
        ("importmap", "/b/a.js?x#y", False),
        ("importmap key", "https://e.org/m.js", True),
        ("importmap", "../m.js", False),
        ("importmap", "/q.js", False),
        ("importmap scope", "./one.js", True),
        ("importmap integrity", "./lib.js", True),
        ("importmap integrity", "/b/a.js", True),
    ]
    assert {(one.kind, one.mode, one.base) for one in parsed.references} == {("module", "cors", "file")}


def test_integrity_metadata_is_paired_with_the_url_it_speaks_of() -> None:
    parsed = parse(IMPORT_MAP, "importmap")
    (value,) = parsed.integrities
    assert IMPORT_MAP[value.span.start : value.span.end] == "sha384-a"
    assert parsed.references[value.reference].url == "./lib.js"
    assert parsed.references[value.reference].syntax == "importmap integrity"


def test_the_map_as_it_means() -> None:
    found = parse(IMPORT_MAP, "importmap").import_map
    assert found is not None
    assert found.imports == (
        ("lib", "./lib.js"),
        ("./a.js", "/b/a.js?x#y"),
        ("b/", "./b/"),
        ("gone", None),
        ("x", "y"),
        ("https://e.org/m.js", "../m.js"),
    )
    assert found.scopes == (("/s/", (("q", "/q.js"),)), ("./one.js", (("r", "./r/"),)))


@pytest.mark.parametrize(
    ("text", "before", "has_imports", "followed"),
    [
        ('{"imports": {"a": "./a.js"}}', '{"imports": {', True, True),
        ('{"imports": { }}', '{"imports": {', True, False),
        ('{"scopes": {}}', "{", False, True),
        (" { } ", " {", False, False),
        (
            '{"scopes": {"/": {"imports": "./i.js"}}, "imports": {}}',
            '{"scopes": {"/": {"imports": "./i.js"}}, "imports": {',
            True,
            False,
        ),
        ('{"imports": {"a": "./a.js"}, "imports": {}}', '{"imports": {"a": "./a.js"}, "imports": {', True, False),
    ],
)
def test_where_entries_may_be_put(text: str, before: str, has_imports: bool, followed: bool) -> None:
    found = parse(text, "importmap").import_map
    assert found is not None
    assert (text[: found.entries_at], found.has_imports, found.followed) == (before, has_imports, followed)


def test_of_a_key_that_stands_twice_the_last_counts() -> None:
    found = parse('{"imports": {"a": "./1.js", "a": "./2.js"}}', "importmap").import_map
    assert found is not None
    assert found.imports == (("a", "./2.js"),)


@pytest.mark.parametrize(
    "text", ["[]", '"x"', "1", '{"imports": []}', '{"scopes": 1}', '{"integrity": "x"}', '{"scopes": {"/a/": null}}']
)
def test_a_map_of_the_wrong_shape_is_left_alone_with_a_note(text: str) -> None:
    parsed = parse(text, "importmap")
    assert parsed.references == () and parsed.import_map is None
    assert [(one.code, one.severity) for one in parsed.findings] == [("importmap-shape", "note")]


def test_values_that_are_objects_are_no_addresses() -> None:
    found = parse('{"imports": {"a": {"b": "./c.js"}, "d": ["./e.js"], "f": true}}', "importmap")
    assert found.references == ()
    assert found.import_map is not None and found.import_map.imports == (("a", None), ("d", None), ("f", None))


def test_images_of_json_ld() -> None:
    text = """{"@graph": [{"@type": "Article", "url": "/page.png",
      "image": ["a.png", {"url": "b.png", "@id": "x.png", "caption": "c"}],
      "publisher": {"logo": {"@type": "ImageObject", "url": "logo.png", "contentUrl": "logo2.png"}, "sameAs": "y.png"},
      "thumbnailUrl": "t.png", "photo": "p.png",
      "primaryImageOfPage": {"contentUrl": "q.png"}, "video": {"contentUrl": "v.mp4"}}]}"""
    parsed = parse(text, "json-ld")
    assert [one.url for one in parsed.references] == [
        "a.png", "b.png", "logo.png", "logo2.png", "t.png", "p.png", "q.png", "v.mp4",
    ]  # fmt: skip
    assert all(one.optional and one.kind == "image" for one in parsed.references)


@pytest.mark.parametrize("variant", ["webmanifest", "importmap", "json-ld"])
@pytest.mark.parametrize(
    "text", ["", "{", '{"icons": [{"src": "a.png"}]', '{"imports": {"a": "./a.js",}}', "<html>", '{"image": "a.png"} x']
)
def test_what_is_no_json_is_left_alone_with_a_note(text: str, variant: str) -> None:
    parsed = parse(text, variant)
    assert parsed.references == () and [one.code for one in parsed.findings] == ["json-invalid"]


@pytest.mark.parametrize("variant", ["json", "sourcemap"])
def test_other_json_refers_to_nothing(variant: str) -> None:
    assert parse('{"icons": [{"src": "a.png"}], "file": "a.js", "sources": ["a.ts"]}', variant) == Parsed()


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    text = '\ufeff{"icons": [{"src": "a.png"}]}'
    parsed = parse(text, "webmanifest")
    assert raw(text, parsed) == ["a.png"]


@given(st.text(max_size=40) | st.text(alphabet='{}[]:,"\\u0/.aimportsrcn ', max_size=60), st.sampled_from(VARIANTS))
def test_any_text_is_read(text: str, variant: str) -> None:
    parsed = parse(text, variant)
    for one in parsed.references:
        assert 0 <= one.span.start <= one.tail <= one.span.end <= len(text)


@given(st.text(min_size=1, alphabet=st.characters(codec="utf-8", exclude_characters="/\\?#\t\n\f\r :")), st.booleans())
def test_a_rewritten_manifest_reads_as_rewritten(name: str, ascii_only: bool) -> None:
    import json

    text = json.dumps({"icons": [{"src": f"img/{name}?q"}]}, ensure_ascii=ascii_only)
    (one,) = parse(text, "webmanifest").references
    assert one.url == f"img/{name}?q"
    again = text[: one.tail] + "new.png" + text[one.span.end :]
    assert json.loads(again) == {"icons": [{"src": "img/new.png?q"}]}
