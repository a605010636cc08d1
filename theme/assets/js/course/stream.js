/**
 * Streams, read in the browser. Each function yields what happens, as it happens, and touches no document:
 *
 *   {type: "headers", at, status, reason, media, run} the response has begun, from that process of the lessons' apps
 *   {type: "chunk", at, bytes}                        one read of the body
 *   {type: "open", at}, {type: "lost", at}            EventSource: connected, connection lost
 *   {type: "event", at, name, data, id}               EventSource: an event
 *   {type: "end" | "cut" | "left" | "failed", at, text}   the last: complete, broken off, stopped by us, never began
 *
 * `at` is seconds on `clock`. Abort `signal` to stop: the connection is closed, and the server's generator with it.
 */

/**
 * Read `url` with fetch and a reader. `pause()` gives the seconds that a slow reader takes before each read; it is
 * asked each time.
 */
export async function* read(url, { signal, clock, pause = () => 0 }) {
  let response;
  try {
    response = await fetch(url, { signal, cache: "no-store" });
  } catch {
    yield ending(signal, clock, "failed");
    return;
  }
  const media = response.headers.get("content-type") ?? "";
  const run = response.headers.get("x-course-run"); // which process of the lessons' apps it was
  yield { type: "headers", at: clock(), status: response.status, reason: response.statusText, media, run };
  const reader = response.body.getReader();
  try {
    for (;;) {
      if (pause() > 0) await sleep(pause(), signal);
      const { done, value } = await reader.read();
      if (done) break;
      yield { type: "chunk", at: clock(), bytes: value };
    }
    yield { type: "end", at: clock() };
  } catch {
    yield ending(signal, clock, "cut");
  } finally {
    reader.cancel().catch(() => {}); // whoever stops asking for more has left
  }
}

/**
 * Listen to `url` with an EventSource, which connects again by itself. `names`: the events to listen for beside
 * `message`; an EventSource passes on only those that somebody has named.
 */
export async function* listen(url, { signal, clock, names = [] }) {
  const queue = [];
  let wake = () => {};
  const put = happening => {
    queue.push(happening);
    wake();
  };
  const source = new EventSource(url);
  const leave = () => put({ type: "left", at: clock() });
  signal.addEventListener("abort", leave);
  source.addEventListener("open", () => put({ type: "open", at: clock() }));
  source.addEventListener("error", () => {
    const type = source.readyState === EventSource.CLOSED ? "failed" : "lost";
    put({ type, at: clock(), text: "The EventSource gave up: the answer was no event stream." });
  });
  for (const name of new Set(["message", ...names])) {
    source.addEventListener(name, event => {
      if (event instanceof MessageEvent === false) return; // its own `error`, not the server's
      put({ type: "event", at: clock(), name, data: event.data, id: event.lastEventId });
    });
  }
  try {
    for (;;) {
      if (queue.length === 0) await new Promise(resolve => (wake = resolve));
      const happening = queue.shift();
      yield happening;
      if (happening.type === "left" || happening.type === "failed") return;
    }
  } finally {
    source.close();
    signal.removeEventListener("abort", leave);
  }
}

/** Resolves after `time` seconds; rejects as soon as `signal` is aborted. */
export function sleep(time, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, time * 1000);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}

function ending(signal, clock, type) {
  if (signal.aborted) return { type: "left", at: clock() };
  return { type, at: clock(), text: type === "failed" ? "No answer: the server could not be reached." : "" };
}
