"""Pages of a running development server, for `assetforge sample URL…`.

What must stay true: nothing is asked for but what the user named and, where a depth is given, what these pages link to on the same
scheme, host and port, at most once; and nothing that changes anything: GET, and no link that downloads.
"""

import ipaddress
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from email.message import Message
from typing import IO, NamedTuple
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from assetforge import __version__
from assetforge.errors import ConfigError
from assetforge.formats.html.tree import Element, tree
from assetforge.samples.answers import HEADER, charset_of, is_page, text_of

_TIMEOUT = 30  # seconds without an answer: a first page in development compiles templates and what not
_LARGEST = 20_000_000  # bytes
_SCHEMES = ("http", "https")


class Fetched(NamedTuple):
    """An answer. `template`: the one that the server says made it. `problem`: why there is no page, a sentence; else empty."""

    url: str
    text: str = ""
    template: str | None = None
    problem: str = ""
    depth: int = 0


def crawled(urls: Iterable[str], *, depth: int = 0, most: int = 100, headers: Mapping[str, str] | None = None) -> Iterator[Fetched]:
    """The answers for `urls`, and for what their pages link to, so many links away as `depth` says, `most` in all. Raises
    `ConfigError` for what is no URL."""
    starts = [_checked(url) for url in urls]
    waiting = [(url, 0) for url in dict.fromkeys(starts)]
    seen = set(starts)
    for url, away in waiting:  # grows meanwhile
        if most <= 0:
            return
        most -= 1
        found = fetched(url, headers or {})._replace(depth=away)
        yield found
        for link in _links(found) if away < depth and found.text else ():
            if link not in seen:
                seen.add(link)
                waiting.append((link, away + 1))


def fetched(url: str, headers: Mapping[str, str]) -> Fetched:
    """The answer for a URL, which after a redirect may be another page of the same origin."""
    request = urllib.request.Request(url, headers={"User-Agent": f"assetforge/{__version__}", "Accept": "text/html", **headers})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({})) if _is_here(url) else urllib.request.build_opener()
    try:
        with opener.open(request, timeout=_TIMEOUT) as answer:
            return _read(url, answer.url, answer.status, answer.headers, answer)
    except urllib.error.HTTPError as error:
        with error:
            return _read(url, error.url or url, error.code, error.headers, error)
    except (OSError, ValueError) as error:  # `URLError`, a time-out, an answer that is no HTTP
        return Fetched(url, problem=f"cannot be fetched: {getattr(error, 'reason', None) or error}")
    except Exception as error:  # `http.client.HTTPException`
        return Fetched(url, problem=f"cannot be fetched: {error or type(error).__name__}")


def _read(url: str, arrived: str, status: int, headers: Message, body: IO[bytes]) -> Fetched:
    if _origin(arrived) != _origin(url):
        return Fetched(url, problem=f"leads to another origin: {arrived}")
    content_type = headers.get("Content-Type", "")
    if not is_page(status, content_type):
        return Fetched(url, problem=f"no page (status {status}, {content_type or 'no media type'})")
    text = text_of(body.read(_LARGEST), charset_of(content_type), headers.get("Content-Encoding", ""))
    template = headers.get(HEADER)
    return Fetched(arrived, text, unquote(template) if template else None, "" if text else "an empty page")


def _links(page: Fetched) -> Iterator[str]:
    """What a page links to on its own origin, in the order of mention."""
    elements = tree(page.text).elements
    base = urljoin(page.url, next((href for one in elements if one.name == "base" and (href := _attribute(one, "href"))), ""))
    for one in elements:
        href = _attribute(one, "href") if one.name in ("a", "area") else None
        if href is None or _attribute(one, "download") is not None:
            continue
        try:
            link = urldefrag(urljoin(base, href.strip())).url
            if _origin(link) == _origin(page.url):
                yield link
        except ValueError:  # no URL
            continue


def _attribute(one: Element, name: str) -> str | None:
    return next((value for key, value in one.attributes if key == name), None)


def _checked(url: str) -> str:
    """`127.0.0.1:8000/about` is `http://127.0.0.1:8000/about`."""
    whole = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(whole)
        known = parts.scheme in _SCHEMES and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        known = False
    if not known:
        raise ConfigError(f"{url} is not the URL of a page: `http://127.0.0.1:8000/` is one.")
    return urldefrag(whole).url if parts.path else urldefrag(parts._replace(path="/").geturl()).url


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _is_here(url: str) -> bool:
    """No proxy stands between this machine and itself."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
