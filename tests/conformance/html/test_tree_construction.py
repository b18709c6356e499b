"""Trees against the tree construction tests of html5lib-tests: all pass.

The suite's trees hold texts, comments and doctypes too; ours hold elements, so elements, their parents and their attributes are
compared. Tests of fragments (`innerHTML`) are left out: a page is none.
"""

import re
from pathlib import Path
from typing import NamedTuple

from assetforge.formats.html.tree import Element, tree

FOLDER = Path(__file__).parent
SUITE = FOLDER / "html5lib-tests" / "tree-construction"
_SECTION = re.compile(r"^#(errors|new-errors|document-fragment|document|script-off|script-on)\n", re.MULTILINE)
_LINE = re.compile(r"^\| ( *)", re.MULTILINE)
_ELEMENT = re.compile(r"<(?:(svg|math) )?([^!?].*)>\Z", re.DOTALL)
_ATTRIBUTE = re.compile(r'([^"].*?)="(.*)"\Z', re.DOTALL)


class Case(NamedTuple):
    name: str
    text: str
    document: str
    scripting: tuple[bool, ...]


class Expected(NamedTuple):
    name: str
    namespace: str
    parent: int
    attributes: dict[str, str]


def test_every_tree_is_as_the_suite_says() -> None:
    failed = [case.name for case in cases() if not all(built(case.text, on) == expected(case.document) for on in case.scripting)]
    assert failed == []


def test_the_suite_is_all_there() -> None:
    assert len(cases()) == 1600


def cases() -> list[Case]:
    found = []
    for file in sorted(SUITE.glob("*.dat")):
        with file.open(encoding="utf-8", newline="") as opened:
            parts = re.split(r"^#data\n", opened.read(), flags=re.MULTILINE)[1:]
        for number, part in enumerate(parts):
            text, *sections = _SECTION.split(part)
            titles = sections[::2]
            if "document-fragment" in titles:
                continue
            scripting = (True,) if "script-on" in titles else (False,) if "script-off" in titles else (True, False)
            document = sections[titles.index("document") * 2 + 1]
            found.append(Case(f"{file.stem}:{number}", text.removesuffix("\n"), document.rstrip("\n"), scripting))
    return found


def expected(document: str) -> tuple[list[Expected], list[Expected]]:
    """Elements of the document, and of templates."""
    found: tuple[list[Expected], list[Expected]] = ([], [])
    path: list[tuple[int, int]] = []  # for each depth whether in a template, and the number
    marks = list(_LINE.finditer(document))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        content = document[mark.end() : following.start() - 1 if following else len(document)]
        depth = len(mark[1]) // 2
        del path[depth:]
        inside, parent = path[-1] if path else (0, -1)
        if match := _ELEMENT.match(content):
            path.append((inside, len(found[inside])))
            found[inside].append(Expected(match[2], match[1] or "html", parent, {}))
            continue
        if content == "content":
            path.append((1, -1))
            continue
        if match := _ATTRIBUTE.match(content):
            found[inside][parent].attributes[match[1].replace(" ", ":")] = match[2]
        path.append((inside, parent))
    return found


def built(text: str, scripting: bool) -> tuple[list[Expected], list[Expected]]:
    page = tree(text)
    elements = page.elements if scripting or not page.unscripted else page.unscripted
    return _plain(elements), _plain(page.templates)


def _plain(elements: tuple[Element, ...]) -> list[Expected]:
    return [Expected(one.name, one.namespace, one.parent, dict(one.attributes)) for one in elements]
