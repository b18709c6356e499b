"""Sets of a page's elements, and what leads from one set to another: child, descendant, sibling, ancestor.

A set is an int: bit `n` is element `n` of the shape. What must stay true: every step is linear in the number of elements. On usual
pages (some hundred elements) a step takes around a microsecond, since a whole set fits in a few machine words.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

from assetforge.pages.match.shapes import HOLE, Node, Shape, words

Set = int

_SMALL = 4096  # bits: up to here the lowest bit is found by arithmetic


class Elements:
    """The elements of one shape, and where to find them by name, class, id and attribute.

    Keys: `name` of an HTML element, `|name` of another one, `.class`, `#id`, `[attribute`; attributes in lower case, classes and
    ids too in quirks mode."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.nodes = shape.nodes
        self.quirks, self.exact = shape.quirks, shape.exact
        self.count = len(shape.nodes)
        self.all: Set = (1 << self.count) - 1
        self.parents = [one.parent for one in shape.nodes]
        self.places: dict[str, list[int]] = {}
        self.holes: list[tuple[str, int]] = []  # keys with a hole, and their element
        self.positions: dict[tuple[int, int, bool, bool, Set], Set] = {}  # of elements among their siblings, as `Evaluation` asks
        self.groups: dict[str, Any] = {}  # of form controls, as `states` knows them
        self._inherited: dict[str, list[Any]] = {}
        self._sets: dict[str, Set] = {}
        self._read()

    def _read(self) -> None:
        places = self.places
        for number, node in enumerate(self.nodes):
            for key in self._keys(node):
                if HOLE in key:
                    self.holes.append((key, number))
                elif key in places:
                    places[key].append(number)
                else:
                    places[key] = [number]

    def _keys(self, node: Node) -> Iterable[str]:
        name, namespace, _, attributes, _ = node
        keys = [f"|{name}" if namespace else name]
        for attribute, value in attributes:
            keys.append("[" + attribute.lower())
            if attribute == "class":
                found = words(value.lower() if self.quirks else value)
                keys += ["." + word for word in (found if len(found) < 2 else dict.fromkeys(found))]
            elif attribute == "id":
                keys.append("#" + (value.lower() if self.quirks else value))
        return keys

    # -- finding --------------------------------------------------------------------------------------------------------------

    def known(self, key: str) -> Set:
        """The elements with a key, those aside that may have it."""
        found = self._sets.get(key)
        if found is None:
            found = self._sets[key] = self.set(self.places.get(key, ()))
        return found

    @cached_property
    def has_holes(self) -> bool:
        """Is the name or the value of any attribute not known, or a part of it?"""
        return any(HOLE in name or HOLE in value for node in self.nodes for name, value in node.attributes)

    def inherited(self, name: str, own: Callable[[int], object]) -> list[Any]:
        """Of each element what `own` says of it, or of the nearest ancestor that it says something of (not None). `name`: of what
        is asked, so that it is found out once."""
        found = self._inherited.get(name)
        if found is None:
            found = self._inherited[name] = []
            for number, parent in enumerate(self.parents):
                value = own(number)
                found.append(found[parent] if value is None and parent >= 0 else value)
        return found

    def of_key(self, key: str, may: bool = True) -> Set:
        """The elements with a class or id, as a selector writes it."""
        return self.known(key.lower() if self.quirks else key)

    def named(self, name: str, namespace: str | None, urls: dict[str, str]) -> Set:
        """The elements that a type selector means: HTML elements by their name in lower case, others by it as written."""
        found = self.known(name.lower()) if namespace in (None, urls[""]) else 0
        foreign = self.known(f"|{name}") if namespace != urls[""] else 0
        if foreign and namespace is not None:
            foreign = self.where(foreign, lambda one: urls[self.nodes[one].namespace] == namespace)
        return found | foreign

    def set(self, numbers: Iterable[int]) -> Set:
        if self.count <= _SMALL:
            found = 0
            for number in numbers:
                found |= 1 << number
            return found
        bits = bytearray(self.count // 8 + 1)
        for number in numbers:
            bits[number >> 3] |= 1 << (number & 7)
        return int.from_bytes(bits, "little")

    def where(self, candidates: Set, holds: Callable[[int], bool]) -> Set:
        return self.set([one for one in ones(candidates) if holds(one)])

    # -- relations ------------------------------------------------------------------------------------------------------------

    @cached_property
    def ends(self) -> list[int]:
        """Of each element the number of the first after it that is no descendant of it."""
        ends = list(range(1, self.count + 1))
        for number in range(self.count - 1, 0, -1):
            parent = self.parents[number]
            if parent >= 0 and ends[number] > ends[parent]:
                ends[parent] = ends[number]
        return ends

    @cached_property
    def children(self) -> dict[int, list[int]]:
        """By parent; those of -1 are the root element."""
        found: dict[int, list[int]] = {}
        for number, parent in enumerate(self.parents):
            found.setdefault(parent, []).append(number)
        return found

    @cached_property
    def order(self) -> list[int]:
        """Of each element its index among its siblings."""
        order = [0] * self.count
        for siblings in self.children.values():
            for index, number in enumerate(siblings):
                order[number] = index
        return order

    @cached_property
    def families(self) -> dict[int, Set]:
        """By parent the set of its children."""
        return {parent: self.set(numbers) for parent, numbers in self.children.items()}

    def child(self, of: Set, among: Set) -> Set:
        if self.count <= _SMALL and of.bit_count() < among.bit_count():
            families, found = self.families, 0
            for one in ones(of):
                found |= families.get(one, 0)
            return found & among
        holds, parents = self._test(of), self.parents
        return self.set([one for one in ones(among) if parents[one] >= 0 and holds(parents[one])])

    def descendant(self, of: Set, among: Set) -> Set:
        ends, found = self.ends, list[int]()
        if self.count <= _SMALL:
            inside = 0
            while of:
                first = (of & -of).bit_length()
                end = ends[first - 1]
                inside |= (1 << end) - (1 << first)
                of = of >> end << end
            return inside & among
        waiting = ones(of)
        inside = 0  # up to here everything is a descendant
        root = next(waiting, None)
        for one in ones(among):
            while root is not None and root < one:
                inside = max(inside, ends[root])
                root = next(waiting, None)
            if one < inside:
                found.append(one)
        return self.set(found)

    def next(self, of: Set, among: Set) -> Set:
        children, order, holds = self.children, self.order, self._test(of)
        return self.set([one for one in ones(among) if order[one] and holds(children[self.parents[one]][order[one] - 1])])

    def later(self, of: Set, among: Set) -> Set:
        first: dict[int, int] = {}
        for one in ones(of):
            first.setdefault(self.parents[one], one)
        return self.set([one for one in ones(among) if first.get(self.parents[one], self.count) < one])

    def beside(self, of: Set, among: Set) -> Set:
        """Those with a sibling in `of`, before or after: all that can be said where elements may be missing."""
        parents = {self.parents[one] for one in ones(of)}
        return self.set([one for one in ones(among) if self.parents[one] in parents])

    def parent(self, of: Set, among: Set) -> Set:
        return self.set([one for one in {self.parents[one] for one in ones(of)} if one >= 0]) & among

    def ancestor(self, of: Set, among: Set) -> Set:
        seen: set[int] = set()
        for one in ones(of):
            above = self.parents[one]
            while above >= 0 and above not in seen:
                seen.add(above)
                above = self.parents[above]
        return self.set(seen) & among

    def previous(self, of: Set, among: Set) -> Set:
        children, order = self.children, self.order
        return self.set([children[self.parents[one]][order[one] - 1] for one in ones(of) if order[one]]) & among

    def earlier(self, of: Set, among: Set) -> Set:
        last: dict[int, int] = {}
        for one in ones(of):
            last[self.parents[one]] = one
        return self.set([one for one in ones(among) if one < last.get(self.parents[one], -1)])

    def _test(self, found: Set) -> Callable[[int], int]:
        """Is an element in a set? Asked often."""
        if self.count <= _SMALL:
            return lambda number: found >> number & 1
        bits = found.to_bytes(self.count // 8 + 1, "little")
        return lambda number: bits[number >> 3] >> (number & 7) & 1


def ones(found: Set) -> Iterator[int]:
    """The elements of a set, in document order."""
    if found.bit_length() <= _SMALL:
        while found:
            low = found & -found
            yield low.bit_length() - 1
            found ^= low
        return
    bits = bin(found)[:1:-1]
    at = bits.find("1")
    while at >= 0:
        yield at
        at = bits.find("1", at + 1)
