"""A script of another site, downloaded and inserted by a small constant script: it blocks neither the parser nor the first paint.

What must stay true: the small script is the same text on every page, so one hash in a content security policy allows it; it leaves
no name behind; and the element that it makes has every attribute of the one that stood there, and its place.
"""

from typing import NamedTuple

from assetforge.formats.html.outline import Loading
from assetforge.text import Span

# `nonce` is hidden from getAttribute (HTML Standard, 3.2.6.9), so it is copied as a property.
INSERTER = (
    "(function(s,n){[].forEach.call(s.attributes,function(a){n.setAttribute(a.name=='data-src'?'src':a.name,a.value)});"
    "n.nonce=s.nonce;s.parentNode.replaceChild(n,s)})(document.currentScript,document.createElement('script'))"
)


class Insertion(NamedTuple):
    """What changes in the text: `data-` comes before the name of the `src` attribute at `name`, `INSERTER` into `body`."""

    name: int
    body: Span


def insertion(text: str, one: Loading) -> Insertion | None:
    """For a classic script with a `src`. None where its start tag is not plain enough to be changed."""
    name = _attribute(text, one.tag, "src")
    if name is None or one.span.end == one.body.end:
        return None
    return Insertion(name, one.body)


def _attribute(text: str, tag: Span, name: str) -> int | None:
    """Str offset of an attribute's name in a start tag (HTML Standard, 13.2.5.32 on)."""
    at = tag.start + 1
    while at < tag.end and text[at] not in " \t\n\f\r/>":
        at += 1
    while at < tag.end:
        while at < tag.end and text[at] in " \t\n\f\r/":
            at += 1
        start = at
        while at < tag.end and (text[at] not in " \t\n\f\r/>=" or at == start):
            at += 1
        if text[start:at].lower() == name:
            return start
        at = _value_end(text, at, tag.end)
        if at < tag.end and text[at] == ">":
            return None
    return None


def _value_end(text: str, at: int, end: int) -> int:
    """Where the value of an attribute ends whose name ends at `at`."""
    equals = at
    while equals < end and text[equals] in " \t\n\f\r":
        equals += 1
    if equals >= end or text[equals] != "=":
        return at
    at = equals + 1
    while at < end and text[at] in " \t\n\f\r":
        at += 1
    if at < end and text[at] in "\"'":
        close = text.find(text[at], at + 1, end)
        return end if close < 0 else close + 1
    while at < end and text[at] not in " \t\n\f\r>":
        at += 1
    return at
