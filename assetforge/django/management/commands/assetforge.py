"""`manage.py assetforge build|check|explain`: the command line over the static files that Django's finders find, and the templates
that the engines of TEMPLATES read.

What must stay true: the files and the names are those that collectstatic would make with the storage of this package, so what
`check` finds, and `explain` says, holds for the deployment. `build` writes a folder of its own, with a server configuration and a
report; it does not touch STATIC_ROOT.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError

from assetforge.cache import Cache
from assetforge.config import Config
from assetforge.diagnostics import has_errors
from assetforge.display import Display
from assetforge.django import roots, templates
from assetforge.django.collected import found_by_finders, walked
from assetforge.django.configuration import configuration, says_strict
from assetforge.errors import AssetforgeError, ConfigError


class Command(BaseCommand):
    """Three commands in one, as `assetforge` itself has them."""

    help = "Build, check or explain the static files that the finders find, and the templates of all engines."
    requires_system_checks = (Tags.staticfiles,)

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", metavar="build|check|explain", required=True)
        build = commands.add_parser("build", help="write hashed and compressed files, a server configuration and a report")
        build.add_argument("--output", metavar="DIR", help="where to write (default: build/ in BASE_DIR)")
        build.add_argument("--dry-run", action="store_true", help="compute everything, write nothing")
        commands.add_parser("check", help="the same without writing, and a missing reference is an error: for CI")
        explain = commands.add_parser("explain", help="what refers to a file, what it refers to, and why it has its name")
        explain.add_argument("asset", metavar="NAME", help="a name as {%% static %%} takes it, or of a template, a file, or a URL")

    def handle(self, *_: Any, **options: Any) -> None:
        # the streams themselves: Django's wrapper would paint every line of standard error red
        streams: dict[str, Any] = {"out": self.stdout._out, "err": self.stderr._out}
        display = Display(quiet=not options["verbosity"], everything=options["verbosity"] > 1, **streams)
        try:
            with display:
                getattr(self, f"_{options['command']}")(options, display)
        except ConfigError as error:
            raise CommandError(str(error), returncode=2) from None
        except (AssetforgeError, OSError) as error:
            raise CommandError(str(error)) from None

    def _build(self, options: dict[str, Any], display: Display) -> None:
        changes = {"output": Path(options["output"]).resolve()} if options["output"] else {}
        self._run(_configuration(**changes), display, write=not options["dry_run"])

    def _check(self, options: dict[str, Any], display: Display) -> None:
        self._run(_configuration(strict=True), display, write=False)

    def _explain(self, options: dict[str, Any], display: Display) -> None:
        from assetforge.build import analyse, complete
        from assetforge.explain import explain, find, render, with_lineage

        config = _configuration()
        prefixes = [root.prefix[1:] for root in config.roots]
        with Cache(config.cache) as cache, walked(found_by_finders(), config) as walk:
            analysis = analyse(config, cache=cache, progress=display.steps, walked=walk)
            built = complete(analysis, config, cache=cache, progress=display.steps)
            asked = options["asset"]
            files = (one.path for one in walk.found if Path(one.file).resolve() == Path(asked).resolve())
            known = [*(prefix + asked for prefix in prefixes), *files]
            path = next((one for one in known if one in analysis.graph.assets), "") or find(asked, analysis, built, config)
            explanation = with_lineage(explain(path, analysis, built), analysis, config, cache)
        display.stop()
        display.lines(render(explanation, most=display.most, paint=display.paint(display.out)))
        if not explanation.known:
            raise CommandError(f"the finders find no '{asked}', and no engine has a template of that name")

    def _run(self, config: Config, display: Display, *, write: bool) -> None:
        from assetforge.build import build
        from assetforge.django.writing import diagnostics
        from assetforge.emit import emit
        from assetforge.result import tell
        from assetforge.run import Result
        from assetforge.settings import refuse_overlaps

        refuse_overlaps(config)
        with Cache(config.cache) as cache, walked(found_by_finders(), config) as walk:
            built = build(config, cache=cache, progress=display.steps, walked=walk)
            told = roots.shown(built.diagnostics if write else diagnostics(built), config)
            emitted = emit(built, config, cache=cache, progress=display.steps) if write and not has_errors(told) else None
            if emitted is not None:
                templates.conclude(built, config.output)
        display.diagnostics(told)
        tell(Result(told, built, emitted), config, display)
        if has_errors(told):
            raise CommandError("the static files or the templates have errors")


def _configuration(**changes: Any) -> Config:
    """The project's static files and the templates of all of its engines."""
    return roots.with_templates(configuration(**changes), strict=says_strict())
