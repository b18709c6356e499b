"""Globs mean what `.gitignore` means by them, and are cheap."""

import itertools
import random
import subprocess
import time
from pathlib import Path

import pytest

from assetforge.config import STABLE
from assetforge.globs import Globs, check


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("robots.txt", ["robots.txt", "a/b/robots.txt", "robots.txt/inside"], ["robots_txt", "xrobots.txt"]),
        ("/robots.txt", ["robots.txt"], ["a/robots.txt"]),
        ("a/b", ["a/b", "a/b/c"], ["x/a/b", "a/bc"]),
        ("vendor/", ["vendor/x.js", "a/vendor/b/x.js"], ["vendor", "a/vendor"]),
        ("*.map", ["app.js.map", "a/b.map", ".map"], ["app.map.js", "mapp"]),
        ("img/*.png", ["img/a.png"], ["img/a/b.png", "x/img/a.png"]),
        ("img/**", ["img/a.png", "img/a/b.png"], ["img", "x/img/a"]),
        ("**/thumbs/*.jpg", ["thumbs/a.jpg", "a/b/thumbs/c.jpg"], ["thumbs/a/b.jpg"]),
        ("a/**/z", ["a/z", "a/b/z", "a/b/c/z"], ["az", "a/bz"]),
        ("**", ["a", "a/b"], []),
        ("fo?.css", ["foo.css", "x/foo.css"], ["fo.css", "fooo.css", "fo/.css"]),
        ("[a-c]*.js", ["a.js", "cx.js"], ["d.js"]),
        ("[!a-c].js", ["d.js", "x/d.js"], ["a.js", "/.js"]),
        ("[]-].js", ["].js", "-.js"], ["a.js"]),
        (r"a\*.js", ["a*.js"], ["ab.js"]),
        (r"\!a", ["!a"], ["a"]),
        ("[", ["["], ["a"]),
        ("*a*b*c*", ["abc", "xaybzc.js", "d/abc"], ["acb"]),
        ("#sun", ["#sun", "icons/#sun"], ["sun"]),
        ("été.css", ["été.css"], ["ete.css"]),
    ],
)
def test_a_pattern_matches(pattern: str, yes: list[str], no: list[str]) -> None:
    globs = Globs([pattern])
    assert [path for path in yes if not globs.match(path)] == []
    assert [path for path in no if globs.match(path)] == []


def test_random_patterns_agree_with_git(tmp_path: Path) -> None:
    """`git check-ignore` is what these rules are named after."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    chance = random.Random(7)
    parts = ["a", "b", "*", "**", "?", "a*", "*b", "a*b", "[ab]", "[!a]", "*.a", "ab", r"\a"]
    paths = ["/".join(one) for depth in (1, 2, 3, 4) for one in itertools.product(["a", "b", "ab", "b.a"], repeat=depth)]
    chosen = sorted(chance.sample(paths, 120))
    for _ in range(120):
        segments = chance.choices(parts, k=chance.randint(1, 4))
        pattern = chance.choice(["", "", "/"]) + "/".join(segments) + chance.choice(["", "", "/"])
        (tmp_path / ".git/info/exclude").write_text(pattern + "\n")
        command = ["git", "-C", str(tmp_path), "check-ignore", "--no-index", "--stdin"]
        done = subprocess.run(command, input="\n".join(chosen), capture_output=True, text=True, check=False)
        globs = Globs([pattern])
        assert [path for path in chosen if globs.match(path)] == done.stdout.splitlines(), pattern


def test_many_patterns_are_the_union_of_each() -> None:
    patterns = ["*.map", "robots.txt", "/img/**", "vendor/", "a/**/z", "[xy]*", "**/deep"]
    names = (["a", "img", "vendor", "x.map"], ["z", "robots.txt", "yy", "deep"], ["z", "q.map"])
    paths = ["/".join(one) for one in itertools.product(*names)]
    together, single = Globs(patterns), [Globs([one]) for one in patterns]
    assert [together.match(path) for path in paths] == [any(one.match(path) for one in single) for path in paths]


def test_no_pattern_matches_nothing() -> None:
    assert not Globs([]) and not Globs([]).match("a")


def test_a_folder_can_be_asked_for() -> None:
    globs = Globs(["node_modules/", "/docs/private"])
    assert globs.match_folder("a/node_modules") and globs.match_folder("a/node_modules/b") and globs.match_folder("docs/private")
    assert not globs.match_folder("docs") and not globs.match_folder("a")


@pytest.mark.parametrize("pattern", ["", "/", "!a", "a/../b", "./a", "[z-a]"])
def test_a_pattern_of_no_use_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="glob"):
        check(pattern)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a*a*a*a*a*a*a*b", "a" * 4000),
        ("**/a/**/a/**/a/**/a/**/b", "a/" * 2000 + "c"),
        ("**/*a*a*b/**/*a*a*c", ("a" * 60 + "/") * 60 + "d"),
    ],
)
def test_a_hostile_pattern_takes_no_time(pattern: str, path: str) -> None:
    """A backtracking matcher needs longer than the universe is old for the first."""
    started = time.process_time()
    assert not Globs([pattern]).match(path)
    assert time.process_time() - started < 2


def test_a_site_is_matched_in_the_time_of_a_look_up() -> None:
    """A build in which nothing changed asks for each of 10,000 files; measured 20 ms, and a generous limit."""
    globs = Globs([*STABLE, "**/*.webmanifest", "vendor/**", "/docs/*.pdf", "img/*/thumb-*.png", "*.min.*"])
    paths = [f"section{at % 40}/part{at % 25}/page{at}.html" for at in range(10_000)]
    started = time.process_time()
    assert not any(globs.match(path) for path in paths)
    assert time.process_time() - started < 0.5
