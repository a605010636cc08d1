/**
 * <course-predict for="id of a demo">: a question, then <details> with a choice each, one of class `right`. Scripts
 * make a guess of it: one choice, kept; its explanation; then whatever follows, and the demo that shows who was right.
 */

import { h } from "./dom.js";
import { recall, remember, root } from "./site.js";

let made = 0;

export class CoursePredict extends HTMLElement {
  #choices = [];
  #buttons = null;
  #after = [];
  #outcome = null;

  connectedCallback() {
    if (this.#buttons !== null) return;
    this.#choices = [...this.querySelectorAll("details")].filter(one => !one.parentElement.closest("details"));
    if (this.#choices.length === 0) return;
    const parent = this.#choices[0].parentElement;
    const question = [...parent.children].find(child => child.localName !== "details");
    const number = (made += 1);
    this.#after = [...parent.children].slice([...parent.children].indexOf(this.#choices.at(-1)) + 1);
    if (question) question.id ||= `cbc-question-${number}`;
    this.key = `predict:${location.href.split(/[?#]/)[0].replace(root.href, "")}:${this.id || number}`;
    this.#buttons = h("div", { class: "cbc-choices", role: "group", "aria-labelledby": question?.id ?? null },
      this.#choices.map((choice, n) => h("button", { type: "button", class: "cbc-choice", onclick: () => this.#guess(n) },
        ...[...choice.querySelector("summary").childNodes].map(node => node.cloneNode(true)))));
    this.#outcome = h("div", { class: "cbc-outcome", hidden: true },
      h("p", { tabindex: -1 }),
      h("p", { class: "cbc-outcome-actions" },
        this.demo ? h("button", { type: "button", class: "cbc-run", onclick: () => this.#run() }, "Run it and see") : null, " ",
        h("button", { type: "button", class: "cbc-quiet", onclick: () => this.#again() }, "Guess again")));
    this.#choices[0].before(this.#buttons);
    this.#choices.at(-1).after(this.#outcome);
    this.demo?.addEventListener("stream-demo-end", () => this.#mark());
    this.classList.add("cbc-ready");
    const before = Number.parseInt(recall(this.key) ?? "", 10);
    if (this.#choices[before]) this.#show(before);
    else this.#ask();
  }

  /** The demo that shows who was right. */
  get demo() {
    return document.getElementById(this.getAttribute("for") ?? "");
  }

  #guess(n) {
    remember(this.key, String(n));
    this.#show(n);
    this.#outcome.firstElementChild.focus({ preventScroll: true }); // the button that had the focus is gone
  }

  #ask() {
    this.#buttons.hidden = false;
    this.#outcome.hidden = true;
    for (const part of [...this.#choices, ...this.#after]) part.hidden = true;
    for (const choice of this.#choices) {
      tag(choice, "cbc-tag-guess", "", false);
      tag(choice, "cbc-tag-right", "", false);
    }
    this.#veil(true);
  }

  #show(n) {
    this.#buttons.hidden = true;
    this.#outcome.hidden = false;
    for (const part of [...this.#choices, ...this.#after]) part.hidden = false;
    this.#choices.forEach((choice, index) => {
      choice.open = index === n;
      tag(choice, "cbc-tag-guess", "your guess", index === n);
    });
    const right = isRight(this.#choices[n]);
    this.classList.toggle("cbc-was-right", right);
    this.#outcome.firstElementChild.textContent = right ? "Your guess was right." : "Your guess was not what happens. Above is why.";
    this.#veil(false);
    if (!this.demo || right) this.#mark();
  }

  #run() {
    this.demo.scrollIntoView({ block: "nearest" });
    this.demo.start?.();
  }

  /** Show which choice is right: when the guess was, or when the demo has shown it. */
  #mark() {
    if (this.#outcome.hidden) return;
    for (const choice of this.#choices) tag(choice, "cbc-tag-right", "✓ right", isRight(choice));
  }

  #again() {
    remember(this.key, null);
    this.#ask();
    this.#buttons.firstElementChild.focus();
  }

  /** The demo's recording would give the answer away. */
  #veil(on) {
    const demo = this.demo;
    if (!demo) return;
    demo.toggleAttribute("veiled", on);
    demo.rest?.();
  }
}

function isRight(choice) {
  return choice.classList.contains("right") || choice.hasAttribute("right");
}

/** A word behind a choice, or none. */
function tag(choice, name, word, on) {
  const summary = choice.querySelector("summary");
  summary.querySelector(`.${name}`)?.remove();
  if (on) summary.append(" ", h("span", { class: `cbc-tag ${name}` }, word));
}
