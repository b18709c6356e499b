"""What the scheduler is given of a page of templates: sources, holes, what must stay, and what may be done with each script.

    given(virtual_page, texts, files, styles, foot)   -> Page

What must stay true: an attribute may be added wherever a start tag is the author's own, since every page that has the script then
has the attribute. A script leaves its place only for another one on the same straight of the same template, and only where no
selector can notice, whatever arms are taken. What stands in a loop, in the body of a tag that is not known, in a filter or in a
cache stays: it may be there several times, elsewhere, or in the words of yesterday.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from assetforge import dialects
from assetforge.dialects import Dialect, Island, Masked, Mention
from assetforge.dialects.statement import Statement
from assetforge.formats.html import tokens as html
from assetforge.formats.html.outline import Loading, Outline
from assetforge.formats.js.record import Effects
from assetforge.pages.page import EVERYTHING, Doing, Page, Pin, Source
from assetforge.pages.script import structure
from assetforge.pages.script.kinds import RUNS, kind, source
from assetforge.pages.script.known import known as library
from assetforge.pages.script.running import author_words
from assetforge.pages.script.structure import Watch
from assetforge.pages.template import stand_ins
from assetforge.pages.template.composed import Placed
from assetforge.pages.template.foot import Arms, Foot
from assetforge.pages.template.sketch import Element, Sketch
from assetforge.pages.template.virtual import MASK, Virtual
from assetforge.reference import Reference
from assetforge.text import Span

_KEEP: frozenset[Doing] = frozenset({"keep"})
_IN_PLACE: frozenset[Doing] = EVERYTHING - {"move"}
# What says of a script whether and when it runs.
_KINDS = frozenset({"type", "language", "async", "defer", "nomodule", "for", "event", "blocking"})
# Elements whose handlers may run before the page is parsed.
_LOADS = frozenset({
    "img", "image", "iframe", "frame", "object", "embed", "video", "audio", "source", "track", "link", "script", "style", "svg",
    "input", "details", "use",
})  # fmt: skip
_EARLY = re.compile(r"on(?:error|load|toggle|focus|animation\w*|transition\w*|begin|end|repeat|message)\Z")
_STRINGS = re.compile(r"'[^'\\]*+'|\"[^\"\\]*+\"")
_CLOSING = frozenset({"else", "elif", "empty"})


@dataclass(frozen=True)
class Text:
    """One template. `targets`: the files that its references lead to, by their spans in `text`."""

    path: str
    text: str
    masked: Masked
    dialect: Dialect
    sketch: Sketch
    targets: Mapping[Span, str]

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        return dialects.statements(self.text, self.dialect, self.masked).statements

    @cached_property
    def arms(self) -> Arms:
        return Arms(self.statements)

    def named(self, element: Element) -> tuple[str, ...]:
        """The files that an element may load; none where not all of them are known."""
        if element.content not in ("known", "choice"):
            return ()
        found = [self.targets.get(span) for name in element.names if (span := _span_of(name))]
        known = tuple(dict.fromkeys(path for path in found if path))
        return known if all(found) and len(found) == len(element.names) else ()


Files = Callable[[str], Source | None]  # what is known of a script of the site, by its path
Styles = Callable[[str], tuple[Watch, ...] | None]  # what the selectors of a stylesheet notice, by its path


def given(page: Virtual, texts: Mapping[str, Text], files: Files, styles: Styles, foot: Foot | None) -> Page:
    """What the scheduler reads of a page. `foot`: where its scripts go."""
    reading = _Reading(page, texts, files, foot)
    found = reading.outline()
    holes = {*page.holes, *reading.unknown(), *_loose_attributes(page, texts), *_loose_handlers(found), *_loose_text(page, texts)}
    made = Page(
        name=page.page.template,
        text=page.text,
        outline=found,
        sources=dict(reading.sources()),
        files=reading.targets,
        watches=dict(reading.watches(styles)),
        holes=tuple(sorted(holes)),
        pins={index: pin for index in reading.scripts() if (pin := reading.pin(index))},
        bottom=page.at(foot.owner, foot.offset) if foot else None,
    )
    pins = {**_looked_for(made, page), **made.pins}
    allowed = {index: _KEEP if index in pins else reading.allowed(index, made) for index in reading.scripts()}
    return replace(made, pins=pins, allowed=allowed)


class _Reading:
    """Reads one page of templates. `targets`: by index, the file that an element loads."""

    def __init__(self, page: Virtual, texts: Mapping[str, Text], files: Files, foot: Foot | None) -> None:
        self.page, self.texts, self.files, self.foot = page, texts, files, foot
        self.loading = page.outline.loading
        self.choices = {index: self._choices(one.placed) for index, one in page.standings.items()}
        self.targets = {index: paths[0] for index, paths in self.choices.items() if len(paths) == 1}

    def _choices(self, placed: Placed) -> tuple[str, ...]:
        assert isinstance(placed.item, Element)
        return self.texts[placed.filled or placed.owner].named(placed.item)

    def scripts(self) -> Iterator[int]:
        return (index for index, one in enumerate(self.loading) if one.name == "script")

    def outline(self) -> Outline:
        """The outline with the URLs that tags write. Of an id that is there twice nobody knows where it will be first."""
        found = self.page.outline
        loading = tuple(self._addressed(index, one) for index, one in enumerate(found.loading))
        counts: dict[str, int] = {}
        for element in found.tree.elements:
            for value in {value for name, value in element.attributes if name in ("id", "name")}:
                counts[value] = counts.get(value, 0) + 1
        ids = {name: at if counts.get(name, 0) < 2 else len(self.page.text) for name, at in found.ids.items()}
        return found._replace(loading=loading, ids=ids)

    def _addressed(self, index: int, one: Loading) -> Loading:
        path = self.targets.get(index)
        if path is None or not MASK.search(source(one) or ""):
            return one
        attributes = ((name, "/" + path if name == "src" else value) for name, value in one.attributes)
        return one._replace(attributes=tuple(attributes))

    # -- what scripts do -----------------------------------------------------------------------------------------------------------

    def sources(self) -> Iterator[tuple[int, Source]]:
        for index in self.scripts():
            one = self.loading[index]
            if kind(one) not in RUNS:
                yield index, Source(self.page.page.template, None, 0, Effects())
            elif source(one) is not None:
                yield index, self._external(index) or Source(self._written(index, one))
            elif inline := self._inline(index):
                yield index, inline

    def _external(self, index: int) -> Source | None:
        known = [self.files(path) for path in self.choices.get(index, ())]
        found = [one for one in known if one is not None]
        if not known:
            return library(self.loading[index])
        if len(found) != len(known):
            return None
        first = found[0]
        if len(found) == 1:
            return first
        effects = stand_ins.either([one.effects for one in found])
        return first._replace(text=None, effects=effects, library=all(one.library for one in found))

    def _written(self, index: int, one: Loading) -> str:
        """The URL of a script as its template has it."""
        standing = self.page.standings.get(index)
        return (standing.element.loading if standing else one).attribute("src") or self.page.page.template

    def _inline(self, index: int) -> Source | None:
        standing = self.page.standings.get(index)
        if standing is None or not standing.whole:
            return None
        text = self.texts[standing.placed.owner]
        body = standing.element.loading.body
        islands = [_island(text, one, body) for one in text.masked.touched(body)] if body.start < body.end else []
        return Source(text.path, text.text, body.start, stand_ins.effects_of(text.text[body.start : body.end], islands))

    def watches(self, styles: Styles) -> Iterator[tuple[int, tuple[Watch, ...]]]:
        """What stylesheets notice; one that is missing notices everything."""
        for index, one in enumerate(self.loading):
            if one.name == "link" and index in self.targets and (known := styles(self.targets[index])) is not None:
                yield index, known
            elif one.name == "style" and not MASK.search(self.page.text, one.body.start, one.body.end):
                yield index, structure.watches(self.page.text[one.body.start : one.body.end])

    # -- what must stay ------------------------------------------------------------------------------------------------------------

    def pin(self, index: int) -> Pin | None:
        """Why a script stays where it is, as its templates have it."""
        if self.page.doubt:
            return Pin("template-hole", f"{self.page.page.template}: {self.page.doubt}")
        standing = self.page.standings.get(index)
        if standing is None:
            return Pin("template-hole", "which template writes it is not known")
        if self._is_conditional(index):
            better = "write the attributes out, or choose between two scripts"
            return Pin("conditional-attrs", "template syntax may write attributes of it", better)
        placed = standing.placed
        if owner := self.texts[placed.owner].masked.owner(placed.span.start):
            return Pin("template-tag", f"it belongs to {{% {owner} %}}")
        for step in placed.route:
            if why := _HOLDS.get(step.kind) or (_CACHED if step.kind == "scope" and step.name == "cache" else ""):
                return Pin("template-hole", why.format(name=step.name))
        return None if standing.whole else Pin("template-hole", "more than one template writes it")

    def unknown(self) -> Iterator[int]:
        """Scripts of which nobody can say whether and when they run: anything may stand there."""
        for index in self.scripts():
            one, standing = self.loading[index], self.page.standings.get(index)
            if standing is None or (self._is_conditional(index) and self._is_anything(one, standing.element, standing.whole)):
                yield one.span.start

    def _is_conditional(self, index: int) -> bool:
        """Does template syntax have a part in which attributes there are, or in what they make of the script?"""
        one, standing = self.loading[index], self.page.standings.get(index)
        if standing is None or standing.element.syntax == "names" or any(MASK.search(name) for name, _ in one.attributes):
            return True
        return any(name in _KINDS and MASK.search(value) for name, value in one.attributes)

    def _is_anything(self, one: Loading, element: Element, whole: bool) -> bool:
        """May it run at another time than its attributes say? Not where all that is chosen is, say, whether it has a nonce."""
        if not whole or any(name in _KINDS for name, _ in one.attributes):
            return True
        tag = element.loading.tag
        islands = self.texts[self._owner(one)].masked.touched(tag)
        token = html.Token("start", one.tag.start, one.tag.end, one.name, one.tag.start + 1 + len(one.name))
        return any(island.writes for island in _outside_values(self.page.text, token, tag.start, islands))

    def _owner(self, one: Loading) -> str:
        place = self.page.origin(one.span.start)
        assert place is not None
        return place.owner

    # -- what may be done ----------------------------------------------------------------------------------------------------------

    def allowed(self, index: int, made: Page) -> frozenset[Doing]:
        if "inject" in author_words(self.loading[index].attribute("data-assetforge")):
            return _KEEP
        return EVERYTHING if self._may_leave(index, made) else _IN_PLACE

    def _may_leave(self, index: int, made: Page) -> bool:
        """May it go to the foot of the page? Only on one straight, with nothing that means something else there."""
        standing, foot = self.page.standings.get(index), self.foot
        if standing is None or foot is None or standing.placed.owner != foot.owner or standing.placed.route:
            return False
        text, span = self.texts[foot.owner], standing.element.loading.span
        if span.end > foot.offset or text.masked.raw_at(span.start) or text.masked.raw_at(foot.offset):
            return False
        own = {name.island for name in standing.element.names if isinstance(name, Mention) and standing.element.content == "known"}
        if any(island.span not in own for island in text.masked.touched(span)):
            return False
        return not self._is_noticed(index, made)

    def _is_noticed(self, index: int, made: Page) -> bool:
        """Might a selector count the elements beside it, or at the end of the body? Which of these are there is not known, so what
        may match one of them does."""
        watched = _watched(made)
        elements, number = self.page.outline.tree.elements, self.loading[index].number
        if not watched or number < 0:
            return bool(watched)
        parent = elements[number].parent
        body = next((number for number, one in enumerate(elements) if one.name == "body" and one.parent == 0), -1)
        near = {body} if elements[parent].name == "head" else {body, parent}
        if any(self._has_hole_in(number) for number in near):
            return True
        subjects = [one for one in elements if one.parent in near] + [elements[parent]]
        return any(_may_be(one.attributes, one.name, watch) for one in subjects for watch in watched)

    def _has_hole_in(self, number: int) -> bool:
        """Is there a hole anywhere in an element?"""
        elements = self.page.outline.tree.elements
        tag = elements[number].tag if number >= 0 else Span(-1, -1)
        if tag.start < 0:
            return bool(self.page.holes)
        after = (one.tag.start for one in elements[number + 1 :] if one.parent < number and one.tag.start >= 0)
        end = next(after, len(self.page.text))
        return any(tag.end <= at < end for at in self.page.holes)


_CACHED = "it stands in a part of the page that is cached, where an older one may come from"
_HOLDS = {
    "for": "it stands in a loop, so it may be there several times",
    "filter": "a filter changes the text that it stands in",
    "tag": "it belongs to {{% {name} %}}, which is not known",
}


def _span_of(name: Reference | Mention) -> Span | None:
    reference = name.reference if isinstance(name, Mention) else name
    return reference.span if reference else None


def _outside_values(text: str, token: html.Token, start: int, islands: Sequence[Island]) -> Iterator[Island]:
    """The islands of a start tag that stand in no value. `start`: of the tag, as their offsets have it."""
    values = [(one.start, one.end) for one in html.attributes(text, token) if one.start >= 0]
    for island in islands:
        at = island.span.start - start + token.start
        if not any(first <= at < last for first, last in values):
            yield island


def _island(text: Text, one: Island, body: Span) -> stand_ins.Island:
    """Template syntax in a script, and what it may leave there."""
    start, end = max(one.span.start, body.start) - body.start, min(one.span.end, body.end) - body.start
    return stand_ins.Island(start, end, _what(text, one))


def _what(text: Text, one: Island) -> str:
    if one.kind == "comment":
        return "nothing"
    for statement in text.statements:
        if statement.span.start < one.span.end and one.span.start < statement.span.end:
            harmless = statement.why == "safe" and "tojson" in text.text[one.span.start : one.span.end]
            if not harmless:
                return "unknown"
    if one.kind == "expression":
        return "value"
    if one.name.startswith("end") or one.name in _CLOSING:
        return "unknown"
    return "text" if one.writes else "nothing"


# -- what else may come in ---------------------------------------------------------------------------------------------------


def _loose_attributes(page: Virtual, texts: Mapping[str, Text]) -> Iterator[int]:
    """Tags of elements that load something, into which template syntax may write attributes, handlers perhaps."""
    if not MASK.search(page.text):
        return
    for token in html.tokens(page.text):
        if token.kind != "start" or token.name not in _LOADS or not MASK.search(page.text, token.name_end, token.end):
            continue
        if any(MASK.search(one.name) for one in html.attributes(page.text, token)):
            place, span = page.origin(token.start), page.in_template(Span(token.start, token.end))
            islands = texts[place.owner].masked.touched(span) if place and span else ()
            start = span.start if span else 0
            if not islands or any(one.writes for one in _outside_values(page.text, token, start, islands)):
                yield token.start


def _loose_handlers(found: Outline) -> Iterator[int]:
    """Handlers that may run early, of which template syntax writes more than the text of strings."""
    for one in found.handlers:
        if _EARLY.match(one.attribute) and MASK.search(_STRINGS.sub("", one.code)) and one.element != "body":
            yield one.at


def _loose_text(page: Virtual, texts: Mapping[str, Text]) -> Iterator[int]:
    """Expressions between tags that Jinja may write as they are: it escapes only where it is told to. Flask tells it so for pages
    by their suffix; where nobody does (generators of documents), what is named for markup holds it."""
    for one in page.stretches:
        text = texts[one.owner]
        if text.dialect.name != "jinja":
            continue
        escaped = text.path.lower().endswith(_ESCAPED)
        for island in text.masked.touched(one.span):
            at = one.at + island.span.start - one.span.start
            loose = island.kind == "expression" and (not escaped or _MARKUP.search(text.text, *island.span))
            if loose and at >= one.at and page.text[at] == " ":
                yield at


_ESCAPED = (".html", ".htm", ".xml", ".xhtml")  # flask.Flask.select_jinja_autoescape
_MARKUP = re.compile(r"\b(?:body|content|contents|html|markup|rendered|output)\s*(?:\||-?\}|\Z)", re.IGNORECASE)


def _looked_for(made: Page, page: Virtual) -> dict[int, Pin]:
    """Scripts that look for elements whose names nobody knows, or which are not always there."""
    pins: dict[int, Pin] = {}
    computed = list(_computed_ids(page))
    makers = _sure_makers(made, page)
    for index, known in made.sources.items():
        at = made.outline.loading[index].span.start
        later = [pattern for place, pattern in computed if place > at]
        asked = [act.detail[3:] for act in known.effects.acts if act.what == "dom-read" and act.detail.startswith("id:")]
        free = {name for name in known.effects.reads | known.effects.guards if makers.get(name, at + 1) > at}
        named = {name for name in free if made.outline.ids.get(name, -1) > at}
        named |= {name for name in free if any(one.pattern.strip(".*") and one.fullmatch(name) for one in later)}
        if name := next((name for name in asked if any(one.fullmatch(name) for one in later)), ""):
            why = f"it looks for #{name}, and a template computes the id of an element behind it"
            pins[index] = Pin("dom-position", why, "run it when the document is ready (DOMContentLoaded)")
        elif named:
            why = f"it reads the global {min(named)}, which may be the element #{min(named)} once that is parsed"
            pins[index] = Pin("named-access", why, f"declare it (var {min(named)}), or rename the element")
    return pins


def _computed_ids(page: Virtual) -> Iterator[tuple[int, re.Pattern[str]]]:
    """Ids that template syntax has a part in: where, and what they may be."""
    for element in page.outline.tree.elements:
        for name, value in element.attributes:
            if name in ("id", "name") and MASK.search(value):
                literal = [re.escape(part) for part in re.split(f"(?:{MASK.pattern})+", value)]
                yield element.tag.start, re.compile(".*".join(literal), re.DOTALL)


def _sure_makers(made: Page, page: Virtual) -> dict[str, int]:
    """The globals that scripts define which are on every page, and where the first of these stands."""
    found: dict[str, int] = {}
    for index, known in sorted(made.sources.items()):
        one, standing = made.outline.loading[index], page.standings.get(index)
        if kind(one) == "sync" and standing and not standing.placed.conditions and not known.effects.opaque:
            for name in known.effects.defines | known.effects.lexical:
                found.setdefault(name, one.span.start)
    return found


# -- what selectors notice ---------------------------------------------------------------------------------------------------


def _watched(made: Page) -> tuple[Watch, ...]:
    found: dict[Watch, None] = {}
    for index, one in enumerate(made.outline.loading):
        if one.name != "script" and one.inert != "template":
            found.update(dict.fromkeys(made.watches.get(index, (structure.EVERYTHING,))))
    return tuple(found)


_UNSEEN = frozenset({"link", "meta", "script", "style", "template", "title"})


def _may_be(attributes: Sequence[tuple[str, str]], name: str, watch: Watch) -> bool:
    """May the element be the subject of a selector? What stands left of it in the selector counts as fulfilled."""
    wanted = watch.chain[-1]
    if name in _UNSEEN or (wanted.name and wanted.name != name):
        return False
    own = dict(attributes)
    if any(MASK.search(key) for key in own) or MASK.search(own.get("class", "")) or MASK.search(own.get("id", "")):
        return True
    classes = {one.lower() for one in own.get("class", "").split()}
    return {one.lower() for one in wanted.classes} <= classes and (not wanted.id or own.get("id", "").lower() == wanted.id.lower())
