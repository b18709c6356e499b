"""The other half of the storage: run the pipeline and put what it made beside the originals.

The order is the promise, as everywhere in this package: everything is computed first; then the hashed files appear, then their
compressed twins, then the files that keep their names, then the templates where TEMPLATES has the loader of this package; the
storage writes the manifest last. So a collectstatic that fails or is killed leaves files that nobody asks for yet, and the manifest
of the run before goes on being true.

A file named for its digest is not written again where it stands: locally when size and modification time (which follows from the
digest) are right, in another storage when it exists. Own-name files have no twins here: `collectstatic --no-post-process` would
renew the file and leave the twin behind.

Not handled: in a storage that is not local, a file that keeps its name, was rewritten by an earlier run and would now be as it came
stays rewritten until collectstatic copies it again.
"""

import filecmp
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError

from assetforge.build import build
from assetforge.cache import Cache
from assetforge.config import Config, Encoding
from assetforge.diagnostics import Diagnostic, has_errors
from assetforge.display import Display, summary
from assetforge.django import placing, roots, templates
from assetforge.django.collected import Paths, walked
from assetforge.django.configuration import configuration, says_compress, says_strict
from assetforge.emit.compress import SUFFIX, compress, cost, twin_key, wanted
from assetforge.emit.ledger import stamp
from assetforge.errors import ConfigError, EmitError
from assetforge.formats import FORMATS
from assetforge.media import compressible
from assetforge.output import Build, FileContent, Output
from assetforge.parallel import WorkerLost, cores, in_threads
from assetforge.settings import literal
from assetforge.sources import Walk

if TYPE_CHECKING:
    from assetforge.django.storage import Processed, Stored

_STANDS = "; the previous manifest still stands"
_NAME_MAX = 255  # bytes, on every file system in use
_TOLD_ELSEWHERE = frozenset({"looks-hashed"})  # a promise of the generated server configuration, which is not in use here


def process(storage: "Stored", paths: Paths, *, dry_run: bool) -> Iterator["Processed"]:
    """What `post_process` yields: name, stored name, and whether something was done; an exception in the place of that ends
    collectstatic."""
    config = _config(storage, paths)
    prefix = config.roots[0].prefix
    names = {prefix[1:] + name.replace("\\", "/"): name for name in paths}
    display = Display()
    failed: tuple[str, CommandError] | None = None
    with display, Cache(None if dry_run else config.cache) as cache, walked(paths, config) as walk:
        try:
            built = _build(config, cache, display, walk)
            told = roots.shown(diagnostics(built), config)
            display.diagnostics(told)
            if has_errors(told):
                failed = names.get(told[0].path, told[0].path), CommandError(f"{summary(told)} in {_what(config)}{_STANDS}")
            else:
                writer = _Writer(storage, built, config, cache, frozenset(names), dry_run)
                for output, processed in writer.write(display):
                    yield names[output.path], writer.name(output.output_path), processed
        except (EmitError, OSError) as error:
            failed = "static files", CommandError(f"{error}{_STANDS}")
    if failed is not None:  # collectstatic raises it and never comes back, so nothing may be open
        yield failed[0], None, failed[1]


def _build(config: Config, cache: Cache, display: Display, walk: Walk) -> Build:
    """Where workers cannot run, one process does it: in a deploy script that runs when it is imported, as each worker tries (and
    fails, since one that is starting may start no others), or in a daemon, which may have no children (an AssertionError)."""
    try:
        return build(config, cache=cache, progress=display.steps, walked=walk)
    except (WorkerLost, AssertionError):
        if cores(config.jobs) == 1:
            raise
        return build(replace(config, jobs=1), cache=cache, progress=display.steps, walked=walk)


def diagnostics(built: Build) -> tuple[Diagnostic, ...]:
    """What a build of static files has to tell."""
    return tuple(one for one in built.diagnostics if one.code not in _TOLD_ELSEWHERE)


def _config(storage: "Stored", paths: Paths) -> Config:
    try:
        config = configuration()
        if roots.built_engines():
            config = roots.with_templates(config, strict=says_strict())
    except ConfigError as error:
        raise ImproperlyConfigured(str(error)) from None
    if not says_compress() and placing.local_path(storage, "") is None:
        config = replace(config, compress=())  # a bucket does not choose between twins
    prefix = config.roots[0].prefix
    kept = tuple(prefix + literal(name) for name in _without_digest(storage, paths))
    return replace(config, stable=(*config.stable, *kept))


def _without_digest(storage: "Stored", paths: Paths) -> Iterator[str]:
    """Names for which an override of `file_hash` answers None."""
    from assetforge.django.storage import ManifestFilesMixin

    if type(storage).file_hash is ManifestFilesMixin.file_hash:
        return
    for name, (source, path) in paths.items():
        with source.open(path) as content:
            if storage.file_hash(name, content) is None:
                yield name.replace("\\", "/")


def _what(config: Config) -> str:
    return "the static files and the templates" if len(config.roots) > 1 else "the static files"


class _Twin(NamedTuple):
    """A compressed twin to be made, and the names it is wanted under."""

    output: Output
    encoding: Encoding
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Writer:
    storage: "Stored"
    built: Build
    config: Config
    cache: Cache
    collected: frozenset[str]  # logical paths
    dry_run: bool

    def name(self, output_path: str) -> str:
        """An output path as a name of the storage."""
        return output_path.partition("/")[2]

    def write(self, display: Display) -> Iterator[tuple[Output, bool]]:
        """Write what is not there. Yields every output but copies under own names, which collectstatic has made, and whether it was
        written or may have been rewritten."""
        rooms = {fact.path: FORMATS[fact.format].room is not None for fact in self.built.facts}
        outputs = [output for output in self.built.outputs if output.naming != "original" and not templates.is_template(output)]
        hashed = [output for output in outputs if output.naming == "hashed"]
        for output in hashed:
            yield output, self._place(output) or rooms[output.path]
        if not self.dry_run:
            self._place_twins([output for output in outputs if output.naming in ("hashed", "prehashed")], display)
        for output in outputs:
            if output.naming != "hashed":
                yield output, (output.naming == "stable" and self._renew(output)) or rooms[output.path]
        if not self.dry_run:
            self._clean(outputs)
            if len(self.config.roots) > 1:
                templates.write(self.built, self.config.output)

    def _place(self, output: Output) -> bool:
        name, seconds = self.name(output.output_path), stamp(output.digest or "")
        if self._stands(name, seconds, output.size):
            return False
        if not self.dry_run:
            placing.replace(self.storage, name, contents(output), seconds=seconds)
        return True

    def _stands(self, name: str, seconds: int, size: int | None = None) -> bool:
        path = placing.local_path(self.storage, name)
        if path is None:
            return bool(self.storage.exists(name))
        try:
            status = os.lstat(path)
        except OSError:
            return False
        return int(status.st_mtime) == seconds and size in (None, status.st_size)

    def _renew(self, output: Output) -> bool:
        """A file that keeps its name: collectstatic copied it as it came, and it may have been rewritten."""
        name = self.name(output.output_path)
        path = placing.local_path(self.storage, name)
        if isinstance(output.content, FileContent):
            if path is None or (Path(path).is_file() and filecmp.cmp(path, output.content.file, shallow=False)):
                return False
            data = contents(output)
        else:
            data = contents(output)
            if self._read(name) == data:
                return False
        if not self.dry_run:
            placing.replace(self.storage, name, data)
        return True

    def _read(self, name: str) -> bytes | None:
        try:
            with self.storage.open(name) as stream:
                return bytes(stream.read())
        except OSError:
            return None

    # -- twins

    def _place_twins(self, outputs: Iterable[Output], display: Display) -> None:
        twins = self._missing_twins(outputs)
        kept = self.cache.read_many(twin_key(one.output.digest or "", one.encoding) for one in twins)
        todo: list[_Twin] = []
        for one in twins:
            data = kept.get(twin_key(one.output.digest or "", one.encoding))
            if data is None:
                todo.append(one)
            else:
                self._place_twin(one, data)
        # longest first, so that no core waits at the end for a last large file
        todo.sort(key=lambda one: -cost(one.output.size or 0, one.encoding))
        display.steps.phase("Compressing", len(todo))
        for one, data in zip(todo, in_threads(self._packed, todo, cores(self.config.jobs)), strict=True):
            self.cache.write(twin_key(one.output.digest or "", one.encoding), data)
            self._place_twin(one, data)
            display.steps.advance()

    def _missing_twins(self, outputs: Iterable[Output]) -> Sequence[_Twin]:
        """Twins that do not stand; equal bytes are packed once."""
        found: dict[tuple[str, Encoding], _Twin] = {}
        for output in outputs:
            digest, packable = output.digest or "", compressible(output.media_type)
            for encoding in wanted(self.config.compress, size=output.size or 0, compressible=packable, rare=False):
                name = self.name(output.output_path) + SUFFIX[encoding]
                # a site may bring an `app.js.gz` of its own, and a name be too long for one more suffix
                if self.config.roots[0].prefix[1:] + name in self.collected or _too_long(name):
                    continue
                if not self._stands(name, stamp(digest, encoding)):
                    known = found.get((digest, encoding))
                    found[digest, encoding] = _Twin(output, encoding, (*(known.names if known else ()), name))
        return list(found.values())

    def _packed(self, one: _Twin) -> bytes:
        path = placing.local_path(self.storage, self.name(one.output.output_path))
        return compress(Path(path).read_bytes() if path else contents(one.output), one.encoding)

    def _place_twin(self, one: _Twin, data: bytes) -> None:
        for name in one.names if data else ():
            placing.replace(self.storage, name, data, seconds=stamp(one.output.digest or "", one.encoding))

    def _clean(self, outputs: Iterable[Output]) -> None:
        for folder in {self.name(output.output_path).rpartition("/")[0] for output in outputs}:
            path = placing.local_path(self.storage, folder)
            if path is not None:
                placing.clean(path)


def contents(output: Output) -> bytes:
    """The bytes of an output. Raises `EmitError` where they are not those that were named."""
    data = output.content.read()
    if output.digest is not None and hashlib.sha256(data).hexdigest() != output.digest:
        raise EmitError("a file changed while it was being collected: run collectstatic again")
    return data


def _too_long(name: str) -> bool:
    return len(os.fsencode(name.rpartition("/")[2])) > _NAME_MAX
