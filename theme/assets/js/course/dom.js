/** The little of the DOM that the elements need: building nodes without markup in strings. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An HTML element: `h("p", {class: "a", hidden: true, onclick: f}, "text", node)`.
 * False and null attributes and children are left out; functions become listeners.
 */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Set several attributes of an element at once. */
export function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === false || value === null || value === undefined) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? "" : value);
  }
  return node;
}

/** A region whose changes a screen reader says aloud, when it is done with its sentence. Seen by nobody. */
export function announcer() {
  return h("p", { class: "cbc-spoken", role: "status" });
}

/** A button that copies a text and says that it did. */
export function copyButton(text, label) {
  const said = h("span", { class: "cbc-copied", role: "status" });
  const button = h("button", {
    type: "button",
    class: "cbc-copy",
    "aria-label": label,
    onclick: async () => {
      said.textContent = (await copy(text)) ? "copied" : "not allowed here";
      setTimeout(() => (said.textContent = ""), 2000);
    },
  }, "copy");
  return h("span", { class: "cbc-copy-group" }, button, said);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no permission, or a page that is not a secure context
  }
}

function fill(node, attributes, children) {
  set(node, attributes);
  node.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return node;
}
