"""What using the host does: an act for each member of the DOM or jQuery that matters, with the function it stands in.

What must stay true: an act is told once for its place; what its receiver is was decided before. Names alone decide where the receiver
is not known, for names that mean one thing (`querySelector`); `named` does that when all else has settled.
"""

import re
from typing import NamedTuple

from assetforge.formats.js.effects import builtins, host
from assetforge.formats.js.effects.program import Program
from assetforge.formats.js.effects.reading import Reader, Site, Use, asks_length
from assetforge.formats.js.effects.values import UNKNOWN, Atom, Flow, Host
from assetforge.formats.js.effects.words import words
from assetforge.formats.js.record import What

_SIMPLE_ID = re.compile(r"#[\w-]+\Z")
_ROOT = re.compile(r"(?:^|[\s,>+~])(?:html|body|:root)(?![\w-])", re.IGNORECASE)
_BODY = re.compile(r"\s*body\s*\Z", re.IGNORECASE)
_SCRIPT = re.compile(r"(?:^|[\s,>+~])script(?![\w-])|\[\s*src", re.IGNORECASE)
_SHEET = re.compile(r"(?:^|[\s,>+~])(?:link|style)(?![\w-])|stylesheet", re.IGNORECASE)
_MARKUP = re.compile(r"\s*(?:<|[^<]*<\w)")
_INJECTED = re.compile(r"<\s*(script|style|link)\b", re.IGNORECASE)
_ERRORS = frozenset({"error", "unhandledrejection", "rejectionhandled", "securitypolicyviolation"})
_COPIERS = frozenset({"Object.assign", "Object.defineProperty", "Object.defineProperties", "jQuery.extend"})

WITH_MEMBERS = words("""
    window document html body head element created current scripts first framed frame style classes dataset storage location history
    console registry sheets request viewport jq global method returns own
""")  # kinds of the host that have members or can be called


class Deed(NamedTuple):
    """An act before its tier is known. `perhaps`: at most "may"."""

    what: What
    function: int
    detail: str
    place: int
    perhaps: bool = False


class Acts:
    """Collects deeds while values arrive at the members of the host."""

    def __init__(self, program: Program, flow: Flow, reader: Reader) -> None:
        self.program = program
        self.flow = flow
        self.reader = reader
        self.facts = reader.facts
        self.late: set[int] = set()  # flow nodes with new uses or sites
        self._steps = {name: getattr(self, name) for name in dir(self) if name.startswith(("get_", "set_", "call_", "delete_"))}

        self.forget()

    def forget(self) -> None:
        """Begin anew: what is told next is told with more known."""
        self.deeds: dict[Deed, None] = {}
        self.defines: list[tuple[str, int, int]] = []
        self.augments: list[tuple[str, int, int]] = []
        self.window_reads: list[tuple[str, int, int]] = []
        self.created: dict[Host, list[Use]] = {}
        self.at_once: set[int] = set()
        self.known: set[int] = set()  # sites whose callee is known to call nothing back but at once
        self.deferred: set[int] = set()  # sites whose callee calls back later
        self.defined: list[int] = []  # flow nodes of classes given to customElements

    def emit(self, what: What, use: Use | Site, detail: str = "", *, perhaps: bool = False) -> None:
        self.deeds[Deed(what, use.function, detail, use.place, perhaps)] = None

    def use(self, atom: Host, use: Use) -> None:
        """A member of a host object is used."""
        kind = atom[0]
        if not use.name:
            self._element(atom, use)
            return
        step = self._steps.get(f"{use.how}_{kind}")
        if step is not None:
            step(atom, use)
        elif kind in host.NODES or kind == "created":
            self._steps[f"{use.how}_node"](atom, use)
        if use.how == "get":
            value = host.VALUES.get(kind, {}).get(use.name)
            if value is not None:
                self._worth(use.result, value)

    def _worth(self, node: int | None, atom: Atom) -> None:
        if node is not None:
            self.flow.put(node, atom)

    def constants(self, node: int | None) -> set[str] | None:
        """The strings that a value may be, or None where that is not known."""
        atoms = self.flow.of(node)
        strings = {atom for atom in atoms if isinstance(atom, str)}
        return strings if strings and all(isinstance(atom, str) for atom in atoms) else None

    # the window

    def get_window(self, atom: Host, use: Use) -> None:
        name = use.name
        if name in host.WINDOW_LAYOUT and name not in ("find", "visualViewport", "scroll", "scrollTo", "scrollBy"):
            self.emit("layout-read", use, name)
        if name not in builtins.WINDOWS and name != "document":
            self.window_reads.append((name, use.function, use.place))
            if use.result is not None:
                node = self.reader.global_(name)
                self.flow.edge(self.own(name), use.result)
                self.flow.edge(node, use.result)

    def own(self, name: str) -> int | None:
        """The flow node of the script's own variable of that name."""
        return self.program.declared.get(name)

    def set_window(self, atom: Host, use: Use) -> None:
        name = use.name
        if name.startswith("on") and builtins.builtin(name):
            self._slot("window", use)
            return
        if name == "location":
            self.emit("navigation", use, "location")
            return
        if name in ("scrollX", "scrollY"):
            return
        self.defines.append((name, use.function, use.place))
        if builtins.builtin(name) and name not in ("name", "status"):
            self.emit("hook", use, name)
        self.flow.edge(use.value, self.reader.global_(name))
        self.flow.edge(use.value, self.own(name))

    delete_window = set_window

    def call_window(self, atom: Host, use: Use) -> None:
        site = use.site
        assert site is not None
        name = use.name
        if name not in host.GLOBAL_CALLS and name not in host.TIMERS and name not in ("addEventListener", "removeEventListener"):
            self.window_reads.append((name, use.function, use.place))
            self.add_site(self.own(name), site)
        self.add_site(self.reader.global_(name), site)

    def add_site(self, node: int | None, site: Site) -> None:
        if node is not None:
            sites = self.facts.sites.setdefault(node, [])
            if site not in sites[-8:]:
                sites.append(site)
                self.late.add(node)

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
        if name in ("write", "writeln") or (name in host.WRITERS and (name != "clear")):
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
        if (by == "css" and _SHEET.search(text)) or (by == "tag" and text.lower() in ("link", "style")):
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

    def _where(self, atom: Host) -> str:
        kind: str = atom[0]
        return {"first": "element", "current": "element", "global": "unknown"}.get(kind, kind)

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
        self.known.add(site.place)
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

    # listeners

    def _slot(self, target: str, use: Use) -> None:
        name = use.name
        self.emit("handler-slot", use, f"{target} {name}")
        if name in ("onerror", "onunhandledrejection") and target == "window":
            self.emit("error-handler", use, name)
        if name == "onmessage" and target == "window":
            self.emit("message", use, "listener")

    def _listen(self, target: str, site: Site) -> None:
        self.deferred.add(site.place)
        events = self.constants(site.values[0] if site.values else None)
        for event in sorted(events) if events else ["*"]:
            self.listener(target, event.removeprefix("on") if site.name == "attachEvent" else event, site)

    def listener(self, target: str, event: str, site: Site) -> None:
        self.emit("listener", site, f"{target} {event}")
        if (target == "window" and event in (*_ERRORS, "*")) or (target == "unknown" and event == "unhandledrejection"):
            self.emit("error-handler", site, event)
        if (target == "window" and event in ("message", "*")) or (target == "unknown" and event == "message"):
            self.emit("message", site, "listener")

    # small things of the host

    def set_style(self, atom: Host, use: Use) -> None:
        self.emit("paint", use, f"style.{use.name}")

    def call_style(self, atom: Host, use: Use) -> None:
        if use.name in host.CLASS_CHANGES:
            self.emit("paint", use, "style")

    def call_classes(self, atom: Host, use: Use) -> None:
        if use.name in host.CLASS_CHANGES:
            self.emit("paint", use, "class")

    def set_classes(self, atom: Host, use: Use) -> None:
        self.emit("paint", use, "class")

    def set_dataset(self, atom: Host, use: Use) -> None:
        self.emit("paint", use, f"dataset.{use.name}")

    delete_dataset = set_dataset

    def call_storage(self, atom: Host, use: Use) -> None:
        self.emit("storage", use, use.name)

    get_storage = set_storage = delete_storage = call_storage

    def call_location(self, atom: Host, use: Use) -> None:
        if use.name in ("assign", "replace", "reload"):
            self.emit("navigation", use, use.name)

    def set_location(self, atom: Host, use: Use) -> None:
        self.emit("navigation", use, use.name)

    def call_history(self, atom: Host, use: Use) -> None:
        self.emit("navigation", use, use.name)

    def set_history(self, atom: Host, use: Use) -> None:
        self.emit("hook", use, f"history.{use.name}")

    def call_console(self, atom: Host, use: Use) -> None:
        self.emit("console", use, use.name)
        assert use.site is not None
        self.known.add(use.site.place)

    def get_console(self, atom: Host, use: Use) -> None:
        self._worth(use.result, ("global", f"console.{use.name}"))

    def set_console(self, atom: Host, use: Use) -> None:
        self.emit("error-handler", use, f"console.{use.name}")

    def call_registry(self, atom: Host, use: Use) -> None:
        site = use.site
        assert site is not None
        self.known.add(site.place)
        if use.name == "define":
            names = self.constants(site.values[0] if site.values else None)
            for name in sorted(names) if names else [""]:
                self.emit("custom-element", site, name)
            if len(site.values) > 1 and site.values[1] is not None:
                self.defined.append(site.values[1])

    def set_registry(self, atom: Host, use: Use) -> None:
        self.emit("hook", use, f"customElements.{use.name}")

    def call_sheets(self, atom: Host, use: Use) -> None:
        self.emit("sheets-read", use, "index")

    get_sheets = call_sheets

    def call_request(self, atom: Host, use: Use) -> None:
        assert use.site is not None
        if use.name in ("then", "catch", "finally"):
            self.deferred.add(use.site.place)
            self._worth(use.site.result, host.REQUEST)

    def get_viewport(self, atom: Host, use: Use) -> None:
        self.emit("layout-read", use, "visualViewport")

    # script elements

    def get_scripts(self, atom: Host, use: Use) -> None:
        if use.name not in ("length", "0"):
            self.emit("last-script", use)

    def call_scripts(self, atom: Host, use: Use) -> None:
        assert use.site is not None
        first = use.name == "item" and use.site.arguments and self.program.source(use.site.arguments[0]) == "0"
        if first:
            self._worth(use.site.result, host.FIRST)
        elif use.name != "forEach":
            self.emit("last-script", use)
            self._worth(use.site.result, host.CURRENT)

    def _element(self, atom: Host, use: Use) -> None:
        """An element of a collection, by a computed index."""
        kind = atom[0]
        if kind == "scripts":
            self._script_at(use)
        elif kind == "sheets":
            self.emit("sheets-read", use, "index")
        elif kind in (*host.NODES, "own"):
            self._worth(use.result, atom if kind in host.ROOTS or kind == "own" else host.ELEMENT)

    def _script_at(self, use: Use) -> None:
        children = self.program.children[use.place]
        key = children[-1] if children else use.place
        if self.program.source(key) == "0":
            self._worth(use.result, host.FIRST)
            return
        if self.program.kind[key] == "identifier":
            if key in self.reader.from_length():
                self.emit("last-script", use)
        elif asks_length(self.program, key) or self.program.kind[key] != "number":
            self.emit("last-script", use)
        self._worth(use.result, host.ELEMENT)

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
        if _SHEET.search(text):
            self.emit("sheets-read", site, "element")
        self._worth(site.result, ("jq", "root" if _ROOT.search(text) else "set"))

    # globals

    def get_global(self, atom: Host, use: Use) -> None:
        path = atom[1]
        if use.name in host.FOLLOWED and "." not in path:
            self._worth(use.result, ("global", f"{path}.{use.name}"))

    def set_global(self, atom: Host, use: Use) -> None:
        self._augment(atom[1], use)

    delete_global = set_global

    def _augment(self, path: str, use: Use | Site) -> None:
        self.augments.append((path, use.function, use.place))
        root = path.partition(".")[0]
        if builtins.builtin(root) and root not in builtins.LANGUAGE:
            self.emit("hook", use, path)

    def call_global(self, atom: Host, use: Use) -> None:
        """A method of a global: `Object.assign(…)`, `jQuery.ajax(…)`."""
        site = use.site
        assert site is not None
        path, name = atom[1], use.name
        root = path.partition(".")[0]
        if root in ("jQuery",):
            self._jquery_static(path, name, site)
        elif root in host.INERT:
            self.known.add(site.place)
            if root in host.CALLING:
                self.at_once.add(site.place)
            if path in ("Object", "Reflect") and name in ("assign", "defineProperty", "defineProperties", "setPrototypeOf", "set"):
                self._copy(site, name)
            elif path == "navigator" and name == "sendBeacon":
                self.emit("network", site, name)
            elif path == "Array" and name == "from" and site.values:
                self.flow.edge(site.values[0], site.result)
        elif name in ("addEventListener", "attachEvent"):
            self._listen("unknown", site)
        else:
            self._worth(site.result, UNKNOWN)

    def _jquery_static(self, path: str, name: str, site: Site) -> None:
        self.known.add(site.place)
        if name in ("each", "map", "grep"):
            self.at_once.add(site.place)
        elif name in host.JQUERY_LATER or name in ("each", "map", "grep"):
            self.deferred.add(site.place)
        else:
            self.known.discard(site.place)
        if name in host.JQUERY_NETWORK:
            self.emit("network", site, name)
        if name == "ready":
            self.emit("ready", site, "jQuery")
            self.deferred.add(site.place)
        if name == "extend" and len(site.values) == 1:
            self.augments.append((path, site.function, site.place))
        elif name == "extend":
            self._copy(site, "assign")
        elif name in ("noConflict", "ajaxSetup", "ajaxPrefilter", "ajaxTransport", "holdReady", "widget"):
            self.augments.append((path, site.function, site.place))
            if name == "noConflict":
                self._worth(site.result, host.JQUERY)
        if name == "parseHTML":
            self._worth(site.result, ("own",))

    def _copy(self, site: Site, name: str) -> None:
        """Members are put into an object by a function of the language."""
        target = self.flow.of(site.values[0]) if site.values else set()
        for atom in sorted(target, key=str):
            if atom == host.WINDOW:
                self._copied(site, name)
            elif isinstance(atom, tuple) and atom[0] == "global":
                self._augment(atom[1], site)
            elif atom in (host.HTML, host.BODY):
                self.emit("paint", site, name)
            elif atom == host.DOCUMENT:
                self.emit("hook", site, "document")
            elif isinstance(atom, tuple) and atom[0] in ("style", "dataset"):
                self.emit("paint", site, atom[0])
        if len(site.values) > 1:
            self.flow.edge(site.values[0], site.result)

    def _copied(self, site: Site, name: str) -> None:
        """Globals are defined by `Object.defineProperty(window, …)` and its like."""
        names = self.constants(site.values[1] if len(site.values) > 1 else None) if name in ("defineProperty", "set") else None
        if names is None and len(site.arguments) > 1 and name in ("assign", "defineProperties"):
            names = self.reader.keys_of(site.arguments[1])
        if names is None:
            self.emit("dynamic-global", site, name)
            return
        for one in sorted(names):
            self.defines.append((one, site.function, site.place))
            if builtins.builtin(one):
                self.emit("hook", site, one)

    def called(self, atom: Host, site: Site) -> None:
        """A function of the host is called by a name of its own."""
        if atom[0] == "method":
            self._called_method(atom, site)
        elif atom[0] == "global":
            self._called_global(atom[1], site)
        elif atom[0] == "returns":
            self._worth(site.result, host.WINDOW)

    def _called_method(self, atom: Host, site: Site) -> None:
        use = Use("call", atom[2], site.place, site.function, None, None, site._replace(name=atom[2]))
        self.call_document(host.DOCUMENT, use)

    def _called_global(self, path: str, site: Site) -> None:
        told = host.GLOBAL_CALLS.get(path) or (host.CONSTRUCTORS.get(path) if site.new or path == "ActiveXObject" else None)
        if told is not None:
            self.emit(told[0], site, told[1])
            self.known.add(site.place)
            if path == "fetch":
                self._worth(site.result, host.REQUEST)
            elif path == "Image":
                self._worth(site.result, ("created", site.place, "img"))
        elif path in host.TIMERS:
            self.emit("timer", site, path)
            self.deferred.add(site.place)
            self._code(site, "timer")
        elif path in ("addEventListener", "attachEvent"):
            self._listen("window", site._replace(name=path))
        elif path in ("eval", "execScript"):
            self.facts.evals.append((site.place, site.function))
        elif path == "Function":
            self.function_called(site)
        elif path in host.OBSERVERS:
            self.emit("observer", site, path)
            self.deferred.add(site.place)
        elif path in ("jQuery", "$"):
            self.jquery_called(site)
        elif path.partition(".")[0] in host.INERT:
            self._called_inert(path, site)
        elif path == "queueMicrotask":
            self.at_once.add(site.place)
        else:
            self._worth(site.result, UNKNOWN)

    def _called_inert(self, path: str, site: Site) -> None:
        self.known.add(site.place)
        if path.partition(".")[0] in host.CALLING:
            self.at_once.add(site.place)
        if path in _COPIERS:
            self._copy(site, path.partition(".")[2])
        elif path.endswith((".slice", ".from", ".of", ".concat")) or path == "Object":
            for value in (site.this if site.this is not None and site.this >= 0 else None, *site.values):
                self.flow.edge(value, site.result)
                if host.SCRIPTS in self.flow.of(value):
                    self.emit("last-script", site)
        elif path.startswith("console."):
            self.emit("console", site, path.partition(".")[2])

    def _code(self, site: Site, what: str) -> None:
        """A timer whose first argument may be code in a string."""
        if site.values and any(isinstance(atom, str) for atom in self.flow.of(site.values[0])):
            texts = self.constants(site.values[0])
            for text in sorted(texts or ()):
                for name in re.findall(r"(?<![\w$.])[A-Za-z_$][\w$]*", text):
                    self.facts.reads.append((name, -1, site.place, False))
            if texts is None:
                self.emit("dynamic-code", site, what)

    def function_called(self, site: Site) -> None:
        """`Function(…)`: code from strings."""
        self.known.add(site.place)
        texts = [self.constants(value) for value in site.values]
        if not site.values or all(text is not None and len(text) == 1 for text in texts):
            body = next(iter(texts[-1] or [""])) if texts else ""
            if re.match(r"\s*return\s+(?:this|globalThis|self|window)\s*(?:\(\s*\))?;?\s*\Z", body):
                self._worth(site.result, ("returns", "window"))
                return
            if re.match(r"(?:\s|\"use strict\";?|debugger;?|return\s+[\w\s\"'.+*=>()-]{0,40};?)*\Z", body) and not re.search(
                r"[A-Za-z_$][\w$]*\s*\(", body
            ):
                return
        self.emit("dynamic-code", site, "Function")

    def given_away(self, site: Site) -> None:
        """What others are given of the page, they may use."""
        for value in site.values:
            atoms = self.flow.of(value)
            if host.CURRENT in atoms:
                self.emit("current-script", site, "placement", perhaps=True)
            if host.SCRIPTS in atoms:
                self.emit("last-script", site, perhaps=True)
            if host.HTML in atoms or host.BODY in atoms:
                self.emit("paint", site, "given away", perhaps=True)

    # names alone

    def named(self, base: int | None, use: Use) -> None:
        """A member whose receiver may be anything."""
        atoms = self.flow.of(base)
        if atoms and not any(self._anything(atom) for atom in atoms):
            return
        name, site = use.name, use.site
        if name in host.LAYOUT:
            self.emit("layout-read", use, name)
        elif use.how == "call" and site is not None:
            self._named_call(name, site)
        elif use.how == "set" and name.startswith("on"):
            if builtins.builtin(name) and name[2:] in _EVENTS:
                self.emit("handler-slot", use, f"unknown {name}")
        elif use.how == "set" and name in ("innerHTML", "outerHTML", "className", "innerText", "textContent"):
            self.emit("dom-write", use)
            self._injected(use)

    def _anything(self, atom: Atom) -> bool:
        """Whether a receiver of this kind might be of the host without being known to be."""
        if atom is UNKNOWN:
            return True
        return isinstance(atom, tuple) and atom[0] == "global" and not builtins.builtin(atom[1].partition(".")[0]) and atom[1] != "jQuery"

    def _named_call(self, name: str, site: Site) -> None:
        if name in ("write", "writeln"):
            if site.values:
                self.emit("document.write", site, name, perhaps=True)
        elif name in host.QUERIES:
            if name not in ("matches", "closest"):
                self._query(site, name)
        elif name in ("addEventListener", "attachEvent"):
            self._listen("unknown", site)
        elif name in ("insertRule", "addRule", "replaceSync"):
            self.emit("style-insert", site, name)
        elif name == "setAttribute":
            self.emit("dom-write", site)
        elif name == "createContextualFragment":
            self.emit("script-insert", site, "markup", perhaps=True)
        elif name in ("appendChild", "insertBefore", "insertAdjacentHTML", "insertAdjacentElement", "replaceChild"):
            self._insert(("unknown",), site)


_EVENTS = frozenset(
    "load error message unload beforeunload hashchange popstate click resize scroll DOMContentLoaded readystatechange".lower().split()
)
