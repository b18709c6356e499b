"""The scripts of a page that run, and the order in which they are sure to run.

What must stay true: `before` holds only where the HTML Standard promises the order. Sync scripts run in the order of the text; all
deferred ones and modules after them, in the order of the text; an async one after the sync scripts that stand before it, since its
element does not exist earlier, and of all others nothing is promised.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from assetforge.formats.html.outline import Loading
from assetforge.formats.js.record import Effects
from assetforge.pages.page import Doing, Page, Source, Wish, Word
from assetforge.pages.script.borrowing import with_borrowed
from assetforge.pages.script.kinds import RUNS, RUNS_DEFERRED, RUNS_SYNC, Kind, is_external, kind, source

HOLE = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Script:
    """A script that runs, or a hole of a template (`index` is `HOLE`), which may be any number of sync ones. `index`: in
    `Outline.loading`. `at`: str offset in the page. `size`: characters of its text. `id` and
    `marked` (has it a class or `data-` attributes?) tell how its element may be asked for."""

    index: int
    kind: Kind
    external: bool
    at: int
    size: int
    effects: Effects
    source: Source
    url: str
    words: tuple[Word, ...] = ()
    id: str = ""
    marked: bool = False

    @property
    def is_candidate(self) -> bool:
        """May it be changed at all? Only what blocks the parser is."""
        return self.kind == "sync" and self.index != HOLE


class Turn(NamedTuple):
    """When a script runs. `wave`: 0 while the page is parsed, 1 when it is, -1 whenever it is there. `at`: its place among others
    of the wave, of an async one the place from which on it exists. `number`: tells apart what stands at one place."""

    wave: int
    at: int
    number: int


_EMPTY = Effects()
_IMPORTS = Effects(opaque="what the module imports is not followed")
_IMPORTING = re.compile(r"\b(?:import|from)\b")
_WORDS: tuple[Word, ...] = ("keep", "defer", "move", "async", "pure", "critical", "inject")


def running(page: Page, wish: Wish) -> tuple[Script, ...]:
    """The scripts of a page in document order, those that never run left out, holes among them."""
    found = [_hole(page, at, sort) for at in page.holes for sort in _OF_A_HOLE]
    for index, one in enumerate(page.outline.loading):
        if one.name != "script" or (sort := kind(one)) not in RUNS:
            continue
        url = source(one) or ""
        given = page.sources.get(index, Source(url or page.name))
        words = author_words(one.attribute("data-assetforge")) or wish.words(url)
        found.append(
            Script(
                index=index,
                kind=sort,
                external=is_external(one),
                at=one.span.start,
                size=one.body.end - one.body.start,
                effects=_EMPTY if "pure" in words else _effects(page, one, given),
                source=given,
                url=url,
                words=words,
                id=one.attribute("id") or "",
                marked=any(name == "class" or name.startswith("data-") for name, _ in one.attributes),
            )
        )
    found.sort(key=lambda script: (script.at, script.index))
    together = with_borrowed([script.effects for script in found], [script.source.library for script in found])
    return tuple(replace(script, effects=effects) for script, effects in zip(found, together, strict=True))


def _effects(page: Page, one: Loading, given: Source) -> Effects:
    """What is known of it. A module does what those do that it imports, which somebody must have followed."""
    if (one.attribute("type") or "").strip().lower() != "module" or given.effects.opaque or given.followed:
        return given.effects
    text = page.text[one.body.start : one.body.end] if source(one) is None else given.text
    return _IMPORTS if text is None or _IMPORTING.search(text) else given.effects


def author_words(value: str | None) -> tuple[Word, ...]:
    """The words of a `data-assetforge` attribute; others than ours are not taken."""
    said = (value or "").lower().split()
    return tuple(word for word in _WORDS if word in said)


# A hole may hold scripts that run at once, and such as are deferred.
_OF_A_HOLE: tuple[Kind, ...] = ("sync", "defer")


def _hole(page: Page, at: int, sort: Kind) -> Script:
    unknown = Effects(opaque="what a template puts there is not known")
    return Script(
        index=HOLE, kind=sort, external=False, at=at, size=0, effects=unknown,
        source=Source(page.name, page.text, at, unknown), url="",
    )  # fmt: skip


def turns(scripts: Iterable[Script], doing: Mapping[int, Doing], bottom: int | None) -> dict[Script, Turn]:
    """When each script runs if `doing` (by index; `keep` for those left out) is done; moved ones run before what stands at
    `bottom`."""
    found = {}
    for number, script in enumerate(scripts):
        done = doing.get(script.index, "keep") if script.is_candidate else "keep"
        if done == "move":
            assert bottom is not None
            found[script] = Turn(0, bottom, number - 1_000_000_000)
        elif done == "keep":
            found[script] = Turn(_wave(script), script.at, number)
        else:
            found[script] = Turn(1 if done == "defer" else -1, script.at, number)
    return found


def _wave(script: Script) -> int:
    if script.kind in RUNS_SYNC:
        return 0
    return 1 if script.kind in RUNS_DEFERRED else -1


def before(one: Turn, other: Turn) -> bool:
    """Is `one` sure to run before `other`?"""
    if one.wave == -1:
        return False
    if other.wave == -1:
        return one.wave == 0 and (one.at, one.number) < (other.at, other.number)
    return one < other
