/** Times in words, and which of them an axis names. All times are seconds. Pure. */

const STEPS = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600,
  7200, 14400, 43200, 86400,
];
const ROOM = 46; // pixels that a label needs to stand alone

/** A time as people say it: `41 ms`, `0.4 s`, `6.4 s`, `120 s`. */
export function seconds(time) {
  if (time < 0.0995) return `${Math.round(time * 1000)} ms`;
  return `${trimmed(time, time < 0.995 ? 2 : time < 99.95 ? 1 : 0)} s`;
}

/** A time for a table, to the millisecond: `0.402`. */
export function precise(time) {
  return time.toFixed(3);
}

/** A span that holds `now` with room to grow, so that the axis changes seldom: 1, 2, 3, 5, 8, 12, 18 … */
export function roomy(now, least = 1) {
  let span = Math.max(least, 0.05);
  while (span < now * 1.08) span = span < 1 ? span * 2 : Math.ceil(span * 1.5);
  return span;
}

/**
 * The labels of an axis `width` pixels long: `[{at, label}]`, left to right, none touching another.
 * The last one carries the unit. `exact` names the end of the axis too, whatever it is.
 */
export function ticks(span, width, exact = false) {
  if (!(span > 0)) return [{ at: 0, label: "0 s" }];
  const [unit, name] = span < 0.0995 ? [0.001, "ms"] : [1, "s"];
  const room = ROOM * span / Math.max(width, 1);
  const step = STEPS.find(candidate => candidate >= room) ?? span;
  const found = [];
  for (let n = 0; n * step <= span * (1 + 1e-9); n += 1) found.push(n * step);
  if (exact) {
    while (found.length > 1 && span - found.at(-1) < room) found.pop();
    found.push(span);
  }
  const last = found.length - 1;
  const digits = exact ? 2 : 3;
  return found.map((at, n) => ({
    at,
    label: n === last ? (exact ? seconds(at) : `${trimmed(at / unit, 3)} ${name}`) : trimmed(at / unit, digits + 1),
  }));
}

function trimmed(value, digits) {
  return value.toFixed(digits).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}
