"""A result as JSON, for programs (`--json`).

Schema 1: `status` (the exit status), `error` (why nothing was built, or null), `diagnostics` (the fields of `Diagnostic`), `totals`
(`files`, `pages`, `hashed`, and what the emit did: `written`, `removed`, `unchanged`, null where nothing was written), `kinds` (the
fields of `tally.Row`, bytes; the last row is the `total`).
"""

import json
from typing import Any

from assetforge.run import Result
from assetforge.tally import rows, total

SCHEMA = 1


def document(result: Result, status: int) -> str:
    """The JSON of a build that was computed."""
    build, emitted = result.build, result.emitted
    assert build is not None
    kinds = rows(build, emitted.files if emitted else {})
    totals = {
        "files": len(build.facts),
        "pages": sum(1 for output in build.outputs if output.page),
        "hashed": sum(1 for output in build.outputs if output.naming == "hashed"),
        "written": len(emitted.written) if emitted else None,
        "removed": len(emitted.removed) if emitted else None,
        "unchanged": emitted.unchanged if emitted else None,
    }
    values = {
        "status": status,
        "error": None,
        "diagnostics": [one._asdict() for one in result.diagnostics],
        "totals": totals,
        "kinds": [one._asdict() for one in [*kinds, total(kinds)]],
    }
    return _dumped(values)


def failed(reason: str, status: int) -> str:
    """The JSON of a build that did not come about."""
    return _dumped({"status": status, "error": reason, "diagnostics": [], "totals": None, "kinds": []})


def _dumped(values: dict[str, Any]) -> str:
    """ASCII: names that are no text (lone surrogates) stay representable."""
    return json.dumps({"schema": SCHEMA} | values, indent=1) + "\n"
