"""The critical CSS of a page: the rules that can match an element of it, with all that they need, cut out of its stylesheets.

It is put into the page, so the first paint waits for no stylesheet. What must stay true: it says nothing that the stylesheets do
not say again, with the same specificity, in the same layer and order, so when they come they win everywhere and nothing
changes but what it left out. Rules are spans of the stylesheets' text; only selectors of a list that match nothing, and custom
properties that nothing uses, are left out of them.

The result depends on the sheets, on the shape of the page and on the options alone; pages of one shape share it.
"""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from assetforge.formats.css.media import listed
from assetforge.formats.css.needs import NOTHING, Needs, wants_font
from assetforge.pages.plan import Critical
from assetforge.pages.style.cascade import Applied, Cascade
from assetforge.pages.style.cutting import Cutter
from assetforge.pages.style.sheet import Node, Sheet, group_names
from assetforge.text import Integrity, Name, Piece, Url

EVERY: tuple[int, ...] = ()  # positions: of all selectors of a list
BUDGET = 14_000  # bytes, compressed: what fits into the first flight of TCP (RFC 6928: 10 segments)
_INTERACTIVE = re.compile(r":(?:hover|active)\b|::?(?:-moz-)?selection\b|:(?:-webkit-)?autofill\b", re.IGNORECASE)

Matches = Callable[[Sheet], Mapping[int, Sequence[int]]]
"""Which style rules of a sheet can match an element of the page: numbers of nodes, and the positions of the selectors of the rule's
list that can. Rules that cannot are absent."""


class Options(NamedTuple):
    """`budget`: bytes, compressed. `whole`: names of sheets whose every rule counts as needed; `none`: of those that nothing is
    taken of. `used`: what the page's own attributes (`style=""` …) need of the stylesheets."""

    budget: int = BUDGET
    whole: frozenset[str] = frozenset()
    none: frozenset[str] = frozenset()
    used: Needs = NOTHING


class TooLarge(NamedTuple):
    """No critical CSS: it has more bytes than the budget allows, compressed."""

    size: int
    budget: int


DEFAULT = Options()


def critical(cascade: Cascade, matches: Matches, options: Options = DEFAULT) -> Critical | TooLarge:
    """The critical CSS of a page whose stylesheets are all known. Its `Url` holes have no base yet: `placed` gives them one."""
    return choose(cascade, matches, options)[1]


def choose(cascade: Cascade, matches: Matches, options: Options = DEFAULT) -> "tuple[list[Chosen], Critical | TooLarge]":
    """As `critical`, with the rules that were taken of each sheet."""
    chosen = [Chosen(one, _matching(one, matches, options)) for one in cascade.applied]
    found = _compose(chosen, cascade.layers, options)
    size = compressed(found.pieces)
    if size > options.budget:
        # what only shows under a pointer is not in the first picture
        for one in chosen:
            one.forget(_INTERACTIVE)
        found = _compose(chosen, cascade.layers, options)
        size = compressed(found.pieces)
    return chosen, found if size <= options.budget else TooLarge(size, options.budget)


def apart(chosen: "Sequence[Chosen]", options: Options, groups: Iterable[int]) -> Iterator[tuple[Piece, ...]]:
    """The CSS of what `choose` took, in parts: each of the next so many sheets."""
    wanted = _Wanted(chosen, options)
    _resources(chosen, wanted, options)
    at = 0
    for count in groups:
        cutter = Cutter(frozenset(wanted.dashed))
        for one in chosen[at : at + count]:
            cutter.add(one.applied, one.styles, one.resources, one.needs)
        at += count
        yield cutter.pieces("")


def placed(found: Critical, base: str | None) -> Critical:
    """`found` for the page at the logical path `base`, or (None) for pages whose place is not known."""
    pieces = tuple(Url(piece.path, base) if isinstance(piece, Url) else piece for piece in found.pieces)
    return found._replace(pieces=pieces)


def compressed(pieces: Iterable[Piece]) -> int:
    """Bytes of the text with gzip, a hole taken for the path that it names."""
    return len(zlib.compress("".join(map(_text, pieces)).encode("utf-8", "surrogatepass"), 9)) + 12


def _text(piece: Piece) -> str:
    return piece.path if isinstance(piece, Name | Url | Integrity) else piece


def _matching(one: Applied, matches: Matches, options: Options) -> Mapping[int, Sequence[int]]:
    sheet = one.sheet
    if sheet.name in options.none:
        return {}
    if sheet.name in options.whole:
        return {number: EVERY for number, node in enumerate(sheet.nodes) if node.kind == "style"}
    return matches(sheet)


class Chosen:
    """The rules of one sheet that are taken. `styles`: style rules, and which of their selectors match; groups that hold
    declarations for a style rule around them that is taken. `resources`: others. `forgotten`: style rules that match, and are left
    out since the budget is small."""

    def __init__(self, applied: Applied, styles: Mapping[int, Sequence[int]]) -> None:
        self.applied = applied
        self.sheet = applied.sheet
        self.styles = dict(styles)
        self.styles.update((number, EVERY) for number in self.sheet.groups if self.belongs(number))
        self.resources: list[int] = []
        self.forgotten: set[int] = set()
        self.needs: dict[int, Needs] = {}

    def belongs(self, number: int) -> bool:
        """Are the declarations of a group for a style rule that is taken, or for a scope?"""
        nodes = self.sheet.nodes
        while number >= 0 and nodes[number].kind == "group":
            if nodes[number].rule.keyword == "scope":
                return True
            number = nodes[number].parent
        return number in self.styles

    def forget(self, pattern: re.Pattern[str]) -> None:
        """Leave out rules whose matching selectors all have `pattern` in them."""
        for number, positions in list(self.styles.items()):
            prelude = self.sheet.nodes[number].rule.prelude
            parts = listed(self.sheet.text[prelude.start : prelude.end])
            if all(pattern.search(parts[at]) for at in positions if at < len(parts)) and positions:
                del self.styles[number]
                self.forgotten.add(number)

    def style_needs(self) -> dict[int, Needs]:
        self.needs = {number: self.sheet.needs(number) for number in self.styles}
        return self.needs


class _Wanted:
    """What is needed so far, and what the custom properties that are declared need in turn."""

    def __init__(self, chosen: Sequence[Chosen], options: Options) -> None:
        self.dashed: set[str] = set()
        self.words: set[str] = set()
        self.families: set[str] = set()
        self.waiting: list[str] = []
        self.declared: dict[str, list[Needs]] = {}
        for one in chosen:
            for number, needs in one.style_needs().items():
                for custom in needs.custom:
                    self.declared.setdefault(custom.name, []).append(custom.needs)
                self.add(needs)
                self.conditions(one, number)
        for custom in options.used.custom:
            self.add(custom.needs)
        self.add(options.used)
        self.follow()

    def add(self, needs: Needs) -> None:
        self.words |= needs.words
        self.families |= needs.families
        self.waiting.extend(needs.dashed - self.dashed)
        self.dashed |= needs.dashed

    def conditions(self, one: Chosen, number: int) -> None:
        parent = one.sheet.nodes[number].parent
        while parent >= 0:
            node = one.sheet.nodes[parent]
            if node.kind == "group" and node.rule.keyword == "container":
                self.add(Needs(dashed=group_names(one.sheet, node)))
            parent = node.parent

    def follow(self) -> None:
        while self.waiting:
            for needs in self.declared.get(self.waiting.pop(), ()):
                self.add(needs)

    def asks_for(self, node: Node) -> bool:
        if node.kind == "family":
            return wants_font(self.families, node.name)
        return not node.kind or node.name in (self.words if node.kind == "word" else self.dashed)


def _compose(chosen: Sequence[Chosen], layers: str, options: Options) -> Critical:
    wanted = _Wanted(chosen, options)
    _resources(chosen, wanted, options)
    cutter = Cutter(frozenset(wanted.dashed))
    for one in chosen:
        cutter.add(one.applied, one.styles, one.resources, one.needs)
    pieces = cutter.pieces(layers)
    size = sum(len(piece) for piece in pieces if isinstance(piece, str))
    counts: dict[str, tuple[int, int]] = {}
    for one in chosen:
        counts[one.sheet.name] = max(counts.get(one.sheet.name, (0, 0)), (len(one.styles) + len(one.resources), one.sheet.total))
    return Critical(pieces, size, _fonts(chosen), tuple((name, *count) for name, count in counts.items()))


def _resources(chosen: Sequence[Chosen], wanted: _Wanted, options: Options) -> None:
    """Take resources until none that is taken needs another."""
    waiting = [
        (one, number)
        for one in chosen
        if one.sheet.name not in options.none
        for number, node in enumerate(one.sheet.nodes)
        if node.kind not in ("style", "group")
    ]
    for one in chosen:
        one.resources = []
    while waiting:
        left = []
        for one, number in waiting:
            node = one.sheet.nodes[number]
            if wanted.asks_for(node):
                one.resources.append(number)
                wanted.add(one.sheet.needs(number))
            else:
                left.append((one, number))
        wanted.follow()
        if len(left) == len(waiting):
            break
        waiting = left


def _fonts(chosen: Sequence[Chosen]) -> tuple[str, ...]:
    """Fonts that the page loads as soon as it is laid out: of each family with one face its first file."""
    faces: dict[str, list[str]] = {}
    for one in chosen:
        for number in one.resources:
            node = one.sheet.nodes[number]
            if node.rule.keyword == "font-face":
                faces.setdefault(node.name, []).append(_font(one.sheet, node))
    return tuple(dict.fromkeys(paths[0] for paths in faces.values() if len(set(paths)) == 1 and paths[0]))


def _font(sheet: Sheet, node: Node) -> str:
    start, end = node.rule.block
    inside = [piece for span, piece in sheet.urls if start <= span.start < end]
    paths = [piece.path for piece in inside if isinstance(piece, Url)]
    return next((path for path in paths if path.endswith(".woff2")), "")
