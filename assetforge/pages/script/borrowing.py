"""What a script does through functions of others: `init()` here runs what `init` does there.

What must stay true: a script that calls, while the page is parsed, what another one defined does then all that the other's
functions might do. Which of them it calls is not known, so a name that it reads stands for all that its maker does later. Not so
for jQuery, whose members the analysis itself knows. Known libraries do to the page what their callers ask them to, with elements
that are there, so of them only what they read of styles and layout counts.
"""

from collections.abc import Iterable, Mapping, Sequence

from assetforge.formats.js.record import Act, Effects

KNOWN = frozenset({"jQuery", "$"})
# What a library's functions do that concerns others, or the place of the caller.
_TOLD = frozenset({
    "document.write", "current-script", "last-script", "scripts-query", "dom-read", "dom-write", "paint", "style-read",
    "layout-read", "sheets-read", "style-insert", "script-insert", "ready", "error-handler", "observer", "custom-element",
    "hook", "dynamic-code", "dynamic-global", "storage", "navigation", "dialog", "import", "console",
})  # fmt: skip

_MEASURED = frozenset({"style-read", "layout-read"})


def with_borrowed(own: Sequence[Effects], libraries: Sequence[bool]) -> list[Effects]:
    """The effects of each script of a page with what it does through others. `libraries`: which of them are known libraries."""
    makers: dict[str, list[int]] = {}
    for number, effects in enumerate(own):
        for name in _made(effects) - KNOWN:
            makers.setdefault(name, []).append(number)
    return [_joined(number, own, makers, libraries) for number in range(len(own))]


def _made(effects: Effects) -> set[str]:
    return {_root(name) for name in effects.defines | effects.lexical | effects.defines_later | effects.augments}


def _root(name: str) -> str:
    return name.partition(".")[0]


def _joined(number: int, own: Sequence[Effects], makers: Mapping[str, list[int]], libraries: Sequence[bool]) -> Effects:
    effects = own[number]
    now = _lenders(number, effects.reads | effects.guards, own, makers)
    later = _lenders(number, effects.reads_later, own, makers)
    if effects.opaque or not (now or later):
        return effects
    at = dict(effects.keys)
    acts = {
        Act(act.what, "may", act.detail, at.get(name, 0)): None
        for lender, name in now.items()
        for act in own[lender].acts
        if act.tier == "deferred" and act.what in (_MEASURED if libraries[lender] else _TOLD)
    }
    now, later = ({one: name for one, name in some.items() if not libraries[one]} for some in (now, later))
    return effects._replace(
        acts=(*effects.acts, *acts),
        defines_later=effects.defines_later.union(*(own[one].defines_later for one in now)),
        reads_later=effects.reads_later.union(*(own[one].reads_later | own[one].defines_later for one in (*now, *later))),
    )


def _lenders(number: int, names: Iterable[str], own: Sequence[Effects], makers: Mapping[str, list[int]]) -> dict[int, str]:
    """Scripts whose functions may run when these names are used, and what theirs use, each with the name that leads to it."""
    found: dict[int, str] = {}
    waiting = [(name, name) for name in sorted(names)]
    seen = set(names)
    while waiting:
        name, first = waiting.pop()
        for one in makers.get(_root(name), ()):
            if one != number and one not in found:
                found[one] = first
                fresh = own[one].reads_later - seen
                seen |= fresh
                waiting += ((more, first) for more in sorted(fresh))
    return found
