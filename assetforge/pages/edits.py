"""From a plan to the text of its page: attributes that are put in, elements that move, and what comes into the head.

What must stay true: an element that moves keeps its bytes; nothing else of the page changes. White space stays where it is: what
stood around an element that moved is text of the page, and so is what stands around the place it moves to.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from html import escape

from assetforge.pages.hints import place as place_of_hints
from assetforge.pages.hints import tag
from assetforge.pages.page import Page
from assetforge.pages.plan import Hint, PagePlan
from assetforge.pages.script.inject import INSERTER, insertion
from assetforge.pages.script.kinds import source
from assetforge.pages.style.critical import placed
from assetforge.pages.task import Planned
from assetforge.text import Copy, Cut, Edit, Integrity, Piece, Span, Url, copied, relocated, repeated

SCRIPTS, STYLESHEETS, HINTS = "scripts", "critical css", "hints"
# The same text on every page, so that one hash in a content security policy allows it.
SWAPPER = (
    "document.querySelectorAll('link[data-swap]').forEach(function(l){l.onload=function(){l.onload=null;l.rel='stylesheet'}})"
)
_ATTRIBUTES = {"defer": " defer", "async": " async"}


def edits_of(page: Page, plan: PagePlan, base: str | None) -> Planned:
    """What `plan` does to the text of its page. `base`: the page's logical path, None where it names its files from the root."""
    when, styled = plan.scripts, plan.stylesheets
    edits = [*_attributes(page, plan), *_injections(page, plan), *_as_preloads(page, plan)]
    # late stylesheets may land in an element that the page leaves open; scripts that move go to the same place, or none does
    places = (styled.bottom if styled else None, when.bottom if when else None)
    bottom = next((at for at in places if at is not None and at >= 0), -1)
    head = _critical(page, plan, base)
    hinted = tuple(piece for one in plan.hints for piece in tag(_based(one, base)))
    at = place_of_hints(page.outline)
    if hinted and at is not None:
        edits.append(Edit(Span(at, at), hinted, HINTS))
    head_at = styled.at if styled else -1
    if styled and styled.critical:
        plan = plan._replace(stylesheets=styled._replace(critical=styled.critical._replace(pieces=())))
    moved, copies = tuple(_cuts(page, plan, "bottom")), tuple(_swaps(page, plan))
    lifted = tuple(_cuts(page, plan, "head"))
    top = when.head if when and when.head is not None else -1
    names = tuple(_names(page))
    return Planned(plan, tuple(edits), moved, bottom, head_at, head, copies, names, lifted=lifted, top=top)


def _names(page: Page) -> Iterator[str]:
    """What each element is called: by the file or the URL that it loads, or by the digest of its text (CSP 3, hash source)."""
    for index, one in enumerate(page.outline.loading):
        url = page.files.get(index) or (one.attribute("href") if one.name == "link" else source(one))
        body = page.text[one.body.start : one.body.end].encode("utf-8", "surrogatepass")
        yield url if url is not None else "inline sha256-" + b64encode(hashlib.sha256(body).digest()).decode()


def carried_out(planned: Planned, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """`edits` of the page's references together with what its plan wants. Where several put something in at one place, references
    come first (an import map must stand before what preloads modules), then hints, then the critical CSS."""
    own = tuple(edits)
    head = Edit(Span(planned.head_at, planned.head_at), planned.head, STYLESHEETS)
    written = (Edit(Span(at, at), tuple(repeated(own, parts)), STYLESHEETS) for at, parts in planned.written)
    wanted = [*own, *written, *planned.edits, *([head] if planned.head else []), *copied(own, planned.copies, STYLESHEETS)]
    places: dict[Span, Edit] = {}
    for edit in wanted:
        known = places.get(edit.span)
        if known is None or edit.span.start < edit.span.end:
            places[edit.span] = edit
        else:
            places[edit.span] = Edit(edit.span, (*known.pieces, *edit.pieces), f"{known.reason}, {edit.reason}")
    lifted = relocated(places.values(), planned.lifted, planned.top, SCRIPTS)
    return relocated(lifted, planned.cuts, planned.bottom, SCRIPTS)


def _attributes(page: Page, plan: PagePlan) -> Iterator[Edit]:
    """The attributes that scripts get, just behind the name of their tags: an unquoted value cannot swallow them there."""
    for one in plan.scripts.decisions if plan.scripts else ():
        if one.verb in _ATTRIBUTES:
            at = page.outline.loading[one.element].tag.start + len("<script")
            yield Edit(Span(at, at), (_ATTRIBUTES[one.verb],), SCRIPTS)


def _injections(page: Page, plan: PagePlan) -> Iterator[Edit]:
    for one in plan.scripts.decisions if plan.scripts else ():
        found = insertion(page.text, page.outline.loading[one.element]) if one.verb == "inject" else None
        if found is not None:
            yield Edit(Span(found.name, found.name), ("data-",), SCRIPTS)
            yield Edit(found.body, (INSERTER,), SCRIPTS)


def _cuts(page: Page, plan: PagePlan, where: str) -> Iterator[Cut]:
    """The elements that move to the bottom or into the head: stylesheets before scripts, each in the order of the text."""
    loading = page.outline.loading
    verb = "move" if where == "bottom" else "head"
    moved = [one.element for one in plan.stylesheets.decisions if one.verb == "late"] if plan.stylesheets and verb == "move" else []
    moved += [one.element for one in plan.scripts.decisions if one.verb == verb] if plan.scripts else []
    for index in moved:
        span = loading[index].span
        yield Cut(span, page.text[span.start : span.end])


def _critical(page: Page, plan: PagePlan, base: str | None) -> tuple[Piece, ...]:
    """The critical CSS as an element, and preloads of its fonts and of the stylesheets that move. In CSS `\\/` is a slash wherever
    a slash may stand in a string, a URL or a name."""
    styled = plan.stylesheets
    if styled is None or styled.critical is None:
        return ()
    nonce = next((one.attribute("nonce") for one in page.outline.loading if one.name != "script" and one.attribute("nonce")), "")
    opening = f'<style nonce="{escape(nonce)}">' if nonce else "<style>"
    css = (piece.replace("</", "<\\/") if isinstance(piece, str) else piece for piece in placed(styled.critical, base).pieces)
    fonts = [Hint("preload", Url(path, base), "font", crossorigin="") for path in styled.critical.fonts]
    preloads = [*fonts, *(_preload(page, index, base) for index in styled.preloads)]
    return (opening, *css, "</style>", *(piece for one in preloads for piece in tag(one)))


def _preload(page: Page, index: int, base: str | None) -> Hint:
    """What asks early for the stylesheet of a link, in the way in which the link will ask (Preload, "consume a preloaded
    resource")."""
    one, path = page.outline.loading[index], page.files.get(index)
    said = one.attribute("integrity")
    return Hint(
        "preload",
        Url(path, base) if path else (one.attribute("href") or "").strip(),
        "style",
        one.attribute("crossorigin"),
        Integrity(path) if path and said else said,
        one.attribute("referrerpolicy"),
        media=one.attribute("media"),
    )


def _swaps(page: Page, plan: PagePlan) -> Iterator[Copy]:
    """Links that a small script makes stylesheets once they are loaded: the copy, for people without scripts, is as it was."""
    swapped = [one.element for one in plan.stylesheets.decisions if one.verb == "swap"] if plan.stylesheets else []
    for index in swapped:
        span = page.outline.loading[index].span
        after = f"<script>{SWAPPER}</script>" if index == swapped[-1] else ""
        yield Copy(Cut(span, page.text[span.start : span.end]), "<noscript>", "</noscript>" + after)


def _as_preloads(page: Page, plan: PagePlan) -> Iterator[Edit]:
    """Of two attributes with one name the parser takes the first, so the link keeps all that its author wrote."""
    for one in plan.stylesheets.decisions if plan.stylesheets else ():
        if one.verb == "swap":
            at = page.outline.loading[one.element].tag.start + len("<link")
            yield Edit(Span(at, at), (' rel="preload" as="style" data-swap',), STYLESHEETS)


def _based(one: Hint, base: str | None) -> Hint:
    return one._replace(href=Url(one.href.path, base)) if isinstance(one.href, Url) else one
