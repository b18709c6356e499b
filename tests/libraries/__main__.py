"""Record the well-known libraries: `python -m tests.libraries`.

Brings their releases from the npm registry (those brought before are kept, and taken alone with `--kept`), runs each file in a
headless Chromium, and writes the table that `assetforge.formats.js.libraries` looks things up in. A run that was stopped goes on
where it was.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from packages import PACKAGES
from registry import bring, kept
from table import Recorded, recorded, text
from traces import jobs, trace_all

from assetforge.formats.js.libraries import TABLE


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.libraries", description=(__doc__ or "").partition("\n\n")[2])
    parser.add_argument("--check", action="store_true", help="write nothing; tell whether the table is what would be written")
    parser.add_argument("--only", metavar="PACKAGE", action="append", help="look at this package alone; may be given again")
    parser.add_argument("--kept", action="store_true", help="ask no registry: take the releases that were brought before")
    parser.add_argument("--again", action="store_true", help="trace files again that were traced before")
    parser.add_argument("--jobs", type=int, default=3, help="browsers at once (default: 3)")
    given = parser.parse_args()
    wanted = given.only or list(PACKAGES)
    files = {name: (kept if given.kept else bring)(name, PACKAGES[name].files) for name in wanted}
    waiting = [job for name in wanted for job in jobs(name, files[name])]
    if given.again:
        for job in waiting:
            job.place.unlink(missing_ok=True)
    trace_all(waiting, given.jobs)
    found = {name: recorded(name, files[name]) for name in wanted}
    _tell(found)
    if given.check:
        return _check(text(found), whole=given.only is None)
    if given.only:
        print("nothing is written: the table holds all packages", file=sys.stderr)
        return 0
    TABLE.write_text(text(found), "utf-8", newline="\n")
    return 0


def _tell(found: dict[str, Recorded]) -> None:
    for name, one in found.items():
        records = len({effects for _, effects in one.files})
        said = f"{len(one.files)} files, {records} records; {len(one.left)} do not run, {len(one.waiting)} wait"
        print(f"{name}: {said}", file=sys.stderr)


def _check(made: str, *, whole: bool) -> int:
    """Does the table say what was found?"""
    there = TABLE.read_text("utf-8")
    differ = [] if there == made else sorted(rows(made) - rows(there))
    if whole and not differ and there != made:
        differ = sorted(rows(there) - rows(made)) or ["the order of its lines"]
    for line in differ[:20]:
        print(f"not in the table: {line}", file=sys.stderr)
    return 1 if differ else 0


def rows(table: str) -> set[str]:
    """Its files, each with its record in place of the record's number."""
    lines = table.split("\n")
    records = lines[lines.index("[records]") + 1 : lines.index("[cdnjs]")]
    return {
        " ".join((name, records[int(number)], *digests))
        for name, number, *digests in (line.split(" ") for line in lines[lines.index("[files]") + 1 :] if line)
    }


if __name__ == "__main__":
    raise SystemExit(main())
