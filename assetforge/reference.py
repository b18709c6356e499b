"""What a format reports about one file: references, embeds, look-ups and findings, all as spans.

What must stay true: a format says what stands in the text and never touches the file system, the graph or another format. A
`Reference` names only what may be rewritten; query and fragment lie outside its span, so they are kept as written by
construction.
"""

import re
from typing import Literal, NamedTuple

from assetforge.text import Decoded, Span

Kind = Literal[
    # request destinations of the Fetch Standard
    "audio", "document", "embed", "font", "image", "json", "manifest", "object", "script", "serviceworker", "style", "track",
    "video", "worker", "xslt",
    # and what the standard has no word for: a module script, a fetch whose destination is unknown, a source map, and a
    # hyperlink to a file (never rewritten: a link is an address that people keep)
    "module", "fetch", "sourcemap", "link",
]  # fmt: skip
Mode = Literal["no-cors", "cors", "same-origin"]  # request modes of the Fetch Standard
Base = Literal["file", "document"]  # what a relative URL resolves against: this file, or the page that loads it
Match = Literal["suffix", "prefix", "substring", "equal"]

OWN_NAME = "\0"
WORKERS: frozenset[Kind] = frozenset({"worker", "serviceworker"})  # realms of their own
PATH_END = re.compile(r"[?#]")
_FOREIGN = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:|[/\\]{2}")
_WHITE = " \t\n\f\r"


class Reference(NamedTuple):
    """One URL in a text.

    `span`: str offsets of the URL's characters in the file up to its query or fragment: what a rewrite may replace.
    `tail`: str offset in the file where the last path segment begins: what most rewrites replace is `tail..span.end`.
    `url`: the URL as the language decodes it, query and fragment included, white space around it removed.
    `syntax`: where it stood, for people (`img srcset`, `url()`, `import`).
    `mode`: `same-origin` where another origin would be refused (`<use>`, workers): such a reference never goes to an asset host.
    `optional`: nothing is said when no such file exists (JSON-LD, strings that only look like URLs).
    `locked`: why the text around it may not change (a CSP hash covers it), else empty.
    `deferred`: a template's tag, which stays and is looked up in the manifest when the page is rendered.
    """

    span: Span
    tail: int
    url: str
    kind: Kind
    syntax: str
    mode: Mode = "no-cors"
    base: Base = "file"
    optional: bool = False
    locked: str = ""
    deferred: bool = False


def reference(
    text: Decoded, kind: Kind, syntax: str, *, mode: Mode = "no-cors", base: Base = "file", optional: bool = False
) -> Reference | None:
    """The reference that `text` (a whole URL as its language decodes it) makes, or None where there is nothing to look up:
    empty, a fragment or query alone. Absolute URLs are reported: whether a host is the site's own is not a format's to know;
    `data:`, `blob:`, `javascript:`, `about:` and `mailto:` are not.
    """
    value = text.text
    left = len(value) - len(value.lstrip(_WHITE))
    right = len(value.rstrip(_WHITE))
    if left >= right or value[left] in "#?":
        return None
    url = value[left:right]
    if url[:11].lower().startswith(("data:", "blob:", "javascript:", "about:", "mailto:", "tel:")):
        return None
    cut = PATH_END.search(value, left, right)
    end = cut.start() if cut else right
    # in the URL of a site a backslash is a slash (URL Standard, special schemes)
    tail = max(value.rfind("/", left, end), value.rfind("\\", left, end), left - 1) + 1
    return Reference(text.span(left, end), text.raw(tail), url, kind, syntax, mode, base, optional)


def is_foreign(url: str) -> bool:
    """Has the URL a scheme or a host of its own (URL Standard: not a path-absolute or path-relative URL)?"""
    return _FOREIGN.match(url) is not None


class IntegrityValue(NamedTuple):
    """The value of an `integrity` attribute, or of an import map's `integrity` entry, and the reference it speaks of
    (an index into `Parsed.references`)."""

    span: Span
    reference: int


class Embed(NamedTuple):
    """Text of another language inside this one. `format` is a name of the table in `formats/__init__.py`:
    `css`, `css-declarations` (a `style=""`), `js`, `js-module`, `js-handler` (an `on*` attribute), `importmap`, `json-ld`,
    `html` (a `srcdoc`). `locked`: why it may not change (a CSP hash covers it), else empty."""

    text: Decoded
    format: str
    locked: str = ""


class Lookup(NamedTuple):
    """A place that looks for an asset by its name: an attribute selector over `src` or `href`, a comparison or a regular
    expression over a script's `src`. An asset that `needle` finds under its own name but not under its hashed one keeps its name.
    `OWN_NAME` as needle: the name of the file itself, which a format does not know."""

    span: Span
    needle: str
    match: Match


class Finding(NamedTuple):
    """Something a person should know, at a span: becomes a `Diagnostic` where the file is known.
    `severity`: `error`, `warning`, or `note` (left alone, with the reason: shown by `explain` and the report only)."""

    code: str
    severity: Literal["error", "warning", "note"]
    span: Span
    message: str
    hint: str = ""


class ImportMap(NamedTuple):
    """An import map as its JSON says it (HTML Standard, import maps): pairs in document order, values None where not a string.
    `entries_at`: str offset just after the opening `{` of `imports` (of the whole map when it has no `imports`), where entries
    may be put; `followed`: something else stands between that brace and its closing one, so an entry put there needs a comma
    after it."""

    imports: tuple[tuple[str, str | None], ...]
    scopes: tuple[tuple[str, tuple[tuple[str, str | None], ...]], ...]
    has_imports: bool
    entries_at: int
    followed: bool


class ModuleSlot(NamedTuple):
    """Where a page can take an import map: `at`, the str offset before its first module script or module preload (an import map
    must come before them). `refused`: why the page cannot take one (a CSP without `'unsafe-inline'`), else empty.
    `nonce`: the nonce attribute, as written, that an inserted element must carry, else empty."""

    at: int
    refused: str = ""
    nonce: str = ""


class Parsed(NamedTuple):
    """What a format found in one text. Offsets are the file's. A `Parsed` depends on the text and the room's version alone."""

    references: tuple[Reference, ...] = ()
    embeds: tuple[Embed, ...] = ()
    integrities: tuple[IntegrityValue, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    computed_imports: tuple[Span, ...] = ()
    findings: tuple[Finding, ...] = ()
    base: str | None = None
    import_map: ImportMap | None = None
    module_slot: ModuleSlot | None = None


class Minified(NamedTuple):
    """A smaller text that means the same, or the text itself with the reason why not."""

    text: str
    reason: str = ""
