"""Sorts the scripts that are async as written: critical ones into the head, the others to the bottom of the body.

What it does: an async script competes with what the first paint needs from where the browser finds it. What must stay true: it was
racing with everything but the sync scripts before it, so it may come later, and earlier only past sync scripts that do not concern
it; it crosses nothing that changes its URL or its right to run. Only where the author or the configuration asks for it.
"""

from collections.abc import Iterator, Sequence

from assetforge.formats.html.outline import Outline
from assetforge.pages.page import Page, Wish, Word
from assetforge.pages.plan import ScriptDecision, ScriptPlan
from assetforge.pages.script.conflicts import Conflicts
from assetforge.pages.script.placement import Moving
from assetforge.pages.script.running import HOLE, Script

_MOVES: frozenset[Word] = frozenset({"critical", "inject"})
_CROSSED = frozenset({"base", "csp", "referrer"})


def sorted_async(
    page: Page, wish: Wish, plan: ScriptPlan, scripts: Sequence[Script], conflicts: Conflicts, moving: Moving
) -> ScriptPlan:
    """`plan` with decisions for async scripts."""
    asked = [
        script
        for script in scripts
        if script.kind == "async" and script.external and (wish.asynchronous == "sort" or not _MOVES.isdisjoint(script.words))
    ]
    if not asked or plan.reason:
        return plan
    sorting = _Sorting(page, scripts, conflicts, moving)
    decisions = {one.element: one for one in plan.decisions}
    warnings = list(plan.warnings)
    for script in asked:
        for found in sorting.decided(script):
            if isinstance(found, str):
                warnings.append((script.index, found))
            else:
                decisions[script.index] = found
    head = sorting.head if any(one.verb == "head" for one in decisions.values()) else None
    return plan._replace(decisions=tuple(decisions.values()), head=head, warnings=tuple(warnings))


class _Sorting:
    def __init__(self, page: Page, scripts: Sequence[Script], conflicts: Conflicts, moving: Moving) -> None:
        self.page, self.scripts, self.conflicts, self.moving = page, scripts, conflicts, moving
        self.head = head_place(page.outline)

    def decided(self, script: Script) -> Iterator[ScriptDecision | str]:
        """The decision, or a warning why there is none."""
        one = self.page.outline.loading[script.index]
        in_head = one.parent == "head"
        if "keep" in script.words:
            return
        if "inject" in script.words:
            yield ScriptDecision(script.index, "inject", "author", "its author says so")
        elif "critical" in script.words:
            if in_head:
                return
            why_not = self._why_not_head(script)
            yield why_not or ScriptDecision(script.index, "head", "critical", "its author says that it is critical")
        elif in_head and self.moving.why_not(script) is None:
            yield ScriptDecision(script.index, "move", "async", "it is async and not critical: the body comes first")

    def _why_not_head(self, script: Script) -> str:
        if self.head is None:
            return "cannot go to the head: the page has none in its text"
        if any(self.head <= meta.span.start < script.at for meta in self.page.outline.metas if meta.kind in _CROSSED):
            return "cannot go to the head: a <base> or a policy stands before it"
        for other in self.scripts:
            passed = other.index == HOLE or other.kind in ("sync", "event", "foreign")
            if passed and self.head <= other.at < script.at and self.conflicts.conflict(other, script):
                return f"cannot go to the head: it may need {other.source.name}, which runs before it"
        if pin := self.moving.why_not_leave(script):
            return f"cannot go to the head: {pin.detail}"
        return ""


def head_place(outline: Outline) -> int | None:
    """The str offset in the head where what is to be found first goes: behind all that changes the meaning of what follows, import
    maps too, and before the first stylesheet or script behind those. None where the text has no head of its own."""
    elements = outline.tree.elements
    head = next((number for number, one in enumerate(elements) if one.name == "head" and one.tag.end > 0), None)
    if head is None:
        return None
    ends = [elements[head].tag.end]
    ends += [one.tag.end for one in elements if one.parent == head and one.name in ("base", "meta") and one.tag.end > 0]
    ends += [
        one.span.end
        for one in outline.loading
        if one.parent == "head" and one.name == "script" and (one.attribute("type") or "").strip().lower() == "importmap"
    ]
    return max(ends)
