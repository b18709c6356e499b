"""An HTML tokenizer of compiled regular expressions over str.

https://html.spec.whatwg.org/multipage/parsing.html#tokenization. Tokens are spans; nothing is copied or normalised. What must stay
true: the tokens of a text tile it (each begins where the one before ended, the last ends with the text), every pattern is linear
(quantifiers over single characters are possessive, groups are atomic or bounded), and no str makes it raise.

The tokenizer switches states as the tree builder would: raw text elements by name, CDATA sections in foreign content only. What
lies in `noscript` is tokenized as markup, as a browser without scripting does.

In XML (`xml=True`, a page served as XHTML) no element holds raw text, CDATA sections and processing instructions are everywhere,
and names keep their case.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from assetforge.formats.html.elements import BREAKOUT, FOREIGN_ROOTS, HTML_INTEGRATION, RAW_TEXT

Kind = Literal[
    "text", "start", "end", "comment", "bogus", "doctype", "cdata", "rcdata", "rawtext", "script", "plaintext",
    "pi",  # XML only
    "lost",  # a tag that the text ends in: no parser makes anything of it
    "run",  # text and tags that the caller asked not to see
]  # fmt: skip

# One attribute with all that may stand before it (#before-attribute-name-state to #after-attribute-value-quoted-state). At the
# end of the text an open value reaches there, so no other reading is tried.
_ATTRIBUTE = (
    r"(?>[ \t\n\f\r/]*+[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+"
    r"""(?:[ \t\n\f\r]*+=[ \t\n\f\r]*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^ \t\n\f\r>"'][^ \t\n\f\r>]*+|(?=>)|\Z))?+)"""
)
_NAME = r"[a-zA-Z][^ \t\n\f\r/>]*+"
_TAG = re.compile(rf"</?({_NAME})(?:{_ATTRIBUTE}){{0,24}}[ \t\n\f\r/]*+>")
_TAG_NAME = re.compile(rf"</?({_NAME})")
_ATTRIBUTES = re.compile(rf"(?:{_ATTRIBUTE}){{1,256}}")
_TAG_END = re.compile(r"[ \t\n\f\r/]*+>")
# the first class is [a-zA-Z_:\x80-\U0010ffff]: said by what it is not, it compiles fifty times faster
_XML_NAME = r"[^\x00-9;-@\[-^`{-\x7f][^ \t\n\f\r/>]*+"
_XML_TAG = re.compile(rf"</?({_XML_NAME})(?:{_ATTRIBUTE}){{0,24}}[ \t\n\f\r/]*+>")
_XML_TAG_NAME = re.compile(rf"</?({_XML_NAME})")

ATTRIBUTE = re.compile(
    r"[ \t\n\f\r/]*+([^ \t\n\f\r/>][^ \t\n\f\r/>=]*+)"
    r"""(?:[ \t\n\f\r]*+=[ \t\n\f\r]*+(?:"([^"]*+)"|'([^']*+)'|([^ \t\n\f\r>]*+)))?+"""
)

_COMMENT_END = re.compile(r"--!?>")
_LESS_THANS = re.compile(r"<+(?=<)")
_DOCTYPE = re.compile(r"<!doctype", re.IGNORECASE)
_SUBSET = re.compile(r"<!DOCTYPE[^>\[]*+\[")
_SUBSET_END = re.compile(r"\][ \t\n\f\r]*+>")
_SCRIPT_STEP = re.compile(r"</?[sS][cC][rR][iI][pP][tT](?=[ \t\n\f\r/>])|<!--|-->")
_HTML_ANNOTATION = re.compile(r"""encoding[ \t\n\f\r]*+=[ \t\n\f\r]*+["']?(?:text/html|application/xhtml\+xml)""", re.IGNORECASE)
_RAW_ENDS = {
    name: re.compile("</" + "".join(f"[{c}{c.upper()}]" for c in name) + r"(?=[ \t\n\f\r/>])") for name in RAW_TEXT
}


class Token(NamedTuple):
    """`name` is that of a tag (lower case in HTML), or of the element that the raw text stands in; `name_end` is where a tag's name
    ends. `foreign`: the tag is that of an SVG or MathML element."""

    kind: Kind
    start: int
    end: int
    name: str = ""
    name_end: int = 0
    foreign: bool = False


class Attribute(NamedTuple):
    """`name` as written. `start..end` is the raw value without quotes; both are -1 where there is none."""

    name: str
    start: int
    end: int
    quote: str


def attributes(text: str, tag: Token) -> Iterator[Attribute]:
    """All attributes of a tag in the order of the text, repeated names too (the first of a name counts)."""
    for match in ATTRIBUTE.finditer(text, tag.name_end, tag.end - 1):
        group = match.lastindex or 1
        start, end = match.span(group) if group > 1 else (-1, -1)
        yield Attribute(match[1], start, end, ("", "", '"', "'", "")[group])


def is_self_closing(text: str, tag: Token) -> bool:
    """Has a start tag the self-closing flag? In `<a href=x/>` the slash belongs to the value."""
    if text[tag.end - 2] != "/" or tag.end - 2 < tag.name_end:
        return False
    end = tag.name_end
    for match in ATTRIBUTE.finditer(text, tag.name_end, tag.end - 1):
        end = match.end()
    return end < tag.end - 1


def tokens(
    text: str, *, xml: bool = False, skim: re.Pattern[str] | None = None, inside: str = "", foreign: bool = False
) -> Iterator[Token]:
    """The tokens of `text`. `skim` matches what the caller does not want to see (text, tags), which comes as a `run`: it must match
    whole tokens only, and no tag that changes the tokenizer's state. `inside`: begin in the raw text of that element.
    `foreign`: begin in foreign content."""
    stack = ForeignElements(text, xml)
    if foreign:
        stack.push("svg")
    tag_pattern, name_pattern = (_XML_TAG, _XML_TAG_NAME) if xml else (_TAG, _TAG_NAME)
    at, length = 0, len(text)
    content = ""  # XML: the open element whose content the caller must see, raw text though it is not
    if inside and length:
        yield (raw := raw_text(text, 0, inside))
        at = raw.end
    while at < length:
        if skim is not None and not content and not stack.open and (run := skim.match(text, at)):
            yield Token("run", at, run.end())
            at = run.end()
            if at == length:
                return
        if text[at] != "<":
            end = text.find("<", at)
            end = length if end < 0 else end
            yield Token("text", at, end)
            at = end
            continue
        if match := tag_pattern.match(text, at):
            name_end, end = match.span(1)[1], match.end()
        elif match := name_pattern.match(text, at):
            name_end = match.end()
            if (end := _long_tag_end(text, name_end)) < 0:
                yield Token("lost", at, length)
                return
        else:
            yield (token := _markup(text, at, xml, stack.inside))
            at = token.end
            continue
        name = match[1] if xml else match[1].lower()
        local = name.rpartition(":")[2] if xml else name
        if text[at + 1] == "/":
            if stack.open:
                stack.end_tag(local)
            yield Token("end", at, end, name, name_end)
            at, content = end, "" if content == name else content
            continue
        is_foreign = (stack.open or local in FOREIGN_ROOTS) and stack.start_tag(Token("start", at, end, local, name_end))
        yield Token("start", at, end, name, name_end, bool(is_foreign))
        at = end
        if xml:
            if local in ("script", "style") and text[end - 2] != "/":
                content = name
        elif name in RAW_TEXT and not is_foreign and at < length:
            raw = raw_text(text, at, name)
            if raw.end > at:
                yield raw
                at = raw.end


def tag_end(text: str, at: int) -> int:
    """The end of the tag that begins at `at`; -1 where none does, or the text ends in it."""
    if match := _TAG.match(text, at):
        return match.end()
    name = _TAG_NAME.match(text, at)
    return _long_tag_end(text, name.end()) if name else -1


def _long_tag_end(text: str, at: int) -> int:
    """The end of a tag with more attributes than `_TAG` takes; -1 where the text ends in it."""
    while match := _ATTRIBUTES.match(text, at):
        at = match.end()
    end = _TAG_END.match(text, at)
    return end.end() if end else -1


def _markup(text: str, at: int, xml: bool, foreign: bool) -> Token:
    """The token that begins with a `<` which opens no tag (#tag-open-state, #markup-declaration-open-state)."""
    follows = text[at + 1 : at + 2]
    if follows == "!":
        if text.startswith("<!--", at):
            return Token("comment", at, _comment_end(text, at, xml))
        if text.startswith("<![CDATA[", at) and (xml or foreign):
            return Token("cdata", at, _after(text, "]]>", at + 9))
        if _DOCTYPE.match(text, at):
            return Token("doctype", at, _doctype_end(text, at) if xml else _after(text, ">", at))
        return Token("bogus", at, _after(text, ">", at))
    if follows == "?" and xml:
        return Token("pi", at, _after(text, "?>", at))
    if follows == "?" or (follows == "/" and at + 2 < len(text)):
        return Token("bogus", at, _after(text, ">", at))
    more = _LESS_THANS.match(text, at)
    return Token("text", at, more.end() if more else at + (2 if follows == "/" else 1))


def _comment_end(text: str, at: int, xml: bool) -> int:
    if xml:
        return _after(text, "-->", at + 4)
    if text.startswith((">", "->"), at + 4):
        return _after(text, ">", at + 4)
    end = _COMMENT_END.search(text, at + 4)
    return end.end() if end else len(text)


def _doctype_end(text: str, at: int) -> int:
    subset = _SUBSET.match(text, at)
    if not subset:
        return _after(text, ">", at)
    end = _SUBSET_END.search(text, subset.end())
    return end.end() if end else len(text)


def _after(text: str, mark: str, at: int) -> int:
    found = text.find(mark, at)
    return len(text) if found < 0 else found + len(mark)


def raw_text(text: str, at: int, name: str) -> Token:
    """The text from `at` up to the end tag of the raw text element `name`."""
    kind = RAW_TEXT[name]
    if kind == "plaintext":
        return Token(kind, at, len(text), name)
    if kind == "script":
        return Token(kind, at, _script_end(text, at), name)
    end = _RAW_ENDS[name].search(text, at)
    return Token(kind, at, end.start() if end else len(text), name)


def _script_end(text: str, at: int) -> int:
    """Where `</script` ends the script data from `at` on. It does not after `<!--<script` (#script-data-double-escaped-state),
    until `</script` has ended that state or `-->` both; the dashes of `<!-->` count for both marks."""
    state = 0  # 1: escaped, 2: double escaped
    while step := _SCRIPT_STEP.search(text, at):
        mark, at = step[0], step.end()
        if mark == "<!--":
            state, at = max(state, 1), at - 2
        elif mark == "-->":
            state = 0
        elif mark[1] == "/":
            if state < 2:
                return step.start()
            state = 1
        elif state:
            state = 2
    return len(text)


class ForeignElements:
    """Which SVG and MathML elements are open (#tree-construction: foreign content). HTML elements are not followed, so an end
    tag of an HTML element that breaks out is taken to have been open."""

    __slots__ = ("_counts", "_text", "_xml", "open")

    def __init__(self, text: str, xml: bool) -> None:
        self._text, self._xml = text, xml
        self.open: list[str] = []
        self._counts: dict[str, int] = {}  # how often a name is open: an end tag of none must not search

    @property
    def inside(self) -> bool:
        """Is the current node foreign, and not one whose content is HTML?"""
        return bool(self.open) and self.open[-1] not in HTML_INTEGRATION

    def push(self, name: str) -> None:
        self.open.append(name)
        self._counts[name] = self._counts.get(name, 0) + 1

    def start_tag(self, tag: Token) -> bool:
        """Is `tag` that of a foreign element? If so and not self-closing, it is open now."""
        name = tag.name
        if self.inside and not self._xml and self._breaks_out(tag):
            self._break_out()
        if not self.inside and name not in FOREIGN_ROOTS:
            return False
        if not is_self_closing(self._text, tag):
            html = name == "annotation-xml" and _HTML_ANNOTATION.search(self._text, tag.name_end, tag.end)
            self.push("foreignobject" if html else name)
        return True

    def end_tag(self, name: str) -> None:
        if name == "annotation-xml" and not self._counts.get(name):
            name = "foreignobject"
        if self._counts.get(name):
            while self._pop() != name:
                pass
        elif self.inside and not self._xml and name in BREAKOUT:
            self._break_out()

    def _breaks_out(self, tag: Token) -> bool:
        if tag.name == "font":
            return any(one.name.lower() in ("color", "face", "size") for one in attributes(self._text, tag))
        return tag.name in BREAKOUT

    def _break_out(self) -> None:
        while self.inside:
            self._pop()

    def _pop(self) -> str:
        name = self.open.pop()
        self._counts[name] -= 1
        return name
