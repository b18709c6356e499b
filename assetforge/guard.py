"""The last look at a template before it is served: is its template syntax outside the edits what its author wrote?

Every edit is made so that it is. This asks again, of the text with all of its edits, whoever wanted them; where the answer is no,
the template is served as it came and a person is told.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import groupby

from assetforge import dialects
from assetforge.cache import Cache
from assetforge.content import EditedContent
from assetforge.diagnostics import Diagnostic
from assetforge.dialects import Change as Filled
from assetforge.dialects import Dialect
from assetforge.prepare import place
from assetforge.sources import decode, read
from assetforge.text import Change, Edit, Hole, Lines, Piece, Span, Syntax, changed, filled


def filled_in(
    text: Callable[[], str], edits: Iterable[Edit], fill: Callable[[Hole], str], dialect: Dialect
) -> tuple[Change, ...]:
    """`edits` of a template with their holes filled, such that what they bring in is written as it stands, but for what is syntax
    of the template. In a raw block all text is. `text`: what they are made in, asked for where it counts."""
    known = tuple(edits)
    plain = tuple(filled(edit, fill) for edit in known)
    if all(dialects.escape(new, dialect) == new for _, _, new in plain):
        return plain
    masked = dialects.mask(text(), dialect)
    return tuple(
        one if masked.raw_at(one[0]) else (one[0], one[1], "".join(_escaped(edit.pieces, fill, dialect)))
        for one, edit in zip(plain, known, strict=True)
    )


def _escaped(pieces: Iterable[Piece], fill: Callable[[Hole], str], dialect: Dialect) -> Iterator[str]:
    """What stands together is escaped together: two pieces may open a construct that neither of them does."""
    for own, group in groupby(pieces, key=lambda piece: isinstance(piece, Syntax)):
        text = "".join(piece if isinstance(piece, str) else fill(piece) for piece in group)
        yield text if own else dialects.escape(text, dialect)


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
