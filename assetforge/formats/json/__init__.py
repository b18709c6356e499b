"""The JSON room: web app manifests, import maps, JSON-LD, and JSON that is only made smaller.

What must stay true: the text is never loaded and dumped again, so the spelling of numbers, the order of keys, duplicate keys and
escapes stay as they are. What is not JSON to the letter (RFC 8259) is left alone: no browser reads it either.
"""

from assetforge.reference import Minified, Parsed

VERSION = 1


def parse(text: str, variant: str = "json") -> Parsed:
    """The references of `text`. Variants: `webmanifest`, `importmap`, `json-ld`, and `json`, `sourcemap`, which have none."""
    if variant in ("json", "sourcemap"):
        return Parsed()
    from assetforge.formats.json.references import parse

    return parse(text, variant)


def minify(text: str, variant: str = "json") -> Minified:
    """`text` without white space between its tokens, or `text` itself with the reason why not."""
    from assetforge.formats.json.minifier import minify

    return minify(text)
