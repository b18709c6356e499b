"""Minification keeps what a browser can tell apart. The oracle here reads token by token and shares only the tokenizer."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetforge.formats.css import minify, parse
from assetforge.formats.css.tokens import tokens

Item = tuple[str, bool]  # a token and whether white space stood before it


def opens(value: str) -> bool:
    """Is it `(`, `[` or a function (and not a name that ends in an escaped bracket)?"""
    return value == "[" or re.search(r"(?<!\\)(?:\\\\)*\($", value) is not None


def items(text: str) -> list[Item]:
    """Tokens without comments, each with the white space before it. Spaces inside `url( )` mean nothing."""
    result, white = [], False
    for token in tokens(text):
        value = text[token.start : token.end]
        if token.kind == "whitespace":
            white = True
        elif token.kind == "url":
            result.append((re.sub(r"(?<!\\)\s+\)$", ")", re.sub(r"\(\s+", "(", value, count=1)), white))
            white = False
        elif token.kind not in ("comment", "bom"):
            result.append((value, white))
            white = False
    return result


def statements(text: str, declarations: bool = False) -> Iterator[tuple[str, list[Item]]]:
    """Pieces up to `{`, `}` or `;`, each as `rule` or `declaration` with the character that ends it as its last item."""
    piece: list[Item] = []
    depth, inside = (1 if declarations else 0), 0
    for value, white in items(text):
        piece.append((value, white))
        custom = depth > 0 and len(piece) > 1 and piece[0][0].startswith("--") and piece[1][0] == ":"
        if opens(value) or (value == "{" and (custom or inside)):
            inside += 1
        elif inside and value in (")", "]", "}"):
            inside -= 1
        elif not inside and value in ("{", "}", ";"):
            named = piece[0][0].startswith("@") or value == "{"
            yield ("declaration" if depth and not named else "rule"), piece
            depth += {"{": 1, "}": -1}.get(value, 0)
            piece = []
    yield ("declaration" if declarations and piece and not piece[0][0].startswith("@") else "rule"), piece


def meaning(text: str, declarations: bool = False) -> list[str]:
    """What a browser can tell apart, as a list to compare."""
    result: list[str] = []
    before = ""
    for kind, piece in statements(text, declarations):
        if kind == "declaration" and len(piece) == 1 and piece[0][0] == ";" and before == "declaration":
            continue
        end = piece.pop()[0] if piece and piece[-1][0] in ("{", "}", ";") else ""
        if piece:
            result.append(" ".join(weigh(kind, piece)))
            before = kind
        if end == ";" and before == "declaration" and (piece or kind == "declaration"):
            result.append(";?")  # counts only between declarations
        elif end:
            while end == "}" and result and result[-1] == ";?":
                result.pop()
            result.append(end)
            before = ""
    while declarations and result and result[-1] == ";?":
        result.pop()
    return result


def weigh(kind: str, piece: list[Item]) -> Iterator[str]:
    """The tokens of one piece, `␣` where white space between them counts."""
    colon = next((at for at, (value, _) in enumerate(piece) if value == ":"), 0) if kind == "declaration" else -1
    nesting: list[str] = []
    for at, (value, white) in enumerate(piece):
        left = piece[at - 1][0] if at else ""
        if (
            at
            and white
            and not (kind == "declaration" and at in (colon, colon + 1))
            and counts(kind, piece, at, left, value, nesting)
        ):
            yield "␣"
        if opens(value):
            nesting.append(value)
        elif value in (")", "]") and nesting:
            nesting.pop()
        yield value


def counts(kind: str, piece: list[Item], at: int, left: str, right: str, nesting: list[str]) -> bool:
    if left == "," or opens(left) or right in (",", ")", "]"):
        return False
    if kind == "declaration":
        return "!" not in (left, right)
    if piece[0][0].startswith("@"):
        names = [value for value, _ in piece[max(at - 3, 0) : at + 1]]
        return not (nesting[-1:] == ["("] and (names[-3:-2] == ["("] or names[0] == "(") and ":" in (left, right))
    if nesting[-1:] == ["["]:
        return not ({left, right} & {"=", "~", "|", "^", "$", "*"})
    if nesting and nesting[-1].lower().startswith("nth-"):
        return True
    sides = [side in (">", "+", "~") for side in (left, right)]
    number = re.match(r"[+-]?\.?[0-9]", left if right == "+" else right)
    return sum(sides) != 1 or ("+" in (left, right) and number is not None)


def custom_values(text: str) -> list[str]:
    """The values of custom properties as a script reads them."""
    result, name, start, depth = [], "", 0, 0
    stream = list(tokens(text))
    words = [one for one in stream if one.kind not in ("whitespace", "comment")]
    block = 0
    for before, here, after in zip(words, words[1:], words[2:] + words[-1:], strict=False):
        value = text[here.start : here.end]
        if not name:
            block += {"{": 1, "}": -1}.get(value, 0)
            starts = text[before.start : before.end] in ("{", ";", "}")
            if block and starts and value.startswith("--") and text[after.start : after.end] == ":":
                name, start, depth = value, after.end, 0
        elif here.start >= start:
            if opens(value) or value == "{":
                depth += 1
            elif depth and value in (")", "]", "}"):
                depth -= 1
            elif not depth and value in (";", "}"):
                result.append(f"{name}={text[start : here.start].strip()}")
                name = ""
                block -= value == "}"
    return result


def check(text: str) -> str:
    """Minify and hold everything that must hold; returns the result."""
    result = minify(text)
    assert len(result.text) <= len(text)
    assert (result.text == text) == bool(result.reason)
    assert meaning(result.text) == meaning(text)
    assert result.text.startswith("\ufeff") == text.startswith("\ufeff")
    assert custom_values(result.text) == custom_values(text)
    again = minify(result.text)
    assert again.text == result.text
    references = [(one.kind, one.url, one.base) for one in parse(text).references]
    assert [(one.kind, one.url, one.base) for one in parse(result.text).references] == references
    return result.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a { b : url('a b.png') }\n", "a{b:url('a b.png')}"),
        ('a { b : url("a  b.png") }\n', 'a{b:url("a  b.png")}'),
        (".a/**/.b { c : d }\n", ".a.b{c:d}"),
        ("a/**/b { c : d }\n", "a/**/b{c:d}"),
        ("a { --y: ; --z : ; }\n", "a{--y: ;--z: }"),
        ("a { --y:; b : c }\n", "a{--y:;b:c}"),
        ("a { --t:a , b ; c : d }\n", "a{--t:a , b;c:d}"),
        ("a { --t: f(a,  b)/* c */ d ; c : d }\n", "a{--t:f(a,  b)/* c */ d;c:d}"),
        ("a { --t: { b : c ; } ; d : e }\n", "a{--t:{ b : c ; };d:e}"),
        ('/* x */@charset "utf-8";\na { b : c }', ' @charset "utf-8";a{b:c}'),
        ('@charset "utf-8";\n\na { b : c }', '@charset "utf-8";a{b:c}'),
        ('@charset  "utf-8";\n\na { b : c }', '@charset  "utf-8";a{b:c}'),
        (" \ufeffa { b : c }", " \ufeffa{b:c}"),
        ('@import "x.css" ;\n', '@import "x.css";'),
        ("@layer a, b ;\n", "@layer a,b;"),
        ("a { b : c }\n@layer a, b;\n", "a{b:c}@layer a,b;"),
        ("@media print { @layer a, b; }\n", "@media print{@layer a,b;}"),
        ("a { b : c; };\nd { e : f }", "a{b:c};d{e:f}"),
        ("a { b : c; ; ; d : e ;; }", "a{b:c;d:e}"),
        ("a { ; b : c }", "a{;b:c}"),
    ],
)
def test_known_faults_of_minifiers_are_not_made(text: str, expected: str) -> None:
    assert check(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a :hover , b  c { d : e }", "a :hover,b c{d:e}"),
        ("a { b :hover { c : d } }", "a{b :hover{c:d}}"),
        ("a { &:hover , & .b { c : d } }", "a{&:hover,& .b{c:d}}"),
        ("a { & :is( b , c ) { d : e } }", "a{& :is(b,c){d:e}}"),
        ("a > b ~ c , d > * { e : f }", "a>b~c,d>*{e:f}"),
        ("a:nth-child( 2n + 1 ) { b : c }", "a:nth-child(2n + 1){b:c}"),
        ("a [b = 'c' i] { d : e }", "a [b='c' i]{d:e}"),
        ("a *  b { c : d }", "a * b{c:d}"),
        (".a :not(.b) .c { d : e }", ".a :not(.b) .c{d:e}"),
        ("a { b : calc( 1px + 2px - ( 3px * 4 ) ) }", "a{b:calc(1px + 2px - (3px * 4))}"),
        ("a { b : c  !important }", "a{b:c!important}"),
        ("a { b : 1px -2px - 3px }", "a{b:1px -2px - 3px}"),
        ("a { b : 'x'  'y'   z }", "a{b:'x' 'y' z}"),
        ("a { b : f() g( h ) }", "a{b:f() g(h)}"),
        ("a { b : url( x.png )  c }", "a{b:url(x.png) c}"),
        ("a { b : url( x\\  ) }", "a{b:url(x\\ )}"),
        ("a { content : '  {;}  ' }", "a{content:'  {;}  '}"),
        ("a { b : url(data:x;y,{/*}) ; c : d }", "a{b:url(data:x;y,{/*});c:d}"),
        ("@media  (min-width : 3px)  and  ( max-width:4px ) { a { b : c } }", "@media (min-width:3px) and (max-width:4px){a{b:c}}"),
        ("@supports not  (a : b) { a { b : c } }", "@supports not (a:b){a{b:c}}"),
        ("@font-face { src : url(a) , url(b) }", "@font-face{src:url(a),url(b)}"),
        ("@page :first { a : b }", "@page :first{a:b}"),
        (".a\\20  b { c : d }", ".a\\20  b{c:d}"),
        (".a\\:hover , b { c : d }", ".a\\:hover,b{c:d}"),
        ("*zoom { *zoom : 1 }", "*zoom{*zoom:1}"),
        ("\ufeffa { b : c }", "\ufeffa{b:c}"),
        ("/*! licence */ a { b : c } /* @license  MIT */ d { e : f }", "/*! licence */a{b:c}/* @license  MIT */d{e:f}"),
        ("a { b : c; /* @preserve x */ }", "a{b:c;/* @preserve x */}"),
        ("a { --b : c; /*! x */ }", "a{--b:c;/*! x */}"),
        ("a { /* gone */ b : c }", "a{b:c}"),
        ("a { unicode-range : U+26 , U+0-7F }", "a{unicode-range:U+26,U+0-7F}"),
        ("<!-- a { b : c } -->", "<!-- a{b:c}-->"),
        ("@scope (a :hover)  to (b) { c { d : e } }", "@scope (a :hover) to (b){c{d:e}}"),
        ("@container style( --x: a , b ) { c { d : e } }", "@container style( --x: a , b ){c{d:e}}"),
        ("@media print { a { b : c } }", "@media print{a{b:c}}"),
        ("@keyframes a { from , 50% { b : c } }", "@keyframes a{from,50%{b:c}}"),
    ],
)
def test_white_space_goes_where_it_means_nothing(text: str, expected: str) -> None:
    assert check(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a { b : c }\n/*# sourceMappingURL=x.map */", "carries a source map"),
        ("a{b:c}", "already minified"),
        ("", "already minified"),
        ("a { b : c", "ends inside"),
        ("a { b : c } }", "ends inside"),
        ("a { b : (c }  ", "ends inside"),
        ("a { b : 'c }\n }", "ends inside"),
        ("a { b : url(c d) }", "ends inside"),
        ("a { b : c } /* ", "ends inside"),
        ("a { b : u\\72l( c ) }", "ends inside"),
    ],
)
def test_what_is_left_alone_has_a_reason(text: str, reason: str) -> None:
    result = minify(text)
    assert result.text == text
    assert result.reason.startswith(reason)


def test_declarations_are_made_smaller_too() -> None:
    assert minify(" color : red ; b : 'c' ; ", "css-declarations").text == "color:red;b:'c'"


SELECTOR = st.sampled_from(
    [
        "a",
        ".b",
        "#c",
        "*",
        "a :hover",
        "a:hover",
        "a > b",
        "a>b",
        "a + b",
        "a ~ b",
        "a  b",
        "a , b",
        "a:not( .b )",
        "a [ b = 'c' ]",
        "& .x",
        "&.x",
        "a/**/b",
        "a /**/ b",
        ":nth-child( 2n + 1 )",
        "::before",
        "a\\:b",
        ".\\31 0",
        "50%",
        "from , to",
        "a > .b",
        "a.b",
    ]
)
VALUE = st.sampled_from(
    [
        "red",
        "1px  2px",
        "a , b",
        "calc( 1px + 2px )",
        "calc(1px - (2px * 3))",
        "'a  b'",
        "url( x )",
        "url('a b')",
        "f( a,b )",
        "a !important",
        "a/**/b",
        "-1px",
        "U+26",
        "a / b",
        "'\\'' x",
        "#fff",
        "",
        "  ",
        "{ a : b }",
        "a;;",
        "rgb(0 0 0 / 5%)",
        "progid:a.b(c='d' , e=f)",
        "\\61  b",
    ]
)
GAP = st.sampled_from(["", " ", "\n", "/* x */", " /*! y */ ", "\t"])
NAME = st.sampled_from(["color", "--x", "*zoom", "--y ", "-a-b", "content "])


@st.composite
def sheet(draw: st.DrawFn, depth: int = 2) -> str:
    parts = []
    for _ in range(draw(st.integers(0, 3))):
        shape = draw(st.integers(0, 4 if depth < 2 else 2))
        if shape == 0 or (shape == 1 and not depth):
            parts.append(f"{draw(SELECTOR)}{draw(GAP)}{{{draw(GAP)}}}")
        elif shape in (1, 2):
            head = draw(st.one_of(SELECTOR, st.sampled_from(["@media ( a : b ) and (c)", "@supports (--x: a )", "@layer a , b"])))
            inner = draw(sheet(depth - 1)) if depth else ""
            parts.append(f"{head}{draw(GAP)}{{{draw(GAP)}{inner}{draw(GAP)}}}")
        else:
            parts.append(f"{draw(NAME)}:{draw(GAP)}{draw(VALUE)}{draw(GAP)};")
        parts.append(draw(GAP))
    return "".join(parts)


@settings(max_examples=300, deadline=None)
@given(sheet())
def test_made_up_sheets_keep_their_meaning(text: str) -> None:
    check(text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("ab-.#:;,{}()[]'\"\\/*!@>+~=1% \n\0\ufeff")), max_size=40))
def test_any_text_keeps_its_meaning(text: str) -> None:
    check(text)


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from(list("ab-.:;,{}()'\\/*! \n")), max_size=40))
def test_any_declarations_keep_their_meaning(text: str) -> None:
    result = minify(text, "css-declarations").text
    assert len(result) <= len(text)
    assert meaning(result, declarations=True) == meaning(text, declarations=True)
