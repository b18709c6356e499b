"""From traces to records: what of all that was seen counts for when a script may run.

What must stay true: what was seen at load in any configuration stands in the record, unless a row of `judgements.py` says why
not; what was not seen at load is not said to happen then. What others may ask of a library is `deferred`, from words in its text.
Code that it makes from strings is no riddle: what that code did was seen too.
"""

import re
from collections.abc import Iterator

from judgements import harmless
from traces import Traced
from tracing import Trace

from assetforge.formats.js.record import Act, Effects

_OTHERS = frozenset({"created", "other"})  # elements that are not in the document
_OWN = re.compile(r"jQuery\d{6,}|jQuery[\d.]+")  # names made of random numbers
_READY = "jQuery ready"
_PROTOCOL = frozenset({"next", "then"})  # what the debugger looks at when it asks whether the page is done
_NOT_TOLD = frozenset({"dynamic-code", "console"})
_STYLES = (">style", ">link")
_WRITES = frozenset({"dom-write", "paint"})


def record(package: str, traced: Traced, needed: frozenset[str]) -> Effects | None:
    """The record of a file, None where it cannot be told: it does not run on a page as it is. `needed`: globals that others give
    it."""
    whole = [traced.configurations.get(name) for name in ("head", "body")]
    if traced.failed or any(trace is None or trace.errors for trace in whole):
        return None
    traces = [trace for trace in traced.configurations.values() if not trace.errors]
    alone = "alone" not in traced.configurations or not traced.configurations["alone"].errors
    reads = {name for trace in traces for name in trace.reads} - {_READY, "eval"}
    defines = _names(trace.defined for trace in traces)
    return Effects(
        defines=defines,
        lexical=_names(trace.lexical for trace in traces),
        defines_later=_names(trace.defined_later for trace in traces) - defines,
        augments=frozenset(_augmented(traces, reads, needed)),
        reads=frozenset(reads),
        reads_later=_names(trace.reads_later for trace in traces) - reads - {_READY, "eval", *_PROTOCOL},
        guards=frozenset(reads if alone else reads - needed),
        acts=tuple(sorted(set(_acts(package, traced, traces)), key=lambda act: (act.what, act.tier, act.detail))),
        strict=traced.strict,
    )


def _names(given: Iterator[list[str]]) -> frozenset[str]:
    return frozenset(name for names in given for name in names if not _OWN.fullmatch(name))


def _augmented(traces: list[Trace], reads: set[str], needed: frozenset[str]) -> Iterator[str]:
    for trace in traces:
        for path in trace.augmented:
            root, _, member = path.partition(".")
            if root == "document" and not trace.replaced:
                continue  # a property under a name of its own
            whose = "jQuery" if root == "$" else root
            part = "fn" if member == "prototype" and whose == "jQuery" else member
            yield f"{whose}.{part}" if part else whose
    if "jQuery" in needed and "jQuery" in reads:
        yield "jQuery"  # a plugin, whatever it is that it changes


def _acts(package: str, traced: Traced, traces: list[Trace]) -> Iterator[Act]:
    for trace in traces:
        for what, detail in trace.load:
            if _counts(package, what, detail, trace):
                yield Act(what, "load", _worded(what, detail))  # type: ignore[arg-type]
        for name in trace.replaced:
            yield Act("hook", "load", f"document.{name}")
        if _READY in trace.reads:
            yield Act("ready", "load", "jQuery")
        if any(one.endswith(">script") for one in trace.changed):
            yield Act("script-insert", "load")
        for what, detail in trace.later:
            if _lasts(what, detail, trace.changed_later) and not harmless(package, f"later {what} {detail}", []):
                yield Act(what, "deferred", _worded(what, detail))  # type: ignore[arg-type]
    for what in traced.mentions:
        if what != "document.write" and not harmless(package, f"later {what}", []):
            yield Act(what, "deferred")  # type: ignore[arg-type]


def _counts(package: str, what: str, detail: str, trace: Trace) -> bool:
    return _lasts(what, detail, trace.changed) and not harmless(package, f"{what} {detail}".rstrip(), trace.asked)


def _lasts(what: str, detail: str, changed: list[str]) -> bool:
    """Does it concern the document, and not only elements that are not or not any more in it?"""
    if what in _NOT_TOLD or what == "script-insert":
        return False
    if what in ("listener", "handler-slot", "dom-write") and detail.partition(" ")[0] in _OTHERS:
        return False
    if what == "style-insert" and detail in ("style", "link"):
        return any(one.endswith(_STYLES) for one in changed)
    return what not in _WRITES or bool(changed)


def _worded(what: str, detail: str) -> str:
    return "attributes" if what == "current-script" else detail
