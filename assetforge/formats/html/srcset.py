"""`srcset` attributes, split as browsers split them.

https://html.spec.whatwg.org/multipage/images.html#parse-a-srcset-attribute. A URL may hold commas (not at its ends), descriptors
may hold parentheses with commas in them. Descriptors are not judged: a candidate that a browser drops loads nothing, and naming it
does no harm.
"""

import re
from collections.abc import Iterator

_SEPARATORS = re.compile(r"[ \t\n\f\r,]*+")
_URL = re.compile(r"[^ \t\n\f\r]++")
_DESCRIPTORS = re.compile(r"(?:[^(,]|\([^)]*+(?:\)|\Z)){0,64}")


def candidates(value: str) -> Iterator[tuple[int, int]]:
    """Start and end of each URL in the value of a `srcset`."""
    at = 0
    while url := _URL.match(value, start := _end(_SEPARATORS, value, at)):
        at = url.end()
        if value[at - 1] == ",":
            end = at - 1
            while value[end - 1] == ",":
                end -= 1
            yield start, end
            continue
        yield start, at
        while (end := _end(_DESCRIPTORS, value, at)) > at:
            at = end


def _end(pattern: re.Pattern[str], value: str, at: int) -> int:
    match = pattern.match(value, at)
    return match.end() if match else at
