"""A path that goes on in the page behind a construct: `{{ STATIC_URL }}js/app.js`.

What must stay true: the path ends where a URL ends in any of the languages around (a quote, white space, a bracket), and constructs
within it are any text. Behind an `{% if %}` the forms are not told apart: one hole ends the path.
"""

import re
from collections.abc import Sequence

from assetforge.dialects.islands import Island
from assetforge.dialects.mentions import Form, Part
from assetforge.text import Decoded

_URL = re.compile(r"[^\s\"'<>`(){}|\\^,;]*+")
MOST_PARTS = 16


def continuation(text: str, islands: Sequence[Island], at: int) -> Form:
    """What the page writes behind island number `at`, up to the end of the URL."""
    parts: list[Part] = []
    end = islands[at].span.end
    following = at + 1
    while len(parts) < MOST_PARTS:
        next_start = islands[following].span.start if following < len(islands) else len(text)
        url = _URL.match(text, end, next_start)
        if url and url[0]:
            parts.append(Decoded(url[0], end))
            end = url.end()
        if following == len(islands) or end != next_start:
            return tuple(parts)
        island = islands[following]
        following, end = following + 1, island.span.end
        if island.kind == "comment":
            continue
        if island.writes:
            parts.append(None)
        elif _ends(text, islands, following, end):
            return tuple(parts)
        else:
            break
    return (*parts, None)


def _ends(text: str, islands: Sequence[Island], following: int, end: int) -> bool:
    """Is the URL over where this construct is?"""
    touches = following < len(islands) and islands[following].span.start == end
    url = _URL.match(text, end)
    return not touches and (url is None or not url[0])
