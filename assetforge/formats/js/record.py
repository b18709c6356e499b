"""What a classic script does when it runs, as a value: `Effects`.

What must stay true: a record says too much rather than too little; what cannot be followed makes it opaque. Every act has its
place, so a decision can name file and line.
"""

from typing import Literal, NamedTuple

Tier = Literal[
    "load",  # while the script runs: top level, functions called from there, microtasks
    "may",  # perhaps then: callbacks given to unknown callees, computed calls, getters
    "deferred",  # later: timers, listeners, functions that others call
]

What = Literal[
    "document.write",  # write, writeln, open, close
    "current-script",  # detail: "placement" where its parent or siblings are used, "attributes" where only src or dataset are
    "last-script",  # the last of the document's script elements taken for one's own
    "scripts-query",  # script elements are looked for: by tag name, selector, `document.scripts`
    "dom-read",  # detail: "body", "title", "query", "collection", "id:NAME" where one element with a known id is asked for …
    "dom-write",  # detail: where, as far as known
    "paint",  # class, style, attributes or dataset of the root element or body; a style inserted in the head
    "style-read",  # getComputedStyle, matchMedia is not one
    "layout-read",  # offset*, client*, getBoundingClientRect, scroll*, innerHeight of the document …
    "sheets-read",  # document.styleSheets, a stylesheet's element; detail: "index" where it is indexed
    "style-insert",  # a style or link element created, insertRule, adoptedStyleSheets
    "script-insert",  # a script element created; detail: "external-async" for the loader idiom
    "ready",  # readyState tests, jQuery's ready: runs now or later depending on readyState
    "listener",  # detail: "TARGET EVENT", e.g. "document DOMContentLoaded", "window load", "document click"
    "handler-slot",  # on* assigned; detail: "window onload", "document onclick"
    "error-handler",  # window.onerror, error and unhandledrejection listeners, console wrapped
    "observer",  # MutationObserver, IntersectionObserver … detail: which
    "custom-element",  # customElements.define; detail: the name where known
    "hook",  # a function of the host wrapped or replaced: fetch, XMLHttpRequest, createElement, history …
    "dynamic-code",  # eval, Function or a timer with a string that is not constant
    "dynamic-global",  # window[expression] = …
    "timer",
    "network",  # fetch, XMLHttpRequest, sendBeacon, new Image
    "storage",  # localStorage, sessionStorage, cookie
    "message",  # postMessage or a message listener
    "navigation",  # location assigned, history changed
    "dialog",  # alert, confirm, prompt
    "import",  # import()
    "console",
]  # fmt: skip


class Act(NamedTuple):
    """One thing that the script does. `at`: str offset in its text."""

    what: What
    tier: Tier
    detail: str = ""
    at: int = 0


class Effects(NamedTuple):
    """`opaque`: why nothing can be said (`parse error`, `with`, `eval`, unknown bytes), empty where the record is complete;
    `opaque_at`: str offset of the reason. Names are of globals, builtin ones left out unless they are written.

    `defines`: by `var`, function, assignment (`window.x = …`, an implicit global) at load or maybe; `lexical`: by top-level `let`,
    `const`, `class`; `defines_later`: by what runs deferred. `augments`: objects of others that get new or other properties
    (`Array.prototype`, `jQuery.fn`, `window.app` of which it does not define the whole). `reads`: at load or maybe; `guards`: those
    of them that a test protects (`typeof x`, `window.x`, `x || …`); `reads_later`: deferred. `keys`: offsets of a first mention by
    name, for messages. `strict`: a `"use strict"` of the whole script.
    """

    opaque: str = ""
    opaque_at: int = 0
    defines: frozenset[str] = frozenset()
    lexical: frozenset[str] = frozenset()
    defines_later: frozenset[str] = frozenset()
    augments: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    guards: frozenset[str] = frozenset()
    reads_later: frozenset[str] = frozenset()
    acts: tuple[Act, ...] = ()
    keys: tuple[tuple[str, int], ...] = ()
    strict: bool = False

    def does(self, *what: What, tiers: tuple[Tier, ...] = ("load", "may")) -> Act | None:
        """The first act of one of these kinds in one of these tiers."""
        return next((act for act in self.acts if act.what in what and act.tier in tiers), None)


OPAQUE = Effects(opaque="its bytes are not known")
