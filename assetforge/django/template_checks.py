"""System checks of the template loader: where settings keep it from being asked, and, with `check --deploy`, where what was built
is not what the project has now.

What must stay true: templates are compared by the digests of their bytes, since a deployment may give files any times.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

_LOADER = "assetforge.django.loader.Loader"
_BUILD = "Run `manage.py collectstatic` or `manage.py assetforge build` as the last step of a deployment."


def check_loaders(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """E002, E003, W007: TEMPLATES names the loader in a way in which it cannot work, or is not asked. Django itself
    refuses APP_DIRS beside loaders."""
    return [message for number, engine in enumerate(settings.TEMPLATES) for message in _about(number, engine)]


def _about(number: int, engine: dict[str, Any]) -> Iterator[CheckMessage]:
    where = f"TEMPLATES[{number}]"
    options = engine.get("OPTIONS") or {}
    chosen = options.get("loaders") or ()
    if not any(_names_it(one) for one in _all(chosen)):
        if _names_it(options.get("loader")):
            yield Error(f"{where} has the loader as OPTIONS['loader'].", "Say OPTIONS['loaders'], a list.", id="assetforge.E003")
        return
    for one in _all(chosen):
        if _names_it(one) and isinstance(one, list | tuple) and (len(one) != 2 or not isinstance(one[1], list | tuple)):
            hint = f'Say ("{_LOADER}", ["django.template.loaders.filesystem.Loader", …]), or "{_LOADER}" alone.'
            yield Error(f"{where} gives the loader something that is no list of loaders.", hint, id="assetforge.E002")
    before = [one for one in _first(chosen) if isinstance(one, str) and one.startswith("django.template.loaders.")]
    if any(one.endswith((".filesystem.Loader", ".app_directories.Loader")) for one in before):
        hint = f"Name {_LOADER} first, or give it those loaders as a list."
        yield Warning(f"{where} asks {before[0]} first, which finds the originals.", hint, id="assetforge.W007")


def _names_it(one: Any) -> bool:
    return bool((one[0] if isinstance(one, list | tuple) and one else one) == _LOADER)


def _all(chosen: Any) -> Iterator[Any]:
    """The loaders of a setting, and those that they wrap."""
    for one in chosen if isinstance(chosen, list | tuple) else ():
        yield one
        if isinstance(one, list | tuple) and not _names_it(one):
            for more in one[1:]:
                yield from _all(more)


def _first(chosen: Any) -> list[Any]:
    """The names of the loaders that are asked before ours."""
    names = [one[0] if isinstance(one, list | tuple) and one else one for one in chosen]
    return names[: names.index(_LOADER)] if _LOADER in names else []


def check_built(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """W008 and W009: the loader is in use, and templates were not built, or are others now."""
    from assetforge.django import places, roots
    from assetforge.errors import ConfigError
    from assetforge.manifest import ManifestError

    if settings.DEBUG:
        return []
    try:
        if not roots.built_engines():
            return []
        built = places.built_templates()
    except ConfigError:
        return []  # the first request tells it
    except (ManifestError, OSError) as error:
        return [Warning(f"The manifest of the built templates cannot be used: {error}.", _BUILD, id="assetforge.W008")]
    if built is None:
        return [Warning("No templates were built, so the originals are used.", _BUILD, id="assetforge.W008")]
    changed = sorted(_changed(built))
    if not changed:
        return []
    which = changed[0] if len(changed) == 1 else f"{changed[0]} and {len(changed) - 1} more"
    return [Warning(f"Built templates are older than their originals: {which}.", _BUILD, id="assetforge.W009")]


def _changed(built: Mapping[str, str]) -> Iterator[str]:
    """Templates whose originals are other than what was built, or new. One that is gone does no harm."""
    from assetforge.django import roots

    for folder in {one.label: one for one in roots.folders()}.values():
        prefix = f"{folder.label}/"
        for one in roots.files(folder):
            try:
                digest = hashlib.sha256(Path(one.file).read_bytes()).hexdigest()
            except OSError:
                continue
            if built.get(prefix + one.path) != digest:
                yield roots.short(one.file)
