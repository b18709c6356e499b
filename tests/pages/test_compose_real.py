"""Templates of shipped projects: all are put together, and no script or stylesheet of theirs is lost on the way.

Those of installed packages run always. `ASSETFORGE_CORPUS=FOLDER` adds those of fifteen projects, a folder for each, as unpacked
from PyPI. What a plain search finds in a template is what its sketch has.
"""

import os
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from assetforge.dialects import DJANGO, JINJA, Dialect, mask
from assetforge.pages.template.compose import compose
from assetforge.pages.template.composed import Hole
from assetforge.pages.template.loader import Template
from assetforge.pages.template.sketch import Element, sketch
from assetforge.sources import decode
from assetforge.templates import SUFFIXES

CORPUS = os.environ.get("ASSETFORGE_CORPUS")
PACKAGES = (("django.contrib.admin", DJANGO), ("django.contrib.auth", DJANGO), ("flask_admin", JINJA))
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_OPENED = re.compile(r"<(script|style)(?=[\s/>])[^>]*>(?:.*?</\1\s*>)?", re.DOTALL | re.IGNORECASE)


def _sources() -> list[tuple[Path, Dialect]]:
    specs = ((find_spec(name), dialect) for name, dialect in PACKAGES)
    found = [(Path(spec.origin).parent, dialect) for spec, dialect in specs if spec is not None and spec.origin]
    cases = sorted(Path(CORPUS).glob("t-*")) if CORPUS else []
    return [*found, *((case, DJANGO if case.name.startswith("t-dj") else JINJA) for case in cases)]


def templates(folder: Path, dialect: Dialect) -> tuple[list[Template], dict[str, str]]:
    """All templates below every `templates` folder; of a project without one, all that there are."""
    tops = [one for one in sorted(folder.rglob("templates")) if one.is_dir() and any(one.rglob("*.html"))] or [folder]
    roots = [one for one in tops if not any(other in one.parents for other in tops)]
    found, texts = [], {}
    for number, root in enumerate(roots):
        for file in sorted(root.rglob("*")):
            if file.is_file() and file.name.lower().endswith(SUFFIXES):
                path = file.relative_to(folder).as_posix()
                texts[path] = text = decode(file.read_bytes()).text
                found.append(Template(file.relative_to(root).as_posix(), path, dialect.name, number, sketch(text, dialect)))
    return found, texts


SOURCES = _sources()


@pytest.mark.parametrize(("folder", "dialect"), SOURCES, ids=[folder.name for folder, _ in SOURCES])
def test_all_templates_are_put_together_and_nothing_is_lost(folder: Path, dialect: Dialect) -> None:
    found, texts = templates(folder, dialect)
    assert found
    composed = compose(found)
    for template in found:
        elements = [node.item for node in template.sketch.nodes if isinstance(node.item, Element)]
        pages = composed.of(template.path)
        assert pages
        if template.sketch.refusal is not None:
            refused = mask(texts[template.path], dialect).refusal is not None
            assert refused or "{% end %}" in texts[template.path], template.path  # Tornado's: Jinja fails on it
            assert not elements
            assert all(any(isinstance(part.item, Hole) for part in page.parts) for page in pages)
            continue
        tags = [element for element in elements if element.loading.name != "link"]
        visible = _COMMENT.sub("", mask(texts[template.path], dialect).text)
        assert len(tags) == len(_OPENED.findall(visible)), template.path
        for page in pages:
            for part in page.parts:
                if isinstance(part.item, Element):
                    assert texts[part.owner][part.span.start :].lower().startswith("<" + part.item.loading.name)
