"""Which document an XML text is, by its root element.

What must stay true: cheap: the prologue is read and nothing behind the root's own tag.
"""

from typing import Literal, NamedTuple

from assetforge.formats.xml.tokens import Token, attributes, entities, expand, tokens

DocumentKind = Literal["feed", "sitemap", "browserconfig", "opensearch", "svg", "xhtml", "other"]

SVG = "http://www.w3.org/2000/svg"
XHTML = "http://www.w3.org/1999/xhtml"
RSS_1 = ("http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/", "http://channel.netscape.com/rdf/simple/0.9/")
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

_KINDS: dict[str, DocumentKind] = {
    "rss": "feed",
    "feed": "feed",
    "urlset": "sitemap",
    "sitemapindex": "sitemap",
    "browserconfig": "browserconfig",
    "OpenSearchDescription": "opensearch",
}
_BY_NAMESPACE: dict[tuple[str, str], DocumentKind] = {(SVG, "svg"): "svg", (XHTML, "html"): "xhtml"}


class Root(NamedTuple):
    """The root element: its tag, its name without prefix, its namespace and all namespaces that it declares, by prefix."""

    tag: Token
    local: str
    namespace: str
    namespaces: dict[str, str]


def declarations(text: str, tag: Token, declared: dict[str, str | None]) -> dict[str, str]:
    """The namespaces that a tag declares, by prefix (empty: the default). One that cannot be read gets a name of no meaning."""
    found = {}
    for name, start, end in attributes(text, tag):
        if name.startswith("xmlns") and (len(name) == 5 or name[5] == ":"):
            value = expand(text, start, end, declared)
            found[name[6:]] = "\0" if value is None else value
    return found


def root_of(text: str) -> Root | None:
    """The root element of `text`; None where the text breaks before it, or there is none."""
    declared: dict[str, str | None] = {}
    for token in tokens(text):
        if token.kind == "doctype":
            declared = entities(text, token)
        elif token.kind in ("start", "empty"):
            prefix, _, local = token.name.rpartition(":")
            namespaces = declarations(text, token, declared)
            return Root(token, local, namespaces.get(prefix, ""), namespaces)
        elif token.kind in ("end", "broken"):
            return None
    return None


def kind_of(text: str) -> DocumentKind:
    """Which document `text` is. Feeds and sitemaps are known by the addresses that others have written down."""
    root = root_of(text)
    if root is None:
        return "other"
    if root.namespace == _RDF and root.local == "RDF":
        return "feed" if set(root.namespaces.values()) & set(RSS_1) else "other"
    return _BY_NAMESPACE.get((root.namespace, root.local)) or _KINDS.get(root.local, "other")
