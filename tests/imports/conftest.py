"""Small sites whose stylesheets import each other."""

import re
from types import SimpleNamespace

import pytest

from assetforge.build import analyse, build
from assetforge.config import Config, Root, Scripts, Stylesheets

_DIGEST = re.compile(r"\.[0-9a-f]{12}(?=\.)")


@pytest.fixture
def flat(tmp_path):
    """`flat({path: text}, **settings)` builds a site with an `index.html` that loads `main.css`: `.text(path)` as served, without
    the digests in names; `.reasons(path)`: why imports of a sheet stay; `.outcomes(path)`."""

    def make(files, *, imports="flatten", cache=None, **settings):
        folder = tmp_path / "site"
        for path, data in ({"index.html": "<link rel=stylesheet href=main.css>"} | files).items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data if isinstance(data, bytes) else data.encode())
        settings = {"minify": frozenset(), "roots": (Root(folder=folder),), "jobs": 1} | settings
        chosen = {"stylesheets": Stylesheets(delivery="blocking", imports=imports), "scripts": Scripts(policy="off")}
        config = Config(output=tmp_path / "out", **chosen, **settings)
        result = build(config, cache=cache)
        outputs = {one.path: one for one in result.outputs if one.naming != "original"}
        facts = {one.path: one for one in result.facts}
        found = analyse(config, cache=cache).rewriter.imports
        return SimpleNamespace(
            build=result,
            outputs=outputs,
            facts=facts,
            imports=found,
            text=lambda path: _DIGEST.sub("", outputs[path].content.read().decode("utf-8")),
            raw=lambda path: outputs[path].content.read(),
            reasons=lambda path: [why for _, why in sorted(found.reasons.get(path, {}).items())],
            outcomes=lambda path: dict(facts[path].outcomes),
        )

    return make
