"""Code in a string that is there to be read: `eval("…")`.

What must stay true: such a call is the code that it runs. It is only taken for that where the code touches no name that the script
around it declares or mentions, since a direct `eval` sees its locals (ECMA-262, 19.2.1.1). All other calls stay what nobody can
follow.
"""

import re
from collections.abc import Callable

from assetforge.formats.js.literals import decode
from assetforge.formats.js.record import Act, Effects

_CALL = re.compile(r"""eval\s*\(\s*("(?:[^"\\\n\r]|\\.)*+"|'(?:[^'\\\n\r]|\\.)*+')\s*\)""", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_$\u0080-\U0010ffff][\w$]*")
_MOST = 20  # calls of a script


def replaced(text: str, found: Effects, effects: Callable[[str], Effects]) -> Effects:
    """`found`, the record of `text`, with constant calls of `eval` replaced by what they run, if there are no others."""
    calls = [act for act in found.acts if act.what == "dynamic-code" and act.detail == "eval"]
    matches = [_CALL.match(text, act.at) for act in calls]
    if not calls or len(calls) > _MOST or not all(matches):
        return found
    literals = [(act, match) for act, match in zip(calls, matches, strict=True) if match]
    around = text
    for _, match in literals:
        blank = "(0)".ljust(match.end() - match.start())
        around = around[: match.start()] + blank + around[match.end() :]
    outside = effects(around)
    inside = [(act, effects(decode(text, match.start(1), match.end(1)).text)) for act, match in literals]
    if outside.opaque or any(one.opaque or _names(one) & set(_NAME.findall(around)) for _, one in inside):
        return found
    return _joined(outside, inside)


def _names(one: Effects) -> frozenset[str]:
    return one.defines | one.lexical | one.defines_later | one.augments | one.reads | one.guards | one.reads_later


def _joined(outside: Effects, inside: list[tuple[Act, Effects]]) -> Effects:
    records = [one for _, one in inside]
    acts = {
        act._replace(at=call.at, tier=act.tier if call.tier == "load" else call.tier)
        for call, one in inside
        for act in one.acts
    }  # fmt: skip
    return outside._replace(
        # what a direct `eval` declares with `let` is its own, and what it declares with `var` may be the script's
        defines=outside.defines.union(*(one.defines for one in records)),
        defines_later=outside.defines_later.union(*(one.defines_later for one in records)),
        augments=outside.augments.union(*(one.augments for one in records)),
        reads=outside.reads.union(*(one.reads for one in records)),
        guards=outside.guards.union(*(one.guards for one in records)),
        reads_later=outside.reads_later.union(*(one.reads_later for one in records)),
        acts=tuple(sorted({*outside.acts, *acts}, key=lambda act: (act.at, act.what, act.tier, act.detail))),
    )
