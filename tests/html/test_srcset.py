"""`srcset` is split as the standard's algorithm splits it."""

import pytest

from assetforge.formats.html.srcset import candidates


@pytest.mark.parametrize(
    ("value", "urls"),
    [
        ("a.png", ["a.png"]),
        ("a.png 1x, b.png 2x", ["a.png", "b.png"]),
        ("a.png,b.png", ["a.png,b.png"]),
        ("a.png, b.png", ["a.png", "b.png"]),
        (" , ,a.png,,, b.png 2x,", ["a.png", "b.png"]),
        ("a,b.png 100w ,\n\tc.png 200w", ["a,b.png", "c.png"]),
        ("a.png (1x, 2x), b.png", ["a.png", "b.png"]),
        ("a.png (1x, b.png", ["a.png"]),
        ("data:image/png;base64,AA== 1x, b.png 2x", ["data:image/png;base64,AA==", "b.png"]),
        (",,,", []),
        ("", []),
        ("a.png 1x 2x 3x,b.png", ["a.png", "b.png"]),
        ("a.png 1x" + " 2x" * 500 + ", b.png", ["a.png", "b.png"]),
    ],
)
def test_candidates(value: str, urls: list[str]) -> None:
    assert [value[start:end] for start, end in candidates(value)] == urls
