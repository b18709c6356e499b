"""Which white space and which comments mean something inside one declaration or one prelude.

What must stay true: two pieces with the same canonical form mean the same, and the canonical form is itself such a piece. Where
the grammar in force is not known, white space counts. White space is a combinator between selectors (`a :hover`), part of sums
(`1px + 2px`), a separator of values, and decides before `(`. It means nothing around `,`, inside brackets at the ends, around the
colon of a declaration, around `!`, around the combinators `> + ~` in selectors. A custom property's value is kept verbatim, since
scripts can read it as written (CSS Variables, section 2).

Most pieces have a simple form, which patterns recognise; the others are read as tokens.
"""

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Literal, NamedTuple

from assetforge.formats.css.tokens import STRING, TOKEN, URL_BODY, URL_NAME, WHITE, decode

Mode = Literal["selectors", "at-rule", "declaration"]

KEPT_COMMENT = re.compile(r"/\*!|@license|@preserve", re.IGNORECASE)
CUSTOM = re.compile(rf"(--[-\w]*+){WHITE}*+:")
_EDGE = " \t\n\r\f"

# Names and values made of plain words, commas and brackets: no quotes, escapes, comments, signs that stand alone.
_SIMPLE_DECLARATION = re.compile(rf"((?!--)[a-zA-Z*_-]++){WHITE}*+:{WHITE}*+([\w.%#,()! \t\n\r\f-]++)", re.ASCII)
_STRING_DECLARATION = re.compile(rf"((?!--)[a-zA-Z*_-]++){WHITE}*+:{WHITE}*+({STRING}){WHITE}*+", re.ASCII)
_SIMPLE_SELECTORS = re.compile(r"(?!@)[\w.#:,>~*% \t\n\r\f-]++", re.ASCII)
_SIMPLE_AT_RULE = re.compile(r"@[\w-]++(?:[ \t\n\r\f]++[\w., \t\n\r\f-]++)?+", re.ASCII)
_NESTED_TWICE = re.compile(r"[^()]*+(?:\((?:[^()]++|\([^()]*+\))*+\)[^()]*+)*+")
_SPECIAL = re.compile(r"[,()!]")
_AROUND_SELECTORS = re.compile(rf"{WHITE}*+([,>~]){WHITE}*+")
_AROUND_COMMA = re.compile(rf"{WHITE}*+,{WHITE}*+")
_AROUND_VALUE = re.compile(rf"{WHITE}*+([,!]){WHITE}*+|(\(){WHITE}++|{WHITE}++(?=\))")
_NOT_SIMPLE = re.compile(r"[>~][>~]|-->")
_URL_PARTS = re.compile(rf"({URL_NAME}\(){WHITE}*+({URL_BODY}){WHITE}*+\)")
_PLAIN = re.compile(r"""[^()\[\]{}"'\\]*+""")

_FEATURE_RULES = frozenset({"@media", "@supports", "@container", "@custom-media"})
_CLOSERS = frozenset("([{")
_OPENERS = {")": "(", "]": "[", "}": "{"}
_COMBINATORS = frozenset(">+~")
_OPERATORS = frozenset("~|^$*")
_FREE_BEHIND = frozenset(",([")
_FREE_BEFORE = frozenset(",)]")
_BROKEN_KINDS = frozenset({"bad_url", "bad_string"})
_NUMERIC = frozenset({"number", "dimension", "percentage"})


class Broken(Exception):
    """Something in the text is unterminated or unbalanced: where its parts end is not certain."""


def declaration(text: str) -> str:
    """The canonical form of a declaration without its semicolon."""
    if match := _SIMPLE_DECLARATION.fullmatch(text):
        name, value = match.groups()
        if _SPECIAL.search(value):
            if not _NESTED_TWICE.fullmatch(value):
                return _canonical(text, "declaration")
            value = _AROUND_VALUE.sub(r"\1\2", value)
        return f"{name}:{' '.join(value.split())}"
    if match := _STRING_DECLARATION.fullmatch(text):
        return f"{match[1]}:{match[2]}"
    if match := CUSTOM.match(text):
        return custom_property(match[1], text[match.end() :])
    return _canonical(text, "declaration")


def custom_property(name: str, value: str) -> str:
    """Verbatim but for the white space around it; but an empty value keeps some (older browsers refuse `--x:;`)."""
    balanced(value)
    kept = value.lstrip(_EDGE) if "\\" in value else value.strip(_EDGE)
    return f"{name}:{kept or value[:1]}"


def prelude(text: str) -> str:
    """The canonical form of what stands before `{`, or of an at-rule that ends in a semicolon."""
    if _SIMPLE_SELECTORS.fullmatch(text):
        tight = _AROUND_SELECTORS.sub(r"\1", text)
        if not _NOT_SIMPLE.search(tight):
            return " ".join(tight.split())
    elif _SIMPLE_AT_RULE.fullmatch(text):
        return " ".join(_AROUND_COMMA.sub(",", text).split())
    return _canonical(text, "at-rule" if text.startswith("@") else "selectors")


class _Lexeme(NamedTuple):
    """A token and what stood before it: `white` space, `comments` that stay, or a comment that only kept it apart."""

    value: str
    kind: str
    white: bool
    apart: bool
    comments: str


def _lexemes(text: str) -> Iterator[_Lexeme]:
    white = apart = False
    comments = ""
    for match in TOKEN.finditer(text):
        kind, value = match.lastgroup or "", match[0]
        if kind == "whitespace":
            white = True
        elif kind == "comment":
            apart = True
            comments += value if KEPT_COMMENT.search(value) else ""
        else:
            yield _Lexeme(value, kind, white, apart, comments)
            white, apart, comments = False, False, ""
    if comments:
        yield _Lexeme("", "end", white, apart, comments)


def _canonical(text: str, mode: Mode) -> str:
    """The piece from its tokens, each white space between them decided on its own."""
    lexemes = list(_lexemes(text))
    colon = _colon(lexemes) if mode == "declaration" else -1
    if colon is None or _holds_custom_property(lexemes):
        balanced(text)
        return text if "\\" in text else text.strip(_EDGE)
    brackets: list[str] = []
    parts: list[str] = []
    for at, lexeme in enumerate(lexemes):
        if at and lexeme.white:
            if at > colon + 1 and not _is_free(lexemes, at, mode, brackets):
                parts.append(" ")
        elif at and lexeme.apart and not lexeme.comments and _merges(lexemes[at - 1].value, lexeme.value):
            parts.append("/**/")
        parts += lexeme.comments, _trimmed_url(lexeme.value) if lexeme.kind == "url" else lexeme.value
        _follow(brackets, lexeme.kind, lexeme.value)
    if brackets:
        raise Broken
    return "".join(parts)


def _colon(lexemes: list[_Lexeme]) -> int | None:
    """Which lexeme ends the declaration's name (a hack may stand before it: `*zoom`), None where this is no declaration."""
    for at, lexeme in enumerate(lexemes[:3]):
        if lexeme.value == ":":
            return at if at and lexemes[at - 1].kind == "ident" and not (at == 2 and lexemes[1].white) else None
    return None


def _holds_custom_property(lexemes: list[_Lexeme]) -> bool:
    """Is `--name:` anywhere (also in `@supports (--x: a)`, `style(--x: a)`)? What follows it is verbatim."""
    return any(
        left.kind == "ident" and right.value == ":" and decode(left.value, 0, len(left.value)).text.startswith("--")
        for left, right in pairwise(lexemes)
    )


def _is_free(lexemes: list[_Lexeme], at: int, mode: Mode, brackets: list[str]) -> bool:
    """May the white space before lexeme `at` go?"""
    left, right = lexemes[at - 1], lexemes[at]
    if left.value in _FREE_BEHIND or left.kind == "function" or right.value in _FREE_BEFORE or right.kind == "end":
        return True
    if mode == "declaration":
        return left.value == "!" or right.value == "!"
    if mode == "at-rule":
        return _around_feature_colon(lexemes, at, brackets)
    if brackets and brackets[-1] == "[":
        return left.value == "=" or right.value == "=" or (right.value in _OPERATORS and _value(lexemes, at + 1) == "=")
    if brackets and brackets[-1].startswith("nth-"):
        return False
    if (left.value in _COMBINATORS) == (right.value in _COMBINATORS):
        return False
    return not (left.value == "+" and right.kind in _NUMERIC) and not (right.value == "+" and left.kind in _NUMERIC)


def _around_feature_colon(lexemes: list[_Lexeme], at: int, brackets: list[str]) -> bool:
    """Is this the white space of `(name : value)` in a media query or its like?"""
    if lexemes[0].value.lower() not in _FEATURE_RULES or not brackets or brackets[-1] != "(":
        return False
    colon = at if lexemes[at].value == ":" else at - 1
    return colon > 2 and lexemes[colon].value == ":" and lexemes[colon - 1].kind == "ident" and lexemes[colon - 2].value == "("


def _value(lexemes: list[_Lexeme], at: int) -> str:
    return lexemes[at].value if at < len(lexemes) else ""


def _merges(left: str, right: str) -> bool:
    """Would the two tokens be read as something else if nothing stood between them?"""
    first = TOKEN.match(left + right)
    return first is None or first.end() != len(left) or len(list(islice(TOKEN.finditer(right), 2))) != 1


def _trimmed_url(value: str) -> str:
    match = _URL_PARTS.fullmatch(value)
    return f"{match[1]}{match[2]})" if match else value


def balanced(text: str) -> None:
    """Raises `Broken` where a bracket in `text` has no partner."""
    if _PLAIN.fullmatch(text):
        return
    brackets: list[str] = []
    for match in TOKEN.finditer(text):
        _follow(brackets, match.lastgroup or "", match[0])
    if brackets:
        raise Broken


def _follow(brackets: list[str], kind: str, value: str) -> None:
    """Keep account of the brackets that are open; a function stands with its name."""
    if kind in _BROKEN_KINDS:
        raise Broken
    if kind == "function":
        brackets.append(value.lower())
    elif value in _CLOSERS:
        brackets.append(value)
    elif value in _OPENERS and (not brackets or brackets.pop()[-1] != _OPENERS[value]):
        raise Broken
