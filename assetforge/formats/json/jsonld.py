"""JSON-LD with the vocabulary of schema.org: the images that search engines show.

Every reference is optional: these values are often addresses on other hosts, or names. `url` counts inside an image object alone;
elsewhere it is the address of a page.
"""

from assetforge.formats.json.tokens import Node, Path, decode
from assetforge.reference import Parsed, reference

_IMAGES = frozenset({"image", "logo", "photo", "primaryImageOfPage", "thumbnail"})
_URLS = frozenset({"thumbnailUrl", "contentUrl"})
_IN_OBJECT = frozenset({"url", "contentUrl"})


def parse(text: str, nodes: list[Node]) -> Parsed:
    """The image URLs of a JSON-LD block."""
    found = (
        reference(decode(text, node.start, node.end), "image", f"JSON-LD {_property(node.path)}", optional=True)
        for node in nodes
        if node.kind == "string" and _is_image(node.path)
    )
    return Parsed(references=tuple(one for one in found if one is not None))


def _keys(path: Path) -> list[str]:
    return [key for key in path if key is not None]


def _property(path: Path) -> str:
    return _keys(path)[-1]


def _is_image(path: Path) -> bool:
    """The value of an image property, a member of its array, or the address inside its object."""
    keys = _keys(path)
    if not keys:
        return False
    if keys[-1] in _IMAGES or keys[-1] in _URLS:
        return True
    return len(keys) > 1 and path[-1] is not None and keys[-1] in _IN_OBJECT and keys[-2] in _IMAGES
