"""Smaller stylesheets that mean the same: rcssmin's result where it can be shown to mean the same, else a careful one, else none.

What must stay true: a result is given only if its canonical form is that of the text and it is smaller. So the licence comments
(`/*!`, `@license`, `@preserve`) are all in it. A sheet that carries a source map was built by someone else: minifying it again
would make its map lie. Colours and numbers stay as written.

rcssmin 1.3.0 is fast and as small as its peers but changes the meaning of some text (spaces inside quoted URLs, `.a/**/.b`,
`--x: ;`, an inactive `@charset`, the last semicolon of `@layer a,b;`), hence the comparison.
Where it errs or finds less, the canonical form itself is taken.
"""

from assetforge.formats.css.statements import canonical
from assetforge.formats.css.whitespace import Broken
from assetforge.reference import Minified

_WORTH = 200  # a text that loses less than one character in so many counts as minified


def minify(text: str, variant: str) -> Minified:
    """`text` smaller, or itself with the reason why not."""
    if "sourceMappingURL=" in text:
        return Minified(text, "carries a source map")
    try:
        careful = canonical(text, variant)
    except Broken:
        return Minified(text, "ends inside a comment, string or block, or its brackets do not match")
    if len(text) - len(careful) <= len(text) // _WORTH:
        return Minified(text, "already minified")
    for smaller in sorted((_rcssmin(text), careful) if variant == "css" else (careful,), key=len):
        if len(smaller) < len(text) and _is_canonically(smaller, careful, variant):
            return Minified(smaller)
    return Minified(text, "cannot be made smaller safely")


def _rcssmin(text: str) -> str:
    """As bytes, since it crashes on lone surrogates; and never with an open comment, where it takes the square of the time."""
    from rcssmin import cssmin

    result: bytes = cssmin(text.encode("utf-8", "surrogatepass"), keep_bang_comments=True)
    return result.decode("utf-8", "surrogatepass")


def _is_canonically(text: str, expected: str, variant: str) -> bool:
    try:
        return canonical(text, variant) == expected
    except Broken:
        return False
