/** Recordings made from the real apps when the site was built, played as if they happened now. */

import { sleep } from "./stream.js";

/** The recording in a page's `<script type="application/json">`, or null when it cannot be read. */
export function parse(text) {
  try {
    const recording = JSON.parse(text);
    return recording.v === 1 && Array.isArray(recording.streams) ? recording : null;
  } catch {
    return null;
  }
}

/** What happened in a recorded stream, at its own times divided by `rate`, all at once (see stream.js for the kinds). */
export function happenings(stream, rate = 1) {
  const media = Object.entries(stream.headers ?? {}).find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  const found = [];
  if (stream.status) {
    const at = (stream.raw?.[0]?.[0] ?? stream.chunks[0]?.[0] ?? 0) / rate;
    found.push({ type: "headers", at, status: stream.status, reason: "", media });
  }
  for (const [at, text] of stream.chunks) found.push({ type: "chunk", at: at / rate, bytes: decode(text) });
  const type = { ended: "end", truncated: "cut", left: "left" }[stream.state] ?? "left";
  const at = Math.max(stream.ended_at ?? 0, stream.chunks.at(-1)?.[0] ?? 0) / rate;
  found.push({ type: stream.status ? type : "failed", at, text: stream.error ?? "" });
  return found;
}

/** The same, each at its time on `clock` (seconds). Ends early with `left` when `signal` is aborted. */
export async function* replay(stream, { signal, clock, rate = 1 }) {
  for (const happening of happenings(stream, rate)) {
    try {
      await sleep(Math.max(0, happening.at - clock()), signal);
    } catch {
      yield { type: "left", at: clock() };
      return;
    }
    yield happening;
  }
}

/** Bytes from base64. */
export function decode(text) {
  return Uint8Array.from(atob(text), char => char.charCodeAt(0));
}

/** `2026-11-20` as people write it: `20 November 2026`. */
export function day(date) {
  const time = new Date(date);
  if (Number.isNaN(time.getTime())) return String(date);
  return time.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}
