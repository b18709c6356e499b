"""What a classic script does when it runs, found by reading it: `effects(text)`.

What must stay true: what runs at load is never missed for want of following it: what cannot be followed makes the record opaque, or
stands in it as what may be. A pure function of the text, in time linear in its length; nothing recurses with its nesting.

How: the tree becomes lists (`program`), names are bound (`scopes`), one pass makes a graph of what flows where (`reading`),
values of the host and functions flow through it (`values`, `calls`), what they meet becomes acts (`acts`, `host`), calls decide
what runs when (`tiers`), and all of it is summed up (`summary`). """

import gc

from assetforge.formats.js.record import Effects

VERSION = 1
LONGEST = 6_000_000  # characters


def effects(text: str, *, handler: bool = False) -> Effects:
    """The record of a classic script. `handler`: the text is the body of an event handler attribute: its variables are its own,
    `this` is an element, and "load" means when the event comes."""
    found = _record(text, handler=handler)
    if handler or "readyState" not in text:
        return found
    from assetforge.formats.js.effects.readiness import settled

    return settled(text, found, _record)


def _record(text: str, *, handler: bool = False) -> Effects:
    """As `effects`, but what waits for a document that is ready is taken to run."""
    from assetforge.formats.js import syntax

    if len(text) > LONGEST:
        return Effects(opaque=f"longer than {LONGEST} characters")
    tree = syntax.parse(text)
    if isinstance(tree, syntax.Opaque):
        return Effects(opaque=tree.reason)
    if tree.fault is not None:
        return Effects(opaque="parse error", opaque_at=tree.fault)
    collecting = gc.isenabled()
    gc.disable()  # a hundred thousand small objects, all needed to the end: looking for garbage among them costs a third
    try:
        found = _analysed(text, tree, handler=handler)
    finally:
        if collecting:
            gc.enable()
    if found.opaque != "eval" or handler:
        return found
    from assetforge.formats.js.effects.evaluated import replaced

    return replaced(text, found, _record)


def _analysed(text: str, tree: "object", *, handler: bool) -> Effects:
    from assetforge.formats.js.effects.acts import Acts
    from assetforge.formats.js.effects.calls import Calls
    from assetforge.formats.js.effects.program import Program
    from assetforge.formats.js.effects.reading import Reader
    from assetforge.formats.js.effects.scopes import Binder
    from assetforge.formats.js.effects.summary import Summary
    from assetforge.formats.js.effects.tiers import Tiers
    from assetforge.formats.js.effects.values import Flow

    flow = Flow()
    program = Program(text, tree.root)  # type: ignore[attr-defined]
    Binder(program, flow, handler=handler).bind()
    reader = Reader(program, flow, handler=handler)
    facts = reader.read()
    acts = Acts(program, flow, reader)
    calls = Calls(program, flow, reader, acts)
    calls.run()
    for base, use in facts.named:
        acts.named(base, use)
    level = Tiers(program, calls, acts).run()
    return Summary(program, calls, acts, level, handler=handler).effects()
