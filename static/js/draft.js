// What people write is not lost: saved two seconds after typing stops, and sent from the page itself, so that a dead
// line or a fault of ours leaves the words where they are. Without it every press of a button saves, and forms are sent
// by the browser. What is kept on the device, and when: docs/decisions/0016-words-stay-on-the-server.md.

const PATIENCE = 60000; // ms for a form without files
const BOXES = /^(text|textarea|email|search|tel|url|number|select-one)$/;
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

/** Saves a form marked data-draft on the server while somebody writes. */
class Draft {
  constructor(form) {
    this.form = form;
    this.place = placeOf(form);
    this.last = this.words();
    if (this.wasBegun()) { // before this script was here
      this.last = null;
      this.plan();
    }
    form.addEventListener("input", () => this.plan());
    form.addEventListener("uploaded", () => this.save({ always: true })); // a file alone is worth a draft
    addEventListener("pageshow", () => { this.isOver = false; });
    addEventListener("pagehide", () => this.save({ keepalive: true }));
    addEventListener("online", () => this.save());
  }

  words() {
    const typed = new FormData(this.form);
    for (const name of ["files", "csrfmiddlewaretoken", "key", "seen"]) typed.delete(name);
    return new URLSearchParams(typed).toString();
  }

  wasBegun() {
    return [...this.form.elements].some((box) => BOXES.test(box.type) && "defaultValue" in box && box.value !== box.defaultValue);
  }

  plan() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), 2000);
  }

  async save({ keepalive = false, always = false } = {}) {
    clearTimeout(this.timer);
    const typed = this.words();
    if (this.isOver || !this.form.isConnected || (typed === this.last && !always)) return;
    if (this.running) return this.plan();
    const body = new FormData(this.form);
    body.delete("files");
    body.set("save", "1");
    this.running = fetch(this.form.action, { method: "POST", body, keepalive, redirect: "error" })
      .then((answer) => answer.json())
      .then((said) => this.tell(said, typed))
      .catch(() => {}); // no connection, or a page that is too old: the words stay in the boxes
    await this.running;
    this.running = null;
    if (this.last === typed && this.words() !== typed) this.plan();
  }

  tell(said, typed) {
    this.last = typed;
    this.isOver = Boolean(said.over);
    for (const name of ["key", "seen"]) if (said[name]) this.form.elements[name].value = said[name];
    this.place.textContent = said.told;
    this.warn(said.warned ?? "");
    if (!said.over && this.words() === typed) sessionStorage.removeItem(keptAt(this.form));
  }

  /** Beside the box, and spoken once: what should be looked at before this is sent. */
  warn(words) {
    const banner = this.form.querySelector("[data-warned]");
    if (!banner) return;
    const place = banner.querySelector("p");
    if (words && words !== place.textContent) tell("say", words);
    place.textContent = words;
    banner.hidden = !words;
  }
}

/** Sends a form marked data-sending. */
class Sending {
  constructor(form) {
    this.form = form;
    this.note = form.querySelector("[data-unsent]");
    this.draft = form.matches("[data-draft]") && placeOf(form) ? new Draft(form) : null;
    form.addEventListener("submit", (event) => this.submit(event));
    // On a phone the reply unfolds where the focus goes: a press that took it would move its own button away.
    form.addEventListener("mousedown", (event) => { if (event.target.closest("button.button-primary")) event.preventDefault(); });
    form.addEventListener("input", () => { if (!navigator.onLine) this.keep(); });
    this.note.querySelector("button").addEventListener("click", () => form.requestSubmit(this.button));
    addEventListener("online", () => this.online());
    addEventListener("pageshow", () => this.rest());
    this.restore();
  }

  submit(event) {
    if (event.defaultPrevented) return;
    event.preventDefault();
    if (this.form.hasAttribute("aria-busy")) return;
    this.button = event.submitter;
    if (navigator.onLine) this.send();
    else this.queue();
  }

  async send() {
    this.form.setAttribute("aria-busy", "true");
    tell("say", document.getElementById("words").dataset.sending);
    this.note.hidden = true;
    if (this.draft) {
      clearTimeout(this.draft.timer);
      await this.draft.running;
      this.draft.isOver = true;
    }
    const body = new FormData(this.form, this.button);
    const hasFiles = [...body.values()].some((value) => value.size);
    const signal = hasFiles ? undefined : AbortSignal.timeout(PATIENCE);
    try {
      await this.read(await fetch(this.form.action, { method: "POST", body, headers: { "X-Sent-By": "page" }, signal }));
    } catch {
      if (navigator.onLine) this.fail();
      else this.queue();
    }
  }

  /** 201: it is done, and the address says where. A page that holds a form again takes the place of this one. */
  async read(answer) {
    if (answer.status === 201) {
      this.forget();
      this.goOn(new URL(answer.headers.get("Location"), location.href));
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.status < 500 && (answer.ok || page.querySelector("form[data-sending]"))) this.swap(page);
    else this.fail(page);
  }

  /** A new mark on the same page would load nothing; a reload must not put the sent words back into the boxes. */
  goOn(there) {
    const isSame = there.pathname + there.search === location.pathname + location.search;
    if (!isSame) return location.assign(there);
    this.form.reset();
    this.form.autocomplete = "off";
    history.replaceState(null, "", there);
    location.reload();
  }

  swap(page) {
    const main = page.querySelector("main");
    this.forget();
    document.title = page.title;
    document.querySelector("main").replaceWith(main);
    for (const script of main.querySelectorAll("script[src]")) {
      script.replaceWith(Object.assign(document.createElement("script"), { type: "module", src: script.src }));
    }
    scrollTo(0, 0);
    const first = main.querySelector("[autofocus]");
    (first ?? main).focus({ preventScroll: true });
    if (first?.getBoundingClientRect().bottom > innerHeight) first.scrollIntoView();
    tell("swapped");
  }

  queue() {
    this.rest();
    this.queued = true;
    this.keep();
    this.show("queued");
  }

  /** Once, and not again by itself: whoever reads of a second failure decides. */
  online() {
    if (!this.queued || !this.form.isConnected) return;
    this.queued = false;
    this.send();
  }

  fail(page) {
    this.rest();
    this.keep();
    this.show("failed", page?.querySelector(".ref")?.textContent);
  }

  show(state, more = "") {
    for (const words of this.note.querySelectorAll("[data-when]")) words.hidden = words.dataset.when !== state;
    const said = this.note.querySelector(`[data-when="${state}"]`);
    this.note.querySelector("[data-more]").textContent = more;
    this.note.hidden = false;
    tell("alarm", [...said.querySelectorAll("strong, p:not(:has(button))")].map((line) => line.textContent.trim()).join(". "));
  }

  rest() {
    this.form.removeAttribute("aria-busy");
    delete this.form.dataset.sent;
    if (this.draft) this.draft.isOver = false;
  }

  boxes() { return [...this.form.elements].filter((box) => box.name && BOXES.test(box.type)); }

  /** On this device, in this tab, and only while it could not be sent. */
  keep() {
    const words = Object.fromEntries(this.boxes().map((box) => [box.name, box.value]));
    const key = keyOf(this.form)?.value;
    if (Object.keys(words).length) sessionStorage.setItem(keptAt(this.form), JSON.stringify({ words, key }));
  }

  forget() { sessionStorage.removeItem(keptAt(this.form)); }

  /** After a reload: what could not be sent comes back, with its key, so that it is still sent once. */
  restore() {
    const kept = JSON.parse(sessionStorage.getItem(keptAt(this.form)) ?? "null");
    const changed = kept ? this.boxes().filter((box) => (kept.words[box.name] ?? box.value) !== box.value) : [];
    if (!changed.length) return;
    for (const box of changed) box.value = kept.words[box.name];
    if (kept.key && keyOf(this.form) && !this.form.querySelector(".file")) keyOf(this.form).value = kept.key;
    this.show("restored");
    this.draft?.plan();
  }
}

const placeOf = (form) => form.querySelector("[data-saved]") ?? document.querySelector("[data-saved]");
const keyOf = (form) => form.elements.key ?? form.elements.submission_key;
const keptAt = (form) => `unsent ${new URL(form.action).pathname}`;

const begin = () => {
  for (const form of document.querySelectorAll("form[data-sending]:not([data-watched])")) {
    form.dataset.watched = "";
    new Sending(form);
  }
};

document.addEventListener("swapped", begin);
begin();
