/** The verdict of one exercise on the page: the last report, whose lines change while a new one is on its way. */

import { h } from "./dom.js";

const SYMBOLS = { passed: "✓", failed: "✗", "not checked": "–", "not started": "○" };

export class Verdicts {
  element = h("div", { class: "cbc-panel" });
  #seen = new Set(); // sentences judged in the run that is on its way

  /** A new run has begun: what stands here is from the last one. */
  begin() {
    this.#seen.clear();
    this.element.setAttribute("aria-busy", "true");
    this.element.classList.remove("cbc-fresh");
    for (const line of this.#lines()) line.classList.add("cbc-stale");
  }

  /** One verdict (course.verdict.Verdict as JSON): its line changes in place, or is added. */
  add({ sentence, state }) {
    this.#seen.add(plain(sentence));
    let line = this.#lines().find(one => plain(one.querySelector(".cbc-sentence").textContent) === plain(sentence));
    if (!line) {
      line = h("li", {}, h("p", { class: "cbc-criterion" }, h("span", { class: "cbc-symbol", "aria-hidden": "true" }), " ",
        h("span", { class: "cbc-word" }), " ", h("span", { class: "cbc-sentence" }, ...prose(sentence))));
      this.#list().append(line);
    }
    line.className = `cbc-verdict cbc-${state.replace(" ", "-")}`;
    line.querySelector(".cbc-symbol").textContent = SYMBOLS[state] ?? "";
    line.querySelector(".cbc-word").textContent = state;
  }

  /** The whole report, as the server rendered it. `fresh`: it was just made. */
  replace(html, fresh) {
    const focused = this.#focusable().indexOf(document.activeElement);
    this.element.innerHTML = html; // rendered and escaped by course.render.html
    this.element.removeAttribute("aria-busy");
    for (const drawing of this.element.querySelectorAll(".cbc-timelines > svg")) scrollable(drawing);
    if (focused >= 0) this.#focusable()[focused]?.focus({ preventScroll: true });
    if (!fresh) return;
    this.element.classList.remove("cbc-fresh");
    void this.element.offsetWidth; // so that the highlight begins anew
    this.element.classList.add("cbc-fresh");
  }

  /** The first failure in words, for whoever listens: the sentence and why. */
  get firstFailure() {
    const line = this.element.querySelector(".cbc-verdict.cbc-failed");
    if (!line) return "";
    return [".cbc-sentence", ".cbc-why"].map(name => line.querySelector(name)?.textContent).filter(Boolean).join(" ");
  }

  #lines() {
    return [...this.element.querySelectorAll(".cbc-verdict")].filter(line => line.querySelector(".cbc-sentence"));
  }

  #list() {
    const found = this.element.querySelector(".cbc-verdicts");
    if (found) return found;
    const list = h("ol", { class: "cbc-verdicts" });
    this.element.replaceChildren(h("section", { class: "cbc-report" }, list));
    return list;
  }

  #focusable() {
    return [...this.element.querySelectorAll("a, button, summary, [tabindex]")];
  }
}

/** A wide drawing scrolls on a small screen, instead of shrinking until nobody can read it. */
function scrollable(drawing) {
  const box = h("div", { class: "cbc-scroll", role: "region", tabindex: 0, "aria-label": `${drawing.getAttribute("aria-label")}, drawn` });
  drawing.replaceWith(box);
  box.append(drawing);
}

function plain(text) {
  return text.replaceAll("`", "").replace(/\s+/g, " ").trim();
}

function prose(text) {
  return text.split("`").map((part, n) => (n % 2 ? h("code", {}, part) : part));
}
