"""What an expression may be worth, as sets of atoms, and how they flow.

What must stay true: sets only grow, every atom reaches a node once, and nothing is enumerated pair by pair, so the work is linear
in edges and small sets. A set that grows too large is merged into few atoms that say more. An atom is

- a `str`: a constant string;
- an `int` from 0: a function of the script, by number; below 0: an object or array literal, by `-1 - number`;
- a tuple: something of the host, `("document",)`, `("window",)`, `("element",)`, `("created", at, tag)`, `("global", "jQuery.fn")`,
  `("method", host, name)` …;
- a `Mark`.
"""

from typing import Any

MOST = 24  # atoms of a node; more are merged
SENT, SENT_PER_NODE = 300_000, 40  # growths of sets that are worth waiting for
LONGEST = 300  # characters of a string that is worth following


class Mark:
    """A value that is known not to be known. No enumeration: those hash in Python, which is a tenth of the time."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


class TooMuch(Exception):
    """More flows than anybody would wait for."""


Host = tuple[Any, ...]
Atom = str | int | Host | Mark
UNKNOWN = Mark("unknown")  # whatever others give
STRING = Mark("string")  # some string
NUMBER = Mark("number")

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
        self.watched: set[int] = set()  # nodes where somebody waits for what arrives
        self._constants: dict[Atom, int] = {}
        self._coarsened: dict[Atom, tuple[Atom, ...]] = {}
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
            fresh = set(atoms)
        elif atoms <= known:
            return
        else:
            fresh = atoms - known
        if node in self.full:
            fresh = self._coarse(fresh) - known
            if not fresh:
                return
        known |= fresh
        self.sent += 1
        if len(known) > MOST and node not in self.full and node not in self.wide:
            self.full.add(node)
            coarse = self._coarse(known)
            fresh = {one for one in coarse if one in fresh or one not in known}
            self.atoms[node] = coarse
        waiting = self._waiting.get(node)
        if waiting is None:
            self._waiting[node] = fresh
        else:
            waiting |= fresh

    def _coarse(self, atoms: set[Atom]) -> set[Atom]:
        """Fewer atoms that say at least as much."""
        coarsened = self._coarsened
        found: set[Atom] = set()
        for atom in atoms:
            fewer = coarsened.get(atom)
            if fewer is None:
                fewer = coarsened[atom] = self._fewer(atom)
            found.update(fewer)
        return found

    def _fewer(self, atom: Atom) -> tuple[Atom, ...]:
        if type(atom) is str:
            return (STRING,)
        if type(atom) is int:
            if atom >= 0:
                self.merged.add(atom)
            return (ANYTHING,)
        if type(atom) is tuple and atom[0] == "created":
            return (("created", 0, "?"),)
        if type(atom) is tuple and atom[0] in ("global", "method"):
            return (UNKNOWN, atom) if atom[1] in _KEPT else (UNKNOWN,)
        return (atom,)

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
        after, send, watched, waiting = self.after, self.send, self.watched, self._waiting
        most = SENT + SENT_PER_NODE * len(after)
        while waiting:
            node, fresh = waiting.popitem()  # the last first: half as many visits as the first first
            targets = after[node]
            if targets:
                for target in targets:
                    send(target, fresh)
            if node in watched:
                arrived(node, fresh)
                if self.sent > most:
                    raise TooMuch

    def of(self, node: int | None) -> set[Atom]:
        return (self.atoms[node] or set()) if node is not None else set()
