"""Which outputs have to be written, and the order in which they appear under their names.

What must stay true: an output whose content, twins and file on disk are as the ledger says is not touched. Everything else is
staged first (`staging.py`), so a build that fails leaves all as it was; then it appears in this order: files named for their
digest, own-name copies, stable names, pages. Whoever gets a new page finds what it names.
"""

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from assetforge.config import STAGING_FOLDER, Config, Encoding
from assetforge.emit import ledger
from assetforge.emit.compress import SUFFIX, VERSION, Store
from assetforge.emit.folder import Folder
from assetforge.emit.ledger import Kept, stamp
from assetforge.emit.staging import Blob, Staging, Want
from assetforge.media import compressible
from assetforge.output import Build, Naming, Output
from assetforge.parallel import cores
from assetforge.progress import Progress

_ORDER: dict[Naming, int] = {"prehashed": 0, "hashed": 0, "original": 1, "stable": 2}
_NAME_MAX = 255  # bytes, on every file system in use
_OWN: frozenset[Naming] = frozenset({"original", "stable"})


class Plan(NamedTuple):
    """`kept`: records of the outputs that stand as they are. `todo`: the others, in the order in which they are to appear, and in
    `wants` what they need. `standing`: those of them whose file on disk is as recorded: it stays if the new content turns out to
    be the same bytes."""

    kept: dict[str, Kept]
    standing: frozenset[str]
    todo: tuple[Output, ...]
    wants: tuple[Want, ...]
    leftovers: bool


class Written(NamedTuple):
    """`files`: every output's record; `written`: the output paths that were."""

    files: Mapping[str, Kept]
    written: tuple[str, ...]


def plan(build: Build, config: Config, known: Mapping[str, Kept], folder: Folder) -> Plan:
    """Compare the build with the ledger and with what stands on disk."""
    needs = _Needs(build, config)
    kept: dict[str, Kept] = {}
    standing: set[str] = set()
    todo: list[tuple[Output, Want]] = []
    leftovers = False
    for parent, outputs in _by_folder(build.outputs).items():
        with folder.listed(parent) as (names, handle):
            leftovers = leftovers or STAGING_FOLDER in names
            for output in outputs:
                record = known.get(output.output_path)
                if record and needs.fit(output, record) and _stands(output.output_path, record, names, handle):
                    if record.key == output.content.key:
                        kept[output.output_path] = record
                        continue
                    standing.add(output.output_path)
                todo.append((output, needs.want(output)))
    todo.sort(key=lambda one: (_ORDER[one[0].naming], one[0].page))
    return Plan(kept, frozenset(standing), tuple(output for output, _ in todo), tuple(want for _, want in todo), leftovers)


def _by_folder(outputs: Iterable[Output]) -> dict[str, list[Output]]:
    folders: dict[str, list[Output]] = {}
    for output in outputs:
        folders.setdefault(output.output_path.rpartition("/")[0], []).append(output)
    return folders


class _Needs:
    """What each output of a build needs: which twins, and of what."""

    def __init__(self, build: Build, config: Config) -> None:
        self._encodings = config.compress
        self._shared = Counter(output.digest or output.content.key for output in build.outputs)
        self._sizes = {fact.path: fact.source_size for fact in build.facts}
        self._taken = {output.output_path for output in build.outputs}
        self._packable = {kind: compressible(kind) for kind in {output.media_type for output in build.outputs}}
        every = "+".join(VERSION[one] for one in sorted(config.compress)) or "-"
        rare = VERSION["gzip"] if "gzip" in config.compress else "-"
        self._recipes = {(True, False): every, (True, True): rare, (False, False): "-", (False, True): "-"}

    def recipe(self, output: Output) -> str:
        """The twins to try, with the versions of their encoders, as the ledger says it."""
        return self._recipes[self._packs(output), self._is_rare(output)]

    def fit(self, output: Output, record: Kept) -> bool:
        """Was the recorded file made for the same purpose?"""
        return record.tried == self.recipe(output) and record.own == (output.naming in _OWN)

    def want(self, output: Output) -> Want:
        # a site may bring an `app.js.gz` of its own, and a name be too long for one more suffix
        room = len(os.fsencode(output.output_path.rpartition("/")[2])) + 4 <= _NAME_MAX
        encodings = tuple(one for one in self._encodings if room and output.output_path + SUFFIX[one] not in self._taken)
        weight = output.size if output.size is not None else self._sizes.get(output.path, 0)
        return Want(
            output.output_path, output.content, output.digest, encodings, self._packs(output),
            self._is_rare(output), weight, self.recipe(output),
        )  # fmt: skip

    def _packs(self, output: Output) -> bool:
        # no browser asks for a template
        return self._packable[output.media_type] and not output.output_path.startswith("templates/")

    def _is_rare(self, output: Output) -> bool:
        return output.naming == "original" and self._shared[output.digest or output.content.key] == 1


def _stands(output_path: str, record: Kept, names: Collection[str], handle: int) -> bool:
    name = output_path.rpartition("/")[2]
    if name not in names or not all(name + SUFFIX[encoding] in names for encoding, _ in record.twins):
        return False
    status = os.stat(name, dir_fd=handle, follow_symlinks=False)
    return status.st_size == record.size and int(status.st_mtime) == stamp(record.digest) and stat.S_ISREG(status.st_mode)


def write_outputs(
    plan: Plan, known: Mapping[str, Kept], config: Config, folder: Folder, cache: Store | None, progress: Progress
) -> Written:
    """Stage what is to do, then let it appear. Returns the records of all outputs."""
    if not plan.todo:
        return Written(plan.kept, ())
    with Staging(folder, cache, cores(config.jobs)) as staging:
        _seed(staging, plan.kept, folder)
        blobs = _stage(staging, plan.wants, progress)
    files = dict(plan.kept)
    changed: list[Output] = []
    for output, want in zip(plan.todo, plan.wants, strict=True):
        path, blob = output.output_path, blobs[output.output_path]
        own, twins = output.naming in _OWN, _twins(want, blob)
        record = Kept(output.content.key, blob.digest, blob.size, own, blob.plain, want.recipe, twins)
        files[path] = record
        if path not in plan.standing or known[path]._replace(key=record.key) != record:
            changed.append(output)
    gone = [path for path in known if known[path].own and path not in files]
    _announce(changed, known, folder)
    _clear_way(changed, gone, known, folder)
    left = Counter(blobs[output.output_path].digest for output in changed)
    for output in changed:
        blob = blobs[output.output_path]
        left[blob.digest] -= 1
        stale = [one for one, _ in known[output.output_path].twins] if output.output_path in known else []
        _appear(folder, output.output_path, blob, files[output.output_path], stale, last=not left[blob.digest])
    return Written(files, tuple(output.output_path for output in changed))


def _stage(staging: Staging, wants: Sequence[Want], progress: Progress) -> dict[str, Blob]:
    progress.phase("Writing", len(wants))
    blobs: dict[str, Blob] = {}
    for want, blob in staging.stage(wants):
        blobs[want.output_path] = blob
        progress.advance()
    if staging.waiting:
        progress.phase("Compressing", staging.waiting)
        for count in staging.finish():
            progress.advance(count)
    return blobs


def _announce(changed: Iterable[Output], known: Mapping[str, Kept], folder: Folder) -> None:
    """Tell the next build, should this one be killed, which own-name files it can no longer trust."""
    own = [output.output_path for output in changed if output.naming in _OWN]
    if own:
        folder.replace(ledger.FILE, ledger.dump({**known, **ledger.unknown(own)}))


def _clear_way(changed: Iterable[Output], gone: Iterable[str], known: Mapping[str, Kept], folder: Folder) -> None:
    """Where a file of the previous build stands in the place of a folder, or in a folder in the place of a file, it goes early."""
    files = {output.output_path for output in changed}
    folders = {parent for path in files for parent in _parents(path)}
    for path in gone:
        if path in folders or not files.isdisjoint(_parents(path)):
            _remove(path, known[path], folder)


def _parents(path: str) -> Iterator[str]:
    at = path.rfind("/")
    while at > 0:
        yield path[:at]
        at = path.rfind("/", 0, at)


def _remove(path: str, record: Kept, folder: Folder, standing: Collection[str] = ()) -> bool:
    # an interrupted build recorded no twins: look for each
    twins = tuple(SUFFIX) if record.key == ledger.UNKNOWN else tuple(encoding for encoding, _ in record.twins)
    for encoding in twins:
        if path + SUFFIX[encoding] not in standing:
            folder.remove(path + SUFFIX[encoding])
    return folder.remove(path)


def _seed(staging: Staging, kept: Mapping[str, Kept], folder: Folder) -> None:
    """What stands already need not be made again for another name."""
    tried: dict[str, tuple[Encoding, ...]] = {}
    for path, record in kept.items():
        if record.digest not in staging.blobs:
            place = f"{folder.output}/{path}"
            twins = {encoding: (place + SUFFIX[encoding], size) for encoding, size in record.twins}
            encodings = tried.setdefault(record.tried, tuple(one for one in SUFFIX if VERSION[one] in record.tried.split("+")))
            staging.blobs[record.digest] = Blob(record.digest, record.size, record.plain, place, False, twins, set(encodings))


def _twins(want: Want, blob: Blob) -> tuple[tuple[Encoding, int], ...]:
    if not want.compressible:
        return ()
    return tuple((encoding, blob.twins[encoding][1]) for encoding in sorted(want.encodings) if encoding in blob.twins)


def _appear(folder: Folder, output_path: str, blob: Blob, record: Kept, stale: Iterable[Encoding], *, last: bool) -> None:
    """Twins first: a server that finds the new file finds the new twins. `last`: nobody else needs the temporary files."""
    for encoding in stale:
        if encoding not in dict(record.twins):
            folder.remove(output_path + SUFFIX[encoding])
    for encoding, _ in record.twins:
        place = blob.twins[encoding][0]
        _name(folder, place, output_path + SUFFIX[encoding], stamp(blob.digest, encoding), last and folder.is_temporary(place))
    _name(folder, blob.place, output_path, stamp(blob.digest), last and blob.staged)


def _name(folder: Folder, place: str, output_path: str, seconds: int, movable: bool) -> None:
    if movable:
        folder.place(place, output_path)
    else:
        folder.place_copy(place, output_path, seconds)


def remove_gone(known: Mapping[str, Kept], files: Mapping[str, Kept], folder: Folder) -> tuple[str, ...]:
    """Remove the own-name files, with their twins, that the previous build wrote and this one has not. Files named for their digest
    stay: pages that somebody has open still ask for them."""
    standing = set(files)
    standing.update(path + SUFFIX[encoding] for path, record in files.items() for encoding, _ in record.twins)
    gone = sorted(path for path, record in known.items() if record.own and path not in standing)
    return tuple(path for path in gone if _remove(path, known[path], folder, standing))
