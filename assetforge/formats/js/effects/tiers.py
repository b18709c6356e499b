"""When each function of a script runs: at load, perhaps then, or later.

What must stay true: the script itself runs at load; what runs calls what it calls. A function that is given to a parameter which
the callee calls is called by whoever gave it, not by the callee, or one `each` that runs at load would drag along every callback
of the script. Functions that nobody here calls run later, if ever. """

from typing import Any

from assetforge.formats.js.effects import builtins, host
from assetforge.formats.js.effects.acts import Acts
from assetforge.formats.js.effects.calls import Calls
from assetforge.formats.js.effects.facts import Site
from assetforge.formats.js.effects.program import CLASSES, Program
from assetforge.formats.js.effects.values import ANYTHING, UNKNOWN, Atom

LATER, MAY, LOAD = 1, 2, 3
# Methods that run without being called, and what a script must mention for that (ECMA-262, 7.1.1, 7.4.2, 27.2.1.3.2).
_IMPLICIT: dict[str, tuple[str, ...]] = {
    "toString": ("",), "valueOf": ("",), "toJSON": ("JSON",), "then": ("await", "Promise"),
    "next": ("Symbol.iterator", "Symbol.asyncIterator"),
}  # fmt: skip


class Tiers:
    """`level[f]`: of each function by number."""

    def __init__(self, program: Program, calls: Calls, acts: Acts) -> None:
        self.program = program
        self.calls = calls
        self.facts = calls.facts
        self.flow = calls.flow
        self.acts = acts
        count = len(program.functions)
        self.level = [LATER] * count
        self._after: list[list[int]] = [[] for _ in range(count)]
        self._perhaps: list[list[int]] = [[] for _ in range(count)]
        self._slots = {slot: (one.number, at) for one in program.functions for at, slot in enumerate(one.slots)}
        self._invoked: dict[tuple[int, int], bool] = {}  # parameter: only perhaps
        self._everything = -1

    def run(self) -> list[int]:
        self._direct()
        self._parameters()
        self._computed()
        self._accessors()
        self._spread()
        return self.level

    def _vertex(self) -> int:
        self.level.append(LATER)
        self._after.append([])
        self._perhaps.append([])
        return len(self.level) - 1

    def _edge(self, caller: int, callee: int, *, perhaps: bool = False) -> None:
        (self._perhaps if perhaps else self._after)[caller].append(callee)

    def functions(self, node: int | None) -> list[int]:
        return sorted(atom for atom in self.flow.of(node) if type(atom) is int and atom >= 0)

    def _direct(self) -> None:
        """Calls of what a callee is known to be."""
        for node, sites in self.facts.sites.items():
            callees = self.functions(node)
            if not callees:
                continue
            slot = self._slots.get(node)
            vertex = callees[0] if len(callees) == 1 else self._vertex()
            if len(callees) > 1:
                for callee in callees:
                    self._edge(vertex, callee)
            for site in sites:
                if site.name == "bind":
                    continue
                if slot is not None and slot[0] == site.function:
                    self._invoked.setdefault(slot, False)
                elif not site.name or not self._elsewhere(site):
                    self._edge(site.function, vertex, perhaps=bool(site.name) and len(callees) > 1)
        for function in self.program.functions:
            if self.program.kind[function.place] in CLASSES and function.constructor is not None:
                self._edge(function.number, function.constructor)

    def _elsewhere(self, site: Site) -> bool:
        """Whether a method is certainly the host's and none of the script's."""
        atoms = self.flow.of(site.this) if site.this is not None and site.this >= 0 else set()
        return bool(atoms) and all(isinstance(atom, tuple) and self._hosts(atom) for atom in atoms)

    def _hosts(self, atom: tuple[Any, ...]) -> bool:
        if atom[0] == "global":
            return builtins.builtin(atom[1].partition(".")[0])
        return atom[0] not in ("jq", "window", "own", "any", "self")

    # what is given to be called

    def _parameters(self) -> None:
        given = [site for sites in self.facts.sites.values() for site in sites if site.values]
        unknown = {
            id(site): self._treatment(node, site) for node, sites in self.facts.sites.items() for site in sites if site.values
        }
        for site in given:
            how = unknown[id(site)]
            if how in ("once", "perhaps"):
                for value in site.values:
                    slot = self._slots.get(value) if value is not None else None
                    if slot is not None and slot[0] == site.function:
                        self._invoked[slot] = self._invoked.get(slot, True) and how == "perhaps"
        self._passed_on()
        for site in given:
            self._given(site, unknown[id(site)])
        for node, sites in self.facts.sites.items():
            callees = self.functions(node)[:64]
            for callee in callees:
                self._invoking(callee, sites)

    def _passed_on(self) -> None:
        """A parameter that is given to a parameter which is called is called too."""
        changed = True
        for _ in range(8):
            if not changed:
                break
            changed = False
            invoking = {one for one, at in self._invoked if at < 8}
            for node, sites in self.facts.sites.items():
                callees = [one for one in self.functions(node)[:16] if one in invoking]
                for callee in callees:
                    for site in sites:
                        changed = self._pass(callee, site) or changed

    def _pass(self, callee: int, site: Site) -> bool:
        changed = False
        for at, value in enumerate(site.values[:8]):
            slot = self._slots.get(value) if value is not None else None
            if (callee, at) in self._invoked and slot is not None and slot[0] == site.function and slot not in self._invoked:
                self._invoked[slot] = self._invoked[callee, at]
                changed = True
        return changed

    def _treatment(self, node: int, site: Site) -> str:
        """What a callee does with functions among its arguments: call them at "once", "later", "perhaps", or it is "own"."""
        index = site.place
        acts = self.acts
        if index in acts.at_once:
            return "once"
        if index in acts.deferred or index in acts.known:
            return "later"
        if site.name in host.AT_ONCE:
            return "once"
        if site.name in host.LATER:
            return "later"
        base = self.flow.of(site.this) if site.this is not None and site.this >= 0 else set()
        if site.name in host.KEEPERS and not any(self._others(atom) for atom in base):
            return "later"
        callee = self.flow.of(node)
        own = any(type(atom) is int and atom >= 0 for atom in callee)
        if own and not any(self._others(atom) for atom in (base if site.name else callee)):
            return "own"
        return "perhaps"

    def _others(self, atom: Atom) -> bool:
        return atom is UNKNOWN or (isinstance(atom, tuple) and atom[0] in ("global", "window", "method"))

    def _given(self, site: Site, how: str) -> None:
        if how not in ("once", "perhaps"):
            return
        if how == "perhaps":
            self.acts.given_away(site)
        for value in site.values:
            if value is None or ((slot := self._slots.get(value)) is not None and slot[0] == site.function):
                continue
            for callee in self.functions(value):
                self._edge(site.function, callee, perhaps=how == "perhaps")
            if how == "perhaps":
                for callee in self._held(value, 2):
                    self._edge(site.function, callee, perhaps=True)

    def _held(self, value: int, depth: int) -> list[int]:
        """Functions in the literals that a value may be."""
        found: list[int] = []
        for atom in self.flow.of(value):
            if type(atom) is int and atom < 0:
                content = self.facts.contents[atom]
                found += self.functions(content)
                if depth:
                    found += self._held(content, depth - 1)
        return found

    def _invoking(self, callee: int, sites: list[Site]) -> None:
        for at in range(len(self.program.functions[callee].slots)):
            perhaps = self._invoked.get((callee, at))
            if perhaps is None:
                continue
            for site in sites:
                values = site.values if site.spread else site.values[at : at + 1]
                for value in values:
                    slot = self._slots.get(value) if value is not None else None
                    if slot is not None and slot[0] == site.function:
                        continue
                    for function in self.functions(value):
                        self._edge(site.function, function, perhaps=perhaps)

    # what is called without being named

    def _computed(self) -> None:
        """Calls of members under computed names."""
        for one in self.facts.dynamic:
            if one.use.how != "call" or not self.calls.unresolved(one):
                continue
            atoms = self.flow.of(one.base)
            if atoms and all(type(atom) is int and atom < 0 for atom in atoms):
                continue  # its content flows to the callee
            if atoms and all(isinstance(atom, tuple) and atom[0] not in ("global", "window", "any", "self") for atom in atoms):
                continue
            if UNKNOWN in atoms and not any(isinstance(atom, tuple) and atom[0] in ("any", "self", "window") for atom in atoms):
                continue  # an object of others
            self._edge(one.use.function, self._all(), perhaps=True)
        for node, sites in self.facts.sites.items():
            if ANYTHING in self.flow.of(node):
                for site in sites:
                    if not site.name or not self._elsewhere(site):
                        self._edge(site.function, self._all(), perhaps=True)

    def _all(self) -> int:
        """A vertex that calls every function that is stored anywhere."""
        if self._everything < 0:
            self._everything = self._vertex()
            found = {one for node in self.facts.stored for one in self.functions(node)} | self.flow.merged
            for function in sorted(found):
                self._edge(self._everything, function)
        return self._everything

    def _accessors(self) -> None:
        """Getters run where a member of their name is read; some methods run without being called."""
        for name, functions in self.facts.getters.items():
            readers = self.facts.gets.get(name, set()) if name else set(range(len(self.program.functions)))
            for function in functions:
                for reader in sorted(readers):
                    self._edge(reader, function, perhaps=True)
        for name, mentions in _IMPLICIT.items():
            if not any(one in self.program.text for one in mentions):
                continue
            for function in self.functions(self.facts.fields.get(name)):
                self._edge(0, function, perhaps=True)
        for node in self.acts.defined:
            for function in self.functions(node):
                self._lifecycle(function)

    def _lifecycle(self, number: int) -> None:
        """A custom element's class: its methods run when its elements are found."""
        program = self.program
        self._edge(0, number, perhaps=True)
        for one in program.functions:
            if one.method and one.outer is not None and one.outer.number == number:
                self._edge(0, one.number, perhaps=True)

    def _spread(self) -> None:
        self.level[0] = LOAD
        self._reach([0], LOAD)
        reached = [vertex for vertex, level in enumerate(self.level) if level == LOAD]
        self._reach([callee for vertex in reached for callee in self._perhaps[vertex]], MAY)

    def _reach(self, waiting: list[int], level: int) -> None:
        seen = set()
        while waiting:
            vertex = waiting.pop()
            if vertex in seen or (level == MAY and self.level[vertex] == LOAD):
                continue
            seen.add(vertex)
            self.level[vertex] = max(level, self.level[vertex])
            waiting += self._after[vertex]
            if level == MAY:
                waiting += self._perhaps[vertex]
