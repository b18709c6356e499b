"""The generated configuration in a real nginx: status, headers and body of every output."""

import gzip
import json
from urllib.parse import quote

import pytest
from conftest import Site
from server import brotli_module

pytestmark = pytest.mark.nginx

FOREVER = "public, max-age=31536000, immutable"


def test_first(site: Site) -> None:
    for one in site.build.outputs:
        for enc in ("identity", "gzip", "br", "gzip, br"):
            r = site.ask("/" + quote(one.output_path[5:]), accept_encoding=enc)
            print(one.output_path, enc, r.status, {k: v for k, v in r.headers.items() if k not in ("date", "server", "connection")})
    for p in ("/css/app.0123456789ab.css", "/nope", "/.assetforge-tmp/1", "/css/../../manifest.json", "/"):
        r = site.ask(p)
        print(p, r.status, r.headers, r.body[:30])
