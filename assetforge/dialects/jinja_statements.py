"""Statements of a Jinja template (`jinja2.parser`, `jinja2.ext`, and what third parties write).

What must stay true: every call in an expression is seen, in the order of the text; the two sides of an `a() if x else b()` are two
arms; a tag that is not known and has an end tag in the file owns what lies between. A call to what is no macro of the
templates may write markup, and so may `|safe` and everything where `{% autoescape false %}` is in force.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

from assetforge.dialects.idioms import Idioms
from assetforge.dialects.islands import Island
from assetforge.dialects.jinja import Syntax
from assetforge.dialects.jinja_expressions import Reader, Word, words
from assetforge.dialects.jinja_mentions import inside
from assetforge.dialects.mentions import Value
from assetforge.dialects.statement import (
    Construct,
    Names,
    Statement,
    StatementKind,
    Statements,
    Why,
    end_names,
    names_of,
    nested,
    tags,
)
from assetforge.text import Span

_BODIES: dict[str, StatementKind] = {
    "if": "if", "for": "for", "block": "block", "macro": "macro", "call": "call", "filter": "filter", "with": "scope",
    "autoescape": "scope", "trans": "filter", "cache": "scope",
}  # fmt: skip
_ARMS = frozenset({"else", "elif"})
_HARMLESS = frozenset(
    {"do", "pluralize", "break", "continue", "debug", "raw", "endraw", "static", "csrf_token", "url", "now", "load"}
)
# Functions that write text, addresses or numbers: Jinja's, Flask's, gettext's, and methods of Python's own types.
_PLAIN_CALLS = frozenset(
    {
        "range", "dict", "lipsum", "cycler", "joiner", "namespace", "_", "gettext", "ngettext", "pgettext", "npgettext", "url_for",
        "get_flashed_messages", "csrf_token", "format", "get", "items", "keys", "values", "split", "join", "strip", "lower",
        "upper", "replace", "startswith", "endswith", "strftime", "isoformat", "append", "extend", "update", "pop", "cycle",
        "title", "len", "url", "path", "static_url", "toctree_path", "hasdoc",
    }
)  # fmt: skip
_SAFE = frozenset({"safe", "markdown", "tojson_pretty", "render"})
_WORDS = frozenset({"if", "else", "in", "and", "or", "not", "is"})
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


def statements(text: str, islands: tuple[Island, ...], syntax: Syntax, idioms: Idioms) -> Statements:
    """All statements of a template."""
    bodies = end_names(islands)
    return nested(_Constructs(text, islands, syntax, idioms, bodies), bodies)


class _Constructs:
    """The constructs of a template, one by one."""

    def __init__(self, text: str, islands: tuple[Island, ...], syntax: Syntax, idioms: Idioms, bodies: frozenset[str]) -> None:
        self._text, self._islands, self._syntax, self._idioms, self._bodies = text, islands, syntax, idioms, bodies
        self._escapes = [True]
        self._captured: set[str] = set()  # names of `{% set x %}…{% endset %}` so far
        self._sets: list[bool] = []  # of the open captures

    def __iter__(self) -> Iterator[Construct]:
        for island in tags(self._islands):
            if island.kind == "tag" and island.name in _HARMLESS:
                continue
            content = words(self._text, inside(self._text, island, self._syntax))
            if island.kind == "expression":
                yield from self._expression(island.span, content[:-1])
            elif island.name in _ARMS:
                yield Construct("arm", Statement("if", island.span, text=self._written(content[1:-1])))
            elif island.name.startswith("end"):
                if island.name == "endautoescape" and len(self._escapes) > 1:
                    self._escapes.pop()
                yield Construct("close", Statement("scope", island.span), island.name[3:])
            elif made := self._tag(island, content):
                yield made

    def _tag(self, island: Island, content: list[Word]) -> Construct | None:
        name, span, rest = island.name, island.span, content[1:-1]
        said = self._written(rest)
        if read := _READERS.get(name):
            return Construct("single", read(self, span, content))
        if name == "set":
            return self._capture(span, rest)
        if name == "ckan_extends":
            return Construct("single", Statement("extends", span, words=("next",)))
        if name == "autoescape":
            self._escapes.append(said not in ("false", "False"))
        if kind := _BODIES.get(name):
            title = self._titled(kind, rest) or name
            options = tuple(word.text for word in rest[1:] if word.text in ("required", "scoped"))
            return Construct("open", Statement(kind, span, name=title, text=said, words=options if kind == "block" else ()), name)
        row = self._idioms.tags.get(name)
        if name not in self._bodies and row is not None and row.names != "bundle":
            return None
        return Construct("open", Statement("tag", span, name=name, text=said, why="tag"), name)

    def _titled(self, kind: StatementKind, rest: list[Word]) -> str:
        """The name of a block or macro, or what a call block calls."""
        if kind == "call":
            return next((name for name, _ in _calls(rest)), "")
        return rest[0].text if rest and kind in ("block", "macro") else ""

    def _capture(self, span: Span, rest: list[Word]) -> Construct | None:
        if not rest or any(word.text == "=" and word.kind == "operator" for word in rest) or "set" not in self._bodies:
            return None
        self._captured.add(rest[0].text)
        return Construct("open", Statement("macro", span, name=rest[0].text, words=("capture",)), "set")

    # -- templates by name -------------------------------------------------------------------------------------------------------

    def _extends(self, span: Span, content: list[Word]) -> Statement:
        names, _ = self._names(content)
        return Statement("extends", span, name="extends", text=names.expression, names=names)

    def _include(self, span: Span, content: list[Word]) -> Statement:
        names, rest = self._names(content)
        said = " ".join(word.text for word in rest)
        options = tuple(option for option in ("ignore missing", "without context", "with context") if option in said)
        return Statement("include", span, name="include", text=names.expression, names=names, words=options)

    def _import(self, span: Span, content: list[Word]) -> Statement:
        names, rest = self._names(content)
        alias = rest[1].text if len(rest) > 1 and rest[0].text == "as" else ""
        return Statement("import", span, name=alias, text=names.expression, names=names)

    def _from(self, span: Span, content: list[Word]) -> Statement:
        names, rest = self._names(content)
        texts = [word.text for word in rest]
        bound: list[tuple[str, str]] = []
        at = 1
        while at < len(texts) and texts[0] == "import":
            if rest[at].kind == "name" and texts[at : at + 2] not in (["with", "context"], ["without", "context"]):
                renamed = texts[at + 1 : at + 2] == ["as"] and at + 2 < len(texts)
                bound.append((texts[at], texts[at + 2] if renamed else texts[at]))
                at += 2 * renamed
            elif rest[at].kind == "name":
                break
            at += 1
        return Statement("import", span, text=names.expression, names=names, bound=tuple(bound))

    def _names(self, content: list[Word]) -> tuple[Names, list[Word]]:
        """What the expression behind the tag's name may name, and the words behind it."""
        first = len(content) > 2 and content[1].text in ("[", "(") and content[1].kind == "operator"
        if first and (listed := self._listed(content)):
            return listed
        reader = Reader(content, Span(0, 0), Idioms(prefixes=frozenset()), frozenset())
        reader.at = 1
        value = reader.expression()
        return names_of([value], self._written(content[1 : reader.at])), content[reader.at : -1]

    def _listed(self, content: list[Word]) -> tuple[Names, list[Word]] | None:
        """A list of names, of which the first that exists is meant; None for an expression that only begins with a bracket."""
        end = _closing(content, 1)
        items = list(_split(content, 2, end))
        follows = content[end + 1].text if end + 1 < len(content) else ""
        if end >= len(content) - 1 or follows not in ("", "ignore", "with", "without", "import", "as"):
            return None
        if content[1].text == "(" and len(items) < 2:
            return None
        values: list[Value] = []
        for start, stop in items:
            item = [*content[start:stop], Word("", "", content[stop].start, content[stop].start)]
            values.append(Reader(item, Span(0, 0), Idioms(prefixes=frozenset()), frozenset()).expression())
        return names_of(values, self._written(content[1 : end + 1]), first=True), content[end + 1 : -1]

    # -- expressions -------------------------------------------------------------------------------------------------------------

    def _expression(self, span: Span, content: list[Word]) -> Iterator[Construct]:
        chosen = _choice(content)
        if chosen is None:
            yield from self._written_by(span, content)
            return
        at, other = chosen
        condition = self._written(content[at + 1 : other])
        arms = ((content[:at], condition, 0), (content[other + 1 :], "", 1))
        for part, said, arm in arms:
            made = list(self._written_by(span, part)) if part else []
            if made:
                body = Span(part[0].start, part[-1].end)
                yield Construct("single", Statement("if", Span(body.start, body.start), body, text=said, arm=arm, head=span))
                yield from (_placed(one, body) for one in made)

    def _written_by(self, span: Span, content: list[Word]) -> Iterator[Construct]:
        calls = list(_calls(content))
        for name, at in calls:
            if made := self._call(span, name, content[at]):
                yield Construct("single", made)
        if not calls and content and content[0].text in self._captured and (len(content) == 1 or content[1].text == "|"):
            yield Construct("single", Statement("call", span, name=content[0].text))
        elif not any(name in ("super", "caller") or name.startswith(("super.", "self.")) for name, _ in calls):
            filters = {word.text for before, word in pairwise(content) if before.text == "|"}
            why: Why = "safe" if filters & _SAFE or (content and not self._escapes[-1]) else ""
            if why and not calls:
                yield Construct("single", Statement("hole", span, text=self._written(content), why=why))

    def _call(self, span: Span, name: str, word: Word) -> Statement | None:
        parts = name.split(".")
        if all(part == "super" for part in parts):
            return Statement("super", span, level=len(parts))
        if name == "caller":
            return Statement("caller", span)
        if len(parts) == 2 and parts[0] == "self":
            return Statement("self", span, name=parts[1])
        if parts[-1] in _PLAIN_CALLS or parts[-1].endswith("gettext") or name in self._idioms.functions:
            return None
        return Statement("call", span, name=name, text=self._text[span.start : span.end], why="call")

    def _written(self, content: list[Word]) -> str:
        return self._text[content[0].start : content[-1].end] if content else ""


_READERS: dict[str, Callable[[_Constructs, Span, list[Word]], Statement]] = {
    "extends": _Constructs._extends,
    "include": _Constructs._include,
    "import": _Constructs._import,
    "from": _Constructs._from,
}


def _placed(one: Construct, body: Span) -> Construct:
    """A statement of one side of a choice: its span lies in that side."""
    return one._replace(statement=one.statement._replace(span=body))


def _calls(content: list[Word]) -> Iterator[tuple[str, int]]:
    """Dotted names that are called, with the number of their last word. A method of something that is no name has none: `.f`."""
    for at, word in enumerate(content[1:], 1):
        if word.text == "(" and word.kind == "operator" and content[at - 1].kind == "name":
            first = at - 1
            while first >= 2 and content[first - 1].text == "." and content[first - 2].kind == "name":
                first -= 2
            name = ".".join(one.text for one in content[first:at:2])
            before = content[first - 1] if first else None
            if before is not None and before.kind == "operator" and before.text == ".":
                name = "." + name
            if name not in _WORDS and (before is None or before.text not in ("|", "is")):  # no filter and no test
                yield name, at - 1


def _choice(content: list[Word]) -> tuple[int, int] | None:
    """Where `if` and `else` stand in an expression that chooses, None for any other. Without `else`: its end."""
    depth, at = 0, -1
    for number, word in enumerate(content):
        if word.kind == "operator":
            depth += (word.text in _OPENING) - (word.text in _CLOSING)
        elif not depth and word.kind == "name" and word.text == "if" and at < 0:
            at = number
        elif not depth and word.kind == "name" and word.text == "else" and at >= 0:
            return at, number
    return (at, len(content)) if at >= 0 else None


def _closing(content: list[Word], at: int) -> int:
    """The number of the bracket that closes the one at `at`."""
    depth = 0
    for number in range(at, len(content)):
        if content[number].kind == "operator":
            depth += (content[number].text in _OPENING) - (content[number].text in _CLOSING)
            if not depth:
                return number
    return len(content)


def _split(content: list[Word], start: int, end: int) -> Iterator[tuple[int, int]]:
    """The items between commas."""
    depth = 0
    for number in range(start, min(end, len(content))):
        word = content[number]
        if word.kind == "operator":
            depth += (word.text in _OPENING) - (word.text in _CLOSING)
            if word.text == "," and not depth:
                if number > start:
                    yield start, number
                start = number + 1
    if start < end:
        yield start, end
