"""What a Jinja expression may be worth, and the asset calls in it.

A reader of `jinja2.parser`'s grammar that evaluates instead of building a tree: strings keep their way back to the file, what is
not known is a hole. What must stay true: every call of the table is seen wherever it stands (arguments, lists, tests, unknown
tags), the reader always moves forward, and nesting deeper than `DEEPEST` is unknown and not read.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from assetforge.dialects.idioms import Function, Idioms
from assetforge.dialects.mentions import (
    BRACES,
    PERCENT,
    UNKNOWN,
    Form,
    Mention,
    Prefix,
    Value,
    behind,
    either,
    formatted,
    joined,
    mention,
)  # fmt: skip
from assetforge.text import Decoded, Span

DEEPEST = 40
_TOKEN = re.compile(
    r"\s*+(?:(?P<string>'(?:[^'\\]|\\.)*+'|\"(?:[^\"\\]|\\.)*+\")|(?P<name>[^\W\d]\w*+)|(?P<number>\d[\w]*+(?:\.\d\w*+)?+)"
    r"|(?P<operator>//|\*\*|==|!=|>=|<=|.))",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]++\}|[0-7]{1,3}|.)", re.DOTALL)
_COMPARISONS = frozenset({"==", "!=", "<", ">", "<=", ">=", "in"})
_CLOSED = {"(": ")", "[": "]", "{": "}"}


class Word(NamedTuple):
    kind: str  # string, name, number, operator, or empty at the end
    text: str
    start: int
    end: int


class Argument(NamedTuple):
    keyword: str
    value: Value
    word: Word  # its first word


def words(text: str, inside: Span) -> list[Word]:
    """The words of a construct, and a last one that is none."""
    found = [
        Word(one.lastgroup or "", one[one.lastgroup or 0], *one.span(one.lastgroup or 0))
        for one in _TOKEN.finditer(text, inside.start, inside.end)
    ]
    return [*found, Word("", "", inside.end, inside.end)]


class Reader:
    """Reads the expressions of one construct. `found`: the mentions so far, in no certain order."""

    def __init__(self, words: list[Word], island: Span, idioms: Idioms, prefixes: frozenset[str]) -> None:
        self.found: list[Mention] = []
        self.at = 0
        self._words, self._island, self._idioms, self._prefixes = words, island, idioms, prefixes
        self._depth = 0

    @property
    def ended(self) -> bool:
        return self.at >= len(self._words) - 1

    def expression(self) -> Value:
        """One expression. It may be empty: then nothing was read."""
        if self._depth >= DEEPEST:
            return UNKNOWN
        self._depth += 1
        value = self._choice()
        self._depth -= 1
        return value

    def settled(self, value: Value) -> None:
        """An expression ends here: what it says behind the URL of a folder is a mention."""
        for form in value:
            if isinstance(form[0], Prefix):
                self.found.append(behind(form, self._island))

    # -- from the loosest binding to the tightest ------------------------------------------------------------------------------

    def _choice(self) -> Value:
        value = self._either()
        if self._take("if"):
            self._either()
            if self._take("else"):
                value = either(value, self.expression())
        return value

    def _either(self) -> Value:
        value = self._both()
        while self._take("or"):
            value = either(value, self._both())
        return value

    def _both(self) -> Value:
        value = self._not()
        while self._take("and"):
            self._not()
            value = UNKNOWN
        return value

    def _not(self) -> Value:
        if not self._take("not"):
            return self._compared()
        while self._take("not"):
            pass
        self._compared()
        return UNKNOWN

    def _compared(self) -> Value:
        value = self._sum()
        while (self._word.text in _COMPARISONS and self._word.kind in ("operator", "name")) or self._is_not_in():
            self.at += 1
            self._sum()
            value = UNKNOWN
        return value

    def _is_not_in(self) -> bool:
        if self._word.text == "not" and self._word.kind == "name" and self._words[self.at + 1].text == "in":
            self.at += 1
            return True
        return False

    def _sum(self) -> Value:
        return self._binary(self._concatenated, {"+": joined, "-": _unknown})

    def _concatenated(self) -> Value:
        return self._binary(self._product, {"~": joined})

    def _product(self) -> Value:
        return self._binary(self._unary, {"%": _percent, "*": _unknown, "/": _unknown, "//": _unknown, "**": _unknown})

    def _binary(self, operand: Callable[[], Value], operators: dict[str, Callable[[Value, Value], Value]]) -> Value:
        value = operand()
        while self._word.kind == "operator" and self._word.text in operators:
            operator = operators[self._word.text]
            self.at += 1
            value = operator(value, operand())
        return value

    def _unary(self) -> Value:
        signed = False
        while self._word.kind == "operator" and self._word.text in "+-":
            self.at += 1
            signed = True
        value = self._filtered()
        return UNKNOWN if signed else value

    # -- primaries and what follows them ---------------------------------------------------------------------------------------

    def _filtered(self) -> Value:
        start = self._word.start
        value = self._followed()
        while True:
            if self._take("|", "operator"):
                value = self._filter(value, start)
            elif self._take("is", "name"):
                self._take("not", "name")
                self._dotted()
                value = UNKNOWN
            else:
                return value

    def _filter(self, value: Value, start: int) -> Value:
        name = self._dotted()
        arguments = self._arguments() if self._word.text == "(" else []
        row = self._idioms.filters.get(name)
        if name in ("default", "d") and arguments:
            return either(value, arguments[0].value)
        if row is None:
            return UNKNOWN
        if row.does == "asset":
            span = Span(start, self._words[self.at - 1].end)
            return self._named(mention(value, f"{name} filter", span, self._island, extras=bool(arguments), pages=row.pages))
        return value if row.does == "same" else formatted(value, BRACES if row.does == "braces" else PERCENT)

    def _followed(self) -> Value:
        """A primary with its attributes, items and calls."""
        word = self._word
        value, dotted = self._primary(), word.text if word.kind == "name" else ""
        while True:
            if self._word.kind != "operator":
                return value
            if self._word.text == ".":
                self.at += 1
                dotted = f"{dotted}.{self._word.text}"
                self.at += self._word.kind in ("name", "number")
                if self._word.text != "(":
                    value = self._variable(dotted, word)
            elif self._word.text == "(":
                value = self._call(value, dotted, word)
                dotted = ""
            elif self._word.text == "[":
                self._list()
                value, dotted = UNKNOWN, ""
            else:
                return value

    def _primary(self) -> Value:
        word = self._word
        if word.kind == "string":
            return self._strings()
        if word.kind == "name":
            self.at += 1
            return self._variable(word.text, word)
        if word.kind == "number":
            self.at += 1
        elif word.text in _CLOSED and word.kind == "operator":
            value = self._list()
            return value if word.text == "(" else UNKNOWN
        return UNKNOWN

    def _strings(self) -> Value:
        """Strings side by side are one."""
        form: Form = ()
        while self._word.kind == "string":
            form = (*form, string(self._word))
            self.at += 1
        return (form,)

    def _variable(self, dotted: str, word: Word) -> Value:
        if dotted.rpartition(".")[2] in self._prefixes:
            return ((Prefix("", dotted, Span(word.start, self._words[self.at - 1].end)),),)
        return UNKNOWN

    def _list(self) -> Value:
        """What stands in brackets. The value is that of a lone expression in them."""
        arguments = self._arguments(settle=False)
        if len(arguments) == 1:
            return arguments[0].value
        for one in arguments:
            self.settled(one.value)
        return UNKNOWN

    def _arguments(self, settle: bool = False) -> list[Argument]:
        """From an opening bracket to its closing one."""
        close = _CLOSED[self._word.text]
        self.at += 1
        found: list[Argument] = []
        while not self.ended and not (self._word.text == close and self._word.kind == "operator"):
            before = self.at
            keyword = self._keyword()
            first = self._word
            value = self.expression()
            if self.at > before + 2 * bool(keyword):
                found.append(Argument(keyword, value, first))
            if self.at == before:
                self.at += 1  # a comma, a colon, a star; or what is too deep
        self.at += not self.ended
        return found

    def _keyword(self) -> str:
        word = self._word
        if word.kind == "name" and self._words[self.at + 1].text == "=" and self._words[self.at + 1].kind == "operator":
            self.at += 2
            return word.text
        return ""

    # -- calls -------------------------------------------------------------------------------------------------------------------

    def _call(self, callee: Value, dotted: str, word: Word) -> Value:
        arguments = self._arguments()
        span = Span(word.start, self._words[self.at - 1].end)
        for name in _endings(dotted):
            for row in self._idioms.functions.get(name, ()):
                if (made := self._asset(row, name, arguments, span)) is not None:
                    self._rest(row, arguments)
                    return made
        if dotted.endswith(".format") or dotted == ".format":
            return formatted(callee, BRACES)
        for one in arguments:
            self.settled(one.value)
        return UNKNOWN

    def _asset(self, row: Function, name: str, arguments: list[Argument], span: Span) -> Value | None:
        """The value of a call that names an asset, None where this row does not fit it."""
        path = _given(arguments, row.argument)
        if path is None or (row.flag and not _is_true(_given(arguments, row.flag[0]) or _given(arguments, row.flag[1]))):
            return None
        scope = ""
        if row.scope is not None:
            given = _given(arguments, row.scope)
            scope = _literal(given.value) if given else ""
            if not any(scope == one or scope.endswith("." + one) for one in row.scopes):
                return None
        if row.names == "bundle":
            self.found.append(Mention("bundle", name, span, self._island, scope=scope))
            return UNKNOWN
        extras = len(arguments) > 1 + (row.scope is not None) + (row.flag is not None)
        return self._named(mention(path.value, name, span, self._island, scope=scope, extras=extras, pages=row.pages))

    def _named(self, made: Mention | None) -> Value:
        """What the page gets of a mention: for a folder, the beginning of a URL."""
        if made is None:
            return UNKNOWN
        if made.outcome == "folder":
            return ((Prefix(made.patterns[0][0] or "", made.syntax, made.span, made.scope),),)
        self.found.append(made)
        return UNKNOWN

    def _rest(self, row: Function, arguments: list[Argument]) -> None:
        path = _given(arguments, row.argument)
        for one in arguments:
            if one is not path:
                self.settled(one.value)

    # -- words -------------------------------------------------------------------------------------------------------------------

    @property
    def _word(self) -> Word:
        return self._words[self.at] if self.at < len(self._words) else self._words[-1]

    def _take(self, text: str, kind: str = "name") -> bool:
        taken = self._word.text == text and self._word.kind == kind
        self.at += taken
        return taken

    def _dotted(self) -> str:
        """The name of a filter or a test."""
        name = self._word.text if self._word.kind == "name" else ""
        self.at += bool(name)
        while name and self._word.text == "." and self._words[self.at + 1].kind == "name":
            name += "." + self._words[self.at + 1].text
            self.at += 2
        return name


def _endings(dotted: str) -> list[str]:
    """`a.b.c`, then `b.c`. The last name alone only where the whole is one name: `jinja.static()` is another's function."""
    parts = dotted.split(".")
    return [".".join(parts[at:]) for at in range(max(1, len(parts) - 1))]


def _given(arguments: list[Argument], which: int | str) -> Argument | None:
    if isinstance(which, str):
        return next((one for one in arguments if one.keyword == which), None)
    positional = [one for one in arguments if not one.keyword]
    return positional[which] if which < len(positional) else None


def _is_true(argument: Argument | None) -> bool:
    return argument is not None and argument.word.text not in ("0", "false", "False", "none", "None")


def _literal(value: Value) -> str:
    form = value[0]
    return form[0].text if len(value) == 1 and len(form) == 1 and isinstance(form[0], Decoded) else ""


def _unknown(left: Value, right: Value) -> Value:
    return UNKNOWN


def _percent(left: Value, right: Value) -> Value:
    return formatted(left, PERCENT)


def string(word: Word) -> Decoded:
    """A string without its quotes and with its escapes resolved, as Python's `unicode-escape` does."""
    raw, start = word.text[1:-1], word.start + 1
    if "\\" not in raw:
        return Decoded(raw, start)
    characters: list[str] = []
    offsets: list[int] = []
    at = 0
    for one in _ESCAPE.finditer(raw):
        characters += raw[at : one.start()]
        offsets += range(start + at, start + one.start())
        decoded = _unescaped(one[0])
        characters += decoded
        offsets += [start + one.start()] * len(decoded)
        at = one.end()
    characters += raw[at:]
    offsets += range(start + at, word.end)
    return Decoded("".join(characters), start, tuple(offsets))


def _unescaped(escape: str) -> str:
    try:
        return escape.encode("ascii", "backslashreplace").decode("unicode-escape")
    except UnicodeError:
        return escape
