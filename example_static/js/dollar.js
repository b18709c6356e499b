/*! dollar.js 1.0 – the few things this site wants of a library. MIT licence. */
(function (global) {
  "use strict";

  function Set(nodes) {
    this.nodes = nodes;
  }

  Set.prototype = {
    each: function (visit) {
      this.nodes.forEach(function (node) { visit.call(node, node); });
      return this;
    },
    find: function (selector) {
      return new Set(this.nodes.flatMap(function (node) { return Array.from(node.querySelectorAll(selector)); }));
    },
    next: function () {
      return new Set(this.nodes.map(function (node) { return node.nextElementSibling; }).filter(Boolean));
    },
    on: function (type, listener) {
      return this.each(function (node) { node.addEventListener(type, listener); });
    },
    attr: function (name, value) {
      if (value === undefined) return this.nodes[0] && this.nodes[0].getAttribute(name);
      return this.each(function (node) { node.setAttribute(name, value); });
    },
    text: function (value) {
      if (value === undefined) return this.nodes.length ? this.nodes[0].textContent : "";
      return this.each(function (node) { node.textContent = value; });
    },
    addClass: function (name) { return this.each(function (node) { node.classList.add(name); }); },
    hide: function () { return this.each(function (node) { node.hidden = true; }); },
    show: function () { return this.each(function (node) { node.hidden = false; }); },
    toggle: function () { return this.each(function (node) { node.hidden = !node.hidden; }); }
  };

  global.$ = function (target) {
    if (typeof target === "function") {
      if (document.readyState !== "loading") target();
      else document.addEventListener("DOMContentLoaded", target);
      return;
    }
    return new Set(typeof target === "string" ? Array.from(document.querySelectorAll(target)) : [target]);
  };
})(window);
