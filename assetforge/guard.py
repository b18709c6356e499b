"""The last look at a template before it is served: is its template syntax outside the edits what its author wrote?

Every edit is made so that it is. This asks again, of the text with all of its edits, whoever wanted them; where the answer is no,
the template is served as it came and a person is told.
"""

import hashlib
from functools import lru_cache

from assetforge import dialects
from assetforge.cache import Cache
from assetforge.content import EditedContent
from assetforge.diagnostics import Diagnostic
from assetforge.dialects import Change as Filled
from assetforge.dialects import Dialect
from assetforge.prepare import place
from assetforge.sources import decode, read
from assetforge.text import Change, Lines, Span, changed


def escaped(text: str, changes: tuple[Change, ...], dialect: Dialect) -> tuple[Change, ...]:
    """`changes` to a template, such that what they bring in is written as it stands. In a raw block it is."""
    if all(dialects.escape(new, dialect) == new for _, _, new in changes):
        return changes
    masked = dialects.mask(text, dialect)
    return tuple((at, to, new if masked.raw_at(at) else dialects.escape(new, dialect)) for at, to, new in changes)


def spoiled(
    path: str, file: str, digest: str, shortened: tuple[Change, ...], changes: tuple[Change, ...], dialect: Dialect
) -> Diagnostic | None:
    """What is wrong with a template after `changes`, which come after `shortened`. Raises `SourceChanged` and OSError."""
    text = decode(read(file, digest)).text
    served = changed(text, shortened)
    found = dialects.same_constructs(served, (Filled(Span(at, to), new) for at, to, new in changes), dialect)
    if found is None:
        return None
    message = f"{found.message}, so the template is left as it is"
    return place(Diagnostic(path, 0, 0, "warning", "template-changed", message), Lines.of(served), Span(found.at, found.at))


def is_known_good(content: EditedContent, dialect: Dialect, cache: Cache) -> bool:
    """Was this content, which follows from the template and its changes, looked at before?"""
    return cache.read(_key(content, dialect)) is not None


def remember(content: EditedContent, dialect: Dialect, cache: Cache) -> None:
    cache.write(_key(content, dialect), b"good")


def _key(content: EditedContent, dialect: Dialect) -> str:
    return f"constructs {dialects.VERSION} {_digest(dialect)} {content.key}"


@lru_cache(maxsize=64)
def _digest(dialect: Dialect) -> str:
    return hashlib.sha256(dialect.key().encode("utf-8", "surrogateescape")).hexdigest()
