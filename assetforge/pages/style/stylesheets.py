"""Decides how each stylesheet of a page is delivered: the rules that the first paint needs stand in the page, the stylesheets
themselves at the end of the body.

There a stylesheet blocks no paint, needs no script, and every script that waited for it still does. What must stay true: the order
of the cascade is kept, so every stylesheet behind the first one that moves moves too; it is all or nothing, since one
stylesheet or script that still blocks undoes the gain; every stylesheet is still loaded. Where one of these cannot be had, the
page stays as its author wrote it, and the plan says why.

What could go wrong: a rule that the critical part lacks shows late, until the stylesheets are there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assetforge.pages.page import Page
from assetforge.pages.plan import Critical, ScriptPlan, SheetDecision, StylesheetPlan
from assetforge.pages.style import hindrances
from assetforge.pages.style.applying import Styled, is_of_font_service, styled
from assetforge.pages.style.cascade import Cascade, Find, cascade
from assetforge.pages.style.critical import BUDGET, Options, TooLarge
from assetforge.pages.style.hindrances import Hindrance
from assetforge.pages.style.landing import landing
from assetforge.pages.style.sheet import Sheet

SheetWord = Literal[
    "blocking",  # stays where it is
    "critical",  # all of it is put into the page
    "late",  # nothing of it is put into the page
]
_WORDS: tuple[SheetWord, ...] = ("blocking", "critical", "late")


def _unknown(path: str) -> None:
    return None


def _says_nothing(name: str) -> tuple[SheetWord, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Styling:
    """What is known of a page's stylesheets. `sheets`: by index in `Outline.loading`, of `<style>` elements too. `unknown`: why
    there is none of a link. `empty`: indexes of such links that style nothing all the same: they are known to declare fonts only,
    or there is no such file. `find`: imported ones by path. `critical`: the critical CSS of this page; whoever asks for many pages
    keeps what it gave."""

    sheets: Mapping[int, Sheet]
    critical: Callable[[Cascade, Options], Critical | TooLarge]
    unknown: Mapping[int, str] = field(default_factory=dict)
    empty: frozenset[int] = frozenset()
    find: Find = _unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What the configuration wants. `words`: for a stylesheet by its path, or by its URL if it is elsewhere, where its element says
    nothing. `fonts`: are stylesheets of the services that are known to answer with font faces and nothing else taken for declared
    to be so, or must somebody declare it?"""

    policy: Literal["late", "swap", "blocking"] = "late"
    fonts: Literal["services", "declared"] = "services"
    budget: int = BUDGET
    words: Callable[[str], tuple[SheetWord, ...]] = _says_nothing


def decide(
    page: Page, scripts: ScriptPlan | None, styling: Styling, delivery: Delivery, options: Options
) -> StylesheetPlan:
    """The plan for the stylesheets of one page. `scripts`: what was decided about its scripts, None if nothing was. Of `options`
    only `used` is looked at."""
    sheets = styled(page.outline.loading, styling.sheets)
    blocking = [one for one in sheets if one.role == "blocking"]
    if not blocking:
        return _left(sheets, None, "no stylesheet in the head blocks the first paint")
    if delivery.policy == "blocking":
        return _left(sheets, None, "the configuration wants stylesheets to block")
    moved = [one for one in sheets if one.index >= blocking[0].index and one.role not in ("inert", "body")]
    empty = styling.empty
    if delivery.fonts == "services":
        empty |= {one.index for one in moved if one.index in styling.unknown and is_of_font_service(one.loading)}
    place = landing(page.outline, page.bottom)
    case = hindrances.Case(page, scripts, sheets, moved, styling.unknown.keys(), empty, _words(moved, styling, delivery), place)
    found = hindrances.of_page(case, styling.unknown)
    if found:
        return _left(sheets, found, found.detail)
    order = hindrances.of_order(case)
    if order or delivery.policy == "swap":
        unready = hindrances.of_swap(case)
        if unready:
            return _left(sheets, order or unready, (order or unready).detail)
    return _inlined(case, styling, delivery, options, swap=bool(order) or delivery.policy == "swap", why=order)


def _inlined(
    case: "hindrances.Case", styling: Styling, delivery: Delivery, options: Options, *, swap: bool, why: Hindrance | None
) -> StylesheetPlan:
    taking_part = [one for one in case.moved if one.role != "silent" and one.index in styling.sheets]
    if swap:  # what is inline stays where it is, in its order
        taking_part = [one for one in taking_part if one.role == "blocking"]
    whole = cascade([(styling.sheets[one.index], one.media) for one in taking_part], styling.find)
    if whole.reason:
        return _left(case.sheets, Hindrance("unknown", whole.reason), whole.reason)
    named = {one.index: styling.sheets[one.index].name for one in taking_part}
    found = styling.critical(
        whole,
        Options(
            delivery.budget,
            frozenset(name for index, name in named.items() if "critical" in case.words[index]),
            frozenset(name for index, name in named.items() if "late" in case.words[index]),
            options.used,
        ),
    )
    if isinstance(found, TooLarge):
        detail = f"the CSS that the page needs has {found.size:,} bytes compressed, more than the budget of {found.budget:,}"
        better = "mark the fold with <!-- assetforge: fold -->, raise the budget, or split the stylesheets"
        return _left(case.sheets, Hindrance("budget", detail, better), detail)
    return _plan(case, found, swap, why)


def _plan(case: "hindrances.Case", found: Critical, swap: bool, why: Hindrance | None) -> StylesheetPlan:
    first = case.moved[0].loading.span.start
    at = max([first, *(meta.span.end for meta in case.page.outline.metas if meta.kind == "charset")])
    moved = {one.index for one in case.moved}
    decisions = []
    for one in case.sheets:
        if swap:
            verb: Literal["swap", "as-is", "late"] = "swap" if one.role == "blocking" and one.is_link else "as-is"
            reason, detail = (why.reason, why.detail) if why and verb == "swap" else ("", "")
        else:
            verb = "late" if one.index in moved else "as-is"
            reason, detail = _late(one, case.moved[0]) if verb == "late" else _as_is(one)
        decisions.append(SheetDecision(one.index, verb, reason, detail))
    preloads = tuple(one.index for one in case.moved if one.role == "blocking" and one.is_link) if not swap else ()
    place = case.place.at if case.place is not None and not swap else -1
    return StylesheetPlan(tuple(decisions), found, at=at, bottom=place, preloads=preloads)


def _late(one: Styled, first: Styled) -> tuple[str, str]:
    if one.role == "blocking":
        return "critical", "what the first paint needs of it stands in the page"
    return "order", f"it comes after the stylesheet at index {first.index}, and so it must stay"


def _as_is(one: Styled) -> tuple[str, str]:
    if one.role == "inert":
        return "inert", f"it does not apply here ({one.loading.inert or 'no stylesheet'})"
    if one.role == "body":
        return "body", "it stands at the end of the body already"
    return "before", "it comes before the first stylesheet that blocks"


def left(page: Page, sheets: Mapping[int, Sheet], found: Hindrance) -> StylesheetPlan:
    """The plan in which nothing is inlined, for a reason that lies outside of the page."""
    return _left(styled(page.outline.loading, sheets), found, found.detail)


def _left(sheets: Sequence[Styled], found: Hindrance | None, reason: str) -> StylesheetPlan:
    """Nothing is inlined: every stylesheet stays where it is."""
    decisions = []
    for one in sheets:
        if one.role != "blocking":
            decisions.append(SheetDecision(one.index, "as-is", *_as_is(one)))
        elif found is None or found.element in (None, one.index):
            reasons = (found.reason, found.detail, found.better) if found else ("blocking", reason, "")
            decisions.append(SheetDecision(one.index, "keep", *reasons))
        else:
            detail = f"the first paint waits for another anyway: {found.detail}"
            decisions.append(SheetDecision(one.index, "keep", "all-or-nothing", detail, found.better))
    return StylesheetPlan(tuple(decisions), None, reason)


def _words(moved: Sequence[Styled], styling: Styling, delivery: Delivery) -> dict[int, tuple[SheetWord, ...]]:
    """What the author wants of each: its element speaks before the configuration."""
    found: dict[int, tuple[SheetWord, ...]] = {}
    for one in moved:
        said = (one.loading.attribute("data-assetforge") or "").lower().split()
        sheet = styling.sheets.get(one.index)
        name = sheet.name if sheet else one.loading.attribute("href") or ""
        found[one.index] = tuple(word for word in _WORDS if word in said) or delivery.words(name)
    return found
