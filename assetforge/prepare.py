"""One file, made ready without knowing any other: minified where that is safe, and its references found.

Minifying comes before references are rewritten. So it depends on the file alone: it runs in any process, is kept by content, and
no digest in a name ever makes a minifier work again. What must stay true: the text that is served makes the same references in the
same order as the author's; where a minifier lost or changed one, the author's text is served and the report says so.

Languages inside a language (a `<style>` in a page, a `style=""` in an SVG) are parsed by their own rooms here, and their spans are
mapped back, so everybody above sees one flat list for a file.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Literal, NamedTuple

from assetforge import formats
from assetforge.config import Templates
from assetforge.diagnostics import Diagnostic
from assetforge.inline import NOTHING, Inline, shortened
from assetforge.reference import Embed, Finding, ImportMap, IntegrityValue, Kind, Lookup, Parsed, Reference
from assetforge.sources import decode, read
from assetforge.text import Change, Decoded, Lines, Span, changed

VERSION = 5
_DEEPEST = 4  # srcdoc in srcdoc …: nobody writes more
# A byte that is no UTF-8 and the second byte of a character that means something on its own, in Shift_JIS, Big5 or GBK: the text
# says nothing of its encoding, so what is read as a backslash or a bracket may be half a letter.
_HALVES = re.compile(r"[\udc80-\udcff][\\\[\]{}|^`~@]")
_SCRIPTS = frozenset({"js", "js-module", "js-handler", "html"})  # or a document in a document, which may hold some
_STYLES = frozenset({"css", "css-declarations", "css-value"})
_RULES = ("styleSheets", "cssRules", "CSSImportRule")  # CSSOM
_EXCERPT = 400  # characters of a line kept for a diagnostic
_COMPUTED = re.compile(r"""(?:import\s*\(\s*)?(?:/\*[^*]*\*/\s*)*["'`]([^"'`$\\]*)""")


class Task(NamedTuple):
    """What a worker needs. `minify`: empty to try, else why the file is not to be minified; `inline`: the languages whose inline
    text is (`css js`). `dialect`: of a template, and `templates`: what the project adds to it; `scopes`: the URL prefixes of the
    folders that its tags name files of, as `templates.scopes_of` says them."""

    file: str
    digest: str
    format: str
    minify: str
    inline: str = ""
    dialect: str = "plain"
    scopes: str = "{}"
    templates: Templates = Templates()

    def key(self) -> str:
        """All that the result follows from, but for the versions of the rooms."""
        template = f" {self.dialect} {self.scopes} {self.templates}" if self.dialect != "plain" else ""
        return f"prepared {self.digest} {self.format} {self.inline} {self.minify}{template}"


class ComputedImport(NamedTuple):
    """An `import()` whose module is computed. `prefix`: the literal beginning of the specifier, where it has one."""

    span: Span
    prefix: str


class Asked(NamedTuple):
    """A place in a template that asks for assets and does not say one URL.

    `written`: what is known of the path, for people. `outcome`: `pattern` (the files that `patterns`, over logical paths, fit),
    `runtime` (nothing is known before), `unknown` (the affair of another: `why`) or `kept` (a folder). `looked_up`: the path is
    looked up in the manifest when the page is rendered; else files are asked for by their own names.
    """

    span: Span
    kind: Kind
    syntax: str
    written: str
    outcome: Literal["pattern", "runtime", "unknown", "kept"]
    patterns: tuple[tuple[str | None, ...], ...] = ()
    looked_up: bool = True
    why: str = ""


class Whole(NamedTuple):
    """A construct of a template that writes the URL of one reference and nothing else, so that URL may stand in its place.
    `rest`: the query or fragment that it writes behind."""

    reference: int
    span: Span
    rest: str


class Prepared(NamedTuple):
    """What is known of a file from its bytes alone.

    `parsed`: of the text that is served, languages inside included (no embeds are left). `origins`: for each reference its span
    in the author's text, empty where that is the text served. `minified`: `yes`, or why not. `document`: what kind of XML
    document it is. `stated`: the author's value for each of `parsed.integrities`. `findings`: diagnostics without a path.
    `shortened`: changes that come before all others: inline text that was minified, in the author's text or what an HTML minifier
    made of it; `inline`: what became of each inline text, and how often. Of templates: `asked`, in the order of the text, and
    `wholes`, where literal URLs are wanted. `reads_rules`: may a script of it look into stylesheets? `custom_urls`: may a custom
    property in it have a URL?
    """

    parsed: Parsed
    origins: tuple[Span, ...]
    minified: str
    document: str
    computed_imports: tuple[ComputedImport, ...]
    stated: tuple[str, ...]
    findings: tuple[Diagnostic, ...]
    shortened: tuple[Change, ...] = ()
    inline: tuple[tuple[str, int], ...] = ()
    asked: tuple[Asked, ...] = ()
    wholes: tuple[Whole, ...] = ()
    reads_rules: bool = False
    custom_urls: bool = False


class Ready(NamedTuple):
    """`text`: the minified text, None where the author's is served."""

    prepared: Prepared
    text: str | None


OPAQUE = Prepared(Parsed(), (), "not a text that is looked into", "", (), (), ())


def prepare(task: Task) -> Ready:
    """Read, parse and minify one file. Raises `SourceChanged` and OSError."""
    return prepare_text(decode(read(task.file, task.digest)).text, task.format, task.minify, task.inline)


def prepare_text(text: str, format: str, minify: str, inline: str = "") -> Ready:
    """The same for a text at hand."""
    page = formats.parse(format, text)
    original = expand(page, text)
    served, parsed, minified = (text, original, minify) if minify else _minified(text, format, original)
    short = NOTHING
    if inline and page.embeds:
        short, parsed = _inline(served, page if served is text else formats.parse(format, served), parsed, inline)
    origins = () if served is text and not short.changes else tuple(one.span for one in original.references)
    prepared = Prepared(
        parsed._replace(findings=(), computed_imports=()),
        origins,
        minified,
        _document(text, format),
        tuple(_computed(text, span) for span in original.computed_imports),
        tuple(_stated(served, parsed, short.changes)),
        placed(text, original.findings),
        short.changes,
        short.tally,
        reads_rules=reads_rules(format, text, page.embeds),
        custom_urls=custom_urls(format, text, page.embeds),
    )
    return Ready(prepared, served if served is not text else None)


def reads_rules(format: str, text: str, embeds: tuple[Embed, ...]) -> bool:
    """May a script look into the rules of stylesheets?"""
    texts = (text,) if format in ("js", "js-module") else tuple(one.text.text for one in embeds if one.format in _SCRIPTS)
    return any(word in one for one in texts for word in _RULES)


def custom_urls(format: str, text: str, embeds: tuple[Embed, ...]) -> bool:
    """May a custom property have a URL?"""
    texts = (text,) if format == "css" else tuple(one.text.text for one in embeds if one.format in _STYLES)
    return any("--" in one and "url(" in one.lower() for one in texts)


def _inline(text: str, page: Parsed, whole: Parsed, languages: str) -> tuple[Inline, Parsed]:
    """Inline text of a page minified, and what the page then holds. `page`: as it was parsed, `whole`: with its embeds expanded."""
    if not text.isascii() and _HALVES.search(text):
        return NOTHING, whole
    short = shortened(text, page.embeds, languages)
    if not short.changes:
        return short, whole
    served = changed(text, short.changes)
    parsed = expand(_shifted(page, served, short.changes), served)
    return (short, parsed) if identity(parsed) == identity(whole) else (NOTHING, whole)


def _stated(text: str, parsed: Parsed, changes: tuple[Change, ...]) -> Iterator[str]:
    text = changed(text, changes) if changes and parsed.integrities else text
    return (text[one.span.start : one.span.end] for one in parsed.integrities)


def _shifted(page: Parsed, text: str, changes: tuple[Change, ...]) -> Parsed:
    """`page` as it is in `text`, after changes that are each the whole of an embed: only what lies outside of them moves."""
    starts = [start for start, _, _ in changes]
    grown = [0, *accumulate(len(new) - (end - start) for start, end, new in changes)]
    bodies = {start: new for start, _, new in changes}

    def at(offset: int) -> int:
        return offset + grown[bisect_left(starts, offset)]

    def span(one: Span) -> Span:
        return Span(at(one.start), at(one.end))

    def decoded(one: Decoded) -> Decoded:
        if one.offsets is not None:
            return Decoded(one.text, at(one.start), tuple(map(at, one.offsets)))
        return Decoded(bodies.get(one.start, one.text), at(one.start))

    slot = page.module_slot
    return page._replace(
        references=tuple(one._replace(span=span(one.span), tail=at(one.tail)) for one in page.references),
        embeds=tuple(one._replace(text=decoded(one.text)) for one in page.embeds),
        integrities=tuple(one._replace(span=span(one.span)) for one in page.integrities),
        lookups=tuple(one._replace(span=span(one.span)) for one in page.lookups),
        computed_imports=tuple(map(span, page.computed_imports)),
        module_slot=slot._replace(at=at(slot.at)) if slot else None,
    )


def _minified(text: str, format: str, original: Parsed) -> tuple[str, Parsed, str]:
    if not text.isascii() and _HALVES.search(text):
        return text, original, "it is in an encoding that it does not say"
    result = formats.minify(format, text)
    if result.text == text:
        return text, original, result.reason or "nothing to gain"
    parsed = expand(formats.parse(format, result.text), result.text)
    if identity(parsed) != identity(original):
        return text, original, "the minifier changed a reference"
    return result.text, parsed, "yes"


def identity(parsed: Parsed) -> tuple[object, ...]:
    """What a text that is served in place of another must have in common with it."""
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
