"""What a script does, as it is found out; and listeners, which everything on a page can have.

What must stay true: a deed is told once for its place; what it is done to was decided before.
"""

from typing import NamedTuple

from assetforge.formats.js.effects.facts import Site, Use
from assetforge.formats.js.effects.program import Program
from assetforge.formats.js.effects.reading import Reader
from assetforge.formats.js.effects.values import Atom, Flow, Host
from assetforge.formats.js.record import What

_ERRORS = frozenset({"error", "unhandledrejection", "rejectionhandled", "securitypolicyviolation"})

# What only matters where it is done to the window or the document, and methods of other objects have the same names.
_RECEIVED: frozenset[What] = frozenset({"hook", "document.write", "dynamic-global"})


class Deed(NamedTuple):
    """An act before its tier is known. `perhaps`: at most "may"."""

    what: What
    function: int
    detail: str
    place: int
    perhaps: bool = False


class Deeds:
    """Collects deeds while values arrive at the members of the host."""

    def __init__(self, program: Program, flow: Flow, reader: Reader) -> None:
        self.program = program
        self.flow = flow
        self.reader = reader
        self.facts = reader.facts
        self.late: set[int] = set()  # flow nodes with new uses or sites
        self._added: set[tuple[int, int, str]] = set()
        self.forget()

    def forget(self) -> None:
        """Begin anew: what is told next is told with more known."""
        self.deeds: dict[Deed, None] = {}
        self.receiver: tuple[int, Host] | None = None  # whose members are used: a flow node that may be the window or the document
        self.received: dict[Deed | tuple[str, int], set[tuple[int, Host] | None]] = {}
        self.defines: list[tuple[str, int, int]] = []
        self.augments: list[tuple[str, int, int]] = []
        self.window_reads: list[tuple[str, int, int]] = []
        self.code: dict[int, tuple[str, str, int]] = {}  # by place: constant parameters and body given to Function, and who does it
        self.created: dict[Host, list[Use]] = {}
        self.at_once: set[int] = set()
        self.known: set[int] = set()  # sites whose callee is known to call nothing back but at once
        self.deferred: set[int] = set()  # sites whose callee calls back later
        self.defined: list[int] = []  # flow nodes of classes given to customElements

    def emit(self, what: What, use: Use | Site, detail: str = "", *, perhaps: bool = False) -> None:
        deed = Deed(what, use.function, detail, use.place, perhaps)
        self.deeds[deed] = None
        if what in _RECEIVED:
            self.received.setdefault(deed, set()).add(self.receiver)

    def define(self, name: str, use: Use | Site) -> None:
        """A global gets a value."""
        self.defines.append((name, use.function, use.place))
        self.received.setdefault((name, use.place), set()).add(self.receiver)

    def _worth(self, node: int | None, atom: Atom) -> None:
        if node is not None:
            self.flow.put(node, atom)

    def constants(self, node: int | None) -> set[str] | None:
        """The strings that a value may be, or None where that is not known."""
        atoms = self.flow.of(node)
        strings = {atom for atom in atoms if isinstance(atom, str)}
        return strings if strings and all(isinstance(atom, str) for atom in atoms) else None

    def _where(self, atom: Host) -> str:
        kind: str = atom[0]
        return {"first": "element", "current": "element", "global": "unknown"}.get(kind, kind)

    # listeners

    def _slot(self, target: str, use: Use) -> None:
        name = use.name
        self.emit("handler-slot", use, f"{target} {name}")
        if name in ("onerror", "onunhandledrejection") and target == "window":
            self.emit("error-handler", use, name)
        if name == "onmessage" and target == "window":
            self.emit("message", use, "listener")

    def _listen(self, target: str, site: Site) -> None:
        self.deferred.add(site.place)
        events = self.constants(site.values[0] if site.values else None)
        for event in sorted(events) if events else ["*"]:
            self.listener(target, event.removeprefix("on") if site.name == "attachEvent" else event, site)

    def listener(self, target: str, event: str, site: Site) -> None:
        self.emit("listener", site, f"{target} {event}")
        if (target == "window" and event in (*_ERRORS, "*")) or (target == "unknown" and event == "unhandledrejection"):
            self.emit("error-handler", site, event)
        if (target == "window" and event in ("message", "*")) or (target == "unknown" and event == "message"):
            self.emit("message", site, "listener")
