"""The HTML room: what a page refers to, and a smaller page that means the same.

`VERSION` is part of every cache key: it changes with the output of `parse` or `minify`. Both are imported when first called, so
asking for the version costs nothing.
"""

from assetforge.reference import Minified, Parsed

VERSION = 1


def parse(text: str, variant: str) -> Parsed:
    """References, embeds and findings of a page. `variant`: `html`, or `xhtml` for a page that is read as XML."""
    from assetforge.formats.html.references import parse as find

    return find(text, variant)


def minify(text: str, variant: str) -> Minified:
    """The page with less white space and fewer comments, or as it was with the reason."""
    from assetforge.formats.html.minifier import minify as shorten

    return shorten(text, variant)
