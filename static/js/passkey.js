// Passkeys: asks the browser for one and sends its answer with the form. Without script the other ways work.

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/** The options as the server wrote them, with bytes where the browser wants bytes. */
function forBrowser({ publicKey }) {
  const options = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  if (publicKey.user) options.user = { ...publicKey.user, id: toBytes(publicKey.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (publicKey[list]) options[list] = publicKey[list].map((item) => ({ ...item, id: toBytes(item.id) }));
  }
  return { publicKey: options };
}

/** What the browser answered, with text where it has bytes. */
function forServer(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  }
  const id = toText(credential.rawId);
  return JSON.stringify({ id, rawId: id, type: credential.type, clientExtensionResults: {}, response });
}

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

function wordsFor(error, words) {
  if (error.name === "NotAllowedError" || error.name === "AbortError") return words.refused;
  if (error.name === "InvalidStateError") return words.known ?? words.failed;
  return words.failed;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential || !navigator.credentials) break;
  const button = form.querySelector("button");
  const said = form.querySelector("[data-said]");
  form.hidden = false;
  for (const missing of document.querySelectorAll("[data-no-passkey]")) missing.hidden = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation(); // the guard against a second press would stop the next try
    said.hidden = true;
    button.disabled = true;
    try {
      const options = forBrowser(await optionsOf(form));
      form.elements.credential.value = forServer(await navigator.credentials[form.dataset.passkey](options));
      form.submit();
    } catch (error) {
      button.disabled = false;
      button.focus();
      said.querySelector("p").textContent = wordsFor(error, form.dataset);
      said.hidden = false;
    }
  });
}
