"""What an expression may be worth, as sets of atoms, and how they flow.

What must stay true: sets only grow, every atom reaches a node once, and nothing is enumerated pair by pair, so the work is linear
in edges and small sets. A set that grows too large is merged into few atoms that say more. An atom is

- a `str`: a constant string;
- an `int` from 0: a function of the script, by number; below 0: an object or array literal, by `-1 - number`;
- a tuple: something of the host, `("document",)`, `("window",)`, `("element",)`, `("created", at, tag)`, `("global", "jQuery.fn")`,
  `("method", host, name)` …;
- a `Mark`.
"""

from enum import Enum
from typing import Any

MOST = 24  # atoms of a node; more are merged
LONGEST = 300  # characters of a string that is worth following


class Mark(Enum):
    """Values that are known not to be known."""

    UNKNOWN = 1  # whatever others give
    STRING = 2  # some string
    NUMBER = 3


Host = tuple[Any, ...]
Atom = str | int | Host | Mark
UNKNOWN, STRING, NUMBER = Mark.UNKNOWN, Mark.STRING, Mark.NUMBER

ANYTHING: Host = ("any",)  # some function, object or array of the script
SELF: Host = ("self",)  # the object that a function of the script is a method of
_KEPT = frozenset({"jQuery", "document", "Object", "Function", "eval"})


class Flow:
    """A graph of nodes (numbers). `add`: an edge; `put`: an atom at a node. `arrived` is called with the atoms that are new at a
    watched node."""

    def __init__(self) -> None:
        self.atoms: list[set[Atom] | None] = []
        self.after: list[list[int] | None] = []
        self.sent = 0  # grows whenever a set does
        self.full: set[int] = set()  # nodes whose atoms are merged
        self.wide: set[int] = set()  # nodes that hold any number of atoms
        self.merged: set[int] = set()  # functions that stand in `ANYTHING`
        self._constants: dict[Atom, int] = {}
        self._waiting: dict[int, set[Atom]] = {}

    def node(self) -> int:
        self.atoms.append(None)
        self.after.append(None)
        return len(self.atoms) - 1

    def constant(self, atom: Atom) -> int:
        """The node that is worth `atom` and nothing else."""
        found = self._constants.get(atom)
        if found is None:
            found = self._constants[atom] = self.node()
            self.put(found, atom)
        return found

    def edge(self, source: int | None, target: int | None) -> None:
        """What `source` may be worth, `target` may be worth."""
        if source is None or target is None or source == target:
            return
        after = self.after[source]
        if after is None:
            self.after[source] = [target]
        elif after[-1] != target:
            after.append(target)
        else:
            return
        atoms = self.atoms[source]
        if atoms:
            self.send(target, atoms)

    def put(self, node: int, atom: Atom) -> None:
        self.send(node, {atom})

    def send(self, node: int, atoms: set[Atom]) -> None:
        known = self.atoms[node]
        if known is None:
            known = self.atoms[node] = set()
        fresh = atoms - known
        if not fresh:
            return
        if node in self.full:
            fresh = self._coarse(fresh) - known
            if not fresh:
                return
        known |= fresh
        self.sent += 1
        if len(known) > MOST and node not in self.wide:
            self.full.add(node)
            coarse = self._coarse(known)
            self.atoms[node] = coarse
            fresh = {one for one in coarse if one in fresh or type(one) is not tuple or one == ANYTHING or one[0] == "created"}
        waiting = self._waiting.get(node)
        if waiting is None:
            self._waiting[node] = set(fresh)
        else:
            waiting |= fresh

    def _coarse(self, atoms: set[Atom]) -> set[Atom]:
        """Fewer atoms that say at least as much."""
        found: set[Atom] = set()
        for atom in atoms:
            if type(atom) is str:
                found.add(STRING)
            elif type(atom) is int:
                found.add(ANYTHING)
                if atom >= 0:
                    self.merged.add(atom)
            elif type(atom) is tuple and atom[0] in ("created", "global", "method"):
                found.add(("created", 0, "?") if atom[0] == "created" else UNKNOWN)
                if atom[0] != "created" and atom[1] in _KEPT:
                    found.add(atom)
            else:
                found.add(atom)
        return found

    def revisit(self, node: int) -> None:
        """Let all that is at a node arrive again."""
        known = self.atoms[node]
        if known:
            self._waiting[node] = set(known)

    def union(self, *nodes: int | None) -> int | None:
        """A node worth what any of `nodes` is."""
        known = {node for node in nodes if node is not None}
        if len(known) < 2:
            return next(iter(known), None)
        joined = self.node()
        for node in sorted(known):
            self.edge(node, joined)
        return joined

    def solve(self, arrived: Any) -> None:
        """Let everything flow. `arrived(node, fresh)` may add nodes, edges and atoms."""
        after, send = self.after, self.send
        while self._waiting:
            batch = self._waiting
            self._waiting = {}
            for node, fresh in batch.items():
                targets = after[node]
                if targets:
                    for target in targets:
                        send(target, fresh)
                arrived(node, fresh)

    def of(self, node: int | None) -> set[Atom]:
        return (self.atoms[node] or set()) if node is not None else set()
