"""A built site beside its original, both served, and what a crawl of the two says."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import NamedTuple

import crawl
from plain import serve_plain
from server import serve

from assetforge.build import build
from assetforge.config import Config
from assetforge.emit import emit
from assetforge.output import Build
from assetforge.progress import Silent

START = re.compile(r"(?i)\.(?:html?|xhtml|css|m?js|svg|webmanifest|xml)$")


class Pair(NamedTuple):
    built: Build
    before: crawl.Client
    after: crawl.Client


@contextmanager
def both(config: Config) -> Iterator[Pair]:
    """Build and emit `config`, which has one root, and serve original and result."""
    built = build(config)
    emit(built, config, cache=None, progress=Silent())
    [root] = config.roots
    with (
        serve_plain(root.folder) as original,
        serve(config.output) as result,
        closing(crawl.Client(original)) as before,
        closing(crawl.Client(result)) as after,
    ):
        yield Pair(built, before, after)


def asking(config: Config) -> Config:
    """`config` with stylesheets that go on asking for what they import: a crawl follows references, and wants to find each."""
    return replace(config, stylesheets=replace(config.stylesheets, imports="keep"))


def crawl_all(pair: Pair, *, origin: str = "http://site.invalid") -> crawl.Report:
    """Follow everything from every text file of the site: a library has no page that leads to its parts."""
    served = [one for one in pair.built.outputs if one.naming != "original"]
    hashed = {one.url: one.path for one in served if one.naming == "hashed"}
    cyclic = in_cycles(pair.built)
    starts = [("/" + crawl.quoted(one.path), one.url) for one in served if START.search(one.path)]
    return crawl.compare(
        pair.before,
        pair.after,
        starts,
        origin=origin,
        hashed=lambda url: url in hashed,
        cyclic=lambda url: hashed[url] in cyclic,
    )


def in_cycles(built: Build) -> set[str]:
    """Paths of files that lie in a cycle of references, by the dependencies that the build tells."""
    targets = {one.path: set(one.dependencies) for one in built.outputs if one.naming == "hashed"}
    found = set()
    for path in targets:
        seen: set[str] = set()
        waiting = list(targets[path])
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting.extend(targets.get(one, ()))
        if path in seen:
            found.add(path)
    return found
