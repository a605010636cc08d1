/** Notes at the edge of the page: what the server has to say of itself. */

import { h } from "./dom.js";
import { events, watch } from "./events.js";

const notes = new Map(); // what each is about, and its element
const box = h("aside", { class: "cbc-site-note", role: "status" });

export function noteServer() {
  // The reader decides when to load a page that was rebuilt: a demo may be running.
  events.addEventListener("site", ({ detail }) => put("site", ...(detail.ok
    ? ["The pages have changed. ", h("button", { type: "button", class: "cbc-quiet", onclick: () => location.reload() }, "Load them")]
    : ["The pages could not be rebuilt; these are the last good ones.", h("pre", { tabindex: 0 }, detail.error ?? "")])));
  events.addEventListener("trouble", ({ detail }) => put(detail.part, ...said(detail.text)));
  events.addEventListener("crowded", ({ detail }) => put("crowded", ...(detail
    ? ["More pages are open than the course server can tell at once. This one asks it now and then."] : [])));
  watch(({ troubles = {} }) => {
    for (const part of [...notes.keys()]) if (!["site", "crowded", ...Object.keys(troubles)].includes(part)) put(part);
    for (const [part, text] of Object.entries(troubles)) put(part, ...said(text));
  });
}

/** Say something about `what`, in the place of what was said before; without content, nothing more. */
function put(what, ...content) {
  notes.get(what)?.remove();
  notes.delete(what);
  if (content.length > 0) {
    notes.set(what, h("div", {}, ...content));
    box.append(notes.get(what));
  }
  if (notes.size > 0) document.body.append(box);
  else box.remove();
}

/** The server's words as a sentence. */
function said(text) {
  return text ? [`${text[0].toUpperCase()}${text.slice(1)}.`] : [];
}
