/* The operators' side: the group with its topics, and one topic. */
import { Conversation } from "./conversation.js";
import { avatar, el, fill, tool } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { summary } from "./media.js";
import { ask, menu } from "./overlays.js";
import { markRead } from "./reading.js";
import { Topics, askTopic, mark, nothing } from "./topics.js";
import { group, operators, person } from "./world.js";

const GENERAL = 1;

/** The operators' group, drawn into `root`. */
export class Forum {
  constructor(root) {
    this.thread = GENERAL;
    this.operator = Number(localStorage.getItem("operator"));
    this.anonymous = false;
    this.list = new Topics({ choose: (thread) => this.#open(thread), create: () => this.#create() });
    this.bar = el("div", { class: "chatbar" });
    this.pin = el("div");
    this.closed = el("div", { class: "closedbar", hidden: true });
    this.who = el("button", { type: "button", class: "speakas", "aria-haspopup": "menu", on: { click: () => this.#speakers() } });
    this.talk = new Conversation({
      speaker: () => ({ id: this.operator, anonymous: this.anonymous }),
      place: () => (this.chat ? { chat: this.chat.id, ...this.#within } : null), target: () => ({ chat: this.chat.id, ...this.#within }),
      lead: this.who, inGroup: true, drawn: (messages) => this.#drawPin(messages),
    });
    this.topic = el("section", { class: "topic" }, this.bar, this.pin, this.talk.feed.node, this.closed, this.talk.composer.node);
    this.window = el("div", { class: "window", data: { view: "list" } }, this.list.node, this.topic);
    this.none = el("div", { class: "window" });
    fill(root, this.window, this.none);
  }

  /** The group on the screen. */
  get chat() {
    return group();
  }

  get #within() {
    return this.chat.is_forum ? { thread: this.thread } : {};
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
    if (!operators().some(({ id }) => id === this.operator)) this.#speak(operators()[0].id, false);
    if (this.chat.is_forum && !this.#current) this.#leave();
    if (this.#current) this.#showTopic(this.#current);
    this.list.node.hidden = !this.chat.is_forum;
    this.list.draw(this.chat, this.thread);
    this.#drawWho();
    if (!this.talk.messages.length) this.talk.reload();
  }

  /** An event of the world; null when some were missed. */
  heard(event) {
    if (!this.chat) return;
    const here = event?.chat === this.chat.id && (event.thread ?? GENERAL) === this.thread;
    if (!event || here || (event.chat === this.chat.id && !this.chat.is_forum)) this.talk.reload();
  }

  /** Draws all again in the page's language. */
  translate() {
    if (!this.chat) return;
    this.talk.composer.translate();
    this.changed();
    this.talk.draw();
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

  #showTopic(topic) {
    const { name, closed, messages } = topic;
    markRead(this.chat.id, topic);
    this.more = tool(icon("dots"), t("topicMenu"), () => this.#menu(topic), { "aria-haspopup": "menu" });
    fill(this.bar, tool(icon("back"), t("backToTopics"), () => this.#back(), { class: "back" }), mark(topic),
      el("div", { class: "names" }, el("b", { class: "clip" }, name), el("small", {}, closed ? t("topicClosed") : t("count", { n: messages }))), this.more);
    this.closed.hidden = !closed;
    if (closed) fill(this.closed, icon("lock"), t("topicClosed"), el("button", { type: "button", on: { click: () => this.#does("reopens_topic") } }, t("reopenTopic")));
  }

  #back() {
    this.window.dataset.view = "list";
  }

  #does(what, args = {}) {
    return this.talk.does(what, args);
  }

  #menu(topic) {
    const general = topic.thread === GENERAL;
    menu(this.more, [
      { icon: "edit", text: t("renameTopic"), act: () => this.#rename(topic) },
      topic.closed ? { icon: "unlock", text: t("reopenTopic"), act: () => this.#does("reopens_topic") }
        : { icon: "lock", text: t("closeTopic"), act: () => this.#does("closes_topic") },
      general || "-",
      general || { icon: "trash", text: t("deleteTopic"), danger: true, act: () => this.#delete(topic) },
    ].filter((item) => item !== true));
  }

  async #rename(topic) {
    const answer = await askTopic(t("renameTopic"), t("save"), topic);
    if (!answer) return;
    const icon = topic.thread !== GENERAL && answer.icon !== topic.icon ? { icon: answer.icon } : {};
    if (answer.name !== topic.name || "icon" in icon) await this.#does("renames_topic", { name: answer.name, ...icon });
  }

  async #delete({ name }) {
    if (await ask({ text: t("deleteTopicAsk", { name }), confirm: t("delete"), danger: true })) await this.#does("deletes_topic");
  }

  async #create() {
    const answer = await askTopic(t("newTopic"), t("create"));
    if (!answer) return;
    const args = answer.icon ? answer : { name: answer.name };
    await this.#does("creates_topic", { ...args, thread: undefined });
  }

  #speakers() {
    const chosen = (id, anonymous) => id === this.operator && anonymous === this.anonymous;
    const named = (one) => ({ text: one.name, hint: t(one.role === "operator" ? "member" : one.role), checked: chosen(one.id, false), act: () => this.#speak(one.id, false) });
    const { id, role } = person(this.operator);
    menu(this.who, [
      el("div", { class: "title" }, t("speakAs")),
      ...operators().map(named),
      role === "operator" ? null : "-",
      role === "operator" ? null : { icon: "mask", text: t("anonymously"), checked: chosen(id, true), act: () => this.#speak(id, true) },
    ]);
  }

  #speak(id, anonymous) {
    Object.assign(this, { operator: id, anonymous });
    localStorage.setItem("operator", String(id));
    this.#drawWho();
    this.talk.reload();
  }

  #drawWho() {
    const { name, id } = person(this.operator);
    const face = this.anonymous ? el("span", { class: "avatar small mask" }, icon("mask")) : avatar(name, id, "small");
    this.who.setAttribute("aria-label", `${t("speakAs")}: ${this.anonymous ? t("anonymously") : name}`);
    fill(this.who, face, el("span", { class: "clip" }, this.anonymous ? t("anonymously") : name.split(" ")[0]), icon("down"));
  }

  #drawPin(messages) {
    const pinned = messages.filter((one) => one.pinned).at(-1);
    fill(this.pin, pinned ? el("button", { type: "button", class: "pinned", on: { click: () => this.talk.feed.jump(pinned.message_id) } },
      el("span", { class: "clip" }, el("b", {}, t("pinned")), summary(pinned)), icon("pin")) : null);
    if (!messages.length) this.talk.feed.instead(nothing("chat", t("noMessages"), ""));
  }
}
