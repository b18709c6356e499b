"""`assetforge sample`: pages of a running server."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from assetforge.cli import main
from assetforge.samples import Samples
from assetforge.samples.fetching import crawled


class Server(BaseHTTPRequestHandler):
    pages: ClassVar[dict[str, tuple[int, dict[str, str], str]]] = {}
    asked: ClassVar[list[tuple[str, str]]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers.get("Cookie", "")))
        status, headers, body = self.pages.get(self.path, (404, {"Content-Type": "text/html"}, "<!doctype html><p class=none>"))
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Server.pages, Server.asked = {}, []
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()
        thread.join()


def page(body: str, template: str = "", **headers: str) -> tuple[int, dict[str, str], str]:
    named = {"X-Assetforge-Template": template} if template else {}
    return 200, named | headers, f"<!doctype html><title>x</title><body>{body}"


def asked() -> list[str]:
    return [path for path, _ in Server.asked]


def test_a_page_is_recorded_under_the_template_that_the_server_names(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "assetforge.toml").write_text('samples = "shapes/pages.txt"\n')
    (tmp_path / "shapes").mkdir()
    Server.pages["/"] = page("<p class=a><a href=/next>", "shop/caf%C3%A9.html")
    assert main(["sample", f"{server}/"]) == 0
    assert Samples.load(tmp_path / "shapes" / "pages.txt").templates == ("shop/café.html",)
    assert asked() == ["/"], "no link is followed"
    assert "1 pages, 1 of 1 templates have something new" in capsys.readouterr().out
    assert main(["sample", f"{server}/"]) == 0
    assert "0 of 1 templates" in capsys.readouterr().out


def test_a_page_that_names_none_is_told_which(server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "samples.txt"
    Server.pages["/about"] = page("<p class=a>")
    assert main(["sample", "--samples", str(file), f"{server}/about"]) == 1
    assert "--template" in capsys.readouterr().err
    assert not file.exists()
    assert main(["sample", "--samples", str(file), "--template", "about.html", f"{server}/about".removeprefix("http://")]) == 0
    assert " body\n  p .a\n" in file.read_text()


def test_links_are_followed_on_the_same_origin_so_far_and_no_further(server: str, tmp_path: Path) -> None:
    other = server.replace("127.0.0.1", "localhost")
    links = f"<a href='{other}/x'><a href=mailto:a@b.c><a href=b#c><a href=/b><a href='c d?e=1'><a href=/file download><a href='http://[x'>"
    Server.pages |= {
        "/a": page(links, "a.html"),
        "/b": page("<a href=/a><area href=/d>", "b.html"),
        "/c%20d?e=1": page("<p class=c>", "c.html"),
        "/c d?e=1": page("<p class=c>", "c.html"),
        "/d": page("<a href=/e>", "d.html"),
    }
    found = [(one.url.removeprefix(server), one.depth) for one in crawled([f"{server}/a#top"], depth=1)]
    assert found[:2] == [("/a", 0), ("/b", 1)]
    assert [depth for _, depth in found] == [0, 1, 1]
    Server.asked.clear()
    file = tmp_path / "samples.txt"
    assert main(["sample", "-q", "--samples", str(file), "--depth", "2", f"{server}/a"]) == 0
    assert set(Samples.load(file).templates) >= {"a.html", "b.html", "d.html"}
    assert "/e" not in asked() and "/file" not in asked() and len(asked()) == len(set(asked()))
    Server.asked.clear()
    assert main(["sample", "-q", "--samples", str(file), "--depth", "9", "--most", "2", f"{server}/a"]) == 0
    assert len(asked()) == 2


def test_what_is_no_page_is_told(server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Server.pages |= {
        "/text": page("x", "a.html", **{"Content-Type": "text/plain"}),
        "/part": (200, {"X-Assetforge-Template": "part.html"}, "<p class=part>"),
        "/away": (302, {"Location": server.replace("127.0.0.1", "localhost") + "/text"}, ""),
        "/empty": (200, {}, ""),
    }
    file = tmp_path / "samples.txt"
    urls = [f"{server}{path}" for path in ("/text", "/part", "/away", "/empty")] + ["http://127.0.0.1:1/"]
    assert main(["sample", "--samples", str(file), "--template", "a.html", *urls]) == 1
    told = capsys.readouterr().err
    for part in ("no page (status 200, text/plain)", "a fragment", "another origin", "an empty page", "cannot be fetched"):
        assert part in told
    assert not file.exists()


def test_an_error_page_is_a_page(server: str, tmp_path: Path) -> None:
    file = tmp_path / "samples.txt"
    assert main(["sample", "-q", "--samples", str(file), "--template", "404.html", f"{server}/none"]) == 0
    assert "p .none" in file.read_text()


def test_a_redirect_on_the_origin_is_followed(server: str, tmp_path: Path) -> None:
    Server.pages |= {"/old": (302, {"Location": "/new"}, ""), "/new": page("<p class=new>", "new.html")}
    assert main(["sample", "-q", "--samples", str(tmp_path / "s.txt"), f"{server}/old"]) == 0
    assert Samples.load(tmp_path / "s.txt").templates == ("new.html",)


def test_headers_are_sent_along(server: str, tmp_path: Path) -> None:
    Server.pages["/"] = page("x", "a.html")
    assert main(["sample", "-q", "--samples", str(tmp_path / "s.txt"), "--header", "Cookie: id=1", server]) == 0
    assert Server.asked == [("/", "id=1")]


@pytest.mark.parametrize(
    "arguments", [["file:///etc/passwd"], ["ftp://example.com/"], ["http://"], ["http://a:x/"], ["--header", "none", "http://127.0.0.1:1/"]]
)
def test_what_is_no_url_is_refused(arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample", "--samples", str(tmp_path / "s.txt"), *arguments]) == 2
    assert "is not the URL of a page" in (told := capsys.readouterr().err) or "is no header" in told


def test_the_file_of_samples_is_no_part_of_a_site(tmp_path: Path) -> None:
    """Neither the usual one nor one that is configured."""
    for name, settings in (("assetforge-samples.txt", ""), ("notes/shapes.txt", 'samples = "notes/shapes.txt"\n')):
        site = tmp_path / name.replace("/", "-")
        (site / name).parent.mkdir(parents=True)
        (site / name).write_text("= a.html\nhtml\n")
        (site / "index.html").write_text("<!doctype html><p>")
        (site / "assetforge.toml").write_text(settings)
        assert main(["build", "-q", str(site)]) == 0
        assert (site / "build" / "site" / "index.html").exists()
        assert not (site / "build" / "site" / name).exists()
