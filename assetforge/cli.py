"""The command line: it alone exits.

Exit status: 0 done, 1 the site has an error or the output could not be written, 2 usage or configuration, 130 interrupted.
What must stay true: `--help` takes no more than five times as long as an interpreter that does nothing. So this module imports
argparse, and everything else where a command needs it. (argparse: 2.5 times; click alone: 4 to 4.5, with its help page 5.5.)
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence

from assetforge import __version__

TYPE_CHECKING = False  # as typing's, which takes 4 ms to import
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from assetforge.config import Config
    from assetforge.display import Display

    Command = Callable[[argparse.Namespace, Display], int]

DONE, FAILED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status."""
    try:
        return _main(_parser().parse_args(arguments))
    except KeyboardInterrupt:  # before there was anything to stop
        return INTERRUPTED


def _main(options: argparse.Namespace) -> int:
    from assetforge.display import Display

    # With JSON on standard output everything else goes beside it.
    out = sys.stderr if options.json == "-" else sys.stdout
    display = Display(quiet=options.quiet, everything=options.all, out=out)
    status, failure = _told(COMMANDS[options.command][0], options, display)
    if failure and options.json:
        from contextlib import suppress

        from assetforge.document import failed

        with suppress(OSError):  # then that is the failure, which has been told
            _write(failed(failure, status), options.json)
    return status


def build(options: argparse.Namespace, display: "Display") -> int:
    """Build the site in PATH (default: the current folder). Without an assetforge.toml, or a [tool.assetforge] in pyproject.toml,
    PATH is a plain site: pages keep their names, everything else gets its digest into its name."""
    return _built(_configured(options), options, display, write=not options.dry_run)


def check(options: argparse.Namespace, display: "Display") -> int:
    """Do all that a build does, strictly, and write nothing: for CI."""
    return _built(_configured(options, strict=True), options, display, write=False)


def explain(options: argparse.Namespace, display: "Display") -> int:
    """Tell what refers to a file and what it refers to, why it has its name, and what was left alone. PATH is a file of the
    site, or its path, URL or name in the output."""
    from assetforge.cache import Cache
    from assetforge.explain import explained, render

    config = _configured(options)
    with Cache(config.cache) as cache:
        explanation = explained(options.asset, config, cache=cache, progress=display.steps, only=options.only)
    display.stop()
    display.lines(render(explanation, most=display.most, paint=display.paint(display.out), only=options.only))
    return DONE if explanation.known else FAILED


def watch(options: argparse.Namespace, display: "Display") -> int:
    """Build now, and again whenever a file changes. Ctrl-C ends it."""
    from assetforge.errors import ConfigError
    from assetforge.settings import candidates
    from assetforge.standing import beside
    from assetforge.watch import changes, rebuild

    config = _configured(options)
    try:
        while True:
            files = {*candidates(_path(options.path), _path(options.config)), *beside(config)}
            for changed in changes(config, files=files):
                if files.isdisjoint(changed):
                    rebuild(config, display, changed)
                    continue
                try:
                    config = _configured(options)
                except ConfigError as error:  # the one before stays in force
                    display.error(str(error))
                else:
                    break  # its roots may be others: watch those
            else:
                return DONE
    except KeyboardInterrupt:
        return DONE


def sample(options: argparse.Namespace, display: "Display") -> int:
    """Fetch pages of a running development server and add to the file of samples which elements they have. A page says which
    template made it where a recorder runs; else --template says it."""
    from assetforge.samples.sampling import sample_pages

    file = _path(options.samples) or _configured(options).samples
    done = sample_pages(
        options.urls,
        file,
        display,
        template=options.template,
        depth=options.depth,
        most=options.most,
        headers=options.headers,
    )
    return DONE if done else FAILED


# An option is its flags and what argparse is told about it; a command is its function and its options, in the order of its help.
_OPTIONS: Mapping[str, tuple[tuple[str, ...], "Mapping[str, Any]"]] = {
    "path": (("path",), {"metavar": "PATH", "nargs": "?", "help": "the site (default: the current folder)"}),
    "asset": (("asset",), {"metavar": "PATH", "help": "the file to explain"}),
    "site": (("--site",), {"dest": "path", "metavar": "DIR", "help": "the site (default: the current folder)"}),
    "config": (("--config",), {"metavar": "FILE", "help": "configuration (default: that of the site)"}),
    "output": (("--output",), {"metavar": "DIR", "help": "where to write (default: build/ beside the configuration)"}),
    "jobs": (("--jobs",), {"metavar": "N", "type": lambda text: _whole(text), "help": "workers (default: as many as cores)"}),
    "dry_run": (("--dry-run",), {"action": "store_true", "help": "compute everything, write nothing"}),
    "compress": (("--no-compress",), {"dest": "compress", "action": "store_false", "help": "make no compressed twins"}),
    "json": (("--json",), {"metavar": "FILE", "help": "write the result as JSON (-: to standard output)"}),
    "strict": (("--strict",), {"action": "store_true", "help": "a missing reference is an error, and then nothing is written"}),
    "css": (("--css",), {"dest": "only", "action": "store_const", "const": "css", "help": "of a page: its stylesheets alone"}),
    "scripts": (
        ("--scripts",),
        {"dest": "only", "action": "store_const", "const": "scripts", "help": "of a page: its scripts alone"},
    ),
    "quiet": (("-q", "--quiet"), {"action": "store_true", "help": "print errors only"}),
    "all": (("--all",), {"action": "store_true", "help": "print all messages, however many there are of a kind"}),
    "urls": (("urls",), {"metavar": "URL", "nargs": "+", "help": "a page of the server"}),
    "samples": (("--samples",), {"metavar": "FILE", "help": "where samples are kept (default: beside the configuration)"}),
    "template": (("--template",), {"metavar": "NAME", "help": "the template of the URLs, where no recorder says it"}),
    "depth": (("--depth",), {"metavar": "N", "type": lambda text: _whole(text), "default": 0, "help": "follow links so far"}),
    "most": (("--most",), {"metavar": "N", "type": lambda text: _whole(text), "default": 100, "help": "pages (default: 100)"}),
    "headers": (
        ("--header",),
        {"dest": "headers", "metavar": "NAME: VALUE", "action": "append", "default": [], "help": "sent along, such as a cookie"},
    ),
    "cache": (("--no-cache",), {"dest": "cache", "action": "store_false", "help": "use no cache"}),
}
_UNSET: "Mapping[str, Any]" = {
    "only": "", "json": None, "quiet": False, "all": False, "compress": True, "strict": False,
    "output": None, "jobs": None, "cache": True,
}  # fmt: skip
_COMMON = ("config", "output", "jobs")

COMMANDS: Mapping[str, tuple["Command", tuple[str, ...]]] = {
    "build": (build, ("path", *_COMMON, "dry_run", "compress", "json", "strict", "quiet", "all", "cache")),
    "check": (check, ("path", *_COMMON, "json", "quiet", "all", "cache")),
    "explain": (explain, ("asset", "site", *_COMMON, "css", "scripts", "all", "cache")),
    "sample": (sample, ("urls", "site", "config", "samples", "template", "depth", "most", "headers", "quiet")),
    "watch": (watch, ("path", *_COMMON, "compress", "strict", "quiet", "all", "cache")),
}


def _parser() -> argparse.ArgumentParser:
    description = "Make a site cacheable for ever: digests in names, every reference rewritten, minified, precompressed."
    parser = argparse.ArgumentParser("assetforge", description=description, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"assetforge {__version__}")
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND", required=True)
    for name, (function, names) in COMMANDS.items():
        about = " ".join((function.__doc__ or "").split())
        command = commands.add_parser(name, help=about.partition(". ")[0].rstrip("."), description=about, allow_abbrev=False)
        command.set_defaults(**_UNSET)
        for option in names:
            flags, details = _OPTIONS[option]
            command.add_argument(*flags, **details)
    return parser


def _whole(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1 is expected, not {text!r}")
    return int(text)


def _built(config: "Config", options: argparse.Namespace, display: "Display", *, write: bool) -> int:
    """Build, and tell the result; the exit status."""
    from assetforge.diagnostics import has_errors
    from assetforge.result import tell
    from assetforge.run import run

    result = run(config, display, write=write, whole=bool(options.json))
    display.diagnostics(result.diagnostics)
    tell(result, config, display)
    status = FAILED if has_errors(result.diagnostics) else DONE
    if options.json:
        from assetforge.document import document

        _write(document(result, status), options.json)
    return status


def _configured(options: argparse.Namespace, *, strict: bool = False) -> "Config":
    from assetforge.settings import configure

    return configure(
        _path(options.path),
        file=_path(options.config),
        output=_path(options.output),
        jobs=options.jobs,
        compress=options.compress,
        strict=strict or options.strict,
        cache=options.cache,
        result=_path(options.json),
    )


def _path(text: str | None) -> "Path | None":
    from pathlib import Path

    return None if text is None else Path(text)


def _told(command: "Command", options: argparse.Namespace, display: "Display") -> tuple[int, str]:
    """The exit status of a command, and the sentence that ended it, if one did."""
    from assetforge.errors import AssetforgeError, ConfigError, sentence

    try:
        with display:
            return command(options, display), ""
    except BrokenPipeError:
        _discard_output()
        return FAILED, ""
    except ConfigError as error:
        status, reason = UNUSABLE, str(error)
    except (AssetforgeError, OSError) as error:
        status, reason = FAILED, sentence(error)
    except KeyboardInterrupt:
        status, reason = INTERRUPTED, "Interrupted."
    display.error(reason)
    return status, reason


def _discard_output() -> None:
    """Whoever read standard output has seen enough. The interpreter flushes it once more at its end and would complain."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(document: str, file: str) -> None:
    if file == "-":
        sys.stdout.write(document)
        return
    from pathlib import Path

    Path(file).write_text(document, encoding="utf-8")

