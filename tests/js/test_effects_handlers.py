"""Bodies of event handler attributes, offsets, and texts that are odd or hostile."""

import time

import pytest

from assetforge.formats.js.effects import effects
from assetforge.formats.js.effects.values import MOST, Flow


def test_a_handlers_variables_are_its_own() -> None:
    found = effects("var a = 1; b = 2; go(this); return false", handler=True)
    assert (found.defines, found.reads) == ({"b"}, {"go"})


def test_a_handler_sees_the_document_around_it() -> None:
    assert effects("write('a')", handler=True).does("document.write") is not None
    assert effects("write('a')").does("document.write") is None


def test_an_act_and_a_name_know_their_place() -> None:
    text = "/* é */ x.y;\n  document.title"
    found = effects(text)
    [act] = found.acts
    assert text[act.at :].startswith("document.title")
    assert text[dict(found.keys)["x"] :].startswith("x.y")


def test_the_reason_why_nothing_is_known_knows_its_place() -> None:
    text = "a();\nwith (b) c()"
    found = effects(text)
    assert (found.opaque, found.opaque_at) == ("with", text.index("with"))


@pytest.mark.parametrize(
    "text", ["", "\ufeff", "\x00", "\udc80", "'\udcff'", "}", "\u2028", "#!/bin/sh", "/*", "`", "document.", "\\u", "x.\\u{}"]
)
def test_any_text_has_a_record(text: str) -> None:
    effects(text)
    effects(text, handler=True)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000, "(" * 4_000 + "a" + ")" * 4_000, "a" + ".b" * 20_000, "a" + "()" * 20_000, "1" + "+1" * 20_000,
        "!" * 20_000 + "a",
        "a ? b : " * 10_000 + "c", "if (a) b; else " * 10_000 + "c", "a => " * 20_000 + "b", "a = " * 20_000 + "b",
        "{" * 4_000 + "}" * 4_000,
        "(function () {" * 1_500 + "a" + "})()" * 1_500, "[" * 4_000 + "document" + "]" * 4_000, "a," * 30_000 + "b",
        "a[b]." * 10_000 + "c",
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_deep_nesting_is_no_limit(text: str) -> None:
    effects(text)


@pytest.mark.parametrize(
    "piece",
    ["f(function () { a.b = c });", "o.m = function (x) { return x.m(o) };", "x[y] = z[w](x);", "var a%d = document, b%d = a%d;"],
)
def test_work_grows_with_the_text(piece: str) -> None:
    def cost(count: int) -> float:
        text = "".join(piece.replace("%d", str(number)) for number in range(count))
        start = time.process_time()
        effects(text)
        return time.process_time() - start

    cost(100)
    assert cost(4_000) < 16 * cost(1_000) + 0.2


def test_what_grows_too_large_is_merged() -> None:
    flow = Flow()
    node = flow.node()
    for number in range(10 * MOST):
        flow.put(node, str(number))
        flow.put(node, number)
    assert len(flow.of(node)) <= MOST
