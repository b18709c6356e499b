"""Integrity metadata: recomputed for the bytes served, and left alone where it was wrong before."""

import base64
import hashlib

import pytest

from assetforge.integrity import fits
from assetforge.sources import Source

DATA = b"alert(1)"


def said(algorithm, data=DATA):
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


@pytest.fixture
def source(tmp_path):
    (tmp_path / "a.js").write_bytes(DATA)
    sha256, sha384 = hashlib.sha256(DATA).hexdigest(), hashlib.sha384(DATA).hexdigest()
    return Source("a.js", str(tmp_path / "a.js"), len(DATA), sha256, sha384)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (said("sha256"), True),
        (said("sha384"), True),
        (said("sha512"), True),
        (said("sha512").rstrip("="), True),
        (said("sha256", b"other"), False),
        (f"{said('sha384', b'other')} {said('sha384')}", True),  # any of the strongest
        (f"{said('sha256')} {said('sha512', b'other')}", False),  # only the strongest counts
        ("md5-abc", True),  # nothing understood: nothing checked
        ("", True),
    ],
)
def test_what_a_browser_would_accept(source, value, expected):
    assert fits(value, source) is expected


def test_a_right_value_is_recomputed_for_the_bytes_served(forge):
    stated = said("sha256", b"import './b.js'")
    html = f'<script src="a.js" integrity="{stated}"></script>'
    site = forge({"index.html": html, "a.js": "import './b.js'", "b.js": ""})
    expected = site.outputs["a.js"].integrity
    assert f'integrity="{expected}"' in site.text("index.html")
    assert site.outputs["a.js"].integrity == said("sha384", site.text("a.js").encode())


def test_a_wrong_value_is_left_and_told(forge):
    stated = said("sha256", b"something else")
    html = f'<script src="a.js" integrity="{stated}"></script>'
    site = forge({"index.html": html, "a.js": "1"})
    assert stated in site.text("index.html")
    assert site.codes == [("warning", "integrity-mismatch", "index.html")]
