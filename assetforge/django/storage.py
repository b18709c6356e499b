"""The storage for `STORAGES["staticfiles"]`: Django's own, with the pipeline in the place of its regular expressions.

What must stay true: a request needs no more than Django's storage does, a look-up in the manifest that was read at the start. So
nothing of the pipeline is imported before `post_process` runs. Everything that Django documents of `ManifestStaticFilesStorage` is
inherited and stays: `url()`, `stored_name()`, `manifest_strict`, `manifest_name`, `manifest_storage`, own names while DEBUG is on.

What differs, on purpose: a file's name is a digest of the bytes that are served (Django: of some of the passes before), cycles of
imports have names too, a reference to a file that does not exist is a warning that says where it stands (an error with `strict`),
and a file may keep its own name (pages, service workers, what a script looks for): the manifest then maps it to itself.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib.staticfiles import storage
from django.core.files.base import ContentFile
from django.core.files.storage import Storage

Processed = tuple[str, str | None, bool | Exception]
Stored = Any  # a Storage that has the mixin: an intersection, which annotations cannot say


class ManifestFilesMixin(storage.ManifestFilesMixin):
    """For a storage of one's own: `class MyStorage(ManifestFilesMixin, S3Storage)`. Needs `_save`, `open`, `exists`, `delete`."""

    if TYPE_CHECKING:

        def exists(self, name: str) -> bool: ...

    def file_hash(self, name: str | None, content: Any = None) -> str | None:
        """The digest in a name. An override that answers None for a name keeps that file's own name; any other answer of an
        override counts for names outside of the manifest only, since a name is a digest of the bytes."""
        if content is None:
            return None
        digest = hashlib.sha256()
        for chunk in content.chunks():
            digest.update(chunk)
        return digest.hexdigest()[:12]

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        """The name a file would have. Without `content` it is asked for a file that the manifest does not list: no pipeline has
        made a hashed copy of that, so the answer is its own name unless there is one."""
        hashed = super().hashed_name(name, content, filename)
        if content is None and hashed != name and not self.exists(hashed.partition("#")[0].partition("?")[0]):
            return name
        return hashed

    def post_process(self, paths: dict[str, tuple[Storage, str]], dry_run: bool = False, **_: Any) -> Iterator[Processed]:  # type: ignore[override]  # stubs: files, not pairs
        """Run the pipeline over exactly the files of `paths`. A dry run computes and tells everything and writes nothing, the cache
        included."""
        from assetforge.django.writing import process

        names: dict[str, str] = {}
        for name, hashed_name, processed in process(self, paths, dry_run=dry_run):
            if hashed_name is not None:
                names[self.hash_key(self.clean_name(name))] = hashed_name
            yield name, hashed_name, processed
        if not dry_run:
            self.hashed_files = dict(sorted(names.items()))
            self.save_manifest()

    def save_manifest(self) -> None:
        """Django's format 1.1. Local: the old manifest stands until the new one is whole."""
        from assetforge.django.placing import replace

        rows = sorted(self.hashed_files.items())
        self.manifest_hash = self.file_hash(None, ContentFile(json.dumps(rows).encode())) or ""
        payload = {"paths": dict(rows), "version": self.manifest_version, "hash": self.manifest_hash}
        replace(self.manifest_storage, self.manifest_name, json.dumps(payload).encode())


class ManifestStaticFilesStorage(ManifestFilesMixin, storage.StaticFilesStorage):  # type: ignore[misc]  # two `url` in stubs
    """Static files in STATIC_ROOT."""
