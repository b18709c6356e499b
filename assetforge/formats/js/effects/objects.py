"""What using the small things of a page does: styles and classes of the root, storage, location, sheets, script elements.

What must stay true: one's own script element is told apart from others, and the first from the last.
"""


from assetforge.formats.js.effects import host
from assetforge.formats.js.effects.documents import Documents
from assetforge.formats.js.effects.facts import Use
from assetforge.formats.js.effects.reading import asks_length
from assetforge.formats.js.effects.values import Host


class Objects(Documents):
    """Acts of what documents and windows hold."""

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
