/** The shapes of a timeline and their words: told apart without colour, and the same as waterclock.timeline draws. */

import { h, s } from "./dom.js";

const PING = "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z";
const SHAPES = { headers: "M0-8V8M-3-8H3", chunk: "M-4.6 0a4.6 4.6 0 1 0 9.2 0a4.6 4.6 0 1 0-9.2 0Z", ping: PING, comment: PING };
const EVENTS = [SHAPES.chunk, "M-4.2-4.2H4.2V4.2H-4.2Z", "M0-5.8 5.8 0 0 5.8-5.8 0Z", "M0-5.2 5.4 4.4H-5.4Z", "M0 5.2-5.4-4.4H5.4Z"];
const WORDS = { headers: "status and headers" }; // what is drawn, where its kind does not say it already

/** How a row ends, as a path around 0,0. */
export const ENDS = {
  ended: "M0-9V9",
  truncated: "M-4.5-4.5 4.5 4.5M-4.5 4.5 4.5-4.5",
  failed: "M-4.5-4.5 4.5 4.5M-4.5 4.5 4.5-4.5",
  left: "M3-5-3 0 3 5",
};
/** The words for it: those of `waterclock.timeline.symbols`, and one for a request that never became a stream. */
export const END = { ended: "end of stream", truncated: "cut off", failed: "failed", left: "client left" };

/** A mark for an arrival of this kind; kinds of events take shapes in the order in which they came in `rows`. */
export function mark(kind, rows) {
  const used = [...new Set(rows.flatMap(row => row.kinds))].filter(one => one === "chunk" || !(one in SHAPES));
  const path = SHAPES[kind] ?? EVENTS[Math.max(used.indexOf(kind), 0) % EVENTS.length];
  return s("g", { class: `cbc-arrival cbc-arrival-${kind in SHAPES ? kind : "event"}` }, s("path", { d: path }));
}

/** The inside of a mark for several arrivals at once. */
export function count(number) {
  const half = 6 + 3.6 * String(number).length;
  return [
    s("rect", { class: "cbc-count", x: -half, y: -10, width: 2 * half, height: 20, rx: 10 }),
    s("text", { class: "cbc-count-number", y: 4.2, "text-anchor": "middle" }, String(number)),
  ];
}

/** Fill the legend `list` with what is drawn: `placed` marks `{kind, count}` of `rows`, on an axis of `span` seconds. */
export function explain(list, rows, placed, span) {
  const kinds = [...new Set(placed.map(one => one.kind))];
  const ends = [...new Set(rows.filter(row => row.over).map(row => row.state))];
  const waited = rows.some(row => (row.first ?? row.until ?? 0) > span / 20);
  const counted = placed.some(one => one.count > 1);
  const lost = rows.some(row => row.losses.length > 0);
  const key = [kinds, ends, waited, counted, lost].join();
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(
    ...kinds.map(kind => entry(mark(kind, rows), WORDS[kind] ?? kind)),
    ...(counted ? [entry(s("g", { class: "cbc-arrival" }, count("n")), "that many at once")] : []),
    ...(waited ? [entry(s("path", { class: "cbc-wait", d: "M-11 0H11" }), "nothing yet")] : []),
    ...(lost ? [entry(s("path", { class: "cbc-gap", d: "M-11 0H11" }), "no connection")] : []),
    ...ends.map(state => entry(s("path", { class: `cbc-end-live cbc-end-${state}`, d: ENDS[state] }), END[state])));
}

function entry(drawing, word) {
  return h("li", {}, s("svg", { viewBox: "-12 -11 24 22", width: 24, height: 22, "aria-hidden": "true" }, drawing), word);
}
