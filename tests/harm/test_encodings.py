"""Texts in any encoding, or in none: references are rewritten where they can be read, and no other byte changes."""

from pathlib import Path

import pytest
from sites import compute, make, served

PICTURES = {"a.png": b"A", "그림.png": b"K"}


def page(folder: Path, data: bytes) -> tuple[bytes, str]:
    """The page as it is served, and the name of a.png in it."""
    outputs = served(compute(make(folder / "site", {"index.html": data, **PICTURES})))
    return outputs["index.html"].content.read(), outputs["a.png"].output_path.rpartition("/")[2]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param('\ufeff<img src="a.png">안녕'.encode(), id="UTF-8 with a byte order mark"),
        pytest.param(b'<p>caf\xe9 \xff\xc3</p><img src="a.png">\x80', id="bytes that are no UTF-8"),
        pytest.param('<meta charset="euc-kr"><title>안녕</title><img src="a.png">'.encode("euc-kr"), id="EUC-KR"),
        pytest.param(
            '<meta charset="shift_jis">表示 ソ<img src="a.png">'.encode("shift_jis"), id="Shift_JIS: a backslash as second byte"
        ),
        pytest.param(b'<meta charset="utf-8"><p>\xe9</p><img src="a.png">', id="a declaration that lies"),
        pytest.param(b'<meta charset="no-such-thing"><p>\xe9</p><img src="a.png">', id="an encoding that nobody knows"),
        pytest.param(b'\x00<img\x00 src="b.png">\x00<img src="a.png">\x00', id="NUL bytes"),
        pytest.param(b'<img src="a.png">\xed\xa0\x80\xf4\x90\x80\x80', id="surrogates and what is above Unicode"),
    ],
)
def test_every_byte_outside_of_the_reference_stays(data: bytes, tmp_path: Path) -> None:
    found, name = page(tmp_path, data)
    assert found.replace(name.encode(), b"a.png") == data
    assert found != data


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_pages_round_trip(encoding: str, tmp_path: Path) -> None:
    data = '\ufeff<!doctype html><img src="a.png">안'.encode(encoding)
    found, name = page(tmp_path, data)
    assert found.replace(name.encode(encoding), "a.png".encode(encoding)) == data


def test_a_name_is_read_in_the_encoding_of_its_page(tmp_path: Path) -> None:
    """A URL's path is UTF-8 whatever the page is in (URL Standard)."""
    data = '<meta charset="euc-kr"><img src="그림.png">'.encode("euc-kr")
    folder = make(tmp_path / "site", {"index.html": data, **PICTURES})
    outputs = served(compute(folder))
    assert b"%EA%B7%B8%EB%A6%BC." in outputs["index.html"].content.read()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.css", '.a { font-family: "表", "b  c", "表" }'),  # read byte by byte, `b  c` stands between two strings
        ("a.js", 'f("表", /* "b  c" */ "表", `"`)'),
    ],
)
def test_a_second_byte_that_looks_like_a_backslash_is_not_minified_around(name: str, text: str, tmp_path: Path) -> None:
    """A script or style sheet may say nothing of its encoding and have that of the page."""
    data = text.encode("shift_jis")
    built = compute(make(tmp_path / "site", {name: data}), minify=frozenset({"css", "js"}))
    assert served(built)[name].content.read() == data


def test_a_text_in_an_unknown_encoding_without_such_bytes_is_minified(tmp_path: Path) -> None:
    built = compute(make(tmp_path / "site", {"a.css": '.a { content: "한글" }'.encode("euc-kr")}), minify=frozenset({"css"}))
    assert served(built)["a.css"].content.read() == '.a{content:"한글"}'.encode("euc-kr")


@pytest.mark.parametrize("suffix", ["html", "css", "js", "mjs", "svg", "xml", "json", "webmanifest"])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xff\xfe\x00",
        b"\xfe\xff\xd8",
        b"\n",
        b"<",
        b"{",
        b"/*",
        b"'",
        b"url(",
        b"<!--",
        b"\\",
        b"`${",
    ],
    ids=repr,
)
def test_a_handful_of_bytes_is_a_file(suffix: str, data: bytes, tmp_path: Path) -> None:
    folder = make(tmp_path / "site", {f"a.{suffix}": data})
    outputs = served(compute(folder, minify=frozenset({"css", "js", "html", "svg", "json"})))
    assert outputs[f"a.{suffix}"].content.read().strip() in (data, data.strip())
