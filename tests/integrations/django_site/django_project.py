"""A Django project in a temporary folder, whose `manage.py` and Python run as processes of their own: settings are global."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_SETTINGS = """
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent
SECRET_KEY = "tests"
ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "urls"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}}
USE_TZ = True
INSTALLED_APPS = ["assetforge.django", "django.contrib.staticfiles", {apps}]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [{{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {{"context_processors": [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]}},
}}]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "collected"
STATICFILES_DIRS = [BASE_DIR / "assets"]
STORAGES = {{
    "default": {{"BACKEND": "django.core.files.storage.FileSystemStorage"}},
    "staticfiles": {{"BACKEND": "assetforge.django.storage.ManifestStaticFilesStorage"}},
}}
{more}
"""
# DIRS, and our loader in the place of APP_DIRS. `loaders` are those of OPTIONS.
LOADER = "assetforge.django.loader.Loader"


def loading(loaders: object = (LOADER,)) -> str:
    """Lines of settings: `templates/` and the apps, read by these loaders."""
    return (
        'TEMPLATES[0] |= {"DIRS": [BASE_DIR / "templates"], "APP_DIRS": False}\n'
        f'TEMPLATES[0]["OPTIONS"]["loaders"] = {list(loaders) if isinstance(loaders, tuple) else loaders!r}\n'
    )


ADMIN = tuple(f"django.contrib.{one}" for one in ("admin", "auth", "contenttypes", "sessions", "messages"))


class Project:
    """`files`: name in `assets/` → text. `settings`: lines that are put after the usual ones."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.assets = folder / "assets"
        self.collected = folder / "collected"
        self.assets.mkdir(parents=True)
        self.settings()
        (folder / "urls.py").write_text("urlpatterns = []\n")

    def settings(self, more: str = "", *, apps: tuple[str, ...] = ()) -> "Project":
        (self.folder / "project_settings.py").write_text(_SETTINGS.format(apps=", ".join(map(repr, apps)), more=more))
        return self

    def write(self, files: Mapping[str, str | bytes]) -> "Project":
        for name, content in files.items():
            file = self.assets / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self

    def put(self, files: Mapping[str, str]) -> "Project":
        """Files anywhere in the project."""
        for name, content in files.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, "utf-8")
        return self

    def manage(self, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        """`manage.py`, which must end with `status`."""
        done = self.run("-m", "django", *arguments)
        assert done.returncode == status, done.stdout + done.stderr
        return done

    def collect(self, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        return self.manage("collectstatic", "--noinput", *arguments, status=status)

    def python(self, code: str) -> Any:
        """What `code` prints as JSON, with Django set up."""
        done = self.run("-c", "import json, django\ndjango.setup()\n" + code)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def names(self) -> dict[str, str]:
        """The manifest's."""
        return dict(json.loads((self.collected / "staticfiles.json").read_bytes())["paths"])

    def served(self, name: str) -> str:
        """The text of the file that `{% static name %}` asks for."""
        return (self.collected / self.names()[name]).read_text("utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Python, with this project's settings."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("ASSETFORGE_CACHE", "DJANGO_"))}
        environment |= {"DJANGO_SETTINGS_MODULE": "project_settings", "PYTHONPATH": str(self.folder), "PYTHONWARNINGS": "error"}
        return subprocess.run(
            [sys.executable, *arguments], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )


def without_digests(text: str) -> str:
    return re.sub(r"\.[0-9a-f]{12}(?=[.\"'?#)\s]|$)", "", text)
