"""What is known of a page while it is walked: `Page`, and the `Parsed` that comes of it.

What must stay true: a span leads to the author's characters of exactly one URL; where the value of an attribute is not plainly a
URL (line breaks inside, a base of its own) it is left alone with a note.
"""

import re

from assetforge.formats.html.charrefs import decode
from assetforge.formats.html.policy import Policy
from assetforge.formats.html.tokens import ATTRIBUTE, Token
from assetforge.reference import Embed, Finding, IntegrityValue, Kind, Mode, ModuleSlot, Parsed, Reference, reference
from assetforge.text import Decoded, Span

Attributes = dict[str, Span]  # by name (lower case in HTML), the raw value; the first of a name counts

WHITE = " \t\n\f\r"
_BREAKS = re.compile(r"[\t\n\r]")


class Page:
    """One walk: what was found so far."""

    def __init__(self, text: str, xml: bool) -> None:
        self.text, self.xml = text, xml
        self.references: list[Reference] = []
        self.embeds: list[Embed] = []
        self.findings: list[Finding] = []
        self.policies: list[str] = []
        self.base: str | None = None
        self.inert = {"noscript": 0, "template": 0}  # open elements in which no base and no module takes effect
        self.media_mode: Mode = "same-origin"  # of the last `<audio>` or `<video>`: its tracks are loaded so
        self._integrities: list[tuple[Span, Span, str]] = []  # of the value, of the reference; the value
        self._module_at: int | None = None
        self._nonce: Span | None = None
        self._block: tuple[str, str] | None = None  # element and format of the open script or style
        self._pieces: list[Decoded] = []

    # -- reading ------------------------------------------------------------------------------------------------------------

    def attributes(self, tag: Token) -> Attributes:
        found: Attributes = {}
        for match in ATTRIBUTE.finditer(self.text, tag.name_end, tag.end - 1):
            name = match[1] if self.xml else match[1].lower()
            if name not in found:
                group = match.lastindex or 1
                found[name] = Span(*match.span(group)) if group > 1 else Span(match.end(1), match.end(1))
        return found

    def value(self, span: Span) -> Decoded:
        """The value of an attribute as the parser reads it."""
        return decode(self.text, *span, attribute=True, xml=self.xml)

    def word(self, attributes: Attributes, name: str) -> str:
        """The value of an attribute that is a keyword: in lower case, without white space around it; empty where it is missing."""
        span = attributes.get(name)
        return self.value(span).text.strip(WHITE).lower() if span else ""

    # -- reporting ----------------------------------------------------------------------------------------------------------

    def add(self, value: Decoded, kind: Kind, syntax: str, mode: Mode = "no-cors", optional: bool = False) -> Reference | None:
        """Report one URL, unless line breaks stand in it: the URL parser removes those, so its span is not its text."""
        if _BREAKS.search(value.text.strip(WHITE)):
            if not optional and kind != "link":
                self.note("html-url-line-break", value, f"{syntax}: a line break or tab inside the URL: left alone")
            return None
        found = reference(value, kind, syntax, mode=mode, optional=optional)
        if found:
            self.references.append(found)
        return found

    def note(self, code: str, value: Decoded, message: str) -> None:
        self.findings.append(Finding(code, "note", value.span(0, len(value.text)), message))

    def embed(self, value: Decoded, format: str) -> None:
        if value.text.strip(WHITE):
            self.embeds.append(Embed(value, format))

    def integrity(self, attributes: Attributes, found: Reference | None) -> None:
        """Pair the `integrity` of a tag with its reference."""
        span = attributes.get("integrity")
        if found and span and (value := self.text[span.start : span.end]).strip(WHITE):
            self._integrities.append((span, found.span, value))

    def module(self, tag: Token, attributes: Attributes) -> None:
        """`tag` is of an element that an import map must come before."""
        if self._module_at is None and not any(self.inert.values()):
            self._module_at = tag.start

    def nonce(self, attributes: Attributes) -> None:
        """Remember the first nonce of a script."""
        span = attributes.get("nonce")
        if self._nonce is None and span and span.start < span.end:
            self._nonce = span

    # -- the content of scripts and styles, in pieces where character references and CDATA sections count --------------------

    def open_block(self, element: str, format: str) -> None:
        """What follows up to the end tag is in the language `format`; empty: is data."""
        self._block, self._pieces = (element, format) if format else None, []

    def content(self, token: Token) -> None:
        if self._block is None:
            return
        start, end = token.start, token.end
        if token.kind == "text":
            self._pieces.append(decode(self.text, start, end, attribute=False, xml=self.xml))
        elif token.kind == "cdata":
            end -= 3 if self.text.endswith("]]>", start + 9, end) else 0
            self._pieces.append(Decoded(self.text[start + 9 : end], start + 9))
        else:
            self._pieces.append(Decoded(self.text[start:end], start))

    def close_block(self, element: str | None = None) -> None:
        """The element ends, or (None) the text."""
        if self._block and element in (self._block[0], None):
            if self._pieces:
                self.embed(_joined(self._pieces), self._block[1])
            self.open_block("", "")

    # -- the result ---------------------------------------------------------------------------------------------------------

    def parsed(self) -> Parsed:
        references = sorted(self.references, key=lambda one: one.span)
        embeds = sorted(self.embeds, key=lambda one: one.text.start)
        policy = Policy(self.policies)
        if self.policies:
            locks = {of: policy.covers_integrity(value) for _, of, value in self._integrities}
            references = [one._replace(locked=locks.get(one.span) or policy.covers_name(one.url)) for one in references]
            embeds = [one._replace(locked=_lock(policy, one)) for one in embeds]
        index = {one.span: at for at, one in enumerate(references) if not one.locked} if self._integrities else {}
        return Parsed(
            references=tuple(references),
            embeds=tuple(embeds),
            integrities=tuple(IntegrityValue(span, index[of]) for span, of, _ in self._integrities if of in index),
            findings=tuple(self.findings),
            base=self.base,
            module_slot=self._slot(policy),
        )

    def _slot(self, policy: Policy) -> ModuleSlot | None:
        if self._module_at is None:
            return None
        span = self._nonce or Span(0, 0)
        raw = self.text[span.start : span.end].replace('"', "&quot;")
        return ModuleSlot(self._module_at, policy.refuses_inline_script(self.value(span).text), raw)


def _lock(policy: Policy, embed: Embed) -> str:
    """A page inside the page inherits its policies, and what it holds is not seen here."""
    if embed.format == "html" and policy.has_hashes:
        return "a content security policy of the page may list what is inside"
    return policy.covers(embed.text.text)


def _joined(pieces: list[Decoded]) -> Decoded:
    """Text in several pieces as one."""
    if len(pieces) == 1:
        return pieces[0]
    offsets: list[int] = []
    for piece in pieces:
        offsets += piece.offsets[:-1] if piece.offsets else range(piece.start, piece.start + len(piece.text))
    offsets.append(pieces[-1].raw(len(pieces[-1].text)))
    return Decoded("".join(piece.text for piece in pieces), offsets[0], tuple(offsets))
