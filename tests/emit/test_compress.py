"""Compressed twins: small, the same everywhere, and only where they pay."""

import gzip
import os
import random

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from assetforge.config import Encoding
from assetforge.emit.compress import compress, twin_key, wanted

ENCODINGS: tuple[Encoding, ...] = ("gzip", "br", "zstd")
TEXT = b"body { color: red; background: url(sun.svg) }\n" * 100


def unpacked(packed: bytes, encoding: Encoding) -> bytes:
    """Each by its own reader."""
    if encoding == "gzip":
        return gzip.decompress(packed)
    data: bytes = brotli.decompress(packed) if encoding == "br" else zstandard.ZstdDecompressor().decompress(packed)
    return data


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200), st.integers(1, 60), st.sampled_from(ENCODINGS))
def test_a_twin_holds_its_file_or_is_not_there(piece: bytes, times: int, encoding: Encoding) -> None:
    data = piece * times
    packed = compress(data, encoding)
    assert not packed or (unpacked(packed, encoding) == data and len(packed) <= len(data) * 0.95)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_does_not_shrink_by_a_twentieth_has_none(encoding: Encoding) -> None:
    noise = random.Random(1).randbytes(5000)
    assert compress(noise, encoding) == b""
    assert compress(noise[:4900] + bytes(100), encoding) == b""
    assert compress(noise[:4000] + bytes(1000), encoding) != b""


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_same_bytes_give_the_same_twin(encoding: Encoding) -> None:
    assert compress(TEXT, encoding) == compress(bytes(bytearray(TEXT)), encoding)


def test_gzip_says_nothing_of_time_name_and_system() -> None:
    """RFC 1952, 2.3: no flags, no time, slowest compression, unknown system."""
    assert compress(TEXT, "gzip")[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"


def test_zstd_needs_no_more_window_than_browsers_give() -> None:
    """RFC 9659: 8 MB at most."""
    data = random.Random(1).randbytes(3_000_000) * 4
    frame = zstandard.get_frame_parameters(compress(data, "zstd"))
    assert frame.window_size <= 8 << 20
    assert frame.content_size == len(data)


def test_what_is_tried() -> None:
    assert wanted(ENCODINGS, size=1000, compressible=True, rare=False) == ENCODINGS
    assert wanted(ENCODINGS, size=1000, compressible=True, rare=True) == ("gzip",)
    assert wanted(("br",), size=1000, compressible=True, rare=True) == ()
    assert wanted(ENCODINGS, size=1000, compressible=False, rare=False) == ()
    assert wanted(ENCODINGS, size=100, compressible=True, rare=False) == ()


def test_keys_tell_contents_and_encodings_apart() -> None:
    keys = {twin_key(digest, encoding) for digest in ("a" * 64, "b" * 64) for encoding in ENCODINGS}
    assert len(keys) == 6
    assert not any(os.sep in key for key in keys)
