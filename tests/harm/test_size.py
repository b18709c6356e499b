"""Files of five megabytes on one line, and texts with nothing in them that ends: time grows with their length and no faster.

Each text is built in a process of its own, a quarter of it and all of it. Quadratic work would take sixteen times as long.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sites import make

FULL = 1_000_000
WHOLE = 5_000_000
PATIENCE = 60  # seconds of the clock; the slowest takes three

_BUILD = """
import json, pathlib, sys, time
sys.path[:0] = json.loads(sys.argv[1])
import sites
folder = pathlib.Path(sys.argv[2])
everything = frozenset({"css", "js", "html", "svg", "json"})
start = time.process_time()
built = sites.compute(folder, minify=everything)
[output] = sites.served(built).values()
print(json.dumps([time.process_time() - start, len(output.content.read())]))
"""

TEXTS: dict[str, tuple[str, Callable[[int], str]]] = {
    "one long CSS line": ("css", lambda size: "a{color:red}" * (size // 12)),
    "CSS without an end of comment": ("css", lambda size: "a{}/*" + "/* " * (size // 3)),
    "CSS of opening brackets": ("css", lambda size: "(" * size),
    "CSS of opening braces": ("css", lambda size: "{" * size),
    "CSS of backslashes": ("css", lambda size: "\\" * size),
    "CSS of url( without an end": ("css", lambda size: "a{b:url(" * (size // 8)),
    "CSS of quotes and newlines": ("css", lambda size: "\"'\n" * (size // 3)),
    "CSS of @import": ("css", lambda size: "@import " * (size // 8)),
    "one long script line": ("js", lambda size: "a=b+1;" * (size // 6)),
    "a script of one string": ("js", lambda size: "a='" + "x" * size + "'"),
    "a script without an end of comment": ("js", lambda size: "/*" + "* /" * (size // 3)),
    "a script of template literals": ("js", lambda size: "`${a}`;" * (size // 7)),
    "a script of slashes": ("js", lambda size: "a/b;" * (size // 4)),
    "one long page line": ("html", lambda size: "<p class=a>x</p>" * (size // 16)),
    "a page of < only": ("html", lambda size: "<" * size),
    "a page of comments without an end": ("html", lambda size: "<!--" * (size // 4)),
    "a page of attributes without an end": ("html", lambda size: "<a " + "b='" * (size // 3)),
    "a page of one attribute": ("html", lambda size: "<a href=" + "x" * size),
    "a page of ampersands": ("html", lambda size: '<a title="' + "&am" * (size // 3) + '">'),
    "a srcset of commas": ("html", lambda size: '<img srcset="' + "," * size + '">'),
    "a srcset of brackets": ("html", lambda size: '<img srcset="a ' + "(" * size + '">'),
    "a script that never ends": ("html", lambda size: "<script>" + "</scrip " * (size // 8)),
    "styles that never end": ("html", lambda size: "<style>" + "</styl " * (size // 7)),
    "an SVG of nested groups": ("svg", lambda size: "<svg xmlns='http://www.w3.org/2000/svg'>" + "<g>" * (size // 3)),
    "an SVG of entities": ("svg", lambda size: "<svg>" + "&lt;" * (size // 4)),
    "JSON of brackets": ("webmanifest", lambda size: "[" * size),
    "JSON of one string": ("webmanifest", lambda size: '{"icons":[{"src":"' + "a" * size + '"}]}'),
    "JSON of escapes": ("webmanifest", lambda size: '{"icons":[{"src":"' + "\\/" * (size // 2) + '"}]}'),
}


@pytest.mark.parametrize("what", TEXTS)
def test_time_is_linear(what: str, tmp_path: Path) -> None:
    suffix, text = TEXTS[what]
    quarter = seconds(tmp_path / "quarter", suffix, text(FULL // 4))
    full = seconds(tmp_path / "full", suffix, text(FULL))
    assert full < 8 * quarter + 1.0, f"{quarter:.2f} s for a quarter, {full:.2f} s for the whole"


@pytest.mark.parametrize("what", [what for what in TEXTS if what.startswith("one long")])
def test_five_megabytes_on_one_line(what: str, tmp_path: Path) -> None:
    suffix, text = TEXTS[what]
    assert seconds(tmp_path, suffix, text(WHOLE)) < PATIENCE


def seconds(folder: Path, suffix: str, text: str) -> float:
    """The processor's time for a build of one file, in a process that can be stopped."""
    make(folder / "site", {f"a.{suffix}": text})
    command = [sys.executable, "-c", _BUILD, json.dumps([path for path in sys.path if path]), str(folder / "site")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
    took, length = json.loads(done.stdout)
    assert length <= len(text.encode()) + 64
    return float(took)
