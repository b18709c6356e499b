"""What a classic script does when it runs, found by reading it: `effects(text)`.

What must stay true: what runs at load is never missed for want of following it: what cannot be followed makes the record opaque, or
stands in it as what may be. A pure function of the text, in time linear in its length; nothing recurses with its nesting.

How the rooms work together, in the order of `_analysed`:

- `program`: the tree becomes lists, indexed by node. `readiness` finds the parts that wait for a document that is ready.
- `scopes`: functions, scopes, and which names they bind. A part that waits is a function of its own that nobody calls.
- `reading`, over `members` and `naming`: one pass from the end of the text makes `facts`: a graph of what flows where (`values`),
  calls, uses of members. Members are told apart by name alone: all `x.go` are one node.
- `calls`: values flow until nothing new arrives. Where something of the host arrives at a use, `acts` is told. Its layers:
  `deeds` (what is collected), `documents`, `objects`, `jquery`, `globals`, over the tables `host` and `builtins`.
- `tiers`: who calls whom decides what runs at load, perhaps, or later.
- `provenance`: parameters mix all calls, so a store into what may be the window counts only where somebody surely gives it.
- `summary`: all of it as one record. `evaluated` adds what constant code does that is given to `eval` or `Function`.

Work is bounded: sets of values are capped (`values.MOST`), names of computed members (`calls.MOST_NAMES`), growths of all sets
(`values.SENT`); what goes beyond is opaque. """

import gc

from assetforge.formats.js.record import Effects

VERSION = 2
LONGEST = 2_000_000  # characters, which take some 6 seconds and a gigabyte


def effects(text: str, *, handler: bool = False) -> Effects:
    """The record of a classic script. `handler`: the text is the body of an event handler attribute: its variables are its own,
    `this` is an element, and "load" means when the event comes."""
    from assetforge.formats.js import syntax
    from assetforge.formats.js.effects.values import TooMuch

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
    except TooMuch:
        return Effects(opaque="more than can be followed")
    finally:
        if collecting:
            gc.enable()
    if found.opaque != "eval" or handler:
        return found
    from assetforge.formats.js.effects.evaluated import replaced

    return replaced(text, found, effects)


def _analysed(text: str, tree: "object", *, handler: bool) -> Effects:
    from assetforge.formats.js.effects.acts import Acts
    from assetforge.formats.js.effects.calls import Calls
    from assetforge.formats.js.effects.evaluated import with_code
    from assetforge.formats.js.effects.program import Program
    from assetforge.formats.js.effects.readiness import waiting
    from assetforge.formats.js.effects.reading import Reader
    from assetforge.formats.js.effects.scopes import Binder
    from assetforge.formats.js.effects.summary import Summary
    from assetforge.formats.js.effects.tiers import Tiers
    from assetforge.formats.js.effects.values import Flow

    flow = Flow()
    program = Program(text, tree.root)  # type: ignore[attr-defined]
    late = set() if handler else waiting(text, tree.root)  # type: ignore[attr-defined]
    Binder(program, flow, handler=handler, late=late).bind()
    reader = Reader(program, flow, handler=handler)
    facts = reader.read()
    acts = Acts(program, flow, reader)
    calls = Calls(program, flow, reader, acts)
    calls.run()
    for base, use in facts.named:
        acts.named(base, use)
    level = Tiers(program, calls, acts).run()
    summary = Summary(program, calls, acts, level, handler=handler)
    found = summary.effects()
    if acts.code:
        found = with_code(found, summary.code(), effects)
    return found
