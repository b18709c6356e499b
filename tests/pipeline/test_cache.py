"""The store: what cannot be read is absent, and nothing a foreign file says is run."""

import pickle
import threading

import pytest

from assetforge.cache import Cache, pack, unpack
from assetforge.reference import Parsed
from assetforge.text import Span


def test_values_survive_the_process(tmp_path):
    with Cache(tmp_path / "c") as cache:
        cache.write("k", b"value")
        assert cache.read("k") == b"value"
    with Cache(tmp_path / "c") as cache:
        assert cache.read("k") == b"value"
        assert cache.read("other") is None
        assert cache.read_many([str(n) for n in range(2000)] + ["k"]) == {"k": b"value"}


def test_without_a_folder_values_live_in_memory():
    cache = Cache(None)
    cache.write("k", b"v" * (64 << 20))
    cache.flush()
    assert cache.read("k") == b"v" * (64 << 20)


@pytest.mark.parametrize("damage", [b"", b"not a database at all", b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_file_counts_as_empty_and_is_replaced(tmp_path, damage):
    (tmp_path / "store.sqlite").write_bytes(damage)
    with Cache(tmp_path) as cache:
        assert cache.read("k") is None
        cache.write("k", b"1")
    with Cache(tmp_path) as cache:
        assert cache.read("k") == b"1"


def test_a_flipped_byte_makes_a_value_absent(tmp_path):
    with Cache(tmp_path) as cache:
        cache.write("k", b"x" * 5000)
    with Cache(tmp_path) as cache:
        assert cache.read("k") == b"x" * 5000
        cache._connection.execute("UPDATE entry SET value = x'00000000' || substr(value, 5)")
        assert cache.read("k") is None


def test_a_folder_that_cannot_be_made_is_no_cache(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with Cache(tmp_path / "file" / "cache") as cache:
        cache.write("k", b"1")
        cache.flush()
        assert cache.read("unknown") is None


def test_foreign_pickles_are_absent_and_do_nothing(tmp_path):
    class Evil:
        def __reduce__(self):
            return (tmp_path.joinpath("ran").touch, ())

    assert unpack(pickle.dumps(Evil())) is None
    assert not (tmp_path / "ran").exists()
    assert unpack(b"\x80\x05garbage") is None
    assert unpack(pickle.dumps(print)) is None


def test_the_packages_own_values_come_back():
    value = Parsed(findings=(), computed_imports=(Span(1, 2),))
    again = unpack(pack(value))
    assert again == value and type(again) is Parsed and type(again.computed_imports[0]) is Span


def test_two_builds_may_write_at_once(tmp_path):
    def work(name):
        with Cache(tmp_path) as cache:
            for number in range(200):
                cache.write(f"{name}{number}", b"v")

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Cache(tmp_path) as cache:
        assert len(cache.read_many(f"{name}{number}" for name in "abcd" for number in range(200))) == 800


def test_a_store_is_empty_until_something_was_written_to_its_file(tmp_path):
    with Cache(tmp_path) as cache:
        assert cache.is_empty
        cache.write("key", b"value")
    with Cache(tmp_path) as cache:
        assert not cache.is_empty
    assert Cache(None).is_empty
