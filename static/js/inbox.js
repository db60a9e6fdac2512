// The inbox by keyboard: j and k go down and up; a approves, r rejects, e edits the one in focus.

const list = document.getElementById("inbox");

const all = () => [...list.querySelectorAll(".approval")];
const current = () => document.activeElement?.closest?.(".approval");

function go(step) {
  const approvals = all();
  const next = approvals[approvals.indexOf(current()) + step];
  if (next) arriveAt(next);
}

function arriveAt(approval) {
  approval.focus({ preventScroll: true });
  approval.scrollIntoView({ block: "nearest" });
}

function press(key) {
  const approval = current() ?? all().find((each) => each.querySelector(`[data-key="${key}"]`));
  const control = approval?.querySelector(`[data-key="${key}"]`);
  if (!control) return;
  if (document.activeElement !== approval) arriveAt(approval);
  control.click();
  approval.querySelector("details[open] :is(input, textarea):not([type=hidden])")?.focus();
}

const KEYS = {
  j: () => go(1),
  k: () => go(-1),
  a: () => press("a"),
  r: () => press("r"),
  e: () => press("e"),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && current()) current().focus();
  if (event.target.closest("input, select, textarea")) return;
  const does = KEYS[event.key];
  if (does) {
    event.preventDefault();
    does();
  }
});

// A decision replaces its approval: the focus goes on to the next one that still waits. A form in
// its place is where one goes on writing, and what comes back for it is where one was.
let leaving = null;

list?.addEventListener("htmx:before:swap", (event) => {
  const approval = event.target.closest(".approval");
  leaving = approval && approval === current() ? approval.id : null;
});

list?.addEventListener("htmx:after:settle", () => {
  const decided = leaving && document.getElementById(leaving);
  leaving = null;
  if (!decided) return;
  if (decided.dataset.status === "waiting") {
    arriveAt(decided);
    decided.querySelector(".fields :is(input, select, textarea):not([type=hidden])")?.focus();
    return;
  }
  const approvals = all();
  const later = approvals.slice(approvals.indexOf(decided) + 1);
  arriveAt(later.find((each) => each.dataset.status === "waiting") ?? decided);
});
