"""Which folder of the output answers for which URL prefix."""

from typing import NamedTuple

from assetforge.config import Config, RootKind
from assetforge.output import Build, Output


class Mount(NamedTuple):
    """`prefix` begins and ends with `/`; `folder` is relative to the output and ends with `/`."""

    prefix: str
    folder: str
    kind: RootKind

    def holds(self, output: Output) -> bool:
        return output.output_path.startswith(self.folder) and f"/{output.path}".startswith(self.prefix)


def mounts(build: Build, config: Config) -> tuple[Mount, ...]:
    """The roots that have outputs, longest prefix first. Where a file lies under its root is read off the outputs, so a
    prefix that is part of the folders and one that is not are both understood."""
    found: dict[tuple[str, RootKind], Mount] = {}
    roots = sorted({(root.prefix, root.kind) for root in config.roots}, key=lambda one: (-len(one[0]), one))
    for output in build.outputs:
        here = f"/{output.path}"
        for prefix, kind in roots:
            if here.startswith(prefix) and output.output_path.startswith(f"{kind}/"):
                if (prefix, kind) not in found:
                    inner = here[len(prefix) : here.rfind("/") + 1]
                    folder = output.output_path[: output.output_path.rfind("/") + 1]
                    found[prefix, kind] = Mount(prefix, folder[: len(folder) - len(inner)], kind)
                break
    return tuple(found[one] for one in roots if one in found)
