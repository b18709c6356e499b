"""A build that still stands is recognised, and nothing else is."""

import os
import time
from dataclasses import replace

import pytest

from assetforge import standing
from assetforge.cache import Cache
from assetforge.config import Config, Root, Stylesheets
from assetforge.diagnostics import Diagnostic
from assetforge.sources import walk

TOLD = (Diagnostic("a.css", 1, 2, "warning", "code", "message"),)


@pytest.fixture
def site(tmp_path):
    (tmp_path / "in" / "sub").mkdir(parents=True)
    (tmp_path / "out" / "site").mkdir(parents=True)
    old = time.time() - 100
    for name in ("in/a.css", "in/sub/b.css", "out/site/a.css"):
        (tmp_path / name).write_text(name)
        os.utime(tmp_path / name, (old, old))
    return Config(roots=(Root(folder=tmp_path / "in"),), output=tmp_path / "out")


@pytest.fixture
def noted(site):
    cache = Cache(None)
    later = time.time_ns() + 10 * standing.RACY  # ctime cannot be set back
    standing.remember(walk(site), later, TOLD, 3, site, cache)
    return cache


def test_nothing_changed(site, noted):
    assert standing.recall(walk(site), site, noted) == standing.Standing(TOLD, 3)


def change_content(config):
    (config.roots[0].folder / "a.css").write_text("xn/a.css")


def same_size_and_time(config):
    file = config.roots[0].folder / "a.css"
    status = file.stat()
    file.write_text("xn/a.css")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def add(config):
    (config.roots[0].folder / "new.css").write_text("")


def remove(config):
    (config.roots[0].folder / "sub" / "b.css").unlink()


def remove_output(config):
    (config.output / "site" / "a.css").unlink()


def touch_output(config):
    (config.output / "site" / "a.css").write_text("other")


def output_gone(config):
    (config.output / "site" / "a.css").unlink()
    (config.output / "site").rmdir()


@pytest.mark.parametrize("change", [change_content, same_size_and_time, add, remove, remove_output, touch_output, output_gone])
def test_any_change_is_noticed(site, noted, change):
    change(site)
    assert standing.recall(walk(site), site, noted) is None


def test_files_that_are_no_part_of_the_site_count_too(site, tmp_path):
    copy = tmp_path / "copy.css"
    copy.write_text("a{}")
    config = replace(site, stylesheets=Stylesheets(local=(("https://cdn.example/a.css", copy),)), samples=tmp_path / "samples.txt")
    assert standing.beside(config) == (copy, tmp_path / "samples.txt")
    cache = Cache(None)
    later = time.time_ns() + 10 * standing.RACY
    for change in (lambda: copy.write_text("b{}"), lambda: (tmp_path / "samples.txt").write_text("x"), copy.unlink):
        standing.remember(walk(config), later, TOLD, 3, config, cache)
        assert standing.recall(walk(config), config, cache) == standing.Standing(TOLD, 3)
        change()
        assert standing.recall(walk(config), config, cache) is None


def test_another_configuration_is_another_build(site, noted):
    other = Config(roots=site.roots, output=site.output, strict=True)
    assert standing.recall(walk(other), other, noted) is None


def test_input_that_may_change_within_one_tick_is_not_relied_on(site):
    cache = Cache(None)
    (site.roots[0].folder / "a.css").write_text("young")
    standing.remember(walk(site), time.time_ns(), (), 3, site, cache)
    assert standing.recall(walk(site), site, cache) is None


def test_a_damaged_note_is_no_note(site, noted):
    (key,) = noted._pending
    for damage in (b"", b"nonsense", b"\x80\x05N."):
        noted.write(key, damage)
        assert standing.recall(walk(site), site, noted) is None
