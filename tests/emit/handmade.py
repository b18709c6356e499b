"""Builds made by hand, so that emit is tested without the rooms before it."""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from assetforge.config import Config, Nginx, Root
from assetforge.diagnostics import Diagnostic
from assetforge.media import media_type
from assetforge.names import hashed_path, quoted
from assetforge.output import AssetFacts, Build, Naming, Output


@dataclass(frozen=True, slots=True)
class Bytes:
    """Content in memory."""

    data: bytes
    label: str = ""

    @property
    def key(self) -> str:
        return hashlib.sha256(self.label.encode() + self.data).hexdigest()

    def read(self) -> bytes:
        return self.data


@dataclass(frozen=True, slots=True)
class Made:
    """A content that was rendered: its key is not the digest of its bytes."""

    data: bytes

    @property
    def key(self) -> str:
        return hashlib.sha256(b"made" + self.data).hexdigest()

    def read(self) -> bytes:
        return self.data


@dataclass(frozen=True, slots=True)
class Memory:
    """A store that forgets with the test."""

    values: dict[str, bytes]

    def read(self, key: str) -> bytes | None:
        return self.values.get(key)

    def write(self, key: str, value: bytes) -> None:
        self.values[key] = value


def output(
    path: str, data: bytes, naming: Naming = "hashed", *, kind: str = "site", page: bool = False, rendered: bool = False
) -> Output:
    digest = hashlib.sha256(data).hexdigest()
    name = hashed_path(path, digest) if naming == "hashed" else path
    integrity = "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()
    unknown = page or rendered
    return Output(
        path=path,
        output_path=f"{kind}/{name}",
        url="/" + quoted(name),
        media_type=media_type(path),
        naming=naming,
        content=Made(data) if unknown or naming == "hashed" else Bytes(data),
        page=page,
        size=None if unknown else len(data),
        digest=None if unknown else digest,
        integrity=None if unknown else integrity,
    )


def asset(path: str, data: bytes, original: bytes | None = None, *, kind: str = "site") -> list[Output]:
    """A hashed file and the copy under its own name."""
    return [output(path, data, kind=kind), output(path, data if original is None else original, "original", kind=kind)]


def page(path: str, data: bytes) -> Output:
    return output(path, data, "stable", page=True)


def fact(one: Output, reason: str = "") -> AssetFacts:
    size = one.size if one.size is not None else len(one.content.read())
    return AssetFacts(
        path=one.path,
        format=one.media_type.rpartition("/")[2],
        naming=one.naming,
        reason=reason or "nothing asks for it by name",
        source_size=size,
        source_digest=one.content.key,
        outcomes={"rewritten": 1, "external": 2},
        minified="yes",
        decisions=(("critical", "stands down"),) if one.page else (),
    )


def build(outputs: Iterable[Output], diagnostics: Iterable[Diagnostic] = (), reasons: dict[str, str] | None = None) -> Build:
    ordered = tuple(sorted(outputs, key=lambda one: one.output_path))
    facts = {one.path: fact(one, (reasons or {}).get(one.path, "")) for one in ordered if one.naming != "original"}
    return Build(ordered, tuple(facts[path] for path in sorted(facts)), tuple(diagnostics))


def config(folder: Path, **changes: object) -> Config:
    values: dict[str, object] = {"roots": (Root(folder=folder / "in"),), "output": folder / "build", "jobs": 2, "nginx": Nginx()}
    return Config(**{**values, **changes})  # type: ignore[arg-type]


CSS = b"@charset \"utf-8\"; body { color: red; background: url(img/sun.svg) }\n" * 40
JS = b"export const greeting = 'hello'; // a module that says hello\n" * 40
PAGE = b"<!doctype html><meta charset=utf-8><title>Home</title><p>Hello, w\xc3\xb6rld</p>\n" * 20
ICON = bytes(range(256)) * 4


def site() -> Build:
    """A small site with one of everything."""
    return build(
        [
            *asset("css/app.css", CSS, b"/* app */ " + CSS),
            *asset("js/app.mjs", JS),
            *asset("img/sun.svg", b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<path d='M0 0h10'/>" * 30 + b"</svg>"),
            *asset("img/photo.png", ICON),
            *asset("fonts/text.woff2", ICON[::-1]),
            output("vendor/lib-Bx81aQ.js", JS + b"//1", "prehashed"),
            output("favicon.ico", ICON, "stable"),
            output("sw.js", JS + b"//2", "stable", rendered=True),
            output("site.webmanifest", b'{"name": "Sun", "icons": []}' + b" " * 200, "stable", rendered=True),
            page("index.html", PAGE),
            page("docs/index.html", PAGE + b"<p>docs</p>"),
        ],
        reasons={"sw.js": "it is a service worker"},
    )
