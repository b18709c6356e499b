"""What the template syntax of a file asks for, as URLs of the site: a reference where it is one file, else what is known of it.

What must stay true: nothing is guessed. A reference that comes out of here is checked against the files there are; a pattern claims
every file that the template may ask for; all else says why it is left alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

from assetforge.dialects import Island, Masked, Mention, Pattern
from assetforge.names import quoted
from assetforge.prepare import Asked
from assetforge.reference import PATH_END, Kind, Reference, is_foreign
from assetforge.text import Span

_PAGES = frozenset({"pathto", "url filter"})  # paths relative to the pages that Sphinx or MkDocs write
_OF_SYNTAX = {"admin_static.url": "admin.static"}  # helpers that mean one folder
_LOGICAL = frozenset({"asset_url", "asset_integrity"})  # take the path of the manifest, static folder and all
_HOLE = "…"  # stands for what is not known


def named(one: Mention, folders: Mapping[str, str]) -> Reference | Asked | None:
    """What a tag names. `folders`: URL prefixes by scope, as `templates.scopes_of` says them."""
    if one.outcome == "folder":
        return _asked(one, "kept", why="a folder, which no digest is part of")
    if one.outcome == "bundle":
        return _asked(one, "unknown", why="a bundle, which only its tag can resolve")
    if one.outcome == "computed":
        return _asked(one, "runtime")
    if one.owner:
        return _asked(one, "unknown", why=f"it belongs to {{% {one.owner} %}}")
    if one.reference is not None and one.syntax != "static tag" and is_foreign(one.reference.url):
        return one.reference._replace(locked="it is the argument of a tag")
    if one.syntax in _PAGES:
        return _asked(one, "unknown", why="its path is relative to the pages that are written")
    folder = _folder(one, folders)
    if folder is None:
        return _asked(one, "unknown", why=f"no static root has the scope “{one.scope or 'static'}”")
    if one.outcome == "pattern":
        return _asked(one, "pattern", tuple(_below(folder, pattern, one.written == "url") for pattern in one.patterns))
    return _literal(one, folder)


def _literal(one: Mention, folder: str) -> Reference | None:
    if one.reference is None:
        return None
    written = one.folder + one.reference.url
    if (
        one.syntax == "static tag" and one.written == "path"
    ):  # Django's storage reads the path as a URL, and knows none that begins with a slash
        written = unquote(written, errors="surrogateescape").strip()
    path = written.lstrip("/")
    if one.written == "url":  # behind `{{ STATIC_URL }}`: nothing looks this up, so the file's own name is what the page asks for
        return one.reference._replace(url=folder + path, locked="a tag writes the URL of its folder")
    cut = PATH_END.search(path)
    at = cut.start() if cut else len(path)
    return one.reference._replace(url=folder + quoted(path[:at]) + path[at:], deferred=True)


def _folder(one: Mention, folders: Mapping[str, str]) -> str | None:
    """The URL prefix of the folder that a mention's path lies in. Of a package's folder (`shop:static/css/app.css`) the scope names
    the package or, with the folder, what the prefix stands for: then the prefix is that of the package."""
    if one.syntax in _LOGICAL:
        return "/"
    return folders.get(_OF_SYNTAX.get(one.syntax, one.scope))


def _below(folder: str, pattern: Pattern, is_url: bool) -> Pattern:
    """A pattern over the paths of a folder as one over logical paths."""
    parts = [part if part is None or not is_url else unquote(part, errors="surrogateescape") for part in pattern]
    if parts and parts[0] is not None:
        return (folder.lstrip("/") + parts[0].lstrip("/"), *parts[1:])
    return (folder.lstrip("/"), *parts) if folder != "/" else tuple(parts)


def _asked(one: Mention, outcome: str, patterns: tuple[Pattern, ...] = (), why: str = "") -> Asked:
    written = one.folder + one.reference.url if one.reference else " or ".join(spoken(pattern) for pattern in one.patterns)
    looked_up = one.written == "path"
    return Asked(one.span, "fetch", one.syntax, written, outcome, patterns, looked_up, why)  # type: ignore[arg-type]


def spoken(pattern: Pattern, hole: str = _HOLE) -> str:
    """A pattern as a person reads it."""
    return "".join(hole if part is None else part for part in pattern)


def says_something(pattern: Pattern, folder: str = "") -> bool:
    """Is more known than the folder?"""
    whole = "".join(part or "" for part in pattern)
    return bool(whole.strip("/")) and whole.strip("/") != folder.strip("/")


# -- what the page writes, with template syntax in it --------------------------------------------------------------------------


def partly_written(text: str, masked: Masked, references: Iterable[Reference], islands: Iterable[Span]) -> Iterator[Asked]:
    """References of the page that template syntax has a part in (`src="/static/{{ picture }}"`). `islands`: of those that `named`
    speaks of, as they tell more."""
    told = {span.start for span in islands}
    for one in references:
        touched = masked.touched(one.span)
        if one.kind == "link" or one.optional or not touched or any(island.span.start in told for island in touched):
            continue
        pattern = _written(text, one.span, touched)
        if pattern[0] is None or not pattern[0].startswith("/") or is_foreign(pattern[0]) or not says_something(pattern):
            yield Asked(one.span, one.kind, one.syntax, spoken(pattern), "runtime")
        elif owner := masked.owner(one.span.start):
            yield Asked(one.span, one.kind, one.syntax, spoken(pattern), "unknown", why=f"it belongs to {{% {owner} %}}")
        else:
            paths = (_below("/", pattern, True),)
            yield Asked(one.span, one.kind, one.syntax, spoken(pattern), "pattern", paths, looked_up=False)


def _written(text: str, span: Span, touched: tuple[Island, ...]) -> Pattern:
    """The URL at `span` with a hole for each island, whatever that writes."""
    parts: list[str | None] = []
    at = span.start
    silent = [island for island in touched if not island.writes]
    if silent:  # branches are not told apart: from the first on to the end of the last, it may be anything
        first, last = silent[0].span, silent[-1].span
        around = Island(Span(first.start, last.end), "tag")
        touched = (
            *(island for island in touched if island.span.end <= first.start),
            around,
            *(island for island in touched if island.span.start >= last.end),
        )
    for island in touched:
        if island.span.start > at:
            parts.append(text[at : island.span.start])
        if not parts or parts[-1] is not None:
            parts.append(None)
        at = island.span.end
    return (*parts, text[at : span.end]) if at < span.end else tuple(parts)


def kind_fits(kind: Kind, of_path: Kind) -> bool:
    """May a file of the one kind answer a request of the other? A file whose name says nothing may."""
    scripts = {"script", "module"}
    return kind in ("fetch", of_path) or of_path == "fetch" or {kind, of_path} <= scripts
