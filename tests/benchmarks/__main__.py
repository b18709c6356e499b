"""Speed as ratios, measured in one run: `python -m tests.benchmarks [NAME …] [--runs N] [--megabytes N]`.

    start     `assetforge --help` against an interpreter that does nothing
    django    the static files of Django's admin, REST framework and jazzmin, against collectstatic and its storages
    small     10,000 small files of which none changed, against collectstatic
    pages     many pages: time for each megabyte, and memory
    templates reading templates: characters a second for each step
    selectors deciding a stylesheet's selectors for a page, against lexbor

Seconds say something about this machine only; a ratio of two programs that ran in turns says something about the programs. Medians,
with all values beside them. Nothing here fails: it prints what was wanted, what was measured, and what could not be run.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import django_files, many_pages, selectors, small_files, start, templates
from tests.benchmarks.measure import Options, adopt_orphans

BENCHMARKS: dict[str, Callable[[Path, Options], None]] = {
    "start": start.run,
    "django": django_files.run,
    "small": small_files.run,
    "pages": many_pages.run,
    "templates": templates.run,
    "selectors": selectors.run,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Speed as ratios, measured in one run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(BENCHMARKS)} (default: all)")
    parser.add_argument("--runs", type=int, default=3, help="how often each program runs; the median counts (default: 3)")
    parser.add_argument("--megabytes", type=int, default=64, help="how much HTML `pages` makes (default: 64)")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    adopt_orphans()
    for name in given.names or BENCHMARKS:
        print(f"\n{name}\n{'=' * len(name)}", flush=True)
        with tempfile.TemporaryDirectory(prefix="assetforge-benchmark-") as folder:
            BENCHMARKS[name](Path(folder), Options(runs=given.runs, megabytes=given.megabytes))
    sys.exit(0)


if __name__ == "__main__":
    main()
