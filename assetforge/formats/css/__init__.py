"""The CSS room: stylesheets, `style=""` and presentation attributes.

What must stay true: importing the room costs next to nothing (its regular expressions are compiled, and rcssmin is imported, only
when a file must be read), and both functions are total: any str goes in, lone surrogates, NULs and a byte order mark included.
"""

from assetforge.reference import Minified, Parsed

VERSION = 1


def parse(text: str, variant: str = "css") -> Parsed:
    """The references, look-ups and findings of `text`. Variants: `css`, `css-declarations` (a `style=""`), `css-value`."""
    from assetforge.formats.css.references import parse

    return parse(text, variant)


def minify(text: str, variant: str = "css") -> Minified:
    """`text` without what no browser looks at, or `text` itself with the reason why not."""
    from assetforge.formats.css.minifier import minify

    return minify(text, variant)
