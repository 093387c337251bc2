/* Making elements. Foreign text reaches the page through text nodes only. */

/**
 * An element with properties and children. `class`, `data`, `on` and `css` (custom properties)
 * are special; names with a dash or `role` become attributes; the rest are properties.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProperty(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function setProperty(node, name, value) {
  if (value === null || value === undefined) return;
  if (name === "class") node.className = value;
  else if (name === "data") Object.assign(node.dataset, value);
  else if (name === "css") for (const [key, v] of Object.entries(value)) node.style.setProperty(key, v);
  else if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
  else if (name === "role" || name.includes("-")) node.setAttribute(name, value);
  else node[name] = value;
}

const PRESSABLE = "button, a, input";

/** Replaces all children; the focus stays on the button that took the place of the focused one. */
export function fill(node, ...children) {
  const held = node.contains(document.activeElement) ? [...node.querySelectorAll(PRESSABLE)].indexOf(document.activeElement) : -1;
  node.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  if (held >= 0) node.querySelectorAll(PRESSABLE)[held]?.focus({ preventScroll: true });
  return node;
}

/** A round button with an icon and a name for those who do not see it. */
export function tool(icon, label, onclick, extra = {}) {
  const { class: more = "", ...rest } = extra;
  return el("button", { type: "button", class: `tool ${more}`, title: label, "aria-label": label, on: { click: onclick }, ...rest }, icon);
}

/** A stable number made of a text or id, for colours and wave forms. */
export function hash(value) {
  let sum = 7;
  for (const letter of String(value)) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  return sum;
}

const TONES = [8, 28, 265, 145, 190, 212, 335];

/** The hue of a person, the same everywhere. */
export const tone = (id) => TONES[hash(id) % TONES.length];

/** A round picture with initials. */
export function avatar(name, id, extra = "") {
  const letters = (name || "?").split(/\s+/u).filter(Boolean).slice(0, 2).map((word) => [...word][0]);
  return el("span", { class: `avatar ${extra}`, css: { "--tone": tone(id) }, "aria-hidden": "true" }, letters.join("").toUpperCase());
}
