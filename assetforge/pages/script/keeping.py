"""Why a script must stay where it is, whatever the others do: a table of reasons, the first that holds is given.

What must stay true: each reason is something that a person can see go wrong when the script runs later, measured in Chromium; what
is not sure holds. What depends on other scripts is not here but in `conflicts.py`.
"""

import re
from collections.abc import Callable
from functools import cached_property

from assetforge.formats.html.outline import Handler
from assetforge.formats.html.tree import Element
from assetforge.formats.js.record import Act, What
from assetforge.pages.page import Page, Pin, Wish
from assetforge.pages.script.conflicts import Conflicts, is_loader
from assetforge.pages.script.placement import Moving
from assetforge.pages.script.running import Script

# Events that come from a person, or after the load event. All others may come while the page is parsed: a picture that fails, an
# element that has the focus from the start, an animation that begins.
_LATE_EVENTS = frozenset({
    "afterprint", "auxclick", "beforecopy", "beforecut", "beforeinput", "beforepaste", "beforeprint", "beforeunload", "blur",
    "change", "click", "compositionend", "compositionstart", "compositionupdate", "contextmenu", "copy", "cut", "dblclick",
    "drag", "dragend", "dragenter", "dragleave", "dragover", "dragstart", "drop", "focusout", "gotpointercapture", "hashchange",
    "input", "invalid", "keydown", "keypress", "keyup", "lostpointercapture", "mousedown", "mouseenter", "mouseleave",
    "mousemove", "mouseout", "mouseover", "mouseup", "mousewheel", "orientationchange", "pagehide", "pageshow", "paste",
    "pointercancel", "pointerdown", "pointerenter", "pointerleave", "pointermove", "pointerout", "pointerover", "pointerup",
    "popstate", "reset", "resize", "search", "select", "submit", "touchcancel", "touchend", "touchmove", "touchstart", "unload",
    "wheel",
})  # fmt: skip
_FOCUS = frozenset({"focus", "focusin"})
_NAME = re.compile(
    r"(?:\b(?:window|self|globalThis|top|parent)\s*(?:\.\s*|\[\s*['\"]))([A-Za-z_$\u0080-\U0010ffff][\w$]*)"
    r"|(?<![\w$.])([A-Za-z_$\u0080-\U0010ffff][\w$]*)"
)
# Frames whose document is another site's, and cannot reach this page: by host, with what stands before it.
_FOREIGN_HOSTS = re.compile(
    r"(?:https?:)?//(?:[\w-]+\.)*(?:youtube\.com|youtube-nocookie\.com|youtu\.be|vimeo\.com|google\.com|googletagmanager\.com|twitter\.com"
    r"|facebook\.com|instagram\.com|spotify\.com|soundcloud\.com|codepen\.io|jsfiddle\.net|codesandbox\.io|stackblitz\.com"
    r"|openstreetmap\.org|bing\.com|slideshare\.net|wistia\.net|dailymotion\.com|twitch\.tv|ghbtns\.com|shields\.io|disqus\.com"
    r"|stripe\.com|paypal\.com|calendly\.com|typeform\.com|airtable\.com|figma\.com|loom\.com|gfycat\.com|giphy\.com)(?=[/:?#]|\Z)",
    re.IGNORECASE,
)
_WITH_A_HOST = re.compile(r"(?:[a-z]+:)?//([^/?#]*)", re.IGNORECASE)
_NO_PAGE = re.compile(r"\.(?:png|jpe?g|gif|webp|avif|ico|bmp|pdf|mp[34]|webm|ogg|swf|txt|csv|json)(?:[?#]|\Z)", re.IGNORECASE)


class Keeping:
    """Knows of one page's candidates why they stay."""

    def __init__(self, page: Page, wish: Wish, scripts: tuple[Script, ...], conflicts: Conflicts, moving: Moving) -> None:
        self.page, self.wish, self.scripts = page, wish, scripts
        self.conflicts, self.moving = conflicts, moving

    def why(self, script: Script) -> Pin | None:
        """The first reason for which `script` stays, None where nothing but other scripts can hold it."""
        return next((pin for rule in _RULES if (pin := rule(self, script))), None)

    def act(self, script: Script, *what: What) -> Act | None:
        return script.effects.does(*what)

    def place(self, script: Script, act: Act) -> str:
        return script.source.place(act.at)

    @cached_property
    def handled(self) -> dict[str, Handler]:
        """Globals that handlers need which may run before the page is parsed, and all that their functions need."""
        found: dict[str, Handler] = {}
        for handler in self.page.outline.handlers:
            if self._may_come_early(handler):
                found.update((name, found.get(name, handler)) for name in _names(handler.code))
        grows = bool(found)
        while grows:
            before = len(found)
            for script in self.scripts:
                one = self.conflicts.footprint(script)
                if served := sorted(one.makes & found.keys()):
                    found.update((name, found.get(name, found[served[0]])) for name in one.names)
            grows = len(found) > before
        return found

    def _may_come_early(self, handler: Handler) -> bool:
        event = handler.attribute.removeprefix("on")
        if handler.element == "body" and event == "load":
            return False
        if event in _FOCUS and "autofocus" not in self._attributes_at(handler.at):
            return self.wish.before_interaction == "keep"
        if event in _LATE_EVENTS:
            return self.wish.before_interaction == "keep"
        return True

    def _attributes_at(self, at: int) -> dict[str, str]:
        element = self.elements_at.get(at)
        return dict(element.attributes) if element else {}

    @cached_property
    def elements_at(self) -> dict[int, Element]:
        return {one.tag.start: one for one in self.page.outline.tree.elements if one.tag.start >= 0}

    @cached_property
    def last_frame(self) -> int:
        """Where the last frame begins whose document may reach this page, -1 where there is none."""
        return max((at for at in self.page.outline.frames if self._reaches_us(at)), default=-1)

    def _reaches_us(self, at: int) -> bool:
        own = self._attributes_at(at)
        if "srcdoc" in own:
            return True
        url = (own.get("src") or own.get("data") or "").strip()
        if not url or url == "about:blank" or _NO_PAGE.search(url):
            return False
        host = _WITH_A_HOST.match(url)
        if host and self.wish.origin:
            return host[1].lower() == self.wish.origin.partition("//")[2].lower()
        return not _FOREIGN_HOSTS.match(url)

    @cached_property
    def last_sheet(self) -> int:
        """Where the last stylesheet begins, -1 where there is none."""
        return max((one.span.start for one in self.page.outline.loading if one.name != "script" and not one.inert), default=-1)

    def is_above(self, script: Script, at: int) -> bool:
        """Does the script stand inside of the element that begins at `at`?"""
        elements = self.page.outline.tree.elements
        number = self.page.outline.loading[script.index].number
        while number >= 0:
            number = elements[number].parent
            if number >= 0 and elements[number].tag.start == at:
                return True
        return False


def _names(code: str) -> set[str]:
    return {match[1] or match[2] for match in _NAME.finditer(code)}


# -- the rules, in the order in which they are asked -------------------------------------------------------------------------


def _author(given: Keeping, script: Script) -> Pin | None:
    return Pin("author", "its author says so") if "keep" in script.words else None


def _whole_page(given: Keeping, script: Script) -> Pin | None:
    outline = given.page.outline
    if given.wish.policy == "off":
        return Pin("off", "scripts are not to be changed")
    if outline.xhtml:
        return Pin("xhtml", "the page is XML, where scripts run by other rules", "serve it as text/html")
    if outline.tree.frameset:
        return Pin("frameset", "the page has a frameset for a body")
    if outline.fragment:
        return Pin("fragment", "this is a part of a page, which may be put into another one", "put scripts into the page around it")
    return None


def _template(given: Keeping, script: Script) -> Pin | None:
    return given.page.pins.get(script.index)


def _element(given: Keeping, script: Script) -> Pin | None:
    one = given.page.outline.loading[script.index]
    if one.conditional:
        return Pin("conditional-comment", "it stands between comments that tell browsers apart", "drop the conditional comments")
    if one.parent == "head" and "render" in (one.attribute("blocking") or "").lower().split():
        return Pin("blocking-render", "it has blocking=render: the first paint is to wait for it", "drop the attribute")
    if any(name in ("onload", "onerror") for name, _ in one.attributes):
        return Pin("resource-handler", "it has a handler that runs when it is loaded", "listen in a script instead")
    return None


def _at_end(given: Keeping, script: Script) -> Pin | None:
    bottom = given.moving.bottom
    if bottom is None or script.at < bottom:
        return None
    return Pin("at-end", "it stands at the end of the body, where it holds up nothing but the end of parsing")


def _opaque(given: Keeping, script: Script) -> Pin | None:
    why, at = script.effects.opaque, script.effects.opaque_at
    if act := None if why else given.act(script, "dynamic-code", "dynamic-global", "import"):
        why, at = act.what, act.at
    if not why or given.wish.policy == "group":
        return None
    better = 'say what is known of it with data-assetforge="pure", "move" or "defer", or let whole groups move (policy "group")'
    if script.source.text is None:
        better = "keep a copy of it with the site or give its integrity, so that what it does can be known; or " + better
        return Pin("opaque", f"what {script.source.name} does is not known: {why}", better)
    return Pin("opaque", f"what it does cannot be followed: {why} ({script.source.place(at)})", better)


# A row: acts that pin while a script runs, the reason, what goes wrong, what would be better.
_ACTS: tuple[tuple[tuple[What, ...], str, str, str], ...] = (
    (("document.write",), "document.write", "it writes into the page where it stands", "put elements into the page by other means"),
    (("last-script", "scripts-query"), "position", "it looks for script elements to find itself", "use document.currentScript"),
    (("error-handler",), "error-handler", "it reports the errors of the scripts after it", ""),
    (("hook",), "hook", "it changes a function of the browser that others use", ""),
    (("paint", "style-insert"), "paint", "it changes how the page looks before the first paint", "say it in the markup or the CSS"),
    (("custom-element",), "custom-element", "elements that it defines see less of the page while it is parsed", ""),
    (("navigation",), "navigation", "it may lead to another page before this one is shown", ""),
    (("dialog",), "dialog", "it shows a dialog before what follows", ""),
)  # fmt: skip


def _acts(given: Keeping, script: Script) -> Pin | None:
    for what, reason, why, better in _ACTS:
        if (act := given.act(script, *what)) and not (act.what == "scripts-query" and is_loader(script.effects)):
            return Pin(reason, f"{why} ({given.place(script, act)})", better)
    return None


def _head(given: Keeping, script: Script) -> Pin | None:
    for act in script.effects.acts:
        if act.what == "dom-write" and act.tier != "deferred" and act.detail == "head":
            why = f"it puts something into the head, where it may say how the page looks ({given.place(script, act)})"
            return Pin("paint", why, "put it into the head of the page itself")
    return None


def _observer(given: Keeping, script: Script) -> Pin | None:
    act = given.act(script, "observer")
    if act is None or act.detail not in ("", "MutationObserver"):
        return None
    return Pin("observer", f"it watches the page while it is parsed ({given.place(script, act)})")


def _handlers(given: Keeping, script: Script) -> Pin | None:
    needed = given.conflicts.footprint(script)
    names = needed.makes & given.handled.keys()
    if not names and not (script.effects.opaque and given.handled):
        return None
    handler = given.handled[min(names)] if names else next(iter(given.handled.values()))
    what = f"may need {min(names)}" if names else "may need it"
    return Pin(
        "resource-handler",
        f"{handler.attribute} of a <{handler.element}> {what} before the page is parsed",
        "add the handler in a script, with addEventListener",
    )


def _frames(given: Keeping, script: Script) -> Pin | None:
    one = given.conflicts.footprint(script)
    leaves = one.makes or one.opaque or ("event window message", True) in one.touches
    if given.last_frame < script.at or not leaves:
        return None
    thing = min(one.makes) if one.makes else "a listener for messages"
    return Pin("frame-observer", f"a frame of the page may need {thing} before the page is parsed", "load the frame from a script")


def _dom(given: Keeping, script: Script) -> Pin | None:
    for act in script.effects.acts:
        if act.tier == "deferred" or not (act.what == "layout-read" or (act.what == "dom-read" and _grows(given, script, act))):
            continue
        what = "how the page is laid out" if act.what == "layout-read" else _said(act)
        better = "run it when the document is ready (DOMContentLoaded), or put it at the end of the body"
        return Pin("dom-position", f"it looks at {what} while the page is parsed ({given.place(script, act)})", better)
    return None


def _grows(given: Keeping, script: Script, act: Act) -> bool:
    """Might what the act looks at be another when the page is parsed further?"""
    ids, elements = given.page.outline.ids, given.page.outline.tree.elements
    if act.detail.startswith("id:"):
        at = ids.get(act.detail[3:])
        if at is None:
            return bool(given.page.holes)
        return at > script.at or given.is_above(script, at)
    if act.detail == "title":
        return not any(one.name == "title" and 0 <= one.tag.start < script.at for one in elements)
    if act.detail == "body":
        inside = any(one.name == "body" and 0 <= one.tag.start < script.at for one in elements)
        return not inside or given.act(script, "dom-write") is not None
    return True


def _said(act: Act) -> str:
    if act.detail.startswith("id:"):
        return "#" + act.detail[3:]
    return {"body": "the body", "title": "the title"}.get(act.detail, "elements")


def _styles(given: Keeping, script: Script) -> Pin | None:
    act = given.act(script, "style-read", "sheets-read")
    if act is None or given.last_sheet < script.at:
        return None
    better = "put it behind the stylesheets"
    return Pin("style-position", f"it reads styles before a stylesheet that stands behind it ({given.place(script, act)})", better)


def _named_access(given: Keeping, script: Script) -> Pin | None:
    ids = given.page.outline.ids
    reads = {name for name in script.effects.reads | script.effects.guards if ids.get(name, -1) > script.at}
    for other in given.scripts:
        if reads and other.at < script.at and other.kind == "sync" and not other.effects.opaque:
            reads -= other.effects.defines | other.effects.lexical
    if not reads:
        return None
    name = min(reads)
    return Pin(
        "named-access",
        f"it reads the global {name}, which is the element #{name} once that is parsed",
        f"declare it (var {name}), or rename the element",
    )


def _inserted_code(given: Keeping, script: Script) -> Pin | None:
    for act in script.effects.acts:
        if act.what == "script-insert" and act.tier == "load" and not act.detail.startswith("external"):
            return Pin("opaque", f"it runs code in a script element that it makes ({given.place(script, act)})")
    return None


def _inline(given: Keeping, script: Script) -> Pin | None:
    """An inline script cannot be deferred: what keeps it from moving keeps it."""
    return None if script.external else cannot_move(given, script)


def cannot_move(given: Keeping, script: Script) -> Pin | None:
    """Why it cannot move, if it could run later."""
    allowed = given.page.allowed.get(script.index)
    if allowed is not None and "move" not in allowed:
        return Pin("template-hole", "it stands in a part of a template that cannot be left")
    for act in script.effects.acts:
        if act.what == "current-script" and act.tier != "deferred" and act.detail == "placement":
            return Pin("position", f"it puts something beside its own element ({given.place(script, act)})")
    return given.moving.why_not(script)


def cannot_defer(given: Keeping, script: Script) -> bool:
    """Is `defer` no choice for this script, whatever others do?"""
    allowed = given.page.allowed.get(script.index)
    return not script.external or bool(script.effects.opaque) or (allowed is not None and "defer" not in allowed)


_RULES: tuple[Callable[[Keeping, Script], Pin | None], ...] = (
    _author, _whole_page, _template, _element, _at_end, _opaque, _acts, _head, _observer, _handlers, _frames, _dom, _styles,
    _named_access, _inserted_code, _inline,
)  # fmt: skip
