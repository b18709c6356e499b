"""White space between JSON tokens goes, nothing else.

What must stay true: the tokens of the result are those of the text, one by one, or the text stays. Duplicate keys and the
spelling of numbers and strings are not touched. What is no JSON stays as it is.
"""

import json
import re
from typing import Any

from assetforge.reference import Minified

_TOKENS = re.compile(r'"(?:[^"\\]++|\\.)*+"|[^\s"{}\[\],:]++|[{}\[\],:]')


def minify(text: str) -> Minified:
    """`text` without the white space between its tokens."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    reason = _invalid(text[len(mark) :])
    if reason:
        return Minified(text, reason)
    tokens = _TOKENS.findall(text, len(mark))
    small = "".join(tokens)
    if _TOKENS.findall(small) != tokens or _invalid(small):
        return Minified(text, "the tokens would differ")
    return Minified(mark + small)


def _invalid(text: str) -> str:
    """Why `text` is not to be touched, empty where it is JSON. Numbers are not converted: one of 5,000 digits is JSON."""
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_refuse)
    except RecursionError:
        return "nested too deep to be checked"
    except ValueError:
        return "not valid JSON"
    return ""


def _refuse(constant: str) -> Any:
    """`NaN` and `Infinity` are no JSON, though Python reads them."""
    raise ValueError(constant)
