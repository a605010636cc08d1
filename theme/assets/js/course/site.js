/** Where this site lies, and whether a course server is behind it. */

/** The root of the site, whatever folder of whatever host it was copied to. */
export const root = new URL("../../../", import.meta.url);

const PATIENCE = 1500; // ms after which a page no longer waits for a course server
const LIMIT = 20000; // ms after which nobody waits for an answer

let asked = null;

/**
 * The state of all exercises as the course server tells it (`GET /course/exercises`), or null when no server answers,
 * or none does in time. Asked once; `{again: true}` asks anew.
 */
export function server({ again = false } = {}) {
  if (again) asked = null;
  return Promise.race([found(), new Promise(resolve => setTimeout(resolve, PATIENCE, null))]);
}

/** The same for whoever has time: a server may be busy while it starts. */
export function found() {
  return (asked ??= json("course/exercises").then(answer => (answer?.server === false ? null : answer)));
}

/** One exercise with its last report and, once passed, its solution; null when the server does not answer. */
export function exercise(id) {
  return json(`course/exercises/${encodeURIComponent(id)}`);
}

/** The address of a path of a lesson's app: `appUrl("03", "/report?every=0.4")`. */
export function appUrl(app, path) {
  return new URL(`apps/${app}/${path.replace(/^\/+/, "")}`, root);
}

/** What was remembered under `name` in this browser; null when there is nothing, or storage is off. */
export function recall(name) {
  try {
    return localStorage.getItem(`chunk-by-chunk:${name}`);
  } catch {
    return null;
  }
}

/** Remember `value` under `name`; null forgets it. Where storage is off, nothing happens. */
export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(`chunk-by-chunk:${name}`);
    else localStorage.setItem(`chunk-by-chunk:${name}`, value);
  } catch {
    // a private window: the page works, and forgets
  }
}

async function json(path) {
  try {
    const options = { cache: "no-store", signal: AbortSignal.timeout(LIMIT), headers: { Accept: "application/json" } };
    const answer = await fetch(new URL(path, root), options);
    const value = answer.ok ? await answer.json() : null;
    return value?.v === undefined || value.v === 1 ? value : null;
  } catch {
    return null; // nobody there, too slow, or a page instead of JSON
  }
}
