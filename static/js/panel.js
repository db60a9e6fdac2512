// The panel beside a page: Ctrl+K or the button opens it and closes it, Escape closes it. On a wide
// screen the page stays in use beside it; on a narrow one it takes the whole screen.

const panel = document.getElementById("ask-panel");
const opener = document.getElementById("ask-open");
const body = document.getElementById("ask-panel-body");
const narrow = matchMedia("(max-width: 50rem)");
const KEPT = "ask-panel-open";

let cameFrom = null;

// A card that is in focus is what one looks at; otherwise what the page is about.
function lookedAt() {
  const card = document.activeElement?.closest?.(".card[id^=position-]");
  return card ? card.id.replace("-", ":") : opener.dataset.at;
}

async function open({ takeFocus = true } = {}) {
  const address = `${opener.dataset.panel}?${new URLSearchParams({ at: lookedAt() })}`;
  cameFrom = takeFocus ? document.activeElement : opener;
  if (narrow.matches) panel.showModal();
  else panel.show();
  if (!takeFocus) cameFrom.focus({ preventScroll: true });
  document.documentElement.classList.toggle("asks-beside", !narrow.matches);
  sessionStorage.setItem(KEPT, "1");
  await htmx.ajax("GET", address, { source: panel, target: body, swap: "innerHTML" });
  arrive(takeFocus);
}

function arrive(takeFocus) {
  const box = body.querySelector("[data-scrolls]");
  box?.scrollTo({ top: box.scrollHeight });
  if (takeFocus && panel.open) body.querySelector("textarea")?.focus();
}

function close() {
  panel.close();
}

panel?.addEventListener("close", () => {
  sessionStorage.removeItem(KEPT);
  document.documentElement.classList.remove("asks-beside");
  (cameFrom?.isConnected ? cameFrom : opener).focus();
});

panel?.addEventListener("click", (event) => {
  if (event.target.closest("[data-panel-close]")) close();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !panel?.open) return;
  if (!panel.contains(document.activeElement) && document.activeElement !== document.body) return;
  event.preventDefault();
  close();
});

// The panel filled anew by itself: a conversation was begun, or another one is.
body?.addEventListener("htmx:after:swap", (event) => {
  if (event.target === body) arrive(true);
});

opener?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (panel.open) close();
  else open();
});

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
  if (event.altKey || event.shiftKey) return;
  event.preventDefault();
  if (!panel) document.getElementById("ask-text")?.focus();
  else if (panel.open && panel.contains(document.activeElement)) close();
  else if (panel.open) body.querySelector("textarea")?.focus();
  else open();
});

// Whoever asked beside one page goes on beside the next.
if (panel && sessionStorage.getItem(KEPT) && !narrow.matches) open({ takeFocus: false });
