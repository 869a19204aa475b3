// Makes pages quicker to use. Nothing here is needed: every link and form works without it.

const words = document.getElementById("words")?.dataset ?? {};

/** Tell readers something politely; the region is emptied first, so the same words are said again. */
function say(text, region = "say") {
  const place = document.getElementById(region);
  if (!place) return;
  place.textContent = "";
  setTimeout(() => { place.textContent = text; }, 60);
}
document.addEventListener("say", (event) => say(event.detail));
document.addEventListener("alarm", (event) => say(event.detail, "alert"));

/* What asks for news listens to this: every 20 seconds, only while somebody looks. */
setInterval(() => { if (!document.hidden) document.dispatchEvent(new Event("site:tick")); }, 20000);

/* The page of one ticket starts at what is new. */
const page = document.querySelector("[data-first-unread]");
const first = page && document.getElementById(page.dataset.firstUnread);
if (first && !location.hash) {
  first.tabIndex = -1;
  first.focus({ preventScroll: true });
  first.scrollIntoView({ block: "nearest" });
}

/* Who answered since the page was opened: never moves the page or the focus, the line is shown and said once. */
let seen = "", isAsking = false;
async function askForNews() {
  const bar = document.querySelector("[data-news]"); // draft.js may have put a new page in place
  if (!bar || isAsking) return;
  isAsking = true;
  try {
    const headers = seen ? { "If-None-Match": seen } : {};
    const answer = await fetch(`${bar.dataset.news}?after=${bar.dataset.last}`, { headers, redirect: "error" });
    if (answer.status === 200) {
      bar.innerHTML = await answer.text();
      bar.hidden = false;
      say(bar.querySelector("strong").textContent);
    }
    seen = answer.headers.get("ETag") ?? "";
  } catch {
    // No connection, or no longer signed in: the page says so when the person sends.
  }
  isAsking = false;
}
document.addEventListener("site:tick", askForNews);

/* Parts that follow what is typed: data-listens names the box, data-address tells the part, data-follows takes the page's
   own address along, so that a reload and the way back show the same. */
document.addEventListener("input", ({ target }) => {
  const part = target.name && document.querySelector(`[data-listens="${CSS.escape(target.name)}"]`);
  if (!part) return;
  clearTimeout(part.timer);
  part.timer = setTimeout(() => follow(part, target), Number(part.dataset.pause));
});
async function follow(part, box) {
  const { dataset } = part;
  const address = new URL(dataset.address, location.href);
  address.searchParams.set(box.name, box.value.trim());
  part.asking?.abort();
  const { signal } = part.asking = new AbortController();
  const slow = setTimeout(() => part.setAttribute("aria-busy", "true"), 300);
  try {
    const answer = await fetch(address, { headers: { "X-Sent-By": "page" }, cache: "no-store", redirect: "error", signal });
    const shown = (await answer.text()).trim();
    if (answer.ok && shown !== dataset.shown) {
      part.innerHTML = dataset.shown = shown;
      part.hidden = !shown;
      const told = part.querySelector("[data-told]");
      if (told) say(told.dataset.told || told.textContent.trim());
    }
    if (answer.ok && "follows" in dataset) history.replaceState(history.state, "", address);
  } catch {
    // No connection, or more was typed meanwhile: the part stays as it is, and nothing is missing but quickness.
  }
  clearTimeout(slow);
  if (!signal.aborted) part.removeAttribute("aria-busy");
}

/* Menus: Escape and a press outside close them, focus goes back to the opener. */
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.("details.menu") || !event.target.open) return;
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== event.target) menu.open = false;
}, true);

/* Dialogs: data-dialog opens one, data-close closes it. */
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.dialog)?.showModal();
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
});

/* Copy buttons stay hidden where copying cannot work. */
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      say(words.copied);
    });
  }
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

/* Counters: seen at once, spoken only when typing stops. */
for (const box of document.querySelectorAll("textarea[data-counter], input[data-counter]")) {
  const limit = Number(box.dataset.counter);
  if (limit < 40 || box.type === "email") continue;
  const counter = document.createElement("p");
  counter.className = "counter";
  box.after(counter);
  let timer;
  const show = () => {
    const used = [...box.value].length;
    counter.classList.toggle("counter-over", used > limit);
    counter.textContent = used > limit
      ? words.over.replace("{over}", used - limit)
      : words.counter.replace("{used}", used).replace("{limit}", limit);
    counter.hidden = used < limit * 0.75;
  };
  show();
  box.addEventListener("input", () => {
    show();
    clearTimeout(timer);
    if (!counter.hidden) timer = setTimeout(() => say(counter.textContent), 1000);
  });
}

/* Steps are numbered while they are typed, and a button begins the next one; the server counts them again. */
const STEP = /^\s*\d{1,3}[.)](\s+|$)/;
function numberSteps(box, isNext) {
  const lines = box.value.split("\n").map((line) => line.replace(STEP, ""));
  while (lines.length && !lines.at(-1).trim()) lines.pop();
  if (isNext || !lines.length) lines.push("");
  box.value = lines.map((line, place) => `${place + 1}. ${line}`).join("\n");
  box.rows = Math.max(box.rows, Math.min(lines.length + 1, 12));
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}
function offerSteps() {
  for (const box of document.querySelectorAll("textarea[data-steps]:not([data-watched])")) {
    box.dataset.watched = "";
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-small", textContent: `+ ${box.dataset.steps}` });
    button.addEventListener("click", () => numberSteps(box, true));
    box.after(button);
    box.addEventListener("keydown", (event) => {
      const isAtEnd = box.selectionStart === box.value.length;
      if (event.key !== "Enter" || event.isComposing || event.shiftKey || !isAtEnd || !box.value.trim()) return;
      event.preventDefault();
      numberSteps(box, true);
    });
  }
}
document.addEventListener("swapped", offerSteps);
offerSteps();

/* A second press within five seconds does nothing; the server keeps an idempotency key as well. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return; // draft.js sends it
  if (form.action.endsWith("/logout/")) sessionStorage.clear(); // what draft.js kept while it could not send
  if (form.dataset.sent && Date.now() - form.dataset.sent < 5000) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = Date.now();
  say(words.sending);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

/* The uploader comes with the first file that is looked for, dragged in or pasted; what came before it is handed on. */
let bringing, isThere = false;
function ready(isReady) {
  for (const root of document.querySelectorAll("[data-uploader]:not([data-uploader=''])")) {
    root.classList.toggle("uploader-live", isReady);
    for (const tip of root.querySelectorAll("[data-part=tip]")) tip.hidden = !isReady;
    for (const button of root.querySelectorAll("[data-part=button]")) button.hidden = isReady;
  }
}
function bring(root) {
  bringing ??= import(root.dataset.script).then(() => { isThere = true; }, () => ready(false));
  return bringing;
}
for (const kind of ["pointerover", "focusin", "change"]) {
  document.addEventListener(kind, (event) => {
    const root = event.target.closest?.(".uploader-live");
    if (root) bring(root);
  });
}
for (const kind of ["dragover", "drop", "paste"]) {
  addEventListener(kind, (event) => {
    const given = event.dataTransfer ?? event.clipboardData;
    const root = document.querySelector(".uploader-live");
    if (isThere || !root || !given?.types.includes("Files") || (kind === "paste" && given.types.includes("text/plain"))) return;
    event.preventDefault();
    const files = kind === "dragover" ? [] : [...given.files];
    bring(root).then(() => { if (files.length) document.dispatchEvent(new CustomEvent("files", { detail: files })); });
  });
}
document.addEventListener("swapped", () => ready(true));
ready(true);

/* A lost connection is told once, and stands on the page until it is back; what was typed stays there too. */
window.addEventListener("offline", () => say(words.offline, "alert"));
const tellLine = () => {
  for (const note of document.querySelectorAll("[data-offline-note]")) note.hidden = navigator.onLine;
};
for (const kind of ["offline", "online", "pageshow"]) window.addEventListener(kind, tellLine);
document.addEventListener("swapped", tellLine);
tellLine();
