"""Matching: exact answers, answers that leave room for what may still happen, and the index before both."""

import time
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_pages import listed, page

from assetforge.formats.css.selectors import parse, within
from assetforge.formats.html.tree import tree
from assetforge.pages.match.element_sets import Elements, ones
from assetforge.pages.match.evaluation import Evaluation
from assetforge.pages.match.matching import Index, bounds, select
from assetforge.pages.match.shapes import Changes, Node, Shape, digest, recorded_shape, reduced, shape, shapes, template_shape


def of(text: str) -> Shape:
    found = tree(text)
    return shape(found.elements, quirks=found.quirks)


def found(text: str, selector: str) -> list[str]:
    """The ids of what a selector finds."""
    where = of(text)
    return [dict(where.nodes[one].attributes).get("id", where.nodes[one].name) for one in select(parse(selector), where)]


PAGE = (
    "<!doctype html><html id=html lang=de><body id=body><ul id=ul class='List a'><li id=l1><li id=l2 class=on>x<li id=l3></ul>"
    "<p id=p1 title='A b-c'></p><p id=p2><a id=a href=#></a><a id=b></a></p>"
    "<svg id=s viewBox='0 0 1 1'><a id=sa xlink:href=#></a></svg>"
    "<input id=i type=CHECKBOX checked><input id=j disabled required></body>"
)


@pytest.mark.parametrize(
    ("selector", "ids"),
    [
        ("li", ["l1", "l2", "l3"]), ("LI.on", ["l2"]), (".list", []), (".List.a", ["ul"]), ("#l2 + li", ["l3"]),
        ("#l1 ~ .on", ["l2"]),
        ("ul > *", ["l1", "l2", "l3"]), ("body li:nth-child(odd)", ["l1", "l3"]), ("li:nth-last-child(2)", ["l2"]),
        ("li:empty", ["l1", "l3"]),
        ("[title]", ["p1"]), ("[TITLE~='b-c']", ["p1"]), ("[title=a]", []), ("[title^='a' i]", ["p1"]), ("[type=checkbox]", ["i"]),
        ("a:link", ["a", "sa"]), ("p:has(a:any-link)", ["p2"]), ("p:not(:has(a))", ["p1"]),
        (":is(p, ul) > :first-child", ["l1", "a"]),
        ("input:checked", ["i"]), (":disabled", ["j"]), (":required", ["j"]), (":enabled", ["i"]), (":root", ["html"]),
        (":lang(de) > ul", ["ul"]),
        ("svg|a", []), ("p:has(+ p)", ["p1"]), ("li:nth-child(1 of .on)", ["l2"]), ("[viewbox]", ["s"]), ("a:hover", []),
        ("a:not(:hover)", ["a", "b", "sa"]),
        ("a::before", []), (":host", []), ("li:only-of-type", []), ("p:last-of-type", ["p2"]), ("> p", []), ("!", []),
        ("a, !", ["a", "b", "sa"]),
    ],
)  # fmt: skip
def test_exact_answers(selector: str, ids: list[str]) -> None:
    assert found(PAGE, selector) == ids


def test_names_in_namespaces() -> None:
    where = of(PAGE)
    names = {"svg": "http://www.w3.org/2000/svg", "h": "http://www.w3.org/1999/xhtml"}
    counts = [len(select(parse(text, names), where)) for text in ("svg|a", "h|a", "*|a", "|a", "[*|href]", "svg|*",
    "svg|svg > svg|a")]
    assert counts == [1, 2, 3, 0, 2, 2, 1]


def test_classes_and_ids_have_no_case_in_quirks_mode() -> None:
    assert found("<p class=Big id=One>", ".bIG#ONE") == ["One"]
    assert found("<!doctype html><p class=Big id=One>", ".bIG") == []


# -- before the first paint ---------------------------------------------------------------------------------------------------


def may(text: str, selector: str, changes: Changes = Changes()) -> int:  # noqa: B008  # a value
    return len(bounds(parse(selector), of(text), changes)[1])


@pytest.mark.parametrize(
    ("selector", "count"),
    [
        ("a:hover", 3), ("p:hover > a", 2), ("a:not(:hover)", 3), ("a:not(:link)", 1), ("p::before", 2), ("a::-moz-unheard-of", 3),
        (":unheard-of(x)", 15), ("a:unheard-of", 3), ("li:has(:focus)", 0), ("p:has(:focus)", 1), ("p:not(:has(:focus))", 2),
        ("input:checked", 2), ("b:checked", 0), ("p:has(:not(:hover))", 1), ("a:visited", 2 + 1), ("p:visited", 0),
        (":host", 0), ("!", 15),
        ("b:is(!, b)", 0), ("p:not(!)", 2), ("p:is(:target, ul)", 2), ("> p", 2), (":not(*)", 0), ("a:not(a:not(:hover))", 3),
    ],
)  # fmt: skip
def test_what_people_do_and_what_is_not_known_may_be(selector: str, count: int) -> None:
    assert may(PAGE, selector) == count


@pytest.mark.parametrize(
    ("selector", "changes", "count"),
    [
        (".js p", Changes(), 0),
        (".js p", Changes(classes=frozenset({"js"})), 2),
        (".js p", Changes(root_classes=frozenset({"js"})), 2),
        ("ul.js li", Changes(root_classes=frozenset({"js"})), 0),
        ("p:not(.js)", Changes(classes=frozenset({"js"})), 2),
        ("li:not(.on)", Changes(), 2),
        ("li:not(.on)", Changes(classes=frozenset({"on"})), 3),
        ("[data-theme=dark] p", Changes(), 0),
        ("[data-theme=dark] p", Changes(root_attributes=frozenset({"data-theme"})), 2),
        ("p[hidden]", Changes(attributes=frozenset({"hidden"})), 2),
        ("#new", Changes(ids=frozenset({"new"})), 15),
        ("input:not(:disabled)", Changes(), 1),
        ("input:not(:disabled)", Changes(attributes=frozenset({"disabled"})), 2),
        ("p.x#y[z=w]", Changes(anything=True), 2),
        ("b.x", Changes(anything=True), 0),
    ],
)
def test_what_scripts_may_change_may_be(selector: str, changes: Changes, count: int) -> None:
    assert may(PAGE, selector, changes) == count
    assert bool(Index([(0, parse(selector))]).matched([of(PAGE)], changes)) is bool(count)


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9))
def test_whatever_state_comes_the_answer_lies_between_what_must_and_what_may_match(seed: int) -> None:
    """`:hover` as an attribute that random elements have: the exact answer for each such page is one that could come."""
    random = Random(seed)
    text = page(random, 15)
    before = of(text)
    hovered = _with_marks(before, random, "hover-state")
    for _ in range(25):
        written = listed(random, dynamic=True)
        exact = set(select(parse(_without_dynamic(written)), hovered))
        must, might = bounds(parse(written), before)
        assert set(must) <= exact <= set(might), written


def _without_dynamic(written: str) -> str:
    for name in ("focus-visible", "focus-within", "hover", "focus", "active", "visited", "target"):
        written = written.replace(":" + name, "[hover-state]")
    # a browser remembers what was checked and written; here it does not
    return written


def _with_marks(before: Shape, random: Random, name: str) -> Shape:
    links = ("a", "area")
    nodes = [
        node._replace(attributes=(*node.attributes, (name, ""))) if random.random() < 0.4 and node.name in links else node
        for node in before.nodes
    ]
    return before._replace(nodes=tuple(nodes))


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9))
def test_whatever_scripts_change_the_answer_lies_between(seed: int) -> None:
    random = Random(seed)
    before = of(page(random, 15))
    changes = Changes(
        classes=frozenset(random.choices(("a", "btn-x"), k=1)), ids=frozenset({"x"}), attributes=frozenset({"title", "disabled"}),
        root_classes=frozenset({"c"}), root_attributes=frozenset({"data-x"}),
    )  # fmt: skip
    after = before._replace(nodes=tuple(_changed(node, random, changes) for node in before.nodes))
    for _ in range(25):
        written = listed(random)
        selectors = parse(written)
        exact = set(select(selectors, after))
        must, might = bounds(selectors, before, changes)
        assert set(must) <= exact <= set(might), written
        assert not exact or Index([(0, selectors)]).matched([before], changes)


def _changed(node: Node, random: Random, changes: Changes) -> Node:
    attributes = dict(node.attributes)
    root = node.name in ("html", "body")
    names = set(attributes.get("class", "").split())
    for name in changes.classes | (changes.root_classes if root else frozenset()):
        (names.add if random.random() < 0.5 else names.discard)(name)
    if names or "class" in attributes:
        attributes["class"] = " ".join(sorted(names))
    for name in changes.attributes | (changes.root_attributes if root else frozenset()):
        if random.random() < 0.3:
            attributes[name] = random.choice(("a", "b-c", ""))
        elif random.random() < 0.3:
            attributes.pop(name, None)
    if attributes.get("id") != "x" and random.random() < 0.1:
        attributes["id"] = "x"
    elif attributes.get("id") == "x" and random.random() < 0.3:
        del attributes["id"]
    return node._replace(attributes=tuple(sorted(attributes.items())))


# -- the index ----------------------------------------------------------------------------------------------------------------


def test_the_index_answers_by_rule_and_position() -> None:
    rules = [(7, parse("li, .none, a:hover")), (3, parse(".none")), (5, within(parse("&.on, > .none"), parse("ul li")))]
    assert dict(Index(rules).matched([of(PAGE)])) == {7: (0, 2), 5: (0,)}


def test_one_shape_of_several_is_enough() -> None:
    index = Index([(0, parse(".x")), (1, parse(".y")), (2, parse(".z"))])
    assert dict(index.matched([of("<p class=x>"), of("<p class=y>")])) == {0: (0,), 1: (0,)}


def test_what_only_people_without_scripts_see_counts() -> None:
    index = Index([(0, parse("img.pixel")), (1, parse("noscript > b")), (2, parse("p"))])
    assert dict(index.matched(shapes(tree("<body><noscript><img class=pixel><b></b></noscript>")))) == {0: (0,), 1: (0,)}


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**9))
def test_the_index_lets_through_what_evaluation_finds(seed: int) -> None:
    random = Random(seed)
    where = of(page(random, 20))
    rules = [(number, parse(listed(random, dynamic=True))) for number in range(60)]
    evaluation = Evaluation(Elements(where), Changes())
    expected = {
        number: tuple(at for at, one in enumerate(selectors.alternatives) if evaluation.complex(one, True))
        for number, selectors in rules
    }  # fmt: skip
    index = Index(rules)
    assert dict(index.matched([where])) == {number: places for number, places in expected.items() if places}
    assert index.matched([reduced(where, index.asked)]) == index.matched([where])


# -- shapes -------------------------------------------------------------------------------------------------------------------


def test_pages_that_differ_in_nothing_that_is_asked_for_share_a_shape() -> None:
    one = of("<!doctype html><p class='a x' id=one data-n=1 title=t>Hello<img src=a.png>")
    two = of("<!doctype html><p title=u class='a'>World<img alt=w>")
    asked = Index([(0, parse(".a[title], p + img"))]).asked
    assert one != two
    assert digest(reduced(one, asked)) == digest(reduced(two, asked))
    assert digest(reduced(one, Index([(0, parse("[title=t]"))]).asked)) != digest(reduced(two, asked))


def test_a_recorded_shape_holds_no_value_and_no_text() -> None:
    recorded = recorded_shape(tree("<p class=a id=b title=secret data-x=secret type=text>secret").elements, values={"type"})
    assert "secret" not in repr(recorded)
    assert [len(bounds(parse(one), recorded)[1]) for one in (".a#b", "[title=anything]", "[type=text]", "[type=no]",
    "[lang]")] == [1, 1, 1, 0, 0]
    assert bounds(parse("p:not([title=anything])"), recorded)[1]


@pytest.mark.parametrize(
    ("text", "selector", "matches"),
    [
        ("<a class='btn-\ue0e0\ue0e0'>", ".btn-primary", True),
        ("<a class='btn-\ue0e0\ue0e0'>", ".btn", False),
        ("<a class='btn-\ue0e0\ue0e0-lg'>", ".btn-x-lg", True),
        ("<a class='btn-\ue0e0\ue0e0-lg'>", ".btn-x-sm", False),
        ("<a class='x \ue0e0\ue0e0'>", ".anything.x", True),
        ("<a \ue0e0\ue0e0>", "#any.thing[at=all]", True),
        ("<a \ue0e0\ue0e0>", "b.any", False),
        ("<a class='col\ue0e1\ue0e1-6\ue0e1\ue0e1'>", ".col-6", True),
        ("<a class='col\ue0e1\ue0e1-6\ue0e1\ue0e1'>", ".col", True),
        ("<a class='col\ue0e1\ue0e1-6\ue0e1\ue0e1'>", ".row", False),
        ("<a title='\ue0e0'>", "[title=x]", True),
        ("<a title=y>", "[title=x]", False),
        ("<a class=x>", "a:not(.x)", True),
        ("<a></a><b>", "b + a", True),
        ("<a></a><b>", "b + i", False),
        ("<p><a></p><b>", "p:nth-child(7)", True),
        ("<p><a></p><b>", "p:has(a)", True),
        ("<p><a></p><b>", "a:has(p)", False),
        ("<x\ue0e0\ue0e0>", "h2", True),
    ],
)
def test_templates_have_holes_that_anything_may_fill(text: str, selector: str, matches: bool) -> None:
    where = template_shape(tree("<!doctype html>" + text).elements)
    assert bool(bounds(parse(selector), where)[1]) is matches
    assert bool(Index([(0, parse(selector))]).matched([where])) is matches


# -- hostile ------------------------------------------------------------------------------------------------------------------

PAGES = {
    "deep": "<div class=a>" * 5_000, "wide": "<!doctype html>" + "<p class=a>x</p>" * 20_000,
    "list": "<ul class=a>" + "<li class=b><a></a>" * 10_000,
    "form": "<form><fieldset disabled>" + "<input type=radio checked name=a class=a><button>x</button>" * 5_000
    + "<select>" + "<option class=a>x" * 5_000,
}  # fmt: skip
SELECTORS = (
    "a " * 9_999 + "a", "div " * 10_000, "div>" * 5_000 + "div", "p+" * 5_000 + "p", "p~" * 5_000 + "p", ".a" * 10_000,
    ":not(.a)" * 10_000,
    ":has(.a)", ":has(~ .a)", ":not(:has(+ .a))", "*:nth-child(2n+1 of .a)", ".a ~ .a ~ .a", "* * * * *", ".a > * > *",
    ":is(.a,.b) :is(.a,.b)",
    ":disabled", ":checked", ":default", ":read-only", ":lang(de)", ":dir(ltr)", ":empty", "[class]", ":indeterminate",
)  # fmt: skip


@pytest.mark.parametrize("text", PAGES.values(), ids=PAGES.keys())
def test_hostile_pages_and_selectors_take_bounded_time(text: str) -> None:
    where = shapes(tree(text))
    start = time.process_time()
    Index((number, parse(one)) for number, one in enumerate(SELECTORS)).matched(where)
    assert time.process_time() - start < 10


def test_nesting_does_not_multiply_work() -> None:
    selectors = parse(".a")
    for _ in range(40):
        selectors = within(parse("& &, &"), selectors)
    start = time.process_time()
    index = Index([(0, selectors)])
    assert index.matched([of("<p class=a><b class=a>")]) == {0: (0, 1)}
    assert index.asked.classes == {"a"}
    assert time.process_time() - start < 1


def test_sets_of_many_elements_are_as_those_of_few() -> None:
    """Above some thousand elements other ways of counting are taken."""
    part = "<div class=a><p>x</p><p class=b><i></i></p><p></p></div>"
    small, large = of("<!doctype html>" + part), of("<!doctype html>" + part * 2_000)
    for selector in (".a > p", ".a p", "p + .b", "p ~ p", ".a:has(i)", "p:has(+ .b)", "div:has(> p > i)", "p:nth-child(2)",
    "p:has(~ p)"):
        expected = len(select(parse(selector), small))
        assert len(select(parse(selector), large)) == expected * 2_000, selector
    assert list(ones((1 << 9000) | (1 << 4096) | 1)) == [0, 4096, 9000]
