"""The pages that the templates of a site make: every template read once, then put together as its engine would.

What must stay true: what is known of one template depends on its bytes, its dialect and the versions of the rooms, so it is kept by
these; what follows from several of them is made anew. A template that an earlier folder shadows under its path is not there.
"""

from assetforge import dialects
from assetforge.cache import Cache, pack, unpack
from assetforge.config import Config
from assetforge.graph import Asset, Graph
from assetforge.output_paths import OutputPaths
from assetforge.pages.template import sketch
from assetforge.pages.template.compose import compose
from assetforge.pages.template.composed import Composition
from assetforge.pages.template.loader import Template
from assetforge.pages.template.sketch import Sketch
from assetforge.sources import decode, read
from assetforge.templates import dialect_of


def composition(graph: Graph, config: Config, cache: Cache, *, runs: bool = False) -> Composition:
    """The pages of all templates of `graph`, with their `runs` where they are wanted. Raises `SourceChanged` and OSError."""
    places = OutputPaths(config.roots)
    ranks = {id(root): rank for rank, root in enumerate(config.roots)}
    templates = []
    candidates: dict[str, tuple[str, ...]] = {}
    for root in config.roots:
        for expression, names in root.templates.candidates:
            candidates.setdefault(expression, names)  # the first root that says it wins, as with names
    for path, asset in graph.assets.items():
        root = places.root(path)
        if asset.template and asset.page and root.dialect != "plain":
            found = read_sketch(asset, dialect_of(root.dialect, root.templates), cache)
            name = root.within + path[len(root.prefix) - 1 :]
            templates.append(Template(name, path, root.dialect, ranks[id(root)], found))
    return compose(templates, candidates, runs=runs)


def read_sketch(asset: Asset, dialect: dialects.Dialect, cache: Cache) -> Sketch:
    """What one template contributes, from the cache where it is there."""
    key = f"sketch {asset.source.digest} {dialect.key()} {dialects.VERSION} {sketch.VERSION}"
    kept = cache.read(key)
    if kept is not None:
        return unpack(kept)  # type: ignore[no-any-return]
    found = sketch.sketch(decode(read(asset.source.file, asset.source.digest)).text, dialect)
    cache.write(key, pack(found))
    return found
