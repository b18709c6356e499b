"""One template, made ready: what is written out in it is found as in a page, and what its tags name is checked.

The dialect says where template syntax lies; html reads the rest, at the same offsets. What must stay true: a reference that
template syntax has a part in is nobody's but the engine's and stays; a tag that names an asset (`{% static 'css/app.css' %}`)
stays a tag, is looked up in the manifest when the page is rendered, and must name a file that exists: what is missing would be an
error 500 there.
"""

from assetforge import dialects, formats
from assetforge.dialects import DJANGO, JINJA, Dialect, Masked, Mention
from assetforge.names import quoted
from assetforge.prepare import Prepared, Ready, Task, expand, placed, prepare
from assetforge.reference import PATH_END, IntegrityValue, Parsed, Reference
from assetforge.sources import decode, read

# What a template may be called. Other files below a root of templates (mails, scripts) are copied as they are.
SUFFIXES = (".html", ".htm", ".xhtml", ".djhtml", ".jinja", ".jinja2", ".j2")
DIALECTS: dict[str, Dialect] = {"django": DJANGO, "jinja": JINJA}
_OWN = ("", "static")  # the application's own folder; where a blueprint's or a package's lies is not known
# Paths that are relative to something else: the pages that Sphinx or MkDocs write, flask-admin's own folder.
_ELSEWHERE = frozenset({"pathto", "url filter", "admin_static.url"})
_LOGICAL = frozenset({"asset_url", "asset_integrity"})  # take the path of the manifest, static folder and all
NOT_MINIFIED = "it is a template"


def prepare_any(task: Task) -> Ready:
    """Read and parse one file, template or not. Raises `SourceChanged` and OSError."""
    if task.dialect == "plain":
        return prepare(task)
    text = decode(read(task.file, task.digest)).text
    return Ready(prepare_template(text, DIALECTS[task.dialect], task.static), None)


def prepare_template(text: str, dialect: Dialect, static: str) -> Prepared:
    """What is known of a template from its text alone. `static`: the URL prefix of the folder that its tags name files of."""
    masked = dialects.mask(text, dialect)
    if masked.refusal is not None:
        return Prepared(Parsed(), (), NOT_MINIFIED, "", (), (), placed(text, (masked.refusal,)))
    parsed = _plain(expand(formats.parse("html", masked.text), masked.text), masked)
    named = (_named(one, static) for one in dialects.references(text, dialect, masked).mentions)
    references = [*parsed.references, *(one for one in named if one is not None)]
    order = sorted(range(len(references)), key=lambda at: references[at].span)
    rank = {old: new for new, old in enumerate(order)}
    parsed = parsed._replace(
        references=tuple(references[at] for at in order),
        integrities=tuple(IntegrityValue(one.span, rank[one.reference]) for one in parsed.integrities),
    )
    stated = tuple(text[one.span.start : one.span.end] for one in parsed.integrities)
    return Prepared(parsed._replace(findings=()), (), NOT_MINIFIED, "", (), stated, placed(text, parsed.findings))


def _plain(parsed: Parsed, masked: Masked) -> Parsed:
    """What the author wrote out. No import map is put into a template: its page is not known whole."""
    numbers = [at for at, one in enumerate(parsed.references) if masked.is_plain(one.span) and not masked.owner(one.span.start)]
    rank = {old: new for new, old in enumerate(numbers)}
    integrities = (one for one in parsed.integrities if one.reference in rank and masked.is_plain(one.span))
    return Parsed(
        references=tuple(parsed.references[at] for at in numbers),
        integrities=tuple(IntegrityValue(one.span, rank[one.reference]) for one in integrities),
        lookups=tuple(one for one in parsed.lookups if masked.is_plain(one.span)),
        findings=parsed.findings,
    )


def _named(one: Mention, static: str) -> Reference | None:
    """The file that a tag names, as a URL of the site; None where that is not known before run time, or another tag's affair."""
    if one.outcome != "literal" or one.reference is None or one.owner or one.scope not in _OWN or one.syntax in _ELSEWHERE:
        return None
    path = (one.folder + one.reference.url).lstrip("/")
    if one.written == "url":  # behind `{{ STATIC_URL }}`: nothing looks this up, so the file's own name is what the page asks for
        return one.reference._replace(url=static + path, locked="a tag writes the URL of its folder")
    cut = PATH_END.search(path)
    at = cut.start() if cut else len(path)
    start = "/" if one.syntax in _LOGICAL else static
    return one.reference._replace(url=start + quoted(path[:at]) + path[at:], deferred=True)
