"""Rules cut out of stylesheets and put together again, with the groups around them.

What must stay true: rules keep their order and their groups. What is printed is the stylesheets' own text but for four things:
neighbours in equal groups share one; of a list of selectors those that match nothing may be missing, where every browser of today
reads them (one that a browser does not know spoils the list for it) and nothing nested asks for the list's specificity; custom
properties that nothing uses are missing, and so are sources of a font behind one that every browser takes.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from assetforge.formats.css.media import listed
from assetforge.formats.css.needs import NOTHING, Needs
from assetforge.formats.css.rules import declarations
from assetforge.pages.style.cascade import Applied
from assetforge.pages.style.sheet import Node, Sheet, bare, closing
from assetforge.text import Piece, Span

# Selectors that all browsers of today read, and read alike: Selectors 3, and what came to all of them before 2022.
_ARGUMENT = r"\((?:odd|even|[-+]?\d*n?(?:\s*[-+]\s*\d+)?)\)"
_PSEUDO_CLASSES = (
    "hover|active|focus|focus-visible|focus-within|visited|link|any-link|target|root|empty|checked|disabled|enabled|required|optional|"
    "valid|invalid|read-only|read-write|indeterminate|default|in-range|out-of-range|placeholder-shown|"
    "(?:first|last|only)-(?:child|of-type)|nth-(?:last-)?(?:child|of-type)" + _ARGUMENT
)
_NAME = r"-?[_a-zA-Z](?:[\w-]|\\[^0-9a-fA-F\n\r\f])*+"
_ATTRIBUTE = rf"""\[\s*{_NAME}\s*(?:[~|^$*]?=\s*(?:{_NAME}|"[^"\\\n]*"|'[^'\\\n]*')\s*)?\]"""
_SIMPLE = rf"""[.#]{_NAME}|{_ATTRIBUTE}|:(?:{_PSEUDO_CLASSES})(?![\w(-])"""
_NOT = rf":not\((?:{_NAME}|(?:{_SIMPLE}))\)"
_PSEUDO_ELEMENTS = r"::?(?:before|after|first-line|first-letter)|::(?:selection|placeholder|marker|backdrop)"
_COMPOUND = rf"(?=[^\s>+~])(?:{_NAME}|\*)?(?:{_SIMPLE}|{_NOT})*"
_SURE = re.compile(rf"\s*{_COMPOUND}(?:\s*[\s>+~]\s*{_COMPOUND})*(?:(?:{_PSEUDO_ELEMENTS})(?![\w(-]))?\s*", re.ASCII)
_KNOWN_FONT = re.compile(r"""\bformat\(\s*["']?woff2["']?\s*\)""", re.IGNORECASE)  # all browsers of today know it
_LONGEST = 400  # characters of a selector that is looked at: a longer one stays


class _Step(NamedTuple):
    """A group around a rule. `key`: neighbours with the same share it."""

    key: str
    prelude: str


@dataclass(slots=True)
class _Group:
    prelude: str
    items: "list[_Group | list[Piece]]" = field(default_factory=list)


class Cutter:
    """Collects rules in the order of the cascade. `wanted`: custom properties that something uses."""

    def __init__(self, wanted: Collection[str]) -> None:
        self.wanted = wanted
        self.root = _Group("")
        self.open: list[tuple[_Step, _Group]] = []
        self.count = 0

    def add(
        self, applied: Applied, styles: Mapping[int, Sequence[int]], others: Sequence[int], needs: Mapping[int, Needs]
    ) -> None:
        """The rules of one sheet: `styles` by number, with the positions of selectors that match (none: all); `others` whole."""
        self.count += 1
        outside = tuple(_Step(_key(one, self.count), one) for one in applied.wrappers)
        cut = _Cut(applied.sheet, styles, needs, self.wanted)
        paths: dict[int, tuple[_Step, ...]] = {-1: outside}
        done = 0
        for number in sorted({*styles, *others}):
            if number < done:
                continue
            top = cut.outermost(number)
            rule = cut.nested(top, styles.keys() | set(others)) if cut.holds(top) else cut.rule(number)
            done = applied.sheet.nodes[top].last if cut.holds(top) else number + 1
            if rule:
                self.put(cut.path(applied.sheet.nodes[top].parent, paths, self.count), rule)

    def put(self, path: tuple[_Step, ...], rule: list[Piece]) -> None:
        same = 0
        while same < len(path) and same < len(self.open) and self.open[same][0].key == path[same].key:
            same += 1
        del self.open[same:]
        for step in path[same:]:
            group = _Group(step.prelude)
            (self.open[-1][1] if self.open else self.root).items.append(group)
            self.open.append((step, group))
        (self.open[-1][1] if self.open else self.root).items.append(rule)

    def pieces(self, before: str) -> tuple[Piece, ...]:
        """All that was put in, as text with holes; `before` is put first if anything in it is in a layer."""
        flat = list(_flat(self.root))
        layered = before and any("@layer" in piece for piece in flat if isinstance(piece, str))
        return _joined([before, *flat] if layered else flat)


class _Cut:
    """What is cut out of one sheet."""

    def __init__(
        self, sheet: Sheet, styles: Mapping[int, Sequence[int]], needs: Mapping[int, Needs], wanted: Collection[str]
    ) -> None:
        self.sheet, self.styles, self.needs, self.wanted = sheet, styles, needs, wanted
        self.starts = [span.start for span, _ in sheet.urls]

    def outermost(self, number: int) -> int:
        """The number of the outermost style rule around a rule, or its own."""
        top, at = number, self.sheet.nodes[number].parent
        while at >= 0:
            top = at if self.sheet.nodes[at].kind != "group" else top
            at = self.sheet.nodes[at].parent
        return top

    def holds(self, number: int) -> bool:
        """Has the rule others in it?"""
        return bool(self.sheet.nodes[number].rule.rules)

    def path(self, parent: int, paths: dict[int, tuple[_Step, ...]], count: int) -> tuple[_Step, ...]:
        """The groups around what is in `parent`."""
        if parent not in paths:
            node = self.sheet.nodes[parent]
            prelude = self.opening(node)
            step = _Step(_key(prelude, f"{count}.{parent}"), prelude)
            paths[parent] = (*self.path(node.parent, paths, count), step)
        return paths[parent]

    def opening(self, node: Node) -> str:
        return bare(self.sheet.text[node.rule.span.start : node.rule.prelude.end])

    def rule(self, number: int) -> list[Piece]:
        """A rule without others in it; nothing if it says nothing."""
        node = self.sheet.nodes[number]
        body = self.body(number, node)
        if not body:
            return []
        prelude = self.selectors(node, self.styles.get(number, ())) if node.kind == "style" else self.opening(node)
        return [prelude, "{", *body, "}"]

    def nested(self, number: int, taken: Collection[int]) -> list[Piece]:
        """A rule with those rules in it that are taken."""
        nodes = self.sheet.nodes
        node = nodes[number]
        items: list[tuple[int, list[Piece]]] = []
        if number in self.styles:
            items += [(one[0], [*self.declared(node, *one), ";"]) for one in self.said(number, node)]
        inner = number + 1
        while inner < node.last:
            if any(one in taken for one in range(inner, nodes[inner].last)):
                whole = self.nested(inner, taken) if self.holds(inner) else self.rule(inner)
                items.append((nodes[inner].rule.span.start, whole))
            inner = nodes[inner].last
        inside = [piece for _, pieces in sorted(items, key=lambda item: item[0]) for piece in pieces]
        return [self.opening(node), "{", *inside, "}"] if inside else []

    def selectors(self, node: Node, positions: Sequence[int]) -> str:
        prelude = self.opening(node)
        if not positions:
            return prelude
        parts = listed(prelude)
        if len(parts) <= len(positions) or positions[-1] >= len(parts):
            return prelude
        taken = frozenset(positions)
        dropped = [part for at, part in enumerate(parts) if at not in taken]
        if not all(len(part) <= _LONGEST and _SURE.fullmatch(part) for part in dropped):
            return prelude
        return ",".join(parts[at].strip() for at in sorted(taken))

    def body(self, number: int, node: Node) -> list[Piece]:
        start, end = node.rule.block
        if not node.rule.closed:
            end, tail = closing(self.sheet.text, node.rule.span.start)
            return [*self.text(start, end), tail[:-1]] if tail.endswith("}") else []
        unwanted = any(one.name not in self.wanted for one in self.needs.get(number, NOTHING).custom)
        if not unwanted and node.rule.keyword != "font-face" and self.sheet.text.find("/*", start, end) < 0:
            while end > start and self.sheet.text[end - 1] in "; \t\n\r\f":
                end -= 1
            return list(self.text(start, end)) if end > start else []
        said = [list(self.text(*one)) for one in self.said(number, node)]
        return [piece for at, one in enumerate(said) for piece in ((";", *one) if at else one)]

    def said(self, number: int, node: Node) -> Iterator[tuple[int, int]]:
        """The spans of the declarations that something may depend on."""
        for one in declarations(self.sheet.text, node.rule):
            if one.name == "src" and node.rule.keyword == "font-face":
                yield one.span.start, _enough(self.sheet.text, one.value)
            elif not one.name.startswith("--") or one.name in self.wanted:
                yield one.span

    def declared(self, node: Node, start: int, end: int) -> Iterator[Piece]:
        """A declaration; what it opens and the text does not close is closed."""
        if node.rule.closed or end < len(self.sheet.text.rstrip()):
            yield from self.text(start, end)
        else:
            end, tail = closing(self.sheet.text, start)
            yield from self.text(start, end)
            yield tail

    def text(self, start: int, end: int) -> Iterator[Piece]:
        """The text of a span, with what stands for its URLs."""
        at = start
        for index in range(bisect_left(self.starts, start), len(self.starts)):
            span, piece = self.sheet.urls[index]
            if span.start >= end:
                break
            yield self.sheet.text[at : span.start]
            yield piece
            at = span.end
        yield self.sheet.text[at:end]


def _enough(text: str, sources: Span) -> int:
    """Where a list of sources of a font can end: a browser takes the first that it knows (CSS Fonts 4, section 4.3)."""
    at = sources.start
    for source in listed(text[sources.start : sources.end]):
        at += len(source)
        if _KNOWN_FONT.search(source) and "tech(" not in source:
            return at
        at += 1
    return sources.end


def _key(prelude: str, unique: object) -> str:
    """Anonymous layers are each their own."""
    return f"@layer {unique}" if prelude.strip().lower() == "@layer" else prelude


def _flat(group: _Group) -> Iterator[Piece]:
    for item in group.items:
        if isinstance(item, list):
            yield from item
        else:
            yield item.prelude + "{"
            yield from _flat(item)
            yield "}"


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Neighbouring strings as one."""
    joined: list[Piece] = []
    text: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            text.append(piece)
            continue
        if text:
            joined.append("".join(text))
            text = []
        joined.append(piece)
    if text:
        joined.append("".join(text))
    return tuple(one for one in joined if one)
