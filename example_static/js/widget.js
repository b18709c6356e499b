// A note in the corner, made to be put on other people's pages too: it finds its own tag, and its place in it.
(function () {
  var self = document.querySelector('script[src$="widget.js"]');
  var place = self ? self.dataset.place : "the hill";
  var note = document.createElement("aside");
  note.className = "hill-note";
  note.textContent = "Red torches only, please: the eyes at " + place + " took twenty minutes to open.";
  document.body.append(note);
})();
