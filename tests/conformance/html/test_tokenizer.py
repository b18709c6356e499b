"""The tokenizer against html5lib-tests, with a ledger of known failures that is strict both ways."""

import sys
from pathlib import Path

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER))
from html5lib_tokens import actual, cases, expected  # noqa: E402 -- a module beside its test, which importlib mode does not find

LEDGER = FOLDER / "known-failures.txt"


def test_every_tokenizer_test_passes_unless_the_ledger_lists_it() -> None:
    known = {line for line in LEDGER.read_text("utf-8").splitlines() if line and not line.startswith("#")}
    failed = {name for name, test, state in cases() if actual(test, state) != expected(test)}
    assert not failed - known, "newly failing"
    assert not known - failed, "listed, but passing now: take them out of the ledger"


def test_the_suite_is_all_there() -> None:
    assert len(cases()) == 7032
