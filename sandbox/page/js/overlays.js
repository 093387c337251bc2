/* What opens over the page: menus, dialogs, toasts, the picture viewer. */
import { button, el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";

let closeMenu = () => {};

/**
 * Opens a menu at a button or a point. `items` are nodes, "-" for a rule, or
 * `{icon, text, hint, act, danger, checked}`. Esc, a click outside and a choice close it.
 */
export function menu(anchor, items) {
  closeMenu();
  const box = el("div", { class: "menu", role: "menu" }, items.filter(Boolean).map((item) => menuItem(item)));
  const opener = anchor instanceof Element ? anchor : document.activeElement;
  const outside = (event) => { if (!box.contains(event.target)) close(); };
  const close = () => {
    box.remove();
    if (anchor instanceof Element) anchor.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
  };
  closeMenu = close;
  box.addEventListener("keydown", (event) => menuKeys(event, box, opener));
  box.addEventListener("click", (event) => { if (event.target.closest("[data-closes]")) close(); });
  document.body.append(box);
  place(box, anchor);
  if (anchor instanceof Element) anchor.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  box.querySelector("button")?.focus({ preventScroll: true });
}

function menuItem(item) {
  if (item === "-") return el("hr");
  if (item instanceof Node) return item;
  const role = item.checked === undefined
    ? { role: "menuitem" }
    : { role: "menuitemradio", "aria-checked": String(item.checked) };
  const inside = [
    item.icon ? icon(item.icon) : null,
    item.text,
    item.hint ? el("small", {}, item.hint) : null,
  ];
  const look = `item ${item.danger ? "danger" : ""}`;
  return button(look, item.act, inside, { ...role, data: { closes: "" } });
}

function menuKeys(event, box, opener) {
  const buttons = [...box.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (step) buttons.at((at + step) % buttons.length).focus();
  else if (event.key !== "Escape") return;
  else {
    closeMenu();
    opener?.focus();
  }
  event.preventDefault();
  event.stopPropagation();
}

function place(box, anchor) {
  const spot = anchor instanceof Element ? anchor.getBoundingClientRect()
    : { left: anchor.x, right: anchor.x, top: anchor.y, bottom: anchor.y };
  const { width, height } = box.getBoundingClientRect();
  const below = spot.bottom + 6 + height <= innerHeight;
  const left = spot.left + width + 8 <= innerWidth ? spot.left : spot.right - width;
  box.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  box.style.top = `${Math.max(8, below ? spot.bottom + 6 : spot.top - height - 6)}px`;
}

/** A short word at the foot of the page; `bad` for a refusal. */
export function toast(text, bad = false) {
  const note = el("div", { class: `toast ${bad ? "bad" : ""}`, role: bad ? "alert" : "status" }, text);
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), bad ? 6000 : 3500);
}

/**
 * A question in a dialog. `fields` are nodes; the named inputs among them become the answer.
 * Resolves to `{name: value}`, or to null when dismissed.
 */
export function ask({ title, text, fields = [], confirm = t("ok"), danger = false, alone = false }) {
  const box = el("dialog", { class: "card", "aria-label": title ?? text });
  const form = el("form", { method: "dialog" },
    title ? el("h2", {}, title) : null,
    text ? el("p", { class: "words" }, text) : null,
    fields,
    el("div", { class: "row" },
      alone ? null : button("push plain", () => box.close(), t("cancel")),
      el("button", { class: `push ${danger ? "danger" : ""}`, value: "yes" }, confirm)));
  document.body.append(fill(box, form));
  box.showModal();
  return new Promise((resolve) => box.addEventListener("close", () => {
    const answer = box.returnValue === "yes" ? Object.fromEntries(new FormData(form)) : null;
    box.remove();
    resolve(answer);
  }));
}

/** Covers the page while nothing can be done, and says why; gives what takes it away. */
export function veil(text) {
  const box = el("dialog", { class: "card veil", "aria-label": text, on: { cancel: (event) => event.preventDefault() } },
    el("p", { role: "status" }, el("span", { class: "wheel", "aria-hidden": "true" }), text));
  document.body.append(box);
  box.showModal();
  return () => box.remove();
}

/** A labelled input of a dialog. */
export function field(label, name, props = {}) {
  const input = el("input", { name, autocomplete: "off", ...props });
  return el("label", { class: "field" }, el("span", {}, label), input);
}

/** A picture over the whole page, until a click or Esc. */
export function view(source, alt) {
  const on = { click: () => box.close(), close: () => box.remove() };
  const box = el("dialog", { class: "viewer", "aria-label": alt, on }, el("img", { src: source, alt }));
  document.body.append(box);
  box.showModal();
}
