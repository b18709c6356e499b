"""Walking the roots, and text that round-trips whatever the bytes are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetforge.config import Config, Root
from assetforge.sources import decode, encode, folders, walk


@given(st.binary())
def test_any_bytes_come_back(data):
    text = decode(data)
    assert encode(text.text, text) == data


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("<meta charset=euc-kr><img src=한글.png>".encode("cp949"), "cp949"),
        ("<meta http-equiv=content-type content='text/html; charset=Shift_JIS'>表".encode("shift_jis"), "cp932"),
        ('@charset "iso-8859-1"; é'.encode("latin-1"), "cp1252"),
        ("\ufeffé".encode("utf-16-le"), "utf-16-le"),
        ("plain é".encode(), "utf-8"),
    ],
)
def test_the_declared_encoding_is_used_where_it_is_right(data, encoding):
    text = decode(data)
    assert text.encoding.replace("_", "-") == encoding.replace("_", "-")
    assert not any("\udc80" <= char <= "\udcff" for char in text.text)
    assert encode(text.text, text) == data


def test_a_wrong_declaration_costs_nothing():
    data = b"<meta charset=utf-16le>\xff\xfe\xe9"
    assert encode(decode(data).text, decode(data)) == data


def test_a_byte_order_mark_stays():
    data = b"\xef\xbb\xbfa{}"
    assert decode(data).text == "\ufeffa{}"
    assert encode(decode(data).text, decode(data)) == data


def config(*roots, output="out", **more):
    return Config(roots=roots, output=roots[0].folder / output, **more)


def test_roots_overlay_and_the_first_wins(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder / "css").mkdir(parents=True)
        (tmp_path / folder / "css" / "a.css").write_text(folder)
    (tmp_path / "two" / "b.css").write_text("")
    found = walk(config(Root(folder=tmp_path / "one", prefix="/static/"), Root(folder=tmp_path / "two", prefix="/static/"))).found
    assert [one.path for one in found] == ["static/b.css", "static/css/a.css"]
    assert found[1].file.endswith("one/css/a.css")


def test_output_cache_settings_and_version_control_are_no_input(tmp_path):
    for name in ("build/site/x.css", ".assetforge-cache/y", ".git/config", "keep.css", "assetforge.toml", "sub/assetforge.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    found = walk(config(Root(folder=tmp_path), output="build", cache=tmp_path / ".assetforge-cache")).found
    assert [one.path for one in found] == ["keep.css", "sub/assetforge.toml"]


def test_the_output_of_another_build_is_no_input(tmp_path):
    for name in ("old-output/.assetforge-state", "old-output/site/x.css", "keep.css"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert [one.path for one in walk(config(Root(folder=tmp_path))).found] == ["keep.css"]


def codes(walked):
    return {(one.path, one.code) for one in walked.diagnostics}


def test_links_inside_the_roots_are_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.css").write_text("")
    (tmp_path / "folder").symlink_to("real")
    (tmp_path / "b.css").symlink_to("real/a.css")
    walked = walk(config(Root(folder=tmp_path)))
    assert [one.path for one in walked.found] == ["b.css", "folder/a.css", "real/a.css"]
    assert not walked.diagnostics


def test_escapes_loops_and_dangling_links_are_errors(tmp_path):
    site = tmp_path / "site"
    (site / "sub" / "deep").mkdir(parents=True)
    (tmp_path / "secret").write_text("")
    (site / "escape").symlink_to(tmp_path / "secret")
    (site / "out").symlink_to(tmp_path)
    (site / "dangling").symlink_to("nowhere")
    (site / "self").symlink_to("self")
    (site / "sub" / "deep" / "up").symlink_to("..")
    walked = walk(config(Root(folder=site)))
    assert walked.found == ()
    assert codes(walked) == {(path, "bad-symlink") for path in ("escape", "out", "dangling", "self", "sub/deep/up")}


def test_two_folders_that_link_into_each_other_end(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "x.css").write_text("")
    (tmp_path / "a" / "to-b").symlink_to("../b")
    (tmp_path / "b" / "to-a").symlink_to("../a")
    walked = walk(config(Root(folder=tmp_path)))
    assert "symlink-loop" in {one.code for one in walked.diagnostics}
    assert len(walked.found) < 10


def test_folders_of_paths():
    assert folders(["a/b/c.css", "d.css"]) == {"", "a/", "a/b/"}


def test_what_is_excluded_is_neither_judged_nor_entered(tmp_path, monkeypatch):
    (tmp_path / "node_modules" / ".bin").mkdir(parents=True)
    (tmp_path / "node_modules" / ".bin" / "tool").symlink_to("nowhere")
    (tmp_path / "drafts").symlink_to("nowhere")
    (tmp_path / "a.css").write_text("")
    walked = walk(config(Root(folder=tmp_path), exclude=("node_modules/", "drafts")))
    assert [one.path for one in walked.found] == ["a.css"]
    assert not walked.diagnostics
