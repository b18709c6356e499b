"""The golden cases of `cases/`, and what holds for every one of them beside what it shows.

`ASSETFORGE_UPDATE_CASES=1 pytest tests/test_cases.py` writes what is built into the case files: read the difference before it is
committed.
"""

import os
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from casefile import Case, Expected, rewrite

from assetforge.build import build
from assetforge.cache import Cache
from assetforge.diagnostics import Diagnostic
from assetforge.emit import emit
from assetforge.output import Build, Output
from assetforge.progress import Silent

CASES = Path(__file__).parent / "cases"
FILES = sorted(CASES.glob("*/*.txt"))
URL = 250  # characters of the longest URL in the cases
UPDATE = bool(os.environ.get("ASSETFORGE_UPDATE_CASES"))

pytestmark = pytest.mark.parametrize("file", FILES, ids=[file.relative_to(CASES).with_suffix("").as_posix() for file in FILES])


@pytest.fixture
def case(file: Path) -> Case:
    return Case.read(file)


@pytest.fixture
def site(case: Case, tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    case.write(folder)
    return folder


def test_what_is_built_is_what_the_case_expects(case: Case, site: Path, tmp_path: Path, file: Path) -> None:
    built = build(case.config(site, tmp_path / "out"))
    if UPDATE:
        update(case, file, site, built)
        return
    outputs = by_path(built)
    inputs = case.inputs(site)
    expected = Expected(
        case, inputs, {path: outputs[path].naming == "hashed" for path in outputs}, lambda path: outputs[path].output_path
    )
    assert names(built) == (case.names or "")
    assert said(built) == case.diagnostics
    for path, output in sorted(outputs.items()):
        assert shown(output.content.read()) == shown(expected.bytes_of(path)), path
        if output.naming == "hashed":
            assert quote(output.output_path.rpartition("/")[2], safe="@+!~:") == expected.name_of(path), path


def test_bytes_outside_of_edits_are_the_originals(case: Case, site: Path, tmp_path: Path) -> None:
    """What stands between the rewritten URLs stands in the original too, in that order, with no more between than a URL takes."""
    if case.minifies or case.puts_in:
        return
    built = build(case.config(site, tmp_path / "out"))
    inputs = case.inputs(site)
    written = rewritten_url([one.output_path.rpartition("/")[2] for one in built.outputs if one.naming == "hashed"])
    for output in by_path(built).values():
        if output.path in inputs:
            original, at = inputs[output.path].decode("latin-1"), 0
            for part in written.split(output.content.read().decode("latin-1")):
                found = original.find(part, at)
                assert 0 <= found - at <= URL, f"{output.path}: {part!r} is not where it was"
                at = found + len(part)
            assert len(original) - at <= URL


def test_every_file_stays_under_its_own_name(case: Case, site: Path, tmp_path: Path) -> None:
    """No edits, same bytes: the original is served beside the hashed file unless it was given up."""
    built = build(case.config(site, tmp_path / "out"))
    inputs = case.inputs(site)
    originals = {output.path: output for output in built.outputs if output.naming == "original"}
    hashed = {output.path for output in built.outputs if output.naming == "hashed"}
    assert originals.keys() == (set() if 'unhashed = "drop"' in case.settings else hashed)
    for path, output in originals.items():
        assert output.content.read() == inputs[path]


def test_twice_is_once(case: Case, site: Path, tmp_path: Path) -> None:
    config = case.config(site, tmp_path / "out")
    emit(build(config), config, cache=None, progress=Silent())
    before = on_disk(tmp_path / "out")
    emit(build(config), config, cache=None, progress=Silent())
    assert on_disk(tmp_path / "out") == before


def test_one_worker_is_many(case: Case, site: Path, tmp_path: Path) -> None:
    assert values(build(case.config(site, tmp_path / "out", jobs=2))) == values(build(case.config(site, tmp_path / "out", jobs=1)))


def test_a_warm_cache_changes_nothing(case: Case, site: Path, tmp_path: Path) -> None:
    config = case.config(site, tmp_path / "out", cache=tmp_path / "cache")
    without = values(build(case.config(site, tmp_path / "out")))
    for _ in range(2):
        with Cache(tmp_path / "cache") as cache:
            assert values(build(config, cache=cache)) == without


def test_any_order_of_discovery(case: Case, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = case.config(site, tmp_path / "out")
    first = values(build(config))
    monkeypatch.setattr(os, "scandir", shuffled(os.scandir))
    assert values(build(config)) == first


def shuffled(scandir: Callable[..., Any]) -> Callable[..., Any]:
    """`os.scandir` in an order that no file system promises against."""

    class Scan:
        def __init__(self, *args: Any) -> None:
            with scandir(*args) as entries:
                self.entries = list(entries)
            random.shuffle(self.entries)

        def __enter__(self) -> Iterator[Any]:
            return iter(self.entries)

        def __iter__(self) -> Iterator[Any]:
            return iter(self.entries)

        def __exit__(self, *_: object) -> None:
            pass

    return Scan


def by_path(built: Build) -> dict[str, Output]:
    """What is served for each input: the hashed file where there is one."""
    return {output.path: output for output in built.outputs if output.naming != "original"}


def values(built: Build) -> list[Any]:
    """All that a build says, bytes included."""
    outputs = [(one.output_path, one.url, one.naming, one.media_type, one.integrity, one.content.read()) for one in built.outputs]
    return [outputs, built.facts, built.diagnostics]


def names(built: Build) -> str:
    """Files whose naming needs a reason. That a page keeps its name needs none."""
    rows = [
        f"{one.path}: {one.naming}, {one.reason}"
        for one in built.facts
        if one.naming != "hashed" and one.format not in ("html", "xhtml")
    ]
    return "\n".join(rows)


def said(built: Build) -> str:
    return "\n".join(render(one) for one in built.diagnostics)


def render(one: Diagnostic) -> str:
    lines = [
        f"{one.severity} {one.path}:{one.line}:{one.column} {one.code}: {one.message}"
        + (f" (and {one.more} more)" if one.more else "")
    ]
    if one.excerpt:
        excerpt = one.excerpt.expandtabs(1)
        lines += [f"  | {excerpt}", "  | " + " " * (one.column - 1 - one.excerpt_at) + "^" * one.width]
    if one.hint:
        lines.append(f"  hint: {one.hint}")
    return "\n".join(lines)


def shown(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def rewritten_url(names: list[str]) -> re.Pattern[str]:
    """A URL that ends with one of the names, an integrity value, what an import map got."""
    name = "|".join(re.escape(quote(one, safe="@+!~:")) for one in names) or "(?!)"
    url = rf"""(?:https://static\.example\.com/)?(?:[^\s"'()<>,{{}}=]*/)?(?:{name})"""
    entry = rf'"[^"\n]*": "{url}",?'
    inserted = rf'<script type="importmap">\{{"imports": \{{(?:{entry})*\}}\}}</script>\n'
    return re.compile(rf"{inserted}|{entry}|{url}|sha(?:256|384|512)-[A-Za-z0-9+/=]+")


def on_disk(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file with what tells that it was written again."""
    return {
        file.relative_to(folder).as_posix(): (file.stat().st_ino, file.stat().st_mtime_ns, file.read_bytes())
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def update(case: Case, file: Path, site: Path, built: Build) -> None:
    inputs = case.inputs(site)
    outputs = by_path(built)
    placeholders = {
        quote(one.output_path.rpartition("/")[2], safe="@+!~:"): one.path for one in outputs.values() if one.naming == "hashed"
    }
    integrities = {one.integrity: one.path for one in outputs.values() if one.integrity and one.naming == "hashed"}
    served = {}
    for path, output in outputs.items():
        data = output.content.read()
        if data == inputs.get(path):
            continue
        encoding = case.encodings.get(path) or "utf-8"
        text = data.decode("utf-8" if encoding in ("escaped", "bytes") else encoding, "surrogateescape")
        for name in sorted(placeholders, key=len, reverse=True):
            text = text.replace(name, "{" + placeholders[name] + "}")
        for value, of in integrities.items():
            text = text.replace(value, "{integrity:" + of + "}")
        served[path] = text
    rewrite(file, served, names(built), said(built))
