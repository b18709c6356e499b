"""Reads selectors: https://drafts.csswg.org/selectors-4/#grammar, and the forms that browsers still know.

What must stay true: no str makes it raise, and each character is looked at a bounded number of times. Brackets are followed 32
deep; a selector with deeper ones is not read. Most selectors are names, classes and ids with combinators: one regular expression
takes such a compound whole, and equal ones are read once.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, cast

from assetforge.formats.css.selectors.compiled import (
    UNKNOWN,
    Attribute,
    Combinator,
    Complex,
    Compound,
    Condition,
    Has,
    Is,
    Not,
    Nth,
    Parent,
    PseudoClass,
    Selectors,
)
from assetforge.formats.css.tokens import IDENT, NAME, STRING, TOKEN, WHITE, decode

_DEEPEST = 32
_NO_NAMESPACES: Mapping[str, str] = MappingProxyType({})

# -- what is plain ------------------------------------------------------------------------------------------------------------

_WORD = r"(?:--|-?[a-zA-Z_\u0080-\ud7ff])[-\w\u0080-\ud7ff]*+"
_PLAIN = re.compile(
    rf"[ \t\n\r\f]*+([>+~]?+)[ \t\n\r\f]*+({_WORD}|\*)?+((?:(?:[.#]|::?+){_WORD})*+)(?=[ \t\n\r\f>+~]|\Z)"
)
_PLAIN_PART = re.compile(rf"([.#]|::?+)({_WORD})")
_NAMED = re.compile(rf"::?+{_WORD}|([.#]?+{_WORD})")
_NOT_PLAIN = re.compile(r"[^-\w.#:>+~*, \t\n\r\f\u0080-\ud7ff]")

# -- the tables ---------------------------------------------------------------------------------------------------------------

# Pseudo-elements that one colon is enough for: https://drafts.csswg.org/selectors-4/#single-colon-pseudos
_ONE_COLON = frozenset({"before", "after", "first-line", "first-letter"})
_MATCHES_ANY = frozenset({"is", "where", "-webkit-any", "-moz-any", "matches"})
_NTH: dict[str, Nth] = {
    "first-child": Nth(0, 1), "last-child": Nth(0, 1, last=True),
    "first-of-type": Nth(0, 1, typed=True), "last-of-type": Nth(0, 1, last=True, typed=True),
}  # fmt: skip
_ONLY: dict[str, tuple[Nth, Nth]] = {
    "only-child": (_NTH["first-child"], _NTH["last-child"]),
    "only-of-type": (_NTH["first-of-type"], _NTH["last-of-type"]),
}
# Counted from the last child? Among elements of one type?
_NTH_FUNCTIONS = {
    "nth-child": (False, False), "nth-last-child": (True, False), "nth-of-type": (False, True), "nth-last-of-type": (True, True),
}  # fmt: skip

# -- the pieces ---------------------------------------------------------------------------------------------------------------

_COMMENT = re.compile(r"/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z)|" + STRING + r"|\\.", re.DOTALL)
_SPACE = rf"{WHITE}*+"
_COMBINATOR = re.compile(rf"({WHITE}*+)(?:([>+~](?![>]))({WHITE}*+))?+")
_TYPE = re.compile(rf"(?:({IDENT}|\*)?\|(?!=|\|))?({IDENT}|\*)")
_PART = re.compile(rf"\.({IDENT})|\#({IDENT})|(&)|(\[)|(::?+)({IDENT})(\(?+)")
_ATTRIBUTE = re.compile(
    rf"\[{_SPACE}(?:(?P<prefix>{IDENT}|\*)?\|(?!=))?(?P<name>{IDENT}){_SPACE}"
    rf"(?:(?P<operator>[~|^$*]?=){_SPACE}(?P<value>{IDENT}|{STRING}){_SPACE}(?P<case>[iIsS])?{_SPACE})?(?:\]|\Z)"
)
_FORMULA = re.compile(r"(?:(even|odd)|([-+]?\d*)n(?:\s*([-+])\s*(\d+))?|([-+]?\d+))\Z", re.IGNORECASE)
_OF = re.compile(rf"{WHITE}++[oO][fF](?={WHITE}|[^-\w\\])")
_NAMES = re.compile(rf"(?:{NAME})++")


def parse(text: str, namespaces: Mapping[str, str] = _NO_NAMESPACES) -> Selectors:
    """The selectors of a rule's prelude (of an argument of `querySelectorAll`). `namespaces`: URLs by the prefixes that
    `@namespace` declares, the default one by the empty prefix."""
    if not namespaces and not _NOT_PLAIN.search(text):
        return Selectors(plain=text, read=_plain_list)
    if "/*" in text:
        text = _COMMENT.sub(_without_comment, text)
    return Selectors(tuple(_Reader(text, namespaces).alternatives(0)))


def _without_comment(match: "re.Match[str]") -> str:
    """Nothing instead of a comment; between two names, which it keeps apart, what no selector has."""
    if match[0][0] != "/":
        return match[0]
    text, (start, end) = match.string, match.span()
    return "!" if _NAMES.match(text, max(0, start - 1), start) and _NAMES.match(text, end) else ""


def _plain_list(text: str) -> tuple[Complex, ...]:
    return tuple([_plain(part) for part in text.split(",")])


def plain_names(text: str) -> list[list[str]]:
    """Of each selector in a plain list the names, classes and ids that it asks for, as `name`, `.class`, `#id`, in lower case."""
    return [[name for name in _NAMED.findall(part) if name] for part in text.lower().split(",")]


def _plain(text: str) -> Complex:
    """A selector of names, classes, ids, pseudo-classes without arguments, and combinators."""
    compounds: list[Compound] = []
    at, end = 0, len(text.rstrip(" \t\n\r\f"))
    while at < end:
        match = _PLAIN.match(text, at, end)
        if not match or match.end() == at:
            return UNKNOWN
        mark, name, rest = match.groups()
        if not (name or rest) or (compounds and compounds[-1].pseudo):
            return UNKNOWN
        compound = _plain_compound(mark or (" " if compounds else ""), name, rest)
        if compound is None:
            return UNKNOWN
        compounds.append(compound)
        at = match.end()
    return Complex(tuple(compounds)) if compounds else UNKNOWN


@lru_cache(8192)
def _plain_compound(mark: Combinator, name: str | None, rest: str) -> Compound | None:
    """What follows a pseudo-element is asked about it, not about the element: only pseudo-classes may."""
    ids: list[str] = []
    classes: list[str] = []
    conditions: list[Condition] = []
    pseudo = ""
    for sign, word in _PLAIN_PART.findall(rest):
        if sign == ".":
            classes.append(word)
        elif sign == "#":
            ids.append(word)
        elif sign == "::" or word.lower() in _ONE_COLON:
            pseudo = pseudo or word.lower()
            continue
        elif not pseudo:
            conditions += _simple(word.lower())
        if pseudo and sign != ":":
            return None
    return Compound(mark, None if name == "*" else name, tuple(ids), tuple(classes), tuple(conditions), pseudo)


def _simple(name: str) -> tuple[Condition, ...]:
    if name in _NTH:
        return (_NTH[name],)
    return _ONLY.get(name) or (PseudoClass(name),)


class _Unreadable(Exception):
    """This selector is none."""


class _Reader:
    """Reads one text, from `at` on."""

    __slots__ = ("at", "namespaces", "text")

    def __init__(self, text: str, namespaces: Mapping[str, str]) -> None:
        self.text, self.namespaces, self.at = text, namespaces, 0

    def alternatives(self, depth: int) -> list[Complex]:
        """A list up to the end of the text or a closing bracket, which `at` is then at."""
        found = []
        while True:
            start = self.at
            try:
                found.append(self.complex(depth))
            except _Unreadable:
                self.at = start
                self.skip()
                found.append(UNKNOWN)
            if not self.text.startswith(",", self.at):
                return found
            self.at += 1

    def skip(self) -> None:
        """To the comma or the bracket that ends this selector."""
        awaited = 0
        for match in TOKEN.finditer(self.text, self.at):
            kind, value = match.lastgroup, match[0]
            if not awaited and (value == "," or value == ")"):
                self.at = match.start()
                return
            if kind == "function" or value in ("(", "[", "{"):
                awaited += 1
            elif value in (")", "]", "}"):
                awaited = max(0, awaited - 1)
        self.at = len(self.text)

    def complex(self, depth: int) -> Complex:
        compounds: list[Compound] = []
        while True:
            match = _COMBINATOR.match(self.text, self.at)
            assert match
            white, mark = match[1], match[2]
            self.at = match.end()
            if self.at >= len(self.text) or self.text[self.at] in ",)":
                if mark or not compounds:
                    raise _Unreadable
                return Complex(tuple(compounds))
            if compounds and (compounds[-1].pseudo or not (white or mark)):
                raise _Unreadable
            combinator = cast(Combinator, mark or (" " if compounds else ""))
            compounds.append(self.compound(combinator, depth))

    def compound(self, combinator: Combinator, depth: int) -> Compound:
        start = self.at
        name, namespace = self.type()
        ids: list[str] = []
        classes: list[str] = []
        conditions: list[Condition] = []
        pseudo = ""
        while match := _PART.match(self.text, self.at):
            self.at = match.end()
            if pseudo and not match[5]:
                raise _Unreadable
            if match[1]:
                classes.append(self.decoded(match, 1))
            elif match[2]:
                ids.append(self.decoded(match, 2))
            elif match[3]:
                conditions.append(Parent())
                if name is None and (found := self.type())[0] is not None:  # `&div`
                    name, namespace = found
            elif match[4]:
                conditions.append(self.attribute(match.start()))
            else:
                pseudo = self.pseudo(match, conditions, pseudo, depth)
        if self.at == start:
            raise _Unreadable
        return Compound(combinator, name, tuple(ids), tuple(classes), tuple(conditions), pseudo, namespace)

    def decoded(self, match: "re.Match[str]", group: int | str) -> str:
        return decode(self.text, *match.span(group)).text

    def type(self) -> tuple[str | None, str | None]:
        """The name of an element and its namespace."""
        default = self.namespaces.get("")
        match = _TYPE.match(self.text, self.at)
        if not match:
            return None, default
        self.at = match.end()
        name = None if match[2] == "*" else self.decoded(match, 2)
        bar = self.text.find("|", match.start(), match.start(2)) >= 0
        return name, self.namespace(match, 1) if bar else default

    def namespace(self, match: "re.Match[str]", group: int | str) -> str | None:
        """The URL of a prefix; None for any namespace."""
        if match[group] is None:
            return ""
        if match[group] == "*":
            return None
        found = self.namespaces.get(self.decoded(match, group))
        if found is None:
            raise _Unreadable
        return found

    def attribute(self, at: int) -> Attribute:
        match = _ATTRIBUTE.match(self.text, at)
        if not match:
            raise _Unreadable
        self.at = match.end()
        value = match["value"] or ""
        if value[:1] in ("'", '"') and value:
            start, end = match.span("value")
            value = decode(self.text, start + 1, end - (len(value) > 1 and value[-1] == value[0])).text
        elif value:
            value = self.decoded(match, "value")
        bar = self.text.find("|", match.start(), match.start("name")) >= 0
        namespace = self.namespace(match, "prefix") if bar else ""
        operator = cast(Literal["", "=", "~=", "|=", "^=", "$=", "*="], match["operator"] or "")
        case = cast(Literal["", "i", "s"], (match["case"] or "").lower())
        return Attribute(self.decoded(match, "name"), "*" if namespace is None else namespace, operator, value, case)

    def pseudo(self, match: "re.Match[str]", conditions: list[Condition], before: str, depth: int) -> str:
        """Adds to `conditions`, or returns the name of the pseudo-element."""
        name, is_element = self.decoded(match, 6).lower(), match[5] == "::"
        if match[7]:
            found: tuple[Condition, ...] = ()
            if is_element or before:
                self.argument()
            else:
                found = self.function(name, depth + 1)
            if not self.text.startswith(")", self.at) and self.at < len(self.text):
                raise _Unreadable
            self.at = min(self.at + 1, len(self.text))
        else:
            found = () if is_element else _simple(name)
        if before or is_element or (name in _ONE_COLON and not match[7]):
            return before or name
        conditions += found
        return ""

    def function(self, name: str, depth: int) -> tuple[Condition, ...]:
        if depth > _DEEPEST:
            raise _Unreadable
        if name in _MATCHES_ANY:
            return (Is(Selectors(tuple(self.alternatives(depth)))),)
        if name == "not":
            return (Not(Selectors(tuple(self.alternatives(depth)))),)
        if name == "has":
            relative = [_relative(one) for one in self.alternatives(depth)]
            return (Has(Selectors(tuple(relative))),)
        if name in _NTH_FUNCTIONS:
            return (self.nth(*_NTH_FUNCTIONS[name], depth),)
        return (PseudoClass(name, self.argument()),)

    def argument(self) -> str:
        """What stands in the brackets, whatever it is; `at` is at the closing one then."""
        start, awaited = self.at, 0
        for match in TOKEN.finditer(self.text, self.at):
            value = match[0]
            if value == ")" and not awaited:
                self.at = match.start()
                return self.text[start : self.at].strip(" \t\n\r\f")
            if match.lastgroup == "function" or value == "(":
                awaited += 1
            elif value == ")":
                awaited -= 1
        self.at = len(self.text)
        return self.text[start:].strip(" \t\n\r\f")

    def nth(self, last: bool, typed: bool, depth: int) -> Nth:
        """https://drafts.csswg.org/css-syntax-3/#anb-microsyntax"""
        end = self.text.find(")", self.at)
        end = len(self.text) if end < 0 else end
        of = _OF.search(self.text, self.at, end)
        written = self.text[self.at : of.start() if of else end].strip(" \t\n\r\f")
        match = _FORMULA.match(written)
        if not match or (of and typed):
            raise _Unreadable
        self.at = of.end() if of else end
        selectors = Selectors(tuple(self.alternatives(depth))) if of else None
        word, step, sign, offset, number = match.groups()
        if word:
            return Nth(2, int(word.lower() == "odd"), last, typed, selectors)
        if number is not None:
            return Nth(0, _int(number), last, typed, selectors)
        steps = _int(step + "1") if step in ("", "+", "-") else _int(step)
        return Nth(steps, _int((sign or "") + (offset or "0")), last, typed, selectors)


def _int(digits: str) -> int:
    """Bounded: no page has more children, and `int` refuses more than 4,300 digits."""
    return int(digits) if len(digits) < 10 else int(digits[:1] + "1" + "0" * 9 if digits[0] in "+-" else "1" + "0" * 9)


def _relative(one: Complex) -> Complex:
    """In `:has(a)` the missing combinator is that of a descendant."""
    if not one.compounds or one.compounds[0].combinator:
        return one
    return Complex((one.compounds[0]._replace(combinator=" "), *one.compounds[1:]))
