"""Django's collectstatic with its storages, WhiteNoise's and this package's, in a virtual environment of their own that is kept."""

import hashlib
import os
import subprocess
import sys
import venv
from importlib.metadata import requires
from pathlib import Path

from tests.benchmarks.measure import Failed, Program

REQUIREMENTS = ("django==5.2", "djangorestframework==3.16.0", "django-jazzmin==3.0.1", "whitenoise==6.11.0", "brotli==1.1.0")
OWN = tuple(one for one in requires("assetforge") or () if "extra ==" not in one)  # so that our storage runs there too
REPOSITORY = Path(__file__).resolve().parent.parent.parent
STORAGES = {
    "assetforge": "assetforge.django.storage.ManifestStaticFilesStorage",
    "collectstatic": "django.contrib.staticfiles.storage.StaticFilesStorage",
    "ManifestStaticFilesStorage": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
    "CompressedManifestStaticFilesStorage": "whitenoise.storage.CompressedManifestStaticFilesStorage",
}
_SETTINGS = """
import os
SECRET_KEY = "benchmark"
INSTALLED_APPS = os.environ["BENCHMARK_APPS"].split()
STATICFILES_DIRS = os.environ["BENCHMARK_DIRS"].split()
STATIC_URL = "/static/"
STATIC_ROOT = os.environ["BENCHMARK_ROOT"]
STORAGES = {"staticfiles": {"BACKEND": os.environ["BENCHMARK_STORAGE"]}}
ASSETFORGE = {"compress": os.environ.get("BENCHMARK_TWINS", "gzip br zstd").split(), "cache": STATIC_ROOT + "-cache"}
"""
APPS = "jazzmin rest_framework django.contrib.staticfiles django.contrib.admin django.contrib.auth django.contrib.contenttypes"


def python() -> Path:
    """The interpreter of the peers. Raises `Failed` where pip cannot bring them."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    wanted = (*REQUIREMENTS, *OWN)
    key = hashlib.sha256("\n".join(wanted).encode()).hexdigest()[:8]
    place = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "assetforge", f"peers-{version}-{key}")
    program = place / "bin" / "python"
    if not (place / "ready").exists():
        venv.create(place, clear=True, with_pip=True)
        done = subprocess.run([program, "-m", "pip", "install", "--quiet", *wanted], capture_output=True, text=True)
        if done.returncode:
            raise Failed(f"pip cannot install {', '.join(wanted)}: {done.stderr.strip()[-300:]}")
        (place / "ready").touch()
    return program


def collectstatic(
    folder: Path, storage: str, root: Path, *, dirs: str = "", apps: str = APPS, twins: str | None = None, before=lambda: None
) -> Program:
    """`manage.py collectstatic` into `root`. `twins`: the encodings of this package's storage."""
    folder.mkdir(exist_ok=True)
    (folder / "benchmark_settings.py").write_text(_SETTINGS)
    environment = {
        "DJANGO_SETTINGS_MODULE": "benchmark_settings", "PYTHONPATH": f"{folder}{os.pathsep}{REPOSITORY}", "BENCHMARK_APPS": apps,
        "BENCHMARK_DIRS": dirs, "BENCHMARK_ROOT": str(root), "BENCHMARK_STORAGE": STORAGES[storage],
    }  # fmt: skip
    if twins is not None:
        environment["BENCHMARK_TWINS"] = twins
    return Program((str(python()), "-m", "django", "collectstatic", "--noinput", "--verbosity", "0"), folder, before, environment)
