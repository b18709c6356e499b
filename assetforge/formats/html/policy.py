"""What a content security policy in the page itself says of the page's inline blocks.

https://www.w3.org/TR/CSP3/#match-element-to-source-list. A policy in `<meta>` holds for what comes after it; here it is taken to
hold for the whole page, since leaving a block alone needs no proof. Policies in headers are not seen by a build.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence

_HASH = re.compile(r"'(sha(?:256|384|512))-([A-Za-z0-9+/_=-]+)'", re.IGNORECASE)
_SCRIPT = ("script-src-elem", "script-src", "default-src")
_STYLE = ("style-src-elem", "style-src", "default-src")
_STRICT = ("'nonce-", "'sha256-", "'sha384-", "'sha512-", "'strict-dynamic'")


class Policy:
    """All policies of one page's `<meta>` elements."""

    __slots__ = ("_directives", "_hashes", "_names")

    def __init__(self, values: Sequence[str]) -> None:
        self._directives = [_directives(value) for value in values]
        self._hashes = frozenset(_hashes(values))
        self._names = frozenset(_names(self._directives))

    @property
    def has_hashes(self) -> bool:
        return bool(self._hashes)

    def covers(self, text: str) -> str:
        """Why a block with exactly this text may not change, else empty."""
        if not self._hashes:
            return ""
        data = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "surrogatepass")
        for name in ("sha256", "sha384", "sha512"):
            if (name, b64encode(hashlib.new(name, data).digest()).decode()) in self._hashes:
                return f"a content security policy of the page lists its {name}"
        return ""

    def covers_integrity(self, metadata: str) -> str:
        """Why a file with these integrity values may not change, else empty (CSP 3: hashes may allow external scripts)."""
        if any(_normal(*one.split("?")[0].partition("-")[::2]) in self._hashes for one in metadata.split()):
            return "a content security policy of the page lists the integrity of the file"
        return ""

    def covers_name(self, url: str) -> str:
        """Why a file may not change its name, else empty: a policy that allows one file names it."""
        if self._names and re.split(r"[?#]", url, maxsplit=1)[0].rpartition("/")[2] in self._names:
            return "a content security policy of the page names the file"
        return ""

    def refuses_inline_script(self, nonce: str) -> str:
        """Why a policy blocks an inline script with this nonce, else empty."""
        return "a content security policy of the page blocks an inline import map" if self._refuses(_SCRIPT, nonce) else ""

    def refuses_inline_style(self, nonce: str) -> str:
        """Why a policy blocks a `<style>` with this nonce, else empty."""
        return "a content security policy of the page blocks inline styles" if self._refuses(_STYLE, nonce) else ""

    def _refuses(self, names: Sequence[str], nonce: str) -> bool:
        """Does a policy block what is inline? The first of the directives `names` that it has decides."""
        for directives in self._directives:
            sources = next((directives[name] for name in names if name in directives), None)
            if sources is None or (nonce and f"'nonce-{nonce}'" in sources):
                continue
            lower = [source.lower() for source in sources]
            if "'unsafe-inline'" not in lower or any(one.startswith(_STRICT) for one in lower):
                return True
        return False


def _directives(value: str) -> dict[str, list[str]]:
    """https://www.w3.org/TR/CSP3/#parse-serialized-policy; the first of a name counts."""
    directives: dict[str, list[str]] = {}
    for one in value.split(";"):
        name, *sources = one.split() or [""]
        directives.setdefault(name.lower(), sources)
    return directives


def _hashes(values: Sequence[str]) -> Iterator[tuple[str, str]]:
    for value in values:
        for name, digest in _HASH.findall(value):
            yield _normal(name, digest)


def _normal(name: str, digest: str) -> tuple[str, str]:
    return name.lower(), digest.replace("-", "+").replace("_", "/")


def _names(policies: list[dict[str, list[str]]]) -> Iterator[str]:
    """The files that source expressions name: a path that ends in `/` allows a folder, any other one file."""
    for directives in policies:
        for directive, sources in directives.items():
            if "-src" not in directive:
                continue
            for source in sources:
                path = source.rpartition("://")[2].partition("/")[2]
                if source[0] != "'" and (name := path.rpartition("/")[2]):
                    yield name
