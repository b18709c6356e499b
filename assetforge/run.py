"""One run: what `build`, `check` and every turn of `watch` do with a configuration.

What must stay true: where the last build still stands, neither the pipeline nor the emitters are imported, since that alone takes
longer than finding it out; and a site with an error writes nothing, so the previous output goes on serving.
"""

from typing import TYPE_CHECKING, NamedTuple

from assetforge.cache import Cache
from assetforge.config import Config
from assetforge.diagnostics import Diagnostic, has_errors
from assetforge.formats import format_of
from assetforge.parallel import cores, start_workers
from assetforge.progress import Progress
from assetforge.sources import Walk, walk
from assetforge.standing import now_ns, recall, remember

if TYPE_CHECKING:
    from assetforge.emit import Emitted
    from assetforge.output import Build

_MUCH = 2 * 1024**2  # bytes of text, of which a build that remembers nothing makes workers parse


class Result(NamedTuple):
    """`build` is None where the last one still stands, with as many outputs as `standing` says; `emitted` where nothing was to be
    written."""

    diagnostics: tuple[Diagnostic, ...]
    build: "Build | None" = None
    emitted: "Emitted | None" = None
    standing: int | None = None


def run(config: Config, progress: Progress, *, write: bool, whole: bool = False) -> Result:
    """Build, and emit where that is wanted and the site has no error. `whole`: the values of the build are wanted, so compute
    them though the last build still stands."""
    with Cache(config.cache) as cache:
        started = now_ns()
        walked = walk(config)
        stood = recall(walked, config, cache) if write and not whole else None
        if stood is not None:
            return Result(stood.diagnostics, standing=stood.files)
        if cores(config.jobs) > 1 and cache.is_empty and _text(walked) > _MUCH:
            start_workers()  # they get ready while the build is imported and files are hashed
        from assetforge.build import build

        built = build(config, cache=cache, progress=progress, walked=walked)
        if not write or has_errors(built.diagnostics):
            return Result(built.diagnostics, built)
        from assetforge.emit import emit

        def settled(emitted: "Emitted") -> None:
            remember(walked, started, built.diagnostics, len(emitted.files), config, cache)

        emitted = emit(built, config, cache=cache, progress=progress, settled=settled if config.cache is not None else None)
        return Result(built.diagnostics, built, emitted)


def _text(walked: Walk) -> int:
    return sum(one.size for one in walked.found if format_of(one.path) != "opaque")
