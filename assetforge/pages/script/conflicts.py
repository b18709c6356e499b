"""Which two scripts must keep their order: what each touches, and whether they touch the same thing.

What must stay true: two scripts for which `conflict` finds nothing give the same result in both orders. It is asked of an ordered
pair, since what a script puts into the page runs after what ran before that script, and after nothing else for sure.
"""

from collections.abc import Iterable
from typing import NamedTuple

from assetforge.formats.js.effects.builtins import builtin
from assetforge.formats.js.record import Act, Effects, What
from assetforge.pages.script.running import Script

# What the acts of a script touch while it runs: a resource, and whether it is changed there. Two scripts conflict over a resource
# that one of them changes.
_TOUCHES: dict[What, tuple[tuple[str, bool], ...]] = {
    "document.write": (("document", True), ("the stream of the parser", True)),
    "current-script": (("document", True),),
    "dom-read": (("document", False),),
    "dom-write": (("document", True),),
    "paint": (("root element", True),),
    "style-read": (("styles", False), ("root element", False), ("document", False)),
    "layout-read": (("styles", False), ("root element", False), ("document", False)),
    "sheets-read": (("styles", False),),
    "style-insert": (("styles", True),),
    "ready": (("event document DOMContentLoaded", True),),
    "observer": (("document", False),),
    "custom-element": (("document", True),),
    "storage": (("storage", True),),
    "message": (("event window message", True),),
    "navigation": (("location", True),),
    "dialog": (("dialogs", True),),
    "console": (("console", True),),
}
# What changes the world for every script after it.
_FOR_ALL: dict[What, str] = {
    "error-handler": "sees the errors of others",
    "hook": "changes a function of the browser",
    "scripts-query": "looks for script elements",
    "last-script": "takes the last script element for its own",
    "dynamic-code": "runs code that it makes",
    "dynamic-global": "sets globals of names that it makes",
    "import": "loads modules when it runs",
}
_NOW = ("load", "may")
_TARGETS = frozenset({"document", "window", "body"})
_OWN = frozenset({"created", "own"})  # elements that the script made itself
_QUERIES = ("query", "collection")


class Conflict(NamedTuple):
    """`over`: `name`, `opaque`, or the kind of other thing; `thing`: it, for a sentence."""

    over: str
    thing: str


class Footprint(NamedTuple):
    """`names`: globals it touches at any time; `makes`: those that it creates or changes. `host`: what of the browser's own it
    changes. `touches`: of `_TOUCHES`. `for_all`: of `_FOR_ALL`, empty where it does nothing of that. `brings`: does it put other
    scripts into the page? `asks`: ids it asks for; `queries`: does it ask for elements otherwise while it runs?"""

    opaque: str
    names: frozenset[str]
    makes: frozenset[str]
    host: str
    touches: frozenset[tuple[str, bool]]
    for_all: str
    brings: bool
    asks: frozenset[str]
    queries: bool
    is_empty: bool


def root(name: str) -> str:
    """`jQuery` of `jQuery.fn`."""
    return name.partition(".")[0]


def is_loader(effects: Effects) -> bool:
    """Does it look for script elements only to put one beside them that loads another file? Any will do for that."""
    loads = any(act.what == "script-insert" and act.detail == "external-async" for act in effects.acts)
    return loads and effects.does("dom-read", "last-script") is None


def footprint(effects: Effects) -> Footprint:
    """What a script touches, by what it does."""
    made = effects.defines | effects.lexical | effects.defines_later | effects.augments
    now = [act for act in effects.acts if act.tier in _NOW and not (act.what == "scripts-query" and is_loader(effects))]
    reads = effects.reads | effects.guards | effects.reads_later
    return Footprint(
        opaque=effects.opaque,
        names=frozenset(map(root, made | reads)),
        makes=frozenset(map(root, made)),
        host=next((name for name in sorted(made) if builtin(root(name))), ""),
        touches=frozenset(touch for act in now for touch in _touched(act)),
        for_all=next((_FOR_ALL[act.what] for act in now if act.what in _FOR_ALL), ""),
        brings=any(act.what == "script-insert" for act in now),
        asks=frozenset(act.detail[3:] for act in effects.acts if act.what == "dom-read" and act.detail.startswith("id:")),
        queries=any(act.what == "dom-read" and act.detail.startswith(_QUERIES) for act in now),
        is_empty=not (effects.opaque or made or reads or effects.acts),
    )


def _touched(act: Act) -> tuple[tuple[str, bool], ...]:
    if act.what in ("listener", "handler-slot"):
        target, _, event = act.detail.partition(" ")
        return _event(target, event.removeprefix("on") if act.what == "handler-slot" else event)
    if act.what == "ready":
        return _event("document", "DOMContentLoaded")
    if act.what == "current-script" and act.detail != "placement":
        return ()
    return _TOUCHES.get(act.what, ())


def _event(target: str, event: str) -> tuple[tuple[str, bool], ...]:
    """Listeners of one event of one target run in the order in which they were added. An element that is not known may be any."""
    known = target in _TARGETS
    if target in _OWN:
        return ()
    if not event or event in ("?", "*"):
        return (("events", True),)
    return (("events", False), (f"event {event}", not known), *([(f"event {target} {event}", True)] if known else ()))


class Conflicts:
    """The conflicts among the scripts of one page."""

    def __init__(self, scripts: Iterable[Script]) -> None:
        self._footprints = {script: footprint(script.effects) for script in scripts}
        values = self._footprints.values()
        self._objects = _objects(one.makes for one in values)
        # a name that nobody makes is undefined to all, in whatever order they ask
        known = not any(one.opaque or one.brings or one.for_all.startswith(("runs", "sets", "loads")) for one in values)
        self._made = frozenset().union(*(one.makes for one in values)) if known else None
        self._known: dict[tuple[Script, Script], Conflict | None] = {}

    def footprint(self, script: Script) -> Footprint:
        return self._footprints[script]

    def conflict(self, earlier: Script, later: Script) -> Conflict | None:
        """Why `later` must not run before `earlier`, which runs before it in the page as written; None where it may."""
        pair = earlier, later
        if pair not in self._known:
            self._known[pair] = self._find(earlier, later)
        return self._known[pair]

    def _find(self, earlier: Script, later: Script) -> Conflict | None:
        one, other = self._footprints[earlier], self._footprints[later]
        if "errors" in one.for_all + other.for_all:
            return Conflict("for all", one.for_all or other.for_all)  # whatever runs may fail
        if one.is_empty or other.is_empty:
            return None
        if one.opaque or other.opaque:
            return Conflict("opaque", one.opaque or other.opaque)
        if one.for_all or other.for_all:
            return Conflict("for all", one.for_all or other.for_all)
        if other.brings:
            return Conflict("brings", "a script that it puts into the page")
        if one.host or other.host:
            return Conflict("host", one.host or other.host)
        return self._shared_name(one, other) or _shared_thing(one, other) or _shared_element(earlier, later, one, other)

    def _shared_name(self, one: Footprint, other: Footprint) -> Conflict | None:
        touched = {self._objects.get(name, name) for name in one.names if self._made is None or name in self._made}
        shared = [name for name in other.names if self._objects.get(name, name) in touched]
        return Conflict("name", min(shared)) if shared else None


def _objects(made: Iterable[frozenset[str]]) -> dict[str, str]:
    """For names that one script makes, one of them: they may be names of one object, as `$` and `jQuery` are."""
    leader: dict[str, str] = {"$": "jQuery"}

    def first(name: str) -> str:
        while name in leader:
            name = leader[name]
        return name

    for names in made:
        heads = sorted({first(name) for name in names})
        leader.update((head, heads[0]) for head in heads[1:])
    return {name: first(name) for name in leader}


def _shared_thing(one: Footprint, other: Footprint) -> Conflict | None:
    for thing, changed in sorted(one.touches):
        if (thing, True) in other.touches or (changed and (thing, False) in other.touches):
            return Conflict("thing", thing)
    return None


def _shared_element(earlier: Script, later: Script, one: Footprint, other: Footprint) -> Conflict | None:
    for element, asking in ((earlier, other), (later, one)):
        if element.id and element.id in asking.asks:
            return Conflict("element", f"the element #{element.id}")
        if asking.queries and (element.id or element.marked):
            return Conflict("element", "script elements by a query")
    return None
