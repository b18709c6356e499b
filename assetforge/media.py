"""Media types by suffix, and what follows from them: charset, compressibility, and how a file is usually asked for.

What must stay true: the tables stand here and nowhere else, and the machine's own (`mimetypes` reads `/etc/mime.types`) are never
asked, so two machines build the same site. Types are those of the IANA registry and of the WHATWG's MIME Sniffing Standard; where
both know one (`text/javascript`, RFC 9239), old spellings are not used.
"""

from assetforge.reference import Kind

DEFAULT = "application/octet-stream"

# media type -> suffixes, without the dot. A server's configuration is written from this table.
TYPES: dict[str, tuple[str, ...]] = {
    "text/html": ("html", "htm", "shtml"),
    "text/css": ("css",),
    "text/javascript": ("js", "mjs", "cjs"),
    "text/plain": ("txt", "text", "log", "asc", "conf", "ini"),
    "text/markdown": ("md", "markdown"),
    "text/csv": ("csv",),
    "text/tab-separated-values": ("tsv",),
    "text/calendar": ("ics",),
    "text/vcard": ("vcf", "vcard"),
    "text/vtt": ("vtt",),
    "text/x-component": ("htc",),
    "application/json": ("json", "map"),
    "application/ld+json": ("jsonld",),
    "application/geo+json": ("geojson",),
    "application/topo+json": ("topojson",),
    "application/manifest+json": ("webmanifest",),
    "application/x-web-app-manifest+json": ("webapp",),
    "application/x-ndjson": ("ndjson", "jsonl"),
    "application/yaml": ("yaml", "yml"),
    "application/toml": ("toml",),
    "application/xml": ("xml", "xsd", "rng"),
    "application/xslt+xml": ("xsl", "xslt"),
    "application/xhtml+xml": ("xhtml", "xht"),
    "application/rss+xml": ("rss",),
    "application/atom+xml": ("atom",),
    "application/rdf+xml": ("rdf",),
    "application/opensearchdescription+xml": ("osdx",),
    "application/vnd.google-earth.kml+xml": ("kml",),
    "application/gpx+xml": ("gpx",),
    "application/mathml+xml": ("mathml", "mml"),
    "application/wasm": ("wasm",),
    "application/pdf": ("pdf",),
    "application/rtf": ("rtf",),
    "application/epub+zip": ("epub",),
    "application/zip": ("zip",),
    "application/gzip": ("gz", "tgz"),
    "application/zstd": ("zst",),
    "application/x-bzip2": ("bz2",),
    "application/x-xz": ("xz",),
    "application/x-tar": ("tar",),
    "application/x-7z-compressed": ("7z",),
    "application/vnd.rar": ("rar",),
    "application/java-archive": ("jar",),
    "application/x-shockwave-flash": ("swf",),
    "application/x-silverlight-app": ("xap",),
    "application/vnd.android.package-archive": ("apk",),
    "application/vnd.ms-fontobject": ("eot",),
    "application/msword": ("doc",),
    "application/vnd.ms-excel": ("xls",),
    "application/vnd.ms-powerpoint": ("ppt",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("pptx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.apple.mpegurl": ("m3u8",),
    "application/dash+xml": ("mpd",),
    "application/postscript": ("ps", "eps", "ai"),
    "font/woff2": ("woff2",),
    "font/woff": ("woff",),
    "font/ttf": ("ttf",),
    "font/otf": ("otf",),
    "font/collection": ("ttc", "otc"),
    "image/png": ("png",),
    "image/apng": ("apng",),
    "image/jpeg": ("jpg", "jpeg", "jpe", "jfif", "pjpeg", "pjp"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "image/avif": ("avif", "avifs"),
    "image/jxl": ("jxl",),
    "image/heic": ("heic",),
    "image/heif": ("heif",),
    "image/jp2": ("jp2",),
    "image/svg+xml": ("svg",),
    "image/x-icon": ("ico", "cur"),
    "image/bmp": ("bmp", "dib"),
    "image/tiff": ("tif", "tiff"),
    "image/ktx2": ("ktx2",),
    "video/mp4": ("mp4", "m4v", "mp4v"),
    "video/webm": ("webm",),
    "video/ogg": ("ogv",),
    "video/quicktime": ("mov", "qt"),
    "video/mpeg": ("mpg", "mpeg"),
    "video/mp2t": ("ts",),
    "video/3gpp": ("3gp",),
    "video/x-msvideo": ("avi",),
    "video/x-flv": ("flv",),
    "video/x-matroska": ("mkv",),
    "audio/mpeg": ("mp3",),
    "audio/mp4": ("m4a",),
    "audio/aac": ("aac",),
    "audio/ogg": ("ogg", "oga", "opus", "spx"),
    "audio/wav": ("wav",),
    "audio/flac": ("flac",),
    "audio/midi": ("mid", "midi"),
    "audio/webm": ("weba",),
    "audio/aiff": ("aif", "aiff"),
    "model/gltf-binary": ("glb",),
    "model/gltf+json": ("gltf",),
    "model/vnd.usdz+zip": ("usdz",),
    "model/stl": ("stl",),
    "model/obj": ("obj",),
}

_BY_SUFFIX: dict[str, str] = {suffix: media_type for media_type, suffixes in TYPES.items() for suffix in suffixes}
# Files whose name is fixed elsewhere and has no suffix.
_BY_NAME: dict[str, str] = {"apple-app-site-association": "application/json"}

# Text that is not said to be so by its type, and binary formats that hold nothing compressed: measured on fonts, icons and
# bitmaps, gzip takes off a third and more; woff, woff2, png, jpeg, webp and avif are compressed already.
_COMPRESSIBLE: frozenset[str] = frozenset(
    {
        "application/json", "application/x-ndjson", "application/yaml", "application/toml", "application/xml", "application/wasm",
        "application/rtf", "application/postscript", "application/vnd.apple.mpegurl", "application/vnd.ms-fontobject",
        "application/x-tar", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
        "font/ttf", "font/otf", "font/collection", "image/x-icon", "image/bmp", "audio/midi", "model/gltf-binary", "model/stl",
        "model/obj",
    }
)  # fmt: skip

_DESTINATIONS: dict[str, Kind] = {
    "css": "style", "js": "script", "cjs": "script", "mjs": "module", "map": "sourcemap", "webmanifest": "manifest",
    "vtt": "track", "xsl": "xslt", "xslt": "xslt", "swf": "embed", "pdf": "document", "eot": "font",
    "html": "document", "htm": "document", "shtml": "document", "xhtml": "document", "xht": "document",
}  # fmt: skip
_BY_FAMILY: dict[str, Kind] = {"image": "image", "font": "font", "audio": "audio", "video": "video"}


def _suffix(path: str) -> str:
    """`a/b.tar.GZ` → `gz`; empty where the name has none, or is nothing but a dot and letters."""
    stem, dot, suffix = path[path.rfind("/") + 1 :].rpartition(".")
    return suffix.lower() if dot and stem else ""


def media_type(path: str) -> str:
    """The media type of a file by its name, without parameters."""
    return _BY_SUFFIX.get(_suffix(path)) or _BY_NAME.get(path[path.rfind("/") + 1 :], DEFAULT)


def charset(media_type: str) -> bool:
    """Does `; charset=utf-8` belong to this type, when the text is UTF-8? JSON and WebAssembly know no charset, and XML, SVG too,
    says its own encoding or is UTF-8 without one."""
    return media_type.startswith("text/")


def compressible(media_type: str) -> bool:
    """May a compressed twin be smaller?"""
    return media_type.startswith("text/") or media_type.endswith(("+xml", "+json")) or media_type in _COMPRESSIBLE


def destination(path: str) -> Kind:
    """How a file of this name is usually asked for; `fetch` where nothing speaks for a destination."""
    family = media_type(path).partition("/")[0]
    return _DESTINATIONS.get(_suffix(path)) or _BY_FAMILY.get(family, "fetch")
