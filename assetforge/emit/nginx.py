"""The headers' policy in nginx's words: `OUTPUT/nginx/`.

    assetforge-http.conf     for the http block: three maps
    assetforge-server.conf   for the server block: where files lie, their types and headers
    example.conf             a whole server around them, commented line by line

What must stay true: `nginx -t` of 1.22 and of the current version accept it; no absolute path and no host but those configured
stand in it. Where the output lies on the server is said there, once: `set $assetforge_root /srv/www/example/build;` before the
include. (A variable and no relative path, because nginx knows none; where it is forgotten, `nginx -t` says so instead of serving
nothing.)

nginx drops every `add_header` of the levels above where a location has one of its own, so each location repeats the whole policy.
Locations for digest names match by their form alone; a stable name that has it is an error of the build. Of bundlers' names each is
listed. A name of that form whose file is missing answers 404 from a location of its own, whatever fallback the server's `location
/` has: a page under a script's URL, answered with 200, would be kept for a year.
"""

from collections.abc import Iterable, Iterator, Mapping

from assetforge.config import Config, Nginx
from assetforge.emit.example import example
from assetforge.emit.headers import ASSET_TYPES, Class, Header, headers
from assetforge.emit.ledger import Kept
from assetforge.emit.media_types import suffix_of, types_block
from assetforge.emit.mounts import Mount, mounts
from assetforge.media import DEFAULT
from assetforge.names import HASHED_FORM, looks_hashed
from assetforge.output import Build, Output

_CHUNK = 1500  # characters of one location's pattern: nginx reads at most 4096 of a word
_REVALIDATED = {"Cache-Control": "$assetforge_cache", "X-Content-Type-Options": "$assetforge_sniff"}


def configuration(build: Build, config: Config, files: Mapping[str, Kept]) -> dict[str, str]:
    """File name -> text, ASCII only."""
    served = [one for one in mounts(build, config) if one.kind != "templates"]
    return {
        "assetforge-http.conf": _http(),
        "assetforge-server.conf": _server(build, config, files, served),
        "example.conf": example(config, served),
    }


def _http() -> str:
    types = "|".join(one.replace("+", r"\+").replace(".", r"\.") for one in ASSET_TYPES)
    return f"""\
# Include this once in the http block (as any file in conf.d/ is).

# Headers that assetforge-server.conf sets for a whole server are for files. An answer that came from an upstream
# (proxy_pass, fastcgi_pass, uwsgi_pass) has its own, and gets none of these.
map $upstream_addr $assetforge_cache {{
    ""      "{_value('revalidated', 'Cache-Control')}";
    default "";
}}
map $upstream_addr $assetforge_sniff {{
    ""      "{_value('revalidated', 'X-Content-Type-Options')}";
    default "";
}}
# Fonts and modules are fetched in CORS mode; pages are nobody else's to read.
map "$upstream_addr;$sent_http_content_type" $assetforge_cors {{
    default "";
    "~^;(?:{types})" "*";
}}
"""


def _value(kind: Class, name: str) -> str:
    return next(one.value for one in headers(kind, Nginx()) if one.name == name)


def _server(build: Build, config: Config, files: Mapping[str, Kept], served: list[Mount]) -> str:
    lines = [
        "# Include this in the server block, after one line that says where the build lies on this machine:",
        "#     set $assetforge_root /srv/www/example/build;",
        "# It is written anew by every build: change the configuration of assetforge, not this file.",
    ]
    if any(mount.prefix == "/" for mount in served):
        lines += [
            "# It sets `root`, `types` and headers for the whole server: the server itself needs no `root`. A location of yours",
            "# inherits them; one that has an `add_header` of its own inherits no header, so repeat them there.",
        ]
    for mount in served:
        lines += ["", *_mount(mount, build, config, files)]
    lines += [
        "",
        "# A name that promises a digest, and no such file.",
        "location @assetforge_missing {",
        "    internal;",
        "    recursive_error_pages off;",
        "    types { }",
        "    default_type text/plain;",
        *_indent(_add_headers("missing", config.nginx)),
        '    return 404 "Not found\\n";',
        "}",
        "",
        "# A range that such a file has not. nginx has set the file's headers by then: no-store is added to them, and wins;",
        "# an empty value sets nothing.",
        "location @assetforge_unsatisfiable {",
        "    internal;",
        "    recursive_error_pages off;",
        "    types { }",
        "    default_type text/plain;",
        *_indent(_added(headers("missing", config.nginx))),
        '    return 416 "Range not satisfiable\\n";',
        "}",
        "",
    ]
    return "\n".join(lines)


def _mount(mount: Mount, build: Build, config: Config, files: Mapping[str, Kept]) -> list[str]:
    held = [one for one in build.outputs if mount.holds(one)]
    options = config.nginx
    common = [
        *_place(mount),
        *types_block(held, files),
        *_compression(config),
        "# Times follow from contents and do not grow: any other time means another file.",
        "if_modified_since exact;",
        "etag on;",
        *_add_headers("revalidated", options, shared=mount.prefix == "/"),
    ]
    inner = [
        "# Temporary files of a build that is under way.",
        'location ~ "/\\.assetforge-" {',
        "    return 404;",
        "}",
        *_digest_locations(mount, held, options),
        *_workers(mount, held, build, options),
        *_typed_by_name(mount, held, options),
    ]
    if mount.prefix == "/":
        return [*common, "index index.html;", "", *inner]
    body = [*common, "gzip off;  # what has no twin does not gain by it", "", *inner]
    return [f"location ^~ {_word(mount.prefix)} {{", *_indent(body), "}"]


def _place(mount: Mount, pattern: bool = False) -> list[str]:
    """`root` where the prefix is the end of the folder's path, `alias` elsewhere."""
    if ("/" + mount.folder).endswith(mount.prefix):
        inner = ("/" + mount.folder)[: -len(mount.prefix)]
        return [f"root $assetforge_root{inner};"]
    return [f"alias $assetforge_root/{mount.folder}" + ("$1;" if pattern else ";")]


def _compression(config: Config) -> list[str]:
    lines = []
    if "gzip" in config.compress:
        lines += ["gzip_static on;  # app.css.gz beside app.css, for who accepts it"]
    if "br" in config.compress and config.nginx.brotli_static:
        lines += ["brotli_static on;"]
    if "zstd" in config.compress and config.nginx.zstd_static:
        lines += ["zstd_static on;"]
    return [*lines, "gzip_vary on;  # Vary: Accept-Encoding, or a shared cache hands gzip to everyone"] if lines else []


def _digest_locations(mount: Mount, held: Iterable[Output], options: Nginx) -> Iterator[str]:
    body = [
        "error_page 404 = @assetforge_missing;",
        "error_page 416 @assetforge_unsatisfiable;",
        "recursive_error_pages off;",
        "gzip off;  # what has no twin does not gain by it",
        "# Safe here: a file of this name never changes. Errors are not remembered.",
        "open_file_cache max=10000 inactive=10m;",
        "open_file_cache_valid 10m;",
        "open_file_cache_errors off;",
        *_add_headers("digest", options),
    ]
    aliased = not _place(mount)[0].startswith("root")
    yield "# Names that carry a digest."
    pattern = f"^{_regex(mount.prefix)}(.*{HASHED_FORM[:-1]})$" if aliased else HASHED_FORM
    yield from _location(pattern, [*(_place(mount, True) if aliased else []), *body])
    listed = [one for one in held if one.naming == "prehashed" and not looks_hashed(one.path)]
    if listed:
        yield "# Names that carry a bundler's digest, each by itself."
    yield from _listed(mount, listed, body)


def _location(pattern: str, body: Iterable[str]) -> Iterator[str]:
    yield f"location ~ {_quoted(pattern)} {{"
    yield from _indent(body)
    yield "}"


def _chunks(patterns: Iterable[str]) -> Iterator[str]:
    chunk: list[str] = []
    length = 0
    for one in patterns:
        if chunk and length + len(one) > _CHUNK:
            yield "|".join(chunk)
            chunk, length = [], 0
        chunk.append(one)
        length += len(one) + 1
    if chunk:
        yield "|".join(chunk)


def _workers(mount: Mount, held: Iterable[Output], build: Build, options: Nginx) -> Iterator[str]:
    workers = {fact.path for fact in build.facts if fact.reason.startswith("it is a service worker")}
    listed = [one for one in held if one.path in workers and one.naming == "stable"]
    if listed:
        yield "# Service workers."
    yield from _listed(mount, listed, list(_add_headers("worker", options)))


def _typed_by_name(mount: Mount, held: Iterable[Output], options: Nginx) -> Iterator[str]:
    """Files whose type is known although their name has no suffix to tell it by."""
    named: dict[str, list[Output]] = {}
    for output in held:
        if not suffix_of(output) and output.media_type != DEFAULT:
            named.setdefault(output.media_type, []).append(output)
    for kind in sorted(named):
        yield "# A type that no suffix tells."
        body = [f"default_type {kind};", *_add_headers("revalidated", options)]
        yield from _listed(mount, [one for one in named[kind] if one.naming in ("stable", "original")], body)


def _listed(mount: Mount, outputs: Iterable[Output], body: list[str]) -> Iterator[str]:
    """Locations for these files and no others."""
    aliased = not _place(mount)[0].startswith("root")
    for chunk in _chunks(_regex(one.path[len(mount.prefix) - 1 :]) for one in outputs):
        group = f"({chunk})" if aliased else f"(?:{chunk})"
        yield from _location(f"^{_regex(mount.prefix)}{group}$", [*(_place(mount, True) if aliased else []), *body])


def _add_headers(kind: Class, options: Nginx, *, shared: bool = False) -> Iterator[str]:
    """`shared`: for a whole server, whose other answers are left alone."""
    for one in headers(kind, options):
        value = _REVALIDATED.get(one.name) if shared else None
        yield f"add_header {one.name} {value or _header_value(one)}{' always' if one.always else ''};  # {one.why}"


def _added(policy: Iterable[Header]) -> Iterator[str]:
    """For an answer that has the other headers already: they are named, so that none is inherited, and empty, so that none is
    doubled."""
    for one in policy:
        value = one.value if one.name == "Cache-Control" else ""
        yield f'add_header {one.name} "{value}"{" always" if one.always else ""};'


def _header_value(one: Header) -> str:
    return "$assetforge_cors" if one.scope == "assets" else f'"{one.value}"'


def _indent(lines: Iterable[str]) -> Iterator[str]:
    return (f"    {line}" if line else "" for line in lines)


def _regex(path: str) -> str:
    """A path as a pattern for it alone, in ASCII: nginx matches bytes."""
    return "".join(_REGEX[byte] for byte in path.encode("utf-8", "surrogateescape"))


_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_-")
_REGEX = tuple(chr(byte) if byte in _PLAIN else "\\." if byte == 0x2E else f"\\x{byte:02x}" for byte in range(256))


def _quoted(pattern: str) -> str:
    """A pattern as a quoted word: nginx's reader takes one backslash of two before a quote or a backslash, and leaves the rest."""
    return '"' + pattern.replace("\\\\", "\\\\\\\\").replace('"', '\\"') + '"'


def _word(text: str) -> str:
    """Literal text as a quoted word."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

