"""Reading templates: characters a second and core for each step, over the templates of installed packages."""

import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from assetforge import branches, dialects
from assetforge.dialects import DJANGO, JINJA, Dialect, Masked
from assetforge.templates import SUFFIXES, prepare_template
from tests.benchmarks.measure import Options

WANTED = 10e6  # characters a second for the tokens
ENOUGH = 2_000_000  # characters: templates are small, so all are read again until there are as many
_PACKAGES = {
    "django": ("django.contrib.admin", "rest_framework", "jazzmin", "debug_toolbar"),
    "jinja": ("flask_admin", "furo", "mkdocs"),
}
_FOLDERS = '{"": "/static/", "static": "/static/"}'


def run(folder: Path, options: Options) -> None:
    for name, dialect in (("django", DJANGO), ("jinja", JINJA)):
        texts = list(_texts(name))
        size = sum(map(len, texts))
        if not size:
            print(f"{name}: none of {', '.join(_PACKAGES[name])} is installed")
            continue
        print(f"{name}: {len(texts)} templates, {size:,} characters; millions of characters a second, of CPU time")
        times = 1 + ENOUGH // size
        for step, read in _steps(texts, dialect):
            speeds = [size * times / _cpu(read, times) for _ in range(options.runs)]
            told = "" if step != "tokens" or median(speeds) >= WANTED else f"   wanted {WANTED / 1e6:.0f}"
            print(f"  {step:<12}{median(speeds) / 1e6:8.1f}   ({', '.join(f'{one / 1e6:.1f}' for one in speeds)}){told}")


def _texts(name: str) -> list[str]:
    found = []
    for package in _PACKAGES[name]:
        spec = find_spec(package.partition(".")[0]) and find_spec(package)
        for place in (spec.submodule_search_locations or []) if spec else []:
            found += [
                file.read_text("utf-8", "surrogateescape") for file in sorted(Path(place).rglob("*")) if file.suffix in SUFFIXES
            ]
    return found


def _steps(texts: list[str], dialect: Dialect) -> list[tuple[str, Callable[[], object]]]:
    masks: list[tuple[str, Masked]] = [(text, dialects.mask(text, dialect)) for text in texts]
    return [
        ("tokens", lambda: [dialects.tokens(text, dialect) for text in texts]),
        ("mask", lambda: [dialects.mask(text, dialect) for text in texts]),
        ("references", lambda: [dialects.references(text, dialect, masked) for text, masked in masks]),
        ("branches", lambda: [branches.fold(masked) for _, masked in masks]),
        ("all of it", lambda: [prepare_template(text, dialect, _FOLDERS) for text in texts]),
    ]


def _cpu(read: Callable[[], object], times: int) -> float:
    started = time.process_time()
    for _ in range(times):
        read()
    return time.process_time() - started
