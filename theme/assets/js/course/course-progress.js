/** <course-progress> on the home page, and the same as small marks in the navigation. */

import { h, s } from "./dom.js";
import { events, watch } from "./events.js";
import { root } from "./site.js";

const STEP = 15; // pixels between two dots

export class CourseProgress extends HTMLElement {
  #box = null;

  connectedCallback() {
    if (this.#box !== null) return;
    this.#box = h("div", { class: "cbc-progress", hidden: true });
    this.append(this.#box);
    follow(state => this.#show(state));
  }

  #show({ progress, lessons, exercises }) {
    const { passed, total } = progress;
    const share = h("progress", { max: total || 1, value: passed, "aria-label": "Exercises passed" });
    const items = lessons.filter(lesson => lesson.total > 0).map(lesson => {
      const own = exercises.filter(one => one.lesson === lesson.id);
      return h("li", {},
        h("a", { href: new URL(lesson.url, root).href }, h("span", { class: "cbc-lesson-number" }, lesson.number), h("span", {}, lesson.title)),
        dots(own), h("span", { class: "cbc-tally" }, `${lesson.passed} of ${lesson.total}`));
    });
    const next = exercises.find(one => one.state !== "passed");
    const begun = passed > 0 ? "Go on with" : "Begin with";
    this.#box.replaceChildren(
      h("p", { class: "cbc-progress-words" }, h("strong", {}, `${passed} of ${total}`), " exercises passed"), share,
      h("ol", { class: "cbc-progress-lessons" }, items),
      next ? h("p", { class: "cbc-next-exercise" }, `${begun} `, h("a", { href: new URL(next.url, root).href }, `${next.id} ${next.title}`)) : h("p", {}, "There is no next one."));
    this.#box.hidden = false;
    this.classList.add("cbc-ready");
  }
}

/** Passed and total beside each lesson of the navigation. */
export function markNavigation() {
  follow(({ lessons }) => {
    const byAddress = new Map(lessons.map(lesson => [new URL(lesson.url, root).href, lesson]));
    for (const link of document.querySelectorAll(".md-nav--primary a.md-nav__link")) {
      const lesson = byAddress.get(link.href.split("#")[0]);
      if (!lesson || lesson.total === 0 || link.closest(".md-nav--secondary")) continue;
      const done = lesson.passed === lesson.total;
      const mark = link.querySelector(".cbc-nav-mark") ?? link.appendChild(h("span", { class: "cbc-nav-mark" }));
      mark.classList.toggle("cbc-nav-done", done);
      mark.replaceChildren(
        h("span", { "aria-hidden": "true" }, `${done ? "✓ " : ""}${lesson.passed}/${lesson.total}`),
        h("span", { class: "cbc-spoken" }, `, ${lesson.passed} of ${lesson.total} exercises passed`));
    }
  });
}

/** Calls `show` with the state of all exercises, and again whenever a report changes it. */
function follow(show) {
  let state = null;
  watch(fetched => show((state = structuredClone(fetched))));
  events.addEventListener("report", ({ detail }) => {
    const mine = state?.exercises.find(one => one.id === detail.id);
    if (!mine) return;
    Object.assign(mine, { state: detail.state, passed: detail.passed, total: detail.total });
    const lesson = state.lessons.find(one => one.id === mine.lesson);
    if (lesson) lesson.passed = state.exercises.filter(one => one.lesson === lesson.id && one.state === "passed").length;
    state.progress = detail.progress ?? state.progress;
    show(state);
  });
}

/** A lesson as a small timeline: a dot for each exercise, filled when it has passed, and the bar at the end. */
function dots(exercises) {
  const width = exercises.length * STEP + 8;
  const circles = exercises.map((one, n) => s("circle", { cx: 8 + n * STEP, cy: 9, r: 4.2, class: one.state === "passed" ? "cbc-dot-passed" : "cbc-dot" },
    s("title", {}, `${one.id} ${one.title}: ${one.state}`)));
  const done = exercises.every(one => one.state === "passed");
  return s("svg", { class: "cbc-dots", viewBox: `0 0 ${width} 18`, width, height: 18, "aria-hidden": "true" },
    s("path", { class: "cbc-dots-line", d: `M1 9H${width - 2}` }), circles,
    s("path", { class: done ? "cbc-dots-end-passed" : "cbc-dots-end", d: `M${width - 2} 2v14` }));
}
