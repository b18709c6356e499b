"""What holds for all tests: which package they run on, and what a skipped test means."""

import os
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
# Tests import what they share from here. The repository itself must stay off the path: it would hide the installed wheel.
sys.path[:0] = [str(REPOSITORY / "tests" / "support"), str(REPOSITORY / "tests" / "integrations" / "nginx")]

_IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")
_skipped: dict[str, str] = {}


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("ASSETFORGE_TEST_WHEEL"):
        import assetforge

        place = Path(str(assetforge.__file__)).resolve()
        if REPOSITORY in place.parents and ".venv" not in place.parts:
            raise pytest.UsageError(f"the tests must run on the built wheel, but assetforge comes from {place}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not {"chromium", "tab", "browser"}.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker("browser")  # whoever asks for one needs one


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped[report.nodeid] = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if _IN_CI and _skipped and exitstatus == pytest.ExitCode.OK and not hasattr(session.config, "workerinput"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _skipped:
        terminalreporter.section("skipped, and that is a failure here" if _IN_CI else "skipped")
        for name, reason in sorted(_skipped.items()):
            terminalreporter.write_line(f"{name}: {reason}")


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY
