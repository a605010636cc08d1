/** Bytes for people to read: escaped, with chunk framing and the fields of an event stream told apart. Pure. */

import { Fields } from "./sse.js";

const ESCAPES = { 9: "\\t", 10: "\\n", 13: "\\r", 92: "\\\\" };

/** `bytes` as text. What cannot be seen, and what is not (or not all of) a character, is written as an escape. */
export function escaped(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = character(bytes, at);
    const char = length > 1 ? new TextDecoder().decode(bytes.subarray(at, at + length)) : String.fromCharCode(bytes[at]);
    const plain = length > 0 && /^[^\p{C}\p{Z}]$|^ $/u.test(char);
    if (bytes[at] in ESCAPES) text += ESCAPES[bytes[at]];
    else if (plain) text += char;
    else for (let n = 0; n < Math.max(length, 1); n += 1) text += `\\x${bytes[at + n].toString(16).padStart(2, "0")}`;
    at += Math.max(length, 1);
  }
  return text;
}

/**
 * Names the bytes of a response as they came off a socket: `status`, `header`, `size` (of a chunk), `end` (line ends of
 * the framing), `data`, and within the data of an event stream the kinds of sse.js.
 */
export class Wire {
  #part; // head, body, size, data, gap (the CRLF after a chunk)
  #line = "";
  #left = 0;
  #chunked = false;
  #fields = null;
  #first = true;

  /** `body`: the head was taken off already, as fetch does. */
  constructor({ body = false, eventStream = false } = {}) {
    this.#part = body ? "body" : "head";
    if (eventStream) this.#fields = new Fields();
  }

  /** The pieces of one read, in order: `[{kind, text, ends}]`; after a piece with `ends` a new line begins. */
  feed(bytes) {
    const pieces = [];
    for (let at = 0; at < bytes.length; ) {
      const line = this.#part === "head" || this.#part === "size" || this.#part === "gap";
      const feedAt = line ? bytes.indexOf(10, at) : -1;
      const room = line ? (feedAt < 0 ? bytes.length : feedAt + 1) - at : this.#part === "data" ? this.#left : Infinity;
      const taken = bytes.subarray(at, Math.min(bytes.length, at + room));
      pieces.push(...(line ? this.#framing(taken) : this.#data(taken)));
      at += taken.length;
    }
    return pieces;
  }

  #framing(bytes) {
    const text = escaped(bytes);
    this.#line += String.fromCharCode(...bytes);
    const shown = text.replace(/(\\r)?(\\n)?$/, "");
    const kind = this.#part === "size" ? "size" : this.#first ? "status" : "header";
    const pieces = shown ? [{ kind, text: shown, ends: false }] : [];
    if (shown.length < text.length) pieces.push({ kind: "end", text: text.slice(shown.length), ends: false });
    if (!this.#line.endsWith("\n")) return pieces;
    pieces.at(-1).ends = true;
    this.#next(this.#line.trim());
    this.#line = "";
    return pieces;
  }

  /** What comes after a whole line of framing. */
  #next(line) {
    if (this.#part === "size") {
      this.#left = Number.parseInt(line, 16) || 0;
      this.#part = this.#left > 0 ? "data" : "gap";
    } else if (this.#part === "gap") this.#part = "size";
    else if (line === "") this.#part = this.#chunked ? "size" : "body";
    else if (/^transfer-encoding:.*chunked/i.test(line)) this.#chunked = true;
    else if (/^content-type:\s*text\/event-stream/i.test(line)) this.#fields = new Fields();
    this.#first = false;
  }

  #data(bytes) {
    if (this.#part === "data") {
      this.#left -= bytes.length;
      if (this.#left === 0) this.#part = "gap";
    }
    if (this.#fields === null) return lines(escaped(bytes));
    const text = Array.from(bytes, byte => String.fromCharCode(byte)).join("");
    return this.#fields.feed(text).map(({ kind, text: piece }) => {
      const own = Uint8Array.from(piece, char => char.charCodeAt(0));
      return { kind, text: escaped(own), ends: kind === "newline" || kind === "rest" };
    });
  }
}

/** Escaped data, cut where a line feed is. */
function lines(text) {
  const pieces = text.match(/(?:\\\\|[^\\]|\\(?!n))*?\\n|.+$/gs) ?? [];
  return pieces.map(piece => ({ kind: "data", text: piece, ends: piece.endsWith("\\n") && !piece.endsWith("\\\\n") }));
}

/** The length of the whole UTF-8 character at `at`; 0 when there is none. */
function character(bytes, at) {
  const lead = bytes[at];
  const length = lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  if (at + length > bytes.length) return 0;
  for (let n = 1; n < length; n += 1) if ((bytes[at + n] & 0xc0) !== 0x80) return 0;
  return length;
}
