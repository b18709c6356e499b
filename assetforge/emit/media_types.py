"""Which Content-Type a server gives to which file name, and whether it may say `charset=utf-8`.

What must stay true: a `types` block replaces the one that the server had, so this one holds what a site's server is asked for,
not only what this build has. nginx 1.22 knows no `.mjs`, `.webmanifest`, `.map`, `.webm` audio or `.otf`, and with `nosniff` a
module of an unknown type does not run. The charset is set for a type only where every file of it in the build is plain UTF-8: one
EUC-KR page, and HTML goes without.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from assetforge.emit.ledger import Kept
from assetforge.media import DEFAULT, TYPES, charset
from assetforge.output import Output

_ALWAYS = ("text/css", "text/javascript")  # so that nginx does not fall back on a list of its own


def types_block(outputs: Iterable[Output], files: Mapping[str, Kept]) -> Iterator[str]:
    """The directives `types`, `default_type`, `charset` and `charset_types`."""
    held = list(outputs)
    by_type: dict[str, list[str]] = defaultdict(list)
    for extension, kind in sorted(_extensions(held).items()):
        by_type[kind].append(extension)
    yield "types {"
    for kind in sorted(by_type):
        yield f"    {kind:<40} {' '.join(by_type[kind])};"
    yield "}"
    yield f"default_type {DEFAULT};"
    types = labelled(held, files)
    if types is not None:
        yield "# Types of which every file is UTF-8 and declares nothing else (and text/html, which nginx always adds)."
        yield "charset utf-8;"
        yield f"charset_types {' '.join(types)};"


def _extensions(outputs: Iterable[Output]) -> dict[str, str]:
    known = {suffix: kind for kind, suffixes in TYPES.items() for suffix in suffixes}
    for output in outputs:
        suffix = suffix_of(output)
        if suffix and output.media_type != DEFAULT:
            known[suffix] = output.media_type
    return known


def suffix_of(output: Output) -> str:
    """What nginx takes for a file's extension, or nothing where that is no plain word."""
    suffix = output.output_path.rpartition("/")[2].rpartition(".")[2].lower()
    return suffix if suffix.isascii() and suffix.isalnum() and "." in output.output_path.rpartition("/")[2] else ""


def labelled(outputs: Iterable[Output], files: Mapping[str, Kept]) -> tuple[str, ...] | None:
    """The media types, beside text/html, that may be labelled `charset=utf-8`; None where nothing may."""
    plain = dict.fromkeys(_ALWAYS, True)
    for output in outputs:
        if charset(output.media_type):
            plain[output.media_type] = plain.get(output.media_type, True) and files[output.output_path].plain
    # nginx labels text/html whenever it labels anything
    if not plain.pop("text/html", True):
        return None
    return tuple(sorted(kind for kind, every in plain.items() if every)) or None
