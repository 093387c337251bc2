/* The operators' side: the group with its topics, and one topic. */
import { follow } from "./aside.js";
import { button, el, fill, tool } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { summary } from "./media.js";
import { ask, menu } from "./overlays.js";
import { markRead, unreadIn } from "./reading.js";
import { Speaker } from "./speaker.js";
import { TelegramChat } from "./telegram.js";
import { GENERAL, Topics, askTopic, mark, nothing } from "./topics.js";
import { group, groups } from "./world.js";

/** The operators' group, drawn into `root`. */
export class Forum {
  constructor(root) {
    this.thread = GENERAL;
    this.list = new Topics({
      choose: (thread) => this.#open(thread),
      create: () => this.#create(),
      look: (chat) => this.#look(chat),
    });
    this.speaker = new Speaker(() => this.talk.reload());
    this.bar = el("div", { class: "chatbar" });
    this.pin = el("div");
    this.closed = el("div", { class: "closedbar", hidden: true });
    this.talk = this.#conversation();
    const topic = el("section", { class: "topic" },
      this.bar, this.pin, this.talk.feed.node, this.closed, this.talk.composer.node);
    this.window = el("div", { class: "window", data: { view: "list" } }, this.list.node, topic);
    this.none = el("div", { class: "window" });
    fill(root, this.window, this.none);
  }

  #conversation() {
    return new TelegramChat({
      speaker: () => this.speaker.chosen,
      place: () => (this.chat ? { chat: this.chat.id, ...this.#within } : null),
      target: () => ({ chat: this.chat.id, ...this.#within }),
      lead: this.speaker.node,
      inGroup: true,
      inTopic: () => this.chat.is_forum && this.thread !== GENERAL,
      drawn: (messages) => this.#drawPin(messages),
    });
  }

  /** The group on the screen. */
  get chat() {
    return group();
  }

  get #within() {
    return this.chat.is_forum ? { thread: this.thread } : {};
  }

  /** How many messages of all groups have not been on the screen yet. */
  get unread() {
    return groups().reduce((sum, chat) => sum + unreadIn(chat), 0);
  }

  /** Whether the open topic is on the screen: a narrow window shows one thing at a time. */
  get #isSeen() {
    return this.talk.feed.node.checkVisibility();
  }

  get #current() {
    return this.chat.topics.find(({ thread }) => thread === this.thread);
  }

  /** The state of the world, or the page's language, has changed. */
  changed() {
    this.none.hidden = Boolean(this.chat);
    this.window.hidden = !this.chat;
    if (!this.chat) {
      fill(this.none, nothing("group", t("noGroup"), ""));
      return;
    }
    this.speaker.changed();
    if (this.chat.is_forum && !this.#current) this.#leave();
    if (this.#current) this.#showTopic(this.#current);
    this.list.node.hidden = !this.chat.is_forum;
    this.list.draw(this.chat, this.thread);
    if (!this.talk.messages.length) this.talk.reload();
  }

  /** An event of the world; null when some were missed. */
  heard(event) {
    if (follow(event)) {
      this.talk.draw();
      return;
    }
    if (!this.chat) return;
    const inGroup = event?.chat === this.chat.id;
    const inTopic = !this.chat.is_forum || event?.type === "member" || (event?.thread ?? GENERAL) === this.thread;
    if (!event || (inGroup && inTopic)) this.talk.reload();
  }

  /** Draws all again in the page's language. */
  translate() {
    if (!this.chat) return;
    this.talk.composer.translate();
    this.changed();
    this.talk.draw();
  }

  /** Looks at another group, beginning with its list. */
  #look(chat) {
    localStorage.setItem("group", String(chat));
    this.talk.messages = [];
    this.#leave();
    this.changed();
  }

  #leave() {
    this.thread = GENERAL;
    this.window.dataset.view = "list";
    this.talk.reload();
  }

  #open(thread) {
    this.thread = thread;
    this.window.dataset.view = "topic";
    this.talk.reload();
    this.changed();
  }

  #back() {
    this.window.dataset.view = "list";
  }

  #showTopic(topic) {
    const { name, closed, messages } = topic;
    const says = closed ? t("topicClosed") : t("count", { n: messages });
    if (this.#isSeen) markRead(this.chat.id, topic);
    this.more = tool(icon("dots"), t("topicMenu"), () => this.#menu(topic), { "aria-haspopup": "menu" });
    fill(this.bar,
      tool(icon("back"), t("backToTopics"), () => this.#back(), { class: "back" }),
      mark(topic),
      el("div", { class: "names" }, el("b", { class: "clip" }, name), el("small", {}, says)),
      this.more);
    const reopen = button("", () => this.talk.does("reopens_topic"), t("reopenTopic"));
    fill(this.closed, icon("lock"), t("topicClosed"), reopen).hidden = !closed;
  }

  #menu(topic) {
    const lock = topic.closed
      ? { icon: "unlock", text: t("reopenTopic"), act: () => this.talk.does("reopens_topic") }
      : { icon: "lock", text: t("closeTopic"), act: () => this.talk.does("closes_topic") };
    const deletion = { icon: "trash", text: t("deleteTopic"), danger: true, act: () => this.#delete(topic) };
    menu(this.more, [
      { icon: "edit", text: t("renameTopic"), act: () => this.#rename(topic) },
      lock,
      ...topic.thread === GENERAL ? [] : ["-", deletion],
    ]);
  }

  async #rename(topic) {
    const answer = await askTopic(t("renameTopic"), t("save"), topic);
    if (!answer) return;
    const changed = answer.name !== topic.name || (answer.icon ?? "") !== topic.icon;
    if (changed) await this.talk.does("renames_topic", answer);
  }

  async #delete({ name }) {
    const words = t("deleteTopicAsk", { name });
    const sure = await ask({ text: words, confirm: t("delete"), danger: true });
    if (sure) await this.talk.does("deletes_topic");
  }

  async #create() {
    const answer = await askTopic(t("newTopic"), t("create"));
    if (!answer) return;
    const thread = await this.talk.does("creates_topic", { ...answer, thread: undefined });
    if (thread) this.#open(thread);
  }

  #drawPin(messages) {
    const pinned = messages.filter((one) => one.pinned).at(-1);
    fill(this.pin, pinned ? this.#pinBar(pinned) : null);
    if (!messages.length) this.talk.feed.instead(nothing("chat", t("noMessages"), ""));
  }

  #pinBar(message) {
    const words = el("span", { class: "clip" }, el("b", {}, t("pinned")), summary(message));
    return button("pinned", () => this.talk.feed.jump(message.message_id), [words, icon("pin")]);
  }
}
