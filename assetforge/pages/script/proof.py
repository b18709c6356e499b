"""Checks the plan for a page's scripts, and knows nothing of how it was made.

What must stay true: nothing of `scripts.py`, `conflicts.py` or `keeping.py` is used here. The scripts run twice in the mind, as
written and as planned; what a record says of a script becomes marks that it leaves on things and looks it takes at them; who
looked after a mark was left must look after it still. What is found here is a fault of the program, and costs the page its plan.

What is checked, by the numbers of the invariant: each script has one decision and runs once, as what it is (1); the order of
scripts that concern each other (1); who waits for the document to be ready does so before it is (2); who looks at the document sees
no other (3); who reads styles has no more of them before it (4); who changes the first paint is not late (5); handlers that run
while the page is parsed find their functions (6). Not checked: what only a browser knows.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assetforge.formats.js.effects.builtins import builtin
from assetforge.formats.js.record import Effects
from assetforge.pages.page import Page
from assetforge.pages.plan import ScriptDecision, ScriptPlan
from assetforge.pages.script.running import Script

_NEW = frozenset({"defer", "move", "async", "inject"})
_LOOKS = frozenset({"style-read", "layout-read", "sheets-read"})
_EARLY_HANDLER = re.compile(r"on(?:error|load|toggle|animation\w*|transition\w*|begin|end|repeat|message)\Z")


def objection(page: Page, plan: ScriptPlan, scripts: Sequence[Script]) -> str:
    """What is wrong with a plan, as the rest of a sentence; empty where nothing is. `scripts`: of the page, holes among them."""
    decided = {one.element: one for one in plan.decisions}
    trusted = {script.index for script in scripts if _is_trusted(script, decided)}
    found = [
        *_complete(page, plan, scripts, decided),
        *_out_of_order(plan, scripts, decided, trusted),
        *(
            what
            for script in scripts
            if script.index in decided and script.index not in trusted and decided[script.index].verb in _NEW
            for what in _alone(page, plan, script, decided[script.index])
        ),
    ]
    return found[0] if found else ""


def _is_trusted(script: Script, decided: dict[int, ScriptDecision]) -> bool:
    """Does the author answer for it?"""
    decision = decided.get(script.index)
    return decision is not None and (script.kind == "async" or decision.verb in script.words)


# -- once, as what it is ------------------------------------------------------------------------------------------------------


def _complete(page: Page, plan: ScriptPlan, scripts: Sequence[Script], decided: dict[int, ScriptDecision]) -> Iterator[str]:
    wanted = [index for index, one in enumerate(page.outline.loading) if one.name == "script"]
    if [one.element for one in plan.decisions] != wanted:
        yield "not every script has its decision"
    sort = {script.index: script for script in scripts}
    for one in plan.decisions:
        script = sort.get(one.element)
        blocks = script is not None and script.kind == "sync"
        if one.verb in ("defer", "async", "inject") and not (script and script.external and (blocks or one.verb == "inject")):
            yield f"{one.verb} means nothing to script {one.element}"
        if one.verb == "move" and (plan.bottom is None or script is None or script.at >= plan.bottom):
            yield f"script {one.element} has no place to move to"
        if one.verb == "as-is" and blocks:
            yield f"script {one.element} blocks, and was not looked at"


# -- the order ----------------------------------------------------------------------------------------------------------------


class _Marks(NamedTuple):
    """Things that a script changes (`left`) and those that it looks at or changes (`seen`), each as a word."""

    left: frozenset[str]
    seen: frozenset[str]


def _out_of_order(
    plan: ScriptPlan, scripts: Sequence[Script], decided: dict[int, ScriptDecision], trusted: set[int]
) -> Iterator[str]:
    marks = _with_aliases({id(script): _marks(script.effects) for script in scripts})
    doubt = any(script.effects.opaque or script.effects.does("script-insert") for script in scripts)
    made = frozenset().union(*(one.left for one in marks.values()))
    for one in scripts:
        for other in scripts:
            if one is other or not _first(one, other, {}, None) or _first(one, other, decided, plan.bottom):
                continue
            if {one.index, other.index} & trusted:
                continue  # the author answers for the order; `warnings` has it
            if why := _concern(one, other, marks[id(one)], marks[id(other)], None if doubt else made):
                yield f"{one.source.name} no longer runs before {other.source.name} ({why})"


def _first(one: Script, other: Script, decided: dict[int, ScriptDecision], bottom: int | None) -> bool:
    """Is `one` sure to run first, if these decisions are carried out?"""
    return _certain(*(_time(script, decided.get(script.index), bottom) for script in (one, other)))


def _certain(one: tuple[str, float, float], other: tuple[str, float, float]) -> bool:
    if one[0] == "any":
        return False
    if other[0] == "any":
        return one[0] == "parsing" and one[1:] < other[1:]
    if one[0] != other[0]:
        return one[0] == "parsing"
    return one[1:] < other[1:]


def _time(script: Script, decision: ScriptDecision | None, bottom: int | None) -> tuple[str, float, float]:
    verb = decision.verb if decision else "keep"
    blocks = script.kind in ("sync", "event", "foreign")
    if not blocks:
        return ("any" if script.kind == "async" else "parsed", script.at, 0)
    if verb in ("async", "inject"):
        return ("any", script.at, 0)
    if verb == "defer":
        return ("parsed", script.at, 0)
    if verb == "move" and bottom is not None:
        return ("parsing", bottom - 0.5, script.at)
    return ("parsing", script.at, 0)


def _with_aliases(marks: dict[int, _Marks]) -> dict[int, _Marks]:
    """Globals that one script makes may be one object: who looks at one of them may see what is done to the others."""
    found = dict(marks)
    for _ in found:
        grown = {}
        for number, one in found.items():
            sets = [{mark for mark in other.left if mark.startswith("global ")} for other in marks.values()]
            sets.append({"global $", "global jQuery"})
            more = set().union(*(names for names in sets if names & one.seen)) if one.seen else set()
            grown[number] = _Marks(one.left, one.seen | more)
        if grown == found:
            break
        found = grown
    return found


def _marks(effects: Effects) -> _Marks:
    made = {name.split(".")[0] for name in effects.defines | effects.lexical | effects.defines_later | effects.augments}
    left = {f"global {name}" for name in made}
    seen = left | {f"global {name.split('.')[0]}" for name in effects.reads | effects.guards | effects.reads_later}
    for act in effects.acts:
        if act.tier == "deferred":
            continue
        if act.what in ("listener", "handler-slot", "ready"):
            event = act.detail.rpartition(" ")[2].removeprefix("on") if act.detail else "DOMContentLoaded"
            left.add(f"event {'DOMContentLoaded' if act.what == 'ready' else event}")
        elif act.what in ("dom-write", "document.write", "custom-element"):
            left.add("the document")
        elif act.what in ("dom-read", "layout-read", "style-read", "observer"):
            seen.add("the document")
        if act.what in ("paint", "style-insert"):
            left.add("the look")
        elif act.what in _LOOKS:
            seen.add("the look")
        elif act.what in ("storage", "console", "dialog", "navigation"):
            left.add(act.what)
    return _Marks(frozenset(left), frozenset(seen | left))


def _concern(one: Script, other: Script, first: _Marks, second: _Marks, made: frozenset[str] | None) -> str:
    """Why the order of the two matters, in a word."""
    if one.effects.does("error-handler") or other.effects.does("error-handler"):
        return "one of them reports the errors of the other"
    if not _does_anything(one.effects) or not _does_anything(other.effects):
        return ""
    if one.effects.opaque or other.effects.opaque:
        return "what one of them does is not known"
    for effects in (one.effects, other.effects):
        if effects.does("hook", "last-script") or (effects.does("scripts-query") and not effects.does("script-insert")):
            return "one of them changes the world of the other"
        if any(builtin(mark[7:]) for mark in _marks(effects).left if mark.startswith("global ")):
            return "one of them changes the browser's own objects"
    if other.effects.does("script-insert"):
        return "one of them brings more scripts"
    shared = (first.left & second.seen) | (first.seen & second.left)
    both = {mark for mark in first.seen & second.seen if mark.startswith("global ") and (made is None or mark in made)}
    asked = (one.id and one.id in _asked_for(other)) or (other.id and other.id in _asked_for(one))
    return next(iter(sorted(shared | both)), "an element" if asked else "")


def _asked_for(script: Script) -> set[str]:
    return {act.detail[3:] for act in script.effects.acts if act.what == "dom-read" and act.detail.startswith("id:")}


def _does_anything(effects: Effects) -> bool:
    return effects != Effects(strict=effects.strict)


# -- one script ---------------------------------------------------------------------------------------------------------------


def _alone(page: Page, plan: ScriptPlan, script: Script, decision: ScriptDecision) -> Iterator[str]:
    """What is wrong with running one script later, whatever others do."""
    effects, name = script.effects, script.source.name
    if effects.does("document.write"):
        yield f"{name} would write behind the page"
    if effects.does("last-script") and decision.verb != "as-is":
        yield f"{name} would take another script for itself"
    if effects.does("paint", "style-insert"):
        yield f"{name} would change the first paint late"
    if decision.verb == "async" and effects != Effects(acts=effects.acts, strict=effects.strict):
        yield f"{name} is async, and others may need it"
    if decision.verb in ("async",) and effects.does("ready", "listener", "handler-slot"):
        yield f"{name} may miss the event that it waits for"
    if decision.verb == "move":
        crossed = [meta for meta in page.outline.metas if meta.kind != "charset" and script.at < meta.span.start]
        if crossed:
            yield f"{name} would cross a {crossed[0].kind}"
    sheets = [one.span.start for one in page.outline.loading if one.name != "script" and not one.inert]
    if effects.does("style-read", "layout-read", "sheets-read") and any(at > script.at for at in sheets):
        yield f"{name} would see more styles"
    yield from _handled_early(page, script)


def _handled_early(page: Page, script: Script) -> Iterator[str]:
    made = {name.split(".")[0] for name in script.effects.defines | script.effects.defines_later | script.effects.augments}
    for handler in page.outline.handlers:
        if handler.element == "body" or not _EARLY_HANDLER.match(handler.attribute):
            continue
        for name in sorted(made):
            if re.search(rf"(?<![\w$.]){re.escape(name)}(?![\w$])", handler.code):
                yield f"{name} may be called before {script.source.name} runs"
