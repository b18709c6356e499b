"""What a module does together with all that it imports: a module runs when those have run, and may call all they export.

What must stay true: a module graph of which something is not known is opaque. Names at the top of a module are nobody's globals,
but they are taken for some: more conflicts, never fewer.
"""

from collections.abc import Iterable, Mapping

from assetforge.formats.js.record import Act, Effects, Tier
from assetforge.pages.task import Module

_UNKNOWN = Effects(opaque="not all that the module imports is known")


def with_imports(
    own: Effects, roots: Iterable[str], loads: Iterable[str], modules: Mapping[str, Module], known: Mapping[str, Effects]
) -> Effects:
    """`own` with what the modules `roots`, which it imports, and `loads`, which it may load later, do, and those that they import.
    `modules` and `known`: by path."""
    reached: dict[str, Tier] = {}
    waiting: list[tuple[str, Tier]] = [*((path, "may") for path in roots), *((path, "deferred") for path in loads)]
    while waiting:
        path, tier = waiting.pop()
        if reached.get(path) in ("may", tier):
            continue
        reached[path] = tier
        module = modules.get(path)
        if module is None or not module.whole or path not in known or known[path].opaque:
            return _UNKNOWN
        waiting += [(one, tier) for one in module.imports]
        waiting += [(one, "deferred") for one in module.loads]
    return _joined(own, [(known[path], reached[path]) for path in sorted(reached)])


def _joined(own: Effects, others: list[tuple[Effects, Tier]]) -> Effects:
    if own.opaque or not others:
        return own
    now = [one for one, tier in others if tier == "may"]
    # the places of these acts are in other files, so they are told at the beginning of the module
    acts = {Act(act.what, tier, act.detail): None for one, tier in others for act in one.acts if act.what != "import"}
    return own._replace(
        defines=own.defines.union(*(one.defines | one.defines_later for one in now)),
        defines_later=own.defines_later.union(*(one.defines | one.defines_later for one, _ in others)),
        augments=own.augments.union(*(one.augments for one, _ in others)),
        reads=own.reads.union(*(one.reads | one.reads_later for one in now)),
        guards=own.guards.union(*(one.guards for one in now)),
        reads_later=own.reads_later.union(*(one.reads | one.reads_later for one, _ in others)),
        acts=(*(act for act in own.acts if act.what != "import"), *acts),
    )
