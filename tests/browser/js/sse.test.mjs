import assert from "node:assert/strict";
import { test } from "node:test";
import { Decoder, Fields } from "../../../theme/assets/js/course/sse.js";

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
