// What the traps alone do not tell: which globals a script reads, what it puts into the document for good, and what it does later.
// Loaded before the traps, which replace timers and listeners, and before any other script of a page.
(() => {
  "use strict";
  const { getOwnPropertyDescriptor: describe, getOwnPropertyNames: names, defineProperty: define, getPrototypeOf: above } = Object;
  const later = setTimeout, page = document;
  const pristine = new Set();
  for (let one = window; one; one = above(one)) for (const name of names(one)) pristine.add(name);
  const reads = new Set(), readsLater = new Set(), asked = new Set(), found = { load: null, later: null };
  let phase = "", waits = false, own = new Map();
  const members = () => new Map(names(page).map((key) => [key, describe(page, key)?.value]));

  const arm = (wanted) => {
    for (const name of wanted) {
      if (pristine.has(name) && name !== "eval") continue;
      const one = describe(window, name);
      if (one && (!one.configurable || !("value" in one))) continue;
      const value = one?.value;
      define(window, name, {
        configurable: true,
        enumerable: one ? one.enumerable : false,
        get() { if (phase) (phase === "load" ? reads : readsLater).add(name); return value; },
        set(given) { define(window, name, { value: given, writable: true, configurable: true, enumerable: true }); },
      });
    }
  };
  // what is asked of the document, in the words of the one who asks
  for (const owner of [Document.prototype, Element.prototype]) {
    for (const name of ["getElementById", "querySelector", "querySelectorAll", "getElementsByTagName", "getElementsByClassName", "getElementsByName"]) {
      const one = describe(owner, name);
      if (!one) continue;
      const original = one.value;
      define(owner, name, { ...one, value: function (given) {
        if (phase === "load" && (this === page || this.isConnected)) asked.add(`${name}(${String(given).replace(/\d{6,}/g, "N")})`);
        return original.apply(this, arguments);
      } });
    }
  }
  const said = (node) => (node.parentNode?.nodeName ?? "").toLowerCase() + ">" + node.nodeName.toLowerCase();
  const records = [];
  const watcher = new MutationObserver((given) => { records.push(...given); });
  const isOurs = (node) => node.nodeType !== 1 || node.hasAttribute("data-page");
  // what is another document than before: elements that came and are there, went and were there, and attributes with other values
  const collect = () => {
    records.push(...watcher.takeRecords());
    const seen = new Set(), added = new Set();
    for (const record of records) {
      for (const node of record.addedNodes) {
        added.add(node);
        if (!isOurs(node) && node.isConnected) seen.add(said(node));
      }
      for (const node of record.removedNodes) if (!added.has(node) && !node.isConnected) seen.add(`-${record.target.nodeName.toLowerCase()}>${node.nodeName.toLowerCase()}`);
      if (record.type === "attributes" && record.target.isConnected && !added.has(record.target) && record.target.getAttribute(record.attributeName) !== record.oldValue) {
        seen.add(`${record.target.nodeName.toLowerCase()}@${record.attributeName}`);
      }
    }
    records.length = 0;
    return [...seen].sort();
  };
  const readiness = () => {
    const owner = window.jQuery?.fn, original = owner?.ready;
    if (typeof original === "function") owner.ready = function () { if (phase === "load") reads.add("jQuery ready"); return original.apply(this, arguments); };
  };
  const probe = {
    done: false,
    start(whole, wanted) {
      waits = whole;
      readiness();
      arm(wanted);
      own = members();
      watcher.observe(page, { childList: true, subtree: true, attributes: true, attributeOldValue: true });
      phase = "load";
      __traps.start();
    },
    stop() {
      __traps.stop();
      phase = "";
      found.load = JSON.parse(__traps.told());
      found.changed = collect();
      const now = members();
      found.replaced = [...now.keys()].filter((key) => key in Document.prototype && now.get(key) !== own.get(key)).sort();
      found.reads = [...reads].sort();
      found.asked = [...asked].sort();
      phase = waits ? "later" : "";
      if (waits) __traps.start();
      else probe.done = true;
    },
    end() {
      if (!waits) return;
      __traps.stop();
      phase = "";
      found.later = JSON.parse(__traps.told());
      found.changedLater = collect();
      found.readsLater = [...readsLater].filter((name) => !reads.has(name)).sort();
      probe.done = true;
    },
    told: () => JSON.stringify(found),
  };
  addEventListener("load", () => later(() => probe.end(), 25));
  define(window, "__probe", { value: probe, configurable: false });
})();
