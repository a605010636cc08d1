/** Below a demo's drawing: its bytes and its table, made when somebody opens them. */

import { Wire } from "./bytes.js";
import { h } from "./dom.js";
import { decode } from "./replay.js";
import { precise } from "./scale.js";

const ROWS = 200; // lines of a table or of a raw view; the rest is counted

/** A disclosure that fills itself with `make()` when it opens, and again with `update()` while it is open. */
export class Disclosure {
  #make;
  #body = h("div", { class: "cbc-disclosed" });

  constructor(label, make) {
    this.#make = make;
    this.element = h("details", { class: "cbc-disclosure", ontoggle: () => this.update() }, h("summary", {}, label), this.#body);
  }

  update() {
    if (this.element.open) this.#body.replaceChildren(...this.#make().filter(part => part !== null));
  }
}

/** All arrivals of `rows`, in order of time. */
export function table(rows) {
  const arrivals = rows
    .flatMap(row => row.arrivals.map(one => ({ ...one, name: row.name })))
    .sort((a, b) => a.at - b.at);
  if (arrivals.length === 0) return [h("p", {}, "Nothing has arrived yet.")];
  const head = ["seconds", "stream", "bytes", "what"].map(word => h("th", { scope: "col" }, word));
  const lines = arrivals.slice(0, ROWS).map(one => h("tr", {},
    h("td", { class: "cbc-number" }, precise(one.at)), h("td", {}, one.name),
    h("td", { class: "cbc-number" }, one.size === null ? "" : String(one.size)), h("td", {}, h("code", {}, one.label))));
  const grid = h("table", { class: "cbc-table" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, lines));
  return [scroll("What arrived, and when", grid), more(arrivals.length - ROWS)];
}

/** What the browser handed over read by read, then what was recorded from the socket. */
export function bytes(rows, recorded, listening) {
  const parts = [];
  for (const row of rows.filter(one => one.reads.length > 0 && !one.replayed)) {
    parts.push(h("p", { class: "cbc-raw-title" }, `${row.name}, this run: what each read returned`),
      reads(new Wire({ body: true, eventStream: row.eventStream }), row.reads, `${row.name}, read by read`));
  }
  if (listening && parts.length === 0) {
    parts.push(h("p", {}, "An EventSource hands over events, never bytes: ids, retry and comments stay with the browser."));
  }
  for (const stream of recorded.filter(one => one.raw?.length > 0)) {
    const all = stream.raw.map(([at, text]) => ({ at, bytes: decode(text) }));
    parts.push(h("p", { class: "cbc-raw-title" }, `${stream.name}, recorded: what was on the socket`),
      reads(new Wire(), all, `${stream.name}, as it was on the socket`));
  }
  if (parts.length === 0) parts.push(h("p", {}, "No bytes yet."));
  else if (recorded.some(one => one.raw?.length > 0)) parts.push(h("p", { class: "cbc-small" }, key()));
  return parts;
}

function reads(wire, all, label) {
  const lines = all.slice(0, ROWS).map(({ at, bytes: read }) => {
    const code = h("code", {});
    for (const { kind, text, ends } of wire.feed(read)) {
      code.append(h("span", { class: `cbc-wire-${kind}` }, text));
      if (ends) code.append("\n");
    }
    return h("div", { class: "cbc-got" }, h("span", { class: "cbc-at" }, precise(at)), code);
  });
  return h("div", { class: "cbc-raw", role: "region", "aria-label": label, tabindex: 0 }, lines, more(all.length - ROWS));
}

function key() {
  return [h("span", { class: "cbc-wire-size" }, "4"), " the length of a chunk, in hexadecimal · ",
    h("span", { class: "cbc-wire-end" }, "\\r\\n"), " a line end of the framing · what the browser hands over has neither"];
}

function scroll(label, content) {
  return h("div", { class: "cbc-scroll", role: "region", "aria-label": label, tabindex: 0 }, content);
}

function more(number) {
  return number > 0 ? h("p", { class: "cbc-small" }, `… and ${number} more`) : null;
}
