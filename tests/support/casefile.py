"""Golden cases: a whole small site, what it becomes and what is said about it, in one file that can be read.

    What the case shows.

    --- config                     settings as TOML: the fields of `Config`; minify and compress are empty unless set here
    --- css/app.css                an input file
    a { background: url(a.png) }
    --- img/page.html (euc-kr)     … in another encoding
    --- pixel.gif (hex)            … as hexadecimal digits
    --- copy.css -> app.css        … a symbolic link
    --- crlf.css (escaped)         … with Python's backslash escapes, no newline at the end of the last line
    +++ css/app.css                what is served for it, under whatever name it has
    a { background: url({a.png}) }
    === names                      each file that is not plainly hashed: its naming and the reason
    === diagnostics                all that is said, with place, excerpt and caret

`{a.png}` in a served text is the name of `a.png` as a URL says it; `{integrity:a.png}` its integrity metadata. They are worked out
here, from the bytes that the case expects, so a case holds every digest without spelling any. A file without `+++` is served as it
is. In the names of files, Python's escapes (`\\u0301`, `\\n`) say what cannot be seen.
"""

import hashlib
import re
import tomllib
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from choices import AS_WRITTEN

from assetforge.config import Config, Root, Scripts, Stylesheets
from assetforge.schema import TEMPLATES, templates

_HEAD = re.compile(r"^(---|\+\+\+|===) (.+?)(?: \(([\w-]+)\))?$")
_PLACEHOLDER = re.compile(r"\{(integrity:)?([^{}\n]+)\}")


@dataclass(slots=True)
class Case:
    title: str = ""
    settings: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    served: dict[str, str] = field(default_factory=dict)
    encodings: dict[str, str] = field(default_factory=dict)
    names: str | None = None
    diagnostics: str = ""

    @classmethod
    def read(cls, file: Path) -> "Case":
        case = cls()
        for mark, name, how, body in _sections(file.read_text("utf-8")):
            case._take(mark, name, how, body)
        return case

    def _take(self, mark: str, name: str, how: str, body: str) -> None:
        if mark == "":
            self.title = body.strip()
        elif mark == "===":
            setattr(self, name, body.strip("\n"))
        elif mark == "+++":
            self.served[_name(name)] = _unescape(body[:-1]) if how == "escaped" else body
        elif name == "config":
            self.settings = body
        elif " -> " in name:
            link, _, target = name.partition(" -> ")
            self.links[_name(link)] = _name(target)
        else:
            self.encodings[_name(name)] = how
            self.files[_name(name)] = _encode(body, how)

    def write(self, folder: Path) -> None:
        for name, data in self.files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        for name, target in self.links.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).symlink_to(target)

    def config(self, folder: Path, output: Path, **more: Any) -> Config:
        settings: dict[str, Any] = {"minify": [], "compress": [], "jobs": 1, **AS_WRITTEN} | tomllib.loads(self.settings) | more
        for name, kind in (("stylesheets", Stylesheets), ("scripts", Scripts)):
            if isinstance(settings[name], dict):
                settings[name] = kind(**{key: tuple(one) if isinstance(one, list) else one for key, one in settings[name].items()})
        roots = settings.pop("roots", [{"folder": "."}])
        settings["roots"] = tuple(_root(root, folder) for root in roots)
        settings["minify"] = frozenset(settings["minify"])
        for name in ("compress", "stable", "prehashed", "exclude"):
            if name in settings:
                settings[name] = tuple(settings[name])
        if "ignore_missing" in settings:
            settings["ignore_missing"] = tuple(tuple(pair) for pair in settings["ignore_missing"])
        return Config(output=output, **settings)

    @property
    def minifies(self) -> bool:
        return bool(tomllib.loads(self.settings).get("minify"))

    @property
    def puts_in(self) -> bool:
        """Are imported stylesheets put into those that import them?"""
        chosen = tomllib.loads(self.settings).get("stylesheets", {})
        return isinstance(chosen, dict) and chosen.get("imports", "flatten" if chosen else "keep") == "flatten"

    def inputs(self, folder: Path) -> dict[str, bytes]:
        """The files by logical path: what a root's prefix makes of them."""
        roots = tomllib.loads(self.settings).get("roots", [{"folder": "."}])
        found = {}
        for root in roots:
            top = folder / root["folder"]
            for file in sorted(top.rglob("*")):
                if file.is_file():
                    found[root.get("prefix", "/").lstrip("/") + file.relative_to(top).as_posix()] = file.read_bytes()
        return found


def _root(root: Mapping[str, Any], folder: Path) -> Root:
    language = {key: value for key, value in root.items() if key in TEMPLATES}
    plain = {key: value for key, value in root.items() if key not in TEMPLATES}
    scopes = tuple(plain.pop("scope", ()))
    chosen = templates(language, "roots", plain.get("dialect", "plain"))
    return Root(**{**plain, "folder": folder / plain["folder"]}, scopes=scopes, templates=chosen)


class Expected:
    """The bytes and names that a case expects, worked out without the build. A cycle's names are asked of `actual`: what its digest
    is made of is the business of the tests of `digest`."""

    def __init__(self, case: Case, inputs: Mapping[str, bytes], hashed: Mapping[str, bool], actual: Callable[[str], str]) -> None:
        self.case = case
        self.inputs = inputs
        self.hashed = hashed
        self.actual = actual
        self._bytes: dict[str, bytes] = {}
        self._under_way: list[str] = []
        self.cyclic: set[str] = set()

    def bytes_of(self, path: str) -> bytes:
        if path not in self._bytes:
            self._under_way.append(path)
            self._bytes[path] = self._render(path)
            self._under_way.pop()
        return self._bytes[path]

    def name_of(self, path: str) -> str:
        _folder, _, name = path.rpartition("/")
        if not self.hashed[path]:
            return quote(name, safe="@+!~:")
        if path in self._under_way:
            self.cyclic.update(self._under_way[self._under_way.index(path) :])
        else:
            self.bytes_of(path)
        if path in self.cyclic:
            return quote(self.actual(path).rpartition("/")[2], safe="@+!~:")
        return quote(with_digest(name, hashlib.sha256(self.bytes_of(path)).hexdigest()), safe="@+!~:")

    def _render(self, path: str) -> bytes:
        text = self.case.served.get(path)
        if text is None:
            return self.inputs[path]
        return _encode(_PLACEHOLDER.sub(self._fill, text), _text_encoding(self.case.encodings.get(path, "")))

    def _fill(self, match: re.Match[str]) -> str:
        path = _name(match[2])
        if path not in self.inputs:
            return match[0]
        if match[1]:
            return "sha384-" + b64encode(hashlib.sha384(self.bytes_of(path)).digest()).decode()
        return self.name_of(path)


def with_digest(name: str, digest: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}.{digest[:12]}.{suffix}" if dot and stem else f"{name}.{digest[:12]}"


def rewrite(file: Path, served: Mapping[str, str], names: str | None, diagnostics: str) -> None:
    """Put what was built into the case file, in place of what it expected."""
    parts = []
    for mark, name, how, body in _sections(file.read_text("utf-8")):
        if mark == "":
            parts.append(body.strip("\n") + "\n\n")
        elif mark == "---":
            parts.append(f"--- {name}{f' ({how})' if how else ''}\n{body}")
    for path, text in sorted(served.items()):
        # unicode_escape keeps printable ASCII and newlines are put back, so most bodies stay plain
        plain = text.endswith("\n") and "\r" not in text and all(ch.isprintable() or ch in "\n\t" for ch in text)
        body = text if plain else text.encode("unicode_escape").decode().replace("\\n", "\n") + "\n"
        parts.append(f"+++ {_escape_name(path)}{'' if plain else ' (escaped)'}\n{body}")
    for title, body in (("names", names), ("diagnostics", diagnostics)):
        if body:
            parts.append(f"=== {title}\n{body}\n")
    file.write_text("".join(parts), "utf-8")


def _sections(text: str) -> list[tuple[str, str, str, str]]:
    found: list[tuple[str, str, str, list[str]]] = [("", "", "", [])]
    for line in text.splitlines(keepends=True):
        head = _HEAD.match(line.rstrip("\n"))
        if head:
            found.append((head[1], head[2], head[3] or "", []))
        else:
            found[-1][3].append(line)
    return [(mark, name, how, "".join(lines)) for mark, name, how, lines in found]


def _encode(body: str, how: str) -> bytes:
    if how == "hex":
        return bytes.fromhex(body)
    if how == "escaped":
        return _unescape(body[:-1]).encode("utf-8", "surrogateescape")
    if how == "bytes":
        return _unescape(body[:-1]).encode("latin-1")
    return body.encode(how or "utf-8", "surrogateescape")


def _text_encoding(how: str) -> str:
    return "" if how in ("escaped", "bytes", "hex") else how


def _unescape(text: str) -> str:
    return re.sub(r"\\(u[0-9a-f]{4}|x[0-9a-f]{2}|[nrt0\\])", lambda match: match[0].encode().decode("unicode_escape"), text)


def _name(written: str) -> str:
    return _unescape(written)


def _escape_name(path: str) -> str:
    return "".join(ch if ch.isascii() and ch.isprintable() and ch != "\\" else ch.encode("unicode_escape").decode() for ch in path)
