"""Integrity metadata (Subresource Integrity): written for the bytes served, and checked against the author's bytes.

An author's value that does not fit the author's own file blocks that file in every browser. A recomputed one would let it run: the
page would behave differently after the build, so such a value is left, and told.
"""

import base64
import hashlib
import re
from collections.abc import Callable

from assetforge.sources import Source, read

_STRENGTH = ("sha256", "sha384", "sha512")
_TOKEN = re.compile(r"(sha256|sha384|sha512)-([A-Za-z0-9+/\-_]+={0,2})(?:\?\S*)?\Z")


def metadata(sha384: str) -> str:
    """A hex digest as integrity metadata."""
    return "sha384-" + base64.b64encode(bytes.fromhex(sha384)).decode("ascii")


def fits(value: str, source: Source) -> bool:
    """Would a browser that got the bytes of `source` accept them? (SRI, 3.3.4: the strongest algorithm alone counts; a value in
    which no token is understood accepts everything.) Raises OSError where a sha512 must be computed and the file cannot be read."""
    return _accepts(value, lambda algorithm: _digest(algorithm, source))


def fits_bytes(value: str, data: bytes) -> bool:
    """The same of bytes at hand."""
    return _accepts(value, lambda algorithm: hashlib.new(algorithm, data).hexdigest())


def _accepts(value: str, digest: Callable[[str], str]) -> bool:
    tokens = [match.groups() for match in map(_TOKEN.match, value.split()) if match]
    if not tokens:
        return True
    strongest = max((algorithm for algorithm, _ in tokens), key=_STRENGTH.index)
    actual = base64.b64encode(bytes.fromhex(digest(strongest))).decode("ascii").rstrip("=")
    wanted = (said.replace("-", "+").replace("_", "/").rstrip("=") for algorithm, said in tokens if algorithm == strongest)
    return actual in wanted


def _digest(algorithm: str, source: Source) -> str:
    if algorithm == "sha512":
        return hashlib.sha512(read(source.file, source.digest)).hexdigest()
    return source.digest if algorithm == "sha256" else source.integrity
