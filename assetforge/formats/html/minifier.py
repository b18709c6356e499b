"""A page with less white space and fewer comments, and the same DOM but for those.

Done: comments are removed, white space between tags that holds a line break becomes one line break, white space inside tags becomes
one space. Not done, since a page could tell: no white space is removed entirely, none inside a line of text is touched, no
attribute loses its quotes, no tag is left out. White space between inline elements stays white space.

What must stay true: the tokens of the result are those of the page, but for the comments and the lengths of the white space
that may change. That is compared, and on any difference the page stays as it was.

Left alone: comments that somebody reads (conditional comments, `<!--!`, server-side includes, markers of frameworks), and
everything inside an element where white space is content (`pre`, `code`, SVG text, an element with a `white-space` style, a
custom element). A `white-space` that only a stylesheet gives is not seen; so text itself, where it would show most, is never
touched.
"""

import re
from collections.abc import Iterator

from assetforge.formats.html.tokens import ATTRIBUTE, Token, attributes, is_self_closing, tokens
from assetforge.reference import Minified

_VERBATIM = frozenset({
    "pre", "listing", "code", "samp", "kbd", "tt", "noscript", "template", "svg", "math", "select", "object", "applet",
})  # fmt: skip
_CONTENT = re.compile(r"white-space|contenteditable|xml:space|data-markdown|data-template|v-pre", re.IGNORECASE)
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
})  # fmt: skip
# Comments that are read: by old browsers, servers, search engines, and scripts that find their place by them.
_READ = re.compile(r"[!#$/\[\]?%@]|-->|--!>|\Z|[ \t\r\n]*(?:/?ko\b|/?wp:|esi|google|noindex|/?robots|sse|/?htmx)", re.IGNORECASE)
_TEMPLATE = re.compile(r"\[if|<!\[|<[?%]|\{[{%#]|[%?]>", re.IGNORECASE)
_BLANK = re.compile(r"[ \t\n\f\r]+")
_LOOSE = re.compile(r"[ \t\n\f\r]{2,}|[\t\n\f\r]|[ \t\n\f\r][=>]|=[ \t\n\f\r]")


def minify(text: str, variant: str) -> Minified:
    """`text` shortened, or as it was with the reason."""
    if variant != "html":
        return Minified(text, "XHTML is not minified")
    short = "".join(_shortened(text))
    if len(short) >= len(text):
        return Minified(text, "nothing to gain")
    if _essence(short) != _essence(text):
        return Minified(text, "shortened, it would be another page")
    return Minified(short)


class _Verbatim:
    """Is the walk inside an element whose white space is content? Of such an element only those of the same name are counted, so
    one that is never closed reaches to the end of the page."""

    __slots__ = ("_depth", "_name", "_text")

    def __init__(self, text: str) -> None:
        self._text, self._name, self._depth = text, "", 0

    def inside(self, token: Token) -> bool:
        """Is `token`, the next of the walk, inside? The tags of the element are."""
        if token.kind == "start" and (token.name == self._name if self._name else self._begins(token)):
            self._name, self._depth = token.name, self._depth + 1
        elif token.kind == "end" and self._name == token.name:
            self._depth -= 1
            if not self._depth:
                self._name = ""
            return True
        return bool(self._name)

    def _begins(self, tag: Token) -> bool:
        name = tag.name
        if name in _VERBATIM or "-" in name or (name == "body" and self._text.find("white-space", tag.start, tag.end) >= 0):
            return not (tag.foreign and is_self_closing(self._text, tag))
        return name not in _VOID and _CONTENT.search(self._text, tag.name_end, tag.end) is not None


def _shortened(text: str) -> Iterator[str]:
    """The pieces of the shorter page. Text on both sides of a comment that goes is one text then, and shortened as one."""
    verbatim, last = _Verbatim(text), ">"
    pending: list[str] = []
    for token in tokens(text):
        piece, inside = text[token.start : token.end], verbatim.inside(token)
        if not inside and token.kind == "text":
            pending.append(piece)
            last = piece[-1]
        elif inside or token.kind != "comment" or not _is_idle(piece) or not _parts_nothing(text, token, last):
            yield _short_text("".join(pending))
            pending.clear()
            last = piece[-1]
            yield _short_tag(text, token) if not inside and _is_loose(token, piece) else piece
    yield _short_text("".join(pending))


def _short_text(piece: str) -> str:
    return "\n" if "\n" in piece and _BLANK.fullmatch(piece) else piece


def _is_loose(token: Token, piece: str) -> bool:
    """Is this a tag with white space to spare?"""
    return token.kind in ("start", "end") and _LOOSE.search(piece) is not None


def _is_idle(comment: str) -> bool:
    """Is this a comment that nobody reads, in any later state of the page?"""
    return not _READ.match(comment, 4) and not _TEMPLATE.search(comment)


def _parts_nothing(text: str, token: Token, last: str) -> bool:
    """Without the comment, would the text before and after it mean what it did (`&am<!-- -->p;`, `<<!-- -->b`)?"""
    return last in " \t\n\f\r>" or text[token.end : token.end + 1] in " \t\n\f\r<"


def _short_tag(text: str, tag: Token) -> str:
    """The tag with one space between its attributes; as it is where that would not be the same tag."""
    parts, at = [text[tag.start : tag.name_end]], tag.name_end
    for match in ATTRIBUTE.finditer(text, tag.name_end, tag.end - 1):
        group = match.lastindex or 1
        quote = ("", "", '"', "'", "")[group]
        parts.append(f" {match[1]}={quote}{match[group]}{quote}" if group > 1 else f" {match[1]}")
        at = match.end()
    parts.append(" />" if "/" in text[at : tag.end - 1] else ">")
    short = "".join(parts)
    return short if len(short) < tag.end - tag.start and _same_tag(text, tag, short) else text[tag.start : tag.end]


def _same_tag(text: str, tag: Token, short: str) -> bool:
    other = next(tokens(short))
    if (other.kind, other.name, other.end) != (tag.kind, tag.name, len(short)):
        return False
    return is_self_closing(short, other) == is_self_closing(text, tag) and _named(short, other) == _named(text, tag)


def _named(text: str, tag: Token) -> list[tuple[str, str | None]]:
    return [(one.name, text[one.start : one.end] if one.start >= 0 else None) for one in attributes(text, tag)]


def _essence(text: str) -> list[str]:
    """What of a page must not change: its tokens, where white space may change only whether there is some, and the text between two
    tokens as one, without the comments that nobody reads."""
    verbatim, found = _Verbatim(text), list[str]()
    loose: list[str] = []  # text that is not verbatim, since the last other token
    for token in tokens(text):
        raw = text[token.start : token.end]
        if verbatim.inside(token):
            piece = f"verbatim {raw}"
        elif token.kind == "text":
            loose.append(raw)
            continue
        elif token.kind == "comment" and _is_idle(raw):
            continue
        else:
            piece = f"{token.kind} {_short_tag(text, token) if _is_loose(token, raw) else raw}"
        found += (_BLANK.sub(" ", "".join(loose)), piece)
        loose.clear()
    return [*found, _BLANK.sub(" ", "".join(loose))]
