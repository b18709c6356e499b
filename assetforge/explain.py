"""Everything that is known of one file: who refers to it, what it refers to, why it has its name, what was left alone and why.

    css/app.css
      source     static/css/app.css, 1.52 kB
      served as  /css/app.6098a84e6f42.css (804 B, text/css)
      name       carries its digest: nothing asks for it by name

      Referred to by 1 reference
        index.html:7:32  link href  css/app.css  rewritten to the digest name

What must stay true: it says what the build does, from the same values, and decides nothing. A reference is shown where the author
wrote it, also when a minified text is served.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from assetforge.build import Analysis, analyse, complete
from assetforge.cache import Cache
from assetforge.composition import composition
from assetforge.config import Config
from assetforge.delivery import rules, sections
from assetforge.diagnostics import Diagnostic
from assetforge.display import size
from assetforge.graph import Link
from assetforge.lineage import Lineage, Section
from assetforge.messages import Paint, counted, escaped, unpainted, width
from assetforge.output import AssetFacts, Build, Naming, Outcome, Output
from assetforge.planning import reasons_of
from assetforge.progress import Progress
from assetforge.settings import shown
from assetforge.sources import decode, read
from assetforge.text import Lines

if TYPE_CHECKING:
    from assetforge.pages.style.reasons import Reason

_LONG = 100  # characters of a URL that are shown
_COLUMN = 60  # columns: what is wider pushes its own row only
_NAMINGS: dict[Naming, str] = {
    "hashed": "carries its digest",
    "prehashed": "passed through as it came",
    "stable": "kept",
    "original": "kept",
}
_OUTCOMES: dict[Outcome, str] = {
    "rewritten": "rewritten to the digest name",
    "inlined": "put into this file in its place",
    "kept": "kept: its target keeps its name",
    "external": "external",
    "missing": "missing: left as written",
    "ignored": "missing, which is ignored",
    "left": "left alone",
    "link": "a hyperlink: left as written",
    "checked": "looked up when the page is rendered",
    "pattern": "files that fit, asked for when the page is rendered",
    "runtime": "known when the page is rendered",
    "unknown": "left alone",
}


class Mention(NamedTuple):
    """One reference: where it stands, how it is written, what it means and what became of it."""

    path: str
    line: int
    column: int
    syntax: str
    url: str
    target: str | None
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`known`: there is such a file; else `nearest` may say which was meant, and `referrers` who else believes in it. `role` and
    `lineage`: of a template, what it is and what its pages consist of."""

    path: str
    known: bool = True
    nearest: str = ""
    facts: AssetFacts | None = None
    file: Path | None = None
    output: Output | None = None
    own_name: Output | None = None
    referrers: tuple[Mention, ...] = ()
    references: tuple[Mention, ...] = ()
    notes: tuple[Diagnostic, ...] = ()
    role: str = ""
    lineage: tuple[Section, ...] = ()
    rules: "tuple[Reason, ...]" = ()


def explained(asked: str, config: Config, *, cache: Cache, progress: Progress, only: str = "") -> Explanation:
    """What is known of the file that `asked` names: by its path, file, output path, hashed name or URL. `only`: `css` for a page's
    rules too, with the reason of each."""
    analysis = analyse(config, cache=cache, progress=progress)
    built = complete(analysis, config, cache=cache, progress=progress)
    found = with_lineage(explain(find(asked, analysis, built, config), analysis, built), analysis, config, cache)
    asset = analysis.graph.assets.get(found.path)
    if only == "css" and asset is not None and asset.page and not asset.template:
        found = replace(found, rules=reasons_of(found.path, analysis.graph, config, cache, progress))
    return found


def with_lineage(one: Explanation, analysis: Analysis, config: Config, cache: Cache) -> Explanation:
    """The same; of a template with what its pages consist of."""
    asset = analysis.graph.assets.get(one.path)
    if asset is None or not asset.template or not asset.page:
        return one
    lineage = Lineage(one.path, composition(analysis.graph, config, cache), analysis)
    return replace(one, role=lineage.role, lineage=tuple(lineage.sections())) if lineage.known else one


def find(asked: str, analysis: Analysis, built: Build, config: Config) -> str:
    """The logical path that `asked` means, or itself in the form of one."""
    paths = analysis.graph.assets.keys()
    plain = next((asked[len(host) :] for host in (config.origin, config.asset_host) if host and asked.startswith(host)), asked)
    plain = plain.lstrip("/")
    bare = unquote(plain.partition("#")[0].partition("?")[0], errors="surrogateescape")
    for one in (plain, bare, plain.removeprefix("./")):
        if one in paths:
            return one
    real = Path(asked).resolve()
    for root in config.roots:
        if root.folder in real.parents and (path := root.prefix.lstrip("/") + real.relative_to(root.folder).as_posix()) in paths:
            return path
    for output in built.outputs:
        if asked in (output.output_path, output.url) or real == config.output / output.output_path:
            return output.path
        if bare in (unquote(output.url, errors="surrogateescape").lstrip("/"), output.output_path.partition("/")[2]):
            return output.path
    named = [output.path for output in built.outputs if output.output_path.rpartition("/")[2] == bare]
    return named[0] if len(set(named)) == 1 else bare


def explain(path: str, analysis: Analysis, built: Build) -> Explanation:
    """What is known of `path`."""
    graph = analysis.graph
    places = _Places(analysis)
    referrers = tuple(places.mentions(path, to=True))
    asset = graph.assets.get(path)
    if asset is None:
        near = graph.resolver.nearest(path)
        return Explanation(path=path, known=False, nearest=f"{near[0]} {near[1]}" if near else "", referrers=referrers)
    outputs = [output for output in built.outputs if output.path == path]
    return Explanation(
        path=path,
        facts=next((one for one in built.facts if one.path == path), None),
        file=Path(asset.source.file),
        output=next((one for one in outputs if one.naming != "original"), None),
        own_name=next((one for one in outputs if one.naming == "original"), None),
        referrers=referrers,
        references=tuple(sorted(places.mentions(path, to=False), key=lambda one: (one.line, one.column))),
        notes=tuple(sorted((one for one in built.diagnostics if one.path == path), key=lambda one: (one.line, one.column))),
    )


class _Places:
    """References with their places in the author's text, which is read once for each file."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis

    def mentions(self, path: str, *, to: bool) -> Iterator[Mention]:
        """The references of `path`, or those `to` it from other files."""
        if not to:
            yield from self._of(path, lambda _: True)
            yield from self._asked(path, None)
            return
        for other in self._analysis.graph.assets:
            links = self._analysis.graph.links(other)
            if any(path in (link.target, link.tried) for link in links):
                yield from self._of(other, lambda link: path in (link.target, link.tried))
            yield from self._asked(other, path)

    def _of(self, path: str, wanted: Callable[[Link], bool]) -> Iterator[Mention]:
        asset = self._analysis.graph.assets[path]
        origins = asset.prepared.origins
        lines: Lines | None = None
        stays = self._analysis.rewriter.imports.reason
        for at, (link, outcome) in enumerate(self._analysis.rewriter.outcomes(path)):
            if not wanted(link):
                continue
            lines = lines or Lines.of(decode(read(asset.source.file, asset.source.digest)).text)
            reference = link.reference
            line, column = lines.place((origins[at] if origins else reference.span).start)
            target = link.target or (link.tried if link.state == "missing" else None)
            why = _why(link, outcome) or stays(path, at)
            yield Mention(path, line, column, reference.syntax, reference.url, target, outcome, why)

    def _asked(self, path: str, target: str | None) -> Iterator[Mention]:
        """Where the template `path` does not say one URL: all such places, or those that may ask for `target`."""
        graph, asset = self._analysis.graph, self._analysis.graph.assets[path]
        places = asset.prepared.asked if asset.template else ()
        for one in places if target is None else (one for one in places if target in graph.fitting(one)):
            line, column = Lines.of(decode(read(asset.source.file, asset.source.digest)).text).place(one.span.start)
            outcome = self._analysis.rewriter.asked_outcome(path, one)
            yield Mention(path, line, column, one.syntax, one.written, target, outcome, one.why)


def _why(link: Link, outcome: Outcome) -> str:
    """Why a reference was left alone."""
    if outcome != "left":
        return ""
    if link.state == "unknown":
        return "what it means depends on the page that loads the file"
    return link.reference.locked or "its last part does not spell the name of the file"


def render(one: Explanation, *, paint: Paint = unpainted, most: int | None = None, only: str = "") -> Iterator[str]:
    """The lines for a person; of each list at most `most`. `only`: `css` or `scripts`, for how a page delivers these and no
    more."""
    if only and one.facts is not None and one.facts.page is not None:
        yield paint("strong", escaped(one.path))
        page = one.facts.page
        page = page._replace(scripts=()) if only == "css" else page._replace(stylesheets=())
        for section in (*sections(page, whole=True), *(rules(one.rules) if only == "css" else ())):
            yield from _section(escaped(section.title), [tuple(map(escaped, row)) for row in section.rows], paint, most)
        return
    yield paint("strong", escaped(one.path or "/"))
    if not one.known:
        yield "  " + paint("error", "there is no such file in the site") + (f"; {escaped(one.nearest)}" if one.nearest else "")
    labelled = [*_facts(one), *([("template", one.role)] if one.role else [])]
    room = max((width(label) for label, _ in labelled), default=0)
    for label, text in labelled:
        yield f"  {paint('dim', label + ' ' * (room - width(label)))}  {text}"
    delivered = sections(one.facts.page, whole=False) if one.facts is not None and one.facts.page is not None else ()
    for section in (*one.lineage, *delivered):
        rows = [tuple(escaped(cell) for cell in row) for row in section.rows]
        yield from _section(escaped(section.title), rows, paint, most)
    title = "Nothing refers to it" if not one.referrers else f"Referred to by {counted(len(one.referrers), 'reference')}"
    yield from _section(title, [_from(mention) for mention in one.referrers], paint, most)
    if one.known:
        title = "Refers to nothing" if not one.references else f"Makes {counted(len(one.references), 'reference')}"
        yield from _section(title, [_to(mention) for mention in one.references], paint, most)
    if one.notes:
        yield from _section("Remarks", [_remark(note) for note in one.notes], paint, most)


def _facts(one: Explanation) -> Iterator[tuple[str, str]]:
    facts, output, own = one.facts, one.output, one.own_name
    if one.file is not None:
        yield "source", escaped(shown(one.file)) + (f", {size(facts.source_size)}" if facts else "")
    if output is not None:
        amount = f"{size(output.size)}, " if output.size is not None else ""
        yield "served as", f"{escaped(output.url)} ({amount}{output.media_type})"
        yield "output", escaped(output.output_path)
    if own is not None:
        yield "also as", f"{escaped(own.url)} (as it came, {size(own.size)})"
    if facts is not None:
        yield "name", f"{_NAMINGS[facts.naming]}: {escaped(facts.reason)}"
        yield "minified", escaped(facts.minified)
        for name, decision in facts.decisions:
            yield escaped(name), escaped(decision)
    if output is not None and output.integrity:
        yield "integrity", output.integrity


def _section(title: str, rows: list[tuple[str, ...]], paint: Paint, most: int | None) -> Iterator[str]:
    """A title and aligned rows."""
    yield ""
    yield "  " + paint("strong", title)
    shown_rows = rows if most is None or len(rows) <= most + 1 else rows[:most]
    widths = [min(max(map(width, column)), _COLUMN) for column in zip(*shown_rows, strict=True)]
    for row in shown_rows:
        cells = [text + " " * (room - width(text)) for text, room in zip(row, widths, strict=True)]
        yield "    " + "  ".join(cells).rstrip()
    if len(shown_rows) < len(rows):
        yield f"    and {len(rows) - len(shown_rows):,} more (--all shows them)"


def _from(mention: Mention) -> tuple[str, ...]:
    return f"{escaped(mention.path)}:{mention.line}:{mention.column}", *_said(mention)


def _to(mention: Mention) -> tuple[str, ...]:
    target = f" → {escaped(mention.target or '/')}" if mention.target not in (None, mention.url) else ""
    syntax, url, outcome = _said(mention)
    return f"{mention.line}:{mention.column}", syntax, url + target, outcome


def _said(mention: Mention) -> tuple[str, str, str]:
    url = escaped(mention.url)
    outcome = _OUTCOMES[mention.outcome] + (f": {escaped(mention.reason)}" if mention.reason else "")
    return escaped(mention.syntax), url if len(url) <= _LONG else url[: _LONG - 1] + "…", outcome


def _remark(note: Diagnostic) -> tuple[str, ...]:
    place = f"{note.line}:{note.column}" if note.line else ""
    hint = f" ({escaped(note.hint)})" if note.hint else ""
    return place, f"{note.severity}[{note.code}]", escaped(note.message) + hint
