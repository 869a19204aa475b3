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
form.addEventListener("submit", () => {
  clearTimeout(timer);
  asking?.abort();
});
