"""What a user may choose: `Config`, from `assetforge.toml` or `[tool.assetforge]` in `pyproject.toml`.

Values are frozen and complete: after this module nobody asks where a setting came from.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

RootKind = Literal["site", "static", "templates"]
DialectName = Literal["plain", "django", "jinja"]
Encoding = Literal["gzip", "br", "zstd"]
Language = Literal["css", "js", "html", "svg", "json"]

SETTINGS_FILE = "assetforge.toml"
CACHE_FOLDER = ".assetforge-cache"
# In an output folder: what the last build left there, the lock of the one that writes, and where it stages.
STATE_FILE, LOCK_FILE, STAGING_FOLDER = ".assetforge-state", ".assetforge-lock", ".assetforge-tmp"

STABLE = (
    "robots.txt", "favicon.ico", "humans.txt", "ads.txt", "app-ads.txt", "security.txt", "llms.txt", "llms-full.txt",
    "CNAME", "_headers", "_redirects", "apple-touch-icon*.png", "apple-app-site-association",
    "browserconfig.xml", "crossdomain.xml", "opensearch.xml",
    ".*", "**/.*", ".*/**", "**/.*/**",
)  # fmt: skip

MINIFIED: frozenset[Language] = frozenset({"css", "js", "svg", "json"})
COMPRESSED: tuple[Encoding, ...] = ("gzip", "br", "zstd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A folder of input. `prefix` is the URL path under which its files answer: begins and ends with `/`. `dialect`: the template
    language of a `templates` root."""

    folder: Path
    prefix: str = "/"
    kind: RootKind = "site"
    dialect: DialectName = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nginx:
    """Choices for the generated server configuration."""

    server_name: str | None = None
    brotli_static: bool = False
    zstd_static: bool = False
    hsts: bool = False
    hsts_max_age: int = 63072000  # seconds
    hsts_subdomains: bool = False
    hsts_preload: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One build. Paths are absolute; globs match logical paths (`css/app.css`), `**` any depth (the rules of `.gitignore`
    without negation).

    `stable` is added to `STABLE`; `prehashed` files pass through unchanged and count as immutable; `ignore_missing`: pairs of a
    glob for the file that refers and a glob for the logical path that it misses. `asset_host` ends with `/`.
    `origin` (`https://www.example.com`) makes absolute URLs of the site's own recognisable. `jobs` None: as many as cores.
    `cache` None: no cache is kept.
    """

    roots: tuple[Root, ...]
    output: Path
    stable: tuple[str, ...] = ()
    prehashed: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    ignore_missing: tuple[tuple[str, str], ...] = ()
    minify: frozenset[Language] = MINIFIED
    compress: tuple[Encoding, ...] = COMPRESSED
    modules: Literal["rewrite", "importmap"] = "rewrite"
    unhashed: Literal["keep", "drop"] = "keep"
    asset_host: str | None = None
    origin: str | None = None
    strict: bool = False
    jobs: int | None = None
    cache: Path | None = None
    nginx: Nginx = field(default_factory=Nginx)
