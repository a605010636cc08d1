import assert from "node:assert/strict";
import { test } from "node:test";
import { roomy, seconds, ticks } from "../../../theme/assets/js/course/scale.js";

test("a time is said as people say it", () => {
  assert.deepEqual([0, 0.0412, 0.4037, 1, 6.41, 120.4].map(seconds), ["0 ms", "41 ms", "0.4 s", "1 s", "6.4 s", "120 s"]);
});

test("a span holds the time with room to grow, and grows in steps", () => {
  for (const now of [0.1, 0.99, 3, 7.5, 61, 4000]) assert.ok(roomy(now) > now);
  assert.equal(roomy(1.5, 2), 2);
});

test("labels stand apart, and the last one carries the unit", () => {
  for (const [span, width] of [[6.4, 540], [6.4, 250], [60, 300], [0.05, 400], [1, 60], [4000, 500]]) {
    const named = ticks(span, width, true);
    const places = named.map(({ at }) => at / span * width);
    for (let n = 1; n < places.length; n += 1) assert.ok(places[n] - places[n - 1] >= 40, `${span} s in ${width} px`);
    assert.match(named.at(-1).label, / (ms|s)$/);
    assert.equal(named[0].label.split(" ")[0], "0");
  }
});
