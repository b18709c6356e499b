"""Which Content-Type a server gives to which file name, and whether it may say `charset=utf-8`.

What must stay true: a `types` block replaces the one that the server had, so this one holds what a site's server is asked for, not only what this build
has. nginx 1.22 knows no `.mjs`, `.webmanifest`, `.map`, `.webm` audio or `.otf`, and with `nosniff` a module of an unknown type does not run.
The charset is set for a type only where every file of it in the build is plain UTF-8: one EUC-KR page, and HTML goes without.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from assetforge.emit.ledger import Kept
from assetforge.media import charset, media_type
from assetforge.output import Output

_DEFAULT = "application/octet-stream"
# What servers are asked for beside the build's own files: uploads, feeds, downloads.
_EXTENSIONS = (
    "html htm shtml xhtml css js mjs cjs json jsonld map webmanifest wasm xml xsl xslt rss atom txt md csv vtt ics vcf svg svgz png jpg jpeg "
    "gif webp avif jxl ico bmp tif tiff apng heic cur woff woff2 ttf otf ttc eot mp3 m4a aac ogg oga opus flac wav weba mid midi mp4 m4v "
    "webm ogv mov mpg mpeg avi mkv 3gp ts m3u8 mpd pdf rtf doc docx xls xlsx ppt pptx odt ods odp epub zip gz br zst bz2 xz 7z rar tar "
    "jar swf glb gltf geojson kml kmz yaml yml toml htc"
).split()


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
    yield f"default_type {_DEFAULT};"
    types = labelled(held, files)
    if types:
        yield "# Types of which every file is UTF-8 and declares nothing else."
        yield "charset utf-8;"
        yield f"charset_types {' '.join(types)};"


def _extensions(outputs: Iterable[Output]) -> dict[str, str]:
    known = {one: media_type(f"x.{one}") for one in _EXTENSIONS}
    for output in outputs:
        extension = output.output_path.rpartition("/")[2].rpartition(".")[2].lower()
        if extension.isascii() and extension.isalnum() and output.naming in ("stable", "original"):
            known[extension] = output.media_type
    return {extension: kind for extension, kind in known.items() if kind != _DEFAULT}


def labelled(outputs: Iterable[Output], files: Mapping[str, Kept]) -> tuple[str, ...]:
    """The media types that may be labelled `charset=utf-8`."""
    plain: dict[str, bool] = {}
    for output in outputs:
        if charset(output.media_type):
            plain[output.media_type] = plain.get(output.media_type, True) and files[output.output_path].plain
    return tuple(sorted(kind for kind, every in plain.items() if every))
