// Speaking: Enter sends, what was sent leaves the field, and the answer appears as it is written.
//
// A turn that is under way says where to look again and after how long (`data-look`, `data-pause`).
// Looking again changes only what differs; what one unfolded stays so, and the page is followed to
// its end only by who reads there.

const AT_THE_END_PX = 80;
const LONGEST_PAUSE_MS = 8000;

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches?.("[data-enter-submits]") || event.key !== "Enter" || event.shiftKey) return;
  if (event.isComposing) return;
  event.preventDefault();
  if (field.value.trim()) field.form.requestSubmit();
});

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx?.sourceElement;
  if (!form?.matches?.("[data-clears]") || !ctx.response?.raw.ok) return;
  form.reset();
  form.querySelector("textarea")?.focus();
});

// Who decided by a button that is gone goes on where one speaks.
let wasInTurn = false;

document.addEventListener("focusin", ({ target }) => {
  wasInTurn = Boolean(target.closest(".turn"));
});

function keepFocus() {
  if (!wasInTurn || document.activeElement !== document.body) return;
  document.getElementById("ask-text")?.focus({ preventScroll: true });
}

// ---- Following the end ----

const scrollerOf = (node) => node.closest?.("[data-scrolls]") ?? document.scrollingElement;
const isAtEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < AT_THE_END_PX;
const goToEnd = (box) => box.scrollTo({ top: box.scrollHeight });
let following = null;

document.addEventListener("htmx:before:swap", (event) => {
  const turns = turnsOf(event.detail.ctx?.target ?? event.target);
  if (!turns) return;
  const box = scrollerOf(turns);
  // What one has just said oneself is always gone to.
  const said = event.detail.ctx?.sourceElement?.matches?.("form");
  following = said || isAtEnd(box) ? box : null;
});

document.addEventListener("htmx:after:swap", () => {
  if (following) goToEnd(following);
  following = null;
  keepFocus();
  lookLater();
});

function turnsOf(node) {
  const found = typeof node === "string" ? document.querySelector(node) : node;
  return found?.closest?.(".turns");
}

// ---- Looking again ----

const looking = new Set();
const missed = new Map();

function lookLater() {
  for (const turn of document.querySelectorAll(".turn[data-look]")) {
    if (looking.has(turn.id)) continue;
    looking.add(turn.id);
    const pause = Number(turn.dataset.pause) * 2 ** (missed.get(turn.id) ?? 0);
    setTimeout(() => look(turn.id), Math.min(pause, LONGEST_PAUSE_MS));
  }
}

async function look(id) {
  const turn = document.getElementById(id);
  looking.delete(id);
  if (!turn?.dataset.look) return;
  if (document.hidden) {
    document.addEventListener("visibilitychange", lookLater, { once: true });
    return;
  }
  let answered = false;
  const heard = () => (answered = true);
  turn.addEventListener("htmx:after:request", heard, { once: true });
  await htmx.ajax("GET", turn.dataset.look, { source: turn, target: turn, swap: "outerMorph" });
  turn.removeEventListener("htmx:after:request", heard);
  missed.set(id, answered ? 0 : (missed.get(id) ?? 0) + 1);
  const now = document.getElementById(id);
  if (now && !now.dataset.look) tellWhatChanged(now);
  lookLater();
}

// What a turn changed is drawn anew wherever else it stands on the page.
function tellWhatChanged(turn) {
  const touched = turn.dataset.touched.split(" ").filter(Boolean);
  if (!touched.length && !turn.querySelector(".approval")) return;
  for (const about of touched) {
    document.body.dispatchEvent(
      new CustomEvent("approval-done", { bubbles: true, detail: { about } }),
    );
  }
  document.body.dispatchEvent(new CustomEvent("approvals-changed", { bubbles: true }));
}

if (document.querySelector(".talk .turn") && location.hash.length < 2) {
  goToEnd(document.scrollingElement);
}
lookLater();
