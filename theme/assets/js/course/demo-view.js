/** The parts of a demo that can be seen, built around the static figure. */

import { announcer, h } from "./dom.js";
import { Timeline } from "./timeline.js";

let made = 0;

/**
 * Builds the controls, the drawing and the lines of words into `figure`, and returns them by name. What scripts-off
 * readers saw (drawing, table) is replaced; the caption stays.
 */
export function build(figure, { speeds, slow, title, onRun }) {
  const number = (made += 1);
  const timeline = new Timeline(title);
  const run = h("button", { type: "button", class: "cbc-run", onclick: onRun }, "Start");
  const pace = h("select", { id: `cbc-speed-${number}` },
    [["0.5", "½×"], ["1", "1×"], ["2", "2×"]].map(([value, word]) => h("option", { value, selected: value === "1" }, word)));
  const speed = h("span", { class: "cbc-control", hidden: !speeds }, h("label", { for: pace.id }, "Speed"), pace);
  const slowly = h("input", { type: "checkbox", role: "switch", id: `cbc-slow-${number}` });
  const slower = h("span", { class: "cbc-control", hidden: !slow }, slowly, h("label", { for: slowly.id }, "Slow reader"));
  const source = h("span", { class: "cbc-source" });
  const words = h("p", { class: "cbc-words" });
  const link = h("p", { class: "cbc-connection", hidden: true });
  const received = h("div", { class: "cbc-received", hidden: true });
  const spoken = announcer();
  for (const child of [...figure.children]) if (child.localName !== "figcaption") child.remove();
  figure.prepend(
    h("div", { class: "cbc-controls" }, run, slower, speed, source),
    timeline.element, received, link, words, timeline.legend, spoken);
  return { timeline, run, pace, speed, slowly, slower, source, words, link, received, spoken };
}

/** What each reader has in hand by now: the end of the text, one line for each row. */
export function showReceived(box, rows) {
  const some = rows.some(row => row.textual);
  box.hidden = !some;
  if (!some) return;
  if (box.children.length !== rows.length * 2) {
    box.replaceChildren(...rows.flatMap(row => [h("span", { class: "cbc-has-name" }, row.name), h("span", { class: "cbc-has" }, h("bdi"))]));
  }
  rows.forEach((row, n) => {
    const text = row.received.replace(/\s+/g, " ").trimStart() || "\u2026";
    const line = box.children[2 * n + 1].firstChild;
    if (line.textContent !== text) line.textContent = text;
  });
}
