"""Decides about the stylesheets of one page of templates, as if its templates were its own.

A page of templates is many pages: an `if` may go either way, a loop may run often, and what forms and tags write nobody knows. What
must stay true: the critical CSS holds for each of them. So it is asked of shapes with holes, made from the templates' text, and of
samples of pages that were rendered, where there are some; rules of a stylesheet that stands under a condition stand under it too.

Samples say besides what an unknown part of a page writes: where none of them has a script or a stylesheet that the templates do not
show, there is none.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby
from typing import NamedTuple

from assetforge.pages.match.shapes import HOLE, Node, Shape, template_shape
from assetforge.pages.page import Page
from assetforge.pages.plan import Critical, ScriptPlan, SheetDecision, StylesheetPlan
from assetforge.pages.planner import Indexed, _changes, _critical, _indexed, _matched, _Seen, _sheet_words
from assetforge.pages.style import selecting, stylesheets
from assetforge.pages.style.applying import Styled, styled
from assetforge.pages.style.cascade import Cascade, Find, cascade
from assetforge.pages.style.critical import Options, TooLarge, apart, choose, placed
from assetforge.pages.style.hindrances import Hindrance
from assetforge.pages.style.sheet import Sheet
from assetforge.pages.style.stylesheets import Delivery, Styling
from assetforge.pages.task import Settings, SheetFile
from assetforge.pages.template.composed import Hole, Route
from assetforge.pages.template.mirror import SAMPLES, Arms, Part, Source, Tags, Unmirrored, conditions, under
from assetforge.pages.template.virtual import Virtual
from assetforge.text import Cut, Piece, Syntax

# A condition that means the same in another block: names, attributes, comparisons and literals.
_SIMPLE = re.compile(r"""(?:[\w.]+|"[^"\\]*"|'[^'\\]*'|==|!=|<=|>=|<|>|\s)*""")
_NAMES = re.compile(r"(?<![\w.\"'])[A-Za-z_]\w*")
_WORDS = frozenset({"and", "or", "not", "in", "is", "none", "true", "false", "None", "True", "False", "defined", "undefined"})
_BINDS = re.compile(r"\b(?:as|set)\s+(\w+)")
_WRITES = frozenset({"script", "style", "link"})


class Facts(NamedTuple):
    """A page of templates. `known`: its stylesheets by index in the outline; `unread`: indexes of links that are known to style
    nothing; `samples`: shapes of rendered pages. `sources`: the templates that it uses, by path."""

    virtual: Virtual
    page: Page
    when: ScriptPlan | None
    known: Mapping[int, Indexed]
    unread: frozenset[int]
    samples: tuple[Shape, ...]
    sources: Mapping[str, Source]


def decided(facts: Facts, files: Mapping[str, SheetFile], settings: Settings) -> StylesheetPlan:
    """The plan for the stylesheets of a page of templates. `files`: stylesheets that may be imported, by path."""
    try:
        return _told(facts, _decided(facts, files, settings))
    except Unmirrored as why:
        return left(facts, Hindrance("template", str(why)))


def left(facts: Facts, why: Hindrance) -> StylesheetPlan:
    """The plan in which everything stays."""
    return _told(facts, stylesheets.left(facts.page, {index: one.sheet for index, one in facts.known.items()}, why))


def _decided(facts: Facts, files: Mapping[str, SheetFile], settings: Settings) -> StylesheetPlan:
    if facts.virtual.doubt:
        raise Unmirrored(facts.virtual.doubt)
    stock = {id(one.sheet): one for one in facts.known.values()}

    def find(path: str) -> Sheet | None:
        if path not in files:
            return None
        one = _indexed(files[path])
        stock[id(one.sheet)] = one
        return one.sheet

    sheets = {index: one.sheet for index, one in facts.known.items()}
    seen = _seen(facts)
    asking = _Asking(facts, sheets, seen, stock, find)
    chosen = settings.stylesheets
    styling = Styling(
        sheets=sheets,
        critical=asking.critical,
        unknown={index: _why_unknown(facts, index) for index, one in enumerate(facts.page.outline.loading)
                 if one.name == "link" and index not in facts.known},
        empty=facts.unread,
        find=find,
    )  # fmt: skip
    delivery = Delivery(policy=chosen.delivery, budget=chosen.budget, words=partial(_sheet_words, chosen))
    tree = facts.page.outline.tree
    used = selecting.used((*tree.elements, *tree.unscripted))
    plan = stylesheets.decide(facts.page, _heard(facts), styling, delivery, Options(used=used))
    return _without_swaps(facts, plan)


def _without_swaps(facts: Facts, plan: StylesheetPlan) -> StylesheetPlan:
    """What a script would have to load stays: it would load it on every page of the layout."""
    swapped = next((one for one in plan.decisions if one.verb == "swap"), None)
    return left(facts, Hindrance(swapped.reason, swapped.detail, swapped.better)) if swapped else plan


def _why_unknown(facts: Facts, index: int) -> str:
    standing = facts.virtual.standings.get(index)
    content = standing.element.content if standing else "computed"
    return "its URL is computed when the page is rendered" if content != "known" else "its bytes are not known"


# -- what may be in the page -----------------------------------------------------------------------------------------------------


def _seen(facts: Facts) -> _Seen:
    """What selectors are asked about."""
    page = facts.page
    near = selecting.above_fold(page.text, page.outline.tree)
    own = tuple(template_shape(elements, quirks=page.outline.tree.quirks)
                for elements in (page.outline.tree.elements, page.outline.tree.unscripted) if elements)  # fmt: skip
    above = (template_shape(near.elements, quirks=near.quirks),) if near and not facts.samples else ()
    return _Seen((*facts.samples, *own), above, _changes(page, facts.when))


def _heard(facts: Facts) -> ScriptPlan | None:
    """What scripts need, without unknown parts of the page that were seen to write none."""
    when = facts.when
    if when is None or all(one.element >= 0 for one in when.needs) or not _is_quiet(facts):
        return when
    return when._replace(needs=tuple(one for one in when.needs if one.element >= 0))


def _is_quiet(facts: Facts) -> bool:
    """Do the unknown parts of the body write neither scripts nor stylesheets, as far as samples tell?"""
    if not facts.samples or any(isinstance(one.item, Hole) and one.item.why == "media" for one in facts.virtual.page.holes):
        return False
    elements = facts.page.outline.tree.elements
    body = next((one for one in elements if one.name == "body" and one.parent == 0), None)
    if body is None or body.tag.end < 0 or any(at < body.tag.end for at in facts.virtual.holes):
        return False
    known = {_kind(one.name, one.attributes) for one in elements}
    return all(_kind(one.name, one.attributes) in known for shape in facts.samples for one in shape.nodes if _runs(one))


def _kind(name: str, attributes: Iterable[tuple[str, str]]) -> tuple[str, frozenset[str]]:
    """What tells apart elements that run or style something: of others their handlers."""
    kept = (one for one, _ in attributes if HOLE not in one and (name in _WRITES or one.startswith("on")))
    return name, frozenset(kept)


def _runs(one: Node) -> bool:
    return one.name in _WRITES or any(name.startswith("on") for name, _ in one.attributes)


# -- the critical CSS ------------------------------------------------------------------------------------------------------------


class _Asking(NamedTuple):
    """The critical CSS of one page, for `Styling`."""

    facts: Facts
    sheets: Mapping[int, Sheet]
    seen: _Seen
    stock: Mapping[int, Indexed]
    find: Find

    def critical(self, whole: Cascade, options: Options) -> Critical | TooLarge:
        """Raises `Unmirrored`."""
        facts = self.facts
        taking_part = list(_taking_part(facts, self.sheets))
        under_arms = [_arms(facts, one.index) for one in taking_part]
        if facts.virtual.holes and not facts.samples:  # anything may be there
            names = {one.sheet.name for one in whole.applied}
            options = options._replace(whole=options.whole | (names - options.none))
        stock = tuple(self.stock[id(one.sheet)] for one in whole.applied)
        if not any(under_arms):
            return placed_or_not(_critical(self.seen, stock, whole, options))
        if whole.layers:
            raise Unmirrored("cascade layers of a stylesheet under a condition cannot be ordered before")
        matched = _matched(self.seen, stock)
        chosen, found = choose(whole, lambda one: matched[id(one)], options)
        if isinstance(found, TooLarge):
            return found
        counts = [len(cascade([(self.sheets[one.index], one.media)], self.find).applied) for one in taking_part]
        groups = [(arms, sum(count for _, count in group)) for arms, group in
                  groupby(zip(under_arms, counts, strict=True), key=lambda pair: pair[0])]  # fmt: skip
        tags = Tags(facts.sources[facts.virtual.page.template].dialect)
        parts = apart(chosen, options, (count for _, count in groups))
        css: list[Part] = []
        for (arms, _), pieces in zip(groups, parts, strict=True):
            css += under(tags, arms, pieces) if pieces else ()
        return placed_or_not(found._replace(pieces=tuple(one for one in css if not isinstance(one, Cut))))


def placed_or_not(found: Critical | TooLarge) -> Critical | TooLarge:
    """Where the page will answer is not known."""
    return found if isinstance(found, TooLarge) else placed(found, None)


def _taking_part(facts: Facts, sheets: Mapping[int, Sheet]) -> Iterator[Styled]:
    """The stylesheets that `stylesheets.decide` asks about, in its order. Raises `Unmirrored`."""
    every = styled(facts.page.outline.loading, sheets)
    first = next((one.index for one in every if one.role == "blocking"), 0)
    for one in every:
        if one.index < first or one.role in ("inert", "body"):
            continue
        standing = facts.virtual.standings.get(one.index)
        if not one.is_link and (standing is None or standing.element.content != "known"):
            raise Unmirrored("a part of a <style> is computed when the page is rendered")
        if one.role != "silent" and one.index in sheets:
            yield one


def _arms(facts: Facts, index: int) -> tuple[Arms, ...]:
    """The conditions that a stylesheet stands under. Raises `Unmirrored`."""
    standing = facts.virtual.standings.get(index)
    if standing is None:
        raise Unmirrored("one of its stylesheets is not known")
    found = []
    for step in standing.placed.route:
        if step.kind == "if":
            arms = conditions(facts.sources[step.owner], step.span, step.arm)
            for said in arms.conditions:
                if _SIMPLE.fullmatch(said) is None or set(_NAMES.findall(said)) - _WORDS & _bound(facts, standing.placed.route):
                    raise Unmirrored(f"a stylesheet stands under the condition {said}, which may mean something else elsewhere")
            found.append(arms)
    return tuple(found)


def _bound(facts: Facts, route: Route) -> set[str]:
    """Names that tags within blocks of these templates bind."""
    found: set[str] = set()
    for path in {step.owner for step in route}:
        source = facts.sources[path]
        blocks = [one.body for one in source.statements if one.kind in ("block", "scope", "for")]
        for island in source.masked.islands:
            if island.kind == "tag" and any(body.start <= island.span.start < body.end for body in blocks):
                found.update(_BINDS.findall(source.text, *island.span))
    return found


# -- telling ---------------------------------------------------------------------------------------------------------------------


def _told(facts: Facts, plan: StylesheetPlan) -> StylesheetPlan:
    """`plan` with URLs as their authors wrote them, and with a word about samples where those would help."""
    written = {}
    for index, standing in facts.virtual.standings.items():
        name = "src" if standing.element.loading.name == "script" else "href"
        masked, said = facts.page.outline.loading[index].attribute(name), standing.element.loading.attribute(name)
        if masked and said and masked != said:
            written[masked] = said
    decisions = tuple(_better(one._replace(detail=_replaced(one.detail, written)), facts) for one in plan.decisions)
    return plan._replace(decisions=decisions, reason=_replaced(plan.reason, written))


def _better(one: SheetDecision, facts: Facts) -> SheetDecision:
    if facts.samples or one.verb != "keep":
        return one
    unseen = one.reason == "budget" or "a part of the template that is not known" in one.detail
    return one._replace(better=SAMPLES) if unseen else one


def _replaced(text: str, written: Mapping[str, str]) -> str:
    for masked, said in written.items():
        text = text.replace(masked, said)
    return text


def style_element(facts: Facts, found: Critical, nonce: str) -> tuple[Piece, ...]:
    """The critical CSS as an element, escaped for HTML; nothing where there is none. `nonce`: as the configuration says it; else as
    the author does."""
    if not found.pieces:
        return ()
    said = nonce or next((value for one in facts.virtual.standings.values()
                          if (value := one.element.loading.attribute("nonce"))), "")  # fmt: skip
    quote = "'" if '"' in said else '"'
    opening = Syntax(f"<style nonce={quote}{said}{quote}>") if said else Syntax("<style>")
    return (opening, *map(_for_html, found.pieces), Syntax("</style>"))


def _for_html(piece: Piece) -> Piece:
    return piece if isinstance(piece, Syntax) or not isinstance(piece, str) else piece.replace("</", "<\\/")
