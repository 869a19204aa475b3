// An open ticket: what is written is saved, and the seconds are counted in which a reply can be taken back. desk.js
// brings this when it is needed; everything works without it.

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
