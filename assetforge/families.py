"""Deciding about pages that templates make: layouts, and the pages that share one.

    composition → one text for each page → its stylesheets, for itself → what can be written for all of them

What must stay true: everything follows from the templates, from the stylesheets and scripts that their pages load, from what their
URLs lead to, from the samples and from the settings. Templates of one layout are one family: none of them is decided without the
others.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from assetforge import dialects, formats
from assetforge.cache import Cache, pack, unpack
from assetforge.composition import composition, read_sketch
from assetforge.config import Config
from assetforge.dialects import Mention
from assetforge.formats.js.libraries import EFFECTS
from assetforge.formats.js.record import Effects
from assetforge.globs import Globs
from assetforge.graph import Graph
from assetforge.output_paths import OutputPaths
from assetforge.pages.page import Page
from assetforge.pages.page import Source as Script
from assetforge.pages.plan import PagePlan, ScriptPlan
from assetforge.pages.planner import Indexed, _copied, _effects, _indexed, _inline, _source, _watches, _wish
from assetforge.pages.script import scripts
from assetforge.pages.script.kinds import RUNS, kind
from assetforge.pages.style.hindrances import Hindrance
from assetforge.pages.task import Planned, Settings, SheetFile
from assetforge.pages.template import sketch
from assetforge.pages.template.composed import Page as Composed
from assetforge.pages.template.composed_styles import Facts, decided, left, style_element
from assetforge.pages.template.layouts import Decided, Put, share
from assetforge.pages.template.mirror import Source
from assetforge.pages.template.relatives import Decisions
from assetforge.pages.template.sketch import Sketch
from assetforge.pages.template.virtual import Virtual, virtual
from assetforge.planning import Elsewhere, Plans, Sheets, _elsewhere, programs
from assetforge.progress import Progress
from assetforge.reference import Reference
from assetforge.samples import Samples
from assetforge.scheduling import VERSION as SCHEDULING
from assetforge.scheduling import scripts_of_templates, with_scripts
from assetforge.sources import decode, read
from assetforge.templates import dialect_of
from assetforge.text import Change, Cut, Piece, Span, Syntax, changed

VERSION = 1  # of what is decided here and in `pages`: part of the key
_LOADS = frozenset({"script", "style"})
_ROLES = frozenset({"page", "layout"})
_IN_CSS = frozenset({"url()", "src()", "@import", "image-set()"})


def families(found: Plans, graph: Graph, config: Config, cache: Cache, progress: Progress) -> None:
    """Add the plans of all templates that make pages. Raises `SourceChanged` and OSError."""
    key = _key(graph, config)
    rows = unpack(cache.read(key) or b"")
    if not isinstance(rows, tuple):
        rows = tuple((path, pack(("", planned))) for path, planned in _decided(graph, config, cache, progress))
        cache.write(key, pack(rows))
    for path, row in rows:
        found.add(path, row, "", None)


def _decided(graph: Graph, config: Config, cache: Cache, progress: Progress) -> Iterator[tuple[str, Planned]]:
    composed = composition(graph, config, cache, runs=True)
    groups: dict[str, list[Composed]] = {}
    for page in composed.pages:
        if page.role in _ROLES and page.layout:
            groups.setdefault(page.chain[0], []).append(page)
    progress.phase("Deciding about templates", sum(map(len, groups.values())))
    templates = _Templates(graph, config, cache, scripts_of_templates(graph, config, cache, lambda: composed))
    for layout in sorted(groups):
        templates.family(groups[layout])
        progress.advance(len(groups[layout]))
    yield from templates.plans()


def _key(graph: Graph, config: Config) -> str:
    """All that the plans of templates follow from."""
    sheets = Sheets(graph)
    versions = (VERSION, SCHEDULING, EFFECTS, formats.versions(), dialects.VERSION, sketch.VERSION)
    said = [repr((versions, config.stylesheets, config.scripts, config.origin, Elsewhere(config).key))]
    said += (repr((root.prefix, root.dialect, root.within, root.templates)) for root in config.roots)
    if config.samples is not None and config.samples.is_file():
        said.append(hashlib.sha256(config.samples.read_bytes()).hexdigest())
    for path, asset in graph.assets.items():
        if asset.template and asset.page:
            said.append(f"{path} {asset.source.digest} {asset.prepared.shortened!r}")
            for link in graph.links(path):
                target = link.target and graph.assets[link.target]
                loaded = target and (sheets.key(link.target or "") if target.format == "css" else target.source.digest)
                said.append(repr((link.reference.span, link.state, link.target, loaded if link.reference.kind in _LOADS else "")))
    return "families " + hashlib.sha256("\n".join(said).encode("utf-8", "surrogatepass")).hexdigest()


class _Templates:
    """Templates read once each, and what is written into them. `config.samples` is read here."""

    def __init__(self, graph: Graph, config: Config, cache: Cache, decisions: Decisions) -> None:
        self._graph, self._config, self._cache, self._decisions = graph, config, cache, decisions
        self._settings = Settings(config.stylesheets, config.scripts, config.origin)
        self._places = OutputPaths(config.roots)
        self._samples = Samples.load(config.samples)
        self._sheets = Sheets(graph)
        self._copies = {one.path: one for one in Elsewhere(config).sheets()}
        self._sources: dict[str, Source] = {}
        self._sketches: dict[str, Sketch] = {}
        self._targets: dict[str, dict[Span, str | None]] = {}
        self._puts: dict[str, tuple[Put, ...]] = {}
        self._planned: dict[str, Planned] = {}

    def plans(self) -> Iterator[tuple[str, Planned]]:
        """Of every template that makes a page, or into which something is written."""
        of_scripts = self._decisions.templates
        for path in sorted({*self._planned, *self._puts, *of_scripts}):
            planned = self._planned.get(path, Planned(PagePlan()))
            yield path, with_scripts(planned._replace(written=tuple(self._served(path))), of_scripts.get(path))

    def family(self, pages: list[Composed]) -> None:
        """Decide about the pages that one layout has."""
        for page in pages:
            for path in {*page.uses, *page.chain}:
                self._read(path)
        facts = [self._facts(page) for page in pages]
        done: list[Decided] = []
        for one in facts:
            plan = decided(one, self._files(one), self._settings)
            style = style_element(one, plan.critical, self._config.stylesheets.nonce) if plan.critical else ()
            done.append(Decided(one.virtual, plan, style, bool(one.samples)))
        shared = share(done, self._sources, self._sketches)
        taken = {path for path, puts in shared.puts.items() if self._puts.get(path, puts) != puts}
        if taken:
            why = Hindrance("template", f"{min(taken)} is written for pages of another layout")
            kept = {number: why for number, one in enumerate(done) if one.plan.critical}
        else:
            self._puts.update(shared.puts)
            kept = shared.kept
        for number, (one, decision) in enumerate(zip(facts, done, strict=True)):
            plan = left(one, kept[number]) if number in kept else decision.plan
            style = () if number in kept else decision.style
            if plan.critical:
                plan = plan._replace(critical=plan.critical._replace(pieces=()))
            names = tuple(_named(one, index) for index in range(len(one.page.outline.loading)))
            # of a template with several layouts the first is told
            self._planned.setdefault(decision.template, Planned(PagePlan(None, plan), names=names, inlined=style))

    # -- reading -----------------------------------------------------------------------------------------------------------------

    def _read(self, path: str) -> None:
        if path in self._sources:
            return
        asset, root = self._graph.assets[path], self._places.root(path)
        dialect = dialect_of(root.dialect, root.templates)
        text = decode(read(asset.source.file, asset.source.digest)).text
        self._sources[path] = Source.read(path, text, dialect)
        self._sketches[path] = read_sketch(asset, dialect, self._cache)
        spans = asset.prepared.origins or [one.span for one in asset.prepared.parsed.references]
        links = self._graph.links(path)
        self._targets[path] = {
            span: link.target for span, link in zip(spans, links, strict=True) if link.target or link.state == "missing"
        }

    def _facts(self, page: Composed) -> Facts:
        text = virtual(page, {path: self._sources[path].masked.text for path in {*page.uses, *page.chain}})
        loaded = {index: self._loaded(text, index) for index in text.standings}
        files = {index: path for index, path in loaded.items() if path}
        known = dict(self._known(text, files))
        made = Page(
            name=page.template,
            text=text.text,
            outline=text.outline,
            sources=dict(self._scripts(text, files)),
            files=files,
            watches={index: _watches(one.sheet.text) for index, one in known.items()},
            holes=text.holes,
            bottom=self._decisions.bottoms.get((page.template, page.choices), -1),
        )
        return Facts(
            text, made, self._when(page, made), known,
            frozenset(index for index, path in loaded.items() if path is None or self._holds_fonts(text, index)),
            self._samples.shapes(page.name), self._sources,
        )  # fmt: skip

    def _when(self, composed: Composed, page: Page) -> ScriptPlan:
        """When its scripts run. Where nothing is decided about them they stay."""
        known = self._decisions.pages.get((composed.template, composed.choices))
        return known or scripts.schedule(page, replace(_wish(self._settings), policy="off"))

    def _loaded(self, text: Virtual, index: int) -> str | None:
        """The file that an element loads; None where there is no such file, empty where nobody can tell."""
        placed, element = text.standings[index].placed, text.standings[index].element
        if element.content != "known" or len(element.names) != 1:
            return ""
        (name,) = element.names
        said: Reference | None = name.reference if isinstance(name, Mention) else name
        return self._targets[placed.filled or placed.owner].get(said.span, "") if said else ""

    def _holds_fonts(self, text: Virtual, index: int) -> bool:
        """Does somebody declare that a stylesheet elsewhere holds fonts and nothing else?"""
        declared = self._config.stylesheets.fonts
        return bool(declared) and Globs(declared).match((text.outline.loading[index].attribute("href") or "").strip())

    def _known(self, text: Virtual, files: Mapping[int, str]) -> Iterator[tuple[int, Indexed]]:
        for index, one in enumerate(text.outline.loading):
            standing = text.standings.get(index)
            if one.name == "link" and files.get(index) and self._graph.assets[files[index]].format == "css":
                yield index, _indexed(self._sheets.file(files[index]))
            elif one.name == "link" and (copy := _copied(self._copies, one, one.attribute("href"))):
                yield index, _indexed(copy)
            elif one.name == "style" and standing is not None and standing.element.content == "known":
                yield index, _inline(f"#{index}", text.text[one.body.start : one.body.end], self._urls(standing.placed.owner))

    def _urls(self, path: str) -> tuple[tuple[str, Piece | None], ...]:
        links = (link for link in self._graph.links(path) if link.reference.syntax in _IN_CSS)
        return tuple(sorted({link.reference.url: _elsewhere(link) for link in links}.items()))

    def _scripts(self, text: Virtual, files: Mapping[int, str]) -> Iterator[tuple[int, Script]]:
        for index, one in enumerate(text.outline.loading):
            standing = text.standings.get(index)
            if one.name != "script" or standing is None or standing.element.content != "known":
                continue
            if path := files.get(index):
                yield index, self._script(path)
            elif one.attribute("src") is None:
                body = text.text[one.body.start : one.body.end]
                does = _effects(body) if kind(one) in RUNS else Effects()
                yield index, Script(standing.placed.owner, text.text, one.body.start, does)

    def _script(self, path: str) -> Script:
        found = programs(self._graph, (path,), self._config, self._cache).get(path)
        return _source(found) if found else Script(path)

    def _files(self, facts: Facts) -> dict[str, SheetFile]:
        paths = {one for path in facts.page.files.values() if self._graph.assets[path].format == "css"
                 for one in self._sheets.imported(path)}  # fmt: skip
        return {path: self._sheets.file(path) for path in paths}

    # -- writing -----------------------------------------------------------------------------------------------------------------

    def _served(self, path: str) -> Iterator[tuple[int, tuple[Piece | Cut, ...]]]:
        """What is written, in the text that is served: inline styles and scripts may be smaller there."""
        changes = self._graph.assets[path].prepared.shortened
        text = changed(self._sources[path].text, changes) if path in self._puts else ""
        for put in self._puts.get(path, ()):
            yield _shifted(put.at, changes), tuple(_cut(part, text, changes) for part in put.parts)


def _cut(part: Piece | Cut, text: str, changes: tuple[Change, ...]) -> Piece | Cut:
    if not isinstance(part, Cut):
        return part
    span = Span(_shifted(part.span.start, changes), _shifted(part.span.end, changes))
    return Cut(span, Syntax(text[span.start : span.end]))


def _shifted(at: int, changes: Iterable[Change]) -> int:
    """An offset before `changes`, none of which it is in, as one after them."""
    return at + sum(len(new) - (end - start) for start, end, new in changes if end <= at)


def _named(facts: Facts, index: int) -> str:
    """What an element is called: by the file that it loads, by its URL as written, or by the digest of its text."""
    standing = facts.virtual.standings.get(index)
    loading = standing.element.loading if standing else facts.page.outline.loading[index]
    url = facts.page.files.get(index) or loading.attribute("href" if loading.name == "link" else "src")
    return url or f"inline {standing.placed.owner if standing else ''}".rstrip()
