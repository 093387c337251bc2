/* Making elements. Foreign text reaches the page through text nodes only. */

/**
 * An element with properties and children. `class`, `data`, `on` and `css` (custom properties)
 * are special; names with a dash or `role` become attributes; the rest are properties.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProperty(node, name, value);
  node.append(...present(children));
  return node;
}

/** Children may be absent (null, undefined, false), and lists of children. */
const present = (children) => children.flat().filter((child) => child ?? false);

function setProperty(node, name, value) {
  if (value === null || value === undefined) return;
  if (name === "class") node.className = value;
  else if (name === "data") Object.assign(node.dataset, value);
  else if (name === "css") each(value, (key, one) => node.style.setProperty(key, one));
  else if (name === "on") each(value, (event, listener) => node.addEventListener(event, listener));
  else if (name === "role" || name.includes("-")) node.setAttribute(name, value);
  else node[name] = value;
}

function each(record, act) {
  for (const [key, value] of Object.entries(record)) act(key, value);
}

const PRESSABLE = "button, a, input";

/** Replaces all children; the focus stays on the button that took the place of the focused one. */
export function fill(node, ...children) {
  const held = [...node.querySelectorAll(PRESSABLE)].indexOf(document.activeElement);
  node.replaceChildren(...present(children));
  if (held >= 0) node.querySelectorAll(PRESSABLE)[held]?.focus({ preventScroll: true });
  return node;
}

/** Gives a button its name, for the pointer that rests on it and for those who do not see it. */
export function named(node, label) {
  node.title = label;
  node.setAttribute("aria-label", label);
  return node;
}

/** A button; `props` as for `el`. */
export function button(className, act, children, props = {}) {
  return el("button", { type: "button", class: className, on: { click: act }, ...props }, children);
}

/** A round button with an icon and a name. */
export function tool(icon, label, act, { class: more = "", ...props } = {}) {
  return named(button(`tool ${more}`, act, icon, props), label);
}

/** An arrow key on a tab: the focus goes to the next one of its row. */
export function step(event) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const tabs = [...event.currentTarget.closest("[role=tablist]").querySelectorAll("[role=tab]")];
  if (by) tabs.at((tabs.indexOf(event.currentTarget) + by) % tabs.length).focus();
}

/** A piece of text with a class. */
export const span = (className, ...children) => el("span", { class: className }, children);

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
  const words = (name || "?").split(/\s+/u).filter(Boolean).slice(0, 2);
  const initials = words.map((word) => [...word][0]).join("").toUpperCase();
  return face(extra, initials, { css: { "--tone": tone(id) } });
}

/** A round picture with an icon: a bot, a group, somebody who hides. */
export const face = (extra, inside, props = {}) =>
  el("span", { class: `avatar ${extra}`, "aria-hidden": "true", ...props }, inside);
