"""What an `import()` with a computed specifier may load.

It loads modules by their own names, and those import others by their own names. A module that somebody imports by its hashed name
as well would be loaded, and run, twice. Where the specifier begins with a literal folder (`./pages/${name}.js`), the modules
within reach are known, and keep their names; where nothing is known of it, nothing could keep its digest, so it is only told.
"""

from collections.abc import Iterator
from typing import NamedTuple

from assetforge.graph import Graph
from assetforge.names import folder_of
from assetforge.prepare import ComputedImport
from assetforge.reference import is_foreign
from assetforge.survey import Survey

SCRIPTS = ("js", "js-module")


class Reach(NamedTuple):
    """`path` has the computed import. `within`: the beginning of the paths it may load, None where nothing is known. `modules`:
    those within reach that are imported by name elsewhere, sorted."""

    path: str
    computed: ComputedImport
    within: str | None
    modules: tuple[str, ...]


def reaches(graph: Graph, survey: Survey) -> Iterator[Reach]:
    """Every computed import of the site that may load a module a second time."""
    reached: dict[str | None, frozenset[str]] = {}
    for path, computed in survey.computed_imports:
        if is_foreign(computed.prefix):
            continue
        relative = computed.prefix.startswith((".", "/"))
        within = graph.resolver.place(computed.prefix, folder_of(path)).path if relative else None
        if within not in reached:
            reached[within] = _reached(graph, within or "") & survey.modules
        modules = sorted(one for one in reached[within] if one != path or not one.startswith(within or ""))
        if modules:
            yield Reach(path, computed, within, tuple(modules))


def _reached(graph: Graph, within: str) -> frozenset[str]:
    """The scripts whose paths begin with `within`, and all that they import: under their own names, as the originals say it."""
    found: set[str] = set()
    waiting = [path for path, asset in graph.assets.items() if asset.format in SCRIPTS and path.startswith(within)]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting.extend(link.target for link in graph.links(path) if link.target and link.reference.kind in ("script", "module"))
    return frozenset(found)
