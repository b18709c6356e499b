"""Django's own `tests/staticfiles_tests`, of the release that is installed, with this storage in the place of Django's."""

import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

LEDGER = Path(__file__).with_name("ledger.txt")
# The tests name Django's storage in settings and derive from it. Digests are made equal before they are compared: names are digests
# of other bytes here, and all the rest of what a test says is to hold.
_SETTINGS = r"""
import re, unittest
DATABASES = {name: {"ENGINE": "django.db.backends.sqlite3"} for name in ("default", "other")}
SECRET_KEY = "tests"
USE_TZ = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
ASSETFORGE = {"compress": False, "minify": False}

from django.contrib.staticfiles import storage
from assetforge.django.storage import ManifestStaticFilesStorage
storage.ManifestStaticFilesStorage = ManifestStaticFilesStorage

_TEXT, _BYTES = re.compile(r"\.[0-9a-f]{12}\b"), re.compile(rb"\.[0-9a-f]{12}\b")

def plain(value):
    if isinstance(value, str):
        return _TEXT.sub(".DIGEST", value)
    return _BYTES.sub(b".DIGEST", value) if isinstance(value, bytes) else value

def digestless(method):
    return lambda self, first, second, msg=None: method(self, plain(first), plain(second), msg)

for name in ("assertEqual", "assertIn", "assertNotIn"):
    setattr(unittest.TestCase, name, digestless(getattr(unittest.TestCase, name)))
"""


def ledger() -> Mapping[str, str]:
    """Name of a test → why it fails, for the release that is installed."""
    import django

    lines = [line for line in LEDGER.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    rows = [(*line.split(": ", 1)[0].split(" since "), line.split(": ", 1)[1]) for line in lines]
    since = {name: tuple(map(int, given[0].split("."))) if given else () for name, *given, _ in rows}
    return {name: reason for name, *_, reason in rows if since[name] <= django.VERSION}


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of Django's tests, from its source distribution."""
    import django

    folder = tmp_path_factory.mktemp("sdist")
    wanted = ["--no-deps", "--no-binary=:all:", f"django=={django.get_version()}"]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", f"--dest={folder}", *wanted]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    # pip builds metadata after it has saved the file, which may fail and is of no use here
    archives = list(folder.glob("*.tar.gz"))
    if not archives:
        pytest.skip(f"pip brings no source distribution of Django: {done.stderr.strip()[-300:]}")
    with tarfile.open(archives[0]) as archive:
        archive.extractall(folder, filter="data")
    return next(folder.glob("*/tests"))


@pytest.mark.network
def test_what_differs_is_in_the_ledger_and_all_else_passes(suite: Path, tmp_path: Path) -> None:
    (suite / "assetforge_settings.py").write_text(_SETTINGS)
    environment = {**os.environ, "ASSETFORGE_CACHE": str(tmp_path / "cache"), "PYTHONPATH": str(suite)}
    command = [sys.executable, "runtests.py", "--settings=assetforge_settings", "--parallel=1", "staticfiles_tests"]
    done = subprocess.run(command, cwd=suite, env=environment, capture_output=True, text=True, check=False)
    ran = re.search(r"^Ran (\d+) tests", done.stderr, re.MULTILINE)
    assert ran, done.stderr[-2000:]
    assert int(ran[1]) > 150
    told = re.finditer(r"^(?:FAIL|ERROR): (\w+) \(\S*?(\w+)(?:\.\1)?\)", done.stderr, re.MULTILINE)
    failed = {f"{one[2]}.{one[1]}" for one in told}
    written = "".join(file.read_text("utf-8") for file in (suite / "staticfiles_tests").glob("test_*.py"))
    assert failed == {name for name in ledger() if f"def {name.partition('.')[2]}(" in written}
