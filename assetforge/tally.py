"""What a build gained: sizes before and after, by kind of file.

What must stay true: a column is what a browser that speaks this encoding would load, so a file without a twin counts with its own
size. Copies that stay under their own names are not counted: no page asks for them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from assetforge.config import Encoding
from assetforge.output import Build, Outcome, Output

_KINDS = (
    ("stylesheets", ("text/css",)),
    ("scripts", ("text/javascript", "application/javascript", "application/ecmascript", "application/wasm")),
    ("images", ("image/",)),
    ("fonts", ("font/", "application/font", "application/x-font", "application/vnd.ms-fontobject")),
    ("audio, video", ("audio/", "video/")),
)


def references(build: Build) -> Counter[Outcome]:
    """How many references of all files had which outcome."""
    found: Counter[Outcome] = Counter()
    for fact in build.facts:
        found.update(fact.outcomes)
    return found


class Stored(Protocol):
    """A file of the output as it was written."""

    @property
    def size(self) -> int: ...

    @property
    def twins(self) -> tuple[tuple[Encoding, int], ...]: ...


class Row(NamedTuple):
    """Bytes of one kind of files: as they came, as they are served, and as they travel compressed. None: not known, or no file of
    this kind has such a twin."""

    label: str
    files: int
    before: int
    served: int | None
    gzip: int | None = None
    br: int | None = None
    zstd: int | None = None


def rows(build: Build, stored: Mapping[str, Stored]) -> list[Row]:
    """A row for each kind of which there is a file, pages first. `stored` by output path;
    empty where nothing was written."""
    sources = {fact.path: fact.source_size for fact in build.facts}
    groups: dict[str, list[Output]] = {}
    for output in build.outputs:
        if output.naming != "original":
            groups.setdefault(kind(output), []).append(output)
    order = ["pages", *(label for label, _ in _KINDS), "other files"]
    return [_row(label, groups[label], sources, stored) for label in order if label in groups]


def total(given: Iterable[Row]) -> Row:
    """All kinds together; a kind without a twin counts with its own size."""
    all_rows = list(given)
    served = [row.served for row in all_rows if row.served is not None]
    sums: dict[str, int | None] = {}
    for name in ("gzip", "br", "zstd"):
        travelling: list[int | None] = [getattr(row, name) for row in all_rows]
        pairs = zip(travelling, all_rows, strict=True)
        sums[name] = sum((row.served or 0) if size is None else size for size, row in pairs) if any(travelling) else None
    files, before = sum(row.files for row in all_rows), sum(row.before for row in all_rows)
    return Row("total", files, before, sum(served) if served else None, **sums)


def kind(output: Output) -> str:
    """What people call such a file."""
    if output.page:
        return "pages"
    return next((label for label, types in _KINDS if output.media_type.startswith(types)), "other files")


def _row(label: str, outputs: list[Output], sources: Mapping[str, int], stored: Mapping[str, Stored]) -> Row:
    before = sum(sources.get(output.path, 0) for output in outputs)
    if not stored:
        sizes = [output.size for output in outputs]
        known = [size for size in sizes if size is not None]
        return Row(label, len(outputs), before, sum(known) if len(known) == len(sizes) else None)
    kept = [stored[output.output_path] for output in outputs if output.output_path in stored]
    twins = [(one.size, dict(one.twins)) for one in kept]
    travelling: dict[str, int | None] = {
        name: sum(sizes.get(name, size) for size, sizes in twins) if any(name in sizes for _, sizes in twins) else None
        for name in ("gzip", "br", "zstd")
    }
    return Row(label, len(outputs), before, sum(one.size for one in kept), **travelling)
