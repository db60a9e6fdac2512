// Runs before the first paint, so that a page never flashes in the wrong scheme. Says that scripts
// run (class `js`), applies the kept choice, and lets [data-theme-toggle] go round: system, light, dark.

(() => {
  const KEY = "wheelhouse.theme";
  const NEXT = { "": "light", light: "dark", dark: "" };
  const root = document.documentElement;

  function kept() {
    try {
      return localStorage.getItem(KEY) || "";
    } catch {
      return ""; // storage may be forbidden: then the system's scheme holds
    }
  }

  function apply(theme) {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    for (const said of document.querySelectorAll("[data-theme-said]")) {
      said.textContent = theme || "as the system";
    }
  }

  function choose(theme) {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // It then lasts as long as this page.
    }
    apply(theme);
  }

  root.classList.add("js");
  apply(kept());
  document.addEventListener("DOMContentLoaded", () => apply(kept()));
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-toggle]")) choose(NEXT[root.dataset.theme || ""]);
  });
})();
