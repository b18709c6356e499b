"""`report.json`: what a build did to every file, and why, for people and for other programs.

What must stay true: no clock and no absolute path, so that equal builds report equal bytes; every key below is always there. The
schema (`SCHEMA` holds the same for programs):

    version       1
    totals        files: inputs; outputs; bytes_before and bytes_after: sums over inputs, and over outputs but own-name copies;
                  gzip_after, br_after, zstd_after: the same sum with the twin's size where there is a twin; diagnostics: by
                  severity; references: how many of all files, by outcome (see `output.Outcome`)
    assets        by logical path, for every input that is no page:
                    output_path, url, naming, reason: under which name it is served, and why
                    format, media_type
                    source_size, size, gzip, br, zstd: bytes; the last three null where there is no twin
                    minified: "yes", or why not
                    references: how many, by outcome
                    dependencies: logical paths its bytes name
    pages         by logical path: the same without naming, reason and dependencies, and
                    decisions: [pass, what it decided and why], in the order of the passes
                    stylesheets, scripts: in document order: path (or URL, or `inline` and the digest), decision (`as-is`,
                      `keep:REASON`, `late`, `swap`, `defer`, `move`, `async`, `head`, `inject`), reason, better: what would be
                      needed to do better; of stylesheets rules: how many are inlined, and of how many, or null
                    critical: bytes of the inlined CSS raw, gzip, br
                    first_flight: bytes of the page as it travels with gzip, and the limit: what the first flight of TCP holds
    diagnostics   path, line, column, severity, code, message, hint, more: as on the terminal
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from assetforge.config import Encoding
from assetforge.diagnostics import Diagnostic
from assetforge.emit.compress import compress
from assetforge.emit.ledger import Kept
from assetforge.output import AssetFacts, Build, Decided, Outcome, Output, PageFacts

_ENCODINGS: tuple[Encoding, ...] = ("gzip", "br", "zstd")


def report(build: Build, files: Mapping[str, Kept]) -> str:
    """The file's text: one line for each asset, page and diagnostic."""
    outputs = {one.path: one for one in build.outputs if one.naming != "original"}
    pages: dict[str, object] = {}
    assets: dict[str, object] = {}
    for fact in build.facts:
        output = outputs.get(fact.path)
        if output is None:
            continue
        (pages if output.page else assets)[fact.path] = _described(fact, output, files[output.output_path])
    parts = [
        f'"version": {VERSION}',
        f'"totals": {json.dumps(_totals(build, outputs.values(), files))}',
        f'"assets": {_lines(assets)}',
        f'"pages": {_lines(pages)}',
        '"diagnostics": [' + ",".join("\n" + json.dumps(_told(one)) for one in build.diagnostics) + "]",
    ]
    return "{" + ",\n".join(parts) + "}\n"


VERSION = 2
FIRST_FLIGHT = 14_600  # bytes: ten segments (RFC 6928)


def _lines(entries: Mapping[str, object]) -> str:
    return "{" + ",".join(f"\n{json.dumps(path)}: {json.dumps(entries[path])}" for path in sorted(entries)) + "}"


def _described(fact: AssetFacts, output: Output, record: Kept) -> dict[str, Any]:
    twins = dict(record.twins)
    entry: dict[str, Any] = {
        "output_path": output.output_path,
        "url": output.url,
        "format": fact.format,
        "media_type": output.media_type,
        "source_size": fact.source_size,
        "size": record.size,
        **{encoding: twins.get(encoding) for encoding in _ENCODINGS},
        "minified": fact.minified,
        "references": {outcome: fact.outcomes[outcome] for outcome in sorted(fact.outcomes)},
    }
    if output.page:
        entry["decisions"] = [list(one) for one in fact.decisions]
        entry |= _page(fact.page or PageFacts(), record)
    else:
        entry |= {"naming": fact.naming, "reason": fact.reason, "dependencies": sorted(output.dependencies)}
    return entry


def _page(page: PageFacts, record: Kept) -> dict[str, Any]:
    travelling = dict(record.twins).get("gzip", record.size)
    return {
        "stylesheets": [_decided(one) | {"rules": _rules(one, page)} for one in page.stylesheets],
        "scripts": [_decided(one) for one in page.scripts],
        "critical": dict(zip(("raw", "gzip", "br"), _sizes(page.critical), strict=True)),
        "first_flight": {"bytes": travelling, "limit": FIRST_FLIGHT},
    }


def _decided(one: Decided) -> dict[str, Any]:
    return {"path": one.name, "decision": one.decision, "reason": one.detail or one.reason, "better": one.better}


def _rules(one: Decided, page: PageFacts) -> list[int] | None:
    return next(([taken, of] for name, taken, of in page.rules if name == one.name), None)


@lru_cache(maxsize=1024)
def _sizes(text: str) -> tuple[int, int, int]:
    """Bytes of a text raw, with gzip, with brotli; pages share theirs."""
    if not text:
        return 0, 0, 0
    data = text.encode("utf-8", "surrogatepass")
    return len(data), len(compress(data, "gzip") or data), len(compress(data, "br") or data)


def _totals(build: Build, outputs: Iterable[Output], files: Mapping[str, Kept]) -> dict[str, Any]:
    records = [files[one.output_path] for one in outputs]
    after = {
        f"{encoding}_after": sum(dict(record.twins).get(encoding, record.size) for record in records) for encoding in _ENCODINGS
    }
    severities = Counter(one.severity for one in build.diagnostics)
    outcomes: Counter[Outcome] = Counter()
    for fact in build.facts:
        outcomes.update(fact.outcomes)
    return {
        "files": len(build.facts),
        "outputs": len(build.outputs),
        "bytes_before": sum(one.source_size for one in build.facts),
        "bytes_after": sum(record.size for record in records),
        **after,
        "diagnostics": {severity: severities[severity] for severity in ("error", "warning", "note")},
        "references": dict(sorted(outcomes.items())),
    }


def _told(one: Diagnostic) -> dict[str, Any]:
    return {
        "path": one.path,
        "line": one.line,
        "column": one.column,
        "severity": one.severity,
        "code": one.code,
        "message": one.message,
        "hint": one.hint,
        "more": one.more,
    }


_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_TEXT: dict[str, Any] = {"type": "string"}
_MAYBE: dict[str, Any] = {"type": ["integer", "null"], "minimum": 0}


def _record(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": sorted(properties), "additionalProperties": False}


_FILE: dict[str, Any] = {
    "output_path": _TEXT,
    "url": _TEXT,
    "format": _TEXT,
    "media_type": _TEXT,
    "source_size": _COUNT,
    "size": _COUNT,
    "gzip": _MAYBE,
    "br": _MAYBE,
    "zstd": _MAYBE,
    "minified": _TEXT,
    "references": {"type": "object", "additionalProperties": _COUNT},
}
_ASSET = _record(_FILE | {"naming": _TEXT, "reason": _TEXT, "dependencies": {"type": "array", "items": _TEXT}})
_DECIDED = {"path": _TEXT, "decision": _TEXT, "reason": _TEXT, "better": _TEXT}
_RULES: dict[str, Any] = {"type": ["array", "null"], "items": _COUNT}
_PAGE_ONLY: dict[str, Any] = {
    "stylesheets": {"type": "array", "items": _record(_DECIDED | {"rules": _RULES})},
    "scripts": {"type": "array", "items": _record(_DECIDED)},
    "critical": _record({"raw": _COUNT, "gzip": _COUNT, "br": _COUNT}),
    "first_flight": _record({"bytes": _COUNT, "limit": _COUNT}),
}
_PAIRS: dict[str, Any] = {"type": "array", "items": {"type": "array", "items": _TEXT, "minItems": 2, "maxItems": 2}}
_PAGE = _record(_FILE | _PAGE_ONLY | {"decisions": _PAIRS})
_SEVERITY: dict[str, Any] = {"enum": ["error", "warning", "note"]}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_record(
        {
            "version": {"const": VERSION},
            "totals": _record(
                {
                    **dict.fromkeys(
                        ("files", "outputs", "bytes_before", "bytes_after", "gzip_after", "br_after", "zstd_after"), _COUNT
                    ),
                    "diagnostics": _record({"error": _COUNT, "warning": _COUNT, "note": _COUNT}),
                    "references": {"type": "object", "additionalProperties": _COUNT},
                }
            ),
            "assets": {"type": "object", "additionalProperties": _ASSET},
            "pages": {"type": "object", "additionalProperties": _PAGE},
            "diagnostics": {
                "type": "array",
                "items": _record(
                    {
                        **dict.fromkeys(("path", "code", "message", "hint"), _TEXT),
                        **dict.fromkeys(("line", "column", "more"), _COUNT),
                        "severity": _SEVERITY,
                    }
                ),
            },
        }
    ),
}
