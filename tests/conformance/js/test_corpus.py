"""The parser against JavaScript that is easy to misread, with a ledger of what is beyond its grammar; strict both ways."""

from pathlib import Path

import pytest

from assetforge.formats.js import minifier, minify, parse, syntax

HERE = Path(__file__).parent
REMARK = "\n\n/* a remark that is long enough to be worth taking out of any of these texts */\n"


def cases(name: str) -> list[str]:
    lines = (HERE / name).read_text("utf-8").splitlines()
    lines = [line for line in lines if line and not line.startswith("#")]
    return [line.replace("\\\\", "\0").replace("\\n", "\n").replace("\0", "\\") for line in lines]


@pytest.mark.parametrize("text", cases("sound.txt"))
def test_sound_text_is_understood_and_minified_to_the_same_tokens(text: str) -> None:
    tree = syntax.parse(text)
    assert isinstance(tree, syntax.Tree)
    assert tree.fault is None
    result = minify(text + REMARK, "js")
    assert result.reason == ""
    assert minifier.skeleton(result.text) == minifier.skeleton(text)


@pytest.mark.parametrize("text", cases("faults.txt"))
def test_a_known_fault_is_still_one_and_is_left_alone(text: str) -> None:
    tree = syntax.parse(text)
    assert isinstance(tree, syntax.Tree)
    assert tree.fault is not None
    assert minify(text + REMARK, "js").reason == "not understood as JavaScript"
    assert [note.code for note in parse(text + "\nimport './after.js'", "js").findings] == ["not-parsed"]
    assert "./after.js" not in [one.url for one in parse(text + "\nimport './after.js'", "js").references]


def test_a_slash_after_an_arrow_function_is_known_to_be_misread() -> None:
    text = "f = () => {}\n/ foo   /g"
    tree = syntax.parse(text)
    assert isinstance(tree, syntax.Tree)
    assert tree.fault is None
    assert "a slash after an arrow function" in minify(text + REMARK, "js").reason
