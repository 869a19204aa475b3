// Saves the form of a request two seconds after typing stops. Without it every press of a button saves.

const form = document.querySelector("form[data-draft]");
const place = document.querySelector("[data-saved]");
let timer, running, last = "", isOver = false;

const words = () => {
  const typed = new FormData(form);
  for (const name of ["files", "csrfmiddlewaretoken", "key", "seen"]) typed.delete(name);
  return new URLSearchParams(typed).toString();
};

async function save(keepalive = false) {
  clearTimeout(timer);
  const typed = words();
  if (isOver || running || typed === last) return;
  const body = new FormData(form);
  body.delete("files");
  body.set("save", "1");
  running = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body, keepalive, redirect: "error" });
    tell(await answer.json());
    last = typed;
  } catch {
    // No connection, or a page that is too old: the words stay in the boxes, and "Continue" explains.
  }
  running = false;
  if (last === typed && words() !== last) plan();
}

function tell(said) {
  isOver = Boolean(said.over);
  for (const name of ["key", "seen"]) if (said[name]) form.elements[name].value = said[name];
  place.textContent = said.told;
}

function plan() {
  clearTimeout(timer);
  timer = setTimeout(save, 2000);
}

if (form && place) {
  last = words();
  form.addEventListener("input", plan);
  form.addEventListener("submit", () => { clearTimeout(timer); isOver = true; });
  window.addEventListener("pageshow", () => { isOver = false; });
  window.addEventListener("pagehide", () => save(true));
}

/* A lost connection stands above the form until it is back; "Continue" works as soon as it is. */
const offline = document.querySelector("[data-offline-note]");
const connect = () => {
  if (offline) offline.hidden = navigator.onLine;
  if (navigator.onLine && form && words() !== last) plan();
};
window.addEventListener("offline", connect);
window.addEventListener("online", connect);
connect();
