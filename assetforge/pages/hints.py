"""Hints that a page gives the browser about what it will need: `modulepreload`, `preload`, `preconnect`, `dns-prefetch`.

What they do: the browser finds a module's imports only when the module is there, a moved script only when the text has come that
far, and another host's name and certificate only when it asks. What must stay true: a hint never makes a second request, so it asks
in the same mode (`crossorigin`) and with the same `integrity` as what it announces (Fetch Standard, 2.3, and Preload: "consume a
preloaded resource"); and nothing is announced that the page does not load.

A preload raises a script above the pictures of the page, so it is given only where the script has come to stand far from where it
was; beside a picture with low priority. A deferred script needs none: the browser finds it where it stands.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from assetforge.formats.html.outline import Loading, Outline
from assetforge.pages.page import Page
from assetforge.pages.plan import Hint, ScriptDecision, ScriptPlan
from assetforge.pages.script.asynchronous import head_place
from assetforge.pages.script.kinds import RUNS, kind, source
from assetforge.text import Integrity, Piece, Url

# A first packet of a slow connection, with room: what stands closer is found in time (characters).
FAR = 60_000
MOST_HOSTS = 4  # more connections in advance get in each other's way
MOST_MODULES = 60
_AUTHORITY = re.compile(r"(?:(https?):)?//([^/?#\\]+)", re.IGNORECASE)
_FONT_SHEETS = {"fonts.googleapis.com": "https://fonts.gstatic.com"}
_WHITE = " \t\n\f\r"


class Modules(NamedTuple):
    """What is known of modules and files. `path`: the file of the site that a script element loads, by index; None where it is none
    of the site. `imports`: the files that a module imports statically, in order; `inline`: those that the module imports whose text
    stands in the page at that index."""

    path: Callable[[int], str | None] = lambda index: None
    imports: Callable[[str], Sequence[str]] = lambda path: ()
    inline: Callable[[int], Sequence[str]] = lambda index: ()


def hints(page: Page, plan: ScriptPlan | None, modules: Modules) -> tuple[Hint, ...]:
    """The hints of one page, those that it gives itself left out, in the order in which they are best given."""
    given = _given(page.outline)
    found = [*_connections(page.outline, plan), *_preloads(page, plan, modules), *_module_preloads(page.outline, modules)]
    kept: dict[tuple[str, Piece], Hint] = {}
    for hint in found:
        if not (isinstance(hint.href, str) and (hint.rel, _origin(hint.href) or hint.href) in given):
            kept.setdefault((hint.rel, hint.href), hint)
    return tuple(kept.values())


def place(outline: Outline) -> int | None:
    """The str offset in the head where hints go: behind what changes their meaning, and behind import maps, which a module preload
    before them would make void (HTML Standard, "register an import map"). None where the text has no head."""
    return head_place(outline)


def _given(outline: Outline) -> set[tuple[str, str]]:
    """Hints that the page gives, by what they announce."""
    found = set()
    for element in outline.tree.elements:
        if element.name == "link":
            own = dict(element.attributes)
            for rel in own.get("rel", "").lower().split():
                href = own.get("href", "").strip()
                found.add((rel, _origin(href) or href))
                if rel == "preconnect":
                    found.add(("dns-prefetch", _origin(href) or href))
    return found


# -- hosts ------------------------------------------------------------------------------------------------------------------


def _connections(outline: Outline, plan: ScriptPlan | None) -> Iterator[Hint]:
    """Connections to the hosts that hold up the first paint, name look-ups for the others."""
    decided = {one.element: one for one in plan.decisions} if plan else {}
    blocking: dict[tuple[str, str | None], None] = {}
    others: dict[str, None] = {}
    for index, one in enumerate(outline.loading):
        origin = _origin(_url(one) or "")
        if not origin or one.inert:
            continue
        if _holds_up(one, decided.get(index)):
            blocking[origin, _mode(one)] = None
            if fonts := _FONT_SHEETS.get(origin.partition("//")[2]):
                blocking[fonts, ""] = None
        elif one.name == "link" or kind(one) in RUNS:
            others[origin] = None
    hosts = dict.fromkeys(origin for origin, _ in blocking)
    yield from (Hint("preconnect", origin, crossorigin=mode) for origin, mode in list(blocking)[:MOST_HOSTS])
    yield from (Hint("dns-prefetch", origin) for origin in others if origin not in hosts)


def _holds_up(one: Loading, decision: ScriptDecision | None) -> bool:
    if one.name == "script":
        return kind(one) == "sync" and (decision is None or decision.verb == "keep") and not one.at_end
    return one.name == "link" and one.parent == "head"


def _url(one: Loading) -> str | None:
    found = source(one) if one.name == "script" else one.attribute("href")
    return found.strip(_WHITE) if found else None


def _origin(url: str) -> str:
    """`https://host` of an absolute URL, empty of any other. One without a scheme has the page's: nearly always https."""
    match = _AUTHORITY.match(url)
    return f"{(match[1] or 'https').lower()}://{match[2].rpartition('@')[2].lower()}" if match else ""


def _mode(one: Loading) -> str | None:
    """The `crossorigin` of a connection: sent with credentials or without (HTML Standard, CORS settings attributes)."""
    said = one.attribute("crossorigin")
    if said is None:
        return "" if one.name == "script" and kind(one) == "module" else None
    return "use-credentials" if said.strip().lower() == "use-credentials" else ""


# -- scripts ----------------------------------------------------------------------------------------------------------------


def _preloads(page: Page, plan: ScriptPlan | None, modules: Modules) -> Iterator[Hint]:
    """Scripts that moved far down the text."""
    if plan is None or plan.bottom is None:
        return
    pictures = any(element.name in ("img", "picture", "video") for element in page.outline.tree.elements)
    for decision in plan.decisions:
        one = page.outline.loading[decision.element]
        url = _url(one)
        if decision.verb != "move" or not url or kind(one) != "sync" or plan.bottom - one.span.start < FAR:
            continue
        path, digest = modules.path(decision.element), one.attribute("integrity")
        yield Hint(
            "preload",
            Url(path) if path else url,
            "script",
            _mode(one),
            Integrity(path) if path and digest else digest,
            one.attribute("referrerpolicy"),
            "low" if pictures else None,
        )


def _module_preloads(outline: Outline, modules: Modules) -> Iterator[Hint]:
    """What the modules of a page import, and what those import, each once; those that stand in the page are found by themselves."""
    named = {path for index in range(len(outline.loading)) if (path := modules.path(index))}
    for index, one in enumerate(outline.loading):
        if one.name != "script" or one.inert or not _is_module(one):
            continue
        path = modules.path(index)
        mode = _mode(one) if one.attribute("crossorigin") is not None else None
        roots = [path] if path else [*modules.inline(index)] if source(one) is None else []
        for imported in _reached(roots, modules.imports):
            if imported not in named:
                yield Hint("modulepreload", Url(imported), crossorigin=mode)


def _is_module(one: Loading) -> bool:
    return (one.attribute("type") or "").strip(_WHITE).lower() == "module" and not one.foreign


def _reached(roots: Iterable[str], imports: Callable[[str], Sequence[str]]) -> Iterable[str]:
    """Modules and all that they lead to, nearest first."""
    found: dict[str, None] = dict.fromkeys(roots)
    waiting = list(found)
    for module in waiting:
        fresh = [one for one in imports(module) if one not in found]
        found.update(dict.fromkeys(fresh))
        waiting += fresh
        if len(found) > MOST_MODULES:
            break
    return list(found)[:MOST_MODULES]


def tag(hint: Hint) -> tuple[Piece, ...]:
    """The `<link>` of a hint. What it takes from the page is escaped."""
    attributes: list[tuple[str, Piece | None]] = [
        ("href", hint.href), ("as", hint.destination or None), ("crossorigin", hint.crossorigin), ("integrity", hint.integrity),
        ("referrerpolicy", hint.referrerpolicy), ("fetchpriority", hint.fetchpriority), ("media", hint.media),
    ]  # fmt: skip
    pieces = [piece for name, value in attributes if value is not None for piece in _attribute(name, value)]
    return (f'<link rel="{hint.rel}"', *pieces, ">")


def _attribute(name: str, value: Piece) -> tuple[Piece, ...]:
    if not isinstance(value, str):
        return (f' {name}="', value, '"')
    escaped = value.replace("&", "&amp;").replace('"', "&quot;")
    return (f' {name}="{escaped}"',) if value else (f" {name}",)
