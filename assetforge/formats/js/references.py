"""What a script refers to: modules, workers, files beside it, its source map; and the names it looks for.

What must stay true: the parser decides what is code. Regular expressions only find candidates: the place of an opening parenthesis
and the name before it, counted when the tree has an argument list there. A text without any of the words in `_WORDS` has no
references, so it is never parsed. Past the first syntax error nothing is reported but a source map on the last line.

Not handled, hence never rewritten (each file stays reachable under its own name): `require()`, URLs in other strings, `fetch()`,
JSX, strings that are put together.
"""

import re
from typing import TYPE_CHECKING, NamedTuple

from assetforge.formats.js import lookups, syntax
from assetforge.formats.js.literals import decode
from assetforge.reference import Base, Finding, Kind, Lookup, Mode, Parsed, Reference, reference
from assetforge.text import Decoded, Span

if TYPE_CHECKING:
    from tree_sitter import Node


class Call(NamedTuple):
    """What a call with a URL as its first argument loads. `every`: every argument is a URL."""

    kind: Kind
    mode: Mode
    base: Base
    every: bool = False


CALLS: dict[str, Call] = {
    "import": Call("module", "cors", "file"),
    "import.meta.resolve": Call("module", "cors", "file"),
    "importScripts": Call("script", "no-cors", "file", every=True),
    "new Worker": Call("worker", "same-origin", "document"),
    "new SharedWorker": Call("worker", "same-origin", "document"),
    "serviceWorker.register": Call("serviceworker", "same-origin", "document"),
    "addModule": Call("module", "cors", "document"),
}
KINDS: dict[str, Kind] = {  # of `new URL("x", import.meta.url)`, by extension
    "css": "style", "png": "image", "jpg": "image", "jpeg": "image", "gif": "image", "webp": "image", "avif": "image",
    "svg": "image", "ico": "image", "bmp": "image", "woff": "font", "woff2": "font", "ttf": "font", "otf": "font", "mp3": "audio",
    "m4a": "audio", "ogg": "audio", "wav": "audio", "mp4": "video", "webm": "video", "ogv": "video", "vtt": "track",
}  # fmt: skip
ATTRIBUTE_KINDS: dict[str, Kind] = {"json": "json", "css": "style"}

_WORDS = re.compile(
    r"\b(?:import|export|importScripts|(?:Shared)?Worker|URL|addModule|serviceWorker|RegExp)\b|sourceMappingURL|src|href|\$\(", re.IGNORECASE
)
_STATEMENTS = re.compile(r"\b(?:import|export)\b")
_CALL = re.compile(
    r"""(?P<name>\bimport\s*\.\s*meta\s*\.\s*resolve|(?<![.\w$#])import|(?:\b(?:self|globalThis|this|window)\s*\.\s*|(?<![.\w$#]))importScripts
    |\bserviceWorker\s*(?:\?\s*)?\.\s*register|\.\s*addModule
    |\bnew[ \t]+(?:(?:self|globalThis|window)\s*\.\s*)?(?:Worker|SharedWorker|URL|RegExp)
    |(?<![.\w$#])RegExp|\.\s*(?:""" + "|".join(lookups.METHODS) + r"""))[ \t]*\(""",
    re.VERBOSE,
)  # fmt: skip
_BLANK = re.compile(r"\s+")
_META_URL = re.compile(r"import\s*\.\s*meta\s*\.\s*url\Z")
_ATTRIBUTE_TYPE = re.compile(r"""["']?\btype["']?\s*:\s*(["'])(?P<type>\w+)\1""")
_MAP = re.compile(r"(?://|/\*)[#@][ \t]*sourceMappingURL=(?P<url>[^\s'\"*`]+)[ \t]*(?:\*/)?")
_MAP_LAST = re.compile(r"(?:\A|[\n;})])[ \t]*(?P<comment>//[#@][ \t]*sourceMappingURL=(?P<url>[^\s'\"*`]+))\s*\Z")
_STRING = re.compile(r"[^\s\"'`<>{}|\\^]*\Z")

STATEMENTS = """
(import_statement source: (string)) @statement
(export_statement source: (string)) @statement
"""
ARGUMENTS = "(arguments) @arguments"
LITERALS = "[(string) (template_string)] @literal"
SEARCHES = """
(call_expression function: (member_expression object: (regex) @regex))
(binary_expression ["==" "===" "!=" "!=="] (string) @compared)
"""
DECLARED = """
(variable_declarator name: (identifier) @name) @declarator
(function_declaration name: (identifier) @declared) (generator_function_declaration name: (identifier) @declared)
(class_declaration name: (identifier) @declared) (function_expression name: (identifier) @declared)
(import_specifier) @specifier (import_clause (identifier) @declared) (namespace_import (identifier) @declared)
(formal_parameters (identifier) @declared) (arrow_function parameter: (identifier) @declared)
(formal_parameters (assignment_pattern left: (identifier) @declared))
"""


class Found:
    """What is being found in one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.references: list[Reference] = []
        self.lookups: list[Lookup] = []
        self.computed: list[Span] = []
        self.findings: list[Finding] = []

    def add(self, text: Decoded, kind: Kind, syntax: str, mode: Mode, base: Base) -> None:
        made = reference(text, kind, syntax, mode=mode, base=base)
        if made is not None:
            self.references.append(made)

    def parsed(self) -> Parsed:
        return Parsed(
            references=tuple(sorted(set(self.references))),
            lookups=tuple(sorted(set(self.lookups))),
            computed_imports=tuple(sorted(set(self.computed))),
            findings=tuple(self.findings),
        )


def parse(text: str, variant: str) -> Parsed:
    """What a script refers to. The variants (`js`, `js-module`, `js-handler`) are read alike: none has syntax that another lacks
    and that would change what is found."""
    if not _WORDS.search(text):
        return Parsed()
    found = Found(text)
    last_map = _MAP_LAST.search(text, max(0, len(text.rstrip()) - 4096))
    if last_map:
        _add_map(found, last_map)
    calls = {match.end() - 1: _BLANK.sub(" ", match["name"]) for match in _CALL.finditer(text)}
    searches = bool(lookups.HINT.search(text))
    if not _worth_parsing(text, calls, searches, mapped=bool(last_map)):
        return found.parsed()
    tree = syntax.parse(text)
    if isinstance(tree, syntax.Opaque):
        found.findings.append(Finding("not-parsed", "note", Span(0, 0), f"Left alone: {tree.reason}."))
        return found.parsed()
    if tree.fault is not None:
        at = min(tree.fault, len(text))
        message = "Not understood as JavaScript from here on; what the script refers to after this is left alone."
        found.findings.append(Finding("not-parsed", "note", Span(at, min(at + 1, len(text))), message))
    _read(found, tree, calls, searches)
    if not last_map and "sourceMappingURL=" in text:
        _find_map(found, tree)
    return found.parsed()


def _worth_parsing(text: str, calls: dict[int, str], searches: bool, *, mapped: bool) -> bool:
    names = {name for name in calls.values() if searches or not _is_search(name)}
    selects = searches and bool(lookups.SELECTOR_HINT.search(text) or lookups.COMPARED.search(text))
    inner_map = not mapped and "sourceMappingURL=" in text
    return bool(names or selects or inner_map or _STATEMENTS.search(text))


def _is_search(name: str) -> bool:
    return name.endswith("RegExp") or name.lstrip(". ") in lookups.METHODS


def _read(found: Found, tree: syntax.Tree, calls: dict[int, str], searches: bool) -> None:
    """One query for everything the text has candidates for."""
    if not tree.limit:
        return
    text = found.text
    selectors = searches and lookups.SELECTOR_HINT.search(text) is not None
    compares = searches and lookups.COMPARED.search(text) is not None
    sources = (
        STATEMENTS if _STATEMENTS.search(text) else "",
        ARGUMENTS if calls else "",
        LITERALS if selectors else "",
        SEARCHES if compares or searches else "",
    )
    nodes = syntax.find(tree, "".join(sources))
    for node in nodes.get("statement", ()):
        _statement(found, node)
    _arguments(found, tree, nodes.get("arguments", []), calls)
    for node in nodes.get("literal", ()):
        if lookups.SELECTOR_HINT.search(text, node.start_byte, node.end_byte) is not None:
            found.lookups.extend(lookups.selectors(decode(text, node.start_byte, node.end_byte)))
    for node in nodes.get("regex", ()):
        _search(found, node, "test")
    for node in nodes.get("compared", ()):
        _compared(found, node)


def _statement(found: Found, node: "Node") -> None:
    """`import … from "x"`, `import "x"`, `export … from "x"`, with or without attributes."""
    source = node.child_by_field_name("source")
    if source is None:
        return
    rest = found.text[source.end_byte : node.end_byte]
    written = _ATTRIBUTE_TYPE.search(rest)
    kind = ATTRIBUTE_KINDS.get(written["type"], "module") if written else "module"
    syntax_name = "import" if node.type == "import_statement" else "export"
    found.add(decode(found.text, source.start_byte, source.end_byte), kind, syntax_name, "cors", "file")


def _arguments(found: Found, tree: syntax.Tree, nodes: list["Node"], calls: dict[int, str]) -> None:
    nodes = sorted((node for node in nodes if node.start_byte in calls), key=lambda node: node.start_byte)
    named = {name.rsplit(".", 1)[-1].removeprefix("new ").strip() for name in calls.values()} & _GLOBALS
    shadowed = _declared(found.text, tree, named) if named else frozenset()
    workers: set[int] = set()  # where the arguments of a `new URL()` inside `new Worker()` begin
    for node in nodes:
        name = calls[node.start_byte]
        bare = name.removeprefix("new ")
        if bare in shadowed:
            continue
        arguments = [child for child in node.named_children if child.type != "comment"]
        if arguments:
            _call(found, _canonical(name), node, arguments, workers)


_GLOBALS = frozenset({"URL", "Worker", "SharedWorker", "importScripts"})


def _canonical(name: str) -> str:
    """`new window.Worker` is `new Worker`, `.addModule` is `addModule`, `serviceWorker?.register` is `serviceWorker.register`."""
    name = name.replace("? ", "").replace("?", "").replace(" .", ".").replace(". ", ".")
    if name.startswith(("import", "serviceWorker")):
        return name
    last = name.rsplit(".", 1)[-1].removeprefix("new ")
    return f"new {last}" if name.startswith("new ") else last


def _call(found: Found, name: str, node: "Node", arguments: list["Node"], workers: set[int]) -> None:
    if name == "new URL":
        return _url(found, arguments, worker=node.start_byte in workers)
    if name in lookups.METHODS or name.endswith("RegExp"):
        return _search(found, arguments[0], "RegExp" if name.endswith("RegExp") else name)
    call = CALLS[name]
    first = arguments[0]
    if name in ("new Worker", "new SharedWorker", "serviceWorker.register", "addModule") and first.type == "new_expression":
        inner = first.child_by_field_name("arguments")
        if inner is not None and call.kind == "worker":
            workers.add(inner.start_byte)
        return None
    kind = call.kind
    if name == "import" and len(arguments) > 1:
        written = _ATTRIBUTE_TYPE.search(found.text, arguments[1].start_byte, arguments[1].end_byte)
        kind = ATTRIBUTE_KINDS.get(written["type"], kind) if written else kind
    for argument in arguments if call.every else arguments[:1]:
        if _is_literal(argument):
            found.add(decode(found.text, argument.start_byte, argument.end_byte), kind, name, call.mode, call.base)
        elif name == "import":
            found.computed.append(Span(argument.start_byte, argument.end_byte))
    return None


def _is_literal(node: "Node") -> bool:
    if node.type == "template_string":
        return all(child.type != "template_substitution" for child in node.named_children)
    return node.type == "string"


def _url(found: Found, arguments: list["Node"], *, worker: bool) -> None:
    """`new URL("x", import.meta.url)`."""
    if len(arguments) < 2 or not _is_literal(arguments[0]):
        return
    base = found.text[arguments[1].start_byte : arguments[1].end_byte]
    if not _META_URL.match(base):
        return
    text = decode(found.text, arguments[0].start_byte, arguments[0].end_byte)
    if worker:
        found.add(text, "worker", "new Worker", "same-origin", "file")
        return
    path = text.text.split("?", 1)[0].split("#", 1)[0].rstrip()
    kind = KINDS.get(path.rsplit(".", 1)[-1].lower(), "fetch")
    found.add(text, kind, "new URL", "cors" if kind == "font" else "no-cors", "file")


def _declared(text: str, tree: syntax.Tree, names: set[str]) -> frozenset[str]:
    """Which of `names` the file declares itself. `var URL = window.URL || …` is no other thing under that name."""
    nodes = syntax.find(tree, DECLARED)
    declared = {text[node.start_byte : node.end_byte] for node in nodes.get("declared", ())}
    for node in nodes.get("specifier", ()):
        local = node.child_by_field_name("alias") or node.child_by_field_name("name")
        if local is not None:
            declared.add(text[local.start_byte : local.end_byte])
    for node in nodes.get("declarator", ()):
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is not None and text[name.start_byte : name.end_byte] in names:
            own = text[name.start_byte : name.end_byte]
            same = re.compile(rf"\b(?:window|self|globalThis)\s*\.\s*{own}\b")
            if value is None or not same.search(text, value.start_byte, value.end_byte):
                declared.add(own)
    return frozenset(declared & names)


def _search(found: Found, node: "Node", method: str) -> None:
    """A string or a regular expression given to a method that searches."""
    start, end = node.start_byte, node.end_byte
    if node.type == "regex":
        flags = found.text.rfind("/", start, end)
        found.lookups.extend(lookups.pattern(Span(start, end), found.text[start + 1 : flags]))
    elif _is_literal(node):
        text = decode(found.text, start, end)
        if method == "RegExp":
            found.lookups.extend(lookups.pattern(Span(start, end), text.text))
        else:
            lookup = lookups.needle(Span(start, end), text.text, lookups.METHODS[method])
            found.lookups.extend([lookup] if lookup else [])


def _compared(found: Found, node: "Node") -> None:
    """`x.getAttribute("src") == "a.js"`."""
    parent = node.parent
    if parent is None or parent.end_byte - parent.start_byte > 1000:
        return
    if lookups.COMPARED.search(found.text, parent.start_byte, parent.end_byte):
        text = decode(found.text, node.start_byte, node.end_byte)
        lookup = lookups.needle(Span(node.start_byte, node.end_byte), text.text.lstrip("./"), "suffix")
        found.lookups.extend([lookup] if lookup else [])


def _find_map(found: Found, tree: syntax.Tree) -> None:
    """The last `sourceMappingURL` comment that does not end the file (ECMA-426, 11.1.2.1: the last one counts)."""
    text, at = found.text, len(found.text)
    while (at := text.rfind("sourceMappingURL=", 0, at)) >= 0:
        comments = syntax.find(tree, "(comment) @comment", at, at + 1).get("comment", [])
        match = _MAP.fullmatch(text, comments[0].start_byte, comments[0].end_byte) if comments else None
        if match:
            _add_map(found, match)
            return


def _add_map(found: Found, match: re.Match[str]) -> None:
    found.add(Decoded(match["url"], match.start("url")), "sourcemap", "sourceMappingURL", "no-cors", "file")


def strings(text: str) -> tuple[Reference, ...]:
    """Every string literal that could be a URL of the site, as optional references: a service worker's precache list."""
    tree = syntax.parse(text)
    if isinstance(tree, syntax.Opaque) or not tree.limit:
        return ()
    made: set[Reference] = set()
    for node in syntax.find(tree, LITERALS).get("literal", ()):
        if not _is_literal(node):
            continue
        value = decode(text, node.start_byte, node.end_byte)
        if ("/" in value.text or "." in value.text) and _STRING.match(value.text):
            one = reference(value, "fetch", "string", optional=True)
            made.update([one] if one else [])
    return tuple(sorted(made))
