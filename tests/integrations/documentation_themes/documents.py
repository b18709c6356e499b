"""A small documentation site, made by Sphinx or MkDocs with a theme, or with built templates in front of those of the theme."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from sites import make

_SPHINX = {
    "conf.py": (
        "project = 'Shop'\nhtml_theme = '{theme}'\nhtml_static_path = ['own']\nhtml_css_files = ['own.css']\n"
        "html_logo = 'own/logo.svg'\ntemplates_path = {templates}\nhtml_last_updated_fmt = None\n"
    ),
    "index.rst": (
        "Shop\n====\n\n.. toctree::\n\n   guide/page\n\n.. image:: own/logo.svg\n\n"
        ".. code-block:: python\n\n   print(1)\n\n.. index:: term\n\n.. py:module:: shop\n"
    ),
    "guide/page.rst": "Page\n====\n\nSee :ref:`search`.\n\n.. figure:: ../own/logo.svg\n\n   A logo\n",
    "own/own.css": "body{background:url(logo.svg)}",
    "own/logo.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
}
_MKDOCS = {
    "mkdocs.yml": (
        "site_name: Shop\nsite_url: https://shop.example/\ntheme:\n  name: {theme}\n{templates}\nextra_css: [own.css]\n"
        "extra_javascript: [own.js]\nplugins: [search]\n"
    ),
    "docs/index.md": "# Shop\n\n![sun](img/sun.svg)\n\n```python\nprint(1)\n```\n",
    "docs/guide/page.md": "# Page\n\n![sun](../img/sun.svg)\n\n## Part\n\n[home](../index.md)\n",
    "docs/own.css": "body{background:url(img/sun.svg)}",
    "docs/own.js": "console.log(1)",
    "docs/img/sun.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
}


class Theme(NamedTuple):
    """`templates`: the module that the templates lie in, and their folder there."""

    program: str
    name: str
    templates: tuple[str, str]

    @property
    def folder(self) -> Path:
        module, inner = self.templates
        spec = find_spec(module)
        assert spec is not None, f"{module} is not installed"
        assert spec.submodule_search_locations is not None
        return Path(spec.submodule_search_locations[0]) / inner

    def render(self, folder: Path, *, templates: Path | None = None) -> Path:
        """The finished HTML. `templates`: a folder whose templates come before the theme's."""
        return self._sphinx(folder, templates) if self.program == "sphinx" else self._mkdocs(folder, templates)

    def _sphinx(self, folder: Path, templates: Path | None) -> Path:
        before = [str(templates)] if templates else []
        make(folder, _SPHINX | {"conf.py": _SPHINX["conf.py"].format(theme=self.name, templates=before)})
        _run("sphinx", "-q", "-W", "-b", "html", str(folder), str(folder / "html"))
        return folder / "html"

    def _mkdocs(self, folder: Path, templates: Path | None) -> Path:
        before = f"  custom_dir: {templates}" if templates else ""
        make(folder, _MKDOCS | {"mkdocs.yml": _MKDOCS["mkdocs.yml"].format(theme=self.name, templates=before)})
        _run("mkdocs", "build", "-q", "--strict", "-f", str(folder / "mkdocs.yml"), "-d", str(folder / "html"))
        return folder / "html"


THEMES = (
    Theme("sphinx", "furo", ("furo", "theme/furo")),
    Theme("sphinx", "alabaster", ("alabaster", "")),
    Theme("mkdocs", "mkdocs", ("mkdocs", "themes/mkdocs")),
    Theme("mkdocs", "readthedocs", ("mkdocs", "themes/readthedocs")),
    Theme("mkdocs", "material", ("material", "templates")),
)


def _run(*arguments: str) -> None:
    environment = os.environ | {"SOURCE_DATE_EPOCH": "1577836800", "PYTHONHASHSEED": "0", "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run([sys.executable, "-m", *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
