"""The plan of one page, from its text to what happens to it: the order of the passes.

    outline → scripts → stylesheets, which need to know when scripts run → hints → edits

What must stay true: everything follows from the task and from the files that it names. What pages have in common (a stylesheet's
rules, its index, what an inline script does, the critical CSS of a shape) is worked out once for each worker and kept.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache, partial
from typing import NamedTuple, TypeVar

from assetforge import formats
from assetforge.config import Scripts, Stylesheets
from assetforge.formats.html.outline import Loading, Outline, outline
from assetforge.formats.js.effects import effects
from assetforge.formats.js.record import Effects
from assetforge.globs import Globs
from assetforge.integrity import fits_bytes
from assetforge.pages import hints
from assetforge.pages.edits import edits_of
from assetforge.pages.match.matching import Index
from assetforge.pages.match.shapes import Changes, Shape, reduced, shapes
from assetforge.pages.page import Page, Source, Wish, Word
from assetforge.pages.plan import Critical, PagePlan, ScriptPlan, StylesheetPlan
from assetforge.pages.script import scripts
from assetforge.pages.script.kinds import RUNS, RUNS_SYNC, kind, source
from assetforge.pages.script.known import known
from assetforge.pages.script.module_effects import with_imports
from assetforge.pages.script.structure import Watch, watches
from assetforge.pages.style import selecting, stylesheets
from assetforge.pages.style.cascade import Applied, Cascade
from assetforge.pages.style.critical import Options, TooLarge, critical
from assetforge.pages.style.reasons import Reason, reasons
from assetforge.pages.style.sheet import Sheet, sheet
from assetforge.pages.style.stylesheets import Delivery, SheetWord, Styling
from assetforge.pages.task import Module, PageTask, Planned, ScriptFile, Settings, SheetFile
from assetforge.reference import Reference
from assetforge.sources import decode, read
from assetforge.text import Piece, changed

_WORD = re.compile(r"[A-Za-z_][\w-]*+")
_LITERAL = re.compile(r"'[^'\\\n]{0,200}'|\"[^\"\\\n]{0,200}\"|`[^`\\]{0,200}`")


def planned(task: PageTask, sheets: Iterable[SheetFile], programs: Iterable[ScriptFile], settings: Settings) -> Planned:
    """The plan of the page of `task`, and what it does to the text. `sheets` and `programs`: at least those that the page loads,
    and the stylesheets that those import. Raises `SourceChanged` and OSError."""
    files = {one.path: one for one in sheets}
    page, known = _page(task, files, programs)
    when = scripts.schedule(page, _wish(settings))  # also where scripts stay: stylesheets must know what those ask of them
    styled = _styled(task, page, when, known, files, settings, _critical) if settings.stylesheets.delivery != "blocking" else None
    told = when if settings.scripts.policy != "off" else None
    plan = PagePlan(told, styled, hints.hints(page, told, _modules(task, page)))
    return edits_of(page, plan, None if task.rooted else task.path)


def rule_reasons(
    task: PageTask, sheets: Iterable[SheetFile], programs: Iterable[ScriptFile], settings: Settings
) -> tuple[Reason, ...]:
    """Why each rule of a page's stylesheets stands in the page or does not; nothing where the page is left alone for another reason
    than the bytes of its CSS. Raises `SourceChanged` and OSError."""
    files = {one.path: one for one in sheets}
    page, known = _page(task, files, programs)
    told: list[Reason] = []

    def listening(seen: _Seen, stock: tuple[Indexed, ...], cascade: Cascade, options: Options) -> Critical | TooLarge:
        matched = _matched(seen, stock)
        told.extend(reasons(cascade, lambda one: matched[id(one)], options))
        return _critical(seen, stock, cascade, options)

    _styled(task, page, scripts.schedule(page, _wish(settings)), known, files, settings, listening)
    return tuple(told)


def _page(task: PageTask, files: Mapping[str, SheetFile], programs: Iterable[ScriptFile]) -> tuple[Page, dict[int, "Indexed"]]:
    """The facts of a page, and its stylesheets by index."""
    text = served(task)
    found = outline(text, xhtml=task.format == "xhtml")
    loaded = _loaded(task, found)
    known = _sheets(task, text, found, loaded, files)
    page = Page(
        name=task.path,
        text=text,
        outline=found,
        sources=dict(_sources(text, found, loaded, {one.path: one for one in programs}, task)),
        files=loaded,
        watches={index: _watches(one.sheet.text) for index, one in known.items()},
    )
    return page, known


def served(task: PageTask) -> str:
    """The text of a page that its changes count in."""
    text = decode(read(task.file, task.digest)).text
    if task.minified:
        text = formats.minify(task.minified, text).text
    return changed(text, task.shortened) if task.shortened else text


def _loaded(task: PageTask, found: Outline) -> dict[int, str]:
    """By index of the element, the file of the site that it loads."""
    return {
        index: path
        for index, one in enumerate(found.loading)
        for at, path in task.targets
        if one.tag.start <= at < one.tag.end
    }


def _modules(task: PageTask, page: Page) -> hints.Modules:
    imports = {one.path: one.imports for one in task.modules}

    def inline(index: int) -> list[str]:
        body = page.outline.loading[index].body
        return [path for at, path in task.specifiers if body.start <= at < body.end]

    return hints.Modules(path=page.files.get, imports=lambda path: imports.get(path, ()), inline=inline)


# -- scripts -----------------------------------------------------------------------------------------------------------------


def _sources(
    text: str, found: Outline, loaded: Mapping[int, str], files: Mapping[str, ScriptFile], task: PageTask
) -> Iterable[tuple[int, Source]]:
    """What is known of each script."""
    for index, one in enumerate(found.loading):
        if one.name != "script":
            continue
        file = files.get(loaded.get(index, "")) or _copied(files, one, source(one))
        if file is None and source(one) is not None:
            if (there := known(one)) is not None:
                yield index, there
        elif file is not None:
            yield index, _followed(task, one, files, _source(file))
        else:
            body = text[one.body.start : one.body.end]
            own = _effects(body) if kind(one) in RUNS else Effects()
            yield index, _followed(task, one, files, Source(task.path, text, one.body.start, own))


def _source(file: ScriptFile) -> Source:
    return Source(file.path, _text(file.file, file.digest), 0, file.effects, file.library)


def _followed(task: PageTask, one: Loading, files: Mapping[str, ScriptFile], given: Source) -> Source:
    """What is known of a script; of a module together with all that it imports."""
    if (one.attribute("type") or "").strip().lower() != "module":
        return given
    modules = {module.path: module for module in task.modules}
    effects = {path: files[path].effects for path in modules if path in files}
    if source(one) is None:
        if any(one.body.start <= at < one.body.end for at in task.unresolved):
            return given
        # of what it imports and what it may load, nobody told which is which
        module = Module("", tuple(path for at, path in task.specifiers if one.body.start <= at < one.body.end), (), True)
    else:
        module = modules.get(given.name, Module("", (), (), False))
    if not module.whole:
        return given
    return given._replace(effects=with_imports(given.effects, module.imports, module.loads, modules, effects), followed=True)


Copied = TypeVar("Copied", ScriptFile, SheetFile)


def _copied(files: Mapping[str, Copied], one: Loading, url: str | None) -> Copied | None:
    """The local copy of what an element loads from elsewhere; not one that its `integrity` refuses."""
    file = files.get((url or "").strip())
    said = one.attribute("integrity")
    return file if file is not None and (not said or _fits(said, file.file, file.digest)) else None


@lru_cache(maxsize=256)
def _fits(said: str, file: str, digest: str) -> bool:
    return fits_bytes(said, read(file, digest))


def _wish(settings: Settings) -> Wish:
    chosen = settings.scripts
    return Wish(
        policy=chosen.policy,
        words=partial(_script_words, chosen),
        before_interaction=chosen.interaction,
        asynchronous="sort" if chosen.sort else "keep",
        origin=settings.origin,
    )


@lru_cache(maxsize=4096)
def _script_words(chosen: Scripts, url: str) -> tuple[Word, ...]:
    rows: tuple[tuple[Word, tuple[str, ...]], ...] = (
        ("keep", chosen.keep), ("defer", chosen.defer), ("move", chosen.move), ("async", chosen.asynchronous),
        ("pure", chosen.pure), ("critical", chosen.critical), ("inject", chosen.inject),
    )  # fmt: skip
    return tuple(word for word, globs in rows if globs and Globs(globs).match(_as_path(url)))


@lru_cache(maxsize=512)
def _effects(text: str) -> Effects:
    return effects(text)


@lru_cache(maxsize=256)
def _text(file: str, digest: str) -> str:
    return decode(read(file, digest)).text


# -- stylesheets -------------------------------------------------------------------------------------------------------------


class Indexed:
    """A stylesheet and the index of its selectors, which is made when it is first asked. Equal to itself alone, so it is quick to
    look up."""

    def __init__(self, one: Sheet) -> None:
        self.sheet = one

    @cached_property
    def index(self) -> Index:
        return selecting.index_of(self.sheet)


@lru_cache(maxsize=256)
def _indexed(file: SheetFile) -> Indexed:
    urls = dict(file.urls)

    def elsewhere(reference: Reference) -> Piece | None:
        return urls.get(reference.url)

    return Indexed(sheet(file.path, file.digest, _text(file.file, file.digest), elsewhere))


@lru_cache(maxsize=256)
def _inline(name: str, text: str, urls: tuple[tuple[str, Piece | None], ...]) -> Indexed:
    known = dict(urls)

    def here(reference: Reference) -> Piece | None:
        return known.get(reference.url)

    return Indexed(sheet(name, text, text, here))


@lru_cache(maxsize=256)
def _watches(text: str) -> tuple[Watch, ...]:
    return watches(text)


def _sheets(
    task: PageTask, text: str, found: Outline, loaded: Mapping[int, str], files: Mapping[str, SheetFile]
) -> dict[int, Indexed]:
    """The stylesheets whose text is known, by index of the element."""
    result: dict[int, Indexed] = {}
    for index, one in enumerate(found.loading):
        if one.name == "link":
            file = files.get(loaded.get(index, "")) or _copied(files, one, one.attribute("href"))
            if file is not None:
                result[index] = _indexed(file)
        elif one.name == "style":
            result[index] = _inline(f"#{index}", text[one.body.start : one.body.end], task.inline)
    return result


def _styled(
    task: PageTask,
    page: Page,
    when: ScriptPlan | None,
    known: Mapping[int, Indexed],
    files: Mapping[str, SheetFile],
    settings: Settings,
    made: "Callable[[_Seen, tuple[Indexed, ...], Cascade, Options], Critical | TooLarge]",
) -> StylesheetPlan:
    chosen = settings.stylesheets
    tree = page.outline.tree
    stock = {id(one.sheet): one for one in known.values()}

    def find(path: str) -> Sheet | None:
        if path not in files:
            return None
        one = _indexed(files[path])
        stock[id(one.sheet)] = one
        return one.sheet

    near = selecting.above_fold(page.text, tree)
    seen = _Seen(shapes(tree), shapes(near) if near else (), _changes(page, when))
    styling = Styling(
        sheets={index: one.sheet for index, one in known.items()},
        critical=lambda cascade, options: made(seen, tuple(stock[id(one.sheet)] for one in cascade.applied), cascade, options),
        unknown={
            index: "its bytes are not known"
            for index, one in enumerate(page.outline.loading)
            if one.name == "link" and index not in known
        },
        empty=frozenset(index for index, one in enumerate(page.outline.loading) if _styles_nothing(task, chosen, one)),
        find=find,
    )
    delivery = Delivery(policy=chosen.delivery, budget=chosen.budget, words=partial(_sheet_words, chosen))
    return stylesheets.decide(page, when, styling, delivery, Options(used=selecting.used((*tree.elements, *tree.unscripted))))


def _styles_nothing(task: PageTask, chosen: Stylesheets, one: Loading) -> bool:
    """Is there no such file, or does somebody declare that it holds fonts only?"""
    if one.name != "link":
        return False
    declared = bool(chosen.fonts) and Globs(chosen.fonts).match((one.attribute("href") or "").strip())
    return declared or any(one.tag.start <= at < one.tag.end for at in task.absent)


class _Seen(NamedTuple):
    """What selectors are asked about. `near`: of `pages` the part above the fold, empty where nobody says where that is."""

    pages: tuple[Shape, ...]
    near: tuple[Shape, ...]
    changes: Changes


def _critical(seen: _Seen, sheets: tuple[Indexed, ...], cascade: Cascade, options: Options) -> Critical | TooLarge:
    """Pages that differ in nothing that a selector asks for share the result."""
    asked = [one.index.asked for one in sheets]
    pages = tuple(tuple(reduced(page, one) for page in seen.pages) for one in asked)
    near = tuple(tuple(reduced(page, one) for page in seen.near) for one in asked)
    wrappers = tuple(one.wrappers for one in cascade.applied)
    return _critical_of(sheets, wrappers, cascade.layers, pages, near, seen.changes, options)


def _matched(seen: _Seen, sheets: tuple[Indexed, ...]) -> dict[int, Mapping[int, tuple[int, ...]]]:
    return {id(one.sheet): selecting.matched(one.sheet, one.index, seen.pages, seen.near, seen.changes) for one in sheets}


@lru_cache(maxsize=512)
def _critical_of(
    sheets: tuple[Indexed, ...],
    wrappers: tuple[tuple[str, ...], ...],
    layers: str,
    pages: tuple[tuple[Shape, ...], ...],
    near: tuple[tuple[Shape, ...], ...],
    changes: Changes,
    options: Options,
) -> Critical | TooLarge:
    """`pages` and `near`: for each of `sheets`, reduced to what it asks for."""
    found = {
        id(one.sheet): selecting.matched(one.sheet, one.index, pages[number], near[number], changes)
        for number, one in enumerate(sheets)
    }
    applied = tuple(Applied(one.sheet, around) for one, around in zip(sheets, wrappers, strict=True))
    return critical(Cascade(applied, layers), lambda one: found[id(one)], options)


@lru_cache(maxsize=4096)
def _sheet_words(chosen: Stylesheets, name: str) -> tuple[SheetWord, ...]:
    rows: tuple[tuple[SheetWord, tuple[str, ...]], ...] = (
        ("blocking", chosen.blocking), ("critical", chosen.critical), ("late", chosen.late),
    )  # fmt: skip
    return tuple(word for word, globs in rows if globs and Globs(globs).match(_as_path(name)))


def _as_path(url: str) -> str:
    return url.split("?", 1)[0].split("#", 1)[0].lstrip("/")


def _changes(page: Page, when: ScriptPlan | None) -> Changes:
    """What scripts that stay where they are may change before the first paint: classes and attributes with names that stand in
    their strings."""
    root: set[str] = set()
    anywhere: set[str] = set()
    for index, one in enumerate(page.outline.loading):
        if one.name == "script" and kind(one) in RUNS_SYNC and not one.at_end and not _leaves(index, when):
            known = page.sources.get(index)
            if known is None or known.text is None:
                continue
            if known.effects.opaque or known.effects.does("paint", "dom-write", "style-insert"):
                body = page.text[one.body.start : one.body.end] if source(one) is None else known.text
                (root if one.parent == "head" else anywhere).update(_names(body))
    both = frozenset(root | anywhere)
    return Changes(classes=frozenset(anywhere), attributes=frozenset(anywhere), root_classes=both, root_attributes=both)


def _leaves(index: int, when: ScriptPlan | None) -> bool:
    return any(one.element == index and one.verb in ("defer", "move", "async") for one in when.decisions) if when else False


@lru_cache(maxsize=256)
def _names(text: str) -> frozenset[str]:
    return frozenset(word for literal in _LITERAL.findall(text) for word in _WORD.findall(literal))

