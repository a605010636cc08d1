/**
 * <course-exercise id="03.1">: brief, command and hints are static; with a course server the state and the verdict
 * stand on top, and change as the file is saved.
 */

import { announcer, copyButton, h } from "./dom.js";
import { events, watch } from "./events.js";
import { exercise } from "./site.js";
import { Verdicts } from "./verdicts.js";

const SYMBOLS = { passed: "✓", "not yet": "✗", "not started": "○", checking: "◌" };

export class CourseExercise extends HTMLElement {
  #state = null;
  #verdicts = null;
  #spoken = announcer();
  #solution = null;
  #asked = 0;

  connectedCallback() {
    if (this.#state !== null) return;
    this.#state = h("p", { class: "cbc-standing", hidden: true });
    this.#verdicts = new Verdicts();
    this.#solution = h("details", { class: "cbc-solution", hidden: true, ontoggle: () => this.#showSolution() },
      h("summary", {}, "A solution, and other right answers"), h("div", {}));
    (this.querySelector(".cbc-exercise-facts") ?? this.firstElementChild)?.after(this.#state);
    this.querySelector(".cbc-exercise-command")?.append(" ", copyButton(`course check ${this.id}`, `Copy the command course check ${this.id}`));
    const box = this.querySelector(".cbc-exercise") ?? this;
    box.append(this.#verdicts.element, this.#solution, this.#spoken);
    stage([...this.querySelectorAll(".cbc-hints details")]);
    const mine = (type, react) => events.addEventListener(type, ({ detail }) => detail.id === this.id && react(detail));
    mine("checking", () => this.#checking());
    mine("verdict", detail => this.#verdicts.add(detail.verdict));
    mine("report", detail => this.#report(detail));
    events.addEventListener("trouble", ({ detail }) => this.#trouble(detail));
    watch(() => this.#fetch());
    this.classList.add("cbc-ready");
  }

  async #fetch() {
    const asked = (this.#asked += 1);
    const record = await exercise(this.id);
    if (record === null || asked !== this.#asked) return; // something newer has been said meanwhile
    this.#stand(record);
    this.#openFile(record);
    if (record.state !== "checking") this.#verdicts.replace(record.html ?? "", false);
  }

  #checking() {
    this.#asked += 1;
    this.#stand({ state: "checking" });
    this.#verdicts.begin();
  }

  /** While nothing is judged, "checking" would be a promise that nobody keeps. */
  #trouble({ part, text }) {
    if (part !== "judging" || !text || !this.#state.classList.contains("cbc-standing-checking")) return;
    this.#asked += 1;
    this.#state.replaceChildren(`${text} …`);
    this.#verdicts.element.removeAttribute("aria-busy");
    this.#spoken.textContent = `${this.id}: ${text}.`;
  }

  #report(record) {
    this.#asked += 1;
    this.#stand(record);
    this.#verdicts.replace(record.html ?? "", true);
    this.#spoken.textContent = [`${this.id}: ${words(record)}.`, this.#verdicts.firstFailure].filter(Boolean).join(" ");
  }

  /** State as a symbol with its word. */
  #stand(record) {
    this.#state.hidden = false;
    this.#state.className = `cbc-standing cbc-standing-${record.state.replace(" ", "-")}`;
    this.#state.replaceChildren(h("span", { class: "cbc-standing-symbol", "aria-hidden": "true" }, SYMBOLS[record.state] ?? "○"), ` ${words(record)}`);
    if (record.state === "checking") return;
    this.#solution.hidden = record.state !== "passed";
    if (record.state !== "passed") this.#solution.open = false;
  }

  /** The file as a link into the editor when the server knows one, and its path to copy. */
  #openFile({ file, open }) {
    const place = this.querySelector(".cbc-exercise-file");
    const name = place?.querySelector("code");
    if (!name || place.querySelector(".cbc-copy")) return;
    if (open) name.replaceWith(h("a", { href: open, class: "cbc-open" }, h("code", {}, name.textContent)));
    place.append(" ", copyButton(file ?? name.textContent, `Copy the path ${file ?? name.textContent}`));
  }

  async #showSolution() {
    const body = this.#solution.lastElementChild;
    if (!this.#solution.open) return;
    const solution = (await exercise(this.id))?.solution;
    if (!solution) {
      body.replaceChildren(h("p", {}, "The course server does not show it now. On the command line: ", h("code", {}, `course solution ${this.id}`)));
      return;
    }
    const others = (solution.approaches ?? []).map(({ title, code, file }) => h("details", { class: "cbc-approach" },
      h("summary", {}, title), h("p", { class: "cbc-solution-title" }, h("code", {}, file)), markup(code)));
    body.replaceChildren(h("p", { class: "cbc-solution-title" }, "The solution ", h("code", {}, solution.file)), markup(solution.code), ...others);
  }
}

/** The second hint can be opened once the first was. Where they are nested, HTML sees to that itself. */
function stage(hints) {
  hints.forEach((hint, n) => {
    const next = hints[n + 1];
    if (!next || hint.contains(next)) return;
    next.hidden = true;
    hint.addEventListener("toggle", () => (next.hidden = false), { once: true });
  });
}

function words({ state, passed, total }) {
  if (state === "checking") return "checking …";
  return state === "not started" || !total ? state : `${state} (${passed} of ${total})`;
}

/** HTML that our own server rendered and escaped. */
function markup(html) {
  const box = h("div", { class: "cbc-code" });
  box.innerHTML = html;
  for (const code of box.querySelectorAll("pre")) code.tabIndex = 0;
  return box;
}
