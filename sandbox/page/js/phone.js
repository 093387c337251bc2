/* The customer's side: choosing who writes, and their phone. */
import { addPerson, commands } from "./api.js";
import { Conversation } from "./conversation.js";
import { avatar, el, fill, tool } from "./dom.js";
import { LANGUAGES, clock, t } from "./i18n.js";
import { icon } from "./icons.js";
import { lastKeyboard, replyKeys } from "./keys.js";
import { ask, field, menu } from "./overlays.js";
import { customers, person, refresh, standing, world } from "./world.js";

/** The phone of the chosen customer, drawn into `root`. */
export class Phone {
  constructor(root) {
    this.chosen = Number(localStorage.getItem("customer"));
    this.unread = new Map();
    this.keysOpen = true;
    this.cast = el("div", { class: "cast", role: "tablist" });
    this.signs = el("div", { class: "statusbar", "aria-hidden": "true" });
    this.bar = el("div", { class: "chatbar" });
    this.keys = el("div");
    this.instead = el("div", { class: "instead", hidden: true });
    this.pill = el("button", { type: "button", class: "pill", on: { click: () => this.talk.composer.showCommands() } });
    this.toggle = tool(icon("keyboard"), "", () => { this.keysOpen = !this.keysOpen; this.#drawKeys(); }, { hidden: true });
    this.talk = new Conversation({
      speaker: () => ({ id: this.chosen, anonymous: false }), place: () => (this.chosen ? { person: this.chosen } : null),
      target: () => ({ chat: "bot" }), lead: this.pill, trail: this.toggle, inGroup: false, drawn: () => this.#drawn(),
    });
    const { feed, composer } = this.talk;
    this.device = el("div", { class: "phone" }, this.signs, this.bar, feed.node, composer.node, this.instead, this.keys);
    fill(root, this.cast, this.device);
    setInterval(() => this.#drawClock(), 10_000);
  }

  /** The state of the world, or the page's language, has changed. */
  changed() {
    if (!person(this.chosen)) this.#choose(customers()[0]?.id ?? 0);
    this.#drawCast();
    this.#drawClock();
    this.#drawBar();
    this.#drawn();
  }

  /** An event of the world; null when some were missed. */
  heard(event) {
    if (!event || event.person === this.chosen) this.talk.reload();
    else if (event.type === "message" && event.person && event.message.from.is_bot) {
      this.unread.set(event.person, (this.unread.get(event.person) ?? 0) + 1);
      this.#drawCast();
    }
    if (event?.type === "commands") this.#drawPill();
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

  #choose(id) {
    this.chosen = id;
    this.unread.delete(id);
    localStorage.setItem("customer", String(id));
    this.talk.reload();
    this.#drawPill();
  }

  #drawCast() {
    this.cast.setAttribute("aria-label", t("chooseCustomer"));
    fill(this.cast, customers().map((one) => this.#face(one)),
      el("button", { type: "button", class: "who add", on: { click: () => this.#add() } }, el("span", { class: "avatar" }, icon("plus")), el("span", { class: "clip" }, t("addCustomer"))));
  }

  #face(one) {
    const unread = this.unread.get(one.id);
    return el("button", {
      type: "button", class: "who", role: "tab", title: one.name, "aria-selected": String(one.id === this.chosen), data: { person: String(one.id) },
      on: { click: () => { this.#choose(one.id); this.changed(); }, keydown: (event) => this.#step(event) },
    }, avatar(one.name, one.id), el("span", { class: "tongue", title: LANGUAGES[one.language] ?? one.language }, one.language),
    el("span", { class: "clip" }, one.name.split(" ")[0]), unread ? el("span", { class: "badge", "aria-label": t("unread", { n: unread }) }, String(unread)) : null);
  }

  #step(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const tabs = [...this.cast.querySelectorAll("[role=tab]")];
    if (step) tabs.at((tabs.indexOf(event.currentTarget) + step) % tabs.length).focus();
  }

  async #add() {
    const language = el("select", { name: "language" }, Object.entries(LANGUAGES).map(([code, name]) => el("option", { value: code }, name)));
    const answer = await ask({ title: t("addCustomer"), confirm: t("add"), fields: [
      field(t("addName"), "name", { required: true, maxLength: 64 }),
      el("label", { class: "field" }, el("span", {}, t("language")), language),
    ] });
    if (!answer) return;
    const made = await addPerson(answer);
    await refresh();
    this.#choose(made.id);
    this.changed();
  }

  #drawClock() {
    fill(this.signs, el("span", {}, clock(Date.now() / 1000)), el("span", { class: "isle" }), el("span", { class: "signs" }, icon("wifi"), icon("battery")));
  }

  #drawBar() {
    const { blocked } = standing(this.#me);
    fill(this.bar, el("span", { class: "avatar bot", "aria-hidden": "true" }, icon("bot")),
      el("div", { class: "names" }, el("b", { class: "clip" }, world.bot?.name ?? ""), el("small", {}, t(blocked ? "blocked" : "bot"))),
      this.more = tool(icon("dots"), t("more"), () => this.#menu(), { "aria-haspopup": "menu" }));
  }

  #menu() {
    const { language } = this.#me;
    const { blocked } = standing(this.#me);
    menu(this.more, [
      el("div", { class: "title" }, t("language")),
      ...Object.entries(LANGUAGES).map(([code, name]) => ({ text: name, checked: code === language, act: () => this.#speaks(code) })),
      "-",
      { icon: "ban", text: t(blocked ? "unblock" : "block"), danger: !blocked, act: () => this.#bot(blocked ? "unblocks" : "blocks") },
    ]);
  }

  async #speaks(code) {
    await this.talk.does("speaks", { chat: undefined, language: code });
    await refresh();
    this.#drawPill();
  }

  #bot(what) {
    return this.talk.does(what, { chat: undefined, bot: "bot" });
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
    const press = (what, name) => el("button", { type: "button", class: "push wide", on: { click: () => this.#bot(what) } }, t(name));
    return blocked ? press("unblocks", "unblock") : press("start", "start");
  }

  #greeting() {
    const words = world.bot?.descriptions[this.#me.language] ?? world.bot?.descriptions[""];
    return el("div", { class: "hello" }, el("span", { class: "avatar bot", "aria-hidden": "true" }, icon("bot")),
      el("h3", {}, words ? t("hello") : world.bot?.name ?? ""), el("p", {}, words || t("helloText")));
  }

  async #drawPill() {
    const found = this.chosen ? await commands({ person: this.chosen, chat: "bot" }) : [];
    this.pill.hidden = !found.length;
    fill(this.pill, t("menu"));
  }

  #drawKeys() {
    const markup = standing(this.#me).blocked ? null : lastKeyboard(this.talk.messages);
    this.toggle.hidden = !markup;
    this.toggle.title = t("keyboard");
    this.toggle.setAttribute("aria-label", t("keyboard"));
    this.toggle.classList.toggle("on", this.keysOpen);
    fill(this.keys, markup && this.keysOpen ? replyKeys(markup, (button) => this.#key(markup, button)) : null);
  }

  async #key(markup, button) {
    const done = await this.#keyAct(button);
    if (done && markup.one_time_keyboard) this.keysOpen = false;
    this.#drawKeys();
  }

  async #keyAct(button) {
    if (button.request_location) return this.talk.does("sends", { kind: "location", latitude: 50.4503, longitude: 30.5234 });
    if (!button.request_contact) return this.talk.does("writes", { text: button.text });
    const answer = await ask({ title: t("shareContact"), confirm: t("send"), fields: [field(t("phone"), "phone_number", { type: "tel", value: "+380671234567", required: true })] });
    return answer && this.talk.does("sends", { kind: "contact", first_name: this.#me.name.split(" ")[0], user_id: this.chosen, ...answer });
  }
}
