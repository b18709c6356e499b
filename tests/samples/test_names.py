"""What of a page's names may stand in a file that people commit."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetforge.formats.html.tree import tree
from assetforge.pages.match.attributes import fits
from assetforge.pages.match.shapes import HOLE
from assetforge.samples.names import Names, element_name, generalised, is_attribute, private_words

CLASS, ID = 3, 0


@pytest.mark.parametrize(
    "name",
    ["btn", "btn-primary", "col-md-6", "mt-3", "text-gray-500", "md:w-1/2", "-mt-4", "h1", "fa-2x", "block__element--on", "größe"],
)
def test_classes_of_authors_stay(name: str) -> None:
    assert generalised(name, CLASS) == name


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("row-1234", "row-*"),
        ("row1234", "row*"),
        ("user-20241231-open", "user-*-open"),
        ("Button_btn__3xY9z", "Button_btn__*"),
        ("item-550e8400-e29b-41d4-a716-446655440000", "item-*"),
        ("svelte-1a2b3c4d", "svelte-*"),
        ("mail:jane.doe@example.com-open!💥", "mail:*"),
        ("hover:@md:p-1.5", "hover:@md:p-1.5"),
        ("w-[calc(100%_-_12345px)]", "w-[calc(100%_-_*px)]"),
        ("*:p-4", "*:p-4"),
        ("deadbeef01", ""),
        ("1234", ""),
        ("---", ""),
        ("x" * 81, ""),
        ("a-" + "x" * 25, "a-*"),
    ],
)
def test_what_may_be_data_is_a_hole(name: str, kept: str) -> None:
    assert generalised(name, CLASS) == kept


@pytest.mark.parametrize(("name", "kept"), [("row-1", "row-*"), ("nav-sidebar", "nav-sidebar"), ("h1", "h*"), ("12", "")])
def test_an_id_keeps_no_digit(name: str, kept: str) -> None:
    assert generalised(name, ID) == kept


def test_words_of_the_request_are_holes() -> None:
    private = private_words(["Jane.Doe@example.com", "jane", 42])
    assert generalised("user-jane", CLASS, private) == "user-*"
    assert generalised("avatar_JANE", CLASS, private) == "avatar_*"
    assert generalised("jane", CLASS, private) == ""
    assert generalised("col-42", CLASS, private) == "col-42", "too short to be anybody's"


def keys(page: str, private: frozenset[str] = frozenset()) -> list[str]:
    elements = tree(page).elements
    names = Names(elements, private)
    return [names.key(one) for one in elements][3:]


def test_ids_that_differ_in_one_part_are_one() -> None:
    people = ["jane", "bob", "amy", "joe"]
    many = "".join(f"<p id=user-{one}-card>" for one in people)
    assert set(keys(many)) == {"p #user-*-card"}
    assert set(keys("<p id=user-tools><p id=user-menu>")) == {"p #user-tools", "p #user-menu"}


def test_classes_that_differ_in_digits_are_one_where_there_are_many() -> None:
    assert set(keys("".join(f"<p class='row row-{one}'>" for one in range(1, 30)))) == {"p .row .row-*"}
    assert len(set(keys("".join(f"<p class=col-{one}>" for one in (3, 4, 6, 8))))) == 4
    names = ("home", "user", "cog", "bell", "book", "car", "cat", "dog", "eye", "fax")
    icons = "".join(f"<i class='fa fa-{one}'></i>" for one in names)
    assert len(set(keys(icons))) == 10, "letters are an author's: a hole would ask for every icon there is"


def test_classes_keep_their_order() -> None:
    """`[class^="icon-"]` asks for it."""
    assert keys('<p class="b a  b c-12345" id=x>') == ["p #x .b .a .c-*"]


def test_an_attribute_without_a_name_is_still_one() -> None:
    assert keys("<p class=1234><p id=99><p class=''>") == ["p .", "p #", "p ."]


@pytest.mark.parametrize(
    ("name", "namespace", "kept"),
    [
        ("section", "html", "section"),
        ("my-card", "html", "my-card"),
        ("jane", "html", "unknown"),
        ("jane@example.com", "html", "unknown"),
        ("x-12345", "html", "unknown"),
        ("linearGradient", "svg", "svg|linearGradient"),
        ("jane doe", "svg", "svg|unknown"),
        ("mi", "math", "math|mi"),
    ],
)
def test_names_of_elements_are_those_of_languages(name: str, namespace: str, kept: str) -> None:
    assert element_name(name, namespace) == kept


def test_names_of_attributes_are_those_of_languages() -> None:
    kept = ["href", "data-theme", "aria-expanded", "x-on:click.prevent", "uk-grid", "viewBox", "xlink:href", "hx-get"]
    dropped = ["jane", 'jane"', "data-123456", "data-row-1a2b3c4d", "class", "id", "é", "user@example"]
    assert [one for one in kept if not is_attribute(one)] == []
    assert [one for one in dropped if is_attribute(one)] == []


@given(st.text(max_size=40), st.sampled_from([CLASS, ID]), st.sets(st.text(min_size=3, max_size=8)))
def test_a_hole_fits_what_it_stands_for(name: str, digits: int, private: set[str]) -> None:
    made = generalised(name, digits, private_words(private))
    assert made in ("", name) or fits("." + made.replace("*", HOLE), "." + name)
    assert re.fullmatch(r"[\w!-~]*", made)


@given(st.text(max_size=40), st.sampled_from([CLASS, ID]))
def test_what_is_general_stays_as_it_is(name: str, digits: int) -> None:
    made = generalised(name, digits)
    assert generalised(made, digits) == made
