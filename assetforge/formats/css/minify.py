"""Smaller stylesheets that mean the same: rcssmin's result where it can be shown to mean the same, else a careful one, else none.

What must stay true: a result is given only if its `statements` are those of the text, it is smaller, and the licence comments
(`/*!`, `@license`, `@preserve`) are all in it. A sheet that carries a source map was built by someone else: minifying it again
would make its map lie. Colours and numbers stay as written.

rcssmin 1.3.0 is fast and as small as its peers but changes the meaning of some text (spaces inside quoted URLs, `.a/**/.b`,
`--x: ;`, an inactive `@charset`, the last semicolon of `@layer a,b;`), hence the comparison. What it changes is rendered from the
statements themselves.
"""

from assetforge.formats.css.statements import statements
from assetforge.formats.css.whitespace import Broken
from assetforge.reference import Minified

_WORTH = 200  # a text that loses less than one character in so many counts as minified


def minify(text: str, variant: str) -> Minified:
    """`text` smaller, or itself with the reason why not."""
    if "sourceMappingURL=" in text:
        return Minified(text, "carries a source map")
    quick = _rcssmin(text) if variant == "css" else text
    if variant == "css" and len(text) - len(quick) <= len(text) // _WORTH:
        return Minified(text, "already minified")
    try:
        meant = statements(text, variant)
    except Broken:
        return Minified(text, "ends inside a comment, string or block, or its brackets do not match")
    for smaller in (quick, "".join(meant)):
        if len(smaller) < len(text) and _means(smaller, meant, variant):
            return Minified(smaller)
    return Minified(text, "already minified" if len("".join(meant)) >= len(text) else "cannot be made smaller safely")


def _rcssmin(text: str) -> str:
    from rcssmin import cssmin

    result: str = cssmin(text, keep_bang_comments=True)
    return result


def _means(text: str, meant: list[str], variant: str) -> bool:
    try:
        return statements(text, variant) == meant
    except Broken:
        return False
