/* The topics of a customer's chat with the bot, as tabs over it; the first shows all of the chat. */
import { badge } from "./badge.js";
import { button, el, fill, named, span, step } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { ask } from "./overlays.js";
import { markRead, unread } from "./reading.js";
import { askTopic } from "./topics.js";

/** The thread of what shows the whole chat: what is written there stands outside of all topics. */
export const ALL = 0;

const NEAREST = { block: "nearest", inline: "nearest" };

/** The row. `choose(thread)` opens one, `create()` makes one. */
export class Branches {
  constructor({ choose, create }) {
    Object.assign(this, { choose, create });
    this.node = el("div", { class: "branches", role: "tablist", hidden: true });
  }

  /** Draws the topics of this person's chat, `open` being the thread on the screen. */
  draw(whose, topics, open, mayCreate) {
    this.node.hidden = !topics.length && !mayCreate;
    if (this.node.hidden) return;
    if (this.node.checkVisibility()) {
      for (const topic of topics) if (open === ALL || topic.thread === open) markRead(whose, topic);
    }
    this.node.setAttribute("aria-label", t("topics"));
    const newest = [...topics].sort((a, b) => b.thread - a.thread);
    const tabs = newest.map((topic) => this.#tab(topic.thread, topic.name, open, unread(whose, topic)));
    fill(this.node,
      this.#tab(ALL, t("allTopics"), open, 0), tabs,
      mayCreate ? named(button("make", this.create, icon("plus")), t("newTopic")) : null);
    const shown = `${whose}:${open}`;
    if (shown !== this.shown) this.node.querySelector("[aria-selected=true]")?.scrollIntoView(NEAREST);
    this.shown = shown;
  }

  #tab(thread, name, open, count) {
    return el("button", {
      type: "button", role: "tab", title: name, "aria-selected": String(thread === open),
      on: { click: () => this.choose(thread), keydown: step },
    }, span("clip", name), badge(count));
  }
}

/** What the menu of the chat offers about the open topic; `does(what, args)` lets the person act. */
export function branchItems(topic, does) {
  const rename = async () => {
    const answer = await askTopic(t("renameTopic"), t("save"), topic);
    if (answer && (answer.name !== topic.name || (answer.icon ?? "") !== topic.icon)) await does("renames_topic", answer);
  };
  const remove = async () => {
    const text = t("deleteTopicAsk", { name: topic.name });
    if (await ask({ text, confirm: t("delete"), danger: true })) await does("deletes_topic");
  };
  return [
    { icon: "edit", text: t("renameTopic"), act: rename },
    { icon: "trash", text: t("deleteTopic"), danger: true, act: remove },
  ];
}
