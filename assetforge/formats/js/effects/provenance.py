"""Where a value comes from: is what a computed member is stored in the window or the document, or only perhaps?

What must stay true: a script that stores under computed names into the window is never missed where the window is handed on by
names, variables and calls. What everybody may call with anything (`extend(target, source)`) holds the window in its parameters all
the same, since arguments of all calls meet there; so it counts only where an argument of a call surely is the window: it may be
that, and nothing of which nothing is known.
"""

from assetforge.formats.js.effects.calls import Calls, Group
from assetforge.formats.js.effects.facts import Site
from assetforge.formats.js.effects.host import WINDOW
from assetforge.formats.js.effects.program import Function, Program
from assetforge.formats.js.effects.values import ANYTHING, SELF, UNKNOWN, Host

_VAGUE = frozenset({UNKNOWN, SELF, ANYTHING})
_ANY, _THIS = -1, -2


class Provenance:
    """Follows the window or the document from where it surely is."""

    def __init__(self, program: Program, calls: Calls) -> None:
        self.flow = calls.flow
        self.facts = calls.facts
        self._fields = {*self.facts.fields.values(), self.facts.any, self.facts.any_host}
        self._plain: set[int] = set()  # `this` of functions that are called without one, where it is the window
        self._parameters: set[int] = set()
        self._given: dict[int, list[tuple[int, bool]]] = {}  # of an argument: parameters, and whether it is for this function alone
        for node, group in calls.groups.items():
            alone = len(group.functions) == 1 and node not in self._fields and self.flow.of(node).isdisjoint(_VAGUE)
            own = alone or node in calls.own_functions()
            for number in group.functions:
                self._calls(program.functions[number], group, own=own)
        self._known: dict[tuple[Host, bool], set[int]] = {}

    def _calls(self, function: Function, group: Group, *, own: bool) -> None:
        for at, slot in enumerate(function.slots):
            self._give(slot, group.sites, at, own=own)
        for content in (function.arguments, function.rest):
            if content >= 0:
                self._give(content, group.sites, _ANY, own=own)
        if not function.arrow and function.this >= 0:
            self._give(function.this, group.sites, _THIS, own=own)
            if own and any(site.this == -1 and not (site.new or site.shifted) for site in group.sites):
                self._plain.add(function.this)

    def _give(self, parameter: int, sites: list[Site], at: int, *, own: bool) -> None:
        self._parameters.add(parameter)
        for site in sites:
            values = (site.this,) if at == _THIS else site.values if at == _ANY or site.spread else site.values[at : at + 1]
            for value in values:
                if value is not None and value >= 0:
                    self._given.setdefault(value, []).append((parameter, own))

    def sure(self, node: int, host: Host, *, named: bool = True) -> bool:
        """Is what is at `node` surely `host`, or given as such by somebody? `named`: by calls of methods too, where any method of
        that name is called."""
        known = self._known.get((host, named))
        if known is None:
            known = self._known[host, named] = self._reached(host, named=named)
        return node in known

    def _reached(self, host: Host, *, named: bool) -> set[int]:
        sure = {node for node, atoms in enumerate(self.flow.atoms) if atoms and host in atoms and atoms.isdisjoint(_VAGUE)}
        waiting = [*sure, *(self._plain if host == WINDOW else ())]
        reached = set(waiting)
        while waiting:
            node = waiting.pop()
            first = node in sure
            fresh = [parameter for parameter, own in self._given.get(node, ()) if own or (named and first)]
            # a field has as many sources as there are members of its name: only what is sure comes through it, or a parameter
            through = first or node in self._parameters
            targets = self.flow.after[node] or ()
            fresh += [one for one in targets if one not in self._parameters and (through or one not in self._fields)]
            for one in fresh:
                if one not in reached:
                    reached.add(one)
                    waiting.append(one)
        return reached
