/* The chat of a visitor of the shop's site, and every act in it. */
import { actAtSite, visit } from "./api.js";
import { packed } from "./attach.js";
import { Conversation } from "./conversation.js";
import { button, el, span } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { visitMenu } from "./messagemenu.js";
import { own, refresh, visitor, world } from "./world.js";

const MOST_FILES = 10;

/** `who()` gives the id of the visitor whose chat it is. */
export class SiteChat extends Conversation {
  constructor({ who, drawn }) {
    super({ most: MOST_FILES }, drawn);
    Object.assign(this, { who });
  }

  get key() {
    return visitor(this.who()) ? this.who() : null;
  }

  history() {
    return visit(this.key);
  }

  /** Lets the visitor act; what the site refuses is shown. Resolves to the result or false. */
  does(what, args = {}, who = this.key) {
    return this.tries(() => actAtSite(who, what, args));
  }

  /** Like `does`, for acts on one message. */
  doesTo(message, what, args = {}) {
    return this.does(what, { line: message.message_id, ...args });
  }

  context() {
    return {
      me: this.key, anonymous: false, group: false,
      nameOf: (id) => visitor(id)?.name ?? world.bot?.name ?? "…",
      jump: (id) => this.feed.jump(id),
      react: (message, emoji) => this.react(message, emoji),
      menu: (anchor, message, facts) => visitMenu(this, anchor, message, facts),
      under: (message) => standing(message, () => this.doesTo(message, "brings_again")),
    };
  }

  /** Sets the visitor's reaction, or takes it back when it is there already. */
  react(message, emoji) {
    const had = (message.reactions ?? []).some((one) => one.by === this.key && one.emoji === emoji);
    return this.doesTo(message, "reacts", { emoji: had ? "" : emoji });
  }

  /** Whoever has said something sees it, wherever they were reading. */
  #said(who, text) {
    this.feed.toEnd();
    own({ who, text, inGroup: false, inTopic: false });
  }

  async send({ text, entities, reply, editing, held }) {
    const who = this.key;
    if (editing) return this.does("edits", { line: editing.message_id, text, entities }, who);
    const { forges } = world;
    world.forges = false;
    const said = { text, entities, reply_to: reply?.message_id, forged: forges, files: await packed(held) };
    const done = await this.does("writes", said, who);
    if (done) this.#said(who, text);
    else world.forges = forges;
    refresh();
    return done;
  }
}

/** What has become of it where that is more than a sign can tell; `again()` brings it once more. */
function standing({ stands, answer, what }, again) {
  if (!answer) return null;
  return stands === "refused" ? refusal(t(`refused.${what}`), answer, again) : waiting(answer);
}

/** What is brought again by itself. */
export const waiting = (answer) => stand("going", "clock", t("waits"), answer);

/** What the desk has not taken, and how it is brought again. */
export const refusal = (words, answer, again) =>
  stand("refused", "alert", words, answer, button("again", again, t("bringAgain")));

/** `answer` is told in the desk's own words: those are for who connects a site to it. */
const stand = (look, sign, words, { status, text }, ...more) => el("div", { class: `stand ${look}` },
  icon(sign),
  el("div", {}, el("b", {}, words), status ? el("code", {}, `${status} ${text}`.trim()) : span("", t("nobodyAnswers")), ...more));
