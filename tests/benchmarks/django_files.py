"""Django admin, REST framework and jazzmin: about 220 files, 14 MB. Cold, unchanged, and with one stylesheet changed; and
collectstatic with this package's storage against Django's and WhiteNoise's."""

import shutil
import sys
import time
from itertools import count
from pathlib import Path

from tests.benchmarks.measure import ASSETFORGE, Failed, Options, Program, clear, in_turns, tell
from tests.benchmarks.measure import run as run_once
from tests.benchmarks.peers import collectstatic

BARE = Path(__file__).with_name("bare.py")
SETTLED = 2.5  # seconds: younger files may change again without their times changing
WHITENOISE = "CompressedManifestStaticFilesStorage"


def run(folder: Path, options: Options) -> None:
    source, output, cache = folder / "source", folder / "output", folder / "cache"
    try:
        run_once(collectstatic(folder / "gather", "collectstatic", source))
    except Failed as error:
        print(f"  could not run: {error}")
        return
    files = [file for file in source.rglob("*") if file.is_file()]
    print(f"{len(files)} files, {sum(file.stat().st_size for file in files) / 1e6:.1f} MB")

    def build(*more: str, before=lambda: None, site=source) -> Program:
        place, kept = (output, cache) if site == source else (folder / "changing-output", folder / "changing-cache")
        command = (*ASSETFORGE, "build", str(site), "--output", str(place), "--quiet", *more)
        return Program(command, Path.cwd(), before, {"ASSETFORGE_CACHE": str(kept)})

    _storages(folder, options)
    _cold_without_twins(folder, build, lambda: clear(output, cache), options)
    _unchanged(folder, build, source, options)
    _cold_with_twins(folder, build, output, lambda: clear(output, cache), options)


def _storages(folder: Path, options: Options) -> None:
    """collectstatic itself. Django's storage writes no twins, so ours writes none beside it; WhiteNoise's writes `.gz`, `.br`."""

    def storage(name: str, twins: str, *, cold: bool) -> Program:
        place = folder / f"storage-{name}-{twins.replace(' ', '-')}"
        root = place / "root"
        before = (lambda: clear(root, Path(f"{root}-cache"))) if cold else lambda: None
        return collectstatic(place, name, root, twins=twins, before=before)

    def told(title: str, peer: str, twins: str, runs: int, *, cold: bool) -> None:
        programs = {"assetforge": storage("assetforge", twins, cold=cold), peer: storage(peer, twins, cold=cold)}
        found = in_turns(programs, runs, unmeasured=0 if cold else 1)
        tell(title, found, "assetforge", peer, 1)

    told("collectstatic, cold, without twins", "ManifestStaticFilesStorage", "", options.runs, cold=True)
    told("collectstatic, unchanged, without twins", "ManifestStaticFilesStorage", "", options.runs, cold=False)
    told("collectstatic, cold, with .gz and .br", WHITENOISE, "gzip br", 1, cold=True)
    told("collectstatic, unchanged, with .gz and .br", WHITENOISE, "gzip br", 1, cold=False)


def _cold_without_twins(folder: Path, build, cold, options: Options) -> None:
    peers = {
        name: collectstatic(folder / name, name, folder / f"{name}-root", before=lambda name=name: clear(folder / f"{name}-root"))
        for name in ("ManifestStaticFilesStorage", "collectstatic")
    }
    found = in_turns({"build --no-compress": build("--no-compress", before=cold), **peers}, options.runs)
    tell("cold, without twins", found, "build --no-compress", "ManifestStaticFilesStorage", 1)


def _unchanged(folder: Path, build, source: Path, options: Options) -> None:
    # A site of its own, with output and cache: a site that changed a moment ago is looked at more closely, and the build that is
    # compared with would not be one where nothing changed.
    copy = Path(shutil.copytree(source, folder / "changing"))
    sheets = sorted(copy.rglob("*.css"), key=lambda file: (file.stat().st_size, file))
    sheet = sheets[len(sheets) // 2]
    original, number = sheet.read_bytes(), count()

    def change() -> None:
        sheet.write_bytes(original + f"\n.changed{next(number)} {{ color: red }}\n".encode())

    for name, wanted in (("--no-compress", "without twins"), ("--jobs=2", "with twins")):
        changing = build(name, site=copy, before=change)
        try:
            run_once(build(name))
            run_once(changing)
            time.sleep(SETTLED)
            run_once(build(name))
        except Failed as error:
            print(f"  could not run: {error}")
            return
        programs = {
            "nothing changed": build(name),
            "collectstatic, nothing changed": collectstatic(
                folder / "collectstatic", "collectstatic", folder / "collectstatic-root"
            ),
        }
        found = in_turns(programs, max(options.runs, 7), unmeasured=1)
        tell(f"nothing changed, {wanted}", found, "nothing changed", "collectstatic, nothing changed", 0.5)
        programs = {"one stylesheet changed": changing, "nothing changed": build(name)}
        found = in_turns(programs, max(options.runs, 7), unmeasured=1)
        tell(
            f"one stylesheet of {len(original) // 1000} kB changed, {wanted}", found, "one stylesheet changed", "nothing changed", 2
        )


def _cold_with_twins(folder: Path, build, output: Path, cold, options: Options) -> None:
    programs = {
        "build": build("--jobs=2", before=cold),
        "two bare threads, the same bytes": Program((sys.executable, str(BARE), str(output / "site")), Path.cwd()),
    }
    found = in_turns(programs, options.runs)
    root = folder / "whitenoise-root"
    whitenoise = collectstatic(folder / "whitenoise", WHITENOISE, root, before=lambda: clear(root))
    found |= in_turns({f"{WHITENOISE}, once": whitenoise}, 1)
    whitenoise = collectstatic(folder / "whitenoise", WHITENOISE, root)
    found |= in_turns({f"{WHITENOISE} again, nothing changed": whitenoise}, 1)
    tell("cold, with twins", found, "build", "two bare threads, the same bytes", 1.15)
