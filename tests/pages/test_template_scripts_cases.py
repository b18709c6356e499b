"""Template cases that are kept elsewhere: `ASSETFORGE_SCRIPT_CASES` names their folder, which has an `expected.json`."""

import json
import os
from pathlib import Path

from template_scripts import built, decided, verbs

CASES = os.environ.get("ASSETFORGE_SCRIPT_CASES")
# A word of the table and what may be decided in its place: in place or at the bottom, or nothing where nothing is held up.
ALSO = {
    "defer?family": {"defer", "move", "keep:at-end"},
    "keep:at-end": {"keep:at-end"},
    "keep:template-hole": {"keep:template-hole", "keep:opaque-conflict", "defer"},
    "keep:conditional-attrs": {"keep:conditional-attrs"},
    "keep:fragment": {"keep:fragment"},
}


if CASES:

    def test_cases_of_templates_are_decided_as_expected() -> None:
        folder = Path(CASES or "")
        files = {file.name: file.read_text("utf-8", "replace") for file in (folder / "js").glob("*.js")}
        files["lib.min.js"] = files["lib.js"]
        rows = [row for row in json.loads((folder / "expected.json").read_text("utf-8"))["cases"] if row["kind"] == "template"]
        texts = {row["file"]: (folder / row["file"]).read_text("utf-8") for row in rows}
        (base,) = (text for name, text in texts.items() if "base" in name)
        for row in rows:
            dialect = "jinja" if "jinja" in row["file"] else "django"
            family = {row["file"]: texts[row["file"]]}
            if '"base.html"' in texts[row["file"]]:
                family["base.html"] = base
            plans = decided(family, files, dialect)
            built(family, plans, dialect)
            for expected, found in zip(row["expect"], verbs(plans[row["file"]]), strict=True):
                assert found in ALSO[expected], (row["file"], found)
