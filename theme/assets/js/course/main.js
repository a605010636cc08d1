/** Brings a page's elements to life, and loads of the rest only what the page uses. */

import { markNavigation } from "./course-progress.js";
import { noteServer } from "./site-note.js";

const ELEMENTS = {
  "stream-demo": async () => (await import("./stream-demo.js")).StreamDemo,
  "course-exercise": async () => (await import("./course-exercise.js")).CourseExercise,
  "course-predict": async () => (await import("./course-predict.js")).CoursePredict,
  "course-progress": async () => (await import("./course-progress.js")).CourseProgress,
};

for (const [name, load] of Object.entries(ELEMENTS)) {
  if (document.querySelector(name)) load().then(element => customElements.get(name) ?? customElements.define(name, element));
}
markNavigation();
noteServer();

// The theme's search is a dialog without a name.
document.querySelector('.md-search[role="dialog"]:not([aria-label])')?.setAttribute("aria-label", "Search");
