/**
 * <stream-demo app="03" path="/report?every=0.4" compare="/report/buffered?every=0.4" speed="every" mode="fetch">
 *
 * Asks a lesson's app for one stream, or two at the same moment, and draws what arrives. Without a course server it
 * plays the recording that the page was built with. Nothing starts by itself.
 */

import { Disclosure, bytes, table } from "./demo-details.js";
import { build, showReceived } from "./demo-view.js";
import { events } from "./events.js";
import { day, happenings, parse, replay } from "./replay.js";
import { Row } from "./row.js";
import { appUrl, found, server } from "./site.js";
import { Decoder } from "./sse.js";
import { listen, read } from "./stream.js";
import { connection, summary } from "./words.js";

const MOST = 4; // streams open at once on a page: a browser opens six connections to a server, for all of its pages
const SLOW = 1; // seconds that a slow reader takes before each read
const demos = new Set();
const ended = new Map(); // processes of the lessons' apps that have ended: which, and why
let open = 0;

addEventListener("pagehide", () => demos.forEach(demo => demo.stop()));
events.addEventListener("apps", ({ detail }) => {
  ended.set(String(detail.run), detail.why);
  demos.forEach(demo => demo.retell());
});

export class StreamDemo extends HTMLElement {
  #view = null;
  #run = null; // {control: AbortController} while streams are open
  #rows = [];
  #told = false; // whether the words are about what `#rows` did
  #details = [];

  connectedCallback() {
    demos.add(this);
    if (this.#view !== null) return;
    this.recording = parse(this.querySelector("script.recording")?.textContent ?? "");
    this.scaled = (this.getAttribute("speed") ?? "").split(/[\s,]+/).filter(Boolean);
    const figure = this.querySelector("figure") ?? this.appendChild(document.createElement("figure"));
    const caption = this.getAttribute("caption");
    if (caption && !figure.querySelector("figcaption")) figure.append(Object.assign(document.createElement("figcaption"), { textContent: caption }));
    this.#view = build(figure, {
      speeds: this.scaled.length > 0, slow: !this.listens, title: caption ?? "What arrived, and when",
      onRun: () => (this.#run ? this.stop() : this.start()),
    });
    const recorded = () => (this.hasAttribute("veiled") ? [] : this.recording?.streams ?? []);
    this.#details = [new Disclosure("Raw bytes", () => bytes(this.#rows, recorded(), this.listens)), new Disclosure("Table", () => table(this.#rows))];
    this.#view.received.parentElement.querySelector(".cbc-legend-live").after(...this.#details.map(one => one.element));
    this.rest();
    server().then(state => state === null && this.#alone(true));
    found().then(state => state !== null && this.#alone(false));
    this.classList.add("cbc-ready");
  }

  disconnectedCallback() {
    demos.delete(this);
    this.stop();
  }

  /** Whether an EventSource reads the stream. */
  get listens() {
    return this.getAttribute("mode") === "events";
  }

  get streams() {
    const paths = [this.getAttribute("path"), this.getAttribute("compare")].filter(Boolean);
    const names = (this.getAttribute("names") ?? "").split(",").map(name => name.trim());
    return paths.map((path, n) => ({ path, name: names[n] || this.recording?.streams[n]?.name || path.split("?")[0] }));
  }

  /** Show the recording as it ended; a demo that is `veiled` (somebody is still guessing) shows an empty axis. */
  rest() {
    if (this.#run) return;
    this.#rows = this.streams.map(({ name }, n) => {
      const row = Object.assign(new Row(name), { replayed: true });
      const recorded = this.hasAttribute("veiled") ? null : this.recording?.streams[n];
      if (recorded) happenings(recorded).forEach(one => row.take(one));
      return row;
    });
    const whole = this.#rows.every(row => row.over);
    this.#view.timeline.show(this.#rows, whole ? Math.max(...this.#rows.map(row => row.until)) : this.#expected(1));
    this.#tell(whole ? summary(this.#rows) : "", false);
    showReceived(this.#view.received, this.#rows);
    this.#details.forEach(one => one.update());
  }

  /** Ask for the streams (or play the recording), and draw until they are over. */
  async start() {
    if (this.#run) return;
    const streams = this.streams;
    if (open + streams.length > MOST) {
      this.#tell("Four streams are open on this page already, and a browser has six connections for one server. Stop one first.");
      return;
    }
    open += streams.length;
    const run = (this.#run = { control: new AbortController() });
    this.#view.run.textContent = "Stop";
    this.#view.words.textContent = "";
    this.#told = false;
    this.classList.add("cbc-running");
    try {
      await this.#play(run, streams);
    } finally {
      open -= streams.length;
      this.#run = null;
      this.classList.remove("cbc-running");
      this.#view.run.textContent = "Start";
    }
  }

  /** Close the connections. The server sees a client that has left. */
  stop() {
    this.#run?.control.abort();
  }

  async #play(run, streams) {
    const rate = Number(this.#view.pace.value);
    const live = (await server()) !== null;
    this.#alone(!live); // a server may have come or gone since
    if (!live && this.recording === null) return this.#tell("Nothing to show: no course server answers, and the page has no recording of this.");
    this.#rows = streams.map(({ name }) => Object.assign(new Row(name), { replayed: !live }));
    this.#view.timeline.show(this.#rows, this.#expected(rate));
    this.#view.spoken.textContent = live ? "Started." : "Started: a recording.";
    const began = performance.now();
    const clock = () => (performance.now() - began) / 1000;
    this.#view.timeline.run(clock);
    const { signal } = run.control;
    await Promise.all(streams.map(({ path }, n) => this.#follow(this.#rows[n], live
      ? this.#source(path, rate, { signal, clock })
      : replay(this.recording.streams[n], { signal, clock, rate }))));
    this.#view.timeline.finish();
    if (live && this.#rows.every(row => row.state === "failed" && row.status === null)) this.#alone((await server({ again: true })) === null);
    this.#told = true;
    this.retell();
    this.dispatchEvent(new CustomEvent("stream-demo-end", { bubbles: true }));
  }

  /** How it went, and whether the app was restarted meanwhile: that may be known a moment later. */
  retell() {
    const why = this.#rows.filter(row => row.state === "truncated").map(row => ended.get(row.run)).find(Boolean);
    const text = summary(this.#rows) + (why ? `. The app was restarted: ${why}.` : "");
    if (this.#told && text !== this.#view.words.textContent) this.#tell(text);
  }

  #source(path, rate, options) {
    const url = appUrl(this.getAttribute("app"), path);
    for (const name of this.scaled) {
      if (url.searchParams.has(name)) url.searchParams.set(name, Number((Number(url.searchParams.get(name)) / rate).toPrecision(6)));
    }
    if (this.listens) return listen(url, { ...options, names: this.#eventNames() });
    return read(url, { ...options, pause: () => (this.#view.slowly.checked ? SLOW : 0) });
  }

  async #follow(row, source) {
    for await (const happening of source) {
      row.take(happening);
      this.#details.forEach(one => one.update());
      showReceived(this.#view.received, this.#rows);
      this.#view.link.hidden = !this.listens;
      if (this.listens) this.#view.link.textContent = this.#rows.map(one => `EventSource: ${connection(one)}`).join(" / ");
    }
  }

  /** How long (seconds) the streams should take, so that the axis need not change on the way. */
  #expected(rate) {
    return Math.max(1, ...(this.recording?.streams ?? []).map(stream => (stream.ended_at ?? 0) / rate));
  }

  /** The names of events that the attribute or the recording knows: an EventSource passes on only what has a listener. */
  #eventNames() {
    const text = (this.recording?.streams ?? []).map(stream => stream.chunks.map(([, chunk]) => atob(chunk)).join("") + "\n\n");
    const recorded = text.flatMap(one => new Decoder().feed(one)).map(one => one.type).filter(Boolean);
    return [...(this.getAttribute("events") ?? "").split(/[\s,]+/).filter(Boolean), ...recorded];
  }

  /** Whether no server is behind this page: then a recording is all there is. */
  #alone(alone) {
    const { source, slower, speed, run } = this.#view;
    const made = this.recording ? `Replayed from a recording of ${day(this.recording.made)}: no course server is behind this page.` : "";
    source.textContent = alone ? made : "";
    slower.hidden = alone || this.listens; // a recording cannot know what another reader would have met
    speed.hidden = alone ? this.recording === null : this.scaled.length === 0;
    run.disabled = alone && this.recording === null;
  }

  #tell(text, aloud = true) {
    this.#view.words.textContent = text;
    if (aloud) this.#view.spoken.textContent = text;
  }
}
