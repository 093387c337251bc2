/* The list of a forum's topics, and the dialogs about one. */
import { icons } from "./api.js";
import { author } from "./bubble.js";
import { el, fill, tool } from "./dom.js";
import { lately, t } from "./i18n.js";
import { icon } from "./icons.js";
import { summary } from "./media.js";
import { ask, field } from "./overlays.js";
import { unread } from "./reading.js";
import { serviceKind, serviceText } from "./service.js";

const GENERAL = 1;

/** A topic's icon: its emoji, else a coloured drop with its first letter. */
export function mark({ thread, emoji, name, color }) {
  if (thread === GENERAL) return el("span", { class: "mark" }, el("span", { class: "hash" }, "#"));
  if (emoji) return el("span", { class: "mark" }, emoji);
  const tone = `#${color.toString(16).padStart(6, "0")}`;
  const letter = [...name].find((one) => /[\p{L}\p{N}]/u.test(one)) ?? "#";
  return el("span", { class: "mark" }, el("span", { class: "drop", css: { "--tone": tone } }, letter.toUpperCase()));
}

/** The list; `choose(thread)` opens a topic, `create()` makes one. */
export class Topics {
  constructor({ choose, create }) {
    Object.assign(this, { choose });
    this.head = el("div", { class: "names" });
    this.make = tool(icon("plus"), "", create);
    this.words = el("input", { type: "search", on: { input: () => this.draw(this.chat, this.open) } });
    this.rows = el("div", { class: "rows", role: "list" });
    this.node = el("nav", { class: "topics" },
      el("div", { class: "chatbar" }, el("span", { class: "avatar", css: { "--tone": 212 }, "aria-hidden": "true" }, icon("group")), this.head, this.make),
      el("div", { class: "find" }, icon("search"), this.words), this.rows);
  }

  /** Draws the topics of `chat`, `open` being the thread on the screen. */
  draw(chat, open) {
    Object.assign(this, { chat, open });
    this.#label();
    const sought = this.words.value.trim().toLowerCase();
    const found = chat.topics.filter(({ name, hidden }) => !hidden && name.toLowerCase().includes(sought)).sort(newestFirst);
    const rows = found.map((topic) => this.#row(topic));
    const alone = chat.topics.length === 1 && !sought;
    fill(this.rows, rows, alone ? nothing("chat", t("noTopics"), t("noTopicsText")) : null, found.length ? null : nothing("search", t("nothingFound"), ""));
  }

  #label() {
    fill(this.head, el("b", { class: "clip" }, this.chat.title), el("small", {}, t("members", { n: this.chat.members.length })));
    this.make.title = t("newTopic");
    this.make.setAttribute("aria-label", t("newTopic"));
    this.words.placeholder = t("search");
    this.words.setAttribute("aria-label", t("search"));
    this.node.setAttribute("aria-label", t("topics"));
  }

  #row(topic) {
    const { thread, name, closed, last } = topic;
    const fresh = thread === this.open ? 0 : unread(this.chat.id, topic);
    return el("button", {
      type: "button", class: `topicrow ${closed ? "closed" : ""}`, role: "listitem", "aria-current": String(thread === this.open),
      data: { thread: String(thread) }, on: { click: () => this.choose(thread) },
    }, mark(topic),
    el("span", { class: "name" }, el("span", { class: "clip" }, name), closed ? icon("lock", "lock") : null),
    el("span", { class: "when" }, last ? lately(last.date) : ""),
    el("span", { class: "last clip" }, lastLine(last)),
    fresh ? el("span", { class: "badge", "aria-label": t("unread", { n: fresh }) }, String(fresh)) : el("span"));
  }
}

function lastLine(last) {
  if (!last) return [t("noMessages")];
  if (serviceKind(last)) return [serviceText(last)];
  return [el("b", { class: "by" }, `${author(last).name.split(" ")[0]}: `), summary(last)];
}

/** General stands first, as in the app; then the newest words. */
function newestFirst(a, b) {
  if (a.thread === GENERAL || b.thread === GENERAL) return a.thread === GENERAL ? -1 : 1;
  return (b.last?.date ?? 0) - (a.last?.date ?? 0) || (b.last?.message_id ?? 0) - (a.last?.message_id ?? 0);
}

/** A hint in place of content. */
export const nothing = (sign, title, words) => el("div", { class: "nothing" }, icon(sign), el("b", {}, title), el("span", {}, words));

/** Asks for a topic's name and icon; resolves to `{name, icon}` or null. */
export async function askTopic(title, confirm, { name = "", icon: chosen = "" } = {}) {
  const input = el("input", { type: "hidden", name: "icon", value: chosen });
  const grid = el("div", { class: "icons", role: "group", "aria-label": t("topicIcon") });
  const found = (await icons()).slice(0, 40);
  const draw = () => fill(grid, found.map(({ emoji, custom_emoji_id: id }) => el("button", {
    type: "button", "aria-label": emoji, "aria-pressed": String(input.value === id),
    on: { click: () => { input.value = input.value === id ? "" : id; draw(); } },
  }, emoji)));
  draw();
  return ask({ title, confirm, fields: [field(t("topicName"), "name", { value: name, required: true, maxLength: 128 }), input, grid] });
}
