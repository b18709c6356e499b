"""Diagnostics as text for people: code, place, excerpt, caret, hint.

    warning[missing]: css/app.css refers to img/logo.pgn, which does not exist
      --> css/app.css:12:19
       |
    12 |   background: url(img/logo.pgn);
       |                   ^^^^^^^^^^^^
       = hint: did you mean img/logo.png?

What must stay true: nothing that stands in a site can steer the terminal (control characters, bidirectional overrides, bytes
that are no text are shown as escapes), and the caret stands under its character whatever precedes it: escapes, tabs, wide and
combining characters. Work is bounded by the width of the screen, not by the length of the line.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from assetforge.diagnostics import Diagnostic

Paint = Callable[[str, str], str]
"""Style and text to what is printed. Styles: error, warning, note, strong, place, dim."""

TAB = 4  # columns: a tab in an excerpt is this wide, wherever it stands
_LEAST = 20  # columns of an excerpt, however narrow the screen
# What a terminal acts on or does not show: C0, DEL, C1, line and paragraph separators, bidirectional controls, zero-width marks,
# lone surrogates, private use and the byte order mark.
_UNSHOWN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def unpainted(_style: str, text: str) -> str:
    """A `Paint` for files and pipes."""
    return text


def escaped(text: str) -> str:
    """`text` with everything that a terminal would act on written out."""
    return _UNSHOWN.sub(lambda found: _escape(found[0]), text)


def width(text: str) -> int:
    """Columns that `text` takes on a terminal; it has no control characters."""
    return len(text) if text.isascii() else sum(_columns(char) for char in text)


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def render(diagnostic: Diagnostic, *, paint: Paint = unpainted, columns: int = 100) -> list[str]:
    """The lines of one diagnostic."""
    one = diagnostic
    place = escaped(one.path) + (f":{one.line}:{one.column}" if one.line else "")
    lines = [paint(one.severity, f"{one.severity}[{escaped(one.code)}]") + paint("strong", f": {escaped(one.message)}")]
    gutter = len(str(one.line)) if one.line and one.excerpt else 1
    if one.path:
        lines.append(" " * gutter + paint("place", "--> ") + place)
    bar = " " * gutter + " " + paint("place", "|")
    if one.line and one.excerpt:
        text, indent, marked = excerpt(one, max(columns - gutter - 3, _LEAST))
        lines += [bar, f"{paint('place', f'{one.line} |')} {text}", f"{bar} {' ' * indent}{paint(one.severity, '^' * marked)}"]
    notes = [f"hint: {escaped(one.hint)}"] if one.hint else []
    if one.more:
        notes.append(f"and the same in {counted(one.more, 'further file')}")
    lines += [" " * gutter + paint("place", " = ") + note for note in notes]
    return lines


def render_all(
    diagnostics: Iterable[Diagnostic], *, paint: Paint = unpainted, columns: int = 100, most: int | None = None
) -> Iterator[str]:
    """The lines of all diagnostics, in their order; of each severity and code at most `most`, and how many more there are."""
    for (_severity, _code), group in groupby(_by_code(diagnostics), key=lambda one: (one.severity, one.code)):
        same = list(group)
        shown = same if most is None or len(same) <= most + 1 else same[:most]
        for one in shown:
            yield from render(one, paint=paint, columns=columns)
            yield ""
        if len(shown) < len(same):
            kind = paint(same[0].severity, f"{same[0].severity}[{escaped(same[0].code)}]")
            yield f"{kind}: {counted(len(same) - len(shown), 'more message')} of this kind (--all shows them)"
            yield ""


def excerpt(diagnostic: Diagnostic, columns: int) -> tuple[str, int, int]:
    """The line, cut to `columns` around the caret; the columns before the first caret; and how many carets there are."""
    line = diagnostic.excerpt
    at = min(max(diagnostic.column - 1 - diagnostic.excerpt_at, 0), len(line))
    first, last = max(at - columns, 0), at + columns
    cells = [_shown(char) for char in line[first:last]]
    caret = at - first
    end = min(caret + max(diagnostic.width, 1), len(cells))
    start, stop = _window([width(cell) for cell in cells], caret, end, columns - 2)
    before = "…" if diagnostic.excerpt_at + first + start > 0 else ""
    after = "…" if stop < len(cells) or last < len(line) else ""
    indent = width(before) + sum(width(cell) for cell in cells[start:caret])
    marked = sum(width(cell) for cell in cells[caret : min(end, stop)])
    return f"{before}{''.join(cells[start:stop])}{after}".rstrip(), indent, max(marked, 1)


def _window(widths: list[int], caret: int, end: int, room: int) -> tuple[int, int]:
    """The cells to show: as much of what is marked as there is room for, then a third of the rest before it, then what follows."""
    if sum(widths) <= room:
        return 0, len(widths)
    start = stop = caret
    used = 0
    while stop < end and used + widths[stop] <= room:
        used += widths[stop]
        stop += 1
    before = (room - used) // 3
    while start > 0 and before >= widths[start - 1]:
        start -= 1
        before -= widths[start]
        used += widths[start]
    while stop < len(widths) and used + widths[stop] <= room:
        used += widths[stop]
        stop += 1
    while start > 0 and used + widths[start - 1] <= room:
        start -= 1
        used += widths[start]
    return start, stop


def _by_code(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Kinds together, in the order in which each kind comes first."""
    order: dict[tuple[str, str], int] = {}
    given = list(diagnostics)
    for one in given:
        order.setdefault((one.severity, one.code), len(order))
    return sorted(given, key=lambda one: order[one.severity, one.code])


def _shown(char: str) -> str:
    return " " * TAB if char == "\t" else escaped(char)


def _escape(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no text in the file's encoding
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _columns(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
