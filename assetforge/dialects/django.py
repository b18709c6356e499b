"""Where Django's template syntax lies in a text (`django.template.base.Lexer`).

Django's lexer splits at `{%.*?%}|{{.*?}}|{#.*?#}`, so a construct never spans lines, and quotes mean nothing to it. That pattern is
quadratic on a line of openers without closers; here each closer is looked for once a line. `{% verbatim %}` is the lexer's affair
(it ends at `{% end… %}` with the very same words), `{% comment %}` the parser's: it goes to the first `{% endcomment %}` token.

`verbatim` is the lexer's even inside `{% comment %}`, so the tokens are made first and comments are found among them.
"""

import re

from assetforge.dialects.islands import Island, Lexed, Token
from assetforge.reference import Finding
from assetforge.text import Span

_OPENER = re.compile(r"\{[%{#]")
_CLOSERS = {"{%": "%}", "{{": "}}", "{#": "#}"}
_BEFORE_OPENER = re.compile(r"\{(?=[{%#]|\Z)")

# Tags that write nothing themselves. Every `end…` is one of them too, and what ends in `as name` but for these.
_WRITE_AND_ASSIGN = frozenset({"cycle", "include", "blocktrans", "blocktranslate"})
_ASSIGNS = re.compile(r"\sas\s+\w+\s*%\}\Z")
_SILENT = frozenset(
    {
        "if", "elif", "else", "for", "empty", "with", "block", "ifchanged", "ifequal", "ifnotequal", "load", "autoescape",
        "spaceless", "comment", "verbatim", "filter", "language", "localize", "localtime", "timezone", "extends", "cache",
        "plural", "partialdef", "regroup", "resetcycle", "withratio",
    }
)  # fmt: skip


def tokens(text: str) -> Lexed:
    """The tokens of `text`, adjacent texts joined. An unclosed `{% verbatim %}` is a refusal: Django fails on it."""
    found: list[Token] = []
    at = cursor = 0  # `at`: where the next text begins
    line_end, closed_out = -1, set[str]()
    verbatim, verbatim_at = "", 0
    while opener := _OPENER.search(text, cursor):
        start = opener.start()
        if start >= line_end:
            line_end = text.find("\n", start)
            line_end = len(text) if line_end < 0 else line_end
            closed_out.clear()
        mark = opener[0]
        closer = -1 if mark in closed_out else text.find(_CLOSERS[mark], start + 2, line_end)
        if closer < 0:
            closed_out.add(mark)
            cursor = start + 1
            continue
        cursor = end = closer + 2
        if mark == "{%":
            content = text[start + 2 : closer].strip()
            if verbatim and content != verbatim:
                continue
            name = content.split(None, 1)[0] if content else ""
            if start > at:
                found.append(Token("raw" if verbatim else "text", at, start))
            found.append(Token("tag", start, end, name))
            # the very test of Django: `{% verbatims %}` is none
            verbatim = "" if verbatim else "end" + content if content[:9] in ("verbatim", "verbatim ") else ""
            verbatim_at = start
        elif verbatim:
            continue
        else:
            if start > at:
                found.append(Token("text", at, start))
            found.append(Token("expression" if mark == "{{" else "comment", start, end))
        at = end
    if at < len(text):
        found.append(Token("raw" if verbatim else "text", at, len(text)))
    return Lexed(tuple(found), _unclosed(Span(verbatim_at, at), "verbatim") if verbatim else None)


def _unclosed(span: Span, name: str) -> Finding:
    return Finding("template-syntax", "note", span, f"{{% {name} %}} is never closed, so the template is left as it is")


def islands(text: str, lexed: Lexed) -> tuple[tuple[Island, ...], Finding | None]:
    """The islands that the tokens make, and why they cannot be relied on, if so."""
    found: list[Island] = []
    opened: Token | None = None  # an open {% comment %}
    refusal = lexed.refusal
    for token in lexed.tokens:
        kind, start, end, name = token
        if opened is not None:
            if kind == "tag" and name == "endcomment" and text[start + 2 : end - 2].strip() == "endcomment":
                found.append(Island(Span(opened.start, end), "comment", "comment", False))
                opened = None
        elif kind == "tag" and name == "comment":
            opened = token
        elif kind == "raw":
            found.append(Island(Span(start, end), "raw", "verbatim"))
        elif kind == "tag":
            found.append(Island(Span(start, end), kind, name, not _is_silent(text, start, end, name)))
        elif kind != "text":
            found.append(Island(Span(start, end), kind, name, kind == "expression"))
    if opened is not None:
        refusal = refusal or _unclosed(Span(opened.start, opened.end), "comment")
    return tuple(found), refusal


def _is_silent(text: str, start: int, end: int, name: str) -> bool:
    if name in _SILENT or name.startswith("end"):
        return True
    at = text.rfind(" as ", start, end)
    return at > 0 and name not in _WRITE_AND_ASSIGN and _ASSIGNS.match(text[at:end]) is not None


def escape(text: str) -> str:
    """`text` so that Django writes it as it stands: each brace that could open a construct comes from an expression.

    A literal in an expression is never HTML-escaped. `{% verbatim %}` will not do: its lexer still pairs `{#` with a `#}` further
    on in the line and would miss the end tag between them. The last brace is escaped too, since what follows is not known. Text
    put right behind a `{` cannot be escaped (every construct begins with that brace): `same_constructs` finds it.
    """
    return _BEFORE_OPENER.sub('{{"{"}}', text)
