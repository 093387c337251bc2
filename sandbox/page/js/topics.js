/* The list of a forum's topics, and the dialogs about one. */
import { icons, wish } from "./api.js";
import { badge } from "./badge.js";
import { author } from "./bubble.js";
import { button, el, face, fill, named, span, tool } from "./dom.js";
import { lately, t } from "./i18n.js";
import { icon } from "./icons.js";
import { summary } from "./media.js";
import { ask, field, menu } from "./overlays.js";
import { unread, unreadIn } from "./reading.js";
import { serviceKind, serviceText } from "./service.js";
import { groups } from "./world.js";

/** The thread of the topic that every forum has. */
export const GENERAL = 1;

/** A topic's icon: its emoji, else a coloured drop with its first letter. */
export function mark({ thread, emoji, name, color }) {
  if (thread === GENERAL) return span("mark", span("hash", "#"));
  if (emoji) return span("mark", emoji);
  const tone = `#${color.toString(16).padStart(6, "0")}`;
  const letter = [...name].find((one) => /[\p{L}\p{N}]/u.test(one)) ?? "#";
  return span("mark", el("span", { class: "drop", css: { "--tone": tone } }, letter.toUpperCase()));
}

/** The list; `choose(thread)` opens a topic, `create()` makes one, `look(chat)` at another group. */
export class Topics {
  constructor({ choose, create, look }) {
    Object.assign(this, { choose, look });
    this.head = button("names grouphead", () => this.#menu(), [], { "aria-haspopup": "menu" });
    this.make = tool(icon("plus"), "", create);
    this.words = el("input", { type: "search", on: { input: () => this.draw(this.chat, this.open) } });
    this.rows = el("ul", { class: "rows" });
    this.node = el("nav", { class: "topics" },
      el("div", { class: "chatbar" }, face("team", icon("group")), this.head, this.make),
      el("div", { class: "find" }, icon("search"), this.words),
      this.rows);
  }

  /** Draws the topics of `chat`, `open` being the thread on the screen. */
  draw(chat, open) {
    Object.assign(this, { chat, open });
    this.#label();
    const sought = this.words.value.trim().toLowerCase();
    const fits = ({ name, hidden }) => !hidden && name.toLowerCase().includes(sought);
    const found = chat.topics.filter(fits).sort(newestFirst);
    const alone = chat.topics.length === 1 && !sought;
    fill(this.rows,
      found.map((topic) => el("li", {}, this.#row(topic))),
      alone ? nothing("chat", t("noTopics"), t(chat.id === groups()[0].id ? "noTopicsText" : "noTopicsMoved"), "li") : null,
      found.length ? null : nothing("search", t("nothingFound"), "", "li"));
  }

  #label() {
    const members = t("members", { n: this.chat.members.length });
    const elsewhere = groups().filter(({ id }) => id !== this.chat.id).reduce((sum, one) => sum + unreadIn(one), 0);
    fill(this.head,
      el("b", {}, span("clip", this.chat.title), icon("down")),
      el("small", {}, members), badge(elsewhere));
    this.head.setAttribute("aria-label", `${t("groups")}: ${this.chat.title}`);
    named(this.make, t("newTopic"));
    this.words.placeholder = t("search");
    this.words.setAttribute("aria-label", t("search"));
    this.node.setAttribute("aria-label", t("topics"));
  }

  #menu() {
    const one = (chat) => {
      const n = unreadIn(chat);
      const act = () => this.look(chat.id);
      return { text: chat.title, hint: n ? t("unread", { n }) : "", checked: chat.id === this.chat.id, act };
    };
    const more = { icon: "plus", text: t("newGroup"), hint: t("newGroupHint"), act: () => wish("group") };
    menu(this.head, [el("div", { class: "title" }, t("groups")), ...groups().map(one), "-", more]);
  }

  #row(topic) {
    const { thread, name, closed, last } = topic;
    const inside = [
      mark(topic),
      span("name", el("span", { class: "title", title: name }, name), closed ? icon("lock", "lock") : null),
      span("when", last ? lately(last.date) : ""),
      span("last clip", ...lastLine(last)),
      badge(unread(this.chat.id, topic)),
    ];
    const here = { "aria-current": String(thread === this.open) };
    return button(`topicrow ${closed ? "closed" : ""}`, () => this.choose(thread), inside, here);
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
  return (b.last?.message_id ?? 0) - (a.last?.message_id ?? 0);
}

/** A hint in place of content. */
export const nothing = (sign, title, words, tag = "div") =>
  el(tag, { class: "nothing" }, icon(sign), el("b", {}, title), span("", words));

/** Asks for a topic's name and icon (General has none); resolves to `{name, icon?}` or null. */
export async function askTopic(title, confirm, { name = "", icon: chosen = "", thread = 0 } = {}) {
  const words = field(t("topicName"), "name", { value: name, required: true, maxLength: 128 });
  const choice = thread === GENERAL ? [] : await iconChoice(chosen);
  return ask({ title, confirm, fields: [words, ...choice] });
}

const SHOWN_ICONS = 40;

async function iconChoice(chosen) {
  const input = el("input", { type: "hidden", name: "icon", value: chosen });
  const grid = el("div", { class: "icons", role: "group", "aria-label": t("topicIcon") });
  const found = (await icons()).slice(0, SHOWN_ICONS);
  const pick = (id) => {
    input.value = input.value === id ? "" : id;
    draw();
  };
  const draw = () => fill(grid, found.map(({ emoji, custom_emoji_id: id }) =>
    button("", () => pick(id), emoji, { "aria-label": emoji, "aria-pressed": String(input.value === id) })));
  draw();
  return [input, grid];
}
