// The palette (Ctrl K) and the sheet of keys (?): desk.js brings this file when one of them is first opened.
const said = document.getElementById("key-words").dataset;
const say = (text) => document.dispatchEvent(new CustomEvent("say", { detail: text }));

function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function dialogOf(id, title) {
  const heading = make("h2", { id: `${id}-title` }, title);
  const close = make("button", { class: "button button-quiet", type: "button", "data-close": "" }, said.close);
  const dialog = make("dialog", { id, class: "keys-dialog", "aria-labelledby": `${id}-title` }, make("div", { class: "keys-head" }, heading, close));
  document.body.append(dialog);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  return dialog;
}

/* The sheet of keys. */
let sheet;
export async function openSheet() {
  if (!sheet) {
    const answer = await fetch(`${said.page}?sheet=1`, { redirect: "error" }).catch(() => null);
    if (!answer?.ok) return location.assign(said.page);
    sheet = dialogOf("key-sheet", said.keys);
    const list = make("div", { tabindex: "0", class: "keys-scroll", role: "region", "aria-label": said.keys });
    list.innerHTML = await answer.text();
    sheet.append(list, make("p", {}, make("a", { href: said.page }, said.change)));
  }
  if (!sheet.open) sheet.showModal();
}

/* The palette: what the page can do, every view and setting, and what the server finds. */
const LIMIT = 8;
let palette, box, list, press, keyNow, choices = [], current = -1, asking, timer;

export function openPalette(given) {
  ({ press, keyNow } = given);
  palette ??= build();
  if (palette.open) return;
  box.value = given.typed;
  found = [];
  show();
  palette.showModal();
  box.focus();
  ask();
}

function build() {
  const made = dialogOf("palette", said.palette);
  box = make("input", { class: "input", type: "text", role: "combobox", id: "palette-box", autocomplete: "off", dir: "auto", "aria-expanded": "true", "aria-controls": "palette-list", "aria-autocomplete": "list", "aria-label": said.label, placeholder: said.label });
  list = make("div", { role: "listbox", id: "palette-list", class: "keys-scroll", "aria-label": said.palette });
  made.append(box, list);
  box.addEventListener("input", () => { ask(); show(); });
  box.addEventListener("keydown", steer);
  list.addEventListener("click", (event) => choose(choices[choices.findIndex((choice) => choice.row === event.target.closest("[role=option]"))]));
  return made;
}

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const seen = (control) => control.checkVisibility?.({ visibilityProperty: true }) ?? true;

function nameOf(control) {
  const label = control.dataset.act ?? control.getAttribute("aria-label") ?? (control.labels?.[0]?.textContent || control.textContent);
  return label.trim().replace(/\s+/g, " ");
}

/* Acts: everything on the page with a key or a name for this list, then its buttons; hidden ones can't be pressed, but a
   folded section opens for it. A box that is named brings its form: the button there is no act of its own. */
function acts() {
  const own = [...document.querySelectorAll("[data-shortcut], [data-act]")];
  const buttons = [...document.querySelectorAll("main a.button, main button:not([role])")]
    .filter((button) => !own.includes(button) && !button.form?.querySelector("[data-act]"));
  const shown = (control) => seen(control.closest("details:not([open])") ?? control.closest("label") ?? control);
  const all = [...own, ...buttons].filter((control) => !control.closest("nav, dialog") && !control.disabled && shown(control));
  const named = new Map(all.map((control) => [nameOf(control), control]).reverse());
  const pressed = [...named].reverse().filter(([label]) => label).map(([label, control]) => ({
    group: said.acts, label, key: keyNow(control.dataset.shortcut ?? ""), run: () => press(control),
  }));
  return [...onChosen(), ...pressed];
}

/* What the bar below the queue does to the chosen rows. */
function onChosen() {
  return [...document.querySelectorAll("#bulk.has-chosen optgroup option")].map((option) => ({
    group: said.chosen, label: `${option.parentElement.label}: ${option.label}`, key: keyNow(option.dataset.rowKey ?? ""),
    run: () => { option.selected = true; option.form.requestSubmit(); },
  }));
}

function places() {
  return [...document.querySelectorAll("#desk-nav a[href]")].map((link) => ({
    group: said.places, label: nameOf(link.querySelector("span") ?? link), key: keyNow(link.dataset.shortcut ?? ""), url: link.href,
  }));
}

let found = [];
function ask() {
  clearTimeout(timer);
  asking?.abort();
  const words = box.value.trim();
  if (words.length < 2) { found = []; return; }
  timer = setTimeout(async () => {
    asking = new AbortController();
    try {
      const answer = await fetch(`${said.find}?q=${encodeURIComponent(words)}`, { signal: asking.signal, redirect: "error" });
      const told = await answer.json();
      if (box.value.trim() !== words) return;
      found = [
        ...told.tickets.map((hit) => ({ ...hit, group: said.tickets })),
        ...told.articles.map((hit) => ({ ...hit, group: said.articles })),
      ];
      show();
      say(said.count.replace("{count}", choices.length));
    } catch {
      // Cancelled by the next letter, or no connection: what the page knows stays in the list.
    }
  }, 150);
}

function show() {
  const words = plain(box.value).split(/\s+/).filter(Boolean);
  const fits = (choice) => words.every((word) => plain(choice.label).includes(word));
  choices = [...acts().filter(fits).slice(0, words.length ? LIMIT : 50), ...places().filter(fits).slice(0, LIMIT), ...found];
  const typed = box.value.trim();
  if (typed && said.queue) choices.push({ group: said.tickets, label: said.search.replace("{words}", typed), url: `${said.queue}?q=${encodeURIComponent(typed)}` });
  const groups = new Map();
  choices.forEach((choice, place) => {
    if (!groups.has(choice.group)) {
      const id = `palette-group-${groups.size}`;
      groups.set(choice.group, make("div", { role: "group", "aria-labelledby": id }, make("p", { id, class: "keys-group", role: "presentation" }, choice.group)));
    }
    choice.row = make("div", { role: "option", id: `palette-${place}`, class: "keys-row", "aria-selected": "false" }, make("span", { dir: "auto" }, choice.label));
    if (choice.hint) choice.row.append(make("span", { class: "muted" }, choice.hint));
    if (choice.key) choice.row.append(make("kbd", { dir: "ltr" }, choice.key));
    groups.get(choice.group).append(choice.row);
  });
  list.replaceChildren(...groups.values());
  if (!choices.length) list.append(make("div", { role: "option", "aria-disabled": "true", "aria-selected": "false", class: "muted" }, said.nothing));
  point(choices.length ? 0 : -1);
}

function point(place) {
  choices[current]?.row.setAttribute("aria-selected", "false");
  current = place;
  const choice = choices[current];
  if (!choice) return box.removeAttribute("aria-activedescendant");
  choice.row.setAttribute("aria-selected", "true");
  choice.row.scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", choice.row.id);
}

function steer(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && choices.length) {
    event.preventDefault();
    point((current + step + choices.length) % choices.length);
  }
  if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    choose(choices[current]);
  }
}

function choose(choice) {
  if (!choice) return;
  palette.close();
  if (choice.url) location.assign(choice.url);
  else choice.run();
}
