/** Draws rows of arrivals on one time axis, while they arrive. The motif of the course: axis, dots, bar at the end. */

import { h, s, set } from "./dom.js";
import { roomy, seconds, ticks } from "./scale.js";
import { description } from "./words.js";
import { ENDS, count, explain, mark } from "./shapes.js";

const NARROW = 560; // below this width (px) a row's name stands above its line
const TOGETHER = 0.003; // seconds: arrivals that close are drawn as one, with their number
const MOST = 600; // marks drawn per row: more than that would be a bar
const EASE = 0.18; // share of the way to a new scale per frame

export class Timeline {
  element = h("div", { class: "cbc-drawing-live" });
  legend = h("ul", { class: "cbc-legend-live", "aria-hidden": "true" });
  #title;
  #rows = [];
  #views = [];
  #span = 1;
  #target = 1;
  #width = 0;
  #clock = null;
  #calm = matchMedia("(prefers-reduced-motion: reduce)");
  #drawn = 0;

  constructor(title) {
    this.#title = title;
    new ResizeObserver(([{ contentRect }]) => { // tells the width when it is known anyway; to ask would cost a layout
      const width = Math.round(contentRect.width);
      if (width === this.#width) return;
      this.#width = width;
      this.#lay();
    }).observe(this.element);
  }

  /** Show `rows` (row.js); `span` is how long (seconds) they are expected to take. */
  show(rows, span = 1) {
    this.#clock = null;
    this.#rows = rows;
    this.#span = this.#target = Math.max(span, 0.001);
    this.#lay();
  }

  /** Draw with every frame what has arrived by `clock()` (seconds), until `finish`. */
  run(clock) {
    this.#clock = clock;
    const frame = () => {
      if (this.#clock !== clock) return;
      const pace = this.#calm.matches ? 250 : 0; // ms between two pictures, for whoever wants little motion
      if (performance.now() - this.#drawn >= pace) this.#draw(clock());
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  /** Nothing more will come: the axis ends with the last row. */
  finish() {
    this.#clock = null;
    this.#target = Math.max(...this.#rows.map(row => row.until ?? 0), 0.001);
    const settle = () => {
      if (this.#clock !== null) return;
      const close = Math.abs(this.#target - this.#span) < this.#target / 500;
      this.#span = close || this.#calm.matches ? this.#target : this.#span + (this.#target - this.#span) * EASE;
      this.#place(this.#target, true);
      if (this.#span !== this.#target) requestAnimationFrame(settle);
    };
    settle();
  }

  #draw(now) {
    this.#drawn = performance.now();
    this.#target = roomy(now, this.#target);
    if (this.#calm.matches || this.#target - this.#span < this.#target / 500) this.#span = this.#target;
    else this.#span += (this.#target - this.#span) * EASE;
    this.#place(now, false);
  }

  /** A new picture for the width there is. */
  #lay() {
    if (this.#width === 0 || this.#rows.length === 0) return;
    const wide = this.#width >= NARROW;
    const names = Math.max(...this.#rows.map(row => row.name.length));
    this.left = wide ? Math.min(names * 7.4 + 22, this.#width / 3) : 4;
    this.right = this.#width - 20;
    this.bottom = (wide ? 8 : 22) + this.#rows.length * (wide ? 38 : 52);
    const axis = s("g", { class: "cbc-axis-live" });
    const svg = s("svg", {
      class: "cbc-timeline-live", role: "img", "aria-label": this.#title, width: this.#width, height: this.bottom + 30,
      viewBox: `0 0 ${this.#width} ${this.bottom + 30}`,
    }, s("desc"), axis);
    this.#views = this.#rows.map((row, n) => this.#view(row, wide ? 26 + n * 38 : 44 + n * 52, wide));
    svg.append(...this.#views.map(view => view.group));
    this.element.replaceChildren(svg);
    this.svg = svg;
    this.axis = axis;
    const over = this.#rows.every(row => row.over);
    this.#place(over ? this.#span : (this.#clock?.() ?? 0), over);
  }

  #view(row, y, wide) {
    const name = s("text", { class: "cbc-name-live", x: 0, y: wide ? y + 4.5 : y - 18 }, row.name);
    const lines = Object.fromEntries(["wait", "flow", "gap"].map(kind => [kind, s("path", { class: `cbc-${kind}` })]));
    const start = s("path", { class: "cbc-start", d: `M${this.left} ${y - 8}v16` });
    const marks = s("g");
    const end = s("path", { class: "cbc-end-live" });
    const pen = s("circle", { class: "cbc-pen", r: 3.5, cy: y });
    const group = s("g", { class: "cbc-row-live" }, name, Object.values(lines), start, marks, end, pen);
    return { row, y, group, lines, marks, end, pen, taken: 0, opened: 0, placed: [] };
  }

  #place(now, over) {
    if (this.#views.length === 0) return;
    for (const view of this.#views) this.#placeRow(view, now);
    const key = `${this.#span} ${over}`;
    if (this.axis.dataset.key !== key) this.#placeAxis(over);
    this.axis.dataset.key = key;
    explain(this.legend, this.#rows, this.#views.flatMap(view => view.placed), this.#span);
    if (over) this.svg.querySelector("desc").textContent = this.#rows.map(description).join(". ");
  }

  #placeRow(view, now) {
    const { row, y } = view;
    for (const at of row.opened.slice(view.opened)) this.#mark(view, at, "headers", "status and headers");
    view.opened = row.opened.length;
    for (const one of row.arrivals.slice(view.taken)) this.#mark(view, one.at, one.kind, one.label);
    view.taken = row.arrivals.length;
    for (const placed of view.placed) set(placed.node, { transform: `translate(${this.#x(placed.at)} ${y})` });
    for (const [kind, path] of Object.entries(view.lines)) {
      const pieces = row.line(now).filter(piece => piece.kind === kind);
      path.setAttribute("d", pieces.map(({ from, to }) => `M${this.#x(from)} ${y}H${this.#x(to)}`).join(""));
    }
    set(view.pen, { cx: this.#x(now), display: row.over ? "none" : null });
    if (!row.over) return;
    const near = view.placed.some(one => one.kind !== "headers" && this.#x(row.until) - this.#x(one.at) < 9);
    const x = +this.#x(row.until) + (near ? 9 : 0);
    set(view.end, { d: ENDS[row.state], transform: `translate(${x} ${y})`, class: `cbc-end-live cbc-end-${row.state}` });
  }

  #mark(view, at, kind, label) {
    const last = view.placed.at(-1);
    if (last?.kind === kind && kind !== "headers" && at - last.at <= TOGETHER) {
      last.count += 1;
      last.node.replaceChildren(s("title", {}, `${last.count} at once, ${seconds(at)}`), ...count(last.count));
      return;
    }
    if (view.placed.length >= MOST) return;
    const node = mark(kind, this.#rows);
    node.prepend(s("title", {}, `${label} ${seconds(at)}`));
    view.marks.append(node);
    view.placed.push({ at, kind, node, count: 1 });
  }

  #placeAxis(over) {
    const named = ticks(this.#span, this.right - this.left, over);
    const lines = named.map(({ at }) => `M${this.#x(at)} 4V${this.bottom}`).join("");
    const labels = named.map(({ at, label }, n) => s("text", {
      x: this.#x(at), y: this.bottom + 18, "text-anchor": n === 0 && this.left < 10 ? "start" : +this.#x(at) > this.#width - 30 ? "end" : "middle",
    }, label));
    const base = `M${this.left} ${this.bottom}H${this.right}`;
    this.axis.replaceChildren(s("path", { class: "cbc-grid", d: lines }), s("path", { class: "cbc-base", d: base }), ...labels);
  }

  #x(time) {
    return (this.left + Math.min(time / this.#span, 1.02) * (this.right - this.left)).toFixed(1);
  }
}
