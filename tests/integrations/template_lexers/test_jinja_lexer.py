"""Jinja's own lexer and environment as oracles: the same constructs in the same order, refusals where it fails, escaped text that
comes out as it was."""

from dataclasses import replace
from typing import Any

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetforge.dialects import JINJA, Syntax, escape, tokens

OPTIONS: dict[str, dict[str, Any]] = {
    "default": {},
    "line statements": {"line_statement_prefix": "#"},
    "line statements and comments": {"line_statement_prefix": "%", "line_comment_prefix": "##"},
    "line comments": {"line_comment_prefix": "#"},
    "trimmed": {"line_statement_prefix": "%%", "trim_blocks": True, "lstrip_blocks": True},
    "erb": {
        "block_start_string": "<%", "block_end_string": "%>", "variable_start_string": "${", "variable_end_string": "}",
        "comment_start_string": "<%#", "comment_end_string": "%>",
    },
    "brackets": {
        "block_start_string": "[%", "block_end_string": "%]", "variable_start_string": "[[", "variable_end_string": "]]",
        "comment_start_string": "[#", "comment_end_string": "#]", "line_statement_prefix": "#", "line_comment_prefix": "//",
    },
    "comments": {
        "block_start_string": "<!--%", "block_end_string": "-->", "variable_start_string": "<%=", "variable_end_string": "%>",
        "comment_start_string": "<%", "comment_end_string": "%>",
    },
    "latex": {
        "block_start_string": "\\BLOCK{", "block_end_string": "}", "variable_start_string": "\\VAR{", "variable_end_string": "}",
        "comment_start_string": "\\#{", "comment_end_string": "}", "line_statement_prefix": "%-", "line_comment_prefix": "%#",
    },
}  # fmt: skip
CHARACTERS = [*"\n {}()[]\"'-+#%x1.=!\\\té·²\u0301", "\r\n", "\r", "raw", "endraw", "foo", "\x0b", "\u2028"]


def atoms(syntax: Syntax) -> list[str]:
    block, end = syntax.block_start_string, syntax.block_end_string
    variable, variable_end = syntax.variable_start_string, syntax.variable_end_string
    lines = [one for one in (syntax.line_statement_prefix, syntax.line_comment_prefix) if one]
    return [
        *CHARACTERS, *lines, *("\n" + one for one in lines), block, end, variable, variable_end,
        syntax.comment_start_string, syntax.comment_end_string, f"{block} raw {end}", f"{block}- endraw -{end}",
        f"{block} if x {end}", f"{variable} x {variable_end}", f"{block} y -{end}", f"{variable} {{'a': [x]}} {variable_end}",
    ]  # fmt: skip


def constructs(environment: jinja2.Environment, text: str) -> list[tuple[str, str]]:
    """Kind and text of every construct, white space that `-` takes away left out. Raises where Jinja fails."""
    found: list[tuple[str, str]] = []
    inside = False
    for _, kind, value in environment.lexer.tokeniter(text, None):
        if kind in ("raw_begin", "raw_end"):
            found.append(("tag", value))
        elif kind.endswith("_begin"):
            named = {"variable_begin": "expression", "comment_begin": "comment", "linecomment_begin": "comment"}
            found.append((named.get(kind, "tag"), value))
            inside = True
        elif inside:
            found[-1] = (found[-1][0], found[-1][1] + value)
            inside = not kind.endswith("_end")
    if inside:
        raise jinja2.TemplateSyntaxError("the text ends in a construct", 1)
    return [(kind, value.strip()) for kind, value in found]


def plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@settings(max_examples=300)
@given(data=st.data())
def test_constructs_are_those_of_the_lexer(options: dict[str, Any], data: st.DataObject) -> None:
    syntax = Syntax(**options)
    text = data.draw(st.lists(st.sampled_from(atoms(syntax)), max_size=14).map("".join))
    lexed = tokens(text, replace(JINJA, syntax=syntax))
    try:
        theirs = constructs(jinja2.Environment(**options), text)
    except jinja2.TemplateSyntaxError:
        assert lexed.refusal is not None
        return
    if lexed.refusal is not None:
        # Jinja takes `{% raw %}` as the very end of a text, which nobody writes
        assert "raw" in lexed.refusal.message
        return
    assert [(one.kind, plain(text[one.start : one.end])) for one in lexed.tokens if one.kind not in ("text", "raw")] == theirs


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@settings(max_examples=60)
@given(data=st.data())
def test_escaped_text_is_rendered_as_it_was(options: dict[str, Any], data: st.DataObject) -> None:
    syntax = Syntax(**options)
    pieces = [*atoms(syntax), "@media print{#a{color:red}}", "<b>"]
    text = data.draw(st.lists(st.sampled_from(pieces), max_size=10).map("".join)).rstrip("\r")
    environment = jinja2.Environment(**options, autoescape=True, keep_trailing_newline=True, finalize=lambda value: f"!{value}!")
    escaped = escape(text, replace(JINJA, syntax=syntax))
    for before, after in (("", ""), ("a ", " b"), ("<style>\n", "\n</style>"), ("x\n  ", "")):
        rendered = environment.from_string(before + escaped + after).render()
        assert rendered == (before + text + after).replace("\r\n", "\n").replace("\r", "\n")
