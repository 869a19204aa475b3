// The open queue: a preview under a row, and every 15 seconds, while somebody looks, what changed. Rows never move by
// themselves. Without this the preview is a link, and a reload shows what is new.
const say = (text) => document.dispatchEvent(new CustomEvent("say", { detail: text }));
const live = document.querySelector("[data-live]");
const rows = () => [...document.querySelectorAll("tr.queue-row")];

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a.queue-last");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const row = link.closest("tr"), own = row.nextElementSibling?.matches(".queue-preview") ? row.nextElementSibling : null;
  for (const open of document.querySelectorAll("tr.queue-preview")) open.remove();
  for (const other of document.querySelectorAll("a.queue-last[aria-expanded=true]")) other.ariaExpanded = "false";
  if (own) return;
  try {
    const answer = await fetch(link.dataset.preview, { redirect: "error" });
    if (!answer.ok) throw new Error(answer.statusText);
    const shown = document.createElement("tr"), cell = document.createElement("td");
    shown.className = "queue-preview";
    cell.colSpan = row.cells.length;
    cell.innerHTML = await answer.text();
    shown.append(cell);
    for (const open of document.querySelectorAll("tr.queue-preview")) open.remove(); // a quicker press
    row.after(shown);
    link.ariaExpanded = "true";
    say(cell.textContent.trim().slice(0, 300));
  } catch {
    location.assign(link.href);
  }
});

let told = "", isAsking = false;
async function ask() {
  if (!live || document.hidden || isAsking) return;
  isAsking = true;
  try {
    const shown = rows().map((row) => row.dataset.ticket).join(".");
    const url = new URL(live.dataset.live, location.href);
    url.searchParams.set("shown", shown);
    const answer = await fetch(url, { redirect: "error" });
    if (answer.ok) show(await answer.json());
  } catch {
    // No connection, or no longer signed in: the next page says so.
  }
  isAsking = false;
}

function show(news) {
  for (const link of document.querySelectorAll("#desk-nav a.desk-link")) {
    const count = link.querySelector(".count"), now = news.counts[link.getAttribute("href")];
    if (count && now != null) count.textContent = now;
  }
  for (const row of rows()) showEyes(row, news.eyes[row.dataset.ticket] ?? "");
  if (!news.told || news.told === told) return;
  told = news.told;
  live.querySelector("strong").textContent = told;
  live.hidden = false;
  say(told);
}

function showEyes(row, words) {
  let eyes = row.querySelector(".queue-eyes");
  if (!words) return eyes?.remove();
  if (!eyes) {
    eyes = document.getElementById("eyes").content.firstElementChild.cloneNode(true);
    row.querySelector(".queue-number").append(eyes);
  }
  eyes.querySelector("bdi").textContent = words;
}

ask();
setInterval(ask, 15000);
document.addEventListener("visibilitychange", ask);
