"""What a page is once its templates are put together: values, in the order in which the rendered page would have them.

What must stay true: every part names the template that owns its text and the span in it, so an edit can be made there; its route
says through which blocks, includes and macros it got there and under which conditions. Nothing here holds a text.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from assetforge.pages.template.sketch import Context, DocumentTag, Element, Handler
from assetforge.text import Span

StepKind = Literal[
    "block",  # a block where the page has it; `owner` is the template around it
    "fill",  # the template that fills this block, where it is another
    "super", "self",  # the same block further out, another block once more
    "include", "call", "macro", "caller",
    "if", "for", "scope", "filter",  # as in `Statement`
    "tag",  # the body of a tag which nobody here knows
]  # fmt: skip
Why = Literal[
    "tag",  # a tag that nobody here knows
    "safe", "media", "form",  # an expression that is not escaped, a form's media, a form or a field
    "call",  # a function that is no macro
    "include",  # a template that cannot be told, or is in none of the folders
    "extends",  # the layout cannot be told: what stands around the blocks is not known
    "template",  # a template that cannot be read with certainty
    "recursion",  # a template or a macro that is in itself, or is nested too deep: its parts are shown once
    "raw",  # elements in the text of a script, in a tag: where the text ends is not known
    "bulk",  # more parts than are followed
]  # fmt: skip
Role = Literal[
    "page",  # a whole document that no other template extends
    "layout",  # a whole document that others extend; it may be rendered itself
    "part",  # included, imported or extended by others, and no document of its own
    "fragment",  # no document, and no other template has it: what a script fetches, a mail, the answer to a form
]
CONDITIONS = frozenset({"if", "for"})


class Step(NamedTuple):
    """One construct that a part stands in. `owner`: the path of the template whose text it is in, `span`: of its tag; the arms of
    one `if` have the span of its first tag and differ in `arm`. `name`: of the block, macro or tag, the path of an included
    template. `text`: the condition or the expression as written. `arms`: how many alternatives an include has."""

    kind: StepKind
    owner: str
    span: Span
    name: str = ""
    text: str = ""
    arm: int = 0
    arms: int = 1


Route = tuple[Step, ...]


class Hole(NamedTuple):
    """A place that may write elements or handlers which nobody knows."""

    why: Why
    span: Span
    name: str = ""
    text: str = ""


class Placed(NamedTuple):
    """One part of a page. `owner`: the path of the template whose text holds it. `inert`: the `noscript` or `template` it stands
    in. `filled`: a template whose block writes a part of the element; then an element's names are in that one's text."""

    item: Element | DocumentTag | Handler | Hole
    owner: str
    route: Route = ()
    inert: Context = ""
    filled: str = ""

    @property
    def blocks(self) -> tuple[str, ...]:
        """The names of the blocks it stands in, outermost first."""
        return tuple(step.name for step in self.route if step.kind == "block")

    @property
    def conditions(self) -> Route:
        """The conditions and loops it stands under, and the tags whose body it is in."""
        return tuple(step for step in self.route if step.kind in CONDITIONS or step.kind == "tag" or step.arms > 1)

    @property
    def span(self) -> Span:
        return self.item.loading.span if isinstance(self.item, Element) else self.item.span


class Run(NamedTuple):
    """A straight piece of the text of the template `owner`: the page has it as one, at the end of `route`. The end of the last one
    of a template may lie behind its text."""

    owner: str
    span: Span
    route: Route = ()


class Note(NamedTuple):
    """Something a person should know of a page, at a span of the template `owner`."""

    owner: str
    span: Span
    code: Literal["dynamic-template", "missing-template", "template-cycle", "template-syntax", "template-bulk"]
    message: str


class Page(NamedTuple):
    """What is rendered for `template` (a path). A template whose parent is one of several has a page for each: `choices` says which
    it was (the expression, the path of the parent), from the template up. `chain`: paths, outermost first, the template last.
    `layout`: is the outermost template known? `open`: it is not, and may be any, since its name is computed.
    `uses`: the paths of
    all templates that have a part in it. `runs`: the texts that the page is made of, in its order, where they are asked for."""

    template: str
    name: str
    role: Role
    chain: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    layout: bool
    open: bool
    parts: tuple[Placed, ...]
    uses: frozenset[str]
    notes: tuple[Note, ...] = ()
    runs: tuple[Run, ...] = ()

    @property
    def scripts(self) -> tuple[Placed, ...]:
        """In document order, inert ones too."""
        return tuple(self._elements(("script",)))

    @property
    def stylesheets(self) -> tuple[Placed, ...]:
        """`<link>` and `<style>`, in the order in which the cascade has them."""
        return tuple(self._elements(("link", "style")))

    @property
    def holes(self) -> tuple[Placed, ...]:
        return tuple(one for one in self.parts if isinstance(one.item, Hole))

    def tags(self, name: str, *, end: bool = False) -> tuple[Placed, ...]:
        """The tags `<name>` or `</name>` that the templates spell out."""
        return tuple(one for one in self.parts if isinstance(one.item, DocumentTag) and one.item[::2] == (name, end))

    def _elements(self, names: tuple[str, ...]) -> Iterator[Placed]:
        return (one for one in self.parts if isinstance(one.item, Element) and one.item.loading.name in names)


class Composition(NamedTuple):
    """All pages, by template and then by choice. `extended`, `included`: path of a template → the paths that extend it, or that
    include it or import from it; each sorted. `users`: path of a template → the numbers of the pages that it has a part in."""

    pages: tuple[Page, ...]
    roles: dict[str, Role]
    extended: dict[str, tuple[str, ...]]
    included: dict[str, tuple[str, ...]]
    users: dict[str, tuple[int, ...]]

    def of(self, template: str) -> tuple[Page, ...]:
        """The pages of one template."""
        numbers = self.users.get(template, ())
        return tuple(self.pages[number] for number in numbers if self.pages[number].template == template)

    def family(self, template: str) -> tuple[Page, ...]:
        """The pages that a template has a part in: what an edit of it must hold for. Those whose layout is computed are of every
        family that has a layout."""
        numbers = set(self.users.get(template, ()))
        if self.roles.get(template) in ("page", "layout"):
            numbers |= {number for number, page in enumerate(self.pages) if page.open}
        return tuple(self.pages[number] for number in sorted(numbers))
