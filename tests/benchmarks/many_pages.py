"""Many pages of documentation, as a large library's reference has them: 15 kB each, dozens of links, the same few assets.

Built without twins and without a cache at a quarter, half and all of the size: the time of a page must not grow with their
number, nor the memory with theirs.
"""

import random
from pathlib import Path

from tests.benchmarks.measure import ASSETFORGE, Failed, Options, Program, Run, clear, cores
from tests.benchmarks.measure import run as run_once

PAGE = 15_600  # bytes: 32,000 such pages are 500 MB
WORDS = [
    "vector",
    "slice",
    "iterator",
    "returns",
    "the",
    "first",
    "element",
    "that",
    "matches",
    "or",
    "none",
    "when",
    "empty",
    "see",
    "also",
    "panics",
    "if",
    "capacity",
    "overflows",
]


def run(folder: Path, options: Options) -> None:
    total = options.megabytes * 1_000_000 // PAGE
    print(f"{total:,} pages at most, {cores()} cores")
    found: list[tuple[int, int, Run]] = []
    for part in (4, 2, 1):
        site = folder / f"site-{part}"
        size = make(site, total // part)
        command = (*ASSETFORGE, "build", str(site), "--output", str(folder / "output"), "--quiet", "--no-compress", "--no-cache")
        try:
            one = run_once(Program(command, Path.cwd()), memory=True)
        except Failed as error:
            print(f"  could not run: {error}")
            return
        found.append((total // part, size, one))
        speed = size / 1e6 / one.cpu
        print(
            f"  {total // part:7,} pages {size / 1e6:7.1f} MB {one.seconds:8.2f} s {one.cpu:8.2f} s of CPU "
            f"{speed:6.1f} MB for each second and core {one.memory / 1e6:6.0f} MB of memory",
            flush=True,
        )
        clear(site, folder / "output")
    _tell(found)


def _tell(found: list[tuple[int, int, Run]]) -> None:
    (few, _, quick), (many, size, slow) = found[0], found[-1]
    growth = (slow.cpu / many) / (quick.cpu / few)
    speed = size / 1e6 / slow.cpu
    memory = slow.memory / quick.memory
    print(f"  a page of {many:,} takes {growth:.2f} × the time of a page of {few:,}, wanted at most 1.1: {_verdict(growth <= 1.1)}")
    print(f"  {speed:.1f} MB for each second and core, wanted at least 5: {_verdict(speed >= 5)}")
    print(
        f"  memory grew {memory:.2f} × over four times the pages, "
        f"and {slow.memory / 1e6:.0f} MB is at most 1 GB: {_verdict(slow.memory <= 1e9)}"
    )


def _verdict(holds: bool) -> str:
    return "holds" if holds else "DOES NOT HOLD"


def make(site: Path, pages: int) -> int:
    """Write the site; the bytes of its pages."""
    chance = random.Random(15)
    (site / "static").mkdir(parents=True)
    for name in ("theme.css", "print.css"):
        (site / "static" / name).write_text("main { background: url(logo.svg) }\n" * 40)
    (site / "static" / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (site / "static" / "main.js").write_text("console.log(1)\n")
    paragraphs = [f"<p>{' '.join(chance.choices(WORDS, k=40))} <code>{chance.choice(WORDS)}</code></p>\n" for _ in range(400)]
    size = 0
    for number in range(pages):
        folder = site / f"part-{number // 500}"
        if number % 500 == 0:
            folder.mkdir()
        text = _page(number, pages, chance, paragraphs)
        size += len(text)
        (folder / f"item-{number}.html").write_text(text)
    return size


def _page(number: int, pages: int, chance: random.Random, paragraphs: list[str]) -> str:
    parts = [
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>item {number}</title>'
        '<link rel="stylesheet" href="../static/theme.css"><link rel="stylesheet" href="../static/print.css" media="print">'
        '<link rel="icon" href="../static/logo.svg"><script defer src="../static/main.js"></script></head><body><main>\n'
    ]
    size = len(parts[0])
    while size < PAGE:
        other = chance.randrange(pages)
        parts.append(
            f'<section id="s{other}"><h2><a href="../part-{other // 500}/item-{other}.html#s{number}">item {other}</a></h2>'
        )
        parts.append(chance.choice(paragraphs) + "</section>\n")
        size += len(parts[-1]) + len(parts[-2])
    return "".join(parts) + '<img src="../static/logo.svg" alt=""></main></body></html>\n'
