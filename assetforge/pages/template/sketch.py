"""What one template contributes to the pages it takes part in: its elements that load or run, its tags of the document, and the
statements between them, in the order of the text.

Facts from one text alone, cached by content; `compose` puts them together. What must stay true: nodes nest as the statements do
(`stop`), every element is found where an HTML tokenizer finds it in the masked text, and an element whose attributes or content
template syntax has a part in says so.

A template that extends another is no document: what its blocks hold stands elsewhere, so each of them is tokenized for itself. So
is the body of a macro. In every other template the text is tokenized whole, with its blocks where they are.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Literal, NamedTuple

from assetforge import dialects
from assetforge.dialects import Dialect, Masked, Mention
from assetforge.dialects.statement import NOWHERE, Statement
from assetforge.formats.html import tokens as html
from assetforge.formats.html.charrefs import decode
from assetforge.formats.html.outline import Loading
from assetforge.reference import Finding, Kind, Reference, reference
from assetforge.text import Span

VERSION = 1  # of what is found in one template: part of cache keys, together with that of the dialects

Context = Literal[
    "",  # markup
    "noscript", "template",  # markup that does nothing
    "tag", "raw", "comment",  # inside a tag, in the text of a script, style, title or textarea, in a comment: no elements
]  # fmt: skip
INERT, SILENT = frozenset({"noscript", "template"}), frozenset({"tag", "raw", "comment"})
Content = Literal[
    "known",  # the bytes: an inline text without template syntax, or a URL that is written out or by one tag that names a file
    "choice",  # one of several files, each written out: `{% if debug %}a.js{% else %}a.min.js{% endif %}`
    "pattern",  # a URL of which a part is known
    "computed",  # nothing is known of it, or template syntax writes a part of it
]
Syntax = Literal[
    "none",  # the start tag is the author's own, all of it
    "values",  # template syntax stands in values of attributes alone
    "names",  # template syntax may write attributes: nothing is added to this tag
]


class Element(NamedTuple):
    """A script, a stylesheet or a style. In `loading` offsets are the template's, `number` is -1 and `parent` is empty; a value
    that template syntax has a part in is as written. `names`: what its URL names, a reference of the author's own or mentions of
    the dialect. `closed`: its end tag stands in the same template, and in the same arm of a condition."""

    loading: Loading
    content: Content
    syntax: Syntax
    names: tuple[Reference | Mention, ...] = ()
    closed: bool = True


class DocumentTag(NamedTuple):
    """`<html>`, `<head>`, `</head>`, `<body>`, `</body>`, a `<base>`, a `<meta>` with a policy, or a frame, as the text has it.
    `end`: is it the end tag? `name`: of the element."""

    name: str
    span: Span
    end: bool = False


class Handler(NamedTuple):
    """An `on*` attribute that the author wrote. `span`: of its raw value; `known`: no template syntax is in it."""

    name: str
    attribute: str
    span: Span
    known: bool


Item = Statement | Element | DocumentTag | Handler


class Node(NamedTuple):
    """`stop`: the number of the first node that is not inside of this one."""

    item: Item
    stop: int
    context: Context = ""


Named = tuple[Content, tuple[Reference | Mention, ...]]


class Sketch(NamedTuple):
    """`whole`: the text has a doctype, or a tag of `html`, `head` or `body`. `extends`: it extends another template somewhere.
    `values`: by the offset of a block without markup, what its text names as a URL: it may fill a value
    (`href="{% block stylesheet %}…`). `refusal`: why nothing is known of it; then there are no nodes."""

    nodes: tuple[Node, ...] = ()
    whole: bool = False
    extends: bool = False
    values: tuple[tuple[int, Named], ...] = ()
    refusal: Finding | None = None


_PRUNED = frozenset({"if", "for", "scope", "filter"})
_DOCUMENT = frozenset({"html", "head", "body"})
_STANDING = frozenset({"base", "iframe", "frame", "object", "embed"})
_POLICY = re.compile("content-security-policy", re.IGNORECASE)
_URLS: dict[str, tuple[str, Kind]] = {"script": ("src", "script"), "link": ("href", "style")}
_LONGEST_URL = 1000  # characters of a block that may be one
_FILLER = "\ue0e2"  # as a comment of the dialect: no HTML syntax
_EVENT = re.compile(r"[ \t\n\f\r/\"'\ue0e1]on[a-z]", re.IGNORECASE)


def sketch(text: str, dialect: Dialect) -> Sketch:
    """What a template contributes. Total; linear in the text."""
    masked = dialects.mask(text, dialect)
    known = dialects.statements(text, dialect, masked)
    if masked.refusal or known.refusal:
        return Sketch(refusal=masked.refusal or known.refusal)
    extends = any(one.kind == "extends" for one in known.statements)
    walk = _Walk(text, dialect, masked)
    found: list[tuple[Item, Context]] = []
    for span, inner, statements in _regions(known.statements, len(text), extends):
        found += walk.region(span, inner, statements)
    found.sort(key=lambda one: _order(one[0]))
    blocks = (one for one in known.statements if one.kind == "block" and walk.is_value(one.body))
    values = tuple((one.span.start, walk.value(one.body)) for one in blocks)
    return Sketch(tuple(_nested(found)), walk.whole, extends, values)


def _order(item: Item) -> tuple[int, int, int]:
    """By place; where two begin at once the one that holds the other comes first."""
    if isinstance(item, Statement):
        return item.span.start, -item.end, 0
    span = item.loading.span if isinstance(item, Element) else item.span
    return span.start, -span.start, 1


def _nested(items: list[tuple[Item, Context]]) -> list[Node]:
    nodes: list[Node] = []
    open_: list[tuple[int, int]] = []  # number of a node, and the offset where it ends

    def close(at: int) -> None:
        while open_ and open_[-1][1] <= at:
            number = open_.pop()[0]
            item = nodes[number].item
            if len(nodes) == number + 1 and isinstance(item, Statement) and item.kind in _PRUNED:
                nodes.pop()
            else:
                nodes[number] = nodes[number]._replace(stop=len(nodes))

    last = 0
    for item, context in items:
        start = _order(item)[0]
        close(start)
        if isinstance(item, Statement) and item.body != NOWHERE:
            open_.append((len(nodes), item.body.end))
        nodes.append(Node(item, len(nodes) + 1, context))
        last = max(last, start)
    close(1 << 62)
    return nodes


# -- regions: what is one piece of HTML --------------------------------------------------------------------------------------


def _regions(statements: tuple[Statement, ...], length: int, extends: bool) -> Iterator[tuple[Span, list[Span], list[Statement]]]:
    """Pieces of the text that are tokenized apart: their span, the spans in it that belong to other pieces, their statements."""
    pieces: list[tuple[Span, list[Span], list[Statement]]] = [(Span(0, length), [], [])]
    open_ = [0]
    for one in statements:
        while one.span.start >= pieces[open_[-1]][0].end and len(open_) > 1:
            open_.pop()
        _, inner, mine = pieces[open_[-1]]
        mine.append(one)
        if one.kind == "macro" or (extends and one.kind == "block" and len(open_) == 1):
            inner.append(one.body)
            open_.append(len(pieces))
            pieces.append((one.body, [], []))
    yield from pieces


class _Walk:
    """The tokens of a template's pieces. `whole`: a tag of the document was seen."""

    def __init__(self, text: str, dialect: Dialect, masked: Masked) -> None:
        self.whole = False
        self._text, self._masked = text, masked
        self._mentions = dialects.references(text, dialect, masked).mentions
        self._starts = [one.span.start for one in self._mentions]
        self._assigned = {one.variable: one for one in self._mentions if one.variable and one.outcome == "literal"}
        hidden = [one for one in masked.islands if one.kind != "raw"]
        self._islands, self._island_starts = hidden, [one.span.start for one in hidden]

    def region(self, span: Span, inner: list[Span], statements: list[Statement]) -> Iterator[tuple[Item, Context]]:
        """Its elements, tags and statements, in no certain order."""
        base, piece = span.start, self._piece(span, inner)
        at, count = 0, len(statements)
        inert: dict[str, int] = {"template": 0, "noscript": 0}
        held = list(_in_arms(piece, base, statements))
        for number, token in enumerate(held):
            kind, end = token.kind, base + token.end
            context: Context = "template" if inert["template"] else "noscript" if inert["noscript"] else ""
            if at < count and statements[at].span.start < end:
                inside = _CONTEXTS.get(kind, context)
                while at < count and statements[at].span.start < end:
                    yield statements[at], inside
                    at += 1
            if kind == "start" or kind == "end":
                if token.name in inert:
                    inert[token.name] = max(0, inert[token.name] + (1 if kind == "start" else -1))
                for item in self._tag(piece, base, held, number, context):
                    yield item, context
            elif kind == "doctype":
                self.whole = True
        for one in statements[at:]:
            yield one, ""

    def _piece(self, span: Span, inner: list[Span]) -> str:
        if not inner:
            return self._masked.text if span == (0, len(self._text)) else self._masked.text[span.start : span.end]
        parts: list[str] = []
        at = span.start
        for start, end in inner:
            parts += (self._masked.text[at:start], _FILLER * (end - start))
            at = end
        return "".join((*parts, self._masked.text[at : span.end]))

    def _tag(self, piece: str, base: int, held: list[html.Token], number: int, context: Context) -> Iterator[Item]:
        token = held[number]
        span = Span(base + token.start, base + token.end)
        if token.name in _DOCUMENT:
            self.whole = True
            yield DocumentTag(token.name, span, token.kind == "end")
        if token.kind == "end":
            return
        if token.name in ("script", "style", "link"):
            element = self._element(piece, base, held, number, context)
            if element is not None:
                yield element
        elif token.name in _STANDING or (token.name == "meta" and _POLICY.search(piece, token.start, token.end)):
            yield DocumentTag(token.name, span)
        if _EVENT.search(piece, token.name_end, token.end):
            yield from self._handlers(piece, base, token)

    def _handlers(self, piece: str, base: int, token: html.Token) -> Iterator[Handler]:
        for one in html.attributes(piece, token):
            name = one.name.strip("\ue0e0\ue0e1\ue0e2").lower()
            if name.startswith("on") and len(name) > 2 and one.start >= 0:
                value = Span(base + one.start, base + one.end)
                yield Handler(token.name, name, value, not self._touched(value))

    def _element(self, piece: str, base: int, held: list[html.Token], number: int, context: Context) -> Element | None:
        token = held[number]
        attributes, spans, syntax = self._attributes(piece, base, token)
        if token.name == "link" and "stylesheet" not in attributes.get("rel", "").lower():
            return None
        tag = Span(base + token.start, base + token.end)
        body, end, closed = _content(held, number, base)
        loading = Loading(
            token.name,  # type: ignore[arg-type]
            Span(tag.start, end), tag, body, tuple(attributes.items()), -1, "", inert=context, foreign=token.foreign,
        )  # fmt: skip
        source = _URLS.get(token.name)
        if source and source[0] in spans:
            content, names = self._url(spans[source[0]], source[1], f"{token.name} {source[0]}")
        else:
            content, names = "known" if closed and not self._touched(body) else "computed", ()
        return Element(loading, content, syntax, names, closed)

    def _attributes(self, piece: str, base: int, token: html.Token) -> tuple[dict[str, str], dict[str, Span], Syntax]:
        """Values and their spans by name, and how template syntax has a part in the tag."""
        values: dict[str, str] = {}
        spans: dict[str, Span] = {}
        counted = 0
        for one in html.attributes(piece, token):
            name = one.name.lower()
            if name in values or not name.isprintable():  # what hides template syntax is not
                continue
            if one.start < 0:
                values[name] = ""
                continue
            span = Span(base + one.start, base + one.end)
            touched = self._touched(span)
            counted += touched
            spans[name] = span
            values[name] = self._text[span.start : span.end] if touched else decode(self._text, *span, attribute=True).text
        all_of_them = self._touched(Span(base + token.start, base + token.end))
        return values, spans, "none" if not all_of_them else "values" if counted == all_of_them else "names"

    def _touched(self, span: Span) -> int:
        """How many islands begin in a span."""
        return bisect_left(self._island_starts, span.end) - bisect_left(self._island_starts, span.start)

    # -- what a URL names --------------------------------------------------------------------------------------------------------

    def is_value(self, body: Span) -> bool:
        """May the body of a block fill the value of an attribute that is a URL?"""
        return body.start < body.end <= body.start + _LONGEST_URL and "<" not in self._text[body.start : body.end]

    def value(self, body: Span) -> Named:
        """What the body of a block names."""
        return self._url(body, "fetch", "block")

    def _url(self, span: Span, kind: Kind, syntax: str) -> Named:
        if not self._touched(span):
            found = reference(decode(self._text, *span, attribute=True), kind, syntax)
            return "known", (found,) if found else ()
        first = bisect_left(self._starts, span.start)
        mentions = self._mentions[first : bisect_left(self._starts, span.end)]
        if not mentions:
            assigned = self._assigned.get(self._text[span.start : span.end].strip().strip("{}").strip())
            return ("known", (assigned,)) if assigned else ("computed", ())
        if any(one.outcome in ("computed", "bundle", "folder") for one in mentions):
            return "computed", mentions
        rest = self._rest(span, mentions)
        if rest is None:
            return "computed", mentions
        if len(mentions) > 1:
            return "choice" if all(one.outcome == "literal" for one in mentions) and not rest else "computed", mentions
        plain = not rest or rest[0] in "?#"
        return ("known" if mentions[0].outcome == "literal" and plain else "pattern" if plain else "computed"), mentions

    def _rest(self, span: Span, mentions: tuple[Mention, ...]) -> str | None:
        """What stands in a value beside its mentions and beside tags that write nothing; None where something writes there."""
        covered = [(one.island.start, max(one.island.end, one.reference.span.end if one.reference else 0)) for one in mentions]
        first = bisect_left(self._island_starts, span.start)
        for one in self._islands[first : bisect_right(self._island_starts, span.end - 1)]:
            if not any(start <= one.span.start < end for start, end in covered):
                if one.writes:
                    return None
                covered.append((one.span.start, one.span.end))
        parts, at = [], span.start
        for start, end in sorted(covered):
            parts.append(self._text[at : max(at, start)])
            at = max(at, end)
        return "".join((*parts, self._text[at : span.end])).strip()


def _in_arms(piece: str, base: int, statements: list[Statement]) -> Iterator[html.Token]:
    """The tokens of a piece, as the arms of its conditions have them: a script that is opened in one arm (`{% if debug %}<script
    src=a>{% else %}<script src=b>{% endif %}</script>`) does not swallow the others."""
    arms = [one for one in statements if one.kind in CONDITIONS]
    start, cuts, at = 0, 0, 0
    open_: list[int] = []  # where the arms around the present tag end
    limit = 1 << 62
    while True:
        cut = -1
        for token in html.tokens(piece[start:] if start else piece):
            kind = token.kind
            if start:
                name_end = token.name_end and token.name_end + start
                token = token._replace(start=token.start + start, end=token.end + start, name_end=name_end)
            if kind == "start":
                while at < len(arms) and arms[at].span.start <= base + token.start:
                    open_.append(arms[at].body.end)
                    at += 1
                while open_ and open_[-1] <= base + token.start:
                    open_.pop()
                limit = open_[-1] - base if open_ else 1 << 62
            elif limit < token.end and kind in _RAW and cuts < _MOST_CUTS:
                cut = max(limit, token.start)
                token = token._replace(end=cut)
            if token.end > token.start:
                yield token
            if cut >= 0:
                break
        if cut < 0:
            return
        start, cuts = cut, cuts + 1


_RAW = frozenset({"rcdata", "rawtext", "script", "plaintext"})
_MOST_CUTS = 32  # each tokenizes the rest again
CONDITIONS = frozenset({"if", "for"})
_CONTEXTS: dict[str, Context] = {
    "start": "tag", "end": "tag", "lost": "tag", "comment": "comment", "bogus": "comment", "doctype": "comment", "cdata": "raw",
    "rcdata": "raw", "rawtext": "raw", "script": "raw", "plaintext": "raw",
}  # fmt: skip


def _content(held: list[html.Token], number: int, base: int) -> tuple[Span, int, bool]:
    """The body of an element, its end, and whether its end tag is there."""
    token = held[number]
    end = base + token.end
    if token.name == "link":
        return Span(end, end), end, True
    at = number + 1
    body = Span(end, end)
    while at < len(held) and held[at].kind in ("script", "rawtext", "text", "cdata"):  # text: in foreign content
        body = Span(end, base + held[at].end)
        at += 1
    if at < len(held) and held[at].kind == "end" and held[at].name == token.name:
        return body, base + held[at].end, True
    return body, body.end, False
