"""`flask assetforge build|check|explain|watch`: the command line over the static files and templates of an app.

    flask --app shop assetforge build          # into the folder of ASSETFORGE_MANIFEST
    flask --app shop assetforge check          # for CI
    flask --app shop assetforge explain css/app.css
    flask --app shop assetforge watch          # in development, beside `flask run`

Where files lie and which URLs answer for them, the app says (`assetforge.flask.configuration`). Flask finds the commands by the
entry point `flask.commands`, so the extension itself stays small. What must stay true: whatever a build needs is imported when a
command runs, since every `flask` command imports this module.
"""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup

if TYPE_CHECKING:
    from assetforge.display import Display

DONE, FAILED, UNUSABLE = 0, 1, 2  # exit statuses, those of `assetforge`

group = AppGroup("assetforge", help="Build, check or explain the static files and templates of the app.")


def _command(work: Callable[..., int]) -> Callable[..., None]:
    """`work` with a display; the reason for which it ended, and its exit status."""

    @wraps(work)
    @click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
    @click.option("--all", "everything", is_flag=True, help="Print all messages, however many there are of a kind.")
    def run(quiet: bool, everything: bool, **options: Any) -> None:
        from assetforge.display import Display
        from assetforge.errors import AssetforgeError, ConfigError

        display = Display(quiet=quiet, everything=everything)
        try:
            with display:
                status = work(display, **options)
        except (AssetforgeError, OSError) as error:
            display.error(str(error))
            status = UNUSABLE if isinstance(error, ConfigError) else FAILED
        sys.exit(status)

    return run


@group.command()
@click.option("--output", metavar="DIR", type=Path, help="Where to write (default: the folder of ASSETFORGE_MANIFEST).")
@click.option("--jobs", metavar="N", type=click.IntRange(min=1), help="Workers (default: as many as cores).")
@click.option("--strict", is_flag=True, help="A missing reference is an error, and then nothing is written.")
@click.option("--no-compress", is_flag=True, help="Make no compressed twins.")
@click.option("--dry-run", is_flag=True, help="Compute everything, write nothing.")
@_command
def build(display: "Display", output: Path | None, dry_run: bool, no_compress: bool, **options: Any) -> int:
    """Write hashed and compressed files, built templates, a server configuration and a report."""
    changes = {name: value for name, value in options.items() if value}
    if output is not None:
        changes["output"] = Path(output).resolve()
    if no_compress:
        changes["compress"] = ()
    return _built(display, changes, write=not dry_run)


@group.command()
@_command
def check(display: "Display") -> int:
    """Do all that a build does, strictly, and write nothing: for CI."""
    return _built(display, {"strict": True}, write=False)


@group.command()
@click.argument("name")
@_command
def explain(display: "Display", name: str) -> int:
    """Tell what refers to a file, what it refers to, and why it has its name.

    NAME is what `url_for` takes as filename, the name of a template, a file, or a URL."""
    from assetforge.cache import Cache
    from assetforge.explain import explained, render
    from assetforge.flask.configuration import configuration, path_of

    config, _ = configuration(_app())
    with Cache(config.cache) as cache:
        explanation = explained(path_of(name, config), config, cache=cache, progress=display.steps)
    display.stop()
    display.lines(render(explanation, most=display.most, paint=display.paint(display.out)))
    return DONE if explanation.known else FAILED


@group.command()
@_command
def watch(display: "Display") -> int:
    """Build now, and again whenever a file changes. Ctrl-C ends it."""
    from assetforge.flask.configuration import configuration
    from assetforge.watch import changes, rebuild

    config, notes = configuration(_app())
    for note in notes:
        display.say(note)
    try:
        for changed in changes(config):
            rebuild(config, display, changed)
    except KeyboardInterrupt:
        pass  # that is how it ends
    return DONE


def _built(display: "Display", changes: dict[str, Any], *, write: bool) -> int:
    from assetforge.diagnostics import has_errors
    from assetforge.flask.configuration import configuration
    from assetforge.result import tell
    from assetforge.run import run

    config, notes = configuration(_app(), **changes)
    result = run(config, display.steps, write=write)
    display.diagnostics(result.diagnostics)
    for note in notes:
        display.say(note)
    tell(result, config, display)
    return FAILED if has_errors(result.diagnostics) else DONE


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app
