"""Values become files: `emit(build, config)` writes the output folder.

The order is the promise. Under a lock: what a killed build left is cleaned away, everything is computed and staged, then the
files named for their digest appear, own-name copies, stable names and pages, the server configuration, the report, and the
manifest last. Only then are own-name files removed that this build no longer has. A build that fails or is killed at any point
leaves files that every page and the manifest of the build before can still name.

Layout of the output: `site/`, `static/`, `templates/` as the outputs say; `manifest.json` (`assetforge.manifest`),
`staticfiles.json` (Django's format 1.1), `nginx/` (`nginx.py`), `report.json` (`report.py`); and for this room alone
`.assetforge-state` (`ledger.py`), `.assetforge-lock`, and while it works `.assetforge-tmp/`.
"""

from collections.abc import Callable
from typing import NamedTuple

from assetforge.config import Config
from assetforge.emit import files, ledger
from assetforge.emit.compress import Store
from assetforge.emit.folder import Folder, explained, locked
from assetforge.emit.nginx import configuration
from assetforge.emit.report import report
from assetforge.emit.summary import manifest, staticfiles
from assetforge.output import Build
from assetforge.progress import Progress

PATIENCE = 60.0  # seconds to wait for another build of the same output

__all__ = ["Emitted", "Store", "emit"]


class Emitted(NamedTuple):
    """What an emit did. `files`: a record (size, digest, twins) for every output path; `written`, `removed`: output paths, those
    of the room's own files (`manifest.json`, …) included."""

    files: dict[str, ledger.Kept]
    written: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def unchanged(self) -> int:
        """How many outputs stood as they were."""
        return len(self.files) - len(self.files.keys() & set(self.written))


def emit(
    build: Build,
    config: Config,
    *,
    cache: Store | None,
    progress: Progress,
    patience: float = PATIENCE,
    settled: Callable[[Emitted], None] | None = None,
) -> Emitted:
    """Write a build. `settled` is called when all is written and no other build can write yet.

    Raises `EmitError` with the output as it was where it cannot be written.
    """
    output = config.output
    with locked(output, patience), explained(output, "cannot write the output"):
        folder = Folder(output)
        try:
            emitted = _emit(build, config, folder, cache, progress)
        finally:
            folder.close()
        if settled is not None:
            settled(emitted)
        return emitted


def _emit(build: Build, config: Config, folder: Folder, cache: Store | None, progress: Progress) -> Emitted:
    folder.check(one.output_path for one in build.outputs)
    folder.clean({one.output_path.partition("/")[0] for one in build.outputs})
    known = ledger.load(folder.output)
    plan = files.plan(build, config, known, folder)
    done = files.write_outputs(plan, known, config, folder, cache, progress)
    own = _own_files(build, config, done)
    # Power loss is not a killed build: the file system may then lose file contents whose renames it kept. One manifest can be
    # synced cheaply and is what a deployment reads; syncing 40,000 files takes minutes, and the next build repairs what its sizes
    # give away.
    written = [path for path, data in own if folder.replace(path, data, durable=path == "manifest.json")]
    removed = files.remove_gone(known, done.files, folder)
    if done.files != known:
        folder.replace(ledger.FILE, ledger.dump(done.files))
    return Emitted(dict(done.files), (*done.written, *written), removed)


def _own_files(build: Build, config: Config, done: files.Written) -> list[tuple[str, bytes]]:
    texts = [(f"nginx/{name}", text) for name, text in configuration(build, config, done.files).items()]
    texts.append(("report.json", report(build, done.files)))
    texts.append(("staticfiles.json", staticfiles(build, config)))
    texts.append(("manifest.json", manifest(build, config, done.files).dump()))
    return [(path, text.encode("utf-8", "surrogateescape")) for path, text in texts]
