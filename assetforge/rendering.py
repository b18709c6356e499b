"""From decisions to outputs: the bytes of every file, and where they go.

Contents are made when somebody wants them. What is kept here are a file's changes and its digests, so a site may be larger than
memory, and a file whose inputs are those of an earlier build is neither read nor rendered again.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from assetforge import guard
from assetforge.cache import Cache, pack, unpack
from assetforge.config import Config
from assetforge.content import edited
from assetforge.diagnostics import Diagnostic
from assetforge.digest import Bytes, Fill, Names, name_all
from assetforge.graph import Asset, Graph
from assetforge.intake import site_key
from assetforge.integrity import metadata
from assetforge.media import media_type
from assetforge.modules import refusal
from assetforge.names import Named, quoted, url
from assetforge.naming import Decision
from assetforge.output import AssetFacts, Content, FileContent, Outcome, Output, PageFacts
from assetforge.output_paths import OutputPaths
from assetforge.prepare import Prepared
from assetforge.rewrite import Rewriter
from assetforge.sources import decode, read
from assetforge.templates import dialect_of
from assetforge.text import Edit, Piece, changed, filled
from assetforge.verdicts import page_facts, source_of, variants

_TWINS = (".gz", ".br", ".zst")


class Renderer:
    """Makes the bytes of files, given their edits. `outcomes` holds how many references of each file had which outcome;
    `diagnostics`: templates that could not take theirs."""

    def __init__(self, graph: Graph, rewriter: Rewriter, config: Config, cache: Cache) -> None:
        self._graph = graph
        self._rewriter = rewriter
        self._host = config.asset_host or ""
        self._cache = cache
        self._row = f"rendered {site_key(config)}"
        # digests of what was rendered, by key of the content: of the last build, and of this one. One row: 145 took 5 ms to find
        known = unpack(cache.read(self._row) or b"")
        self._known: dict[str, tuple[str, str, int]] = known if isinstance(known, dict) else {}
        self._rendered: dict[str, tuple[str, str, int]] = {}
        self.edits: dict[str, tuple[Edit, ...]] = {}
        self.outcomes: dict[str, Counter[Outcome]] = {}
        self.pages: dict[str, PageFacts] = {}
        self._heads: dict[tuple[Piece, ...], tuple[str, tuple[str, ...]]] = {}  # pages share them
        self.diagnostics: list[Diagnostic] = []
        self._places = OutputPaths(config.roots)

    def name(self, decisions: Mapping[str, Decision]) -> Names:
        """Render and name every file but pages, which nothing refers to by digest."""
        for path, asset in self._graph.assets.items():
            if not asset.page:
                self.edits[path], self.outcomes[path] = self._rewriter.edits(path, asset.prepared)
        at_origin = self._rewriter.at_origin or frozenset()
        hashed = (path for path, decision in decisions.items() if decision.naming == "hashed")
        hosts = {path: "" if path in at_origin else self._host for path in hashed}
        names = name_all(self.edits, hosts, self._render)
        if self._rendered != self._known:
            self._cache.write(self._row, pack(self._rendered))
        return names

    def page(self, path: str, names: Names) -> tuple[Content, tuple[str, ...]]:
        """The content of a page, and the files it depends on."""
        asset = self._graph.assets[path]
        prepared = asset.prepared
        edits, self.outcomes[path] = self._rewriter.edits(path, prepared)
        if planned := self._rewriter.plans.of(path):
            critical, styles = self._critical(planned.head or planned.inlined, names.fill)
            self.pages[path] = page_facts(planned.plan, planned.names, critical, styles)
        if asset.template and edits:
            return self._template(asset, prepared, edits, names.fill)
        return self._content(asset, prepared, edits, names.fill), self._needs(prepared, edits)

    def imports_of(self, path: str) -> str:
        """What became of the imports of a stylesheet; empty where it has none or they are not looked at."""
        imports = self._rewriter.imports
        parts = [f"{count} put into the file"] if (count := len(imports.inlined(path))) else []
        reasons = Counter(imports.reasons.get(path, {}).values())
        return "; ".join([*parts, *(f"{count} left: {reason}" for reason, count in sorted(reasons.items()))])

    def _critical(self, head: tuple[Piece, ...], fill: Fill) -> tuple[str, tuple[str, ...]]:
        """The CSS that is put into a page, and what a content security policy calls it."""
        known = self._heads.get(head)
        if known is None:
            pieces = head[1 : head.index("</style>")] if head else ()
            texts = ["".join(piece if isinstance(piece, str) else fill(piece) for piece in one) for one in variants(pieces)]
            known = self._heads[head] = texts[0] if texts else "", tuple(source_of(text) for text in texts if pieces)
        return known

    def _template(
        self, asset: Asset, prepared: Prepared, edits: tuple[Edit, ...], fill: Fill
    ) -> tuple[Content, tuple[str, ...]]:
        """The same for a template: with its edits if they leave its syntax alone."""
        source, path = asset.source, asset.source.path
        root = self._places.root(path)
        dialect = dialect_of(root.dialect, root.templates)

        def text() -> str:
            return changed(decode(read(source.file, source.digest)).text, prepared.shortened)

        changes = guard.filled_in(text, edits, fill, dialect)
        content = edited(source.file, source.digest, changes, "", self._cache, prepared.shortened)
        if not guard.is_known_good(content, dialect, self._cache):
            problem = guard.spoiled(path, source.file, source.digest, prepared.shortened, changes, dialect)
            if problem is not None:
                self.diagnostics.append(problem)
                self.pages.pop(path, None)
                self.outcomes[path]["left"] += self.outcomes[path].pop("rewritten", 0)
                return FileContent(Path(source.file), source.digest), ()
            guard.remember(content, dialect, self._cache)
        return content, self._needs(prepared, edits)

    def _needs(self, prepared: Prepared, edits: tuple[Edit, ...]) -> tuple[str, ...]:
        """The files that a page names, or asks for when it is rendered."""
        if not prepared.asked:
            return dependencies(edits)
        return tuple(sorted({*dependencies(edits), *(path for one in prepared.asked for path in self._graph.fitting(one))}))

    def _render(self, path: str, fill: Fill) -> Bytes:
        asset = self._graph.assets[path]
        source = asset.source
        content = self._content(asset, asset.prepared, self.edits[path], fill)
        if isinstance(content, FileContent):
            return Bytes(content, source.digest, source.integrity, source.size)
        known = self._known.get(content.key)
        if known is None:
            data = content.read()
            known = (hashlib.sha256(data).hexdigest(), hashlib.sha384(data).hexdigest(), len(data))
        self._rendered[content.key] = known
        return Bytes(content, *known)

    def _content(self, asset: Asset, prepared: Prepared, edits: tuple[Edit, ...], fill: Fill) -> Content:
        source = asset.source
        changes = tuple(filled(edit, fill) for edit in edits)
        minified = asset.format if prepared.minified == "yes" else ""
        if not changes and not minified and not prepared.shortened:
            return FileContent(Path(source.file), source.digest)
        return edited(source.file, source.digest, changes, minified, self._cache, prepared.shortened)


def dependencies(edits: tuple[Edit, ...]) -> tuple[str, ...]:
    """The files that the holes of `edits` name, sorted."""
    return tuple(sorted({piece.path for edit in edits for piece in edit.pieces if not isinstance(piece, str)}))


def assemble(
    graph: Graph, decisions: Mapping[str, Decision], renderer: Renderer, names: Names, config: Config
) -> tuple[tuple[Output, ...], tuple[AssetFacts, ...]]:
    """All outputs, sorted by output path, and the facts about every input file, sorted by path."""
    places = OutputPaths(config.roots)
    outputs: list[Output] = []
    facts: list[AssetFacts] = []
    for path, asset in graph.assets.items():
        prepared, decision = asset.prepared, decisions[path]
        if asset.page:
            content, needs = renderer.page(path, names)
            outputs.append(_page(places, asset, content, needs))
        else:
            outputs.append(_output(places, names, path, decision, dependencies(renderer.edits[path])))
            if decision.naming == "hashed" and config.unhashed == "keep":
                outputs.append(_original(places, asset))
        facts.append(_facts(graph, path, asset, prepared, decision, renderer, config))
    outputs = _without_stale_twins(outputs)
    return tuple(sorted(outputs, key=lambda one: one.output_path)), tuple(facts)


def _without_stale_twins(outputs: list[Output]) -> list[Output]:
    """A site may bring compressed twins of its own. A server prefers `index.html.gz` to `index.html`, so beside a file that
    changed under its own name the old twin would answer for it: it goes, and a new one is made if twins are wanted."""
    changed = {one.output_path for one in outputs if one.naming == "stable" and not isinstance(one.content, FileContent)}
    stale = {path + suffix for path in changed for suffix in _TWINS}
    return [one for one in outputs if one.output_path not in stale]


def _page(places: OutputPaths, asset: Asset, content: Content, needs: tuple[str, ...]) -> Output:
    path = asset.source.path
    page = Output(path, places.of(path), "/" + quoted(path), media_type(path), "stable", content, page=True, dependencies=needs)
    if isinstance(content, FileContent):  # known, so whoever writes it can tell that the file is still the same
        page = replace(page, size=asset.source.size, digest=asset.source.digest, integrity=metadata(asset.source.integrity))
    return page


def _output(places: OutputPaths, names: Names, path: str, decision: Decision, needs: tuple[str, ...]) -> Output:
    named: Named = names.named[path]
    return Output(
        path,
        places.of(named.name_path),
        url(named),
        media_type(path),
        decision.naming,
        names.contents[path],
        size=named.size,
        digest=named.digest,
        integrity=metadata(named.integrity),
        dependencies=needs,
    )


def _original(places: OutputPaths, asset: Asset) -> Output:
    source = asset.source
    return Output(
        source.path,
        places.of(source.path),
        "/" + quoted(source.path),
        media_type(source.path),
        "original",
        FileContent(Path(source.file), source.digest),
        size=source.size,
        digest=source.digest,
        integrity=metadata(source.integrity),
    )


def _facts(
    graph: Graph, path: str, asset: Asset, prepared: Prepared, decision: Decision, renderer: Renderer, config: Config
) -> AssetFacts:
    source = asset.source
    decisions: tuple[tuple[str, str], ...] = ()
    if asset.page and config.modules == "importmap":
        refused = "modules come from the asset host" if config.asset_host else refusal(graph, path, prepared)
        decisions = (("import map", f"none: {refused}" if refused else "present"),)
    if told := renderer.imports_of(path):
        decisions += (("imports", told),)
    if prepared.inline:
        decisions += (("inline text", _told(prepared.inline)),)
    return AssetFacts(
        path,
        asset.format,
        decision.naming,
        decision.reason,
        source.size,
        source.digest,
        dict(sorted(renderer.outcomes[path].items())),
        prepared.minified,
        decisions,
        renderer.pages.get(path),
    )


def _told(tally: tuple[tuple[str, int], ...]) -> str:
    """`2 made smaller, 1 left: already small`."""
    parts = [f"{count} made smaller" if reason == "yes" else f"{count} left: {reason}" for reason, count in sorted(tally, key=_yes)]
    return "; ".join(parts)


def _yes(row: tuple[str, int]) -> tuple[bool, str]:
    return row[0] != "yes", row[0]
