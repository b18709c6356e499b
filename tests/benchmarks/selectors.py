"""Deciding a stylesheet's selectors for a page, against lexbor asked for each of them.

Pages and sheets: `s-sb-admin-2` (Bootstrap 4 and Font Awesome 5) in the folder that `ASSETFORGE_CORPUS` names.
"""

import os
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any

from assetforge.formats.css.rules import outline
from assetforge.formats.css.selectors import parse
from assetforge.formats.html.tree import tree
from assetforge.pages.match.matching import Index
from assetforge.pages.match.shapes import Shape, shapes
from tests.benchmarks.measure import Options

_SHEETS = ("css/sb-admin-2.min.css", "vendor/fontawesome-free/css/all.min.css")
_PAGES = ("index.html", "tables.html", "login.html")
_SPOKEN_OF = re.compile(r"::?(?:before|after|hover|focus|active|visited|focus-within|placeholder|-[-\w]+)(?:\([^)]*\))?")


def run(folder: Path, options: Options) -> None:
    root = Path(os.environ.get("ASSETFORGE_CORPUS", ""), "s-sb-admin-2")
    if not root.is_dir():
        print("not run: ASSETFORGE_CORPUS names no folder with s-sb-admin-2")
        return
    try:
        from selectolax.lexbor import LexborHTMLParser
    except ImportError:
        print("not run: selectolax is not installed")
        return
    selectors = [one for sheet in _SHEETS for one in _selectors((root / sheet).read_text("utf-8"))]
    plain = _known_to_lexbor(selectors, LexborHTMLParser("<p>"))
    print(f"{len(selectors)} selectors; milliseconds of processor time, the best of {max(options.runs, 5)}")
    for name in _PAGES:
        text = (root / name).read_text("utf-8")
        index = Index(enumerate(map(parse, selectors)))
        _compare(
            name,
            {
                "lexbor, each": _best(partial(_by_lexbor, LexborHTMLParser, text, plain), options),
                "ours, tree and index included": _best(partial(_ours, text, selectors), options),
                "tree and shape": _best(partial(_shapes, text), options),
                "ours, index made": _best(partial(index.matched, _shapes(text)), options),
            },
        )


def _compare(name: str, times: dict[str, float]) -> None:
    first, ours, _, again = times.values()
    print(f"{name}: " + "; ".join(f"{what} {value * 1000:.1f}" for what, value in times.items()))
    print(f"  wanted faster than lexbor: {first / ours:.2f} times; with tree and index made {first / again:.1f} times")


def _shapes(text: str) -> tuple[Shape, ...]:
    return shapes(tree(text))


def _ours(text: str, selectors: list[str]) -> object:
    return Index(enumerate(map(parse, selectors))).matched(_shapes(text))


def _by_lexbor(parser: Any, text: str, selectors: list[str]) -> int:
    page = parser(text)
    return sum(page.css_first(one) is not None for one in selectors)


def _known_to_lexbor(selectors: list[str], parser: Any) -> list[str]:
    """What it refuses is asked for without the pseudo-class or pseudo-element."""
    known = []
    for one in selectors:
        written = _SPOKEN_OF.sub("", one).strip() or "*"
        try:
            parser.css_first(written)
        except Exception:  # it has an error of its own
            written = "*"
        known.append(written)
    return known


def _selectors(css: str) -> list[str]:
    found: list[str] = []
    waiting = list(outline(css))
    while waiting:
        rule = waiting.pop()
        waiting += rule.rules
        if not rule.keyword:
            found += css[rule.prelude.start : rule.prelude.end].split(",")
    return found


def _best(do: Callable[[], object], options: Options) -> float:
    times = []
    for _ in range(max(options.runs, 5)):
        start = process_time()
        do()
        times.append(process_time() - start)
    return min(times)
