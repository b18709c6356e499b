"""From links to edits: what changes in a file, and what becomes of each of its references.

Mostly only the last segment of a URL's path is replaced, by the target's file name: hashed files lie beside the originals'
places, so the author's way of writing the folder (relative, from the root, with `..`) is right as it stands, under any prefix.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass

from assetforge.graph import Graph, Link, names_target
from assetforge.imports import Imports
from assetforge.integrity import fits
from assetforge.modules import ModulePlan, is_mappable, map_edit
from assetforge.naming import Decision
from assetforge.output import Outcome
from assetforge.planning import Plans
from assetforge.prepare import Asked, Prepared
from assetforge.tagged import spoken
from assetforge.text import Edit, Integrity, Name, Span, Url, settle

REASON = "digest"
# Of another origin a worker is refused, a manifest has no start page, and a document hides its contents from scripts.
_SAME_ORIGIN = frozenset({"worker", "serviceworker", "manifest", "document", "object", "embed"})
_LOADS = frozenset({"script", "module", "style"})
_STATES: dict[str, Outcome] = {"external": "external", "folder": "kept", "unknown": "left"}


@dataclass(frozen=True, slots=True)
class Rewriter:
    """Makes the edits of any file, given what was decided about all of them. `at_origin`: files that must come from the page's own
    origin and not from the asset host; None where there is no asset host. `used`: files that more than a preload for `fetch()`
    refers to. `imports`: which stylesheets are put into others; `plans`: what was decided for pages."""

    graph: Graph
    decisions: Mapping[str, Decision]
    modules: ModulePlan
    at_origin: frozenset[str] | None
    used: Set[str]
    imports: Imports
    is_ignored: Callable[[str, str], bool]
    plans: Plans

    def outcomes(self, path: str) -> list[tuple[Link, Outcome]]:
        """Each link of a file and what becomes of it."""
        found = self._outcomes(path)
        for number in self.imports.inlined(path):
            found[number] = (found[number][0], "inlined")
        if self.graph.assets[path].template:
            for one in self.graph.assets[path].prepared.wholes:
                link, outcome = found[one.reference]
                if self._becomes_literal(link, outcome):
                    found[one.reference] = (link, "rewritten")
        return found

    def edits(self, path: str, prepared: Prepared) -> tuple[tuple[Edit, ...], Counter[Outcome]]:
        """All edits of a file, in the order of the text, and how many of its references had which outcome."""
        if self.decisions[path].naming == "prehashed":
            return (), Counter({"left": len(prepared.parsed.references)}) if prepared.parsed.references else Counter()
        outcomes = self.outcomes(path)
        edits = list(self._of_references(path, prepared, outcomes))
        if path in self.imports.put_in:
            edits = list(self.imports.edits(path, edits, self._of_sheet))
        if path in self.modules.entries:
            added = map_edit(self.graph, path, prepared, self.modules.entries[path])
            edits += [added] if added else []
        counts = Counter(outcome for _, outcome in outcomes)
        counts.update(self.asked_outcome(path, asked) for asked in prepared.asked)
        planned = self.plans.of(path)
        if not planned:
            return settle(edits), counts
        from assetforge.pages.edits import carried_out  # with all that decides about pages: files without one do without

        return carried_out(planned, edits), counts

    def _outcomes(self, path: str) -> list[tuple[Link, Outcome]]:
        """Before any stylesheet is put into another."""
        return [(link, self._outcome(path, link)) for link in self.graph.links(path)]

    def _of_sheet(self, path: str) -> Iterable[Edit]:
        return self._of_references(path, self.graph.assets[path].prepared, self._outcomes(path))

    def _of_references(self, path: str, prepared: Prepared, outcomes: list[tuple[Link, Outcome]]) -> Iterable[Edit]:
        """The edits that follow from what becomes of each reference."""
        stated = {one.reference for one in prepared.parsed.integrities}
        yield from (
            self._edit(path, prepared, link, number in stated)
            for number, (link, outcome) in enumerate(outcomes)
            if outcome == "rewritten" and not link.reference.deferred
        )
        yield from self._integrities(prepared, outcomes)
        wholes = ((one, *outcomes[one.reference]) for one in prepared.wholes)
        yield from (Edit(one.span, (Url(link.target or ""), one.rest), REASON) for one, link, how in wholes if how == "rewritten")

    def asked_outcome(self, path: str, asked: Asked) -> Outcome:
        """What becomes of a place in a template that does not say one URL."""
        if asked.outcome != "pattern" or self.graph.fitting(asked):
            return asked.outcome
        unmatched = next((one for one in asked.patterns if self.graph.expects(one, asked)), None)
        if unmatched is None:
            return "runtime"
        return "ignored" if self.is_ignored(path, spoken(unmatched, "*")) else "missing"

    def _becomes_literal(self, link: Link, outcome: Outcome) -> bool:
        """A file with a stable name stays behind its tag: nothing is gained."""
        return outcome == "checked" and link.target is not None and self.decisions[link.target].naming in ("hashed", "prehashed")

    def _outcome(self, path: str, link: Link) -> Outcome:
        reference, target = link.reference, link.target
        if reference.kind == "link":
            return "link"
        if target is None:
            if link.state != "missing":
                return _STATES[link.state]
            return "ignored" if reference.optional or self.is_ignored(path, link.tried) else "missing"
        if reference.locked:
            return "left"
        if reference.deferred:
            return "checked"
        if self.decisions[target].naming != "hashed" or link.state == "mapped" or reference.syntax == "importmap key":
            return "kept"
        if reference.kind == "fetch" and reference.syntax.startswith("link") and target not in self.used:
            return "left"  # the fetch() it is for says the file's own name
        if path in self.modules.kept and is_mappable(link):
            return "kept"
        return "rewritten" if link.state == "prefixed" or names_target(link) else "left"

    def _edit(self, path: str, prepared: Prepared, link: Link, stated: bool) -> Edit:
        reference, target = link.reference, link.target
        assert target is not None
        if link.state == "prefixed":
            folder = self.graph.base_folder(path, prepared) or ""
            return Edit(reference.span, (Url(target, folder),), REASON)
        # an integrity is checked against a file of another origin only where it is fetched with CORS (SRI, 3.3.3)
        opaque = stated and reference.mode == "no-cors"
        if self.at_origin is not None and target not in self.at_origin and not _needs_origin(link) and not opaque:
            return Edit(reference.span, (Url(target),), REASON)
        return Edit(Span(reference.tail, reference.span.end), (Name(target),), REASON)

    def _integrities(self, prepared: Prepared, outcomes: list[tuple[Link, Outcome]]) -> Iterable[Edit]:
        for one, stated in zip(prepared.parsed.integrities, prepared.stated, strict=True):
            link, outcome = outcomes[one.reference]
            if link.target is None or outcome not in ("rewritten", "kept", "checked") or link.reference.locked:
                continue
            if fits(stated, self.graph.assets[link.target].source):
                yield Edit(one.span, (Integrity(link.target),), REASON)


def bound_to_origin(graph: Graph) -> frozenset[str]:
    """Files that may not come from an asset host: what they load relative to themselves would come from there too, and browsers
    refuse a worker, a `<use>` or an SVG filter of another origin. So do the scripts and stylesheets that load these, and so on
    up."""
    loaders: dict[str, set[str]] = {}
    bound: set[str] = set()
    for path, asset in graph.assets.items():
        if asset.page:
            continue
        for link in graph.links(path):
            if link.target is None or link.reference.base != "file":
                continue
            if _needs_origin(link):
                bound |= {path, link.target}
            elif link.reference.kind in _LOADS:
                loaders.setdefault(link.target, set()).add(path)
    waiting = sorted(bound)
    while waiting:
        more = loaders.get(waiting.pop(), set()) - bound
        bound |= more
        waiting.extend(more)
    return frozenset(bound)


def _needs_origin(link: Link) -> bool:
    return link.reference.mode == "same-origin" or link.reference.kind in _SAME_ORIGIN

