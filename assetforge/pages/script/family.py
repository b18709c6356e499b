"""One decision for what several pages share: a script of a template stands in every page that is made from it.

What must stay true: a verb is given to a shared script only if each page, decided with all shared verbs as they are, gives it too.
Each round forbids something, so there are not many.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace

from assetforge.pages.page import EVERYTHING, Doing, Page, Pin, Wish
from assetforge.pages.plan import ScriptDecision, ScriptPlan
from assetforge.pages.script.scripts import schedule

_ALSO: dict[str, frozenset[Doing]] = {
    "keep": frozenset({"keep"}),
    "defer": frozenset({"keep", "defer"}),
    "move": frozenset({"keep", "move"}),
    "async": frozenset({"keep", "defer", "async"}),
}

Keys = Mapping[int, Hashable]


Decide = Callable[[Page, Wish | None], ScriptPlan]


def reduced(
    pages: Sequence[Page], keys: Sequence[Keys], wish: Wish | None = None, decide: Decide = schedule
) -> list[ScriptPlan]:
    """The plans of `pages`, in which scripts of one key have one verb. `keys`: for each page, by index in its `outline.loading`,
    what tells a shared script; scripts of one page may share a key too, as the branches of a condition do. `decide`: how the plan
    of one page is made."""
    given = list(pages)
    plans = [decide(page, wish) for page in given]
    while True:
        limits, pins = _limits(plans, keys)
        stale = [number for number, page in enumerate(given) if _narrows(page, keys[number], limits)]
        if not stale:
            return plans
        for number in stale:
            given[number] = _narrowed(given[number], keys[number], limits, pins)
            plans[number] = decide(given[number], wish)


def _limits(
    plans: Sequence[ScriptPlan], keys: Sequence[Keys]
) -> tuple[dict[Hashable, frozenset[Doing]], dict[Hashable, ScriptDecision]]:
    """For each key what all its pages allow, and for one that stays somewhere the decision that says why."""
    limits: dict[Hashable, frozenset[Doing]] = {}
    stays: dict[Hashable, ScriptDecision] = {}
    said: dict[Hashable, set[str]] = {}
    for plan, shared in zip(plans, keys, strict=True):
        for one in plan.decisions:
            if one.element in shared and one.verb in _ALSO:
                key = shared[one.element]
                limits[key] = limits.get(key, EVERYTHING) & _ALSO[one.verb]
                said.setdefault(key, set()).add(one.verb)
                if one.verb == "keep":
                    stays.setdefault(key, one)
    differing = {key for key, verbs in said.items() if len(verbs) > 1}
    # where one page defers what another one moves, moving is tried: it needs less
    return {key: _ALSO["move"] if said[key] == {"defer", "move"} else limits[key] for key in differing}, stays


def _narrows(page: Page, shared: Keys, limits: Mapping[Hashable, frozenset[Doing]]) -> bool:
    return any(
        not page.allowed.get(index, EVERYTHING) <= limits[key] for index, key in shared.items() if key in limits
    )  # fmt: skip


def _narrowed(
    page: Page, shared: Keys, limits: Mapping[Hashable, frozenset[Doing]], stays: Mapping[Hashable, ScriptDecision]
) -> Page:
    allowed, pins = dict(page.allowed), dict(page.pins)
    for index, key in shared.items():
        if key in limits:
            allowed[index] = page.allowed.get(index, EVERYTHING) & limits[key]
            if allowed[index] == {"keep"}:
                pins.setdefault(index, _why(stays.get(key)))
    return replace(page, allowed=allowed, pins=pins)


def _why(elsewhere: ScriptDecision | None) -> Pin:
    if elsewhere is None:
        return Pin("family", "pages that share it would each change it in another way")
    return Pin(elsewhere.reason, f"in another page of the family: {elsewhere.detail}", elsewhere.better)
