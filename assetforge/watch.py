"""Build again when a file of the site changes.

What must stay true: what a build writes never starts another one; several changes at once (a checkout, an editor that writes a
temporary file and renames it) are one build; what changes while a build runs starts the next one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

from assetforge.config import Config
from assetforge.errors import AssetforgeError, sentence
from assetforge.globs import Globs
from assetforge.result import rebuilt
from assetforge.run import run
from assetforge.settings import shown
from assetforge.sources import IGNORED

if TYPE_CHECKING:
    from assetforge.display import Display

_QUIET = 100  # milliseconds without a change that end a group of changes
_LONGEST = 1600  # milliseconds after which a group ends anyhow
_TICK = 400  # milliseconds between two looks at the configuration
_SHOWN = 3  # changed files that are named


def rebuild(config: Config, display: "Display", changed: Sequence[Path]) -> None:
    """One turn. Whatever goes wrong is told and waited out: the next change may be the repair."""
    started = monotonic()
    display.say(told(changed, config), "strong")
    try:
        result = run(config, display.steps, write=True)
    except (AssetforgeError, OSError) as error:
        display.error(sentence(error))
        return
    display.diagnostics(result.diagnostics)
    for line in rebuilt(result, monotonic() - started):
        display.say(line)


def changes(config: Config, *, files: Iterable[Path] = (), stop: Event | None = None) -> Iterator[list[Path]]:
    """Groups of changed inputs, until `stop`. The first group is empty and says that from now on nothing is missed.

    `files` count wherever they lie. They are looked at and not watched: an editor replaces a file, and a watch stays with the
    old one; their folder may hold a whole project.
    """
    from watchfiles import watch

    is_input = relevant(config)
    stamps = _stamps(files)
    groups = watch(
        *sorted({root.folder for root in config.roots}),
        watch_filter=lambda _change, path: is_input(path),
        debounce=_LONGEST,
        step=_QUIET,
        rust_timeout=_TICK,
        yield_on_timeout=True,
        stop_event=stop,
        ignore_permission_denied=True,
    )
    begun = False
    for group in groups:
        now = _stamps(files)
        changed = {Path(path) for _, path in group} | {file for file in now if now[file] != stamps[file]}
        stamps = now
        if changed or not begun:
            if not begun and changed:
                yield []
            begun = True
            yield sorted(changed)


def relevant(config: Config) -> Callable[[str], bool]:
    """Is a path an input of the build?"""
    outputs = tuple(f"{place}/" for place in (config.output, config.cache) if place is not None)
    tops = tuple((f"{root.folder}/", root.prefix.lstrip("/")) for root in config.roots)
    excluded = Globs(config.exclude)

    def is_input(path: str) -> bool:
        if f"{path}/".startswith(outputs):
            return False
        for top, prefix in tops:
            if path.startswith(top):
                below = path[len(top) :]
                return IGNORED.isdisjoint(below.split("/")) and not excluded.match(prefix + below)
        return False

    return is_input


def told(paths: Sequence[Path], config: Config) -> str:
    """`css/app.css, js/app.js and 3 more changed`; for the first group, what is watched."""
    if not paths:
        return f"Watching {', '.join(shown(root.folder) for root in config.roots)} (Ctrl-C ends it)"
    folders = [root.folder for root in config.roots]
    names = [next((str(path.relative_to(one)) for one in folders if one in path.parents), path.name) for path in paths]
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "") + " changed"


def _stamps(files: Iterable[Path]) -> dict[Path, tuple[int, int] | None]:
    found: dict[Path, tuple[int, int] | None] = {}
    for file in files:
        try:
            status = file.stat()
        except OSError:
            found[file] = None
        else:
            found[file] = (status.st_mtime_ns, status.st_ino)
    return found
