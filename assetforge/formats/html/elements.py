"""What the HTML Standard says of elements and attributes, as data.

What must stay true: these are tables. A new place for a URL is a row here, not a branch elsewhere.
"""

import re
from typing import Literal

from assetforge.reference import Kind

# -- tokenizing (https://html.spec.whatwg.org/multipage/parsing.html) ---------------------------------------------------------

# Elements whose content is no markup, and as what it is tokenized. `noscript` is missing on purpose: its content is what people
# without scripts load.
RAW_TEXT: dict[str, Literal["rcdata", "rawtext", "script", "plaintext"]] = {
    "script": "script", "style": "rawtext", "title": "rcdata", "textarea": "rcdata", "xmp": "rawtext", "iframe": "rawtext",
    "noembed": "rawtext", "noframes": "rawtext", "plaintext": "plaintext",
}  # fmt: skip

FOREIGN_ROOTS = frozenset({"svg", "math"})

# #html-integration-point and #mathml-text-integration-point: foreign elements whose content is HTML.
HTML_INTEGRATION = frozenset({"foreignobject", "foreignObject", "desc", "title", "mi", "mo", "mn", "ms", "mtext"})

# #parsing-main-inforeign: HTML elements that end foreign content (`font` only with color, face or size).
BREAKOUT = frozenset({
    "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em", "embed", "h1", "h2", "h3", "h4",
    "h5", "h6", "head", "hr", "i", "img", "li", "listing", "menu", "meta", "nobr", "ol", "p", "pre", "ruby", "s", "small",
    "span", "strong", "strike", "sub", "sup", "table", "tt", "u", "ul", "var",
})  # fmt: skip

# -- references ---------------------------------------------------------------------------------------------------------------

# Attributes that hold one URL which is loaded: https://html.spec.whatwg.org/multipage/indices.html#attributes-3, and
# #non-conforming-features for the rest that browsers load or loaded. Elements with rules of their own are in `loaders.py`.
URLS: dict[tuple[str, str], Kind] = {
    ("img", "src"): "image", ("img", "lowsrc"): "image", ("img", "dynsrc"): "video", ("img", "longdesc"): "document",
    ("image", "src"): "image",
    ("input", "lowsrc"): "image", ("input", "dynsrc"): "video",
    ("iframe", "src"): "document", ("iframe", "longdesc"): "document",
    ("frame", "src"): "document", ("frame", "longdesc"): "document",
    ("embed", "src"): "embed",
    ("audio", "src"): "audio", ("bgsound", "src"): "audio",
    ("video", "src"): "video", ("video", "poster"): "image",
    ("html", "manifest"): "manifest",
    ("body", "background"): "image", ("table", "background"): "image", ("thead", "background"): "image",
    ("tbody", "background"): "image", ("tfoot", "background"): "image", ("tr", "background"): "image",
    ("td", "background"): "image", ("th", "background"): "image",
    ("menuitem", "icon"): "image",
}  # fmt: skip

# `srcset` and `imagesrcset`: https://html.spec.whatwg.org/multipage/images.html#srcset-attributes
SRCSETS = frozenset({("img", "srcset"), ("image", "srcset"), ("source", "srcset"), ("link", "imagesrcset")})

# Lists of URLs that `codebase` is the base of, and what separates them.
ARCHIVES = {"object": re.compile(r"[^ \t\n\f\r]+"), "applet": re.compile(r"[^, \t\n\f\r][^,]*")}

# SVG: elements whose `href` (or `xlink:href`) is loaded. Names as HTML's tokenizer has them, in lower case.
# https://svgwg.org/svg2-draft/linking.html#processingURL
SVG_URLS: dict[str, Kind] = {
    "image": "image", "feimage": "image", "cursor": "image", "font-face-uri": "font",
    "use": "image", "mpath": "image", "textpath": "image", "tref": "image", "lineargradient": "image", "radialgradient": "image",
    "pattern": "image", "filter": "image", "mask": "image", "clippath": "image",
}  # fmt: skip
# Of these another origin is refused: they clone or refer to elements of the other document.
SVG_SAME_ORIGIN = frozenset(SVG_URLS) - {"image", "feimage", "cursor", "font-face-uri"}
# Presentation attributes that take `url()`: https://svgwg.org/svg2-draft/styling.html#PresentationAttributes
SVG_PRESENTATION = frozenset({
    "fill", "stroke", "filter", "mask", "clip-path", "cursor", "marker", "marker-start", "marker-mid", "marker-end",
})  # fmt: skip
# The spellings of XML that HTML's tokenizer lowers.
SVG_LOWER = {
    "feImage": "feimage", "textPath": "textpath", "linearGradient": "lineargradient", "radialGradient": "radialgradient",
    "clipPath": "clippath", "foreignObject": "foreignobject",
}  # fmt: skip

# https://html.spec.whatwg.org/multipage/links.html#linkTypes and the relations that browsers made their own.
LINK_RELS: dict[str, Kind] = {
    "icon": "image", "apple-touch-icon": "image", "apple-touch-icon-precomposed": "image", "apple-touch-startup-image": "image",
    "mask-icon": "image", "fluid-icon": "image", "image_src": "image",
    "manifest": "manifest", "import": "document", "prerender": "document", "search": "link", "compression-dictionary": "fetch",
}  # fmt: skip
FEEDS = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})

# https://fetch.spec.whatwg.org/#concept-potential-destination
DESTINATIONS: dict[str, Kind] = {
    "audio": "audio", "document": "document", "embed": "embed", "fetch": "fetch", "font": "font", "frame": "document",
    "iframe": "document", "image": "image", "json": "json", "manifest": "manifest", "object": "object", "script": "script",
    "style": "style", "track": "track", "video": "video", "worker": "worker", "sharedworker": "worker",
    "serviceworker": "serviceworker", "audioworklet": "module", "paintworklet": "module", "xslt": "xslt",
}  # fmt: skip

# `<meta>`: by `property` or `name` (https://ogp.me, the cards of X, Microsoft's tiles), and by `itemprop` (https://schema.org).
META: dict[str, Kind] = {
    "og:image": "image", "og:image:url": "image", "og:image:secure_url": "image",
    "og:video": "video", "og:video:url": "video", "og:video:secure_url": "video",
    "og:audio": "audio", "og:audio:url": "audio", "og:audio:secure_url": "audio",
    "twitter:image": "image", "twitter:image:src": "image", "twitter:player:stream": "video",
    "msapplication-config": "fetch", "msapplication-tileimage": "image", "msapplication-square70x70logo": "image",
    "msapplication-square150x150logo": "image", "msapplication-square310x310logo": "image",
    "msapplication-wide310x150logo": "image",
}  # fmt: skip
ITEMPROPS: dict[str, Kind] = {"image": "image", "thumbnailurl": "image", "logo": "image"}

# Attributes that scripts read an address from and assign to `src`. True: a `srcset`.
LAZY: dict[str, bool] = {
    "data-src": False, "data-lazy-src": False, "data-original": False, "data-bg": False, "data-background": False,
    "data-background-image": False, "data-image": False, "data-poster": False, "data-srcset": True,
}  # fmt: skip
_SUFFIXES: dict[Kind, str] = {
    "image": "png jpg jpeg gif webp avif svg ico bmp apng jxl", "video": "mp4 webm ogv mov m4v",
    "audio": "mp3 ogg oga wav m4a flac opus", "font": "woff woff2 ttf otf eot", "style": "css", "script": "js mjs",
    "fetch": "json pdf wasm vtt glb gltf",
}  # fmt: skip
ASSET_SUFFIXES: dict[str, Kind] = {suffix: kind for kind, row in _SUFFIXES.items() for suffix in row.split()}

# A hyperlink that leads to a file: its last segment has a suffix, and none of a page.
PAGE_SUFFIXES = frozenset({
    "html", "htm", "xhtml", "xht", "shtml", "phtml", "php", "php3", "php4", "php5", "php7", "asp", "aspx", "ashx", "jsp",
    "jspx", "jsf", "do", "action", "cgi", "pl", "py", "cfm", "nsf", "dll",
})  # fmt: skip

# -- scripts and styles -------------------------------------------------------------------------------------------------------

# https://mimesniff.spec.whatwg.org/#javascript-mime-type
JAVASCRIPT = frozenset({
    "application/ecmascript", "application/javascript", "application/x-ecmascript", "application/x-javascript",
    "text/ecmascript", "text/javascript", "text/javascript1.0", "text/javascript1.1", "text/javascript1.2",
    "text/javascript1.3", "text/javascript1.4", "text/javascript1.5", "text/jscript", "text/livescript", "text/x-ecmascript",
    "text/x-javascript",
})  # fmt: skip
SCRIPT_TYPES = {"module": "js-module", "importmap": "importmap", "application/ld+json": "json-ld"}

# -- what no reference is in --------------------------------------------------------------------------------------------------

# A run of text, end tags, and start tags whose attributes hold nothing to load: most of a page of prose. A tag that changes the
# tokenizer's state (RAW_TEXT, FOREIGN_ROOTS) is never in it, nor an element that means something to the walk without any attribute.
# Measured on d-django: 2 of 3 tags are passed over inside the pattern engine.
_VALUE = r"""(?:"[^"]*+"|'[^']*+'|[^ \t\n\f\r"'>][^ \t\n\f\r>]*+)"""
_IDLE = (
    r"(?:class|id|title|name|rel|lang|alt|align|valign|width|height|border|type|dir|role|colspan|rowspan|scope|target|tabindex)="
    rf"{_VALUE}"
    r'|style="[^"(&\\]*+"'
)
_TO_PAGE = r"""href="(?:\.\./){0,9}[^"'.:&?#\\\t\n\r<>]*+(?:\.html?)?+(?:#[^"'\t\n\r<>]*+)?+\""""
SKIM = re.compile(
    r"(?:[^<]++"
    r"|</(?!no|tem|NO|TEM)[a-zA-Z][a-zA-Z0-9]*+[ \t\n\f\r]*+>"
    rf"|<a(?=[ \t\n\f\r])(?:[ \t\n\f\r]++(?:{_IDLE}|{_TO_PAGE})(?=[ \t\n\f\r>])){{0,8}}[ \t\n\f\r]*+>"
    r"|<(?!s(?:c|v|ty)|t(?:i|e)|xm|if|no|pl|mat|vi|au)[a-z][a-z0-9]*+"
    rf"(?:[ \t\n\f\r]++(?:{_IDLE})(?=[ \t\n\f\r>])){{0,8}}[ \t\n\f\r]*+>"
    r"){1,256}"
)
