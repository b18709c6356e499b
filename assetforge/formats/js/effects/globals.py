"""What using the window and global functions does.

What must stay true: what becomes a member of the window is a global that is defined, by whatever way it gets there.
"""

import re

from assetforge.formats.js.effects import builtins, host
from assetforge.formats.js.effects.facts import Site, Use
from assetforge.formats.js.effects.jquery import JQuery
from assetforge.formats.js.effects.values import UNKNOWN, Host

_COPIERS = frozenset({"Object.assign", "Object.defineProperty", "Object.defineProperties", "jQuery.extend"})


class Globals(JQuery):
    """Acts of the window, of builtin and of other's globals."""

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
        if name == "length" and self.receiver is not None and UNKNOWN in self.flow.of(self.receiver[0]):
            return  # of a list, or of the window for nobody's sake
        self.define(name, use)
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
            key = (node, site.place, site.name)
            if key not in self._added:
                self._added.add(key)
                self.facts.call(node, site)
                self.late.add(node)

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
            node = site.values[0]
            self.receiver = (node, atom) if node is not None and atom in (host.WINDOW, host.DOCUMENT) else None
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
        self.receiver = None
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
            self.define(one, site)
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
        if all(text is not None and len(text) == 1 for text in texts):
            *names, body = [next(iter(text or ())) for text in texts]
            self.code[site.place] = (", ".join(names), body, site.function)
            return
        self.emit("dynamic-code", site, "Function")
