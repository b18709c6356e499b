"""Django's own lexer and engine as oracles: the same constructs at the same offsets, and escaped text that comes out as it was."""

import pytest
from django.template import Context, Engine
from django.template.base import DebugLexer, TokenType
from hypothesis import example, given
from hypothesis import strategies as st

from assetforge.dialects import DJANGO, escape, mask, tokens

ATOMS = [
    "{%", "%}", "{{", "}}", "{#", "#}", "{", "}", "%", "#", "\n", " ", "\t", "a", "'", '"', "\r", "\x0c", "\u2028", "é", "\udc80",
    "{% verbatim %}", "{% endverbatim %}", "{% verbatim x %}", "{% endverbatim x %}", "{%verbatim%}", "{% verbatims %}",
    "{% comment %}", "{% endcomment %}", "{% comment 'x' %}", "{{ x }}", "{% if x %}", "{# c #}",
]  # fmt: skip
KINDS = {TokenType.VAR: "expression", TokenType.BLOCK: "tag", TokenType.COMMENT: "comment"}
templates = st.lists(st.sampled_from(ATOMS), max_size=16).map("".join)


@given(templates)
@example("{% verbatim %}{{ x }}{% endverbatim x %}{# {% endverbatim %} #}{% endverbatim %}")
@example("{{{{ x }}}}{%%}{{}}{##}")
def test_constructs_are_those_of_the_debug_lexer(text: str) -> None:
    theirs = [
        (KINDS[token.token_type], *(token.position or ()))
        for token in DebugLexer(text).tokenize()
        if token.token_type is not TokenType.TEXT
    ]
    assert [(one.kind, one.start, one.end) for one in tokens(text, DJANGO).tokens if one.kind not in ("text", "raw")] == theirs


@given(templates)
def test_what_the_engine_renders_is_what_no_island_hides(text: str) -> None:
    """Of a template that Django takes, everything outside islands is written, and nothing within a comment."""
    masked = mask(text, DJANGO)
    try:
        template = Engine().from_string(text)
    except Exception:  # syntax errors of any kind: nothing to compare
        return
    assert masked.refusal is None
    if any(one.kind == "tag" and one.name not in ("verbatim", "endverbatim") for one in masked.islands):
        return
    hidden = {at for one in masked.islands if one.kind != "raw" for at in range(*one.span)}
    rendered = template.render(Context({"x": ""}))
    assert rendered == "".join(character for at, character in enumerate(text) if at not in hidden)


@given(st.lists(st.sampled_from([*ATOMS, "@media print{#a{color:red}}", "<", "&"]), max_size=12).map("".join))
def test_escaped_text_is_rendered_as_it_was(text: str) -> None:
    for before, after in (("", ""), ("a ", "{# c #}"), ("<style>", "{% if x %}{% endif %}"), ("\n", "#}}}%}")):
        rendered = Engine().from_string(before + escape(text, DJANGO) + after).render(Context({}))
        tail = "" if after.startswith("{") else after
        assert rendered == before + text + tail


@pytest.mark.parametrize("opened", ["{% verbatim %}", "{% comment %}", "{% comment %}{% verbatim %}{% endcomment %}"])
def test_what_the_engine_fails_on_is_refused(opened: str) -> None:
    with pytest.raises(Exception, match=r"[Uu]nclosed"):
        Engine().from_string(opened + "<p>")
    assert mask(opened + "<p>", DJANGO).refusal is not None
