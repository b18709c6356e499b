"""Follows every reference of a served site, before and after a build, with a finder of its own.

The finder shares nothing with the package: html.parser and regular expressions, which find too much rather than too little. That is
no harm: a URL that does not answer before the build proves nothing afterwards. Each answered URL of the original is looked up
in the built site from the same page, in the order of its occurrence in the text, so a rewritten name must answer as well.
"""

import hashlib
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import quote, urljoin, urlsplit

# The HTML Standard's attributes that hold a URL, and those of its obsolete part.
_ATTRIBUTES = frozenset({"href", "xlink:href", "src", "data", "poster", "background", "longdesc", "lowsrc", "dynsrc"})
_LISTS = frozenset({"srcset", "imagesrcset"})
_CSS_URL = re.compile(r"""url\(\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'()\\]+))\s*\)|@import\s+(?:"([^"\n]*)"|'([^'\n]*)')""", re.I)
_CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.S)
_JS_URL = re.compile(
    r"""(?:^|[;}\s])(?:import|export)\s*(?:[\w$*{}\s,]+?\s*from\s*)?["']([^"'\n]+)["']"""
    r"""|\bimport\s*\(\s*["'`]([^"'`\n$]+)["'`]\s*\)|new\s+URL\(\s*["']([^"'\n]+)["']\s*,\s*import\.meta\.url\s*\)""",
    re.M,
)
_JS_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.S)
_XML_URL = re.compile(r"""(?:xlink:)?\b(?:href|src)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
_JSON_URL = re.compile(r'"src"\s*:\s*"([^"\\]*)"')
_DIGEST = re.compile(r"\.([0-9a-f]{12})(?:\.[^./]*)?$")
_SUFFIXES = {
    "css": "css",
    "js": "js",
    "mjs": "js",
    "svg": "xml",
    "xml": "xml",
    "webmanifest": "json",
    "html": "html",
    "htm": "html",
}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Client:
    """A connection to one server, kept open. Redirects within the server are followed."""

    def __init__(self, origin: str) -> None:
        parts = urlsplit(origin)
        self.origin = f"http://{parts.hostname}:{parts.port}"
        self._connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        self._known: dict[str, Answer] = {}

    def close(self) -> None:
        self._connection.close()

    def ask(self, path: str, *, hops: int = 3) -> Answer:
        path = path.partition("#")[0]
        if path not in self._known:
            self._known[path] = self._ask(path, hops)
        return self._known[path]

    def _ask(self, path: str, hops: int) -> Answer:
        try:
            self._connection.request("GET", path, headers={"Accept-Encoding": "identity"})
            response = self._connection.getresponse()
            answer = Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
        except (ConnectionError, OSError):
            self._connection.close()
            if not hops:
                raise
            return self._ask(path, hops - 1)
        place = answer.headers.get("location")
        if answer.status in (301, 302, 307, 308) and place and hops:
            target = urljoin(self.origin + path, place)
            return self.ask(_path(target), hops=hops - 1) if target.startswith(self.origin + "/") else answer
        return answer


class _Page(HTMLParser):
    """References of a page in document order, with those of its styles and scripts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.base: str | None = None
        self._raw = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value for name, value in reversed(attrs) if value}
        if tag == "base":
            self.base = self.base or values.get("href")
            return
        kind = values.get("type", "")
        self._raw = tag if tag in ("style", "script") else ""
        if tag == "script" and kind not in ("", "module", "text/javascript", "application/javascript"):
            self._raw = ""
        for name, value in attrs:
            if value and name in _ATTRIBUTES and not (tag == "link" and _is_word(values.get("rel", ""))):
                self.found.append(value.strip())
            elif value and name in _LISTS:
                self.found += [part.split()[0] for part in re.split(r",\s+|,(?=\S+\s)|,$", value) if part.split()]
            elif value and name == "style":
                self.found += _css(value)

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        if self._raw == "style":
            self.found += _css(data)
        elif self._raw == "script":
            self.found += [one if one.startswith((".", "/")) else "bare:" + one for one in _js(data)]

    def handle_endtag(self, tag: str) -> None:
        self._raw = ""


def _is_word(rel: str) -> bool:
    return not {"stylesheet", "icon", "apple-touch-icon", "preload", "modulepreload", "prefetch", "manifest", "mask-icon"} & set(
        rel.lower().split()
    )


def _groups(pattern: re.Pattern[str], text: str) -> list[str]:
    return [next(group for group in match.groups() if group is not None) for match in pattern.finditer(text)]


def _css(text: str) -> list[str]:
    return [one for one in _groups(_CSS_URL, _CSS_COMMENT.sub(" ", text)) if one and not one.startswith("#")]


def _js(text: str) -> list[str]:
    return _groups(_JS_URL, _JS_COMMENT.sub(" ", text))


def _html(text: str) -> tuple[list[str], str | None]:
    page = _Page()
    page.feed(text)
    return page.found, page.base


def references(path: str, body: bytes, origin: str) -> Iterator[str]:
    """Each URL that the file at `path` seems to refer to, without scheme and host where it lies in the site or on `origin`, in
    order of occurrence."""
    kind = _SUFFIXES.get(path.partition("?")[0].rpartition(".")[2].lower(), "html" if path.endswith("/") else "")
    text = body.decode("utf-8", "replace")
    base, found = path, []
    if kind == "html":
        found, said = _html(text)
        base = urljoin(path, said) if said else path
    elif kind == "css":
        found = _css(text)
    elif kind == "js":
        found = [one if one.startswith((".", "/")) else "bare:" + one for one in _js(text)]
    elif kind == "xml":
        found = _groups(_XML_URL, text) + _css(text)
    elif kind == "json":
        found = _groups(_JSON_URL, text)
    for one in found:
        try:
            target = urljoin("http://site.invalid" + base if base.startswith("/") else base, one)
        except ValueError:
            continue
        if target.startswith(("http://site.invalid/", origin + "/")):
            yield _path(target)
        elif not urlsplit(target).scheme:
            yield "/unresolvable"
        else:
            yield target


def quoted(path: str) -> str:
    """A file's path as a URL says it."""
    return quote(path.encode("utf-8", "surrogateescape"), safe="/@+!~:")


def _path(url: str) -> str:
    """Path and query of a URL, in ASCII."""
    parts = urlsplit(url)
    return _ascii(parts.path) + (f"?{_ascii(parts.query)}" if parts.query else "")


def _ascii(text: str) -> str:
    return re.sub(r"[^!-~]", lambda match: quote(match[0].encode("utf-8", "surrogateescape")), text)


@dataclass(slots=True)
class Report:
    pages: int = 0
    followed: int = 0
    rewritten: int = 0
    immutable: int = 0
    problems: list[str] = field(default_factory=list)


def compare(
    before: Client,
    after: Client,
    starts: Iterable[tuple[str, str]],
    *,
    origin: str,
    cyclic: Callable[[str], bool],
    hashed: Callable[[str], bool],
) -> Report:
    """Follow both sites side by side from `starts`, pairs of URLs before and after. `origin`: the host that means the site.
    `cyclic`: is this hashed URL's digest that of a group? `hashed`: did the build put a digest into this URL's name?"""
    report, waiting, seen = Report(), deque(starts), set[tuple[str, str]]()
    while waiting:
        old, new = pair = waiting.popleft()
        if pair in seen:
            continue
        seen.add(pair)
        now = after.ask(new)
        was = now if old == new and hashed(new) else before.ask(old)
        if was.status != 200 and not hashed(new):
            continue
        if now.status != 200:
            report.problems.append(f"{old}: {was.status} before, {new}: {now.status} after")
            continue
        report.pages += 1
        _check_promise(report, new, now, cyclic, hashed)
        waiting.extend(
            _followed(report, old, list(references(old, was.body, origin)), new, list(references(new, now.body, origin)))
        )
    return report


def _followed(report: Report, old: str, then: list[str], new: str, here: list[str]) -> Iterator[tuple[str, str]]:
    if len(then) != len(here) or (old.endswith((".html", "/")) and [*map(_plain, here)] != then):
        yield from _rearranged(report, old, then, here)
        return
    for one, other in zip(then, here, strict=True):
        if one.startswith("/") and other.startswith("/"):
            report.followed += 1
            report.rewritten += one != other
            yield one, other
        elif one.startswith("bare:") and other.startswith("/"):
            # an import map's prefix led there, under the name before; the file must answer under the new one
            yield other, other
        elif one != other:
            report.problems.append(f"{old}: {one} became {other}")


def _rearranged(report: Report, old: str, then: list[str], here: list[str]) -> Iterator[tuple[str, str]]:
    """Of a page whose elements moved, and which names more than before (preloads, CSS that was put in): every reference is still
    there, and whatever came with it is a file that was there before."""
    rest: dict[str, list[str]] = {}
    for other in here:
        rest.setdefault(_plain(other), []).append(other)
    for one in then:
        if not rest.get(one):
            report.problems.append(f"{old}: {one} is referred to no more")
            continue
        other = rest[one].pop()
        if one.startswith("/"):
            report.followed += 1
            report.rewritten += one != other
            yield one, other
    for plain, others in rest.items():
        yield from ((plain, other) for other in others if plain.startswith("/"))


def _plain(url: str) -> str:
    """A URL without the digest in its name."""
    path, mark, query = url.partition("?")
    return _DIGEST.sub(lambda found: found[0][len(found[1]) + 1 :], path) + mark + query


def _check_promise(report: Report, url: str, answer: Answer, cyclic: Callable[[str], bool], hashed: Callable[[str], bool]) -> None:
    """A name that carries a digest is its bytes, for ever; every other one is asked about again."""
    policy = answer.headers.get("cache-control", "")
    path = url.partition("?")[0]
    digest = _DIGEST.search(path)
    if not hashed(path):
        if "immutable" in policy:
            report.problems.append(f"{url} is promised for ever, and its name is no digest")
        return
    report.immutable += 1
    if policy != "public, max-age=31536000, immutable":
        report.problems.append(f"{url}: Cache-Control {policy!r}")
    if digest is None or (not cyclic(path) and not hashlib.sha256(answer.body).hexdigest().startswith(digest[1])):
        report.problems.append(f"{url} is not named by its bytes")
