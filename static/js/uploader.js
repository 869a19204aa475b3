// Files go up while one still writes, in pieces (tus 1.0.0). Without this script the form sends its own file box.
// No import: hashed file names are known to templates only. What is to be spoken goes to site.js as an event.
const PIECE = 2 ** 21; // bytes
const AT_ONCE = 3;
const RETRIES = 3;
const STALLED = 60000; // ms without a byte

const say = (text) => document.dispatchEvent(new CustomEvent("say", { detail: text }));
const pause = (ms) => new Promise((go) => setTimeout(go, ms));
const backOnline = () => new Promise((go) => addEventListener("online", go, { once: true }));
const fill = (text, values) => text.replace(/{(\w+)}/g, (hole, name) => values[name] ?? hole);
const clean = (name) => name.replace(/[\p{Cc}\p{Cf}]/gu, "");
const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const part = (place, name) => place.querySelector(`[data-part="${name}"]`);
const live = new Set();

/** One file on its way, and its row. */
class Upload {
  constructor(list, file) {
    this.list = list;
    this.words = list.words;
    this.file = file;
    this.name = clean(file.name);
    this.sent = 0;
    this.url = list.stopped(this); // of a page that was left: the server tells how far it came
    this.row = list.newRow();
    part(this.row, "name").textContent = this.name;
    part(this.row, "size").textContent = this.size(file.size);
    part(this.row, file.type.startsWith("image/") ? "picture" : "plain").hidden = false;
    part(this.row, file.type.startsWith("image/") ? "plain" : "picture").hidden = true;
    for (const place of this.row.querySelectorAll("button .visually-hidden")) place.textContent = this.name;
    part(this.row, "progress").setAttribute("aria-label", fill(this.words.progress, { name: this.name }));
    part(this.row, "cancel").onclick = () => this.leave();
    part(this.row, "retry").onclick = () => this.again();
    part(this.row, "remove").onclick = (event) => { if (this.state === "failed") this.leave(event); };
    this.show("waiting");
  }

  get open() { return ["waiting", "uploading", "offline"].includes(this.state); }

  /** Goes on until the file is there, refused, given up or taken back. */
  async run() {
    this.show("uploading");
    for (let failures = 0; this.open;) {
      const answer = await this.next();
      if (!this.open) return;
      if (answer.status >= 200 && answer.status < 300) {
        if (this.accept(answer)) failures = 0;
        if (this.done) return this.finish();
      } else if (answer.status >= 400 && answer.status < 500 && ![404, 409, 410, 423].includes(answer.status)) {
        return this.fail(reasonIn(answer) || this.say("refused"), { refused: answer.status !== 429 });
      } else {
        if (answer.status === 404 || answer.status === 410) this.url = "";
        this.offset = this.direct ? 0 : undefined;
        if (!navigator.onLine) await this.wait();
        else if (++failures > RETRIES) return this.fail(reasonIn(answer) || this.say("lost"));
        else await pause(500 * 2 ** failures);
      }
    }
  }

  /** Begins, asks how far it came, or sends the next piece. */
  next() {
    if (this.direct) return this.put();
    if (!this.url) {
      const about = `filename ${base64(this.name)},draft ${base64(this.list.key)},mark ${base64(String(this.file.lastModified))}`;
      return this.ask("POST", this.list.root.dataset.uploader, { "Upload-Length": this.file.size, "Upload-Metadata": about, "Upload-Direct": 1 });
    }
    if (this.offset === undefined) return this.ask("HEAD", this.url);
    const piece = this.file.slice(this.offset, this.offset + PIECE);
    const headers = { "Upload-Offset": this.offset, "Content-Type": "application/offset+octet-stream" };
    return this.ask("PATCH", this.url, headers, piece);
  }

  /** A large one goes straight to the object store, and we are told when it is there. */
  put() {
    if (this.stored) return this.ask("POST", this.doneAt);
    return this.ask(this.direct.method, this.direct.url, this.direct.headers, this.file, {});
  }

  accept(answer) {
    if (this.direct) {
      this.done = this.stored;
      this.stored = true;
      return true;
    }
    if (!this.url && /json/.test(answer.getResponseHeader("Content-Type"))) {
      const way = JSON.parse(answer.responseText);
      this.direct = way.direct;
      this.doneAt = way.done;
    }
    const piece = this.offset !== undefined && this.url;
    this.url ||= answer.getResponseHeader("Location");
    this.offset = Number(answer.getResponseHeader("Upload-Offset") ?? 0);
    this.move(this.offset);
    this.done = piece && this.offset >= this.file.size;
    return piece;
  }

  /** The file is there; what became of it is known when it was looked at. Sending need not wait for that. */
  async finish() {
    this.show("checking");
    for (let wait = 500; wait < 70000; wait *= 2) {
      const answer = await this.ask("GET", this.url);
      const facts = answer.status === 200 ? JSON.parse(answer.responseText) : {};
      if (this.state !== "checking") return;
      if (facts.state === "refused" || facts.state === "quarantined") return this.fail(facts.detail || this.say("refused"), { refused: true });
      if (facts.attachment) this.keep(facts);
      if (facts.state === "ready") return this.show("ready");
      await pause(wait);
    }
  }

  keep(facts) {
    const remove = part(this.row, "remove");
    Object.assign(remove, { type: "submit", name: "remove", value: facts.attachment, hidden: false });
    const name = part(this.row, "name");
    name.textContent = facts.name;
    if (facts.url && !name.closest("a")) {
      const link = Object.assign(document.createElement("a"), { className: "file-name", href: facts.url });
      name.replaceWith(link);
      name.removeAttribute("class");
      link.append(name);
    }
    if (facts.thumbnail && !this.row.querySelector("img")) {
      const picture = Object.assign(new Image(160, 120), { alt: "", src: facts.thumbnail });
      this.row.querySelector(".file-face").replaceChildren(picture);
    }
  }

  async wait() {
    this.show("offline");
    await backOnline();
    if (this.open) this.show("uploading");
  }

  again() {
    this.offset = undefined;
    this.show("waiting");
    this.list.refuse(this);
    part(this.row, "cancel").focus();
    this.list.start([this]);
  }

  leave() {
    const wasFailed = this.state === "failed";
    this.state = "gone";
    this.request?.abort();
    if (this.url) this.ask("DELETE", this.url);
    this.list.drop(this.row);
    say(fill(this.words.removed, { name: this.name }));
    if (!wasFailed) this.list.settle();
  }

  fail(reason, { refused = false } = {}) {
    if (this.state === "checking") this.list.batch.push(this); // told before that it had arrived
    this.refused = refused;
    this.reason = reason;
    this.show("failed");
  }

  say(word) { return fill(this.words[word], { name: this.name }); }

  /** Bytes in Django's words: the samples of 1.0 carry the reader's unit and decimal sign. */
  size(bytes) {
    const [unit, sample] = bytes < 2 ** 20 ? [2 ** 10, this.words.kilobyte] : [2 ** 20, this.words.megabyte];
    return sample.replace(/1(\D)0/, (_, point) => Math.max(bytes / unit, 0.1).toFixed(1).replace(".", point));
  }

  move(bytes) {
    this.sent = Math.max(this.sent, Math.min(bytes, this.file.size)); // what goes twice after a break is not shown
    const percent = Math.floor((100 * this.sent) / this.file.size);
    part(this.row, "progress").value = percent;
    if (this.state === "uploading") part(this.row, "state").textContent = fill(this.words.uploading, { percent });
    this.list.tellHalf();
  }

  show(state) {
    this.state = state;
    const held = this.row.contains(document.activeElement);
    const { row, open } = this;
    row.classList.toggle("file-failed", state === "failed");
    part(row, "state").textContent = this.words[state] ?? "";
    part(row, "state").hidden = !this.words[state];
    part(row, "ready").hidden = state !== "ready";
    part(row, "cancel").hidden = !open;
    part(row, "progress").hidden = !open;
    for (const name of ["wrong", "alert", "reason"]) if (part(row, name)) part(row, name).hidden = state !== "failed";
    part(row, "reason").textContent = this.reason ?? "";
    part(row, "retry").hidden = state !== "failed" || this.refused;
    if (state === "failed") {
      for (const name of ["plain", "picture"]) part(row, name)?.setAttribute("hidden", "");
      part(row, "remove").hidden = false;
    }
    if (state === "uploading") this.move(this.sent);
    if (state === "waiting") this.reason = undefined;
    if (held && !document.activeElement.offsetParent) this.list.focusIn(row);
    if (!open) this.list.settle();
  }

  /** One request; resolves with it, whose status is 0 when the line broke, stood still or it was taken back. */
  ask(method, url, headers = {}, body = null, ours = { "Tus-Resumable": "1.0.0", "X-CSRFToken": this.list.token }) {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      const began = this.offset ?? 0;
      let timer;
      const alive = () => { clearTimeout(timer); timer = setTimeout(() => request.abort(), STALLED); };
      if (method !== "DELETE") this.request = request;
      request.open(method, url);
      for (const [name, value] of Object.entries({ ...ours, ...headers })) request.setRequestHeader(name, value);
      request.upload.onprogress = (event) => { alive(); if (body) this.move(began + event.loaded); };
      request.onloadend = () => { clearTimeout(timer); done(request); };
      alive();
      request.send(body);
    });
  }
}

function reasonIn(answer) {
  try { return JSON.parse(answer.responseText).detail; } catch { return ""; }
}

/** The files of one form. */
class List {
  constructor(root) {
    this.root = root;
    this.words = root.dataset;
    this.form = root.closest("form");
    this.input = root.querySelector("input[type=file]");
    this.template = root.querySelector("template");
    this.uploads = [];
    this.batch = [];
    root.dataset.live = "";
    this.input.addEventListener("change", () => this.take());
    root.addEventListener("click", (event) => this.remove(event));
    this.form.addEventListener("submit", (event) => this.hold(event), true);
    live.add(this);
    if (this.input.files.length) this.take(); // chosen while this script was on its way
  }

  get key() { return this.form.elements.key?.value ?? this.root.dataset.key; } // an autosave may renew it
  get token() { return this.form.elements.csrfmiddlewaretoken.value; }
  get busy() { return this.uploads.some((upload) => upload.open); }

  newRow() {
    let rows = this.root.querySelector("ul.files");
    if (!rows) {
      rows = Object.assign(document.createElement("ul"), { className: "files" });
      this.template.before(rows);
      part(this.root, "tip").after(rows);
    }
    const row = this.template.content.firstElementChild.cloneNode(true);
    rows.append(row);
    return row;
  }

  /** Where the same file stopped; its old row gives way. */
  stopped({ name, file }) {
    const rows = [...this.root.querySelectorAll("[data-resume]")];
    const row = rows.find(({ dataset }) => dataset.name === name && Number(dataset.size) === file.size && dataset.mark === String(file.lastModified));
    row?.remove();
    return row?.dataset.resume ?? "";
  }

  take() {
    this.add([...this.input.files]);
    this.input.value = "";
  }

  add(files) {
    this.filling = true;
    const fresh = files.map((file) => {
      const upload = new Upload(this, file);
      this.refuse(upload);
      return upload;
    });
    this.uploads.push(...fresh);
    this.filling = false;
    this.start(fresh);
  }

  start(uploads) {
    const isFirst = !this.batch.length;
    this.batch.push(...uploads);
    const names = uploads.filter((upload) => upload.open).map((upload) => upload.name);
    if (isFirst && names.length) say(fill(this.words.started, { names: names.join(", ") }));
    if (names.length) this.form.dispatchEvent(new Event("uploaded")); // who leaves the page finds it again
    this.settle();
  }

  /** What the server would refuse is told before a byte is sent. */
  refuse(upload) {
    const { size } = upload.file;
    const others = this.root.querySelectorAll(".file:not(.file-failed)").length;
    if (upload.file.isFolder) upload.fail(upload.say("folder"), { refused: true });
    else if (size === 0) upload.fail(upload.say("empty"), { refused: true });
    else if (size > Number(this.words.bytes)) upload.fail(upload.say("tooLarge"), { refused: true });
    else if (others > Number(this.words.count)) upload.fail(this.words.tooMany);
  }

  /** Keeps three going, and tells when all of what was chosen has come to its end. */
  settle() {
    if (this.filling) return;
    let going = this.uploads.filter((upload) => upload.open && upload.state !== "waiting").length;
    for (const upload of this.uploads) {
      if (upload.state === "waiting" && going < AT_ONCE) { going += 1; upload.run(); }
    }
    if (this.busy) return;
    this.tellEnd();
    if (this.waiting) this.release();
  }

  tellHalf() {
    const all = this.batch.filter((upload) => upload.state !== "failed" && upload.state !== "gone");
    const sum = (values) => values.reduce((total, value) => total + value, 0);
    const share = sum(all.map((upload) => upload.sent)) / sum(all.map((upload) => upload.file.size));
    if (this.toldHalf || !(share >= 0.5 && share < 1)) return;
    this.toldHalf = true;
    say(this.words.half);
  }

  tellEnd() {
    const there = this.batch.filter((upload) => ["checking", "ready"].includes(upload.state)).map((upload) => upload.name);
    const told = this.batch.filter((upload) => upload.state === "failed").map((upload) => upload.reason);
    if (there.length) told.unshift(fill(this.words.done, { names: there.join(", ") }));
    if (there.length) this.form.dispatchEvent(new Event("uploaded"));
    this.batch = [];
    this.toldHalf = false;
    if (told.length) say([...new Set(told)].join(" "));
  }

  /** A form sent too early waits for its files; those that found no way go with the form itself. */
  hold(event) {
    if (["remove", "upload"].includes(event.submitter?.name)) return;
    if (!this.busy) return this.giveBack();
    event.preventDefault();
    event.stopPropagation();
    if (this.waiting) return;
    this.waiting = { by: event.submitter };
    for (const upload of this.uploads) upload.seen = upload.state === "failed";
    part(this.root, "hold").hidden = false;
    say(part(this.root, "hold").textContent.trim());
  }

  release() {
    const { by } = this.waiting;
    const failed = this.uploads.find((upload) => upload.state === "failed" && !upload.seen);
    this.waiting = null;
    part(this.root, "hold").hidden = true;
    if (failed) return this.focusIn(failed.row);
    this.form.requestSubmit(by);
  }

  giveBack() {
    const lost = this.uploads.filter((upload) => upload.state === "failed" && !upload.refused);
    if (!lost.length) return;
    const files = new DataTransfer();
    for (const upload of lost) files.items.add(upload.file);
    this.input.files = files.files;
  }

  /** Removes a file that waits on the server, as its button does without script. */
  async remove(event) {
    const button = event.target.closest("button[name=remove]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest(".file");
    const name = row.querySelector(".file-name").textContent;
    const about = new FormData(this.form);
    about.delete(this.input.name);
    about.append("remove", button.value);
    const answer = await fetch(this.form.action, { method: "POST", body: about }).catch(() => ({}));
    if (!answer.ok) return say(fill(this.words.kept, { name }));
    const upload = this.uploads.find((known) => known.row === row);
    if (upload) upload.state = "gone";
    this.drop(row);
    say(fill(this.words.removed, { name }));
  }

  drop(row) {
    const next = row.nextElementSibling;
    const held = row.contains(document.activeElement) || document.activeElement === document.body;
    row.remove();
    if (!held) return;
    if (next) this.focusIn(next);
    else this.input.focus();
  }

  /** While a file is being looked at there is nothing to press in its row: then the row itself. */
  focusIn(row) {
    const target = row.querySelector("button:not([hidden])") ?? row.querySelector("a") ?? row;
    if (target === row) row.tabIndex = -1;
    target.focus();
  }
}

/* The whole page takes a drop, and shows so. */
const shown = () => [...live].filter((list) => list.root.isConnected && list.root.offsetParent);
const listFor = (event) => shown().find((list) => list.form.contains(event.target)) ?? shown()[0];
const hasFiles = (event) => event.dataTransfer?.types.includes("Files") && shown().length > 0;

function frame(list) {
  for (const other of live) {
    part(other.root, "frame").hidden = other !== list;
    other.root.classList.toggle("uploader-over", other === list);
  }
}

addEventListener("dragover", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  frame(listFor(event));
});
addEventListener("dragleave", (event) => { if (!event.relatedTarget) frame(null); });
addEventListener("drop", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  const list = listFor(event);
  frame(null);
  list.add([...event.dataTransfer.items].filter((item) => item.kind === "file").map((item) => {
    const file = item.getAsFile();
    return item.webkitGetAsEntry?.()?.isDirectory ? Object.assign(file, { isFolder: true }) : file;
  }));
});

/* A pasted picture gets a name that tells when; text that comes with a picture stays text. */
addEventListener("paste", (event) => {
  const pasted = [...(event.clipboardData?.files ?? [])];
  const list = pasted.length && listFor(event);
  if (!list || event.clipboardData.types.includes("text/plain")) return;
  event.preventDefault();
  addNamed(list, pasted);
});
document.addEventListener("files", (event) => addNamed(listFor(event), event.detail)); // given before this script came

const addNamed = (list, files) => list?.add(files.map((file) => (/^image\.\w+$/.test(file.name) ? renamed(file, list) : file)));

function renamed(file, list) {
  const two = (number) => String(number).padStart(2, "0");
  const now = new Date();
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const name = `${list.words.screenshot}-${day}-${two(now.getHours())}${two(now.getMinutes())}`;
  return new File([file], `${name}.${file.name.split(".").pop()}`, { type: file.type });
}

addEventListener("offline", () => {
  for (const list of live) for (const upload of list.uploads) if (upload.state === "uploading") upload.request?.abort();
});
addEventListener("beforeunload", (event) => {
  if (shown().some((list) => list.busy)) event.preventDefault();
});

const begin = () => {
  for (const list of live) if (!list.root.isConnected) live.delete(list);
  for (const root of document.querySelectorAll("[data-uploader]:not([data-live])")) {
    if (root.dataset.uploader && root.dataset.key && root.closest("form")) new List(root);
  }
};
document.addEventListener("swapped", begin);
begin();
