import assert from "node:assert/strict";
import { test } from "node:test";
import { Row } from "../../../theme/assets/js/course/row.js";
import { happenings, replay } from "../../../theme/assets/js/course/replay.js";
import { connection, sentence } from "../../../theme/assets/js/course/words.js";

const recorded = {
  name: "streamed", status: 200, headers: { "Content-Type": "text/plain" }, state: "ended", ended_at: 6.4,
  chunks: [[0.4, btoa("Fog ")], [3.4, btoa("until ")], [6.0, btoa("ten.")]], raw: [[0.01, btoa("HTTP/1.1 200 OK\r\n")]],
};

function rowOf(name, all) {
  const row = new Row(name);
  all.forEach(one => row.take(one));
  return row;
}

test("a stream is told by its first byte and its end", () => {
  const row = rowOf("streamed", happenings(recorded));
  assert.equal(sentence(row), "streamed: first byte after 0.4 s, complete after 6.4 s");
  assert.deepEqual([row.count, row.bytes, row.received], [3, 14, "Fog until ten."]);
});

test("twice the speed is half the time", () => {
  assert.equal(sentence(rowOf("a", happenings(recorded, 2))), "a: first byte after 0.2 s, complete after 3.2 s");
});

test("a body that comes at once says so", () => {
  const row = rowOf("buffered", happenings({ ...recorded, chunks: [[6.4, btoa("all")]] }));
  assert.equal(sentence(row), "buffered: first byte after 6.4 s, and everything with it");
});

test("every way to end has its words", () => {
  const begin = { type: "headers", at: 0, status: 200, reason: "OK", media: "" };
  assert.equal(sentence(rowOf("a", [begin, { type: "cut", at: 2 }])), "a: cut off after 2 s: the end never came");
  assert.equal(sentence(rowOf("a", [begin, { type: "left", at: 2 }])), "a: stopped after 2 s");
  assert.equal(sentence(rowOf("a", [begin, { type: "end", at: 2 }])), "a: complete after 2 s, without a byte");
  assert.equal(sentence(rowOf("a", [{ type: "failed", at: 0, text: "No answer." }])), "a: No answer.");
  const refused = { ...begin, status: 404, reason: "Not Found" };
  assert.equal(sentence(rowOf("a", [refused, { type: "end", at: 0 }])), "a: the server answered 404 Not Found.");
});

test("the line waits until the first arrival, and has a gap while there is no connection", () => {
  const event = at => ({ type: "event", at, name: "gale", data: "x", id: "4" });
  const row = rowOf("a", [{ type: "open", at: 0 }, event(1), { type: "lost", at: 2 }, { type: "lost", at: 2.5 }, { type: "open", at: 3 }, event(4)]);
  assert.deepEqual(row.line(5).map(({ kind, from, to }) => [kind, from, to]),
    [["wait", 0, 1], ["flow", 1, 2], ["gap", 2, 3], ["flow", 3, 5]]);
  assert.equal(connection(row), "open · last event id 4 · connected again after 1 s");
});

test("events and comments in a chunk are named", () => {
  const chunk = text => ({ type: "chunk", at: 1, bytes: new TextEncoder().encode(text) });
  const row = rowOf("a", [{ type: "headers", at: 0, status: 200, reason: "", media: "text/event-stream" }, chunk(": ping\n\n"), chunk("event: gale\nid: 7\ndata: x\n\n"), chunk("data: x\n\n"), chunk(": still here\n")]);
  assert.deepEqual(row.arrivals.map(one => one.kind), ["ping", "event gale", "event", "comment"]);
  assert.equal(row.arrivals.at(-1).label, "comment still here");
  assert.equal(row.id, "7");
});

test("what arrives without end is counted, and memory has one", () => {
  const row = new Row("a");
  for (let n = 0; n < 20000; n += 1) row.take({ type: "chunk", at: n, bytes: new Uint8Array(100) });
  assert.equal(row.count, 20000);
  assert.ok(row.arrivals.length <= 5000 && row.reads.length < 1000 && row.received.length <= 400);
});

test("a replay that is stopped ends as stopped", async () => {
  const control = new AbortController();
  const types = [];
  for await (const one of replay(recorded, { signal: control.signal, clock: () => 0, rate: 100 })) {
    types.push(one.type);
    if (one.type === "chunk") control.abort();
  }
  assert.deepEqual(types, ["headers", "chunk", "left"]);
});
