"""The end of a build, told to a person."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from assetforge.config import Config
from assetforge.diagnostics import has_errors
from assetforge.display import Display, size, summary
from assetforge.messages import counted
from assetforge.run import Result
from assetforge.settings import shown
from assetforge.tally import references, rows

if TYPE_CHECKING:
    from assetforge.emit import Emitted
    from assetforge.output import Build, Outcome

_OF_TAGS: "dict[Outcome, str]" = {
    "checked": "checked",
    "pattern": "by pattern",
    "runtime": "known at run time",
    "unknown": "left to others",
}
_SHOWN = 5  # rebuilt files that `watch` names


def tell(result: Result, config: Config, display: Display) -> None:
    """What was built, what it gained, and where it is."""
    emitted, found = result.emitted, summary(result.diagnostics)
    if result.build is not None and (emitted is None or emitted.written):
        display.sizes(rows(result.build, emitted.files if emitted else {}))
        for told in (_tags(result.build), _paint(result.build)):
            if told:
                display.say(told)
    if emitted is not None or result.standing is not None:
        display.say(f"{shown(config.output)}: {_done(result)}" + (f"; {found}" if found else ""), "good")
    elif has_errors(result.diagnostics):
        display.say(f"{found}; nothing was written", "error")
    else:
        display.say(f"{found or 'no mistakes'}; nothing was written, as asked", "good")


def _tags(build: "Build") -> str:
    """What became of the tags of templates; empty where there are none."""
    outcomes = references(build)
    parts = [f"{outcomes[outcome]:,} {said}" for outcome, said in _OF_TAGS.items() if outcomes[outcome]]
    return f"references in templates: {', '.join(parts)}" if parts else ""


def _paint(build: "Build") -> str:
    """What stands in the way of the first paint of the pages; empty where nothing was decided."""
    pages = [fact.page for fact in build.facts if fact.page is not None and (fact.page.stylesheets or fact.page.scripts)]
    if not pages:
        return ""
    styled = [page for page in pages if any(one.decision != "as-is" for one in page.stylesheets)]
    free = sum(not any(one.decision.startswith("keep") for one in page.stylesheets) for page in styled)
    scripts = [one for page in pages for one in page.scripts if one.decision not in ("as-is", "keep:at-end")]
    away = sum(not one.decision.startswith("keep") for one in scripts)
    parts = [f"stylesheets out of the way of the first paint on {free:,} of {counted(len(styled), 'page')}"] if styled else []
    parts += [f"{away:,} of {counted(len(scripts), 'blocking script')} out of the way"] if scripts else []
    return "; ".join(parts)


def rebuilt(result: Result, seconds: float) -> Iterator[str]:
    """The same for one turn of `watch`: which files are other than before."""
    found = summary(result.diagnostics)
    took = f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
    if result.emitted is None and result.standing is None:
        yield f"{found}; nothing was written ({took})"
        return
    yield from _fresh(result)
    yield f"{_done(result)} ({took})" + (f"; {found}" if found else "")


def _fresh(result: Result) -> Iterator[str]:
    """The files that were written, but copies under their own names."""
    build, emitted = result.build, result.emitted
    if build is None or emitted is None:
        return
    names = {output.output_path for output in build.outputs if output.naming != "original"}
    fresh = [path for path in emitted.written if path in names]
    for path in fresh[:_SHOWN]:
        yield f"  {path}  {size(emitted.files[path].size)}"
    if len(fresh) > _SHOWN:
        yield f"  and {counted(len(fresh) - _SHOWN, 'more file')}"


def _done(result: Result) -> str:
    if result.standing is not None:
        return f"nothing changed, {counted(result.standing, 'file')}"
    emitted = result.emitted
    assert emitted is not None
    return _written(emitted) if emitted.written else f"nothing changed, {counted(len(emitted.files), 'file')}"


def _written(emitted: "Emitted") -> str:
    parts = [f"{counted(len(emitted.written), 'file')} written"]
    parts += [f"{emitted.unchanged:,} unchanged"] if emitted.unchanged else []
    parts += [f"{len(emitted.removed):,} removed"] if emitted.removed else []
    return ", ".join(parts)
