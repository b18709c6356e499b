"""What using the host does: an act for each member of the DOM or jQuery that matters, with the function it stands in.

What must stay true: an act is told once for its place; what its receiver is was decided before. Names alone decide where the
receiver is not known, for names that mean one thing (`querySelector`); `named` does that when all else has settled. """


from collections.abc import Callable

from assetforge.formats.js.effects import builtins, host
from assetforge.formats.js.effects.facts import Site, Use
from assetforge.formats.js.effects.globals import Globals
from assetforge.formats.js.effects.program import Program
from assetforge.formats.js.effects.reading import Reader
from assetforge.formats.js.effects.values import UNKNOWN, Atom, Flow, Host
from assetforge.formats.js.effects.words import words

WITH_MEMBERS = words("""
    window document html body head element created current scripts first framed frame style classes dataset storage location history
    console registry sheets request viewport jq global method returns own
""")  # kinds of the host that have members or can be called

_EVENTS = words("""
    load error message unload beforeunload hashchange popstate click resize scroll readystatechange
""")
_NOTHING: dict[str, Host] = {}
# Members of nodes that do something when they are read.
_MATTERS = {kind: host.LAYOUT | frozenset(host.QUERIES) for kind in ("element", "first")}
_MATTERS |= {kind: host.LAYOUT | frozenset(host.QUERIES) | host.COLLECTIONS for kind in host.ROOTS}


class Acts(Globals):
    """Deeds of everything."""

    def __init__(self, program: Program, flow: Flow, reader: Reader) -> None:
        super().__init__(program, flow, reader)
        self._steps = {
            (how, kind): step
            for how in ("get", "set", "call", "delete")
            for kind in WITH_MEMBERS
            if (step := self._step(how, kind))
        }  # fmt: skip

    def _step(self, how: str, kind: str) -> Callable[[Host, Use], None] | None:
        step: Callable[[Host, Use], None] | None = getattr(self, f"{how}_{kind}", None)
        if step is None and (kind in host.NODES or kind == "created"):
            step = getattr(self, f"{how}_node")
        return step

    def uses(self, atom: Host, uses: list[Use], node: int) -> None:
        """Members of what is at `node`, which may be a host object, are used."""
        kind, steps = atom[0], self._steps
        worth, matters, got = host.VALUES.get(kind, _NOTHING), _MATTERS.get(kind), steps.get(("get", kind))
        self.receiver = (node, atom) if kind in ("window", "document") else None
        for use in uses:
            name = use.name
            if not name:
                self._element(atom, use)
            elif use.how == "get":
                if got is not None and (matters is None or name in matters):
                    got(atom, use)
                value = worth.get(name)
                if value is not None and use.result is not None:
                    self.flow.put(use.result, value)
            else:
                step = steps.get((use.how, kind))
                if step is not None:
                    step(atom, use)
        self.receiver = None

    def given_away(self, site: Site) -> None:
        """What others are given of the page, they may use."""
        for value in site.values:
            atoms = self._within(value)
            if host.CURRENT in atoms:
                self.emit("current-script", site, "placement", perhaps=True)
            if host.SCRIPTS in atoms:
                self.emit("last-script", site, perhaps=True)
            if host.HTML in atoms or host.BODY in atoms:
                self.emit("paint", site, "given away", perhaps=True)

    def _within(self, value: int | None) -> set[Atom]:
        """What a value may be, and what the literals among that hold."""
        atoms = self.flow.of(value)
        held = [self.flow.of(self.facts.contents[one]) for one in atoms if type(one) is int and one < 0]
        return atoms.union(*held) if held else atoms

    # names alone

    def named(self, base: int | None, use: Use) -> None:
        """A member whose receiver may be anything."""
        atoms = self.flow.of(base)
        if atoms and not any(self._anything(atom) for atom in atoms):
            return
        name, site = use.name, use.site
        if name in host.LAYOUT:
            self.emit("layout-read", use, name)
        elif use.how == "call" and site is not None:
            self._named_call(name, site)
        elif use.how == "set" and name.startswith("on"):
            if builtins.builtin(name) and name[2:] in _EVENTS:
                self.emit("handler-slot", use, f"unknown {name}")
        elif use.how == "set" and name in ("innerHTML", "outerHTML", "className", "innerText", "textContent"):
            self.emit("dom-write", use)
            self._injected(use)

    def _anything(self, atom: Atom) -> bool:
        """Whether a receiver of this kind might be of the host without being known to be."""
        if atom is UNKNOWN:
            return True
        if not isinstance(atom, tuple) or atom[0] != "global":
            return False
        return atom != host.JQUERY and not builtins.builtin(atom[1].partition(".")[0])

    def _named_call(self, name: str, site: Site) -> None:
        if name in ("write", "writeln"):
            if site.values:
                self.emit("document.write", site, name, perhaps=True)
        elif name in host.QUERIES:
            if name not in ("matches", "closest"):
                self._query(site, name)
        elif name in ("addEventListener", "attachEvent"):
            self._listen("unknown", site)
        elif name in ("insertRule", "addRule", "replaceSync"):
            self.emit("style-insert", site, name)
        elif name == "setAttribute":
            self.emit("dom-write", site)
        elif name == "createContextualFragment":
            self.emit("script-insert", site, "markup", perhaps=True)
        elif name in ("appendChild", "insertBefore", "insertAdjacentHTML", "insertAdjacentElement", "replaceChild"):
            self._insert(("unknown",), site)
