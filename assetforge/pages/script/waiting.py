"""What scripts ask of stylesheets, for the pass that decides about those.

What must stay true: a script that waited for a stylesheet and reads styles still finds them, so a need is never too small.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

from assetforge.formats.js.record import Effects, What
from assetforge.pages.page import Page
from assetforge.pages.plan import StyleNeed
from assetforge.pages.script.running import HOLE, Script, Turn

_READS: tuple[What, ...] = ("style-read", "layout-read")
_ORDER: tuple[What, ...] = ("sheets-read", "style-insert")


def needs(page: Page, scripts: Iterable[Script], when: Mapping[Script, Turn]) -> tuple[StyleNeed, ...]:
    """The needs of every script of a page that runs, holes of a template among them, in document order."""
    sheets = [
        (one.span.start, index) for index, one in enumerate(page.outline.loading) if one.name != "script" and not one.inert
    ]  # fmt: skip
    return tuple(
        StyleNeed(
            script.index,
            _runs(script, when[script]),
            _reads(script.effects),
            bool(script.effects.opaque or script.effects.does(*_ORDER, tiers=("load", "may", "deferred"))),
            tuple(index for at, index in sheets if at < script.at),
        )
        for script in scripts
        if script.index != HOLE or script.kind == "sync"
    )


def _runs(script: Script, turn: Turn) -> Literal["text", "bottom", "deferred", "async"]:
    if turn.wave:
        return "async" if turn.wave < 0 else "deferred"
    return "text" if script.index == HOLE or turn.at == script.at else "bottom"


def _reads(effects: Effects) -> Literal["load", "later", "no"]:
    if effects.opaque or effects.does(*_READS):
        return "load"
    return "later" if effects.does(*_READS, tiers=("deferred",)) else "no"
