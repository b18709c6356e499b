"""Constant code given to `eval` is read as the code that it is, and nothing else is."""

import pytest

from assetforge.formats.js.effects import effects


def test_a_constant_call_is_its_code() -> None:
    found = effects("var before = 1; eval('document.write(\"x\"); window.made = other')")
    assert found.opaque == ""
    assert {act.what for act in found.acts} == {"document.write"}
    assert found.defines == {"before", "made"}
    assert "other" in found.reads


@pytest.mark.parametrize(
    "text",
    [
        "eval(code)",
        "eval('a' + b)",
        "eval('1'); eval(code)",
        "eval('(')",
        "eval('eval(code)')",
        "function write() { document.write(1) } eval('write()')",
        "eval(`${code}`)",
        "eval('1'); with (a) b",
    ],
)
def test_what_cannot_be_followed_stays_opaque(text: str) -> None:
    assert effects(text).opaque
