"""Decides for each script of a page whether it may get out of the parser's way: deferred in place, moved to the bottom, async.

What it does: a script that blocks the parser holds up all that stands behind it, the first paint too. What must stay true: every
script runs once, as what it is, and finds all that it found before; two scripts of which one touches what the other touches run in
the order they had. It stands down, script by script, where that is not shown: `keeping.py` has the reasons that lie in a script,
`conflicts.py` those that lie in two. `proof.py` checks the result without knowing how it was made; where it objects, every script
of the page stays.

Why not only one of the verbs: `defer` changes nothing about the document and lets the browser find the script early, but the script
then runs after all sync ones, and `readyState` is another; at the bottom neither is so, but the document has another shape.
"""

from collections.abc import Iterable, Sequence

from assetforge.formats.css.media import matches_screen
from assetforge.pages.page import EVERYTHING, Doing, Page, Pin, Wish
from assetforge.pages.plan import ScriptDecision, ScriptPlan, ScriptVerb
from assetforge.pages.script import proof, waiting
from assetforge.pages.script.asynchronous import sorted_async
from assetforge.pages.script.conflicts import Conflict, Conflicts
from assetforge.pages.script.keeping import Keeping, cannot_defer, cannot_move
from assetforge.pages.script.kinds import RUNS, Kind, kind
from assetforge.pages.script.placement import Moving
from assetforge.pages.script.running import HOLE, Script, before, running, turns

# Inline scripts shorter than this (characters) cost nothing where they stand.
_CHEAP = 1024
# Pairs are looked at one by one; a page with more scripts than this is left alone.
MOST = 400
_JQUERY = frozenset({"jQuery", "$"})
_AS_IS: dict[Kind, str] = {
    "defer": "it is deferred already",
    "module": "a module is deferred already",
    "async": "it is async already",
    "data": "it is no script",
    "never": "no browser of today runs it",
    "inert": "what is in a <template> does not run",
}


def schedule(page: Page, wish: Wish | None = None) -> ScriptPlan:
    """The decisions for one page."""
    wish = wish or Wish()
    scripts = running(page, wish)
    if len(scripts) > MOST:
        return kept(page, Pin("too-many", f"the page has more than {MOST} scripts"))
    found = _Schedule(page, wish, scripts)
    plan = found.plan()
    objection = proof.objection(page, plan, scripts)
    if objection:
        return kept(page, Pin("unproven", f"a check of the result found that {objection}"))
    return plan


def kept(page: Page, pin: Pin) -> ScriptPlan:
    """The plan in which every script stays."""
    scripts = running(page, Wish())
    doing: dict[int, Doing] = {}
    decisions = tuple(
        ScriptDecision(index, "keep", *pin) if kind(one) in ("sync", "event", "foreign") else _as_is(index, kind(one))
        for index, one in enumerate(page.outline.loading)
        if one.name == "script"
    )
    return ScriptPlan(decisions, needs=waiting.needs(page, scripts, turns(scripts, doing, None)), reason=pin.reason)


def _as_is(index: int, sort: Kind) -> ScriptDecision:
    return ScriptDecision(index, "as-is", sort, _AS_IS.get(sort, ""))


class _Schedule:
    """The decisions for one page while they are made. `doing`: for candidates that are not pinned; `pins`: only ever grow, so all
    of this ends."""

    def __init__(self, page: Page, wish: Wish, scripts: tuple[Script, ...]) -> None:
        self.page, self.wish, self.scripts = page, wish, scripts
        self.conflicts = Conflicts(scripts)
        self.moving = Moving(page)
        self.keeping = Keeping(page, wish, scripts, self.conflicts, self.moving)
        self.candidates = [script for script in scripts if script.is_candidate]
        self.pins: dict[int, Pin] = {}
        self.doing: dict[int, Doing] = {}
        self.groups: dict[int, list[Script]] = {}
        self.warnings: dict[tuple[int, str], None] = {}
        self.immovable = {script.index: cannot_move(self.keeping, script) for script in self.candidates}
        self.forced = {script.index: verb for script in self.candidates if (verb := self._forced(script))}
        self.ordered = self._ordered_pairs()

    def plan(self) -> ScriptPlan:
        for script in self.candidates:
            if script.index not in self.forced and (pin := self.keeping.why(script)):
                self.pins[script.index] = pin
        self._settle()
        self._make_async()
        return self._result()

    # -- what the author wants -----------------------------------------------------------------------------------------------

    def _forced(self, script: Script) -> Doing | None:
        """What the author wants done, where it can be done."""
        if "keep" in script.words or self.wish.policy == "off":
            return None
        if "inject" in script.words or "async" in script.words:
            return self._where(script, "async", script.external, "an inline script cannot be async")
        if "defer" in script.words:
            return self._where(script, "defer", script.external, "an inline script cannot be deferred")
        if "move" in script.words:
            pin = self.moving.why_not(script)
            return self._where(script, "move", pin is None or pin.reason == "structure", pin.detail if pin else "")
        return None

    def _where(self, script: Script, verb: Doing, possible: bool, why_not: str) -> Doing | None:
        if possible and verb not in self.page.allowed.get(script.index, EVERYTHING):
            possible, why_not = False, "a template does not allow it there"
        if not possible:
            self.warnings[script.index, f"cannot be done as its author wants ({verb}): {why_not}"] = None
        return verb if possible else None

    # -- the fixpoint --------------------------------------------------------------------------------------------------------

    def _ordered_pairs(self) -> list[tuple[Script, Script, Conflict]]:
        """Pairs that must keep their order: sure to run in it as written, and in conflict."""
        when = turns(self.scripts, {}, None)
        return [
            (one, other, conflict)
            for one in self.scripts
            for other in self.scripts
            if before(when[one], when[other]) and (conflict := self.conflicts.conflict(one, other))
        ]

    def _settle(self) -> None:
        """Choose for each group, and pin what breaks an order, until nothing does."""
        while True:
            self._drag()
            act = self._active()
            self._choose(act)
            if not self._close():
                return

    def _active(self) -> list[Script]:
        """The candidates that may still change. Cheap ones stay as long as nothing before them that moves concerns them."""
        act: list[Script] = [script for script in self.candidates if script.index in self.forced]
        for script in self.candidates:
            if script.index in self.pins or script.index in self.forced:
                continue
            spare = self._spare(script)
            if spare and not any(one.at < script.at and self.conflicts.conflict(one, script) for one in act):
                self.pins[script.index] = spare
            else:
                act.append(script)
        return [script for script in act if script.index not in self.forced]

    def _spare(self, script: Script) -> Pin | None:
        """Why there is nothing to win with this script, None where there is."""
        if self.page.outline.loading[script.index].at_end:
            return Pin("at-end", "it stands at the end of the page, where it holds up nothing but the end of parsing")
        if script.external or script.size >= _CHEAP:
            return None
        if self._waits_for_sheets(script) and not script.effects.does("dom-read", "dom-write"):
            return None
        return Pin("cheap", "it is short and inline, and nothing that it needs moves: it costs nothing where it stands")

    def _waits_for_sheets(self, script: Script) -> bool:
        return any(
            one.span.start < script.at and one.name == "link" and not one.inert and matches_screen(one.attribute("media") or "")
            for one in self.page.outline.loading
        )

    def _drag(self) -> None:
        """Pin what scripts that stay may need at a time that is not known: timers of theirs, scripts that they write."""
        grows = True
        while grows:
            grows = False
            for script in self.candidates:
                if script.index not in self.pins and script.index not in self.forced and (pin := self._dragged(script)):
                    self.pins[script.index] = pin
                    grows = True

    def _dragged(self, script: Script) -> Pin | None:
        one = self.conflicts.footprint(script)
        for other in self.scripts:
            if other.at >= script.at or other.kind != "sync" or (other.is_candidate and other.index not in self.pins):
                continue
            if other.effects.does("document.write") and script.effects.reads | script.effects.guards:
                return self._dependent(script, other, "may write a script into the page that this one needs")
            timed = other.effects.does("timer", "network", "observer", "custom-element")
            needed = other.effects.reads_later & one.makes
            if timed and needed:
                return self._dependent(script, other, f"may need {min(needed)} at any time")
        return None

    def _dependent(self, script: Script, other: Script, why: str) -> Pin:
        stays = self.pins.get(other.index)
        word = f" and stays ({stays.reason})" if stays else ""
        return Pin("dep", f"{self._name(other)} {why}{word}", "see what keeps that one")

    def _choose(self, act: Sequence[Script]) -> None:
        """One verb for each group of scripts that conflict with each other; where no one verb fits all, each its own."""
        self.doing = dict(self.forced)
        self.groups = {}
        for group in self._grouped(act):
            verb = self._group_verb(group)
            for script in group:
                self.groups[script.index] = group
                self.doing[script.index] = verb or self._own_verb(script)

    def _grouped(self, act: Sequence[Script]) -> Iterable[list[Script]]:
        """Connected components, each in document order."""
        leader = {script: script for script in act}

        def first(script: Script) -> Script:
            while leader[script] is not script:
                leader[script] = leader[leader[script]]
                script = leader[script]
            return script

        for one, other, _ in self.ordered:
            if one in leader and other in leader:
                leader[first(other)] = first(one)
        groups: dict[Script, list[Script]] = {}
        for script in act:
            groups.setdefault(first(script), []).append(script)
        return groups.values()

    def _group_verb(self, group: list[Script]) -> Doing | None:
        if not any(cannot_defer(self.keeping, script) or self._is_ready(script) for script in group):
            return "defer"
        if any(self.immovable[script.index] for script in group) or self.moving.why_not_together(group):
            return None
        return "move"

    def _is_ready(self, script: Script) -> bool:
        """Does it do something now or later, depending on whether the document is ready? In a deferred script it is
        (`interactive`), and jQuery calls back at once, before later scripts."""
        one = self.conflicts.footprint(script)
        waits = script.effects.does("ready") is not None or ("event document readystatechange", True) in one.touches
        return waits or not one.names.isdisjoint(_JQUERY)

    def _own_verb(self, script: Script) -> Doing:
        if self.immovable[script.index] is None:
            return "move"
        alone = not any(script in (one, other) for one, other, _ in self.ordered)
        return "keep" if cannot_defer(self.keeping, script) or (self._is_ready(script) and not alone) else "defer"

    def _close(self) -> bool:
        """Undo what breaks an order, the least that helps. Was a script pinned, so that the choice is to be made again?"""
        pinned = False
        for script in self.candidates:
            if self.doing.get(script.index) == "keep" and script.index not in self.pins:
                self.pins[script.index] = self.immovable[script.index] or Pin("ready", "what it does depends on when it runs")
                pinned = True
        broken = True
        while broken and not pinned:
            broken = False
            when = turns(self.scripts, self.doing, self.moving.bottom)
            for one, other, conflict in self.ordered:
                if before(when[one], when[other]):
                    continue
                if self._undo(one, other, conflict):
                    broken = True
                    pinned = pinned or one.index in self.pins
                    when = turns(self.scripts, self.doing, self.moving.bottom)
        return pinned or self._crowded()

    def _crowded(self) -> bool:
        """Does a selector notice that several scripts leave, where it would not notice one of them? The first such one stays."""
        moved = [script for script in self.candidates if self.doing.get(script.index) == "move" and script.index not in self.forced]
        if self.moving.why_not_together(moved) is None:
            return False
        for count, script in enumerate(moved, 1):
            if pin := self.moving.why_not_together(moved[:count]):
                self.immovable[script.index] = pin
                return True
        return False

    def _undo(self, one: Script, other: Script, conflict: Conflict) -> bool:
        """`one` no longer runs before `other`: change less about it. False where its author wants it so."""
        if one.index in self.forced or one.index not in self.doing:
            changed = one if one.index in self.forced else other
            why = self._because(one, other, conflict)
            self.warnings[changed.index, f"its order is changed as its author wants, but {why}"] = None
            return False
        if self.doing[one.index] == "defer" and self.immovable[one.index] is None:
            for script in self.groups[one.index]:
                if self.doing.get(script.index) == "defer" and self.immovable[script.index] is None:  # some are pinned by now
                    self.doing[script.index] = "move"
            return True
        stops = self.immovable[one.index] if self.doing[one.index] == "defer" else None
        del self.doing[one.index]
        self.pins[one.index] = self._held(one, other, conflict, stops)
        return True

    def _held(self, one: Script, other: Script, conflict: Conflict, stops: Pin | None) -> Pin:
        because = self._because(one, other, conflict)
        if stops is not None:
            return stops._replace(detail=f"{stops.detail}; deferred it would run too late: {because}")
        stays = self.pins.get(other.index)
        why = f", and that one stays ({stays.reason}: {stays.detail})" if stays else ""
        reason = "template-hole" if other.index == HOLE else "opaque-conflict" if conflict.over == "opaque" else "dep"
        better = stays.better if stays and stays.better else "make the later script independent of this one, or say so (pure)"
        return Pin(reason, because + why, better)

    # -- sentences -----------------------------------------------------------------------------------------------------------

    def _because(self, one: Script, other: Script, conflict: Conflict) -> str:
        name = self._name(other)
        if conflict.over == "name":
            at = dict(other.effects.keys).get(conflict.thing)
            place = other.source.place(at) if at is not None else name
            return f"{conflict.thing} is needed by {place}"
        if conflict.over == "opaque":
            unknown = other if other.effects.opaque else one
            return f"it must run before {name}, since what {self._name(unknown)} touches is not known ({conflict.thing})"
        if conflict.over == "brings":
            return f"{name} puts another script into the page, which may need it"
        if conflict.over == "host":
            return f"it must run before {name}, since one of the two changes {conflict.thing}"
        if conflict.over == "for all":
            return f"it must run before {name}, since one of the two {conflict.thing}"
        return f"it must run before {name}: both concern {conflict.thing}"

    def _name(self, script: Script) -> str:
        return script.source.name if script.external else script.source.place(0)

    # -- the end -------------------------------------------------------------------------------------------------------------

    def _make_async(self) -> None:
        """A script that concerns no other and nothing of the page, a beacon: async."""
        for script in self.candidates:
            allowed = self.page.allowed.get(script.index)
            if (
                self.doing.get(script.index) == "defer"
                and script.index not in self.forced
                and (allowed is None or "async" in allowed)
                and ("pure" in script.words or {act.what for act in script.effects.acts} == {"network"})
                and not self.conflicts.footprint(script).names
                and not any(script in (one, other) for one, other, _ in self.ordered)
            ):
                self.doing[script.index] = "async"

    def _result(self) -> ScriptPlan:
        by_index = {script.index: script for script in self.scripts if script.index != HOLE}
        decisions = tuple(
            self._decision(index, by_index.get(index), kind(one))
            for index, one in enumerate(self.page.outline.loading)
            if one.name == "script"
        )
        when = turns(self.scripts, self.doing, self.moving.bottom)
        plan = ScriptPlan(
            decisions, self.moving.bottom, None, waiting.needs(self.page, self.scripts, when), tuple(self.warnings)
        )  # fmt: skip
        return sorted_async(self.page, self.wish, plan, self.scripts, self.conflicts, self.moving)

    def _decision(self, index: int, script: Script | None, sort: Kind) -> ScriptDecision:
        if script is None or sort not in RUNS or sort in ("defer", "module", "async"):
            return _as_is(index, sort)
        if sort == "event":
            return ScriptDecision(index, "keep", "for-event", "its attributes tie it to the load event", "listen in the script")
        if sort == "foreign":
            return ScriptDecision(index, "keep", "svg", "a script of SVG knows no defer", "use a script of HTML")
        if pin := self.pins.get(index):
            return ScriptDecision(index, "keep", *self._worded(script, pin))
        return self._changed(script, self.doing[index])

    def _worded(self, script: Script, pin: Pin) -> Pin:
        """An unknown script before one that stays has two reasons to stay."""
        stay = (one for one in self.scripts if one.kind == "sync" and (one.index == HOLE or one.index in self.pins))
        later = any(one.at > script.at and (one.index == HOLE or self.pins[one.index].reason != "opaque") for one in stay)
        return pin._replace(reason="opaque-conflict") if pin.reason == "opaque" and later else pin

    def _changed(self, script: Script, verb: Doing) -> ScriptDecision:
        if script.index in self.forced:
            said: ScriptVerb = "inject" if "inject" in script.words else verb
            return ScriptDecision(script.index, said, "author", "its author says so")
        if verb == "move":
            why = "it may run when the page is parsed, before the scripts that end the body"
            return ScriptDecision(script.index, "move", self._why_move(script), why)
        if verb == "async":
            return ScriptDecision(script.index, "async", "beacon", "it uses nothing of the page, and nothing of the page uses it")
        return ScriptDecision(script.index, "defer", "", "it may run when the page is parsed")

    def _why_move(self, script: Script) -> str:
        group = self.groups.get(script.index, [])
        if not script.external:
            return "inline"
        if any(self._is_ready(one) for one in group):
            return "ready"
        return "group" if any(not one.external for one in group) else "order"

