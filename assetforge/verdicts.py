"""From a page's plan to what people are told of it.

The words are few: scripts are `as-is`, `keep:REASON`, `defer`, `move`, `async`, `head` or `inject`, stylesheets `as-is`,
`keep:REASON`, `late` or `swap`. What must stay true: nothing is decided here. """

from assetforge.output import Decided, PageFacts
from assetforge.pages.plan import PagePlan, ScriptDecision, SheetDecision


def page_facts(plan: PagePlan, names: tuple[str, ...], critical: str) -> PageFacts:
    """`names`: of the elements of the page's outline; `critical`: the CSS that was put in."""
    when, styled = plan.scripts, plan.stylesheets
    return PageFacts(
        tuple(_decided(one, names) for one in when.decisions) if when else (),
        tuple(_decided(one, names) for one in styled.decisions) if styled else (),
        critical,
        styled.critical.rules if styled and styled.critical else (),
        (styled.reason if styled else "", when.reason if when else ""),
    )


def _decided(one: ScriptDecision | SheetDecision, names: tuple[str, ...]) -> Decided:
    decision = f"keep:{one.reason}" if one.verb == "keep" and one.reason else one.verb
    return Decided(names[one.element], decision, one.reason, one.detail, one.better)
