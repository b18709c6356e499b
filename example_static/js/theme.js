// Day or night: the switch in the bar. Kept for the next visit.
$("[data-theme-switch]").on("click", function () {
  var root = document.documentElement;
  var dark = getComputedStyle(root).colorScheme === "dark";
  root.dataset.theme = dark ? "day" : "night";
  document.getElementById("day").media = dark ? "all" : "not all";
  localStorage.setItem("theme", root.dataset.theme);
});
