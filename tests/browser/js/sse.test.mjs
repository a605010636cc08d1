import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { END } from "../../../theme/assets/js/course/shapes.js";
import { Decoder, Fields, nameOf } from "../../../theme/assets/js/course/sse.js";

const STREAM = "\uFEFFretry: 700\r\n\r\n: ping\n\nevent: gale\nid: 4\ndata: one\ndata:two\rdata\n\ndata: x\n\n";

test("events, comments and ids come out, whatever the line ends are", () => {
  assert.deepEqual(new Decoder().feed(STREAM), [
    { comment: "ping" }, { type: "gale", data: "one\ntwo\n", id: "4" }, { type: "message", data: "x", id: "4" },
  ]);
});

test("where a stream is cut makes no difference", () => {
  const whole = new Decoder().feed(STREAM);
  for (let cut = 1; cut < STREAM.length; cut += 1) {
    const decoder = new Decoder();
    assert.deepEqual([...decoder.feed(STREAM.slice(0, cut)), ...decoder.feed(STREAM.slice(cut))], whole, `cut at ${cut}`);
  }
});

test("an event that is not finished by a blank line is not one", () => {
  assert.deepEqual(new Decoder().feed("data: x\n"), []);
});

test("the pieces of a line have names, and joined they are the line", () => {
  const pieces = new Fields().feed("data: a: b\n:c\nid\n");
  assert.deepEqual(pieces.map(piece => piece.kind), ["field", "colon", "value", "newline", "comment", "newline", "field", "newline"]);
  assert.equal(pieces.map(piece => piece.text).join(""), "data: a: b\n:c\nid\n");
});

// The files that the Python side is tested on: one format, one truth.
const data = name => JSON.parse(readFileSync(new URL(`../../../waterclock/tests/data/${name}`, import.meta.url), "utf8"));
const VECTORS = data("sse_vectors.json");
const NAMES = data("names.json");

test("an arrival and an end are called what the lab calls them", () => {
  for (const { name, ...found } of NAMES.arrivals) assert.equal(nameOf(found), name);
  for (const [state, words] of Object.entries(NAMES.ends)) assert.equal(END[state], words);
});

function decoded(chunks) {
  const decoder = new Decoder();
  const text = new TextDecoder("utf-8", { ignoreBOM: true });
  const found = chunks.flatMap((chunk) => decoder.feed(text.decode(chunk, { stream: true })));
  return found.filter((item) => !("comment" in item)).map(({ type, data, id }) => ({ type, data, lastEventId: id }));
}

for (const vector of VECTORS.parse_vectors) {
  test(`vector: ${vector.name}`, () => {
    const body = Buffer.from(vector.input_b64, "base64");
    const wanted = vector.events.map(({ type, data, lastEventId }) => ({ type, data, lastEventId }));
    assert.deepEqual(decoded([body]), wanted, "whole");
    assert.deepEqual(decoded([...body].map((byte) => Uint8Array.of(byte))), wanted, "byte by byte");
    const step = body.length < 5000 ? 1 : 997;
    for (let cut = 0; cut <= body.length; cut += step) {
      assert.deepEqual(decoded([body.subarray(0, cut), body.subarray(cut)]), wanted, `cut at ${cut}`);
    }
  });
}
