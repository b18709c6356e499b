"""Pages for the scheduler, a row each: its scripts, the decision for each, and which careless plan a browser can tell from the page
as written.

`<!--pause-->` is where the server stops for a while, so that scripts, timers and frames come before the rest of the page. Scripts
whose name begins with `slow` come later than the others.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple


class Row(NamedTuple):
    """`scripts`: by `src`. `fails`: the careless plans (defer all that can be, move all) that the trace must show."""

    name: str
    text: str
    scripts: Mapping[str, str]
    expected: list[str]
    fails: tuple[Literal["defer", "move"], ...] = ()


def _page(head: str, body: str = "<p>one</p><p>two</p>", attributes: str = "") -> str:
    start = "<!doctype html>\n<html><head><meta charset=utf-8><title>t</title>\n"
    return f"{start}{head}\n</head>\n<body{attributes}>\n{body}\n</body></html>\n"


SHOP = "window.shop = {price: 3}; console.log('shop')"
BUY = "console.log('buy ' + typeof shop)"
DARK = "<script>document.documentElement.className = 'dark'</script>"

ROWS = (
    Row(
        "a chain of files",
        _page("<script src=shop.js></script><script src=buy.js></script>"),
        {"shop.js": SHOP, "buy.js": BUY},
        ["defer", "defer"],
    ),
    Row(
        "an inline script needs the file before it",
        _page("<script src=shop.js></script><script>console.log('in ' + typeof shop)</script>"),
        {"shop.js": SHOP},
        ["move", "move"],
        ("defer",),
    ),
    Row(
        "an inline script that others need",
        _page("<script>var CURRENCY = 'EUR'</script><script src=slow.js></script>"),
        {"slow.js": "console.log('sum ' + CURRENCY)"},
        ["keep:cheap", "defer"],
    ),
    Row(
        "a theme before the first paint", _page(f"<script src=shop.js></script>{DARK}"), {"shop.js": SHOP}, ["defer", "keep:paint"]
    ),
    Row(
        "a theme in a file",
        _page("<script src=theme.js></script>"),
        {"theme.js": "document.documentElement.dataset.theme = 'dark'"},
        ["keep:paint"],
    ),
    Row(
        "a class that says that scripts run",
        _page("<script>document.documentElement.classList.remove('no-js')</script>"),
        {},
        ["keep:paint"],
    ),
    Row(
        "a deferred script before it needs it",
        _page("<script defer src=buy.js></script><script src=shop.js></script>"),
        {"shop.js": SHOP, "buy.js": BUY},
        ["as-is", "move"],
        ("defer",),
    ),
    Row(
        "a module before it needs it",
        _page("<script type=module>console.log('m ' + typeof shop)</script><script src=shop.js></script>"),
        {"shop.js": SHOP},
        ["as-is", "move"],
        ("defer",),
    ),
    Row(
        "a deferred script behind it",
        _page("<script src=shop.js></script><script defer src=buy.js></script>"),
        {"shop.js": SHOP, "buy.js": BUY},
        ["defer", "as-is"],
    ),
    Row(
        "an async script behind it",
        _page("<script src=slow.js></script><script async src=buy.js></script>"),
        {"slow.js": SHOP, "buy.js": BUY},
        ["keep:dep", "as-is"],
        ("defer", "move"),
    ),
    Row(
        "no candidates",
        _page(
            "<script type=application/ld+json>{}</script><script type='text/javascript; charset=utf-8'>console.log(1)</script>"
            "<script nomodule>console.log(2)</script><script type=importmap>{}</script><script type=module>console.log(3)</script>"
            "<script></script>"
        ),
        {},
        ["as-is"] * 6,
    ),
    Row(
        "defer on an inline script",
        _page("<script src=shop.js></script><script defer>console.log('in ' + typeof shop)</script>"),
        {"shop.js": SHOP},
        ["move", "move"],
        ("defer",),
    ),
    Row(
        "a page that waits for its end",
        _page("<script src=shop.js></script>", "<p>x</p><script src=buy.js></script>"),
        {"shop.js": SHOP, "buy.js": BUY},
        ["move", "keep:at-end"],
    ),
    Row(
        "behind the body",
        _page("", "<p>x").replace("</body>", "</body><script src=shop.js></script>"),
        {"shop.js": SHOP},
        ["keep:at-end"],
    ),
    Row(
        "it writes",
        _page("", "<p>one</p><script src=write.js></script><p>two</p>"),
        {"write.js": "document.write('<b>here</b>'); console.log('wrote')"},
        ["keep:document.write"],
        ("defer", "move"),
    ),
    Row(
        "a copy where the first is missing",
        _page(
            "",
            "<script src=shop.js></script><script>window.shop || document.write("
            "'<script src=shop.js><\\/script>')</script><script src=buy.js></script><p>one</p>",
        ),
        {"shop.js": SHOP, "buy.js": BUY},
        ["keep:dep", "keep:document.write", "keep:dep"],
        ("defer",),
    ),
    Row(
        "the last script is it",
        _page("<script data-who=me src=who.js></script><script src=other.js></script>"),
        {
            "who.js": "var all = document.getElementsByTagName('script');"
            " console.log(all[all.length - 1].getAttribute('data-who'))",
            "other.js": "console.log('other')",
        },
        ["keep:position", "defer"],
        ("defer",),
    ),
    Row(
        "beside its own element",
        _page("", "<div><script src=widget.js></script></div><p>two</p>"),
        {
            "widget.js": "var me = document.currentScript;"
            " me.parentNode.insertBefore(document.createElement('i'), me); console.log('placed')"
        },
        ["defer"],
        ("move",),
    ),
    Row(
        "its own data",
        _page("<script data-key=7 src=key.js></script><script>console.log(key)</script>"),
        {"key.js": "var key = document.currentScript.dataset.key"},
        ["move", "move"],
        ("defer",),
    ),
    Row(
        "its element is read by another",
        _page(
            "<script id=settings data-v=1 src=shop.js></script>"
            "<script>console.log(document.getElementById('settings').dataset.v)</script>"
        ),
        {"shop.js": SHOP},
        ["move", "move"],
    ),
    Row(
        "how many there are so far",
        _page("<script src=count.js></script>"),
        {"count.js": "console.log(document.querySelectorAll('p').length)"},
        ["keep:dom-position"],
        ("defer", "move"),
    ),
    Row(
        "there is no body yet",
        _page("<script src=body.js></script>"),
        {"body.js": "console.log(!!document.body)"},
        ["keep:dom-position"],
        ("defer", "move"),
    ),
    Row(
        "an element that is there",
        _page("", "<p id=y>1</p><script>document.getElementById('y').textContent = 'z'</script><p>2</p>"),
        {},
        ["keep:cheap"],
    ),
    Row(
        "an element that is not there yet",
        _page("<script src=find.js></script>", "<p id=y>1</p>"),
        {"find.js": "console.log(!!document.getElementById('y'))"},
        ["keep:dom-position"],
        ("defer", "move"),
    ),
    Row(
        "an element of one's own making",
        _page("<script src=element.js></script>", "<x-a><b></b></x-a>"),
        {
            "element.js": "customElements.define('x-a', class extends HTMLElement {"
            " connectedCallback() { console.log(this.children.length) } })"
        },
        ["keep:custom-element"],
        ("defer", "move"),
    ),
    Row(
        "somebody watches",
        _page("<script src=watch.js></script>", "<p>1</p><!--pause--><p>2</p>"),
        {
            "watch.js": "var seen = 0; new MutationObserver(function (all) { all.forEach(function (one) {"
            " one.addedNodes.forEach(function (node) { if (node.nodeName == 'P') seen++ }) }) })"
            ".observe(document, {childList: true, subtree: true});"
            " addEventListener('load', function () { console.log('seen ' + seen) })"
        },
        ["keep:observer"],
        ("defer", "move"),
    ),
    Row(
        "ready or not",
        _page("<script src=boot.js></script><script src=slow.js></script>"),
        {
            "boot.js": "function boot() { console.log('boot ' + typeof PLUGIN) }"
            " document.readyState !== 'loading' ? boot() : document.addEventListener('DOMContentLoaded', boot)",
            "slow.js": "var PLUGIN = 1; console.log('plugin')",
        },
        ["move", "move"],
        ("defer",),
    ),
    Row(
        "a function of another file counts",
        _page("<script src=count.js></script>", "<p>one</p><script>count()</script><p>two</p>"),
        {"count.js": "function count() { console.log(document.querySelectorAll('p').length) }"},
        ["keep:dep", "keep:dom-position"],
        ("defer", "move"),
    ),
    Row(
        "a function of another file writes",
        _page("<script src=write.js></script>", "<p>one</p><script>here()</script><p>two</p>"),
        {"write.js": "function here() { document.write('<b>here</b>') }"},
        ["keep:dep", "keep:document.write"],
        ("defer", "move"),
    ),
    Row(
        "it waits for its elements",
        _page("<script src=boot.js></script><script>BOOTED = 1</script>"),
        {
            "boot.js": "var BOOTED; (function (go) {"
            " document.readyState !== 'loading' ? go() : document.addEventListener('DOMContentLoaded', go) })"
            "(function () { console.log(document.querySelectorAll('p').length, BOOTED) })"
        },
        ["move", "move"],
    ),
    Row(
        "ready alone",
        _page("<script src=boot.js></script>"),
        {
            "boot.js": "function boot() { console.log('boot') }"
            " document.readyState !== 'loading' ? boot() : document.addEventListener('DOMContentLoaded', boot)"
        },
        ["move"],
    ),
    Row(
        "the state of the document changes",
        _page("<script src=state.js></script>"),
        {"state.js": "document.addEventListener('readystatechange', function () { console.log(document.readyState) })"},
        ["move"],
        ("defer",),
    ),
    Row(
        "two listeners of one event",
        _page(
            "<script src=a.js></script>"
            "<script>document.addEventListener('DOMContentLoaded', function () { console.log('B') })</script>"
        ),
        {"a.js": "document.addEventListener('DOMContentLoaded', function () { console.log('A') })"},
        ["move", "move"],
        ("defer",),
    ),
    Row(
        "the last handler wins",
        _page("<script src=a.js></script><script>window.onload = function () { console.log('B') }</script>"),
        {"a.js": "window.onload = function () { console.log('A') }"},
        ["move", "move"],
        ("defer",),
    ),
    Row(
        "a handler of the body",
        _page("<script src=go.js></script>", attributes=" onload=go()"),
        {"go.js": "function go() { console.log('go') }"},
        ["defer"],
    ),
    Row(
        "a picture fails",
        _page("<script src=slow.js></script>", "<img src=data:x onerror=failed(this)><!--pause--><p>two</p>"),
        {"slow.js": "function failed(i) { console.log('failed') }"},
        ["keep:resource-handler"],
        ("defer", "move"),
    ),
    Row(
        "an element opens",
        _page("<script src=slow.js></script>", "<details open ontoggle=opened()>x</details><!--pause--><p>two</p>"),
        {"slow.js": "function opened() { console.log('opened') }"},
        ["keep:resource-handler"],
        ("defer", "move"),
    ),
    Row(
        "a frame calls",
        _page("<script src=slow.js></script>", '<iframe srcdoc="<script>parent.called()</script>"></iframe><!--pause--><p>two</p>'),
        {"slow.js": "function called() { console.log('called') }"},
        ["keep:frame-observer"],
        ("defer", "move"),
    ),
    Row(
        "an element that is a global",
        _page("<script src=map.js></script>", "<div id=map></div>"),
        {"map.js": "window.map = window.map || {}; console.log(Object.prototype.toString.call(map))"},
        ["keep:named-access"],
        ("defer", "move"),
    ),
    Row(
        "styles before a stylesheet",
        _page("<script src=style.js></script><style>html { color: rgb(1, 2, 3) }</style>"),
        {"style.js": "console.log(getComputedStyle(document.documentElement).color)"},
        ["keep:style-position"],
        ("defer", "move"),
    ),
    Row(
        "styles behind a stylesheet",
        _page("<style>html { color: rgb(1, 2, 3) }</style><script src=style.js></script>"),
        {"style.js": "console.log(getComputedStyle(document.documentElement).color)"},
        ["defer"],
    ),
    Row(
        "how tall the page is",
        _page("", "<p>one</p><script src=tall.js></script><p style='height: 3000px'>two</p>"),
        {"tall.js": "console.log(document.documentElement.scrollHeight)"},
        ["keep:dom-position"],
        ("defer", "move"),
    ),
    Row("a base behind it", _page("<script src=shop.js></script><base href=/nowhere/>"), {"shop.js": SHOP}, ["defer"], ("move",)),
    Row(
        "a policy behind it",
        _page(
            "<script>console.log('in')</script>"
            "<meta http-equiv=Content-Security-Policy content=\"script-src 'self'\"><script src=shop.js></script>"
        ),
        {"shop.js": SHOP},
        ["keep:csp-position", "defer"],
        ("move",),
    ),
    Row(
        "a list that counts",
        _page("<style>li:nth-child(2) { color: red }</style>", "<ul><script src=shop.js></script><li>1<li>2<li>3</ul>"),
        {"shop.js": SHOP},
        ["defer"],
        ("move",),
    ),
    Row(
        "the last of the body",
        _page("<style>p:last-child { color: red }</style><script src=shop.js></script><script>shop.price</script>"),
        {"shop.js": SHOP},
        ["keep:structure", "keep:structure"],
        ("move",),
    ),
    Row("in SVG", _page("", "<svg><script href=shop.js></script></svg><p>x"), {"shop.js": SHOP}, ["keep:svg"]),
    Row("in a table", _page("", "<table><script>console.log('t')</script><tr><td>x</table><p>y"), {}, ["keep:cheap"]),
    Row(
        "nothing closes",
        _page("", "<script src=shop.js></script><script>console.log('in ' + typeof shop)</script><template><p>x"),
        {"shop.js": SHOP},
        ["keep:no-safe-insertion-point", "keep:no-safe-insertion-point"],
        ("defer", "move"),
    ),
    Row(
        "a guard",
        _page("<script src=shop.js></script><script>document.documentElement.className = window.shop ? 'new' : 'old'</script>"),
        {"shop.js": SHOP},
        ["keep:dep", "keep:paint"],
        ("defer",),
    ),
    Row(
        "a timer of one that stays",
        _page(
            "<script src=shop.js></script><script>document.documentElement.className = 'x';"
            " setTimeout(function () { console.log(typeof shop) }, 0)</script>",
            "<p>one</p><!--pause--><p>two</p>",
        ),
        {"shop.js": SHOP},
        ["keep:dep", "keep:paint"],
        ("defer",),
    ),
    Row(
        "a timer needs what comes next",
        _page(
            "<script>document.documentElement.className = 'x';"
            " setTimeout(function () { console.log(typeof shop) }, 1)</script><script>var shop = 1</script>"
            "<script src=shop.js></script>"
        ),
        {"shop.js": "shop = 2"},
        ["keep:paint", "keep:dep", "keep:dep"],
    ),
    Row(
        "an array with more",
        _page("<script src=more.js></script><script>document.documentElement.title = typeof [].more</script>"),
        {"more.js": "Array.prototype.more = function () { return 1 }"},
        ["keep:dep", "keep:paint"],
        ("defer",),
    ),
    Row(
        "who reports errors",
        _page("<script src=report.js></script><script>null.x</script>"),
        {"report.js": "window.onerror = function () { console.log('reported') }"},
        ["keep:error-handler", "keep:cheap"],
        ("defer",),
    ),
    Row(
        "names without var",
        _page("<script src=lexical.js></script><script src=use.js></script>"),
        {
            "lexical.js": "const one = 1; let two = 2; class Three {} four = 4",
            "use.js": "console.log(typeof one, typeof two, typeof Three, typeof four)",
        },
        ["defer", "defer"],
    ),
    Row(
        "one takes what the other stores",
        _page("<script src=put.js></script><script>console.log(localStorage.getItem('k'))</script>"),
        {"put.js": "localStorage.setItem('k', 'v')"},
        ["move", "move"],
        ("defer",),
    ),
    Row(
        "no script at all",
        _page("<script src=broken.js></script><script src=shop.js></script>"),
        {"broken.js": "function ( { oops", "shop.js": SHOP},
        ["keep:opaque", "defer"],
    ),
    Row(
        "a loader",
        _page("<script src=load.js></script>"),
        {
            "load.js": "(function (d, s) { var j = d.createElement(s), f = d.getElementsByTagName(s)[0]; j.async = 1;"
            " j.src = 'shop.js';"
            " f.parentNode.insertBefore(j, f) })(document, 'script')"
        },
        ["defer"],
    ),
    Row(
        "a loader needs the file before it",
        _page(
            "<script src=shop.js></script><script>(function (d, s) { var j = d.createElement(s),"
            " f = d.getElementsByTagName(s)[0]; j.async = 1; j.src = 'buy.js';"
            " f.parentNode.insertBefore(j, f) })(document, 'script')</script>"
            "<!--pause-->"
        ),
        {"shop.js": SHOP, "buy.js": BUY},
        ["move", "move"],
        ("defer",),
    ),
    Row(
        "for other browsers",
        _page(
            "<!--[if !IE]><!--><script src=shop.js></script><!--<![endif]--><!--[if IE]><script src=buy.js></script><![endif]-->"
        ),
        {"shop.js": SHOP},
        ["keep:conditional-comment"],
    ),
    Row("tied to an event", _page("<script for=window event=onload src=shop.js></script>"), {"shop.js": SHOP}, ["keep:for-event"]),
    Row(
        "what does not run",
        _page("<noscript><script src=shop.js></script></noscript>", "<template><script src=buy.js></script></template><p>x"),
        {},
        ["as-is"],
    ),
    Row(
        "frames",
        "<html><head><script src=shop.js></script></head><frameset rows='*,*'><frame src=about:blank></frameset></html>",
        {"shop.js": SHOP},
        ["keep:frameset"],
    ),
    Row(
        "a beacon",
        _page("<script src=beacon.js></script>"),
        {"beacon.js": "(function () { new Image().src = '/p.gif?' + Math.random() })()"},
        ["async"],
    ),
    Row(
        "its attributes travel along",
        _page(
            "<script integrity='' crossorigin referrerpolicy=no-referrer nonce=n charset=utf-8 fetchpriority=low"
            " data-k=v src=shop.js></script><script>console.log(typeof shop)</script>"
        ),
        {"shop.js": SHOP},
        ["move", "move"],
        ("defer",),
    ),
)
