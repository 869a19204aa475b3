// Colleagues are offered while somebody types "@" in a note: first those of the box in which the ticket is assigned, then
// everybody else of the desk, whom the note lets see the ticket. workspace.js brings this; without it the name is typed.
const { mentionsLabel: label, colleagues, self } = document.getElementById("composer").dataset;
const people = [...document.querySelectorAll("#set_assignee option")].filter((one) => one.value).map((one) => one.textContent.trim()).filter((name) => name !== self);
const MOST = 6;
const list = document.createElement("ul");
let box, begins = -1, chosen = 0, spoken = 0, asked = false;

const set = (element, attributes) => { for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value); };
set(list, { id: "mention-list", class: "mention-list", role: "listbox", "aria-label": label, hidden: "" });

/* What stands between the last "@" and the caret, when it can be the beginning of a name. */
function typedName() {
  const before = box.value.slice(0, box.selectionStart);
  const found = /(?:^|[^\p{L}\p{N}_.@/])@([\p{L}\p{N}._-]*(?: [\p{L}\p{N}._-]*)?)$/u.exec(before);
  if (!found) return null;
  begins = before.length - found[1].length;
  return found[1].toLowerCase();
}

/* Those who are in no team of the ticket, asked for with the first "@". */
async function bringOthers() {
  asked = true;
  try {
    const answer = await fetch(colleagues, { headers: { Accept: "application/json" } });
    const found = answer.ok ? (await answer.json()).people : [];
    people.push(...found.filter((name) => !people.includes(name)));
    if (found.length && document.activeElement === box) offer();
  } catch { /* the team's names are offered all the same */ }
}

function matching(typed) {
  const fits = (name) => name.startsWith(typed) || name.split(" ").some((word) => word.startsWith(typed));
  return people.filter((name) => fits(name.toLowerCase()) && name.toLowerCase() !== typed).slice(0, MOST);
}

function offer() {
  const typed = typedName();
  if (typed !== null && !asked) bringOthers();
  const names = typed === null ? [] : matching(typed);
  list.hidden = !names.length;
  list.replaceChildren(...names.map((name, place) => {
    const option = document.createElement("li");
    set(option, { id: `mention-${place}`, class: "keys-row", role: "option", dir: "auto" });
    option.textContent = name;
    option.addEventListener("pointerdown", (event) => { event.preventDefault(); take(name); });
    return option;
  }));
  if (names.length && names.length !== spoken) document.dispatchEvent(new CustomEvent("say", { detail: `${label}: ${names.join(", ")}` }));
  spoken = names.length;
  choose(0);
}

function choose(place) {
  const options = [...list.children];
  chosen = options.length ? (place + options.length) % options.length : 0;
  for (const [number, option] of options.entries()) option.setAttribute("aria-selected", number === chosen);
  if (list.hidden) box.removeAttribute("aria-activedescendant");
  else set(box, { "aria-activedescendant": `mention-${chosen}` });
}

function take(name) {
  box.setRangeText(`${name} `, begins, box.selectionStart, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function steer(event) {
  if (list.hidden || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choose(chosen + step);
  else if (["Enter", "Tab"].includes(event.key)) take(list.children[chosen].textContent);
  else if (event.key === "Escape") { list.hidden = true; choose(0); }
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Offers them in the note of the page as it is now. */
export function begin() {
  box = document.querySelector("form.composer-note textarea");
  box.after(list);
  set(box, { "aria-autocomplete": "list", "aria-controls": list.id });
  box.addEventListener("input", offer);
  box.addEventListener("blur", () => { list.hidden = true; choose(0); });
  box.addEventListener("keydown", steer);
  offer();
}
