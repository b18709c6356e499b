"""Which rules of a stylesheet may match something in a page, before its first paint.

    index = Index((number, parse(prelude)) for number, prelude in rules)       # once for a stylesheet
    index.matched(shapes(tree))                                                 # -> {number: selectors of its list that may match}

`parse` and `within` (nesting) are in `formats.css.selectors`, `shapes` in `pages.shapes`.

A selector needs a page to have every name, class, id and attribute that it asks for. Of Bootstrap's and Font Awesome's 4,900
selectors 4 in 100 stand that test on a page, so it comes first: selectors lie under the rarest thing that they need, and a page
asks for what it has. Only those that stand it are evaluated.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from assetforge.formats.css.selectors.compiled import Attribute, Complex, Compound, Has, Is, Not, Nth, PseudoClass, Selectors
from assetforge.formats.css.selectors.parser import plain_names
from assetforge.pages.match.attributes import fits
from assetforge.pages.match.element_sets import Elements, Set, ones
from assetforge.pages.match.evaluation import Evaluation
from assetforge.pages.match.shapes import NO_CHANGES, Asked, Changes, Shape
from assetforge.pages.match.states import FIXED

_MARKS = "#.["  # what keys other than names begin with


# A selector: its rule by the order of mention, its position in the list, and what else it needs.
_Entry = tuple[int, int, Selectors, tuple[str, ...]]


class Index:
    """The selectors of a stylesheet (of a page's stylesheets, if you like), by what they need a page to have. Make it once, ask it
    for every page. `rules`: the caller's number of a rule, any int, and its selectors; nested rules by `within(inner, outer)`."""

    def __init__(self, rules: Iterable[tuple[int, Selectors]]) -> None:
        self._numbers: list[int] = []
        self._entries: dict[str, list[_Entry]] = {}
        self._lists: list[Selectors] = []  # kept alive: evaluations know them by identity
        entries = self._entries
        for ordinal, (number, selectors) in enumerate(rules):
            self._numbers.append(number)
            self._lists.append(selectors)
            needs = plain_names(selectors.plain) if selectors.plain else [needed(one) for one in selectors.alternatives]
            for position, keys in enumerate(needs):
                first = keys[0] if len(keys) == 1 else _rarest(keys)
                entry = (ordinal, position, selectors, tuple(keys) if len(keys) > 1 else ())
                if first in entries:
                    entries[first].append(entry)
                else:
                    entries[first] = [entry]

    @cached_property
    def _keys(self) -> frozenset[str]:
        """Every key that a selector needs."""
        return frozenset(self._entries).union(*(entry[3] for entries in self._entries.values() for entry in entries))

    @cached_property
    def asked(self) -> Asked:
        """What the selectors ask for, so that shapes can be reduced to it."""
        return asked(self._lists)

    def matched(self, pages: Sequence[Shape], changes: Changes = NO_CHANGES) -> Mapping[int, tuple[int, ...]]:
        """The numbers of the rules that may match an element of one of `pages` (a page has one shape, two with `<noscript>`; a
        template as many as it has samples), each with the positions in its list of the selectors that may. In the order of the
        numbers' first mention."""
        found: set[tuple[int, int]] = set()
        for page in pages:
            self._match(Elements(page), changes, found)
        result: dict[int, tuple[int, ...]] = {}
        for rule, position in sorted(found):
            number = self._numbers[rule]
            result[number] = (*result.get(number, ()), position)
        return result

    def _match(self, page: Elements, changes: Changes, found: set[tuple[int, int]]) -> None:
        evaluation = Evaluation(page, changes)
        present = self._present(page, changes)
        for key in self._entries.keys() & present:
            for rule, position, selectors, needs in self._entries[key]:
                if (rule, position) in found or not present.issuperset(needs):
                    continue
                if evaluation.complex(selectors.alternatives[position], True):
                    found.add((rule, position))

    def _present(self, page: Elements, changes: Changes) -> set[str]:
        """What the page has or may have, in lower case."""
        present = {key.lower().lstrip("|") for key in page.places}
        present.add("")
        present.update("." + name.lower() for name in changes.classes | changes.root_classes)
        present.update("#" + name.lower() for name in changes.ids)
        present.update("[" + name.lower() for name in changes.attributes | changes.root_attributes)
        if changes.classes or changes.root_classes:
            present.add("[class")
        if changes.ids:
            present.add("[id")
        if changes.anything:
            present.update(key for key in self._keys if key[0] in _MARKS)
        for hole in {key.lower() for key, _ in page.holes}:
            present.update(key for key in self._keys if fits(hole, key))
        return present


def select(selectors: Selectors, page: Shape) -> tuple[int, ...]:
    """The elements (their indices) that `querySelectorAll` finds in an exact shape: nobody hovers, nothing has focus."""
    return tuple(ones(Evaluation(Elements(page), None).selectors(selectors, True)))


def bounds(selectors: Selectors, page: Shape, changes: Changes = NO_CHANGES) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The elements that selectors must match before the first paint, and those that they may."""
    evaluation = Evaluation(Elements(page), changes)
    must: Set = evaluation.selectors(selectors, False)
    return tuple(ones(must)), tuple(ones(evaluation.selectors(selectors, True)))


def needed(one: Complex) -> list[str]:
    """The keys (as in `Elements`, in lower case) that a page must have for a selector to match, its last compound's first."""
    keys: list[str] = []
    for compound in reversed(one.compounds):
        keys += _compound_needs(compound) if not compound.conditions else _needs(compound)
    return keys


def _needs(one: Compound) -> list[str]:
    keys = list(_compound_needs(one._replace(conditions=())))
    for condition in one.conditions:
        if isinstance(condition, Attribute):
            if not condition.namespace:
                keys.append("[" + condition.name.lower())
        elif isinstance(condition, Is) and len(condition.selectors.alternatives) == 1:
            keys += needed(condition.selectors.alternatives[0])
    return keys


def _compound_needs(one: Compound) -> list[str]:
    _, name, ids, classes, _, _, _ = one
    keys = ["#" + key.lower() for key in ids] if ids else []
    keys += ["." + key.lower() for key in classes]
    if name is not None:
        keys.append(name.lower())
    return keys


def _rarest(keys: list[str]) -> str:
    """An id, else a class, else an attribute, else a name; empty where there is nothing."""
    found = ""
    for key in keys:
        mark = key[0]
        if mark == "#":
            return key
        if (mark == "." and found[:1] != ".") or not found or (mark == "[" and found[0] not in _MARKS):
            found = key
    return found


def asked(lists: Iterable[Selectors]) -> Asked:
    """What selectors ask for."""
    classes, ids, attributes, values = set[str](), set[str](), set[str](), set[str]()
    text = False
    for compound in _compounds(lists):
        classes.update(name.lower() for name in compound.classes)
        ids.update(name.lower() for name in compound.ids)
        for condition in compound.conditions:
            if isinstance(condition, Attribute):
                name = condition.name.lower()
                found = values if condition.operator else attributes
                found.update((name, f"xlink:{name}", f"xml:{name}") if condition.namespace else (name,))
            elif isinstance(condition, PseudoClass):
                if condition.name in _KNOWN:
                    values.update(_ASKED.get(condition.name) or FIXED[condition.name].asked)
                text |= condition.name in ("empty", "placeholder-shown", "-ms-input-placeholder")
    return Asked(frozenset(classes), frozenset(ids), frozenset(attributes), frozenset(values), text)


_ASKED = {"lang": ("lang", "xml:lang"), "dir": ("dir", "type")}
_KNOWN = FIXED.keys() | _ASKED.keys()


def _compounds(lists: Iterable[Selectors]) -> Iterator[Compound]:
    """Every compound, those in brackets too; a shared list once."""
    waiting, seen = list(lists), set[int]()
    while waiting:
        found = waiting.pop()
        if id(found) in seen:
            continue
        seen.add(id(found))
        for one in found.alternatives:
            for compound in one.compounds:
                yield compound
                for condition in compound.conditions:
                    if isinstance(condition, Is | Not | Has):
                        waiting.append(condition.selectors)
                    elif isinstance(condition, Nth) and condition.of:
                        waiting.append(condition.of)
