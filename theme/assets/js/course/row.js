/** What one stream has done so far: the record that drawing, table, bytes and words are made from. Pure. */

import { escaped } from "./bytes.js";
import { Decoder, nameOf } from "./sse.js";

const MOST = 5000; // arrivals that are kept one by one; after that they are only counted
const SHOWN = 64 * 1024; // bytes kept for the raw view
const TAIL = 400; // characters of text kept to show what the reader has

/**
 * A row of a timeline.
 *
 * `state`: idle, waiting, open, lost (an EventSource between two connections), ended, truncated, left, failed.
 * `arrivals`: `[{at, kind, label, size}]`, where `kind` is `chunk`, `ping`, `comment`, or `event` and its name.
 */
export class Row {
  state = "waiting";
  arrivals = [];
  kinds = []; // of arrivals, in the order in which they came first
  opened = []; // times at which headers came
  losses = []; // times at which a connection was lost
  reads = []; // [{at, bytes}] for the raw view
  count = 0;
  bytes = 0;
  first = null; // time of the first arrival
  until = null; // time of the end
  status = null;
  reason = "";
  media = "";
  run = null; // the process of the lessons' apps that answered
  id = ""; // last event id
  note = ""; // what went wrong, in words
  received = ""; // the end of the text so far
  #kept = 0;
  #text = new TextDecoder();
  #events = null;

  constructor(name) {
    this.name = name;
  }

  /** Whether nothing more will come. */
  get over() {
    return this.until !== null;
  }

  /** Whether what arrives is for people to read. */
  get textual() {
    return this.received !== "" && !/^(audio|video|image|font)\/|octet-stream|zip/.test(this.media);
  }

  /** Whether what arrives is an event stream. */
  get eventStream() {
    return this.#events !== null;
  }

  /** Take in one happening (see stream.js). */
  take(happening) {
    const { type, at } = happening;
    if (type === "headers") this.#begin(happening);
    else if (type === "chunk") this.#chunk(happening);
    else if (type === "event") this.#event(happening);
    else if (type === "open") {
      this.state = "open";
      this.opened.push(at);
    } else if (type === "lost") {
      if (this.state === "open") this.losses.push(at);
      this.state = "lost";
    } else {
      this.state = { end: "ended", cut: "truncated", left: "left", failed: "failed" }[type];
      this.until = at;
      this.note = happening.text ?? "";
    }
  }

  #begin({ at, status, reason, media, run = null }) {
    Object.assign(this, { state: "open", status, reason, media, run });
    this.opened.push(at);
    if (media.startsWith("text/event-stream")) this.#events = new Decoder();
  }

  #chunk({ at, bytes }) {
    const text = this.#text.decode(bytes, { stream: true });
    this.received = (this.received + text).slice(-TAIL);
    if (this.#kept < SHOWN) this.reads.push({ at, bytes });
    this.#kept += bytes.length;
    this.#add(at, bytes.length, ...this.#named(bytes, text));
  }

  #event({ at, name, data, id }) {
    this.id = id;
    this.received = data.slice(-TAIL);
    const called = nameOf({ type: name });
    this.#add(at, null, called, `${called}${id ? `, id ${id}` : ""}: ${shortened(data)}`);
  }

  /** Kind and label of a chunk. */
  #named(bytes, text) {
    const found = this.#events?.feed(text) ?? [];
    const event = found.find(one => one.type);
    if (event) {
      this.id = found.filter(one => one.type).at(-1).id;
      return [nameOf(event), found.filter(one => one.type).map(nameOf).join(", ")];
    }
    if (found.length > 0) return [found[0].comment === "ping" ? "ping" : "comment", shortened(nameOf(found[0]))];
    return ["chunk", `"${shortened(escaped(bytes.subarray(0, 48)))}"`];
  }

  #add(at, size, kind, label) {
    this.first ??= at;
    this.count += 1;
    this.bytes += size ?? 0;
    if (!this.kinds.includes(kind)) this.kinds.push(kind);
    if (this.arrivals.length < MOST) this.arrivals.push({ at, kind, label, size });
  }

  /**
   * The line of the row up to `now`, as pieces `{from, to, kind}`: `wait` before the first arrival, `flow` after it,
   * `gap` between two connections.
   */
  line(now) {
    const end = this.until ?? now;
    const turn = Math.min(this.first ?? end, end);
    const pieces = [{ from: 0, to: turn, kind: "wait" }];
    let from = turn;
    for (const lost of this.losses) {
      const again = this.opened.find(at => at > lost) ?? end;
      pieces.push({ from, to: Math.max(from, lost), kind: "flow" }, { from: lost, to: again, kind: "gap" });
      from = again;
    }
    pieces.push({ from, to: end, kind: "flow" });
    return pieces.filter(piece => piece.to > piece.from);
  }
}

function shortened(text, most = 32) {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
