// The page of one ticket: starts at what is new, and tells when somebody answers. Without it links do the same.

const page = document.querySelector("[data-first-unread]");
const first = page && document.getElementById(page.dataset.firstUnread);
if (first && !location.hash) {
  first.tabIndex = -1;
  first.focus({ preventScroll: true });
  first.scrollIntoView({ block: "nearest" });
}

const bar = document.querySelector("[data-news]");
let seen = "", isAsking = false;

/** Asks who answered since the page was opened. Never moves the page or the focus: the line is shown and said once. */
async function ask() {
  if (isAsking) return;
  isAsking = true;
  try {
    const headers = seen ? { "If-None-Match": seen } : {};
    const answer = await fetch(`${bar.dataset.news}?after=${bar.dataset.last}`, { headers, redirect: "error" });
    if (answer.status === 200) show(await answer.text());
    seen = answer.headers.get("ETag") ?? "";
  } catch {
    // No connection, or no longer signed in: the page says so when the person sends.
  }
  isAsking = false;
}

function show(line) {
  bar.innerHTML = line;
  bar.hidden = false;
  document.dispatchEvent(new CustomEvent("say", { detail: bar.querySelector("strong").textContent }));
}

if (bar) document.addEventListener("site:tick", ask);
