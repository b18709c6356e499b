"""What other programs read to find the files: `manifest.json`, and `staticfiles.json` for Django.

What must stay true: both follow from the build alone, so machines agree, and neither says anything of bytes behind a stable name.
"""

import hashlib
import json
from collections.abc import Mapping

from assetforge.config import Config
from assetforge.emit.ledger import Kept
from assetforge.emit.mounts import mounts
from assetforge.manifest import Entry, Manifest
from assetforge.output import Build, Output

_LISTED = frozenset({"hashed", "prehashed", "stable"})


def manifest(build: Build, config: Config, files: Mapping[str, Kept]) -> Manifest:
    """Every asset under the name that pages should use; pages and own-name copies are not listed, and templates are no assets."""
    listed = (one for one in build.outputs if not one.page and one.naming in _LISTED and not _is_template(one))
    entries = {one.path: _entry(one, files[one.output_path]) for one in listed}
    sources = {one.path: one.source_digest for one in build.facts}
    templates = {one.output_path: sources[one.path] for one in build.outputs if _is_template(one) and one.path in sources}
    folders = {one.prefix: one.folder for one in mounts(build, config)}
    return Manifest(entries, folders, templates=templates, policy=_policy(build))


def _policy(build: Build) -> dict[str, tuple[str, ...]]:
    """What a content security policy must name for the styles and scripts that were put in."""
    styles = {source for one in build.facts if one.page for source in one.page.styles}
    scripts = {source for one in build.facts if one.page for source in one.page.programs}
    return {"script-src": tuple(sorted(scripts)), "style-src": tuple(sorted(styles))} if styles or scripts else {}


def _is_template(output: Output) -> bool:
    return output.output_path.startswith("templates/")


def _entry(output: Output, record: Kept) -> Entry:
    promised = output.naming != "stable"
    return Entry(
        url=output.url,
        output_path=output.output_path,
        naming=output.naming,
        media_type=output.media_type,
        size=record.size if promised else None,
        integrity=output.integrity if promised else None,
        encodings=dict(record.twins) if promised else {},
        dependencies=output.dependencies,
    )


def staticfiles(build: Build, config: Config) -> str:
    """Django's `staticfiles.json`, format 1.1: names relative to the static folder (to the whole site where there is none)."""
    known = mounts(build, config)
    served = [one for one in known if one.kind == "static"] or [one for one in known if one.kind == "site"]
    paths = {}
    for output in build.outputs:
        mount = next((one for one in served if one.holds(output)), None)
        if mount is not None and not output.page and output.naming in _LISTED:
            name = output.path[len(mount.prefix) - 1 :]
            paths[name] = name[: name.rfind("/") + 1] + output.output_path.rpartition("/")[2]
    # as Django computes it; it wants to know whether manifests differ, nothing more
    digest = hashlib.md5(json.dumps(sorted(paths.items())).encode(), usedforsecurity=False).hexdigest()[:12]
    return json.dumps({"paths": dict(sorted(paths.items())), "version": "1.1", "hash": digest}, indent=0) + "\n"
