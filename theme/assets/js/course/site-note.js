/** Says when the pages were rebuilt, and leaves it to the reader when to load them: a demo may be running. */

import { h } from "./dom.js";
import { events, follow } from "./events.js";

let note = null;

export function noteRebuilds() {
  events.addEventListener("site", ({ detail }) => {
    note?.remove();
    note = h("aside", { class: "cbc-site-note", role: "status" }, ...(detail.ok
      ? ["The pages have changed. ", h("button", { type: "button", class: "cbc-quiet", onclick: () => location.reload() }, "Load them")]
      : ["The pages could not be rebuilt; these are the last good ones.", h("pre", { tabindex: 0 }, detail.error ?? "")]));
    document.body.append(note);
  });
  follow();
}
