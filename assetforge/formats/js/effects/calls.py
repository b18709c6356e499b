"""Values meet calls: arguments flow to parameters, results back, and what is used of the host is told to `Acts`.

What must stay true: callers and callees meet through one group for each callee node, so a name that a hundred functions share and a
thousand places call costs eleven hundred steps. A function that others can reach is called with anything.
"""

from assetforge.formats.js.effects import host
from assetforge.formats.js.effects.acts import WITH_MEMBERS, Acts
from assetforge.formats.js.effects.facts import Dynamic, Site, Use
from assetforge.formats.js.effects.program import Function, Program
from assetforge.formats.js.effects.reading import Reader
from assetforge.formats.js.effects.values import ANYTHING, NUMBER, SELF, UNKNOWN, Atom, Flow, Host

_FILLING = frozenset({"push", "unshift", "splice", "fill", "set", "add", "concat"})
MOST_PARAMETERS = 32
MOST_NAMES = 48  # that a computed name may be, one by one
ROUNDS = 6
_WIDESPREAD = frozenset({"window", "document", "html", "body", "head", "scripts", "current"})


class Group:
    """All calls of one callee node. `values`: the flow nodes of the arguments, by position."""

    __slots__ = ("every", "functions", "result", "sites", "this", "values")

    def __init__(self, flow: Flow, sites: list[Site]) -> None:
        self.sites = sites
        self.functions: set[int] = set()
        width = min(max((len(site.values) for site in sites), default=0), MOST_PARAMETERS)
        self.every = flow.node() if any(site.spread for site in sites) else None  # may be any argument
        if len(sites) == 1:
            self.values: list[int | None] = list(sites[0].values[:width])
        else:
            self.values = [flow.union(*(site.values[at] for site in sites if at < len(site.values))) for at in range(width)]
        if self.every is not None:
            for value in self.values:
                flow.edge(value, self.every)
        self.result = flow.node()
        for site in sites:
            flow.edge(self.result, site.result)
        self.this = flow.union(*(site.this for site in sites if site.this is not None and site.this >= 0))


class Calls:
    """Runs the flow to its end."""

    def __init__(self, program: Program, flow: Flow, reader: Reader, acts: Acts) -> None:
        self.program = program
        self.flow = flow
        self.reader = reader
        self.facts = reader.facts
        self.acts = acts
        self.groups: dict[int, Group] = {}
        self._leak = flow.node()
        self._resolved: set[tuple[int, str]] = set()
        self._merged: set[int] = set()
        self._declared = frozenset(program.declared.values())
        self._anything = flow.constant(ANYTHING)

    def run(self) -> None:
        """Until nothing new is found."""
        facts, flow = self.facts, self.flow
        facts.store(self._leak)
        facts.store(facts.any)
        flow.wide.add(self._leak)
        for node in self.program.declared.values():
            facts.store(node)
        for node, sites in facts.sites.items():
            self._leaking(node, sites)
        for node in facts.stored:  # what was there before it was known to be stored
            self._escaping(node, {atom for atom in flow.of(node) if type(atom) is int and atom >= 0})
        flow.solve(self._arrived)
        for function in self.program.functions:  # a sloppy function that is only ever called plainly
            if function.plain and not (function.method or function.strict or function.arrow):
                flow.put(function.this, host.WINDOW)
            self._by_name(function)
        flow.solve(self._arrived)
        for _ in range(ROUNDS):
            if not self._resolve() and not self.acts.late and flow.merged <= self._merged:
                break
            self._revisit()
            self._escaping(self._leak, flow.merged - self._merged)
            self._merged |= flow.merged
            flow.solve(self._arrived)
        self._tell_again()

    def _tell_again(self) -> None:
        """What was told of the host while values still came in may be too much or too little: say it again, with all known."""
        for _ in range(ROUNDS):
            sent = self.flow.sent
            self.acts.forget()
            for node, uses in list(self.facts.uses.items()):
                for atom in self._members(node):
                    self.acts.uses(atom, uses, node)
            for node, sites in list(self.facts.sites.items()):
                for atom in self._members(node):
                    for site in sites:
                        self.acts.called(atom, site)
            self._revisit()
            self.flow.solve(self._arrived)
            if self.flow.sent == sent:
                break

    def _by_name(self, function: Function) -> None:
        """A parameter that is called `$`, and of which nothing is known, is jQuery."""
        for parameter, slot in zip(function.parameters, function.slots, strict=False):
            if self.program.source(parameter) in ("$", "jQuery") and self.flow.of(slot) <= {UNKNOWN}:
                self.flow.put(slot, host.JQUERY)

    def _members(self, node: int) -> list[Host]:
        """What of the host a node may be, always in the same order."""
        found = [one for one in self.flow.of(node) if type(one) is tuple and one[0] in WITH_MEMBERS]
        return sorted(found, key=str) if len(found) > 1 else found

    def _leaking(self, node: int, sites: list[Site]) -> None:
        """Arguments of what may be others' functions."""
        own = node in self.own_functions()
        for site in sites:
            if not own or site.name:
                for value in site.values:
                    if value is not None and value != node:
                        self.flow.edge(value, self._leak)

    def own_functions(self) -> set[int]:
        if not hasattr(self, "_owned"):
            self._owned = {one.name for one in self.program.functions if one.name is not None}
            self._owned |= {self.flow.constant(one.number) for one in self.program.functions}
        return self._owned

    def _revisit(self) -> None:
        for node in self.acts.late:
            self.groups.pop(node, None)
            self.flow.revisit(node)
        self.acts.late = set()

    def _arrived(self, node: int, fresh: set[Atom]) -> None:
        facts, flow = self.facts, self.flow
        sites = facts.sites.get(node)
        functions: set[int] = set()
        if sites is not None or node in facts.stored:
            functions = {atom for atom in fresh if type(atom) is int and atom >= 0}
            if functions and node in facts.stored:
                self._escaping(node, functions)
        if node == facts.any:
            for atom in fresh:
                if type(atom) is tuple and atom[0] in _WIDESPREAD:
                    flow.put(facts.any_host, atom)
        uses = facts.uses.get(node)
        if uses is not None:
            for atom in fresh:
                if atom is UNKNOWN:
                    self._unknown_used(uses)
                elif type(atom) is int:
                    if atom < 0:
                        self._literal_used(facts.contents[atom], node)
                elif atom in (ANYTHING, SELF):
                    self._anything_used(uses, facts.any_host if atom == ANYTHING else self._anything)
                elif type(atom) is tuple and atom[0] in WITH_MEMBERS:
                    self.acts.uses(atom, uses, node)
        elements = facts.elements.get(node)
        if elements is not None:
            self._elements(elements, fresh)
        if sites is not None:
            self._called(node, sites, functions, fresh)

    def _literal_used(self, content: int, node: int) -> None:
        """Members of a literal under computed names."""
        for use in self.facts.uses[node]:
            if use.how == "set":
                self.flow.edge(use.value, content)
            elif not use.name:
                self.flow.edge(content, use.result)
            elif use.name in _FILLING and use.site is not None:
                for value in use.site.values:
                    self.flow.edge(value, content)

    def _unknown_used(self, uses: list[Use]) -> None:
        for use in uses:
            if use.name == "document" and use.how == "get":
                self.flow.put(use.result if use.result is not None else self._leak, host.DOCUMENT)

    def _anything_used(self, uses: list[Use], worth: int) -> None:
        """Members under computed names of what may be any object of the script."""
        for use in uses:
            if not use.name and use.how != "set" and not self._numbered(use):
                self.flow.edge(worth, use.result)

    def _numbered(self, use: Use) -> bool:
        children = self.program.children[use.place]
        return bool(children) and self.flow.of(self.reader.worth[children[-1]]) == {NUMBER}

    def _elements(self, elements: list[int], fresh: set[Atom]) -> None:
        for atom in fresh:
            if type(atom) is int and atom < 0:
                for target in elements:
                    self.flow.edge(self.facts.contents[atom], target)
            elif type(atom) is tuple:
                value = host.ELEMENT if atom[0] in ("scripts", "element", "first", "current") else atom
                for target in elements:
                    self.flow.put(target, value)
                    if atom == ANYTHING:
                        self.flow.edge(self.facts.any_host, target)
            elif atom is UNKNOWN:
                for target in elements:
                    self.flow.put(target, UNKNOWN)

    def _escaping(self, node: int, functions: set[int]) -> None:
        """Others can call these functions with anything."""
        method = node not in self._declared
        for number in functions:
            function = self.program.functions[number]
            function.method = function.method or method
            if function.escapes and function.called:
                continue
            function.escapes = function.called = True
            self._with_anything(function)

    def _with_anything(self, function: Function) -> None:
        flow = self.flow
        for slot in function.slots:
            flow.put(slot, UNKNOWN)
        if not function.arrow:
            flow.send(function.this, {UNKNOWN, SELF})
        for content in (function.arguments, function.rest):
            if content >= 0:
                flow.put(content, UNKNOWN)

    def _called(self, node: int, sites: list[Site], functions: set[int], fresh: set[Atom]) -> None:
        group = self.groups.get(node)
        if functions:
            if group is None:
                group = self.groups[node] = Group(self.flow, sites)
            for number in functions - group.functions:
                group.functions.add(number)
                self._link(group, self.program.functions[number])
        for atom in fresh:
            if type(atom) is tuple:
                for site in sites:
                    self.acts.called(atom, site)

    def _link(self, group: Group, function: Function) -> None:
        flow = self.flow
        values, slots = group.values, function.slots
        for value, slot in zip(values, slots, strict=False):
            flow.edge(value, slot)
        for content in (function.arguments, function.rest):
            if content >= 0:
                for value in values:
                    flow.edge(value, content)
        if group.every is not None:
            for slot in slots:
                flow.edge(group.every, slot)
        flow.edge(function.result, group.result)
        if function.arrow:
            return
        flow.edge(group.this, function.this)
        for site in group.sites:
            if site.new:
                function.method = True
                flow.put(group.result, SELF)
            elif site.this == -1 and not site.shifted:
                function.plain = True

    # computed names

    def _resolve(self) -> bool:
        """Give computed members whose names have become known those names."""
        found = False
        for at, one in enumerate(list(self.facts.dynamic)):
            names = [atom for atom in self.flow.of(one.key) if isinstance(atom, str)]
            if len(names) > MOST_NAMES:
                continue  # as good as unknown
            for name in sorted(names):
                if (at, name) not in self._resolved:
                    self._resolved.add((at, name))
                    self._name(one, name)
                    found = True
        return found

    def _name(self, one: Dynamic, name: str) -> None:
        use, reader = one.use, self.reader
        if use.how == "call" and use.site is not None:
            site = use.site._replace(result=use.site.result)
            if name in ("call", "apply", "bind"):
                return
            reader.call_named(one.base, name, site, use.place)
            self.acts.late.add(reader.field(name))
        elif use.how == "get":
            self.flow.edge(reader.get(one.base, name, use.place), use.result)
        else:
            reader.store_named(one.base, name, use.value, use.place)
        self.acts.late.add(one.base)

    def unresolved(self, one: Dynamic) -> bool:
        """Whether a computed name may be anything."""
        keys = self.flow.of(one.key)
        return not keys or len(keys) > MOST_NAMES or any(not isinstance(key, str) and key is not NUMBER for key in keys)
