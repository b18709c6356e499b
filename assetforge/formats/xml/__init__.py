"""The XML room: SVG, feeds, sitemaps and the other small XML documents of a site.

What must stay true: positions come from a tokenizer of this room, never from a tree, so untouched text stays as it is; lxml
(entities and network off) only says whether a document is well-formed and whether a smaller one means the same. What is not
well-formed is left alone: a browser shows an error in its place, or no image at all.
"""

from assetforge.reference import Minified, Parsed

VERSION = 1

__all__ = ["VERSION", "kind_of", "minify", "parse"]


def kind_of(text: str) -> str:
    """Which document `text` is: a feed, a sitemap … (`roots.py`)."""
    from assetforge.formats.xml.roots import kind_of

    return kind_of(text)


def parse(text: str, variant: str = "xml") -> Parsed:
    """The references, embeds and findings of `text`. Variants: `svg`; `xml`, where the root element decides."""
    from assetforge.formats.xml.references import parse

    return parse(text, variant)


def minify(text: str, variant: str = "svg") -> Minified:
    """`text` without comments and white space that nothing shows, or `text` itself with the reason why not."""
    from assetforge.formats.xml.minifier import minify

    return minify(text, variant)
