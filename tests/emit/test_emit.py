"""Values become files: what stands in the output after an emit."""

from pathlib import Path

import handmade

from assetforge.emit import emit
from assetforge.progress import Silent


def test_every_output_has_its_bytes(tmp_path: Path) -> None:
    build, config = handmade.site(), handmade.config(tmp_path)
    emit(build, config, cache=None, progress=Silent())
    for one in build.outputs:
        assert (config.output / one.output_path).read_bytes() == one.content.read()
