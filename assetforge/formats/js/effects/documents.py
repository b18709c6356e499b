"""What using the document and its nodes does.

What must stay true: what asks for the state of the page is told with what it asks for, as far as that is constant.
"""

import re

from assetforge.formats.js.effects import host
from assetforge.formats.js.effects.deeds import Deeds
from assetforge.formats.js.effects.facts import Site, Use
from assetforge.formats.js.effects.values import UNKNOWN, Host
from assetforge.formats.js.record import What

_SIMPLE_ID = re.compile(r"#[\w-]+\Z")
_ROOT = re.compile(r"(?:^|[\s,>+~])(?:html|body|:root)(?![\w-])", re.IGNORECASE)
_BODY = re.compile(r"\s*body\s*\Z", re.IGNORECASE)
_SCRIPT = re.compile(r"(?:^|[\s,>+~])script(?![\w-])|\[\s*src", re.IGNORECASE)
_SHEET = re.compile(r"(?:^|[\s,>+~(])(?:link|style)(?![\w-])([^\s,>+~]*)|stylesheet", re.IGNORECASE)
_REL = re.compile(r"\[\s*rel\s*[~*^$|]?=\s*['\"]?\s*([^'\"\]]*)", re.IGNORECASE)
_INJECTED = re.compile(r"<\s*(script|style|link)\b", re.IGNORECASE)


def asks_sheets(selector: str) -> bool:
    """Might a selector find an element that brings a stylesheet? Not a `link` of another relation."""
    for match in _SHEET.finditer(selector):
        rel = _REL.search(match[1] or "")
        if rel is None or "|" in match[1] or "*=" in match[1] or "stylesheet" in rel[1].lower():
            return True
    return False


class Documents(Deeds):
    """Acts of `document` and of nodes."""

    # documents

    def get_document(self, atom: Host, use: Use) -> None:
        name = use.name
        told = host.DOCUMENT_READS.get(name)
        if told is not None:
            if told[0] != "document.write":
                self.emit(told[0], use, told[1])
            else:
                self._worth(use.result, ("method", "document", name))
        elif name in host.COLLECTIONS:
            self.emit("dom-read", use, "collection")
        elif name in host.LAYOUT:
            self.emit("layout-read", use, name)
        elif name in host.QUERIES or name in host.WRITERS or name in ("createElement", "addEventListener", "createElementNS"):
            self._worth(use.result, ("method", "document", name))
        elif name not in host.DOCUMENT_MEMBERS and not re.match(r"(?:moz|webkit|ms|o[A-Z]|on|_)", name):
            self.emit("dom-read", use, f"id:{name}")

    def set_document(self, atom: Host, use: Use) -> None:
        name = use.name
        if name.startswith("on"):
            self._slot("document", use)
        elif name == "title":
            self.emit("dom-write", use, "title")
        elif name == "cookie":
            self.emit("storage", use, "cookie")
        elif name in ("location",):
            self.emit("navigation", use, "location")
        elif name == "body":
            self.emit("dom-write", use, "body")
        elif name in ("adoptedStyleSheets",):
            self.emit("style-insert", use, name)
            self.emit("paint", use, "style")
        elif name in host.QUERIES or name in host.WRITERS or name in host.DOCUMENT_MEMBERS or name in host.DOCUMENT_READS:
            self.emit("hook", use, f"document.{name}")
        else:
            self.augments.append(("document", use.function, use.place))

    delete_document = set_document

    def call_document(self, atom: Host, use: Use) -> None:
        site = use.site
        assert site is not None
        name = use.name
        self.known.add(site.place)
        if name in host.WRITERS:
            # nothing written, or closed without being opened, is nothing done (HTML, 8.4.2 and 8.4.3)
            if name == "open" or site.values or site.spread:
                self.emit("document.write", site, name)
            self._worth(site.result, UNKNOWN)
        elif name in host.QUERIES:
            self._query(site, name)
        elif name in ("createElement", "createElementNS"):
            self._create(site, site.values[-1:] if name == "createElementNS" else site.values[:1])
        elif name in ("addEventListener", "attachEvent"):
            self._listen("document", site)
        elif name in host.INSERTERS:
            self._insert(atom, site)
        elif name == "hasFocus" or name in ("elementFromPoint",):
            self.emit("dom-read", site, "activeElement")
        elif name == "hasChildNodes" or name == "contains":
            self.emit("dom-read", site, "collection")
        elif name in ("execCommand", "startViewTransition", "importNode", "adoptNode", "evaluate", "createStyleSheet"):
            what: What = "style-insert" if name == "createStyleSheet" else "dom-read" if name == "evaluate" else "dom-write"
            self.emit(what, site, name)
            self._worth(site.result, host.ELEMENT)
        elif name in ("createDocumentFragment", "createTextNode", "createComment", "createEvent", "createRange"):
            self._worth(site.result, ("created", site.place, "#" + name))
        elif name == "getSelection":
            self.emit("dom-read", site, "selection")
        elif name not in host.DOCUMENT_MEMBERS:
            self.emit("dom-read", site, f"id:{name}")

    def _query(self, site: Site, name: str) -> None:
        """Elements are looked for in the document."""
        by = host.QUERIES[name]
        asked = self.constants(site.values[0] if site.values else None)
        if asked is None:
            self.emit("dom-read", site, "query")
            self._worth(site.result, host.ELEMENT)
            return
        for text in sorted(asked):
            self._queried(site, by, text)

    def _queried(self, site: Site, by: str, text: str) -> None:
        if by == "id" or (by == "css" and _SIMPLE_ID.match(text)):
            self.emit("dom-read", site, f"id:{text.removeprefix('#')}")
            self._worth(site.result, host.ELEMENT)
        elif by == "tag" and text.lower() in ("head", "html", "body"):
            if text.lower() == "body":
                self.emit("dom-read", site, "body")
            self._worth(site.result, (text.lower(),))
        elif by == "css" and text.strip().lower() in ("head", "html", ":root", "body"):
            if _BODY.match(text):
                self.emit("dom-read", site, "body")
            self._worth(site.result, {"head": host.HEAD, "body": host.BODY}.get(text.strip().lower(), host.HTML))
        elif (by == "tag" and text.lower() == "script") or (by == "css" and text.strip().lower() == "script"):
            self.emit("scripts-query", site)
            self._worth(site.result, host.SCRIPTS)
        else:
            self._queried_generally(site, by, text)

    def _queried_generally(self, site: Site, by: str, text: str) -> None:
        self.emit("dom-read", site, "query")
        if by == "css" and _SCRIPT.search(text):
            self.emit("scripts-query", site)
        if (by == "css" and asks_sheets(text)) or (by == "tag" and text.lower() in ("link", "style")):
            self.emit("sheets-read", site, "element")
        if by == "css" and _ROOT.search(text):
            self._worth(site.result, host.HTML)
        self._worth(site.result, host.ELEMENT)

    def _create(self, site: Site, values: tuple[int | None, ...]) -> None:
        tags = self.constants(values[0] if values else None)
        for tag in sorted(tags) if tags else ["?"]:
            tag = tag.lower().rpartition(":")[2]
            atom = ("created", site.place, tag)
            self.created.setdefault(atom, [])
            self._worth(site.result, atom)
            if tag == "script":
                self.emit("script-insert", site)
            elif tag in ("style", "link"):
                self.emit("style-insert", site, tag)
            elif tag == "img":
                self.emit("network", site, "img")
            elif tag == "iframe":
                self.emit("network", site, "iframe")

    # nodes

    def get_node(self, atom: Host, use: Use) -> None:
        kind, name = atom[0], use.name
        if kind == "current" and name not in host.OWN_ATTRIBUTES:
            self.emit("current-script", use, "placement")
        elif kind in host.ROOTS and name in host.COLLECTIONS:
            self.emit("dom-read", use, "collection")
        if name in host.LAYOUT and kind != "created":
            self.emit("layout-read", use, name)
        if kind == "created":
            self.created.setdefault(atom, []).append(use)
        if name in host.QUERIES and kind != "created":
            self._worth(use.result, ("method", "document", name))

    def set_node(self, atom: Host, use: Use) -> None:
        kind, name = atom[0], use.name
        if kind == "created":
            self.created.setdefault(atom, []).append(use)
            self._injected(use)
            if name.startswith("on"):
                self._slot("created", use)
            return
        if name.startswith("on"):
            self._slot(self._where(atom), use)
        elif kind in host.ROOTS:
            self.emit("paint" if name not in host.LAYOUT else "layout-read", use, f"{kind}.{name}")
            self._injected(use)
        elif name in host.CONTENT:
            self.emit("dom-write", use, self._where(atom))
            self._injected(use)

    def _injected(self, use: Use) -> None:
        """Markup that brings scripts or stylesheets along."""
        if use.name in ("innerHTML", "outerHTML"):
            for text in sorted(self.constants(use.value) or ()):
                if any(tag.lower() != "script" for tag in _INJECTED.findall(text)):  # scripts in it do not run
                    self.emit("style-insert", use, "markup")

    delete_node = set_node

    def call_node(self, atom: Host, use: Use) -> None:
        site = use.site
        assert site is not None
        kind, name = atom[0], use.name
        (self.at_once if name in host.AT_ONCE else self.known).add(site.place)
        if kind == "current" and name not in host.OWN_ATTRIBUTES:
            self.emit("current-script", use, "placement")
        if name in ("addEventListener", "attachEvent"):
            self._listen(self._where(atom), site)
        elif name in host.INSERTERS:
            self._insert(atom, site)
            self._worth(site.result, UNKNOWN)
        elif name in host.LAYOUT:
            self.emit("layout-read", site, name)
        elif name in host.QUERIES:
            if kind != "created":
                self._query(site, name)
            else:
                self._worth(site.result, ("own",))
        elif name in host.TOUCHING:
            self._touch(atom, site)
        elif name == "cloneNode":
            self._worth(site.result, atom if kind == "created" else ("created", site.place, "#clone"))
        elif name in ("hasChildNodes", "contains", "checkValidity"):
            if kind in host.ROOTS:
                self.emit("dom-read", site, "collection")
        elif name == "getContext":
            self._worth(site.result, ("own",))
        elif name == "getRootNode":
            self._worth(site.result, host.DOCUMENT)
        elif name == "click" and kind == "created":
            self.emit("navigation", site, "click")

    def _touch(self, atom: Host, site: Site) -> None:
        kind = atom[0]
        if kind == "created":
            self.created.setdefault(atom, []).append(Use("call", site.name, site.place, site.function, None, None, site))
        elif kind in host.ROOTS:
            self.emit("paint", site, f"{kind}.{site.name}")
        else:
            self.emit("dom-write", site, self._where(atom))

    def _insert(self, atom: Host, site: Site) -> None:
        """Something is put somewhere."""
        kind = atom[0]
        inserted = [one for value in site.values for one in self.flow.of(value) if isinstance(one, tuple) and one[0] == "created"]
        tags = {one[2] for one in inserted}
        if kind == "created":
            return
        if tags & {"style", "link"} or (kind == "head" and not tags <= {"script", "meta", "base", "title"}):
            self.emit("paint", site, "style")
        if not tags or tags - {"script", "style", "link"}:
            self.emit("dom-write", site, self._where(atom))
        if site.name == "insertAdjacentHTML" and kind in host.ROOTS:
            self.emit("paint", site, kind)
