"""Decides about the scripts of templates: one decision for each, which holds on every page that has it.

    decided = decide(composition, texts, files, styles, wish)
    decided.templates["base.html"].edits
    decided.pages["home.html", ()]          # the plan of the page that home.html makes

Every page that the templates make is scheduled as a finished page would be, and what its pages do not agree on, `family` settles.
What must stay true: a script that stands anywhere where nobody can say what is around it stays (a fragment that another page may
fetch, a page whose layout is not known, a layout that such a page may extend); the scripts of alternatives share one verb.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from assetforge.dialects.statement import Statement
from assetforge.formats.js.record import What
from assetforge.pages.edits import SCRIPTS
from assetforge.pages.page import Page as Given
from assetforge.pages.page import Pin, Wish
from assetforge.pages.plan import PagePlan, ScriptDecision, ScriptPlan
from assetforge.pages.script.family import Decide, reduced
from assetforge.pages.script.kinds import kind
from assetforge.pages.script.scripts import schedule
from assetforge.pages.task import Planned
from assetforge.pages.template.composed import Composition, Hole, Page, Placed
from assetforge.pages.template.foot import Foot, feet
from assetforge.pages.template.given import Files, Styles, Text, given
from assetforge.pages.template.sketch import SILENT, Element, Handler
from assetforge.pages.template.virtual import Virtual, virtual
from assetforge.text import Cut, Edit, Span, Syntax

Name = tuple[str, tuple[tuple[str, str], ...]]  # template and choices of a page
Key = tuple[str, int]  # path of a template, and the offset in it at which an element begins
_ATTRIBUTES = {"defer": " defer", "async": " async"}
_BY_ITSELF = Pin(
    "fragment", "its template is a part of a page, which may be put into another one", "put scripts into the page around it"
)
_UNPROVEN = Pin("unproven", "a check of the result found that its pages do not agree")


class Decisions(NamedTuple):
    """`templates`: what happens to each that has scripts, by its path. `pages`: the plan of each page, by its template and choices;
    offsets and elements are those of its text (`virtual`). `bottoms`: by the same, where its scripts go."""

    templates: dict[str, Planned]
    pages: dict[Name, ScriptPlan]
    bottoms: dict[Name, int | None]


class Family(NamedTuple):
    """The pages that are looked at, and what is given of each to the scheduler. `foot`: by number of the page."""

    virtuals: tuple[Virtual, ...]
    pages: tuple[Given, ...]
    feet: Mapping[int, Foot]


def decide(
    composed: Composition,
    texts: Mapping[str, Text],
    files: Files,
    styles: Styles,
    wish: Wish | None = None,
    decider: Decide = schedule,
) -> Decisions:
    """What happens to the scripts of templates. `composed`: with its runs; `decider`: how the plan of one page is made."""
    found = family(composed, texts, files, styles)
    pins = _pins(composed, found.virtuals, texts)
    keys = [_keys(page) for page in found.virtuals]
    alike = _alternatives(found.virtuals)
    shared: list[dict[int, object]] = [{index: alike.get(key, key) for index, key in one.items()} for one in keys]
    fetched = _fetched(composed, texts)
    held = [_held(page, one, pins, fetched) for page, one in zip(found.pages, keys, strict=True)]
    plans = reduced(held, shared, wish, decider)
    plans = [_as_pinned(page, plan) for page, plan in zip(held, plans, strict=True)]
    decisions = _decisions(plans, keys, pins)
    names: list[Name] = [(one.page.template, one.page.choices) for one in found.virtuals]
    return Decisions(
        dict(_planned(texts, decisions, found.feet)),
        dict(zip(names, plans, strict=True)),
        {name: page.bottom for name, page in zip(names, held, strict=True)},
    )


def family(composed: Composition, texts: Mapping[str, Text], files: Files, styles: Styles) -> Family:
    """Every page that may be rendered as one, each as a text."""
    masked = {path: text.masked.text for path, text in texts.items()}
    virtuals = tuple(virtual(page, masked) for page in composed.pages if page.role in ("page", "layout") and page.layout)
    arms = {path: text.arms for path, text in texts.items()}
    found = feet(virtuals, arms, {path: text.sketch.nodes for path, text in texts.items()})
    pages = tuple(given(page, texts, files, styles, found.get(number)) for number, page in enumerate(virtuals))
    return Family(virtuals, pages, found)


def _keys(page: Virtual) -> dict[int, Key]:
    return {
        index: (one.placed.owner, one.placed.span.start)
        for index, one in page.standings.items()
        if one.element.loading.name == "script"
    }


# -- what stays wherever it stands ---------------------------------------------------------------------------------------------


def _pins(composed: Composition, virtuals: Sequence[Virtual], texts: Mapping[str, Text]) -> dict[Key, Pin]:
    """Scripts that stay for what is not known of one of the pages that they are on."""
    found: dict[Key, Pin] = {}
    for page in composed.pages:
        if page.role == "fragment":
            found.update((key, _BY_ITSELF) for key in _scripts(page.parts))
        elif page.role != "part" and not page.layout:
            pin = Pin("template-hole", f"the layout of {page.template} is not known", "add the folder of templates that has it")
            found.update((key, pin) for key in _scripts(page.parts) if key not in found)
    found = {**dict(_of_open(composed, texts)), **found}
    for one in virtuals:
        if one.doubt:
            pin = Pin("template-hole", f"{one.page.template}: {one.doubt}")
            found.update((key, pin) for key in _scripts(one.page.parts) if key not in found)
        seen = set(_keys(one).values())
        lost = Pin("template-hole", f"in a page of {one.page.template} it does not stand as its template says")
        placed = (part for part in one.page.parts if not part.inert)
        found.update((key, lost) for key in _scripts(placed) if key not in seen and key not in found)
    return found


def _scripts(parts: "Sequence[Placed] | Iterator[Placed]") -> Iterator[Key]:
    for one in parts:
        if isinstance(one.item, Element) and one.item.loading.name == "script":
            yield one.owner, one.span.start


def _of_open(composed: Composition, texts: Mapping[str, Text]) -> Iterator[tuple[Key, Pin]]:
    """Scripts of pages that a template of an unknown layout may extend: those with a block that it fills."""
    blocks = {path: _blocks(text) for path, text in texts.items()}
    wanted: dict[str, set[tuple[str, str]]] = {}
    for page in composed.pages:
        if page.layout or (page.open and not _brings_anything(page)):
            continue
        for path in page.chain:
            for name in blocks[path]:
                wanted.setdefault(page.template, set()).add((texts[path].dialect.name, name))
    for page in composed.pages:
        if not page.layout or page.role not in ("page", "layout"):
            continue
        own = {(texts[path].dialect.name, name) for path in page.chain for name in blocks[path]}
        fills = next((template for template, names in sorted(wanted.items()) if names & own), None)
        if fills is not None:
            why = f"{fills}, whose layout is not known, may extend this page and need what the script makes"
            better = "add the folder of templates that has the layout, or say what it may be (candidates)"
            for key in _scripts(page.parts):
                yield key, Pin("template-hole", why, better)


def _blocks(text: Text) -> frozenset[str]:
    nodes = text.sketch.nodes
    return frozenset(one.item.name for one in nodes if isinstance(one.item, Statement) and one.item.kind == "block")


def _brings_anything(page: Page) -> bool:
    """Does it put anything that runs into the page that it extends?"""
    return any(not (isinstance(one.item, Hole) and one.item.why == "extends") for one in page.parts if not _is_idle(one))


def _is_idle(one: Placed) -> bool:
    return bool(one.inert) or (isinstance(one.item, Element) and one.item.loading.name != "script")


def _fetched(composed: Composition, texts: Mapping[str, Text]) -> frozenset[str]:
    """Globals that fragments name in scripts and handlers: a page that fetches them while it is parsed may need these at once."""
    found: set[str] = set()
    for page in composed.pages:
        if page.role == "fragment":
            for one in page.parts:
                item = one.item
                span = item.span if isinstance(item, Handler) else item.loading.body if isinstance(item, Element) else Span(0, 0)
                found.update(_NAME.findall(texts[one.owner].text, *span))
    return frozenset(found)


_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_FETCHES: tuple[What, ...] = ("network", "script-insert")


def _held(page: Given, keys: Mapping[int, Key], pins: Mapping[Key, Pin], fetched: frozenset[str]) -> Given:
    held = {index: pins[key] for index, key in keys.items() if key in pins and index not in page.pins}
    loading = page.outline.loading
    if fetched and any(kind(loading[index]) == "sync" and one.effects.does(*_FETCHES) for index, one in page.sources.items()):
        for index, one in page.sources.items():
            made = one.effects.defines | one.effects.lexical | one.effects.defines_later | one.effects.augments
            if named := sorted({name.partition(".")[0] for name in made} & fetched):
                why = f"a fragment that this page may fetch while it is parsed names {named[0]}"
                held.setdefault(index, Pin("fragment-observer", why, "fetch it when the page is parsed (DOMContentLoaded)"))
    held = {index: pin for index, pin in held.items() if index not in page.pins}
    if not held:
        return page
    allowed = {**page.allowed, **{index: frozenset(("keep",)) for index in held}}
    return replace(page, pins={**page.pins, **held}, allowed=allowed)  # type: ignore[arg-type]


# -- alternatives --------------------------------------------------------------------------------------------------------------


def _alternatives(virtuals: Sequence[Virtual]) -> dict[Key, object]:
    """Scripts in the arms of one condition, of which each has as many: the first of each share a verb, and so on."""
    arms: dict[tuple[str, Span], dict[int, set[int]]] = {}
    for page in virtuals:
        for one in page.standings.values():
            own = [step for step in one.placed.route if step.kind == "if" and step.owner == one.placed.owner]
            if own and one.element.loading.name == "script":
                arms.setdefault((one.placed.owner, own[-1].span), {}).setdefault(own[-1].arm, set()).add(one.placed.span.start)
    found: dict[Key, object] = {}
    for (owner, head), starts in arms.items():
        if len(starts) > 1 and len({len(one) for one in starts.values()}) == 1:
            for each in starts.values():
                found.update(((owner, at), (owner, head, number)) for number, at in enumerate(sorted(each)))
    return found


def _as_pinned(page: Given, plan: ScriptPlan) -> ScriptPlan:
    """A script that may be another stays, whatever it looks like."""
    pins = {index: pin for index, pin in page.pins.items() if pin.reason == "conditional-attrs"}
    return plan._replace(
        decisions=tuple(
            ScriptDecision(one.element, "keep", *pins[one.element]) if one.element in pins else one for one in plan.decisions
        )
    )


# -- from pages back to templates ----------------------------------------------------------------------------------------------


def _decisions(
    plans: Sequence[ScriptPlan], keys: Sequence[Mapping[int, Key]], pins: Mapping[Key, Pin]
) -> dict[Key, ScriptDecision]:
    """The one decision for each script."""
    said: dict[Key, list[ScriptDecision]] = {}
    for plan, shared in zip(plans, keys, strict=True):
        for one in plan.decisions:
            if one.element in shared:
                said.setdefault(shared[one.element], []).append(one)
    if any(len({one.verb for one in every}) > 1 for every in said.values()):
        return {key: ScriptDecision(0, "keep", *_UNPROVEN) for key in said}  # a fault of the program: nothing is changed
    found = {key: _first(every, pins.get(key)) for key, every in said.items()}
    for key, pin in pins.items():
        found.setdefault(key, ScriptDecision(0, "keep", *pin))
    return found


def _first(every: Sequence[ScriptDecision], pin: Pin | None) -> ScriptDecision:
    """Of what pages say of one script, what tells most: its own reason before those of other pages."""
    one = min(every, key=lambda one: one.detail.startswith("in another page"))
    return one if pin is None or one.verb != "keep" else one._replace(reason=pin.reason, detail=pin.detail, better=pin.better)


def _planned(
    texts: Mapping[str, Text], decisions: Mapping[Key, ScriptDecision], places: Mapping[int, Foot]
) -> Iterator[tuple[str, Planned]]:
    bottoms = {foot.owner: foot.offset for foot in places.values()}
    for path, text in texts.items():
        nodes = [one for one in text.sketch.nodes if isinstance(one.item, Element) and one.context not in SILENT]
        elements = [one.item for one in nodes if isinstance(one.item, Element) and one.item.loading.name == "script"]
        if elements:
            yield path, _of_template(text, elements, decisions, bottoms.get(path))


def _of_template(
    text: Text, elements: Sequence[Element], decisions: Mapping[Key, ScriptDecision], bottom: int | None
) -> Planned:
    """The decisions for one template and what they do to its text."""
    alone = ScriptDecision(0, "keep", *_BY_ITSELF)
    own = [decisions.get((text.path, one.loading.span.start), alone) for one in elements]
    made = tuple(one._replace(element=index) for index, one in enumerate(own))
    edits, cuts = [], []
    for element, decision in zip(elements, made, strict=True):
        tag, span = element.loading.tag, element.loading.span
        if decision.verb in _ATTRIBUTES:
            at = tag.start + len("<script")
            edits.append(Edit(Span(at, at), (_ATTRIBUTES[decision.verb],), SCRIPTS))
        elif decision.verb == "move":
            cuts.append(Cut(span, Syntax(text.text[span.start : span.end])))
    plan = PagePlan(ScriptPlan(made, bottom if cuts else None))
    names = tuple(_name(text, one) for one in elements)
    return Planned(plan, tuple(edits), tuple(cuts), bottom if cuts and bottom is not None else 0, names=names)


def _name(text: Text, element: Element) -> str:
    """What a script is called: by the file that it loads, by its URL as written, or by the digest of its text."""
    url = element.loading.attribute("src")
    if url is None:
        body = text.text[element.loading.body.start : element.loading.body.end]
        return "inline sha256-" + b64encode(hashlib.sha256(body.encode("utf-8", "surrogatepass")).digest()).decode()
    paths = text.named(element)
    return paths[0] if len(paths) == 1 else url
