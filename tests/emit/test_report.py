"""`report.json` is as its schema says, whatever was built."""

import json
from pathlib import Path
from typing import Any

import handmade
import pytest

from assetforge.diagnostics import Diagnostic
from assetforge.emit import emit
from assetforge.emit.report import SCHEMA
from assetforge.output import Build
from assetforge.progress import Silent

KNOWN = {
    "$schema", "type", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "enum", "const",
    "minimum",
}  # fmt: skip
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "null": type(None)}


def mistakes(value: Any, schema: dict[str, Any], place: str = "$") -> list[str]:
    """What of `value` is not as the schema says; the part of JSON Schema that `SCHEMA` uses, and nothing else."""
    assert set(schema) <= KNOWN
    found = []
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and (isinstance(value, bool) or not isinstance(value, tuple(TYPES[kind] for kind in kinds))):
        return [f"{place}: {value!r} is no {kinds}"]
    if value != schema.get("const", value) or value not in schema.get("enum", [value]):
        found.append(f"{place}: {value!r}")
    if isinstance(value, int) and value < schema.get("minimum", value):
        found.append(f"{place}: {value}")
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            found.append(f"{place}: {len(value)} items")
        for at, item in enumerate(value):
            found += mistakes(item, schema.get("items", {}), f"{place}[{at}]")
    if isinstance(value, dict):
        found += [f"{place}: no {name}" for name in schema.get("required", []) if name not in value]
        for name, item in value.items():
            inner = schema.get("properties", {}).get(name, schema.get("additionalProperties", {}))
            found += [f"{place}: {name} is not in the schema"] if inner is False else mistakes(item, inner, f"{place}.{name}")
    return found


def report(folder: Path, build: Build, **options: object) -> dict[str, Any]:
    config = handmade.config(folder, **options)
    emit(build, config, cache=None, progress=Silent())
    document: dict[str, Any] = json.loads((config.output / "report.json").read_text())
    return document


@pytest.mark.parametrize("compress", [(), ("gzip",), ("gzip", "br", "zstd")])
def test_it_is_as_its_schema_says(tmp_path: Path, compress: tuple[str, ...]) -> None:
    told = [Diagnostic("css/app.css", 3, 4, "warning", "missing", "no such file", "did you mean…", "a { }", 3, 2)]
    build = handmade.build(handmade.site().outputs, told)
    assert mistakes(report(tmp_path, build, compress=compress), SCHEMA) == []


def test_of_nothing_too(tmp_path: Path) -> None:
    assert mistakes(report(tmp_path, handmade.build([])), SCHEMA) == []


def test_the_schema_refuses_what_is_wrong(tmp_path: Path) -> None:
    document = report(tmp_path, handmade.site())
    document["assets"]["css/app.css"]["size"] = -1
    document["pages"]["index.html"]["colour"] = "red"
    del document["totals"]["files"]
    assert len(mistakes(document, SCHEMA)) == 3


def test_what_it_says_of_a_file_a_page_and_all(tmp_path: Path) -> None:
    document = report(tmp_path, handmade.site())
    asset = document["assets"]["css/app.css"]
    assert asset["size"] == len(handmade.CSS)
    assert 0 < asset["br"] < asset["gzip"] < asset["size"]
    assert asset["references"] == {"external": 2, "rewritten": 1}
    assert (asset["naming"], asset["reason"]) == ("hashed", "nothing asks for it by name")
    assert document["assets"]["img/photo.png"]["gzip"] is None
    assert document["pages"]["index.html"]["decisions"] == [["critical", "stands down"]]
    assert "index.html" not in document["assets"]
    totals = document["totals"]
    counted = [*document["assets"].values(), *document["pages"].values()]
    assert totals["bytes_after"] == sum(one["size"] for one in counted)
    assert totals["gzip_after"] == sum(one["gzip"] or one["size"] for one in counted)
    assert totals["files"] == len(counted)


def test_nothing_of_the_machine_is_in_it(tmp_path: Path) -> None:
    report(tmp_path, handmade.site())
    assert str(tmp_path) not in (tmp_path / "build/report.json").read_text()
