// What a person is told: toasts that go away by themselves, and words for requests that failed.
//
// Anyone may say something: a `toast` event with {text, tone}, from a script or an HX-Trigger header.

const TOAST_STAYS_MS = 6000;
const TOASTS_AT_MOST = 3;
const region = document.getElementById("toasts");

function letGo(toast) {
  let timer = 0;
  const stay = () => clearTimeout(timer);
  const leave = () => {
    stay();
    // What went wrong stays until it is dismissed.
    if (toast.dataset.tone !== "bad") timer = setTimeout(() => toast.remove(), TOAST_STAYS_MS);
  };
  for (const event of ["pointerenter", "focusin"]) toast.addEventListener(event, stay);
  for (const event of ["pointerleave", "focusout"]) toast.addEventListener(event, leave);
  leave();
}

function say(text, tone = "") {
  const shape = document.getElementById("toast-shape");
  if (!region || !shape) return;
  const toast = shape.content.firstElementChild.cloneNode(true);
  toast.dataset.tone = tone;
  toast.querySelector("p").textContent = text;
  region.append(toast);
}

if (region) {
  for (const toast of region.children) letGo(toast);
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      if (node.matches?.(".toast")) letGo(node);
    }
    while (region.childElementCount > TOASTS_AT_MOST) region.firstElementChild.remove();
  }).observe(region, { childList: true });
}

document.addEventListener("toast", (event) => say(event.detail.text, event.detail.tone));

// A session that has ended answers with the log-in page, which belongs in the window, not in a part.
document.addEventListener("htmx:before:response", (event) => {
  const { raw } = event.detail.ctx.response;
  if (raw.redirected && new URL(raw.url).pathname === document.body.dataset.login) {
    event.preventDefault();
    location.reload();
  }
});

document.addEventListener("htmx:response:error", (event) => {
  const { status } = event.detail.ctx.response;
  if (status >= 500) say("Something failed on our side. Reload to see where things stand.", "bad");
  else if (status === 403) say("Your role does not allow this.", "bad");
  else if (status === 404) say("This is no longer here, or not open to you.", "bad");
});

document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx && !event.detail.ctx.response) say("Wheelhouse cannot be reached.", "bad");
});
