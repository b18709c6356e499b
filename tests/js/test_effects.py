"""What is said of small scripts: every row is a script and its whole record.

A record's words: `defines`, `lexical`, `defines_later`, `augments`, `reads`, `guards`, `reads_later` with a name; an act with its
tier and detail; `opaque` with the reason; `strict`. """

import pytest

from assetforge.formats.js.effects import effects
from assetforge.formats.js.record import Effects

_NAMES = ("defines", "lexical", "defines_later", "augments", "reads", "guards", "reads_later")


def said(found: Effects) -> str:
    words = [f"opaque {found.opaque}"] if found.opaque else []
    words += [f"{kind} {name}" for kind in _NAMES for name in sorted(getattr(found, kind))]
    words += [" ".join(filter(None, (act.what, act.tier, act.detail))) for act in found.acts]
    return "; ".join([*words, "strict"] if found.strict else words)


# Globals: `var`, functions, assignments, aliases of the global object, UMD.
NAMES: tuple[tuple[str, str], ...] = (
    ("var a = 1", "defines a"),
    ("var a", "defines a"),
    ("function f() { document.write(1) }", "defines f; document.write deferred write"),
    ("function f() { document.write(1) } f()", "defines f; document.write load write"),
    ("x = 1", "defines x"),
    ("function f() { x = 1 }", "defines f; defines_later x"),
    ("let a = 1; const b = 2; class C {}", "lexical C; lexical a; lexical b"),
    ("{ let a = 1; const $ = jQuery; $.fn.x = 1 } $('p')", "augments jQuery.fn; reads $; reads jQuery; dom-read load query"),
    ("{ function f() {} }", "defines f"),
    ("\"use strict\"; { function f() {} }", "strict"),
    ("\"use strict\"; var a = 1", "defines a; strict"),
    ("window.a = 1", "defines a"),
    ("self.a = 1; globalThis.b = 2", "defines a; defines b"),
    ("this.a = 1", "defines a"),
    ("\"use strict\"; this.a = 1", "defines a; strict"),
    ("(function () { this.a = 1 })()", "defines a"),
    ("(function () { \"use strict\"; this.a = 1 })()", ""),
    ("(function () { this.a = 1 }).call(this)", "defines a"),
    ("(() => { this.a = 1 })()", "defines a"),
    ("(function (root) { root.a = 1 })(this)", "defines a"),
    (
        "(function (root, factory) { root.Lib = factory() })(typeof self !== 'undefined' ? self : this, "
        "function () { return {} })",
        "defines Lib",
    ),
    (
        "(function (root, factory) { if (typeof define === 'function' && define.amd) define(['jquery'], "
        "factory); else if (typeof module === 'object' && module.exports) module.exports = "
        "factory(require('jquery')); else root.Lib = factory(root.jQuery) }(this, function ($) { return {} "
        "}))",
        "defines Lib; augments module; reads define; reads jQuery; reads module; reads require; guards "
        "define; guards jQuery; guards module",
    ),
    ("var App = App || {}; App.x = 1", "defines App; augments App; reads App; guards App"),
    ("window.App = window.App || {}", "defines App; reads App; guards App"),
    ("App.views.Home = 1", "augments App; reads App"),
    ("App.x = 1", "augments App; reads App"),
    ("var C = {}; C.x = 1", "defines C"),
    ("Array.prototype.last = function () {}", "augments Array.prototype"),
    ("String.prototype.trim || (String.prototype.trim = function () {})", "augments String.prototype"),
    (
        "jQuery.fn.plugin = function () { return this.each(function () { document.title }) }",
        "augments jQuery.fn; reads jQuery; dom-read deferred title",
    ),
    ("(function ($) { $.fn.plugin = function () {} })(jQuery)", "augments jQuery.fn; reads jQuery"),
    (
        "(function ($) { $.extend($.fn, { a: function () {} }); $.fn.extend({ b: 1 }) })(window.jQuery)",
        "augments jQuery.fn; reads jQuery; guards jQuery",
    ),
    ("!function () { a = 1 }()", "defines a"),
    ("void 0, typeof q, function () { b = 2 }()", "defines b; reads q; guards q"),
    ("typeof x", "reads x; guards x"),
    ("if (window.x) y()", "reads x; reads y; guards x"),
    ("x && x.y()", "reads x; guards x"),
)  # fmt: skip

# `document.write` and everything that could hide it: aliases, destructuring, computed names, callbacks, classes.
CALLS: tuple[tuple[str, str], ...] = (
    ("document.write('a')", "document.write load write"),
    ("document.writeln('a')", "document.write load writeln"),
    ("var d = document; d.write('a')", "defines d; document.write load write"),
    ("var w = window; w.document.write('a')", "defines w; document.write load write"),
    ("(function (d) { d.write('a') })(document)", "document.write load write"),
    ("var { write } = document; write.call(document, 'a')", "defines write; document.write load write"),
    ("({ write } = document)", "defines write"),
    ("const { write: q } = document; q('a')", "lexical q; document.write load write"),
    ("document['write']('a')", "document.write load write"),
    ("document['wri' + 'te']('a')", "document.write load write"),
    ("var k = 'write'; document[k]('a')", "defines k; document.write load write"),
    ("document[k]('a')", "opaque document[…]; reads k; dom-read load computed"),
    ("document[location.hash]()", "dom-read load computed"),
    ("var x = document[name]", "opaque document[…]; defines x; dom-read load computed"),
    ("document[name] = 1", "opaque document[…]"),
    ("var q = document.write; q.call(document, 'a')", "defines q; document.write load write"),
    ("document.write.apply(document, ['a'])", "document.write load write"),
    ("var w = document.write.bind(document); w('a')", "defines w; document.write load write"),
    ("Document.prototype.write.call(document, 'x')", "document.write load write"),
    ("(0, document.write)('a')", "document.write load write"),
    ("document?.write?.('a')", "document.write load write"),
    ("setTimeout(function () { document.write('a') }, 0)", "timer load setTimeout; document.write deferred write"),
    ("addEventListener('load', function () { document.write('a') })", "listener load window load; document.write deferred write"),
    ("[1].forEach(function () { document.write('a') })", "document.write load write"),
    ("Promise.resolve().then(function () { document.write('a') })", "document.write load write"),
    ("queueMicrotask(() => document.write('a'))", "document.write load write"),
    ("unknown(function () { document.write('a') })", "reads unknown; document.write may write"),
    ("new Promise(function (done) { document.write('a') })", "document.write load write"),
    ("async function f() { document.write('a') } f()", "defines f; document.write load write"),
    ("function* g() { document.write('a') } for (const x of g()) {}", "defines g; document.write load write"),
    ("class A { static { document.write('a') } }", "lexical A; document.write load write"),
    ("class A { static x = document.write('a') }", "lexical A; document.write load write"),
    ("class A { x = document.write('a') }", "lexical A; document.write deferred write"),
    ("class A { x = document.write('a') } new A()", "lexical A; document.write load write"),
    (
        "class A { constructor() { document.write('a') } } class B extends A {} new B",
        "lexical A; lexical B; document.write load write",
    ),
    ("class A { m() { document.write('a') } }", "lexical A; document.write deferred write"),
    ("class A { m() { document.write('a') } } new A().m()", "lexical A; document.write load write"),
    ("class A { [document.title]() {} }", "lexical A; dom-read load title"),
    ("var o = { get x() { document.write('a') } }; o.x", "defines o; document.write may write"),
    ("var o = { get x() { document.write('a') } }", "defines o; document.write deferred write"),
    ("var o = { m() { document.write('a') } }; o.m()", "defines o; document.write load write"),
    ("var o = { m() { document.write('a') } }; var { m } = o; m()", "defines m; defines o; document.write load write"),
    (
        "var k = f(); var o = { [k]() { document.write('a') } }; o[k]()",
        "defines k; defines o; reads f; document.write load write",
    ),
    ("var o = { a: function () { document.write('a') } }; o[name]()", "defines o; document.write load write"),
    ("var o = [function () { document.write('a') }]; o[0]()", "defines o; document.write load write"),
    (
        "var fs = []; fs.push(function () { document.write('a') }); for (var i = 0; i < fs.length; i++) "
        "fs[i]()",
        "defines fs; defines i; document.write load write",
    ),
    (
        "function each(list, f) { f(list[0]) } each([1], function () { document.write('a') })",
        "defines each; document.write load write",
    ),
    (
        "function each(list, f) { f(list[0]) } each([1], function () {}); addEventListener('load', function "
        "() { each([1], function () { document.write('a') }) })",
        "defines each; listener load window load; document.write deferred write",
    ),
    (
        "function run(f) { each(f) } function each(f) { f.call(1) } run(function () { document.write('a') })",
        "defines each; defines run; document.write load write",
    ),
    (
        "function F() {} F.prototype.go = function () { document.write('a') }; new F().go()",
        "defines F; document.write load write",
    ),
    (
        "var f = cond ? function () { document.write('a') } : null; f()",
        "defines f; reads cond; guards cond; document.write load write",
    ),
    ("function f() { return document } f().write('a')", "defines f; document.write load write"),
    ("function f({ doc }) { doc.write('a') } f({ doc: document })", "defines f; document.write load write"),
    ("function f([d]) { d.write('a') } f([document])", "defines f; document.write load write; document.write may write"),
    ("function f(...all) { all[0].write('a') } f(document)", "defines f; document.write load write; document.write may write"),
    ("function f() { arguments[0].write('a') } f(document)", "defines f; document.write load write; document.write may write"),
    ("function f(d = document) { d.write('a') } f()", "defines f; document.write load write; document.write may write"),
    ("var d; d ??= document; d.write('a')", "defines d; document.write load write"),
    ("var d; if (d = document) d.write('a')", "defines d; document.write load write"),
    ("lab: { document.write('a'); break lab }", "document.write load write"),
    ("switch (x) { case 1: document.write('a') }", "reads x; document.write load write"),
    ("try { x() } catch (e) { document.write('a') }", "reads x; document.write load write"),
    ("for (const d of [document]) d.write('a')", "document.write load write"),
    ("`${document.write('a')}`", "document.write load write"),
    ("var f = function () { document.write('a') }; f.apply(this, arguments)", "defines f; document.write load write"),
    ("(function f(n) { n && f(n - 1); document.write('a') })(2)", "document.write load write"),
    ("document.open(); document.close()", "document.write load open"),
    ("document.write(); document.close()", ""),
    ("stream.write('a')", "reads stream; document.write may write"),
    ("iframe.contentWindow.document.write('a')", "reads iframe"),
)  # fmt: skip

# Everything else of the page.
ACTS: tuple[tuple[str, str], ...] = (
    ("document.getElementById('m')", "dom-read load id:m"),
    (
        "document.querySelector('#m'); document.querySelector('.m'); document.querySelectorAll(sel)",
        "reads sel; dom-read load id:m; dom-read load query",
    ),
    ("const $ = (s) => document.querySelector(s); $('#m')", "lexical $; dom-read load id:m"),
    ("const $ = document.querySelector.bind(document)", "lexical $"),
    ("const $ = document.querySelector.bind(document); $('#m')", "lexical $; dom-read load id:m"),
    (
        "document.body; document.title; document.forms; document.head",
        "dom-read load body; dom-read load title; dom-read load collection",
    ),
    ("document.body.className = 'x'", "dom-read load body; paint load body.className"),
    ("document.documentElement.className += ' js'", "paint load html.className"),
    ("document.documentElement.classList.add('js')", "paint load class"),
    (
        "document.documentElement.style.setProperty('--x', 1); document.documentElement.dataset.theme = "
        "'dark'",
        "paint load style; paint load dataset.theme",
    ),
    (
        "var h = document.documentElement; h.setAttribute('data-theme', localStorage.theme)",
        "defines h; paint load html.setAttribute; storage load theme",
    ),
    ("document.getElementsByTagName('html')[0].className = 'js'", "paint load html.className"),
    ("document.querySelector('html').classList.remove('no-js')", "paint load class"),
    ("'x' in document.documentElement.style", ""),
    ("getComputedStyle(document.documentElement).color", "style-read load getComputedStyle"),
    ("window.getComputedStyle(el)", "reads el; style-read load getComputedStyle"),
    (
        "el.offsetWidth; el.getBoundingClientRect(); innerHeight; document.documentElement.clientWidth",
        "reads el; layout-read load offsetWidth; layout-read load getBoundingClientRect; layout-read load "
        "innerHeight; layout-read load clientWidth",
    ),
    ("document.styleSheets[0]; document.styleSheets.length", "sheets-read load; sheets-read load index"),
    (
        "var s = document.createElement('style'); s.textContent = 'a{}'; document.head.appendChild(s)",
        "defines s; style-insert load style; paint load style",
    ),
    (
        "var l = document.createElement('link'); l.rel = 'stylesheet'; document.head.appendChild(l)",
        "defines l; style-insert load link; paint load style",
    ),
    (
        "var s = document.createElement('script'); s.src = 'a.js'; document.head.appendChild(s)",
        "defines s; script-insert load external-async",
    ),
    (
        "var s = document.createElement('script'); s.src = 'a.js'; s.async = false; "
        "document.head.appendChild(s)",
        "defines s; script-insert load",
    ),
    ("var s = document.createElement('script'); s.text = 'a()'; document.head.appendChild(s)", "defines s; script-insert load"),
    (
        "(function (d, s, id) { var js, f = d.getElementsByTagName(s)[0]; if (d.getElementById(id)) return; "
        "js = d.createElement(s); js.id = id; js.src = 'a.js'; f.parentNode.insertBefore(js, f) }(document, "
        "'script', 'fb'))",
        "scripts-query load; dom-read load id:fb; script-insert load external-async",
    ),
    (
        "(function (i, s, o, g, r, a, m) { i['Obj'] = r; i[r] = i[r] || function () { (i[r].q = i[r].q || "
        "[]).push(arguments) }, i[r].l = 1 * new Date(); a = s.createElement(o), m = "
        "s.getElementsByTagName(o)[0]; a.async = 1; a.src = g; m.parentNode.insertBefore(a, m) })(window, "
        "document, 'script', 'x.js', 'ga'); ga('create')",
        "defines Obj; defines ga; augments ga; reads ga; guards ga; script-insert load external-async; "
        "scripts-query load",
    ),
    (
        "(function (w, d, s, l, i) { w[l] = w[l] || []; w[l].push({ a: 1 }); var f = "
        "d.getElementsByTagName(s)[0], j = d.createElement(s); j.async = true; j.src = i; "
        "f.parentNode.insertBefore(j, f) })(window, document, 'script', 'dataLayer', 'G')",
        "defines dataLayer; reads dataLayer; guards dataLayer; scripts-query load; script-insert load "
        "external-async",
    ),
    (
        "window.dataLayer = window.dataLayer || []; function gtag() { dataLayer.push(arguments) } gtag('js', "
        "new Date())",
        "defines dataLayer; defines gtag; reads dataLayer; guards dataLayer",
    ),
    ("var s = document.scripts; s[s.length - 1].src", "defines s; scripts-query load; last-script load"),
    (
        "var all = document.getElementsByTagName('script'), i = all.length - 1; all[i].src",
        "defines all; defines i; scripts-query load; last-script load",
    ),
    (
        "for (var s = document.getElementsByTagName('script'), i = 0; i < s.length; i++) s[i].src",
        "defines i; defines s; scripts-query load",
    ),
    ("document.currentScript.src", "current-script load"),
    (
        "document.currentScript.parentNode.appendChild(document.createElement('p'))",
        "current-script load; current-script load placement; dom-write load element",
    ),
    ("var me = document.currentScript; later(me)", "defines me; reads later; current-script load; current-script may placement"),
    (
        "document.addEventListener('DOMContentLoaded', function () { document.body })",
        "listener load document DOMContentLoaded; dom-read deferred body",
    ),
    (
        "window.addEventListener('load', start); window.onload = start; onload = start",
        "reads start; listener load window load; handler-slot load window onload",
    ),
    ("$(function () { $('p').hide() })", "reads $; ready load jQuery; dom-read deferred query; dom-write deferred element"),
    (
        "jQuery(document).ready(function ($) { $('p').hide() })",
        "reads jQuery; ready load jQuery; dom-read deferred query; dom-write deferred element",
    ),
    ("$(window).on('load resize', function () {})", "reads $; listener load window load; listener load window resize"),
    ("$('#m').on('click', function () { x() })", "reads $; reads_later x; dom-read load id:m; listener load element click"),
    ("$('<p>')", "reads $"),
    ("$('body').addClass('js')", "reads $; dom-read load body; paint load jQuery.addClass"),
    (
        "if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', f); else f()",
        "reads f; ready load readyState; listener load document DOMContentLoaded",
    ),
    ("window.onerror = function () {}", "error-handler load onerror; handler-slot load window onerror"),
    (
        "window.addEventListener('error', f); addEventListener('unhandledrejection', f)",
        "reads f; error-handler load error; listener load window error; error-handler load "
        "unhandledrejection; listener load window unhandledrejection",
    ),
    ("console.log = function () {}", "error-handler load console.log"),
    ("new MutationObserver(function () {}).observe(document, {})", "observer load MutationObserver"),
    (
        "customElements.define('x-a', class extends HTMLElement { connectedCallback() { this.innerHTML = "
        "document.title } })",
        "custom-element load x-a; dom-write may; dom-read may title",
    ),
    (
        "window.fetch = function () {}; XMLHttpRequest.prototype.open = function () {}",
        "defines fetch; augments XMLHttpRequest.prototype; augments fetch; hook load fetch; hook load "
        "XMLHttpRequest.prototype",
    ),
    ("document.createElement = function () {}", "hook load document.createElement"),
    ("fetch('a').then(function () { document.body })", "network load fetch; dom-read deferred body"),
    ("eval('1')", ""),
    ("eval(code)", "opaque eval; reads code; dynamic-code load eval"),
    ("(0, eval)('1')", "opaque eval; dynamic-code load eval"),
    ("window.eval(code)", "opaque eval; reads code; dynamic-code load eval"),
    ("new Function(code)()", "opaque Function; reads code; dynamic-code load Function"),
    ("Function('return this')().a = 1", "defines a"),
    ("var g = new Function('return this')(); g.a = 1", "defines a; defines g"),
    ("setTimeout('go()', 1)", "reads_later go; timer load setTimeout"),
    ("setTimeout(code, 1)", "reads code; timer load setTimeout"),
    ("addEventListener('load', function () { eval(x) })", "reads_later x; listener load window load; dynamic-code deferred eval"),
    ("with (a) b", "opaque with; reads a; reads b"),
    ("function ( { x", "opaque parse error"),
    ("window[name] = 1", "opaque window[…] =; dynamic-global load"),
    ("window['a' + 'b'] = 1", "defines ab"),
    ("for (var k in o) window[k] = o[k]", "opaque window[…] =; defines k; reads o; dynamic-global load"),
    ("var x = window[name]", "defines x"),
    (
        "Object.defineProperty(window, 'a', { value: 1 }); Object.assign(window, { b: 1, c: 2 })",
        "defines a; defines b; defines c",
    ),
    ("Object.defineProperty(window, key, {})", "opaque window[…] =; reads key; dynamic-global load defineProperty"),
    ("Object.assign(window, o)", "opaque window[…] =; reads o; dynamic-global load assign"),
    ("Object.defineProperty(Array.prototype, 'x', {})", "augments Array.prototype"),
    ("import('a.js')", "import load"),
    ("localStorage.setItem('a', 1); document.cookie = 'a'", "storage load setItem; storage load cookie"),
    (
        "location.href = 'a'; location = 'b'; history.pushState(1, 1, 1)",
        "navigation load href; navigation load location; navigation load pushState",
    ),
    ("alert(1); confirm(2)", "dialog load alert; dialog load confirm"),
    (
        "new XMLHttpRequest().open('GET', 'a'); new Image().src = 'a'; navigator.sendBeacon('a')",
        "network load XMLHttpRequest; network load Image; network load sendBeacon",
    ),
    (
        "postMessage('a'); addEventListener('message', f)",
        "reads f; message load post; listener load window message; message load listener",
    ),
    ("(function () { function item() {} this.item; this.nodeType })", ""),
    ("function C() { this.x = 1; this.y } new C()", "defines C"),
    ("<!-- html comment\nvar a = 1", "defines a"),
    ("\\u0064ocument.write('a')", "document.write load write"),
    ("var \\u0061b = 1", "defines ab"),
    ("x = y = 1", "defines x; defines y"),
    (
        "[p, q.r] = [1, 2]; ({ s, t: u = 1, ...v } = w)",
        "defines p; defines s; defines u; defines v; augments q; reads q; reads w",
    ),
    ("for (i in o) {} for (j of o) {}", "defines i; defines j; reads o"),
    ("i++; --j; k += 1", "defines i; defines j; defines k; reads i; reads j; reads k"),
    ("delete window.a", "defines a"),
    ("try { a } catch { b }", "reads a; reads b"),
    ("var {a, b: [c], ...d} = e", "defines a; defines c; defines d; reads e"),
    ("el.innerHTML = '<script src=\"a.js\"><' + '/script>'", "augments el; reads el; dom-write load"),
    ("document.forms1", "dom-read load id:forms1"),
    ("document.body.appendChild(document.createElement('div'))", "dom-read load body; dom-write load body"),
    ("matchMedia('(x)').matches", ""),
    ("requestAnimationFrame(function () { document.body })", "timer load requestAnimationFrame; dom-read deferred body"),
    ("new Swiper('.x', { on: { init: function () { document.body } } })", "reads Swiper; dom-read may body"),
    ("define(['a'], function () { document.body })", "reads define; dom-read may body"),
    ("require(['a'], function () {})", "reads require"),
    ("module.exports = 1; exports.x = 2", "augments exports; augments module; reads exports; reads module"),
    ("window.jQuery = window.$ = 1", "defines $; defines jQuery"),
    ("var $ = jQuery.noConflict(); $('p')", "defines $; augments jQuery; reads jQuery; dom-read load query"),
    ("document.addEventListener(name, f)", "reads f; listener load document *"),
    ("document.execCommand('x')", "dom-write load execCommand"),
    ("sheet.insertRule('a{}')", "reads sheet; style-insert load insertRule"),
    ("document.adoptedStyleSheets = [s]", "reads s; paint load style; style-insert load adoptedStyleSheets"),
    ("performance.now()", ""),
    ("console.log(1)", "console load log"),
    ("range.createContextualFragment(x)", "reads range; reads x; script-insert may markup"),
    ("function f() { return this } f().a = 1", "defines a; defines f"),
    ("var self = this; (function () { self.b = 1 })()", "defines b; defines self; augments self"),
    ("var a = window, b = a; b.c = 1", "defines a; defines b; defines c"),
    (
        "var g = typeof globalThis !== 'undefined' ? globalThis : typeof window !== 'undefined' ? window : "
        "{}; g.Lib = 1",
        "defines Lib; defines g",
    ),
    ("var root = typeof self == 'object' && self.self === self && self || this; root._ = 1", "defines _; defines root"),
    ("(function () { var root = this; root.Lib = 1 }).call(this)", "defines Lib"),
    ("window.onload = function () { init() }", "reads_later init; handler-slot load window onload"),
    ("document.onclick = function () {}", "handler-slot load document onclick"),
    ("document.onreadystatechange = function () {}", "handler-slot load document onreadystatechange"),
    (
        "$(init); function init() { $('p').hide() }",
        "defines init; reads $; ready load jQuery; dom-read deferred query; dom-write deferred element",
    ),
    ("$(document).on('click', '.a', function () {})", "reads $; listener load document click"),
    (
        "jQuery(function ($) { $('#a').slick() })",
        "reads jQuery; ready load jQuery; dom-read deferred id:a; dom-write deferred element",
    ),
    ("$.ajax({ url: 'a', success: function () { $('p').html(1) } })", "reads $; network load ajax; dom-read deferred query"),
    ("$.each([1], function () { $('p') })", "reads $; dom-read load query"),
    ("$('#a').each(function () { this.title })", "reads $; dom-read load id:a"),
    ("$.getScript('a.js')", "reads $; network load getScript"),
    (
        "$.fn.plugin = function () {}; $('.a').plugin()",
        "augments jQuery.fn; reads $; dom-read load query; dom-write load element",
    ),
    ("django.jQuery(function ($) { $('p') })", "reads django; dom-read may query"),
    (
        "(function ($) { $(document).ready(function () { $('p').show() }) })(django.jQuery)",
        "reads django; ready load jQuery; dom-read deferred query; dom-write deferred element",
    ),
    (
        "var app = angular.module('a', []); app.controller('b', function () { document.body })",
        "defines app; reads angular; dom-read may body",
    ),
    ("new Vue({ el: '#a', mounted() { document.title } })", "reads Vue; dom-read may title"),
    (
        "document.querySelector('.a').addEventListener('click', function () { document.body })",
        "dom-read load query; listener load element click; dom-read deferred body",
    ),
    ("document.getElementById('a').onclick = f", "reads f; dom-read load id:a; handler-slot load element onclick"),
    (
        "window.addEventListener('scroll', function () { document.body.scrollTop })",
        "listener load window scroll; dom-read deferred body; layout-read deferred scrollTop",
    ),
    ("if ('serviceWorker' in navigator) navigator.serviceWorker.register('sw.js')", ""),
    ("var x = document.cookie.match(/a/)", "defines x; storage load cookie"),
    (
        "(function () { var d = document.documentElement; d.className = d.className.replace('no-js', 'js') "
        "})()",
        "paint load html.className",
    ),
    (
        "document.documentElement.setAttribute('data-theme', matchMedia('(prefers-color-scheme: "
        "dark)').matches ? 'dark' : 'light')",
        "paint load html.setAttribute",
    ),
    (
        "(function () { try { var t = localStorage.getItem('t'); if (t) document.body.classList.add(t) } "
        "catch (e) {} })()",
        "storage load getItem; dom-read load body; paint load class",
    ),
    (
        "var img = new Image(); img.onload = f; img.src = 'a'",
        "defines img; reads f; network load Image; handler-slot load created onload",
    ),
    ("var p = document.createElement('p'); p.innerHTML = 'a'; p.querySelector('b'); p.className = 'x'", "defines p"),
    ("document.head.insertAdjacentHTML('beforeend', '<style>a{}</style>')", "dom-write load head; paint load head"),
    ("history.replaceState = function () {}", "hook load history.replaceState"),
    ("Element.prototype.matches = function () {}", "augments Element.prototype; hook load Element.prototype"),
    ("window.Promise || (window.Promise = function () {})", "defines Promise; augments Promise; hook load Promise"),
    (
        "window.requestAnimationFrame = window.requestAnimationFrame || function () {}",
        "defines requestAnimationFrame; augments requestAnimationFrame; hook load requestAnimationFrame",
    ),
    ("if (!('a' in window)) window.a = 1", "defines a"),
    ("window.hasOwnProperty('a')", ""),
    ("var a = b ? c : d", "defines a; reads b; reads c; reads d; guards b"),
    ("a: for (;;) { break a }", ""),
    ("new (class { constructor() { document.title } })()", "dom-read load title"),
    ("(function () { return function () { document.title } })()()", "dom-read load title"),
    ("[].concat(document)[0].title", "dom-read load title"),
    ("function f(cb) { cb(document) } f(function (d) { d.title })", "defines f; dom-read load title"),
    (
        "function outer(cb) { inner(); function inner() { cb() } } outer(function () { document.title })",
        "defines outer; dom-read load title",
    ),
    (
        "var q = []; function push(f) { q.push(f) } function flush() { for (var i = 0; i < q.length; i++) "
        "q[i]() } push(function () { document.title }); flush()",
        "defines flush; defines push; defines q; dom-read load title",
    ),
    (
        "(function (n) { function r(t) { if (o[t]) return o[t].exports; var i = o[t] = { exports: {} }; "
        "n[t].call(i.exports, i, i.exports, r); return i.exports } var o = {}; r(0) })([function (e, t, n) { "
        "n(1) }, function (e, t) { document.title }])",
        "dom-read load title",
    ),
    (
        "(() => { var e = { 7: (e, t, n) => { document.title } }, t = {}; function n(r) { var o = t[r]; if "
        "(o) return o.exports; var i = t[r] = { exports: {} }; return e[r](i, i.exports, n), i.exports } "
        "n(7) })()",
        "dom-read load title",
    ),
    (
        "(self.webpackChunk = self.webpackChunk || []).push([[1], { 2: function () { document.title } }])",
        "defines webpackChunk; reads webpackChunk; guards webpackChunk; dom-read may title",
    ),
    ("var o = { toString() { document.title } }; '' + o", "defines o; dom-read may title"),
    ("var o = { valueOf: function () { document.title } }", "defines o; dom-read may title"),
    ("async () => { await x; document.title }", "reads_later x; dom-read deferred title"),
    ("(async () => { await x; document.title })()", "reads x; dom-read load title"),
    ("var o = Object.create(null, { x: { get: function () { document.title } } })", "defines o; dom-read deferred title"),
    ("JSON.parse(a, function () { document.title })", "reads a; dom-read load title"),
    ("a.replace(/b/g, function () { document.title })", "reads a; dom-read load title"),
    ("document.fonts.ready.then(f)", "reads f; style-read load fonts"),
    ("speechSynthesis.speak(x)", "reads x"),
    ("top.location = 'a'", "navigation load location"),
    ("parent.postMessage(1, '*')", "message load post"),
)  # fmt: skip

@pytest.mark.parametrize(("script", "record"), NAMES)
def test_globals(script: str, record: str) -> None:
    assert said(effects(script)) == record


@pytest.mark.parametrize(("script", "record"), CALLS)
def test_what_runs_when(script: str, record: str) -> None:
    assert said(effects(script)) == record


@pytest.mark.parametrize(("script", "record"), ACTS)
def test_what_is_done(script: str, record: str) -> None:
    assert said(effects(script)) == record
