"""A small build over a real nginx, for the tests of this folder; they import `server`, `support` and, from the tests of emit,
`handmade`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support import Site

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2] / "emit")]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Site]":
    """One of everything; a fallback to the home page as single-page applications have; every twin that nginx can serve here."""
    import handmade
    from server import brotli_module, require_nginx
    from support import served

    from assetforge.config import Nginx

    require_nginx()
    config = handmade.config(tmp_path_factory.mktemp("nginx"), nginx=Nginx(brotli_static=brotli_module() is not None))
    with served(handmade.site(), config, server="location / { try_files $uri $uri/ /index.html; }") as one:
        yield one
