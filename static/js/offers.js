// What is offered while somebody writes: behind "@" in a note colleagues, whom the note lets see the ticket; behind "#"
// tickets, whose number is put in; behind "[[" articles, whose link is. workspace.js brings this; without it all three
// are typed.
const told = document.getElementById("composer").dataset;
const people = [...document.querySelectorAll("#set_assignee option")].filter((one) => one.value).map((one) => one.textContent.trim()).filter((name) => name !== told.self);
const MOST = 6, PAUSE = 150;
const list = document.createElement("ul");
let box, rows = [], offered = null, begins = -1, chosen = 0, spoken = "", hasAsked = false, timer = 0, awaited = "";
const known = new Map();

const set = (element, attributes) => { for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value); };
set(list, { id: "offers", class: "offers", role: "listbox", hidden: "" });

/* Colleagues: those of the box in which the ticket is assigned first; the others are asked for with the first "@". */
function colleagues(typed) {
  if (!hasAsked) bringOthers();
  const fits = (name) => name.startsWith(typed) || name.split(" ").some((word) => word.startsWith(typed));
  return people.filter((name) => fits(name.toLowerCase()) && name.toLowerCase() !== typed).slice(0, MOST).map((name) => ({ label: name, hint: "", text: `@${name}` }));
}

async function bringOthers() {
  hasAsked = true;
  try {
    const answer = await fetch(told.colleagues, { headers: { Accept: "application/json" } });
    const found = answer.ok ? (await answer.json()).people : [];
    people.push(...found.filter((name) => !people.includes(name)));
    if (found.length && document.activeElement === box) offer();
  } catch { /* the team's names are offered all the same */ }
}

/* Tickets and articles come from the server; until they do, those stay that fit what was typed further. */
function brought(kind, typed) {
  const internal = box.form.matches(".composer-note");
  const asked = `?${new URLSearchParams({ for: kind, q: typed, kind: internal ? "internal" : "public" })}`;
  if (known.has(asked)) return known.get(asked);
  timer = setTimeout(() => bring(asked), PAUSE);
  awaited = asked;
  const words = typed.split(" ");
  return offered === kind ? rows.filter((row) => words.every((word) => row.label.toLowerCase().includes(word))) : [];
}

async function bring(asked) {
  try {
    const answer = await fetch(told.offers + asked, { headers: { Accept: "application/json" } });
    known.set(asked, answer.ok ? (await answer.json()).rows : []);
    if (asked === awaited) offer(); // else more was typed meanwhile, or the list was closed
  } catch { /* no connection: it is typed by hand */ }
}

const SIGNS = [
  { kind: "articles", begin: /\[\[([^\][\n]{0,80})$/u, find: (typed) => brought("articles", typed) },
  { kind: "tickets", begin: /(?:^|[^\p{L}\p{N}_&#/])#((?:[\p{L}\p{N}_-]+(?: [\p{L}\p{N}_-]*){0,3})?)$/u, find: (typed) => brought("tickets", typed) },
  { kind: "colleagues", isInternal: true, begin: /(?:^|[^\p{L}\p{N}_.@/])@([\p{L}\p{N}._-]*(?: [\p{L}\p{N}._-]*)?)$/u, find: colleagues },
];

/* Of which kind the words between the last sign and the caret ask for something. */
function asking() {
  const before = box.value.slice(0, box.selectionStart);
  for (const sign of SIGNS) {
    const found = (!sign.isInternal || box.form.matches(".composer-note")) && sign.begin.exec(before);
    if (!found) continue;
    begins = before.length - found[1].length - (sign.kind === "articles" ? 2 : 1);
    return [sign, found[1].toLowerCase()];
  }
  return [null, ""];
}

function offer() {
  clearTimeout(timer);
  awaited = "";
  const [sign, typed] = asking();
  rows = sign?.find(typed) ?? [];
  offered = sign?.kind;
  list.hidden = !rows.length;
  list.replaceChildren(...rows.map(drawn));
  choose(0);
  if (!sign) return;
  const label = told[`${sign.kind}Label`];
  list.setAttribute("aria-label", label);
  const said = rows.map((row) => row.label).join(", ");
  if (said && said !== spoken) document.dispatchEvent(new CustomEvent("say", { detail: `${label}: ${said}` }));
  spoken = said;
}

function drawn(row, place) {
  const option = document.createElement("li");
  set(option, { id: `offer-${place}`, class: "keys-row", role: "option" });
  for (const [text, look] of [[row.label, ""], [row.hint, "muted small"]]) {
    if (!text) continue;
    const part = document.createElement("span");
    set(part, { dir: "auto", class: look });
    part.textContent = text;
    option.append(part, " ");
  }
  option.addEventListener("pointerdown", (event) => { event.preventDefault(); take(row); });
  return option;
}

function choose(place) {
  const options = [...list.children];
  chosen = options.length ? (place + options.length) % options.length : 0;
  for (const [number, option] of options.entries()) option.setAttribute("aria-selected", number === chosen);
  if (list.hidden) box.removeAttribute("aria-activedescendant");
  else set(box, { "aria-activedescendant": `offer-${chosen}` });
}

function close() {
  if (!box) return;
  clearTimeout(timer);
  awaited = "";
  list.hidden = true;
  choose(0);
}

/* As if it were typed, so that Ctrl Z takes it back. */
function take(row) {
  box.setSelectionRange(begins, box.selectionStart);
  const text = `${row.text} `;
  if (document.execCommand("insertText", false, text)) return;
  box.setRangeText(text, begins, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function steer(event) {
  if (list.hidden || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choose(chosen + step);
  else if (["Enter", "Tab"].includes(event.key)) take(rows[chosen]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function enter(entered) {
  box = entered;
  box.after(list);
  offer();
}

/** Offers them in the boxes of the page as it is now. */
export function begin() {
  known.clear(); // the customer may be another by now
  for (const each of document.querySelectorAll("form.composer-public textarea, form.composer-note textarea")) {
    set(each, { "aria-autocomplete": "list", "aria-controls": list.id });
    each.addEventListener("input", () => enter(each));
    each.addEventListener("blur", close);
    each.addEventListener("keydown", steer);
    if (each === document.activeElement) enter(each);
  }
}
