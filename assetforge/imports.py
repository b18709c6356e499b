"""Stylesheets that are said in place of the `@import` that asks for them: a chain of imports costs a round trip a link.

What must stay true: the sheet that is served has the rules that a browser would have put together, in the same order, layers and
conditions (CSS Cascade 5, section 2), and loads the same files. An import must come before all rules, so whatever stands behind one
that stays may be put in, and nothing before it. Where one of these is not sure, the import stays as it is, and the reason is kept.
An imported file is also served as before. Nothing here changes a file in which no import is found.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from assetforge import formats
from assetforge.cache import Cache, pack, unpack
from assetforge.content import served_text
from assetforge.digest import components
from assetforge.graph import Graph, Link, names_target
from assetforge.names import folder_of, relative
from assetforge.naming import Decision
from assetforge.reference import Reference, is_foreign
from assetforge.sources import decode, read
from assetforge.stylesheet import VERSION, Facts, Statement
from assetforge.survey import Survey
from assetforge.text import Cut, Edit, Name, Piece, Span, Url, repeated

REASON = "import"
_UNKNOWN = {"missing": "there is no such file", "external": "it is elsewhere"}
_MOST = 200  # sheets put into one
_DEEPEST = 16  # imports of imports
# Characters that several sheets may each have for themselves: 2 kB compressed are 10 ms at 1.6 Mbit/s, where a round trip is 150.
_SHARED = 8_000
_REPEATED = 30_000  # characters of one sheet that others have too


class PutIn(NamedTuple):
    """An import that is replaced. `number`: of the reference, `span`: of the statement, in the text that is served. `before` and
    `after` stand around the sheet: its conditions. `inside`: the imports of the sheet itself."""

    number: int
    span: Span
    target: str
    before: str
    after: str
    inside: "tuple[PutIn, ...]"


class Tree(NamedTuple):
    """What a sheet comes to with all that it imports. `sheets`: how many, each as often as it is imported; `depth`: of the longest
    chain. `reason`: why it must stay as it is, else empty."""

    parts: tuple[PutIn, ...] = ()
    sheets: int = 1
    depth: int = 1
    reason: str = ""


@dataclass(slots=True)
class Imports:
    """What becomes of the imports of each sheet: `put_in` by path, and `reasons`, by path and number of the reference, of those
    that stay. `marked`: sheets that must say that they are UTF-8 now."""

    graph: Graph
    cache: Cache
    known: dict[str, Facts] = field(default_factory=dict, repr=False)
    put_in: dict[str, tuple[PutIn, ...]] = field(default_factory=dict)
    reasons: dict[str, dict[int, str]] = field(default_factory=dict)
    marked: set[str] = field(default_factory=set)

    def inlined(self, path: str) -> frozenset[int]:
        """The numbers of the references of `path` that are replaced by what they refer to."""
        return frozenset(one.number for one in self.put_in.get(path, ()))

    def reason(self, path: str, number: int) -> str:
        return self.reasons.get(path, {}).get(number, "")

    def facts(self, path: str) -> Facts:
        """What is known of a stylesheet."""
        known = self.known.get(path)
        if known is None:
            known = self.known[path] = _facts(self.graph, path, self.cache)
        return known

    def edits(self, path: str, edits: Iterable[Edit], plain: Callable[[str], Iterable[Edit]]) -> tuple[Edit, ...]:
        """`edits` of a file, with its imports replaced. `plain`: those of any file without that."""
        parts = self.put_in[path]
        marks = [Edit(Span(0, 0), ('@charset "utf-8";',), REASON)] if path in self.marked else []
        made = (Edit(one.span, tuple(self._pieces(path, one, plain)), REASON) for one in parts)
        return (*marks, *_outside(edits, parts), *made)

    def _pieces(self, root: str, part: PutIn, plain: Callable[[str], Iterable[Edit]]) -> Iterator[Piece]:
        """What stands in place of an import of the sheet `root`, or of one that is put into it."""
        path = part.target
        known, text = self.facts(path), text_of(self.graph, path, self.cache)
        edits = list(_outside(moved(self.graph, root, path, text, plain(path)), part.inside))
        edits += (Edit(one.span, tuple(self._pieces(root, one, plain)), REASON) for one in part.inside)
        body = Cut(Span(known.start, known.end), text[known.start : known.end])
        yield part.before
        yield from repeated(edits, (body, known.tail))
        yield part.after


def _outside(edits: Iterable[Edit], parts: Sequence[PutIn]) -> Iterator[Edit]:
    """Without those of the statements that are replaced."""
    return (one for one in edits if not any(part.span.start <= one.span.start < part.span.end for part in parts))


def imports(graph: Graph, survey: Survey, decisions: Mapping[str, Decision], cache: Cache) -> Imports:
    """What becomes of all imports of a site."""
    found = Imports(graph, cache)
    asking = {path: _asked(graph, path) for path, asset in graph.assets.items() if asset.format == "css"}
    asking = {path: targets for path, targets in asking.items() if targets}
    if not asking:
        return found
    if survey.rules_read:
        why = f"{survey.rules_read} looks into stylesheets, where an import is a rule of its own"
        found.reasons = {path: dict.fromkeys(_numbers(graph, path), why) for path in asking}
        return found
    _Decider(found, asking, survey, decisions).decide()
    return found


def _numbers(graph: Graph, path: str) -> Iterator[int]:
    return (number for number, link in enumerate(graph.links(path)) if link.reference.syntax == "@import")


def _asked(graph: Graph, path: str) -> tuple[str, ...]:
    """The sheets of the site that a sheet imports. Its own name if it imports others only."""
    links = [link for link in graph.links(path) if link.reference.syntax == "@import"]
    targets = dict.fromkeys(link.target for link in links if link.target is not None)
    return tuple(targets) or ((path,) if links else ())


class Stays(Exception):
    """Why an import stays."""


class _Decider:
    """Decides about every sheet that a page loads, and about those that such a sheet goes on importing."""

    def __init__(
        self, found: Imports, asking: Mapping[str, Sequence[str]], survey: Survey, decisions: Mapping[str, Decision]
    ) -> None:
        self.found = found
        self.graph = found.graph
        self.asking = asking
        self.survey = survey
        self.decisions = decisions
        self.trees: dict[str, Tree] = {}
        self.places: dict[str, dict[int, int]] = {}
        imported = {target for path, targets in asking.items() for target in targets if target != path}
        self.entries = sorted({*survey.stylesheets, *(path for path in asking if path not in imported)})
        self.owners = self._owners()
        self._custom: bool | None = None

    def decide(self) -> None:
        self._grow()
        waiting = [path for path in self.entries if path in self.asking]
        done = set(waiting)
        while waiting:
            path = waiting.pop()
            for target in self._root(path):
                if target in self.asking and target not in done:
                    done.add(target)
                    waiting.append(target)

    def _owners(self) -> Counter[str]:
        """By how many entries each sheet is loaded, directly or not."""
        owners: Counter[str] = Counter()
        for entry in self.entries:
            reached, waiting = {entry}, [entry]
            while waiting:
                for target in self.asking.get(waiting.pop(), ()):
                    if target not in reached:
                        reached.add(target)
                        waiting.append(target)
            owners.update(reached)
        return owners

    # -- what every sheet comes to, imported ones first -----------------------------------------------------------------------

    def _grow(self) -> None:
        needs = {path: tuple(sorted(targets)) for path, targets in self.asking.items()}
        needs |= {target: () for targets in self.asking.values() for target in targets if target not in needs}
        for group in components(needs):
            if len(group) > 1:
                self.trees |= {path: Tree(reason="stylesheets that import each other in a circle") for path in group}
            else:
                self.trees[group[0]] = self._tree(group[0])

    def _tree(self, path: str) -> Tree:
        if self.graph.assets[path].format != "css":
            return Tree(reason="it is no stylesheet")
        if self.decisions[path].naming == "prehashed":
            return Tree(reason="it passes through unchanged")
        known = self.found.facts(path)
        if known.refusal or known.in_front:
            return Tree(reason=known.refusal or known.in_front)
        try:
            parts = tuple(self._part(path, one) for one in known.imports)
        except Stays as stays:
            return Tree(reason=f"it has an import that stays: {stays}")
        below = [self.trees[one.target] for one in parts]
        count, depth = 1 + sum(one.sheets for one in below), 1 + max((one.depth for one in below), default=0)
        if count > _MOST or depth > _DEEPEST:
            return Tree(reason=f"it imports more than {_MOST} stylesheets, or in a chain of more than {_DEEPEST}")
        return Tree(parts, count, depth)

    def _places(self, path: str) -> dict[int, int]:
        """The numbers of the imports of a sheet, by where their URLs stand."""
        known = self.places.get(path)
        if known is None:
            links = self.graph.links(path)
            known = self.places[path] = {links[number].reference.span.start: number for number in _numbers(self.graph, path)}
        return known

    def _part(self, path: str, rule: Statement) -> PutIn:
        """An import replaced by all that it asks for. Raises `Stays`."""
        if rule.at < 0:
            raise Stays("not every browser understands it")
        number = self._places(path).get(rule.at)
        if number is None:
            raise Stays("it asks for no file")
        link = self.graph.links(path)[number]
        if link.target is None or link.state != "found" or not names_target(link):
            raise Stays(_UNKNOWN.get(link.state, "its bytes are not known"))
        if link.target == path:
            raise Stays("it imports itself")
        tree = self.trees[link.target]
        if tree.reason:
            raise Stays(tree.reason)
        before = f"@media {rule.media}{{" if rule.media else ""
        before += f"@supports {rule.supports}{{" if rule.supports else ""
        before += f"@layer {rule.layer}".rstrip() + "{" if rule.layer is not None else ""
        return PutIn(number, rule.span, link.target, before, "}" * before.count("{"), tree.parts)

    # -- what a sheet that is loaded gets -------------------------------------------------------------------------------------

    def _root(self, path: str) -> list[str]:
        """Decide about the imports of `path`; gives the sheets that it goes on importing."""
        known = self.found.facts(path)
        reasons = self.found.reasons.setdefault(path, {})
        load, chosen, why = _Load(self, path, known), list[PutIn](), self._hindrance(path, known)
        for statement in () if why else reversed(known.imports):
            try:
                part = self._part(path, statement)
                load.take(part)
            except Stays as stays:
                why = str(stays)
                self._tell(path, statement, why, reasons)
                why = "one behind it stays, and rules may not come before that"
                break
            chosen.append(part)
        if chosen:
            self.found.put_in[path] = tuple(reversed(chosen))
            if load.marked:
                self.found.marked.add(path)
        numbers = self.found.inlined(path)
        dead = "" if why else "it stands behind a rule, and browsers ignore it"
        for number in _numbers(self.graph, path):
            if number not in numbers:
                reasons.setdefault(number, why or dead)
        links = self.graph.links(path)
        return [target for number in sorted(reasons) if (target := links[number].target) is not None]

    def _hindrance(self, path: str, known: Facts) -> str:
        if self.decisions[path].naming == "prehashed":
            return "the file passes through unchanged"
        if path in self.survey.fetched or path in self.survey.modules:
            return "a script reads its text, and the sheet that it makes of that imports nothing"
        return known.refusal

    def _tell(self, path: str, statement: Statement, why: str, reasons: dict[int, str]) -> None:
        for number, link in enumerate(self.graph.links(path)):
            if statement.span.start <= link.reference.span.start < statement.span.end:
                reasons[number] = why

    def has_custom(self) -> bool:
        """Has any custom property of the site a relative URL?"""
        if self._custom is None:
            inline = [path for path in self.survey.custom_urls if self.graph.assets[path].format != "css"]
            sheets = (path for path in self.survey.custom_urls if self.graph.assets[path].format == "css")
            self._custom = bool(inline) or any(self.found.facts(path).custom for path in sheets)
        return self._custom


class _Load:
    """What is put into one sheet, and whether more may come. `marked`: must it say that it is UTF-8?"""

    def __init__(self, decider: _Decider, root: str, known: Facts) -> None:
        self.decider = decider
        self.root = root
        self.known = known
        self.seen: Counter[str] = Counter()
        self.count = 0
        self.repeated = 0
        self.charsets: set[str] = set()
        self.marked = False

    def take(self, part: PutIn) -> None:
        """Put a part in, and all inside of it. Raises `Stays`; then nothing of it counts."""
        state = self.seen.copy(), self.count, self.repeated, set(self.charsets)
        try:
            self._take(part, in_block=False, charset=self.known.charset)
            self.marked = self._mark()
        except Stays:
            self.seen, self.count, self.repeated, self.charsets = state
            raise

    def _take(self, part: PutIn, *, in_block: bool, charset: str) -> None:
        path = part.target
        known = self.decider.found.facts(path)
        self._weigh(path, known.end - known.start)
        in_block = in_block or bool(part.before)
        if in_block and known.in_block:
            raise Stays(f"{path}: {known.in_block}")
        if folder_of(path) != folder_of(self.root):
            self._move(path, known)
        charset = known.charset or charset
        if not known.ascii:
            self.charsets.add(charset)
        for inner in part.inside:
            self._take(inner, in_block=in_block, charset=charset)

    def _weigh(self, path: str, size: int) -> None:
        self.count += 1
        self.seen[path] += 1
        if self.count > _MOST:
            raise Stays(f"more than {_MOST} stylesheets would come together")
        if self.seen[path] > 1 or self.decider.owners[path] > 1:
            self.repeated += size
            if size > _SHARED or self.repeated > _REPEATED:
                raise Stays(f"{path} is large and loaded by other stylesheets or pages too, which share it")

    def _move(self, path: str, known: Facts) -> None:
        """May the sheet be said in another folder?"""
        graph = self.decider.graph
        if known.in_folder:
            raise Stays(f"{path}: {known.in_folder}")
        if any(link.state == "unknown" and _is_relative(link.reference) for link in graph.links(path)):
            raise Stays(f"{path}: what one of its URLs means is not known")
        if any(one.code == "css-syntax" for one in graph.assets[path].prepared.findings):
            raise Stays(f"{path}: it has a URL or string that is not read with certainty")
        if known.varied and self.decider.has_custom():
            raise Stays(f"{path}: it uses URLs of custom properties, which browsers resolve differently")

    def _mark(self) -> bool:
        """Must the sheet say from now on that it is UTF-8? Text beyond ASCII means what it did only in the same encoding."""
        if not self.charsets or (self.charsets == {self.known.charset} and "other" not in self.charsets):
            return False
        if self.charsets == {"utf-8"} and not self.known.charset and self.known.ascii:
            return True
        raise Stays("its encoding may not be that of the importing stylesheet")


def moved(graph: Graph, root: str, path: str, text: str, edits: Iterable[Edit]) -> Iterator[Edit]:
    """The edits of sheet `path` for its text in `root`: its URLs lead where they did, and its source map is not the other's."""
    links, known = graph.links(path), {edit.span: edit for edit in edits}
    same = folder_of(root) == folder_of(path)
    before = relative(folder_of(path) + "x", root)[:-1]
    for link in links:
        span, kind = link.reference.span, link.reference.kind
        edit = known.pop(Span(link.reference.tail, span.end), None) or known.pop(span, None)
        if kind == "sourcemap":
            start, end = text.rfind("/*", 0, span.start), text.find("*/", span.end)
            yield Edit(Span(start, end + 2), (), REASON)
        elif same or not _is_relative(link.reference):
            yield from () if edit is None else (edit,)
        elif edit is None:
            yield Edit(Span(span.start, span.start), (before,), REASON)
        elif isinstance(edit.pieces[0], Name):
            yield Edit(span, (Url(edit.pieces[0].path, root),), edit.reason)
        else:
            yield edit
    yield from known.values()


def _is_relative(one: Reference) -> bool:
    return one.base == "file" and one.url[:1] not in ("/", "\\") and not is_foreign(one.url)


def text_of(graph: Graph, path: str, cache: Cache) -> str:
    """The text of a sheet that its references count in."""
    asset = graph.assets[path]
    minified = asset.format if asset.prepared.minified == "yes" else ""
    return served_text(asset.source.file, asset.source.digest, minified, cache)


def _facts(graph: Graph, path: str, cache: Cache) -> Facts:
    """What is known of a sheet; kept by its content."""
    asset = graph.assets[path]
    source = asset.source
    minified = asset.prepared.minified == "yes"
    key = f"inclusion {VERSION} {source.digest} {minified} {formats.versions()}"
    kept = unpack(cache.read(key) or b"")
    if isinstance(kept, Facts):
        return kept
    from assetforge.inclusion import facts  # with all that reads CSS: where nothing changed, nothing is read

    urls = [link.reference.span for link in _urls(graph.links(path))]
    found = facts(text_of(graph, path, cache), urls)
    written = decode(read(source.file, source.digest))
    if (written.encoding, written.errors) != ("utf-8", "strict"):
        found = found._replace(refusal=found.refusal or "it is in another encoding than UTF-8")
    cache.write(key, pack(found))
    return found


def _urls(links: Iterable[Link]) -> Iterator[Link]:
    return (one for one in links if one.reference.kind not in ("style", "sourcemap") and _is_relative(one.reference))
