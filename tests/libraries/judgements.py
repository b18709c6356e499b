"""What was seen or may be and does not count, as a table: each row with the reason why a page cannot notice.

A row concerns what a library does to a page by itself. What its callers ask it to do is theirs.
"""

import re
from typing import NamedTuple


class Row(NamedTuple):
    """`packages`: names. `acts`: what does not count: `what` or `what detail`, with `later ` before it where that is about what
    happens after the script has run. `asked`: of queries, those that do not count: if it asks for anything else, the query
    counts. `why`: a sentence."""

    packages: tuple[str, ...]
    acts: tuple[str, ...]
    why: str
    asked: str = r".*"


ROWS: tuple[Row, ...] = (
    Row(
        ("html5shiv", "respond.js"),
        ("later style-insert", "later sheets-read"),
        "it looks whether the browser knows the elements of HTML 5, or media queries, and leaves it at that: every "
        "browser of today does",
    ),
    Row(
        ("chart.js",),
        ("paint style", "style-insert", "dom-write element", "later style-insert"),
        "2.x puts an animation without a picture into the head, for a class of its own that it sets on its own canvases: no "
        "stylesheet of a page has anything to say about that",
    ),
    Row(
        ("jquery-ui", "jquery-ui-dist"),
        ("later style-insert",),
        "while something is dragged it sets the cursor of all elements, with !important",
    ),
    Row(
        ("jquery",),
        ("dom-read collection", "dom-read query", "later dom-read body", "later layout-read offsetWidth"),
        "it tries what the browser can on an element of its own, which is below the root element for that moment and asked for by "
        "a name made of a random number: it neither sees nor leaves anything of the page",
        r"getElementsByName\((?:sizzle|jQuery)-?N\)|querySelector(?:All)?\(.*\)",
    ),
    Row(
        ("jquery",),
        ("later style-insert", "later sheets-read"),
        "`<style` stands in a pattern that tells which markup innerHTML may have; it makes no styles of its own",
    ),
    Row(
        ("bootstrap",),
        ("dom-read body",),
        "5.0 notes the body as the place of its backdrop, and in the head, where there is none yet, it fails for want of it: later "
        "is better",
    ),
    Row(
        ("@fortawesome/fontawesome-free",),
        ("dom-read query",),
        "it asks for script elements with its own settings (`data-auto-replace-svg` …), which stand on its own element",
        r"querySelector\(script\[data-[\w-]+\]\)",
    ),
    Row(
        ("@fortawesome/fontawesome-free",),
        ("later style-insert", "later sheets-read", "later paint", "paint", "style-insert"),
        "its styles name only classes of the pictures that it makes itself (`svg-inline--fa` …), and it puts them before the "
        "first stylesheet of the head, wherever the page's own stand by then; before and after, computed styles of all elements "
        "are equal",
    ),
    Row(
        ("@fortawesome/fontawesome-free",),
        ("ready", "listener document DOMContentLoaded"),
        "it waits for the document to replace `<i>` by pictures, and then watches for more: the result is the same whenever "
        "it begins; its documentation tells to load it with `defer`; before and after, the final document is the same",
    ),
)


def harmless(package: str, act: str, asked: list[str]) -> bool:
    """Is there a row for this act (as in `Row.acts`)?"""
    for row in ROWS:
        named = any(act == one or act.startswith(one + " ") for one in row.acts)
        if named and package in row.packages and ("query" not in act or all(re.fullmatch(row.asked, one) for one in asked)):
            return True
    return False
