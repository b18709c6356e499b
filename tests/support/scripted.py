"""Pages with scripts for tests of the scheduler: built from their texts, and carried out."""

from collections.abc import Callable, Mapping
from typing import Any

from assetforge.formats.html.outline import outline
from assetforge.formats.js.effects import effects
from assetforge.formats.js.record import OPAQUE, Effects
from assetforge.pages.edits import edits_of
from assetforge.pages.page import Page, Source
from assetforge.pages.plan import PagePlan, ScriptPlan
from assetforge.pages.script import structure
from assetforge.pages.script.kinds import source
from assetforge.text import changed, filled, relocated

Script = str | Effects


def page(text: str, scripts: Mapping[str, Script] | None = None, sheets: Mapping[str, str] | None = None, **more: Any) -> Page:
    """A page. `scripts`: by the `src` as written, or the text of an inline one, what is known of it: its text, or what it does.
    What is missing is read if it is inline, else unknown. `sheets`: the texts of stylesheets by their `href`."""
    found = outline(text, xhtml=more.pop("xhtml", False))
    sources, watches = {}, {}
    for index, one in enumerate(found.loading):
        inside = text[one.body.start : one.body.end]
        if one.name == "script":
            url = source(one)
            known = (scripts or {}).get(url if url is not None else inside, inside if url is None else OPAQUE)
            if url is None:
                sources[index] = Source("index.html", text, one.body.start, _effects(known))
            elif isinstance(known, str):
                sources[index] = Source(url, known, 0, effects(known))
            else:
                sources[index] = Source(url, None, 0, known)
        elif one.name == "style":
            watches[index] = structure.watches(inside)
        elif (css := (sheets or {}).get(one.attribute("href") or "")) is not None:
            watches[index] = structure.watches(css)
    return Page(name="index.html", text=text, outline=found, sources=sources, watches=watches, **more)


def _effects(known: Script) -> Effects:
    return effects(known) if isinstance(known, str) else known


def verbs(plan: ScriptPlan) -> list[str]:
    """The decisions as words, kept ones with their reason."""
    return [f"keep:{one.reason}" if one.verb == "keep" else one.verb for one in plan.decisions]


def carried_out(given: Page, plan: ScriptPlan) -> str:
    """The text of the page when the plan is carried out."""
    made = edits_of(given, PagePlan(scripts=plan), None)
    edits = relocated(made.edits, made.cuts, made.bottom, "scripts")
    nothing: Callable[[object], str] = str
    return changed(given.text, (filled(edit, nothing) for edit in edits))
