"""A small build over a real nginx, for the tests of this folder."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2] / "emit")]

import handmade
from server import brotli_module, require_nginx, serve

from assetforge.config import Config, Nginx
from assetforge.emit import emit
from assetforge.output import Build
from assetforge.progress import Silent


@dataclass(frozen=True, slots=True)
class Reply:
    """`headers`: lower-case name -> every value."""

    status: int
    headers: dict[str, list[str]]
    body: bytes

    def one(self, name: str) -> str | None:
        """A header that must not stand there twice."""
        values = self.headers.get(name.lower(), [])
        assert len(values) < 2, f"{name} stands there {len(values)} times"
        return values[0] if values else None


@dataclass(frozen=True, slots=True)
class Site:
    """A served build."""

    build: Build
    config: Config
    origin: str

    def ask(self, target: str, *, method: str = "GET", **headers: str) -> Reply:
        """`target` goes out as it is; `accept_encoding` means `Accept-Encoding`."""
        parts = urlsplit(self.origin)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        try:
            connection.putrequest(method, target, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            response = connection.getresponse()
            found: dict[str, list[str]] = {}
            for name, value in response.getheaders():
                found.setdefault(name.lower(), []).append(value)
            return Reply(response.status, found, response.read())
        finally:
            connection.close()

    def url(self, path: str) -> str:
        """The path under which pages ask for an asset."""
        return next(one.url for one in self.build.outputs if one.path == path and one.naming != "original")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One of everything; a fallback to the home page as single-page applications have; twins of every kind nginx can serve here."""
    require_nginx()
    folder = tmp_path_factory.mktemp("nginx")
    build = handmade.site()
    config = handmade.config(folder, nginx=Nginx(brotli_static=brotli_module() is not None))
    emit(build, config, cache=None, progress=Silent())
    with serve(config.output, server="location / { try_files $uri $uri/ /index.html; }") as origin:
        yield Site(build, config, origin)
