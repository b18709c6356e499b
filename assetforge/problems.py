"""What is wrong with the references of a site, told to a person: the file, the line, and what was probably meant."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from assetforge.computed import SCRIPTS, reaches
from assetforge.config import Config
from assetforge.diagnostics import Diagnostic, Severity
from assetforge.globs import Globs
from assetforge.graph import SPECIFIERS, Graph
from assetforge.integrity import fits
from assetforge.modules import ModulePlan
from assetforge.names import folder_of, looks_hashed
from assetforge.naming import Decision, keeps_for
from assetforge.output import Output
from assetforge.prepare import place
from assetforge.reference import PATH_END
from assetforge.sources import decode, read
from assetforge.survey import Miss, Survey
from assetforge.tagged import spoken
from assetforge.text import Lines, Span


class Ignored:
    """Which misses the configuration calls fine, and whose misses are somebody else's."""

    def __init__(self, config: Config) -> None:
        self.vendored = Globs(config.vendored).match
        self._pairs = tuple((Globs((by,)), Globs((missed,))) for by, missed in config.ignore_missing)

    def __call__(self, path: str, tried: str) -> bool:
        """May file `path` refer to `tried`, which does not exist?"""
        return any(missed.match(tried) and by.match(path) for by, missed in self._pairs)


class Places:
    """Lines of files, read again when a diagnostic needs them: seldom, and the last one is kept."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._last: tuple[str, Lines] | None = None

    def put(self, diagnostic: Diagnostic, span: Span) -> Diagnostic:
        """`diagnostic` with the place of `span` in the author's text of its file."""
        if self._last is None or self._last[0] != diagnostic.path:
            source = self._graph.assets[diagnostic.path].source
            self._last = (diagnostic.path, Lines.of(decode(read(source.file, source.digest)).text))
        return place(diagnostic, self._last[1], span)


def tell_missing(graph: Graph, survey: Survey, strict: bool) -> Iterator[Diagnostic]:
    """A diagnostic for each thing that is missing, at the first place that refers to it."""
    places = Places(graph)
    for (tried, which), miss in sorted(survey.missing.items(), key=lambda item: (item[1].path, item[1].number)):
        is_map = miss.reference.kind == "sourcemap"
        # a tag whose file is not in the manifest is an error 500 when the page is rendered
        severity: Severity = "error" if (strict or miss.reference.deferred) and not which else "warning"
        code = "missing-source-map" if is_map else "missing-reference"
        message = f"{_spoken(miss)} names “{miss.reference.url[:200]}”, but there is no {tried or '/'}"
        near = graph.resolver.nearest(tried)
        hint = f"{near[0]} {near[1]}" if near else ""
        if miss.reference.deferred and graph.resolver.is_folder(tried):
            hint = f"{tried} is a folder: a slash must end its name"
        diagnostic = Diagnostic(miss.path, 0, 0, severity, code, message, hint, more=miss.more)
        yield places.put(diagnostic, _origin(graph, miss))


def tell_unmatched(graph: Graph, survey: Survey) -> Iterator[Diagnostic]:
    """A path that a template puts together and that no file fits. What it says in the end is not known, so it is a warning."""
    places = Places(graph)
    for path, asked, pattern in survey.unmatched:
        message = f"{asked.syntax} names “{asked.written[:200]}”, but no file fits {spoken(pattern)}"
        diagnostic = Diagnostic(path, 0, 0, "warning", "unmatched-pattern", message, _near_pattern(graph, pattern))
        yield places.put(diagnostic, asked.span)


def _near_pattern(graph: Graph, pattern: tuple[str | None, ...]) -> str:
    """What was perhaps meant by a pattern: the file, what its folder holds, or the folder."""
    start = (pattern[0] or "").lstrip("/")
    if None not in pattern:
        near = graph.resolver.nearest(PATH_END.split(start, maxsplit=1)[0])
        return f"{near[0]} {near[1]}" if near else ""
    folder = folder_of(start)
    if "/" + folder in graph.static:
        name = (pattern[-1] or "").rpartition("/")[2]
        same = next((one for one in graph.assets if name and one.endswith("/" + name)), "")
        return f"{same} lies elsewhere" if same else ""
    if graph.resolver.is_folder(folder):
        inside = [one for one in graph.assets if one.startswith(folder) and "/" not in one[len(folder) :]]
        names = ", ".join(one[len(folder) :] for one in inside[:3])
        return f"{folder} holds {names}" + (f" and {len(inside) - 3} more" if len(inside) > 3 else "") if inside else ""
    from difflib import get_close_matches  # only where something is wrong

    close = get_close_matches(folder, sorted(graph.resolver.folders), 1, 0.75)
    return f"there is a folder {close[0]}" if close else f"there is no folder {folder}"


def _spoken(miss: Miss) -> str:
    return miss.reference.syntax or miss.reference.kind


def _origin(graph: Graph, miss: Miss) -> Span:
    origins = graph.assets[miss.path].prepared.origins
    return origins[miss.number] if origins else miss.reference.span


def tell_findings(graph: Graph) -> Iterator[Diagnostic]:
    """What the rooms found, file by file."""
    for path, asset in graph.assets.items():
        for finding in asset.prepared.findings:
            yield finding._replace(path=path)


def tell_integrities(graph: Graph) -> Iterator[Diagnostic]:
    """An integrity that does not fit the file it speaks of blocks that file in every browser."""
    places = Places(graph)
    for path, asset in graph.assets.items():
        prepared = asset.prepared
        if not prepared.stated:
            continue
        links = graph.links(path)
        for one, stated in zip(prepared.parsed.integrities, prepared.stated, strict=True):
            target = links[one.reference].target
            if target is not None and not fits(stated, graph.assets[target].source):
                message = f"the integrity does not fit {target}, so browsers refuse the file; the integrity is left as it is"
                span = prepared.origins[one.reference] if prepared.origins else one.span
                yield places.put(Diagnostic(path, 0, 0, "warning", "integrity-mismatch", message, "remove or correct it"), span)


def tell_computed_imports(
    graph: Graph, survey: Survey, decisions: Mapping[str, Decision], modules: ModulePlan
) -> Iterator[Diagnostic]:
    """An `import()` of a computed specifier loads modules by their own names."""
    places = Places(graph)
    rewritten = _rewritten_modules(graph, decisions, modules) if survey.computed_imports else frozenset()
    for reach in reaches(graph, survey):
        if reach.path in modules.kept or decisions[reach.path].naming == "prehashed":
            continue
        kept = [one for one in reach.modules if decisions[one].reason == keeps_for(reach)]
        twice = [one for one in reach.modules if one in rewritten]
        if kept or twice:
            first, *others = kept or twice
            which = f"{first} and {len(others)} more" if others else first
            what = "by its own name, so that name stays" if kept else "a second time, under the unhashed name"
            message = f"a computed import() may load {which} {what}"
            hint = 'modules = "importmap" leaves specifiers as they are and avoids it'
            yield places.put(Diagnostic(reach.path, 0, 0, "warning", "computed-import", message, hint), reach.computed.span)


def _rewritten_modules(graph: Graph, decisions: Mapping[str, Decision], modules: ModulePlan) -> frozenset[str]:
    found = set()
    for path, asset in graph.assets.items():
        if path in modules.kept or asset.format not in (*SCRIPTS, "html", "xhtml"):
            continue
        for link in graph.links(path):
            target = link.target
            if target is not None and link.reference.syntax in SPECIFIERS and decisions[target].naming == "hashed":
                found.add(target)
    return frozenset(found)


def tell_collisions(decisions: Mapping[str, Decision], hashed: Iterable[tuple[str, str]]) -> Iterator[Diagnostic]:
    """A hashed name that another file of the input has already. `hashed`: pairs of path and hashed path."""
    for path, name_path in hashed:
        if name_path in decisions:
            message = f"its hashed name would be {PurePosixPath(name_path).name}, which is a file of the site already"
            hint = "exclude the output of an earlier build from the input, or list such files under `prehashed`"
            yield Diagnostic(path, 0, 0, "error", "name-collision", message, hint)


def tell_look_alikes(outputs: Iterable[Output]) -> Iterator[Diagnostic]:
    """A file that keeps its name although the name has the form of a hashed one: servers would cache it for ever."""
    for output in outputs:
        if output.naming in ("stable", "original") and looks_hashed(output.path):
            name = output.path.rpartition("/")[2]
            message = f"“{name}” keeps its name, and a name of this form is cached for a year because it promises a digest"
            hint = "rename it, or list it under `prehashed` if the name follows from the bytes"
            yield Diagnostic(output.path, 0, 0, "error", "looks-hashed", message, hint)
