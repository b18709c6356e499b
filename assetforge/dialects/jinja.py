"""Where Jinja's template syntax lies in a text (`jinja2.lexer`).

Jinja's own lexer yields lines and not offsets, and drops the white space that `-` takes away, so it cannot be used for spans; this
one makes the same steps in the same order. What must stay true: whatever Jinja's lexer fails on is refused here, and nothing else
is read another way. Delimiters are searched for by length, longest first, `raw` before all; inside a construct strings are opaque
and the closing delimiter counts only where all brackets are closed.

Line statements and line comments are read by Jinja's own rules, of which two make them depend on more than their line: white space
that a `-` took away may hold the start of a line, and a statement ends only where its brackets are closed. They are followed
exactly. What is refused outright: delimiters that begin with a letter, a digit, white space or a quote at the end of a construct,
as no rule says then where a name ends.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from assetforge.dialects.islands import Island, Lexed, Token, TokenKind
from assetforge.reference import Finding
from assetforge.text import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """The options of `jinja2.Environment` that the lexer reads, by their own names."""

    block_start_string: str = "{%"
    block_end_string: str = "%}"
    variable_start_string: str = "{{"
    variable_end_string: str = "}}"
    comment_start_string: str = "{#"
    comment_end_string: str = "#}"
    line_statement_prefix: str | None = None
    line_comment_prefix: str | None = None
    trim_blocks: bool = False
    lstrip_blocks: bool = False


# Tags that write nothing themselves. Every `end…` is one of them too.
_SILENT = frozenset(
    {
        "if", "elif", "else", "for", "block", "set", "macro", "import", "from", "extends", "with", "autoescape", "filter", "raw",
        "do", "break", "continue", "trans", "pluralize", "call",
    }
)  # fmt: skip

_STRING = r"'(?:[^'\\]|\\.)*+'|\"(?:[^\"\\]|\\.)*+\""
_OPERATORS = r"//|\*\*|==|!=|>=|<=|[-+/*%~.:|,;=<>]"
_NAME = re.compile(r"\s*+([\w\u00b7]+)")
_PAIRS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class _Rules:
    """The patterns of one `Syntax`."""

    root: re.Pattern[str]
    ends: dict[str, re.Pattern[str]]
    quick: dict[str, re.Pattern[str]]
    beginraw: re.Pattern[str]
    endraw: re.Pattern[str]
    endcomment: re.Pattern[str]
    lines: bool
    refusal: str


_STEP = re.compile(
    rf"(?P<plain>\w++|\s++)|(?P<string>{_STRING})|(?P<open>[(\[{{])|(?P<close>[)\]}}])|(?P<operator>{_OPERATORS})", re.DOTALL
)
_WHITE = re.compile(r"\s*+")
_KINDS: dict[str, TokenKind] = {"block_begin": "tag", "linestatement_begin": "tag", "variable_begin": "expression"}


_Reader = Callable[[str, int, int, _Rules, list[Token]], tuple[int, int]]


@lru_cache(maxsize=32)
def _rules(syntax: Syntax) -> _Rules:
    block, block_end = re.escape(syntax.block_start_string), re.escape(syntax.block_end_string)
    starts = [
        (syntax.comment_start_string, "comment_begin", re.escape(syntax.comment_start_string)),
        (syntax.block_start_string, "block_begin", block),
        (syntax.variable_start_string, "variable_begin", re.escape(syntax.variable_start_string)),
    ]
    if syntax.line_statement_prefix is not None:
        prefix = re.escape(syntax.line_statement_prefix)
        starts.append((syntax.line_statement_prefix, "linestatement_begin", r"^[ \t\v]*+" + prefix))
    if syntax.line_comment_prefix is not None:
        prefix = re.escape(syntax.line_comment_prefix)
        starts.append((syntax.line_comment_prefix, "linecomment_begin", r"(?:^|(?<=\S))[^\S\r\n]*+" + prefix))
    # the order of Jinja: by length, then by name, then by pattern, all descending
    rows = sorted(((len(mark), name, pattern) for mark, name, pattern in starts), reverse=True)
    beginraw = rf"{block}[-+]?\s*raw\s*-?{block_end}"
    root = "|".join([rf"(?P<raw_begin>{beginraw})", *(rf"(?P<{name}>{pattern}[-+]?)" for _, name, pattern in rows)])
    ends = {
        "block_begin": re.compile(rf"(?P<sign>[-+]?){block_end}"),
        "variable_begin": re.compile(rf"(?P<sign>-?){re.escape(syntax.variable_end_string)}"),
        "linestatement_begin": re.compile(r"\s*(?:\n|$)", re.MULTILINE),
    }
    return _Rules(
        re.compile(root, re.MULTILINE | re.DOTALL),
        ends,
        {name: _quick(end, ends[name]) for name, end in _closing(syntax).items()},
        re.compile(beginraw),
        re.compile(rf"{block}[-+]?\s*endraw\s*(?P<sign>[-+]?){block_end}"),
        re.compile(rf"(?P<sign>[-+]?){re.escape(syntax.comment_end_string)}"),
        syntax.line_statement_prefix is not None or syntax.line_comment_prefix is not None,
        _refused(syntax),
    )


def _closing(syntax: Syntax) -> dict[str, str]:
    return {"block_begin": syntax.block_end_string, "variable_begin": syntax.variable_end_string}


def _quick(end: str, pattern: re.Pattern[str]) -> re.Pattern[str]:
    """A construct without brackets, or with flat ones, in one step. A character of the closing delimiter ends the attempt."""
    safe = "".join(char for char in ".,|:~=<>" if char not in end)
    item = rf"[\w\s{re.escape(safe)}]++|{_STRING}"
    return re.compile(rf"(?>{item}|\((?>{item})*+\)|\[(?>{item})*+\])*+(?:{pattern.pattern})", re.DOTALL)


def _refused(syntax: Syntax) -> str:
    for end in _closing(syntax).values():
        if not end or re.match(r"[\w\s'\"]", end):
            return f"the closing delimiter {end!r} cannot be told from a name or a string"
    marks = (syntax.block_start_string, syntax.variable_start_string, syntax.comment_start_string)
    if not all(marks) or len(set(marks)) < len(marks):
        return "two delimiters begin alike"
    return ""


class _Unreadable(Exception):
    """Jinja fails here, and so does whoever reads the file."""

    def __init__(self, at: int, why: str) -> None:
        super().__init__(why)
        self.at = at


def tokens(text: str, syntax: Syntax) -> Lexed:
    """The tokens of `text`. From where Jinja would fail on, all is one text and the reason is told."""
    rules = _rules(syntax)
    if rules.refusal:
        return Lexed((Token("text", 0, len(text)),) if text else (), _refusal(0, rules.refusal))
    found: list[Token] = []
    refusal = None
    try:
        _lex(_lines_of(text) if rules.lines else text, rules, found)
    except _Unreadable as error:
        refusal = _refusal(error.at, str(error))
    at = found[-1].end if found else 0
    if at < len(text):
        found.append(Token("text", at, len(text)))
    return Lexed(tuple(found), refusal)


def _refusal(at: int, why: str) -> Finding:
    return Finding("template-syntax", "note", Span(at, at), f"{why}, so the template is left as it is")


def _lines_of(text: str) -> str:
    """Jinja sees line feeds alone. No offset moves."""
    return text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in text else text


def _lex(text: str, rules: _Rules, found: list[Token]) -> None:
    at = cursor = 0  # `at`: where the next text begins; `cursor`: where the next construct may
    while begin := rules.root.search(text, cursor):
        rule, start = begin.lastgroup or "", begin.start()
        if rule.startswith("line"):
            start = _WHITE.match(text, start).end()  # type: ignore[union-attr]
        if start > at:
            found.append(Token("text", at, start))
            at = start
        at, cursor = _READ[rule](text, start, begin.end(), rules, found)


def _construct(kind: TokenKind, rule: str) -> _Reader:
    def read(text: str, start: int, inside: int, rules: _Rules, found: list[Token]) -> tuple[int, int]:
        close = rules.quick[rule].match(text, inside) or _inside(text, inside, rules.ends[rule])
        end = close.end()
        found.append(Token(kind, start, end, _name(text, inside) if kind == "tag" else ""))
        return end, _after(text, end, close["sign"])

    return read


def _line_statement(text: str, start: int, inside: int, rules: _Rules, found: list[Token]) -> tuple[int, int]:
    close = _inside(text, inside, rules.ends["linestatement_begin"])
    found.append(Token("tag", start, close.start(), _name(text, inside)))
    return close.start(), close.end()


def _line_comment(text: str, start: int, inside: int, rules: _Rules, found: list[Token]) -> tuple[int, int]:
    end = text.find("\n", inside)
    end = len(text) if end < 0 else end
    found.append(Token("comment", start, end))
    return end, end


def _comment(text: str, start: int, inside: int, rules: _Rules, found: list[Token]) -> tuple[int, int]:
    close = rules.endcomment.search(text, inside)
    if not close:
        raise _Unreadable(start, "a comment is never closed")
    found.append(Token("comment", start, close.end()))
    return close.end(), _after(text, close.end(), close["sign"])


def _raw(text: str, start: int, inside: int, rules: _Rules, found: list[Token]) -> tuple[int, int]:
    close = rules.endraw.search(text, inside)
    if not close:
        raise _Unreadable(start, "a raw block is never closed")
    begin = rules.beginraw.match(text, start)
    assert begin is not None
    found.append(Token("tag", start, begin.end(), "raw"))
    if close.start() > begin.end():
        found.append(Token("raw", begin.end(), close.start()))
    found.append(Token("tag", close.start(), close.end(), "endraw"))
    return close.end(), _after(text, close.end(), close["sign"])


_READ: dict[str, _Reader] = {
    "raw_begin": _raw,
    "comment_begin": _comment,
    "block_begin": _construct("tag", "block_begin"),
    "variable_begin": _construct("expression", "variable_begin"),
    "linestatement_begin": _line_statement,
    "linecomment_begin": _line_comment,
}


def _after(text: str, end: int, sign: str) -> int:
    """Where the next construct may begin: `-` takes white space away, and with it the start of a line."""
    return _WHITE.match(text, end).end() if sign == "-" else end  # type: ignore[union-attr]


def _name(text: str, at: int) -> str:
    name = _NAME.match(text, at)
    return name[1] if name else ""


def _inside(text: str, at: int, end: re.Pattern[str]) -> re.Match[str]:
    """The closing delimiter of the construct whose inside begins at `at`. It counts only where all brackets are closed."""
    brackets: list[str] = []
    while True:
        if not brackets and (close := end.match(text, at)):
            return close
        step = _STEP.match(text, at)
        if not step:
            if at < len(text) and ("a" + text[at]).isidentifier():
                at += 1
                continue
            raise _Unreadable(min(at, len(text)), "a template construct is not closed, or holds what Jinja cannot read")
        if step.lastgroup == "open":
            brackets.append(_PAIRS[step[0]])
        elif step.lastgroup == "close" and (not brackets or brackets.pop() != step[0]):
            raise _Unreadable(at, f"{step[0]} closes nothing")
        at = step.end()


def islands(text: str, lexed: Lexed) -> tuple[tuple[Island, ...], Finding | None]:
    """The islands that the tokens make, and why they cannot be relied on, if so."""
    found = [
        Island(Span(token.start, token.end), token.kind, "raw" if token.kind == "raw" else token.name, _writes(token))
        for token in lexed.tokens
        if token.kind != "text"
    ]
    return tuple(found), lexed.refusal


def _writes(token: Token) -> bool:
    if token.kind == "tag":
        return token.name not in _SILENT and not token.name.startswith("end")
    return token.kind != "comment"


def escape(text: str, syntax: Syntax) -> str:
    """`text` so that Jinja writes it as it stands: in a raw block, where anything in it could open a construct.

    Nothing but its end is read in a raw block, and its text is neither HTML-escaped nor finalised, which that of an expression may
    be. An `endraw` inside is cut in two. `+` keeps `trim_blocks` and `lstrip_blocks` from taking white space around it.
    """
    if not _opens(text, syntax):
        return text
    rules = _rules(syntax)
    block, end = syntax.block_start_string, syntax.block_end_string
    begin = f"{block}{'+' if syntax.lstrip_blocks else ''} raw {end}"
    close = f"{block}{'+' if syntax.lstrip_blocks else ''} endraw {'+' if syntax.trim_blocks else ''}{end}"
    parts, at = [], 0
    for one in rules.endraw.finditer(text):
        parts.append(text[at : one.start() + 1])
        at = one.start() + 1
    return "".join(f"{begin}{part}{close}" for part in [*parts, text[at:]])


def _opens(text: str, syntax: Syntax) -> bool:
    """May `text` open a construct, alone or together with what follows? (What stands before it is `same_constructs`' affair.)"""
    marks = [syntax.block_start_string, syntax.variable_start_string, syntax.comment_start_string]
    marks += [mark for mark in (syntax.line_statement_prefix, syntax.line_comment_prefix) if mark]
    return any(mark in text or any(text.endswith(mark[:cut]) for cut in range(1, len(mark))) for mark in marks)
