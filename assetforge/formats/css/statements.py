"""A stylesheet reduced to what a browser can tell apart: the judge of minification, and a minifier itself.

What must stay true: a text means what its canonical form means, so two texts with the same canonical form have the same rules and
declarations in the same order, and the same licence comments. Absent are other comments, white space that `whitespace.py` finds
free, and the semicolons that end a declaration list. Present, since a browser or whoever joins files can tell: semicolons behind
rules (`a{};b{}` loses `b`), the one that ends an at-rule, whether `@charset` stands at the very start. A text whose structure is
not certain (unterminated or unbalanced anything) raises `Broken`.
"""

import re
from dataclasses import dataclass, field

from assetforge.formats.css.tokens import ESCAPE, NAME, NEWLINE, TOKEN, URL_BODY, WHITE
from assetforge.formats.css.whitespace import CUSTOM, KEPT_COMMENT, Broken, custom_property, declaration, prelude

# a name code point, or a sign that makes a name of what follows: [NAME_CHAR \ # @]
_NAME_GOES_ON = r"[^\x01-\"$-,./:-?\[\]^`{-\x7f]"
# A bracket: of an unquoted url() with all that is in it, or any other.
_BRACKET = (
    rf"\((?:(?<=[uU][rR][lL]\()(?<!{_NAME_GOES_ON}[uU][rR][lL]\()(?!{WHITE}*+[\"']){WHITE}*+{URL_BODY}{WHITE}*+\)"
    rf"|(?<![uU][rR][lL]\()|(?<={_NAME_GOES_ON}[uU][rR][lL]\()|(?={WHITE}*+[\"']))"
)
_CLOSED_STRING = rf'"(?:[^"\\\n\r\f]++|{ESCAPE}|\\{NEWLINE})*+"' + rf"|'(?:[^'\\\n\r\f]++|{ESCAPE}|\\{NEWLINE})*+'"
_CLOSED_COMMENT = r"/\*(?:[^*]++|\*(?!/))*+\*/"
_COMMENT = re.compile(_CLOSED_COMMENT)
_PART = rf"""[^{{}};"'/\\(]++|{_CLOSED_STRING}|{_CLOSED_COMMENT}|/(?!\*)|{ESCAPE}|{_BRACKET}"""
_STATEMENT = re.compile(rf"((?:{WHITE}++|{_CLOSED_COMMENT})*+)((?:{_PART})*+)([{{}};]|\Z)")
# A function whose name holds an escape may be `url` in disguise. Nobody writes one. (Names are taken whole, and so looked at once.)
_ESCAPED_NAME = re.compile(rf"{ESCAPE}{NAME}*+(\(?)")


def canonical(text: str, variant: str) -> str:
    """The canonical form of `text`. Raises `Broken`."""
    if "\\" in text and any(match[1] for match in _ESCAPED_NAME.finditer(text)):
        raise Broken
    reader = _Reader(text, 0 if variant == "css" else 1)
    reader.run()
    return "".join(reader.pieces)


@dataclass(slots=True)
class _Reader:
    """`depth`: how many blocks are open. `open`: index of the last piece if that is a declaration with its semicolon, else -1.
    `declarations`, `preludes`: canonical forms met before, since sheets repeat themselves."""

    text: str
    depth: int
    pieces: list[str] = field(default_factory=list)
    open: int = -1
    declarations: dict[str, str] = field(default_factory=dict)
    preludes: dict[str, str] = field(default_factory=dict)

    def run(self) -> None:
        text, outermost, match_at = self.text, self.depth, _STATEMENT.match
        at = 1 if text.startswith("\ufeff") else 0
        self.pieces += [text[:at]] * at
        while match := match_at(text, at):
            gap, head, end = match.groups()
            at = match.end()
            if "/*" in gap:
                self.pieces += filter(KEPT_COMMENT.search, _COMMENT.findall(gap))
            if end == "{":
                at = self.block(head, match.start(2), at)
            elif head:
                self.statement(head, end, match.start(2))
            elif end == ";":
                self.lone_semicolon()
            if end == "}":
                self.block_end(outermost)
            elif not end:
                break
        if match is None or self.depth != outermost:
            raise Broken
        if outermost:
            self.drop_semicolon()

    def statement(self, head: str, end: str, start: int) -> None:
        """A declaration, or an at-rule without a block; `end` is the semicolon, or what stood in its place."""
        semicolon = ";" if end == ";" else ""
        if head[0] == "@" or not self.depth:
            self.pieces.append(self.rule(head, start) + semicolon)
            self.open = -1
            return
        piece = self.declarations.get(head)
        if piece is None:
            piece = self.declarations[head] = declaration(head)
        self.pieces.append(piece + semicolon)
        self.open = len(self.pieces) - 1 if semicolon else -1

    def rule(self, head: str, start: int) -> str:
        """A prelude or an at-rule. A byte order mark and `@charset` mean something at the very start only (CSS Syntax, section 3.2)
        and must not come to stand there."""
        charset = head[:1] == "@" and head[:8].lower() == "@charset"
        if charset or head[:1] == "\ufeff":
            apart = " " if start and not any(self.pieces) else ""
            return apart + (head if charset else prelude(head))
        piece = self.preludes.get(head)
        if piece is None:
            piece = self.preludes[head] = prelude(head)
        return piece

    def block(self, head: str, start: int, at: int) -> int:
        """What begins with `{`: says where to go on."""
        if self.depth and (custom := CUSTOM.match(head)):
            return self.custom_block(custom[1], at - 1 - len(head) + custom.end())
        self.pieces.append(self.rule(head, start) + "{")
        self.open = -1
        self.depth += 1
        return at

    def custom_block(self, name: str, start: int) -> int:
        """A custom property whose value, from `start` on, holds a block."""
        nested = 0
        for match in TOKEN.finditer(self.text, start):
            value = match[0]
            if value in "([{" or match.lastgroup == "function":
                nested += 1
            elif nested and value in ")]}":
                nested -= 1
            elif not nested and value in ";}":
                semicolon = ";" if value == ";" else ""
                self.pieces.append(custom_property(name, self.text[start : match.start()]) + semicolon)
                self.open = len(self.pieces) - 1 if semicolon else -1
                return match.start() + len(semicolon)
        raise Broken

    def block_end(self, outermost: int) -> None:
        if self.depth == outermost:
            raise Broken
        self.drop_semicolon()
        self.pieces.append("}")
        self.depth -= 1

    def lone_semicolon(self) -> None:
        """Means nothing behind a declaration; behind a rule it begins the next prelude and spoils it."""
        if self.open < 0:
            self.pieces.append(";")

    def drop_semicolon(self) -> None:
        """The last of a block means nothing, unless it keeps a licence comment out of a custom property's value."""
        if self.open >= 0 and self.open == len(self.pieces) - 1:
            self.pieces[self.open] = self.pieces[self.open][:-1]
        self.open = -1
