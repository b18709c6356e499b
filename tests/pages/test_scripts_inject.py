"""The small script that inserts another: its place in the text."""

import pytest

from assetforge.formats.html.outline import outline
from assetforge.pages.script.inject import insertion


@pytest.mark.parametrize(
    ("tag", "before"),
    [
        ("<script src=a.js>", "<script "),
        ("<script data-src=b src=a.js>", "<script data-src=b "),
        ("<script title='src=x' SRC = \"a.js\" async>", "<script title='src=x' "),
        ("<script\tx=1/src=a.js>", None),
        ("<script/src=a.js>", "<script/"),
        ("<script =src=1 src=a.js>", "<script =src=1 "),
    ],
)
def test_the_name_of_the_attribute_is_found(tag: str, before: str | None) -> None:
    text = f"<!doctype html><body>{tag}</script>"
    [one] = outline(text).loading
    found = insertion(text, one)
    assert (text[one.tag.start : found.name] if found else None) == before
