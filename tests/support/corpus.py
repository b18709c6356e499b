"""Real sites and libraries to build, brought from where everybody gets them, into a folder that is kept.

`ASSETFORGE_CORPUS` names a folder that has them already (a folder for each case, laid out as below): then all cases run. Without it
the few small ones run that npm can bring.
"""

import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import NamedTuple

import pytest


class Real(NamedTuple):
    """`root`: the folder of the case that is the site. `packages`: what npm brings it with; several lie each in a
    folder of its name."""

    root: str
    packages: tuple[str, ...] = ()


CASES = {
    "s-h5bp": Real("dist", ("html5-boilerplate@9.0.1",)),
    "s-impress": Real(".", ("impress.js@1.1.0",)),
    "m-d3": Real(".", ("d3-selection@3.0.0", "d3-transition@3.0.1", "d3-interpolate@3.0.1")),
    "m-open-props": Real(".", ("open-props@1.7.23",)),
    "s-sb-admin-2": Real("."),
    "s-uikit": Real("."),
    "s-reveal4": Real("."),
    "s-swagger-ui": Real("."),
    "s-owl": Real("docs"),
    "d-sqlite": Real("usr/share/doc/sqlite3"),
    "d-postgresql": Real("usr/share/doc/postgresql-doc-15/html"),
    "d-apache2": Real("usr/share/doc/apache2-doc/manual"),
    "m-three": Real("."),
    "m-shoelace": Real("."),
    "m-rxjs": Real("dist"),
    "m-chartjs": Real("."),
}


def bring(case: str) -> Path:
    """The root folder of a case. Skips the test where it cannot be had."""
    real = CASES[case]
    given = os.environ.get("ASSETFORGE_CORPUS")
    if given:
        root = Path(given, case, real.root)
        if not root.is_dir():
            pytest.skip(f"ASSETFORGE_CORPUS has no {case}")
        return root
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "assetforge", "corpus", case)
    if not folder.is_dir():
        _fetch(real.packages, folder)
    return folder / real.root


def brought(name: str, packages: tuple[str, ...]) -> Path:
    """A folder with a folder for each package, without its scope. Skips the test where npm cannot bring one."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "assetforge", "corpus", name)
    if not folder.is_dir():
        _fetch(packages, folder)
    return folder


def _fetch(packages: tuple[str, ...], folder: Path) -> None:
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed, and it brings this case")
    work = folder.with_name(folder.name + ".part")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for package in packages:
        target = work if len(packages) == 1 else work / package.partition("@")[0]
        done = subprocess.run(["npm", "pack", "--silent", package], cwd=work, capture_output=True, text=True, timeout=300)
        if done.returncode:
            pytest.skip(f"npm cannot bring {package}: {done.stderr.strip()[-200:]}")
        archive = work / done.stdout.split()[-1]
        with tarfile.open(archive) as packed:
            for member in packed.getmembers():
                member.name = member.name.partition("/")[2]
                if member.name and member.isfile():
                    packed.extract(member, target, filter="data")
        archive.unlink()
    work.rename(folder)
