"""How long it takes until a command says something."""

import sys
from pathlib import Path

from tests.benchmarks.measure import ASSETFORGE, Options, Program, in_turns, tell


def run(folder: Path, options: Options) -> None:
    programs = {
        "assetforge --help": Program((*ASSETFORGE, "--help"), Path.cwd()),
        "python -c pass": Program((sys.executable, "-c", "pass"), Path.cwd()),
    }
    tell("start", in_turns(programs, max(options.runs, 15), unmeasured=2), "assetforge --help", "python -c pass", 5)
