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
SAMPLES_FILE = "assetforge-samples.txt"
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
class Templates:
    """What a project's templates call assets, beyond what the tables of their dialect know. Rows are tuples, so the value can be
    part of any key.

    `urls`: does a tag that writes the URL of one known asset stay a tag, or does that URL stand in its place? `syntax`: options of
    `jinja2.Environment` by their names. `tags`: name, argument (a position or a keyword) and what it is (`Tag.names` of the
    dialects). `functions`: name, argument, position of the scope or None, scopes, what the argument is. `filters`: name and what
    it does. `variables` hold the URL of the asset folder; `bodies` of these tags are left alone. `candidates`: an expression that
    names a template, as written (`base_template`), or a tag that renders one (`submit_row`), and the names that it may mean.
    """

    urls: Literal["tags", "literal"] = "tags"
    syntax: tuple[tuple[str, str | bool], ...] = ()
    tags: tuple[tuple[str, int | str, str], ...] = ()
    functions: tuple[tuple[str, int | str, int | None, tuple[str, ...], str], ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    variables: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    candidates: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A folder of input. `prefix` is the URL path under which its files answer: begins and ends with `/`. `dialect`: the template
    language of a `templates` root. `scopes`: whose folder it is, in the words of tags: the name of a blueprint
    (`url_for('admin.static', …)`), a Pyramid package. Of a `templates` root: what `.static` means there, and
    `templates`: what its project adds to the language; `within`: what stands before the names of its templates, where a loader
    puts something there (Jinja's `PrefixLoader`)."""

    folder: Path
    prefix: str = "/"
    kind: RootKind = "site"
    dialect: DialectName = "plain"
    scopes: tuple[str, ...] = ()
    templates: Templates = Templates()
    within: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stylesheets:
    """How the stylesheets of pages are delivered.

    `delivery`: `late` puts what the first paint needs into the page and the stylesheets at the end of the body; `blocking` leaves
    them as they are. `budget`: bytes of CSS in a page, compressed. Globs over the paths of stylesheets, or over the URLs of those
    elsewhere: `blocking` ones stay as they are, `critical` ones are put into the page whole, of `late` ones nothing is. `local`:
    pairs of the URL of a stylesheet elsewhere and a file with its bytes. `fonts`: URLs, as globs, of stylesheets elsewhere that
    declare fonts and nothing else. `nonce`: what a template puts into the `nonce` of a style that is put in. `imports`: does a
    stylesheet say what it imports itself (`flatten`), or go on asking for it (`keep`)?"""

    delivery: Literal["late", "blocking"] = "late"
    imports: Literal["flatten", "keep"] = "flatten"
    budget: int = 14_000
    blocking: tuple[str, ...] = ()
    critical: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    local: tuple[tuple[str, Path], ...] = ()
    fonts: tuple[str, ...] = ()
    nonce: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scripts:
    """When the scripts of pages run.

    `policy`: `safe` changes what analysis can justify; `group` moves scripts of which something is not known together with all that
    they may touch; `off` changes nothing. Globs over the paths of scripts, or over the URLs of those elsewhere, are the author's
    word: `keep`, `defer`, `move`, `asynchronous`; `pure` ones use nothing of the page and leave nothing to it; `critical` ones that
    are async already go to the head; `inject` ones are inserted by a small script. `local`: pairs of the URL of a script elsewhere
    and a file with its bytes. `interaction`: may a click come before a script that it needs (`allow`)? `sort`: do scripts that are
    async already go to the bottom, critical ones aside?
    """

    policy: Literal["safe", "group", "off"] = "safe"
    keep: tuple[str, ...] = ()
    defer: tuple[str, ...] = ()
    move: tuple[str, ...] = ()
    asynchronous: tuple[str, ...] = ()
    pure: tuple[str, ...] = ()
    critical: tuple[str, ...] = ()
    inject: tuple[str, ...] = ()
    local: tuple[tuple[str, Path], ...] = ()
    interaction: Literal["allow", "keep"] = "allow"
    sort: bool = False


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
    glob for the file that refers and a glob for the logical path that it misses. `vendored`: files of others, which nobody here
    can repair: what they miss is a warning, however strict the build is. `asset_host` ends with `/`.
    `origin` (`https://www.example.com`) makes absolute URLs of the site's own recognisable. `jobs` None: as many as cores.
    `cache` None: no cache is kept. `samples`: a file with samples of rendered pages (`assetforge.samples`), or where one may be.
    """

    roots: tuple[Root, ...]
    output: Path
    stable: tuple[str, ...] = ()
    prehashed: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    ignore_missing: tuple[tuple[str, str], ...] = ()
    vendored: tuple[str, ...] = ()
    minify: frozenset[Language] = MINIFIED
    compress: tuple[Encoding, ...] = COMPRESSED
    modules: Literal["rewrite", "importmap"] = "rewrite"
    unhashed: Literal["keep", "drop"] = "keep"
    asset_host: str | None = None
    origin: str | None = None
    strict: bool = False
    jobs: int | None = None
    cache: Path | None = None
    samples: Path | None = None
    stylesheets: Stylesheets = Stylesheets()
    scripts: Scripts = Scripts()
    nginx: Nginx = field(default_factory=Nginx)
