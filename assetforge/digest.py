"""Names from bytes, bottom-up.

The references between hashed files are condensed into strongly connected components, which come out targets first. A lone file is
rendered with its targets' final names and hashed: a name is the digest of the bytes served. The members of a cycle are rendered
with each other's unhashed names, hashed together, and each is then called hash(digest of the group, its own path). A stable file
is known by its name from the start, so a reference to it never closes a cycle; only an `Integrity` of it must wait for its bytes.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from assetforge.errors import CycleError
from assetforge.integrity import metadata
from assetforge.names import Named, file_name, hashed_path, relative, url
from assetforge.output import Content
from assetforge.text import Edit, Hole, Integrity, Name

Fill = Callable[[Hole], str]


class Bytes(NamedTuple):
    """What rendering a file gave: its content and the digests of it (hex) and its size in bytes."""

    content: Content
    digest: str
    integrity: str
    size: int


Render = Callable[[str, Fill], Bytes]


class Names(NamedTuple):
    """All named files by path, their contents, and how a hole is filled."""

    named: Mapping[str, Named]
    contents: Mapping[str, Content]

    def fill(self, hole: Hole) -> str:
        """What stands in place of a hole, now that all names are known."""
        return _fill(hole, self.named[hole.path])


def name_all(edits: Mapping[str, Iterable[Edit]], hosts: Mapping[str, str], render: Render) -> Names:
    """Name every file of `edits` (path → its edits; stable files included), those of `hosts` by their bytes. `hosts`: path → the
    asset host, ending with `/`, that the hashed file is served from, or empty.

    `render(path, fill)` makes the bytes of a file. Raises `CycleError` where an integrity would have to contain itself.
    """
    needs = {path: _needs(its, edits, hosts) for path, its in edits.items()}
    named: dict[str, Named] = {}
    contents: dict[str, Content] = {}

    def final(hole: Hole) -> str:
        path = hole.path
        return _fill(hole, named.get(path) or Named(path, path, hosts.get(path, ""), "", "", 0))

    for group in components(needs):
        if len(group) > 1 or group[0] in needs[group[0]]:
            _refuse_integrity(group, edits)
            named.update(_cycle_names(group, hosts, render, final))
            for path in group:
                made = render(path, final)
                named[path] = named[path]._replace(digest=made.digest, integrity=made.integrity, size=made.size)
                contents[path] = made.content
        else:
            path = group[0]
            made = render(path, final)
            name_path = hashed_path(path, made.digest) if path in hosts else path
            named[path] = Named(path, name_path, hosts.get(path, ""), made.digest, made.integrity, made.size)
            contents[path] = made.content
    return Names(named, contents)


def _cycle_names(group: tuple[str, ...], hosts: Mapping[str, str], render: Render, final: Fill) -> Iterator[tuple[str, Named]]:
    """While none of the group is named, `final` says their unhashed names."""
    together = hashlib.sha256()
    for path in group:
        together.update(f"{path}\0{render(path, final).digest}\n".encode("utf-8", "surrogateescape"))
    made = []
    for path in group:
        digest = hashlib.sha256(f"{together.hexdigest()} {path}".encode("utf-8", "surrogateescape")).hexdigest()
        made.append((path, Named(path, hashed_path(path, digest), hosts[path], "", "", 0)))
    return iter(made)


def _needs(its: Iterable[Edit], edits: Mapping[str, object], hashed: Mapping[str, str]) -> tuple[str, ...]:
    """The files that must be named before this one, sorted."""
    holes = (piece for edit in its for piece in edit.pieces if not isinstance(piece, str))
    wanted = {hole.path for hole in holes if hole.path in hashed or isinstance(hole, Integrity)}
    return tuple(sorted(path for path in wanted if path in edits))


def _refuse_integrity(group: tuple[str, ...], edits: Mapping[str, Iterable[Edit]]) -> None:
    for path in group:
        for edit in edits[path]:
            for piece in edit.pieces:
                if isinstance(piece, Integrity) and piece.path in group:
                    raise CycleError(f"{path} states the integrity of {piece.path}, which depends on it: {' → '.join(group)}")


def _fill(hole: Hole, named: Named) -> str:
    if isinstance(hole, Name):
        return file_name(named.name_path)
    if isinstance(hole, Integrity):
        return metadata(named.integrity)
    return relative(named.name_path, hole.base) if hole.base is not None and not named.host else url(named)


def components(needs: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """The strongly connected components of a graph, targets first, each sorted (Tarjan 1972; without recursion: chains are
    long)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    for root in sorted(needs):
        if root in order:
            continue
        work = [(root, iter(needs[root]))]
        order[root] = low[root] = len(order)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in order:
                    order[target] = low[target] = len(order)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(needs[target])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], order[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    group = [stack.pop()]
                    while group[-1] != node:
                        group.append(stack.pop())
                    on_stack.difference_update(group)
                    yield tuple(sorted(group))
