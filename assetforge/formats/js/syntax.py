"""The door to tree-sitter: text in, a tree whose byte offsets are str offsets out.

What must stay true:
- One character of the text is one byte of what the parser sees. Characters beyond ASCII become an identifier letter, a space or a
  line feed, whichever JavaScript takes them for, so no offset is ever converted. Names and literals are read from the text itself.
- tree-sitter is no syntax checker. An `ERROR` or a missing token means that the text from there on is opaque: it says so, and
  nothing is claimed about it. Some valid syntax is beyond its grammar (`tests/conformance/js` has the ledger).
- Time and memory are linear and bounded by counts, never by a clock, so that the outcome is the same on every machine. A tree takes
  some 60 bytes a character, 4 KB a level of nesting where it is ambiguous (`(a,` again and again); recovery from errors can cost
  10 µs a character (`"` a million times). So very long and very deep texts are not parsed.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Query

DEEPEST = 5_000  # brackets within brackets; browsers give up earlier
LONGEST = 10_000_000  # characters
REMEMBERED = 1_000_000  # characters: trees of longer texts take 40 bytes a character and are not kept

_FOREIGN = re.compile(r"[^\x00-\x7f]+")
# A plain name, wherever no name follows on its line; the parser takes it for a declaration (`x ? a : using = f`).
_USING = re.compile(rb"(?<![\w$\\])using(?![\w$])(?![ \t]+(?!in\b|of\b|instanceof\b)[A-Za-z_$\\])")
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_BLANK = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\ufeff\u2028\u2029]")
_BRACKETS = bytes(byte for byte in range(256) if byte not in b"()[]{}")
_STEP = {byte: 1 if byte in b"([{" else -1 for byte in b"()[]{}"}


class Tree(NamedTuple):
    """A parsed text. `limit`: str offset up to which the tree can be trusted (the start of the first top-level statement that
    holds an error). `fault`: where the error itself is, or None where there is none."""

    root: "Node"
    limit: int
    fault: int | None = None


class Opaque(NamedTuple):
    """A text that was not parsed at all, and why."""

    reason: str


@cache
def language() -> "Language":
    """The grammar, loaded once."""
    import tree_sitter
    import tree_sitter_javascript

    return tree_sitter.Language(tree_sitter_javascript.language())


@cache
def query(source: str) -> "Query":
    """A compiled query. Sources are constants of this package or built from a few of them."""
    import tree_sitter

    return tree_sitter.Query(language(), source)


def parse(text: str) -> Tree | Opaque:
    """The tree of `text`. The same text is often parsed for its references and then for its minified form: the last two small ones
    are remembered."""
    return _parse_remembered(text) if len(text) <= REMEMBERED else _parse(text)


def find(tree: Tree, source: str, start: int | None = None, end: int | None = None) -> dict[str, list["Node"]]:
    """What a query captures in the trusted part of a tree, by capture name."""
    import tree_sitter

    limit = tree.limit
    first, last = start or 0, limit if end is None else min(end, limit)
    if first >= last:
        return {}
    cursor = tree_sitter.QueryCursor(query(source))
    if tree.fault is not None or start is not None or end is not None:
        cursor.set_byte_range(first, last)
    found = cursor.captures(tree.root)
    if tree.fault is None:
        return found
    return {name: [node for node in nodes if node.end_byte <= limit] for name, nodes in found.items()}


def mask(text: str) -> bytes:
    """`text` with one byte a character: ASCII as it is, the rest as what JavaScript takes it for (ECMA-262, 12.2 and 12.3)."""
    masked = text if text.isascii() else _FOREIGN.sub(lambda run: _stand_in(run[0]), text)
    data = masked.encode("ascii")
    if b"using" in data:
        data = _USING.sub(b"xsing", data)
    # A lone carriage return ends a line for JavaScript and not for this parser.
    return _LONE_RETURN.sub(b"\n", data) if data.count(b"\r") != data.count(b"\r\n") else data


def _stand_in(run: str) -> str:
    if not _BLANK.search(run):
        return "x" * len(run)
    return "".join("\n" if char in "\u2028\u2029" else " " if _BLANK.match(char) else "x" for char in run)


def _deepest(data: bytes) -> int:
    """An estimate of the nesting from brackets alone; those in strings count too."""
    steps = map(_STEP.__getitem__, data.translate(None, _BRACKETS))
    return max(accumulate(steps), default=0)


def _parse(text: str) -> Tree | Opaque:
    import tree_sitter

    if len(text) > LONGEST:
        return Opaque(f"longer than {LONGEST} characters")
    data = mask(text)
    if _deepest(data) > DEEPEST:
        return Opaque(f"brackets nested deeper than {DEEPEST}")
    tree = tree_sitter.Parser(language()).parse(data)
    root = tree.root_node
    if not root.has_error:
        return Tree(root, len(text))
    if root.type == "ERROR":
        return Tree(root, 0, _fault(root))
    broken = next((child for child in root.children if child.has_error), root)
    return Tree(root, broken.start_byte, _fault(broken))


_parse_remembered = lru_cache(maxsize=2)(_parse)


def _fault(node: "Node") -> int:
    """Where the first error below `node` is."""
    while not (node.is_error or node.is_missing):
        inner = _first_broken(node.children)
        if inner is None:
            break
        node = inner
    return node.start_byte


def _first_broken(nodes: Iterable["Node"]) -> "Node | None":
    return next((node for node in nodes if node.has_error or node.is_missing), None)
