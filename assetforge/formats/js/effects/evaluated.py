"""Code in a string that is there to be read: `eval("…")`, `Function("…")`.

What must stay true: such a call is the code that it runs. It is only taken for that where the code touches no name that the script
around it declares or mentions, since a direct `eval` sees its locals (ECMA-262, 19.2.1.1). All other calls stay what nobody can
follow.
"""

import re
from collections.abc import Callable

from assetforge.formats.js.literals import decode
from assetforge.formats.js.record import Act, Effects, Tier

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


_TOO_MANY = Effects(opaque="Function")


def with_code(found: Effects, code: list[tuple[Tier, int, str, str]], effects: Callable[[str], Effects]) -> Effects:
    """`found` with what functions do that `Function("a", "…")` makes of constants: they see globals alone (ECMA-262, 20.2.1.1).
    They are taken to be called where they are made, with anything. `code`: tier, place, parameters, body."""
    for count, (tier, place, parameters, body) in enumerate(code):
        function = f"(function ({parameters}\n) {{{body}\n}})"
        made = effects(f"{function}.apply(this, event)") if count < _MOST else _TOO_MANY
        if made.opaque:
            act = Act("dynamic-code", tier, "Function", place)
            found = found._replace(acts=_sorted({*found.acts, act}))
            if tier != "deferred" and not (found.opaque and found.opaque_at <= place):
                found = found._replace(opaque="Function", opaque_at=place)
            continue
        now = tier != "deferred"
        defines, reads = (made.defines, made.reads) if now else (frozenset(), frozenset())
        found = found._replace(
            defines=found.defines | defines,
            defines_later=found.defines_later | made.defines_later | (made.defines - defines),
            augments=found.augments | made.augments,
            reads=found.reads | reads,
            guards=found.guards | (made.guards & reads),
            reads_later=found.reads_later | made.reads_later | (made.reads - reads),
            acts=_sorted({*found.acts, *(_later(act, tier)._replace(at=place) for act in made.acts)}),
        )
    return found


def _later(act: Act, tier: Tier) -> Act:
    return act._replace(tier=tier if tier != "load" and act.tier != "deferred" else act.tier)


def _sorted(acts: set[Act]) -> tuple[Act, ...]:
    return tuple(sorted(acts, key=lambda act: (act.at, act.what, act.tier, act.detail)))
