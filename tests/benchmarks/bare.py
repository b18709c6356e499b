"""The floor: two bare threads that compress what a build compressed, and nothing else. `python bare.py SITE`.

For every twin in a built site its original is compressed with the same settings, equal bytes once.
"""

import gzip
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import brotli
import zstandard

PACK = {
    ".gz": lambda data: gzip.compress(data, 9, mtime=0),
    ".br": lambda data: brotli.compress(data, mode=brotli.MODE_TEXT, quality=11, lgwin=min(24, max(16, len(data).bit_length()))),
    ".zst": lambda data: zstandard.ZstdCompressor(level=19).compress(data),
}


def main(site: Path) -> None:
    work = {(file.suffix, file.with_suffix("").read_bytes()) for file in site.rglob("*") if file.suffix in PACK and file.is_file()}
    with ThreadPoolExecutor(2) as threads:
        # the longest first, or one thread would end alone with it
        list(
            threads.map(
                lambda one: PACK[one[0]](one[1]), sorted(work, key=lambda one: (one[0] == ".br", len(one[1])), reverse=True)
            )
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
