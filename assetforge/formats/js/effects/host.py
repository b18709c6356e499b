"""The parts of the DOM and of jQuery that matter for when a script runs: what their members are worth, and what using them does.

Sources: DOM, HTML, CSSOM View, jQuery's API documentation. What is not here does nothing that a schedule could change.
"""

from assetforge.formats.js.effects.values import Host
from assetforge.formats.js.effects.words import words
from assetforge.formats.js.record import What

WINDOW: Host = ("window",)
DOCUMENT: Host = ("document",)
HTML: Host = ("html",)
BODY: Host = ("body",)
HEAD: Host = ("head",)
ELEMENT: Host = ("element",)
CURRENT: Host = ("current",)  # the script's own element
SCRIPTS: Host = ("scripts",)  # all script elements so far
FIRST: Host = ("first",)  # the first of them
FRAME: Host = ("frame",)  # another window
FRAME_DOCUMENT: Host = ("framed",)
JQUERY: Host = ("global", "jQuery")
SHEETS: Host = ("sheets",)
REQUEST: Host = ("request",)  # a promise of what the network brings

ROOTS = ("html", "body", "head")
NODES = ("html", "body", "head", "element", "first", "current")

_TREE = sorted(words("parentNode parentElement nextSibling previousSibling nextElementSibling previousElementSibling offsetParent"))
_INNER = sorted(words("firstChild lastChild firstElementChild lastElementChild children childNodes"))
_ELEMENTS: dict[str, Host] = dict.fromkeys([*_TREE, *_INNER], ELEMENT) | {"ownerDocument": DOCUMENT}

# What a member of a host object is worth.
VALUES: dict[str, dict[str, Host]] = {
    "window": {
        "document": DOCUMENT, "window": WINDOW, "self": WINDOW, "globalThis": WINDOW, "frames": WINDOW, "top": WINDOW,
        "parent": WINDOW, "location": ("location",), "history": ("history",), "localStorage": ("storage",),
        "sessionStorage": ("storage",), "console": ("console",), "navigator": ("global", "navigator"),
        "jQuery": JQUERY, "$": JQUERY,
        "customElements": ("registry",), "visualViewport": ("viewport",),
    },
    "document": {
        "body": BODY, "head": HEAD, "documentElement": HTML, "scrollingElement": HTML, "firstElementChild": HTML, "children": HTML,
        "defaultView": WINDOW, "parentWindow": WINDOW, "currentScript": CURRENT, "scripts": SCRIPTS, "styleSheets": SHEETS,
        "location": ("location",), "forms": ELEMENT, "images": ELEMENT, "links": ELEMENT, "anchors": ELEMENT, "embeds": ELEMENT,
        "all": ELEMENT, "activeElement": ELEMENT, "childNodes": HTML, "lastChild": HTML, "lastElementChild": HTML,
    },
    "html": _ELEMENTS | {"style": ("style",), "classList": ("classes",), "dataset": ("dataset",), "firstElementChild": HEAD,
                         "lastElementChild": BODY, "firstChild": HEAD, "lastChild": BODY, "parentNode": DOCUMENT,
                         "attributes": ELEMENT},
    "body": _ELEMENTS | {"style": ("style",), "classList": ("classes",), "dataset": ("dataset",), "parentNode": HTML,
                         "parentElement": HTML},
    "head": _ELEMENTS | {"parentNode": HTML, "parentElement": HTML, "nextElementSibling": BODY},
    "element": _ELEMENTS,
    "first": _ELEMENTS,
    "current": _ELEMENTS,
    "created": {"parentNode": ELEMENT, "parentElement": ELEMENT, "ownerDocument": DOCUMENT, "style": ("own",),
                "classList": ("own",),
                "dataset": ("own",)},
    "frame": {"document": FRAME_DOCUMENT, "window": FRAME, "self": FRAME, "parent": WINDOW, "top": WINDOW},
    "framed": {"document": FRAME_DOCUMENT, "defaultView": FRAME, "body": ("own",), "documentElement": ("own",), "head": ("own",)},
}  # fmt: skip
# What a member is worth whatever it is a member of.
ANYWHERE: dict[str, Host] = {
    "ownerDocument": DOCUMENT, "contentWindow": FRAME, "contentDocument": FRAME_DOCUMENT, "defaultView": WINDOW,
    "documentElement": HTML, "parentWindow": WINDOW, "jQuery": JQUERY,
}  # fmt: skip
# Second names of paths that are followed: `jQuery.fn`, `Object.defineProperty`.
_PATHS = words("""
    prototype fn defineProperty defineProperties assign entries keys values from of create freeze slice call event
    special support sendBeacon serviceWorker pushState replaceState extend ready each ajax getScript log warn error
    info debug
""")
FOLLOWED: frozenset[str] = frozenset(name for table in VALUES.values() for name in table) | _PATHS

LAYOUT = words("""
    offsetWidth offsetHeight offsetTop offsetLeft offsetParent clientWidth clientHeight clientTop clientLeft
    scrollWidth scrollHeight scrollTop scrollLeft getBoundingClientRect getClientRects innerText
""")
WINDOW_LAYOUT = words("""
    innerWidth innerHeight scrollX scrollY pageXOffset pageYOffset scrollTo scrollBy scroll find visualViewport
""")
QUERIES: dict[str, str] = {
    "querySelector": "css", "querySelectorAll": "css", "getElementById": "id", "getElementsByTagName": "tag",
    "getElementsByTagNameNS": "tag", "getElementsByClassName": "class", "getElementsByName": "name", "elementFromPoint": "",
    "elementsFromPoint": "", "createTreeWalker": "", "createNodeIterator": "", "closest": "css", "matches": "css",
}  # fmt: skip
COLLECTIONS = words("""
    forms images links anchors embeds plugins applets all children childNodes firstChild lastChild firstElementChild
    lastElementChild childElementCount hasChildNodes textContent innerHTML outerHTML innerText length contains
    normalize isEqualNode
""")
WRITERS = words("write writeln open close")
INSERTERS = words("""
    appendChild append insertBefore before after prepend replaceChild replaceWith replaceChildren
    insertAdjacentElement insertAdjacentHTML insertAdjacentText removeChild remove moveBefore
""")
TOUCHING = words("""
    setAttribute removeAttribute toggleAttribute setAttributeNS setAttributeNode removeAttributeNode focus blur
    scrollIntoView animate submit click select attachShadow showModal show requestFullscreen play pause load
    setCustomValidity
""")
CONTENT = words("""
    innerHTML outerHTML textContent innerText className hidden id src href value checked disabled title lang dir style
    scrollTop scrollLeft nodeValue data srcset tabIndex text htmlFor selected srcdoc contentEditable
""")
CLASS_CHANGES = frozenset({"add", "remove", "toggle", "replace", "setProperty", "removeProperty", "setAttribute"})
# Of one's own script element: what has nothing to do with its place.
OWN_ATTRIBUTES = words("""
    src dataset getAttribute hasAttribute attributes async defer type id charset text nonce tagName nodeName
    ownerDocument crossOrigin integrity getAttributeNames className baseURI referrerPolicy noModule hasAttributes
    getAttributeNode nodeType
""")
DOCUMENT_READS: dict[str, tuple[What, str]] = {
    "body": ("dom-read", "body"), "title": ("dom-read", "title"), "scripts": ("scripts-query", ""),
    "styleSheets": ("sheets-read", ""),
    "readyState": ("ready", "readyState"), "cookie": ("storage", "cookie"), "activeElement": ("dom-read", "activeElement"),
    "currentScript": ("current-script", ""), "scrollingElement": ("layout-read", "scrollingElement"),
    "write": ("document.write", "write"), "writeln": ("document.write", "writeln"), "fonts": ("style-read", "fonts"),
    "adoptedStyleSheets": ("style-insert", "adoptedStyleSheets"), "all": ("dom-read", "collection"), "dir": ("dom-read", "dir"),
    "characterSet": ("dom-read", "charset"), "charset": ("dom-read", "charset"), "inputEncoding": ("dom-read", "charset"),
}  # fmt: skip
# Members of document that do not look at the page; another name may be an element's (HTML, 7.2.3: named access).
DOCUMENT_MEMBERS = words("""
    addEventListener adoptNode attachEvent baseURI characterSet charset clear cloneNode compareDocumentPosition
    compatMode constructor contentType createAttribute createAttributeNS createCDATASection createComment
    createDocumentFragment createElement createElementNS createEvent createEventObject createExpression
    createNSResolver createProcessingInstruction createRange createTextNode createStyleSheet defaultView designMode
    detachEvent dispatchEvent doctype documentElement documentMode documentURI domain evaluate execCommand
    exitFullscreen exitPictureInPicture exitPointerLock featurePolicy fireEvent fullscreen fullscreenElement
    fullscreenEnabled getAnimations getRootNode getSelection hasFocus hasOwnProperty hasStorageAccess head hidden
    implementation importNode isConnected isPrototypeOf isSameNode lastModified location lookupNamespaceURI namespaces
    nextSibling nodeName nodeType nodeValue onreadystatechange ownerDocument parentElement parentNode parentWindow
    pictureInPictureElement pictureInPictureEnabled pointerLockElement prerendering previousSibling
    propertyIsEnumerable prototype queryCommandEnabled queryCommandSupported queryCommandState queryCommandValue
    referrer releaseEvents removeEventListener requestStorageAccess selection startViewTransition styleMedia timeline
    toString URL valueOf visibilityState wasDiscarded xmlEncoding xmlStandalone xmlVersion when window self __proto__
    jquery then call apply nodeIndex global ownerSVGElement
""")

# What calling a function of the global object does.
GLOBAL_CALLS: dict[str, tuple[What, str]] = {
    "getComputedStyle": ("style-read", "getComputedStyle"), "fetch": ("network", "fetch"), "alert": ("dialog", "alert"),
    "confirm": ("dialog", "confirm"), "prompt": ("dialog", "prompt"), "print": ("dialog", "print"),
    "postMessage": ("message", "post"),
    "open": ("navigation", "open"), "scrollTo": ("layout-read", "scrollTo"), "scrollBy": ("layout-read", "scrollBy"),
    "scroll": ("layout-read", "scroll"), "find": ("dom-read", "find"), "stop": ("navigation", "stop"),
    "getSelection": ("dom-read", "selection"), "navigator.sendBeacon": ("network", "sendBeacon"),
    "clearTimeout": ("timer", "clear"), "clearInterval": ("timer", "clear"),
}  # fmt: skip
TIMERS = words("""
    setTimeout setInterval setImmediate requestAnimationFrame webkitRequestAnimationFrame requestIdleCallback
""")
CONSTRUCTORS: dict[str, tuple[What, str]] = {
    "XMLHttpRequest": ("network", "XMLHttpRequest"), "Image": ("network", "Image"), "Audio": ("network", "Audio"),
    "WebSocket": ("network", "WebSocket"), "EventSource": ("network", "EventSource"), "Worker": ("network", "Worker"),
    "SharedWorker": ("network", "SharedWorker"), "BroadcastChannel": ("message", "BroadcastChannel"),
    "FontFace": ("style-insert", "font"),
    "ActiveXObject": ("network", "ActiveXObject"),
}  # fmt: skip
OBSERVERS = words("""
    MutationObserver WebKitMutationObserver IntersectionObserver ResizeObserver PerformanceObserver ReportingObserver
""")
# Functions that a script may call on its way and that call nothing back, or only at once.
INERT = words("""
    Object Array String Number Boolean Math JSON Symbol RegExp Date Error TypeError RangeError Map Set WeakMap WeakSet
    Reflect Promise BigInt parseInt parseFloat isNaN isFinite encodeURIComponent decodeURIComponent encodeURI
    decodeURI escape unescape atob btoa structuredClone matchMedia performance console Event CustomEvent URL
    URLSearchParams FormData Blob DOMParser Int8Array Uint8Array Int16Array Uint16Array Int32Array Uint32Array
    Float32Array Float64Array ArrayBuffer DataView AbortController TextEncoder TextDecoder getComputedStyle fetch
    clearTimeout clearInterval removeEventListener cancelAnimationFrame XMLSerializer Image Option Audio navigator
    history crypto Intl dispatchEvent CSS WeakRef XMLHttpRequest Headers Request Response
""")
SAME = words("concat slice reverse sort filter splice flat map")  # methods of an array that give one with the same members
MEMBER = words("pop shift at find findLast")  # methods of an array that give a member
VISITORS = words("forEach map filter some every find findIndex findLast flatMap")  # and that show members to a function
# Of them, those that call what they are given.
CALLING = words("Promise Array JSON Reflect String Map Set Int8Array Uint8Array Float32Array")
AT_ONCE = words("""
    forEach map filter reduce reduceRight some every find findIndex findLast findLastIndex flatMap sort toSorted
    replace replaceAll then catch finally from each grep queueMicrotask groupBy fromEntries
""")
LATER = words("""
    addEventListener removeEventListener attachEvent detachEvent setTimeout setInterval requestAnimationFrame
    requestIdleCallback observe hasOwnProperty isPrototypeOf addListener removeListener
""")
KEEPERS = words("""
    push unshift concat splice set add fill indexOf includes has delete lastIndexOf constructor is
""")

# jQuery: what methods of a set do with functions, and what they do to the page.
JQUERY_EVENTS = words("""
    on one bind live delegate click dblclick mousedown mouseup mousemove mouseover mouseout mouseenter mouseleave
    hover keydown keyup keypress focus blur focusin focusout change submit select resize scroll load unload error
    ready off unbind undelegate die trigger triggerHandler touchstart touchend touchmove contextmenu toggle input
""")
JQUERY_SYNC = words("""
    each map filter not is grep add extend css attr prop html text val addClass removeClass toggleClass append
""")
JQUERY_LATER = words("""
    animate fadeIn fadeOut fadeTo fadeToggle slideUp slideDown slideToggle show hide delay queue promise done fail
    always then progress ajax get post getJSON getScript load ajaxComplete ajaxStart ajaxStop ajaxError ajaxSend
    ajaxSuccess ajaxSetup proxy when ajaxPrefilter ajaxTransport noConflict Deferred Callbacks stop finish extend
    inArray isFunction type isArray makeArray trim data removeData param parseHTML parseJSON camelCase holdReady Event
    contains merge
""")
JQUERY_NETWORK = words("ajax get post getJSON getScript load")
JQUERY_LAYOUT = words("""
    width height innerWidth innerHeight outerWidth outerHeight offset position scrollTop scrollLeft
""")
JQUERY_READS = words("data attr prop text html val is has hasClass index length css find children each get eq")
JQUERY_SAME = words("constructor jquery selector context")
