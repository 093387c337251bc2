/* The guide of the first minute: four steps that tick themselves by what the visitor does. */
import { el, fill, span, tool } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { customers, groups, person, visitor } from "./world.js";

const STEPS = ["write", "topic", "answer", "note"];
const NOTE = /^(?:\/\/|\/note\b)/u;

/** The guide, drawn into `root`; `closed()` is called when it has been put away. */
export class Guide {
  constructor(root, closed) {
    Object.assign(this, { root, closed });
    this.done = new Set(kept("guide.done"));
    this.draw();
  }

  /** Whether it is on the screen. */
  get open() {
    return localStorage.getItem("guide.closed") !== "yes";
  }

  /** Brings it back. */
  show() {
    localStorage.removeItem("guide.closed");
    this.draw();
  }

  /** The state of the world has changed: there may be the topic of whoever has written here. */
  changed() {
    const writer = firstName(localStorage.getItem("guide.writer"));
    const named = writer && groups().some(({ topics }) => topics.some(({ name }) => name.includes(writer)));
    this.#tick("topic", Boolean(named));
    this.draw();
  }

  /** An event of the world: what it changes is in its state. */
  heard() {}

  /** Somebody has said something by this page; a command of a customer's is no request. */
  own({ who, text, inGroup, inTopic }) {
    if (inGroup && !inTopic) return;
    if (!inGroup && !text.startsWith("/")) {
      if (!this.done.has("write")) localStorage.setItem("guide.writer", String(who));
      this.#tick("write", true);
    }
    if (inTopic) this.#tick("note", NOTE.test(text));
    if (inTopic) this.#tick("answer", !text.startsWith("/"));
    this.changed();
  }

  /** Draws all again in the page's language. */
  translate() {
    this.draw();
  }

  #tick(step, done) {
    if (!done || this.done.has(step)) return;
    this.done.add(step);
    localStorage.setItem("guide.done", JSON.stringify([...this.done]));
  }

  /** Draws it as things stand. */
  draw() {
    this.root.hidden = !this.open;
    if (!this.open) return;
    const next = STEPS.find((step) => !this.done.has(step));
    this.root.setAttribute("aria-label", t("guide"));
    fill(this.root,
      el("ol", {}, STEPS.map((step, at) => this.#step(step, at, next))),
      next ? null : span("whole", t("guide.whole")),
      tool(icon("close"), t("guide.close"), () => this.#close()));
  }

  #step(step, at, next) {
    const done = this.done.has(step);
    const look = { class: `${done ? "done" : ""} ${step === next ? "next" : ""}`, data: { step } };
    const name = customers()[0]?.first_name ?? "";
    return el("li", { ...look, "aria-current": step === next ? "step" : null },
      span("sign", done ? icon("check") : String(at + 1)),
      span("words", t(`guide.${step}`, { name })),
      done ? span("quiet", t("guide.done")) : null);
  }

  #close() {
    localStorage.setItem("guide.closed", "yes");
    this.draw();
    this.closed();
  }
}

/** What a topic's name has of whoever has written, by the bot or at the site. */
const firstName = (id) => person(Number(id))?.first_name ?? visitor(id)?.name.split(" ")[0];

function kept(name) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "[]").filter((step) => STEPS.includes(step));
  } catch {
    return [];
  }
}
