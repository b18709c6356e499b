"""Samples of rendered pages: which elements the pages of a template had, for deciding what its first paint needs.

    samples = Samples.load(config.samples)
    samples.shapes("admin/change_list.html")      # what `pages.matching.Index.matched` takes; empty without samples
    samples.digest("admin/change_list.html")      # for keys of caches
    samples.diagnostics                           # lines that could not be read

They are recorded in development and while a project's own tests run (`assetforge.django.recorder`, `assetforge.flask.recorder`,
`assetforge.jinja_recorder`, `assetforge sample URL`), and lie in a file that the project commits:

    = admin/login.html
    html [dir [lang
     body .login [data-admin-utc-offset
      div #container
       header #header

A line with `=` begins a template, as its engine names it: the outermost one of the page (`quirks`: of pages in quirks mode; `~1`:
kept coarsely). Each other line is an element, one space deeper than its parent: name, `#id`, `.class`, `[attribute`; `*` stands for
any characters. What must stay true: no text of a page and no value of an attribute is in the file, names aside (`names.py`); the
same pages make the same bytes, in whatever order they come; two files make one by `merged`, or where git joins their lines
(`merge=union`), and a file with marks of a conflict is read as both its sides.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import quote, unquote

from assetforge.diagnostics import Diagnostic
from assetforge.pages.match.shapes import Shape
from assetforge.samples import names
from assetforge.samples.sample import DEEPEST, TOO_VARIED, Branch, Sample, covers, shape, united, walked

VERSION = 1
_FIRST_LINE = f"# Written by assetforge (samples, format {VERSION}), to be committed: elements of pages, no text, no values."
_HEADER = re.compile(r"= (?P<name>\S+)(?P<quirks> quirks)?(?: ~(?P<level>[1-9][0-9]?))?")
_CONFLICT = re.compile(r"<{7}( .*)?|={7}|>{7}( .*)?|\|{7}( .*)?")
_NAME = r"[\w!-~]"
_ELEMENT = re.compile(rf"(?P<key>(?:(?:svg|math)\|)?[\w:.@-]+(?: #{_NAME}*)?(?: \.{_NAME}*)*)(?P<attributes>(?: \[[\w:.@-]+)*)")
_SAFE = "/:@+!$&'()*,;=-._~"  # characters of a template's name that stand for themselves


class Key(NamedTuple):
    """Whose sample: a template, and whether the page was in quirks mode, in which other selectors match."""

    template: str
    quirks: bool = False


@dataclass(frozen=True, slots=True)
class Samples:
    """The content of a file of samples. A value: nothing here changes one."""

    known: Mapping[Key, Sample] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()

    @classmethod
    def load(cls, file: Path | None) -> Self:
        """What `file` holds; nothing where there is none. Raises OSError where it cannot be read."""
        try:
            data = file.read_bytes() if file is not None else b""
        except FileNotFoundError:
            return cls()
        return cls.read(data.decode("utf-8", "replace"), file.name if file is not None else "")

    @classmethod
    def read(cls, text: str, name: str = "") -> Self:
        """The samples that the text of a file holds. `name`: of the file, for messages."""
        reading = _Reading(name)
        for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
            reading.line(number, line.rstrip("\r"))
        return cls({key: united(found) for key, found in reading.found.items()}, tuple(reading.diagnostics))

    @property
    def templates(self) -> tuple[str, ...]:
        """Names of the templates that have samples."""
        return tuple(sorted({key.template for key in self.known}))

    def shapes(self, template: str) -> tuple[Shape, ...]:
        """The shapes of a template's pages; empty where it has no sample, or its pages differ too much for one."""
        found = (shape(sample, quirks=key.quirks) for key, sample in self._of(template))
        return tuple([one for one in found if one is not None])

    def digest(self, template: str) -> str:
        """Names all that is known of a template: SHA-256, in hexadecimal; empty where nothing is."""
        lines = [line for key, sample in self._of(template) for line in _lines(key, sample)]
        return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest() if lines else ""

    def merged(self, *others: "Samples") -> "Samples":
        """All that these samples and `others` know."""
        found: dict[Key, list[Sample]] = {}
        for one in (self, *others):
            for key, sample in one.known.items():
                found.setdefault(key, []).append(sample)
        messages = dict.fromkeys(message for one in (self, *others) for message in one.diagnostics)
        return Samples({key: each[0] if len(each) == 1 else united(each) for key, each in found.items()}, tuple(messages))

    def covers(self, other: "Samples") -> bool:
        """Is all of `other` known?"""
        return all(key in self.known and covers(self.known[key], sample) for key, sample in other.known.items())

    def dump(self) -> str:
        """The text of the file."""
        lines = [_FIRST_LINE]
        for key in sorted(self.known):
            lines += _lines(key, self.known[key])
        return "\n".join(lines) + "\n"

    def _of(self, template: str) -> Iterable[tuple[Key, Sample]]:
        keys = (Key(template), Key(template, True))
        return ((key, self.known[key]) for key in keys if key in self.known)


def _lines(key: Key, sample: Sample) -> Iterator[str]:
    quirks, level = " quirks" if key.quirks else "", f" ~{sample.level}" if sample.level else ""
    yield f"= {quote(key.template, _SAFE, errors='surrogateescape')}{quirks}{level}"
    for depth, one, branch in walked(sample):
        yield " " * depth + " ".join((one, *sorted(branch.marks)))


class _Reading:
    """Reads a file line by line. What is not understood is told and left out, with the lines below it."""

    def __init__(self, name: str) -> None:
        self.found: dict[Key, list[Sample]] = {}
        self.diagnostics: list[Diagnostic] = []
        self._name = name
        self._path: list[Branch] = []  # the top of the sample, and the elements above the next line
        self._level = 0

    def line(self, number: int, line: str) -> None:
        if not line.strip() or line.startswith("#"):
            return
        if _CONFLICT.fullmatch(line):
            self._tell(number, line, "a mark of a merge conflict: both sides are read", "record again, and it is gone")
        elif line.startswith("="):
            self._header(number, line)
        else:
            self._element(number, line)

    def _header(self, number: int, line: str) -> None:
        found = _HEADER.fullmatch(line)
        level = int(found["level"] or 0) if found else 0
        if found is None or level > TOO_VARIED:
            self._path = []
            self._tell(number, line, "no name of a template", _HINT)
            return
        key = Key(unquote(found["name"], errors="surrogateescape"), found["quirks"] is not None)
        sample = Sample(Branch(), level)
        self.found.setdefault(key, []).append(sample)
        self._path, self._level = [sample.top], level

    def _element(self, number: int, line: str) -> None:
        content = line.lstrip(" ")
        depth = len(line) - len(content)
        found = _ELEMENT.fullmatch(content)
        if found is None or depth >= len(self._path) or depth > DEEPEST + 1 or not _is_known(found["key"]):
            del self._path[depth + 1 :]
            self._tell(number, line, "no element of a page, or none above it", _HINT)
            return
        attributes = [f"[{name}" for name in found["attributes"].split(" [")[1:] if names.is_attribute(name)]
        branch = self._path[depth].add(found["key"], self._level, attributes)
        self._path[depth + 1 :] = [branch]

    def _tell(self, number: int, line: str, message: str, hint: str) -> None:
        shown = line[:200]
        self.diagnostics.append(Diagnostic(self._name, number, 1, "warning", "sample", message, hint, shown, max(1, len(shown))))


_HINT = "the file is written by recorders: delete what they did not write, or all of it, and record again"


def _is_known(key: str) -> bool:
    name = key.partition(" ")[0]
    namespace, _, local = name.rpartition("|")
    return names.element_name(local, namespace or "html") == name
