// The editor of articles keeps what is typed, and shows it as readers will see it. Without this, saving and Preview do.
const part = document.querySelector("[data-editor]");
const form = part.closest("form");
const told = part.querySelector("[data-editor-told]");
const shown = part.querySelector("[data-editor-shown]");
const PAUSE = 800; // milliseconds without a key
let timer;
let asking;

async function keep() {
  asking?.abort();
  const { signal } = asking = new AbortController();
  const facts = new FormData();
  for (const name of ["csrfmiddlewaretoken", "title", "summary", "body", "keywords"]) {
    facts.set(name, form.elements[name]?.value ?? "");
  }
  facts.set("locale", form.elements.locale?.value || part.dataset.locale);
  facts.set("article", part.dataset.article);
  facts.set("based_on", part.dataset.basedOn);
  try {
    const answer = await fetch(part.dataset.editor, { method: "POST", body: facts, redirect: "error", signal });
    if (!answer.ok) return;
    const kept = await answer.json();
    shown.innerHTML = kept.html; // cleaned by the server's allow-list
    told.textContent = kept.told;
    part.hidden = false;
  } catch {
    // No connection, or more was typed meanwhile: the text stays in its box.
  }
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(keep, PAUSE);
});
// Pictures: dropped on the text, pasted into it, or chosen. Without this, a chosen one goes below the text on saving.
const text = form.elements.body;
const pictures = document.querySelector("[data-pictures]");

let hasCaret = false;
text.addEventListener("focus", () => hasCaret = true);

function insert(words, caret = words.length) {
  if (!hasCaret) text.setSelectionRange(text.value.length, text.value.length);
  const start = text.selectionStart;
  text.setRangeText(words, start, text.selectionEnd, "end");
  text.focus();
  text.setSelectionRange(start + caret, start + caret);
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function insertPicture(markdown) {
  if (!hasCaret) text.setSelectionRange(text.value.length, text.value.length);
  const before = text.value.slice(0, text.selectionStart).match(/\n{0,2}$/)[0].length;
  const lead = text.selectionStart ? "\n".repeat(2 - before) : "";
  const after = text.value.slice(text.selectionEnd).match(/^\n{0,2}/)[0].length;
  const words = lead + markdown + "\n".repeat(2 - after);
  insert(words, markdown.startsWith("![]") ? lead.length + 2 : words.length);
}

async function add(file) {
  const facts = new FormData();
  facts.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  facts.set("picture", file, file.name || "picture.png");
  facts.set("picture_alt", form.elements.picture_alt.value);
  try {
    const answer = await fetch(pictures.dataset.pictures, { method: "POST", body: facts, redirect: "error" });
    const said = await answer.json();
    if (answer.ok) {
      form.elements.picture_alt.value = form.elements.picture.value = "";
      insertPicture(said.markdown);
    }
    pictures.textContent = said.told;
  } catch {
    // No connection: a chosen picture stays chosen and goes with the form.
  }
}

function take(event, carried) {
  const files = [...(carried?.files ?? [])].filter((file) => file.type.startsWith("image/"));
  if (!files.length) return;
  event.preventDefault();
  files.reduce((before, file) => before.then(() => add(file)), Promise.resolve());
}

text.addEventListener("drop", (event) => take(event, event.dataTransfer));
text.addEventListener("paste", (event) => take(event, event.clipboardData));
form.elements.picture.addEventListener("change", (event) => take(event, event.target));

// Links: found here instead of on a page of their own.
const links = document.querySelector("[data-links]");
const found = links.querySelector("[data-links-found]");
const finder = document.getElementById("links-form");

function row(result) {
  const item = document.createElement("li");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "link-button", dir: result.dir });
  button.textContent = result.title;
  button.addEventListener("click", () => insert(result.markdown));
  item.append(button);
  if (result.note) {
    item.append(" ", Object.assign(document.createElement("span"), { className: "tag", textContent: result.note }));
  }
  return item;
}

finder.addEventListener("submit", async (event) => {
  event.preventDefault();
  const asked = new URLSearchParams(new FormData(finder));
  try {
    const answer = await fetch(`${links.dataset.links}?${asked}`, { headers: { "X-Sent-By": "page" } });
    if (!answer.ok) return;
    const said = await answer.json();
    found.replaceChildren(...said.results.map(row));
    links.querySelector("[data-links-told]").textContent = said.told;
  } catch {
    // No connection: the words stay, and may be sent again.
  }
});

form.addEventListener("submit", () => {
  clearTimeout(timer);
  asking?.abort();
});
