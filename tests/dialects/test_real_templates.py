"""Templates of shipped projects: nothing is lost, and what is found is what a plain search finds.

Those of installed packages run always. `ASSETFORGE_CORPUS=FOLDER` adds 720 of fifteen projects, a folder for each, as unpacked from
PyPI. The searches know nothing of the lexers: comments and raw blocks are cut out, then each way of naming an asset is counted by a
regular expression. The two agree in every project.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from assetforge.dialects import DJANGO, JINJA, Change, Dialect, mask, references, same_constructs, tokens
from assetforge.templates import SUFFIXES, prepare_template
from assetforge.text import Span, changed

CORPUS = os.environ.get("ASSETFORGE_CORPUS")
FOLDERS = '{"": "/static/", "static": "/static/"}'

PACKAGES = {
    "django": ("django.contrib.admin", "django.contrib.admindocs", "django.forms"),
    "jinja": ("flask_admin", "django.forms"),
}
PROJECTS = {
    "django": {"t-dj-admin": "django/contrib", "t-dj-drf": "rest_framework", "t-dj-debug-toolbar": "debug_toolbar",
               "t-dj-jazzmin": "jazzmin", "t-dj-allauth": "", "t-dj-mezzanine": "mezzanine", "t-dj-machina": "machina",
               "t-dj-crispy": ""},
    "jinja": {"t-jj-flask-admin": "flask_admin", "t-jj-fab": "flask_appbuilder", "t-jj-mkdocs": "mkdocs", "t-jj-furo": "furo",
              "t-jj-rtd-theme": "sphinx_rtd_theme", "t-jj-flower": "flower", "t-jj-locust": "locust"},
}  # fmt: skip

_LITERAL = r"(?:\"[^\"]*\"|'[^']*')"
_FILTERS = rf"(?:\|\w+(?::(?:{_LITERAL}|[\w.]+))?)"
# Idiom: the search, and the syntax of the mentions it must agree with; with an outcome, only those.
IDIOMS: dict[str, dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "django": {
        "static literal": (rf"\{{%\s*static\s+{_LITERAL}\s*(?:as\s+\w+\s*)?%\}}", "static tag", ("literal", "folder")),
        "static variable": (r"\{%\s*static\s+[a-zA-Z][\w.]*\s*(?:as\s+\w+\s*)?%\}", "static tag", ("computed",)),
        "static with filters": (
            rf"\{{%\s*static\s+(?:{_LITERAL}|[\w.]+){_FILTERS}+\s*(?:as\s+\w+\s*)?%\}}", "static tag", ("pattern",)),
        "versioned_static": (r"\{%\s*versioned_static\s", "versioned_static tag", ()),
        "get_static_prefix": (r"\{%\s*get_static_prefix\b", "get_static_prefix tag", ()),
        "STATIC_URL": (r"\{\{\s*STATIC_URL\s*\}\}", "STATIC_URL", ()),
        "form media": (r"\{\{\s*(?:[\w.]+\.)?media(?:\.(?:css|js))?(?:\|safe)?\s*\}\}", "form media", ()),
        "pipeline javascript": (r"\{%\s*javascript\s", "javascript tag", ()),
        "pipeline stylesheet": (r"\{%\s*stylesheet\s", "stylesheet tag", ()),
        "vite": (r"\{%\s*vite_asset\s", "vite_asset tag", ()),
    },
    "jinja": {
        "url_for": (r"url_for\(\s*['\"](?:[\w.]*\.)?static['\"]", "url_for", ()),
        "static_url": (r"(?<![\w.])static_url\(", "static_url", ()),
        "static": (r"(?<![\w.])static\(", "static", ()),
        "admin_static.url": (r"admin_static\.url\(", "admin_static.url", ()),
        "request.static_path": (r"request\.static_path\(", "request.static_path", ()),
        "pathto": (r"pathto\((?:[^()]|\([^()]*\))*,\s*(?:1|resource\s*=\s*True|true|True)\s*\)", "pathto", ()),
        "url filter": (rf"{_LITERAL}\s*\|\s*url\b", "url filter", ()),
        "h.url_for_static": (r"h\.url_for_static\(", "h.url_for_static", ()),
        "ckan asset": (r"\{%-?\s*asset\s", "asset tag", ()),
    },
}  # fmt: skip
_DEAD = {
    "django": re.compile(
        r"\{#.*?#\}|\{%\s*comment\b[^\n]*?%\}.*?\{%\s*endcomment\s*%\}|\{%\s*verbatim\s*%\}.*?\{%\s*endverbatim\s*%\}",
        re.DOTALL,
    ),
    "jinja": re.compile(r"\{#.*?#\}|\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\}", re.DOTALL),
}  # fmt: skip


def sources() -> Iterator[tuple[str, str, Path]]:
    """Name, dialect and folder."""
    for dialect, packages in PACKAGES.items():
        for package in packages:
            spec = find_spec(package)
            if spec is not None and spec.submodule_search_locations:
                folder = Path(spec.submodule_search_locations[0])
                yield package, dialect, folder / ("jinja2" if package == "django.forms" and dialect == "jinja" else "templates")
    for dialect, projects in PROJECTS.items() if CORPUS else ():
        for project, folder in projects.items():
            yield project, dialect, Path(CORPUS or "", project, folder)


SOURCES = [one for one in sources() if one[2].is_dir()]
every_source = pytest.mark.parametrize(
    ("name", "language", "folder"), SOURCES, ids=[f"{name}-{language}" for name, language, _ in SOURCES]
)


def texts(folder: Path) -> list[str]:
    files = (file for file in sorted(folder.rglob("*")) if file.suffix in SUFFIXES and file.is_file())
    return [file.read_bytes().decode("utf-8", "surrogateescape") for file in files]


def dialect_of(language: str) -> Dialect:
    return DJANGO if language == "django" else JINJA


def constructs(text: str, dialect: Dialect) -> list[str]:
    return [text[one.start : one.end] for one in tokens(text, dialect).tokens if one.kind not in ("text", "raw")]


def test_there_are_templates() -> None:
    assert sum(len(texts(folder)) for _, _, folder in SOURCES) > 100
    assert not CORPUS or len(SOURCES) == len([*sources()])


@every_source
def test_templates_come_out_byte_for_byte(name: str, language: str, folder: Path) -> None:
    dialect = dialect_of(language)
    for text in texts(folder):
        assert "".join(text[one.start : one.end] for one in tokens(text, dialect).tokens) == text
        assert same_constructs(text, (), dialect) is None
        assert len(mask(text, dialect).text) == len(text)


@every_source
def test_no_construct_is_lost_by_edits(name: str, language: str, folder: Path) -> None:
    """All that a build may change, changed."""
    dialect = dialect_of(language)
    for text in texts(folder):
        prepared = prepare_template(text, dialect, FOLDERS, urls="literal", languages="css js")
        short = changed(text, prepared.shortened)
        assert constructs(short, dialect) == constructs(text, dialect)
        edits = [Change(one.span, "/static/x.0123456789ab.css" + one.rest) for one in prepared.wholes]
        edits += [
            Change(Span(one.tail, one.span.end), "x.0123456789ab.css")
            for one in prepared.parsed.references
            if not one.deferred and not one.locked
        ]
        edits += [Change(one.span, "sha384-x") for one in prepared.parsed.integrities]
        assert same_constructs(short, edits, dialect) is None


@every_source
def test_the_tables_find_what_a_search_finds(name: str, language: str, folder: Path) -> None:
    dialect = dialect_of(language)
    searched: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for text in texts(folder):
        alive = _DEAD[language].sub("", text)
        mentions = references(text, dialect).mentions
        for idiom, (pattern, syntax, outcomes) in IDIOMS[language].items():
            searched[idiom] += len(re.findall(pattern, alive))
            found[idiom] += sum(1 for one in mentions if one.syntax == syntax and (not outcomes or one.outcome in outcomes))
    for idiom in IDIOMS[language]:
        assert searched[idiom] == found[idiom], idiom


@every_source
def test_every_mention_has_an_outcome(name: str, language: str, folder: Path) -> None:
    """What tags name is checked, or told with the reason it is not; nothing is dropped."""
    dialect = dialect_of(language)
    for text in texts(folder):
        prepared = prepare_template(text, dialect, FOLDERS)
        mentions = references(text, dialect).mentions
        told = {one.span for one in prepared.asked} | {one.span for one in prepared.parsed.references}
        for one in mentions:
            assert one.span in told or (one.reference and one.reference.span in told), text[slice(*one.span)]


if CORPUS:

    def test_what_the_projects_have_in_all() -> None:
        """The idioms of shipped projects by number: a change of the tables shows here."""
        counts = Counter(
            (one.syntax, one.outcome)
            for name, language, folder in SOURCES
            if name.startswith("t-")
            for text in texts(folder)
            for one in references(text, dialect_of(language)).mentions
        )
        assert counts == {
            ("static tag", "literal"): 185, ("static tag", "computed"): 12, ("static tag", "pattern"): 10,
            ("get_static_prefix tag", "literal"): 1, ("form media", "computed"): 26,
            ("url_for", "literal"): 27, ("url_for", "pattern"): 2, ("url_for", "computed"): 3,
            ("static_url", "literal"): 10, ("admin_static.url", "literal"): 90, ("admin_static.url", "pattern"): 3,
            ("pathto", "literal"): 10, ("pathto", "pattern"): 4, ("pathto", "folder"): 1, ("pathto", "computed"): 3,
            ("url filter", "literal"): 17,
        }  # fmt: skip
