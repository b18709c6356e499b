"""When the scripts of templates run: what `pages.relatives` decides, for the templates of a site.

What must stay true: all follows from the bytes of the templates, of the scripts and stylesheets that their pages load, from what
their URLs lead to, and from the settings; the key of the whole says all of these, so a site whose templates are as they were costs
one look-up, and a page that is as it was costs one more where another template changed.

Offsets of decisions are those of the authors' texts; edits are those of the text that is served, in which inline scripts and styles
may be smaller.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace

from assetforge import dialects, formats
from assetforge.cache import Cache, pack, unpack
from assetforge.composition import read_sketch
from assetforge.config import Config
from assetforge.formats.js.libraries import EFFECTS
from assetforge.formats.js.record import Effects
from assetforge.graph import Asset, Graph
from assetforge.output_paths import OutputPaths
from assetforge.pages.page import Page, Wish
from assetforge.pages.plan import ScriptPlan
from assetforge.pages.planner import _source, _text, _watches, _wish
from assetforge.pages.script.scripts import schedule
from assetforge.pages.script.structure import Watch
from assetforge.pages.task import Planned, Settings
from assetforge.pages.template import sketch
from assetforge.pages.template.composed import Composition
from assetforge.pages.template.given import Text
from assetforge.pages.template.relatives import Decisions, decide
from assetforge.planning import Elsewhere, Sheets, programs
from assetforge.sources import decode, read
from assetforge.templates import dialect_of
from assetforge.text import Change, Cut, Edit, Span, Syntax, changed

VERSION = 1  # of what is decided here: part of every key
NOTHING = Decisions({}, {}, {})


def scripts_of_templates(graph: Graph, config: Config, cache: Cache, composed: Callable[[], Composition]) -> Decisions:
    """What is decided about the scripts of all templates. `composed`: their pages with the runs of each, asked for where something
    changed. Raises `SourceChanged` and OSError."""
    if config.scripts.policy == "off":
        return NOTHING
    site = _Site(graph, config, cache)
    if not site.templates:
        return NOTHING
    key = site.key()
    kept = unpack(cache.read(key) or b"")
    if isinstance(kept, Decisions):
        return kept
    found = site.decided(composed())
    cache.write(key, pack(found))
    return found


def with_scripts(planned: Planned, scripts: Planned | None) -> Planned:
    """The plan of a template together with that of its scripts, which are counted behind its other elements."""
    when = scripts.plan.scripts if scripts else None
    if scripts is None or when is None:
        return planned
    behind = len(planned.names)
    decisions = tuple(one._replace(element=one.element + behind) for one in when.decisions)
    return planned._replace(
        plan=planned.plan._replace(scripts=when._replace(decisions=decisions)),
        edits=(*planned.edits, *scripts.edits),
        cuts=(*planned.cuts, *scripts.cuts),
        bottom=scripts.bottom if scripts.cuts else planned.bottom,
        names=(*planned.names, *scripts.names),
    )


class _Site:
    """The templates of a site and what they load."""

    def __init__(self, graph: Graph, config: Config, cache: Cache) -> None:
        self._graph, self._config, self._cache = graph, config, cache
        self._places = OutputPaths(config.roots)
        self._sheets = Sheets(graph)
        self._elsewhere = Elsewhere(config)
        self.templates = {path: asset for path, asset in graph.assets.items() if self._is_template(path, asset)}
        self._targets = {path: dict(self._links(path, asset)) for path, asset in self.templates.items()}
        self._settings = Settings(config.stylesheets, config.scripts, config.origin)

    def _is_template(self, path: str, asset: Asset) -> bool:
        return asset.template and asset.page and self._places.root(path).dialect != "plain"

    def _links(self, path: str, asset: Asset) -> Iterator[tuple[Span, str]]:
        """The files that scripts and stylesheets of a template come from, by the span of the reference in its author's text; the
        URL of one elsewhere whose bytes are at hand."""
        known = {url for url, _ in (*self._config.scripts.local, *self._config.stylesheets.local)}
        spans = asset.prepared.origins or [one.span for one in asset.prepared.parsed.references]
        for span, link in zip(spans, self._graph.links(path), strict=True):
            if link.target is not None:
                if self._graph.assets[link.target].format in ("js", "js-module", "css"):
                    yield span, link.target
            elif link.reference.url.strip() in known:
                yield span, link.reference.url.strip()

    def key(self) -> str:
        """All that the decisions follow from."""
        rows: list[object] = [VERSION, sketch.VERSION, dialects.VERSION, EFFECTS, formats.versions(), self._elsewhere.key]
        rows += [repr(self._settings), [root.templates.candidates for root in self._config.roots]]
        for path, asset in self.templates.items():
            root = self._places.root(path)
            key = dialect_of(root.dialect, root.templates).key()
            targets = sorted(self._targets[path].items())
            rows.append((path, asset.source.digest, key, root.within, asset.prepared.shortened, targets))
        rows += [(one, self._digest(one)) for one in sorted({one for found in self._targets.values() for one in found.values()})]
        return "scripts of templates " + hashlib.sha256(repr(rows).encode("utf-8", "surrogateescape")).hexdigest()

    def _digest(self, path: str) -> str:
        asset = self._graph.assets.get(path)
        if asset is None:
            return ""  # of another site: the key says its bytes already
        return self._sheets.key(path) if asset.format == "css" else asset.source.digest

    # -- deciding ----------------------------------------------------------------------------------------------------------------

    def decided(self, composed: Composition) -> Decisions:
        texts = {path: self._text(path, asset) for path, asset in self.templates.items()}
        named = {one for found in self._targets.values() for one in found.values()}
        files = programs(self._graph, (one for one in named if one in self._graph.assets), self._config, self._cache)
        files |= {one.path: one for one in self._elsewhere.scripts() if one.path in named}
        sources = {path: _source(one) for path, one in files.items()}
        wish = replace(_wish(self._settings), asynchronous="keep")  # which of these is critical is said of pages
        remembered = _Remembered(self._cache, repr(self._settings), self._digest)
        found = decide(composed, texts, sources.get, self._styles, wish, remembered.plan)
        served = {path: self._served(path, planned) for path, planned in found.templates.items()}
        return found._replace(templates=served)

    def _text(self, path: str, asset: Asset) -> Text:
        root = self._places.root(path)
        dialect = dialect_of(root.dialect, root.templates)
        text = decode(read(asset.source.file, asset.source.digest)).text
        masked = dialects.mask(text, dialect)
        return Text(path, text, masked, dialect, read_sketch(asset, dialect, self._cache), self._targets[path])

    def _styles(self, path: str) -> tuple[Watch, ...] | None:
        """What a stylesheet notices, and those that it imports."""
        if path not in self._graph.assets:
            return None
        files = [self._graph.assets[one].source for one in self._sheets.imported(path)]
        return tuple(dict.fromkeys(watch for one in files for watch in _watches(_text(one.file, one.digest))))

    def _served(self, path: str, planned: Planned) -> Planned:
        """`planned` with offsets of the text that is served."""
        asset = self.templates[path]
        changes = asset.prepared.shortened
        if not changes or not (planned.edits or planned.cuts):
            return planned
        text = changed(decode(read(asset.source.file, asset.source.digest)).text, changes)
        edits = tuple(Edit(_moved(one.span, changes), one.pieces, one.reason) for one in planned.edits)
        spans = [_moved(one.span, changes) for one in planned.cuts]
        cuts = tuple(Cut(span, Syntax(text[span.start : span.end])) for span in spans)
        return planned._replace(edits=edits, cuts=cuts, bottom=_moved(Span(planned.bottom, planned.bottom), changes).start)


def _moved(span: Span, changes: tuple[Change, ...]) -> Span:
    """A span before `changes`, none of which its ends are in, as one after them."""
    start, end = (at + sum(len(new) - (to - first) for first, to, new in changes if to <= at) for at in span)
    return Span(start, end)


class _Remembered:
    """Plans pages as `schedule` does, those that are as they were from the cache."""

    def __init__(self, cache: Cache, settings: str, digest: Callable[[str], str]) -> None:
        self._cache, self._settings, self._digest = cache, settings, digest
        self._digests: dict[int, tuple[Effects, str]] = {}

    def plan(self, page: Page, wish: Wish | None) -> ScriptPlan:
        key = "schedule " + self._digest_of(self._said(page))
        row = self._cache.read(key)
        if row is not None:
            return unpack(row)  # type: ignore[no-any-return]
        plan = schedule(page, wish)
        self._cache.write(key, pack(plan))
        return plan

    def _said(self, page: Page) -> object:
        known = [(index, one.name, one.start, self._record(one.effects)) for index, one in sorted(page.sources.items())]
        files = sorted((index, path, self._digest(path)) for index, path in page.files.items())
        allowed = sorted((index, sorted(verbs)) for index, verbs in page.allowed.items())
        given = (page.name, page.text, known, sorted(page.watches), files, page.holes, sorted(page.pins.items()), allowed)
        return VERSION, EFFECTS, formats.versions(), self._settings, given, page.bottom, page.outline.ids, page.outline.loading

    def _record(self, effects: Effects) -> str:
        known = self._digests.get(id(effects))
        if known is None or known[0] is not effects:
            said = repr(tuple(sorted(one) if isinstance(one, frozenset) else one for one in effects))
            known = self._digests[id(effects)] = effects, self._digest_of(said)
        return known[1]

    def _digest_of(self, said: object) -> str:
        return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()
