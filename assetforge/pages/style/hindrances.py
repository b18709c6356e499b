"""Why the stylesheets of a page cannot move to the end of its body.

What must stay true: where none of these finds anything, the page looks the same when its stylesheets are there, and nothing but the
document itself keeps the first paint waiting. Each is one rule; they are asked in the order of the table.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from assetforge.formats.html.policy import Policy
from assetforge.pages.page import Page
from assetforge.pages.plan import ScriptPlan, StyleNeed
from assetforge.pages.script.kinds import RUNS, RUNS_SYNC, is_external, kind, source
from assetforge.pages.style.applying import Styled, is_alternate
from assetforge.pages.style.landing import Landing, noticed

_CROSSED = {
    "base": "a <base> behind it would change its URL",
    "csp": "a content security policy behind it would judge it",
    "referrer": "a referrer policy behind it would be sent with its request",
}
# Text, pictures and controls are painted; boxes without content may be, but mostly are not.
_NOT_SHOWN = re.compile(
    r"(?:\s++|<!--.*?-->|<(?!/?(?:img|picture|svg|video|canvas|input|button|select|textarea|iframe|object|embed|hr)\b)[/!a-z][^>]*+>)*+",
    re.DOTALL | re.IGNORECASE,
)


class Hindrance(NamedTuple):
    """As in `SheetDecision`. `element`: index of the stylesheet that it is about, None if it is about the page."""

    reason: str
    detail: str
    better: str = ""
    element: int | None = None


class Case(NamedTuple):
    """A page and what would be done. `moved`: the stylesheets that would move. `unknown`: indexes of those whose bytes are not
    known, `empty`: of those among them that style nothing. `words`: what the author wants of each. `place`: where
    they would go."""

    page: Page
    scripts: ScriptPlan | None
    sheets: Sequence[Styled]
    moved: Sequence[Styled]
    unknown: AbstractSet[int]
    empty: AbstractSet[int]
    words: Mapping[int, Sequence[str]]
    place: Landing | None

    @property
    def blocking(self) -> list[Styled]:
        return [one for one in self.moved if one.role == "blocking"]

    def needs(self) -> tuple[StyleNeed, ...]:
        return self.scripts.needs if self.scripts else ()

    def script(self, index: int) -> str:
        """What script this is, for a sentence."""
        one = self.page.outline.loading[index] if index >= 0 else None
        return "a part of the template that is not known" if one is None else source(one) or "an inline script"


def of_page(case: Case, unknown: Mapping[int, str]) -> Hindrance | None:
    """The first reason why nothing can be inlined, however the stylesheets are delivered."""
    for rule in _RULES:
        if found := rule(case):
            if found.reason == "unknown" and found.element is not None:
                url = case.page.outline.loading[found.element].attribute("href")
                return found._replace(detail=f"{url}: {unknown[found.element]}")
            return found
    return None


def of_order(case: Case) -> Hindrance | None:
    """Why the stylesheets cannot come after what scripts insert or look at, though all else is well."""
    for one in case.needs():
        if one.order:
            detail = f"{case.script(one.element)} inserts styles, looks at stylesheets, or does what cannot be known"
            return Hindrance("style-order", detail, "say data-assetforge=\"pure\" on the script if it does not")
    return next(filter(None, (rule(case) for rule in _POSITION)), None)


def of_swap(case: Case) -> Hindrance | None:
    """Why the stylesheets cannot be loaded by a script either."""
    for one in case.needs():
        if one.reads != "no":
            detail = f"{case.script(one.element)} reads styles or the layout, and would find neither"
            return Hindrance("style-read", detail)
    policies = [meta.value for meta in case.page.outline.metas if meta.kind == "csp"]
    if policies and (why := Policy(policies).refuses_inline_script("")):
        return Hindrance("csp", why)
    if any(one.loading.name == "style" for one in case.blocking):
        return Hindrance("style-import", "a <style> of the head imports a stylesheet, which no script can load in its place")
    return None


# -- rules for the page --------------------------------------------------------------------------------------------------------


def _whole_page(case: Case) -> Hindrance | None:
    outline = case.page.outline
    if outline.xhtml or outline.fragment or outline.tree.frameset:
        what = "XML" if outline.xhtml else "a fragment of a page" if outline.fragment else "a frameset"
        return Hindrance("no-page", f"it is {what}, where elements do not move")
    if any(name in ("amp", "\u26a1", "amp4ads", "amp4email") for name, _ in outline.tree.elements[0].attributes):
        return Hindrance("no-page", "it is an AMP page, whose rules say where its styles stand")
    if any(hole < case.moved[-1].loading.span.end for hole in case.page.holes):
        return Hindrance("template", "a part of the template in or before its head is not known")
    return None


def _author(case: Case) -> Hindrance | None:
    for one in case.moved:
        if "blocking" in case.words[one.index]:
            return Hindrance("author", "its author wants it to block", element=one.index)
        if "render" in (one.loading.attribute("blocking") or "").lower().split():
            return Hindrance("author", "its element says blocking=render", element=one.index)
    return None


def _bytes(case: Case) -> Hindrance | None:
    for one in case.blocking:
        if one.index in case.unknown and one.index not in case.empty:
            better = "name a local copy of it in the configuration, or declare that it holds fonts only"
            return Hindrance("unknown", "", better, one.index)
    return None


def _style_sets(case: Case) -> Hindrance | None:
    """A style set that somebody chooses switches off the others (CSSOM 1, 6.2.3), which a copy would outlive."""
    titled = [one for one in case.sheets if (one.title and one.role not in ("inert", "inline")) or is_alternate(one.loading)]
    if any(is_alternate(one.loading) for one in titled) or len({one.title for one in titled}) > 1:
        return Hindrance("style-sets", "the page has alternative stylesheets", "", titled[0].index)
    return None


def _policies(case: Case) -> Hindrance | None:
    policies = [meta.value for meta in case.page.outline.metas if meta.kind == "csp"]
    if policies and (why := Policy(policies).refuses_inline_style("")):
        return Hindrance("csp", why, "allow it in style-src")
    return None


def _self_loading(case: Case) -> Hindrance | None:
    """`<link rel="preload" as="style" onload="this.rel='stylesheet'">` takes its place in the order when it is loaded."""
    for one in case.page.outline.handlers:
        if one.element == "link" and "stylesheet" in one.code and one.at > case.moved[0].loading.span.start:
            return Hindrance("style-order", "a <link> of the page becomes a stylesheet when it is loaded")
    return None


def _waiting(case: Case) -> Hindrance | None:
    """A script that blocks the parser in the head, or in the body before anything is there to paint."""
    verbs = {one.element: one.verb for one in case.scripts.decisions} if case.scripts else {}
    content = _first_content(case.page)
    for index, one in enumerate(case.page.outline.loading):
        if one.name != "script" or (runs := kind(one)) not in RUNS:
            continue
        blocks = runs in RUNS_SYNC and is_external(one) and verbs.get(index, "keep") in ("keep", "as-is")
        waited = "render" in (one.attribute("blocking") or "").lower().split() and one.parent == "head"
        if waited or (blocks and (one.parent == "head" or one.span.start <= content)):
            detail = f"{source(one) or 'an inline script'} still blocks the first paint"
            return Hindrance("blocking-script", detail, "let it be deferred or moved")
    return None


def _first_content(page: Page) -> int:
    """The str offset of the first thing in the body that a browser could paint, about; the end of the text where there is none."""
    elements = page.outline.tree.elements
    body = next((number for number, one in enumerate(elements) if one.name == "body" and one.parent == 0), -1)
    inside = (one.tag.start for one in elements if one.parent == body and one.tag.start >= 0)
    at = max(elements[body].tag.end, 0) or next(inside, len(page.text))
    for one in page.outline.loading:
        if one.span.start >= at and one.inert != "template":
            match = _NOT_SHOWN.match(page.text, at, one.span.start)
            if match is not None and match.end() < one.span.start:
                return match.end()
            at = one.span.end
    match = _NOT_SHOWN.match(page.text, at)
    return match.end() if match else at


# -- rules for the place at the end of the body ----------------------------------------------------------------------------------


def _no_place(case: Case) -> Hindrance | None:
    if case.place is None:
        return Hindrance("no-place", "at the end of the page an element is open in which no stylesheet can be put")
    if case.scripts and case.scripts.bottom != case.place.at and any(one.verb == "move" for one in case.scripts.decisions):
        return Hindrance("no-place", "scripts move to another place than the stylesheets can", "close what is open at its end")
    for one in case.sheets:
        if one.role == "body" and one.loading.span.start < case.place.at:
            detail = "it stands in the body: stylesheets of the head may not come behind it"
            return Hindrance("body-sheet", detail, "put it into the head, or at the end of the body", one.index)
    for one in case.moved:
        if one.loading.number < 0 or (one.loading.name == "style" and one.loading.span.end == one.loading.body.end):
            return Hindrance("malformed", "its element is not closed, or not in the document's own tree", element=one.index)
    return None


def _crossing(case: Case) -> Hindrance | None:
    first = case.moved[0]
    for meta in case.page.outline.metas:
        if meta.kind in _CROSSED and meta.span.start > first.loading.span.start:
            better = "put the element that says so before the stylesheets"
            return Hindrance(f"{meta.kind}-position", _CROSSED[meta.kind], better, first.index)
    return None


def _pinned(case: Case) -> Hindrance | None:
    """A script that stays between a stylesheet and the end of the body found the styles of the page, and would not any more."""
    moved = {one.index for one in case.moved}
    names = {one.loading.attribute("id") for one in case.moved} - {None}
    for need in case.needs():
        if need.runs == "text" and moved & set(need.above) and need.element >= 0:
            at = case.page.outline.loading[need.element].span.start
            if case.place is not None and at >= case.place.at:
                continue
            if need.reads == "load":
                return Hindrance("pinned", f"{case.script(need.element)} reads styles or the layout where it stands")
            if (asked := _asked(case.page, need.element)) & names:
                return Hindrance("pinned", f"{case.script(need.element)} looks for the element {min(filter(None, asked & names))}")
    return None


def _asked(page: Page, index: int) -> set[str | None]:
    """The ids of elements that a script asks for while it runs."""
    given = page.sources.get(index)
    acts = given.effects.acts if given else ()
    return {act.detail[3:] for act in acts if act.what == "dom-read" and act.detail.startswith("id:") and act.tier != "deferred"}


def _structure(case: Case) -> Hindrance | None:
    if case.place is None:
        return None
    watches = {**case.page.watches, **dict.fromkeys(case.empty, ())}
    watch = noticed(case.page.outline, case.place, watches)
    if watch is None:
        return None
    last = watch.chain[-1]
    what = f"<{last.name}>" if last.name else "elements"
    return Hindrance("structure", f"a selector that counts {what} from the end would count the stylesheets", "use a class for it")


_RULES: tuple[Callable[[Case], Hindrance | None], ...] = (
    _whole_page, _author, _bytes, _style_sets, _policies, _self_loading, _waiting,
)  # fmt: skip
_POSITION: tuple[Callable[[Case], Hindrance | None], ...] = (_no_place, _crossing, _pinned, _structure)
