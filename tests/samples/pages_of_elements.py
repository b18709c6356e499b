"""Pages for the tests of this folder, as hypothesis makes them."""

from hypothesis import strategies as st

# Words that no author writes, so that each can be looked for in a file.
DATA = st.integers(10**6, 10**9).map(lambda number: f"q{number}z")
CLASSES = st.sampled_from(
    ["btn", "btn-primary", "col-md-6", "nav", "mt-3", "md:w-1/2", "is-active", "row1", "text-gray-500", "größe"]
)
IDS = st.sampled_from(["main", "user-tools", "nav-sidebar", "content"])
NAMES = st.sampled_from(["div", "p", "section", "ul", "li", "a", "span", "my-card", "svg"])


@st.composite
def elements(draw: st.DrawFn, depth: int = 2) -> str:
    """Markup with data wherever data may stand: in text, comments, values, parts of ids and classes."""
    name = draw(NAMES)
    classes = draw(st.lists(CLASSES, max_size=3)) + draw(st.lists(DATA.map(lambda one: f"item-{one}"), max_size=1))
    parts = [f'class="{" ".join(classes)}"'] if classes else []
    if draw(st.booleans()):
        parts.append(f'id="{draw(IDS)}{draw(st.sampled_from(["", "-"]))}{draw(DATA) if draw(st.booleans()) else ""}"')
    attributes = st.sampled_from(["href", "title", "data-user", "style", "hidden"])
    parts += [f'{attribute}="{draw(DATA)}"' for attribute in draw(st.lists(attributes, max_size=2, unique=True))]
    below = draw(st.lists(elements(depth - 1), max_size=2)) if depth else []
    inside = f"{draw(DATA)}<!-- {draw(DATA)} -->".join(["", *below, ""])
    return f"<{' '.join([name, *parts])}>{inside}</{name}>"


PAGES = st.lists(elements(), min_size=1, max_size=2).map(
    lambda parts: f"<!doctype html><html lang=en><head><title>q1234567z</title></head><body>{''.join(parts)}</body></html>"
)
SETS = st.lists(st.tuples(st.sampled_from(["a.html", "b/c d.html", "é.html"]), PAGES), max_size=3)
