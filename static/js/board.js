// Cards by mouse, touch and keyboard. The server decides: a card is shown where it was put while the
// question is open, and goes back to its place when the answer is anything but 200.
//
// A card's `data-stage` is the truth, as the server last told it. What the server says of a move
// comes as parts: column heads, the card, or a refusal that stands in the card.

const board = document.getElementById("board");
const menu = document.getElementById("move-menu");
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

const listOf = (stage) => document.getElementById(`cards-${stage}`);
const cardsIn = (list) => [...list.querySelectorAll(":scope > .card")];
const urlFor = (verb, card) => board.dataset[verb].replace("/0/", `/${card.id.split("-")[1]}/`);
const pkOf = (card) => card?.id.split("-")[1] ?? "";

// ---- Asking the server ----

function placeOf(card) {
  return { list: card.parentElement, next: card.nextElementSibling };
}

async function ask(card, home) {
  const list = card.parentElement;
  const cards = cardsIn(list);
  const at = cards.indexOf(card);
  const values = { above: pkOf(cards[at - 1]), below: pkOf(cards[at + 1]) };
  const stays = list.dataset.stage === card.dataset.stage;
  if (!stays) Object.assign(values, { to: list.dataset.stage, from: card.dataset.stage });

  const status = await post(card, urlFor(stays ? "place" : "move", card), values);

  const now = document.getElementById(card.id);
  if (!now) return;
  now.classList.remove("is-asking");
  if (status !== 200 && now.dataset.stage === home.list.dataset.stage) putBack(now, home);
  settle(now);
}

async function post(card, url, values) {
  let status = 0;
  const heard = (event) => (status = event.detail.ctx.response.status);
  card.classList.add("is-asking");
  card.addEventListener("htmx:before:response", heard);
  await htmx.ajax("POST", url, {
    source: card,
    target: card.querySelector(".card-says"),
    swap: "innerHTML",
    values,
  });
  card.removeEventListener("htmx:before:response", heard);
  return status;
}

function putBack(card, home) {
  const keepsFocus = card.contains(document.activeElement);
  home.list.insertBefore(card, home.next?.parentElement === home.list ? home.next : null);
  if (keepsFocus) focusOn(card);
}

// Show a card in the column it truly stands in: at the top, where it is not there yet.
function settle(card) {
  const list = listOf(card.dataset.stage);
  if (!list || card.parentElement === list) return;
  const keepsFocus = card.contains(document.activeElement);
  list.prepend(card);
  card.classList.add("just-moved");
  setTimeout(() => card.classList.remove("just-moved"), 1000);
  if (keepsFocus) focusOn(card);
}

board?.addEventListener("htmx:after:settle", (event) => {
  const card = event.target.closest?.(".card");
  if (card && !card.classList.contains("is-asking")) settle(card);
});

// What was approved for a card is done: the card goes where it stands now.
document.addEventListener("approval-done", ({ detail }) => {
  const [kind, pk] = (detail.about ?? "").split(":");
  const card = kind === "position" && document.getElementById(`position-${pk}`);
  if (card) htmx.ajax("GET", urlFor("card", card), { source: card, target: card, swap: "none" });
});

// ---- By mouse and touch ----

let home = null;

function makeSortable(list) {
  Sortable.create(list, {
    group: "board",
    draggable: ".card",
    filter: ".card-says, .card-waits",
    preventOnFilter: false,
    animation: calm ? 0 : 120,
    delay: 180, // on touch, so that a swipe still scrolls
    delayOnTouchOnly: true,
    onStart: ({ item }) => (home = placeOf(item)),
    onEnd: ({ item }) => {
      const now = placeOf(item);
      if (now.list !== home.list || now.next !== home.next) ask(item, home);
    },
  });
}

if (board?.dataset.move) document.querySelectorAll(".cards").forEach(makeSortable);

// ---- By keyboard ----

function focusOn(card) {
  card?.querySelector(".card-name").focus();
}

function walk(card, { column = 0, row = 0 }) {
  const lists = [...board.querySelectorAll(".cards")];
  const cards = cardsIn(card.parentElement);
  const at = cards.indexOf(card);
  if (row) return focusOn(cards[at + row]);
  let index = lists.indexOf(card.parentElement) + column;
  while (lists[index] && !cardsIn(lists[index]).length) index += column;
  const others = lists[index] ? cardsIn(lists[index]) : [];
  return focusOn(others[Math.min(at, others.length - 1)]);
}

function carry(card, { column = 0, row = 0 }) {
  const lists = [...board.querySelectorAll(".cards")];
  const cards = cardsIn(card.parentElement);
  const was = placeOf(card);
  if (row) {
    const other = cards[cards.indexOf(card) + row];
    if (!other) return;
    if (row < 0) other.before(card);
    else other.after(card);
  } else {
    const list = lists[lists.indexOf(card.parentElement) + column];
    if (!list) return;
    list.prepend(card);
  }
  focusOn(card);
  ask(card, was);
}

const STEPS = {
  ArrowUp: { row: -1 },
  ArrowDown: { row: 1 },
  ArrowLeft: { column: -1 },
  ArrowRight: { column: 1 },
};

board?.addEventListener("keydown", (event) => {
  if (!event.target.matches(".card-name") || event.ctrlKey || event.metaKey || event.altKey) return;
  const card = event.target.closest(".card");
  const step = STEPS[event.key];
  const mayMove = Boolean(board.dataset.move);
  if (step) event.preventDefault();
  if (step && !event.shiftKey) walk(card, step);
  if (step && event.shiftKey && mayMove) carry(card, step);
  if (event.key === "m" && mayMove) openMenu(card);
});

// ---- The menu of stages ----

let chosen = null;

function openMenu(card) {
  chosen = card;
  menu.querySelector("[data-name]").textContent = card.querySelector(".card-name").textContent;
  for (const button of menu.querySelectorAll("[data-to]")) {
    if (button.dataset.to === card.dataset.stage) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  menu.showModal();
  const next = menu.querySelector("[aria-current] + [data-to]") ?? menu.querySelector("[data-to]");
  next.focus();
}

function pick(button) {
  menu.close();
  const card = document.getElementById(chosen.id);
  if (!card || button.dataset.to === card.dataset.stage) return;
  const was = placeOf(card);
  listOf(button.dataset.to).prepend(card);
  focusOn(card);
  ask(card, was);
}

// The card goes once the server says so: what stays is where it was, with the reason.
async function remove() {
  menu.close();
  const card = document.getElementById(chosen.id);
  if (!card) return;
  const next = card.nextElementSibling ?? card.previousElementSibling;
  await post(card, urlFor("remove", card), { part: "board" });
  document.getElementById(card.id)?.classList.remove("is-asking");
  if (!card.isConnected && next?.matches(".card")) focusOn(next);
}

menu?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-to]");
  if (button) pick(button);
  else if (event.target.closest("[data-remove]")) remove();
  else if (event.target === menu) menu.close();
});

menu?.addEventListener("keydown", (event) => {
  const buttons = [...menu.querySelectorAll("button")];
  const step = STEPS[event.key]?.row;
  if (step) {
    event.preventDefault();
    buttons[buttons.indexOf(document.activeElement) + step]?.focus();
  }
  const numbered = [...menu.querySelectorAll("[data-to]")][Number(event.key) - 1];
  if (numbered) pick(numbered);
  if (event.key === "Backspace" || event.key === "Delete") remove();
});

menu?.addEventListener("close", () => focusOn(chosen && document.getElementById(chosen.id)));
