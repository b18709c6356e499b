"""Import maps (HTML Standard, "import maps"): their references, and what they say.

What must stay true: of a key that stands twice the last counts, as for `JSON.parse`, in `ImportMap`; references are reported for
both. A bare key is a name and a key or value that ends in a slash is a prefix: neither names a file. A map of the wrong shape
(`imports` is no object) means nothing to a browser and is left alone, with a note.
"""

from dataclasses import dataclass, field

from assetforge.formats.json.tokens import Node, decode
from assetforge.reference import (
    PATH_END,
    Finding,
    ImportMap,
    IntegrityValue,
    Parsed,
    Reference,
    is_foreign,
    reference,
)
from assetforge.text import Decoded, Span

_OBJECTS = ("imports", "scopes", "integrity")
# Which object, how many keys deep, and what its keys are.
_KEYS: dict[tuple[str | None, int], str] = {
    ("imports", 2): "importmap key",
    ("scopes", 2): "importmap scope",
    ("scopes", 3): "importmap key",
    ("integrity", 2): "importmap integrity",
}
Entries = dict[str, str | None]


def parse(text: str, nodes: list[Node]) -> Parsed:
    """The references of an import map and the map itself. Relative URLs are the document's."""
    wrong = next((node for node in nodes if _is_wrong(node)), None)
    if wrong is not None:
        span = Span(wrong.start, wrong.end)
        finding = Finding("importmap-shape", "note", span, "an object must stand here: browsers ignore the import map")
        return Parsed(findings=(finding,))
    reader = _Reader(text)
    for at, node in enumerate(nodes):
        reader.read(node, nodes[at + 1] if at + 1 < len(nodes) else node)
    return reader.result()


def _is_wrong(node: Node) -> bool:
    """Something else where the standard wants an object."""
    path = node.path
    wanted = not path or (len(path) == 1 and path[0] in _OBJECTS) or (len(path) == 2 and path[0] == "scopes")
    return wanted and node.kind in ("[", "string", "scalar")


@dataclass(slots=True)
class _Reader:
    text: str
    references: list[Reference] = field(default_factory=list)
    integrities: list[IntegrityValue] = field(default_factory=list)
    imports: Entries | None = None
    scopes: dict[str, Entries] = field(default_factory=dict)
    entries_at: int = 0
    followed: bool = False
    key: int | None = None  # index of the reference that the last key of `integrity` makes

    def read(self, node: Node, after: Node) -> None:
        path, depth = node.path, len(node.path)
        if node.kind == "{" and depth <= 2:
            self.object(node, after)
        elif node.kind in ("}", "]", "{", "["):
            if node.kind in ("{", "[") and node.path:
                self.entry(node, None)
        elif node.kind == "key":
            self.named(node)
        elif path and path[0] is not None:
            self.entry(node, decode(self.text, node.start, node.end) if node.kind == "string" else None)

    def object(self, node: Node, after: Node) -> None:
        """An object of the map's own shape begins."""
        path = node.path
        if path == () or path == ("imports",):
            self.entries_at, self.followed = node.end, after.kind != "}"
        if path == ("imports",):
            self.imports = {}
        elif path == ("scopes",):
            self.scopes = {}
        elif len(path) == 2 and path[0] == "scopes" and path[1] is not None:
            self.scopes[path[1]] = {}
        elif path and path[0] == "imports":
            self.entry(node, None)

    def named(self, node: Node) -> None:
        path, depth = node.path, len(node.path)
        key = decode(self.text, node.start, node.end)
        syntax = _KEYS.get((path[0], depth))
        index = self.add(key, syntax, optional=True) if syntax else None
        if path[0] == "integrity" and depth == 2:
            self.key = index

    def entry(self, node: Node, value: Decoded | None) -> None:
        """The value of a specifier, or integrity metadata."""
        path = node.path
        if path[0] == "integrity" and len(path) == 2:
            if self.key is not None and value is not None:
                self.integrities.append(IntegrityValue(Span(node.start + 1, node.end - 1), self.key))
            return
        entries = self.imports if path[0] == "imports" and len(path) == 2 else None
        if path[0] == "scopes" and len(path) == 3 and path[1] is not None:
            entries = self.scopes[path[1]]
        if entries is not None and path[-1] is not None:
            entries[path[-1]] = value.text if value is not None else None
            if value is not None:
                self.add(value, "importmap")

    def add(self, url: Decoded, syntax: str, *, optional: bool = False) -> int | None:
        """The reference of `url`, if it names a file; its index."""
        if not (url.text.startswith(("/", "./", "../")) or is_foreign(url.text)) or PATH_END.split(url.text, 1)[0].endswith("/"):
            return None
        found = reference(url, "module", syntax, mode="cors", optional=optional)
        if found is None:
            return None
        self.references.append(found)
        return len(self.references) - 1

    def result(self) -> Parsed:
        scopes = tuple((prefix, tuple(entries.items())) for prefix, entries in self.scopes.items())
        imports = tuple((self.imports or {}).items())
        has_imports = self.imports is not None
        found = ImportMap(imports, scopes, has_imports, self.entries_at, self.followed)
        return Parsed(references=tuple(self.references), integrities=tuple(self.integrities), import_map=found)
