"""Where template syntax lies in a text, what it references, and how to write into it.

A `Dialect` is a value: `PLAIN`, `DJANGO`, `JINJA`, or one of these with a project's own choices:

    replace(JINJA, syntax=Syntax(variable_start_string="${", variable_end_string="}"))
    replace(DJANGO, idioms=DJANGO.idioms.extended(tags={"asset": Tag()}, prefixes=frozenset({"CDN"})))

`Syntax` takes the options of `jinja2.Environment` by their names, `Idioms` the tags, functions, filters and variables that name
assets. Then:

    tokens(text, dialect)          -> Lexed       tokens as the engine's own lexer sees them; they tile the text
    mask(text, dialect)            -> Masked      the text for an HTML tokenizer, same offsets, with the islands
    statements(text, dialect)      -> Statements  what a template extends, fills, includes, calls, repeats and chooses between
    references(text, dialect)      -> Mentions    the assets that constructs name (give it `masked` where it is at hand)
    escape(text, dialect)          -> str         text to be put into a template, as the engine writes it unchanged
    same_constructs(before, changes, dialect)     -> Difference | None, after edits

A page is read so: `masked = mask(text, dialect)`; with `masked.refusal` set the file is left alone and the reason told. Else a
format parses `masked.text`. What it reports is the author's own where `masked.is_plain(span)`; a span that touches islands is
partly written at run time and no reference. `masked.owner(offset)` names the tag that a place belongs to (`compress`): left
alone too.
The other references are those of `references(text, dialect)`. Edits are made on the template itself; text that an edit brings
in goes through `escape` unless `masked.raw_at(offset)`, and after all edits `same_constructs` must find nothing.

A mention's outcome says what can be done: `literal` (its `reference` is checked and may be rewritten: the span is the path within
its quotes; `whole` constructs may be replaced altogether), `pattern` (`expanded(mention.patterns, paths)` are its dependencies),
`folder` (never hashed), `computed` (left to run time) or `bundle` (the tag's own affair). A literal's path is
`mention.folder + mention.reference.url`; where `written` is `path` it is not percent-encoded.

What must stay true: every function is total, linear in the text and depends on its arguments alone; nothing in a comment, a
verbatim or a raw block is a mention; what is not understood is refused with a reason and never guessed. Frameworks are not
imported: their lexers are oracles in the tests.
"""

from collections.abc import Iterable

from assetforge.dialects import constructs, django, jinja, plain
from assetforge.dialects.constructs import Change, Difference, applied
from assetforge.dialects.dialect import DJANGO, JINJA, PLAIN, Dialect
from assetforge.dialects.idioms import Filter, Function, Idioms, Tag
from assetforge.dialects.islands import Body, Island, Lexed, Masked, Token
from assetforge.dialects.jinja import Syntax
from assetforge.dialects.masking import mask as _mask
from assetforge.dialects.mentions import Mention, Mentions, Pattern, expanded, kind_of, matches
from assetforge.reference import Finding

TYPE_CHECKING = False  # as typing's, which takes 4 ms to import
if TYPE_CHECKING:
    from assetforge.dialects.statement import Statements

__all__ = [
    "DJANGO", "JINJA", "PLAIN", "VERSION", "Body", "Change", "Dialect", "Difference", "Filter", "Function", "Idioms", "Island",
    "Lexed", "Masked", "Mention", "Mentions", "Pattern", "Syntax", "Tag", "Token", "applied", "escape", "expanded", "kind_of",
    "mask", "matches", "references", "same_constructs", "statements", "tokens",
]  # fmt: skip

VERSION = 2  # of what this package finds: part of cache keys, together with the dialect


def tokens(text: str, dialect: Dialect) -> Lexed:
    """The tokens of `text`: they tile it."""
    if dialect.name == "django":
        return django.tokens(text)
    return jinja.tokens(text, dialect.syntax) if dialect.name == "jinja" else plain.tokens(text)


def mask(text: str, dialect: Dialect) -> Masked:
    """`text` with its template syntax hidden, and the islands."""
    islands, refusal = _islands(text, dialect)
    return _mask(text, islands, refusal, dialect.idioms.taken)


def references(text: str, dialect: Dialect, masked: Masked | None = None) -> Mentions:
    """What the constructs of `text` name."""
    masked = mask(text, dialect) if masked is None else masked
    if masked.refusal or not masked.islands:
        return Mentions(refusal=masked.refusal)
    # here, so that a site without templates loads no readers of expressions
    from assetforge.dialects import django_mentions, jinja_mentions

    if dialect.name == "django":
        found = tuple(django_mentions.mentions(text, masked.islands, dialect.idioms))
    else:
        found = tuple(jinja_mentions.mentions(text, masked.islands, dialect.syntax, dialect.idioms))
    return Mentions(tuple(_owned(one, masked) for one in found) if masked.bodies else found)


def _owned(one: Mention, masked: Masked) -> Mention:
    owner = masked.owner(one.span.start)
    if not owner:
        return one
    locked = one.reference._replace(locked=f"it belongs to {{% {owner} %}}") if one.reference else None
    return one._replace(owner=owner, reference=locked)


def statements(text: str, dialect: Dialect, masked: Masked | None = None) -> "Statements":
    """What `text` extends, includes, fills, calls, repeats and chooses between (`statement.py`)."""
    from assetforge.dialects import django_statements, jinja_statements
    from assetforge.dialects.statement import Statements

    masked = mask(text, dialect) if masked is None else masked
    if masked.refusal or dialect.name == "plain":
        return Statements(refusal=masked.refusal)
    if dialect.name == "django":
        return django_statements.statements(text, masked.islands, dialect.idioms)
    return jinja_statements.statements(text, masked.islands, dialect.syntax, dialect.idioms)


def escape(text: str, dialect: Dialect) -> str:
    """`text` so that a template of the dialect writes exactly it."""
    if dialect.name == "django":
        return django.escape(text)
    return jinja.escape(text, dialect.syntax) if dialect.name == "jinja" else text


def same_constructs(before: str, changes: Iterable[Change], dialect: Dialect) -> Difference | None:
    """Is the template syntax outside `changes` (edits with their holes filled) untouched? Else where it is not, and why."""
    known = tuple(changes)
    if dialect.name == "plain":
        return None
    return constructs.difference(tokens(before, dialect), tokens(applied(before, known), dialect), known)


def _islands(text: str, dialect: Dialect) -> tuple[tuple[Island, ...], Finding | None]:
    lexed = tokens(text, dialect)
    if dialect.name == "django":
        return django.islands(text, lexed)
    return jinja.islands(text, lexed) if dialect.name == "jinja" else ((), None)
