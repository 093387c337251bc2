/* Customers in Telegram: choosing who writes, and their phone. */
import { addPerson, commands } from "./api.js";
import { ALL, Branches, branchItems } from "./branches.js";
import { Cast } from "./cast.js";
import { button, el, face, fill, named, span, tool } from "./dom.js";
import { LANGUAGES, clock, t } from "./i18n.js";
import { icon } from "./icons.js";
import { lastKeyboard, replyKeys } from "./keys.js";
import { ask, menu } from "./overlays.js";
import { TelegramChat } from "./telegram.js";
import { askTopic } from "./topics.js";
import { customers, person, refresh, standing, world } from "./world.js";

const TYPING = 5_000;  // milliseconds that a chat action lasts, as in the apps

/** The phone of the chosen customer, drawn into `root`. */
export class Phone {
  constructor(root) {
    this.chosen = Number(localStorage.getItem("customer"));
    this.keysOpen = true;
    this.thread = ALL;
    this.branches = new Branches({ choose: (thread) => this.#turn(thread), create: () => this.#create() });
    this.cast = new Cast({
      people: customers,
      add: addPerson,
      choose: (id) => this.#choose(id),
      words: { choose: "chooseCustomer", add: "addCustomer" },
    });
    this.signs = el("div", { class: "statusbar", "aria-hidden": "true" });
    this.bar = el("div", { class: "chatbar" });
    this.keys = el("div");
    this.instead = el("div", { class: "instead", hidden: true });
    this.pill = button("pill", () => this.talk.composer.showCommands());
    this.toggle = tool(icon("keyboard"), "", () => this.#toggleKeys(), { hidden: true });
    this.talk = this.#conversation();
    fill(root, this.cast.node, el("div", { class: "phone" },
      this.signs, this.bar, this.branches.node, this.talk.feed.node, this.talk.composer.node, this.instead, this.keys));
    setInterval(() => this.#drawClock(), 10_000);
  }

  #conversation() {
    return new TelegramChat({
      speaker: () => ({ id: this.chosen, anonymous: false }),
      place: () => (person(this.chosen) ? { person: this.chosen, ...this.#within } : null),
      target: () => ({ chat: "bot", ...this.#within }),
      lead: this.pill,
      trail: this.toggle,
      inGroup: false,
      label: (message) => this.#label(message),
      drawn: () => this.#drawn(),
    });
  }

  /** The state of the world, or the page's language, has changed. */
  changed() {
    if (!person(this.chosen)) this.chosen = customers()[0]?.id ?? 0;
    if (this.shown !== this.chosen) this.#open();
    this.cast.draw(this.chosen);
    this.#drawClock();
    if (this.thread !== ALL && !this.#topic) this.#turn(ALL);
    this.#drawBranches();
    this.#drawBar();
    this.#drawn();
  }

  /** An event of the world; null when some were missed. */
  heard(event) {
    if (event?.type === "action") this.#showTyping(event);
    else if (!event || event.person === this.chosen) this.talk.reload();
    if (event?.type === "message" && event.person && event.message.from.is_bot) this.cast.missed(event.person);
    if (!event || event.type === "commands") this.#drawPill();
  }

  /** How many messages of the bot have come to phones that were not on the screen. */
  get unread() {
    return this.cast.waiting;
  }

  /** Draws all again in the page's language. */
  translate() {
    this.talk.composer.translate();
    this.changed();
    this.talk.draw();
    this.#drawPill();
  }

  get #me() {
    return person(this.chosen) ?? {};
  }

  /** The topics of the chosen customer's chat. */
  get #topics() {
    return this.#me.topics?.[world.bot?.id] ?? [];
  }

  get #topic() {
    return this.#topics.find(({ thread }) => thread === this.thread);
  }

  get #within() {
    return this.thread === ALL ? {} : { thread: this.thread };
  }

  /** Where all of the chat is shown, each message says of which topic it is. */
  #label({ message_thread_id: thread }) {
    const topic = this.thread === ALL && this.#topics.find((one) => one.thread === thread);
    return topic ? { name: topic.name, open: () => this.#turn(thread) } : null;
  }

  #turn(thread) {
    this.thread = thread;
    this.talk.reload();
    this.changed();
  }

  async #create() {
    const answer = await askTopic(t("newTopic"), t("create"));
    if (!answer) return;
    const thread = await this.talk.does("creates_topic", { ...answer, thread: undefined });
    if (!thread) return;
    await refresh();
    this.#turn(thread);
  }

  #drawBranches() {
    const { started, blocked } = standing(this.#me);
    const may = Boolean(world.bot?.topics_of_people) && started && !blocked;
    this.branches.draw(this.chosen, this.#topics, this.thread, may);
    const names = JSON.stringify([this.chosen, this.#topics.map(({ name }) => name)]);
    if (this.names !== names && this.talk.messages.length && this.talk.drawnKey === this.talk.key) this.talk.draw();
    this.names = names;
  }

  #choose(id) {
    this.chosen = id;
    localStorage.setItem("customer", String(id));
    this.changed();
  }

  #open() {
    this.shown = this.chosen;
    this.thread = ALL;
    this.talk.reload();
    this.#drawPill();
  }

  #drawClock() {
    const signs = span("signs", icon("wifi"), icon("battery"));
    fill(this.signs, span("", clock(Date.now() / 1000)), span("isle"), signs);
  }

  #showTyping({ person: whose, user }) {
    if (whose !== this.chosen || user !== world.bot.id) return;
    clearTimeout(this.typing);
    this.typing = setTimeout(() => {
      this.typing = 0;
      this.#drawBar();
    }, TYPING);
    this.#drawBar();
  }

  #drawBar() {
    const { blocked } = standing(this.#me);
    const says = this.typing ? "typing" : blocked ? "blocked" : "bot";
    this.more = tool(icon("dots"), t("more"), () => this.#menu(), { "aria-haspopup": "menu" });
    fill(this.bar,
      face("bot", icon("bot")),
      el("div", { class: "names" },
        el("b", { class: "clip" }, world.bot?.name ?? ""), el("small", {}, t(says))),
      this.more);
  }

  #menu() {
    const { language } = this.#me;
    const { blocked } = standing(this.#me);
    const tongue = ([code, name]) => {
      const act = () => this.#speaks(code);
      return { text: name, checked: code === language, act };
    };
    const ban = blocked
      ? { icon: "ban", text: t("unblock"), act: () => this.#bot("unblocks") }
      : { icon: "ban", text: t("block"), act: () => this.#bot("blocks"), danger: true };
    menu(this.more, [
      el("div", { class: "title" }, t("language")), ...Object.entries(LANGUAGES).map(tongue), "-",
      ...this.#topic ? [...branchItems(this.#topic, (what, args) => this.talk.does(what, args)), "-"] : [],
      ban,
    ]);
  }

  async #speaks(code) {
    await this.talk.does("speaks", { chat: undefined, thread: undefined, language: code });
    await refresh();
    this.#drawPill();
  }

  #bot(what) {
    return this.talk.does(what, { chat: undefined, thread: undefined, bot: "bot" });
  }

  #drawn() {
    const { started, blocked } = standing(this.#me);
    const silent = !started || blocked;
    this.talk.composer.node.hidden = silent;
    this.instead.hidden = !silent;
    if (silent) fill(this.instead, this.#only(blocked));
    if (!started && !this.talk.messages.length) this.talk.feed.instead(this.#greeting());
    this.#drawKeys();
  }

  #only(blocked) {
    const [what, name] = blocked ? ["unblocks", "unblock"] : ["start", "start"];
    return button("push wide", () => this.#bot(what), t(name));
  }

  #greeting() {
    const described = world.bot?.descriptions ?? {};
    const words = described[this.#me.language] || described[""];
    return el("div", { class: "hello" },
      face("bot", icon("bot")),
      el("h3", {}, words ? t("hello") : world.bot?.name ?? ""),
      el("p", {}, words || t("helloText")));
  }

  async #drawPill() {
    const found = person(this.chosen) ? await commands({ person: this.chosen, chat: "bot" }) : [];
    this.pill.hidden = !found.length;
    fill(this.pill, t("menu"));
  }

  #toggleKeys() {
    this.keysOpen = !this.keysOpen;
    this.#drawKeys();
  }

  #drawKeys() {
    const asked = standing(this.#me).blocked ? null : lastKeyboard(this.talk.messages);
    named(this.toggle, t("keyboard")).hidden = !asked;
    this.toggle.classList.toggle("on", this.keysOpen);
    const open = asked && this.keysOpen;
    fill(this.keys, open ? replyKeys(asked.reply_markup, (pressed) => this.#key(asked, pressed)) : null);
  }

  async #key(asked, pressed) {
    const done = await this.#press(asked, pressed);
    if (done && asked.reply_markup.one_time_keyboard) this.keysOpen = false;
    this.#drawKeys();
  }

  async #press(asked, { text, request_location: place, request_contact: contact }) {
    if (!place && !contact) return this.talk.does("writes", { text });
    if (contact && !await this.#agrees()) return false;
    return await this.talk.doesTo(asked, "presses", { button_text: text }) !== false;
  }

  /** Whether the person lets the bot have their number, which only the button gives for certain. */
  #agrees() {
    return ask({ title: t("shareContact"), text: this.#me.phone, confirm: t("share") });
  }
}
