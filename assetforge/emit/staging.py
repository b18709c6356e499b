"""From contents to finished temporary files with their twins: all the work of emit that takes long.

What must stay true: nothing here touches a file that is being served. Equal bytes are written and compressed once. What has a
digest already is checked against it, so a file that changed while the site was being built stops the build. Memory stays flat:
contents are read one by one, rendered pages go straight to disk, compressors read them from there, and only paths and sizes wait
in queues.

Rendering holds the interpreter lock and goes to processes where there is much of it; compression releases the lock and goes to
threads. The store is asked from the calling thread alone.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

from assetforge.config import Encoding
from assetforge.emit.charset import is_plain_utf8
from assetforge.emit.compress import Store, compress, twin_key, wanted
from assetforge.emit.folder import Folder, write
from assetforge.emit.ledger import stamp
from assetforge.errors import EmitError
from assetforge.output import Content
from assetforge.parallel import processes, threads

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor

_BATCH_BYTES = 1 << 20  # of source: a worker's answer is worth the trip
_BATCH_PAGES = 64
_PROCESSES_FROM = 8 << 20  # bytes of source; below, starting workers takes longer than the work


@dataclass(slots=True)
class Blob:
    """Bytes that some outputs share. `place` holds them: a temporary file (`staged`) or one that is in place already."""

    digest: str
    size: int
    plain: bool
    place: str
    staged: bool
    twins: dict[Encoding, tuple[str, int]] = field(default_factory=dict)
    tried: set[Encoding] = field(default_factory=set)


class Want(NamedTuple):
    """What one output needs of its bytes. `weight`: bytes of its source; `recipe`: what the ledger calls the twins to try."""

    output_path: str
    content: Content
    digest: str | None
    encodings: tuple[Encoding, ...]
    compressible: bool
    rare: bool
    weight: int
    recipe: str


class Rendered(NamedTuple):
    size: int
    digest: str
    plain: bool


def render(tasks: Sequence[tuple[Content, str, str | None]]) -> list[Rendered]:
    """Write each content into its temporary file. Runs in a worker."""
    done = []
    for content, temporary, expected in tasks:
        try:
            data = content.read()
        except OSError as error:
            raise EmitError(f"cannot read the site: {error}; the previous build still stands") from error
        digest = hashlib.sha256(data).hexdigest()
        if expected is not None and digest != expected:
            raise EmitError("a file changed while the site was being built: build again; the previous build still stands")
        write(temporary, data, stamp(digest))
        done.append(Rendered(len(data), digest, is_plain_utf8(data)))
    return done


def compress_file(place: str, encoding: Encoding) -> bytes:
    """The twin of a file. Runs in a thread."""
    return compress(Path(place).read_bytes(), encoding)


class Staging:
    """One emit's blobs, by digest. A context manager: leaving it ends its workers."""

    def __init__(self, folder: Folder, cache: Store | None, jobs: int) -> None:
        self.blobs: dict[str, Blob] = {}
        self._folder = folder
        self._cache = cache
        self._jobs = jobs
        self._threads: ThreadPoolExecutor | None = None
        self._running: dict[Future[bytes], tuple[Blob, Encoding]] = {}
        self._done: SimpleQueue[Future[bytes]] = SimpleQueue()

    def __enter__(self) -> "Staging":
        return self

    def __exit__(self, *_: object) -> None:
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)

    def stage(self, wants: Sequence[Want]) -> Iterator[tuple[Want, Blob]]:
        """Each want with its blob, as soon as the bytes are written; twins are complete after `finish`."""
        known = [want for want in wants if want.digest is not None]
        # longest first, so that no core waits at the end for a last large file
        for want in sorted(known, key=lambda one: (-one.weight, one.output_path)):
            assert want.digest is not None
            blob = self.blobs.get(want.digest)
            if blob is None:
                [blob] = self._render_here([want])
            yield want, self._with_twins(want, blob)
            self._collect(block=False)
        unknown = [want for want in wants if want.digest is None]
        for batch, blobs in self._render_all(unknown):
            for want, blob in zip(batch, blobs, strict=True):
                yield want, self._with_twins(want, blob)
            self._collect(block=False)

    @property
    def waiting(self) -> int:
        """How many twins are still to come."""
        return len(self._running)

    def finish(self) -> Iterator[int]:
        """Wait for every twin. Yields how many came at a time."""
        while self._running:
            yield self._collect(block=True)

    # -- bytes

    def _render_all(self, wants: Sequence[Want]) -> Iterator[tuple[Sequence[Want], list[Blob]]]:
        batches = _batches(wants)
        if self._jobs < 2 or sum(want.weight for want in wants) < _PROCESSES_FROM:
            for batch in batches:
                yield batch, self._render_here(batch)
            return
        from concurrent.futures import FIRST_COMPLETED, wait
        from concurrent.futures.process import BrokenProcessPool

        with processes(self._jobs) as pool:
            pending: dict[Future[list[Rendered]], tuple[Sequence[Want], list[str]]] = {}
            try:
                for batch in islice(batches, self._jobs * 3):
                    self._submit(pool, pending, batch)
                while pending:
                    done, _ = wait(pending, return_when=FIRST_COMPLETED)
                    for future in done:
                        batch, places = pending.pop(future)
                        yield batch, self._adopt(future.result(), places)
                        for following in islice(batches, 1):
                            self._submit(pool, pending, following)
            except BrokenProcessPool:
                raise EmitError("a worker process ended, perhaps for lack of memory; the previous build still stands") from None
            finally:
                for future in pending:
                    future.cancel()

    def _submit(
        self, pool: "ProcessPoolExecutor", pending: "dict[Future[list[Rendered]], tuple[Sequence[Want], list[str]]]",
        batch: Sequence[Want],
    ) -> None:
        tasks = self._tasks(batch)
        pending[pool.submit(render, tasks)] = (batch, [place for _, place, _ in tasks])

    def _tasks(self, batch: Sequence[Want]) -> list[tuple[Content, str, str | None]]:
        return [(want.content, self._folder.temporary(want.output_path), want.digest) for want in batch]

    def _render_here(self, batch: Sequence[Want]) -> list[Blob]:
        tasks = self._tasks(batch)
        return self._adopt(render(tasks), [place for _, place, _ in tasks])

    def _adopt(self, rendered: Iterable[Rendered], places: Iterable[str]) -> list[Blob]:
        blobs = []
        for one, place in zip(rendered, places, strict=True):
            blob = self.blobs.get(one.digest)
            if blob is None:
                blob = self.blobs[one.digest] = Blob(one.digest, one.size, one.plain, place, True)
            else:
                Path(place).unlink()
            blobs.append(blob)
        return blobs

    # -- twins

    def _with_twins(self, want: Want, blob: Blob) -> Blob:
        for encoding in wanted(want.encodings, size=blob.size, compressible=want.compressible, rare=want.rare):
            if encoding not in blob.tried:
                blob.tried.add(encoding)
                self._start(blob, encoding)
        return blob

    def _start(self, blob: Blob, encoding: Encoding) -> None:
        packed = self._cache.read(twin_key(blob.digest, encoding)) if self._cache else None
        if packed is None:
            self._threads = self._threads or threads(self._jobs)
            future = self._threads.submit(compress_file, blob.place, encoding)
            self._running[future] = (blob, encoding)
            future.add_done_callback(self._done.put)
        else:
            self._keep(blob, encoding, packed)

    def _collect(self, *, block: bool) -> int:
        count = 0
        while self._running:
            try:
                future = self._done.get(block and not count)
            except Empty:
                break
            blob, encoding = self._running.pop(future)
            packed = future.result()
            if self._cache:
                self._cache.write(twin_key(blob.digest, encoding), packed)
            self._keep(blob, encoding, packed)
            count += 1
        return count

    def _keep(self, blob: Blob, encoding: Encoding, packed: bytes) -> None:
        if packed:
            place = self._folder.temporary(os.path.relpath(blob.place, self._folder.output))
            write(place, packed, stamp(blob.digest, encoding))
            blob.twins[encoding] = (place, len(packed))


def _batches(wants: Sequence[Want]) -> Iterator[Sequence[Want]]:
    batch: list[Want] = []
    weight = 0
    for want in wants:
        batch.append(want)
        weight += want.weight
        if weight >= _BATCH_BYTES or len(batch) >= _BATCH_PAGES:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch
