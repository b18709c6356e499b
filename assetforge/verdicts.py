"""From a page's plan to what people are told of it.

The words are few: scripts are `as-is`, `keep:REASON`, `defer`, `move`, `async`, `head` or `inject`, stylesheets `as-is`,
`keep:REASON`, `late` or `swap`. What must stay true: nothing is decided here.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from itertools import product

from assetforge.output import Decided, PageFacts
from assetforge.pages.plan import PagePlan, ScriptDecision, SheetDecision
from assetforge.text import Piece, Syntax

_MOST = 6  # conditions of a style whose every case is listed
_OPENS, _CLOSES = re.compile(r"\W*if\b"), re.compile(r"\W*endif\b")


def page_facts(plan: PagePlan, names: tuple[str, ...], critical: str, styles: tuple[str, ...] = ()) -> PageFacts:
    """`names`: of the elements of the page's outline; `critical`: the CSS that was put in; `styles`: what policies call it."""
    when, styled = plan.scripts, plan.stylesheets
    return PageFacts(
        tuple(_decided(one, names) for one in when.decisions) if when else (),
        tuple(_decided(one, names) for one in styled.decisions) if styled else (),
        critical,
        styled.critical.rules if styled and styled.critical else (),
        (styled.reason if styled else "", when.reason if when else ""),
        styles,
        tuple(_programs(plan)),
    )


def _programs(plan: PagePlan) -> Iterator[str]:
    from assetforge.pages.edits import SWAPPER  # with all that decides about pages

    if plan.stylesheets and any(one.verb == "swap" for one in plan.stylesheets.decisions):
        yield source_of(SWAPPER)
    if plan.scripts and any(one.verb == "inject" for one in plan.scripts.decisions):
        from assetforge.pages.script.inject import INSERTER

        yield source_of(INSERTER)


def source_of(text: str) -> str:
    """What a content security policy calls an inline style or script (CSP 3, hash source)."""
    return "sha256-" + b64encode(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()).decode()


def variants(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """What a style is, its conditions aside, in each of their cases; first with all of them. Of a style with more conditions than
    can be listed there is that one alone."""
    parts: list[tuple[bool, list[Piece]]] = []
    depth = 0
    for piece in pieces:
        syntax = isinstance(piece, Syntax)
        depth += 1 if syntax and _OPENS.match(str(piece)) else -1 if syntax and _CLOSES.match(str(piece)) else 0
        if not parts or parts[-1][0] != (depth > 0):
            parts.append((depth > 0, []))
        if not syntax:
            parts[-1][1].append(piece)
    cases = [[part, []] if optional and part else [part] for optional, part in parts]
    every = product(*cases) if sum(len(one) > 1 for one in cases) <= _MOST else [tuple(one[0] for one in cases)]
    return [[piece for part in case for piece in part] for case in every]


def _decided(one: ScriptDecision | SheetDecision, names: tuple[str, ...]) -> Decided:
    decision = f"keep:{one.reason}" if one.verb == "keep" and one.reason else one.verb
    return Decided(names[one.element], decision, one.reason, one.detail, one.better)
