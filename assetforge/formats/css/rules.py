r"""The outline of a stylesheet: its rules as spans over the text, nested as a browser nests them.

What must stay true: what is a rule, where it ends, and what error recovery drops are as in CSS Syntax 3, section 5, and as browsers
read it; rules are in the order of the text, do not overlap, and what lies between them means nothing. No text is copied, no
str makes it raise, and every character is looked at a bounded number of times.

Whether a selector or a declaration is valid is not judged here. Where the specification leaves the grammar of a block to the
context, the contexts are: the sheet; the rules of a group rule (`@media` and its like, where `;` ends nothing); and the inside of a
style rule, where declarations and nested rules stand side by side and groups hold declarations too.

Most rules have a simple form, which one regular expression takes whole; the others are read as tokens.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from assetforge.formats.css.tokens import ESCAPE, NAME, NAME_CHAR, NEWLINE, TOKEN, URL_BODY, WHITE, decode
from assetforge.text import Span

Context = Literal["sheet", "rules", "block"]

NOWHERE = Span(-1, -1)
# Rules that hold rules: conditional groups (CSS Conditional 3 and 5), layers and scopes (CSS Cascade 5 and 6), CSS Transitions 2.
GROUPS = frozenset({"media", "supports", "container", "layer", "scope", "starting-style", "document", "-moz-document"})
_DEEPEST = 32  # nested rules; browsers stop as well, and nobody writes more than five
_CLOSERS = {"(": ")", "[": "]", "{": "}"}

_COMMENT = r"/\*(?:[^*]++|\*(?!/))*+\*/"
_STRING = rf'"(?:[^"\\\n\r\f]++|{ESCAPE}|\\{NEWLINE})*+"' + rf"|'(?:[^'\\\n\r\f]++|{ESCAPE}|\\{NEWLINE})*+'"
# A function whose name holds an escape may be `url` in disguise: read as tokens.
_ESCAPED = rf"{ESCAPE}(?:{NAME})*+(?!\()"
_NAMED_URL = rf"(?<=[uU][rR][lL]\()(?<!{NAME_CHAR}[uU][rR][lL]\()(?<![\\#@][uU][rR][lL]\()"
_BARE_URL = rf"\({_NAMED_URL}(?!{WHITE}*+[\"']){WHITE}*+{URL_BODY}{WHITE}*+\)"
_OPEN = rf"\((?:(?!{_NAMED_URL})|(?={WHITE}*+[\"']))"


def _bracketed(depth: int) -> str:
    """Balanced `(…)` and `[…]`, to that depth."""
    inner = rf"[^(){{}}\[\]\"'/\\]++|{_STRING}|{_COMMENT}|/(?!\*)|{_ESCAPED}" + (f"|{_bracketed(depth - 1)}" if depth else "")
    return rf"{_BARE_URL}|{_OPEN}(?:{inner})*+\)|\[(?:{inner})*+\]"


_PARTS = rf"""{_STRING}|{_COMMENT}|/(?!\*)|{_ESCAPED}|{_bracketed(3)}"""
_PRELUDE = rf"""(?:[^(){{}}\[\];"'/\\]++|{_PARTS})*+"""
_HEAD = re.compile(_PRELUDE)
_BODY = re.compile(rf"""(?:[^(){{}}\[\]"'/\\]++|{_PARTS})*+""")
_SIMPLE = re.compile(rf"""((?![-@<}};\\]){_PRELUDE})\{{((?:[^(){{}}\[\]"'/\\]++|{_PARTS})*+)\}}""")
_GAP = rf"{WHITE}++|/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z)"
_GAPS = {
    "sheet": re.compile(rf"(?:{_GAP}|<!--|-->)*+"),
    "rules": re.compile(rf"(?:{_GAP})*+"),
    "block": re.compile(rf"(?:{_GAP}|;)*+"),
}
_AT = re.compile(rf"@((?:{NAME})++)")
_CUSTOM = re.compile(rf"((?:-|\\0{{0,4}}2[dD]{WHITE}?+){{2}}(?:{NAME})*+){WHITE}*+(?:{_COMMENT}{WHITE}*+)*+:")
_DECLARATION = re.compile(rf"(?:{_GAP}|;)*+([*+]?(?:{NAME})++)(?:{WHITE}++|{_COMMENT})*+:{WHITE}*+")


class Rule(NamedTuple):
    """One rule. `keyword`: of an at-rule, in lower case without the `@`; empty for a style rule. `span`: the rule whole, with its
    closing brace or semicolon. `prelude`: what stands before the block, without the at-keyword and without white space at the ends.
    `block`: the inside of the braces, `NOWHERE` for a statement. `rules`: those inside of a style rule or a group; of other
    at-rules nothing inside is a rule. `closed`: False where the text ends before the rule does."""

    keyword: str
    span: Span
    prelude: Span
    block: Span
    rules: "tuple[Rule, ...]" = ()
    closed: bool = True


def outline(text: str) -> tuple[Rule, ...]:
    """The rules of a stylesheet, those that browsers drop for their syntax left out."""
    rules, _, _ = _Reader(text).rules(1 if text.startswith("\ufeff") else 0, "sheet", 0)
    return tuple(rules)


class _Reader:
    """`rules` reads on to the brace that ends the block it was called in, and says where that was."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def rules(self, at: int, context: Context, depth: int) -> tuple[list[Rule], int, bool]:
        """The rules from `at` on, the end of the block, and whether a brace stands there."""
        text, found, gap, simple = self.text, list[Rule](), _GAPS[context].match, _SIMPLE.match
        length = len(text)
        while True:
            skipped = gap(text, at)
            at = skipped.end() if skipped else at
            if at >= length:
                return found, length, False
            if match := simple(text, at):
                prelude, block = match.span(1), match.span(2)
                end = match.end()
                while text[prelude[1] - 1] in " \t\n\r\f" and prelude[1] > at:
                    prelude = prelude[0], prelude[1] - 1
                found.append(Rule("", Span(at, end), Span(*prelude), Span(*block)))
                at = end
            elif text[at] == "}" and context != "sheet":
                return found, at, True
            elif text[at] == "@" and (keyword := _AT.match(text, at)):
                rule = self.at_rule(at, keyword, context, depth)
                found.append(rule)
                at = rule.span.end
            else:
                at = self.qualified(at, context, depth, found)

    def at_rule(self, at: int, keyword: "re.Match[str]", context: Context, depth: int) -> Rule:
        """CSS Syntax 3, section 5.5.2."""
        name = decode(self.text, *keyword.span(1)).text.lower()
        end = self.boundary(keyword.end(), ";{" if context == "sheet" else ";{}")
        prelude = self.trimmed(keyword.end(), end)
        if not self.text.startswith("{", end):
            semicolon = self.text.startswith(";", end)
            return Rule(name, Span(at, end + semicolon), prelude, NOWHERE, (), semicolon or end < len(self.text))
        inside: Context = "block" if context == "block" or name == "scope" else "rules"
        if name in GROUPS:
            return self.holding(name, at, prelude, end + 1, inside, depth)
        stop, closed = self.block_end(end + 1)
        return Rule(name, Span(at, stop + closed), prelude, Span(end + 1, stop), (), closed)

    def qualified(self, at: int, context: Context, depth: int, found: list[Rule]) -> int:
        """A style rule, or in a block a declaration (section 5.5.4): says where to go on."""
        custom = _CUSTOM.match(self.text, at)
        if custom and context == "block":
            return self.value_end(custom.end())
        end = self.boundary(at, {"sheet": "{", "rules": "{}", "block": ";{}"}[context])
        if not self.text.startswith("{", end):
            return end
        if custom:  # dropped, block and all
            stop, closed = self.block_end(end + 1)
            return stop + closed
        rule = self.holding("", at, self.trimmed(at, end), end + 1, "block", depth)
        found.append(rule)
        return rule.span.end

    def holding(self, name: str, at: int, prelude: Span, start: int, inside: Context, depth: int) -> Rule:
        """A rule with rules in it, whose block begins at `start`."""
        if depth >= _DEEPEST:
            stop, closed = self.block_end(start)
            return Rule(name, Span(at, stop + closed), prelude, Span(start, stop), (), closed)
        rules, stop, closed = self.rules(start, inside, depth + 1)
        return Rule(name, Span(at, stop + closed), prelude, Span(start, stop), tuple(rules), closed)

    def trimmed(self, start: int, end: int) -> Span:
        while start < end and self.text[start] in " \t\n\r\f":
            start += 1
        while end > start and self.text[end - 1] in " \t\n\r\f":
            end -= 1
        return Span(start, end)

    def boundary(self, at: int, stops: str) -> int:
        """The first of `stops` from `at` on that stands in no bracket, or the end of the text."""
        text = self.text
        while match := _HEAD.match(text, at):
            end = match.end()
            if end >= len(text) or text[end] in stops:
                return end
            if text[end] not in ";}":
                break
            at = end + 1
        return _boundary(text, at, stops)

    def value_end(self, at: int) -> int:
        """Where the value of a custom property ends: at its semicolon or before the brace. Blocks may stand in it."""
        text = self.text
        match = _HEAD.match(text, at)
        end = match.end() if match else at
        return end if end >= len(text) or text[end] in ";}" else _boundary(text, at, ";}")

    def block_end(self, at: int) -> tuple[int, bool]:
        """The end of the block whose inside begins at `at`, and whether a brace stands there."""
        text, start, depth = self.text, at, 1
        while match := _BODY.match(text, at):
            at = match.end()
            if at >= len(text):
                return at, False
            if text[at] not in "{}":
                break
            depth += 1 if text[at] == "{" else -1
            if not depth:
                return at, True
            at += 1
        at = _boundary(text, start, "}")
        return at, at < len(text)


def _boundary(text: str, at: int, stops: str) -> int:
    """As `boundary`, by tokens. An opening brace may be a stop, else it opens a block (section 5.5.8)."""
    awaited: list[str] = []
    for match in TOKEN.finditer(text, at):
        kind, value = match.lastgroup, match[0]
        if kind == "function":
            awaited.append(")")
        elif kind == "punctuation":
            if not awaited and value in stops:
                return match.start()
            if value in _CLOSERS:
                awaited.append(_CLOSERS[value])
            elif awaited and value == awaited[-1]:
                awaited.pop()
    return len(text)


class Declaration(NamedTuple):
    """`name`: decoded, in lower case unless it is a custom property's. `span`: from the name to the end of the value. `value`:
    begins behind the colon and white space; an `!important` belongs to it."""

    name: str
    span: Span
    value: Span


def declarations(text: str, rule: Rule) -> Iterator[Declaration]:
    """What a block declares itself, in order; what is in the rules inside of it is not told. Nothing for a statement."""
    at, end = rule.block
    for inner in rule.rules:
        yield from _declared(text, at, inner.span.start)
        at = inner.span.end
    yield from _declared(text, at, end)


def _declared(text: str, at: int, end: int) -> Iterator[Declaration]:
    """What stands between two rules of a block ends in a semicolon, so nothing is read beyond `end`."""
    reader = _Reader(text)
    while at < end:
        match = _DECLARATION.match(text, at, end)
        if match is None:
            skipped = _GAPS["block"].match(text, at, end)
            at = min(max(reader.value_end(skipped.end() if skipped else at), at + 1), end)
            continue
        name = decode(text, *match.span(1)).text
        at = min(reader.value_end(match.end()), end)
        value = reader.trimmed(match.end(), at)
        yield Declaration(name if name.startswith("--") else name.lower(), Span(match.start(1), value.end), value)
