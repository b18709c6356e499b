"""Where built templates lie, and under which name each folder of templates has them there.

    OUTPUT/templates/app+shop/shop/cart.html        an app's folder `templates`
    OUTPUT/templates/dir+templates/shop/cart.html   a folder of DIRS, as BASE_DIR sees it
    OUTPUT/templates/manifest.json                  which templates a build brought: written last

Every folder keeps its own place, so the order of the loaders decides between templates of one name as it does without a build, and
`{% extends "admin/base.html" %}` in a template of that name finds the next one. What must stay true: a request needs this module,
so it imports Django, `manifest` and the standard library alone; and a name follows from the settings, not from the machine.
"""

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings

from assetforge.manifest import Manifest

FOLDER = "templates"
MANIFEST = "manifest.json"
_OUTPUT = "build"  # in BASE_DIR, where the settings say nothing
_LONGEST = 120  # characters of a label: a file name may have 255 bytes
_OTHER = re.compile(r"[^A-Za-z0-9._-]")


def base_folder() -> Path:
    """Where relative paths begin: BASE_DIR, which most projects have, or the folder beside STATIC_ROOT, or the working folder."""
    base, root = getattr(settings, "BASE_DIR", None), settings.STATIC_ROOT
    return Path(os.path.realpath(base or (Path(root).parent if root else Path())))


def output_folder() -> Path:
    """Where a build writes: `output` of ASSETFORGE."""
    table: Any = getattr(settings, "ASSETFORGE", {})
    chosen = table.get("output") if isinstance(table, Mapping) else None
    return Path(os.path.realpath(base_folder() / (chosen or _OUTPUT)))


def templates_folder() -> Path:
    """Where built templates lie."""
    return output_folder() / FOLDER


def label(folder: str, dialect: str = "django") -> str:
    """The name of a folder of templates (an absolute path) in the output. It has a `+`, so no URL of a site begins with it."""
    above, name = os.path.split(folder)
    app = next((app.label for app in apps.get_app_configs() if os.path.abspath(app.path) == above), None)
    usual = {"django": "templates", "jinja": "jinja2"}[dialect]
    if app is not None:
        made = f"app+{app}" if name == usual else f"app+{app}+{_plain(name)}"
    else:
        made = "dir+" + "+".join(map(_plain, _seen(folder).split("/")))
    made = made if dialect == "django" else f"{dialect}+{made}"
    return made if len(made) <= _LONGEST else f"{made[:_LONGEST]}+{hashlib.sha256(made.encode()).hexdigest()[:12]}"


def built_templates() -> Mapping[str, str] | None:
    """The templates of the last build: `app+shop/shop/cart.html` → sha256 of the original's bytes, in hex. None where nothing was
    built. Raises `ManifestError` and OSError."""
    try:
        return Manifest.load(templates_folder() / MANIFEST).templates
    except (FileNotFoundError, NotADirectoryError):
        return None


def _seen(folder: str) -> str:
    """A folder as BASE_DIR sees it."""
    try:
        return Path(os.path.relpath(os.path.realpath(folder), base_folder())).as_posix()
    except ValueError:  # on another drive
        return Path(folder).as_posix()


def _plain(name: str) -> str:
    """A name without what means something in a path, a URL or a label."""
    return _OTHER.sub(lambda found: "".join(f"~{byte:02x}" for byte in os.fsencode(found[0])), name)
