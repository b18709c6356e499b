"""The command line: it alone prints and exits.

Exit status: 0 done, 1 the site has an error or the output could not be written, 2 usage or configuration, 130 interrupted. What must
stay true: `--help` imports nothing but click, which is most of what it takes; so everything of this package is imported where a
command needs it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from assetforge.config import Config
    from assetforge.display import Display
    from assetforge.emit import Emitted
    from assetforge.output import Build

DONE, FAILED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
_FOLDER = click.Path(path_type=Path)
_Command = TypeVar("_Command", bound=Callable[..., Any])


def _options(*names: str) -> Callable[[_Command], _Command]:
    """The options of that name, in that order."""

    def add(command: _Command) -> _Command:
        for name in reversed(names):
            command = _OPTIONS[name](command)
        return command

    return add


_OPTIONS: dict[str, Callable[[Any], Any]] = {
    "path": click.argument("path", type=_FOLDER, required=False),
    "config": click.option("--config", "config", type=_FOLDER, metavar="FILE", help="Configuration (default: that of PATH)."),
    "output": click.option("--output", type=_FOLDER, metavar="DIR", help="Where to write (default: build/ beside the configuration)."),
    "jobs": click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Workers (default: as many as cores)."),
    "dry_run": click.option("--dry-run", is_flag=True, help="Compute everything, write nothing."),
    "compress": click.option("--no-compress", "compress", is_flag=True, default=True, flag_value=False, help="Make no compressed twins."),
    "json": click.option("--json", "json_file", type=_FOLDER, metavar="FILE", help="Write the result as JSON (`-`: standard output)."),
    "strict": click.option("--strict", is_flag=True, help="A missing reference is an error, and then nothing is written."),
    "quiet": click.option("--quiet", "-q", is_flag=True, help="Print errors only."),
    "all": click.option("--all", "everything", is_flag=True, help="Print all messages, however many there are of a kind."),
    "cache": click.option("--no-cache", "cache", is_flag=True, default=True, flag_value=False, help="Keep and use no cache."),
}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="assetforge")
def main() -> None:
    """Make a site cacheable for ever: digests in names, every reference rewritten, minified, precompressed."""


@main.command()
@_options("path", "config", "output", "jobs", "dry_run", "compress", "json", "strict", "quiet", "all", "cache")
def build(dry_run: bool, json_file: Path | None, quiet: bool, everything: bool, **choices: Any) -> NoReturn:
    """Build the site in PATH (default: the current folder).

    Without an assetforge.toml, or a [tool.assetforge] in pyproject.toml, PATH is a plain site: pages keep their names, everything
    else gets its digest into its name.
    """
    with _told(json_file, quiet=quiet, everything=everything) as display:
        config = _configured(choices)
        sys.exit(_finish(run(config, display, write=not dry_run), config, display, json_file))


@main.command()
@_options("path", "config", "output", "jobs", "json", "quiet", "all", "cache")
def check(json_file: Path | None, quiet: bool, everything: bool, **choices: Any) -> NoReturn:
    """Do all that a build does, strictly, and write nothing: for CI."""
    with _told(json_file, quiet=quiet, everything=everything) as display:
        config = _configured(choices | {"strict": True})
        sys.exit(_finish(run(config, display, write=False), config, display, json_file))


@main.command()
@click.argument("asset", metavar="PATH")
@click.option("--site", "path", type=_FOLDER, metavar="DIR", help="The site (default: the current folder).")
@_options("config", "output", "jobs", "all", "cache")
def explain(asset: str, everything: bool, **choices: Any) -> NoReturn:
    """Tell what refers to PATH and what it refers to, why it has its name, and what was left alone.

    PATH is a file of the site, or its path, URL or name in the output.
    """
    with _told(None, everything=everything) as display:
        from assetforge.explain import explained, render

        config = _configured(choices)
        with _cache(config) as cache:
            explanation = explained(asset, config, cache=cache, progress=display)
        display.lines(render(explanation, most=None if everything else 20, paint=display.paint(display.out)))
        sys.exit(DONE if explanation.known else FAILED)


@main.command()
@_options("path", "config", "output", "jobs", "compress", "quiet", "all", "cache")
def watch(quiet: bool, everything: bool, **choices: Any) -> NoReturn:
    """Build now, and again whenever a file changes. Ctrl-C ends it."""
    with _told(None, quiet=quiet, everything=everything) as display:
        try:
            _watch(choices, display)
        except KeyboardInterrupt:
            display.stop()
        sys.exit(DONE)


class Result(NamedTuple):
    """`emitted` is None where nothing was written."""

    build: Build
    emitted: Emitted | None


def run(config: Config, display: Display, *, write: bool) -> Result:
    """Build, and emit where that is wanted and the site has no error."""
    from assetforge.build import build as compute
    from assetforge.diagnostics import has_errors

    with _cache(config) as cache:
        built = compute(config, cache=cache, progress=display)
        if not write or has_errors(built.diagnostics):
            return Result(built, None)
        from assetforge.emit import emit

        return Result(built, emit(built, config, cache=cache, progress=display))


def _finish(result: Result, config: Config, display: Display, json_file: Path | None) -> int:
    """Tell the result; the exit status."""
    from assetforge.diagnostics import has_errors
    from assetforge.result import document, tell

    display.diagnostics(result.build.diagnostics)
    tell(result.build, result.emitted, config, display)
    status = FAILED if has_errors(result.build.diagnostics) else DONE
    if json_file is not None:
        _write_json(document(result.build, result.emitted, status), json_file)
    return status


def _watch(choices: dict[str, Any], display: Display) -> None:
    """Until interrupted. A configuration that was changed into one that cannot be used leaves the one before in force."""
    from assetforge.errors import ConfigError
    from assetforge.settings import candidates
    from assetforge.watch import changes

    files = candidates(choices["path"], choices["config"])
    config = _configured(choices)
    while True:
        for changed in changes(config, files=files):
            if files.isdisjoint(changed):
                _rebuild(config, display, changed)
                continue
            try:
                config = _configured(choices)
            except ConfigError as error:
                display.error(str(error))
            else:
                break  # its roots are others: watch those
        else:
            return


def _rebuild(config: Config, display: Display, changed: list[Path]) -> None:
    """One turn of `watch`. Whatever goes wrong is told and waited out."""
    from time import monotonic

    from assetforge.errors import AssetforgeError
    from assetforge.result import rebuilt
    from assetforge.watch import told

    started = monotonic()
    if changed:
        display.say(told(changed, config), "dim")
    try:
        result = run(config, display, write=True)
    except (AssetforgeError, OSError) as error:
        display.error(str(error))
        return
    display.diagnostics(result.build.diagnostics)
    for line in rebuilt(result.build, result.emitted, monotonic() - started):
        display.say(line)


def _configured(choices: dict[str, Any]) -> Config:
    from assetforge.settings import configure

    named = dict(choices)
    return configure(named.pop("path", None), file=named.pop("config", None), **named)


@contextmanager
def _cache(config: Config) -> Iterator[Any]:
    """The cache of a configuration, or None where there is none."""
    if config.cache is None:
        yield None
        return
    from assetforge.cache import Cache

    with Cache(config.cache) as cache:
        yield cache


@contextmanager
def _told(json_file: Path | None, *, quiet: bool = False, everything: bool = False) -> Iterator[Display]:
    """Whatever ends a command is one sentence and an exit status. With JSON on standard output all else goes beside it."""
    from assetforge.display import Display
    from assetforge.errors import AssetforgeError, ConfigError

    display = Display(quiet=quiet, everything=everything, out=sys.stderr if _is_stdout(json_file) else sys.stdout)
    try:
        with display:
            yield display
            return
    except BrokenPipeError:
        raise  # click ends quietly: whoever read has seen enough
    except ConfigError as error:
        status, reason = UNUSABLE, str(error)
    except (AssetforgeError, OSError) as error:
        status, reason = FAILED, str(error)
    except KeyboardInterrupt:
        status, reason = INTERRUPTED, "interrupted"
    display.error(reason)
    if json_file is not None:
        from assetforge.result import failure

        _write_json(failure(reason, status), json_file)
    sys.exit(status)


def _write_json(document: str, file: Path) -> None:
    if _is_stdout(file):
        sys.stdout.write(document)
        return
    try:
        file.write_text(document, encoding="utf-8")
    except OSError as error:
        raise click.FileError(str(file), error.strerror) from None


def _is_stdout(file: Path | None) -> bool:
    return file is not None and str(file) == "-"
