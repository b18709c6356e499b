"""What a build looks like from outside: progress while it runs, messages and sizes when it is done.

`Display` is a `Progress`. What must stay true: results go to standard output, everything else to standard error, so a pipe gets
what was asked for; without a terminal there is no escape sequence and no line is written twice; `NO_COLOR` (no-color.org) takes the
colours and nothing else. rich takes 55 ms to import and a build in which nothing changed takes as long in all, so it is imported
on a terminal, and there only when a build has taken a while.
"""

import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from assetforge.diagnostics import Diagnostic
from assetforge.messages import Paint, counted, escaped, render_all, unpainted, width
from assetforge.progress import Progress, Silent
from assetforge.tally import Row, total

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

MOST = 20  # messages of one kind, unless all are asked for
_PATIENCE = 0.3  # seconds before a progress display pays
_BEAT = 0.1  # seconds between two states of it
_STYLES = {"error": "1;31", "warning": "1;33", "note": "1;36", "strong": "1", "place": "1;34", "dim": "2", "good": "1;32"}


class Display:
    """Listens to a build and tells a person. One for one command; use it as a context."""

    def __init__(
        self, *, quiet: bool = False, everything: bool = False, out: TextIO | None = None, err: TextIO | None = None
    ) -> None:
        self.quiet = quiet
        self.most = None if everything else MOST
        self.out = out or sys.stdout
        self.err = err or sys.stderr
        self.terminal = is_terminal(self.err)
        self.columns = shutil.get_terminal_size().columns if self.terminal else 100
        self._started = time.monotonic()
        self._bars: Bars | None = None
        self._phases: list[tuple[str, int, int]] = []  # title, how many, how many are done
        self._tasks: list[TaskID] = []
        self._drawn = 0.0

    # -- progress ------------------------------------------------------------------------------------------------------------

    def phase(self, title: str, total: int) -> None:
        self._phases.append((title, total, 0))
        if self.quiet:
            return
        if not self.terminal:
            self._write(self.err, f"{title}: {total:,}" if total else title)
        self._draw()

    def advance(self, count: int = 1) -> None:
        if not self._phases:
            return
        title, many, done = self._phases[-1]
        self._phases[-1] = (title, many, done + count)
        self._draw()

    @property
    def steps(self) -> Progress:
        """Progress for commands whose output is another: shown on a terminal, where it vanishes again, and nowhere else."""
        return self if self.terminal else Silent()

    def __enter__(self) -> "Display":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Take the progress off the screen; the next phase puts a new one there."""
        if self._bars is not None:
            self._bars.stop()
        self._bars, self._tasks, self._phases = None, [], []
        self._started = time.monotonic()

    def _draw(self) -> None:
        now = time.monotonic()
        if self.quiet or not self.terminal or now - self._drawn < _BEAT or now - self._started < _PATIENCE:
            return
        self._drawn = now
        if self._bars is None:
            self._bars = _bars(self.err)
            self._bars.start()
        for at, (title, many, done) in enumerate(self._phases):
            if at == len(self._tasks):
                self._tasks.append(self._bars.add_task(title, total=None, count=""))
            past, count = at < len(self._phases) - 1, f"{done:,} of {many:,}" if many else ""
            if past:  # whatever it has done is all there was
                self._bars.update(self._tasks[at], total=1, completed=1, count=f"{many:,}" if many else "")
            else:
                self._bars.update(self._tasks[at], total=many or None, completed=done, count=count)
        self._bars.refresh()

    # -- results -------------------------------------------------------------------------------------------------------------

    def diagnostics(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Errors and warnings; notes belong to `explain` and the report. Quiet: errors alone."""
        self.stop()
        wanted = ("error",) if self.quiet else ("error", "warning")
        shown = [one for one in diagnostics if one.severity in wanted]
        for line in render_all(shown, paint=self.paint(self.err), columns=self.columns, most=self.most):
            self._write(self.err, line)

    def sizes(self, rows: Iterable[Row]) -> None:
        """The table of what was gained."""
        if not self.quiet:
            for line in table(rows, paint=self.paint(self.out)):
                self._write(self.out, line)

    def say(self, text: str, style: str = "") -> None:
        """A line of result."""
        self.stop()
        if not self.quiet:
            text = escaped(text)
            self._write(self.out, self.paint(self.out)(style, text) if style else text)

    def lines(self, lines: Iterable[str]) -> None:
        """What was asked for: written even when quiet."""
        for line in lines:
            self._write(self.out, line)

    def error(self, text: str) -> None:
        """Why nothing was done."""
        self.stop()
        text = "\n".join(map(escaped, text.split("\n")))
        self._write(self.err, f"{self.paint(self.err)('error', 'error')}: {text}")

    def paint(self, stream: TextIO) -> Paint:
        return painted if is_terminal(stream) and not os.environ.get("NO_COLOR") else unpainted

    def _write(self, stream: TextIO, line: str) -> None:
        """A character that the stream's encoding lacks must not end a build."""
        encoding = getattr(stream, "encoding", None) or "utf-8"
        stream.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        stream.flush()


def is_terminal(stream: TextIO) -> bool:
    return stream.isatty() and os.environ.get("TERM", "") != "dumb"


def painted(style: str, text: str) -> str:
    """A `Paint` for terminals (ECMA-48, SGR)."""
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def size(count: int | None) -> str:
    """Bytes as people read them: three digits and a unit of 1000."""
    if count is None:
        return "–"
    if count < 1000:
        return f"{count} B"
    value, unit = count / 1000, "kB"
    for larger in ("MB", "GB", "TB"):
        if value < 999.5:
            break
        value, unit = value / 1000, larger
    return f"{value:.{0 if value >= 99.95 else 1 if value >= 9.995 else 2}f} {unit}"


def table(rows: Iterable[Row], *, paint: Paint = unpainted) -> Iterator[str]:
    """Rows and their sum, aligned. A column that is empty in every row is left out."""
    given = list(rows)
    if not given:
        return
    everything = [*given, total(given)] if len(given) > 1 else given
    wanted = [name for name in Row._fields if any(getattr(row, name) is not None for row in given)]
    titles = {"label": "", "br": "brotli"}
    cells = [[titles.get(name, name) for name in wanted]]
    cells += [[_cell(name, getattr(row, name)) for name in wanted] for row in everything]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    for number, line in enumerate(cells):
        aligned = [
            text + " " * (room - width(text)) if name == "label" else " " * (room - width(text)) + text
            for name, room, text in zip(wanted, widths, line, strict=True)
        ]
        style = "dim" if number == 0 else "strong" if number > len(given) else ""
        text = "  ".join(aligned).rstrip()
        yield paint(style, text) if style else text


def _cell(name: str, value: str | int | None) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,}" if name == "files" else size(value)


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`, or nothing."""
    severities = [one.severity for one in diagnostics]
    parts = [counted(severities.count(one), one) for one in ("error", "warning") if one in severities]
    return ", ".join(parts)


def _bars(err: TextIO) -> "Bars":
    """No thread of its own draws it: a build forks, and a fork beside a thread may hang."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    count = TextColumn("{task.fields[count]}", justify="right")
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=30), count, TimeElapsedColumn())
    return Progress(*columns, console=Console(file=err), transient=True, auto_refresh=False, expand=False)
