/* The guide of the first minute: four steps that tick themselves by what happens in the world. */
import { history } from "./api.js";
import { el, fill, span, tool } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { customers, group, person, soon } from "./world.js";

const STEPS = ["write", "topic", "answer", "note"];
const NOTE = /^(?:\/\/|\/note\b)/u;

/** The guide, drawn into `root`; `closed()` is called when it has been put away. */
export class Guide {
  constructor(root, closed) {
    Object.assign(this, { root, closed });
    this.done = new Set(kept("guide.done"));
    this.look = soon(() => this.#look());
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

  /** The state of the world has changed: a name of the first customer may be another. */
  changed() {
    this.draw();
  }

  /** An event of the world; null when some were missed. */
  heard(event) {
    if (!event || event.type === "message") this.look();
  }

  /** Draws all again in the page's language. */
  translate() {
    this.draw();
  }

  /** Reads what the first customer and the operators in her topics have said. */
  async #look() {
    const first = customers()[0];
    const chat = group();
    if (!first || !chat || this.done.size === STEPS.length) return;
    const said = (await history({ person: first.id })).filter((one) => one.from.id === first.id && isWords(one));
    this.#tick("write", said.length > 0);
    const topics = chat.topics.filter(({ name }) => name.includes(first.first_name));
    this.#tick("topic", said.length > 0 && topics.length > 0);
    for (const topic of topics) await this.#read(chat, topic);
    this.draw();
  }

  async #read(chat, topic) {
    const said = await history({ chat: chat.id, thread: topic.thread });
    const words = said.filter((one) => person(one.from.id)).map((one) => one.text ?? one.caption ?? "");
    this.#tick("answer", words.some((one) => one && !one.startsWith("/")));
    this.#tick("note", words.some((one) => NOTE.test(one)));
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

const isWords = (message) => !(message.text ?? "").startsWith("/");

function kept(name) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "[]").filter((step) => STEPS.includes(step));
  } catch {
    return [];
  }
}
