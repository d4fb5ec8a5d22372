// Checks one event against the signed checkpoint, by arithmetic done here: its leaf from the event itself, the path of
// the inclusion proof up to the root (RFC 9162, 2.1.3.2), and the signature of the checkpoint (C2SP signed note).
// What this cannot show is said too: who holds the key, and what was signed before.

const utf8 = new TextEncoder();
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const unbase64 = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer()));

// RFC 8785 for what a body may hold: whole numbers, texts, and keys in ASCII, in order.
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

// Microseconds since 1970, exact: a Date holds milliseconds only.
export function microseconds(instant) {
  const [, second, fraction] = /^(.*:\d\d)(?:\.(\d{1,6}))?Z$/.exec(instant);
  return BigInt(Date.parse(`${second}Z`)) * 1000n + BigInt((fraction ?? "").padEnd(6, "0"));
}

export function leafOf(timeline, event) {
  const lines = ["muster-event/1", timeline, event.position, event.event_id, event.type, microseconds(event.recorded_at)];
  lines.push(event.recorded_by, event.causation_id ?? "-", event.batch_id ?? "-", canonical(event.body));
  return sha256(Uint8Array.of(0), utf8.encode(lines.join("\n")));
}

// Source: RFC 9162, 2.1.3.2. `position` counts from 1, as ours do; null where the proof has the wrong length.
export async function rootOf(leaf, position, size, proof) {
  let [place, last, root] = [BigInt(position) - 1n, BigInt(size) - 1n, leaf];
  for (const sibling of proof) {
    if (last === 0n) return null;
    if (place % 2n === 1n || place === last) {
      root = await sha256(Uint8Array.of(1), sibling, root);
      while (place % 2n === 0n && place !== 0n) [place, last] = [place / 2n, last / 2n];
    } else {
      root = await sha256(Uint8Array.of(1), root, sibling);
    }
    [place, last] = [place / 2n, last / 2n];
  }
  return last === 0n ? root : null;
}

// "name+hash+key": the first byte of the key says what it is, and 1 is Ed25519.
export async function signedBy(note, verifierKey) {
  const [name, , ...rest] = verifierKey.split("+");
  const key = unbase64(rest.join("+"));
  const [text, signatures] = [note.slice(0, note.indexOf("\n\n") + 1), note.slice(note.indexOf("\n\n") + 2)];
  const line = signatures.split("\n").find((one) => one.startsWith(`— ${name} `));
  if (!line || key[0] !== 1) return false;
  const imported = await crypto.subtle.importKey("raw", key.slice(1), { name: "Ed25519" }, false, ["verify"]);
  const signature = unbase64(line.split(" ").at(-1)).slice(4);
  return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, utf8.encode(text));
}

async function ask(address) {
  const response = await fetch(address);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? response.statusText);
  return answer;
}

async function check({ base, timeline }, position, say) {
  const [checkpoint, event] = await Promise.all([ask(`${base}/checkpoint?format=json`), ask(`${base}/events/${position}`)]);
  const proof = await ask(`${base}/proofs/inclusion?position=${position}&size=${checkpoint.size}`);
  const leaf = await leafOf(timeline, event);
  say(hex(leaf) === proof.leaf, `The event hashes to ${hex(leaf).slice(0, 16)}…`, "which is the leaf in the tree", `but the tree holds ${proof.leaf.slice(0, 16)}…`);
  const root = await rootOf(leaf, position, checkpoint.size, proof.proof.map(unhex));
  const reached = root === null ? "nothing" : `${hex(root).slice(0, 16)}…`;
  say(root !== null && hex(root) === checkpoint.root, `${proof.proof.length} hashes lead from it to ${reached}`, `the root of all ${checkpoint.size} events`, `and the root is ${checkpoint.root.slice(0, 16)}…`);
  const [, size, signed] = checkpoint.note.split("\n");
  say(size === String(checkpoint.size) && signed === btoa(String.fromCharCode(...unhex(checkpoint.root))), "The note names that root and that size", "", "it names others");
  try {
    say(await signedBy(checkpoint.note, checkpoint.verifier_key), "The note is signed by the key beside it", "", "the signature does not fit");
  } catch (error) {
    say(null, "The signature was not checked: this browser has no Ed25519", error.message, "");
  }
  say(null, "That the key is who you think it is, only a note or a key that you kept earlier can tell", "", "");
}

function begin(section) {
  const form = section.querySelector("form"), list = section.querySelector(".verdicts"), button = form.querySelector("button");
  const say = (holds, what, then, otherwise) => {
    const line = document.createElement("li");
    line.className = holds === null ? "open" : holds ? "holds" : "fails";
    line.textContent = [what, holds === false ? otherwise : then].filter(Boolean).join(", ") + ".";
    list.append(line);
  };
  if (!globalThis.crypto?.subtle) {
    say(null, "Browsers compute hashes only on pages that come by https or from localhost, and this one does not; muster verify does the same on the command line", "", "");
    return;
  }
  button.disabled = false;
  form.addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    list.replaceChildren();
    button.disabled = true;
    try {
      await check(section.dataset, Number(form.position.value), say);
    } catch (error) {
      say(false, "Not checked", "", error.message);
    }
    button.disabled = false;
  });
}

const section = globalThis.document?.getElementById("proof");
if (section) begin(section);
