// An open ticket: what is written is saved, the seconds are counted in which a reply can be taken back, and colleagues
// in the same ticket are named. desk.js brings this when it is needed; everything works without it.
const say = (text) => document.dispatchEvent(new CustomEvent("say", { detail: text }));

/* What saves and sends is the same script as on the customers' pages. */
import(document.getElementById("composer").dataset.drafts).catch(() => {});

/* A reply that was just sent: when its time is over, nothing is offered any more that would come too late. */
function countHeld() {
  for (const place of document.querySelectorAll("[data-leaves]")) {
    if (new Date(place.dataset.leaves) > Date.now()) continue;
    place.querySelector("[data-leaving]").textContent = place.dataset.left;
    for (const form of document.querySelectorAll("form[data-undo]")) {
      if (form.contains(document.activeElement)) document.getElementById("content-start").focus();
      form.remove();
    }
    delete place.dataset.leaves;
  }
}
countHeld();
setInterval(countHeld, 1000);

/* Who else is here, and whether we are writing: every ten seconds while somebody looks, and once when we leave. */
const eyes = () => document.querySelector("[data-here]");
let named = eyes().textContent.trim();
let typedAt = document.activeElement.closest("form.composer-public") ? Date.now() : 0;

function post(doing) {
  const body = new FormData();
  body.set("doing", doing);
  body.set("csrfmiddlewaretoken", document.querySelector("#composer [name=csrfmiddlewaretoken]").value);
  return fetch(eyes().dataset.here, { method: "POST", body, keepalive: doing === "gone", redirect: "error" });
}

async function tellHere() {
  if (document.hidden) return;
  try {
    const answer = await post(Date.now() - typedAt < 20000 ? "replying" : "viewing");
    if (!answer.ok) return;
    const told = await answer.json();
    name(told.others.join(" · "));
    warn(told.writing.join(" · "));
  } catch {
    // No connection, or no longer signed in: the next page says so.
  }
}

function name(others) {
  eyes().hidden = !others;
  eyes().querySelector("bdi").textContent = others;
  if (others && others !== named) say(others);
  named = others;
}

/* Who else replies stands beside the buttons too; it was said already. */
function warn(writing) {
  const place = document.querySelector("[data-writing]");
  if (!place) return;
  place.hidden = !writing;
  place.querySelector("bdi").textContent = writing;
}

document.addEventListener("input", (event) => {
  if (!event.target.closest?.("form.composer-public")) return;
  const isFirst = Date.now() - typedAt > 20000;
  typedAt = Date.now();
  if (isFirst) tellHere();
});
addEventListener("pagehide", () => { post("gone").catch(() => {}); });
tellHere();
setInterval(tellHere, 10000);

/* What offers.js offers is brought by the first sign that asks for it; "/" as the first sign of a reply asks for the
   macros, behind other words it is a slash. */
function listen(composer) {
  composer.addEventListener("input", function bring(event) {
    const { target: box } = event;
    const asks = box.matches("form.composer-note textarea") ? /@|#|\[\[/ : /#|\[\[/;
    if (!box.matches("textarea") || !asks.test(box.value)) return;
    composer.removeEventListener("input", bring);
    import(composer.dataset.offering).then((offers) => offers.begin()).catch(() => {});
  });
  composer.addEventListener("keydown", (event) => {
    const { target: box, key, isComposing, ctrlKey, metaKey, altKey } = event;
    if (key !== "/" || isComposing || ctrlKey || metaKey || altKey || box.value || !box.matches("form.composer-public textarea")) return;
    event.preventDefault();
    box.form.requestSubmit(box.form.elements.macros);
  });
}

/* Marks around what is chosen: by their buttons, and bold and italic by Ctrl B and Ctrl I. */
function mark(box, { around, before }) {
  const [from, to] = [box.selectionStart, box.selectionEnd];
  const chosen = box.value.slice(from, to);
  const isLink = around?.startsWith("[");
  const [opening, closing] = isLink ? ["[", around.slice(1)] : [around ?? "", around ?? ""];
  const text = before ? chosen.split("\n").map((line) => before + line).join("\n") : opening + chosen + closing;
  box.focus();
  // As if it were typed, so that Ctrl Z takes it back.
  if (!document.execCommand("insertText", false, text)) box.setRangeText(text, from, to, "end");
  if (!before) box.setSelectionRange(from + opening.length, to + opening.length);
}

/* A page that came back takes the place of this one (see draft.js): its box is another. */
function begin() {
  listen(document.getElementById("composer"));
  for (const hint of document.querySelectorAll("[data-signs]")) hint.hidden = false;
  for (const tools of document.querySelectorAll("[data-marks]")) {
    const box = tools.closest("form").querySelector("textarea");
    tools.hidden = false;
    tools.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) mark(box, button.dataset);
    });
    box.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      const button = tools.querySelector(`[data-mark-key="${CSS.escape(event.key)}"]`);
      if (!button) return;
      event.preventDefault();
      mark(box, button.dataset);
    });
  }
}
begin();
document.addEventListener("swapped", begin);
