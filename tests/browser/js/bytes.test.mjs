import assert from "node:assert/strict";
import { test } from "node:test";
import { Wire, escaped } from "../../../theme/assets/js/course/bytes.js";

const bytes = text => new TextEncoder().encode(text);
const kinds = pieces => pieces.map(({ kind, text }) => [kind, text]);

test("what cannot be seen is written as an escape", () => {
  assert.equal(escaped(bytes("a\tb\r\n\0\x1b\u2028é日🌦\\n")), "a\\tb\\r\\n\\x00\\x1b\\xe2\\x80\\xa8é日🌦\\\\n");
});

test("half a character is shown as its bytes", () => {
  assert.equal(escaped(bytes("é").subarray(0, 1)), "\\xc3");
  assert.equal(escaped(Uint8Array.of(0xff, 0x41)), "\\xffA");
});

test("the framing of chunks is told apart from the data", () => {
  const wire = new Wire();
  const head = wire.feed(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
  assert.deepEqual(kinds(head), [
    ["status", "HTTP/1.1 200 OK"], ["end", "\\r\\n"], ["header", "Transfer-Encoding: chunked"], ["end", "\\r\\n"], ["end", "\\r\\n"],
  ]);
  assert.deepEqual(kinds(wire.feed(bytes("4\r\nFog \r\n"))), [["size", "4"], ["end", "\\r\\n"], ["data", "Fog "], ["end", "\\r\\n"]]);
  assert.deepEqual(kinds(wire.feed(bytes("0\r\n\r\n"))), [["size", "0"], ["end", "\\r\\n"], ["end", "\\r\\n"]]);
});

test("a read may end anywhere in the framing", () => {
  const text = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: x\n\n\r\n0\r\n\r\n";
  for (let cut = 1; cut < text.length; cut += 1) {
    const wire = new Wire();
    const pieces = [...wire.feed(bytes(text.slice(0, cut))), ...wire.feed(bytes(text.slice(cut)))];
    assert.equal(pieces.map(piece => piece.text).join(""), escaped(bytes(text)), `cut at ${cut}`);
    const fields = pieces.filter(piece => piece.kind === "field").map(piece => piece.text).join("");
    assert.equal(fields, "data", `cut at ${cut}`);
  }
});

test("a body with a length is data, one line after the other", () => {
  assert.deepEqual(new Wire({ body: true }).feed(bytes("a\nb\\n")), [
    { kind: "data", text: "a\\n", ends: true }, { kind: "data", text: "b\\\\n", ends: false },
  ]);
});
