"""One stylesheet, made ready so that parts of it can be put into pages.

Depends on its text and on what its URLs lead to, never on a page: made once and shared by all pages that load it.
What must stay true: nodes stand in the order of the text, a parent before what is in it. Rules that no screen ever applies
(`@media print`, `@page`), that other rules of this package take the place of (`@import`, the statement `@layer`) or that no browser
knows are no nodes.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from assetforge import formats
from assetforge.formats.css.imports import Import, imported
from assetforge.formats.css.media import listed, matches_screen
from assetforge.formats.css.needs import NOTHING, Needs, dashed_names, family, needs, needs_of_value
from assetforge.formats.css.rules import GROUPS, NOWHERE, Rule, declarations, outline
from assetforge.formats.css.tokens import TOKEN, decode
from assetforge.reference import Reference
from assetforge.text import Piece, Span

_SOURCE_MAP = re.compile(r"/\*[#@][ \t]*sourceMappingURL=[^*]*\*/")
_VENDOR = re.compile(r"-(?:webkit|moz|o|ms)-")
# What stands for itself and is asked for by a name, and what its name is asked as.
_RESOURCES = {
    "font-face": "family",
    "font-feature-values": "family",
    "keyframes": "word",
    "counter-style": "word",
    "property": "dashed",
    "font-palette-values": "dashed",
    "position-try": "dashed",
    "function": "dashed",
    "view-transition": "",
}
_ORDERING = frozenset({"media", "supports"})  # conditions that decide whether a layer takes its place in the order
_CLOSING = {"(": ")", "[": "]", "{": "}"}


class Node(NamedTuple):
    """A rule that could be put into a page. `parent`: number of the node around it, -1 at the top. `last`: number of the node after
    all that is in it. `kind`: `style`, `group`, or how a resource is asked for (`family`, `word`, `dashed`, empty: always needed).
    `name`: what a resource is asked for by."""

    rule: Rule
    parent: int
    last: int
    kind: str
    name: str = ""


class Layer(NamedTuple):
    """The first mention of a layer, or one more. `name`: with those around it (`a.b`), None of an anonymous one. `conditions`: the
    preludes of `@media` and `@supports` around it, from outside. `important`: has an anonymous one `!important` in it?"""

    name: str | None
    conditions: tuple[str, ...]
    important: bool = False


class Imported(NamedTuple):
    """An `@import` that a browser follows. `target`: what its URL leads to: a path, or why its bytes are not known."""

    rule: Import
    target: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A stylesheet. `name`: its path, or `#N` of the `<style>` at that index of the outline. `key`: changes with the text and with
    what its URLs lead to. `urls`: what stands for each URL when the text stands elsewhere. `layers`: between imports, in order;
    a number among them is that of an import. `namespaces`: has it `@namespace`? `total`: how many rules it has. `groups`: numbers
    of groups that may hold declarations of their own: those inside of a style rule, which they then belong to, and scopes.
    Two with the same name, key and URLs are equal: all else follows from those."""

    name: str
    key: str
    text: str
    nodes: tuple[Node, ...]
    urls: tuple[tuple[Span, Piece], ...]
    imports: tuple[Imported, ...]
    layers: tuple[Layer | int, ...]
    namespaces: bool
    total: int
    groups: tuple[int, ...] = ()
    _needs: dict[int, Needs] = field(default_factory=dict, repr=False)  # what rules need, once it was asked

    def needs(self, number: int) -> Needs:
        """What a rule needs, by the number of its node: of a resource, its whole block may."""
        known = self._needs.get(number)
        if known is None:
            known = self._needs[number] = _needs(self.text, self.nodes[number])
        return known

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sheet) and (self.name, self.key, self.urls) == (other.name, other.key, other.urls)

    def __hash__(self) -> int:
        return hash((self.name, self.key))


Resolve = Callable[[Reference], Piece | None]
"""What stands for a URL when the text stands elsewhere: a hole, a literal, or None where it may stay as it is."""


def sheet(name: str, key: str, text: str, resolve: Resolve) -> Sheet:
    """A stylesheet from its text, which is minified here if it is not yet."""
    text = condensed(text)
    if text.startswith("\ufeff"):
        text = text[1:]
    reader = _Reader(text)
    reader.read(outline(text), -1, (), "", True)
    references = formats.parse("css", text).references
    pieces = [(one, resolve(one)) for one in references]
    urls = tuple((one.span, piece) for one, piece in pieces if piece is not None)
    by_place = {one.span.start: (one, piece) for one, piece in pieces}
    imports = tuple(_target(one, by_place) for one in reader.imports)
    nodes, layers, groups = tuple(reader.nodes), tuple(reader.layers), tuple(reader.groups)
    return Sheet(name, key, text, nodes, urls, imports, layers, reader.namespaces, reader.total, groups)


@lru_cache(maxsize=64)
def condensed(text: str) -> str:
    """`text` minified if that is safe. Its copy in a page has no source map."""
    text = _SOURCE_MAP.sub("", text) if "sourceMappingURL" in text else text
    smaller = formats.minify("css", text).text
    if smaller is text:
        return text
    return smaller if _urls(smaller) == _urls(text) else text


def _urls(text: str) -> list[str]:
    return [one.url for one in formats.parse("css", text).references]


def _target(one: Import, by_place: dict[int, tuple[Reference, Piece | None]]) -> Imported:
    reference, piece = by_place.get(one.at, (None, None))
    if reference is None or not one.url.strip():
        return Imported(one, "", "names nothing")
    path = getattr(piece, "path", None)
    if path is not None:
        return Imported(one, path, "")
    return Imported(one, "", "its bytes are not known" if piece is None else "does not exist")


class _Reader:
    """Makes nodes of an outline. `order`: how far a sheet has come: imports must stand first (CSS Cascade 5, section 2)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.nodes: list[Node] = []
        self.imports: list[Import] = []
        self.layers: list[Layer | int] = []
        self.groups: list[int] = []
        self.inside = 0  # style rules around
        self.namespaces = False
        self.total = 0
        self.order = 0  # 0: charset and layers, 1: imports, 2: no more imports

    def read(self, rules: tuple[Rule, ...], parent: int, conditions: tuple[str, ...], layer: str | None, top: bool) -> None:
        """`layer`: the name of the layer around, empty for none, None inside of an anonymous one."""
        for rule in rules:
            if rule.block == NOWHERE:
                self.statement(rule, conditions, layer, top)
                continue
            self.order = 2
            self.total += 1
            if not rule.keyword:
                self.within(rule, parent, "style", "", conditions, layer)
            elif rule.keyword in GROUPS:
                self.group(rule, parent, conditions, layer)
            elif (keyword := _VENDOR.sub("", rule.keyword, count=1)) in _RESOURCES:
                kind = _RESOURCES[keyword]
                self.within(rule, parent, kind, self.asked_by(rule, keyword, kind), conditions, layer)

    def statement(self, rule: Rule, conditions: tuple[str, ...], layer: str | None, top: bool) -> None:
        if rule.keyword == "layer":
            self.order = 2 if self.order else 0
            self.layers += (Layer(_under(layer, one), conditions) for one in self.names(rule))
        elif rule.keyword == "namespace" and top:
            self.namespaces, self.order = True, 2
        elif rule.keyword == "import" and top and self.order < 2 and (one := imported(self.text, rule)):
            self.order = 1
            self.layers.append(len(self.imports))
            self.imports.append(one)

    def group(self, rule: Rule, parent: int, conditions: tuple[str, ...], layer: str | None) -> None:
        prelude = self.text[rule.prelude.start : rule.prelude.end]
        if rule.keyword == "media" and not matches_screen(prelude):
            return
        if rule.keyword in _ORDERING:
            conditions = (*conditions, f"@{rule.keyword} {prelude}")
        if rule.keyword == "layer":
            name = next(self.names(rule), None)
            important = name is None and "!" in self.text[rule.block.start : rule.block.end]
            layer = _under(layer, name) if name is not None else None
            self.layers.append(Layer(layer, conditions, important))
        self.within(rule, parent, "group", "", conditions, layer)

    def within(self, rule: Rule, parent: int, kind: str, name: str, conditions: tuple[str, ...], layer: str | None) -> None:
        number = len(self.nodes)
        self.nodes.append(Node(rule, parent, number + 1, kind, name))
        if kind == "group" and (self.inside or rule.keyword == "scope"):
            self.groups.append(number)
        if rule.rules:
            self.inside += kind == "style"
            self.read(rule.rules, number, conditions, layer, False)
            self.inside -= kind == "style"
            self.nodes[number] = Node(rule, parent, len(self.nodes), kind, name)

    def names(self, rule: Rule) -> Iterator[str]:
        for one in listed(bare(self.text[rule.prelude.start : rule.prelude.end])):
            if one.strip():
                yield one.strip()

    def asked_by(self, rule: Rule, keyword: str, kind: str) -> str:
        prelude = bare(self.text[rule.prelude.start : rule.prelude.end])
        if keyword == "font-face":
            values = (one.value for one in declarations(self.text, rule) if one.name == "font-family")
            return next((family(self.text[value.start : value.end]) for value in values), "")
        if kind == "family":
            return family(prelude)
        if keyword == "function":
            prelude = prelude.partition("(")[0]
        quoted = prelude[1:-1] if prelude[:1] in ("'", '"') else prelude
        return decode(quoted, 0, len(quoted)).text


def _under(layer: str | None, name: str) -> str | None:
    """The whole name of a layer inside of another; None inside of an anonymous one."""
    return None if layer is None else f"{layer}.{name}" if layer else name


def bare(text: str) -> str:
    """`text` without comments."""
    if "/*" not in text:
        return text
    return "".join(" " if match.lastgroup == "comment" else match[0] for match in TOKEN.finditer(text)).strip()


def _needs(text: str, node: Node) -> Needs:
    rule = node.rule
    if node.kind in ("style", "group"):
        return needs(text, rule)
    text = text[rule.block.start : rule.block.end]
    return needs_of_value(text) if "--" in text or "anim" in text or "font" in text else NOTHING


def group_names(sheet: Sheet, node: Node) -> frozenset[str]:
    """Names with two dashes that the condition of a group asks for."""
    return dashed_names(sheet.text[node.rule.prelude.start : node.rule.prelude.end])


def closing(text: str, start: int) -> tuple[int, str]:
    """Of a rule that the text ends in: where to cut it, and what to put behind it so that others may follow."""
    awaited: list[str] = []
    end, tail = len(text), ""
    for match in TOKEN.finditer(text, start):
        kind, value = match.lastgroup or "", match[0]
        if kind == "function" or value in _CLOSING:
            awaited.append(")" if kind == "function" else _CLOSING[value])
        elif kind == "punctuation" and awaited and value == awaited[-1]:
            awaited.pop()
        elif match.end() == len(text):
            tail = _unfinished(kind, value)
    if text.endswith("\\") and tail != '"' and (len(text) - len(text.rstrip("\\"))) % 2:
        end -= 1  # a backslash at the end is U+FFFD in a name, and nothing in a string
        tail = ("" if tail in ("'", '"') else "\ufffd") + tail
    return end, tail + "".join(reversed(awaited))


def _unfinished(kind: str, value: str) -> str:
    if kind == "comment" and not (len(value) > 3 and value.endswith("*/")):
        return "*/"
    if kind in ("url", "bad_url") and not value.endswith(")"):
        return ")"
    if kind == "string" and (len(value) < 2 or value[-1] != value[0] or (len(value) - 1 - len(value[:-1].rstrip("\\"))) % 2):
        return value[0]
    return ""
