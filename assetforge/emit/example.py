"""`OUTPUT/nginx/example.conf`: a whole server around the generated snippets, for who has none, with a reason at every line."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from assetforge.config import Config
from assetforge.emit.headers import hsts
from assetforge.emit.mounts import Mount

_PLACEHOLDER = "www.example.com"


def example(config: Config, served: Sequence[Mount]) -> str:
    """The file's text."""
    name = config.nginx.server_name or _PLACEHOLDER
    other = name.removeprefix("www.") if name.startswith("www.") else f"www.{name}"
    return "\n".join([*_head(), *_redirects(name, other, config), *_site(name, served), *_asset_host(config, name), ""])


def _head() -> list[str]:
    return [
        "# An example of a whole server. It is written anew by every build: copy it to sites-available/ and change the copy.",
        "# Replace the host names, the two paths of certificates, and /srv/www/example/build by where the build lies.",
        "",
        "# Once, in the http block (files in sites-enabled/ and conf.d/ are there).",
        "include /srv/www/example/build/nginx/assetforge-http.conf;",
        "",
    ]


def _redirects(name: str, other: str, config: Config) -> list[str]:
    one = hsts(config.nginx) if config.nginx.hsts else None
    return [
        "# Whatever comes over http, to either name, goes to the one true URL in one hop: two hops (https first, host then)",
        "# cost every first visitor one more round trip.",
        "server {",
        "    listen 80;",
        "    listen [::]:80;",
        f"    server_name {name} {other};",
        "    # Do not tell the version.",
        "    server_tokens off;",
        "    # $request_uri: path and query as they came; the host is spelled out, so nobody else's Host header is repeated.",
        f"    return 301 https://{name}$request_uri;",
        "}",
        "",
        "# The other name over https, and whatever name else leads here: the same. If another site of this machine is the",
        "# default_server already, take the word out here.",
        "server {",
        *_tls(" default_server"),
        f"    server_name {other};",
        "    # Do not tell the version.",
        "    server_tokens off;",
        *([f'    add_header {one.name} "{one.value}" always;  # {one.why}'] if one else []),
        f"    return 301 https://{name}$request_uri;",
        "}",
        "",
    ]


def _tls(default: str = "") -> list[str]:
    return [
        "    # HTTP/2: all files over one connection. From nginx 1.25.1 on: `listen 443 ssl;` and a line `http2 on;`.",
        f"    listen 443 ssl http2{default};",
        f"    listen [::]:443 ssl http2{default};",
        "    # Certificate with its chain, and key; certbot and others write them.",
        "    ssl_certificate /etc/ssl/example/fullchain.pem;",
        "    ssl_certificate_key /etc/ssl/example/privkey.pem;",
        "    # TLS 1.2 is the oldest that is considered safe; older clients than its own are rare.",
        "    ssl_protocols TLSv1.2 TLSv1.3;",
        "    # With TLS 1.2, only ciphers that keep past traffic secret when the key is lost. (TLS 1.3 has no others.)",
        "    ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
        "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;",
        "    # Each of them is good: let the visitor choose what its processor does best.",
        "    ssl_prefer_server_ciphers off;",
        "    # A visitor who comes back skips half of the handshake.",
        "    ssl_session_cache shared:assetforge:10m;",
        "    ssl_session_timeout 1d;",
        "    # Tickets are encrypted with one key as long as nginx runs, so whoever learns it reads past traffic.",
        "    ssl_session_tickets off;",
    ]


def _site(name: str, served: Sequence[Mount]) -> list[str]:
    lines = [
        "# The site.",
        "server {",
        *_tls(),
        f"    server_name {name};",
        "    # Do not tell the version.",
        "    server_tokens off;",
        "    # Where OUTPUT lies on this machine: the one path the snippet needs.",
        "    set $assetforge_root /srv/www/example/build;",
        "    # Files, their types, twins and headers.",
        "    include /srv/www/example/build/nginx/assetforge-server.conf;",
        *_hsts(),
    ]
    if any(mount.prefix == "/" for mount in served):
        lines += [
            "    # A path is a file, or a folder with an index.html; anything else is 404. For an application that draws",
            "    # every path itself, write `try_files $uri $uri/ /index.html;`: missing digest names are 404 all the same.",
            "    location / {",
            "        try_files $uri $uri/ =404;",
            "        # try_files asks the file system several times for each request; a new page is seen within five seconds.",
            "        open_file_cache max=10000 inactive=60s;",
            "        open_file_cache_valid 5s;",
            "    }",
        ]
    else:
        lines += [
            "    # Everything but the built files is the application's.",
            "    location / {",
            "        # The application listens here.",
            "        proxy_pass http://127.0.0.1:8000;",
            "        # It sees the host and the scheme that the visitor asked for.",
            f"        proxy_set_header Host {name};",
            "        proxy_set_header X-Forwarded-Proto $scheme;",
            "        proxy_set_header X-Forwarded-For $remote_addr;",
            "    }",
        ]
    return [*lines, "}", ""]


def _hsts() -> list[str]:
    return [
        "    # HSTS (`hsts = true` among the nginx settings of assetforge adds it to every answer): browsers then refuse plain",
        "    # http for this host as long as max-age says, and nothing on the server can take that back before. Switch it on when",
        "    # https works for good, with a short max-age first; `hsts_subdomains` only when every subdomain speaks https;",
        "    # `hsts_preload` only if the host shall be built into browsers (their list wants a year and subdomains), for leaving",
        "    # that list takes months.",
    ]


def _asset_host(config: Config, name: str) -> list[str]:
    host = urlsplit(config.asset_host).hostname if config.asset_host else None
    if host is None or host == name:
        return []
    return [
        "# The asset host: the same files under another name. They carry Access-Control-Allow-Origin, without which fonts and",
        "# modules would not load from here.",
        "server {",
        *_tls(),
        f"    server_name {host};",
        "    # Do not tell the version.",
        "    server_tokens off;",
        "    # As above.",
        "    set $assetforge_root /srv/www/example/build;",
        "    include /srv/www/example/build/nginx/assetforge-server.conf;",
        "}",
        "",
    ]
