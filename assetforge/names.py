"""How a file with a digest is called, and how a path is said in a URL. The one place that knows the form of a hashed name."""

import re
from typing import NamedTuple
from urllib.parse import quote

DIGITS = 12  # hexadecimal digits of the digest in a name: 48 bits
# Unreserved characters and a few more that need no quoting in any language a URL is put into (a comma would, in `srcset`),
# and that cannot be taken for anything else (a colon would make `a%3Ab.png` a scheme).
_SAFE = "@+!~"
_LONGEST = 255  # bytes of a file name: ext4, XFS, APFS, NTFS agree
_SAMPLE = "0" * DIGITS
# The form of a hashed path, as a regular expression that Python and nginx (PCRE) read alike.
HASHED_FORM = rf"\.[0-9a-f]{{{DIGITS}}}(\.[^./]+)?$"
_HASHED = re.compile(HASHED_FORM[:-1] + r"\Z")


class Named(NamedTuple):
    """A file whose served bytes are known. `path` logical, `name_path` the logical path with the digest in the name (the same as
    `path` for stable names); `host` the asset host it is served from, ending with `/`, or empty; `digest` sha256 and `integrity`
    sha384 of the bytes, both hex; `size` in bytes."""

    path: str
    name_path: str
    host: str
    digest: str
    integrity: str
    size: int


def hashed_path(path: str, digest: str) -> str:
    """`css/app.css` → `css/app.6098a84e6f42.css`; the digest goes before the last suffix, and last where there is none."""
    folder, slash, name = path.rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    digest = digest[:DIGITS]
    return folder + slash + (f"{stem}.{digest}.{suffix}" if dot and stem else f"{name}.{digest}")


def sample_path(path: str) -> str:
    """A hashed path of the same form, before the digest is known."""
    return hashed_path(path, _SAMPLE)


def has_room(path: str) -> bool:
    """Does the hashed name, with the suffix of a compressed twin, fit into what file systems take?"""
    name = sample_path(path).rpartition("/")[2]
    return len(name.encode("utf-8", "surrogateescape")) + len(".zst") <= _LONGEST


def looks_hashed(path: str) -> bool:
    """Has a path the form of a hashed one?"""
    return _HASHED.search(path) is not None


def quoted(path: str) -> str:
    """A path, or one segment, percent-encoded for a URL. Names that are not UTF-8 keep their bytes."""
    return quote(path.encode("utf-8", "surrogateescape"), safe="/" + _SAFE)


def folder_of(path: str) -> str:
    """The folder of a path, with its closing slash; empty at the top."""
    return path[: path.rfind("/") + 1]


def file_name(path: str) -> str:
    """The last segment of a path, percent-encoded."""
    return quoted(path[path.rfind("/") + 1 :])


def url(named: Named) -> str:
    """How anybody asks for a file: at its host, or from the root of the site."""
    return (named.host or "/") + quoted(named.name_path)


def relative(path: str, base: str) -> str:
    """The URL of `path` relative to that of `base`; begins with `./` or `../`, as a module specifier must."""
    here, there = base.split("/")[:-1], path.split("/")
    same = 0
    while same < min(len(here), len(there) - 1) and here[same] == there[same]:
        same += 1
    up = len(here) - same
    return ("../" * up or "./") + quoted("/".join(there[same:]))
