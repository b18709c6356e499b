"""One file, made ready without knowing any other: minified where that is safe, and its references found.

Minifying comes before references are rewritten. So it depends on the file alone: it runs in any process, is kept by content, and
no digest in a name ever makes a minifier work again. What must stay true: the text that is served makes the same references in the
same order as the author's; where a minifier lost or changed one, the author's text is served and the report says so.

Languages inside a language (a `<style>` in a page, a `style=""` in an SVG) are parsed by their own rooms here, and their spans are
mapped back, so everybody above sees one flat list for a file.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from assetforge import formats
from assetforge.diagnostics import Diagnostic
from assetforge.reference import Embed, Finding, ImportMap, IntegrityValue, Lookup, Parsed, Reference
from assetforge.sources import decode, read
from assetforge.text import Decoded, Lines, Span

VERSION = 3
_DEEPEST = 4  # srcdoc in srcdoc …: nobody writes more
# A byte that is no UTF-8 and the second byte of a character that means something on its own, in Shift_JIS, Big5 or GBK: the text
# says nothing of its encoding, so what is read as a backslash or a bracket may be half a letter.
_HALVES = re.compile(r"[\udc80-\udcff][\\\[\]{}|^`~@]")
_EXCERPT = 400  # characters of a line kept for a diagnostic
_COMPUTED = re.compile(r"""(?:import\s*\(\s*)?(?:/\*[^*]*\*/\s*)*["'`]([^"'`$\\]*)""")


class Task(NamedTuple):
    """What a worker needs. `minify`: empty to try, else why the file is not to be minified. `dialect`: of a template; `static`: the
    URL prefix of the folder that its tags name files of."""

    file: str
    digest: str
    format: str
    minify: str
    dialect: str = "plain"
    static: str = "/static/"


class ComputedImport(NamedTuple):
    """An `import()` whose module is computed. `prefix`: the literal beginning of the specifier, where it has one."""

    span: Span
    prefix: str


class Prepared(NamedTuple):
    """What is known of a file from its bytes alone.

    `parsed`: of the text that is served, languages inside included (no embeds are left). `origins`: for each reference its span
    in the author's text, empty where that is the text served. `minified`: `yes`, or why not. `document`: what kind of XML
    document it is. `stated`: the author's value for each of `parsed.integrities`. `findings`: diagnostics without a path.
    """

    parsed: Parsed
    origins: tuple[Span, ...]
    minified: str
    document: str
    computed_imports: tuple[ComputedImport, ...]
    stated: tuple[str, ...]
    findings: tuple[Diagnostic, ...]


class Ready(NamedTuple):
    """`text`: the minified text, None where the author's is served."""

    prepared: Prepared
    text: str | None


OPAQUE = Prepared(Parsed(), (), "not a text that is looked into", "", (), (), ())


def prepare(task: Task) -> Ready:
    """Read, parse and minify one file. Raises `SourceChanged` and OSError."""
    return prepare_text(decode(read(task.file, task.digest)).text, task.format, task.minify)


def prepare_text(text: str, format: str, minify: str) -> Ready:
    """The same for a text at hand."""
    original = expand(formats.parse(format, text), text)
    served, parsed, minified = (text, original, minify) if minify else _minified(text, format, original)
    origins = () if served is text else tuple(one.span for one in original.references)
    prepared = Prepared(
        parsed._replace(findings=(), computed_imports=()),
        origins,
        minified,
        _document(text, format),
        tuple(_computed(text, span) for span in original.computed_imports),
        tuple(served[one.span.start : one.span.end] for one in parsed.integrities),
        placed(text, original.findings),
    )
    return Ready(prepared, served if served is not text else None)


def _minified(text: str, format: str, original: Parsed) -> tuple[str, Parsed, str]:
    if not text.isascii() and _HALVES.search(text):
        return text, original, "it is in an encoding that it does not say"
    result = formats.minify(format, text)
    if result.text == text:
        return text, original, result.reason or "nothing to gain"
    parsed = expand(formats.parse(format, result.text), result.text)
    if _identity(parsed) != _identity(original):
        return text, original, "the minifier changed a reference"
    return result.text, parsed, "yes"


def _identity(parsed: Parsed) -> tuple[object, ...]:
    references = [(one.kind, one.url, one.base, one.mode, one.locked) for one in parsed.references]
    return references, [(one.needle, one.match) for one in parsed.lookups], len(parsed.integrities)


def _document(text: str, format: str) -> str:
    if format != "xml":
        return ""
    from assetforge.formats.xml import kind_of

    return kind_of(text)


def _computed(text: str, span: Span) -> ComputedImport:
    literal = _COMPUTED.match(text[span.start : min(span.end, span.start + 200)])
    return ComputedImport(span, literal[1] if literal else "")


def placed(text: str, findings: tuple[Finding, ...]) -> tuple[Diagnostic, ...]:
    """Findings as diagnostics of a file whose path is not known here."""
    if not findings:
        return ()
    lines = Lines.of(text)
    return tuple(place(Diagnostic("", 0, 0, one.severity, one.code, one.message, one.hint), lines, one.span) for one in findings)


def place(diagnostic: Diagnostic, lines: Lines, span: Span) -> Diagnostic:
    """`diagnostic` with the line, column and excerpt of `span`. Of a long line only what is around the span is kept."""
    line, column = lines.place(span.start)
    whole = lines.excerpt(line)
    width = max(1, min(span.end - span.start, len(whole) - column + 1))
    at = max(0, column - 1 - _EXCERPT // 4) if len(whole) > _EXCERPT else 0
    return diagnostic._replace(line=line, column=column, excerpt=whole[at : at + _EXCERPT], excerpt_at=at, width=width)


# -- languages inside a language ---------------------------------------------------------------------------------------------


def expand(parsed: Parsed, text: str, depth: int = 0) -> Parsed:
    """`parsed` with what its embeds hold in place of the embeds, in the order of the text."""
    if not parsed.embeds:
        return parsed
    inner = [(embed, _inside(embed.format, embed.text.text, depth)) for embed in parsed.embeds] if depth < _DEEPEST else []
    references = list(parsed.references)
    integrities = list(parsed.integrities)
    lookups, computed, findings = list(parsed.lookups), list(parsed.computed_imports), list(parsed.findings)
    import_map = parsed.import_map
    for embed, sub in inner:
        way = embed.text
        integrities += (IntegrityValue(_span(way, one.span), one.reference + len(references)) for one in sub.integrities)
        references += (_reference(embed, one) for one in sub.references)
        lookups += (Lookup(_span(way, one.span), one.needle, one.match) for one in sub.lookups)
        computed += (_span(way, one) for one in sub.computed_imports)
        findings += (one._replace(span=_span(way, one.span)) for one in sub.findings)
        if embed.format == "importmap" and import_map is None and not embed.locked:
            import_map = _import_map(way, sub.import_map)
    order = sorted(range(len(references)), key=lambda at: references[at].span)
    rank = {old: new for new, old in enumerate(order)}
    return parsed._replace(
        references=tuple(references[at] for at in order),
        integrities=tuple(IntegrityValue(one.span, rank[one.reference]) for one in integrities),
        embeds=(),
        lookups=tuple(lookups),
        computed_imports=tuple(computed),
        findings=tuple(findings),
        import_map=import_map,
    )


@lru_cache(maxsize=2048)
def _inside(format: str, text: str, depth: int) -> Parsed:
    """The same inline script stands in all pages of a site: parsed once."""
    return expand(formats.parse(format, text), text, depth + 1)


def _span(way: Decoded, span: Span) -> Span:
    return way.span(span.start, span.end)


def _reference(embed: Embed, one: Reference) -> Reference:
    way = embed.text
    return one._replace(span=_span(way, one.span), tail=way.raw(one.tail), locked=embed.locked or one.locked)


def _import_map(way: Decoded, sub: ImportMap | None) -> ImportMap | None:
    return sub._replace(entries_at=way.raw(sub.entries_at)) if sub else None
