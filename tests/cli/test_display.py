"""Results and progress, on a terminal and elsewhere."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assetforge.config import Encoding
from assetforge.diagnostics import Diagnostic
from assetforge.display import Display, size, summary, table
from assetforge.output import AssetFacts, Build, FileContent, Output
from assetforge.tally import Row, rows, total

WARNING = Diagnostic("a.css", 1, 1, "warning", "missing-reference", "there is no b.png", excerpt="url(b.png)")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def used(display: Display) -> None:
    with display:
        display.phase("Reading", 3)
        display.advance(3)
        display.phase("Resolving references", 0)
        display.diagnostics([WARNING, WARNING._replace(severity="note", code="left-alone")])
        display.sizes([Row("pages", 1, 100, 90)])
        display.say("done", "good")


def test_without_a_terminal_lines_are_plain_and_results_stand_apart() -> None:
    out, err = io.StringIO(), io.StringIO()
    used(Display(out=out, err=err))
    first = ["Reading: 3", "Resolving references", "warning[missing-reference]: there is no b.png"]
    assert err.getvalue().splitlines()[:3] == first
    assert out.getvalue().splitlines() == ["       files  before  served", "pages      1   100 B    90 B", "done"]
    assert "\x1b" not in out.getvalue() + err.getvalue()


def test_on_a_terminal_there_are_colours() -> None:
    out, err = Terminal(), Terminal()
    used(Display(out=out, err=err))
    assert "\x1b[1;33mwarning[missing-reference]\x1b[0m" in err.getvalue()
    assert "\x1b[1;32mdone\x1b[0m" in out.getvalue()


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colours_can_be_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    out, err = Terminal(), Terminal()
    used(Display(out=out, err=err))
    assert not re.search(r"\x1b\[[0-9;]*m", out.getvalue() + err.getvalue())


def test_an_empty_no_color_refuses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    out = Terminal()
    Display(out=out, err=Terminal()).say("done", "good")
    assert "\x1b[" in out.getvalue()


def test_quiet_tells_errors_alone() -> None:
    out, err = io.StringIO(), io.StringIO()
    display = Display(quiet=True, out=out, err=err)
    used(display)
    assert (out.getvalue(), err.getvalue()) == ("", "")
    display.diagnostics([WARNING._replace(severity="error")])
    display.error("nothing was written")
    assert "error[missing-reference]" in err.getvalue() and "error: nothing was written" in err.getvalue()


def test_progress_appears_when_a_build_takes_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """And not before: importing what draws it would take longer than the build."""
    monkeypatch.setattr("time.monotonic", iter(float(at) for at in range(100)).__next__)
    err = Terminal()
    with Display(err=err, out=io.StringIO()) as display:
        display.phase("Reading", 1200)
        display.advance(300)
        display.phase("Writing", 0)
        assert "Reading" in err.getvalue() and "300 of 1,200" in err.getvalue() and "Writing" in err.getvalue()


def test_a_quick_build_imports_no_drawing(tmp_path: Path) -> None:
    code = (
        "import sys, io\n"
        "class T(io.StringIO):\n    isatty = lambda self: True\n"
        "from assetforge.display import Display\n"
        "with Display(out=T(), err=T()) as d:\n    d.phase('a', 1); d.advance(); d.say('done', 'good')\n"
        "sys.exit('rich' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_character_that_the_stream_lacks_ends_nothing() -> None:
    buffer = io.BytesIO()
    out = io.TextIOWrapper(buffer, "ascii")
    Display(out=out, err=io.StringIO()).lines(["été \udc80 →"])
    assert buffer.getvalue() == b"\\xe9t\\xe9 \\udc80 \\u2192\n"


def test_a_file_name_steers_no_terminal() -> None:
    out, err = io.StringIO(), io.StringIO()
    display = Display(out=out, err=err)
    display.say("a\x1b[2Jb")
    display.error("two lines:\n  a\x1b[2Jb")
    assert out.getvalue() == "a\\x1b[2Jb\n" and err.getvalue() == "error: two lines:\n  a\\x1b[2Jb\n"


@pytest.mark.parametrize(
    ("count", "text"),
    [(None, "–"), (0, "0 B"), (999, "999 B"), (1000, "1.00 kB"), (9994, "9.99 kB"), (9996, "10.0 kB"), (99_960, "100 kB"),
     (999_499, "999 kB"), (999_500, "1.00 MB"), (12_345_678, "12.3 MB"), (5 * 10**12, "5.00 TB"), (10**16, "10000 TB")],
)  # fmt: skip
def test_sizes_have_three_digits(count: int | None, text: str) -> None:
    assert size(count) == text


def test_the_table_is_aligned_and_leaves_empty_columns_out() -> None:
    given = [Row("pages", 2, 2000, 1900, 700), Row("images", 1200, 5_000_000, 5_000_000)]
    assert list(table(given)) == [
        "        files   before   served     gzip",
        "pages       2  2.00 kB  1.90 kB    700 B",
        "images  1,200  5.00 MB  5.00 MB        –",
        "total   1,202  5.00 MB  5.00 MB  5.00 MB",
    ]
    assert list(table([])) == []


def test_a_total_counts_a_file_without_a_twin_with_its_own_size() -> None:
    assert total([Row("pages", 1, 10, 8, gzip=5), Row("images", 1, 20, 20)]) == Row("total", 2, 30, 28, gzip=25)


class Stored:
    def __init__(self, size: int, **twins: int) -> None:
        self.size = size
        self.twins: tuple[tuple[Encoding, int], ...] = tuple(twins.items())  # type: ignore[assignment]


def output(path: str, media_type: str, **more: object) -> Output:
    values: dict[str, object] = {"naming": "hashed", "content": FileContent(Path(path), "0"), "size": 50} | more
    return Output(path=path, output_path=f"site/{path}", url=f"/{path}", media_type=media_type, **values)  # type: ignore[arg-type]


BUILD = Build(
    outputs=(
        output("a.css", "text/css"),
        output("b.css", "text/css"),
        output("a.js", "text/javascript"),
        output("copy.js", "text/javascript", naming="original"),
        output("index.html", "text/html", naming="stable", page=True, size=None),
        output("data.bin", "application/octet-stream"),
    ),
    facts=tuple(
        AssetFacts(path, "x", "hashed", "", 100, "0", {}, "yes") for path in ("a.css", "b.css", "a.js", "index.html", "data.bin")
    ),
    diagnostics=(),
)


def test_files_are_tallied_by_kind_and_own_name_copies_are_not() -> None:
    stored = {
        "site/a.css": Stored(80, gzip=30, br=20),
        "site/b.css": Stored(10),
        "site/a.js": Stored(70, gzip=40),
        "site/index.html": Stored(90, gzip=45, br=44),
        "site/data.bin": Stored(100),
    }
    assert rows(BUILD, stored) == [
        Row("pages", 1, 100, 90, gzip=45, br=44),
        Row("stylesheets", 2, 200, 90, gzip=40, br=30),
        Row("scripts", 1, 100, 70, gzip=40),
        Row("other files", 1, 100, 100),
    ]


def test_where_nothing_was_written_the_size_of_pages_is_not_known() -> None:
    assert rows(BUILD, {})[:2] == [Row("pages", 1, 100, None), Row("stylesheets", 2, 200, 100)]


def test_messages_are_counted() -> None:
    one = WARNING._replace(severity="error")
    assert summary([one, one, WARNING, WARNING._replace(severity="note")]) == "2 errors, 1 warning"
    assert summary([]) == ""
