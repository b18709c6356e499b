"""What a build computed: values only. `emit` turns them into files.

A place has three names: `path` (logical: the URL path under which the file answers under its own name, without the leading
slash), `output_path` (POSIX, relative to the output folder), `url` (how a page asks for it).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from assetforge.diagnostics import Diagnostic

Naming = Literal[
    "hashed",  # carries its digest: cached for ever
    "prehashed",  # carries a bundler's digest: passed through, cached for ever
    "stable",  # known under its own name: revalidated
    "original",  # the copy of a hashed file under its own name, original bytes: revalidated
]
Outcome = Literal[
    "rewritten",  # the reference now names the digest
    "inlined",  # a stylesheet that another imports: it is said in place of the import
    "kept",  # its target keeps its name, so nothing had to change
    "external",  # another host
    "missing",  # no such file: left as written, and said
    "ignored",  # no such file, and the configuration says that this is fine
    "left",  # could not be changed safely: see the notes
    "link",  # a hyperlink: an address that people keep
    # of templates:
    "checked",  # a tag that names a file there is, and looks its URL up in the manifest when the page is rendered
    "pattern",  # the path is known in part: every file that fits counts as a dependency
    "runtime",  # what it names is only known when the page is rendered
    "unknown",  # somebody else's affair: a bundle, a tag that takes the text as its own, a folder nobody told of
]


class Content(Protocol):
    """Bytes that can be had when they are wanted: a site is larger than memory. Picklable."""

    @property
    def key(self) -> str:
        """Hex digest of all that the bytes follow from: same key, same bytes. Known without reading them."""

    def read(self) -> bytes:
        """The bytes. Raises OSError."""


@dataclass(frozen=True, slots=True)
class FileContent:
    """The bytes of an input file as they are. `key` is their sha256."""

    file: Path
    key: str

    def read(self) -> bytes:
        return self.file.read_bytes()


@dataclass(frozen=True, slots=True)
class Output:
    """One file to write. `size`, `digest` (sha256, hex) and `integrity` (SRI, sha384) are None for pages and other stable text
    whose bytes are rendered only while they are written. `media_type` has no parameters. `page`: an HTML document."""

    path: str
    output_path: str
    url: str
    media_type: str
    naming: Naming
    content: Content
    page: bool = False
    size: int | None = None
    digest: str | None = None
    integrity: str | None = None
    dependencies: tuple[str, ...] = ()


class Decided(NamedTuple):
    """What was decided about one script or stylesheet of a page. `name`: its path, its URL if it is elsewhere, or `inline` and the
    digest that a content security policy would name; `decision` and `reason`: words; `detail` and `better` (what would be needed to
    do better): sentences."""

    name: str
    decision: str
    reason: str
    detail: str
    better: str


class PageFacts(NamedTuple):
    """What was decided about one page, in document order. `critical`: the CSS that was put in, empty where none was; `rules`: for
    each stylesheet how many of its rules are in it, and of how many. `left`: why the stylesheets, why the scripts, of the whole
    page were left alone, else empty. `styles`, `programs`: what a content security policy calls the styles and scripts that were
    put in (`sha256-…`): of a template every text that its conditions leave of a style."""

    scripts: tuple[Decided, ...] = ()
    stylesheets: tuple[Decided, ...] = ()
    critical: str = ""
    rules: tuple[tuple[str, int, int], ...] = ()
    left: tuple[str, str] = ("", "")
    styles: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AssetFacts:
    """What was decided about one input file, and why. `source_size` in bytes; `source_digest` is the sha256 of the input."""

    path: str
    format: str
    naming: Naming
    reason: str
    source_size: int
    source_digest: str
    outcomes: Mapping[Outcome, int]
    minified: str  # "yes", or why not
    decisions: tuple[tuple[str, str], ...] = ()  # pages: (pass, what it decided and why)
    page: PageFacts | None = None


@dataclass(frozen=True, slots=True)
class Build:
    """All of one build. Outputs are sorted by `output_path`, facts by path, diagnostics by severity and place."""

    outputs: tuple[Output, ...]
    facts: tuple[AssetFacts, ...]
    diagnostics: tuple[Diagnostic, ...]
