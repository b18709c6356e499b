"""Selectors Level 4 as browsers ship them: read here, matched in `pages`.

What must stay true: any str is taken, in linear time. What cannot be read becomes a selector of which nothing is known
(`UNKNOWN`), alone in its place in the list.
"""

from assetforge.formats.css.selectors.compiled import UNKNOWN, Complex, Compound, Selectors
from assetforge.formats.css.selectors.nesting import within
from assetforge.formats.css.selectors.parser import parse

__all__ = ["UNKNOWN", "Complex", "Compound", "Selectors", "parse", "within"]
