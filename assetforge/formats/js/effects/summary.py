"""From facts and tiers to the record: `Effects`.

What must stay true: every global that is touched is named once in the strongest tier it is touched in; every act stands in the
order of the text; what makes a record incomplete makes it opaque. """

from assetforge.formats.js.effects import builtins, host
from assetforge.formats.js.effects.acts import Acts
from assetforge.formats.js.effects.calls import Calls
from assetforge.formats.js.effects.deeds import Deed
from assetforge.formats.js.effects.facts import Dynamic, Use
from assetforge.formats.js.effects.program import Program
from assetforge.formats.js.effects.provenance import Provenance
from assetforge.formats.js.effects.tiers import LATER, LOAD, MAY
from assetforge.formats.js.effects.values import UNKNOWN, Host
from assetforge.formats.js.record import Act, Effects, Tier

_TIERS: dict[int, Tier] = {LATER: "deferred", MAY: "may", LOAD: "load"}
_FALSE = frozenset({"false", "!1", "0"})


class Summary:
    """Collects the record."""

    def __init__(self, program: Program, calls: Calls, acts: Acts, level: list[int], *, handler: bool) -> None:
        self.program = program
        self.calls = calls
        self.facts = calls.facts
        self.flow = calls.flow
        self.acts = acts
        self.level = level
        self.handler = handler
        self.opaque: list[tuple[int, str]] = []
        self.keys: dict[str, int] = {}
        self._provenance: Provenance | None = None

    def effects(self) -> Effects:
        self._dynamic()
        self._code()
        self._elements()
        acts = self._told()
        defines, later = self._defines()
        lexical = frozenset(self.program.lexical)
        reads, guards, reads_later = self._reads(lexical)
        augments = self._augments(defines, lexical)
        opaque_at, opaque = min(self.opaque, default=(0, ""))
        return Effects(
            opaque=opaque, opaque_at=opaque_at, defines=frozenset(defines), lexical=lexical,
            defines_later=frozenset(later - defines), augments=frozenset(augments), reads=frozenset(reads),
            guards=frozenset(guards & reads),
            reads_later=frozenset(reads_later - reads), acts=acts, keys=tuple(sorted(self.keys.items())),
            strict=self.program.functions[0].strict,
        )  # fmt: skip

    def code(self) -> list[tuple[Tier, int, str, str]]:
        """Constant code that is made a function: tier, place, parameters, body."""
        made = sorted(self.acts.code.items())
        return [(_TIERS[self._level(by)], self._at(place), names, body) for place, (names, body, by) in made]

    def _received(self, what: Deed | tuple[str, int]) -> bool:
        """Is it done to the window or the document? `x.close()` is not for every x that others may give."""
        if isinstance(what, Deed) and what.what == "document.write" and what.detail.startswith("write"):
            return True
        receivers = self.acts.received.get(what)
        return receivers is None or None in receivers or any(one is not None and self._comes(*one) for one in receivers)

    def _level(self, function: int) -> int:
        return LATER if function < 0 else self.level[function]

    def _at(self, index: int) -> int:
        return self.program.at(index)

    def _fault(self, reason: str, index: int) -> None:
        self.opaque.append((self._at(index), reason))

    def _key(self, name: str, index: int) -> None:
        at = self._at(index)
        if at < self.keys.get(name, at + 1):
            self.keys[name] = at

    # what cannot be followed

    def _dynamic(self) -> None:
        if self.facts.opaque is not None:
            self.opaque.append((self.facts.opaque[1], self.facts.opaque[0]))
        for one in self.facts.dynamic:
            if self.calls.unresolved(one):
                self._unresolved(one)

    def _unresolved(self, one: Dynamic) -> None:
        use = one.use
        atoms = self.flow.of(one.base)
        now = self._level(use.function) > LATER
        if host.WINDOW in atoms and use.how == "set" and self._comes(one.base, host.WINDOW):
            self.acts.emit("dynamic-global", use)
            if now:
                self._fault("window[…] =", use.place)
        if host.DOCUMENT in atoms and self._comes(one.base, host.DOCUMENT, named=use.how != "set"):
            self._unresolved_document(use, now=now, alone=UNKNOWN not in atoms)
        if use.how != "get" and not atoms.isdisjoint({host.HTML, host.BODY, ("style",)}):
            self.acts.emit("paint", use, "computed")
        if ("current",) in atoms:
            self.acts.emit("current-script", use, "placement")

    def _comes(self, node: int, thing: Host, *, named: bool = True) -> bool:
        if self._provenance is None:
            self._provenance = Provenance(self.program, self.calls)
        return self._provenance.sure(node, thing, named=named)

    def _unresolved_document(self, use: Use, *, now: bool, alone: bool) -> None:
        given = use.site is not None and (use.site.values or use.site.spread)
        if use.how == "get":
            self.acts.emit("dom-read", use, "computed")
            doubtful = alone
        else:
            doubtful = use.how == "set" or bool(given)
            if use.how == "call":
                self.acts.emit("dom-read", use, "computed")
        if now and doubtful:
            self._fault("document[…]", use.place)

    def _code(self) -> None:
        for index, function in self.facts.evals:
            use = Use("call", "eval", index, function)
            self.acts.emit("dynamic-code", use, "eval")
        for index, function in self.facts.imports:
            self.acts.emit("import", Use("call", "import", index, function))

    def _elements(self) -> None:
        """What was created: loaders told apart."""
        for atom, uses in sorted(self.acts.created.items(), key=str):
            if atom[2] == "script" and self._loader(uses):
                made = [one for one in self.acts.deeds if one.what == "script-insert" and one.place == atom[1] and not one.detail]
                for deed in made:
                    del self.acts.deeds[deed]
                    self.acts.deeds[deed._replace(detail="external-async")] = None

    def _loader(self, uses: list[Use]) -> bool:
        """Whether a created script element is one that loads a file without anybody waiting for it."""
        external = False
        for use in uses:
            if use.how == "set" and use.name in ("text", "textContent", "innerHTML", "innerText"):
                return False
            if use.how == "set" and use.name == "async" and self._false(use):
                return False
            if use.how == "set" and use.name == "type" and use.value is not None:
                kinds = self.acts.constants(use.value)
                if kinds is None or not kinds <= {"", "text/javascript", "application/javascript", "module"}:
                    return False
            external = external or (use.name == "src" and use.how == "set")
            if use.how == "call" and use.name == "setAttribute" and use.site is not None and use.site.values:
                external = external or self.acts.constants(use.site.values[0]) == {"src"}
            if use.how == "get" and use.name in ("appendChild", "append"):
                return False
        return external

    def _false(self, use: Use) -> bool:
        parent = self.program.parent[use.place]
        children = self.program.children[parent] if parent >= 0 else []
        return bool(children) and self.program.source(children[-1]) in _FALSE

    # acts

    def _told(self) -> tuple[Act, ...]:
        first: dict[tuple[str, str, str], Act] = {}
        for deed in self.acts.deeds:
            if not self._received(deed):
                continue
            act = self._act(deed)
            key = (act.what, act.tier, act.detail)
            if key not in first or act.at < first[key].at:
                first[key] = act
            if act.what == "dynamic-code" and act.tier != "deferred":
                self._fault(deed.detail or "dynamic code", deed.place)
            elif act.what == "dynamic-global" and act.tier != "deferred":
                self._fault("window[…] =", deed.place)
        return tuple(sorted(first.values(), key=lambda act: (act.at, act.what, act.detail, act.tier)))

    def _act(self, deed: Deed) -> Act:
        level = self._level(deed.function)
        if deed.perhaps:
            level = min(level, MAY)
        return Act(deed.what, _TIERS[level], deed.detail, self._at(deed.place))

    # names

    def _defines(self) -> tuple[set[str], set[str]]:
        defines = set(self.program.declared)
        for name in self.program.declared:
            self.keys.setdefault(name, self._declared_at(name))
        later: set[str] = set()
        for name, function, index in [*self.facts.writes, *self.acts.defines]:
            if name in self.program.lexical or not self._received((name, index)):
                continue
            (defines if self._level(function) > LATER else later).add(name)
            self._key(name, index)
        for name in self.program.lexical:
            self.keys.setdefault(name, self._declared_at(name))
        return defines, later

    def _declared_at(self, name: str) -> int:
        return self._places().get(name, 0)

    def _places(self) -> dict[str, int]:
        if not hasattr(self, "_first"):
            program = self.program
            wanted = program.declared.keys() | program.lexical.keys()
            self._first: dict[str, int] = {}
            for index, kind in enumerate(program.kind):
                if kind in ("identifier", "shorthand_property_identifier_pattern"):
                    name = program.source(index)
                    if name in wanted:
                        self._first.setdefault(name, program.at(index))
        return self._first

    def _reads(self, lexical: frozenset[str]) -> tuple[set[str], set[str], set[str]]:
        reads: set[str] = set()
        guards: set[str] = set()
        later: set[str] = set()
        touched = [(name, function, index, True) for name, function, index in self.acts.window_reads] + self.facts.reads
        for name, function, index, guarded in touched:
            if name in lexical or (builtins.builtin(name) and name not in self.program.declared):
                continue
            if self._level(function) > LATER:
                reads.add(name)
                if guarded:
                    guards.add(name)
            else:
                later.add(name)
            self._key(name, index)
        return reads, guards, later

    def _augments(self, defines: set[str], lexical: frozenset[str]) -> set[str]:
        augments: set[str] = set()
        for name, member, _, index in self.facts.roots:
            if name in lexical or name in builtins.WINDOWS or name == "document" or name in self._complete():
                continue
            if builtins.builtin(name) and member != "prototype":
                if name in builtins.LANGUAGE:
                    augments.add(name)
                continue
            augments.add(f"{_canonical(name)}.{member}" if member in ("prototype", "fn") else _canonical(name))
            self._key(name, index)
        for path, _, index in self.acts.augments:
            if path.partition(".")[0] not in self._complete():
                augments.add(path)
                self._key(path, index)
        augments |= {name for name in defines if builtins.builtin(name)}
        return augments

    def _complete(self) -> set[str]:
        """Globals that the script makes itself, whatever was there before."""
        if not hasattr(self, "_whole"):
            guarded = {name for name, _, _, guarded in self.facts.reads if guarded}
            guarded |= {name for name, _, _ in self.acts.window_reads}
            made = {name for name, function, _ in [*self.facts.writes, *self.acts.defines] if self._level(function) == LOAD}
            functions = {name for name, node in self.program.declared.items() if self.calls.flow.of(node)}
            self._whole = (made | functions) - guarded
        return self._whole


def _canonical(name: str) -> str:
    return "jQuery" if name == "$" else name
