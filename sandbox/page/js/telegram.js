/* A chat of Telegram, with the bot or in the group, and every act in it. */
import { act, commands, history } from "./api.js";
import { isAside, withAsides } from "./aside.js";
import { asking } from "./asking.js";
import { packed } from "./attach.js";
import { Conversation } from "./conversation.js";
import { t } from "./i18n.js";
import { messageMenu } from "./messagemenu.js";
import { ask, toast } from "./overlays.js";
import { answerTo, nameOf, own, world } from "./world.js";

const SAID = new Set(["writes", "sends", "album"]);

/**
 * `speaker()` gives `{id, anonymous}`; `place()` the history's query, or null when nothing is
 * chosen; `target()` the acts' `{chat, thread?}`; `inTopic()` whether it is a topic of the group's.
 * `label(message)` gives the `{name, open}` of what it belongs to, where several are shown at once.
 * `drawn(messages)` is called after each drawing.
 */
export class TelegramChat extends Conversation {
  constructor({ speaker, place, target, lead, trail, inGroup, inTopic = () => false, label = () => null, drawn }) {
    super({
      lead,
      trail,
      special: (kind, fields) => this.does("sends", { kind, ...fields }),
      commands: () => this.#commands(),
      inline: {
        bots: () => (world.bots ?? []).filter(({ inline }) => inline),
        ask: (bot, query, offset) => this.#asks({ bot, query, offset, thread: undefined }),
        choose: (offer, draft) => this.#chooses(offer, draft),
        start: (bot, payload) => this.does("start", { bot, payload, chat: undefined, thread: undefined }),
      },
    }, drawn);
    Object.assign(this, { speaker, place, target, inGroup, inTopic, label });
    this.asked = new Set();  // what has opened the line already
  }

  get key() {
    const place = this.place();
    return place && JSON.stringify(place);
  }

  get draftKey() {
    return `${this.key}${this.speaker().id}`;
  }

  history() {
    return history(this.place());
  }

  get shown() {
    const place = this.place();
    return this.inGroup && place ? withAsides(this.messages, place, this.speaker().id) : this.messages;
  }

  draw() {
    super.draw();
    const message = asking(this.shown, this.speaker().id);
    const name = `${this.draftKey}:${message?.message_id}:${message?.ephemeral_message_id}`;
    if (!message || this.asked.has(name)) return;
    this.asked.add(name);
    this.composer.asked(message);
  }

  /** Who acts now, and where; what is under way keeps it though another conversation is opened. */
  get #here() {
    return { ...this.speaker(), target: this.target() };
  }

  /** Lets the speaker act here; what the app refuses is shown. Resolves to the result or false. */
  async does(what, args = {}, { id, anonymous, target } = this.#here) {
    const done = await this.tries(() => act(id, what, { ...target, ...args }, anonymous));
    if (done && SAID.has(what)) this.#said(id, args);
    return done;
  }

  /** Whoever has said something sees it, wherever they were reading. */
  #said(who, { text, caption, parts }) {
    this.feed.toEnd();
    own({ who, text: text ?? caption ?? parts?.[0].caption ?? "", inGroup: this.inGroup, inTopic: this.inTopic() });
  }

  /** Like `does`, for acts on the chat as a whole or on one message: without the topic. */
  doesTo(message, what, args = {}) {
    return this.does(what, { message_id: message.message_id, thread: undefined, ...args });
  }

  context() {
    const { id: me, anonymous } = this.speaker();
    return {
      me, anonymous, group: this.inGroup, inTopic: this.inTopic(), nameOf, bot: world.bot?.id,
      label: this.label,
      command: (words) => this.does("writes", { text: words }),
      jump: (id) => this.feed.jump(id),
      vote: (message, options) => this.doesTo(message, "votes", { options }),
      react: (message, emoji) => this.react(message, emoji),
      press: (message, button) => this.#press(message, button),
      line: (words) => this.composer.take(words),
      menu: (anchor, message, facts) => messageMenu(this, anchor, message, facts),
    };
  }

  /** Sets the speaker's reaction, or takes it back when it is there already. */
  react(message, emoji) {
    const { id } = this.speaker();
    const had = (message.reactions ?? []).some((one) => one.by === id && one.emoji === emoji);
    return this.doesTo(message, "reacts", { emoji: had ? [] : [emoji] });
  }

  async #press(message, button) {
    const pressed = { button_text: button.text, thread: undefined };
    const query = isAside(message)
      ? await this.does("presses_ephemeral", { ephemeral_id: message.ephemeral_message_id, ...pressed })
      : await this.doesTo(message, "presses", pressed);
    if (!query) return;
    const answer = await answerTo(query);
    if (!answer?.text) return;
    if (answer.show_alert) await ask({
      text: answer.text, title: world.bot.name, confirm: t("ok"), alone: true,
    });
    else toast(answer.text);
  }

  /** What a bot offers; see `Offers`. */
  async #asks(asked) {
    const id = await this.does("asks_inline", asked);
    return id && { id, ...await answerTo(id) };
  }

  async #chooses({ query, number, words = "" }, { reply }) {
    const here = this.#here;
    const done = await this.does("chooses", { query, number, reply_to: reply?.message_id }, here);
    if (done) this.#said(here.id, { text: words });
    return done;
  }

  async send({ text, entities, reply, quote, editing, held }) {
    if (editing) return this.doesTo(editing, "edits", { text, entities });
    const here = this.#beside(reply);
    const answering = { reply_to: reply?.message_id, quote: quote || undefined };
    if (!held.length) return this.does("writes", { text, entities, ...answering }, here);
    const parts = await packed(held);
    if (text) Object.assign(parts[0], { caption: text, caption_entities: entities });
    for (const batch of batches(parts)) if (!await this.#sendBatch(batch, answering, here)) return false;
    return true;
  }

  /** An answer stands in the topic of what it answers, as in the apps. */
  #beside(reply) {
    const here = this.#here;
    if (!reply?.is_topic_message) return here;
    return { ...here, target: { ...here.target, thread: reply.message_thread_id } };
  }

  #sendBatch(batch, answering, here) {
    if (batch.length === 1) return this.does("sends", { ...batch[0], ...answering }, here);
    return this.does("album", { parts: batch, reply_to: answering.reply_to }, here);
  }

  async #commands() {
    const found = await commands({ person: this.speaker().id, chat: this.target().chat });
    if (!found.length) toast(t("noCommands"));
    return found;
  }
}

const FAMILY = { photo: "visual", video: "visual", document: "document", audio: "audio" };

/** Files that Telegram would put into one album, ten at most, in order. */
function batches(parts) {
  const found = [];
  for (const part of parts) {
    const last = found.at(-1);
    const family = FAMILY[part.kind];
    if (family && last && last.length < 10 && FAMILY[last[0].kind] === family) last.push(part);
    else found.push([part]);
  }
  return found;
}
