"""Every form of the generated configuration is accepted by a real nginx, and does what it says."""

import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import quote

import handmade
import pytest
import server
from support import served

from assetforge.config import Config, Nginx, Root
from assetforge.emit import emit
from assetforge.output import Build, Output
from assetforge.progress import Silent

pytestmark = pytest.mark.nginx

FOREVER = "public, max-age=31536000, immutable"


@pytest.fixture(autouse=True)
def _nginx() -> None:
    server.require_nginx()


def static_build(prefix: str, folder: str) -> Build:
    """A build of static files alone, as for Django: `folder` is where its files go."""

    def moved(one: Output) -> Output:
        inner = one.output_path.removeprefix("site/")
        return handmade.under(one, prefix, f"{folder}{inner}")

    return handmade.build([moved(one) for one in handmade.site().outputs if not one.page])


@pytest.mark.parametrize("prefix, folder", [("/static/", "static/"), ("/assets/v1/", "static/"), ("/a+b/", "static/a+b/")])
def test_static_files_under_a_prefix(tmp_path: Path, prefix: str, folder: str) -> None:
    """Beside an application that answers for everything else, and whose answers are left alone."""
    config = handmade.config(tmp_path, roots=(Root(folder=tmp_path, prefix=prefix, kind="static"),))
    build = static_build(prefix, folder)
    app = "location / { return 200 application; }"
    with served(build, config, server=app) as site:
        for one in build.outputs:
            reply = site.ask(quote(prefix + one.output_path.removeprefix(folder)), accept_encoding="gzip")
            assert reply.status == 200
            assert (reply.one("cache-control") == FOREVER) == (one.naming in ("hashed", "prehashed"))
            assert reply.one("access-control-allow-origin") == "*"
            assert reply.one("x-content-type-options") == "nosniff"
        missing = site.ask(f"{prefix}css/app.0123456789ab.css")
        assert (missing.status, missing.one("cache-control")) == (404, "no-store")
        assert site.ask(f"{prefix}nothing.css").status == 404
        assert site.ask(f"{prefix}../manifest.json").body == b"application"
        assert site.ask(f"{prefix}.assetforge-tmp/1").status == 404
        assert site.ask(f"{prefix[:-1]}..%2fmanifest.json").body in (b"application", site.ask(f"{prefix}nothing").body)
        other = site.ask("/anything.0123456789ab.js")
        assert (other.body, other.one("cache-control")) == (b"application", None)


def test_a_site_and_static_files_side_by_side(tmp_path: Path) -> None:
    roots = (Root(folder=tmp_path), Root(folder=tmp_path, prefix="/static/", kind="static"))
    build = handmade.build([*static_build("/static/", "static/").outputs, handmade.page("index.html", handmade.PAGE)])
    with served(build, handmade.config(tmp_path, roots=roots)) as site:
        assert site.ask("/").body == handmade.PAGE
        assert site.ask(site.url("static/css/app.css")).one("cache-control") == FOREVER


def test_templates_are_not_served(tmp_path: Path) -> None:
    roots = (Root(folder=tmp_path, prefix="/static/", kind="static"), Root(folder=tmp_path, prefix="/", kind="templates"))
    template = handmade.placed(handmade.page("home.html", b"{{ secret }}"), "templates/home.html")
    build = handmade.build([*static_build("/static/", "static/").outputs, template])
    with served(build, handmade.config(tmp_path, roots=roots)) as site:
        for attempt in ("/home.html", "/templates/home.html", "/static/../templates/home.html"):
            assert b"secret" not in site.ask(attempt).body


@pytest.mark.parametrize("everywhere", ["error_page 403 404 /index.html;", "recursive_error_pages on; error_page 404 /index.html;"])
def test_an_error_page_of_the_server_does_not_stand_in_for_a_digest_name(tmp_path: Path, everywhere: str) -> None:
    with served(handmade.site(), handmade.config(tmp_path), server=everywhere) as site:
        reply = site.ask("/css/app.0123456789ab.css")
        assert (reply.status, reply.one("cache-control")) == (404, "no-store")
        assert b"<" not in reply.body
        assert site.ask("/nothing").body == handmade.PAGE


def test_answers_of_an_upstream_keep_their_own_headers(tmp_path: Path, upstream: str) -> None:
    with served(handmade.site(), handmade.config(tmp_path), server=f"location /api/ {{ proxy_pass {upstream}; }}") as site:
        reply = site.ask("/api/data")
        assert reply.body == b"data"
        assert reply.one("cache-control") == "private, max-age=7"
        assert reply.one("x-content-type-options") is None
        assert reply.one("access-control-allow-origin") is None


@pytest.fixture
def upstream() -> Iterator[str]:
    class Application(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Cache-Control", "private, max-age=7")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "4")
            self.end_headers()
            self.wfile.write(b"data")

        def log_message(self, *_: object) -> None:
            pass

    httpd = HTTPServer(("127.0.0.1", 0), Application)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    thread.join()
    httpd.server_close()


def test_hsts_is_on_every_answer(tmp_path: Path) -> None:
    config = handmade.config(tmp_path, nginx=Nginx(hsts=True, hsts_subdomains=True, hsts_preload=True))
    with served(handmade.site(), config) as site:
        for path in ("/", site.url("css/app.css"), "/css/app.css", "/sw.js", "/css/app.0123456789ab.css", "/nothing"):
            assert site.ask(path).one("strict-transport-security") == "max-age=63072000; includeSubDomains; preload"


def test_one_page_of_another_encoding_takes_the_charset_from_all(tmp_path: Path) -> None:
    """A charset in the header would beat the one that the page declares."""
    korean = '<!doctype html><meta charset="euc-kr"><p>안녕'.encode("euc-kr")
    build = handmade.build([*handmade.site().outputs, handmade.page("ko.html", korean)])
    with served(build, handmade.config(tmp_path)) as site:
        assert site.ask("/ko.html").one("content-type") == "text/html"
        assert site.ask("/").one("content-type") == "text/html"


DECLARED = [b'<meta charset="iso-8859-1">', b'<META http-equiv=content-type content="text/html; charset=Shift_JIS">']


@pytest.mark.parametrize("declared", DECLARED)
def test_a_page_of_ascii_that_declares_an_encoding_is_not_relabelled(tmp_path: Path, declared: bytes) -> None:
    """Its forms are sent in the encoding it declares."""
    build = handmade.build([handmade.page("index.html", declared + b"<form></form>")])
    with served(build, handmade.config(tmp_path)) as site:
        assert site.ask("/").one("content-type") == "text/html"


def test_a_stylesheet_of_another_encoding_takes_the_charset_from_stylesheets(tmp_path: Path) -> None:
    build = handmade.build([*handmade.site().outputs, *handmade.asset("old.css", b'@charset "windows-1252"; a{content:"\xe9"}')])
    with served(build, handmade.config(tmp_path)) as site:
        assert site.ask(site.url("old.css")).one("content-type") == "text/css"
        assert site.ask("/").one("content-type") == "text/html; charset=utf-8"


NAMES = ["a b.js", "ü.js", "quote\"'.js", "back\\slash.js", "dollar$1{x}.js", "semi;colon#.js", "par(en)[s]*+?|^.js",
"new\nline.js",
         "\udcff.js", "percent%41.js", "tab\t.js", "~tilde.js"]  # fmt: skip


def test_odd_names_of_a_bundler_are_listed_exactly(tmp_path: Path) -> None:
    build = handmade.build([handmade.output(f"v/{name}", handmade.JS, "prehashed") for name in NAMES])
    with served(build, handmade.config(tmp_path)) as site:
        for name in NAMES:
            reply = site.ask(quote(f"/v/{name}".encode("utf-8", "surrogateescape")))
            assert (reply.status, reply.one("cache-control")) == (200, FOREVER), name
        assert site.ask("/v/aab.js").status == 404


def test_thousands_of_a_bundlers_names(tmp_path: Path) -> None:
    names = [f"chunks/{'long-name-of-a-component-' * 3}{number:05}.js" for number in range(3000)]
    build = handmade.build([handmade.output(name, b"x", "prehashed") for name in names])
    with served(build, handmade.config(tmp_path, compress=())) as site:
        for name in (names[0], names[1499], names[-1]):
            assert site.ask("/" + name).one("cache-control") == FOREVER
        assert site.ask("/" + names[-1] + "x").status == 404


def test_a_type_that_no_suffix_tells(tmp_path: Path) -> None:
    name = ".well-known/apple-app-site-association"
    build = handmade.build([handmade.output(name, b"{}", "stable"), handmade.output("CNAME", b"example.com", "stable")])
    with served(build, handmade.config(tmp_path)) as site:
        assert site.ask("/" + name).one("content-type") == "application/json"
        assert site.ask("/CNAME").one("content-type") == "application/octet-stream"


def test_without_twins_nothing_is_said_of_them(tmp_path: Path) -> None:
    config = handmade.config(tmp_path, compress=())
    with served(handmade.site(), config) as site:
        reply = site.ask("/", accept_encoding="gzip, br")
        assert (reply.one("content-encoding"), reply.one("vary")) == (None, None)


def test_zstd_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    """Debian's nginx has no module for it."""
    text = snippets(tmp_path, handmade.config(tmp_path, nginx=Nginx(zstd_static=True)))["assetforge-server.conf"]
    assert "zstd_static on;" in text


def test_no_path_of_this_machine_and_no_byte_but_ascii(tmp_path: Path) -> None:
    for name, text in snippets(tmp_path, handmade.config(tmp_path)).items():
        assert str(tmp_path) not in text, name
        assert text.isascii()


def test_every_line_of_the_example_has_its_reason(tmp_path: Path) -> None:
    lines = snippets(tmp_path, handmade.config(tmp_path))["example.conf"].splitlines()
    blocks = re.split(r"\n\s*\n", "\n".join(lines))
    assert all(block.lstrip().startswith("#") for block in blocks if block.strip())


@pytest.mark.parametrize("host", [None, "https://static.example.com/"])
@pytest.mark.parametrize("name", [None, "example.org", "www.example.org"])
def test_the_example_is_accepted_as_it_stands(tmp_path: Path, host: str | None, name: str | None) -> None:
    config = handmade.config(tmp_path, asset_host=host, nginx=Nginx(server_name=name))
    text = snippets(tmp_path, config)["example.conf"]
    (tmp_path / "nginx.conf").write_text(whole(tmp_path, config, text))
    server.check(tmp_path)
    assert text.count(f"server_name {name or 'www.example.com'}") == 2
    assert ("server_name static.example.com;" in text) == (host is not None)


def test_gixy_finds_nothing(tmp_path: Path) -> None:
    """A linter for security mistakes in nginx configurations."""
    gixy = shutil.which("gixy", path=f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin")
    if gixy is None:
        pytest.skip("gixy is not installed: `pip install gixy-ng`")
    config = handmade.config(tmp_path, nginx=Nginx(hsts=True, hsts_subdomains=True))
    text = snippets(tmp_path, config)["example.conf"]
    (tmp_path / "nginx.conf").write_text(whole(tmp_path, config, text))
    result = subprocess.run([gixy, str(tmp_path / "nginx.conf")], capture_output=True, text=True, timeout=60)
    assert "No issues found" in result.stdout, result.stdout + result.stderr


def snippets(folder: Path, config: Config) -> dict[str, str]:
    emit(handmade.site(), config, cache=None, progress=Silent())
    return {path.name: path.read_text() for path in (config.output / "nginx").iterdir()}


def whole(folder: Path, config: Config, example: str) -> str:
    """The example with the placeholders that a person would replace."""
    certificate = folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=example.com"]
    subprocess.run([*command, "-keyout", str(certificate) + ".key", "-out", str(certificate)], check=True, capture_output=True)
    example = example.replace("/srv/www/example/build", str(config.output))
    example = example.replace("/etc/ssl/example/fullchain.pem", str(certificate))
    example = example.replace("/etc/ssl/example/privkey.pem", f"{certificate}.key")
    ports = {80: server.free_port(), 443: server.free_port()}
    example = re.sub(
        r"listen (\[::\]:)?(80|443)\b", lambda found: f"listen {found[1] or '127.0.0.1:'}{ports[int(found[2])]}", example
    )
    temporary = "".join(f"{name}_temp_path {folder}/{name}; " for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return f"pid {folder}/nginx.pid;\nevents {{ }}\nhttp {{\n{temporary}\naccess_log off;\n{example}\n}}\n"
