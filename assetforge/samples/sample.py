"""The sample of a template: every way from `<html>` down to an element that one of its pages had.

A page is a tree of elements; a sample is the union of such trees, in which siblings that look alike are one. What must stay true:
the union is one of sets, so pages and files may come in any order, and twice, and the sample is the same; and every element of
every page is in it below the ancestors that it had, with its names (`names.py`). So a selector that matched in a page may match in
the sample. What is not kept: order and number of siblings. The shape of a sample is therefore not `exact`: `:nth-child()`, `+`
and `:not()` count as fulfilled where elements may be missing or repeat.

Bounded: a sample with more than `MOST` elements is kept more coarsely, in three steps (`_COARSER`), and beyond them not at all. The
level is part of the sample: coarse and fine ones make a coarse one, in whatever order they come. Elements deeper than `DEEPEST`
hang there. The content of `<head>` is left out, for nothing of it is painted.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from assetforge.formats.html.tree import Element, Tree
from assetforge.pages import shapes
from assetforge.pages.shapes import Node, Shape
from assetforge.samples.names import HOLE, Names, tidied

MOST = 2000  # elements of a sample
DEEPEST = 100  # elements above an element
TOO_VARIED = 4  # the level at which nothing is kept

_DIGITS = re.compile(r"\d+")
_AFTER_FIRST = re.compile(r"^([^\W_]+)[\W_].*$", re.DOTALL)


class Branch:
    """An element, or all that look alike in one place. `children`: by key (`Names.key`)."""

    __slots__ = ("attributes", "children")

    def __init__(self) -> None:
        self.attributes: set[str] = set()
        self.children: dict[str, Branch] = {}

    def child(self, key: str) -> "Branch":
        """The child of this key, which there is from now on."""
        found = self.children.get(key)
        if found is None:
            found = self.children[key] = Branch()
        return found


class Sample(NamedTuple):
    """What is known of the pages of a template. `level`: how coarse the sample is: 0 is as fine as can be."""

    top: Branch
    level: int = 0


def grown(page: Tree, private: frozenset[str] = frozenset()) -> Sample:
    """The sample of one page, as browsers see it with scripts and without. `private`: words of the request."""
    top = Branch()
    for elements in (page.elements, page.unscripted):
        _grow(top, elements, Names(elements, private))
    return _fitted(Sample(top))


def united(samples: Iterable[Sample]) -> Sample:
    """All of what is in any of `samples`. They stay as they are."""
    top, level = Branch(), 0
    for one in samples:
        level = max(level, one.level)
        _add(top, one.top)
    return _fitted(Sample(top, level))


def covers(known: Sample, new: Sample) -> bool:
    """Would nothing be added to `known`?"""
    if known.level < new.level:
        return False
    if known.level > new.level:
        new = _coarse(new, known.level)
    waiting = [(known.top, new.top)]
    while waiting:
        mine, other = waiting.pop()
        if not other.attributes <= mine.attributes or not other.children.keys() <= mine.children.keys():
            return False
        waiting += [(mine.children[key], child) for key, child in other.children.items()]
    return True


def shape(sample: Sample, *, quirks: bool = False) -> Shape | None:
    """The shape that selectors are asked about; None where nothing is known."""
    nodes: list[Node] = []
    numbers = [-1]  # of the elements above the next one
    for depth, key, branch in walked(sample):
        del numbers[depth + 1 :]
        name, attributes = _read(key)
        namespace, _, local = name.rpartition("|")
        attributes |= dict.fromkeys(branch.attributes, shapes.HOLE)
        numbers.append(len(nodes))
        nodes.append(Node(local, namespace, numbers[depth], tuple(sorted(attributes.items())), True))
    return Shape(tuple(nodes), quirks, exact=False) if nodes else None


def walked(sample: Sample) -> Iterator[tuple[int, str, Branch]]:
    """Every element of a sample with its depth (0: `html`) and key, parents first, siblings sorted by their keys."""
    waiting = [(0, key, child) for key, child in sorted(sample.top.children.items(), reverse=True)]
    while waiting:
        depth, key, branch = waiting.pop()
        yield depth, key, branch
        waiting += [(depth + 1, below, child) for below, child in sorted(branch.children.items(), reverse=True)]


def _grow(top: Branch, elements: Sequence[Element], names: Names) -> None:
    path: list[Branch | None] = []  # of each element, None for one that is left out
    depths: list[int] = []
    above: list[Branch] = []  # the parent's, or of a deep one that of an ancestor
    for one in elements:
        parent, depth = (path[one.parent], depths[one.parent] + 1) if one.parent >= 0 else (top, 0)
        if parent is not None and depth > DEEPEST + 1:
            parent = above[one.parent]
        branch = None
        if parent is not None and not (depth == 2 and elements[one.parent].name == "head"):
            branch = parent.child(names.key(one))
            branch.attributes |= names.attributes(one)
        path.append(branch)
        depths.append(depth)
        above.append(parent or top)


def _add(top: Branch, other: Branch, made: Callable[[str], str] = str) -> None:
    waiting = [(top, other)]
    while waiting:
        mine, theirs = waiting.pop()
        mine.attributes |= theirs.attributes
        waiting += [(mine.child(made(key)), child) for key, child in theirs.children.items()]


def _fitted(sample: Sample) -> Sample:
    """`sample` at the first level from its own on at which it fits."""
    if sample.level:
        sample = _coarse(sample, sample.level)
    while sum(1 for _ in walked(sample)) > MOST:
        sample = _coarse(sample, sample.level + 1)
    return sample


def _coarse(sample: Sample, level: int) -> Sample:
    top = Branch()
    if level < TOO_VARIED:
        _add(top, sample.top, lambda key: _coarse_key(key, level))
    return Sample(top, level)


def _coarse_key(key: str, level: int) -> str:
    name, *rest = key.split(" ")
    made = (_coarse_name(one, level) for one in rest)
    return " ".join((name, *dict.fromkeys(made)))


def _coarse_name(marked: str, level: int) -> str:
    mark, name = marked[0], marked[1:]
    for one in range(1, level + 1):
        name = _COARSER[mark, one](name)
    return mark + name


def _same(name: str) -> str:
    return name


def _first(name: str) -> str:
    return tidied(_AFTER_FIRST.sub(rf"\1{HOLE}", name))


# What is done to ids and classes at each level. Steps add up, and a step done twice is done once.
_COARSER: Mapping[tuple[str, int], Callable[[str], str]] = {
    ("#", 1): _first,
    (".", 1): _same,
    ("#", 2): _same,
    (".", 2): lambda name: tidied(_DIGITS.sub(HOLE, name)),
    ("#", 3): lambda name: HOLE if name else "",
    (".", 3): _first,
}


def _read(key: str) -> tuple[str, dict[str, str]]:
    """The name of an element, and its id and classes as attributes."""
    name, *rest = key.split(" ")
    attributes: dict[str, str] = {}
    for one in rest:
        value = one[1:].replace(HOLE, shapes.HOLE)
        if one[0] == "#":
            attributes["id"] = value
        else:
            attributes["class"] = f"{attributes['class']} {value}" if attributes.get("class") else value
    return name, attributes
