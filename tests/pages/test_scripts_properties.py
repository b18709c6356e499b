"""Random pages: what every script sees when the plan is carried out is what it saw before, and the check finds plans that break it.

A script is a few steps over a small world: globals that it sets or looks at, now or when the document is ready, listeners, lines in
the console, errors. A toy browser runs the page in both orders and notes what each step saw.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from scripted import page

from assetforge.formats.js.record import Act, Effects
from assetforge.pages.page import Page, Wish
from assetforge.pages.plan import ScriptDecision, ScriptPlan, ScriptVerb
from assetforge.pages.script import proof
from assetforge.pages.script.running import running
from assetforge.pages.script.scripts import _Schedule, schedule

Step = tuple[Literal["set", "get", "listen", "log", "report", "fail", "later"], str]
STEPS = st.one_of(
    st.tuples(st.sampled_from(["set", "get", "later"]), st.sampled_from(["a", "b", "c"])),
    st.tuples(st.just("listen"), st.sampled_from(["document DOMContentLoaded", "window load"])),
    st.sampled_from([("log", ""), ("fail", "")]),
    st.sampled_from([("log", ""), ("log", ""), ("report", "")]),
)


class Toy(NamedTuple):
    """A script: how it is loaded, and its steps. `pinned`: it also does what keeps it where it is."""

    loaded: Literal["inline", "file", "defer"]
    steps: tuple[Step, ...]
    pinned: bool


TOYS = st.builds(
    Toy,
    st.sampled_from(["inline", "file", "file", "defer"]),
    st.lists(STEPS, max_size=3).map(tuple),
    st.sampled_from([False, False, False, True]),
)
PAGES = st.lists(st.tuples(TOYS, st.sampled_from(["head", "head", "body", "end"])), min_size=1, max_size=6)


def effects_of(toy: Toy) -> Effects:
    acts = []
    for what, detail in toy.steps:
        if what in ("listen", "log", "report"):
            acts.append(Act({"listen": "listener", "log": "console", "report": "error-handler"}[what], "load", detail))  # type: ignore[arg-type]
    if any(what == "later" for what, _ in toy.steps):
        acts.append(Act("listener", "load", "document DOMContentLoaded"))
    return Effects(
        defines=frozenset(name for what, name in toy.steps if what == "set"),
        reads=frozenset(name for what, name in toy.steps if what == "get"),
        reads_later=frozenset(name for what, name in toy.steps if what == "later"),
        acts=(*acts, *([Act("paint", "load")] if toy.pinned and toy.loaded != "defer" else [])),
    )


def built(toys: list[tuple[Toy, str]]) -> tuple[Page, dict[int, Toy]]:
    parts: dict[str, list[str]] = {"head": [], "body": [], "end": []}
    known, numbered = {}, sorted(enumerate(toys), key=lambda one: ("head", "body", "end").index(one[1][1]))
    for number, (toy, where) in numbered:
        attributes = "" if toy.loaded == "inline" else f"src={number}.js{' defer' if toy.loaded == 'defer' else ''}"
        text = f"/* {number} */" if toy.loaded == "inline" else ""
        parts[where].append(f"<script {attributes}>{text}</script>")
        known[text or f"{number}.js"] = effects_of(toy)
    head, body, end = ("".join(parts[where]) for where in ("head", "body", "end"))
    given = page(f"<!doctype html><html><head>{head}</head><body><p>1</p>{body}<p>2</p>{end}</body></html>", known)
    in_order = [toy for _, (toy, _) in numbered]
    return given, dict(enumerate(in_order))


def seen(toys: Mapping[int, Toy], verbs: Mapping[int, str]) -> tuple[object, ...]:
    """Run the page: what each look saw, the console, the calls of listeners, the errors that were reported."""
    sync = [number for number, toy in toys.items() if toy.loaded != "defer" and verbs[number] not in ("defer", "async", "move")]
    ends = [number for number in sync if verbs[number] == "keep:at-end"]
    moved = [number for number in toys if verbs[number] == "move"]
    early = [number for number in sync if number not in ends]
    deferred = [number for number, toy in toys.items() if toy.loaded == "defer" or verbs[number] in ("defer", "async")]
    world: dict[str, int] = {}
    looks: dict[int, list[object]] = {number: [] for number in toys}
    console: list[int] = []
    reported: list[int] = []
    listeners: dict[str, list[tuple[int, str]]] = {}
    reporting = False
    for number in [*early, *moved, *ends, *deferred]:
        for what, detail in toys[number].steps:
            if what == "set":
                looks[number].append(world.get(detail))
                world[detail] = number
            elif what == "get":
                looks[number].append(world.get(detail))
            elif what == "log":
                console.append(number)
            elif what == "report":
                reporting = True
            elif what == "fail":
                reported += [number] * reporting
                break
            else:
                event = "document DOMContentLoaded" if what == "later" else detail
                listeners.setdefault(event, []).append((number, detail if what == "later" else ""))
    calls = []
    for event in ("document DOMContentLoaded", "window load"):
        for number, name in listeners.get(event, []):
            calls.append((event, number, world.get(name) if name else None))
    return looks, console, calls, sorted(reported), world


def outcome(given: Page, toys: Mapping[int, Toy], plan: ScriptPlan | None) -> tuple[object, ...]:
    verbs = dict.fromkeys(toys, "keep")
    for number, decision in enumerate(plan.decisions if plan else ()):
        at_end = plan is not None and plan.bottom is not None and given.outline.loading[decision.element].span.start >= plan.bottom
        verbs[number] = "keep:at-end" if at_end and decision.verb == "keep" else decision.verb
    return seen(toys, verbs)


@given(PAGES)
@settings(max_examples=120, deadline=None)
def test_every_script_sees_what_it_saw(toys: list[tuple[Toy, str]]) -> None:
    given, numbered = built(toys)
    assert outcome(given, numbered, schedule(given)) == outcome(given, numbered, None)


@given(PAGES)
@settings(max_examples=120, deadline=None)
def test_the_check_never_objects_to_a_plan(toys: list[tuple[Toy, str]]) -> None:
    given, _ = built(toys)
    scripts = running(given, Wish())
    assert proof.objection(given, _Schedule(given, Wish(), scripts).plan(), scripts) == ""


@given(PAGES, st.lists(st.sampled_from(["defer", "move", "keep"]), min_size=6, max_size=6))
@settings(max_examples=120, deadline=None)
def test_the_check_sees_what_the_toy_browser_sees(toys: list[tuple[Toy, str]], how: list[ScriptVerb]) -> None:
    """Where a careless plan changes what is seen, the check objects to it."""
    given, numbered = built(toys)
    plan = schedule(given)
    decisions = tuple(
        ScriptDecision(one.element, verb)
        if _can(given, plan, one, verb, numbered[number])
        else ScriptDecision(one.element, _stays(one))
        for number, (one, verb) in enumerate(zip(plan.decisions, how, strict=False))
    )
    careless = plan._replace(decisions=decisions)
    if outcome(given, numbered, careless) != outcome(given, numbered, None):
        assert proof.objection(given, careless, running(given, Wish()))


def _can(given: Page, plan: ScriptPlan, one: ScriptDecision, verb: ScriptVerb, toy: Toy) -> bool:
    assert plan.bottom is not None
    if one.verb == "as-is":
        return False
    return toy.loaded == "file" if verb == "defer" else given.outline.loading[one.element].span.start < plan.bottom


def _stays(one: ScriptDecision) -> ScriptVerb:
    return "as-is" if one.verb == "as-is" else "keep"
