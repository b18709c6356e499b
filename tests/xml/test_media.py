"""Media types by suffix: the tables agree with each other and never ask the machine."""

import subprocess
import sys

import pytest

from assetforge.media import TYPES, charset, compressible, destination, media_type


@pytest.mark.parametrize(
    ("path", "type_"),
    [
        ("index.html", "text/html"),
        ("a/b.CSS", "text/css"),
        ("a.js", "text/javascript"),
        ("a.mjs", "text/javascript"),
        ("a.js.map", "application/json"),
        ("app.webmanifest", "application/manifest+json"),
        ("f.woff2", "font/woff2"),
        ("i.svg", "image/svg+xml"),
        ("favicon.ico", "image/x-icon"),
        ("i.avif", "image/avif"),
        ("m.wasm", "application/wasm"),
        ("p.xhtml", "application/xhtml+xml"),
        ("feed.rss", "application/rss+xml"),
        ("c.vtt", "text/vtt"),
        ("a.tar.gz", "application/gzip"),
        (".well-known/apple-app-site-association", "application/json"),
        ("LICENSE", "application/octet-stream"),
        (".html", "application/octet-stream"),
        ("folder.html/file", "application/octet-stream"),
        ("", "application/octet-stream"),
        ("a.", "application/octet-stream"),
        ("a.\udc80", "application/octet-stream"),
    ],
)
def test_media_types(path: str, type_: str) -> None:
    assert media_type(path) == type_


def test_every_suffix_has_one_type() -> None:
    suffixes = [suffix for row in TYPES.values() for suffix in row]
    assert len(suffixes) == len(set(suffixes))
    assert all(suffix == suffix.lower() and suffix.isalnum() for suffix in suffixes)


def test_text_is_labelled_and_what_has_no_charset_is_not() -> None:
    labelled = ("a.html", "a.css", "a.js", "a.txt", "a.vtt")
    assert all(charset(media_type(path)) for path in labelled)
    assert not any(charset(media_type(path)) for path in ("a.json", "a.svg", "a.xml", "a.png", "a.wasm", "a.webmanifest"))


def test_what_a_twin_can_make_smaller() -> None:
    assert all(
        compressible(media_type(f"a.{suffix}"))
        for suffix in ("html", "css", "js", "map", "webmanifest", "svg", "xml", "rss", "wasm", "ttf", "eot", "ico", "bmp", "glb")
    )
    assert not any(
        compressible(media_type(f"a.{suffix}"))
        for suffix in ("woff", "woff2", "png", "jpg", "webp", "avif", "gif", "mp4", "mp3", "zip", "gz", "pdf", "unknown")
    )


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a.css", "style"),
        ("a.js", "script"),
        ("a.mjs", "module"),
        ("a.png", "image"),
        ("a.woff2", "font"),
        ("a.eot", "font"),
        ("a.mp4", "video"),
        ("a.ogg", "audio"),
        ("a.vtt", "track"),
        ("a.html", "document"),
        ("a.webmanifest", "manifest"),
        ("a.js.map", "sourcemap"),
        ("a.xsl", "xslt"),
        ("a.json", "fetch"),
        ("a", "fetch"),
    ],
)
def test_destinations(path: str, kind: str) -> None:
    assert destination(path) == kind


def test_the_machine_is_not_asked() -> None:
    code = "import sys, assetforge.media as m; m.media_type('a.css'); assert 'mimetypes' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
