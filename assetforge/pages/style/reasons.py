"""Why each rule of a page's stylesheets is in its critical CSS or not, for people who ask."""

from collections.abc import Iterator
from typing import NamedTuple

from assetforge.formats.css.media import listed
from assetforge.formats.css.rules import declarations
from assetforge.pages.style.cascade import Cascade
from assetforge.pages.style.critical import DEFAULT, Chosen, Matches, Options, choose
from assetforge.pages.style.sheet import Node, Sheet

_ASKED = {"family": "a font list", "word": "an animation or a list style", "dashed": "a value"}


class Reason(NamedTuple):
    """`sheet`: its name. `rule`: its selectors, or the at-rule without its block, with the groups around it before it, from
    outside. `taken`: is it in? `why`: a sentence."""

    sheet: str
    rule: str
    taken: bool
    why: str


def reasons(cascade: Cascade, matches: Matches, options: Options = DEFAULT) -> Iterator[Reason]:
    """The reason of each rule, in cascade order. Rules that no screen applies are not told."""
    for one in choose(cascade, matches, options)[0]:
        for number, node in enumerate(one.sheet.nodes):
            if node.kind != "group":
                taken = number in one.styles or number in one.resources
                yield Reason(one.sheet.name, _named(one, node), taken, _why(one, number, node, options))


def _named(one: Chosen, node: Node) -> str:
    parts = [_prelude(one.sheet, node)]
    while node.parent >= 0:
        node = one.sheet.nodes[node.parent]
        parts.append(_prelude(one.sheet, node))
    return " { ".join([*one.applied.wrappers, *reversed(parts)])


def _prelude(sheet: Sheet, node: Node) -> str:
    return sheet.text[node.rule.span.start : node.rule.prelude.end]


def _why(one: Chosen, number: int, node: Node, options: Options) -> str:
    if one.sheet.name in options.none:
        return "its author wants nothing of the stylesheet in the page"
    if one.sheet.name in options.whole:
        return "its author wants all of the stylesheet in the page"
    if node.kind != "style":
        return _resource(one, number, node)
    if number in one.forgotten:
        return "it shows under a pointer only, and the budget is small"
    if number not in one.styles:
        return "no element of the page can match it"
    parts = listed(one.sheet.text[node.rule.prelude.start : node.rule.prelude.end])
    which = [parts[at].strip() for at in one.styles[number] if at < len(parts)]
    return f"an element can match {', '.join(which[:3])}{' …' if len(which) > 3 else ''}"


def _resource(one: Chosen, number: int, node: Node) -> str:
    if not node.kind:
        return "it concerns the whole page"
    asked = _ASKED[node.kind]
    if number not in one.resources:
        return f"{asked} of a rule that is in would have to name {node.name}"
    why = f"{asked} of a rule that is in names {node.name}"
    said = [declared.name for declared in declarations(one.sheet.text, node.rule)]
    if node.rule.keyword == "font-face" and "font-display" not in said:
        why += "; without font-display its text stays invisible for up to three seconds"
    return why
