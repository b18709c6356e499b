"""The names that a browser's global object has before any script runs, those that scripts use.

What must stay true: a name too few is read as another script's global, which costs at most a conflict; a name too many would hide
one. So interfaces that nobody uses are left out, and so are names that pages like to take for themselves (`Plugin`, `Option`,
`Module`). """

import re

from assetforge.formats.js.effects.words import words

# ECMA-262, clause 19
LANGUAGE = words("""
    globalThis Infinity NaN undefined eval isFinite isNaN parseFloat parseInt decodeURI decodeURIComponent encodeURI
    encodeURIComponent escape unescape AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean
    DataView Date Error EvalError FinalizationRegistry Float32Array Float64Array Function Int8Array Int16Array
    Int32Array Iterator Map Number Object Promise Proxy RangeError ReferenceError RegExp Set SharedArrayBuffer String
    Symbol SyntaxError TypeError Uint8Array Uint8ClampedArray Uint16Array Uint32Array URIError WeakMap WeakRef WeakSet
    Atomics JSON Math Reflect Intl WebAssembly arguments
""")
# HTML, 7.2.2 and the specs that extend Window
WINDOW = words("""
    addEventListener alert atob blur btoa caches cancelAnimationFrame cancelIdleCallback chrome clearInterval
    clearTimeout close closed confirm console createImageBitmap crypto customElements devicePixelRatio dispatchEvent
    document event external fetch focus frameElement frames getComputedStyle getSelection history indexedDB
    innerHeight innerWidth isSecureContext length localStorage location locationbar matchMedia menubar moveBy moveTo
    name navigator open opener origin outerHeight outerWidth pageXOffset pageYOffset parent performance postMessage
    print prompt queueMicrotask removeEventListener reportError requestAnimationFrame requestIdleCallback resizeBy
    resizeTo screen screenLeft screenTop screenX screenY scroll scrollBy scrollTo scrollX scrollY scrollbars self
    sessionStorage setInterval setTimeout speechSynthesis status stop structuredClone toolbar top visualViewport
    window webkitRequestAnimationFrame webkitCancelAnimationFrame webkitURL hasOwnProperty toString valueOf
    constructor isPrototypeOf propertyIsEnumerable toLocaleString setImmediate clearImmediate attachEvent detachEvent
    execScript ActiveXObject AbortController AbortSignal Attr Audio AudioContext Blob BroadcastChannel CSS CSSRule
    CSSStyleDeclaration CSSStyleSheet CharacterData Comment CustomEvent DOMException DOMParser DOMRect DOMStringMap
    DOMTokenList DataTransfer Document DocumentFragment Element Event EventSource EventTarget File FileList FileReader
    FontFace FormData Headers History HTMLCollection HTMLDocument Image ImageData IntersectionObserver KeyboardEvent
    Location MessageChannel MessageEvent MouseEvent MutationObserver NamedNodeMap Navigator Node NodeFilter NodeList
    Notification OffscreenCanvas Path2D Performance PerformanceObserver PointerEvent Range Request ResizeObserver
    Response Screen Selection ShadowRoot SharedWorker Storage StyleSheet Text TextDecoder TextEncoder TouchEvent
    TreeWalker UIEvent URL URLSearchParams WebGLRenderingContext WebKitMutationObserver WebSocket WheelEvent Window
    Worker XDomainRequest XMLDocument XMLHttpRequest XMLHttpRequestEventTarget XMLSerializer XPathResult XSLTProcessor
    webkitAudioContext
""")
_FAMILIES = re.compile(r"(?:HTML\w*|SVG\w*)Element\Z|on[a-z]+\Z")
# What every window has and nothing can take away (HTML, 7.2.2: unforgeable)
WINDOWS = words("window self globalThis frames parent top")


def builtin(name: str) -> bool:
    """Whether the global object has `name` by itself."""
    return name in LANGUAGE or name in WINDOW or _FAMILIES.match(name) is not None
