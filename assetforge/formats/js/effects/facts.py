"""What is read off a script before anything is known of its values: calls, uses of members, names.

What must stay true: facts name nodes of the flow and places of the program, and decide nothing.
"""

from typing import NamedTuple

from assetforge.formats.js.effects import host
from assetforge.formats.js.effects.values import ANYTHING, Flow
from assetforge.formats.js.effects.words import words


class Site(NamedTuple):
    """A call. `values`: flow nodes of its arguments; `arguments`: their indexes; `this`: -1 for a plain call; `name`: of the
    method, where it is one; `place`: the index of its node."""

    place: int
    function: int
    values: tuple[int | None, ...]
    arguments: tuple[int, ...]
    this: int | None
    result: int | None
    name: str = ""
    new: bool = False
    spread: bool = False
    shifted: bool = False  # by call or apply


class Use(NamedTuple):
    """A member used. `how`: get, set, call, delete; `value`: what is stored; `result`: what it is worth."""

    how: str
    name: str
    place: int
    function: int
    result: int | None = None
    value: int | None = None
    site: Site | None = None


class Dynamic(NamedTuple):
    """A member whose name is computed. `name`: "" until known."""

    use: Use
    base: int
    key: int | None
    key_index: int


class Facts:
    """All that was read."""

    def __init__(self, flow: Flow) -> None:
        self.uses: dict[int, list[Use]] = {}
        self.sites: dict[int, list[Site]] = {}
        self.elements: dict[int, list[int]] = {}
        self.dynamic: list[Dynamic] = []
        self.named: list[tuple[int | None, Use]] = []  # members whose names alone mean something
        self.fields: dict[str, int] = {}
        self._watched = flow.watched
        self.globals: dict[str, int] = {}
        self.any = flow.node()  # what arrays hold and what is stored under computed names
        self.any_host = flow.node()  # what of it is of the host
        flow.put(self.any_host, ANYTHING)
        flow.wide.add(self.any)
        self.reads: list[tuple[str, int, int, bool]] = []
        self.writes: list[tuple[str, int, int]] = []
        self.roots: list[tuple[str, str, int, int]] = []  # stores into members of a global: name, first member, function, index
        self.getters: dict[str, list[int]] = {}
        self.gets: dict[str, set[int]] = {}
        self.contents: dict[int, int] = {}  # of a literal (its atom): the flow node of all that it holds
        self.stored: set[int] = set()  # flow nodes of fields
        self.opaque: tuple[str, int] | None = None
        self.imports: list[tuple[int, int]] = []
        self.evals: list[tuple[int, int]] = []

    def store(self, node: int) -> None:
        """Others may call the functions that come to `node`."""
        self.stored.add(node)
        self._watched.add(node)

    def use(self, base: int, use: Use) -> None:
        uses = self.uses.get(base)
        if uses is None:
            self.uses[base] = [use]
            self._watched.add(base)
        else:
            uses.append(use)

    def call(self, callee: int, site: Site) -> None:
        sites = self.sites.get(callee)
        if sites is None:
            self.sites[callee] = [site]
            self._watched.add(callee)
        else:
            sites.append(site)


NAMED_CALLS = frozenset(host.QUERIES) | host.INSERTERS | host.LAYOUT | words("""
    write writeln addEventListener insertRule addRule replaceSync createContextualFragment setAttribute attachEvent define
""")
NAMED_GETS = host.LAYOUT | {"classList"}
NAMED_SETS = host.CONTENT
