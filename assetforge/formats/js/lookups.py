"""Places where a script looks for an asset by its name: attribute selectors and comparisons over `src` and `href`.

What must stay true: a needle that is missed breaks a site whose script finds itself by name; a needle too many costs one file its
digest. So this is generous: any string or regular expression that names a file and is given to a method that searches counts,
wherever the searched text comes from. A needle is never a bare extension.

Not handled: expressions whose file name is not a literal run (`/jquery-[\\d.]+\\.js/`), and needles put together at run time, but
for one: `new RegExp("(^|/)" + NAME + "\\\\.js")` is how libraries look for themselves.
"""

import re
from collections.abc import Iterator

from assetforge.reference import Lookup, Match
from assetforge.text import Decoded, Span

EXTENSIONS = (
    "js mjs cjs css png jpe?g gif webp avif svg ico bmp woff2? ttf otf eot mp3 mp4 m4a ogg ogv wav"
    " webm json webmanifest wasm pdf xml txt"
)
FILE_NAME = re.compile(rf"[\w@%~+\-]\.(?:{'|'.join(EXTENSIONS.split())})(?![\w])", re.IGNORECASE)
HINT = re.compile(rf"\.(?:\((?:\?:)?)?(?:{'|'.join(EXTENSIONS.split())})\b", re.IGNORECASE)
PATTERN_HINT = re.compile(rf"\\{HINT.pattern}", re.IGNORECASE)  # in a regular expression, wherever that stands
SELECTOR_HINT = re.compile(r"\[\s*[\w\-|\\:]*(?:src|href)\s*[~|^$*]?=")
METHODS: dict[str, Match] = {
    "indexOf": "substring", "lastIndexOf": "substring", "includes": "substring", "contains": "substring", "search": "substring",
    "match": "substring", "matchAll": "substring", "split": "substring", "replace": "substring", "replaceAll": "substring",
    "test": "substring", "exec": "substring", "endsWith": "suffix", "startsWith": "prefix",
}  # fmt: skip
RELATIVE = re.compile(r"\A(?:\.{1,2}/)+")  # what stands before a name depends on who writes the URL
COMPUTED = re.compile(r"""["']\\*\.(?:min\\*\.)?js\b""")  # in a sum: what comes before it is the name of a script
COMPARED = re.compile(r"\b(?:src|href|currentScript)\b", re.IGNORECASE)

_SELECTOR = re.compile(
    r"""\[\s*(?:[\w\-]*(?:\\?[|:]))?[\w\-]*(?:src|href)\s*(?P<operator>[~|^$*]?=)\s*"""
    r"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\]\s"']+))""",
    re.IGNORECASE,
)
_OPERATORS: dict[str, Match] = {"=": "suffix", "$=": "suffix", "^=": "prefix", "*=": "substring", "~=": "substring", "|=": "prefix"}
_QUERY = re.compile(r"[?#]")
_CSS_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_CLASS = re.compile(r"\[(?:[^\]\\]|\\.)*\]", re.DOTALL)
_GROUP = re.compile(r"\((?:\?(?::|<[A-Za-z_$][\w$]*>|[=!]|<[=!]))?")
_REPEAT = re.compile(r"(?:[*+?]|\{\d+(?:,\d*)?\})\??")
MOST_READINGS = 32
LONGEST_PATTERN = 2_000

# A reading of a pattern: alternating literal runs and gaps. GAP stands for anything; END for an anchor.
_GAP, _END = "\x00", "\x01"


def needle(span: Span, value: str, match: Match) -> Lookup | None:
    """The look-up that a search for `value` makes, or None where it names no file."""
    value, *rest = _QUERY.split(value, maxsplit=1)
    if rest and match == "suffix":  # the graph compares paths
        match = "substring"
    if not FILE_NAME.search(value) or any(char.isspace() for char in value):
        return None
    if match == "prefix" and not value.startswith("/"):
        match = "substring"  # a relative prefix stands anywhere in the URL that the graph knows
    return Lookup(span, value, match)


def selectors(text: Decoded) -> Iterator[Lookup]:
    """Attribute selectors over `src` and `href` in a string."""
    for found in _SELECTOR.finditer(text.text):
        value = _CSS_ESCAPE.sub(r"\1", found["double"] or found["single"] or found["bare"] or "")
        lookup = needle(text.span(found.start(), found.end()), RELATIVE.sub("", value), _OPERATORS[found["operator"]])
        if lookup is not None:
            yield lookup


def pattern(span: Span, source: str) -> Iterator[Lookup]:
    """The file names that a regular expression (its source, without the slashes) can match."""
    if len(source) > LONGEST_PATTERN or not HINT.search(source.replace("\\", "")):
        return
    seen: set[tuple[str, Match]] = set()
    for reading in _readings(source):
        for run in reading.split(_GAP):
            match: Match = "suffix" if run.endswith(_END) else "substring"
            lookup = needle(span, run.strip(_END).split(_END)[-1], match)
            if lookup is not None and (lookup.needle, match) not in seen:
                seen.add((lookup.needle, match))
                yield lookup


def _readings(source: str) -> list[str]:
    """Every way to read a pattern once optional parts and alternatives are decided, up to `MOST_READINGS`."""
    stack: list[tuple[list[str], list[str]]] = []  # of open groups: what stood before, the alternatives finished so far
    done: list[str] = []
    current = [""]
    at = 0
    while at < len(source):
        char = source[at]
        if char == "(" and (opening := _GROUP.match(source, at)):
            stack.append((current, done))
            current, done, at = [""], [], opening.end()
            continue
        if char == "|":
            done, current, at = [*done, *current][:MOST_READINGS], [""], at + 1
            continue
        if char == ")" and stack:
            atoms = [*done, *current]
            current, done = stack.pop()
            at += 1
        else:
            atom, at = _atom(source, at)
            atoms = [atom]
        repeat = _REPEAT.match(source, at)
        if repeat:
            atoms, at = _repeated(atoms, repeat[0]), repeat.end()
        current = [head + tail for head in current for tail in atoms][:MOST_READINGS]
    return [*done, *current][:MOST_READINGS]


def _repeated(atoms: list[str], repeat: str) -> list[str]:
    if repeat[0] == "?":
        return [*atoms, ""]
    return [_GAP]


def _atom(source: str, at: int) -> tuple[str, int]:
    """One character of a pattern, a class, an escape or an anchor; and where it ends."""
    char = source[at]
    if char == "\\":
        escaped = source[at + 1 : at + 2]
        return (_GAP if escaped.isalnum() else escaped), at + 2
    if char == "[":
        found = _CLASS.match(source, at)
        return _GAP, found.end() if found else at + 1
    if char == "$":
        return _END, at + 1
    return {"^": _GAP, ".": "."}.get(char, char), at + 1
