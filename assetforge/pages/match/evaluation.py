"""What selectors match in one page: exactly, or at least and at most.

What may happen before a page's first paint is not known to the last: people hover, scripts set classes, templates leave holes. So
every selector has two sets: the elements that it may match, and those that it must match. `:not()` turns one into the other, and
all else keeps them apart. Where everything is known both are what a browser would find.

Sets are made for whole selectors, the last compound first: most have no element with what it asks for, and there it ends. What
stands left of it is then followed from the left, since each combinator leads from a whole set to a whole set. A list inside of
brackets has its sets once for a page, so nesting does not multiply work.
"""

from collections.abc import Callable

from assetforge.formats.css.selectors.compiled import (
    Attribute,
    Complex,
    Compound,
    Condition,
    Has,
    Is,
    Not,
    Nth,
    PseudoClass,
    Selectors,
)
from assetforge.pages.match.attributes import fits, matches, same_name
from assetforge.pages.match.element_sets import Elements, Set
from assetforge.pages.match.languages import direction, speaks
from assetforge.pages.match.shapes import HOLE, Changes, Node
from assetforge.pages.match.states import ANYBODY, FIXED, NEVER, State, candidates, unknown

_URLS = {"": "http://www.w3.org/1999/xhtml", "svg": "http://www.w3.org/2000/svg", "math": "http://www.w3.org/1998/Math/MathML"}
_ANY_ATTRIBUTE = "[" + HOLE
# Compounds of a selector that are looked at, from its end: what stands before them counts as fulfilled. The longest one of 34,686
# rules of real sites has 14.
_LONGEST = 64
_Step = Callable[[Elements, Set, Set], Set]
_FORWARD: dict[str, _Step] = {" ": Elements.descendant, ">": Elements.child, "+": Elements.next, "~": Elements.later}
_BACK: dict[str, _Step] = {" ": Elements.ancestor, ">": Elements.parent, "+": Elements.previous, "~": Elements.earlier}
_BESIDE: dict[str, _Step] = {"+": Elements.beside, "~": Elements.beside}


class Evaluation:
    """Answers for one page. `changes`: what scripts may do; None asks for what `querySelectorAll` would find there and then.
    The selectors asked about must live as long as the evaluation."""

    def __init__(self, page: Elements, changes: Changes | None) -> None:
        self.page = page
        self.now = changes is None
        self.changes = _lowered(changes) if changes and page.quirks else changes or Changes()
        loose = {} if page.exact else _BESIDE
        self.forward, self.back = {**_FORWARD, **loose}, {**_BACK, **loose}
        self.roots = page.known("html") | page.known("body")
        self.vague = bool(self.changes != Changes() or page.holes or not page.exact)
        self._sets: dict[tuple[int, bool], Set] = {}
        self._conditions: dict[tuple[Condition, bool], Set] = {}

    def selectors(self, found: Selectors, may: bool) -> Set:
        """The elements that a list may match, or must."""
        key = (id(found), may)
        known = self._sets.get(key)
        if known is None:
            known = 0
            for one in found.alternatives:
                known |= self.complex(one, may)
            self._sets[key] = known
        return known

    def complex(self, one: Complex, may: bool) -> Set:
        compounds = one.compounds
        if not compounds:
            return self.page.all if may and not self.now else 0
        if len(compounds) > _LONGEST and not self.now:
            if not may:
                return 0
            compounds = compounds[-_LONGEST:]
        sets = []
        for compound in reversed(compounds):
            found = self.compound(compound, may)
            if not found:
                return 0
            sets.append(found)
        found = sets.pop()
        if compounds[0].combinator and (self.now or not may):  # relative to what is not known
            return 0
        for compound in compounds[1:]:
            found = self.forward[compound.combinator](self.page, found, sets.pop())
            if not found:
                return 0
        return found

    def compound(self, one: Compound, may: bool) -> Set:
        key = (id(one), may)
        found = self._sets.get(key)
        if found is None:
            found = self._sets[key] = self._compound(one, may)
        return found

    def _compound(self, one: Compound, may: bool) -> Set:
        page = self.page
        if one.pseudo and (self.now or not may):
            return 0
        found = page.all
        if one.name is not None:
            found = page.named(one.name, one.namespace, _URLS)
            if may and page.holes:
                found |= page.set([number for key, number in page.holes if key[0] not in ".#["])
        elif one.namespace is not None:
            found = page.where(found, lambda number: _URLS[page.nodes[number].namespace] == one.namespace)
        key = self.key if self.vague else page.of_key
        for name in one.ids:
            found &= key("#" + name, may)
        for name in one.classes:
            found &= key("." + name, may)
        if not found:
            return 0
        for condition in one.conditions:
            found &= self.condition(condition, may)
            if not found:
                return 0
        return found

    def key(self, key: str, may: bool) -> Set:
        """The elements with a class or an id."""
        page, changes = self.page, self.changes
        found = page.of_key(key, may)
        mark, name = key[0], key[1:].lower() if page.quirks else key[1:]
        anywhere = changes.anything or name in (changes.classes if mark == "." else changes.ids)
        if not may:
            # who gets another id loses the one it has
            found = 0 if anywhere or not page.exact or (mark == "#" and changes.ids) else found
        elif anywhere:
            found = page.all
        elif page.holes:
            found |= page.set([number for hole, number in page.holes if fits(hole, key)])
        if mark == "." and name in changes.root_classes:
            found = found | self.roots if may else found & ~self.roots
        return found

    def condition(self, one: Condition, may: bool) -> Set:
        if type(one) is Attribute or type(one) is PseudoClass:
            # equal ones stand in many selectors
            found = self._conditions.get((one, may))
            if found is None:
                found = self._conditions[one, may] = self._condition(one, may)
            return found
        return self._condition(one, may)

    def _condition(self, one: Condition, may: bool) -> Set:
        match one:
            case Attribute():
                return self.attribute(one, may)
            case PseudoClass():
                return self.pseudo_class(one, may)
            case Is(selectors):
                return self.selectors(selectors, may)
            case Not(selectors):
                return self.page.all & ~self.selectors(selectors, not may)
            case Nth():
                return self.nth(one, may)
            case Has(selectors):
                return self.has(selectors, may)
        # `&` with nothing around it: https://drafts.csswg.org/css-nesting-1/#nest-selector
        return self.pseudo_class(PseudoClass("scope"), may)

    # -- attributes -----------------------------------------------------------------------------------------------------------

    def attribute(self, one: Attribute, may: bool) -> Set:
        page, name = self.page, one.name.lower()
        found = page.set([number for number in page.places.get("[" + name, ()) if self._holds(page.nodes[number], one, may)])
        if one.namespace and name.find(":") < 0:
            prefixed = page.places.get("[xlink:" + name, []) + page.places.get("[xml:" + name, [])
            found |= page.set([number for number in prefixed if self._holds(page.nodes[number], one, may)])
        everywhere, at_root = self._may_change(one, name)
        if not may:
            found = 0 if everywhere or not page.exact else found
            return found & ~self.roots if at_root else found
        if everywhere:
            return page.all
        found |= page.set([number for key, number in page.holes if key.startswith(_ANY_ATTRIBUTE)])
        return found | self.roots if at_root else found

    def _holds(self, node: Node, one: Attribute, may: bool) -> bool:
        for name, value in node.attributes:
            if same_name(node, name, one):
                return may if HOLE in value and one.operator else matches(one, value, node)
        return False

    def _may_change(self, one: Attribute, name: str) -> tuple[bool, bool]:
        """May scripts make an attribute selector match, or not match? Anywhere; at the root."""
        changes = self.changes
        everywhere = changes.anything or name in changes.attributes
        at_root = name in changes.root_attributes
        if name in ("class", "id"):
            added = changes.classes if name == "class" else changes.ids
            everywhere |= bool(added)
            at_root |= bool(name == "class" and changes.root_classes)
        return everywhere, at_root

    # -- states ---------------------------------------------------------------------------------------------------------------

    def pseudo_class(self, one: PseudoClass, may: bool) -> Set:
        page, name = self.page, one.name
        if name in NEVER:
            return 0
        if name == "lang" and one.argument is not None:
            return self._told(lambda number: speaks(page, number, one.argument or ""), may)
        if name == "dir" and one.argument is not None:
            return self._told(lambda number: direction(page, number, one.argument or ""), may)
        if name == "scope" and not self.now:  # a rule of `@scope` has another one
            return page.all if may else 0
        state = FIXED.get(name, ANYBODY) if one.argument is None else ANYBODY
        if state.kind == "lively":
            return candidates(page, state) if may and not self.now else 0
        return self._state(name, state, may)

    def _state(self, name: str, state: State, may: bool) -> Set:
        page, changes = self.page, self.changes
        possible = candidates(page, state)
        changing = (changes.anything and bool(state.asked)) or not changes.attributes.isdisjoint(state.asked)
        if not self.now and (state.kind == "restored" or changing or (not page.exact and name != "root")):
            return possible if may else 0
        found = page.where(possible, lambda number: state.holds(page, number))
        vague = page.where(possible, lambda number: unknown(page.nodes[number], state.asked)) if page.has_holes else 0
        return found | vague if may else found & ~vague

    def _told(self, tells: Callable[[int], bool | None], may: bool) -> Set:
        """Where `tells` answers; None means that nothing is known."""
        page, changes = self.page, self.changes
        if not self.now and (not page.exact or changes.anything or changes.attributes | changes.root_attributes):
            return page.all if may else 0
        return page.where(page.all, lambda number: bool((found := tells(number)) or (found is None and may and not self.now)))

    # -- structure ------------------------------------------------------------------------------------------------------------

    def nth(self, one: Nth, may: bool) -> Set:
        page = self.page
        if not page.exact:
            return page.all if may else 0
        counted = page.all
        if one.of is not None:
            counted = self.selectors(one.of, True)
            if counted != self.selectors(one.of, False):
                return counted if may else 0
        # equal positions are looked for again and again (`:first-child`): what is found stays with the page
        known = page.positions.get((one.step, one.offset, one.last, one.typed, counted))
        if known is None:
            known = page.positions[(one.step, one.offset, one.last, one.typed, counted)] = _positions(page, one, counted)
        return known

    def has(self, selectors: Selectors, may: bool) -> Set:
        if not self.page.exact and not may:
            return 0
        found = 0
        for one in selectors.alternatives:
            if not one.compounds:
                return self.page.all if may and not self.now else 0
            reached = self.page.all
            for compound in reversed(one.compounds):
                reached &= self.compound(compound, may)
                if not reached:
                    break
                reached = self.back[compound.combinator or " "](self.page, reached, self.page.all)
            found |= reached
        return found


def _lowered(changes: Changes) -> Changes:
    """In quirks mode the case of classes and ids does not count."""
    classes, ids, roots = (
        frozenset({name.lower() for name in names}) for names in (changes.classes, changes.ids, changes.root_classes)
    )
    return changes._replace(classes=classes, ids=ids, root_classes=roots)


def _positions(page: Elements, one: Nth, counted: Set) -> Set:
    if one.step == 0 and not one.typed and counted == page.all:
        index = -one.offset if one.last else one.offset - 1
        return page.set([siblings[index] for siblings in page.children.values() if 0 < one.offset <= len(siblings)])
    found = []
    for siblings in page.children.values():
        groups: dict[object, int] = {}
        for number in reversed(siblings) if one.last else siblings:
            if not counted >> number & 1:
                continue
            node = page.nodes[number]
            group = (node.name, node.namespace) if one.typed else None
            index = groups[group] = groups.get(group, 0) + 1
            if one.step == 0:
                if index == one.offset:
                    found.append(number)
            elif (index - one.offset) % one.step == 0 and (index - one.offset) // one.step >= 0:
                found.append(number)
    return page.set(found)
