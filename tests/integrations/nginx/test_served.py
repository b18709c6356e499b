"""The generated configuration in a real nginx: status, headers and body of every output, however it is asked for."""

import gzip
import re
from urllib.parse import quote

import brotli
import handmade
import pytest
from server import brotli_module
from support import Reply, Site

from assetforge.output import Output

pytestmark = pytest.mark.nginx

FOREVER = "public, max-age=31536000, immutable"
OUTPUTS = pytest.mark.parametrize("path", [one.output_path for one in handmade.site().outputs])
TYPES = {
    "css": "text/css; charset=utf-8", "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8", "svg": "image/svg+xml", "png": "image/png", "woff2": "font/woff2",
    "ico": "image/x-icon", "webmanifest": "application/manifest+json",
}  # fmt: skip
_ENCODING = {"gzip": ("gz", gzip.decompress), "br": ("br", brotli.decompress)}


def output(site: Site, path: str) -> Output:
    return next(one for one in site.build.outputs if one.output_path == path)


def target(path: str) -> str:
    return quote(path.removeprefix("site"))


def expected_cache(one: Output) -> str:
    if one.path == "sw.js":
        return "no-cache, max-age=0"
    return FOREVER if one.naming in ("hashed", "prehashed") else "no-cache"


def assert_headers(reply: Reply, one: Output) -> None:
    assert reply.one("cache-control") == expected_cache(one)
    assert reply.one("x-content-type-options") == "nosniff"
    assert reply.one("access-control-allow-origin") == (None if one.page else "*")
    assert reply.one("etag")
    assert reply.one("last-modified")


@OUTPUTS
@pytest.mark.parametrize("accepted", ["", "identity", "gzip", "br", "gzip, deflate, br, zstd"])
def test_status_headers_and_body(site: Site, path: str, accepted: str) -> None:
    one = output(site, path)
    reply = site.ask(target(path), **({"accept_encoding": accepted} if accepted else {}))
    assert reply.status == 200
    assert_headers(reply, one)
    assert reply.one("content-type") == TYPES[path.rpartition(".")[2]]
    twins = {encoding for encoding in _ENCODING if (site.config.output / f"{path}.{_ENCODING[encoding][0]}").exists()}
    possible = [encoding for encoding in ("br", "gzip") if encoding in accepted and encoding in twins]
    if brotli_module() is None:
        possible = [encoding for encoding in possible if encoding != "br"]
    assert reply.one("content-encoding") == (possible[0] if possible else None)
    body = _ENCODING[possible[0]][1](reply.body) if possible else reply.body
    assert body == one.content.read()
    assert reply.one("vary") == ("Accept-Encoding" if twins else None)


@OUTPUTS
def test_head(site: Site, path: str) -> None:
    one = output(site, path)
    reply = site.ask(target(path), method="HEAD")
    assert (reply.status, reply.body) == (200, b"")
    assert_headers(reply, one)
    assert reply.one("content-length") == str(len(one.content.read()))


@OUTPUTS
def test_a_range(site: Site, path: str) -> None:
    one = output(site, path)
    reply = site.ask(target(path), Range="bytes=2-9")
    assert (reply.status, reply.body) == (206, one.content.read()[2:10])
    assert_headers(reply, one)


@pytest.mark.parametrize("path", ["css/app.css", "vendor/lib-Bx81aQ.js"])
def test_a_range_outside_is_kept_by_nobody(site: Site, path: str) -> None:
    reply = site.ask(site.url(path), Range="bytes=999999-")
    assert reply.status == 416
    assert "no-store" in reply.headers["cache-control"]


@OUTPUTS
@pytest.mark.parametrize("accepted", ["identity", "gzip", "br"])
def test_what_has_not_changed_is_not_sent_again(site: Site, path: str, accepted: str) -> None:
    one = output(site, path)
    first = site.ask(target(path), accept_encoding=accepted)
    by_tag = site.ask(target(path), accept_encoding=accepted, If_None_Match=first.one("etag") or "")
    by_time = site.ask(target(path), accept_encoding=accepted, If_Modified_Since=first.one("last-modified") or "")
    for reply in (by_tag, by_time):
        assert (reply.status, reply.body) == (304, b"")
        assert reply.one("cache-control") == expected_cache(one)
        assert reply.one("vary") == first.one("vary")


def test_another_time_means_another_file(site: Site) -> None:
    """Times follow from contents, so a later one says nothing of what is newer."""
    reply = site.ask("/index.html", If_Modified_Since="Sat, 01 Jan 2050 00:00:00 GMT")
    assert reply.status == 200


def test_each_encoding_has_its_own_tag(site: Site) -> None:
    tags = {site.ask("/index.html", accept_encoding=one).one("etag") for one in ("identity", "gzip", "br")}
    assert len(tags) == (3 if brotli_module() else 2)


MISSING = ["/css/app.0123456789ab.css", "/nowhere/x.0123456789ab", "/x.0123456789ab.js", "/css/app.0123456789ab.css?x=1"]


@pytest.mark.parametrize("name", MISSING)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_missing_digest_name_is_no_page_and_kept_by_nobody(site: Site, name: str, method: str) -> None:
    """The server falls back to the home page, as those of single-page applications do."""
    reply = site.ask(name, method=method, accept_encoding="gzip, br")
    assert reply.status == 404
    assert reply.one("cache-control") == "no-store"
    assert reply.one("content-type") == "text/plain"
    assert b"<" not in reply.body


OTHER = ["/x.0123456789a.js", "/x.0123456789AB.js", "/x.0123456789abc.js", "/0123456789ab.js/x", "/a.0123456789ab.b.c", "/no"]


@pytest.mark.parametrize("name", OTHER)
def test_other_missing_names_are_the_servers_own_affair(site: Site, name: str) -> None:
    reply = site.ask(name)
    assert (reply.status, reply.body) == (200, handmade.PAGE)
    assert reply.one("cache-control") == "no-cache"


NEAR = ["/vendor/lib-Bx81aQxjs", "/vendor/lib-Bx81aQ.jsx", "/x/vendor/lib-Bx81aQ.js", "/vendor/lib-bx81aq.js"]


@pytest.mark.parametrize("name", NEAR)
def test_a_bundlers_names_are_listed_exactly(site: Site, name: str) -> None:
    assert site.ask(name).one("cache-control") == "no-cache"


@pytest.mark.parametrize(
    "attempt",
    ["/../manifest.json", "/%2e%2e/manifest.json", "/css/..%2f..%2f..%2fmanifest.json", "/..%5cmanifest.json",
    "/css/../../report.json",
     "//../manifest.json", "/css/%2e%2e/%2e%2e/nginx/example.conf", "/.assetforge-state", "/.assetforge-lock", "/.assetforge-tmp/1",
     "/css/.assetforge-tmp/1", "/site/index.html/../../manifest.json", "/css/app.0123456789ab.css/../../../manifest.json"],
)  # fmt: skip
def test_nothing_outside_is_reached(site: Site, attempt: str) -> None:
    reply = site.ask(attempt)
    assert b'"version"' not in reply.body
    assert b"listen" not in reply.body
    assert reply.status in (400, 404) or reply.body == handmade.PAGE


def test_a_folder_answers_with_its_index(site: Site) -> None:
    assert site.ask("/").body == handmade.PAGE
    assert site.ask("/docs/").body == handmade.PAGE + b"<p>docs</p>"
    moved = site.ask("/docs")
    assert moved.status == 301
    assert (moved.one("location") or "").endswith("/docs/")


def test_errors_carry_no_permission_to_be_kept(site: Site) -> None:
    reply = site.ask(site.url("css/app.css"), method="POST")
    assert reply.status == 405
    assert reply.one("cache-control") is None


def test_no_header_tells_of_the_machine(site: Site) -> None:
    seen = {name for path in ("/", site.url("css/app.css")) for name in site.ask(path).headers}
    assert not {name for name in seen if re.match(r"x-(?!content-type-options)", name)}
