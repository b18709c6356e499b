"""Attribute selectors on one attribute: https://drafts.csswg.org/selectors-4/#attribute-selectors."""

from functools import lru_cache

from assetforge.formats.css.selectors.compiled import Attribute
from assetforge.pages.match.shapes import HOLE, Node, words

# Values that HTML compares without case: https://html.spec.whatwg.org/multipage/semantics-other.html#case-sensitivity-of-selectors
_ANY_CASE = frozenset({
    "accept", "accept-charset", "align", "alink", "axis", "bgcolor", "charset", "checked", "clear", "codetype", "color", "compact",
    "declare", "defer", "dir", "direction", "disabled", "enctype", "face", "frame", "hreflang", "http-equiv", "lang", "language",
    "link", "media", "method", "multiple", "nohref", "noresize", "noshade", "nowrap", "readonly", "rel", "rev", "rules", "scope",
    "scrolling", "selected", "shape", "target", "text", "type", "valign", "valuetype", "vlink",
})  # fmt: skip
_NAMESPACES = {"xlink": "http://www.w3.org/1999/xlink", "xml": "http://www.w3.org/XML/1998/namespace"}
_LOWER = {ord(upper): ord(upper) + 32 for upper in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


@lru_cache(1024)
def _lower(name: str) -> str:
    return name.translate(_LOWER)


def same_name(node: Node, name: str, wanted: Attribute) -> bool:
    """Is an attribute called what a selector asks for? Only elements of SVG and MathML have attributes in namespaces (`xlink:href`,
    #adjust-foreign-attributes). Of theirs case does not count either, as in Chromium: the parser makes `viewBox` of `viewbox`."""
    prefix, _, local = name.partition(":")
    namespace = _NAMESPACES.get(prefix) if local and node.namespace else None
    if namespace is None:
        return wanted.namespace in ("", "*") and _lower(name) == _lower(wanted.name)
    return wanted.namespace in ("*", namespace) and local == wanted.name


def matches(wanted: Attribute, value: str, node: Node) -> bool:
    """Does the value of an attribute, which has the name, match what a selector asks for?"""
    operator, asked = wanted.operator, wanted.value
    if not operator:
        return True
    if wanted.case == "i" or (not wanted.case and not node.namespace and _lower(wanted.name) in _ANY_CASE):
        value, asked = value.translate(_LOWER), asked.translate(_LOWER)
    match operator:
        case "=":
            return value == asked
        case "~=":
            return asked in words(value)
        case "|=":
            return value == asked or value.startswith(asked + "-")
        case "^=":
            return bool(asked) and value.startswith(asked)
        case "$=":
            return bool(asked) and value.endswith(asked)
        case "*=":
            return bool(asked) and asked in value


@lru_cache(4096)
def fits(hole: str, key: str) -> bool:
    """Could a key with a hole be `key`? Keys as in `Elements`. Where any attribute may be, any class and id may be as well."""
    if hole.startswith("[" + HOLE):
        return key[0] in ".#["
    first, *rest = hole.split(HOLE)
    if not key.startswith(first) or not key.endswith(rest[-1]) or len(key) < len(first) + len(rest[-1]):
        return hole[0] not in ".#[" and key[0] not in ".#["
    at, end = len(first), len(key) - len(rest[-1])
    for part in rest[:-1]:
        found = key.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
