"""The input: which files there are, their bytes' digests, and their text so that any bytes come back as they were.

Symbolic links are followed inside the roots. A link that leads out of them, nowhere, or back into its own ancestors is an error:
the first would publish what nobody put into the site, the last has no end.
"""

import codecs
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from assetforge.config import CACHE_FOLDER, SAMPLES_FILE, SETTINGS_FILE, STATE_FILE, Config, Root
from assetforge.diagnostics import Diagnostic
from assetforge.globs import Globs

# Never part of a site: version control, this tool's own files, litter of file managers.
IGNORED = frozenset({".git", ".hg", ".svn", CACHE_FOLDER, ".DS_Store", "Thumbs.db", "__pycache__"})
RACY = 2_000_000_000  # ns: a file this young may change again without its times changing (coarse file systems)
_BLOCK = 1 << 20


class Found(NamedTuple):
    """A file of the input, unread. `path` is logical. The rest is what tells that a file is still the one that was read."""

    path: str
    file: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


class Source(NamedTuple):
    """A file of the input with the digest of its bytes: `digest` sha256 and `integrity` sha384 in hex."""

    path: str
    file: str
    size: int
    digest: str
    integrity: str


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk over the roots brought: files sorted by path, and what stood in the way."""

    found: tuple[Found, ...]
    diagnostics: tuple[Diagnostic, ...]


class SourceChanged(OSError):
    """A file changed between the moment it was hashed and the moment it was read."""


def walk(config: Config) -> Walk:
    """Every file of every root. Where two roots have a file of one path, the earlier root wins, as with Django's finders."""
    found: dict[str, Found] = {}
    diagnostics: list[Diagnostic] = []
    real_roots = tuple(os.path.realpath(root.folder) for root in config.roots)
    skip = {os.path.realpath(config.output)} | ({os.path.realpath(config.cache)} if config.cache else set())
    excluded = Globs(config.exclude)
    for root in config.roots:
        # what answers for a URL is served, so no template may lie there
        published = tuple(other.prefix for other in config.roots if len(other.prefix) > len(root.prefix))
        for one in _walk_root(root, real_roots, skip, excluded, diagnostics.append):
            if root.kind == "templates" and f"/{one.path}".startswith(published):
                diagnostics.append(_would_be_served(one.path))
            else:
                found.setdefault(one.path, one)
    return Walk(tuple(found[path] for path in sorted(found)), tuple(diagnostics))


def _would_be_served(path: str) -> Diagnostic:
    message = "the template lies where another root's URLs begin"
    hint = "give the root of the templates a prefix that no URL begins with, such as `/templates+/`"
    return Diagnostic(path, 0, 0, "error", "served-template", message, hint)


def _walk_root(
    root: Root, real_roots: tuple[str, ...], skip: set[str], excluded: Globs, report: Callable[[Diagnostic], None]
) -> Iterator[Found]:
    prefix = root.prefix.lstrip("/")
    top = os.path.realpath(root.folder)
    # a folder to read, the logical path before its names, and the real folders above it, where a link came
    pending: list[tuple[str, str, tuple[str, ...]]] = [(top, prefix, (top,))]
    linked = False
    while pending:
        folder, before, above = pending.pop()
        try:
            with os.scandir(folder) as scan:
                entries = list(scan)
        except OSError as error:
            report(_unreadable(before, error))
            continue
        if folder != top and any(entry.name == STATE_FILE for entry in entries):
            continue  # the output of a build: this one's, or an older one's in another place
        for entry in entries:
            name = entry.name
            if name in IGNORED or (name in (SETTINGS_FILE, SAMPLES_FILE) and before == prefix):
                continue
            path = before + name
            if excluded.match(path):
                continue
            try:
                if entry.is_symlink():
                    linked = True
                    problem = _bad_link(entry.path, real_roots, folder)
                    if problem:
                        report(Diagnostic(path, 0, 0, "error", "bad-symlink", problem, "remove the link, or exclude it"))
                        continue
                if entry.is_dir():
                    real = os.path.realpath(entry.path) if linked else entry.path
                    if real in skip or excluded.match_folder(path):
                        continue
                    if linked and real in above:
                        message = "the symbolic link leads back into a folder it lies in"
                        report(Diagnostic(path, 0, 0, "error", "symlink-loop", message, "remove the link, or exclude it"))
                        continue
                    pending.append((entry.path, path + "/", (*above, real) if linked else above))
                    continue
                status = entry.stat()
            except OSError as error:
                report(_unreadable(path, error))
                continue
            if stat.S_ISREG(status.st_mode):
                yield Found(path, entry.path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def _bad_link(link: str, real_roots: tuple[str, ...], folder: str) -> str | None:
    try:
        real = os.path.realpath(link, strict=True)
    except OSError as error:
        loop = error.errno is not None and os.strerror(error.errno).lower().startswith("too many")
        return "the symbolic link leads to itself" if loop else "the symbolic link leads to nothing"
    if not any(real == root or real.startswith(root + os.sep) for root in real_roots):
        return "the symbolic link leads out of the site"
    if os.path.isdir(real) and (os.path.realpath(folder) + os.sep).startswith(real + os.sep):
        return "the symbolic link leads back into a folder it lies in"
    return None


def _unreadable(path: str, error: OSError) -> Diagnostic:
    return Diagnostic(path.rstrip("/"), 0, 0, "error", "unreadable", f"cannot be read: {error.strerror or error}")


def digest_file(found: Found) -> Source | Diagnostic:
    """Read a file once for both of its digests."""
    sha256, sha384 = hashlib.sha256(), hashlib.sha384()
    try:
        with Path(found.file).open("rb", buffering=0) as stream:
            size = 0
            while block := stream.read(_BLOCK):
                sha256.update(block)
                sha384.update(block)
                size += len(block)
    except OSError as error:
        return _unreadable(found.path, error)
    return Source(found.path, found.file, size, sha256.hexdigest(), sha384.hexdigest())


def read(file: str, digest: str) -> bytes:
    """The bytes of a file that was hashed before. Raises `SourceChanged` where they are others now, and OSError."""
    data = Path(file).read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise SourceChanged(f"{Path(file).name} changed while the site was being built: build again")
    return data


# -- text --------------------------------------------------------------------------------------------------------------------

_BOMS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# A declaration counts only near the start: HTML Standard, prescan (1024 bytes); CSS Syntax, 3.2; XML 1.0, 4.3.3.
_DECLARED = re.compile(
    rb"""(?:<meta[^>]{0,200}?charset\s*=\s*|@charset\s+|encoding\s*=\s*)["']?\s*([a-zA-Z0-9_:.\-]{2,40})""", re.IGNORECASE
)
_PRESCAN = 1024


class Text(NamedTuple):
    """A text and how to make bytes of it again."""

    text: str
    encoding: str
    errors: str


def decode(data: bytes) -> Text:
    """The text of `data`, such that `encode` gives the same bytes back.

    UTF-8 where it is valid; UTF-16 by its mark; else the encoding that the file declares, if it reads and writes these bytes
    unchanged; else UTF-8 with every foreign byte as a lone surrogate (U+DC80..U+DCFF), which leaves all ASCII syntax readable. A
    byte order mark stays in the text as U+FEFF.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            text = _round_trip(data, encoding)
            if text is not None:
                return Text(text, encoding, "strict")
    try:
        return Text(data.decode("utf-8"), "utf-8", "strict")
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(data[:_PRESCAN])
    if declared:
        codec = _codec(declared[1].decode("ascii"))
        text = _round_trip(data, codec) if codec else None
        if codec and text is not None:
            return Text(text, codec, "strict")
    return Text(data.decode("utf-8", "surrogateescape"), "utf-8", "surrogateescape")


def encode(text: str, like: Text) -> bytes:
    """The bytes of a text that was made from `like`. What is put into it is ASCII, which every encoding here can say."""
    return text.encode(like.encoding, like.errors)


def _codec(label: str) -> str | None:
    """Encoding Standard: labels are not IANA's (`iso-8859-1` is windows-1252, `euc-kr` is windows-949)."""
    import webencodings

    known = webencodings.lookup(label)
    return known.codec_info.name if known is not None else None


def _round_trip(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
        return text if text.encode(encoding) == data else None
    except (UnicodeError, LookupError):
        return None


def folders(paths: Iterable[str]) -> frozenset[str]:
    """The logical paths of all folders that hold one of `paths`, with their closing slash; the top is the empty string."""
    found = {""}
    for path in paths:
        at = path.rfind("/")
        while at >= 0:
            folder = path[: at + 1]
            if folder in found:
                break
            found.add(folder)
            at = path.rfind("/", 0, at)
    return frozenset(found)
