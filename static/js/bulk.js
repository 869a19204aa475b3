// The page of an act on many tickets tells how far it is by itself; without this a link shows it anew.
const place = document.getElementById("progress");
const say = (text) => document.dispatchEvent(new CustomEvent("say", { detail: text }));

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch(place.dataset.url, { redirect: "error" });
      if (answer.ok) show(await answer.text());
    } catch {
      // No connection, or no longer signed in: the link says so when it is pressed.
    }
  }
  if (place.querySelector("[data-state=running]")) setTimeout(look, 1000);
}

function show(html) {
  const held = place.contains(document.activeElement);
  place.innerHTML = html;
  const said = place.querySelector("[data-said]");
  if (said) say(said.textContent.trim());
  if (held) place.querySelector("a, button")?.focus();
}

if (place) setTimeout(look, 500);
