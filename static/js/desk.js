// The desk's extras: bulk choosing, keys, ticking clocks and added rows. The desk works without them.
// No import: hashed file names are known to templates only. What is to be spoken goes to site.js as an event.
const say = (text) => document.dispatchEvent(new CustomEvent("say", { detail: text }));

/* Choosing rows: the box in the head takes all, shift takes a range, the bar tells how many. */
for (const table of document.querySelectorAll("table.queue, #result_list")) {
  const all = table.querySelector("thead input[type=checkbox]");
  const boxes = [...table.querySelectorAll("tbody .queue-check input, tbody .action-select")];
  const form = document.getElementById("bulk") ?? table.closest("form");
  const counters = form?.querySelectorAll("[data-chosen]") ?? [];
  let last = null;
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    for (const box of boxes) box.closest("tr").classList.toggle("is-selected", box.checked);
    for (const counter of counters) counter.textContent = counter.dataset.chosen.replace("{count}", chosen);
    if (chosen && !form?.classList.contains("has-chosen") && counters[0]) say(counters[0].textContent);
    form?.classList.toggle("has-chosen", chosen > 0);
    if (all) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
  };
  if (all) all.hidden = false;
  all?.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  for (const box of boxes) {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last) {
        const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
        for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
      }
      last = box;
      show();
    });
  }
  if (form) form.classList.add("is-live");
  show();
  addEventListener("pageshow", show); // what a browser ticks again on the way back is ticked by then
}

/* Single keys act only outside fields; any control may carry one as data-shortcut. A person may have put another key in
   its place (data-keys of the body: {shipped key: own key}, or off), so a control goes by the key it was shipped with. */
const rows = () => [...document.querySelectorAll("tr.queue-row, #result_list tbody tr")];
const linkOf = (row) => row?.querySelector("a.row-link, th a");
const chosenKeys = document.body.dataset.keys ?? "";
const ownKeys = chosenKeys && chosenKeys !== "off" ? JSON.parse(chosenKeys) : {};
const shippedKeys = Object.fromEntries(Object.entries(ownKeys).map(([shipped, own]) => [own, shipped]));
const keyNow = (shipped) => (chosenKeys === "off" ? "" : ownKeys[shipped] ?? shipped);
const keyWords = document.getElementById("key-words")?.dataset;
let firstKey = "", forgetting;

/* The shipped key that was meant, also on a keyboard with other letters; empty when it means nothing, or half of two keys. */
function keyOf(event) {
  const isLetter = /^\p{L}$/u.test(event.key) && !/^[a-z]$/i.test(event.key) && event.code.startsWith("Key");
  const typed = isLetter ? event.code[3].toLowerCase() : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const whole = firstKey ? `${firstKey} ${typed}` : typed;
  clearTimeout(forgetting);
  firstKey = "";
  const begins = (keys) => keys?.startsWith(`${typed} `);
  if (whole === typed && ([...document.querySelectorAll("[data-shortcut]")].some((one) => begins(keyNow(one.dataset.shortcut))))) {
    firstKey = typed;
    forgetting = setTimeout(() => { firstKey = ""; }, 1500);
    return "";
  }
  return shippedKeys[whole] ?? (whole in ownKeys ? "" : whole);
}

// What is typed while the palette is still on its way is meant for it, and is no shortcut.
let ahead = null;

function bringKeys(open) {
  if (!keyWords) return;
  ahead = open === "openPalette" ? "" : null;
  import(keyWords.script).then((keys) => keys[open]({ press, keyNow, typed: ahead ?? "" }), () => location.assign(keyWords.page)).finally(() => { ahead = null; });
}

function keepAhead(event) {
  if (ahead === null || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return false;
  event.preventDefault();
  ahead += event.key;
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "Enter") return sendFrom(event);
  if ((event.ctrlKey || event.metaKey) && event.code === "KeyK" && keyWords) {
    event.preventDefault();
    return bringKeys("openPalette");
  }
  if (keepAhead(event)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || chosenKeys === "off") return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return leave(event);
  if (event.target.closest("dialog") || ["Shift", "Tab", "Enter", " ", "Escape"].includes(event.key)) return;
  const key = keyOf(event);
  if (!key) return;
  const control = document.querySelector(`[data-shortcut="${CSS.escape(key)}"]`);
  if (control) return press(control, event);
  if (key === "?") return bringKeys("openSheet");
  if (key === "j" || key === "k") return move(key === "j" ? 1 : -1, event);
  if (actOnRows(key, event)) return;
  const row = document.activeElement?.closest("tr");
  if (key === "o" && linkOf(row)) linkOf(row).click();
  if (key === "v") row?.querySelector("a.queue-last")?.click();
  if (key === "x") row?.querySelector("input[type=checkbox]")?.click();
});
for (const button of document.querySelectorAll("[data-palette]")) {
  button.hidden = false;
  button.addEventListener("click", () => bringKeys("openPalette"));
}

function sendFrom(event) {
  const form = event.target.closest?.("form.composer-pane");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector(event.shiftKey ? "[data-key=send-solved]" : ".form-actions button") ?? undefined);
}

function leave(event) {
  if (event.key === "Escape" && event.target.matches("textarea, [type=search]")) event.target.blur();
}

function press(control, event) {
  event?.preventDefault();
  control.closest("details:not([open])")?.setAttribute("open", "");
  if (control.matches("[type=radio]")) {
    control.checked = true;
    const pane = control.matches(".mode-internal") ? ".composer-note" : ".composer-public";
    document.querySelector(`${pane} textarea`)?.focus();
    control.closest(".composer")?.scrollIntoView({ block: "nearest" }); // with its buttons
    say(control.closest("label").textContent.trim());
  } else if (control.matches("input, select, textarea, summary")) control.focus();
  else control.click();
}

function move(step, event) {
  const list = rows();
  if (!list.length) return;
  event.preventDefault();
  const next = list.indexOf(document.activeElement?.closest("tr")) + step;
  linkOf(list[Math.min(Math.max(next, 0), list.length - 1)])?.focus();
}

/* In the queue the keys of a ticket act on the chosen rows, or on the row that has the focus: those of the bar's acts
   (data-row-key) at once, the others (data-row-box) lead to the bar's list. */
function actOnRows(key, event) {
  const name = CSS.escape(key);
  const option = document.querySelector(`#bulk-act option[data-row-key="${name}"], #bulk-act option[data-row-box="${name}"]`);
  const row = document.activeElement?.closest("tr.queue-row");
  if (!option || !(row || option.form.classList.contains("has-chosen"))) return false;
  event.preventDefault();
  if (!option.form.classList.contains("has-chosen")) row.querySelector("input[type=checkbox]").click();
  option.selected = true;
  if (option.dataset.rowBox) option.closest("select").focus();
  else {
    if (row) sessionStorage.setItem("row", rows().indexOf(row));
    option.form.requestSubmit();
  }
  return true;
}

/* The list that comes back tells what was done, and goes on where the key was pressed. */
const actedOn = sessionStorage.getItem("row");
const done = document.querySelector("[data-bulk-done]");
if (actedOn !== null && done) {
  sessionStorage.removeItem("row");
  linkOf(rows().at(Math.min(actedOn, rows().length - 1)))?.focus();
  setTimeout(() => say(done.textContent.trim()), 300);
}

/* What an open queue needs comes when it is first needed: a message that is pressed, or 15 seconds on the page. */
const queueScript = document.querySelector("[data-live]")?.dataset.script;
if (queueScript) {
  let isThere = false;
  const bring = () => import(queueScript).then(() => { isThere = true; });
  setTimeout(() => bring().catch(() => {}), 15000);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.queue-last");
    if (!link || isThere || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    bring().then(() => link.click(), () => location.assign(link.href));
  });
}

/* What was left open narrows nothing: the list's address, which people keep and pass on, goes without it. */
document.addEventListener("formdata", (event) => {
  if (!event.target.matches(".queue-filter, .desk-search")) return;
  for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
});

/* Only a page that can count the seconds asks for a reply to be held back. What else an open ticket needs comes when
   somebody begins to write, when something is just leaving or was not sent, or after 10 seconds on the page. */
document.addEventListener("formdata", (event) => {
  if (event.target.matches("form.composer-public")) event.formData.set("hold", "1");
});
const ticketScript = document.getElementById("composer")?.dataset.script;
if (ticketScript) {
  const bring = () => import(ticketScript).catch(() => {});
  const isUrgent = document.querySelector("[data-leaves]") || Object.keys(sessionStorage).some((key) => key.startsWith("unsent "));
  setTimeout(bring, isUrgent ? 0 : 10000);
  document.addEventListener("focusin", (event) => { if (event.target.closest?.("#composer")) bring(); });
}

/* Whoever is led to the box wants to write: where an address has a mark, browsers take the focus away as the page loads. */
addEventListener("pageshow", () => {
  if (location.hash !== "#composer" || document.activeElement !== document.body) return;
  const box = document.querySelector("main [autofocus]") ?? [...document.querySelectorAll("#composer textarea")].find((one) => one.checkVisibility());
  box?.focus();
  if (box?.matches("textarea")) box.setSelectionRange(box.value.length, box.value.length);
});

/* What somebody folded or unfolded beside a ticket is so beside the next one. */
for (const part of document.querySelectorAll("details[data-part]")) {
  const key = `part ${part.dataset.part}`, kept = localStorage.getItem(key);
  if (kept) part.open = kept === "open";
  part.addEventListener("toggle", () => localStorage.setItem(key, part.open ? "open" : "folded"));
}

/* The box behind the pencil: open it and type; Escape leaves the title as it was. */
document.addEventListener("click", (event) => {
  const edit = event.target.closest?.(".title-edit > summary")?.parentElement;
  if (!edit || edit.open) return;
  event.preventDefault(); // opened here: the first letter may come at once
  edit.open = true;
  edit.querySelector(".input").select();
});
document.addEventListener("keydown", (event) => {
  const edit = event.key === "Escape" && !event.isComposing && event.target.closest?.(".title-edit");
  if (!edit) return;
  edit.querySelector("form").reset();
  edit.open = false;
  edit.querySelector("summary").focus();
});

/* Clocks tick every 30 seconds while the tab is seen; of a ticket's own it is said once that 15 minutes are left. */
const clockWords = document.getElementById("clock-words")?.dataset;
function tick() {
  if (document.hidden || !clockWords) return;
  for (const clock of document.querySelectorAll(".clock[data-due]")) {
    const seconds = (new Date(clock.dataset.due) - Date.now()) / 1000;
    const late = seconds < 0;
    clock.querySelector(".clock-words").textContent = late ? clockWords.late.replace("{time}", lengthOf(-seconds)) : lengthOf(seconds);
    clock.classList.toggle("clock-late", late);
    const isNews = seconds < 900 && !late && !clock.matches(".clock-soon");
    clock.classList.toggle("clock-soon", !late && seconds < 900);
    if (isNews && clock.closest(".workspace-head")) say(clock.textContent.trim().replace(/\s+/g, " "));
    const shape = clock.querySelector("use");
    shape?.setAttribute("href", shape.getAttribute("href").replace(/#.*/, late ? "#alert" : "#clock"));
  }
}
function lengthOf(seconds) {
  const minutes = Math.floor(seconds / 60);
  const parts = { days: Math.floor(minutes / 1440), hours: Math.floor(minutes / 60) % 24, minutes: minutes % 60 };
  const words = parts.days ? clockWords.days : parts.hours ? clockWords.hours : clockWords.minutes;
  return words.replace(/\{(\w+)\}/g, (_, unit) => parts[unit]);
}
setInterval(tick, 30000);

/* Rows of an inline form are added from the hidden pattern row. */
for (const group of document.querySelectorAll("[data-rows]")) {
  const prefix = group.dataset.rows;
  const pattern = group.querySelector(".empty-form");
  const total = group.querySelector(`#id_${CSS.escape(prefix)}-TOTAL_FORMS`);
  const most = group.querySelector(`#id_${CSS.escape(prefix)}-MAX_NUM_FORMS`);
  const button = group.querySelector("[data-add-row]");
  if (!pattern || !total || !button) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const row = pattern.cloneNode(true);
    row.classList.remove("empty-form");
    row.hidden = false;
    row.id = `${prefix}-${total.value}`;
    row.innerHTML = row.innerHTML.replaceAll("__prefix__", total.value);
    pattern.before(row);
    for (const control of row.querySelectorAll("[disabled]")) control.disabled = false;
    total.value = Number(total.value) + 1;
    button.hidden = Number(total.value) >= Number(most?.value ?? 1000);
    row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  });
}

/* A box with a list of names (data-names: where from) asks for those that begin as what is typed. */
for (const list of document.querySelectorAll("datalist[data-names]")) {
  const box = document.querySelector(`input[list="${CSS.escape(list.id)}"]`);
  let timer, asked = null;
  const offer = async () => {
    const words = box.value.trim();
    if (words === asked) return;
    asked = words;
    const answer = await fetch(`${list.dataset.names}?q=${encodeURIComponent(words)}`, { redirect: "error" }).catch(() => null);
    if (!answer?.ok || asked !== words) return;
    list.replaceChildren(...(await answer.json()).tags.map((name) => new Option(name, name)));
  };
  box?.addEventListener("focus", offer);
  box?.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(offer, 150); });
}
