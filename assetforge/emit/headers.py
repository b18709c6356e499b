"""Which headers each kind of file is served with: the policy, said once. `nginx.py` writes it in its server's words.

What must stay true: only a name that follows from its bytes may be kept for ever, and only an answer that holds those bytes: a
404 under such a name is stored by nobody, for the file may arrive a second later. Everything else is asked for again each time
and answered with 304 where nothing changed, for which times and sizes follow from contents (`ledger.stamp`).

`always`: the header goes with errors too. Never for `immutable`: browsers would keep a 404 for a year.
"""

from dataclasses import dataclass
from typing import Literal

from assetforge.config import Nginx

Class = Literal["digest", "missing", "worker", "revalidated"]

YEAR = 31_536_000


@dataclass(frozen=True, slots=True)
class Header:
    """One response header. `scope`: `any` file of the class, or `assets` alone, by media type: what a page of another origin may
    need to load, not the pages."""

    name: str
    value: str
    always: bool = False
    scope: Literal["any", "assets"] = "any"
    why: str = ""


_SNIFF = Header("X-Content-Type-Options", "nosniff", True, why="a file is what its Content-Type says and nothing else")
# Fonts and module scripts are fetched in CORS mode, from an asset host across origins; the files are public, so any origin may
# read them.
_CORS = Header("Access-Control-Allow-Origin", "*", scope="assets", why="fonts and modules may be loaded from pages of another host")

_CACHE: dict[Class, Header] = {
    "digest": Header("Cache-Control", f"public, max-age={YEAR}, immutable", why="the name follows from the bytes: never ask again"),
    "missing": Header("Cache-Control", "no-store", True, why="the file may arrive a moment later: nobody keeps this answer"),
    # Browsers ask for a worker's script anew at least every 24 hours; a proxy between must not stretch that.
    "worker": Header("Cache-Control", "no-cache, max-age=0", why="an update of the worker is found at once"),
    "revalidated": Header("Cache-Control", "no-cache", why="keep it, but ask each time whether it has changed"),
}

# Media types that count as assets for `scope="assets"`, as the beginning of a Content-Type.
ASSET_TYPES = (
    "font/", "image/", "audio/", "video/", "text/css", "text/javascript", "application/javascript", "application/json",
    "application/manifest+json", "application/wasm", "application/vnd.ms-fontobject", "application/xslt+xml", "model/", "text/vtt",
)  # fmt: skip


def headers(kind: Class, options: Nginx) -> tuple[Header, ...]:
    """The headers of one class, in the order they are written."""
    extra = (hsts(options),) if options.hsts else ()
    return (_CACHE[kind], _SNIFF, _CORS, *extra)


def hsts(options: Nginx) -> Header:
    """Strict-Transport-Security (RFC 6797)."""
    value = f"max-age={options.hsts_max_age}"
    value += "; includeSubDomains" if options.hsts_subdomains else ""
    value += "; preload" if options.hsts_preload else ""
    return Header("Strict-Transport-Security", value, True, why="browsers come over https only, from now on")
