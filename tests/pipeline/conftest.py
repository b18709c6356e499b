"""Small sites, built in memory."""

from types import SimpleNamespace

import pytest
from choices import AS_WRITTEN

from assetforge.build import build
from assetforge.config import Config, Root


@pytest.fixture
def forge(tmp_path):
    """`forge({path: text}, **settings)` builds a site: `.text(path)` as served, `.url(path)`, `.naming(path)`, `.codes`."""

    def make(files, cache=None, **settings):
        folder = tmp_path / "site"
        for path, data in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data if isinstance(data, bytes) else data.encode())
        settings = {"minify": frozenset(), "roots": (Root(folder=folder),), **AS_WRITTEN} | settings
        config = Config(output=tmp_path / "out", **settings)
        result = build(config, cache=cache)
        outputs = {one.path: one for one in result.outputs if one.naming != "original"}
        facts = {one.path: one for one in result.facts}
        return SimpleNamespace(
            build=result,
            config=config,
            outputs=outputs,
            text=lambda path: outputs[path].content.read().decode(),
            url=lambda path: outputs[path].url,
            name=lambda path: outputs[path].url.rpartition("/")[2],
            naming=lambda path: (facts[path].naming, facts[path].reason),
            facts=facts,
            codes=sorted({(one.severity, one.code, one.path) for one in result.diagnostics if one.severity != "note"}),
        )

    return make
