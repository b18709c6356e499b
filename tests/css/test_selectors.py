"""Selectors are read as browsers read them, and no text makes reading fail."""

import pickle
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetforge.formats.css.selectors import UNKNOWN, parse, within
from assetforge.formats.css.selectors.compiled import (
    Attribute,
    Complex,
    Compound,
    Has,
    Is,
    Not,
    Nth,
    Parent,
    PseudoClass,
    Selectors,
)


def only(text: str) -> Complex:
    (found,) = parse(text).alternatives
    return found


def last(text: str) -> Compound:
    return only(text).compounds[-1]


def test_compounds_and_combinators_in_the_order_of_the_text() -> None:
    found = only("a.b#c > d+e~f  g")
    assert [(one.combinator, one.name) for one in found.compounds] == [("", "a"), (">", "d"), ("+", "e"), ("~", "f"), (" ", "g")]
    assert (found.compounds[0].classes, found.compounds[0].ids) == (("b",), ("c",))


@pytest.mark.parametrize(
    ("text", "classes", "ids"),
    [
        (r".a\:b", ("a:b",), ()),
        (r".\31 0\/2", ("10/2",), ()),
        (r"#\66 oo.b\.c", ("b.c",), ("foo",)),
        (r".md\:w-1\/2.-x.--y", ("md:w-1/2", "-x", "--y"), ()),
        (".größe", ("größe",), ()),
    ],
)
def test_escapes_are_decoded(text: str, classes: tuple[str, ...], ids: tuple[str, ...]) -> None:
    assert (last(text).classes, last(text).ids) == (classes, ids)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a]", Attribute("a")),
        ("[ a = b ]", Attribute("a", "", "=", "b")),
        ("[a='b\\'c' i]", Attribute("a", "", "=", "b'c", "i")),
        ('[a*="]" S]', Attribute("a", "", "*=", "]", "s")),
        ("[|a]", Attribute("a")),
        ("[*|a|=b]", Attribute("a", "*", "|=", "b")),
        ("[x|a^=b]", Attribute("a", "urn:x", "^=", "b")),
        ("[a=b", Attribute("a", "", "=", "b")),
        ('[a="b', Attribute("a", "", "=", "b")),
        ("[a/**/=/*]*/b]", Attribute("a", "", "=", "b")),
    ],
)
def test_attribute_selectors(text: str, expected: Attribute) -> None:
    (found,) = parse(text, {"x": "urn:x"}).alternatives
    assert found.compounds[0].conditions == (expected,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":first-child", Nth(0, 1)),
        (":last-of-type", Nth(0, 1, last=True, typed=True)),
        (":nth-child( odd )", Nth(2, 1)),
        (":NTH-CHILD(EVEN)", Nth(2, 0)),
        (":nth-last-child(-n + 3)", Nth(-1, 3, last=True)),
        (":nth-of-type(+5)", Nth(0, 5, typed=True)),
        (":nth-child(3n-2 of .a, b)", Nth(3, -2, of=parse(".a, b"))),
        (":hover", PseudoClass("hover")),
        (":lang(de, 'fr')", PseudoClass("lang", "de, 'fr'")),
        (":is(a, .b)", Is(parse("a, .b"))),
        (":WHERE(a)", Is(parse("a"))),
        (":-webkit-any(a)", Is(parse("a"))),
        (":not(a > b)", Not(parse("a > b"))),
        (":has(> a, b)", Has(Selectors((only("> a"), Complex((Compound(" ", "b"),)))))),
        (":is()", Is(Selectors((UNKNOWN,)))),
        (":unheard-of(x(y)z)", PseudoClass("unheard-of", "x(y)z")),
    ],
)
def test_pseudo_classes(text: str, expected: object) -> None:
    assert last(text).conditions == (expected,)


def test_only_child_is_the_first_and_the_last() -> None:
    assert last("a:only-child") == last("a:first-child:last-child")


@pytest.mark.parametrize(
    ("text", "pseudo"),
    [
        ("a::before", "before"), ("a:after", "after"), ("a:First-Line", "first-line"), ("::part(x y)", "part"),
        ("a::slotted(.b > c)", "slotted"),
        ("a::-webkit-scrollbar-thumb:hover", "-webkit-scrollbar-thumb"), ("a::view-transition-group(*)", "view-transition-group"),
        ("a:hover::before", "before"), ("a::before::marker", "before"),
    ],
)  # fmt: skip
def test_a_pseudo_element_is_that_of_the_last_compound(text: str, pseudo: str) -> None:
    assert last(text).pseudo == pseudo


def test_namespaces() -> None:
    names = {"": "urn:default", "s": "urn:s"}
    found = [one.compounds[0][1::5] for one in parse("a, s|a, *|a, |a, *, s|*, .c", names).alternatives]
    assert found == [
        ("a", "urn:default"), ("a", "urn:s"), ("a", None), ("a", ""), (None, "urn:default"), (None, "urn:s"), (None, "urn:default"),
    ]  # fmt: skip
    assert parse("t|a, a", names).alternatives[0] == UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "", " ", ".5a", "#1", "a >", "a > > b", "a || b", "a >>> b", "a::before b", "a::before.b", "a{b}", ":nth-child(- n)",
        "a/**/b", ".a!", "a[b=]", "[a b]", "a:", "a::", ":nth-of-type(1 of a)", ":nth-child(1of a)", "@a",
    ],
)  # fmt: skip
def test_of_what_cannot_be_read_nothing_is_known(text: str) -> None:
    assert parse(text).alternatives == (UNKNOWN,)
    assert parse(f"{text} , b").alternatives == (UNKNOWN, only("b"))


def test_comments_separate_as_they_should() -> None:
    assert only("a/**/.b") == only("a.b")
    assert only("a /**/ b") == only("a b")
    assert parse("a/*,*/,b") == parse("a,b")


# -- nesting ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (".b", ":is(.x, y) .b"),
        ("> .b", ":is(.x, y) > .b"),
        ("&", ":is(.x, y)"),
        ("&.b", ":is(.x, y).b"),
        (".b &", ".b :is(.x, y)"),
        ("& + &", ":is(.x, y) + :is(.x, y)"),
        ("> & .b", ":is(.x, y) > :is(.x, y) .b"),
        (":is(&, .b)", ":is(:is(.x, y), .b)"),
        (":not(&)", ":not(:is(.x, y))"),
        ("a:nth-child(1 of &)", "a:nth-child(1 of :is(.x, y))"),
        (".b, &:hover", ":is(.x, y) .b, :is(.x, y):hover"),
    ],
)
def test_nested_rules(inner: str, expected: str) -> None:
    assert within(parse(inner), parse(".x, y")) == parse(expected)


def test_an_element_may_follow_the_nesting_selector() -> None:
    compound = last("&div")
    assert (compound.name, compound.conditions) == ("div", (Parent(),))


# -- any text -----------------------------------------------------------------------------------------------------------------

PIECES = st.one_of(
    st.sampled_from([*".#:[]()>+~*|,&=\"'\\ \n/", "::", "a", "b-c", "1", ":is(", ":not(", ":has(", ":nth-child(",
    "2n+1", " of ", "/*", "*/", "i"]),
    st.text(max_size=3),
)  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(st.lists(PIECES, max_size=20).map("".join))
def test_any_text_is_read_to_a_value_that_can_be_kept(text: str) -> None:
    found = parse(text)
    assert len(found.alternatives) >= 1
    assert hash(found) == hash(parse(text))
    assert pickle.loads(pickle.dumps(found)) == found


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab.#:>+~* ,-_\n1é", max_size=15))
def test_the_short_way_and_the_long_way_read_the_same(text: str) -> None:
    """A namespace that nothing uses keeps a text from being plain."""
    assert parse(text) == parse(text, {"unused": "urn:x"})


HOSTILE = {
    "parts": "a " * 20_000, "compounds": ".a" * 50_000, "brackets": ":is(" * 50_000, "nots": ":not(a,b" * 20_000,
    "strings": '"' * 100_000,
    "attributes": "[" * 100_000, "escapes": "\\" * 100_000, "comments": "/*" * 100_000, "commas": "," * 100_000,
    "nth": ":nth-child(" * 50_000,
    "functions": ":a(" * 50_000 + ")" * 50_000, "bars": "*|" * 50_000, "dots": "." * 100_000, "spaces": "a" + " " * 100_000 + "b",
    "digits": f":nth-child({'9' * 100_000}n)", "of": ":nth-child(1 of a" * 20_000,
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_selectors_take_bounded_time(text: str) -> None:
    start = time.process_time()
    assert parse(text).alternatives
    assert parse(text + ",x|y").alternatives
    assert time.process_time() - start < 3
