"""Real sites: every reference that answered before answers after, bytes outside of edits are the author's, and a second build
writes nothing. `ASSETFORGE_CORPUS=FOLDER` runs all of `corpus.CASES`, else those that npm brings."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import corpus
import pytest
from served import Pair, asking, both, crawl_all
from server import require_nginx
from sites import configured, served

from assetforge.build import build
from assetforge.cache import Cache
from assetforge.emit import emit
from assetforge.names import quoted
from assetforge.output import Output
from assetforge.progress import Silent

ALL = bool(os.environ.get("ASSETFORGE_CORPUS"))
CASES = [case for case, real in corpus.CASES.items() if ALL or real.packages]
URL = 600  # characters of the longest URL, as its author may have escaped it

pytestmark = [pytest.mark.network, pytest.mark.nginx]
_DIGEST = re.compile(r"\.([0-9a-f]{12})(?![0-9a-f])|sha384-[A-Za-z0-9+/=]+")


@pytest.fixture(scope="module", params=CASES)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    require_nginx()
    root = corpus.bring(request.param)
    with both(asking(configured(root, tmp_path_factory.mktemp(request.param) / "out", jobs=None))) as pair:
        yield pair


def test_every_reference_that_answered_answers(pair: Pair) -> None:
    report = crawl_all(pair)
    assert report.problems == []
    assert report.pages > 2


def test_bytes_outside_of_edits_are_the_originals(pair: Pair) -> None:
    named = {one.output_path.rpartition("/")[2] for one in pair.built.outputs if one.naming == "hashed"}
    names = Names(map(quoted, named))
    originals = {one.path: one for one in pair.built.outputs if one.naming == "original"}
    for output in served(pair.built).values():
        if output.path in originals:
            check_outside(output, originals[output.path].content.read().decode("latin-1"), names)


def check_outside(output: Output, original: str, names: "Names") -> None:
    text, at, last = output.content.read().decode("latin-1"), 0, 0
    if text == original:
        return
    for start, end in names.spans(text):
        part = text[last:start]
        found = original.find(part, at, at + len(part) + URL)
        assert found >= 0, f"{output.path}: {part[:200]!r} is not where it was"
        at, last = found + len(part), end
    assert original.endswith(text[last:])
    assert len(original) - len(text[last:]) - at <= URL


class Names:
    """Finds hashed names in a text, however many there are."""

    def __init__(self, names: Iterator[str]) -> None:
        self.by_digest: dict[str, list[tuple[str, str]]] = {}
        for name in names:
            match = list(re.finditer(r"\.([0-9a-f]{12})(?=\.|$)", name))[-1]
            self.by_digest.setdefault(match[1], []).append((name[: match.start()], name[match.end() :]))

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        for match in _DIGEST.finditer(text):
            if match[1] is None:
                yield match.span()
            fits = [
                (match.start() - len(stem), match.end() + len(rest))
                for stem, rest in self.by_digest.get(match[1], ())
                if text.endswith(stem, 0, match.start()) and text.startswith(rest, match.end())
            ]
            if fits:
                yield min(fits)


@pytest.mark.parametrize("case", CASES)
def test_a_second_build_writes_nothing(case: str, tmp_path: Path) -> None:
    """With minifying, which must lose no file either, and a cache."""
    config = configured(
        corpus.bring(case), tmp_path / "out", jobs=None, cache=tmp_path / "cache", minify=frozenset({"css", "js", "svg", "json"})
    )
    with Cache(config.cache) as cache:
        first, second = [emit(build(config, cache=cache), config, cache=cache, progress=Silent()) for _ in range(2)]
    assert first.files == second.files
    assert second.written == () == second.removed
