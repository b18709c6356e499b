"""The sample of a template: every way from `<html>` down to an element that one of its pages had.

A page is a tree of elements; a sample is the union of such trees, in which siblings that look alike are one. What must stay true:
the union is one of sets, so pages and files may come in any order, and twice, and the sample is the same; and every element of
every page is in it below the ancestors that it had, with its names (`names.py`). So a selector that matched in a page may match in
the sample. What is not kept: order and number of siblings. The shape of a sample is therefore not `exact`: `:nth-child()`, `+`
and `:not()` count as fulfilled where elements may be missing or repeat.

Of `<html>` and `<body>` there is one, with the classes that any page gave it: an application that names each page in a class of its
body would else have every element once a page. What is lost is which of these classes come together, and their order.

Bounded: a sample of more than `MOST` is kept more coarsely, in three steps: of ids the first part; siblings of one name as one,
with the classes of all, as `<body>`; of classes the first part. Beyond them nothing is kept. The level is part of the sample:
coarse and fine ones make a coarse one, in whatever order they come. Elements deeper than `DEEPEST` hang there. The content of
`<head>` is left out, for nothing of it is painted.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from assetforge.formats.html.tree import Element, Tree
from assetforge.pages.match import shapes
from assetforge.pages.match.shapes import Node, Shape
from assetforge.samples.names import HOLE, Names, tidied

MOST = 2000  # elements of a sample, and classes of those that are one
DEEPEST = 100  # elements above an element
TOO_VARIED = 4  # the level at which nothing is kept

_ONE_NAME = 2  # the level at which siblings of one name are one
_ROOTS = frozenset({"html", "body"})
_AFTER_FIRST = re.compile(r"^([^\W_]+)[\W_].*$", re.DOTALL)


class Branch:
    """An element, or all that look alike in one place. `children`: by key (`Names.key`). `marks`: what else they have: `[name` of
    an attribute, and where classes are no part of the key, `.name` of one."""

    __slots__ = ("children", "marks")

    def __init__(self) -> None:
        self.marks: set[str] = set()
        self.children: dict[str, Branch] = {}

    def child(self, key: str) -> "Branch":
        """The child of this key, which there is from now on."""
        found = self.children.get(key)
        if found is None:
            found = self.children[key] = Branch()
        return found

    def add(self, key: str, level: int, marks: Iterable[str]) -> "Branch":
        """The child for an element with this key and `marks`, in a sample of a level."""
        name, _, names = key.partition(" ")
        if names and (level >= _ONE_NAME or name in _ROOTS):
            rest = names.split(" ")
            found = self.child(" ".join((name, *(one for one in rest if one[0] == "#"))))
            found.marks.update(one for one in rest if one[0] == ".")
        else:
            found = self.child(key)
        found.marks.update(marks)
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


def united(samples: Sequence[Sample]) -> Sample:
    """All of what is in any of `samples`. They stay as they are."""
    if len(samples) == 1:
        return _fitted(samples[0])
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
        new = _coarser(new, known.level)
    waiting = [(known.top, new.top)]
    while waiting:
        mine, other = waiting.pop()
        if not other.marks <= mine.marks or not other.children.keys() <= mine.children.keys():
            return False
        waiting += [(mine.children[key], child) for key, child in other.children.items()]
    return True


def shape(sample: Sample, *, quirks: bool = False) -> Shape | None:
    """The shape that selectors are asked about; None where nothing is known."""
    nodes: list[Node] = []
    numbers = [-1]  # of the elements above the next one
    for depth, key, branch in walked(sample):
        del numbers[depth + 1 :]
        name, attributes = _read([*key.split(" "), *sorted(branch.marks)])
        namespace, _, local = name.rpartition("|")
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
            branch = parent.add(names.key(one), 0, names.attributes(one))
        path.append(branch)
        depths.append(depth)
        above.append(parent or top)


def _add(top: Branch, other: Branch, level: int = 0) -> None:
    waiting = [(top, other)]
    while waiting:
        mine, theirs = waiting.pop()
        for key, child in theirs.children.items():
            if level:
                found = mine.add(_coarse(key.split(" "), level), level, _coarse(sorted(child.marks), level).split())
            else:
                found = mine.child(key)
                found.marks |= child.marks
            waiting.append((found, child))


def _fitted(sample: Sample) -> Sample:
    """`sample` at the first level from its own on at which it fits."""
    if sample.level:
        sample = _coarser(sample, sample.level)
    while _size(sample) > MOST:
        sample = _coarser(sample, sample.level + 1)
    return sample


def _size(sample: Sample) -> int:
    return sum(1 + sum(one[0] == "." for one in branch.marks) for _, _, branch in walked(sample))


def _coarser(sample: Sample, level: int) -> Sample:
    top = Branch()
    if level < TOO_VARIED:
        _add(top, sample.top, level)
    return Sample(top, level)


def _coarse(parts: Iterable[str], level: int) -> str:
    """Parts of a line at a level. What is done twice is as if done once, at this level and at any below."""
    return " ".join(dict.fromkeys(_coarse_part(one, level) for one in parts))


def _coarse_part(part: str, level: int) -> str:
    if (part[0] == "#" and level >= 1) or (part[0] == "." and level > _ONE_NAME):
        return part[0] + (tidied(_AFTER_FIRST.sub(rf"\1{HOLE}", part[1:])) if len(part) > 1 else "")
    return part


def _read(parts: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The name of an element, and its attributes."""
    attributes: dict[str, str] = {}
    for one in parts[1:]:
        value = one[1:].replace(HOLE, shapes.HOLE)
        if one[0] == "#":
            attributes["id"] = value
        elif one[0] == "[":
            attributes[one[1:]] = shapes.HOLE
        else:
            attributes["class"] = f"{attributes['class']} {value}" if attributes.get("class") else value
    return parts[0], attributes
