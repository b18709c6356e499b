"""One template, made ready: what is written out in it is found as in a page, and what its tags name is checked.

The dialect says where template syntax lies; html reads the rest, at the same offsets. What must stay true: a reference that
template syntax has a part in is nobody's but the engine's and stays; a tag that names an asset (`{% static 'css/app.css' %}`)
stays a tag or becomes the URL it would write, and must name a file that exists: what is missing would be an error 500 when the page
is rendered. Where the HTML depends on a branch, or a tag takes text as its own, nothing is changed.

Inline scripts and styles are minified as files are, in a text that makes the same references by the same constructs; the references
are then those of that text.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from assetforge import branches, dialects, formats, inline
from assetforge.config import Root, Templates
from assetforge.dialects import DJANGO, JINJA, PLAIN, Dialect, Filter, Function, Masked, Mention, Syntax, Tag
from assetforge.dialects.masking import COMMENT, EXPRESSION, TAG
from assetforge.prepare import Asked, Prepared, Ready, Task, Whole, custom_urls, expand, identity, placed, prepare, reads_rules
from assetforge.reference import PATH_END, Embed, Finding, IntegrityValue, Parsed, Reference
from assetforge.sources import decode, read
from assetforge.tagged import named, partly_written
from assetforge.text import Span, changed

# What a template may be called. Other files below a root of templates (mails, scripts) are copied as they are.
SUFFIXES = (".html", ".htm", ".xhtml", ".djhtml", ".jinja", ".jinja2", ".j2")
_NOT_HTML = frozenset(
    {
        "conf", "cfg", "ini", "toml", "yml", "yaml", "env", "service", "sh", "bash", "py", "js", "mjs", "ts", "css", "scss", "json",
        "xml", "rss", "atom", "svg", "txt", "text", "md", "rst", "tex", "csv", "sql", "ics", "vcf", "eml", "po", "properties",
    }
)  # fmt: skip
DIALECTS: dict[str, Dialect] = {"plain": PLAIN, "django": DJANGO, "jinja": JINJA}
_OWN = ("", "static")  # the application's own folder
_OF_VIEW = ".static"  # that of the blueprint whose view renders the template
_USUAL = "/static/"  # where the application's own folder answers, if no root says so
NOT_MINIFIED = "it is a template"
_SLASH = Finding(
    "missing-reference",
    "error",
    Span(0, 0),
    "static tag names a path that begins with a slash, which no file has",
    "write it without",
)
_FILLING = {COMMENT, EXPRESSION, TAG}
_PLAIN_REST = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789?#=._-")


def is_page(path: str) -> bool:
    """Is a file below a root of templates a page, by its name? `nginx.conf.j2` is another text that an engine fills in."""
    stem, _, suffix = path.rpartition("/")[2].lower().rpartition(".")
    return "." + suffix in SUFFIXES and stem.rpartition(".")[2 if "." in stem else 0] not in _NOT_HTML


def prepare_any(task: Task) -> Ready:
    """Read and parse one file, template or not. Raises `SourceChanged` and OSError."""
    if task.dialect == "plain":
        return prepare(task)
    text = decode(read(task.file, task.digest)).text
    dialect = dialect_of(task.dialect, task.templates)
    return Ready(prepare_template(text, dialect, task.scopes, urls=task.templates.urls, languages=task.inline), None)


@lru_cache(maxsize=64)
def dialect_of(name: str, chosen: Templates) -> Dialect:
    """The dialect of a root of templates, with what its project adds."""
    plain = DIALECTS[name]
    idioms = plain.idioms.extended(
        tags={tag: Tag(argument, names) for tag, argument, names in chosen.tags},  # type: ignore[arg-type]
        functions={
            function: (Function(argument, scope, scopes, names=names),)  # type: ignore[arg-type]
            for function, argument, scope, scopes, names in chosen.functions
        },
        filters={name: Filter(does) for name, does in chosen.filters},  # type: ignore[arg-type]
        prefixes=frozenset(chosen.variables),
        taken=frozenset(chosen.bodies),
    )
    return Dialect(name=plain.name, syntax=Syntax(**dict(chosen.syntax)), idioms=idioms)  # type: ignore[arg-type]


def scopes_of(roots: tuple[Root, ...], root: Root) -> str:
    """Where the folders lie that the tags of a template in `root` name files of: scope → URL prefix, as JSON.

    A folder answers to each of its scopes, with and without Flask's `.static`. The application's own is the first static root
    without a scope; in the templates of a blueprint, `.static` is taken for the blueprint's."""
    static = [one for one in roots if one.kind == "static"]
    own = next((one.prefix for one in static if not one.scopes), None if static else _USUAL)
    known = dict.fromkeys(_OWN, own) if own is not None else {}
    for one in static:
        for scope in one.scopes:
            known.setdefault(scope, one.prefix)
            known.setdefault(f"{scope}.static", one.prefix)
    of_view = next((known[scope] for scope in root.scopes if scope in known), None)
    if of_view is not None:
        known[_OF_VIEW] = of_view
    return json.dumps(known)


def prepare_template(text: str, dialect: Dialect, scopes: str, *, urls: str = "tags", languages: str = "") -> Prepared:
    """What is known of a template from its text alone. `scopes`: as `scopes_of` says them; `urls`: as in `Templates`; `languages`:
    those whose inline text is minified."""
    folders: Mapping[str, str] = json.loads(scopes)
    original = _read(text, dialect, folders)
    if original.refusal is not None:
        return Prepared(Parsed(), (), NOT_MINIFIED, "", (), (), placed(text, (original.refusal,)))
    short = inline.shortened(text, original.embeds, languages, original.masked, dialect)
    served, served_text = original, text
    if short.changes:
        served_text = changed(text, short.changes)
        served = _read(served_text, dialect, folders)
        if not _same(original, served) or not inline.same_constructs(text, served_text, dialect):
            served, served_text, short = original, text, inline.NOTHING
    origins = tuple(one.span for one in original.parsed.references) if short.changes else ()
    return Prepared(
        served.parsed._replace(findings=()),
        origins,
        NOT_MINIFIED,
        "",
        (),
        tuple(served_text[one.span.start : one.span.end] for one in served.parsed.integrities),
        placed(text, (*original.parsed.findings, *short.findings)),
        short.changes,
        short.tally,
        original.asked,
        served.wholes if urls == "literal" else (),
        reads_rules("html", text, original.embeds),
        custom_urls("html", text, original.embeds),
    )


class _Read(NamedTuple):
    """`parsed`: what the author wrote out and what tags name, in the order of the text."""

    masked: Masked
    parsed: Parsed = Parsed()
    asked: tuple[Asked, ...] = ()
    wholes: tuple[Whole, ...] = ()
    embeds: tuple[Embed, ...] = ()
    refusal: Finding | None = None


def _read(text: str, dialect: Dialect, folders: Mapping[str, str]) -> _Read:
    masked = dialects.mask(text, dialect)
    if masked.refusal is not None:
        return _Read(masked, refusal=masked.refusal)
    fold = branches.fold(masked)
    page = formats.parse("html", fold.text)
    page = page._replace(embeds=tuple(one for one in _as_scripts(page.embeds, masked) if fold.is_certain(_all(one))))
    parsed = expand(page, fold.text)
    mentions = dialects.references(text, dialect, masked).mentions
    tagged = [(one, named(one, folders)) for one in mentions]
    asked = [found for _, found in tagged if isinstance(found, Asked)]
    asked += partly_written(text, masked, parsed.references, (one.island for one, _ in tagged))
    plain = _plain(parsed, masked, fold)
    parsed, wholes = _together(plain, [(one, found) for one, found in tagged if isinstance(found, Reference)], parsed, text)
    wrong = (_SLASH._replace(span=one.span) for one in mentions if dialect.name == "django" and _begins_with_slash(one))
    base = None if page.base is None or _FILLING & {*page.base} else page.base
    parsed = parsed._replace(findings=(*plain.findings, *fold.findings, *wrong), base=base)
    embeds = tuple(one for one in page.embeds if not masked.owner(one.text.start))
    return _Read(masked, parsed, tuple(sorted(asked, key=lambda one: one.span)), wholes, embeds)


def _begins_with_slash(one: Mention) -> bool:
    return one.syntax == "static tag" and one.reference is not None and one.reference.url[:1] == "/" and not one.folder


def _all(embed: Embed) -> Span:
    return embed.text.span(0, len(embed.text.text))


def _as_scripts(embeds: tuple[Embed, ...], masked: Masked) -> Iterator[Embed]:
    """Inline scripts with names and white space in place of islands: a mask's characters are none of JavaScript's."""
    for one in embeds:
        start, end = _all(one)
        if one.format.startswith("js") and one.text.offsets is None and (islands := masked.touched(Span(start, end))):
            holes = ((max(at, start) - start, min(to, end) - start, writes) for (at, to), _, _, writes in islands)
            text = changed(one.text.text, ((at, to, ("$" if writes else " ") * (to - at)) for at, to, writes in holes))
            yield one._replace(text=one.text._replace(text=text))
        else:
            yield one


def _plain(parsed: Parsed, masked: Masked, fold: branches.Fold) -> Parsed:
    """What the author wrote out. No import map is put into a template: its page is not known whole."""
    numbers = [at for at, one in enumerate(parsed.references) if masked.is_plain(one.span) and fold.is_certain(one.span)]
    rank = {old: new for new, old in enumerate(numbers)}
    integrities = (one for one in parsed.integrities if one.reference in rank and masked.is_plain(one.span))
    return Parsed(
        references=tuple(_owned(parsed.references[at], masked) for at in numbers),
        integrities=tuple(IntegrityValue(one.span, rank[one.reference]) for one in integrities),
        lookups=tuple(one for one in parsed.lookups if masked.is_plain(one.span)),
        findings=parsed.findings,
    )


def _owned(one: Reference, masked: Masked) -> Reference:
    owner = masked.owner(one.span.start)
    return one._replace(locked=f"it belongs to {{% {owner} %}}") if owner else one


def _together(plain: Parsed, tagged: list[tuple[Mention, Reference]], page: Parsed, text: str) -> tuple[Parsed, tuple[Whole, ...]]:
    """What is written out and what is named by tags, in the order of the text. The integrity beside a tag that is the whole value
    of an attribute speaks of what the tag names."""
    references = [*plain.references, *(found for _, found in tagged)]
    order = sorted(range(len(references)), key=lambda at: references[at].span)
    rank = {old: new for new, old in enumerate(order)}
    behind = len(plain.references)
    integrities = [IntegrityValue(one.span, rank[one.reference]) for one in plain.integrities]
    wholes = []
    by_island: dict[Span, int] = {}
    for number, (mention, found) in enumerate(tagged):
        if found.deferred and mention.whole and not mention.owner:
            rest = mention.reference.url if mention.reference else ""
            cut = PATH_END.search(rest)
            rest = rest[cut.start() :] if cut else ""
            by_island[mention.island] = rank[behind + number]
            if _PLAIN_REST.issuperset(rest) and not inline.TAKES_WHITE_SPACE.search(text[slice(*mention.island)]):
                wholes.append(Whole(rank[behind + number], mention.island, rest))
    for one in page.integrities:
        number = by_island.get(page.references[one.reference].span, -1)
        if number >= 0:
            integrities.append(IntegrityValue(one.span, number))
    parsed = plain._replace(
        references=tuple(references[at] for at in order), integrities=tuple(sorted(integrities, key=lambda one: one.span))
    )
    return parsed, tuple(wholes)


def _same(original: _Read, served: _Read) -> bool:
    """Do both texts make the same references, ask for the same and state the same?"""
    asked = [[one._replace(span=Span(0, 0)) for one in read.asked] for read in (original, served)]
    return served.refusal is None and asked[0] == asked[1] and identity(original.parsed) == identity(served.parsed)
