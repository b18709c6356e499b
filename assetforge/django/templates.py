"""Built templates in their folder, for `assetforge.django.loader`.

What must stay true: each appears by rename, whole; the manifest beside them comes last, so a loader never looks for one that is not
there yet; and what no build brings any more goes after that. The same templates make the same bytes, whoever builds them: this
room for collectstatic, the emitters for `manage.py assetforge build`.
"""

import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from assetforge.django import places
from assetforge.errors import EmitError
from assetforge.manifest import Manifest
from assetforge.output import Build, Output

_PREFIX = places.FOLDER + "/"
_TEMPORARY = ".assetforge-"


def is_template(output: Output) -> bool:
    """Is an output a template, which nobody serves?"""
    return output.output_path.startswith(_PREFIX)


def write(built: Build, folder: Path) -> int:
    """Write the templates of a build below the output `folder`, and their manifest. How many were written. Raises `EmitError`."""
    outputs = [one for one in built.outputs if is_template(one)]
    try:
        written = sum([_replace(folder / one.output_path, one.content.read()) for one in outputs])
        conclude(built, folder)
    except OSError as error:
        raise EmitError(f"the built templates cannot be written to {folder}: {error.strerror or error}") from None
    return written


def conclude(built: Build, folder: Path) -> None:
    """The last step of writing the templates of `built`, wherever they came from: their manifest. Then what is none of them goes.
    Raises OSError."""
    templates, place = listed(built), folder / places.FOLDER
    place.mkdir(parents=True, exist_ok=True)
    _replace(place / places.MANIFEST, Manifest({}, templates=templates).dump().encode("utf-8", "surrogateescape"))
    _remove_others(place, {f"{place}/{path}" for path in templates})


def listed(built: Build) -> Mapping[str, str]:
    """Path in the folder of templates → sha256 of the original's bytes."""
    digests = {fact.path: fact.source_digest for fact in built.facts}
    return {one.output_path.removeprefix(_PREFIX): digests[one.path] for one in built.outputs if is_template(one)}


def _replace(file: Path, data: bytes) -> bool:
    """Have the file hold `data`. Was it other before?"""
    try:
        if file.read_bytes() == data:
            return False
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f"{_TEMPORARY}{secrets.token_hex(8)}")
    try:
        temporary.write_bytes(data)
        temporary.replace(file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return True


def _remove_others(folder: Path, kept: Iterable[str]) -> None:
    """Only below folders that a build named: these have a `+`."""
    names = frozenset(kept)
    for top in folder.iterdir():
        if "+" not in top.name or top.is_symlink() or not top.is_dir():
            continue
        for place, _, files in os.walk(top, topdown=False):
            for name in files:
                if f"{place}/{name}" not in names:
                    os.unlink(f"{place}/{name}")
            if not os.listdir(place):
                os.rmdir(place)
