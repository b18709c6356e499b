// Offline the club's site shows its last-seen front page. The list is looked up under these very names.
const CACHE = "lantern-hill-1";
const PRECACHE = ["/404.html", "/icons/icon-192.png", "/images/hill-at-dusk-640.webp"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(PRECACHE)));
});

self.addEventListener("fetch", (event) => {
  if (event.request.mode !== "navigate") return;
  event.respondWith(fetch(event.request).catch(() => caches.match("/404.html")));
});
