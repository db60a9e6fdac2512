// Small manners of every page: menus that close, `/` for the search, filters that apply themselves.

document.addEventListener("click", (event) => {
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) dismiss.closest(dismiss.dataset.dismiss)?.remove();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenu();
  if (event.key === "/" && !isTyping(event)) {
    event.preventDefault();
    document.querySelector("[role=search] input[name=q]")?.focus();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});

// What an address points to may be loaded only after the page.
let awaited = location.hash.slice(1);

document.addEventListener("htmx:after:settle", () => {
  const there = awaited && document.getElementById(awaited);
  if (!there) return;
  awaited = "";
  there.scrollIntoView();
});

function closeMenu() {
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
}

function isTyping(event) {
  return event.ctrlKey || event.metaKey || event.altKey
    || event.target.closest?.("input, select, textarea, [contenteditable]");
}
