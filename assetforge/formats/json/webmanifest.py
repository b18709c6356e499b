"""Web app manifests (W3C Web Application Manifest, Manifest Incubations): images, the service worker, widget files.

Not references: `start_url`, `scope`, `id`, actions and handlers, which are pages; related applications, which are other sites'.
"""

from assetforge.formats.json.tokens import Node, Path, decode
from assetforge.reference import Kind, Mode, Parsed, reference

_ICONS = ("icons", "screenshots", "splash_screens")
# Members whose objects carry image resources of their own.
_OWNERS: tuple[Path, ...] = (
    (),
    ("shortcuts", None),
    ("file_handlers", None),
    ("widgets", None),
    ("tab_strip", "home_tab"),
    ("share_target",),
)
_TABLE: dict[Path, tuple[Kind, str]] = {
    **{(*owner, member, None, "src"): ("image", f"manifest {member}") for owner in _OWNERS for member in _ICONS},
    ("serviceworker", "src"): ("serviceworker", "manifest serviceworker"),
    ("widgets", None, "ms_ac_template"): ("fetch", "manifest widgets"),
    ("widgets", None, "data"): ("fetch", "manifest widgets"),
}
_LOCALIZED = "_localized"


def parse(text: str, nodes: list[Node]) -> Parsed:
    """The references of a manifest, relative to the manifest itself."""
    found = []
    for node in nodes:
        row = _TABLE.get(_unlocalized(node.path)) if node.kind == "string" else None
        if row is not None:
            kind, syntax = row
            mode: Mode = "same-origin" if kind == "serviceworker" else "no-cors"
            found.append(reference(decode(text, node.start, node.end), kind, syntax, mode=mode))
    return Parsed(references=tuple(one for one in found if one is not None))


def _unlocalized(path: Path) -> Path:
    """`icons_localized: {de: [{src}]}` holds what `icons: [{src}]` does."""
    for at, key in enumerate(path[:-1]):
        if key is not None and key.endswith(_LOCALIZED):
            return (*path[:at], key.removesuffix(_LOCALIZED), *path[at + 2 :])
    return path
