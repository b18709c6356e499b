"""Which answers of a web application are pages, and their text.

What must stay true: an answer is read and never changed; what is no page, or cannot be read, is nothing to record.
"""

import zlib

HEADER = "X-Assetforge-Template"
"""Names the template of a page, percent-encoded, in development."""

_LARGEST = 20_000_000  # bytes


def is_page(status: int, content_type: str) -> bool:
    """An answer with a page for people: what was asked for, or an error."""
    return (200 <= status < 300 or status >= 400) and content_type.partition(";")[0].strip().lower() == "text/html"


def charset_of(content_type: str) -> str:
    """The encoding that a `Content-Type` names."""
    for part in content_type.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'")
    return "utf-8"


def text_of(content: bytes, charset: str, encoding: str = "") -> str:
    """The text of an answer; empty where it cannot be read. `encoding`: its `Content-Encoding`."""
    coding = encoding.strip().lower()
    try:
        if coding in ("gzip", "x-gzip"):
            content = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content, _LARGEST)
        elif coding not in ("", "identity"):
            return ""
        return content[:_LARGEST].decode(charset or "utf-8", "replace")
    except (zlib.error, LookupError):
        return ""
