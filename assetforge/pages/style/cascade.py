"""The stylesheets of a page as one sequence: imports put where they take effect, and the order of the cascade layers.

What must stay true: the sequence is that of the cascade (CSS Cascade 5, sections 2 and 6.4). What cannot be said of a page's
stylesheets gives a reason and no sequence.
"""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from assetforge.formats.css.media import matches_screen
from assetforge.pages.style.sheet import Imported, Layer, Sheet

_MEDIA = re.compile(r"[\w \t\n\r\f():,.<>=/+-]*+", re.ASCII)  # what a `media` attribute can sensibly hold
_MOST = 200  # sheets of one page, imported ones counted as often as they are: more is a mistake, or an attack


class Applied(NamedTuple):
    """A sheet where it takes effect. `wrappers`: preludes of group rules around all of it, from outside (`@media print`)."""

    sheet: Sheet
    wrappers: tuple[str, ...] = ()


class Cascade(NamedTuple):
    """`applied`: in cascade order; the same sheet may stand in it more than once. `layers`: what sets the order of the layers
    before any rule does, empty where there are none. `reason`: why nothing can be said, else empty."""

    applied: tuple[Applied, ...] = ()
    layers: str = ""
    reason: str = ""


class Unknown(Exception):
    """Why the rules of a page cannot all be known."""


Find = Callable[[str], Sheet | None]
"""The sheet at a path."""


def cascade(sheets: Iterable[tuple[Sheet, str]], find: Find) -> Cascade:
    """What the given sheets, each with the `media` of its element, come to with all they import."""
    reader = _Reader(find)
    try:
        for sheet, media in sheets:
            if _MEDIA.fullmatch(media) is None or media.count("(") != media.count(")"):
                raise Unknown(f"the media of {sheet.name} are not understood")
            reader.add(sheet, (f"@media {media}",) if media.strip() else (), "", ())
        if reader.has_layers:
            return Cascade(tuple(reader.applied), _ordered(reader.layers))
    except Unknown as unknown:
        return Cascade(reason=str(unknown))
    return Cascade(tuple(reader.applied))


class _Reader:
    def __init__(self, find: Find) -> None:
        self.find = find
        self.applied: list[Applied] = []
        self.layers: list[Layer] = []
        self.count = 0

    @property
    def has_layers(self) -> bool:
        return bool(self.layers)

    def add(self, sheet: Sheet, wrappers: tuple[str, ...], layer: str | None, around: tuple[str, ...]) -> None:
        """`layer`: as in `sheet`. `around`: names of the sheets that import this one: a browser follows no circle."""
        self.count += 1
        if self.count > _MOST:
            raise Unknown(f"more than {_MOST} stylesheets, each as often as it is imported")
        if sheet.namespaces:
            raise Unknown(f"{sheet.name} declares a namespace, which holds for all of a sheet")
        if not all(matches_screen(one[7:]) for one in wrappers if one.startswith("@media ")):
            return
        conditions = tuple(one for one in wrappers if not one.startswith("@layer"))
        for one in sheet.layers:
            if isinstance(one, int):
                self.follow(sheet, sheet.imports[one], wrappers, layer, around)
            else:
                self.layers.append(_inside(one, conditions, layer))
        self.applied.append(Applied(sheet, wrappers))

    def follow(self, sheet: Sheet, one: Imported, wrappers: tuple[str, ...], layer: str | None, around: tuple[str, ...]) -> None:
        around = (*around, sheet.name)
        rule = one.rule
        if not matches_screen(rule.media) or one.target in around or one.reason in ("does not exist", "names nothing"):
            return
        found = self.find(one.target) if one.target else None
        if found is None:
            raise Unknown(f"{sheet.name} imports {rule.url}: {one.reason or 'its bytes are not known'}")
        inner = wrappers
        if rule.media:
            inner = (*inner, f"@media {rule.media}")
        if rule.supports:
            inner = (*inner, f"@supports {rule.supports}")
        if rule.layer is not None:
            conditions = tuple(wrapper for wrapper in inner if not wrapper.startswith("@layer"))
            layer = None if not rule.layer or layer is None else f"{layer}.{rule.layer}" if layer else rule.layer
            self.layers.append(Layer(layer, conditions, layer is None))
            inner = (*inner, f"@layer {rule.layer}".rstrip())
        self.add(found, inner, layer, around)


def _inside(one: Layer, conditions: tuple[str, ...], layer: str | None) -> Layer:
    name = None if layer is None or one.name is None else f"{layer}.{one.name}" if layer else one.name
    return one._replace(name=name, conditions=(*conditions, *one.conditions))


def _ordered(layers: Iterable[Layer]) -> str:
    """Layer statements that give all layers the order of their first appearance. Where the condition of a first appearance may or
    may not hold, the statement stands under it too."""
    declared: set[tuple[tuple[str, ...], str]] = set()
    groups: list[tuple[tuple[str, ...], list[str]]] = []
    anonymous = False
    for one in layers:
        if one.name is None:
            anonymous = True
            if one.important:
                raise Unknown("an anonymous cascade layer, which a copy cannot join, has or may have !important rules")
            continue
        if ((), one.name) in declared or (one.conditions, one.name) in declared:
            continue
        if anonymous:
            raise Unknown("an anonymous cascade layer, which a copy cannot join, comes before a named one")
        declared.add((one.conditions, one.name))
        if not groups or groups[-1][0] != one.conditions:
            groups.append((one.conditions, []))
        groups[-1][1].append(one.name)
    return "".join(_under(around, f"@layer {','.join(names)};") for around, names in groups)


def _under(preludes: tuple[str, ...], statement: str) -> str:
    return "".join(f"{prelude}{{" for prelude in preludes) + statement + "}" * len(preludes)
