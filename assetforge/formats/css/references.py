r"""What a stylesheet, a `style=""` or a presentation attribute refers to.

What must stay true: nothing inside a comment or a string counts, and escapes are read as section 4.3.7 of CSS Syntax says. The
scan jumps from one structural character to the next (quotes, brackets, `;`, `@`, `\`, comments) and so never splits a name; the
property and the at-rule around a URL are looked up only where a URL stands. Every character is passed a bounded number of times.

Not references: preludes of at-rules other than `@import` (`@namespace`, `@document`, `@supports`), strings of `type()`, `format()`
and `local()`, names that only end like a function (`curl(`). A URL that a browser would not read (unterminated, with a bracket or
quote in it) is left alone, with a note.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from assetforge.formats.css.tokens import COMMENT, ESCAPE, IDENT, NAME, NAME_CHAR, NEWLINE, STRING, URL_BODY, WHITE, decode
from assetforge.reference import Base, Finding, Kind, Lookup, Match, Mode, Parsed, Reference, reference
from assetforge.text import Decoded, Span

BLANK = rf"(?:{WHITE}++|{COMMENT})*+"

# Alternatives begin with different literal characters: the engine then searches for the set of them at full speed. A block of plain
# declarations, as most are, is one event: nothing in it can be a reference.
_EVENT = re.compile(
    rf"{COMMENT}"
    rf'|"(?:[^"\\\n\r\f]++|{ESCAPE}|\\{NEWLINE})*+"?+'
    rf"|'(?:[^'\\\n\r\f]++|{ESCAPE}|\\{NEWLINE})*+'?+"
    rf"|{ESCAPE}{NAME}*+"
    rf"|@(?:{NAME})*+"
    r"|\(|\)|\{(?:[^{}()\[\]\"'\\@/]*+\})?+|\}|\[|\]|;"
)
_NAME_BEFORE = re.compile(rf"{NAME_CHAR}*+\Z")
_LONGEST_FUNCTION = 24  # characters looked back at for a function's name: more than the longest of interest has
_QUOTED = re.compile(rf"{BLANK}({STRING})")
_BARE = re.compile(rf"{WHITE}*+({URL_BODY}){WHITE}*+(\)|\Z)")
_BAD_URL = re.compile(r"(?:[^)\\]++|\\[^\n\r\f]|\\)*+\)?+")
_STATEMENT_START = re.compile(rf"(?:\A\ufeff|{WHITE}++|{COMMENT}|<!--|-->)*+")
_PROPERTY = re.compile(rf"{BLANK}[*+]?({IDENT}){BLANK}:")
_IMPORT = re.compile(rf"{BLANK}(?:({STRING})|({IDENT})\()")
_ATTRIBUTE = re.compile(
    rf"\[{BLANK}(?:({IDENT}|\*)?\|(?!=))?({IDENT}){BLANK}([~|^$*]?)={BLANK}({STRING}|{IDENT}){BLANK}(?:[a-zA-Z]{BLANK})?\]"
)
_SOURCE_MAP = re.compile(r"/\*[#@][ \t]*sourceMappingURL=[ \t]*([^\s'\"*]++)[ \t\n\r\f]*\*/")
_ALPHA = re.compile(
    r"""(?i)(?<![\w-])AlphaImageLoader\(\s*+(?:(?!src\b)\w++\s*+=\s*+(?:'[^'"]*+'|"[^'"]*+"|[^\s'",()]++)\s*+,\s*+)*+"""
    r"""src\s*+=\s*+(?:'([^'"]*+)'|"([^'"]*+)"|([^\s'",()]++))"""
)
_UNPREFIXED = re.compile(r"-(?:webkit|moz|ms|o)-")

HEX = frozenset("0123456789abcdefABCDEF")
IMAGE_SETS = frozenset({"image-set", "-webkit-image-set"})
LOOKED_AT = frozenset({"src", "href", "srcset", "data", "poster", "xlink:href"})
MATCHES: dict[str, Match] = {"": "equal", "~": "equal", "|": "prefix", "^": "prefix", "$": "suffix", "*": "substring"}
# SVG resources that live inside a document are fetched with mode "same-origin" (SVG 2, linking; CSS Masking), masks and shapes
# that are whole images with CORS (CSS Masking 1, section 7.1; CSS Shapes 1, section 2.2).
FRAGMENT_PROPERTIES = ("filter", "backdrop-filter", "mask", "clip-path", "marker", "fill", "stroke")
CORS_PROPERTIES = ("mask", "shape-outside")
DOCUMENT_PROPERTIES = frozenset({"behavior", "-ms-behavior"})


def parse(text: str, variant: str) -> Parsed:
    """The references, look-ups and findings of `text`, in the order of the text."""
    scan = _Scan(text, variant)
    scan.run()
    references = sorted(scan.references, key=lambda one: one.span)
    return Parsed(references=tuple(references), lookups=tuple(scan.lookups), findings=tuple(scan.findings))


@dataclass(slots=True)
class _Scan:
    """One pass over `text`.

    `brackets`: names of the functions and at-rules whose brackets are open, each behind its bracket. `blocks`: the at-rules of the
    open `{`. `statement`: where the current declaration or rule began; `at_rule`: its at-keyword, None while not known.
    """

    text: str
    variant: str
    references: list[Reference] = field(default_factory=list)
    lookups: list[Lookup] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    brackets: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    statement: int = 0
    at_rule: str | None = None
    property: str | None = None
    kept: int = 0
    selectors: list[Lookup] = field(default_factory=list)
    source_map: Reference | None = None

    def run(self) -> None:
        text, at, search = self.text, 0, _EVENT.search
        while match := search(text, at):
            start, at = match.span()
            after = _READERS[text[start]](self, start, at)
            at = at if after is None else after
        if self.source_map:
            self.references.append(self.source_map)

    # Each reader is told the span of what the event matched, and says where to go on if not behind it.

    def comment(self, start: int, end: int) -> None:
        if end - start < 4 or not self.text.endswith("*/", start, end):
            self.note(start, end, "comment that is never closed: everything behind it is ignored by browsers")
        elif self.text[start + 2] in "#@" and (match := _SOURCE_MAP.fullmatch(self.text, start, end)):
            url = Decoded(match[1], match.start(1))
            self.source_map = reference(url, "sourcemap", "sourceMappingURL") or self.source_map

    def string(self, start: int, end: int) -> None:
        inner = self.inside(start, end)
        if inner is None:
            return
        if self.brackets and self.brackets[-1][1:] in IMAGE_SETS:
            self.add(inner, "image-set()")
        elif "alphaimageloader" in self.text[start:end].lower() and self.property_name() in ("-ms-filter", "filter"):
            self.alpha_images(inner)

    def escape(self, start: int, end: int) -> int | None:
        """A name with an escape in it; it may be that of a function."""
        if not self.text.startswith("(", end):
            return None
        floor = max(start - _LONGEST_FUNCTION, self.statement)
        before = _NAME_BEFORE.search(self.text, floor, start)
        first = before.start() if before else start
        return self.function(first, decode(self.text, first, end).text, end)

    def parenthesis(self, start: int, end: int) -> int | None:
        before = _NAME_BEFORE.search(self.text, max(start - _LONGEST_FUNCTION, self.statement), start)
        first = before.start() if before else start
        return self.function(first, self.text[first:start], start)

    def function(self, first: int, name: str, bracket: int) -> int | None:
        """A bracket with the name before it, which may be empty."""
        name = name.lower() if first == 0 or self.text[first - 1] not in "#@\\" else ""
        self.brackets.append("(" + name)
        if name == "url" and not (match := _QUOTED.match(self.text, bracket + 1)):
            self.brackets.pop()
            return self.bare(bracket + 1)
        if name in ("url", "src") and (match := _QUOTED.match(self.text, bracket + 1)):
            if inner := self.inside(*match.span(1)):
                self.add(inner, f"{name}()")
            return match.end()
        if name == "alphaimageloader" and (match := _ALPHA.match(self.text, first)):
            self.alpha_image(Decoded(self.text, 0), match)
        return bracket + 1

    def bare(self, start: int) -> int:
        """The inside of an unquoted `url(`."""
        if (match := _BARE.match(self.text, start)) and match[2]:
            self.add(decode(self.text, *match.span(1)), "url()")
            return match.end()
        match = _BAD_URL.match(self.text, start)
        end = match.end() if match else start
        self.note(start, end, "url() that browsers cannot read (a quote, bracket or space in it, or it never ends): left alone")
        return end

    def closing(self, start: int, end: int) -> None:
        if self.brackets and self.brackets[-1][0] == _OPENING[self.text[start]]:
            self.brackets.pop()

    def bracket(self, start: int, end: int) -> None:
        self.brackets.append("[")
        if match := _ATTRIBUTE.match(self.text, start):
            self.attribute(match)

    def attribute(self, match: "re.Match[str]") -> None:
        """An attribute selector, if this turns out to be a selector."""
        name = decode(self.text, *match.span(2)).text.lower()
        value = match.span(4)
        if self.text[value[0]] in "\"'":
            value = value[0] + 1, value[1] - 1
        needle = decode(self.text, *value).text
        if needle and (name in LOOKED_AT):
            self.selectors.append(Lookup(Span(*match.span()), needle, MATCHES[match[3]]))

    def at_keyword(self, start: int, end: int) -> int | None:
        if self.at_rule is not None:
            return None
        first = _STATEMENT_START.match(self.text, self.statement, start)
        if first is None or first.end() != start:
            self.at_rule = ""
            return None
        self.at_rule = decode(self.text, start + 1, end).text.lower()
        return self.imported(end) if self.at_rule == "import" else None

    def imported(self, at: int) -> int | None:
        """What follows `@import`: a string or a URL."""
        match = _IMPORT.match(self.text, at)
        if match is None:
            return None
        if match[1]:
            if inner := self.inside(*match.span(1)):
                self.add(inner, "@import", "style")
            return match.end()
        self.at_rule = "import:"
        name = decode(self.text, *match.span(2)).text
        after = self.function(match.start(2), name, match.end() - 1)
        self.at_rule = "import"
        return after

    def block(self, start: int, end: int) -> None:
        """A block opens; where nothing in it matters, it is whole."""
        custom = (self.property_name() or "").startswith("--") and (bool(self.blocks) or self.variant != "css")
        if not custom:
            del self.references[self.kept :]
            if self.at_rule in (None, "", "scope"):
                self.lookups += self.selectors
        if end - start > 1:
            self.begin(end)
            return
        self.blocks.append(self.at_rule or "")
        self.brackets.append("{")
        self.begin(end)

    def block_end(self, start: int, end: int) -> None:
        if self.brackets and self.brackets[-1] != "{":
            return
        if self.brackets:
            self.brackets.pop()
            self.blocks.pop()
        self.begin(end)

    def semicolon(self, start: int, end: int) -> None:
        if not self.brackets or self.brackets[-1] == "{":
            self.begin(end)

    def begin(self, at: int) -> None:
        """A new declaration or rule."""
        self.statement, self.at_rule, self.property, self.kept = at, None, None, len(self.references)
        self.selectors = []

    def property_name(self) -> str | None:
        """The property that is being declared, empty where this is no declaration."""
        if self.property is None:
            match = _PROPERTY.match(self.text, self.statement)
            self.property = decode(self.text, *match.span(1)).text.lower() if match else ""
        return self.property

    def inside(self, start: int, end: int) -> Decoded | None:
        """What stands between the quotes, or None where the closing one is missing."""
        if end - start < 2 or self.text[end - 1] != self.text[start]:
            self.note(start, end, "string that is never closed: left alone")
            return None
        return decode(self.text, start + 1, end - 1)

    def add(self, url: Decoded, syntax: str, kind: Kind = "image") -> None:
        if self.at_rule == "import:":
            kind, syntax = "style", "@import"
        elif self.at_rule and kind != "style":
            return
        mode: Mode = "no-cors"
        base: Base = "file"
        if kind == "image":
            if not self.blocks and self.variant == "css":
                return
            if self.blocks and self.blocks[-1] == "font-face":
                kind, mode = "font", "cors"
            else:
                mode, base = self.image_request(url.text)
                kind = "fetch" if base == "document" else kind
        found = reference(url, kind, syntax, mode=mode, base=base)
        if found and found.tail > found.span.start and self.text[found.tail - 1] in HEX:
            self.note(*found.span, "a slash is escaped in a way that would swallow the next character: left alone")
        elif found:
            self.references.append(found)

    def image_request(self, url: str) -> tuple[Mode, Base]:
        """How the current property fetches `url`, and against what it resolves."""
        name = self.property_name() or ""
        if name in DOCUMENT_PROPERTIES:
            return "no-cors", "document"
        plain = _UNPREFIXED.sub("", name, count=1)
        if "#" in url and (plain.startswith(FRAGMENT_PROPERTIES) or name.startswith("--") or self.variant == "css-value"):
            return "same-origin", "file"
        return ("cors" if plain.startswith(CORS_PROPERTIES) else "no-cors"), "file"

    def alpha_images(self, value: Decoded) -> None:
        for match in _ALPHA.finditer(value.text):
            self.alpha_image(value, match)

    def alpha_image(self, value: Decoded, match: "re.Match[str]") -> None:
        """Internet Explorer's filter: its `src` is relative to the page."""
        group = match.lastindex or 0
        if self.at_rule or (not self.blocks and self.variant == "css"):
            return
        if found := reference(value.slice(*match.span(group)), "image", "AlphaImageLoader()", base="document"):
            self.references.append(found)

    def note(self, start: int, end: int, message: str) -> None:
        self.findings.append(Finding("css-syntax", "note", Span(start, end), message))


_OPENING = {")": "(", "]": "["}
_READERS: dict[str, Callable[[_Scan, int, int], int | None]] = {
    "/": _Scan.comment,
    '"': _Scan.string,
    "'": _Scan.string,
    "\\": _Scan.escape,
    "(": _Scan.parenthesis,
    ")": _Scan.closing,
    "[": _Scan.bracket,
    "]": _Scan.closing,
    "{": _Scan.block,
    "}": _Scan.block_end,
    ";": _Scan.semicolon,
    "@": _Scan.at_keyword,
}
