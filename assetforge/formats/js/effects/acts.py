"""What using the host does: an act for each member of the DOM or jQuery that matters, with the function it stands in.

What must stay true: an act is told once for its place; what its receiver is was decided before. Names alone decide where the
receiver is not known, for names that mean one thing (`querySelector`); `named` does that when all else has settled. """


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


class Acts(Globals):
    """Deeds of everything."""

    def __init__(self, program: Program, flow: Flow, reader: Reader) -> None:
        super().__init__(program, flow, reader)
        self._steps = {name: getattr(self, name) for name in dir(self) if name.startswith(("get_", "set_", "call_", "delete_"))}

    def use(self, atom: Host, use: Use) -> None:
        """A member of a host object is used."""
        kind = atom[0]
        if not use.name:
            self._element(atom, use)
            return
        step = self._steps.get(f"{use.how}_{kind}")
        if step is not None:
            step(atom, use)
        elif kind in host.NODES or kind == "created":
            self._steps[f"{use.how}_node"](atom, use)
        if use.how == "get":
            value = host.VALUES.get(kind, {}).get(use.name)
            if value is not None:
                self._worth(use.result, value)

    def given_away(self, site: Site) -> None:
        """What others are given of the page, they may use."""
        for value in site.values:
            atoms = self.flow.of(value)
            if host.CURRENT in atoms:
                self.emit("current-script", site, "placement", perhaps=True)
            if host.SCRIPTS in atoms:
                self.emit("last-script", site, perhaps=True)
            if host.HTML in atoms or host.BODY in atoms:
                self.emit("paint", site, "given away", perhaps=True)

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
