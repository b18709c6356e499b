"""What a stylesheet notices when an element leaves its parent or comes into one: `:first-child`, `+`, `:empty` and their like.

What must stay true: a watch that is missing changes how a page looks, one too many only keeps a script where it is. So what a
selector asks for beyond names, classes and ids counts as fulfilled, and a selector that cannot be read watches everything.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from assetforge.formats.css import rules
from assetforge.formats.css.tokens import decode
from assetforge.formats.html.tree import Element

Notice = Literal["first", "last", "nth", "nth-last", "empty", "next", "after"]
ALL: frozenset[Notice] = frozenset({"first", "last", "nth", "nth-last", "empty", "next", "after"})

# Selectors 4, section 13. Those of a type count elements of one type: scripts among themselves.
_PSEUDO: dict[str, frozenset[Notice]] = {
    "first-child": frozenset({"first"}),
    "last-child": frozenset({"last"}),
    "only-child": frozenset({"first", "last"}),
    "nth-child": frozenset({"nth"}),
    "nth-last-child": frozenset({"nth-last"}),
    "empty": frozenset({"empty"}),
    "-moz-only-whitespace": frozenset({"empty"}),
    "blank": frozenset({"empty"}),
    "first-of-type": frozenset(),
    "last-of-type": frozenset(),
}
_SAME_ELEMENT = frozenset({"not", "is", "where", "matches", "any", "-webkit-any", "-moz-any"})
_NAME = r"(?:[-\w\u0080-\U0010ffff]|\\[0-9a-fA-F]{1,6}[ \t\n\f\r]?|\\[^\n\f\r0-9a-fA-F])++"
_PART = re.compile(
    rf"(?P<type>{_NAME}|\*)|\.(?P<class>{_NAME})|\#(?P<id>{_NAME})|::?(?P<pseudo>{_NAME})(?P<open>\()?"
    r"|(?P<attribute>\[(?:[^\]\"']++|\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+')*+\])|(?P<nest>&)|(?P<bar>\|(?!\|))"
)
_COMBINATOR = re.compile(r"[ \t\n\f\r]*+(?:(>>?|\+|~|\|\|)[ \t\n\f\r]*+)?")
_COMMENT = re.compile(r"/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z)")
_INTERESTING = re.compile(r"child|empty|blank|only-whitespace|[+~\\]|nth-", re.IGNORECASE)
_DEEPEST = 8  # brackets
_LONGEST = 4  # compounds of a chain: what stands further left counts as fulfilled


class Compound(NamedTuple):
    """One element's conditions, as far as they are looked at. `name`: empty for any; `left`: the combinator before it, empty where
    nothing is known of what stands left of it."""

    name: str = ""
    classes: frozenset[str] = frozenset()
    id: str = ""
    left: str = ""


class Watch(NamedTuple):
    """A part of a selector that notices. `chain`: from the leftmost compound to the one whose element it is."""

    chain: tuple[Compound, ...]
    notices: frozenset[Notice]


EVERYTHING = Watch((Compound(),), ALL)


def watches(css: str) -> tuple[Watch, ...]:
    """What the selectors of a stylesheet notice; imported ones are not looked at."""
    if not _INTERESTING.search(css):
        return ()
    found: dict[Watch, None] = {}
    for selector in _selectors(css, rules.outline(css)):
        if _INTERESTING.search(selector):
            found.update(dict.fromkeys(_watched(selector)))
    return tuple(found)


def notices(watched: Iterable[Watch], elements: tuple[Element, ...], number: int, changes: frozenset[Notice]) -> Watch | None:
    """The first watch that may notice `changes` at the element of that number. Classes are those of the text: one that a script
    adds later is not seen."""
    return next((one for one in watched if one.notices & changes and _may_match(one.chain, elements, number)), None)


_SAID = {
    "first": ":first-child", "last": ":last-child", "nth": ":nth-child()", "nth-last": ":nth-last-child()", "empty": ":empty",
}  # fmt: skip


def said(watch: Watch, changes: frozenset[Notice]) -> str:
    """The selector that a watch is from, as far as it is known."""
    parts = [f"{one.left} {_compound_said(one)}".strip() for one in watch.chain]
    pseudo = sorted(_SAID[one] for one in watch.notices & changes if one in _SAID)
    return " ".join(parts) + (pseudo[0] if pseudo else "")


def _compound_said(one: Compound) -> str:
    return (one.name + (f"#{one.id}" if one.id else "") + "".join(f".{name}" for name in sorted(one.classes))) or "*"


def _selectors(css: str, found: Iterable[rules.Rule]) -> Iterator[str]:
    for rule in found:
        if not rule.keyword or rule.keyword == "scope":
            yield css[rule.prelude.start : rule.prelude.end]
        yield from _selectors(css, rule.rules)


# -- reading ---------------------------------------------------------------------------------------------------------------


def _watched(selectors: str) -> Iterator[Watch]:
    try:
        reader = _Reader(_uncommented(selectors))
        reader.list(0)
    except ValueError:
        yield EVERYTHING
        return
    yield from reader.found


def _uncommented(selectors: str) -> str:
    if "/*" not in selectors:
        return selectors
    if '"' in selectors or "'" in selectors:
        raise ValueError  # it may stand in a string
    return _COMMENT.sub("", selectors)


class _Reader:
    """Reads a selector list. Raises ValueError where it does not understand."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.found: list[Watch] = []

    def list(self, depth: int, inside: Literal["", "same", "has"] = "") -> frozenset[Notice]:
        """A list of selectors up to the end or the closing bracket. What they notice of the element they are asked about; where
        that is the `same` as outside, it is left to the selector outside."""
        noticed: frozenset[Notice] = frozenset()
        while True:
            noticed |= self.selector(depth, inside)
            if self.at < len(self.text) and self.text[self.at] == ",":
                self.at += 1
                continue
            break
        if (self.at < len(self.text)) == (depth == 0):
            raise ValueError
        return noticed

    def selector(self, depth: int, inside: Literal["", "same", "has"]) -> frozenset[Notice]:
        """One selector: its watches go to `found`, what its last compound notices is returned."""
        chain: list[Compound] = []
        noticed: frozenset[Notice] = frozenset()
        while True:
            left = self.combinator(bool(chain) or inside == "has")
            if left is None:
                if noticed and inside == "same":
                    self.found.pop()
                return noticed
            compound, noticed = self.compound(left if chain or inside == "has" else "", depth)
            if left == "+":
                noticed |= {"next"}
            elif left == "~" and (not chain or _may_be_script(chain[-1])):
                noticed |= {"after"}
            chain.append(compound)
            if noticed:
                self.found.append(Watch(tuple(chain[-_LONGEST:]), noticed))

    def combinator(self, inside: bool) -> str | None:
        """The combinator before the next compound, None at the end of the selector."""
        match = _COMBINATOR.match(self.text, self.at)
        assert match is not None  # it may be empty
        self.at = match.end()
        if self.at >= len(self.text) or self.text[self.at] in ",)":
            if match[1]:
                raise ValueError
            return None
        return match[1] or (" " if inside else "")

    def compound(self, left: str, depth: int) -> tuple[Compound, frozenset[Notice]]:
        name, identity, classes = "", "", set()
        noticed: frozenset[Notice] = frozenset()
        start = self.at
        while match := _PART.match(self.text, self.at):
            self.at = match.end()
            if match["type"]:
                name = "" if match["type"] == "*" else _decoded(match["type"]).lower()
            elif match["class"]:
                classes.add(_decoded(match["class"]))
            elif match["id"]:
                identity = _decoded(match["id"])
            elif match["pseudo"]:
                noticed |= self.pseudo(_decoded(match["pseudo"]).lower(), bool(match["open"]), depth)
            elif match["nest"] and left == "":
                left = " "  # what it stands for is not looked up: everything left of it may be there
        if self.at == start:
            raise ValueError
        return Compound(name, frozenset(classes), identity, left), noticed

    def pseudo(self, name: str, function: bool, depth: int) -> frozenset[Notice]:
        noticed = _PSEUDO.get(name, frozenset())
        if not function:
            return noticed
        if depth >= _DEEPEST:
            raise ValueError
        if name in _SAME_ELEMENT or name == "has":
            inside = self.list(depth + 1, "has" if name == "has" else "same")
            noticed |= inside if name != "has" else frozenset()
        else:
            self.arguments()
            return noticed
        self.at += 1
        return noticed

    def arguments(self) -> None:
        """Past what is no selector, or one (`nth-child(2 of .a)`) that changes nothing about what is noticed."""
        open_brackets = 1
        while open_brackets:
            if self.at >= len(self.text):
                raise ValueError
            open_brackets += {"(": 1, ")": -1}.get(self.text[self.at], 0)
            self.at += 1


def _decoded(name: str) -> str:
    return decode(name, 0, len(name)).text


def _may_be_script(one: Compound) -> bool:
    return one.name in ("", "script") and not one.classes and not one.id


# -- matching --------------------------------------------------------------------------------------------------------------


def _may_match(chain: tuple[Compound, ...], elements: tuple[Element, ...], number: int) -> bool:
    """Might the element match the last compound, with what stands left of it?"""
    *rest, last = chain
    element = elements[number]
    if not _has(element, last):
        return False
    if not rest or last.left in ("||", ""):
        return True
    if last.left in ("+", "~"):
        # what the sibling is counts as fulfilled; it has the same parent
        return _may_match((*rest[:-1], Compound(left=rest[-1].left)), elements, number)
    if last.left == ">":
        return element.parent >= 0 and _may_match(tuple(rest), elements, element.parent)
    above = element.parent
    while above >= 0:
        if _may_match(tuple(rest), elements, above):
            return True
        above = elements[above].parent
    return False


def _has(element: Element, wanted: Compound) -> bool:
    if wanted.name and wanted.name != element.name.lower():
        return False
    if not wanted.classes and not wanted.id:
        return True
    # in quirks mode classes and ids are compared without case; a script may change both
    own = dict(element.attributes)
    classes = {one.lower() for one in own.get("class", "").split()}
    return {one.lower() for one in wanted.classes} <= classes and (not wanted.id or own.get("id", "").lower() == wanted.id.lower())
