"""Builds made by hand, so that emit is tested without the rooms before it."""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from assetforge.config import Config, Nginx, Root
from assetforge.diagnostics import Diagnostic
from assetforge.emit.compress import SUFFIX
from assetforge.manifest import Manifest
from assetforge.media import media_type
from assetforge.names import hashed_path, quoted
from assetforge.output import AssetFacts, Build, Naming, Output


@dataclass(frozen=True, slots=True)
class Bytes:
    """Content in memory."""

    key: str
    data: bytes

    @classmethod
    def of(cls, data: bytes) -> "Bytes":
        """As of a file that is passed through."""
        return cls(hashlib.sha256(data).hexdigest(), data)

    @classmethod
    def rendered(cls, data: bytes) -> "Bytes":
        """Its key is not the digest of its bytes."""
        return cls(hashlib.sha256(b"made" + data).hexdigest(), data)

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
        content=Bytes.rendered(data) if unknown or naming == "hashed" else Bytes.of(data),
        page=page,
        size=None if unknown else len(data),
        digest=None if unknown else digest,
        integrity=None if unknown else integrity,
    )


def asset(path: str, data: bytes, original: bytes | None = None, *, kind: str = "site") -> list[Output]:
    """A hashed file and the copy under its own name."""
    return [output(path, data, kind=kind), output(path, data if original is None else original, "original", kind=kind)]


def renewed(one: Output) -> Output:
    """The same bytes under another key."""
    return replace(one, content=Bytes("f" * 64, one.content.read()))


def with_bytes(one: Output, data: bytes) -> Output:
    """Other bytes than its digest says."""
    return replace(one, content=Bytes(one.content.key, data))


def placed(one: Output, output_path: str) -> Output:
    return replace(one, output_path=output_path)


def under(one: Output, prefix: str, output_path: str) -> Output:
    """The same file below a URL prefix."""
    return replace(one, path=prefix[1:] + one.path, url=prefix + one.url[1:], output_path=output_path)


def untrue(output: Path) -> list[str]:
    """What the manifest says and is not so: names without a file, files of other bytes."""
    wrong = []
    for path, entry in Manifest.load(output / "manifest.json").assets.items():
        file = Path(f"{output}/{entry.output_path}")
        if not file.is_file():
            wrong.append(f"{path}: no file")
            continue
        data = file.read_bytes()
        integrity = "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()
        if entry.integrity not in (None, integrity) or entry.size not in (None, len(data)):
            wrong.append(f"{path}: other bytes")
        for encoding, size in entry.encodings.items():
            twin = Path(f"{file}{SUFFIX[encoding]}")  # type: ignore[index]
            if not twin.is_file() or twin.stat().st_size != size:
                wrong.append(f"{path}: no true {encoding} twin")
    return wrong


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


REASONS = {"sw.js": "it is a service worker"}


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
        reasons=REASONS,
    )
