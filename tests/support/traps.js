// Traps on the DOM: what is used of it between start() and stop() is recorded. Loaded before any other script of a page.
(() => {
  "use strict";
  const { getOwnPropertyDescriptor: describe, getOwnPropertyNames: names, defineProperty: define } = Object;
  const { apply, construct, set: assign, get: take } = Reflect;
  const later = setTimeout, done = new Set(), errors = [], originals = new WeakMap();
  let on = false, quiet = 0, before = null;
  const record = (what, detail = "") => { if (on && !quiet) done.add(JSON.stringify([what, String(detail)])); };
  const silently = (work) => { quiet += 1; try { return work(); } finally { quiet -= 1; } };

  const asText = Function.prototype.toString;
  const disguise = (wrapper, original) => {
    originals.set(wrapper, original);
    for (const key of ["name", "length"]) define(wrapper, key, { value: original[key], configurable: true });
    return wrapper;
  };
  Function.prototype.toString = disguise(function toString() { return apply(asText, originals.get(this) ?? this, []); }, asText);

  const method = (owner, name, tell) => {
    const found = owner && describe(owner, name);
    if (!found || typeof found.value !== "function") return;
    const original = found.value;
    const wrapper = { [name](...given) {
      if (on && !quiet) silently(() => tell(this ?? window, given));
      return new.target ? construct(original, given, new.target) : apply(original, this, given);
    } }[name];
    define(owner, name, { ...found, value: disguise(wrapper, original) });
  };
  const accessor = (owner, name, read, write, worth) => {
    const found = owner && describe(owner, name);
    if (!found || !found.configurable || !found.get) return;
    const getter = found.get, setter = found.set;
    const traps = { ...found, get: disguise(function () {
      const value = apply(getter, this, []);
      if (on && !quiet && read) silently(() => read(this ?? window));
      return on && !quiet && worth ? worth(this, value) : value;
    }, getter) };
    if (setter) traps.set = disguise(function (value) {
      if (on && !quiet && write) silently(() => write(this ?? window, value));
      return apply(setter, this, [value]);
    }, setter);
    define(owner, name, traps);
  };
  const constructor = (name, tell) => {
    const found = describe(window, name);
    if (!found || typeof found.value !== "function") return;
    const original = found.value;
    const proxy = new Proxy(original, {
      construct(target, given, as) { silently(() => on && tell(given, true)); return construct(target, given, as === proxy ? target : as); },
      apply(target, self, given) { silently(() => on && tell(given, false)); return apply(target, self, given); },
    });
    originals.set(proxy, original);
    define(window, name, { ...found, value: proxy });
  };
  const telling = (what, work) => (...given) => { const detail = work(...given); if (detail !== null) { quiet -= 1; record(what, detail); quiet += 1; } };
  const note = (what, detail) => { quiet -= 1; record(what, detail); quiet += 1; };

  const where = (node) => node === window ? "window" : node === document ? "document"
    : !(node instanceof Node) ? "other" : node === document.documentElement ? "html" : node === document.body ? "body"
    : node === document.head ? "head" : node.isConnected ? "element" : "created";
  const isRoot = (node) => ["html", "body", "head"].includes(where(node));
  const own = document;

  // the document
  for (const name of ["write", "writeln", "open", "close"]) {
    for (const owner of [Document.prototype, HTMLDocument.prototype]) {
      method(owner, name, (self) => self === own && note("document.write", name));
    }
  }
  const asked = { getElementById: (id) => `id:${id}`, querySelector: 0, querySelectorAll: 0, getElementsByTagName: 0, getElementsByClassName: 0, getElementsByName: 0, getElementsByTagNameNS: 0 };
  for (const owner of [Document.prototype, Element.prototype]) {
    for (const [name, said] of Object.entries(asked)) {
      method(owner, name, (self, given) => {
        if (self !== own && !(self instanceof Node && self.isConnected)) return;
        const text = String(given[0]);
        if (/^script$/i.test(text)) return note("scripts-query", "");
        if (/^(head|html|:root)$/i.test(text)) return;
        if (/^body$/i.test(text)) return note("dom-read", "body");
        const simple = /^#[\w-]+$/.test(text) && name.startsWith("query");
        note("dom-read", said ? said(text) : simple ? `id:${text.slice(1)}` : "query");
      });
    }
  }
  const created = (self, given) => {
    const tag = String(given[given.length > 1 && /:/.test(given[0]) ? 1 : 0]).toLowerCase();
    if (tag === "script") note("script-insert", "");
    if (tag === "style" || tag === "link") note("style-insert", tag);
  };
  method(Document.prototype, "createElement", created);
  method(Document.prototype, "createElementNS", created);
  const readings = {
    body: ["dom-read", "body"], title: ["dom-read", "title"], scripts: ["scripts-query", ""], styleSheets: ["sheets-read", ""],
    readyState: ["ready", "readyState"], cookie: ["storage", "cookie"], activeElement: ["dom-read", "activeElement"],
    currentScript: ["current-script", ""], forms: ["dom-read", "collection"], images: ["dom-read", "collection"],
    links: ["dom-read", "collection"], anchors: ["dom-read", "collection"], embeds: ["dom-read", "collection"],
    scrollingElement: ["layout-read", "scrollingElement"], adoptedStyleSheets: ["style-insert", "adoptedStyleSheets"],
  };
  const writings = { title: ["dom-write", "title"], cookie: ["storage", "cookie"], body: ["dom-write", "body"], adoptedStyleSheets: ["style-insert", "adoptedStyleSheets"] };
  for (const name of new Set([...Object.keys(readings), ...Object.keys(writings)])) {
    accessor(Document.prototype, name,
      readings[name] && ((self) => self === own && note(...readings[name])),
      writings[name] && ((self) => self === own && note(...writings[name])));
  }

  // nodes
  const inner = ["firstChild", "lastChild", "childNodes", "children", "firstElementChild", "lastElementChild", "childElementCount"];
  for (const owner of [Node.prototype, Element.prototype, Document.prototype]) {
    for (const name of inner) accessor(owner, name, (self) => (self === own ? name.startsWith("last") || name === "childNodes" : isRoot(self)) && note("dom-read", "collection"));
  }
  const changed = (self, name, given) => {
    const kind = where(self);
    if (kind === "created" || kind === "other") return;
    const nodes = given.filter((one) => one instanceof Node);
    const tags = nodes.map((one) => one.nodeName.toLowerCase());
    if (tags.some((tag) => tag === "style" || tag === "link")) note("paint", "style");
    if (tags.some((tag) => !["style", "link", "script"].includes(tag)) || !tags.length) note("dom-write", kind);
  };
  for (const [owner, list] of [
    [Node.prototype, ["appendChild", "insertBefore", "replaceChild", "removeChild"]],
    [Element.prototype, ["append", "prepend", "before", "after", "remove", "replaceWith", "replaceChildren", "insertAdjacentElement", "insertAdjacentHTML", "insertAdjacentText"]],
    [Document.prototype, ["append", "prepend", "replaceChildren"]],
  ]) for (const name of list) method(owner, name, (self, given) => changed(self, name, given));
  const touched = (self, detail) => {
    const kind = where(self);
    if (["html", "body", "head"].includes(kind)) note("paint", detail);
    else if (kind === "element") note("dom-write", "element");
  };
  for (const name of ["setAttribute", "removeAttribute", "toggleAttribute", "setAttributeNS"]) method(Element.prototype, name, (self) => touched(self, "attribute"));
  for (const [owner, list] of [[Element.prototype, ["className", "id", "innerHTML", "outerHTML"]], [Node.prototype, ["textContent"]], [HTMLElement.prototype, ["hidden", "lang", "dir", "title", "innerText"]]]) {
    for (const name of list) accessor(owner, name, null, (self) => touched(self, name));
  }
  const watched = (target, detail) => new Proxy(target, {
    get(one, key) { const value = take(one, key, one); return typeof value === "function" ? (...given) => {
      if (/^(add|remove|toggle|replace|setProperty|removeProperty)$/.test(String(key))) record("paint", detail);
      return apply(value, one, given); } : value; },
    set(one, key, value) { record("paint", detail); return assign(one, key, value, one); },
    deleteProperty(one, key) { record("paint", detail); return delete one[key]; },
  });
  for (const [owner, name] of [[HTMLElement.prototype, "style"], [HTMLElement.prototype, "dataset"], [Element.prototype, "classList"]]) {
    accessor(owner, name, null, (self) => touched(self, name), (self, value) => silently(() => isRoot(self)) ? watched(value, name) : value);
  }

  // styles and layout
  const laidOut = (self, name) => (self === window || (self instanceof Node && self.isConnected)) && note("layout-read", name);
  for (const owner of [HTMLElement.prototype, Element.prototype]) {
    for (const name of ["offsetWidth", "offsetHeight", "offsetTop", "offsetLeft", "offsetParent", "clientWidth", "clientHeight", "clientTop", "clientLeft", "scrollWidth", "scrollHeight", "scrollTop", "scrollLeft", "innerText"]) {
      accessor(owner, name, (self) => laidOut(self, name), name.startsWith("scroll") ? (self) => laidOut(self, name) : null);
    }
    for (const name of ["getBoundingClientRect", "getClientRects"]) method(owner, name, (self) => laidOut(self, name));
  }
  for (const name of ["innerWidth", "innerHeight", "scrollX", "scrollY", "pageXOffset", "pageYOffset", "outerWidth", "outerHeight"]) {
    if (!name.startsWith("outer")) accessor(window, name, () => note("layout-read", name));
  }
  for (const name of ["scrollTo", "scrollBy", "scroll"]) method(window, name, () => note("layout-read", name));
  method(window, "getComputedStyle", () => note("style-read", "getComputedStyle"));
  for (const name of ["insertRule", "addRule", "replaceSync"]) method(CSSStyleSheet.prototype, name, () => note("style-insert", name));

  // listeners, observers
  method(EventTarget.prototype, "addEventListener", (self, given) => {
    if (!given[1]) return;
    const kind = where(self);
    note("listener", `${kind} ${given[0]}`);
    if (kind === "window" && /^(error|unhandledrejection)$/.test(given[0])) note("error-handler", given[0]);
  });
  for (const [owner, kind] of [[window, "window"], [Document.prototype, ""], [HTMLElement.prototype, ""], [HTMLBodyElement.prototype, ""]]) {
    for (const name of names(owner)) {
      if (/^on[a-z]+$/.test(name)) accessor(owner, name, null, (self, value) => {
        if (value === null || value === undefined) return;
        note("handler-slot", `${kind || where(self)} ${name}`);
        if ((kind || where(self)) === "window" && name === "onerror") note("error-handler", name);
      });
    }
  }
  for (const name of ["MutationObserver", "IntersectionObserver", "ResizeObserver", "PerformanceObserver"]) constructor(name, () => note("observer", name));
  method(CustomElementRegistry.prototype, "define", (self, given) => note("custom-element", given[0]));

  // the rest
  const held = []; // what timers would run before stop(): that is a matter of luck
  for (const name of ["setTimeout", "setInterval", "requestAnimationFrame", "requestIdleCallback"]) {
    method(window, name, (self, given) => {
      note("timer", name);
      const callback = given[0];
      if (typeof callback === "function") given[0] = (...said) => on ? held.push(() => callback(...said)) : callback(...said);
    });
  }
  method(window, "fetch", () => note("network", "fetch"));
  method(XMLHttpRequest.prototype, "open", () => note("network", "XMLHttpRequest"));
  method(Navigator.prototype, "sendBeacon", () => note("network", "sendBeacon"));
  constructor("Image", () => note("network", "Image"));
  for (const name of ["getItem", "setItem", "removeItem", "clear", "key"]) method(Storage.prototype, name, () => note("storage", name));
  for (const name of ["pushState", "replaceState", "go", "back", "forward"]) method(History.prototype, name, () => note("navigation", name));
  for (const name of ["alert", "confirm", "prompt", "print"]) {
    window[name] = disguise({ [name]() { record("dialog", name); return null; } }[name], window[name]);
  }
  method(window, "postMessage", () => note("message", "post"));
  constructor("Function", (given) => note("dynamic-code", String(given[given.length - 1] ?? "").trim().slice(0, 40)));

  // globals
  const expando = /^jQuery\d{8,}$/; // a name of its own on every run
  const members = (value) => {
    const found = new Map();
    for (const key of names(value)) {
      const one = describe(value, key);
      if (one && key !== "caller" && key !== "arguments" && !expando.test(key)) found.set(key, "value" in one ? one.value : one.get);
    }
    return found;
  };
  const snapshot = () => {
    const globals = new Map(), inside = new Map(), seen = new Set();
    for (const name of names(window).sort().reverse()) { // `jQuery` before `$`
      if (expando.test(name)) continue;
      const one = describe(window, name);
      const value = "value" in one ? one.value : undefined;
      globals.set(name, "value" in one ? value : one.get);
      if ((typeof value === "function" || (typeof value === "object" && value)) && value !== window && name !== "document" && !seen.has(value)) {
        seen.add(value);
        inside.set(name, [value, members(value)]);
        for (const part of ["prototype", "fn"]) {
          const deeper = describe(value, part)?.value;
          if (deeper && typeof deeper === "object") inside.set(`${name}.${part}`, [deeper, members(deeper)]);
        }
      }
    }
    inside.set("document", [document, members(document)]);
    return { globals, inside };
  };
  const differs = (then, now) => { for (const [key, value] of now) if (!Object.is(then.get(key), value) && !(value !== value)) return true; return then.size > now.size; };
  const told = () => {
    const now = snapshot(), defined = new Set(), augmented = new Set();
    for (const [name, value] of now.globals) {
      if (!before.globals.has(name) || !Object.is(before.globals.get(name), value)) defined.add(name);
    }
    for (const [name, [value, then]] of before.inside) {
      if (!/^\d+$/.test(name) && differs(then, members(value))) augmented.add(name);
    }
    return { defined: [...defined], augmented: [...augmented] };
  };
  let last = null;
  const traps = {
    finished: false,
    start() { before = snapshot(); on = true; },
    stop() { on = false; last = told(); traps.finished = true; for (const work of held) later(work, 0); },
    told: () => JSON.stringify({ done: [...done].map((one) => JSON.parse(one)), errors, lexical: [], ...last }),
  };
  addEventListener("error", (event) => { if (on) errors.push(String(event.message)); });
  define(window, "__traps", { value: traps, configurable: false });
})();
