"""Which files carry their digest, and why the others do not.

Everything is hashed but what somebody outside the site asks for by name, or what something inside looks for by name. Each rule is a
row of `_rules`: the first that has a reason wins, and the reason is what `explain` and the report print.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from assetforge.computed import Reach, reaches
from assetforge.config import STABLE, Config
from assetforge.globs import Globs
from assetforge.graph import Asset, Graph
from assetforge.names import has_room, sample_path
from assetforge.output import Naming
from assetforge.output_paths import OutputPaths
from assetforge.survey import WORKER_NAMES, LookedFor, Survey, imports_module

_SERVER_SIDE = (".php", ".phtml", ".asp", ".aspx", ".jsp", ".cgi", ".pl", ".py", ".rb")
_DOCUMENTS = {
    "feed": "a feed",
    "sitemap": "a sitemap",
    "browserconfig": "a browserconfig",
    "opensearch": "an OpenSearch description",
}
_SHORTEST = 4  # characters of a needle: shorter ones find everything


class Decision(NamedTuple):
    naming: Naming
    reason: str


def decide(graph: Graph, survey: Survey, config: Config, precached: Mapping[str, str]) -> dict[str, Decision]:
    """The naming of every asset. `precached`: path → the service worker whose script lists it."""
    globs = Globs(config.prehashed)
    prehashed = frozenset(path for path in graph.assets if globs.match(path))
    rules = _rules(graph, survey, config, precached, prehashed)
    decisions = {}
    for path, asset in graph.assets.items():
        if path in prehashed:
            decisions[path] = Decision("prehashed", "the configuration says that its name carries a digest")
            continue
        reason = next((reason for rule in rules if (reason := rule(path, asset))), "")
        decisions[path] = Decision("stable", reason) if reason else Decision("hashed", "nothing asks for it by name")
    return decisions


def is_service_worker(path: str, survey: Survey) -> bool:
    return path in survey.service_workers or path.rpartition("/")[2].lower() in WORKER_NAMES


def _rules(
    graph: Graph, survey: Survey, config: Config, precached: Mapping[str, str], prehashed: frozenset[str]
) -> tuple[Callable[[str, Asset], str], ...]:
    well_known, configured = Globs(STABLE), Globs(config.stable)
    looked_for = _looked_for(graph, survey.lookups.values())
    rewritten = config.modules == "rewrite" or config.asset_host is not None
    computed = _loaded_by_name(graph, survey) if rewritten else {}
    left_modules = _left_modules(graph, survey, prehashed)
    still_named = _still_named(graph, survey, prehashed) if config.unhashed == "drop" else {}
    places = OutputPaths(config.roots)
    return (
        lambda path, asset: "it is a template" if places.root(path).kind == "templates" else "",
        lambda path, asset: "it is a page" if asset.page else "",
        lambda path, asset: "the server runs it" if path.lower().endswith(_SERVER_SIDE) else "",
        lambda path, asset: "" if has_room(path) else "its name is too long to take a digest",
        lambda path, asset: "the configuration keeps its name" if configured.match(path) else "",
        lambda path, asset: "it is asked for by a well-known name" if well_known.match(path) else "",
        lambda path, asset: "it is a service worker" if is_service_worker(path, survey) else "",
        lambda path, asset: "it is a web app manifest" if asset.format == "webmanifest" or path in survey.manifests else "",
        lambda path, asset: _document(asset) if asset.format == "xml" else "",
        lambda path, asset: f"the service worker {precached[path]} lists it" if path in precached else "",
        lambda path, asset: looked_for.get(path, ""),
        lambda path, asset: left_modules.get(path, ""),
        lambda path, asset: computed.get(path, ""),
        lambda path, asset: still_named.get(path, ""),
    )


def _document(asset: Asset) -> str:
    known = _DOCUMENTS.get(asset.prepared.document)
    return f"it is {known}" if known else ""


def _left_modules(graph: Graph, survey: Survey, prehashed: frozenset[str]) -> dict[str, str]:
    """Modules that something imports by their own names and goes on doing so: under a second name they would run twice."""
    found = {path: f"{by} imports it where nothing may change" for path, by in survey.left_modules.items()}
    for by in sorted(prehashed):
        for link in graph.links(by):
            if link.target is not None and imports_module(link.reference):
                found[link.target] = f"{by} passes through unchanged and imports it"
    return found


def _loaded_by_name(graph: Graph, survey: Survey) -> dict[str, str]:
    """Modules that a computed `import()` of a known folder may load."""
    return {path: keeps_for(reach) for reach in reaches(graph, survey) if reach.within is not None for path in reach.modules}


def keeps_for(reach: Reach) -> str:
    """The reason for which a module within reach of a computed import keeps its name."""
    return f"a computed import() in {reach.path} may load it by its own name"


def _still_named(graph: Graph, survey: Survey, prehashed: frozenset[str]) -> dict[str, str]:
    """Files that would be out of reach without a copy under their own names, since something goes on saying these."""
    found = {path: f"{by} links to it" for path, by in survey.linked.items()}
    found |= {path: f"{by} refers to it where nothing may change" for path, by in survey.left.items()}
    found |= {path: f"{by} preloads it for a fetch()" for path, by in survey.preloaded.items() if path not in survey.used}
    for by in sorted(prehashed):
        targets = (link.target for link in graph.links(by))
        found |= {path: f"{by} passes through unchanged and refers to it" for path in targets if path is not None}
    return found


def _looked_for(graph: Graph, lookups: Iterable[LookedFor]) -> dict[str, str]:
    """Files that something finds under their own name and would not find under a hashed one."""
    found: dict[str, str] = {}
    needles = [one for one in lookups if len(one.needle) >= _SHORTEST]
    for path, asset in graph.assets.items():
        if asset.page:
            continue
        plain, hashed = "/" + path, "/" + sample_path(path)
        for one in needles:
            if _matches(one, plain) and not _matches(one, hashed):
                found[path] = f"{one.path} looks for “{one.needle}”"
                break
    return found


def _matches(one: LookedFor, url: str) -> bool:
    if one.match == "suffix":
        return url.endswith(one.needle)
    if one.match == "equal":
        return url.endswith("/" + one.needle.lstrip("./"))
    # a prefix counts from the beginning of a URL that may be written relative to any folder
    return one.needle.lstrip("./") in url if one.match == "prefix" else one.needle in url
