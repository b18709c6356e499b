"""What using jQuery does, as its API says.

What must stay true: `$(function)` runs later or at once, depending on readyState; `$(selector)` asks for the state of the page.
"""

import re

from assetforge.formats.js.effects import host
from assetforge.formats.js.effects.documents import asks_sheets
from assetforge.formats.js.effects.facts import Site, Use
from assetforge.formats.js.effects.objects import Objects
from assetforge.formats.js.effects.values import Atom, Host

_SIMPLE_ID = re.compile(r"#[\w-]+\Z")
_ROOT = re.compile(r"(?:^|[\s,>+~])(?:html|body|:root)(?![\w-])", re.IGNORECASE)
_BODY = re.compile(r"\s*body\s*\Z", re.IGNORECASE)
_SCRIPT = re.compile(r"(?:^|[\s,>+~])script(?![\w-])|\[\s*src", re.IGNORECASE)
_MARKUP = re.compile(r"\s*(?:<|[^<]*<\w)")
_INJECTED = re.compile(r"<\s*(script|style|link)\b", re.IGNORECASE)


class JQuery(Objects):
    """Acts of `$` and of its sets."""

    # jQuery

    def get_jq(self, atom: Host, use: Use) -> None:
        if use.name == "length":
            return

    def call_jq(self, atom: Host, use: Use) -> None:
        site = use.site
        assert site is not None
        kind, name = atom[1], use.name
        if name == "ready":
            self.emit("ready", site, "jQuery")
            self.deferred.add(site.place)
        elif name in host.JQUERY_EVENTS:
            self._jquery_event(kind, name, site)
        elif name in host.JQUERY_SYNC:
            self.at_once.add(site.place)
        elif name in host.JQUERY_LATER:
            self.deferred.add(site.place)
        if name in host.JQUERY_LAYOUT and not site.values:
            self.emit("layout-read", site, name)
        elif kind == "root" and name not in host.JQUERY_EVENTS and name not in host.JQUERY_READS:
            self.emit("paint", site, f"jQuery.{name}")
        elif kind in ("set", "document") and name in ("find", "children", "contents"):
            self.emit("dom-read", site, "query")
        elif kind == "set" and name not in host.JQUERY_READS and name not in host.JQUERY_EVENTS:
            self.emit("dom-write", site, "element")
        if name in host.JQUERY_NETWORK and site.values and kind == "set":
            self.emit("network", site, name)
        self._worth(site.result, atom if kind != "document" or name not in ("find", "children") else ("jq", "set"))

    def _jquery_event(self, kind: str, name: str, site: Site) -> None:
        target = {"document": "document", "window": "window", "root": "body", "made": "created"}.get(kind, "element")
        self.deferred.add(site.place)
        if name in ("on", "one", "bind", "live", "delegate"):
            events = self.constants(site.values[0] if site.values else None)
            for event in sorted({one.partition(".")[0] for text in events for one in text.split()}) if events else ["*"]:
                self.listener(target, event, site)
        elif name in ("trigger", "triggerHandler") or not site.values:
            self.emit("dom-write", site, target)
        else:
            self.listener(target, name, site)

    def jquery_called(self, site: Site) -> None:
        """`$(…)`."""
        self.known.add(site.place)
        self.deferred.add(site.place)
        given = self.flow.of(site.values[0]) if site.values else set()
        if any(isinstance(atom, int) and atom >= 0 for atom in given):
            self.emit("ready", site, "jQuery")
            self._worth(site.result, ("jq", "document"))
        told = False
        for atom in sorted(given, key=str):
            told = self._jquery_of(atom, site) or told
        if not told and site.values:
            self.emit("dom-read", site, "query", perhaps=not given)
            self._worth(site.result, ("jq", "set"))

    def _jquery_of(self, atom: Atom, site: Site) -> bool:
        if isinstance(atom, str):
            self._jquery_selected(atom, site)
        elif isinstance(atom, int):
            self._worth(site.result, ("jq", "made" if atom < 0 else "document"))
        elif atom in (host.DOCUMENT, host.WINDOW):
            assert isinstance(atom, tuple)
            self._worth(site.result, ("jq", atom[0]))
        elif atom in (host.HTML, host.BODY, host.HEAD):
            self._worth(site.result, ("jq", "root"))
        elif isinstance(atom, tuple) and atom[0] == "created":
            self._worth(site.result, ("jq", "made"))
        elif isinstance(atom, tuple) and atom[0] in ("jq", "element", "current", "first"):
            self._worth(site.result, atom if atom[0] == "jq" else ("jq", "set"))
        else:
            return False
        return True

    def _jquery_selected(self, text: str, site: Site) -> None:
        if _MARKUP.match(text):
            for tag in _INJECTED.findall(text):
                self.emit("style-insert" if tag.lower() != "script" else "script-insert", site, "markup")
            self._worth(site.result, ("jq", "made"))
            return
        if text.strip().lower() in ("html", "body", "head", ":root"):
            if _BODY.match(text):
                self.emit("dom-read", site, "body")
            self._worth(site.result, ("jq", "root"))
            return
        self.emit("dom-read", site, f"id:{text[1:]}" if _SIMPLE_ID.match(text) else "query")
        if _SCRIPT.search(text):
            self.emit("scripts-query", site)
        if asks_sheets(text):
            self.emit("sheets-read", site, "element")
        self._worth(site.result, ("jq", "root" if _ROOT.search(text) else "set"))
