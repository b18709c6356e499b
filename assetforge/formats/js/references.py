"""What a script refers to: modules, workers, files beside it, its source map; and the names it looks for.

What must stay true: the parser decides what is code. Regular expressions only find candidates: the place of an opening parenthesis
and the name before it, counted when the tree has an argument list there. A text without candidates is never parsed. Past the
first syntax error nothing is reported but a source map on the last line.

Not handled, hence never rewritten (each file stays reachable under its own name): `require()`, URLs in other strings, `fetch()`,
JSX, strings that are put together.
"""

import re
from typing import TYPE_CHECKING, NamedTuple

from assetforge.formats.js import lookups, syntax
from assetforge.formats.js.literals import decode
from assetforge.reference import OWN_NAME, Base, Finding, Kind, Lookup, Mode, Parsed, Reference, reference
from assetforge.text import Decoded, Span

if TYPE_CHECKING:
    from tree_sitter import Node


class Call(NamedTuple):
    """What a call with a URL as its first argument loads. `every`: every argument is a URL."""

    syntax: str
    kind: Kind
    mode: Mode
    base: Base
    every: bool = False


CALLS: dict[str, Call] = {
    "import": Call("import()", "module", "cors", "file"),
    "import.meta.resolve": Call("import.meta.resolve", "module", "cors", "file"),
    "importScripts": Call("importScripts", "script", "no-cors", "document", every=True),
    "Worker": Call("new Worker", "worker", "same-origin", "document"),
    "SharedWorker": Call("new SharedWorker", "worker", "same-origin", "document"),
    "serviceWorker.register": Call("serviceWorker.register", "serviceworker", "same-origin", "document"),
    "addModule": Call("addModule", "module", "cors", "document"),
}
KINDS: dict[str, Kind] = {  # of `new URL("x", import.meta.url)`, by extension
    "css": "style", "png": "image", "jpg": "image", "jpeg": "image", "gif": "image", "webp": "image", "avif": "image",
    "svg": "image", "ico": "image", "bmp": "image", "woff": "font", "woff2": "font", "ttf": "font", "otf": "font", "mp3": "audio",
    "m4a": "audio", "ogg": "audio", "wav": "audio", "mp4": "video", "webm": "video", "ogv": "video", "vtt": "track",
}  # fmt: skip
ATTRIBUTE_KINDS: dict[str, Kind] = {"json": "json", "css": "style"}

_BARE_IMPORT = re.compile(r"import\s*[\"'/]")
_FROM = re.compile(r"(?:import|export)\b(?!\s*\()")
# The word before an argument list. A literal first is what makes a search fast; what may not stand before it comes second. No line
# feed before the parenthesis, or the word might end a line comment.
_NAMES: dict[str, re.Pattern[str]] = {
    "import": re.compile(r"import(?<![.\w$#]import)(?:\s*\.\s*meta\s*\.\s*resolve)?[ \t]*\("),
    "importScripts": re.compile(r"importScripts(?<![\w$#]importScripts)[ \t]*\("),
    "serviceWorker": re.compile(r"serviceWorker\s*\??\s*\.\s*register[ \t]*\("),
    "addModule": re.compile(r"addModule(?<=\.addModule)[ \t]*\("),
    "Worker": re.compile(r"Worker(?<![\w$#]Worker)[ \t]*\("),
    "SharedWorker": re.compile(r"SharedWorker(?<![\w$#]SharedWorker)[ \t]*\("),
    "URL": re.compile(r"URL(?<![\w$#]URL)[ \t]*\("),
}
_SEARCHES: dict[str, re.Pattern[str]] = {
    "RegExp": re.compile(r"RegExp(?<![\w$#]RegExp)[ \t]*\("),
    **{method: re.compile(rf"{method}(?<=\.{method})[ \t]*\(") for method in lookups.METHODS},
}
_RECEIVER = re.compile(r"(?P<name>[\w$]+|[)\]])\s*\??\.\s*\Z")
_GLOBAL_OBJECTS = frozenset({"self", "window", "globalThis", "this"})
_LITERAL = re.compile(r"\s*[\"'`/]")
_COMPARISON = re.compile(r"[=!]=\s*[\"'][^\"'\n]{0,200}\.\w{2,5}[\"']")
MAP_LINE = 8192  # characters at the end of a file in which the comment with its source map may stand
NEAR = 300  # characters from a searching method to the file name it searches for
_META_URL = re.compile(r"import\s*\.\s*meta\s*\.\s*url\Z")
_ATTRIBUTE_TYPE = re.compile(r"""["']?\btype["']?\s*:\s*(["'])(?P<type>\w+)\1""")
_MAP = re.compile(r"(?://|/\*)[#@][ \t]*sourceMappingURL=(?P<url>[^\s'\"*`]+)[ \t]*(?:\*/)?")
_MAP_LAST = re.compile(r"(?:\A|[\n;})])[ \t]*(?P<comment>//[#@][ \t]*sourceMappingURL=(?P<url>[^\s'\"*`]+))\s*\Z")
_STRING = re.compile(r"[^\s\"'`<>{}|\\^]*\Z")

STATEMENTS = """
(import_statement source: (string)) @statement
(export_statement source: (string)) @statement
"""
ARGUMENTS = """
(call_expression arguments: (arguments) @called)
(new_expression arguments: (arguments) @constructed)
"""
LITERALS = "[(string) (template_string)] @literal"
PATTERNS = "(regex) @regex"
COMPARED = '(binary_expression ["==" "===" "!=" "!=="] (string)) @comparison'
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


class Wanted(NamedTuple):
    """What a look at the text alone says is worth asking the parser for. `calls`: the name before each opening parenthesis."""

    calls: dict[int, str]
    statements: bool
    selectors: bool
    patterns: bool
    compared: bool
    map: bool

    def query(self) -> str:
        parts = {
            STATEMENTS: self.statements,
            ARGUMENTS: bool(self.calls),
            LITERALS: self.selectors,
            PATTERNS: self.patterns,
            COMPARED: self.compared,
        }
        return "".join(source for source, wanted in parts.items() if wanted)


def parse(text: str, variant: str) -> Parsed:
    """What a script refers to. The variants (`js`, `js-module`, `js-handler`) are read alike: none has syntax that another lacks
    and that would change what is found."""
    found = Found(text)
    last_map = None
    if "sourceMappingURL=" in text:
        last_map = _MAP_LAST.search(text, max(0, len(text) - MAP_LINE))
    if last_map:
        _add_map(found, last_map)
    wanted = _wanted(text, mapped=bool(last_map))
    source = wanted.query()
    if not source and not wanted.map:
        return found.parsed()
    tree = syntax.parse(text)
    if isinstance(tree, syntax.Opaque):
        found.findings.append(Finding("not-parsed", "note", Span(0, 0), f"Left alone: {tree.reason}."))
        return found.parsed()
    if tree.fault is not None:
        at = min(tree.fault, len(text))
        message = "Not understood as JavaScript from here on: what the script refers to after this is left alone."
        found.findings.append(Finding("not-parsed", "note", Span(at, min(at + 1, len(text))), message))
    if source and tree.limit:
        _read(found, tree, source, wanted.calls)
    if wanted.map:
        _find_map(found, tree)
    return found.parsed()


def _wanted(text: str, *, mapped: bool) -> Wanted:
    calls: dict[int, str] = {}
    for word, pattern in _NAMES.items():
        if word in text:
            calls.update((match.end() - 1, _name(word, match[0])) for match in pattern.finditer(text))
    searches = lookups.HINT.search(text) is not None
    patterns = searches and lookups.PATTERN_HINT.search(text) is not None
    if searches:
        for word, pattern in _SEARCHES.items():
            if word not in text:
                continue
            for match in pattern.finditer(text):
                literal = word == "RegExp" or _LITERAL.match(text, match.end())
                if literal and lookups.HINT.search(text, match.end(), match.end() + NEAR):
                    calls[match.end() - 1] = word
                elif word in ("test", "exec") and lookups.HINT.search(text, max(0, match.start() - NEAR), match.start()):
                    patterns = True
    return Wanted(
        calls,
        statements=_has_statements(text),
        selectors=searches and lookups.SELECTOR_HINT.search(text) is not None,
        patterns=patterns,
        compared=searches and lookups.COMPARED.search(text) is not None and _COMPARISON.search(text) is not None,
        map=not mapped and "sourceMappingURL=" in text,
    )


def _has_statements(text: str) -> bool:
    """May there be `import "x"`, `import … from "x"` or `export … from "x"`?"""
    if "import" in text and _BARE_IMPORT.search(text):
        return True
    return "from" in text and ("import" in text or "export" in text) and _FROM.search(text) is not None


def _name(word: str, written: str) -> str:
    if word == "import":
        return "import.meta.resolve" if "resolve" in written else "import"
    return "serviceWorker.register" if word == "serviceWorker" else word


def _read(found: Found, tree: syntax.Tree, source: str, calls: dict[int, str]) -> None:
    """One query for everything the text has candidates for."""
    text = found.text
    nodes = syntax.find(tree, source)
    for node in nodes.get("statement", ()):
        _statement(found, node)
    _calls(found, tree, nodes, calls)
    for node in nodes.get("literal", ()):
        if lookups.SELECTOR_HINT.search(text, node.start_byte, node.end_byte) is not None:
            found.lookups.extend(lookups.selectors(decode(text, node.start_byte, node.end_byte)))
    for node in nodes.get("regex", ()):
        _search(found, node, "test" if node.parent is not None and node.parent.type == "member_expression" else "")
    for node in nodes.get("comparison", ()):
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


def _calls(found: Found, tree: syntax.Tree, nodes: dict[str, list["Node"]], calls: dict[int, str]) -> None:
    """The argument lists behind the names that were found, in the order of the text."""
    text = found.text
    lists = [(node.start_byte, kind, node) for kind in ("called", "constructed") for node in nodes.get(kind, ())]
    lists = sorted((one for one in lists if one[0] in calls), key=lambda one: one[0])
    named = {calls[start] for start, *_ in lists} & GLOBALS
    shadowed = _declared(text, tree, named) if named else frozenset()
    workers: set[int] = set()  # where the arguments of a `new URL()` inside `new Worker()` begin
    for start, kind, node in lists:
        name = calls[start]
        if (kind == "constructed") != (name in CONSTRUCTORS) and name != "RegExp":
            continue
        if name in GLOBALS and not _is_global(text, text.rindex(name, 0, start), name in shadowed):
            continue
        arguments = [child for child in node.named_children if child.type != "comment"]
        if arguments:
            _call(found, name, node, arguments, workers)


CONSTRUCTORS = frozenset({"URL", "Worker", "SharedWorker"})
GLOBALS = CONSTRUCTORS | {"importScripts"}


def _is_global(text: str, at: int, shadowed: bool) -> bool:
    """Is the name at `at` the global of that name: bare and not declared by the file, or a property of the global object?"""
    receiver = _RECEIVER.search(text, max(0, at - 60), at)
    return not shadowed if receiver is None else receiver["name"] in _GLOBAL_OBJECTS


def _call(found: Found, name: str, node: "Node", arguments: list["Node"], workers: set[int]) -> None:
    first = arguments[0]
    if name == "URL":
        _url(found, arguments, worker=node.start_byte in workers)
    elif name in _SEARCHES:
        _search(found, first, name)
    elif name in CONSTRUCTORS and first.type == "new_expression":
        inner = first.child_by_field_name("arguments")
        workers.update([inner.start_byte] if inner is not None else [])
    else:
        _load(found, name, arguments)


def _load(found: Found, name: str, arguments: list["Node"]) -> None:
    call = CALLS[name]
    kind = call.kind
    if name == "import" and len(arguments) > 1:
        written = _ATTRIBUTE_TYPE.search(found.text, arguments[1].start_byte, arguments[1].end_byte)
        kind = ATTRIBUTE_KINDS.get(written["type"], kind) if written else kind
    for argument in arguments if call.every else arguments[:1]:
        if _is_literal(argument):
            found.add(decode(found.text, argument.start_byte, argument.end_byte), kind, call.syntax, call.mode, call.base)
        elif name == "import":
            found.computed.append(Span(argument.start_byte, argument.end_byte))


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
    """A string or a regular expression given to a method that searches; or (`method` empty) a regular expression anywhere, which
    is there to search: libraries keep the one for their own name in a variable, or give it to a function of theirs."""
    start, end = node.start_byte, node.end_byte
    if node.type == "regex":
        flags = found.text.rfind("/", start, end)
        named = lookups.pattern(Span(start, end), found.text[start + 1 : flags])
        # nobody knows what it is compared with: `/\\.min\\.js$/` may as well be about names that a person types
        found.lookups.extend(one for one in named if method or not one.needle.startswith("."))
    elif method == "RegExp" and node.type == "binary_expression":
        if lookups.COMPUTED.search(found.text, start, min(end, start + NEAR)):
            found.lookups.append(Lookup(Span(start, end), OWN_NAME, "suffix"))
    elif _is_literal(node):
        text = decode(found.text, start, end)
        if method == "RegExp":
            found.lookups.extend(lookups.pattern(Span(start, end), text.text))
        else:
            lookup = lookups.needle(Span(start, end), text.text, lookups.METHODS[method])
            found.lookups.extend([lookup] if lookup else [])


def _compared(found: Found, node: "Node") -> None:
    """`x.getAttribute("src") == "a.js"`."""
    if node.end_byte - node.start_byte > 1000 or not lookups.COMPARED.search(found.text, node.start_byte, node.end_byte):
        return
    for side in (node.child_by_field_name("left"), node.child_by_field_name("right")):
        if side is not None and side.type == "string":
            text = decode(found.text, side.start_byte, side.end_byte)
            lookup = lookups.needle(Span(side.start_byte, side.end_byte), lookups.RELATIVE.sub("", text.text), "suffix")
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
