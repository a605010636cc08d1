/** What a stream did, in a sentence. Pure. */

import { seconds } from "./scale.js";

const SAME = 0.05; // share of the whole time within which the first byte and the end count as one moment

/** `streamed: first byte after 0.4 s, complete after 6.4 s`. */
export function sentence(row) {
  return `${row.name}: ${what(row)}`;
}

/** All rows, for the line below the drawing. */
export function summary(rows) {
  return rows.map(sentence).join(" · ");
}

/** What a drawing shows, for whoever cannot see it: with the number of arrivals. */
export function description(row) {
  return `${sentence(row)} (${counted(row)})`;
}

/** `7 chunks, 31 bytes`. */
export function counted(row) {
  const noun = row.arrivals.some(one => one.kind !== "chunk") ? "arrival" : "chunk";
  const bytes = row.bytes > 0 ? `, ${row.bytes.toLocaleString("en")} ${row.bytes === 1 ? "byte" : "bytes"}` : "";
  return `${row.count} ${noun}${row.count === 1 ? "" : "s"}${bytes}`;
}

/** How an EventSource stands: `open · last event id 7 · connected again after 1 s, 1 time`. */
export function connection(row) {
  const states = { waiting: "connecting", open: "open", lost: "lost, the browser connects again by itself" };
  const parts = [states[row.state] ?? "closed"];
  if (row.id) parts.push(`last event id ${row.id}${row.state === "lost" ? ", sent with the next request" : ""}`);
  const gaps = row.losses.map(lost => [lost, row.opened.find(at => at > lost)]).filter(([, at]) => at !== undefined);
  if (gaps.length > 0) {
    const [lost, at] = gaps.at(-1);
    parts.push(`connected again after ${seconds(at - lost)}${gaps.length > 1 ? `, ${gaps.length} times` : ""}`);
  }
  return parts.join(" · ");
}

function what(row) {
  if (row.status >= 400) return `the server answered ${row.status}${row.reason ? ` ${row.reason}` : ""}. ${row.received.trim()}`.trim();
  if (row.state === "failed") return row.note || "no answer";
  const end = row.until ?? 0;
  const begin = row.first === null ? "" : `first byte after ${seconds(row.first)}`;
  if (row.state === "ended") {
    if (row.first === null) return `complete after ${seconds(end)}, without a byte`;
    if (end - row.first <= end * SAME) return `${begin}, and everything with it`;
    return `${begin}, complete after ${seconds(end)}`;
  }
  const ends = { truncated: "cut off after", left: "stopped after" };
  const close = `${ends[row.state] ?? "still open at"} ${seconds(end)}`;
  const tail = row.state === "truncated" ? `${close}: the end never came` : close;
  return begin ? `${begin}, ${tail}` : tail;
}
