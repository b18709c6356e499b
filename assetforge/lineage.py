"""What `explain` tells of a template: what it extends, what a page of it loads and runs, under which conditions, who else has it.

    Page: base.html › home.html
      base.html:4:1   link    css/app.css
      home.html:3:5   script  js/home.js   in block scripts, if user.is_staff

What must stay true: it says what `composition` found and decides nothing; places are those of the authors' files, which are read
once each.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from assetforge.build import Analysis
from assetforge.dialects import Mention
from assetforge.pages.template.composed import Composition, Hole, Page, Placed, Role, Step
from assetforge.pages.template.sketch import DocumentTag, Element
from assetforge.sources import decode, read
from assetforge.text import Lines, Span

Row = tuple[str, ...]
_ROLES: dict[Role, str] = {
    "page": "a page",
    "layout": "a layout: a whole page that others extend",
    "part": "a part of other templates",
    "fragment": "a fragment: no page of its own, and no other template has it",
}
_HOLES: dict[str, str] = {
    "tag": "a tag that may write anything",
    "safe": "is written as it is",
    "media": "the stylesheets and scripts of a form",
    "form": "a form or a field, whose widgets may hold scripts",
    "call": "a call of what is no macro",
    "include": "which template is not known",
    "extends": "which layout is not known: every page is a candidate",
    "template": "cannot be read with certainty",
    "recursion": "holds itself: shown once",
    "raw": "elements inside of a tag or of a script's text",
    "bulk": "more is not followed",
}
_DOCUMENT = (("head", False), ("head", True), ("body", False), ("body", True))
_LONG = 60  # characters of a condition or an expression that are shown


class Section(NamedTuple):
    """A title and rows of one width."""

    title: str
    rows: tuple[Row, ...]


class Lineage:
    """The sections of one template. Raises `SourceChanged` and OSError as it reads files."""

    def __init__(self, path: str, composed: Composition, analysis: Analysis) -> None:
        self._path, self._composed, self._analysis = path, composed, analysis
        self._lines: dict[str, Lines] = {}
        self._targets: dict[str, dict[Span, str]] = {}

    @property
    def known(self) -> bool:
        """Is it a template in a language that can be put together?"""
        return self._path in self._composed.roles

    @property
    def role(self) -> str:
        """What the template is, in a few words."""
        return _ROLES[self._composed.roles[self._path]]

    def sections(self) -> Iterator[Section]:
        """What is told, in order; sections without rows are titles alone."""
        for page in self._composed.of(self._path):  # one for each layout that may be meant
            yield from self._page(page)
        for title, relation in (("Extended by", self._composed.extended), ("Included by", self._composed.included)):
            if paths := relation.get(self._path, ()):
                yield Section(f"{title} {_counted(len(paths))}", tuple((path,) for path in paths))
        family = {page.template for page in self._composed.family(self._path)} - {self._path}
        if family:
            yield Section(f"Has a part in {_counted(len(family))} that {'is' if len(family) == 1 else 'are'} rendered", ())

    def _page(self, page: Page) -> Iterator[Section]:
        yield Section(_title(page), tuple(self._chosen(page)))
        tags = [page.tags(name, end=end)[:1] for name, end in _DOCUMENT]
        if any(tags):
            yield Section("Document", tuple((self._place(one[0]), _tag(one[0])) for one in tags if one))
        if page.stylesheets:
            yield Section("Stylesheets, in the order of the cascade", tuple(map(self._element, page.stylesheets)))
        if page.scripts:
            yield Section("Scripts, in document order", tuple(map(self._element, page.scripts)))
        if page.holes:
            yield Section("May write more", tuple(self._hole(one) for one in page.holes))
        if page.notes:
            notes = ((f"{one.owner}:{self._at(one.owner, one.span)}", f"note[{one.code}]", one.message) for one in page.notes)
            yield Section("Not known", tuple(notes))

    def _chosen(self, page: Page) -> Iterator[Row]:
        for expression, path in page.choices:
            yield f"with {_shortened(expression)}", path or ("none" if page.layout else "one that is not known")

    # -- rows --------------------------------------------------------------------------------------------------------------------

    def _element(self, one: Placed) -> Row:
        element = one.item
        assert isinstance(element, Element)
        kind: list[str] = [element.loading.name]
        kind += [name for name in ("type", "async", "defer", "nomodule") if self._says(element, name)]
        return self._place(one), " ".join(kind), self._named(one, element), self._standing(one)

    def _says(self, element: Element, name: str) -> bool:
        value = element.loading.attribute(name)
        return value is not None and (name != "type" or value.strip().lower() == "module")

    def _named(self, one: Placed, element: Element) -> str:
        """What an element loads, or how long its text is."""
        url = element.loading.attribute("src" if element.loading.name == "script" else "href")
        if url is None or element.loading.name == "style":
            size = element.loading.body.end - element.loading.body.start
            return f"inline, {size:,} characters" + ("" if element.content == "known" else ", parts of them computed")
        targets = self._targets_of(one.filled or one.owner)
        found = []
        for name in element.names:
            reference = name.reference if isinstance(name, Mention) else name
            if reference is not None:
                found.append(targets.get(reference.span, reference.url))
        if found and element.content in ("known", "choice"):
            return " or ".join(dict.fromkeys(found))
        return f"{_shortened(url)} (computed)"

    def _hole(self, one: Placed) -> Row:
        hole = one.item
        assert isinstance(hole, Hole)
        said = f"{{% {hole.name} %}}" if hole.why == "tag" else hole.text or hole.name
        return self._place(one), _shortened(said), _HOLES[hole.why], self._standing(one)

    def _standing(self, one: Placed) -> str:
        """Where a part stands, from the outside in: blocks, includes, conditions."""
        said: list[str] = []
        for step in one.route:
            if (words := self._said(step)) and words not in said[-1:]:
                said.append(words)
        if one.filled:
            said.append(f"a block of {one.filled}")
        if one.inert:
            said.append(f"in <{one.inert}>")
        return ", ".join(said)

    def _said(self, step: Step) -> str:
        if step.kind == "if":
            return f"if {_shortened(step.text)}" if step.text else f"else ({self._at(step.owner, step.span)})"
        if step.kind == "for":
            return f"for {_shortened(step.text)}" if not step.arm else "for nothing"
        if step.kind == "scope":
            return "cached" if step.name == "cache" else ""
        return _STEPS.get(step.kind, "").format(name=step.name)

    # -- places ------------------------------------------------------------------------------------------------------------------

    def _place(self, one: Placed) -> str:
        return f"{one.owner}:{self._at(one.owner, one.span)}"

    def _at(self, path: str, span: Span) -> str:
        line, column = self._lines_of(path).place(span.start)
        return f"{line}:{column}"

    def _lines_of(self, path: str) -> Lines:
        if path not in self._lines:
            source = self._analysis.graph.assets[path].source
            self._lines[path] = Lines.of(decode(read(source.file, source.digest)).text)
        return self._lines[path]

    def _targets_of(self, path: str) -> dict[Span, str]:
        """What the references of a template lead to, by their spans in the author's text."""
        if path not in self._targets:
            origins = self._analysis.graph.assets[path].prepared.origins
            links = self._analysis.graph.links(path)
            spans: Iterable[Span] = origins or [link.reference.span for link in links]
            self._targets[path] = {span: link.target for span, link in zip(spans, links, strict=False) if link.target}
        return self._targets[path]


_STEPS = {
    "block": "block {name}", "super": "super", "self": "block {name} again", "include": "include {name}", "macro": "macro {name}",
    "caller": "caller", "filter": "filtered", "tag": "{{% {name} %}}",
}  # fmt: skip


def _title(page: Page) -> str:
    if page.role in ("part", "fragment"):
        return "By itself: " + " › ".join(page.chain)
    return ("Page: " if page.layout else "Page, its layout not known: ") + " › ".join(page.chain)


def _tag(one: Placed) -> str:
    assert isinstance(one.item, DocumentTag)
    return f"</{one.item.name}>" if one.item.end else f"<{one.item.name}>"


def _counted(number: int) -> str:
    return f"{number:,} template{'' if number == 1 else 's'}"


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"
