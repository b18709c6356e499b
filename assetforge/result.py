"""The end of a build: told to a person, and as JSON to a program.

The JSON (`--json`), schema 1: `status` (the exit status), `error` (why nothing was built, or null), `diagnostics` (the fields of
`Diagnostic`), `totals` (`files`, `pages`, `hashed`, and what the emit did: `written`, `removed`, `unchanged`, null where nothing
was written), `kinds` (the fields of `tally.Row`, and a last row `total`).
"""

import json
from collections.abc import Iterator
from typing import Any

from assetforge.config import Config
from assetforge.display import Display, size, summary
from assetforge.emit import Emitted
from assetforge.messages import counted
from assetforge.output import Build
from assetforge.settings import shown
from assetforge.tally import rows, total

SCHEMA = 1
_SHOWN = 5  # rebuilt files that `watch` names


def tell(build: Build, emitted: Emitted | None, config: Config, display: Display) -> None:
    """What was built, what it gained, and where it is."""
    if emitted is None or emitted.written:
        display.sizes(rows(build, emitted.files if emitted else {}))
    found = summary(build.diagnostics)
    if emitted is not None:
        done = _written(emitted) if emitted.written else f"nothing changed, {counted(len(emitted.files), 'file')}"
        display.say(f"{shown(config.output)}: {done}" + (f"; {found}" if found else ""), "good")
    elif any(one.severity == "error" for one in build.diagnostics):
        display.say(f"{found}; nothing was written", "error")
    else:
        display.say(f"{found or 'no mistakes'}; nothing was written, as asked", "good")


def rebuilt(build: Build, emitted: Emitted | None, seconds: float) -> Iterator[str]:
    """The same for one turn of `watch`: which files are other than before."""
    found = summary(build.diagnostics)
    took = f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
    if emitted is None:
        yield f"{found}; nothing was written ({took})"
        return
    names = {output.output_path for output in build.outputs if output.naming != "original"}
    fresh = [path for path in emitted.written if path in names]
    for path in fresh[:_SHOWN]:
        yield f"  {path}  {size(emitted.files[path].size)}"
    if len(fresh) > _SHOWN:
        yield f"  and {counted(len(fresh) - _SHOWN, 'more file')}"
    yield f"{_written(emitted) if emitted.written else 'nothing changed'} ({took})" + (f"; {found}" if found else "")


def document(build: Build, emitted: Emitted | None, status: int) -> str:
    """The JSON of a build."""
    kinds = rows(build, emitted.files if emitted else {})
    totals = {
        "files": len(build.facts),
        "pages": sum(1 for output in build.outputs if output.page),
        "hashed": sum(1 for output in build.outputs if output.naming == "hashed"),
        "written": len(emitted.written) if emitted else None,
        "removed": len(emitted.removed) if emitted else None,
        "unchanged": emitted.unchanged if emitted else None,
    }
    return _dumped(
        {
            "status": status,
            "error": None,
            "diagnostics": [one._asdict() for one in build.diagnostics],
            "totals": totals,
            "kinds": [one._asdict() for one in [*kinds, total(kinds)]],
        }
    )


def failed(reason: str, status: int) -> str:
    """The JSON of a build that did not come about."""
    return _dumped({"status": status, "error": reason, "diagnostics": [], "totals": None, "kinds": []})


def _dumped(values: dict[str, Any]) -> str:
    """ASCII: names that are no text (lone surrogates) stay representable."""
    return json.dumps({"schema": SCHEMA} | values, indent=1) + "\n"


def _written(emitted: Emitted) -> str:
    parts = [f"{counted(len(emitted.written), 'file')} written"]
    parts += [f"{emitted.unchanged:,} unchanged"] if emitted.unchanged else []
    parts += [f"{len(emitted.removed):,} removed"] if emitted.removed else []
    return ", ".join(parts)
