"""Assets that a template names: what can be said of the path without running the template.

What must stay true: a literal mention's span is the path's own characters, so a rewrite never touches quotes; a pattern never
claims less than what the template may write (a hole stands for any text). Nothing is guessed: what is computed is said to be.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from assetforge.reference import Finding, Kind, Reference, reference
from assetforge.text import Decoded, Span

Outcome = Literal[
    "literal",  # one path: `reference` holds it
    "pattern",  # literals and holes: `patterns` hold every form it may take
    "folder",  # a folder, which no digest is part of
    "computed",  # nothing is known before run time
    "bundle",  # a name that only the tag itself can resolve
]

Pattern = tuple[str | None, ...]  # literal text, or None for any text
MOST_FORMS = 32  # more alternatives than these are not told apart

_KINDS: dict[str, Kind] = {
    "css": "style", "js": "script", "cjs": "script", "mjs": "module", "map": "sourcemap", "json": "json", "webmanifest": "manifest",
    "woff2": "font", "woff": "font", "ttf": "font", "otf": "font", "eot": "font",
    "png": "image", "jpg": "image", "jpeg": "image", "gif": "image", "svg": "image", "webp": "image", "avif": "image",
    "ico": "image", "bmp": "image", "apng": "image",
    "mp4": "video", "webm": "video", "ogv": "video", "mp3": "audio", "ogg": "audio", "oga": "audio", "wav": "audio", "m4a": "audio",
    "flac": "audio", "vtt": "track", "swf": "embed", "pdf": "document", "html": "document", "htm": "document",
}  # fmt: skip


_SPECIFIED = re.compile(r"(?!data:)([A-Za-z_][\w.]*+):(?!//)")


class Mention(NamedTuple):
    """One place that names assets.

    `span`: the call, tag or variable. `island`: the construct around it. `whole`: the construct writes the URL and nothing else, so
    a literal URL may stand in its place. `written`: how the path is written: `path`, a logical name as the framework's helper takes
    it (not percent-encoded; it may begin with a slash), or `url`, characters of the page behind the folder's URL. `scope`: whose
    folder, in the framework's words (`admin.static`, a Pyramid package), else empty. `variable`: what `{% static … as name %}`
    assigns to. `owner`: the tag that the place belongs to (`compress`): left alone. `folder`: what stands before the reference's
    own characters (`{% static 'grappelli/' %}css/app.css`): the path is `folder` and the URL of `reference` together; patterns
    begin with it. `extras`: the call has arguments besides (`v='1.0'`) that its URL may depend on, so it is not `whole`.
    """

    outcome: Outcome
    syntax: str
    span: Span
    island: Span
    reference: Reference | None = None
    patterns: tuple[Pattern, ...] = ()
    whole: bool = False
    written: Literal["path", "url"] = "path"
    scope: str = ""
    variable: str = ""
    owner: str = ""
    folder: str = ""
    extras: bool = False


class Mentions(NamedTuple):
    """All mentions of a template in the order of the text. `refusal`: why nothing was looked for."""

    mentions: tuple[Mention, ...] = ()
    refusal: Finding | None = None

    @property
    def references(self) -> tuple[Reference, ...]:
        """The literal ones."""
        return tuple(one.reference for one in self.mentions if one.reference is not None and one.outcome == "literal")


def naming(words: Iterable[str]) -> re.Pattern[str]:
    """Finds any of `words`, whole."""
    return re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, words))) + r")\b")


# -- values of expressions -------------------------------------------------------------------------------------------------


class Prefix(NamedTuple):
    """The URL of the asset folder, or of `folder` in it. `syntax` and `span`: of what wrote it."""

    folder: str
    syntax: str
    span: Span
    scope: str = ""


Part = Decoded | Prefix | None  # literal text, the folder's URL, any text
Form = tuple[Part, ...]
Value = tuple[Form, ...]  # what an expression may be, form by form; never empty

UNKNOWN: Value = ((None,),)


def joined(left: Value, right: Value) -> Value:
    """Any form of `left` followed by any form of `right`."""
    if len(left) * len(right) > MOST_FORMS or len(left[0]) + len(right[0]) > MOST_FORMS:
        return UNKNOWN
    return tuple(dict.fromkeys(_tight((*one, *other)) for one in left for other in right))


def either(left: Value, right: Value) -> Value:
    both = tuple(dict.fromkeys((*left, *right)))
    return both if len(both) <= MOST_FORMS else UNKNOWN


def _tight(form: Form) -> Form:
    """Without holes beside holes."""
    return tuple(part for at, part in enumerate(form) if part is not None or at == 0 or form[at - 1] is not None)


def formatted(value: Value, holes: re.Pattern[str]) -> Value:
    """`value` with what `holes` matches in its literals filled in by any text."""
    return tuple(_tight(tuple(piece for part in form for piece in _filled(part, holes))) for form in value)


def _filled(part: Part, holes: re.Pattern[str]) -> Iterator[Part]:
    if not isinstance(part, Decoded):
        yield part
        return
    at = 0
    for hole in holes.finditer(part.text):
        if hole.start() > at:
            yield part.slice(at, hole.start())
        yield None
        at = hole.end()
    if at < len(part.text) or not at:
        yield part.slice(at, len(part.text))


BRACES = re.compile(r"\{[^{}]*+\}")
PERCENT = re.compile(r"%(?:\([^()]*+\))?[-+ #0-9.]*+[a-zA-Z]")


# -- from a value to a mention ---------------------------------------------------------------------------------------------


def mention(
    value: Value,
    syntax: str,
    span: Span,
    island: Span,
    *,
    whole: bool = False,
    scope: str = "",
    extras: bool = False,
    pages: bool = False,
) -> Mention | None:
    """The mention that a path of this value makes. None where it plainly names no asset."""
    if package := _package(value):
        value = tuple((_behind_package(form[0], package), *form[1:]) for form in value)
    made = Mention("computed", syntax, span, island, whole=whole, scope=scope or package, extras=extras)
    if len(value) == 1 and len(value[0]) == 1 and isinstance(value[0][0], Decoded):
        return _literal(made, value[0][0])
    patterns = tuple(dict.fromkeys(_pattern(form) for form in value))
    if any(_says_something(pattern) for pattern in patterns):
        return made._replace(outcome="pattern", patterns=patterns)
    return None if pages else made


def _package(value: Value) -> str:
    """The package of Pyramid's asset specifications (`package:folder/file`), where every form begins with the same."""
    heads = {_package_of(form[0]) for form in value}
    return heads.pop() if len(heads) == 1 else ""


def _package_of(part: Part) -> str:
    specified = _SPECIFIED.match(part.text) if isinstance(part, Decoded) else None
    return specified[1] if specified else ""


def _behind_package(part: Part, package: str) -> Part:
    return part.slice(len(package) + 1, len(part.text)) if isinstance(part, Decoded) else part


def _literal(made: Mention, path: Decoded) -> Mention | None:
    if not path.text.strip(" ./") or path.text.endswith("/"):
        return made._replace(outcome="folder", patterns=((path.text,),))
    found = reference(path, kind_of(path.text), made.syntax)
    return made._replace(outcome="literal", reference=found) if found else made


def behind(form: Form, island: Span) -> Mention:
    """The mention of a form that begins with a `Prefix`: a folder alone, or the path behind it."""
    prefix, rest = form[0], form[1:]
    assert isinstance(prefix, Prefix)
    made = Mention("folder", prefix.syntax, prefix.span, island, written="url", scope=prefix.scope, folder=prefix.folder)
    if not rest:
        return made._replace(patterns=((prefix.folder,),))
    if len(rest) == 1 and isinstance(rest[0], Decoded):
        path = rest[0]
        folder = not path.text.strip(" ./") or path.text.endswith("/")
        found = None if folder else reference(path, kind_of(path.text), prefix.syntax)
        return made._replace(outcome="literal", reference=found) if found else made._replace(patterns=(_pattern(form),))
    return made._replace(outcome="pattern" if _says_something(_pattern(form)) else "folder", patterns=(_pattern(form),))


def _pattern(form: Form) -> Pattern:
    parts: list[str | None] = []
    for part in form:
        piece = part.folder if isinstance(part, Prefix) else part.text if isinstance(part, Decoded) else None
        if piece is not None and parts and parts[-1] is not None:
            parts[-1] += piece
        elif piece != "" or not parts:
            parts.append(piece)
    return tuple(parts)


def _says_something(pattern: Pattern) -> bool:
    return any(part and part.strip("/") for part in pattern)


def kind_of(path: str) -> Kind:
    """The kind of an asset by the suffix of its path."""
    name = re.split(r"[?#]", path, maxsplit=1)[0]
    return _KINDS.get(name.rpartition(".")[2].lower(), "fetch")


def matches(pattern: Pattern, path: str) -> bool:
    """May the template write `path` (a logical path)? A query or fragment that the pattern ends in does not count.

    Linear: each literal is looked for once, the first from the start, the last from the end.
    """
    parts = _path_part(pattern)
    if None not in parts:
        return "".join(part for part in parts if part) == path
    first, last = parts[0] or "", parts[-1] or ""
    if not path.startswith(first) or not path.endswith(last) or len(path) < len(first) + len(last):
        return False
    at, end = len(first), len(path) - len(last)
    for part in parts[1 if first else 0 : -1 if last else len(parts)]:
        if part is not None:
            at = path.find(part, at, end)
            if at < 0:
                return False
            at += len(part)
    return True


def _path_part(pattern: Pattern) -> Pattern:
    """Without the query or fragment, and without the slash that some helpers take at the beginning."""
    parts: list[str | None] = []
    for part in pattern:
        cut = re.search(r"[?#]", part) if part is not None else None
        parts.append(part[: cut.start()] if part is not None and cut else part)
        if cut:
            break
    if parts and parts[0] is not None:
        parts[0] = parts[0].lstrip("/")
    return tuple(parts)


def expanded(patterns: Iterable[Pattern], paths: Iterable[str]) -> tuple[str, ...]:
    """The paths that any of `patterns` may be, sorted."""
    forms = tuple(patterns)
    return tuple(sorted(path for path in set(paths) if any(matches(form, path) for form in forms)))
