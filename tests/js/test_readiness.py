"""What waits for a document that is ready does not run in one that loads."""

import pytest

from assetforge.formats.js.effects import effects
from assetforge.formats.js.record import Effects

GO = " function go() { document.querySelectorAll('p'); GLOBAL }"
ON = "document.addEventListener('DOMContentLoaded', go)"


def now(found: Effects) -> set[str]:
    return {act.what for act in found.acts if act.tier != "deferred"}


@pytest.mark.parametrize(
    "text",
    [
        f"document.readyState !== 'loading' ? go() : {ON};",
        f"document.readyState === 'loading' ? {ON} : go();",
        f"if (document.readyState != 'loading') {{ go() }} else {{ {ON} }}",
        f"if ('loading' === document.readyState) {ON}; else go();",
        f"if (document.readyState === 'complete' || document.readyState === 'interactive') go(); else {ON};",
        f"if (document.readyState === 'complete' || (document.readyState !== 'loading' && !x)) go(); else {ON};",
        f"if (/complete|interactive/.test(document.readyState)) go(); else {ON};",
        f"if (!/^(?:loading)$/.test(window.document.readyState)) go(); else {ON};",
        f"if (document.attachEvent ? document.readyState === 'complete' : document.readyState !== 'loading') go(); else {ON};",
        f"document.readyState == 'complete' && go(); {ON};",
        f"document.readyState == 'loading' || go(); {ON};",
        f"(function () {{ if (document.readyState === 'loading') {{ {ON}; return }} go() }})();",
        f"function ready(f) {{ if (document.readyState !== 'loading') {{ f() }} else {{ {ON} }} }} ready(go);",
    ],
)
def test_what_waits_is_deferred(text: str) -> None:
    found = effects(text + GO)
    assert now(found) == {"ready", "listener"}
    assert any(act.what == "dom-read" and act.tier == "deferred" for act in found.acts)
    assert "GLOBAL" in found.reads_later


@pytest.mark.parametrize(
    "text",
    [
        f"if (document.readyState === 'loading') go(); else {ON};",
        "if (document.readyState === state) go();",
        "if (frame.document.readyState !== 'loading') go();",
        "if (/in/.test(document.readyState)) go();",
        f"if (document.readyState !== 'loading') {{ {ON} }} else {{ go() }}",
        "document.readyState === 'complete' ? 0 : go();",
        "if (document.readyState !== 'loading') go(); go();",
    ],
)
def test_what_does_not_wait_is_not(text: str) -> None:
    assert "dom-read" in now(effects(text + GO))


def test_what_is_defined_there_is_defined_later() -> None:
    found = effects("if (document.readyState !== 'loading') window.late = 1; window.soon = 1")
    assert (found.defines, found.defines_later) == ({"soon"}, {"late"})
