/**
 * What the course server pushes: one EventSource for the whole page, and none while nobody looks.
 *
 * `events` sends on what the server pushes, with its JSON as `detail`. After each new connection and each `reset`, when
 * something may have been missed, the whole state is fetched (`watch`). A server that has no room for another listener
 * is asked for the state now and then instead, and `crowded` says so (`detail`: whether it is).
 */

import { found, root, server } from "./site.js";

export const events = new EventTarget();

const PUSHED = ["checking", "verdict", "report", "site", "trouble", "apps"];
const HIDDEN = 5000; // ms that a hidden page keeps its connection: a browser has six per server, for all of its tabs
const LONGEST = 15000; // ms between two attempts when the server refused

let source = null;
let timer = 0;
let wait = 1000;
let following = false;
let state = null; // the last one fetched

/** Calls `show` with the whole state (`GET /course/exercises`) now, if it is known, and whenever it was fetched anew. */
export function watch(show) {
  events.addEventListener("state", () => show(state));
  if (state !== null) show(state);
  follow();
}

/** Follow the server, if there is one. Every element may call this; the first call connects. */
export async function follow() {
  if (following) return;
  following = true;
  if ((await found()) === null) return;
  addEventListener("pagehide", close);
  addEventListener("pageshow", event => event.persisted && open());
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(close, HIDDEN);
    else if (source === null) open();
  });
  if (!document.hidden) open();
  else refresh();
}

function open() {
  clearTimeout(timer);
  source?.close();
  source = new EventSource(new URL("course/events", root));
  source.addEventListener("open", () => {
    wait = 1000;
    crowd(false);
    refresh(); // only now: what happens from here on is pushed
  });
  source.addEventListener("reset", refresh);
  source.addEventListener("error", () => {
    // While the network is away the browser tries again by itself. After a refusal (503) it gives up.
    if (source?.readyState !== EventSource.CLOSED) return;
    close();
    timer = setTimeout(open, wait + Math.random() * 500);
    wait = Math.min(wait * 2, LONGEST);
    refresh().then(there => there && source === null && crowd(true));
  });
  for (const type of PUSHED) {
    source.addEventListener(type, event => {
      const detail = parsed(event.data);
      if (detail !== null) events.dispatchEvent(new CustomEvent(type, { detail }));
    });
  }
}

function close() {
  clearTimeout(timer);
  source?.close();
  source = null;
}

/** Whether the server answered. */
async function refresh() {
  const fetched = await server({ again: true });
  if (fetched === null) return false;
  state = fetched;
  events.dispatchEvent(new Event("state"));
  return true;
}

function crowd(crowded) {
  events.dispatchEvent(new CustomEvent("crowded", { detail: crowded }));
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
