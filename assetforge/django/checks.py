"""System checks: settings that cannot be used, settings that nobody reads, and, with `check --deploy`, a manifest that is missing
or older than the files it speaks of.

What must stay true: nothing is imported that a request does not need until a check runs, and no check writes anything. A wrong
setting is an error and stops collectstatic; what only a deployment can get wrong is a warning of `check --deploy`.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

if TYPE_CHECKING:
    from assetforge.django.storage import Stored

_OURS = "assetforge.django.storage.ManifestStaticFilesStorage"


def check_settings(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """E001: ASSETFORGE holds something that cannot be used."""
    from assetforge.django.configuration import problems

    return [Error(f"ASSETFORGE: {problem}.", id="assetforge.E001") for problem in problems()]


def check_ignored_setting(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """W001: STATICFILES_STORAGE, which Django reads no more. The site runs with unhashed names and nobody notices."""
    if django.VERSION < (5, 1) or not hasattr(settings, "STATICFILES_STORAGE"):
        return []
    chosen = settings.STATICFILES_STORAGE
    hint = f'Say STORAGES = {{..., "staticfiles": {{"BACKEND": "{chosen}"}}}} and remove STATICFILES_STORAGE.'
    return [Warning("STATICFILES_STORAGE is ignored: Django 5.1 and newer read STORAGES alone.", hint, id="assetforge.W001")]


def check_file_hash(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """W002: a storage that computes digests of its own, which would be asked for nothing but None."""
    from assetforge.django.storage import ManifestFilesMixin

    storage = _storage()
    if storage is None or type(storage).file_hash is ManifestFilesMixin.file_hash:
        return []
    hint = "An answer of None keeps a file's own name; remove the override if it says anything else."
    return [Warning(f"{type(storage).__qualname__}.file_hash does not change hashed names.", hint, id="assetforge.W002")]


def check_deployment(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """W003 to W006: what makes a deployed site serve names without digests, or fail to find the ones that it has."""
    if settings.DEBUG:
        hint = "Set DEBUG to False: with it, {% static %} answers own names, which nothing may cache for long."
        return [Warning("DEBUG is on, so the names that collectstatic made are not used.", hint, id="assetforge.W003")]
    storage = _storage()
    if storage is None:
        hint = f'Say STORAGES = {{..., "staticfiles": {{"BACKEND": "{_OURS}"}}}}, or remove the app.'
        return [Warning("assetforge.django is installed, but stores no static files.", hint, id="assetforge.W004")]
    return list(_about_manifest(storage))


def _storage() -> "Stored":
    """The storage in use where it is of this package, else None."""
    from django.contrib.staticfiles.storage import staticfiles_storage
    from django.utils.functional import empty

    from assetforge.django.storage import ManifestFilesMixin

    lazy: Any = staticfiles_storage  # the stubs take it for the storage itself
    if lazy._wrapped is empty:
        try:
            lazy._setup()
        except Exception:  # STORAGES or the manifest cannot be used: Django's own checks and the first request tell that
            return None
    return lazy._wrapped if isinstance(lazy._wrapped, ManifestFilesMixin) else None


def _about_manifest(storage: "Stored") -> Iterator[CheckMessage]:
    hint = "Run `manage.py collectstatic` as the last step of the deployment that changes files."
    name, place = storage.manifest_name, storage.manifest_storage or storage
    if not place.exists(name):
        yield Warning(f"The manifest {name} is missing: every {{% static %}} will raise ValueError.", hint, id="assetforge.W005")
        return
    try:
        made = place.get_modified_time(name)
    except NotImplementedError:
        return
    newest = max(_times(), default=None)
    if newest is not None and newest[0] > made:
        message = f"The manifest {name} is older than {newest[1]}, so the site may serve what that file was before."
        yield Warning(message, hint, id="assetforge.W006")
    written = max(_times_of_templates(), default=None)
    if written is not None and written[0] > made.timestamp():
        message = f"The manifest {name} is older than the template {written[1]}, so it may lack what that template names."
        yield Warning(message, hint, id="assetforge.W006")


def _times_of_templates() -> Iterator[tuple[float, str]]:
    """When each template was last changed (seconds). Where templates are built, their digests tell more."""
    from assetforge.django import roots
    from assetforge.errors import ConfigError

    try:
        if roots.built_engines():
            return
        for folder in roots.folders():
            for one in roots.files(folder):
                yield one.mtime_ns / 1e9, roots.short(one.file)
    except ConfigError:
        return


def _times() -> Iterator[tuple[datetime, str]]:
    """When each static file was last changed, where its storage can tell."""
    from assetforge.django.collected import found_by_finders

    for name, (storage, path) in found_by_finders().items():
        try:
            yield storage.get_modified_time(path), name
        except (NotImplementedError, OSError):
            continue
