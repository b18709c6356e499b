"""The JavaScript room: what a script refers to, and a smaller script that means the same.

What must stay true: importing this package imports no parser. `parse` and `minify` are pure functions of the text; `VERSION`
counts the changes of what they return, for caches.
"""

from assetforge.reference import Minified, Parsed, Reference

VERSION = 4


def parse(text: str, variant: str) -> Parsed:
    """What a script refers to. `variant`: `js` (a file or a classic script), `js-module`, `js-handler` (a handler's body)."""
    from assetforge.formats.js import references

    return references.parse(text, variant)


def minify(text: str, variant: str) -> Minified:
    """`text` without comments and white space that mean nothing, or the text itself with the reason why not."""
    from assetforge.formats.js import minifier  # not "minify": a submodule of that name would replace this function

    return minifier.minify(text, variant)


def strings(text: str) -> tuple[Reference, ...]:
    """Every string of a service worker that could be a URL of the site: its precache list, among others."""
    from assetforge.formats.js import references

    return references.strings(text)
