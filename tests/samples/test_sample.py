"""What the sample of a template knows of its pages, and how large it may become."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st
from pages_of_elements import PAGES

from assetforge.formats.css.selectors import parse
from assetforge.formats.html.tree import tree
from assetforge.pages.match.matching import Index
from assetforge.pages.match.shapes import shapes
from assetforge.samples.sample import DEEPEST, MOST, TOO_VARIED, Branch, Sample, covers, grown, shape, united, walked

ALPHABET = "abcdefghijklmnopqrstuvwxyz"
SELECTORS = [
    *("div", ".btn", ".nav > p", "#main .btn-primary", "ul li", "section + p", "li ~ li", "p:first-child", "li:nth-child(3)"),
    *("li:last-of-type", "a:not(.btn)", "[hidden]", '[class^="btn"]', '[class*="item-"]', "[data-user]", "a[href^=q]", "p:empty"),
    *("div:has(> .nav)", "#user-tools", '[id^="user"]', "my-card .is-active", ".md\\:w-1\\/2", "svg", ":root > body", "noscript p"),
    *("li:only-child", "p:nth-last-child(2n+1)", ".größe", "body > *", ".row1 .row1", "p::before", "a:hover", "*"),
]
INDEX = Index((number, parse(one)) for number, one in enumerate(SELECTORS))


def matched(sample: Sample, *, quirks: bool = False) -> set[str]:
    found = shape(sample, quirks=quirks)
    return {SELECTORS[one] for one in INDEX.matched([found])} if found else set()


@settings(max_examples=40, deadline=None)
@given(st.lists(PAGES, min_size=1, max_size=3))
def test_what_matches_in_a_page_matches_in_its_sample(pages: list[str]) -> None:
    sample = united([grown(tree(one)) for one in pages])
    exact = {SELECTORS[one] for page in pages for one in INDEX.matched(shapes(tree(page)))}
    assert exact <= matched(sample)


@settings(max_examples=25, deadline=None)
@given(st.lists(PAGES, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_a_union_knows_no_order(pages: list[str], random: object) -> None:
    samples = [grown(tree(one)) for one in pages]
    before = lines(united(samples))
    backwards = united([united(samples[1:]), samples[0], united(samples)])
    assert lines(backwards) == before
    assert all(covers(backwards, one) for one in samples)
    assert [lines(one) for one in samples] == [lines(grown(tree(one))) for one in pages], "what is united stays as it was"


def lines(sample: Sample) -> list[tuple[int, str, tuple[str, ...]]]:
    return [(depth, key, tuple(sorted(branch.marks))) for depth, key, branch in walked(sample)]


def page(body: str) -> str:
    return f"<!doctype html><title>x</title><body>{body}"


def test_siblings_that_look_alike_are_one() -> None:
    short, long = (grown(tree(page("<ul>" + "<li class=a><a href=x>y</a>" * count + "</ul>"))) for count in (1, 500))
    assert lines(short) == lines(long)
    assert {"li ~ li", "li:nth-child(3)", "p:nth-last-child(2n+1)"} & matched(short) == {"li ~ li", "li:nth-child(3)"}


def test_the_head_is_left_out() -> None:
    assert [key for _, key, _ in walked(grown(tree("<title>a</title><link rel=icon><body><p>")))] == ["html", "body", "p", "head"]


def test_a_page_is_known_with_scripts_and_without() -> None:
    assert "noscript p" in matched(grown(tree(page("<noscript><p>x</noscript>"))))


def test_ancestors_are_known() -> None:
    sample = grown(tree(page("<div class=nav><p></div><section class=btn><p></section>")))
    assert ".nav > p" in matched(sample)
    assert ".nav > p" not in matched(grown(tree(page("<div class=nav></div><p>"))))


def varied(count: int, name: str = "c{}-{}") -> Sample:
    """A page of elements that all differ."""
    letters = [chr(97 + one // 26 % 26) + chr(97 + one % 26) + "x" * (one // 676) for one in range(count)]
    return grown(tree(page("".join(f"<p class='{name.format(one, one)}'></p>" for one in letters))))


def test_a_sample_that_grows_too_large_becomes_coarse() -> None:
    assert varied(MOST - 10).level == 0
    coarse = varied(MOST + 10, "card-{}")
    assert coarse.level == 3
    assert lines(coarse) == [(0, "html", ()), (1, "body", ()), (2, "p", (".card*",)), (1, "head", ())]
    nothing = varied(MOST + 10, "{}")
    assert (nothing.level, lines(nothing), shape(nothing)) == (TOO_VARIED, [], None)


def test_coarse_and_fine_samples_make_one_in_any_order() -> None:
    parts = [varied(MOST - 10, "card-{}"), varied(900, "row-{}-b"), varied(30, "x{}")]
    orders = [parts, parts[::-1], [united(parts[:2]), parts[2]], [parts[1], united([parts[0], parts[2]])]]
    made = [united(one) for one in orders]
    assert [(one.level, lines(one)) for one in made] == [(3, lines(made[0]))] * 4
    assert all(covers(made[0], one) for one in parts)
    assert not covers(parts[0], made[0])


def test_a_body_that_is_named_for_each_page_is_one() -> None:
    bodies = [tree(f"<!doctype html><body class='model-{name} change-list'>" + "<p class=a>x" * 9) for name in ("user", "group")]
    sample = united([grown(one) for one in bodies])
    assert lines(sample)[1:3] == [(1, "body", (".change-list", ".model-group", ".model-user")), (2, "p .a", ())]
    assert matched(sample) == matched(grown(bodies[0]))


def test_siblings_of_one_name_are_one_before_classes_lose_their_ends() -> None:
    icons = "".join(f"<i class=x-{one}></i>" for one in ALPHABET)
    body = "".join(f"<section class='{one}a {one}b' id=s{one}>{icons}</section>" for one in ALPHABET)
    cards = "<section class=z-{0}><article class={0}-{1}><i class=x-y></i></article></section>"
    wide = "".join(cards.format(one, two) for one in ALPHABET for two in ALPHABET)
    sample = united([grown(tree(page(one))) for one in (body, wide)])
    assert sample.level == 2
    assert {"x-a", "x-z", "x-y"} <= {mark[1:] for _, key, branch in walked(sample) for mark in branch.marks if key == "i"}


def test_ids_are_the_first_to_go() -> None:
    words = [f"{first}{second}{third}" for first in ALPHABET[:5] for second in ALPHABET for third in ALPHABET]
    one_page = page("".join(f"<p id=note-{word}></p>" for word in words))
    assert grown(tree(one_page)).level == 0, "they differ in one part, so the page has one"
    many = united([grown(tree(page(f"<p id={word[0]}-{word} class=b></p>"))) for word in words])
    assert many.level == 1
    assert [key for _, key, _ in walked(many)][2:-1] == [f"p #{letter}* .b" for letter in ALPHABET[:5]]


def test_the_depth_is_bounded() -> None:
    deep = grown(tree(page("<div>" * 400 + "<p class=nav><p>")))
    assert max(depth for depth, _, _ in walked(deep)) == DEEPEST + 1
    assert ".nav" not in matched(deep)
    assert {"div", "body > *"} <= matched(deep)
    assert "p .nav" in {key for _, key, _ in walked(deep)}


def test_hostile_pages_take_linear_time() -> None:
    def seconds(text: str) -> float:
        parsed = tree(text)
        began = time.process_time()
        grown(parsed)
        return time.process_time() - began

    for part in ("<div class='{} a b c'>", "<p id=x-{}-y>", "<i class='a-{} b-{}'></i>", "<b class=a-b-c-d-e-f-g-h{}></b>"):
        small, large = ("".join(part.format(one, one) for one in range(count)) for count in (1_000, 8_000))
        assert seconds(large) < 30 * seconds(small) + 0.2, part


def test_an_empty_sample_has_no_shape() -> None:
    assert shape(Sample(Branch())) is None
