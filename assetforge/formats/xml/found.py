"""What is collected while a document is walked, and the notes about what was left alone.

What must stay true: a value that holds an entity of the document's own is never reported as a reference: its characters stand
elsewhere in the file, or in another file.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from assetforge.formats.xml.tokens import Attribute, Token, decode
from assetforge.reference import Embed, Finding, Kind, Mode, Parsed, Reference, is_foreign, reference
from assetforge.text import Decoded, Span

_WHITE = " \t\r\n"


@dataclass(slots=True)
class Found:
    """References, embeds and findings of one document, in its order."""

    text: str
    references: list[Reference] = field(default_factory=list)
    embeds: list[Embed] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def value(self, attribute: Attribute) -> str:
        """The value of an attribute, for decisions; empty where it cannot be read."""
        read = decode(self.text, attribute.start, attribute.end)
        return read.text if read else ""

    def decoded(self, start: int, end: int, *, attribute: bool = True) -> Decoded | None:
        """What the characters mean; a note where they hold an entity that cannot be looked through."""
        read = decode(self.text, start, end, attribute=attribute)
        if read is None:
            self.note("xml-entity", start, end, "holds an entity that only the document's own declarations explain: left alone")
        return read

    def content(self, pieces: list[Token], what: str) -> Decoded | None:
        """The text directly inside an element: one piece of text or one CDATA section, blank ones aside. Of more pieces a URL
        could begin in one and end in another."""
        full = [piece for piece in pieces if self.text[piece.inner_start : piece.inner_end].strip(_WHITE)]
        if len(full) > 1:
            self.note("xml-pieces", full[0].start, full[-1].end, f"{what} is made of several pieces: left alone")
        if len(full) != 1:
            return None
        piece = full[0]
        if piece.kind == "cdata":
            return Decoded(self.text[piece.inner_start : piece.inner_end], piece.inner_start)
        return self.decoded(piece.start, piece.end, attribute=False)

    def add(self, url: Decoded | None, kind: Kind, syntax: str, *, mode: Mode = "no-cors", optional: bool = False) -> None:
        """The reference that `url` makes, if it makes one."""
        found = reference(url, kind, syntax, mode=mode, optional=optional) if url else None
        if found:
            self.references.append(found)

    def add_listed(self, url: Decoded | None, kind: Kind, syntax: str) -> None:
        """A URL of a feed or a sitemap: mostly absolute, and then often of another host or another time."""
        if url:
            self.add(url, kind, syntax, optional=is_foreign(url.text.strip(_WHITE)))

    def embed(self, inner: Decoded | None, format: str) -> None:
        if inner and inner.text:
            self.embeds.append(Embed(inner, format))

    def note(self, code: str, start: int, end: int, message: str) -> None:
        self.findings.append(Finding(code, "note", Span(start, end), message))

    def parsed(self) -> Parsed:
        """All of it, in the order of the text."""
        return Parsed(references=_sorted(self.references), embeds=tuple(self.embeds), findings=tuple(self.findings))


def _sorted(references: Iterable[Reference]) -> tuple[Reference, ...]:
    return tuple(sorted(references, key=lambda one: one.span))
