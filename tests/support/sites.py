"""Small sites for tests: files into a folder, a build of it, its output on disk."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from choices import AS_WRITTEN

from assetforge.build import build
from assetforge.config import Config, Root
from assetforge.emit import emit
from assetforge.output import Build, Output
from assetforge.progress import Silent


def make(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content)
    return folder


def configured(folder: Path, output: Path, **choices: Any) -> Config:
    plain = {"roots": (Root(folder=folder),), "output": output, "compress": (), "minify": frozenset(), "jobs": 1}
    return Config(**{**plain, **AS_WRITTEN, **choices})


def compute(folder: Path, **choices: Any) -> Build:
    return build(configured(folder, folder.parent / "out", **choices))


def write(folder: Path, output: Path, **choices: Any) -> Build:
    config = configured(folder, output, **choices)
    built = build(config)
    emit(built, config, cache=None, progress=Silent())
    return built


def served(built: Build) -> dict[str, Output]:
    """The output that is served for each input, by its path."""
    return {output.path: output for output in built.outputs if output.naming != "original"}


def codes(built: Build) -> list[tuple[str, str, str]]:
    return [(one.severity, one.code, one.path) for one in built.diagnostics]


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its bytes."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}
