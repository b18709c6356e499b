"""The order of the phases. `build(config)` returns a value and writes nothing but the cache.

    walk → hash → prepare → survey → decide names → decide about pages → edit → name by digest → outputs

What must stay true: nothing depends on the order of discovery, on the number of workers, or on what the cache held.
"""

from typing import NamedTuple

from assetforge import intake
from assetforge.cache import Cache
from assetforge.config import Config
from assetforge.diagnostics import Diagnostic, ordered
from assetforge.errors import CycleError
from assetforge.graph import Graph
from assetforge.imports import Imports, imports
from assetforge.modules import ModulePlan, plan
from assetforge.naming import Decision, decide
from assetforge.output import Build
from assetforge.planning import plans, wanted
from assetforge.problems import (
    Ignored,
    tell_collisions,
    tell_computed_imports,
    tell_findings,
    tell_integrities,
    tell_look_alikes,
    tell_missing,
    tell_unmatched,
)
from assetforge.progress import Progress, Silent
from assetforge.rendering import Renderer, assemble
from assetforge.resolver import Resolver
from assetforge.rewrite import Rewriter, bound_to_origin
from assetforge.sources import Walk, walk
from assetforge.survey import Survey, survey


class Analysis(NamedTuple):
    """All that is known before anything is rendered: for `build`, and for `explain`."""

    graph: Graph
    survey: Survey
    decisions: dict[str, Decision]
    modules: ModulePlan
    rewriter: Rewriter
    diagnostics: tuple[Diagnostic, ...]


def analyse(
    config: Config, *, cache: Cache | None = None, progress: Progress | None = None, walked: Walk | None = None
) -> Analysis:
    """Read the site and decide: every name, and what becomes of every reference. `walked`: a walk of its roots, if there is one
    already."""
    progress, cache = progress or Silent(), cache or Cache(None)
    progress.phase("Finding files", 0)
    walked = walked or walk(config)
    sources, unreadable = intake.digests(walked.found, config, cache, progress)
    graph = Graph(
        intake.assets(sources, config, cache, progress),
        Resolver((source.path for source in sources), _hosts(config), _prefixes(config)),
        (root.prefix for root in config.roots if root.kind == "static"),
    )
    progress.phase("Resolving references", 0)
    ignored = Ignored(config)
    seen = survey(graph, ignored, ignored.vendored)
    if intake.reread_manifests(graph, seen, config, cache):
        seen = survey(graph, ignored, ignored.vendored)
    decisions = decide(graph, seen, config, intake.precached(graph, seen, cache))
    # relative specifiers of a module on another host mean that host, which no map of the page's own URLs speaks of
    mapped = config.modules == "importmap" and config.asset_host is None
    modules = plan(graph, decisions) if mapped else ModulePlan()
    diagnostics = (
        *walked.diagnostics,
        *unreadable,
        *tell_findings(graph),
        *tell_missing(graph, seen, config.strict),
        *tell_unmatched(graph, seen),
        *tell_integrities(graph),
        *tell_computed_imports(graph, seen, decisions, modules),
    )
    bound = bound_to_origin(graph) if config.asset_host else None
    made = plans(graph, config, cache, progress)
    if wanted(config) and any(asset.template and asset.page for asset in graph.assets.values()):
        from assetforge.families import families  # with all that reads templates as pages: a site without them does without

        families(made, graph, config, cache, progress)
    flat = config.stylesheets.imports == "flatten"
    put_in = imports(graph, seen, decisions, cache) if flat else Imports(graph, cache)
    rewriter = Rewriter(graph, decisions, modules, bound, seen.used, put_in, ignored, made)
    return Analysis(graph, seen, decisions, modules, rewriter, diagnostics)


def build(config: Config, *, cache: Cache | None = None, progress: Progress | None = None, walked: Walk | None = None) -> Build:
    """Compute a build. Mistakes in the site are diagnostics of the result.

    Raises `ConfigError` for a configuration that cannot be used, `SourceChanged` where a file changed meanwhile, OSError.
    """
    progress, cache = progress or Silent(), cache or Cache(None)
    analysis = analyse(config, cache=cache, progress=progress, walked=walked)
    return complete(analysis, config, cache=cache, progress=progress)


def complete(analysis: Analysis, config: Config, *, cache: Cache, progress: Progress) -> Build:
    """Render what was decided. Raises `SourceChanged` and OSError."""
    progress.phase("Naming by digest", 0)
    renderer = Renderer(analysis.graph, analysis.rewriter, config, cache)
    try:
        names = renderer.name(analysis.decisions)
    except CycleError as error:
        diagnostic = Diagnostic("", 0, 0, "error", "integrity-cycle", str(error))
        return Build((), (), ordered((*analysis.diagnostics, diagnostic)))
    hashed = [(one.path, one.name_path) for one in names.named.values() if one.path != one.name_path]
    outputs, facts = assemble(analysis.graph, analysis.decisions, renderer, names, config)
    told = (*analysis.diagnostics, *renderer.diagnostics, *tell_collisions(analysis.decisions, hashed), *tell_look_alikes(outputs))
    return Build(outputs, facts, ordered(told))


def _prefixes(config: Config) -> tuple[str, ...]:
    """The beginnings of the URL paths that the build answers for. Where a template's page will answer, nobody knows."""
    return tuple(root.prefix for root in config.roots if root.kind != "templates")


def _hosts(config: Config) -> tuple[str, ...]:
    hosts = (config.origin and config.origin.rstrip("/") + "/", config.asset_host)
    return tuple(host for host in hosts if host)
