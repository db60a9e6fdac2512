// Speaking: Enter sends, Shift+Enter makes a new line; what was sent leaves the field.

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches?.("[data-enter-submits]") || event.key !== "Enter" || event.shiftKey) return;
  if (event.isComposing) return;
  event.preventDefault();
  if (field.value.trim()) field.form.requestSubmit();
});

document.addEventListener("htmx:after:request", (event) => {
  const form = event.target;
  if (!form.matches?.("[data-clears]")) return;
  form.reset();
  form.querySelector("textarea")?.focus();
});
